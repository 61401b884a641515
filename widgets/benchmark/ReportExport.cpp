// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/ReportExport.h"

#include "core/benchmark/report/ReportTables.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "widgets/benchmark/BenchmarkCharts.h"
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

void exportReportFigure(const BenchmarkReport& report, BenchmarkFigure figure, const std::string& task, double widthMm,
                        const std::filesystem::path& file)
{
    const auto matrix = std::find_if(report.confusions.begin(), report.confusions.end(),
                                     [&](const ConfusionMatrix& m) { return m.task == task; });
    if (figure == BenchmarkFigure::Confusion && matrix == report.confusions.end())
        throw Error(ErrorKind::Usage, "the report has no confusion matrix of the task '" + task + "'");
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
            else
                drawReliability(painter, area, report, theme);
        },
        options, file);
    const std::string what =
        figure == BenchmarkFigure::Scores ? "Right answers by likelihood, with 95 % intervals; bars: chance. "
        : figure == BenchmarkFigure::Confusion
            ? "Answers of the task '" + task + "', truth by row; per cent of the row. "
            : "Reliability: share right over the probability of the chosen option; Wilson intervals. ";
    writeFileAtomically(file.string() + ".txt", what + captionOf(report) + "\n");
}

} // namespace binaurium
