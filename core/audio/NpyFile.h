// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <filesystem>

namespace binaurium {

// An impulse response stored as an array of NumPy (.npy, format 1 to 3): float32, float64 or int16 in C order, little
// endian, of the shape (channels, frames), (frames, channels) or (frames); the shorter side is the channels. Arrays of
// objects (pickles) are never read. Throws Missing or BadInput; at most `limitFrames` frames and 16 channels.
[[nodiscard]] AudioBuffer readNpy(const std::filesystem::path& path, double rateHz,
                                  std::size_t limitFrames = 10'000'000);

} // namespace binaurium
