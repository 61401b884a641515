// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/Device.h"

#include "core/model/ComputeDevice.h"
#include "core/support/Error.h"
#include "core/support/Memory.h"

namespace binaurium::nn {

torch::Device deviceOf(const std::string& wanted)
{
    return torch::Device(chosenDevice(wanted).id);
}

void throwOutOfMemory(const torch::Device& device)
{
    const auto chosen = chosenDevice(device.str());
    throw missing(chosen.name + " (" + chosen.id + ") has too little memory for this, " + inGib(chosen.freeBytes) +
                      " GiB of " + inGib(chosen.totalBytes) + " are free",
                  "close other programs on it, or choose another device, a shorter sound or a smaller batch");
}

} // namespace binaurium::nn
