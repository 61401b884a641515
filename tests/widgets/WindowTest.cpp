// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/MainWindow.h"
#include "core/audio/AudioFile.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/widgets/FakeModel.h"
#include "widgets/ask/AskTab.h"
#include "widgets/ask/AttentionView.h"
#include "widgets/ask/HearingViews.h"
#include "widgets/ask/WhereView.h"
#include "widgets/dataset/DatasetPage.h"
#include "widgets/plot/AzimuthPlot.h"
#include "widgets/plot/FigureExport.h"
#include "widgets/training/TrainingTab.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QImage>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabWidget>

using namespace binaurium;

namespace {

constexpr int workLimitMs = 20'000;

std::unique_ptr<MainWindow> makeWindow()
{
    auto window = std::make_unique<MainWindow>(
        [](const ProgressCallback&) { return std::make_unique<test::FakeModel>(); }, AudioOutput::makeNull);
    window->resize(1280, 720);
    window->show();
    return window;
}

bool isControl(const QWidget* widget)
{
    return qobject_cast<const QAbstractButton*>(widget) != nullptr ||
           qobject_cast<const QAbstractSpinBox*>(widget) != nullptr ||
           qobject_cast<const QComboBox*>(widget) != nullptr || qobject_cast<const QLineEdit*>(widget) != nullptr ||
           qobject_cast<const QAbstractSlider*>(widget) != nullptr ||
           qobject_cast<const QAbstractItemView*>(widget) != nullptr ||
           qobject_cast<const QPlainTextEdit*>(widget) != nullptr;
}

std::string stereoFile(const QTemporaryDir& folder, std::size_t channels)
{
    AudioBuffer audio(channels, 48000, 48000.0);
    for (std::size_t i = 0; i < audio.all().size(); ++i)
        audio.all()[i] = 0.1F * static_cast<float>(std::sin(0.05 * static_cast<double>(i)));
    const auto path = test::scratch(folder, std::to_string(channels) + ".wav");
    writeAudio(audio, path);
    return path.string();
}

} // namespace

class WindowTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void everyControlOfEveryTabHasANameAndIsReachedByTab();
    void askingStreamsAnAnswerAndShowsWhereItComesFrom();
    void stopEndsARunningAnswer();
    void aMissingModelIsOneSentence();
    void monoRecordingsAreRefusedWithASentence();
    void theTrainingTabReadsARun();
    void damagedFilesLeaveTheWindowAsItWas();
    void figuresHaveTheirSizeAndTheirNumbers();
    void theSceneBecomesACommandLine();

private:
    static void checkControls(QWidget* page, const QString& name, int& controls);

    QTemporaryDir home_;
};

void WindowTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    BINAURIUM_FAIL_ON_WARNINGS();
}

void WindowTest::checkControls(QWidget* page, const QString& name, int& controls)
{
    QCoreApplication::processEvents();
    QSet<QWidget*> reachable;
    QWidget* at = page;
    for (int i = 0; i < 5000 && (i == 0 || at != page); ++i) { // once around the window
        at = at->nextInFocusChain();
        if (at->focusPolicy() & Qt::TabFocus)
            reachable.insert(at);
    }
    for (QWidget* widget : page->findChildren<QWidget*>()) {
        if (!isControl(widget) || !widget->isVisibleTo(page) || widget->objectName().startsWith(QStringLiteral("qt_")))
            continue;
        if (qobject_cast<QLineEdit*>(widget) != nullptr &&
            qobject_cast<QAbstractSpinBox*>(widget->parentWidget()) != nullptr)
            continue; // the editor inside a spin box
        if (widget->inherits("QLineEditIconButton"))
            continue; // the icon in a field, which Alt+Down presses
        if (widget->inherits("QHeaderView") || widget->inherits("QScrollBar") ||
            widget->inherits("QTableCornerButton") || widget->inherits("QComboBoxListView"))
            continue;
        QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(widget);
        const auto what = QStringLiteral("%1 '%2' on tab %3")
                              .arg(QString::fromLatin1(widget->metaObject()->className()), widget->objectName(), name);
        QVERIFY2(spoken != nullptr && !spoken->text(QAccessible::Name).isEmpty(), qPrintable(what));
        if (widget->isEnabled())
            QVERIFY2(reachable.contains(widget), qPrintable(what));
        ++controls;
    }
}

