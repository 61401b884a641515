// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/MeasuredRoom.h"

#include "core/acoustics/FractionalDelay.h"
#include "core/acoustics/Response.h"
#include "core/acoustics/SofaListener.h"
#include "core/audio/Resampler.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <spdlog/fmt/fmt.h>

namespace binaurium {
namespace {

using Field = SofaTable::Field;

constexpr double directWindowS = 0.0025;
constexpr double onsetShare = 0.1; // of the peak
constexpr double equalAnglesDeg = 0.1;
constexpr double toleranceDeg = 1.0; // of the direction, without a warning
constexpr std::size_t responsesMax = 200'000;
constexpr std::size_t roomTapsMax = 2'000'000;

// Index of the first sample that reaches a tenth of the peak in either channel.
std::size_t onsetOf(const AudioBuffer& response)
{
    float peak = 0.0F;
    for (const float s : response.all())
        peak = std::max(peak, std::abs(s));
    for (std::size_t n = 0; n < response.frames(); ++n)
        for (std::size_t c = 0; c < response.channels(); ++c)
            if (std::abs(response.channel(c)[n]) >= static_cast<float>(onsetShare) * peak)
                return n;
    return 0;
}

// Energies of both channels together before and after the direct sound has passed.
std::pair<double, double> energies(const AudioBuffer& response)
{
    const std::size_t end = onsetOf(response) + static_cast<std::size_t>(directWindowS * response.rateHz());
    double direct = 0.0, rest = 0.0;
    for (std::size_t c = 0; c < response.channels(); ++c)
        for (std::size_t n = 0; n < response.frames(); ++n)
            (n < end ? direct : rest) += static_cast<double>(response.channel(c)[n]) * response.channel(c)[n];
    return {direct, rest};
}

std::vector<RelativePosition> readPositions(const SofaTable& table, const std::string& conventions,
                                            std::size_t emitters)
{
    std::vector<RelativePosition> result;
    const auto sources = onceOrPerMeasurement(table, Field::Source, {});
    const SofaListener listener(table);
    const auto add = [&](std::size_t m, const Vec3& offsetM) {
        const Vec3 inHead = listener.toHead(offsetM, m);
        result.push_back({directionOf(inHead), length(inHead)});
    };
    if (conventions == "SimpleFreeFieldHRIR") { // sources from where the head is
        for (std::size_t m = 0; m < table.measurements(); ++m)
            add(m, elementFor(sources, m));
        return result;
    }
    std::vector<Vec3> speakers(emitters);
    if (emitters > 1 || conventions == "MultiSpeakerBRIR") {
        speakers = table.positions(Field::Emitter);
        if (speakers.size() != emitters)
            table.fail("EmitterPosition is given " + std::to_string(speakers.size()) + " times, must be for each of " +
                       std::to_string(emitters) + " loudspeakers");
    }
    for (std::size_t m = 0; m < table.measurements(); ++m)
        for (const Vec3& speaker : speakers)
            add(m, elementFor(sources, m) + speaker - listener.positionM(m));
    return result;
}

} // namespace

MeasuredRoom::MeasuredRoom(const std::filesystem::path& path, double rateHz) : rateHz_(rateHz)
{
    const SofaTable table(path);
    const auto conventions = table.attribute("SOFAConventions");
    const bool multi = conventions == "MultiSpeakerBRIR";
    if (!multi && conventions != "SimpleFreeFieldHRIR" && conventions != "SingleRoomDRIR")
        table.fail("has the conventions '" + conventions +
                   "'; a measured room must be SimpleFreeFieldHRIR, SingleRoomDRIR or MultiSpeakerBRIR");
    if (table.receivers() != 2)
        table.fail("dimension R (receivers) is " + std::to_string(table.receivers()) + ", a head has 2 ears");
    const std::size_t emitters = multi ? std::max<std::size_t>(1, table.emitters()) : 1;
    const std::size_t count = table.measurements() * emitters;
    taps_ = table.taps();
    if (count < 1 || count > responsesMax)
        table.fail("holds " + std::to_string(count) + " responses, must hold 1 to " + std::to_string(responsesMax));
    if (taps_ < 16 || taps_ > roomTapsMax)
        table.fail("dimension N (taps) is " + std::to_string(taps_) + ", must be 16 to " + std::to_string(roomTapsMax));
    table.checkDelays();
    title_ = table.attribute("Title");
    fileRateHz_ = table.rateHz();
    positions_ = readPositions(table, conventions, emitters);
    const auto values = table.values(Field::Response, count * 2 * taps_); // [measurement][ear][emitter][tap]
    for (std::size_t m = 0; m < table.measurements(); ++m)
        for (std::size_t e = 0; e < emitters; ++e)
            for (std::size_t ear = 0; ear < 2; ++ear) {
                const auto response = values.subspan(((m * 2 + ear) * emitters + e) * taps_, taps_);
                responses_[ear].insert(responses_[ear].end(), response.begin(), response.end());
                delaySamples_[ear].push_back(table.delaySamples(m, ear, e));
            }
    for (std::size_t ear = 0; ear < 2; ++ear)
        if (std::all_of(responses_[ear].begin(), responses_[ear].end(), [](float s) { return s == 0.0F; }))
            table.fail(std::string("Data.IR of the ") + (ear == 0 ? "left" : "right") + " ear is all zero");
    calibrate();
}

void MeasuredRoom::calibrate()
{
    double measured = 0.0, expected = 0.0;
    const std::size_t step = std::max<std::size_t>(1, count() / 64); // a sample of them is enough
    for (std::size_t i = 0; i < count(); i += step) {
        measured += energies(response(i)).first;
        const double distance = positions_[i].distanceM > 0.0 ? positions_[i].distanceM : 1.0;
        expected += 2.0 * std::pow(4.0 * std::numbers::pi * distance, -2);
    }
    expected *= std::min(1.0, fileRateHz_ / rateHz_); // nothing is heard above half the rate of the file
    gain_ = static_cast<float>(std::sqrt(expected / std::max(measured, 1e-30)));
}

std::size_t MeasuredRoom::nearest(const RelativePosition& wanted) const
{
    const auto offset = [&](std::size_t i) { return angleBetweenDeg(positions_[i].direction, wanted.direction); };
    const auto distance = [&](std::size_t i) { return std::abs(positions_[i].distanceM - wanted.distanceM); };
    std::size_t best = 0;
    for (std::size_t i = 1; i < positions_.size(); ++i) {
        const double gained = offset(best) - offset(i);
        if (gained > equalAnglesDeg || (gained > -equalAnglesDeg && distance(i) < distance(best)))
            best = i;
    }
    return best;
}

std::optional<std::string> MeasuredRoom::warningOfDirection(const std::string& source,
                                                            const RelativePosition& wanted) const
{
    const RelativePosition& found = position(nearest(wanted));
    const double offDeg = angleBetweenDeg(wanted.direction, found.direction);
    if (offDeg <= toleranceDeg)
        return std::nullopt;
    return fmt::format("source '{}' is at azimuth {:.1f}, elevation {:.1f}; the nearest measured direction is {:.1f}, "
                       "{:.1f} at {:.2f} m, {:.1f} degrees away, and its label says so",
                       source, wanted.direction.azimuthDeg, wanted.direction.elevationDeg, found.direction.azimuthDeg,
                       found.direction.elevationDeg, found.distanceM, offDeg);
}

std::vector<float> MeasuredRoom::ear(std::size_t index, std::size_t ear) const
{
    const std::span<const float> stored(responses_[ear].data() + index * taps_, taps_);
    // Delays of the file apply before resampling; negative ones cut into the silence before the onset.
    const double delay = delaySamples_[ear][index];
    if (delay == 0.0)
        return resample(stored, fileRateHz_, rateHz_);
    const InterpolatedSignal signal(stored);
    std::vector<float> moved(taps_ + static_cast<std::size_t>(std::max(0.0, std::ceil(delay))));
    std::vector<double> positions(moved.size());
    for (std::size_t n = 0; n < moved.size(); ++n)
        positions[n] = static_cast<double>(n) - delay;
    signal.read(positions, moved);
    return resample(moved, fileRateHz_, rateHz_);
}

AudioBuffer MeasuredRoom::response(std::size_t index) const
{
    const auto left = ear(index, 0);
    const auto right = ear(index, 1);
    AudioBuffer audio(2, std::max(left.size(), right.size()), rateHz_);
    for (std::size_t n = 0; n < left.size(); ++n)
        audio.channel(0)[n] = gain_ * left[n];
    for (std::size_t n = 0; n < right.size(); ++n)
        audio.channel(1)[n] = gain_ * right[n];
    return audio;
}

double MeasuredRoom::directToReverberantDb(const AudioBuffer& response)
{
    const auto [direct, rest] = energies(response);
    return std::min(anechoicDrrDb, 10.0 * std::log10((direct + 1e-30) / (rest + 1e-30))); // may end before its tail
}

} // namespace binaurium
