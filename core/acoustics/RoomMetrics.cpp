// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/RoomMetrics.h"

#include "core/acoustics/EnergyFloor.h"
#include "core/audio/Fft.h"
#include "core/scene/Scene.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr double onsetDb = -20.0;   // re the peak; ISO 3382-1, 5.3.2
constexpr double shortestS = 0.05;  // after the onset
constexpr double directS = 0.0025;  // of the direct sound after its onset
constexpr double earDelayS = 0.001; // lags of the interaural cross-correlation
constexpr double lateEndS = 1.0;    // of the late part of it
constexpr double earlyEndS = 0.08;
constexpr double paddingS = 0.25; // on both sides: filters without phase ring to both
constexpr double edtRangeDb = 20.0, t20RangeDb = 35.0, t30RangeDb = 45.0;
constexpr int butterworthOrder = 6;

void requireFinite(std::span<const float> samples, const std::string& name)
{
    float peak = 0.0F;
    for (const float s : samples) {
        if (!std::isfinite(s))
            throw badInput(name, "a sample is not a number");
        peak = std::max(peak, std::abs(s));
    }
    if (peak == 0.0F)
        throw badInput(name, "the response is silent");
}

std::size_t onsetOf(std::span<const float> samples)
{
    float peak = 0.0F;
    for (const float s : samples)
        peak = std::max(peak, std::abs(s));
    const auto threshold = static_cast<float>(peak * std::pow(10.0, onsetDb / 20.0));
    return static_cast<std::size_t>(
        std::find_if(samples.begin(), samples.end(), [&](float s) { return std::abs(s) > threshold; }) -
        samples.begin());
}

void requireLongEnough(std::span<const float> samples, std::size_t onset, double rateHz, const std::string& name)
{
    if (static_cast<double>(samples.size() - onset) < shortestS * rateHz)
        throw badInput(name, "the response ends less than 50 ms after its onset");
}

std::vector<double> bandCentres(double rateHz)
{
    std::vector<double> centres{0.0};
    for (const double centre : octaveBandHz)
        if (centre * std::numbers::sqrt2 < 0.5 * rateHz)
            centres.push_back(centre);
    return centres;
}

// One octave of a signal, without delay, `padding` samples of silence before and after it.
class OctaveFilter
{
public:
    OctaveFilter(std::size_t length, double rateHz)
        : rateHz_(rateHz), padding_(static_cast<std::size_t>(paddingS * rateHz)),
          fft_(Fft::ofSize(powerOfTwoAtLeast(length + 2 * padding_))), time_(fft_->size()), spectrum_(fft_->bins())
    {}
    [[nodiscard]] std::size_t padding() const noexcept { return padding_; }

    std::vector<float> run(std::span<const float> samples, double centreHz)
    {
        std::fill(time_.begin(), time_.end(), 0.0F);
        std::copy(samples.begin(), samples.end(), time_.begin() + static_cast<std::ptrdiff_t>(padding_));
        if (centreHz > 0.0) {
            fft_->forward(time_, spectrum_);
            for (std::size_t k = 0; k < spectrum_.size(); ++k) {
                const double hz = static_cast<double>(k) * rateHz_ / static_cast<double>(fft_->size());
                // Band edges at -3 dB; order 6 of the band pass is 3 of its prototype.
                const double x = hz > 0.0 ? (hz / centreHz - centreHz / hz) * std::numbers::sqrt2 : 1e9;
                spectrum_[k] *= static_cast<float>(1.0 / std::sqrt(1.0 + std::pow(x, butterworthOrder)));
            }
            fft_->inverse(spectrum_, time_);
        }
        return {time_.begin(), time_.begin() + static_cast<std::ptrdiff_t>(samples.size() + 2 * padding_)};
    }

private:
    double rateHz_;
    std::size_t padding_;
    std::shared_ptr<const Fft> fft_;
    FftVector<float> time_;
    FftVector<Complex> spectrum_;
};

double energyOf(std::span<const float> samples)
{
    double sum = 0.0;
    for (const float s : samples)
        sum += static_cast<double>(s) * static_cast<double>(s);
    return sum;
}

// Least-squares slope of the decay between two levels, as the time for 60 dB; absent where the curve does not reach.
std::optional<double> decayTime(std::span<const double> levelDb, double rateHz, double fromDb, double toDb)
{
    double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
    bool reached = false;
    for (std::size_t i = 0; i < levelDb.size() && !reached; ++i) {
        if (levelDb[i] > fromDb)
            continue;
        reached = levelDb[i] < toDb;
        if (reached)
            break;
        const double t = static_cast<double>(i) / rateHz;
        n += 1.0;
        x += t;
        y += levelDb[i];
        xx += t * t;
        xy += t * levelDb[i];
    }
    const double slope = (n * xy - x * y) / (n * xx - x * x);
    if (!reached || !(slope < 0.0))
        return std::nullopt;
    return -60.0 / slope;
}