void WindowTest::everyControlOfEveryTabHasANameAndIsReachedByTab()
{
    const auto window = makeWindow();
    QVERIFY(window->openPath(test::sourceFile("scenes/kitchen.scene.json")));
    QVERIFY(QTest::qWaitForWindowActive(window.get()));
    for (const char* id : {"scene", "ask", "training", "dataset", "benchmark"}) {
        const auto name = QString::fromLatin1(id);
        window->showTab(name);
        int controls = 0;
        checkControls(window->tabs().currentWidget(), name, controls);
        QVERIFY2(controls > 0 || name == QStringLiteral("benchmark"), id); // that page only says its command
    }
    int controls = 0;
    window->showTab(QStringLiteral("dataset"));
    window->datasetPage().pages().setCurrentIndex(1);
    checkControls(&window->datasetPage(), QStringLiteral("dataset"), controls);
    QVERIFY(controls > 0);
    auto& training = window->trainingTab();
    window->showTab(QStringLiteral("training"));
    for (int page = 0; page < training.pages().count(); ++page) {
        training.pages().setCurrentIndex(page);
        checkControls(&training, QStringLiteral("training"), controls);
    }
    training.newRun();
    checkControls(&training, QStringLiteral("new run"), controls);
}

void WindowTest::askingStreamsAnAnswerAndShowsWhereItComesFrom()
{
    const auto window = makeWindow();
    QVERIFY(window->openPath(stereoFile(home_, 2)));
    auto& tab = window->askTab();
    tab.question().setPlainText(QStringLiteral("Where is the kettle?"));
    tab.options().setText(QStringLiteral("left|right"));
    tab.ask();
    QTRY_VERIFY_WITH_TIMEOUT(tab.answer().toPlainText().contains(QStringLiteral("left")), workLimitMs);
    QTRY_COMPARE_WITH_TIMEOUT(tab.views().attention().chips().count(), 2, workLimitMs);
    const auto& azimuth = tab.views().where().azimuth();
    QTRY_COMPARE_WITH_TIMEOUT(azimuth.data().predicted.size(), std::size_t{1}, workLimitMs);
    QCOMPARE(azimuth.data().predicted[0].azimuthDeg, 80.0);
    QVERIFY(azimuth.data().truth.empty()); // a recording has none
}

void WindowTest::stopEndsARunningAnswer()
{
    const auto window = makeWindow();
    QVERIFY(window->openPath(stereoFile(home_, 2)));
    auto& tab = window->askTab();
    tab.ask();
    QTRY_VERIFY_WITH_TIMEOUT(!tab.answer().toPlainText().isEmpty(), workLimitMs);
    tab.stop();
    QTest::qWait(600);
    const auto text = tab.answer().toPlainText();
    QVERIFY(text.count(QStringLiteral("left")) < 20);
    QTest::qWait(200);
    QCOMPARE(tab.answer().toPlainText(), text);
}

void WindowTest::aMissingModelIsOneSentence()
{
    MainWindow window(
        [](const ProgressCallback&) -> std::unique_ptr<HearingModel> {
            throw missing("the model is not on this computer", "fetch it");
        },
        AudioOutput::makeNull);
    window.show();
    QVERIFY(window.openPath(stereoFile(home_, 2)));
    window.askTab().ask();
    QTRY_VERIFY_WITH_TIMEOUT(window.lastMessage().contains(QStringLiteral("not on this computer")), workLimitMs);
}

