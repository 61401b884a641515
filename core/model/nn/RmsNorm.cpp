// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/RmsNorm.h"

#include <ATen/Parallel.h>
#include <ATen/ops/rms_norm.h>
#include <array>
#include <cmath>

namespace binaurium::nn {
namespace {

constexpr std::int64_t rowsAtOnce = 16; // of one thread

// Sum of term(i) over i < count, in lanes that a compiler can hold in one register.
template <typename Term>
float summed(std::int64_t count, Term term)
{
    constexpr std::int64_t lanes = 16;
    std::array<float, lanes> sums{};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::int64_t lane = 0; lane < lanes; ++lane)
            sums[static_cast<std::size_t>(lane)] += term(i + lane);
    float sum = 0.0F;
    for (; i < count; ++i)
        sum += term(i);
    for (const float lane : sums)
        sum += lane;
    return sum;
}

// y = x r gain, where r = 1 / sqrt(mean(x^2) + eps).
template <typename To>
void normalise(const torch::Tensor& from, const torch::Tensor& gain, double eps, torch::Tensor& to,
               torch::Tensor& scale)
{
    const auto width = from.size(-1);
    const float *x = from.const_data_ptr<float>(), *g = gain.const_data_ptr<float>();
    To* y = to.data_ptr<To>();
    float* r = scale.data_ptr<float>();
    at::parallel_for(0, scale.numel(), rowsAtOnce, [&](std::int64_t first, std::int64_t end) {
        for (std::int64_t row = first; row < end; ++row) {
            const float* in = x + row * width;
            To* out = y + row * width;
            const float square = summed(width, [&](std::int64_t i) { return in[i] * in[i]; });
            const auto rms = 1.0F / std::sqrt(square / static_cast<float>(width) + static_cast<float>(eps));
            for (std::int64_t i = 0; i < width; ++i)
                out[i] = static_cast<To>(in[i] * rms * g[i]);
            r[row] = rms;
        }
    });
}

// dx = r (gain dy) - x r^3 sum(gain dy x) / C.
template <typename From>
void normaliseBack(const torch::Tensor& from, const torch::Tensor& gain, const torch::Tensor& scale,
                   const torch::Tensor& gradient, torch::Tensor& back)
{
    const auto width = from.size(-1);
    const float *x = from.const_data_ptr<float>(), *g = gain.const_data_ptr<float>(),
                *r = scale.const_data_ptr<float>();
    const From* dy = gradient.const_data_ptr<From>();
    float* dx = back.data_ptr<float>();
    at::parallel_for(0, scale.numel(), rowsAtOnce, [&](std::int64_t first, std::int64_t end) {
        for (std::int64_t row = first; row < end; ++row) {
            const float* in = x + row * width;
            const From* out = dy + row * width;
            float* result = dx + row * width;
            const float along =
                summed(width, [&](std::int64_t i) { return g[i] * static_cast<float>(out[i]) * in[i]; });
            const float share = r[row] * r[row] * r[row] * along / static_cast<float>(width);
            for (std::int64_t i = 0; i < width; ++i)
                result[i] = r[row] * g[i] * static_cast<float>(out[i]) - share * in[i];
        }
    });
}

class Normalise : public torch::autograd::Function<Normalise>
{
public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                                 const torch::Tensor& gain, double eps, torch::ScalarType type)
    {
        auto y = torch::empty(x.sizes(), x.options().dtype(type));
        auto scale = torch::empty({x.numel() / x.size(-1)}, x.options());
        if (type == torch::kBFloat16)
            normalise<at::BFloat16>(x, gain, eps, y, scale);
        else
            normalise<float>(x, gain, eps, y, scale);
        context->save_for_backward({x, gain, scale});
        return y;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto g = gradients.front().contiguous();
        auto back = torch::empty_like(saved[0]);
        if (g.scalar_type() == torch::kBFloat16)
            normaliseBack<at::BFloat16>(saved[0], saved[1], saved[2], g, back);
        else
            normaliseBack<float>(saved[0], saved[1], saved[2], g, back);
        return {back, torch::Tensor(), torch::Tensor(), torch::Tensor()};
    }
};

} // namespace

torch::Tensor rmsNormed(const torch::Tensor& x, const torch::Tensor& gain, double eps, torch::ScalarType type)
{
    const bool isTrained = torch::GradMode::is_enabled() && x.requires_grad();
    if (isTrained && x.is_cpu() && (type == torch::kFloat || type == torch::kBFloat16))
        return Normalise::apply(x.contiguous(), gain, eps, type);
    return at::rms_norm(x, {gain.size(0)}, gain, eps).to(type);
}

} // namespace binaurium::nn
