// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/Precision.h"

#include "core/model/ComputeDevice.h"

#include <ATen/cpu/Utils.h>

namespace binaurium::nn {

bool hasFastBfloat16(const torch::Device& device)
{
    if (!device.is_cpu())
        return chosenDevice(device.str()).hasBfloat16;
    const auto capabilities = at::cpu::get_cpu_capabilities();
    for (const char* name : {"avx512_bf16", "amx_bf16"}) {
        const auto found = capabilities.find(name);
        if (found != capabilities.end() && found->second.isBool() && found->second.toBool())
            return true;
    }
    return false;
}

} // namespace binaurium::nn
