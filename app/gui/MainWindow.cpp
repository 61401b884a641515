// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/MainWindow.h"

#include "app/gui/SceneFiles.h"
#include "core/audio/AudioFile.h"
#include "core/support/AtomicFile.h"
#include "core/support/DataPaths.h"
#include "core/support/Sha256.h"
#include "widgets/ask/AskTab.h"
#include "widgets/benchmark/BenchmarkTab.h"
#include "widgets/controls/Confirm.h"
#include "widgets/controls/ShellWords.h"
#include "widgets/dataset/DatasetPage.h"
#include "widgets/scene/SceneTab.h"
#include "widgets/training/TrainingTab.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QUndoView>
#include <utility>

namespace binaurium {
namespace {

constexpr int messageMs = 10'000;
constexpr std::array tabIds{"scene", "ask", "training", "benchmark"};

} // namespace

MainWindow::MainWindow(ModelWorker::Loader loader, const MakeOutput& makeOutput, QWidget* parent) : QMainWindow(parent)
{
    tabs_ = new QTabWidget(this);
    tabs_->tabBar()->setAccessibleName(tr("Tabs"));
    scene_ = new SceneTab(document_, makeOutput(), this);
    SpeechDevices speech;
    speech.makeOutput = makeOutput;
    ask_ = new AskTab(document_, std::move(loader), this, std::move(speech));
    training_ = new TrainingTab(this);
    trainingBadge_ = new QLabel(this);
    trainingBadge_->setAccessibleName(tr("State of the training"));
    trainingBadge_->hide();
    statusBar()->addPermanentWidget(trainingBadge_);
    dataset_ = new DatasetPage(makeOutput(), this);
    dataset_->setChoices(settings_.dataset());
    trainingPages_ = new QTabWidget(this);
    trainingPages_->tabBar()->setAccessibleName(tr("Runs and data sets"));
    trainingPages_->setDocumentMode(true);
    trainingPages_->addTab(training_, tr("Runs"));
    trainingPages_->addTab(dataset_, tr("Data sets"));
    tabs_->addTab(scene_, tr("Scene"));
    tabs_->addTab(ask_, tr("Ask"));
    tabs_->addTab(trainingPages_, tr("Training"));
    benchmark_ = new BenchmarkTab(this);
    tabs_->addTab(benchmark_, tr("Benchmark"));
    setCentralWidget(tabs_);
    files_ = new SceneFiles(document_, *scene_, this);
    auto* dock = new QDockWidget(tr("Undo history"), this);
    dock->setObjectName(QStringLiteral("undoHistory"));
    auto* view = new QUndoView(&document_.undoStack(), dock);
    view->setAccessibleName(tr("Undo history"));
    view->setEmptyLabel(tr("<opened>"));
    dock->setWidget(view);
    addDockWidget(Qt::RightDockWidgetArea, dock);
    dock->hide();
    makeFileMenu();
    makeEditMenu();
    makeViewMenu();
    menuBar()->actions().last()->menu()->addAction(dock->toggleViewAction());
    makeHelpMenu();
    connectTabs();
    if (const auto folder = settings_.runsFolder(); !folder.isEmpty())
        training_->setFolder(folder);
    resize(QSize(78, 46) * fontMetrics().height());
    restoreGeometry(settings_.geometry());
    restoreState(settings_.windowState(), Settings::layoutVersion);
    scene_->options().setGrid(settings_.grid());
    connect(&scene_->options(), &CanvasOptions::changed, this, [this] { settings_.setGrid(scene_->options().grid()); });
    qApp->installEventFilter(this);
    updateTitle();
    statusBar()->showMessage(tr("Ready"));
}

void MainWindow::connectTabs()
{
    connect(&document_.undoStack(), &QUndoStack::cleanChanged, this, &MainWindow::updateTitle);
    connect(&document_, &SceneDocument::fileChanged, this, &MainWindow::updateTitle);
    // What is said of objects under the pointer belongs to the tab that is left.
    connect(tabs_, &QTabWidget::currentChanged, statusBar(), &QStatusBar::clearMessage);
    connect(scene_, &SceneTab::message, this, &MainWindow::showMessage);
    connect(scene_, &SceneTab::readout, this, [this](const QString& text) { statusBar()->showMessage(text); });
    const auto openFile = [this](const QString& path) {
        if (!path.endsWith(QLatin1String(".json")) || files_->mayClose())
            openPath(path.toStdString());
    };
    connect(scene_, &SceneTab::sceneFileDropped, this, openFile);
    connect(files_, &SceneFiles::openWanted, this, openFile);
    connect(files_, &SceneFiles::message, this, &MainWindow::showMessage);
    connect(scene_, &SceneTab::renderedScene, this, [this](const std::shared_ptr<const RenderResult>& result) {
        ask_->setSceneAudio(std::shared_ptr<const AudioBuffer>(result, &result->audio));
        if (!exportFile_.isEmpty())
            writeExport(*result);
    });
    connect(scene_, &SceneTab::notRendered, this, [this] {
        exportFile_.clear(); // what is rendered later was not meant for it
        ask_->giveUpScene();
    });
    connect(ask_, &AskTab::sceneAudioWanted, this, [this] {
        if (const auto rendered = scene_->rendered())
            ask_->setSceneAudio(std::shared_ptr<const AudioBuffer>(rendered, &rendered->audio));
        else
            scene_->render();
    });
    connect(ask_, &AskTab::message, this, &MainWindow::showMessage);
    connect(ask_, &AskTab::localized, this, [this](const Localization& heard) { scene_->options().setHeard(heard); });
    connect(&document_, &SceneDocument::changed, this, [this](const SceneChange& change) {
        if (change.kind == SceneChange::Kind::Everything)
            scene_->options().setHeard({});
    });
    connectTraining();
    connectDataset();
}

void MainWindow::connectTraining()
{
    connect(training_, &TrainingTab::message, this, &MainWindow::showMessage);
    connect(training_, &TrainingTab::folderChanged, this,
            [this](const QString& folder) { settings_.setRunsFolder(folder); });
    connect(training_, &TrainingTab::badgeChanged, this, [this](const QString& text) {
        trainingBadge_->setText(text);
        trainingBadge_->setVisible(!text.isEmpty());
    });
    connect(training_, &TrainingTab::askWanted, this, [this](const QString& folder) {
        ask_->setModel(folder.toStdString());
        showTab(QStringLiteral("ask"));
    });
    connect(training_, &TrainingTab::runEnded, this, [this](const QString& sentence) {
        showMessage(sentence);
        QApplication::alert(this);
    });
}

void MainWindow::connectDataset()
{
    connect(dataset_, &DatasetPage::message, this, &MainWindow::showMessage);
    connect(dataset_, &DatasetPage::choicesChanged, this, [this] { settings_.setDataset(dataset_->choices()); });
    connect(dataset_, &DatasetPage::openSceneWanted, this, [this](const Scene& scene) {
        if (files_->openUnsaved(scene))
            showTab(QStringLiteral("scene"));
    });
}

void MainWindow::makeFileMenu()
{
    auto* menu = menuBar()->addMenu(tr("&File"));
    menu->addAction(tr("&New scene"), QKeySequence::New, files_, &SceneFiles::newScene);
    files_->fillExamples(menu->addMenu(tr("New from &example")));
    menu->addAction(tr("&Open…"), QKeySequence::Open, files_, &SceneFiles::openDialog);
    auto* recent = menu->addMenu(tr("Open &recent"));
    recent->setToolTipsVisible(true);
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { files_->fillRecent(recent); });
    menu->addSeparator();
    menu->addAction(tr("&Save"), QKeySequence::Save, files_, &SceneFiles::save);
    menu->addAction(tr("Save &as…"), QKeySequence(tr("Ctrl+Shift+S")), files_, &SceneFiles::saveAs);
    menu->addAction(tr("Co&llect sounds beside the scene"), files_, &SceneFiles::collectSounds);
    menu->addAction(tr("Loca&te missing sounds…"), files_, &SceneFiles::locateSounds);
    menu->addAction(tr("&Export audio…"), QKeySequence(tr("Ctrl+E")), this, &MainWindow::exportAudio);
    menu->addAction(tr("&Copy as command"), this, [this] {
        QApplication::clipboard()->setText(renderCommand());
        showMessage(tr("Copied: %1").arg(renderCommand()));
    });
    menu->addSeparator();
    menu->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
}

