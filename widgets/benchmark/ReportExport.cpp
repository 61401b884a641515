// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/ReportExport.h"

#include "core/benchmark/report/ReportTables.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "widgets/benchmark/BenchmarkCharts.h"
#include "widgets/benchmark/ErrorCharts.h"
#include "widgets/benchmark/ProbeChart.h"
#include "widgets/plot/FigureExport.h"

#include <QPainter>
#include <algorithm>

namespace binaurium {

void exportScores(const std::vector<BenchmarkReport>& reports, const std::string& scorer,
                  const std::filesystem::path& file)
{
    const auto ending = file.extension();
    if (ending == ".json") {
        Json all = Json::array();
        for (const auto& report : reports)
            all.push_back(reportToJson(report));
        writeFileAtomically(file, all.dump(1) + "\n");
        return;
    }
    TableOptions options;
    options.scorer = scorer;
    if (ending == ".tex")
        options.format = TableFormat::Latex;
    else if (ending == ".csv")
        options.format = TableFormat::Csv;
    else if (ending != ".md")
        throw Error(ErrorKind::Usage, "tables are written as .tex, .csv, .md or .json");
    std::string text;
    for (const auto& report : reports) // a comment where the format has one
        if (options.format == TableFormat::Latex)
            text.append("% ").append(captionOf(report)).append("\n");
    text += scoreTable(reports, options);
    for (const auto& report : reports)
        if (options.format == TableFormat::Markdown)
            text.append("\n").append(captionOf(report)).append("\n");
    writeFileAtomically(file, text);
}

namespace {

std::string captionStart(BenchmarkFigure figure, const std::string& task)
{
    switch (figure) {
    case BenchmarkFigure::Scores:
        return "Right answers by likelihood, with 95 % intervals; bars: chance. ";
    case BenchmarkFigure::Confusion: {
        std::string text = "Answers of the task '";
        return text.append(task).append("', truth by row; per cent of the row. ");
    }
    case BenchmarkFigure::Reliability:
        return "Reliability: share right over the probability of the chosen option; Wilson intervals. ";
    case BenchmarkFigure::Errors:
        return "Great-circle errors of still sources, spatial encoder alone; hatched: front and back exchanged. ";
    default:
        return "Mean azimuth error by true azimuth in sectors of 30 degrees, and share of front/back reversals; still "
               "sources, spatial encoder alone, missed ones count as 90 degrees. ";
    }
}

} // namespace

void exportReportFigure(const OpenReport& open, BenchmarkFigure figure, const std::string& task, double widthMm,
                        const std::filesystem::path& file)
{
    const auto& report = open.report;
    if (figure == BenchmarkFigure::Probes) {
        if (!open.probes)
            throw Error(ErrorKind::Usage, "the report has no probes; make them with 'binaurium-cli bench probe'");
        exportProbes(*open.probes, widthMm, file);
        return;
    }
    const auto matrix = std::find_if(report.confusions.begin(), report.confusions.end(),
                                     [&](const ConfusionMatrix& m) { return m.task == task; });
    if (figure == BenchmarkFigure::Confusion && matrix == report.confusions.end())
        throw Error(ErrorKind::Usage, "the report has no confusion matrix of the task '" + task + "'");
    const bool localizes = figure == BenchmarkFigure::Errors || figure == BenchmarkFigure::Directions;
    if (localizes && open.scenes.empty())
        throw Error(ErrorKind::Usage, "the report has no localisation lane");
    FigureOptions options;
    options.widthMm = widthMm;
    options.heightMm = figure == BenchmarkFigure::Scores ? 1.1 * widthMm : 0.85 * widthMm;
    options.title = QString::fromStdString("Binaurium benchmark, " + report.key.model);
    options.description = QString::fromStdString(captionOf(report));
    exportFigure(
        [&](QPainter& painter, const QSizeF& size) {
            const QRectF area(QPointF(), size);
            const auto theme = PlotTheme::light();
            if (figure == BenchmarkFigure::Scores)
                drawScores(painter, area, report, theme);
            else if (figure == BenchmarkFigure::Confusion)
                drawConfusion(painter, area, *matrix, theme);
            else if (figure == BenchmarkFigure::Reliability)
                drawReliability(painter, area, report, theme);
            else if (figure == BenchmarkFigure::Errors)
                drawErrorHistogram(painter, area, open.scenes, theme);
            else
                drawPolarErrors(painter, area, open.scenes, theme);
        },
        options, file);
    writeFileAtomically(captionFileOf(file), captionStart(figure, task) + captionOf(report) + "\n");
}

} // namespace binaurium