// EDT, T20, T30 and their ratio from the decay of a band.
void measureTimes(const EnergyFloor& floor, std::span<const double> levelDb, double rateHz, BandMetrics& metrics)
{
    // What decays faster is the octave filter itself (60 dB in 6 periods) or a head, not a room.
    constexpr double shortestPeriods = 10.0;
    constexpr double shortestDecayS = 0.02;
    const double shortestS =
        std::max(shortestDecayS, metrics.centreHz > 0.0 ? shortestPeriods / metrics.centreHz : 0.0);
    const auto time = [&](double rangeDb, double fromDb, double toDb) -> std::optional<double> {
        if (floor.rangeDb && *floor.rangeDb < rangeDb)
            return std::nullopt;
        const auto seconds = decayTime(levelDb, rateHz, fromDb, toDb);
        return seconds && *seconds >= shortestS ? seconds : std::nullopt;
    };
    metrics.edtS = time(edtRangeDb, 0.0, -10.0);
    metrics.t20S = time(t20RangeDb, -5.0, -25.0);
    metrics.t30S = time(t30RangeDb, -5.0, -35.0);
    if (metrics.t20S && metrics.t30S)
        metrics.curvaturePercent = 100.0 * (*metrics.t30S / *metrics.t20S - 1.0);
}

// All parameters of one band from its squared samples. `before` is the energy that the filter rings out before the
// onset; it belongs to the early part.
BandMetrics measureBand(std::span<const double> energy, double before, double rateHz, double centreHz)
{
    constexpr double broadbandSmoothingS = 0.01;
    constexpr double smoothingPeriods = 6.0;
    BandMetrics metrics;
    metrics.centreHz = centreHz;
    const auto floor = findEnergyFloor(energy, rateHz,
                                       centreHz > 0.0 ? std::max(broadbandSmoothingS, smoothingPeriods / centreHz)
                                                      : broadbandSmoothingS);
    metrics.rangeDb = floor.rangeDb;

    std::vector<double> remaining(floor.end + 1);
    remaining[floor.end] = floor.missingEnergy;
    for (std::size_t n = floor.end; n-- > 0;)
        remaining[n] = remaining[n + 1] + energy[n];
    const double total = remaining[0];
    if (!(total > 0.0))
        return metrics;
    std::vector<double> levelDb(floor.end);
    for (std::size_t n = 0; n < floor.end; ++n)
        levelDb[n] = 10.0 * std::log10(std::max(remaining[n] / total, 1e-20));
    measureTimes(floor, levelDb, rateHz, metrics);

    const auto lateAfter = [&](double seconds) {
        const auto n = static_cast<std::size_t>(std::lround(seconds * rateHz));
        return n <= floor.end ? remaining[n] : 0.0;
    };
    const double whole = total + before;
    const auto clarity = [&](double seconds) -> std::optional<double> {
        const double late = lateAfter(seconds);
        if (!(late > 1e-12 * whole))
            return std::nullopt;
        return 10.0 * std::log10((whole - late) / late);
    };
    metrics.c50Db = clarity(0.05);
    metrics.c80Db = clarity(0.08);
    metrics.d50 = 1.0 - lateAfter(0.05) / whole;
    double moment = 0.0;
    for (std::size_t n = 0; n < floor.end; ++n)
        moment += (static_cast<double>(n) + 0.5) * energy[n];
    if (floor.decayPerSample > 0.0)
        moment += floor.missingEnergy * (static_cast<double>(floor.end) + 1.0 / floor.decayPerSample);
    metrics.tsS = moment / (whole * rateHz);

    const auto step = static_cast<std::size_t>(std::lround(RoomMetrics::decayStepS * rateHz));
    for (std::size_t n = 0; n < floor.end; n += step)
        metrics.decayDb.push_back(static_cast<float>(levelDb[n]));
    return metrics;
}

// Largest normalised cross-correlation of two stretches for lags up to 1 ms.
std::optional<double> correlation(std::span<const float> left, std::span<const float> right, double rateHz,
                                  std::size_t first, std::size_t last)
{
    last = std::min({last, left.size(), right.size()});
    if (last <= first)
        return std::nullopt;
    const std::size_t count = last - first;
    const auto lags = static_cast<std::ptrdiff_t>(std::lround(earDelayS * rateHz));
    const double norm = std::sqrt(energyOf(left.subspan(first, count)) * energyOf(right.subspan(first, count)));
    if (!(norm > 0.0))
        return std::nullopt;
    double best = 0.0;
    for (std::ptrdiff_t lag = -lags; lag <= lags; ++lag) {
        double sum = 0.0;
        for (std::size_t n = first; n < last; ++n) {
            const auto m = static_cast<std::ptrdiff_t>(n) + lag;
            if (m >= 0 && m < static_cast<std::ptrdiff_t>(right.size()))
                sum += static_cast<double>(left[n]) * static_cast<double>(right[static_cast<std::size_t>(m)]);
        }
        best = std::max(best, std::abs(sum));
    }
    return std::min(1.0, best / norm);
}

Json number(const std::optional<double>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json centre(double hz)
{
    return hz > 0.0 ? Json(hz) : Json(nullptr);
}

} // namespace

