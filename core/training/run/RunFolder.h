// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Json.h"
#include "core/training/run/TensorBoardFile.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace binaurium {

// The folder of one training run. A run never overwrites a run, and two processes never write one.
//   config.toml       the configuration with absolute paths
//   events.jsonl      format "binaurium-events" version 1, one JSON object a line (docs/formats.md)
//   samples.jsonl     completions of reinforcement learning with rewards and advantages
//   tensorboard/      the numbers of events.jsonl for TensorBoard
//   checkpoints/      STAGE.safetensors (last), STAGE-best.safetensors, STAGE-000500.safetensors
//   final/            the model folder, after each stage of the language model; encoder.safetensors before
//   finished          written when the last stage is done
//   lock              held while a process trains; its text is the process id
class RunFolder
{
public:
    // Makes a new one; throws BadInput when the folder exists and is not empty.
    [[nodiscard]] static RunFolder create(const std::filesystem::path& folder, const std::string& configText);
    // Opens one to resume; throws Missing, or BadInput when another process trains in it.
    [[nodiscard]] static RunFolder open(const std::filesystem::path& folder);
    // One that another rank writes to: log() and logSample() do nothing.
    [[nodiscard]] static RunFolder ofAnotherRank(const std::filesystem::path& folder);
    // Id of the process that trains in `folder` now, or nothing.
    [[nodiscard]] static std::optional<long> runningProcess(const std::filesystem::path& folder);

    [[nodiscard]] static bool isFinished(const std::filesystem::path& folder);
    // Marks the run as done.
    void finish();

    RunFolder(RunFolder&& other) noexcept;
    RunFolder& operator=(RunFolder&&) = delete;
    ~RunFolder();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_; }
    [[nodiscard]] std::filesystem::path configPath() const { return folder_ / "config.toml"; }
    [[nodiscard]] std::filesystem::path checkpoint(const std::string& stage) const
    {
        return folder_ / "checkpoints" / (stage + ".safetensors");
    }

    // Appends {"time": seconds since the epoch, "type": ..., members of `event`} and flushes the line. Events with
    // "stage" and "step" also go to TensorBoard.
    void log(const std::string& type, const Json& event);
    // Appends one line to samples.jsonl.
    void logSample(const Json& sample);

private:
    RunFolder(std::filesystem::path folder, int lock);
    [[nodiscard]] bool isWriter() const noexcept { return lock_ >= 0; }
    std::filesystem::path folder_;
    int lock_ = -1;
    std::ofstream events_, samples_;
    std::optional<TensorBoardFile> board_;
};

} // namespace binaurium
