// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/ClipCache.h"

#include "core/acoustics/LateTail.h"
#include "core/acoustics/Renderer.h"
#include "core/audio/features/SpatialFeatures.h"
#include "core/dataset/Labels.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"
#include "core/training/run/CacheFolder.h"

#include <cmath>

namespace binaurium {
namespace {

using Layout = SpatialFeatureLayout;
constexpr int clipCacheVersion = 3;

torch::Tensor mapped(const std::filesystem::path& path, c10::IntArrayRef shape, torch::Dtype type, bool create)
{
    std::int64_t count = 1;
    for (const auto n : shape)
        count *= n;
    return torch::from_file(path.string(), create, count, torch::TensorOptions().dtype(type)).view(shape);
}

void writeTargets(float* record, const SampledScene& sample, const RenderResult& rendered, int outputFrames)
{
    const EnergyDecay decay{RoomAcoustics(sample.scene.room)};
    record[0] = sample.scene.room.anechoic ? 0.02F : static_cast<float>(decay.reverberationTimeS(filterBand1kHz));
    record[1] = static_cast<float>(rendered.labels.size());
    for (std::size_t s = 0; s < rendered.labels.size() && s < ClipCache::slots; ++s) {
        float* slot = record + 2 + s * static_cast<std::size_t>(ClipCache::slotSize(outputFrames));
        const auto& label = rendered.labels[s];
        slot[0] = static_cast<float>(labelIndex(label.label));
        for (std::size_t t = 0; t < static_cast<std::size_t>(outputFrames); ++t) {
            const RelativePosition& position = label.positionAt(t);
            float* frame = slot + 1 + t * ClipCache::frameSize;
            frame[0] = label.activeAt(t) ? 1.0F : 0.0F;
            frame[1] = static_cast<float>(position.direction.azimuthDeg);
            frame[2] = static_cast<float>(position.direction.elevationDeg);
            frame[3] = static_cast<float>(position.distanceM);
        }
    }
}

void toHalf(const std::vector<float>& from, torch::Tensor row)
{
    row.copy_(torch::from_blob(const_cast<float*>(from.data()), row.sizes()));
}

} // namespace

ClipCache ClipCache::openOrMake(const std::filesystem::path& folder, const SamplerOptions& scene,
                                const std::function<SceneSampler()>& makeSampler, const Json& recipe,
                                std::uint64_t seed, std::int64_t count, const ProgressCallback& progress)
{
    const double duration = scene.durationS;
    const auto frames = static_cast<std::int64_t>(std::lround(duration * Layout::framesPerS));
    const int outputFrames = static_cast<int>(std::lround(duration * 10.0));
    const Json key = {{"format", "binaurium-clip-cache"},
                      {"version", clipCacheVersion},
                      {"recipe", recipe},
                      {"seed", seed},
                      {"count", count},
                      {"split", splitId(scene.split)}};
    const bool ready = holdsCache(folder, key);
    std::filesystem::create_directories(folder);
    ClipCache cache;
    const auto channels = static_cast<std::int64_t>(Layout::channels);
    cache.bands_ = mapped(folder / "bands.f16", {count, channels, frames, static_cast<std::int64_t>(Layout::bands)},
                          torch::kHalf, true);
    cache.gcc_ =
        mapped(folder / "gcc.f16", {count, frames, static_cast<std::int64_t>(Layout::lags)}, torch::kHalf, true);
    cache.targets_ = mapped(folder / "targets.f32", {count, recordSize(outputFrames)}, torch::kFloat, true);
    if (ready)
        return cache;

    const SceneSampler sampler = makeSampler();
    cache.targets_.zero_();
    const int threadsBefore = at::get_num_threads();
    at::set_num_threads(1); // the clips themselves run in parallel
    parallelFor(
        count, 0,
        [&](std::int64_t i) {
            const auto sample = sampler.sample(seed, static_cast<std::uint64_t>(i));
            RenderOptions options;
            options.rateHz = Layout::rateHz;
            options.head = sample.head;
            options.allowOutside = true; // catalogue sounds have absolute names
            options.threads = 1;
            const auto rendered = renderScene(sample.scene, options);
            const auto features = spatialFeatures(rendered.audio);
            toHalf(features.bands, cache.bands_[i]);
            toHalf(features.gcc, cache.gcc_[i]);
            writeTargets(cache.targets_[i].data_ptr<float>(), sample, rendered, outputFrames);
        },
        progress, "clips");
    at::set_num_threads(threadsBefore);
    finishCache(folder, key);
    return cache;
}

} // namespace binaurium
