// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"

#include <span>
#include <vector>

namespace binaurium {

// Answers from the words alone: a linear softmax over the options with features of n-grams (1 and 2) of the question
// crossed with the option, of the options as a set and of the place in the list, hashed; plain SGD. What it finds above
// chance, a model could learn without hearing anything. Deterministic.
class BlindAnswerer
{
public:
    BlindAnswerer();
    // One look at an item with options; call it over the training items, a few epochs.
    void learn(const Item& item);
    [[nodiscard]] std::size_t answer(const Item& item) const;

private:
    using Features = std::vector<std::uint32_t>; // indices of ones
    [[nodiscard]] static std::vector<Features> featuresOf(const Item& item);
    [[nodiscard]] std::vector<double> probabilities(const std::vector<Features>& features) const;
    std::vector<float> weights_;
};

} // namespace binaurium
