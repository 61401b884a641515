// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/statistics/Bootstrap.h"

#include "core/support/Error.h"
#include "core/support/Random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace binaurium {
namespace {

struct Cluster
{
    double sum = 0.0;
    double count = 0.0;
    [[nodiscard]] double mean() const { return sum / count; }
};

std::vector<Cluster> clustersOf(std::span<const double> values, std::span<const std::size_t> clusters)
{
    if (values.size() != clusters.size())
        throw badInput("bootstrap", "the values and their clusters differ in number");
    std::map<std::size_t, Cluster> byName; // ordered, so that the order of the observations does not matter
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto& cluster = byName[clusters[i]];
        cluster.sum += values[i];
        cluster.count += 1.0;
    }
    std::vector<Cluster> result;
    result.reserve(byName.size());
    for (const auto& [name, cluster] : byName)
        result.push_back(cluster);
    return result;
}

// Means of all resamples, sorted.
std::vector<double> resampledMeans(const std::vector<Cluster>& clusters, const BootstrapOptions& options)
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "bootstrap: " + error);
    if (clusters.size() < 2)
        throw badInput("bootstrap", "needs at least two clusters");
    std::vector<double> means(static_cast<std::size_t>(options.samples));
    for (std::size_t s = 0; s < means.size(); ++s) {
        RandomStream random(options.seed, "bootstrap", s);
        Cluster drawn;
        for (std::size_t k = 0; k < clusters.size(); ++k) {
            const Cluster& cluster = clusters[random.below(clusters.size())];
            drawn.sum += cluster.sum;
            drawn.count += cluster.count;
        }
        means[s] = drawn.mean();
    }
    std::sort(means.begin(), means.end());
    return means;
}

Interval percentiles(const std::vector<double>& sorted, double level)
{
    const double tail = 0.5 * (1.0 - level);
    return {quantile(sorted, tail), quantile(sorted, 1.0 - tail)};
}

} // namespace

Json toJson(const BootstrapOptions& options, const std::string& method)
{
    return {{"method", method},
            {"samples", options.samples},
            {"level", options.level},
            {"seed", static_cast<std::int64_t>(options.seed)}};
}

BootstrapOptions bootstrapOptionsFromJson(const JsonObject& object)
{
    BootstrapOptions options;
    options.samples = static_cast<int>(object.integer("samples", 100, 1'000'000));
    options.level = object.number("level", 0.5, 1.0);
    options.seed = static_cast<std::uint64_t>(object.integer("seed", 0, INT64_MAX));
    return options;
}

bool BootstrapOptions::isValid(std::string* error) const
{
    const bool ok = samples >= 100 && samples <= 1'000'000 && level > 0.5 && level < 1.0;
    if (!ok && error != nullptr)
        *error = "samples must be 100 to 1,000,000 and the level between 0.5 and 1";
    return ok;
}

double quantile(std::span<const double> sorted, double share)
{
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(std::floor(place));
    const auto high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

Interval bootstrapMean(std::span<const double> values, std::span<const std::size_t> clusters,
                       const BootstrapOptions& options)
{
    return percentiles(resampledMeans(clustersOf(values, clusters), options), options.level);
}

Interval bootstrapRate(std::span<const double> values, std::span<const std::size_t> clusters,
                       const BootstrapOptions& options)
{
    const auto grouped = clustersOf(values, clusters);
    if (grouped.size() < 2)
        return {0.0, 1.0};
    const auto agrees = [&](double rate) {
        return std::all_of(grouped.begin(), grouped.end(), [rate](const Cluster& c) { return c.mean() == rate; });
    };
    const auto trials = static_cast<int>(grouped.size());
    if (agrees(0.0))
        return wilsonInterval(0, trials);
    if (agrees(1.0))
        return wilsonInterval(trials, trials);
    return percentiles(resampledMeans(grouped, options), options.level);
}

PairedDifference pairedBootstrap(std::span<const double> a, std::span<const double> b,
                                 std::span<const std::size_t> clusters, const BootstrapOptions& options)
{
    if (a.size() != b.size())
        throw badInput("bootstrap", "the two systems have different numbers of observations");
    std::vector<double> difference(a.size());
    std::transform(a.begin(), a.end(), b.begin(), difference.begin(), std::minus<>());
    const auto grouped = clustersOf(difference, clusters);
    const auto means = resampledMeans(grouped, options);
    PairedDifference result;
    result.difference =
        std::accumulate(difference.begin(), difference.end(), 0.0) / static_cast<double>(difference.size());
    result.interval = percentiles(means, options.level);
    const auto below = std::upper_bound(means.begin(), means.end(), 0.0) - means.begin();
    const auto above = means.end() - std::lower_bound(means.begin(), means.end(), 0.0);
    const double rarer = static_cast<double>(std::min(below, above));
    result.p = std::min(1.0, 2.0 * (rarer + 1.0) / (static_cast<double>(means.size()) + 1.0));
    // A few clusters that all differ the same way resample to themselves; by chance their signs agree this often.
    const auto differing = std::count_if(grouped.begin(), grouped.end(), [](const Cluster& c) { return c.sum != 0.0; });
    const double leastP = std::min(1.0, std::exp2(1.0 - static_cast<double>(differing)));
    result.p = std::max(result.p, leastP);
    if (leastP > 1.0 - options.level)
        result.interval = {std::min(0.0, result.interval.low), std::max(0.0, result.interval.high)};
    return result;
}

} // namespace binaurium
