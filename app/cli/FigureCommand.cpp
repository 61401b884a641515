// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"
#include "core/scene/SceneFile.h"
#include "core/support/Error.h"

#ifdef BINAURIUM_WITH_FIGURES
#include "widgets/benchmark/ProbeChart.h"
#include "widgets/benchmark/ReportExport.h"
#include "widgets/plot/FigureExport.h"
#include "widgets/plot/LocalizationFile.h"
#include "widgets/plot/ResponseFigure.h"
#include "widgets/plot/SceneFigure.h"

#include <QGuiApplication>
#include <QPainter>
#include <cstdlib>
#endif

#include <memory>
#include <optional>

namespace binaurium::cli {
namespace {

struct FigureArguments
{
    std::string kind;
    std::string input;
    std::string localization;
    std::string task;
    std::string output;
    double widthMm = 0.0;
    bool overwrite = false;
};

#ifdef BINAURIUM_WITH_FIGURES
void figure(const FigureArguments& arguments)
{
    requireReplaceable(arguments.output, arguments.overwrite);
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    int argc = 1;
    char name[] = "binaurium-cli";
    char* argv[] = {name, nullptr};
    const QGuiApplication app(argc, argv);

    if (arguments.kind == "probes") { // which may stand alone, without a report
        exportProbes(readProbeReport(arguments.input), arguments.widthMm > 0.0 ? arguments.widthMm : 120.0,
                     arguments.output);
        return;
    }
    constexpr std::pair<const char*, BenchmarkFigure> ofReports[] = {{"scores", BenchmarkFigure::Scores},
                                                                     {"confusion", BenchmarkFigure::Confusion},
                                                                     {"reliability", BenchmarkFigure::Reliability},
                                                                     {"errors", BenchmarkFigure::Errors},
                                                                     {"directions", BenchmarkFigure::Directions}};
    for (const auto& [kind, what] : ofReports)
        if (arguments.kind == kind) {
            exportReportFigure(OpenReport::read(arguments.input), what, arguments.task,
                               arguments.widthMm > 0.0 ? arguments.widthMm : 120.0, arguments.output);
            return;
        }
    if (arguments.kind == "response") {
        const auto decay = readDecay(arguments.input);
        FigureOptions options;
        options.widthMm = arguments.widthMm > 0.0 ? arguments.widthMm : 140.0;
        options.heightMm = 0.6 * options.widthMm;
        options.title = QStringLiteral("response");
        options.description = QStringLiteral("Binaurium, %1").arg(QString::fromStdString(arguments.input));
        exportFigure(
            [&](QPainter& painter, const QSizeF& size) {
                drawDecay(painter, QRectF(QPointF(), size), decay, PlotTheme::light());
            },
            options, arguments.output);
        return;
    }
    const bool azimuth = arguments.kind == "azimuth";
    std::optional<Scene> scene;
    std::optional<Localization> heard;
    if (arguments.input.ends_with(".scene.json"))
        scene = readScene(arguments.input);
    else
        heard = readLocalization(arguments.input);
    if (!arguments.localization.empty())
        heard = readLocalization(arguments.localization);
    if (azimuth ? !heard : !scene)
        throw Error(ErrorKind::Usage, azimuth ? "figure azimuth: give a localization (JSON of 'localize --json')"
                                              : "figure: give a scene");
    const bool both = arguments.kind == "scene" && heard;
    FigureOptions options;
    options.widthMm = arguments.widthMm > 0.0 ? arguments.widthMm : both ? 180.0 : 100.0;
    options.heightMm = both ? 0.5 * options.widthMm : options.widthMm;
    options.title = QString::fromStdString(arguments.kind);
    options.description = QStringLiteral("Binaurium, %1").arg(QString::fromStdString(arguments.input));
    exportFigure(
        [&](QPainter& painter, const QSizeF& size) {
            const auto theme = PlotTheme::light();
            const double planWidth = both ? 0.5 * size.width() : size.width();
            if (!azimuth)
                drawPlan(painter, QRectF(0, 0, planWidth, size.height()), *scene, heard ? &*heard : nullptr, theme);
            if (azimuth || both)
                drawAzimuth(painter, QRectF(azimuth ? 0.0 : planWidth, 0, planWidth, size.height()),
                            azimuthData(*heard, scene ? &*scene : nullptr), theme);
        },
        options, arguments.output);
}
#else
void figure(const FigureArguments&)
{
    throw missing("this build has no figures (Qt was not found when it was built)", "build with the preset 'release'");
}
#endif

} // namespace

void addFigureCommand(CLI::App& app)
{
    auto* command = app.add_subcommand("figure", "Draw a figure as PDF, SVG or PNG, without a display");
    auto arguments = std::make_shared<FigureArguments>();
    command
        ->add_option(
            "kind", arguments->kind,
            "scene (plan, and azimuth where a localization is given), azimuth, response (decay curves), or of a "
            "benchmark: scores, confusion, reliability, errors, directions, probes")
        ->required()
        ->check(CLI::IsMember(
            {"scene", "azimuth", "response", "scores", "confusion", "reliability", "errors", "directions", "probes"}));
    command
        ->add_option("input", arguments->input,
                     "Scene, the JSON of 'localize --json' or 'response --json', or the folder of a benchmark report")
        ->required();
    command->add_option("--localization", arguments->localization,
                        "JSON of 'localize --json' to draw beside the scene");
    command->add_option("--task", arguments->task, "Task of a confusion matrix");
    command->add_option("-o,--output", arguments->output, "Figure, .pdf, .svg or .png")->required();
    command->add_option("--width-mm", arguments->widthMm, "Width in millimetres");
    command->add_flag("--overwrite", arguments->overwrite, "Replace a file that Binaurium did not make");
    command->callback([arguments] { figure(*arguments); });
}

} // namespace binaurium::cli
