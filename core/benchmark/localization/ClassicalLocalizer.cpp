// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/localization/ClassicalLocalizer.h"

#include "core/acoustics/RigidSphere.h"
#include "core/audio/features/SpatialFeatures.h"
#include "core/scene/Geometry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

using Layout = SpatialFeatureLayout;
constexpr double radiusM = 0.0875;
constexpr double speedMPerS = 343.0;
constexpr double levelSpreadDb = 6.0; // heads and rooms differ from a sphere in free field by this much
constexpr double sourceRadii = 20.0;  // far field
constexpr double logPowerUnitDb = 15.0, levelUnitDb = 10.0; // scaling of the features
constexpr std::array levelBandsHz{2828.0, 4000.0, 5657.0};
constexpr int angles = 181; // -90 .. 90

struct SphereAngle
{
    double delaySamples = 0.0;
    double levelDb = 0.0;
};

std::array<SphereAngle, angles> makeSphere()
{
    std::array<SphereAngle, angles> sphere{};
    for (int i = 0; i < angles; ++i) {
        const double lateral = radians(i - 90.0);
        sphere[static_cast<std::size_t>(i)].delaySamples =
            radiusM / speedMPerS * (lateral + std::sin(lateral)) * Layout::rateHz;
        for (const double f : levelBandsHz) {
            const double ka = 2.0 * std::numbers::pi * f / speedMPerS * radiusM;
            const double left = std::abs(pressureOnSphere(ka, sourceRadii, std::sin(lateral)));
            const double right = std::abs(pressureOnSphere(ka, sourceRadii, -std::sin(lateral)));
            sphere[static_cast<std::size_t>(i)].levelDb += 20.0 * std::log10(left / right) / levelBandsHz.size();
        }
    }
    return sphere;
}

// The bands lie equally spaced over asinh(f / 1500 Hz) from 80 Hz to 15.5 kHz.
double bandHz(std::size_t band)
{
    const double low = std::asinh(80.0 / 1500.0);
    const double high = std::asinh(15500.0 / 1500.0);
    return 1500.0 * std::sinh(low + (high - low) * (static_cast<double>(band) + 1.0) / (Layout::bands + 1.0));
}

double lagValue(const std::array<double, Layout::lags>& correlation, double lag)
{
    constexpr double middle = 0.5 * (Layout::lags - 1);
    const double place = std::clamp(lag + middle, 0.0, Layout::lags - 1.0);
    const auto low = std::min(static_cast<std::size_t>(place), Layout::lags - 2);
    const double rest = place - static_cast<double>(low);
    return (1.0 - rest) * correlation[low] + rest * correlation[low + 1];
}

} // namespace

ClassicalEstimate localizeClassically(const AudioBuffer& audio)
{
    static const auto sphere = makeSphere();
    const auto features = spatialFeatures(audio);
    const auto value = [&](std::size_t channel, std::size_t t, std::size_t band) {
        return static_cast<double>(features.bands[(channel * features.frames + t) * Layout::bands + band]);
    };
    std::array<double, Layout::lags> correlation{};
    double levelSum = 0.0;
    double weightSum = 0.0;
    for (std::size_t t = 0; t < features.frames; ++t) {
        double power = 0.0;
        for (std::size_t b = 0; b < Layout::bands; ++b) {
            const double bandPower = std::pow(10.0, 0.1 * logPowerUnitDb * value(0, t, b));
            power += bandPower;
            if (bandHz(b) < levelBandsHz.front() || bandHz(b) > levelBandsHz.back())
                continue;
            levelSum += bandPower * levelUnitDb * value(1, t, b);
            weightSum += bandPower;
        }
        for (std::size_t k = 0; k < Layout::lags; ++k)
            correlation[k] += power * static_cast<double>(features.gcc[t * Layout::lags + k]);
    }
    ClassicalEstimate best;
    best.levelDifferenceDb = weightSum > 0.0 ? levelSum / weightSum : 0.0;
    double highest = -1.0;
    for (int i = 0; i < angles; ++i) {
        const auto& s = sphere[static_cast<std::size_t>(i)];
        const double away = (best.levelDifferenceDb - s.levelDb) / levelSpreadDb;
        const double score = std::max(0.0, lagValue(correlation, s.delaySamples)) * std::exp(-0.5 * away * away);
        if (score > highest) {
            highest = score;
            best.azimuthDeg = i - 90.0;
            best.delaySamples = s.delaySamples;
        }
    }
    return best;
}

} // namespace binaurium
