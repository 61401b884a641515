// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Geometry.h"
#include "core/support/Json.h"

#include <map>
#include <string>
#include <vector>

namespace binaurium {

// One source in one frame of 100 ms.
struct SeldEvent
{
    std::size_t frame = 0;
    std::string label;
    Direction direction;
};

// Counts of joint detection and localisation, summed over clips. Definition: Politis, Mesaros, Adavanne, Heittola and
// Virtanen, IEEE/ACM TASLP 29 (2021), as DCASE 2023 task 3 evaluates: segments of one second; sources of one class are
// matched frame by frame for the smallest sum of angles; a matched source is right where its mean angle in the segment
// is at most 20 degrees.
struct SeldCounts
{
    struct PerClass
    {
        double right = 0.0;       // matched, within the threshold
        double astray = 0.0;      // matched, beyond it
        double extra = 0.0;       // heard without a source
        double missed = 0.0;      // sources not heard
        double reference = 0.0;   // sources
        double angleSumDeg = 0.0; // of all matched
        friend bool operator==(const PerClass&, const PerClass&) = default;
    };
    std::map<std::string, PerClass> classes;
    double substitutions = 0.0, deletions = 0.0, insertions = 0.0;

    void add(const SeldCounts& other);
    friend bool operator==(const SeldCounts&, const SeldCounts&) = default;
};
inline constexpr double seldThresholdDeg = 20.0;
inline constexpr std::size_t seldSegmentFrames = 10;

// Of one clip of `frames` frames.
[[nodiscard]] SeldCounts countSeld(const std::vector<SeldEvent>& truth, const std::vector<SeldEvent>& heard,
                                   std::size_t frames);
[[nodiscard]] Json toJson(const SeldCounts& counts);
[[nodiscard]] SeldCounts seldCountsFromJson(const JsonObject& object);

struct SeldScore
{
    double errorRate = 0.0;              // ER20, (S + D + I) / N; may exceed 1
    double f = 0.0;                      // F20
    double localizationErrorDeg = 180.0; // LE_CD; 180 where a class was never matched
    double localizationRecall = 0.0;     // LR_CD
    [[nodiscard]] double seld() const;   // mean of ER, 1 - F, LE / 180, 1 - LR
};
// Macro: F, LE and LR are means over `classes` (those with sources where it is empty); ER is over all of them.
[[nodiscard]] SeldScore macroSeld(const SeldCounts& counts, std::vector<std::string> classes = {});
// Micro: from the sums over all classes.
[[nodiscard]] SeldScore microSeld(const SeldCounts& counts);
[[nodiscard]] Json toJson(const SeldScore& score);

} // namespace binaurium
