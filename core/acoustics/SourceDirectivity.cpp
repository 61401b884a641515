// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/SourceDirectivity.h"

#include "core/acoustics/RigidSphere.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr double floorGain = 1e-3;
// A two-way loudspeaker of 25 cm with a cone of 16 cm: sphere radius, half angle of the cap.
constexpr double speakerRadiusM = 0.125;
constexpr double speakerCapRad = 0.69;
constexpr double speakerSpeedMPerS = 343.0;
constexpr int speakerSteps = 36; // of 5 degrees
constexpr int frequenciesPerOctave = 6;

// ln magnitude of the loudspeaker per angle and band; energies averaged over each octave.
class SpeakerTable
{
public:
    SpeakerTable()
    {
        for (std::size_t b = 0; b < filterBandCount; ++b) {
            std::array<double, speakerSteps + 1> energy{};
            for (int f = 0; f < frequenciesPerOctave; ++f) {
                const double octave = (f + 0.5) / frequenciesPerOctave - 0.5;
                const double k = 2.0 * std::numbers::pi * filterBandHz[b] * std::exp2(octave) / speakerSpeedMPerS;
                const double axis = std::norm(pistonFarField(k * speakerRadiusM, speakerCapRad, 1.0));
                for (std::size_t i = 0; i < energy.size(); ++i)
                    energy[i] += std::norm(pistonFarField(k * speakerRadiusM, speakerCapRad, std::cos(angle(i)))) /
                                 axis / frequenciesPerOctave;
            }
            double weights = 0.0;
            for (std::size_t i = 0; i < energy.size(); ++i) {
                const double e = std::clamp(energy[i], floorGain * floorGain, 1.0);
                const double weight = std::sin(angle(i));
                logGain_[i][b] = static_cast<float>(0.5 * std::log(e));
                meanSquare_[b] += weight * e;
                weights += weight;
            }
            meanSquare_[b] /= weights;
        }
    }

    [[nodiscard]] BandLogGains at(double cosine) const noexcept
    {
        const double position = std::acos(std::clamp(cosine, -1.0, 1.0)) / std::numbers::pi * speakerSteps;
        const auto low = std::min<std::size_t>(static_cast<std::size_t>(position), speakerSteps - 1);
        const auto upper = static_cast<float>(position - static_cast<double>(low));
        BandLogGains gains{};
        for (std::size_t b = 0; b < filterBandCount; ++b)
            gains[b] = (1.0F - upper) * logGain_[low][b] + upper * logGain_[low + 1][b];
        return gains;
    }
    [[nodiscard]] double meanSquare(std::size_t band) const noexcept { return meanSquare_[band]; }

private:
    static double angle(std::size_t step) { return std::numbers::pi * static_cast<double>(step) / speakerSteps; }
    std::array<BandLogGains, speakerSteps + 1> logGain_{};
    std::array<double, filterBandCount> meanSquare_{};
};

const SpeakerTable& speakerTable()
{
    static const SpeakerTable table;
    return table;
}

// Share of the omnidirectional part in a + (1 - a) cos; the usual members of the family.
double omniShareOf(const Source& source)
{
    switch (source.directivity) {
    case Directivity::Subcardioid:
        return 0.7;
    case Directivity::Cardioid:
        return 0.5;
    case Directivity::Supercardioid:
        return 0.366; // largest front-to-back ratio, (sqrt(3) - 1) / 2
    case Directivity::Hypercardioid:
        return 0.25; // largest directivity index
    case Directivity::Figure8:
        return 0.0;
    case Directivity::FirstOrder:
        return source.omniShare;
    case Directivity::Omni:
    case Directivity::Speaker:
        break;
    }
    return 1.0;
}

} // namespace

SourceDirectivity::SourceDirectivity(const Source& source) : kind_(source.directivity), omniShare_(omniShareOf(source))
{}

BandLogGains SourceDirectivity::logGains(double cosine) const noexcept
{
    if (kind_ == Directivity::Speaker)
        return speakerTable().at(cosine);
    BandLogGains gains{};
    if (kind_ != Directivity::Omni)
        gains.fill(
            static_cast<float>(std::log(std::max(floorGain, std::abs(omniShare_ + (1.0 - omniShare_) * cosine)))));
    return gains;
}

bool SourceDirectivity::isInverted(double cosine) const noexcept
{
    return omniShare_ + (1.0 - omniShare_) * cosine < 0.0;
}

double SourceDirectivity::meanSquare(std::size_t band) const noexcept
{
    if (kind_ == Directivity::Speaker)
        return speakerTable().meanSquare(band);
    return omniShare_ * omniShare_ + (1.0 - omniShare_) * (1.0 - omniShare_) / 3.0;
}

} // namespace binaurium
