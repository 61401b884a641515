// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace binaurium {

// What is the same in every part of the live engine.
struct LiveRate
{
    static constexpr double hz = 48000.0;
    static constexpr std::size_t quantum = 128; // samples between two looks at positions; blocks of any length are cut
                                                // from whole quanta, so that the samples do not depend on the block
    // Constant delay of everything that is heard, in samples: room for the delay kernels and the alignment of the head
    // at the smallest distance. 1.3 ms.
    static constexpr std::size_t latencySamples = 64;
};

struct LiveOptions
{
    int reflectionOrder = 1;    // reflections heard one by one: 0 (direct sound only) .. 3
    double glideS = 0.016;      // a moved object is at its new place after this time; 0: after one quantum
    double jumpDistanceM = 1.0; // longer moves within one glide are crossfaded instead of flown
    bool tail = true;           // late reverberation
    double tailStartS = 0.020;  // when the tail sets in; reflections of higher order are part of it
    double tailMaximumS = 4.0;  // longest tail, 0.1 .. 10
    [[nodiscard]] bool isValid(std::string* error) const;
};

} // namespace binaurium
