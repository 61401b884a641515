// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ComputeDevice.h"

#include "core/support/Error.h"
#include "core/support/Memory.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <algorithm>
#include <array>
#include <dlfcn.h>

namespace binaurium {
namespace {

// The driver knows the names; libtorch tells them only to programs that are compiled with the toolkit.
std::string cudaName(int index)
{
    static void* const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
    if (driver == nullptr)
        return {};
    const auto start = reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit"));
    const auto name = reinterpret_cast<int (*)(char*, int, int)>(dlsym(driver, "cuDeviceGetName"));
    std::array<char, 128> text{};
    if (start == nullptr || name == nullptr || start(0) != 0 ||
        name(text.data(), static_cast<int>(text.size()) - 1, index) != 0)
        return {};
    return text.data();
}

ComputeDevice described(c10::DeviceType type, int index)
{
    ComputeDevice device;
    device.id = c10::DeviceTypeName(type, true) + ":" + std::to_string(index);
    device.name = type == c10::DeviceType::CUDA ? cudaName(index) : std::string();
    if (device.name.empty())
        device.name = "GPU " + std::to_string(index);
    try {
        const auto [free, total] = at::accelerator::getMemoryInfo(static_cast<c10::DeviceIndex>(index));
        device.freeBytes = static_cast<double>(free);
        device.totalBytes = static_cast<double>(total);
    } catch (const c10::Error&) {
        // Not every kind of device counts its memory.
    }
    return device;
}

} // namespace

std::vector<ComputeDevice> computeDevices()
{
    std::vector<ComputeDevice> list{{"cpu", "processor", availableMemoryBytes().value_or(0.0), 0.0}};
    const auto type = at::accelerator::getAccelerator();
    if (!type)
        return list;
    for (int i = 0; i < at::accelerator::deviceCount(); ++i)
        list.push_back(described(*type, i));
    return list;
}

ComputeDevice chosenDevice(const std::string& wanted)
{
    const auto list = computeDevices();
    if (wanted == "auto") {
        const auto hasLess = [](const ComputeDevice& a, const ComputeDevice& b) { return a.freeBytes < b.freeBytes; };
        return list.size() == 1 ? list.front() : *std::max_element(list.begin() + 1, list.end(), hasLess);
    }
    const auto id = wanted == "cuda" ? std::string("cuda:0") : wanted;
    const auto found = std::ranges::find(list, id, &ComputeDevice::id);
    if (found != list.end())
        return *found;
    const bool isGpu = id.starts_with("cuda:") && id.size() > 5 &&
                       std::all_of(id.begin() + 5, id.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!isGpu)
        throw Error(ErrorKind::Usage, "device '" + wanted + "' is not known; use auto, cpu or cuda:N");
    throw missing("there is no device " + id,
                  at::hasCUDA() ? "use --device auto or one that 'binaurium-cli doctor' names"
                                : "the linked libtorch cannot use a GPU or finds none: use --device cpu, or build with "
                                  "a CUDA libtorch (docs/gpu.md)");
}

} // namespace binaurium
