// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/RunEstimate.h"

#include "core/model/files/Qwen2AudioFolder.h"
#include "core/support/DataPaths.h"
#include "core/support/Median.h"

#include <algorithm>
#include <fstream>
#include <unistd.h>

namespace binaurium {
namespace {

// Sizes of files that earlier runs wrote: features of clips and scenes per second of sound, checkpoints of each kind.
constexpr double clipBytesPerS = 77e3;
constexpr double sceneBytesPerS = 9.4e3;
constexpr double checkpointBytes = 21e6;
// Resident memory of a process that held 240 variants of heads and both language networks was 2.2 GB.
constexpr double headBytes = 6e6; // of one variant
constexpr double languageBytes = 0.9e9;
constexpr double programBytes = 0.3e9;
// Activations that a backward pass keeps. Of the encoder it is an assumption (64 clips of 2 s: 1.5 GB).
constexpr double encoderBytesPerS = 12e6; // of one clip at width 1
// A folder that is being typed may be "/" for a moment.
constexpr std::size_t mostEntries = 5000;
constexpr int deepestFolder = 3;
constexpr double languageBytesPerPrompt = 100e6; // of one example; 16 of them took the process from 2.4 to 4.3 GB

// The language model with its semantic encoder, and what one example keeps for its backward pass.
struct BaseSize
{
    double bytes = languageBytes;
    double bytesPerPrompt = languageBytesPerPrompt;
};

BaseSize baseSize(const TrainOptions& options)
{
    if (options.llm != "qwen2-audio")
        return {};
    Qwen2AudioShape shape; // of the 7B model, where the folder is missing or cannot be read
    try {
        if (const auto folder = Qwen2AudioFolder::find(options.llmFolder))
            shape = Qwen2AudioFolder(*folder).shape();
    } catch (const std::exception&) { // the run itself will say why
    }
    constexpr double smallWidths = 576.0 * 30.0; // width times layers of the model that was measured
    const int bytesPerWeight = options.precision == "float32" ? 4 : 2;
    return {static_cast<double>(memoryBytes(shape, bytesPerWeight)),
            languageBytesPerPrompt * static_cast<double>(shape.language.hidden * shape.language.layers) / smallWidths};
}

double inMemory(const StageOptions& stage)
{
    return stage.microBatch > 0 ? std::min(stage.microBatch, stage.optimiser.batch) : stage.optimiser.batch;
}

std::size_t headFiles(const TrainOptions& options)
{
    std::size_t count = 0;
    auto folders = std::vector<std::filesystem::path>(options.headFolders.begin(), options.headFolders.end());
    for (const auto& data : dataFolders())
        folders.push_back(data / "heads");
    std::size_t entries = 0;
    for (const auto& folder : folders) {
        std::error_code code;
        for (std::filesystem::recursive_directory_iterator at(folder, code), end;
             !code && at != end && ++entries < mostEntries; at.increment(code)) {
            if (at.depth() >= deepestFolder)
                at.disable_recursion_pending();
            if (at->path().extension() == ".sofa")
                ++count;
        }
    }
    return count;
}

double cacheBytes(const TrainOptions& options)
{
    double bytes = 0.0;
    if (options.encoder.enabled && options.clipCache.empty())
        bytes += (options.encoder.clips + options.encoder.validationClips) * options.scene.durationS * clipBytesPerS;
    const bool speaks = options.alignment.enabled || options.sft.enabled || options.grpo.enabled;
    if (speaks && options.questionCache.empty())
        bytes +=
            (options.alignment.scenes + options.alignment.validationScenes) * options.alignment.clipS * sceneBytesPerS;
    return bytes;
}

} // namespace

std::optional<StagePace> paceOf(const StageHistory& stage, int batch)
{
    const auto losses = stage.series.find("loss");
    if (losses == stage.series.end() || losses->second.size() < 2 || batch < 1)
        return {};
    const auto& points = losses->second;
    // The median step: a night's pause between two of them does not count.
    std::vector<double> perStep;
    for (std::size_t i = 1; i < points.size(); ++i)
        perStep.push_back((points[i].timeS - points[i - 1].timeS) /
                          static_cast<double>(points[i].step - points[i - 1].step));
    const double step = median(std::move(perStep));
    if (step <= 0.0)
        return {};
    return StagePace{stage.name, step / batch};
}

RunEstimate estimateRun(const TrainOptions& options, const std::vector<StagePace>& paces)
{
    RunEstimate estimate;
    double largest = 0.0;
    const auto add = [&](const char* name, const StageOptions& stage, double bytes) {
        if (!stage.enabled)
            return;
        largest = std::max(largest, bytes);
        RunEstimate::Stage entry{name, {}};
        const auto pace = std::ranges::find(paces, name, &StagePace::stage);
        if (pace != paces.end())
            entry.timeS = pace->secondsPerExample * stage.optimiser.batch * stage.optimiser.steps;
        estimate.stages.push_back(entry);
        estimate.diskBytes += checkpointBytes * (2 + options.keepCheckpoints);
    };
    add("encoder", options.encoder,
        inMemory(options.encoder) * options.scene.durationS * options.encoder.width * encoderBytesPerS);
    const BaseSize base = baseSize(options);
    for (const auto& [name, stage] : {std::pair("alignment", &options.alignment), std::pair("sft", &options.sft)})
        add(name, *stage, base.bytes + inMemory(*stage) * base.bytesPerPrompt);
    add("grpo", options.grpo, base.bytes + inMemory(options.grpo) * base.bytesPerPrompt);
    estimate.diskBytes += cacheBytes(options);
    estimate.memoryBytes =
        programBytes + static_cast<double>(headFiles(options)) * options.headVariants * headBytes + largest;
    return estimate;
}

std::vector<std::string> obstaclesOf(const TrainOptions& options, const std::filesystem::path& folder,
                                     const RunEstimate& estimate)
{
    std::vector<std::string> found;
    std::error_code code;
    if (std::filesystem::exists(folder, code) && !std::filesystem::is_empty(folder, code))
        found.push_back(folder.string() + " exists and is not empty; a run never overwrites one");
    auto parent = std::filesystem::absolute(folder, code);
    while (!parent.empty() && !std::filesystem::exists(parent, code) && parent != parent.parent_path())
        parent = parent.parent_path();
    if (::access(parent.c_str(), W_OK) != 0)
        found.push_back("nothing can be written into " + parent.string());
    if (const auto& file = options.encoderCheckpoint; !file.empty() && !std::filesystem::exists(file, code))
        found.push_back("encoder_checkpoint names " + file + ", which does not exist");
    if (const auto& model = options.modelCheckpoint; !model.empty()) {
        const bool isName = model.find('/') == std::string::npos;
        if (isName ? findData(std::filesystem::path("models") / model / "manifest.json").empty()
                   : !std::filesystem::exists(model, code))
            found.push_back("model_checkpoint names " + model + ", which is neither a folder nor an installed model");
    }
    if (options.llm == "qwen2-audio" && !Qwen2AudioFolder::find(options.llmFolder))
        found.emplace_back("llm is qwen2-audio, but there is no folder with it: name it with llm_folder");
    for (const auto& head : options.headFolders)
        if (!std::filesystem::is_directory(head, code))
            found.push_back("head_folders names " + head + ", which is no folder");
    if (headFiles(options) == 0)
        found.emplace_back("there are no heads (SOFA files): name a folder with head_folders");
    if (const auto disk = freeDiskBytes(folder); disk && *disk < estimate.diskBytes)
        found.push_back("the disk of " + folder.string() + " has too little room for the caches and checkpoints");
    return found;
}

std::optional<double> freeDiskBytes(std::filesystem::path path)
{
    std::error_code code;
    path = std::filesystem::absolute(path, code);
    while (!std::filesystem::exists(path, code) && path != path.parent_path())
        path = path.parent_path();
    const auto space = std::filesystem::space(path, code);
    return code ? std::nullopt : std::optional(static_cast<double>(space.available));
}

} // namespace binaurium
