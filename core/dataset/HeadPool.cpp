// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/HeadPool.h"

#include "core/support/Error.h"
#include "core/support/Parallel.h"

#include <algorithm>

namespace binaurium {

HeadPool::HeadPool(const HeadPoolOptions& options, std::uint64_t seed, const ProgressCallback& progress)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : readHeadCatalogue()) {
        const bool wanted = options.only.empty()
                                ? entry.split == options.split
                                : std::find(options.only.begin(), options.only.end(), entry.id) != options.only.end();
        const auto file = wanted ? findHeadFile(entry, options.folders) : std::filesystem::path();
        if (file.empty())
            continue;
        ++headCount_;
        for (int v = 0; v < options.variantsPerHead; ++v) {
            Variant variant{entry.id, {.rateHz = options.rateHz}, nullptr};
            RandomStream random(seed, "head " + entry.id, static_cast<std::uint64_t>(v));
            if (v > 0) {
                variant.options.frequencyScale = random.uniform(options.scaleLow, options.scaleHigh);
                variant.options.diffuseFieldEqualised = random.chance(options.equalisedShare);
            }
            variants_.push_back(std::move(variant));
            files.push_back(file);
        }
    }
    if (variants_.empty())
        throw missing("no head of the split '" + splitId(options.split) + "' is on this computer",
                      "give the folder of the SOFA files with head_folders");
    if (!options.load)
        return;
    parallelFor(
        static_cast<std::int64_t>(variants_.size()), 0,
        [&](std::int64_t i) {
            Variant& variant = variants_[static_cast<std::size_t>(i)];
            variant.head = Head::load(files[static_cast<std::size_t>(i)], variant.options);
        },
        progress, "heads");
}

} // namespace binaurium
