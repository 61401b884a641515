// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace binaurium {

// Dry sounds made from formulae: exact labels, no licence, as many different ones as there are seeds. A seed chooses
// pitch, tempo, timbre and level structure, not only a variation of one recording.
struct Generator
{
    const char* name;        // stable id, also the label of what it sounds like
    const char* description; // for the user
};

[[nodiscard]] std::span<const Generator> generators();

// Mono samples of `durationS` (0.05 .. 600 s) at `rateHz`, peak at most 1. Same arguments, same bits. Throws BadInput
// for an unknown name.
[[nodiscard]] std::vector<float> generateSound(const std::string& name, std::uint64_t seed, double durationS,
                                               double rateHz);

} // namespace binaurium
