// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/StageLoop.h"

#include "core/model/nn/Device.h"
#include "core/support/Error.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace binaurium {
namespace {

using Clock = std::chrono::steady_clock;

Error notANumber(const std::string& stage, const std::string& what, int step)
{
    return {ErrorKind::Internal, stage + ": " + what + " is not a number at step " + std::to_string(step) +
                                     "; the last checkpoint is kept, lower " + stage + ".learning_rate and resume"};
}

// The loop of one stage with its state.
class Loop
{
public:
    Loop(const Stage& stage, const TrainOptions& options, RunFolder& run, const ProgressCallback& progress)
        : stage_(stage), options_(options), run_(run), progress_(progress), path_(run.checkpoint(stage.name)),
          bestPath_(run.checkpoint(stage.name + "-best"))
    {}

    double go()
    {
        const auto loaded = loadCheckpoint(path_, stage_.name, stage_.tensors, *stage_.optimiser);
        state_ = loaded.value_or(StageState{});
        hasBest_ = loaded && std::filesystem::exists(bestPath_);
        stage_.ranks->wait(); // nobody writes before all have read
        if (!state_.finished)
            train(loaded.has_value());
        takeBest();
        if (stage_.options->gate > 0.0 && state_.best < stage_.options->gate)
            throw badInput(stage_.name, "reached " + std::to_string(state_.best) +
                                            " on validation data, below its gate of " +
                                            std::to_string(stage_.options->gate) + "; the run ends here");
        return state_.best;
    }

private:
    void train(bool resumes)
    {
        if (!resumes && stage_.startValue) {
            state_.best = stage_.ranks->first(*stage_.startValue);
            hasBest_ = true;
            write(bestPath_);
        }
        note(resumes ? "resumed" : "started");
        saved_ = Clock::now();
        const int steps = stage_.options->optimiser.steps;
        try {
            bool goOn = true;
            while (goOn && state_.step < steps)
                goOn = nn::inMemoryOf(stage_.tensors.front().second.device(), [&] { return oneStep(steps); });
        } catch (const Error& error) {
            note(error.kind() == ErrorKind::Interrupted ? "stopped" : "failed", error.what());
            throw;
        }
        state_.finished = true;
        save();
        note("finished");
    }

    // False: the guard ends the stage.
    bool oneStep(int steps)
    {
        const auto& schedule = stage_.options->optimiser;
        const double factor = learningRateFactor(state_.step, schedule);
        const auto begun = Clock::now();
        Json log = stage_.wholeStep ? stage_.wholeStep(state_.step, factor) : updated(factor);
        if (!std::isfinite(log["loss"].get<double>()))
            throw notANumber(stage_.name, "the loss", state_.step);
        if (state_.step % stage_.logEvery == 0) {
            Json line = {{"stage", stage_.name}, {"step", state_.step}, {"lr", schedule.learningRate * factor}};
            line.update(log);
            line["step_s"] = std::chrono::duration<double>(Clock::now() - begun).count();
            run_.log("step", line);
        }
        ++state_.step;
        const bool last = state_.step == steps;
        std::string stop;
        if (stage_.validate && (state_.step % stage_.validateEvery == 0 || last))
            stop = validated();
        const bool wanted = !progress_ || progress_({stage_.name, state_.step, steps,
                                                     "loss " + std::to_string(log["loss"].get<double>())});
        const bool goOn = stage_.ranks->sum(wanted ? 0.0 : 1.0) == 0.0; // a signal may reach one rank alone
        if (!goOn || Clock::now() - saved_ > std::chrono::seconds(options_.checkpointEveryS))
            save();
        if (!goOn)
            throw interrupted("training stopped at step " + std::to_string(state_.step) + " of the stage " +
                              stage_.name + "; --resume continues");
        if (!stop.empty())
            run_.log("guard", {{"stage", stage_.name}, {"step", state_.step}, {"reason", stop}});
        return stop.empty();
    }

    Json updated(double factor)
    {
        stage_.optimiser->zeroGrad();
        Json log = stage_.gradients(state_.step);
        const double norm = stage_.optimiser->clip(stage_.options->optimiser.clipNorm);
        if (!std::isfinite(norm))
            requireFiniteGradients(stage_.tensors, stage_.name, state_.step);
        log["grad_norm"] = norm;
        if (std::isfinite(log["loss"].get<double>()))
            stage_.optimiser->step(factor);
        return log;
    }

    std::string validated()
    {
        const auto [own, details] = stage_.validate();
        const double value = stage_.ranks->first(own); // decisions are those of one rank
        run_.log("validation", {{"stage", stage_.name}, {"step", state_.step}, {"score", details}});
        if (value > state_.best || !hasBest_) {
            state_.best = value;
            hasBest_ = true;
            write(bestPath_);
            run_.log("checkpoint", {{"stage", stage_.name},
                                    {"step", state_.step},
                                    {"file", bestPath_.filename().string()},
                                    {"best", true}});
        }
        if (options_.keepCheckpoints > 0 && stage_.ranks->isFirst())
            keepNumbered();
        return stage_.guard ? stage_.guard(details) : std::string();
    }

    void keepNumbered()
    {
        char number[16];
        std::snprintf(number, sizeof number, "-%06d", state_.step);
        write(run_.checkpoint(stage_.name + number));
        std::vector<std::filesystem::path> kept;
        for (const auto& entry : std::filesystem::directory_iterator(path_.parent_path())) {
            const auto name = entry.path().stem().string();
            if (name.starts_with(stage_.name + "-") && std::isdigit(static_cast<unsigned char>(name.back())) != 0)
                kept.push_back(entry.path());
        }
        std::ranges::sort(kept);
        for (std::size_t i = 0; i + static_cast<std::size_t>(options_.keepCheckpoints) < kept.size(); ++i)
            std::filesystem::remove(kept[i]);
    }

    // The next stage and the final model start from the best, not from the last.
    void takeBest()
    {
        stage_.ranks->wait(); // until the first has written it
        if (std::filesystem::exists(bestPath_))
            (void)loadCheckpoint(bestPath_, stage_.name, stage_.tensors, *stage_.optimiser);
    }

    void write(const std::filesystem::path& path) const
    {
        if (stage_.ranks->isFirst())
            saveCheckpoint(path, stage_.name, stage_.tensors, *stage_.optimiser, state_);
    }

    void save()
    {
        write(path_);
        saved_ = Clock::now();
    }

    void note(const std::string& what, const std::string& reason = {})
    {
        Json event = {{"stage", stage_.name},
                      {"state", what},
                      {"step", state_.step},
                      {"steps", stage_.options->optimiser.steps},
                      {"best", state_.best}};
        if (!reason.empty())
            event["reason"] = reason;
        run_.log("stage", event);
    }

    const Stage& stage_;
    const TrainOptions& options_;
    RunFolder& run_;
    const ProgressCallback& progress_;
    std::filesystem::path path_, bestPath_;
    StageState state_;
    bool hasBest_ = false;
    Clock::time_point saved_;
};

} // namespace

double runStage(const Stage& stage, const TrainOptions& options, RunFolder& run, const ProgressCallback& progress)
{
    return Loop(stage, options, run, progress).go();
}

void requireFiniteGradients(const nn::NamedTensors& tensors, const std::string& stage, int step)
{
    for (const auto& [name, tensor] : tensors)
        if (tensor.grad().defined() && !tensor.grad().isfinite().all().item<bool>())
            throw notANumber(stage, "the gradient of '" + name + "'", step);
}

} // namespace binaurium
