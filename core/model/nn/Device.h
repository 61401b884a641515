// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <torch/torch.h>

namespace binaurium::nn {

// What an id of core/model/ComputeDevice.h means to libtorch; throws as chosenDevice().
[[nodiscard]] torch::Device deviceOf(const std::string& wanted);

// Throws Missing: the memory of `device` is full.
[[noreturn]] void throwOutOfMemory(const torch::Device& device);

// What `work()` gives; where the memory of a GPU is too small for it, Missing with a sentence instead of libtorch's.
template <typename Work>
auto inMemoryOf(const torch::Device& device, const Work& work)
{
    try {
        return work();
    } catch (const c10::OutOfMemoryError&) {
        throwOutOfMemory(device);
    }
}

} // namespace binaurium::nn
