// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <filesystem>
#include <vector>

namespace binaurium {

// Rms of a source of 0 dB at 1 m in free field, re full scale.
inline constexpr double sourceLevelDb = -23.0;

// The sound of a source, one channel, so that a gain of 0 dB gives sourceLevelDb (paths have the amplitude
// 1 / (4 pi r)). Files are mixed down and resampled; generators make `lengthS` seconds. Throws BadInput or
// Missing.
[[nodiscard]] std::vector<float> drySound(const Source& source, double lengthS, double rateHz,
                                          const std::filesystem::path& sceneFolder, bool allowOutside);

// When the sound of a source is heard in the scene and with which gain at its edges (5 ms fades), in samples.
class DryTimeline
{
public:
    // `soundFrames` is the length of the sound.
    DryTimeline(const Source& source, double sceneDurationS, double rateHz, std::size_t soundFrames);

    [[nodiscard]] std::int64_t first() const noexcept { return first_; }
    [[nodiscard]] std::int64_t count() const noexcept { return count_; } // 0: never heard
    // Seconds that a generator has to fill.
    [[nodiscard]] static double lengthS(const Source& source, double sceneDurationS) noexcept;
    // Gain of sample `n` after first(), 0 <= n < count().
    [[nodiscard]] float edgeGain(std::int64_t n) const noexcept
    {
        const std::int64_t edge = std::min(n + 1, count_ - n);
        return edge >= fade_ ? 1.0F : static_cast<float>(static_cast<double>(edge) / fadeSamples_);
    }

private:
    std::int64_t first_ = 0;
    std::int64_t count_ = 0;
    double fadeSamples_;
    std::int64_t fade_;
};

} // namespace binaurium
