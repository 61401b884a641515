// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace binaurium {

// What a question needs of its scene; the sampler is asked for it, the program still decides.
struct SceneWish
{
    int sources = 1;       // at least
    bool inTurn = false;   // sources start one after the other
    bool moving = false;   // the first source moves
    bool place = false;    // all sounds belong to one place
    bool misfit = false;   // all but one do
    bool high = false;     // sources above, level with and below the ears alike
    bool apart = false;    // distances differ clearly
    bool opposite = false; // exactly two sources, one on either side
    bool inTheWay = false; // the second source stands beside the way to the first
};

} // namespace binaurium
