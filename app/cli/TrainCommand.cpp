// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"

#include "core/support/Error.h"
#include "core/training/Train.h"

#include <iostream>
#include <memory>

namespace binaurium::cli {
namespace {

struct TrainArguments
{
    std::string config;
    std::string output;
    std::string resume;
    std::string queue;
    std::vector<std::string> overrides;
};

void train(const TrainArguments& arguments)
{
    const int ways =
        (arguments.resume.empty() ? 0 : 1) + (arguments.queue.empty() ? 0 : 1) + (arguments.config.empty() ? 0 : 1);
    if (ways != 1 || (!arguments.config.empty() && arguments.output.empty()))
        throw Error(ErrorKind::Usage, "train: give CONFIG.toml -o RUNDIR, --resume RUNDIR, or --queue FILE");
    if (!arguments.queue.empty()) {
        const int failures =
            trainQueue(arguments.queue, progressOnStderr(), [](const auto& run, const std::string& reason) {
                std::cerr << "error: " << run.string() << ": " << reason << '\n';
            });
        if (failures > 0)
            throw badInput(arguments.queue, std::to_string(failures) + " of its runs failed, see above");
    } else if (!arguments.resume.empty())
        resumeTraining(arguments.resume, progressOnStderr());
    else
        startTraining(arguments.config, arguments.output, arguments.overrides, progressOnStderr());
}

} // namespace

void addTrainCommand(CLI::App& app)
{
    auto* command = app.add_subcommand("train", "Train a model from one configuration file");
    auto arguments = std::make_shared<TrainArguments>();
    command->add_option("config", arguments->config, "Configuration (*.toml)");
    command->add_option("-o,--output", arguments->output, "New folder of the run");
    command->add_option("--resume", arguments->resume, "Continue the run in this folder");
    command->add_option("--queue", arguments->queue, "Do the runs of this file one after another (docs/formats.md)");
    command->add_option("--set", arguments->overrides, "key=value, overrides the configuration; may be repeated");
    command->callback([arguments] { train(*arguments); });
}

} // namespace binaurium::cli
