// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"
#include "core/scene/Scene.h"

namespace binaurium {

// What microphones make of the two ears' signals: a minimum-phase equaliser per ear, then white self-noise, drawn by
// (seed, ear) and independent between the ears. Longer signals are not made: the filter's ringing after the last sample
// is cut. Nothing happens where the microphones are perfect.
void recordThrough(const Microphones& microphones, std::uint64_t seed, AudioBuffer& ears);

} // namespace binaurium
