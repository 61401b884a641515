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

// The driver knows names and abilities; libtorch tells them only to programs that are compiled with the toolkit.
class CudaDriver
{
public:
    CudaDriver() : library_(dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL))
    {
        const auto start = find<int (*)(unsigned)>("cuInit");
        if (start == nullptr || start(0) != 0)
            return;
        name_ = find<int (*)(char*, int, int)>("cuDeviceGetName");
        attribute_ = find<int (*)(int*, int, int)>("cuDeviceGetAttribute");
    }
    [[nodiscard]] std::string name(int device) const
    {
        std::array<char, 128> text{};
        const bool known = name_ != nullptr && name_(text.data(), static_cast<int>(text.size()) - 1, device) == 0;
        return known ? text.data() : std::string();
    }
    // From compute capability 8 on.
    [[nodiscard]] bool hasBfloat16(int device) const
    {
        constexpr int capabilityMajor = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
        int major = 0;
        return attribute_ != nullptr && attribute_(&major, capabilityMajor, device) == 0 && major >= 8;
    }

private:
    template <typename Function>
    [[nodiscard]] Function find(const char* symbol) const
    {
        return library_ == nullptr ? nullptr : reinterpret_cast<Function>(dlsym(library_, symbol));
    }
    void* library_;
    int (*name_)(char*, int, int) = nullptr;
    int (*attribute_)(int*, int, int) = nullptr;
};

ComputeDevice described(c10::DeviceType type, int index)
{
    ComputeDevice device;
    device.id = c10::DeviceTypeName(type, true) + ":" + std::to_string(index);
    if (type == c10::DeviceType::CUDA) {
        static const CudaDriver driver;
        device.name = driver.name(index);
        device.hasBfloat16 = driver.hasBfloat16(index);
    }
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

ComputeDevice processor()
{
    return {"cpu", "processor", availableMemoryBytes().value_or(0.0), 0.0, false};
}

} // namespace

void releaseUnusedMemory()
{
    try {
        if (at::accelerator::getAccelerator())
            at::accelerator::emptyCache();
    } catch (const c10::Error&) {
        // Not every kind of device keeps any.
    }
}

std::vector<ComputeDevice> computeDevices()
{
    std::vector<ComputeDevice> list{processor()};
    const auto type = at::accelerator::getAccelerator();
    if (!type)
        return list;
    for (int i = 0; i < at::accelerator::deviceCount(); ++i)
        list.push_back(described(*type, i));
    return list;
}

ComputeDevice chosenDevice(const std::string& wanted)
{
    if (wanted == "cpu")
        return processor();
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
