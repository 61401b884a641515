// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <filesystem>
#include <string>

namespace binaurium {

struct AudioFileInfo
{
    std::size_t channels = 0;
    std::int64_t frames = 0;
    double rateHz = 0.0;
    std::string format; // "WAV (Microsoft)", as libsndfile names it
};

// Header only. Throws Missing or BadInput.
[[nodiscard]] AudioFileInfo readAudioInfo(const std::filesystem::path& path);

// Whole file or frames [first, first + count); count < 0 means to the end. At most `limitSamples`, all channels
// together, are allocated; NaN, infinite samples and such beyond 1e10 are refused. Throws Missing or BadInput.
[[nodiscard]] AudioBuffer readAudio(const std::filesystem::path& path, std::int64_t first = 0, std::int64_t count = -1,
                                    std::int64_t limitSamples = 500'000'000);

enum class SampleFormat { Pcm16, Pcm24, Float32 };

// Writes WAV, or FLAC where the name ends so (16 or 24 bits), atomically. `comment` goes into the file's metadata.
// Values beyond +-1 are kept in Float32 and clipped in PCM.
void writeAudio(const AudioBuffer& audio, const std::filesystem::path& path,
                SampleFormat format = SampleFormat::Float32, const std::string& comment = {});

} // namespace binaurium
