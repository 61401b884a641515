// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Error.h"
#include "core/support/Progress.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>

// One file per sub-command: each adds its options to the parser and a callback that does the work. Errors are thrown;
// main() turns them into "error: ..." and the exit code.
namespace binaurium::cli {

void addRenderCommand(CLI::App& app);
void addResponseCommand(CLI::App& app);
void addMaterialsCommand(CLI::App& app);
void addLocalizeCommand(CLI::App& app);
void addAskCommand(CLI::App& app);
void addExplainCommand(CLI::App& app);
void addTrainCommand(CLI::App& app);
void addBenchCommand(CLI::App& app);
void addEvaluateCommand(CLI::App& app);
void addModelsCommand(CLI::App& app);
void addFigureCommand(CLI::App& app);
void addDoctorCommand(CLI::App& app);
void addDatasetCommand(CLI::App& app);
void addCatalogue(CLI::App& dataset); // of the dataset command
void addExchange(CLI::App& dataset);  // likewise
void addReword(CLI::App& dataset);    // likewise

// Progress on stderr: a bar on a terminal, a line per tenth otherwise. Returns false once the user pressed Ctrl+C.
[[nodiscard]] ProgressCallback progressOnStderr();
// Installs the Ctrl+C handler that progressOnStderr() looks at; the second Ctrl+C ends the program at once.
void watchForInterrupt();
[[nodiscard]] bool interruptRequested() noexcept;

// Throws BadInput when `path` exists and was not made by this program (whose name is inside every file it writes),
// unless `overwrite`. Call it before the work starts.
void requireReplaceable(const std::filesystem::path& path, bool overwrite);

// Does `work` on what stands in `file`. Bad input that another part of the program found gets the file's name in front.
template <typename Work>
auto inFile(const std::filesystem::path& file, const Work& work)
{
    try {
        return work();
    } catch (const Error& error) {
        const std::string sentence = error.what();
        if (error.kind() != ErrorKind::BadInput || sentence.find(file.string()) != std::string::npos)
            throw;
        throw badInput(file.string(), sentence);
    }
}

} // namespace binaurium::cli
