// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/AtomicFile.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "widgets/plot/PlotTheme.h"
#include "widgets/training/CurveData.h"
#include "widgets/training/CurvePlot.h"

#include <QImage>
#include <cmath>

using namespace binaurium;

namespace {

constexpr double exact = 1e-12; // of averages of a handful of numbers

} // namespace

class CurvesTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void smoothingStartsAtTheFirstValueAndPassesOnWhatIsNoNumber();
    void axesLeaveOutliersOut();
    void levelsAndRewardsShareAPlot();
    void linesAreCutWhereTheyLeaveTheAxes();
    void curvesAreExportedForPaper();
};

void CurvesTest::smoothingStartsAtTheFirstValueAndPassesOnWhatIsNoNumber()
{
    const QVector<double> values{4.0, 4.0, std::nan(""), 4.0, 8.0};
    QCOMPARE(smoothed(values, 0.0)[4], 8.0);
    const auto smooth = smoothed(values, 0.5);
    QVERIFY(std::abs(smooth[0] - 4.0) < exact && std::abs(smooth[3] - 4.0) < exact);
    QVERIFY(std::isnan(smooth[2]));
    // Weights 1/2, 1/4, 1/8, 1/16 of the four numbers, newest first, scaled to one.
    QVERIFY(std::abs(smooth[4] - (8.0 * 8 + 4.0 * 7) / 15.0) < exact);
}

void CurvesTest::axesLeaveOutliersOut()
{
    QVector<double> values;
    for (int i = 0; i < 1000; ++i)
        values << 1.0 + 0.001 * i;
    values << 1e9 << std::nan("") << -1e9;
    auto range = axisRange(values, false);
    QVERIFY(range.low > 0.5 && range.low <= 1.02 && range.high > 1.98 && range.high < 3.0);
    range = axisRange({5.0, 5.0}, false);
    QVERIFY(range.low < 5.0 && range.high > 5.0);
    range = axisRange({0.001, 0.001 * (1.0 + 1e-15)}, false);
    QVERIFY(range.low < 0.00095 && range.high > 0.00105);
    range = axisRange({-1.0, 0.0, 0.01, 10.0}, true);
    QVERIFY(range.low > 0.0 && range.low < 0.01 && range.high > 10.0);
    range = axisRange({std::nan("")}, true);
    QVERIFY(range.low < range.high);
}

void CurvesTest::levelsAndRewardsShareAPlot()
{
    StageHistory stage;
    for (const char* name :
         {"loss", "lr", "reward", "rewards/answer", "rewards/format", "validation/L1", "validation/L2", "validation/L3",
          "validation/direction/accuracy", "validation/direction/asked", "azimuth", "levels", "new_metric"})
        stage.series[name] = {{0, 0, 1.0}};
    const auto groups = curveGroups(stage);
    QStringList ids;
    for (const auto& group : groups)
        ids << QString::fromStdString(group.id);
    QCOMPARE(ids.size(), QSet<QString>(ids.begin(), ids.end()).size());
    QCOMPARE(ids.first(), QStringLiteral("loss"));
    const auto of = [&](const char* id) {
        const auto found = std::ranges::find(groups, id, &CurveGroup::id);
        return found == groups.end() ? std::vector<std::string>() : found->metrics;
    };
    QCOMPARE(of("rewards").size(), std::size_t{3});
    QCOMPARE(of("levels"), (std::vector<std::string>{"validation/L1", "validation/L2", "validation/L3"}));
    QCOMPARE(of("tasks").size(), std::size_t{1});
    QCOMPARE(of("metric:new_metric").size(), std::size_t{1});
}

void CurvesTest::linesAreCutWhereTheyLeaveTheAxes()
{
    // Up through the whole range, back into it, out below.
    const auto kept = withinRange({{0.0, 1.0, 2.0, 3.0}, {-1.0, 3.0, 1.0, -1.0}}, {0.0, 2.0}, false);
    const QVector<double> x{0.0, 0.25, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0};
    QCOMPARE(kept.x, x);
    for (const auto& [at, y] : {std::pair(1, 0.0), {2, 2.0}, {4, 2.0}, {5, 1.0}, {6, 0.0}})
        QVERIFY(std::abs(kept.y[at] - y) < exact);
    for (const int gap : {0, 3, 7})
        QVERIFY(std::isnan(kept.y[gap]));
    // Straight on a logarithmic axis: from 1 to 100, 10 is half way.
    const auto logarithmic = withinRange({{0.0, 2.0}, {1.0, 100.0}}, {0.1, 10.0}, true);
    QCOMPARE(logarithmic.x, (QVector<double>{0.0, 1.0, 2.0}));
    QVERIFY(std::abs(logarithmic.y[1] - 10.0) < exact);
    const auto flat = withinRange({{0.0, 1.0}, {1.0, 1.0}}, {0.0, 2.0}, false);
    QCOMPARE(flat.y, (QVector<double>{1.0, 1.0}));
}

void CurvesTest::curvesAreExportedForPaper()
{
    const QTemporaryDir folder;
    CurvePlot plot(QStringLiteral("Reward"));
    plot.setPalette(QPalette(Qt::white, Qt::black)); // a dark desktop
    plot.setCurves(
        {{QStringLiteral("format"), Qt::red, Qt::SolidLine, {0.0, 1.0}, {0.0, 1.0}},
         {QStringLiteral("answer"), PlotTheme::of(plot.palette()).accent, Qt::DashLine, {0.0, 1.0}, {1.0, 0.0}}},
        QStringLiteral("hours"));
    const auto file = test::scratch(folder, "figure.svg");
    plot.exportTo(file, QStringLiteral("Binaurium, run"));
    const auto svg = readFile(file);
    for (const auto* words : {"Reward", "format", "answer", "hours", "Binaurium, run"})
        QVERIFY2(svg.find(words) != std::string::npos, words);
    QVERIFY(svg.find(PlotTheme::light().accent.name().toStdString()) != std::string::npos);
    QVERIFY(svg.find(PlotTheme::dark().background.name().toStdString()) == std::string::npos);
    const auto picture = test::scratch(folder, "figure.png"); // of 300 dpi: nothing is cut off
    plot.exportTo(picture, {});
    const QImage page(QString::fromStdString(picture.string()));
    int legend = 0; // red points below the axes
    for (int y = page.height() * 17 / 20; y < page.height(); ++y)
        for (int x = 0; x < page.width(); ++x)
            legend += page.pixelColor(x, y) == QColor(Qt::red) ? 1 : 0;
    QVERIFY(legend > 100);
}

QTEST_MAIN(CurvesTest)
#include "CurvesTest.moc"
