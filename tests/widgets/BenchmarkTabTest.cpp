// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/BenchmarkTab.h"
#include "core/benchmark/report/ReportFolder.h"
#include "core/support/AtomicFile.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "widgets/benchmark/ReportExport.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
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
};

namespace {

// A report of six items, of which the last two are answered wrongly.
std::filesystem::path reportOf(const QTemporaryDir& folder, const std::string& name)
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

} // namespace

void BenchmarkTabTest::reportsStandSideBySide()
{
    const QTemporaryDir folder;
    BenchmarkTab tab;
    QCOMPARE(tab.scores().columnCount(), 0);
    tab.openReport(reportOf(folder, "first"));
    tab.openReport(reportOf(folder, "second"));
    tab.openReport(test::scratch(folder, "second")); // again: read anew, not twice
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
    BenchmarkTab tab;
    tab.openReport(reportOf(folder, "report"));
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
    BenchmarkTab tab;
    const auto report = reportOf(folder, "report");
    test::writeBytes(report / "report.json", "{");
    tab.openReport(report);
    QCOMPARE(tab.scores().columnCount(), 0);
    bool said = false;
    for (auto* label : tab.findChildren<QLabel*>())
        said = said || label->text().contains(QStringLiteral("report.json"));
    QVERIFY(said);
}

void BenchmarkTabTest::tablesAndFiguresAreWritten()
{
    const QTemporaryDir folder;
    const auto report = readReport(reportOf(folder, "my_model"));
    exportScores({report}, "likelihood", test::scratch(folder, "t.tex"));
    const auto tex = readFile(test::scratch(folder, "t.tex"));
    QVERIFY(tex.find("\\toprule") != std::string::npos && tex.find("my\\_model") != std::string::npos);
    exportScores({report}, "likelihood", test::scratch(folder, "t.csv"));
    exportScores({report}, "likelihood", test::scratch(folder, "t.json"));
    QVERIFY(readFile(test::scratch(folder, "t.json")).find("binaurium-benchmark") != std::string::npos);
    QVERIFY(!test::errorOf([&] { exportScores({report}, "likelihood", test::scratch(folder, "t.doc")); }).empty());
    for (const auto figure : {BenchmarkFigure::Scores, BenchmarkFigure::Confusion, BenchmarkFigure::Reliability})
        for (const char* ending : {"pdf", "svg", "png"}) {
            const auto file = test::scratch(folder, std::string("f.") + ending);
            exportReportFigure(report, figure, "binding", 90.0, file);
            QVERIFY(std::filesystem::file_size(file) > 1000);
            const auto caption = readFile(file.string() + ".txt");
            QVERIFY(caption.find("my_model") != std::string::npos && caption.find("bootstrap") != std::string::npos);
        }
    QVERIFY(!test::errorOf([&] {
                 exportReportFigure(report, BenchmarkFigure::Confusion, "smell", 90.0, test::scratch(folder, "f.pdf"));
             }).empty());
}

void BenchmarkTabTest::everythingHasAName()
{
    BenchmarkTab tab;
    for (auto* edit : tab.findChildren<QLineEdit*>())
        QVERIFY(!edit->accessibleName().isEmpty() || edit->objectName().startsWith(QStringLiteral("qt_")));
    for (auto* view : tab.findChildren<QTableView*>())
        QVERIFY(!view->accessibleName().isEmpty());
    for (auto* button : tab.findChildren<QPushButton*>())
        QVERIFY(!button->text().isEmpty());
}

QTEST_MAIN(BenchmarkTabTest)
#include "BenchmarkTabTest.moc"