RoomMetrics::Channel channelMetrics(std::span<const float> response, double rateHz, const std::string& channel,
                                    const std::string& name)
{
    requireFinite(response, name);
    const std::size_t onset = onsetOf(response);
    requireLongEnough(response, onset, rateHz, name);
    RoomMetrics::Channel result{channel, static_cast<double>(onset) / rateHz, {}};

    const auto directEnd = std::min(response.size(), onset + static_cast<std::size_t>(std::lround(directS * rateHz)));
    std::vector<float> direct(response.begin(), response.end());
    std::vector<float> rest(direct);
    std::fill(direct.begin() + static_cast<std::ptrdiff_t>(directEnd), direct.end(), 0.0F);
    std::fill(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(directEnd), 0.0F);

    OctaveFilter filter(response.size(), rateHz);
    for (const double centreHz : bandCentres(rateHz)) {
        const auto band = filter.run(response, centreHz);
        const std::size_t start = filter.padding() + onset;
        std::vector<double> energy(response.size() - onset);
        for (std::size_t n = 0; n < energy.size(); ++n)
            energy[n] = static_cast<double>(band[start + n]) * static_cast<double>(band[start + n]);
        // Only what rings within a few periods before the onset comes from it; anything earlier is noise.
        const auto ringing = centreHz > 0.0 ? static_cast<std::size_t>(2.0 * rateHz / centreHz) : 0;
        const double before = energyOf({band.data() + start - std::min(start, ringing), std::min(start, ringing)});
        auto metrics = measureBand(energy, before, rateHz, centreHz);
        const double late = energyOf(filter.run(rest, centreHz));
        if (late > 0.0)
            metrics.drrDb = 10.0 * std::log10(energyOf(filter.run(direct, centreHz)) / late);
        result.bands.push_back(std::move(metrics));
    }
    return result;
}

std::vector<BandCoherence> interauralCoherence(std::span<const float> left, std::span<const float> right, double rateHz,
                                               const std::string& name)
{
    requireFinite(left, name);
    requireFinite(right, name);
    const std::size_t onset = std::min(onsetOf(left), onsetOf(right));
    requireLongEnough(left, onset, rateHz, name);
    OctaveFilter filter(left.size(), rateHz);
    const std::size_t start = filter.padding() + onset;
    const auto after = [&](double seconds) { return start + static_cast<std::size_t>(std::lround(seconds * rateHz)); };
    std::vector<BandCoherence> result;
    for (const double centreHz : bandCentres(rateHz)) {
        const auto l = filter.run(left, centreHz);
        const auto r = filter.run(right, centreHz);
        const std::size_t end = std::min(after(lateEndS), filter.padding() + left.size());
        result.push_back({centreHz, correlation(l, r, rateHz, start, after(earlyEndS)),
                          correlation(l, r, rateHz, after(earlyEndS), end)});
    }
    return result;
}

RoomMetrics roomMetrics(const AudioBuffer& response, const std::string& name)
{
    if (response.channels() != 1 && response.channels() != 2)
        throw badInput(name, "a response has one channel or two (left, right), this file has " +
                                 std::to_string(response.channels()));
    RoomMetrics metrics;
    metrics.rateHz = response.rateHz();
    metrics.durationS = response.durationS();
    for (std::size_t c = 0; c < response.channels(); ++c)
        metrics.channels.push_back(channelMetrics(response.channel(c), response.rateHz(),
                                                  response.channels() == 1 ? "mono"
                                                  : c == 0                 ? "left"
                                                                           : "right",
                                                  name));
    if (response.channels() == 2)
        metrics.coherence = interauralCoherence(response.channel(0), response.channel(1), response.rateHz(), name);
    return metrics;
}

Json metricsToJson(const RoomMetrics& metrics)
{
    Json document;
    document["format"] = "binaurium-response";
    document["version"] = 1;
    document["rate_hz"] = metrics.rateHz;
    document["duration_s"] = metrics.durationS;
    document["decay_step_s"] = RoomMetrics::decayStepS;
    document["channels"] = Json::array();
    for (const auto& channel : metrics.channels) {
        Json bands = Json::array();
        for (const auto& band : channel.bands) {
            Json decay = Json::array();
            for (const float level : band.decayDb)
                decay.push_back(std::round(100.0 * static_cast<double>(level)) / 100.0);
            bands.push_back({{"centre_hz", centre(band.centreHz)},
                             {"edt_s", number(band.edtS)},
                             {"t20_s", number(band.t20S)},
                             {"t30_s", number(band.t30S)},
                             {"curvature_percent", number(band.curvaturePercent)},
                             {"c50_db", number(band.c50Db)},
                             {"c80_db", number(band.c80Db)},
                             {"d50", number(band.d50)},
                             {"ts_s", number(band.tsS)},
                             {"drr_db", number(band.drrDb)},
                             {"range_db", number(band.rangeDb)},
                             {"decay_db", decay}});
        }
        document["channels"].push_back({{"name", channel.name}, {"onset_s", channel.onsetS}, {"bands", bands}});
    }
    document["iacc"] = Json::array();
    for (const auto& band : metrics.coherence)
        document["iacc"].push_back(
            {{"centre_hz", centre(band.centreHz)}, {"early", number(band.early)}, {"late", number(band.late)}});
    return document;
}

} // namespace binaurium
