// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Recipe.h"
#include "widgets/controls/BackgroundWork.h"
#include "widgets/dataset/PreviewModel.h"

#include <filesystem>

namespace binaurium {

// The first items of a split, as a data set of the recipe would hold them.
struct SampleRequest
{
    DatasetRecipe recipe;
    Split split = Split::Train;
    int count = 24;
    std::vector<std::filesystem::path> headFolders;
};

// Hands the items over as they are made, a few at a time. For BackgroundWork; throws as ItemMaker does, and Missing for
// a split without items.
void sampleItems(const SampleRequest& request, const BackgroundWork::Context& context,
                 const std::function<void(const PreviewItems&)>& receive);

// The scene of an item as it can be opened and played on this computer: absolute sound files, the SOFA file of its
// head. `changed` is set when the item's head is a drawn variant, which a scene cannot name. Throws Missing.
[[nodiscard]] Scene sceneToOpen(const PreviewItem& item, const std::vector<std::filesystem::path>& headFolders,
                                bool* changed);

} // namespace binaurium
