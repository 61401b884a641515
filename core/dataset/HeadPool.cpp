// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/HeadPool.h"

#include "core/support/Error.h"
#include "core/support/Parallel.h"

#include <algorithm>

namespace binaurium {

namespace {

struct FoundHead
{
    std::string id;
    std::filesystem::path file;
};

std::vector<FoundHead> findHeads(const HeadPoolOptions& options)
{
    std::vector<FoundHead> found;
    for (const auto& entry : readHeadCatalogue()) {
        const bool wanted = options.only.empty()
                                ? entry.split == options.split
                                : std::find(options.only.begin(), options.only.end(), entry.id) != options.only.end();
        if (!wanted || (options.most > 0 && found.size() >= static_cast<std::size_t>(options.most)))
            continue;
        if (auto file = findHeadFile(entry, options.folders); !file.empty())
            found.push_back({entry.id, std::move(file)});
    }
    return found;
}

} // namespace

HeadPool::HeadPool(const HeadPoolOptions& options, std::uint64_t seed, const ProgressCallback& progress)
{
    const auto heads = findHeads(options);
    headCount_ = heads.size();
    std::vector<std::filesystem::path> files;
    for (const auto& head : heads)
        for (int v = 0; v < options.variantsPerHead; ++v) {
            Variant variant{head.id, {}, {.rateHz = options.rateHz}, nullptr};
            RandomStream random(seed, "head " + head.id, static_cast<std::uint64_t>(v));
            if (v > 0) {
                variant.options.frequencyScale = random.uniform(options.scaleLow, options.scaleHigh);
                variant.options.diffuseFieldEqualised = random.chance(options.equalisedShare);
                // Drawn only where they are used, so that older recipes keep their heads.
                if (options.itdScaleHigh > options.itdScaleLow)
                    variant.options.itdScale = random.uniform(options.itdScaleLow, options.itdScaleHigh);
                if (heads.size() > 1 && options.blendedShare > 0.0 && random.chance(options.blendedShare)) {
                    const auto& other = heads[random.below(heads.size())];
                    variant.blendId = other.id;
                    variant.options.blendWith = other.file;
                    variant.options.blendShare = random.uniform(0.2, 0.5);
                }
            }
            variants_.push_back(std::move(variant));
            files.push_back(head.file);
        }
    if (variants_.empty())
        throw missing(options.only.empty()
                          ? "no head of the split '" + splitId(options.split) + "' is on this computer"
                          : "head '" + options.only.front() + "' is not in models/heads.toml or not on this computer",
                      "give the folder of the SOFA files: head_folders, or --heads");
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
