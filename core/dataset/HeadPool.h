// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Head.h"
#include "core/acoustics/HeadCatalogue.h"
#include "core/support/Progress.h"
#include "core/support/Random.h"

#include <memory>
#include <string>
#include <vector>

namespace binaurium {

struct HeadPoolOptions
{
    Split split = Split::Train;
    std::vector<std::string> only;              // head ids; empty: all of the split that are found
    std::vector<std::filesystem::path> folders; // searched before the data folders
    int most = 0;                               // heads, the first ones of the table; 0: all
    int variantsPerHead = 1;                    // the plain head and variants - 1 drawn ones
    double scaleLow = 0.88;                     // frequency scale of the drawn variants
    double scaleHigh = 1.13;
    double equalisedShare = 0.5; // of the drawn variants
    double itdScaleLow = 1.0;    // of the drawn variants' delays alone
    double itdScaleHigh = 1.0;
    double blendedShare = 0.0; // of the drawn variants: mixed with a second head of the same split
    double rateHz = 32000.0;
    bool load = true; // false: only names and options, for work that makes no sound
};

// Heads of one split, loaded once, each with variants drawn by (seed, head, variant): scaled in frequency and delay,
// blended with another head, and diffuse-field equalised, since a net that has heard few heads learns their colour
// instead of directions.
class HeadPool
{
public:
    struct Variant
    {
        std::string id;      // head id of the catalogue
        std::string blendId; // of the second head; empty: none
        HeadOptions options;
        std::shared_ptr<const Head> head; // null when not loaded
    };
    // Throws Missing when no head of the split is found.
    HeadPool(const HeadPoolOptions& options, std::uint64_t seed, const ProgressCallback& progress = {});

    [[nodiscard]] const std::vector<Variant>& variants() const noexcept { return variants_; }
    [[nodiscard]] const Variant& draw(RandomStream& random) const { return variants_[random.below(variants_.size())]; }
    [[nodiscard]] std::size_t headCount() const noexcept { return headCount_; }

private:
    std::vector<Variant> variants_;
    std::size_t headCount_ = 0;
};

} // namespace binaurium
