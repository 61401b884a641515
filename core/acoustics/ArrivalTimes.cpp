// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/ArrivalTimes.h"

#include "core/audio/Fft.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr double lowPassHz = 3000.0;     // Gaussian; ITD is a cue of these frequencies
constexpr double onsetThreshold = 0.316; // -10 dB of the low-passed peak
constexpr double farthestNeighbourDeg = 30.0;
constexpr double lagPerRadianS = 0.11 / 343.0; // no head has a larger radius
constexpr double lagSlackS = 1e-4;
constexpr double weakestCorrelation = 0.05;
constexpr double onsetWeight = 0.003; // of the own onset, relative to a 5-degree edge with correlation 1
constexpr double outlierS = 1e-4;     // residuals beyond this count as mistakes of a lag or an onset
constexpr int reweightings = 12;
constexpr int mostIterations = 2000;
constexpr double solverPrecision = 1e-10;

// Low-passed responses as spectra, and the onset of each as a first guess.
class LowPassed
{
public:
    LowPassed(std::span<const float> responses, std::size_t taps, double rateHz)
        : fft_(Fft::ofSize(powerOfTwoAtLeast(2 * taps))), count_(responses.size() / taps),
          spectra_(count_ * fft_->bins()), onset_(count_), energy_(count_)
    {
        FftVector<float> time(fft_->size());
        FftVector<Complex> spectrum(fft_->bins());
        const double binHz = rateHz / static_cast<double>(fft_->size());
        for (std::size_t i = 0; i < count_; ++i) {
            std::fill(time.begin(), time.end(), 0.0F);
            std::copy_n(responses.begin() + static_cast<std::ptrdiff_t>(i * taps), taps, time.begin());
            fft_->forward(time, spectrum);
            for (std::size_t k = 0; k < spectrum.size(); ++k)
                spectrum[k] *=
                    static_cast<float>(std::exp(-0.5 * std::pow(static_cast<double>(k) * binHz / lowPassHz, 2)));
            std::copy(spectrum.begin(), spectrum.end(),
                      spectra_.begin() + static_cast<std::ptrdiff_t>(i * fft_->bins()));
            fft_->inverse(spectrum, time);
            onset_[i] = firstCrossing(time, taps);
            for (const float s : time)
                energy_[i] += static_cast<double>(s) * static_cast<double>(s);
        }
    }

    [[nodiscard]] const std::vector<double>& onsets() const noexcept { return onset_; }

    // Lag of a behind b (positive: a is later) within +-limit samples, and the correlation there (-1 .. 1).
    std::pair<double, double> lag(std::size_t a, std::size_t b, double limit)
    {
        product_.resize(fft_->bins());
        correlation_.resize(fft_->size());
        for (std::size_t k = 0; k < product_.size(); ++k)
            product_[k] = spectra_[a * fft_->bins() + k] * std::conj(spectra_[b * fft_->bins() + k]);
        fft_->inverse(product_, correlation_);
        const auto size = static_cast<std::ptrdiff_t>(fft_->size());
        const auto at = [&](std::ptrdiff_t n) {
            return static_cast<double>(correlation_[static_cast<std::size_t>((n + size) % size)]);
        };
        const auto reach = std::min(static_cast<std::ptrdiff_t>(std::ceil(limit)), size / 2 - 2);
        std::ptrdiff_t peak = -reach;
        for (std::ptrdiff_t n = -reach; n <= reach; ++n)
            peak = at(n) > at(peak) ? n : peak;
        const double before = at(peak - 1), here = at(peak), after = at(peak + 1);
        const double curvature = before - 2.0 * here + after;
        const double fraction = curvature < 0.0 ? std::clamp(0.5 * (before - after) / curvature, -0.5, 0.5) : 0.0;
        return {static_cast<double>(peak) + fraction, here / std::sqrt(energy_[a] * energy_[b] + 1e-30)};
    }

private:
    // First sample, with a fraction, that reaches the threshold; the low-pass spreads to negative times, which wrap.
    [[nodiscard]] double firstCrossing(const FftVector<float>& time, std::size_t taps) const
    {
        const auto size = static_cast<std::ptrdiff_t>(time.size());
        const auto before = static_cast<std::ptrdiff_t>((time.size() - taps) / 2);
        const auto at = [&](std::ptrdiff_t n) { return std::abs(time[static_cast<std::size_t>((n + size) % size)]); };
        float peak = 0.0F;
        for (const float s : time)
            peak = std::max(peak, std::abs(s));
        const auto threshold = static_cast<float>(onsetThreshold) * peak;
        std::ptrdiff_t n = -before;
        while (n < static_cast<std::ptrdiff_t>(taps) && at(n) < threshold)
            ++n;
        const double rise = at(n) - at(n - 1);
        return static_cast<double>(n) - (rise > 0.0 ? (at(n) - threshold) / rise : 0.0);
    }

    std::shared_ptr<const Fft> fft_;
    std::size_t count_;
    std::vector<Complex> spectra_; // [direction][bin]
    std::vector<double> onset_, energy_;
    FftVector<Complex> product_;
    FftVector<float> correlation_;
};

