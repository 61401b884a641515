// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Checkpoint.h"

#include "core/support/Error.h"

namespace binaurium {
namespace {

constexpr auto checkpointVersion = "1";

} // namespace

void saveCheckpoint(const std::filesystem::path& path, const std::string& stage, const nn::NamedTensors& tensors,
                    const AdamW& optimiser, const StageState& state)
{
    nn::NamedTensors all = tensors;
    const auto optimiserState = optimiser.state();
    all.insert(all.end(), optimiserState.begin(), optimiserState.end());
    nn::saveTensors(path, all,
                    {{"format", "binaurium-checkpoint"},
                     {"version", checkpointVersion},
                     {"stage", stage},
                     {"step", std::to_string(state.step)},
                     {"best", Json(state.best).dump()},
                     {"finished", state.finished ? "true" : "false"}});
}

std::optional<StageState> loadCheckpoint(const std::filesystem::path& path, const std::string& stage,
                                         const nn::NamedTensors& tensors, AdamW& optimiser)
{
    if (!std::filesystem::exists(path))
        return std::nullopt;
    const SafetensorsFile file(path);
    const auto meta = [&](const char* key) {
        const auto found = file.metadata().find(key);
        return found == file.metadata().end() ? std::string() : found->second;
    };
    if (meta("format") != "binaurium-checkpoint" || meta("version") != checkpointVersion)
        throw badInput(path.string(), "is a '" + meta("format") + "' of version '" + meta("version") +
                                          "', this program reads binaurium-checkpoint version " + checkpointVersion);
    if (meta("stage") != stage)
        throw badInput(path.string(), "belongs to the stage '" + meta("stage") + "', not to '" + stage + "'");
    torch::NoGradGuard guard;
    for (const auto& [name, tensor] : tensors) {
        const auto loaded = nn::toTensor(file.tensor(name));
        if (loaded.sizes() != tensor.sizes())
            throw badInput(path.string(), "tensor '" + name + "' has another shape than the configured model");
        auto target = tensor;
        target.copy_(loaded);
    }
    optimiser.restore([&](const std::string& name) { return nn::toTensor(file.tensor(name)); });
    StageState state;
    state.step = std::stoi(meta("step"));
    state.best = std::stod(meta("best"));
    state.finished = meta("finished") == "true";
    return state;
}

} // namespace binaurium
