// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"

#include "core/support/Error.h"
#include "core/training/Train.h"

#include <memory>

namespace binaurium::cli {
namespace {

struct TrainArguments
{
    std::string config;
    std::string output;
    std::string resume;
    std::vector<std::string> overrides;
};

void train(const TrainArguments& arguments)
{
    const bool resumes = !arguments.resume.empty();
    if (resumes == !arguments.config.empty() || (!resumes && arguments.output.empty()))
        throw Error(ErrorKind::Usage, "train: give CONFIG.toml -o RUNDIR, or --resume RUNDIR");
    if (resumes)
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
    command->add_option("--set", arguments->overrides, "key=value, overrides the configuration; may be repeated");
    command->callback([arguments] { train(*arguments); });
}

} // namespace binaurium::cli
