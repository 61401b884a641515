// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/cuda/TileArithmetic.h"

#include <string>
#include <vector>

// Many responses at once from lists of images. This folder needs a compiler and, for the device, nvcc; nothing else.
namespace binaurium {

struct ResponseBatch
{
    std::int64_t frames = 0;            // per response
    int channels = 1;                   // 1 .. TileShape::maxChannels
    std::vector<std::int64_t> first{0}; // images of response r: first[r] .. first[r + 1]
    std::vector<TileImage> images;
    std::vector<float> gains; // [image][channel]

    [[nodiscard]] std::int64_t responses() const noexcept { return static_cast<std::int64_t>(first.size()) - 1; }
    [[nodiscard]] bool isValid(std::string* error) const;
};

// Images by the tiles they touch: a counting sort, so that within a tile they keep their order and every run adds them
// in the same one. Tile t of response r: order[start[r * tilesPerResponse + t]] up to the next start.
struct TileBuckets
{
    std::int64_t tilesPerResponse = 0;
    std::vector<std::int64_t> start;
    std::vector<std::int64_t> order; // indices of images
};
[[nodiscard]] TileBuckets bucketImages(const ResponseBatch& batch);

// Walks the tiles one after the other on the processor. Output [response][channel][sample]; `batch` must be valid.
[[nodiscard]] std::vector<float> renderBatchOnProcessor(const ResponseBatch& batch);

// The same on the current CUDA device; in builds with nvcc only. False with the reason when there is no device or it
// has no room.
[[nodiscard]] bool renderBatchOnDevice(const ResponseBatch& batch, std::vector<float>& output, std::string* error);
// Devices that this process can use; 0 where there is no driver.
[[nodiscard]] int deviceCount() noexcept;

} // namespace binaurium
