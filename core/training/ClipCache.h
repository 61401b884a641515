// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/SceneSampler.h"
#include "core/support/Progress.h"

#include <filesystem>
#include <functional>
#include <torch/torch.h>

namespace binaurium {

// Features and truth of many sampled clips, made once and kept on disk: the spatial encoder sees each several times.
// Layout, half precision: bands [clip][channel][frame][band], gcc [clip][frame][lag]; float: targets [clip][record].
class ClipCache
{
public:
    // One record: rt60 s, number of sources, then per slot the class and per 100 ms activity, azimuth deg, elevation
    // deg and distance m.
    static constexpr int slots = 3;
    static constexpr int frameSize = 4;
    [[nodiscard]] static int slotSize(int outputFrames) { return 1 + frameSize * outputFrames; }
    [[nodiscard]] static int recordSize(int outputFrames) { return 2 + slots * slotSize(outputFrames); }

    // Opens `folder` when it holds a cache made with the same recipe, seed and count; makes it otherwise (a part that
    // was left behind by an interrupted run is made again). Interrupted leaves the folder without a cache.
    // `makeSampler` is called only when clips must be rendered: its heads take half a minute to load.
    [[nodiscard]] static ClipCache openOrMake(const std::filesystem::path& folder, const SamplerOptions& scene,
                                              const std::function<SceneSampler()>& makeSampler, const Json& recipe,
                                              std::uint64_t seed, std::int64_t count, const ProgressCallback& progress);

    [[nodiscard]] std::int64_t size() const { return bands_.size(0); }
    [[nodiscard]] std::int64_t featureFrames() const { return bands_.size(2); }
    [[nodiscard]] const torch::Tensor& bands() const { return bands_; }     // [N, 4, F, 80] half
    [[nodiscard]] const torch::Tensor& gcc() const { return gcc_; }         // [N, F, 65] half
    [[nodiscard]] const torch::Tensor& targets() const { return targets_; } // [N, record] float

private:
    torch::Tensor bands_, gcc_, targets_; // memory-mapped, read only
};

} // namespace binaurium
