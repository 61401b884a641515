// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/BenchmarkTab.h"
#include "core/audio/AudioFile.h"
#include "core/benchmark/report/ReportFolder.h"
#include "core/support/AtomicFile.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "widgets/benchmark/ListeningDialog.h"
#include "widgets/benchmark/ReportExport.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>

using namespace binaurium;

class BenchmarkTabTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void reportsStandSideBySide();
    void itemsAreFiltered();
    void aDamagedReportIsNamed();
    void tablesAndFiguresAreWritten();
    void everythingHasAName();
    void oneItemIsHeard();
    void changedDataAreStale();
    void listenersAnswerWithoutLabels();
    void runsWaitForEachOther();
};

namespace {

constexpr int waitMs = 20'000;

// A tenth of a second of two ears.
std::filesystem::path recording(const QTemporaryDir& folder)
{
    AudioBuffer audio(2, 3200, 32000.0);
    audio.channel(0)[100] = 0.5F;
    writeAudio(audio, test::scratch(folder, "r.wav"));
    return test::scratch(folder, "r.wav");
}

// A report of six items, of which the last two are answered wrongly.
std::filesystem::path reportOf(const QTemporaryDir& folder, const std::string& name,
                               const std::filesystem::path& audio = {})
{
    std::string items;
    std::string answers;
    for (int i = 0; i < 6; ++i) {
        Item item;
        item.id = "item-" + std::to_string(i);
        item.level = i < 3 ? "L1" : "L2";
        item.task = i < 3 ? "direction" : "binding";
        item.question = "Where is it?";
        item.options = {"left", "right"};
        item.answer = "left";
        item.evidence = "It is on the left.";
        item.split = "test";
        if (!audio.empty())
            item.margins["audio"] = audio.string();
        items += itemToJson(item).dump() + "\n";
        answers += Json{{"id", item.id}, {"answer", "left"}, {"scores", {i < 4 ? -0.1 : -3.0, -1.0}}}.dump() + "\n";
    }
    test::writeBytes(test::scratch(folder, name + "-items.jsonl"), items);
    test::writeBytes(test::scratch(folder, name + "-answers.jsonl"), answers);
    const auto data = readBenchmarkData(test::scratch(folder, name + "-items.jsonl"), {});
    const auto report = test::scratch(folder, name);
    (void)scorePredictions(data, "test", test::scratch(folder, name + "-answers.jsonl"), name, report, {});
    return report;
}

// Two scenes: one source heard in front and behind, one missed.
std::string localization()
{
    std::string text =
        R"({"format":"binaurium-benchmark-localization","version":1,"model":"m","model_sha256":"","data_sha256":"","seed":1})"
        "\n";
    for (const char* heard : {R"(,"heard":[150,0,1.0,0.9])", ""}) {
        text +=
            R"({"scene":"s","item":"i","cluster":"c","groups":[],"sources":[{"label":"dog","groups":[],"truth":[30,0,1.0])";
        text.append(heard)
            .append(R"(}],"seld":{"classes":{},"substitutions":0,"deletions":0,"insertions":0}})")
            .append("\n");
    }
    return text;
}

std::string probes()
{
    ProbeReport report;
    report.key = {"my_model", "abc", "def", 1};
    report.dataName = "data";
    report.folds = 5;
    report.question = "Where?";
    for (const char* target : probeTargets) {
        report.scores.push_back({"encoder", 0, "audio", target, 0.5, {0.4, 0.6}});
        report.scores.push_back({"language", 1, "answer", target, 0.7, {0.6, 0.8}});
    }
    return toJson(report).dump();
}

template <typename Widget>
Widget* named(QWidget& parent, const QString& text)
{
    for (auto* widget : parent.findChildren<Widget*>())
        if (widget->accessibleName() == text || widget->property("text").toString() == text)
            return widget;
    return nullptr;
}

} // namespace

