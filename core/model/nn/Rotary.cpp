// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/Rotary.h"

#include <ATen/Parallel.h>

namespace binaurium::nn {
namespace {

constexpr std::int64_t placesAtOnce = 64; // of one thread

// `direction` 1 turns forwards, -1 back, which is also the gradient of the other.
template <typename From, typename To>
void turn(const torch::Tensor& from, torch::Tensor& to, const torch::Tensor& cosine, const torch::Tensor& sine,
          float direction)
{
    const auto places = cosine.size(0), heads = from.size(-2), half = from.size(-1) / 2;
    const From* x = from.const_data_ptr<From>();
    const float *c = cosine.const_data_ptr<float>(), *s = sine.const_data_ptr<float>();
    To* y = to.data_ptr<To>();
    at::parallel_for(0, from.numel() / (2 * half * heads), placesAtOnce, [&](std::int64_t first, std::int64_t end) {
        for (std::int64_t place = first; place < end; ++place) {
            const float *cosines = c + place % places * 2 * half, *sines = s + place % places * 2 * half;
            for (std::int64_t head = place * heads; head < (place + 1) * heads; ++head) {
                const From *low = x + head * 2 * half, *high = low + half;
                To *lowTurned = y + head * 2 * half, *highTurned = lowTurned + half;
                for (std::int64_t i = 0; i < half; ++i) {
                    const auto a = static_cast<float>(low[i]), b = static_cast<float>(high[i]);
                    const float sineNow = direction * sines[i];
                    lowTurned[i] = static_cast<To>(a * cosines[i] - b * sineNow);
                    highTurned[i] = static_cast<To>(b * cosines[i] + a * sineNow);
                }
            }
        }
    });
}

class Turn : public torch::autograd::Function<Turn>
{
public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                                 const torch::Tensor& cosine, const torch::Tensor& sine)
    {
        context->save_for_backward({cosine, sine});
        context->saved_data["type"] = static_cast<std::int64_t>(x.scalar_type());
        auto y = torch::empty(x.sizes(), x.options().dtype(torch::kFloat));
        if (x.scalar_type() == torch::kBFloat16)
            turn<at::BFloat16, float>(x.contiguous(), y, cosine, sine, 1.0F);
        else
            turn<float, float>(x.contiguous(), y, cosine, sine, 1.0F);
        return y;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto type = static_cast<torch::ScalarType>(context->saved_data["type"].toInt());
        const auto g = gradients.front().contiguous();
        auto back = torch::empty(g.sizes(), g.options().dtype(type));
        if (type == torch::kBFloat16)
            turn<float, at::BFloat16>(g, back, saved[0], saved[1], -1.0F);
        else
            turn<float, float>(g, back, saved[0], saved[1], -1.0F);
        return {back, torch::Tensor(), torch::Tensor()};
    }
};

} // namespace

torch::Tensor rotated(const torch::Tensor& x, const torch::Tensor& cosine, const torch::Tensor& sine)
{
    const auto type = x.scalar_type();
    if (x.is_cpu() && (type == torch::kFloat || type == torch::kBFloat16))
        return Turn::apply(x, cosine.contiguous(), sine.contiguous());
    const auto halves = x.chunk(2, -1);
    return x * cosine.unsqueeze(1) + torch::cat({-halves[1], halves[0]}, -1) * sine.unsqueeze(1);
}

} // namespace binaurium::nn