struct Constraint
{
    std::size_t a, b;
    double difference; // time of a minus time of b
    double weight;
};

// Minimises sum w (t_a - t_b - d)^2 + sum pull_i (t_i - own_i)^2 by conjugate gradients with a diagonal preconditioner,
// starting from `t`.
std::vector<double> solve(const std::vector<Constraint>& constraints, const std::vector<double>& own,
                          const std::vector<double>& pull, std::vector<double> t)
{
    const std::size_t n = own.size();
    std::vector<double> diagonal = pull, residual(n, 0.0);
    for (std::size_t i = 0; i < n; ++i)
        residual[i] = pull[i] * (own[i] - t[i]);
    for (const auto& c : constraints) {
        diagonal[c.a] += c.weight;
        diagonal[c.b] += c.weight;
        const double error = c.weight * (c.difference - (t[c.a] - t[c.b]));
        residual[c.a] += error;
        residual[c.b] -= error;
    }
    const auto product = [&](const std::vector<double>& x) {
        std::vector<double> y(n);
        for (std::size_t i = 0; i < n; ++i)
            y[i] = pull[i] * x[i];
        for (const auto& c : constraints) {
            const double d = c.weight * (x[c.a] - x[c.b]);
            y[c.a] += d;
            y[c.b] -= d;
        }
        return y;
    };
    const auto inner = [](const std::vector<double>& x, const std::vector<double>& y) {
        double sum = 0.0;
        for (std::size_t i = 0; i < x.size(); ++i)
            sum += x[i] * y[i];
        return sum;
    };
    const auto preconditioned = [&] {
        auto z = residual;
        for (std::size_t i = 0; i < n; ++i)
            z[i] /= diagonal[i];
        return z;
    };
    auto z = preconditioned();
    auto direction = z;
    double rz = inner(residual, z);
    const double goal = rz * solverPrecision * solverPrecision;
    for (int iteration = 0; iteration < mostIterations && rz > goal && rz > 0.0; ++iteration) {
        const auto q = product(direction);
        const double step = rz / inner(direction, q);
        for (std::size_t i = 0; i < n; ++i) {
            t[i] += step * direction[i];
            residual[i] -= step * q[i];
        }
        z = preconditioned();
        const double next = inner(residual, z);
        for (std::size_t i = 0; i < n; ++i)
            direction[i] = z[i] + next / rz * direction[i];
        rz = next;
    }
    return t;
}

// The same with Cauchy's weights 1 / (1 + (residual / scale)^2), repeated: single wrong lags and onsets lose their say.
std::vector<double> solveRobustly(const std::vector<Constraint>& constraints, const std::vector<double>& own,
                                  double scale)
{
    std::vector<double> pull(own.size(), onsetWeight);
    auto times = solve(constraints, own, pull, own);
    auto weighted = constraints;
    for (int round = 0; round < reweightings; ++round) {
        const auto trust = [&](double residual) { return 1.0 / (1.0 + std::pow(residual / scale, 2)); };
        for (std::size_t i = 0; i < own.size(); ++i)
            pull[i] = onsetWeight * trust(times[i] - own[i]);
        for (std::size_t i = 0; i < constraints.size(); ++i) {
            const auto& c = constraints[i];
            weighted[i].weight = c.weight * trust(times[c.a] - times[c.b] - c.difference);
        }
        times = solve(weighted, own, pull, std::move(times));
    }
    return times;
}

} // namespace

std::vector<double> arrivalSamples(std::span<const float> responses, std::size_t taps, double rateHz,
                                   std::span<const double> delaySamples, std::span<const Vec3> directions,
                                   std::span<const std::pair<int, int>> edges)
{
    LowPassed heard(responses, taps, rateHz);
    std::vector<double> own = heard.onsets();
    for (std::size_t i = 0; i < own.size(); ++i)
        own[i] += delaySamples[i];
    std::vector<Constraint> constraints;
    constexpr double referenceAngle = 5.0 * std::numbers::pi / 180.0;
    for (const auto& [first, second] : edges) {
        const auto a = static_cast<std::size_t>(first), b = static_cast<std::size_t>(second);
        const double angle = std::acos(std::clamp(dot(directions[a], directions[b]), -1.0, 1.0));
        if (angle > radians(farthestNeighbourDeg))
            continue;
        const double built = delaySamples[a] - delaySamples[b]; // already in the delays, not in the responses
        const double limit = (angle * lagPerRadianS + lagSlackS) * rateHz + std::abs(built);
        const auto [lag, correlation] = heard.lag(a, b, limit);
        const double weight = std::pow(std::max(correlation, weakestCorrelation), 4) *
                              std::pow(referenceAngle / std::max(angle, 0.2 * referenceAngle), 2);
        constraints.push_back({a, b, lag + built, weight});
    }
    return solveRobustly(constraints, own, outlierS * rateHz);
}

} // namespace binaurium
