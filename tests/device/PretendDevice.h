// SPDX-License-Identifier: GPL-3.0-or-later
// A device that is not the processor, made of the processor, so that mistakes of device are found on computers without
// a GPU. Every operation copies to the host, computes there and copies back. Two things make it strict: an operation
// among whose tensors one is left on the processor is refused, as CUDA refuses it, and memory at rest holds inverted
// bytes, so that code which reads a device's memory directly reads nonsense.
#pragma once

#include <ATen/EmptyTensor.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_cpu_dispatch.h>
#include <ATen/ops/view_native.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>
#include <torch/torch.h>

namespace binaurium::test {

inline constexpr auto pretendType = c10::DeviceType::PrivateUse1;
inline constexpr auto pretendId = "pretend:0";

struct PretendGuard final : c10::impl::DeviceGuardImplInterface
{
    static constexpr c10::DeviceType static_type = pretendType;
    c10::DeviceType type() const override { return pretendType; }
    c10::Device exchangeDevice(c10::Device) const override { return {pretendType, 0}; }
    c10::Device getDevice() const override { return {pretendType, 0}; }
    void setDevice(c10::Device) const override {}
    void uncheckedSetDevice(c10::Device) const noexcept override {}
    c10::Stream getStream(c10::Device) const override { return c10::Stream(c10::Stream::DEFAULT, {pretendType, 0}); }
    c10::Stream exchangeStream(c10::Stream) const override { return getStream({pretendType, 0}); }
    c10::DeviceIndex deviceCount() const noexcept override { return 1; }
};

struct PretendHooks final : at::PrivateUse1HooksInterface
{
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return true; }
    bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
};

struct PretendAllocator final : c10::Allocator
{
    static void release(void* memory) { std::free(memory); }
    c10::DataPtr allocate(std::size_t bytes) override
    {
        void* memory = std::malloc(std::max<std::size_t>(bytes, 1));
        return {memory, memory, &release, {pretendType, 0}};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* to, const void* from, std::size_t bytes) const override { std::memcpy(to, from, bytes); }
};

inline PretendAllocator pretendAllocator;
inline PretendHooks pretendHooks;

inline bool isPretend(const at::Tensor& tensor)
{
    return tensor.device().type() == pretendType;
}

// The bytes of a tensor as it lies in memory, from its first element on.
inline std::span<std::byte> bytesOf(const at::Tensor& tensor)
{
    const auto bytes = at::detail::computeStorageNbytes(tensor.sizes(), tensor.strides(), tensor.itemsize());
    return {static_cast<std::byte*>(tensor.data_ptr()), tensor.numel() == 0 ? 0 : bytes};
}

inline void copyInverted(std::span<const std::byte> from, std::span<std::byte> to)
{
    std::ranges::transform(from, to.begin(), [](std::byte b) { return ~b; });
}

// The same elements with the same strides in memory of the host.
inline at::Tensor onHost(const at::Tensor& tensor)
{
    if (!isPretend(tensor))
        return tensor;
    auto copy = at::empty_strided(tensor.sizes(), tensor.strides(), tensor.options().device(at::kCPU));
    copyInverted(bytesOf(tensor), bytesOf(copy));
    return copy;
}

inline at::Tensor copyFrom(const at::Tensor& from, const at::Tensor& to, bool /*nonBlocking*/)
{
    auto target = onHost(to);
    target.copy_(onHost(from));
    if (isPretend(to))
        copyInverted(bytesOf(target), bytesOf(to));
    return to;
}

inline at::Tensor copyAndResize(const at::Tensor& from, const at::Tensor& to)
{
    to.resize_(from.sizes());
    return copyFrom(from, to, false);
}

inline const at::Tensor& resized(const at::Tensor& self, c10::IntArrayRef size,
                                 std::optional<c10::MemoryFormat> /*format*/)
{
    if (self.sizes() == size) // a view keeps its strides
        return self;
    auto* impl = self.unsafeGetTensorImpl();
    impl->set_sizes_contiguous(size);
    const auto bytes = impl->storage_offset() * self.itemsize() + self.numel() * self.itemsize();
    if (auto* storage = impl->unsafe_storage().unsafeGetStorageImpl(); storage->nbytes() < bytes) {
        auto memory = pretendAllocator.allocate(bytes);
        std::memcpy(memory.get(), storage->data(), storage->nbytes());
        storage->set_data_ptr_noswap(std::move(memory));
        storage->set_nbytes(bytes);
    }
    return self;
}