void WindowTest::monoRecordingsAreRefusedWithASentence()
{
    const auto window = makeWindow();
    (void)window->openPath(stereoFile(home_, 1));
    QVERIFY2(window->lastMessage().contains(QStringLiteral("channel")), qPrintable(window->lastMessage()));
}

void WindowTest::theTrainingTabReadsARun()
{
    const auto run = test::scratch(home_, "run");
    std::filesystem::create_directories(run);
    test::writeBytes(run / "config.toml", "format = \"binaurium-train\"\nversion = 1\n");
    test::writeBytes(run / "events.jsonl",
                     "{\"time\":1,\"type\":\"step\",\"stage\":\"encoder\",\"step\":0,\"loss\":4.0}\n"
                     "{\"time\":2,\"type\":\"step\",\"stage\":\"encoder\",\"step\":20,\"loss\":3.0}\nnot "
                     "json\n{\"time\":3,\"type\":\"st");
    const auto window = makeWindow();
    QVERIFY(window->openPath(run));
    QTRY_COMPARE_WITH_TIMEOUT(window->trainingTab().pointCount(), 2, workLimitMs);
}

void WindowTest::damagedFilesLeaveTheWindowAsItWas()
{
    const auto window = makeWindow();
    QVERIFY(window->openPath(test::sourceFile("scenes/kitchen.scene.json")));
    const Scene before = window->document().scene();
    const auto path = test::scratch(home_, "bad.scene.json");
    test::writeBytes(path, "{\"format\":\"binaurium-scene\",\"version\":7}");
    QVERIFY(!window->openPath(path));
    QVERIFY(window->document().scene() == before);
    QVERIFY(window->lastMessage().contains(QStringLiteral("7")));
    QVERIFY(!window->openPath("/no/such/file.wav"));
}

void WindowTest::figuresHaveTheirSizeAndTheirNumbers()
{
    AzimuthPlot plot;
    AzimuthData data;
    data.hasPosterior = true;
    data.posterior[18] = 1.0F;
    data.predicted.push_back({QStringLiteral("kettle"), 88.0, 1.5, 0.9});
    data.truth.push_back({QStringLiteral("kettle"), 83.0, 1.6, 1.0});
    plot.setData(data);
    for (const char* name : {"a.pdf", "a.svg", "a.png", "a.csv"})
        plot.exportTo(test::scratch(home_, name), QStringLiteral("test"));
    const auto pdf = readFile(test::scratch(home_, "a.pdf"));
    QVERIFY(pdf.starts_with("%PDF") && pdf.find("/FontFile") != std::string::npos); // fonts are inside
    const QImage image(QString::fromStdString(test::scratch(home_, "a.png").string()));
    QVERIFY(image.width() > 600);
    QVERIFY(std::abs(image.dotsPerMeterX() * 0.0254 - 300.0) < 1.0);
    QCOMPARE(image.pixelColor(1, 1), QColor(Qt::white)); // light whatever the desktop is
    const auto csv = readFile(test::scratch(home_, "a.csv"));
    QVERIFY(csv.find("90") != std::string::npos && csv.find("88") != std::string::npos);
    FigureOptions options;
    options.widthMm = 5.0;
    QVERIFY(!test::errorOf([&] {
                 exportFigure([](QPainter&, const QSizeF&) {}, options, test::scratch(home_, "b.png"));
             }).empty());
    QVERIFY(!test::errorOf([&] { plot.exportTo(test::scratch(home_, "a.docx"), {}); }).empty());
}

void WindowTest::theSceneBecomesACommandLine()
{
    const auto window = makeWindow();
    QVERIFY(window->openPath(test::sourceFile("scenes/kitchen.scene.json")));
    const auto command = window->renderCommand();
    QVERIFY2(command.startsWith(QStringLiteral("binaurium-cli render ")) &&
                 command.contains(QStringLiteral("kitchen.scene.json")),
             qPrintable(command));
}

QTEST_MAIN(WindowTest)
#include "WindowTest.moc"