void MainWindow::makeEditMenu()
{
    auto* menu = menuBar()->addMenu(tr("&Edit"));
    auto* undo = document_.undoStack().createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    auto* redo = document_.undoStack().createRedoAction(this, tr("&Redo"));
    redo->setShortcuts({QKeySequence(QKeySequence::Redo), QKeySequence(tr("Ctrl+Y"))});
    menu->addAction(undo);
    menu->addAction(redo);
    menu->addSeparator();
    // Of the views and the table only, so that text fields keep their own.
    const auto edit = [&](const QString& words, const QKeySequence& keys, auto call) {
        auto* action = menu->addAction(words, &scene_->editing(), call);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        for (QWidget* view : {static_cast<QWidget*>(&scene_->plan()), static_cast<QWidget*>(&scene_->elevation()),
                              static_cast<QWidget*>(&scene_->table())})
            view->addAction(action);
    };
    edit(tr("Cu&t"), QKeySequence::Cut, &SceneEditing::cut);
    edit(tr("&Copy"), QKeySequence::Copy, &SceneEditing::copy);
    edit(tr("&Paste"), QKeySequence::Paste, &SceneEditing::paste);
    edit(tr("D&uplicate"), QKeySequence(tr("Ctrl+D")), &SceneEditing::duplicate);
    edit(tr("&Delete"), QKeySequence::Delete, &SceneEditing::deleteSelected);
    edit(tr("Select &all"), QKeySequence::SelectAll, [this] { scene_->selection().selectAll(); });
    menu->addSeparator();
    menu->addAction(scene_->tools().snapAction());
    for (QAction* tool : scene_->tools().toolActions())
        menu->addAction(tool);
}

