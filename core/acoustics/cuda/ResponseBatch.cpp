// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/cuda/ResponseBatch.h"

#include <algorithm>

namespace binaurium {
namespace {

// Tiles of its response that an image touches, [first, last); empty when it lies outside.
struct TileSpan
{
    std::int64_t first = 0;
    std::int64_t last = 0;
};

TileSpan tilesOf(const TileImage& image, std::int64_t frames)
{
    const std::int64_t from = std::max<std::int64_t>(0, image.sample - TileShape::halfTaps);
    const std::int64_t to = std::min(frames, image.sample + TileShape::halfTaps + 1);
    if (from >= to)
        return {};
    return {from / TileShape::samples, (to - 1) / TileShape::samples + 1};
}

} // namespace

bool ResponseBatch::isValid(std::string* error) const
{
    const char* problem = nullptr;
    if (frames < 1)
        problem = "a response needs at least one sample";
    else if (channels < 1 || channels > TileShape::maxChannels)
        problem = "there must be 1 to 16 channels";
    else if (first.empty() || first.front() != 0 || !std::is_sorted(first.begin(), first.end()) ||
             first.back() != static_cast<std::int64_t>(images.size()))
        problem = "the starts of the responses must ascend from 0 to the number of images";
    else if (gains.size() != images.size() * static_cast<std::size_t>(channels))
        problem = "there must be one gain per image and channel";
    else if (std::any_of(images.begin(), images.end(),
                         [](const TileImage& i) { return !(i.fraction >= 0.0F && i.fraction < 1.0F); }))
        problem = "fractions must lie within 0 and 1";
    if (problem != nullptr && error != nullptr)
        *error = problem;
    return problem == nullptr;
}

TileBuckets bucketImages(const ResponseBatch& batch)
{
    TileBuckets buckets;
    buckets.tilesPerResponse = (batch.frames + TileShape::samples - 1) / TileShape::samples;
    buckets.start.assign(static_cast<std::size_t>(batch.responses() * buckets.tilesPerResponse + 1), 0);
    const auto forEach = [&](const auto& visit) {
        for (std::int64_t r = 0; r < batch.responses(); ++r)
            for (std::int64_t i = batch.first[static_cast<std::size_t>(r)];
                 i < batch.first[static_cast<std::size_t>(r) + 1]; ++i) {
                const auto span = tilesOf(batch.images[static_cast<std::size_t>(i)], batch.frames);
                for (std::int64_t t = span.first; t < span.last; ++t)
                    visit(static_cast<std::size_t>(r * buckets.tilesPerResponse + t), i);
            }
    };
    forEach([&](std::size_t tile, std::int64_t) { ++buckets.start[tile + 1]; });
    for (std::size_t t = 1; t < buckets.start.size(); ++t)
        buckets.start[t] += buckets.start[t - 1];
    buckets.order.resize(static_cast<std::size_t>(buckets.start.back()));
    auto next = buckets.start;
    forEach(
        [&](std::size_t tile, std::int64_t image) { buckets.order[static_cast<std::size_t>(next[tile]++)] = image; });
    return buckets;
}

std::vector<float> renderBatchOnProcessor(const ResponseBatch& batch)
{
    const auto buckets = bucketImages(batch);
    std::vector<float> output(static_cast<std::size_t>(batch.responses() * batch.channels * batch.frames));
    for (std::int64_t block = 0; block < batch.responses() * buckets.tilesPerResponse; ++block) {
        const std::int64_t response = block / buckets.tilesPerResponse;
        const std::int64_t tile = block % buckets.tilesPerResponse;
        for (int thread = 0; thread < TileShape::samples; ++thread) {
            const std::int64_t n = tile * TileShape::samples + thread;
            if (n >= batch.frames)
                break;
            float sums[TileShape::maxChannels] = {};
            for (std::int64_t k = buckets.start[static_cast<std::size_t>(block)];
                 k < buckets.start[static_cast<std::size_t>(block) + 1]; ++k) {
                const std::int64_t i = buckets.order[static_cast<std::size_t>(k)];
                addImage(n, batch.images[static_cast<std::size_t>(i)], batch.gains.data() + i * batch.channels,
                         batch.channels, sums);
            }
            for (int c = 0; c < batch.channels; ++c)
                output[static_cast<std::size_t>(outputIndex(response, c, batch.channels, batch.frames, n))] = sums[c];
        }
    }
    return output;
}

} // namespace binaurium
