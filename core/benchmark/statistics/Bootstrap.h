// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/statistics/Interval.h"
#include "core/support/Json.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace binaurium {

struct BootstrapOptions
{
    int samples = 2000;
    double level = 0.95; // of the interval
    std::uint64_t seed = 1;
    [[nodiscard]] bool isValid(std::string* error) const;
};
// As reports name them, with the method in words. Reading throws BadInput.
[[nodiscard]] Json toJson(const BootstrapOptions& options, const std::string& method);
[[nodiscard]] BootstrapOptions bootstrapOptionsFromJson(const JsonObject& object);

// Observations that share a cluster (questions about one scene) are drawn together, since they are not independent:
// the percentile bootstrap over clusters (Davison and Hinkley, Bootstrap Methods, 1997, sections 2.4 and 5.3).
// `clusters` names the cluster of each observation by any number. The same seed gives the same bits; the order of the
// observations does not matter beyond rounding.

// Interval of the mean of `values`. Needs at least two clusters; throws BadInput for fewer or lists of unequal length.
[[nodiscard]] Interval bootstrapMean(std::span<const double> values, std::span<const std::size_t> clusters,
                                     const BootstrapOptions& options = {});

// The same for values between 0 and 1 that stay there. Where all clusters agree (everything right), a resample cannot
// differ and its interval would have no width: then Wilson's interval with clusters as trials. One cluster says
// nothing: 0 to 1.
[[nodiscard]] Interval bootstrapRate(std::span<const double> values, std::span<const std::size_t> clusters,
                                     const BootstrapOptions& options = {});

struct PairedDifference
{
    double difference = 0.0; // mean of a - b
    Interval interval;       // of the difference
    double p = 1.0;          // two-sided, that the difference has the other sign; never below 1 / (samples + 1)
    [[nodiscard]] bool isClear() const { return interval.low > 0.0 || interval.high < 0.0; }
};

// Of two systems on the same observations: clusters are drawn once for both. Throws as bootstrapMean().
[[nodiscard]] PairedDifference pairedBootstrap(std::span<const double> a, std::span<const double> b,
                                               std::span<const std::size_t> clusters,
                                               const BootstrapOptions& options = {});

// Quantile of sorted values with linear interpolation between order statistics (Hyndman and Fan 1996, type 7).
[[nodiscard]] double quantile(std::span<const double> sorted, double share);

} // namespace binaurium