void MainWindow::makeViewMenu()
{
    auto* menu = menuBar()->addMenu(tr("&View"));
    for (int i = 0; i < tabs_->count(); ++i)
        menu->addAction(tabs_->tabText(i), QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)), this,
                        [this, i] { tabs_->setCurrentIndex(i); });
    menu->addSeparator();
    menu->addAction(tr("&Fit room"), QKeySequence(tr("Ctrl+0")), &scene_->frame(), &ViewFrame::fitRoom);
    const auto zoom = [this](double factor) { scene_->frame().zoom(factor, scene_->frame().centreM()); };
    menu->addAction(tr("Zoom &in"), QKeySequence::ZoomIn, this, [zoom] { zoom(1.25); });
    menu->addAction(tr("Zoom &out"), QKeySequence::ZoomOut, this, [zoom] { zoom(0.8); });
    for (QAction* action : scene_->tools().shownActions())
        menu->addAction(action);
    auto* appearance = menu->addMenu(tr("&Appearance"));
    auto* choices = new QActionGroup(this);
    const std::array<std::pair<Appearance, QString>, 3> entries{std::pair(Appearance::System, tr("As the &desktop")),
                                                                std::pair(Appearance::Light, tr("&Light")),
                                                                std::pair(Appearance::Dark, tr("D&ark"))};
    for (const auto& [value, words] : entries) {
        auto* action = appearance->addAction(words, this, [this, value = value] {
            settings_.setAppearance(value);
            applyAppearance(value);
        });
        action->setCheckable(true);
        action->setChecked(settings_.appearance() == value);
        choices->addAction(action);
    }
}

void MainWindow::makeHelpMenu()
{
    auto* menu = menuBar()->addMenu(tr("&Help"));
    menu->addAction(tr("&Keys and hints"), QKeySequence::HelpContents, this, &MainWindow::showHelp);
    menu->addAction(tr("&About Binaurium"), this, [this] {
        QMessageBox::about(this, tr("About Binaurium"),
                           tr("<h3>Binaurium %1</h3><p>A workbench for spatial hearing in audio-language models.</p>"
                              "<p>GPL-3.0-or-later. Libraries, weights, heads and sounds: THIRD_PARTY.md.</p>")
                               .arg(QApplication::applicationVersion()));
    });
}

void MainWindow::showHelp()
{
    QMessageBox::information(
        this, tr("Keys and hints"),
        tr("<p><b>Plan:</b> drag sources and the listener; drag the dot at the nose to turn the listener. "
           "Ctrl while dragging turns snapping off, Shift moves slowly, X, Y and Z hold an axis, Esc takes a drag "
           "back. "
           "Ctrl+click and a band around objects select more of them. Tab chooses an object, arrows move it by a grid "
           "step (Shift × 10, Alt ÷ 10), Page Up and Page Down change its height, Del deletes it. The wheel zooms, the "
           "middle button or Space with a drag pans, Ctrl+0 fits the room, F the selection. V, P and M choose the "
           "tool.</p>"
           "<p><b>Sound:</b> Space plays and pauses. Drop audio files into the plan to add sources, drop a scene to "
           "open it.</p>"
           "<p><b>Ask:</b> Enter sends, Shift+Enter starts a new line, Up recalls earlier questions. Ctrl+1 to Ctrl+4 "
           "change the tab.</p>"));
}

void MainWindow::showTab(const QString& id)
{
    for (int i = 0; i < static_cast<int>(tabIds.size()); ++i)
        if (id == QLatin1String(tabIds[static_cast<std::size_t>(i)]))
            tabs_->setCurrentIndex(i);
    if (id == QLatin1String("training"))
        trainingPages_->setCurrentWidget(training_);
    if (id == QLatin1String("dataset")) {
        tabs_->setCurrentWidget(trainingPages_);
        trainingPages_->setCurrentWidget(dataset_);
    }
}

