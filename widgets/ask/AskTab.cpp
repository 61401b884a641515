// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/AskTab.h"

#include "core/audio/AudioFile.h"
#include "core/dataset/Labels.h"
#include "widgets/ask/BatchDialog.h"
#include "widgets/ask/HistoryPanel.h"
#include "widgets/ask/SamplingBar.h"

#include <QComboBox>
#include <QDateTime>
#include <QDoubleSpinBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>
#include <utility>

namespace binaurium {
namespace {

constexpr int refreshMs = 40;

QTableWidget* makeTable(QWidget* parent, const QString& name, const QStringList& columns)
{
    auto* table = new QTableWidget(0, static_cast<int>(columns.size()), parent);
    table->setAccessibleName(name);
    table->setHorizontalHeaderLabels(columns);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table->verticalHeader()->setDefaultSectionSize(static_cast<int>(1.6 * parent->fontMetrics().height()));
    return table;
}

} // namespace

AskTab::AskTab(SceneDocument& document, ModelWorker::Loader loader, QWidget* parent)
    : QWidget(parent), document_(document), worker_(std::move(loader))
{
    setAcceptDrops(true);
    auto* whole = new QSplitter(Qt::Horizontal, this);
    auto* left = new QWidget(whole);
    auto* right = new QWidget(whole);
    buildQuestionSide(left);
    buildViewSide(right);
    whole->setStretchFactor(0, 2);
    whole->setStretchFactor(1, 3);
    whole->setChildrenCollapsible(false);
    (new QVBoxLayout(this))->addWidget(whole);

    refresh_.setInterval(refreshMs);
    refresh_.setSingleShot(true);
    connect(&refresh_, &QTimer::timeout, this, [this] {
        answer_->moveCursor(QTextCursor::End);
        answer_->insertPlainText(pending_);
        pending_.clear();
    });
    connect(&worker_, &ModelWorker::loading, this,
            [this](const QString& what) { status_->setText(tr("loading the model: %1").arg(what)); });
    connect(&worker_, &ModelWorker::text, this, [this](const QString& piece) {
        pending_ += piece;
        if (!refresh_.isActive())
            refresh_.start();
    });
    connect(&worker_, &ModelWorker::answered, this, &AskTab::showAnswer);
    connect(&worker_, &ModelWorker::localized, this, &AskTab::showLocalization);
    connect(&worker_, &ModelWorker::failed, this, [this](const QString& reason) {
        setBusy(false, tr("not answered"));
        emit message(reason);
    });
    connect(&document_, &SceneDocument::changed, this, [this] {
        if (!recording_)
            audio_.reset();
        showExamples();
    });
    useScene();
}

void AskTab::buildQuestionSide(QWidget* side)
{
    input_ = new QLabel(side);
    input_->setWordWrap(true);
    auto* openButton = new QPushButton(tr("Open &recording…"), side);
    openButton->setAccessibleName(tr("Open recording"));
    connect(openButton, &QPushButton::clicked, this, [this] {
        const auto file =
            QFileDialog::getOpenFileName(this, tr("Open recording"), {}, tr("Audio (*.wav *.flac *.ogg *.mp3 *.opus)"));
        if (!file.isEmpty())
            openAudio(file.toStdString());
    });
    auto* sceneButton = new QPushButton(tr("Use the &scene"), side);
    sceneButton->setAccessibleName(tr("Use the scene"));
    connect(sceneButton, &QPushButton::clicked, this, &AskTab::useScene);
    examples_ = new QComboBox(side);
    examples_->setAccessibleName(tr("Example questions"));
    connect(examples_, &QComboBox::activated, this, [this](int index) {
        if (index > 0) {
            question_->setPlainText(examples_->itemText(index));
            options_->setText(examples_->itemData(index).toString());
        }
    });
    question_ = new QPlainTextEdit(side);
    question_->setAccessibleName(tr("Question"));
    question_->setPlaceholderText(tr("Ask something. Enter sends, Shift+Enter starts a new line, Up recalls."));
    question_->setTabChangesFocus(true);
    question_->setFixedHeight(static_cast<int>(3.6 * fontMetrics().height()));
    question_->installEventFilter(this);
    options_ = new QLineEdit(side);
    options_->setAccessibleName(tr("Options"));
    options_->setPlaceholderText(tr("Options, for instance left|right|front|behind; empty for a free answer"));
    askButton_ = new QPushButton(tr("&Ask"), side);
    askButton_->setAccessibleName(tr("Ask"));
    askButton_->setDefault(true);
    connect(askButton_, &QPushButton::clicked, this, &AskTab::ask);
    stopButton_ = new QPushButton(tr("S&top"), side);
    stopButton_->setAccessibleName(tr("Stop"));
    stopButton_->setEnabled(false);
    connect(stopButton_, &QPushButton::clicked, this, &AskTab::stop);
    answer_ = new QPlainTextEdit(side);
    answer_->setAccessibleName(tr("Answer"));
    answer_->setReadOnly(true);
    answer_->setTabChangesFocus(true);
    answer_->setPlaceholderText(tr("The answer appears here."));
    answer_->setMaximumHeight(5 * fontMetrics().height());
    scores_ = makeTable(side, tr("Options and their probability"), {tr("Option"), tr("Probability")});
    sampling_ = new SamplingBar(side);
    regenerate_ = new QPushButton(tr("Re&generate"), side);
    regenerate_->setAccessibleName(tr("Regenerate"));
    regenerate_->setToolTip(tr("The same question with the next seed"));
    regenerate_->setEnabled(false);
    connect(regenerate_, &QPushButton::clicked, this, &AskTab::regenerate);
    auto* folderButton = new QPushButton(tr("Fol&der…"), side);
    folderButton->setAccessibleName(tr("Ask about a folder"));
    folderButton->setToolTip(tr("Asks the question about every recording of a folder"));
    connect(folderButton, &QPushButton::clicked, this, [this] {
        const auto folder = QFileDialog::getExistingDirectory(this, tr("Ask about a folder"));
        if (BatchDialog* dialog = folder.isEmpty() ? nullptr : askFolder(folder)) {
            dialog->show();
            dialog->start();
        }
    });
    history_ = new HistoryPanel(side);
    connect(history_, &HistoryPanel::askAgainWanted, this, &AskTab::askAgain);
    connect(history_, &HistoryPanel::message, this, &AskTab::message);
    status_ = new QLabel(side);
    status_->setForegroundRole(QPalette::PlaceholderText);
    status_->setWordWrap(true);

    auto* inputRow = new QHBoxLayout;
    inputRow->addWidget(openButton);
    inputRow->addWidget(sceneButton);
    auto* askRow = new QHBoxLayout;
    askRow->addWidget(askButton_, 1);
    askRow->addWidget(stopButton_);
    askRow->addWidget(regenerate_);
    askRow->addWidget(folderButton);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(input_);
    column->addLayout(inputRow);
    column->addWidget(examples_);
    column->addWidget(question_);
    column->addWidget(options_);
    column->addWidget(sampling_);
    column->addLayout(askRow);
    column->addWidget(answer_);
    column->addWidget(scores_, 2);
    column->addWidget(history_, 2);
    column->addWidget(status_);
}

void AskTab::buildViewSide(QWidget* side)
{
    azimuth_ = new AzimuthPlot(side);
    heard_ = makeTable(side, tr("Heard sources"),
                       {tr("Heard"), tr("Azimuth / °"), tr("Elevation / °"), tr("Distance / m"), tr("Confidence")});
    heard_->setMaximumHeight(static_cast<int>(7 * fontMetrics().height()));
    attention_ = new AttentionPlot(side);
    auto* exportButton = new QPushButton(tr("E&xport view…"), side);
    exportButton->setAccessibleName(tr("Export view"));
    connect(exportButton, &QPushButton::clicked, this, &AskTab::exportView);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(azimuth_, 3);
    column->addWidget(heard_);
    column->addWidget(attention_, 2);
    column->addWidget(exportButton, 0, Qt::AlignRight);
}

void AskTab::useScene()
{
    recording_.reset();
    audio_.reset();
    input_->setText(tr("Input: the open scene"));
    showExamples();
}

bool AskTab::openAudio(const std::filesystem::path& path)
{
    try {
        auto audio = std::make_shared<AudioBuffer>(readAudio(path));
        if (audio->channels() != 2) {
            emit message(tr("%1 has %n channel(s). Where a sound comes from can only be heard with two ears: open a "
                            "two-channel recording.",
                            nullptr, static_cast<int>(audio->channels()))
                             .arg(QString::fromStdString(path.filename().string())));
            return false;
        }
        recording_ = path;
        input_->setText(tr("Input: %1 (%2 s)")
                            .arg(QString::fromStdString(path.filename().string()))
                            .arg(audio->durationS(), 0, 'f', 1));
        showExamples();
        audioReady(std::move(audio));
        return true;
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
        return false;
    }
}

void AskTab::setModel(const std::filesystem::path& folder)
{
    worker_.setLoader([folder](const ProgressCallback& progress) {
        ModelOptions options;
        options.model = folder;
        return HearingModel::load(options, progress);
    });
    // final/ and stages/sft/ say little without the run that they belong to.
    const auto run = folder.filename() == "final" ? folder.parent_path() : folder.parent_path().parent_path();
    const auto name = QString::fromStdString((run.filename() / folder.lexically_relative(run)).string());
    status_->setText(tr("Answers come from the model %1.").arg(name));
    emit message(status_->text());
}

void AskTab::setSceneAudio(std::shared_ptr<const AudioBuffer> audio)
{
    if (!recording_)
        audioReady(std::move(audio));
}

void AskTab::audioReady(std::shared_ptr<const AudioBuffer> audio)
{
    audio_ = std::move(audio);
    if (!audio_)
        return;
    if (sendWhenReady_)
        send();
    else if (recording_)
        worker_.localize(audio_);
}

void AskTab::ask()
{
    expectedHash_.clear();
    if (question_->toPlainText().trimmed().isEmpty()) {
        question_->setFocus();
        return;
    }
    sendWhenReady_ = true;
    setBusy(true, tr("rendering the scene…"));
    if (audio_)
        send();
    else
        emit sceneAudioWanted();
}

void AskTab::send()
{
    sendWhenReady_ = false;
    const QString text = question_->toPlainText().trimmed();
    asked_.removeAll(text);
    asked_ << text;
    recall_ = asked_.size();
    const auto options = askOptions();
    if (!options) {
        setBusy(false, {});
        return;
    }
    sent_ = text;
    sentWith_ = *options;
    sentAudio_ = askablePart(audio_);
    answer_->clear();
    pending_.clear();
    scores_->setRowCount(0);
    setBusy(true, tr("listening…"));
    worker_.localize(audio_);
    worker_.ask(sentAudio_, text, *options);
}

// As the fields say; nothing, with a message, when they cannot be asked with.
std::optional<AskOptions> AskTab::askOptions()
{
    AskOptions options;
    options.wantAttention = true;
    sampling_->apply(options);
    for (const QString& option : options_->text().split(QLatin1Char('|'), Qt::SkipEmptyParts))
        options.options.push_back(option.trimmed().toStdString());
    std::string error;
    if (options.isValid(&error))
        return options;
    emit message(QString::fromStdString(error));
    return {};
}

void AskTab::regenerate()
{
    constexpr double drawn = 0.8; // the likeliest words are the same with every seed
    sampling_->setSeed(sampling_->seed() + 1);
    if (sampling_->temperature().value() == 0.0)
        sampling_->temperature().setValue(drawn);
    sampling_->foldButton().setChecked(true);
    ask();
}

void AskTab::askAgain(const AskEntry& entry)
{
    if (!askButton_->isEnabled())
        return;
    if (entry.ofScene && recording_)
        useScene();
    else if (!entry.ofScene && !openAudio(entry.input))
        return;
    question_->setPlainText(QString::fromStdString(entry.question));
    QStringList options;
    for (const auto& option : entry.options.options)
        options << QString::fromStdString(option);
    options_->setText(options.join(QLatin1Char('|')));
    sampling_->show(entry.options);
    ask();
    expectedHash_ = entry.audioHash;
}

BatchDialog* AskTab::askFolder(const QString& folder)
{
    const auto options = askOptions();
    const auto text = question_->toPlainText().trimmed();
    if (!options || text.isEmpty()) {
        question_->setFocus();
        return nullptr;
    }
    auto* dialog = new BatchDialog(worker_, folder, text, *options, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    return dialog;
}

void AskTab::setHistoryFile(const std::filesystem::path& file)
{
    history_->setFile(file);
}

AskEntry AskTab::entryOf(const Answer& answer) const
{
    AskEntry entry;
    entry.timeS = 1e-3 * static_cast<double>(QDateTime::currentMSecsSinceEpoch());
    entry.question = sent_.toStdString();
    entry.ofScene = !recording_;
    entry.input = recording_ ? std::filesystem::absolute(*recording_).string() : document_.displayName().toStdString();
    entry.audioHash = audioHash(*sentAudio_);
    entry.options = sentWith_;
    entry.answer = answerToJson(answer);
    return entry;
}

void AskTab::stop()
{
    sendWhenReady_ = false;
    worker_.stop();
    status_->setText(tr("stopping…"));
}

void AskTab::setBusy(bool busy, const QString& status)
{
    askButton_->setEnabled(!busy);
    stopButton_->setEnabled(busy);
    status_->setText(status);
}

void AskTab::showExamples()
{
    examples_->clear();
    examples_->addItem(tr("Example questions…"));
    const QString directions = QStringLiteral("left|right|front|behind");
    QStringList words;
    if (!recording_)
        for (const Source& source : document_.scene().sources)
            if (const Label* label = findLabel(source.label))
                words << QString::fromUtf8(label->words);
    words.removeDuplicates();
    for (const QString& word : words)
        examples_->addItem(tr("Where is the %1?").arg(word), directions);
    for (const QString& word : words)
        examples_->addItem(tr("Do you hear a %1?").arg(word), QStringLiteral("yes|no"));
    examples_->addItem(tr("What do you hear?"));
    examples_->addItem(tr("What do you hear behind you?"));
    if (question_->toPlainText().isEmpty() && examples_->count() > 1) {
        question_->setPlainText(examples_->itemText(1));
        options_->setText(examples_->itemData(1).toString());
    }
}

void AskTab::showAnswer(const Answer& answer)
{
    QString shown = QString::fromStdString(answer.answer);
    if (answer.letter)
        shown = QLatin1Char(*answer.letter) + QStringLiteral(") ") + shown;
    if (answer.stopped)
        shown += tr("  [stopped]");
    refresh_.stop();
    pending_.clear();
    answer_->setPlainText(shown);
    double total = 0.0;
    for (const double score : answer.optionScores)
        total += std::exp(score);
    const auto options = options_->text().split(QLatin1Char('|'), Qt::SkipEmptyParts);
    scores_->setRowCount(0);
    for (qsizetype i = 0; i < options.size() && i < static_cast<qsizetype>(answer.optionScores.size()); ++i) {
        const int row = scores_->rowCount();
        scores_->insertRow(row);
        scores_->setItem(row, 0, new QTableWidgetItem(options[i].trimmed()));
        scores_->setItem(row, 1,
                         new QTableWidgetItem(tr("%1 %").arg(
                             100.0 * std::exp(answer.optionScores[static_cast<std::size_t>(i)]) / total, 0, 'f', 1)));
    }
    attention_->setMap(answer.attention);
    const AskEntry entry = entryOf(answer);
    history_->add(entry);
    regenerate_->setEnabled(true);
    if (const auto expected = std::exchange(expectedHash_, {}); !expected.empty() && expected != entry.audioHash)
        emit message(tr("The sound is not the one that was asked about then."));
    setBusy(false, tr("%1, seed %2, %3 tokens, %4 tokens/s, first token after %5 s")
                       .arg(QString::fromStdString(answer.model))
                       .arg(answer.seed)
                       .arg(answer.tokens)
                       .arg(answer.tokensPerS, 0, 'f', 1)
                       .arg(answer.firstTokenS, 0, 'f', 2));
}

void AskTab::showLocalization(const Localization& result)
{
    azimuth_->setData(azimuthData(result, recording_ ? nullptr : &document_.scene()));
    heard_->setRowCount(0);
    for (const auto& s : result.sources) {
        const int row = heard_->rowCount();
        heard_->insertRow(row);
        const QString cells[] = {QString::fromStdString(s.label), QString::number(s.azimuthDeg, 'f', 0),
                                 QString::number(s.elevationDeg, 'f', 0), QString::number(s.distanceM, 'f', 1),
                                 tr("%1 %").arg(100.0 * s.confidence, 0, 'f', 0)};
        for (int c = 0; c < 5; ++c)
            heard_->setItem(row, c, new QTableWidgetItem(cells[c]));
    }
    emit localized(result);
}

void AskTab::exportView()
{
    const auto file = QFileDialog::getSaveFileName(this, tr("Export view"), QStringLiteral("azimuth.pdf"),
                                                   tr("Figures and numbers (*.pdf *.svg *.png *.csv)"));
    if (file.isEmpty())
        return;
    try {
        azimuth_->exportTo(file.toStdString(), tr("Binaurium, %1").arg(document_.displayName()));
        const std::filesystem::path path = file.toStdString();
        const auto second = path.parent_path() / (path.stem().string() + "-attention" + path.extension().string());
        attention_->exportTo(second, tr("Binaurium, %1").arg(document_.displayName()));
        emit message(tr("Wrote %1 and %2.").arg(file, QString::fromStdString(second.filename().string())));
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
    }
}

bool AskTab::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != question_ || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter && !key->modifiers().testFlag(Qt::ShiftModifier)) {
        if (askButton_->isEnabled())
            ask();
        return true;
    }
    const bool onFirstLine = question_->textCursor().blockNumber() == 0;
    if (key->key() == Qt::Key_Up && onFirstLine && recall_ > 0) {
        question_->setPlainText(asked_[--recall_]);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void AskTab::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void AskTab::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) {
            openAudio(url.toLocalFile().toStdString());
            break;
        }
    event->acceptProposedAction();
}

} // namespace binaurium
