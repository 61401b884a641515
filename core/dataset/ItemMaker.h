// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Questions.h"
#include "core/dataset/Recipe.h"

#include <functional>
#include <optional>

namespace binaurium {

// Makes unit after unit of a recipe, each independent of all others. Answers of a template with a closed list are drawn
// evenly before a scene is looked for that has this answer, so that whoever has not heard the audio stays at chance.
// Immutable; may be shared between threads.
class ItemMaker
{
public:
    // `headFolders`: where SOFA files lie, before the data folders. With `only`, the units of other splits cannot be
    // made, and their heads need not be there. Throws Missing when a split has no sound or no head.
    ItemMaker(DatasetRecipe recipe, const std::vector<std::filesystem::path>& headFolders,
              std::optional<Split> only = {});

    // `index` is of a split that can be made. One item, or the two twins of a swap pair. Empty in the rare case that no
    // scene of 200 fits any of eight templates.
    [[nodiscard]] std::vector<Item> unit(std::int64_t index) const;
    [[nodiscard]] const DatasetRecipe& recipe() const noexcept { return recipe_; }

private:
    struct Lane
    {
        std::shared_ptr<const SceneSampler> sampler;
        std::shared_ptr<const QuestionMaker> questions;
    };
    [[nodiscard]] Lane makeLane(Split split, const std::vector<std::filesystem::path>& headFolders) const;
    [[nodiscard]] const QuestionTemplate& drawTemplate(RandomStream& random) const;
    [[nodiscard]] std::vector<Item> search(const QuestionTemplate& t, const Lane& lane, std::int64_t index, int attempt,
                                           RandomStream& random) const;

    DatasetRecipe recipe_;
    std::array<Lane, 3> lanes_;
    std::vector<std::vector<const QuestionTemplate*>> byTask_;
    std::vector<double> weights_; // by task, cumulative
};

// The scene as items store it: numbers rounded (positions to 0.1 mm, coefficients to 0.001) and sounds named relative
// to the data folders, so that an item means the same on every computer.
[[nodiscard]] Scene portableScene(Scene scene);
// The inverse for sounds: absolute names of this computer. Throws Missing.
[[nodiscard]] Scene localScene(Scene scene);

} // namespace binaurium