MainWindow::~MainWindow()
{
    document_.undoStack().disconnect(this); // it tells of its end
    delete files_;
    delete tabs_; // its pages look at the document, which would be gone before Qt deletes the children of a window
}

bool MainWindow::openPath(const std::filesystem::path& path)
{
    std::error_code code;
    if (std::filesystem::is_directory(path, code)) {
        training_->openRun(path);
        showTab(QStringLiteral("training"));
        return training_->pointCount() > 0;
    }
    if (path.extension() != ".json") {
        tabs_->setCurrentWidget(ask_);
        return ask_->openAudio(path);
    }
    return files_->open(path);
}

void MainWindow::openExample(const QString& name)
{
    files_->openExample(name);
}

void MainWindow::offerRecovery()
{
    files_->offerRecovery();
}

void MainWindow::exportAudio()
{
    exportFile_ =
        QFileDialog::getSaveFileName(this, tr("Export audio"), QStringLiteral("scene.wav"), tr("Audio (*.wav *.flac)"));
    if (exportFile_.isEmpty())
        return;
    if (const auto rendered = scene_->rendered())
        writeExport(*rendered);
    else
        scene_->render(); // writeExport() follows
}

// The audio, and beside it what is true in it.
void MainWindow::writeExport(const RenderResult& rendered)
{
    const std::filesystem::path path = std::exchange(exportFile_, {}).toStdString();
    try {
        writeAudio(rendered.audio, path, path.extension() == ".flac" ? SampleFormat::Pcm24 : SampleFormat::Float32,
                   "seed " + std::to_string(document_.scene().seed));
        auto labels = path;
        labels.replace_extension(".labels.json");
        writeFileAtomically(labels, labelsToJson(rendered.labels, document_.scene()).dump(1) + "\n");
        showMessage(
            tr("Wrote %1 and %2")
                .arg(QString::fromStdString(path.string()), QString::fromStdString(labels.filename().string())));
    } catch (const std::exception& e) {
        showMessage(QString::fromStdString(e.what()));
    }
}

QString MainWindow::renderCommand() const
{
    const QString scene = document_.path().empty() ? QStringLiteral("SCENE.scene.json")
                                                   : shellWord(QString::fromStdString(document_.path().string()));
    return QStringLiteral("binaurium-cli render %1 -o OUT.wav --seed %2").arg(scene).arg(document_.scene().seed);
}

bool MainWindow::mayStopBuilding()
{
    if (!dataset_->isBuilding())
        return true;
    return confirmed(
        this, {.title = tr("Stop building?"),
               .text = tr("A data set is being built. What is finished stays; building goes on from there later."),
               .proceed = tr("Stop and quit"),
               .keep = tr("Keep building"),
               .icon = QMessageBox::Question,
               .role = QMessageBox::AcceptRole});
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!mayStopBuilding() || !files_->mayClose() || !benchmark_->mayClose() || !training_->mayClose()) {
        event->ignore();
        return;
    }
    settings_.setGeometry(saveGeometry());
    settings_.setWindowState(saveState(Settings::layoutVersion));
    event->accept();
}

// Space plays from anywhere in the window but where it has a meaning of its own.
bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress || static_cast<QKeyEvent*>(event)->key() != Qt::Key_Space)
        return QMainWindow::eventFilter(watched, event);
    auto* widget = qobject_cast<QWidget*>(watched);
    const bool own = widget != nullptr && widget->window() == this && widget == QApplication::focusWidget();
    const bool types =
        qobject_cast<QLineEdit*>(watched) != nullptr || qobject_cast<QPlainTextEdit*>(watched) != nullptr ||
        qobject_cast<QAbstractButton*>(watched) != nullptr || qobject_cast<QComboBox*>(watched) != nullptr ||
        qobject_cast<QAbstractSpinBox*>(watched) != nullptr || qobject_cast<QTableView*>(watched) != nullptr ||
        qobject_cast<SceneCanvas*>(watched) != nullptr; // pans while it is held, plays when it was tapped
    if (!own || types || tabs_->currentWidget() != scene_)
        return QMainWindow::eventFilter(watched, event);
    scene_->transport().toggle();
    return true;
}

void MainWindow::updateTitle()
{
    setWindowTitle(tr("%1[*] – Binaurium").arg(document_.displayName()));
    setWindowModified(!document_.undoStack().isClean());
}

void MainWindow::showMessage(const QString& text)
{
    lastMessage_ = text;
    statusBar()->showMessage(text, messageMs);
}

} // namespace binaurium
