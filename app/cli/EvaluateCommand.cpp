// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioInput.h"
#include "app/cli/Command.h"
#include "core/benchmark/Evaluation.h"
#include "core/support/AtomicFile.h"

#include <iostream>
#include <memory>

namespace binaurium::cli {

void addEvaluateCommand(CLI::App& app)
{
    auto* command = app.add_subcommand("evaluate", "Measure a model on unseen heads, rooms, sounds and wordings");
    auto options = std::make_shared<EvaluationOptions>();
    auto output = std::make_shared<std::string>();
    command->add_option("-o,--output", *output, "Report as JSON (default: stdout)");
    command->add_option("--head", options->head, "Id of a test head in models/heads.toml")->capture_default_str();
    command->add_option("--heads", options->headFolders, "Folders of SOFA files");
    auto sounds = std::make_shared<std::string>(soundSetId(options->sounds));
    command->add_option("--sounds", *sounds, "shipped, or large (packaging/sounds)")->capture_default_str();
    command->add_option("--scenes", options->scenes, "Single-source scenes")->capture_default_str();
    command->add_option("--questions", options->questions, "Direction questions, asked again with silence")
        ->capture_default_str();
    command->add_option("--duration", options->durationS, "Seconds per scene")->capture_default_str();
    command->add_option("--seed", options->seed, "Seed of the scenes")->capture_default_str();
    options->model.dtype = "float32"; // the reference, unless asked otherwise
    addModelOptions(*command, options->model);
    command->callback([options, output, sounds] {
        options->sounds = soundSetFromId(*sounds);
        if (!output->empty())
            requireReplaceable(*output, false);
        const auto report = evaluationToJson(evaluate(*options, progressOnStderr()), *options).dump(1) + "\n";
        if (output->empty())
            std::cout << report;
        else
            writeFileAtomically(*output, report);
    });
}

} // namespace binaurium::cli
