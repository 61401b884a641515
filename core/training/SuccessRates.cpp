// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/SuccessRates.h"

#include <algorithm>

namespace binaurium {
namespace {

constexpr double smallestWeight = 0.1;

} // namespace

SuccessRates::SuccessRates(std::size_t kinds, double memory)
    : memory_(memory), rate_(torch::full({static_cast<std::int64_t>(kinds)}, 0.5))
{}

void SuccessRates::note(std::size_t kind, double share)
{
    auto rate = rate_[static_cast<std::int64_t>(kind)];
    rate.fill_(memory_ * rate.item<double>() + (1.0 - memory_) * share);
}

template <typename Weight>
std::vector<double> SuccessRates::weights(const Weight& weight) const
{
    std::vector<double> list;
    for (std::int64_t k = 0; k < rate_.size(0); ++k)
        list.push_back(std::max(smallestWeight, weight(rate_[k].item<double>())));
    return list;
}

std::vector<double> SuccessRates::forTrying() const
{
    return weights([](double p) { return 4.0 * p * (1.0 - p); });
}

std::vector<double> SuccessRates::forLearning() const
{
    return weights([](double p) { return (1.0 - p) * (1.0 - p); });
}

} // namespace binaurium