void BenchmarkTabTest::reportsStandSideBySide()
{
    const QTemporaryDir folder;
    BenchmarkTab tab(nullptr, AudioOutput::makeNull());
    QCOMPARE(tab.scores().columnCount(), 0);
    tab.openReport(reportOf(folder, "first"));
    tab.openReport(reportOf(folder, "second"));
    tab.openReport(test::scratch(folder, "second")); // again: read anew, not twice
    QTRY_VERIFY_WITH_TIMEOUT(!tab.isReading(), waitMs);
    const auto& scores = tab.scores();
    QCOMPARE(scores.columnCount(), 2 + 2 + 3);
    QCOMPARE(scores.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("first"));
    QCOMPARE(scores.headerData(4, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("chance"));
    QCOMPARE(scores.rowCount(), 5); // all, two levels, two tasks
    const auto cell = scores.index(0, 2).data().toString();
    QVERIFY2(cell.startsWith(QStringLiteral("66.7  [")), qPrintable(cell));
    QCOMPARE(scores.index(0, 1).data().toInt(), 6);
    QVERIFY(scores.index(0, 2).data(Qt::ToolTipRole).toString().contains(QStringLiteral("4 of 6")));
    auto* scorer = tab.findChildren<QComboBox*>().first();
    for (auto* box : tab.findChildren<QComboBox*>())
        if (box->accessibleName() == QStringLiteral("Scorer"))
            scorer = box;
    scorer->setCurrentIndex(1);
    QVERIFY(scores.index(0, 2).data().toString().startsWith(QStringLiteral("100.0")));
}

void BenchmarkTabTest::itemsAreFiltered()
{
    const QTemporaryDir folder;
    BenchmarkTab tab(nullptr, AudioOutput::makeNull());
    tab.openReport(reportOf(folder, "report"));
    QTRY_VERIFY_WITH_TIMEOUT(!tab.isReading(), waitMs);
    QCOMPARE(tab.filter().rowCount(), 6);
    for (auto* box : tab.findChildren<QCheckBox*>())
        if (box->text() == QStringLiteral("Only &wrong"))
            box->setChecked(true);
    QCOMPARE(tab.filter().rowCount(), 2);
    for (auto* view : tab.findChildren<QTableView*>())
        if (view->accessibleName() == QStringLiteral("Tasks by runs"))
            for (int row = 0; row < view->model()->rowCount(); ++row)
                if (view->model()->index(row, 0).data().toString() == QStringLiteral("direction"))
                    view->setCurrentIndex(view->model()->index(row, 0));
    QCOMPARE(tab.filter().rowCount(), 0); // directions were all right
    QVERIFY(tab.items().describe(5).contains(QStringLiteral("It is on the left.")));
    QVERIFY(tab.items().describe(5).contains(QStringLiteral("(truth)")));
}

void BenchmarkTabTest::aDamagedReportIsNamed()
{
    const QTemporaryDir folder;
    BenchmarkTab tab(nullptr, AudioOutput::makeNull());
    const auto report = reportOf(folder, "report");
    test::writeBytes(report / "report.json", "{");
    tab.openReport(report);
    QTRY_VERIFY_WITH_TIMEOUT(!tab.isReading(), waitMs);
    QCOMPARE(tab.scores().columnCount(), 0);
    bool said = false;
    for (auto* label : tab.findChildren<QLabel*>())
        said = said || label->text().contains(QStringLiteral("report.json"));
    QVERIFY(said);
}

void BenchmarkTabTest::tablesAndFiguresAreWritten()
{
    const QTemporaryDir folder;
    const auto path = reportOf(folder, "my_model");
    test::writeBytes(path / "localization.jsonl", localization());
    test::writeBytes(path / "probes.json", probes());
    const auto open = OpenReport::read(path);
    const auto& report = open.report;
    QCOMPARE(open.scenes.size(), std::size_t{2});
    exportScores({report}, "likelihood", test::scratch(folder, "t.tex"));
    const auto tex = readFile(test::scratch(folder, "t.tex"));
    QVERIFY(tex.find("\\toprule") != std::string::npos && tex.find("my\\_model") != std::string::npos);
    exportScores({report}, "likelihood", test::scratch(folder, "t.csv"));
    exportScores({report}, "likelihood", test::scratch(folder, "t.json"));
    QVERIFY(readFile(test::scratch(folder, "t.json")).find("binaurium-benchmark") != std::string::npos);
    QVERIFY(!test::errorOf([&] { exportScores({report}, "likelihood", test::scratch(folder, "t.doc")); }).empty());
    for (const auto figure : {BenchmarkFigure::Scores, BenchmarkFigure::Confusion, BenchmarkFigure::Reliability,
                              BenchmarkFigure::Errors, BenchmarkFigure::Directions, BenchmarkFigure::Probes})
        for (const char* ending : {"pdf", "svg", "png"}) {
            const auto file = test::scratch(folder, std::string("f.") + ending);
            exportReportFigure(open, figure, "binding", 90.0, file);
            QVERIFY(std::filesystem::file_size(file) > 1000);
            const auto caption = readFile(file.string() + ".txt");
            QVERIFY(caption.find("my_model") != std::string::npos && caption.find("bootstrap") != std::string::npos);
        }
    QVERIFY(!test::errorOf([&] {
                 exportReportFigure(open, BenchmarkFigure::Confusion, "smell", 90.0, test::scratch(folder, "f.pdf"));
             }).empty());
    std::filesystem::remove(path / "localization.jsonl");
    std::filesystem::remove(path / "probes.json");
    const auto bare = OpenReport::read(path);
    for (const auto figure : {BenchmarkFigure::Errors, BenchmarkFigure::Probes})
        QVERIFY(!test::errorOf([&] {
                     exportReportFigure(bare, figure, "", 90.0, test::scratch(folder, "f.pdf"));
                 }).empty());
}

void BenchmarkTabTest::everythingHasAName()
{
    BenchmarkTab tab(nullptr, AudioOutput::makeNull());
    for (auto* edit : tab.findChildren<QLineEdit*>())
        QVERIFY(!edit->accessibleName().isEmpty() || edit->objectName().startsWith(QStringLiteral("qt_")));
    for (auto* view : tab.findChildren<QTableView*>())
        QVERIFY(!view->accessibleName().isEmpty());
    for (auto* button : tab.findChildren<QPushButton*>())
        QVERIFY(!button->text().isEmpty());
}

void BenchmarkTabTest::oneItemIsHeard()
{
    const QTemporaryDir folder;
    const auto path = reportOf(folder, "report", recording(folder));
    BenchmarkTab tab(nullptr, AudioOutput::makeNull());
    tab.openReport(path);
    QTRY_VERIFY_WITH_TIMEOUT(!tab.isReading(), waitMs);
    auto* view = named<QTableView>(tab, QStringLiteral("Items"));
    QVERIFY(view != nullptr && view->model()->rowCount() == 6);
    view->setCurrentIndex(view->model()->index(0, 0));
    auto* text = named<QPlainTextEdit>(tab, QStringLiteral("One item under all controls"));
    QVERIFY(text->toPlainText().contains(QStringLiteral("It is on the left.")));
    auto* inspector = tab.findChild<ItemInspector*>();
    QVERIFY(inspector->audio() == nullptr);
    inspector->transport().play();
    QTRY_VERIFY(inspector->audio() != nullptr);
    QCOMPARE(inspector->audio()->frames(), std::size_t{3200});
    QTRY_VERIFY(inspector->transport().isPlaying() || inspector->transport().positionS() >= 0.0);
    view->setCurrentIndex(view->model()->index(1, 0));
    QVERIFY(inspector->audio() == nullptr); // another item, another sound
}

void BenchmarkTabTest::changedDataAreStale()
{
    const QTemporaryDir folder;
    BenchmarkTab tab(nullptr, AudioOutput::makeNull());
    tab.openReport(reportOf(folder, "report"));
    QTRY_VERIFY_WITH_TIMEOUT(!tab.isReading(), waitMs);
    const auto head = [&] { return tab.scores().headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(); };
    QCOMPARE(head(), QStringLiteral("report"));
    auto items = readFile(test::scratch(folder, "report-items.jsonl"));
    items.replace(items.find("Where is it?"), 12, "Where is he?");
    test::writeBytes(test::scratch(folder, "report-items.jsonl"), items);
    tab.openReport(test::scratch(folder, "report"));
    QTRY_VERIFY_WITH_TIMEOUT(!tab.isReading(), waitMs);
    QTRY_COMPARE(head(), QStringLiteral("report (stale)"));
    bool said = false;
    for (auto* label : tab.findChildren<QLabel*>())
        said = said || label->text().contains(QStringLiteral("have changed"));
    QVERIFY(said);
}

void BenchmarkTabTest::listenersAnswerWithoutLabels()
{
    const QTemporaryDir folder;
    const auto path = reportOf(folder, "report", recording(folder));
    ListeningDialog dialog(path, {}, AudioOutput::makeNull());
    dialog.show();
    auto* begin = named<QPushButton>(dialog, QStringLiteral("&Begin"));
    QTest::mouseClick(begin, Qt::LeftButton);
    QVERIFY(dialog.session() == nullptr); // no name yet
    QTest::keyClicks(named<QLineEdit>(dialog, QStringLiteral("Name of the listener")), QStringLiteral("anna"));
    QTest::mouseClick(begin, Qt::LeftButton);
    QVERIFY(dialog.session() != nullptr);
    QCOMPARE(dialog.session()->total(), std::size_t{6});
    auto* play = named<QPushButton>(dialog, QStringLiteral("&Play"));
    for (std::size_t i = 0; i < 6; ++i) {
        auto* left = named<QPushButton>(dialog, QStringLiteral("&1  left"));
        QVERIFY(left != nullptr && !left->isEnabled()); // listen first
        QTest::mouseClick(play, Qt::LeftButton);
        QTRY_VERIFY(left->isEnabled());
        for (auto* label : dialog.findChildren<QLabel*>())
            QVERIFY(!label->text().contains(QStringLiteral("on the left"))); // no evidence
        QTest::mouseClick(left, Qt::LeftButton);
        QCOMPARE(dialog.session()->answered(), i + 1);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    QVERIFY(dialog.hasAnswers() && dialog.session()->current() == nullptr);
    const auto* row = refreshReport(path).find("human (1 listener)", "none", "likelihood", "all");
    QVERIFY(row != nullptr);
    QCOMPARE(row->score, 1.0); // all answers are left
}

void BenchmarkTabTest::runsWaitForEachOther()
{
    // No program beside the test, or one that ends at once with an error: either way each run ends and the next begins.
    RunQueue queue;
    QSignalSpy ended(&queue, &RunQueue::ended);
    queue.add({QStringLiteral("bench")}, QStringLiteral("/tmp/first"));
    queue.add({QStringLiteral("bench")}, QStringLiteral("/tmp/second"));
    QTRY_COMPARE(ended.count(), 2);
    QCOMPARE(ended[0][0].toString(), QStringLiteral("/tmp/first"));
    QCOMPARE(ended[1][0].toString(), QStringLiteral("/tmp/second"));
    QVERIFY(ended[0][1].toInt() != 0);
    QCOMPARE(queue.waiting(), 0);
}

QTEST_MAIN(BenchmarkTabTest)
#include "BenchmarkTabTest.moc"
