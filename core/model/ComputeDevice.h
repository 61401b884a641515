// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace binaurium {

// Where a model can be computed: the processor, or a GPU that the linked libtorch uses.
struct ComputeDevice
{
    std::string id;          // "cpu", "cuda:0", as --device takes it
    std::string name;        // for people
    double freeBytes = 0.0;  // of its memory; 0 where it does not say
    double totalBytes = 0.0; // 0 where it does not say, and of the processor
    bool hasBfloat16 = true; // multiplies it in hardware; of GPUs only
};

// All of this computer, the processor first.
[[nodiscard]] std::vector<ComputeDevice> computeDevices();

// Gives memory of GPUs that models no longer use back, so that it counts as free.
void releaseUnusedMemory();

// Which of them `wanted` means: an id, "cuda" for the first GPU, or "auto" for the GPU with the most free memory, the
// processor where there is none. Throws Usage for other words, Missing for what is not there.
[[nodiscard]] ComputeDevice chosenDevice(const std::string& wanted);

} // namespace binaurium
