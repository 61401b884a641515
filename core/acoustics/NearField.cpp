// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/NearField.h"

#include "core/acoustics/RigidSphere.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace binaurium::nearField {
namespace {

constexpr double nearestM = 0.1;
constexpr std::size_t distanceSteps = 24; // logarithmic
constexpr std::size_t angleSteps = 36;    // of 5 degrees
constexpr double speedMPerS = 343.0;
constexpr std::array octaveParts{-1.0 / 3.0, 0.0, 1.0 / 3.0};

double meanPower(double distanceM, double cosine, std::size_t band)
{
    double sum = 0.0;
    for (const double octave : octaveParts) {
        const double hz = filterBandHz[band] * std::exp2(octave);
        const double ka = 2.0 * std::numbers::pi * hz / speedMPerS * sphereRadiusM;
        sum += std::norm(pressureOnSphere(ka, distanceM / sphereRadiusM, cosine));
    }
    return sum;
}

class Table
{
public:
    Table() : gains_((distanceSteps + 1) * (angleSteps + 1))
    {
        for (std::size_t a = 0; a <= angleSteps; ++a) {
            const double cosine = std::cos(std::numbers::pi * static_cast<double>(a) / angleSteps);
            for (std::size_t b = 0; b < filterBandCount; ++b) {
                const double far = meanPower(farthestM, cosine, b);
                for (std::size_t d = 0; d < distanceSteps; ++d) {
                    const double share = static_cast<double>(d) / distanceSteps;
                    const double distance = nearestM * std::pow(farthestM / nearestM, share);
                    at(d, a)[b] = static_cast<float>(0.5 * std::log(meanPower(distance, cosine, b) / far));
                }
            }
        }
    }

    [[nodiscard]] BandLogGains read(double distanceM, double cosine) const noexcept
    {
        const double depth = std::clamp(std::log(distanceM / nearestM) / std::log(farthestM / nearestM), 0.0, 1.0);
        const double turn = std::acos(std::clamp(cosine, -1.0, 1.0)) / std::numbers::pi;
        const auto [d, df] = split(depth * distanceSteps, distanceSteps);
        const auto [a, af] = split(turn * angleSteps, angleSteps);
        BandLogGains gains{};
        for (std::size_t b = 0; b < filterBandCount; ++b)
            gains[b] = (1.0F - df) * ((1.0F - af) * at(d, a)[b] + af * at(d, a + 1)[b]) +
                       df * ((1.0F - af) * at(d + 1, a)[b] + af * at(d + 1, a + 1)[b]);
        return gains;
    }

private:
    static std::pair<std::size_t, float> split(double position, std::size_t steps)
    {
        const auto low = std::min(static_cast<std::size_t>(position), steps - 1);
        return {low, static_cast<float>(position - static_cast<double>(low))};
    }
    BandLogGains& at(std::size_t d, std::size_t a) { return gains_[d * (angleSteps + 1) + a]; }
    const BandLogGains& at(std::size_t d, std::size_t a) const { return gains_[d * (angleSteps + 1) + a]; }

    std::vector<BandLogGains> gains_; // [distance][angle]; at 1 m all 0
};

double wayAround(double distanceM, double cosine, double radiusM)
{
    const double angle = std::acos(std::clamp(cosine, -1.0, 1.0));
    const double horizon = std::acos(std::min(1.0, radiusM / distanceM));
    if (angle <= horizon)
        return std::sqrt(distanceM * distanceM + radiusM * radiusM - 2.0 * distanceM * radiusM * cosine);
    return std::sqrt(std::max(0.0, distanceM * distanceM - radiusM * radiusM)) + radiusM * (angle - horizon);
}

} // namespace

BandLogGains logGains(double distanceM, double cosine) noexcept
{
    static const Table table;
    return table.read(distanceM, cosine);
}

double detourM(double distanceM, double cosine, double radiusM) noexcept
{
    return (wayAround(distanceM, cosine, radiusM) - distanceM) - (wayAround(farthestM, cosine, radiusM) - farthestM);
}

Vec3 directionFromEar(const Vec3& direction, double distanceM, double earM) noexcept
{
    const Vec3 ear{0.0, earM, 0.0};
    const Vec3 offset = distanceM * direction - ear;
    const Vec3 u = (1.0 / std::max(length(offset), 1e-6)) * offset;
    // |ear + t u| = 1 m.
    const double along = dot(ear, u);
    const double t = -along + std::sqrt(std::max(0.0, along * along - earM * earM + farthestM * farthestM));
    const Vec3 hit = ear + t * u;
    return (1.0 / length(hit)) * hit;
}

} // namespace binaurium::nearField
