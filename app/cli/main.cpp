// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Log.h"

#include <clocale>
#include <iostream>

int main(int argc, char** argv)
{
    using namespace binaurium;
    CLI::App app("Binaurium: spatial hearing in audio-language models", "binaurium-cli");
    app.set_version_flag("--version", "binaurium-cli " BINAURIUM_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    app.add_flag_callback(
        "-v,--verbose", [] { setLogLevel(LogLevel::Info); }, "Say more on stderr");
    app.add_option_function<std::string>(
        "--data-dir", [](const std::string& folder) { setDataFolder(folder); },
        "Folder of models, weights and heads, before all others");
    cli::addRenderCommand(app);
    cli::addResponseCommand(app);
    cli::addMaterialsCommand(app);
#ifdef BINAURIUM_WITH_TORCH
    cli::addLocalizeCommand(app);
    cli::addAskCommand(app);
    cli::addExplainCommand(app);
    cli::addTrainCommand(app);
    cli::addEvaluateCommand(app);
#endif
    cli::addBenchCommand(app);
    cli::addDatasetCommand(app);
    cli::addModelsCommand(app);
    cli::addFigureCommand(app);
    cli::addDoctorCommand(app);
    cli::watchForInterrupt();
    try {
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : exitCode(ErrorKind::Usage);
    } catch (const Error& e) {
        std::cerr << "error: " << e.what() << '\n';
        return exitCode(e.kind());
    } catch (const std::bad_alloc&) {
        std::cerr << "error: out of memory; close other programs or use smaller settings\n";
    } catch (const std::exception& e) {
        std::cerr << "error: " << e.what() << '\n';
    }
    return exitCode(ErrorKind::Internal);
}
