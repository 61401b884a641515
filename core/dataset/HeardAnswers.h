// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"
#include "core/dataset/SceneFacts.h"

#include <optional>
#include <string>
#include <vector>

namespace binaurium {

// One source as a system without language heard it.
struct HeardSource
{
    std::string label; // id; a source of no known label is left out, but for answerOfDirection()
    Direction direction;
    double distanceM = 1.0;
    double startS = 0.0;
    double endS = 0.0;
};

// What was heard as facts: still, audible, of equal level at the source. `scene` must outlive them.
[[nodiscard]] SceneFacts heardFacts(const std::vector<HeardSource>& heard, const Scene& scene);

// The option that the question's program gives over what was heard, so that no language is needed: what the ears alone
// are worth. Where it would lie on a border between words, the smallest turn of the head (up to 45 degrees), change of
// distance or of elevation decides. Nothing where the item has no program or options, or where the program says nothing
// that is offered (a source that was not heard, a movement, the room).
[[nodiscard]] std::optional<std::size_t> answerOfHeard(const Item& item, const std::vector<HeardSource>& heard);

// The same for a system that hears one direction and nothing else: the source that the question asks about is where it
// points. Only questions about directions get an answer.
[[nodiscard]] std::optional<std::size_t> answerOfDirection(const Item& item, double azimuthDeg);

// What was heard, in the sentences of the evidence of items; says so where nothing was.
[[nodiscard]] std::string heardInWords(const std::vector<HeardSource>& heard);

} // namespace binaurium