inline at::Tensor emptyPretend(c10::IntArrayRef size, std::optional<c10::ScalarType> type,
                               std::optional<c10::Layout> /*layout*/, std::optional<c10::Device> /*device*/,
                               std::optional<bool> /*pinned*/, std::optional<c10::MemoryFormat> format)
{
    return at::detail::empty_generic(size, &pretendAllocator, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                     c10::dtype_or_default(type), format);
}

inline at::Tensor emptyStrided(c10::IntArrayRef size, c10::IntArrayRef stride, std::optional<c10::ScalarType> type,
                               std::optional<c10::Layout> /*layout*/, std::optional<c10::Device> /*device*/,
                               std::optional<bool> /*pinned*/)
{
    return at::detail::empty_strided_generic(size, stride, &pretendAllocator,
                                             c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                             c10::dtype_or_default(type));
}

inline std::int64_t plainAttention(const at::Tensor&, const at::Tensor&, const at::Tensor&,
                                   const std::optional<at::Tensor>&, double, bool, std::optional<double>, bool)
{
    return 0; // sums of products, no fused kernel
}

using Sizes = c10::IntArrayRef;

inline at::Tensor convolved(const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>& bias,
                            Sizes stride, Sizes padding, Sizes dilation, bool transposed, Sizes outputPadding,
                            std::int64_t groups)
{
    const auto hostBias = bias && bias->defined() ? std::optional(onHost(*bias)) : std::nullopt;
    return at::convolution(onHost(x), onHost(weight), hostBias, stride, padding, dilation, transposed, outputPadding,
                           groups)
        .to(x.device());
}

inline std::tuple<at::Tensor, at::Tensor, at::Tensor>
convolutionGradients(const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& weight, Sizes stride,
                     Sizes padding, Sizes dilation, bool transposed, Sizes outputPadding, std::int64_t groups,
                     std::array<bool, 3> wanted)
{
    const std::array biasSize{weight.size(0)};
    const auto [a, b, c] =
        at::convolution_backward(onHost(gradient), onHost(x), onHost(weight), at::OptionalIntArrayRef(biasSize), stride,
                                 padding, dilation, transposed, outputPadding, groups, wanted);
    const auto there = [&](const at::Tensor& t) { return t.defined() ? t.to(x.device()) : t; };
    return {there(a), there(b), there(c)};
}

// A number of the host (0-dimensional) may stand beside tensors of a device, nothing else.
inline void requireOneDevice(const c10::OperatorHandle& op, const torch::jit::Stack& stack)
{
    const auto look = [&](const at::Tensor& tensor) {
        if (tensor.defined() && !isPretend(tensor) && tensor.dim() > 0)
            throw std::runtime_error("a tensor on the processor among those of a device, in " + op.schema().name());
    };
    for (const auto& value : torch::jit::last(stack, op.schema().arguments().size())) {
        if (value.isTensor())
            look(value.toTensor());
        else if (value.isTensorList())
            for (const at::Tensor& tensor : value.toTensorVector())
                look(tensor);
        else if (value.isList())
            for (const c10::IValue& element : value.toListRef())
                if (element.isTensor())
                    look(element.toTensor());
    }
}

inline void computeOnHost(const c10::OperatorHandle& op, torch::jit::Stack* stack)
{
    requireOneDevice(op, *stack);
    at::native::cpu_fallback(op, stack);
}

C10_REGISTER_GUARD_IMPL(PrivateUse1, PretendGuard)

TORCH_LIBRARY_IMPL(_, PrivateUse1, m)
{
    m.fallback(torch::CppFunction::makeFromBoxedFunction<&computeOnHost>());
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m)
{
    m.impl("empty.memory_format", &emptyPretend);
    m.impl("empty_strided", &emptyStrided);
    m.impl("_copy_from", &copyFrom);
    m.impl("_copy_from_and_resize", &copyAndResize);
    m.impl("resize_", &resized);
    m.impl("as_strided", &at::cpu::as_strided);
    m.impl("view", &at::native::view);
    m.impl("_reshape_alias", &at::native::_reshape_alias);
    m.impl("_fused_sdp_choice", &plainAttention);
    m.impl("convolution_overrideable", &convolved);
    m.impl("convolution_backward_overrideable", &convolutionGradients);
    m.impl("_has_compatible_shallow_copy_type", [](const at::Tensor&, const at::Tensor&) { return true; });
}

// From now on libtorch has this device, as its accelerator.
inline void registerPretendDevice()
{
    c10::register_privateuse1_backend("pretend");
    at::RegisterPrivateUse1HooksInterface(&pretendHooks);
    c10::SetAllocator(pretendType, &pretendAllocator);
}

} // namespace binaurium::test
