// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/EnergyDecay.h"
#include "core/acoustics/Response.h"
#include "core/acoustics/RoomMetrics.h"
#include "core/support/Random.h"
#include "tests/validation/Report.h"

#include <cmath>
#include <numbers>
#include <spdlog/fmt/fmt.h>

namespace binaurium::validation {
namespace {

constexpr double rateHz = 48000.0;
constexpr double pairSeconds = 22.0; // places of source and receiver per room times its decay: what a band, a decay
                                     // and noise scatter from place to place goes with the root of their product
constexpr std::size_t firstBand = 1; // 250 Hz

// Schroeder's frequency, below which single modes rule and statistics mean little (JASA 34 (1962)).
double schroederHz(const RoomAcoustics& room, double rt60S)
{
    return 2000.0 * std::sqrt(rt60S / room.volumeM3());
}

// Mean over places of the decay and of the parameters of one octave.
class Mean
{
public:
    void add(const BandMetrics& metrics)
    {
        if (energy_.size() < metrics.decayDb.size())
            energy_.resize(metrics.decayDb.size());
        for (std::size_t i = 0; i < metrics.decayDb.size(); ++i)
            energy_[i] += std::pow(10.0, static_cast<double>(metrics.decayDb[i]) / 10.0);
        c80Db_ += metrics.c80Db.value_or(0.0);
        d50_ += metrics.d50.value_or(0.0);
        drrDb_ += metrics.drrDb.value_or(0.0);
        ++count_;
    }
    // Time for 60 dB by the slope of the mean decay between two levels.
    [[nodiscard]] double decayS(double fromDb, double toDb) const
    {
        double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
        for (std::size_t i = 0; i < energy_.size(); ++i) {
            const double db = 10.0 * std::log10(energy_[i] / energy_[0]);
            if (db > fromDb || db < toDb)
                continue;
            const double t = static_cast<double>(i) * RoomMetrics::decayStepS;
            n += 1.0;
            x += t;
            y += db;
            xx += t * t;
            xy += t * db;
        }
        return -60.0 * (n * xx - x * x) / (n * xy - x * y);
    }
    [[nodiscard]] double t30S() const { return decayS(-5.0, -35.0); }
    [[nodiscard]] double edtS() const { return decayS(0.0, -10.0); }
    [[nodiscard]] double c80Db() const { return c80Db_ / count_; }
    [[nodiscard]] double d50() const { return d50_ / count_; }
    [[nodiscard]] double drrDb() const { return drrDb_ / count_; }
    [[nodiscard]] Series curve(const std::string& name) const
    {
        Series series{name, {}, {}};
        for (std::size_t i = 0; i < energy_.size(); ++i) {
            series.x.push_back(static_cast<double>(i) * RoomMetrics::decayStepS);
            series.y.push_back(std::max(-60.0, 10.0 * std::log10(energy_[i] / energy_[0] + 1e-9)));
        }
        return series;
    }

private:
    std::vector<double> energy_;
    double c80Db_ = 0.0, d50_ = 0.0, drrDb_ = 0.0;
    double count_ = 0.0;
};

using Bands = std::array<Mean, octaveBandCount>;

// Uniform walls that give about `rt60S` by Eyring.
Room uniformRoom(const Vec3& sizeM, double rt60S, double scattering)
{
    Room room;
    room.sizeM = sizeM;
    const double volume = sizeM.x * sizeM.y * sizeM.z;
    const double surface = 2.0 * (sizeM.x * sizeM.y + sizeM.y * sizeM.z + sizeM.x * sizeM.z);
    for (auto& wall : room.walls) {
        wall.material = "custom";
        wall.absorption.fill(1.0 - std::exp(-0.161 * volume / (surface * rt60S)));
        wall.scattering.fill(scattering);
    }
    return room;
}

Bands measure(const RoomAcoustics& room, double rt60S, Tail tail)
{
    const int pairs = static_cast<int>(pairSeconds / rt60S);
    Bands bands;
    RandomStream random(1, "places");
    const Vec3& size = room.sizeM();
    const auto place = [&] {
        return Vec3{random.uniform(0.5, size.x - 0.5), random.uniform(0.5, size.y - 0.5),
                    random.uniform(0.5, size.z - 0.5)};
    };
    for (int p = 0; p < pairs; ++p) {
        Source source;
        Listener listener;
        do {
            source.positionM = place();
            listener.positionM = place();
        } while (length(source.positionM - listener.positionM) < 1.0);
        ResponseOptions options;
        options.tail = tail;
        options.seed = static_cast<std::uint64_t>(p) + 1;
        options.decayDb = 65.0;
        options.threads = 0;
        const auto response = renderResponse(room, source, listener, nullptr, 1, options).audio;
        const auto channel = channelMetrics(response.channel(0), rateHz, "omni", "response");
        for (std::size_t b = 0; b < octaveBandCount; ++b)
            bands[b].add(channel.bands[b + 1]);
    }
    return bands;
}

struct Deviations
{
    std::array<double, octaveBandCount> t30{}, edt{}, c80{}, d50{}, drr{}; // sums of squares over the rooms
    std::array<double, octaveBandCount> rooms{}; // whose octave lies above Schroeder's frequency
};

void compare(const Bands& images, const Bands& tail, double lowestHz, Deviations& sum)
{
    for (std::size_t b = 0; b < octaveBandCount; ++b) {
        if (octaveBandHz[b] / std::numbers::sqrt2 < lowestHz)
            continue;
        sum.rooms[b] += 1.0;
        sum.t30[b] += std::pow(tail[b].t30S() / images[b].t30S() - 1.0, 2);
        sum.edt[b] += std::pow(tail[b].edtS() / images[b].edtS() - 1.0, 2);
        sum.c80[b] += std::pow(tail[b].c80Db() - images[b].c80Db(), 2);
        sum.d50[b] += std::pow(tail[b].d50() - images[b].d50(), 2);
        sum.drr[b] += std::pow(tail[b].drrDb() - images[b].drrDb(), 2);
    }
}

void checkAgainstImages(Report& report)
{
    Deviations sum;
    for (const Vec3& size : {Vec3{4, 4, 3.6}, Vec3{5, 4, 3}, Vec3{8, 5, 3}, Vec3{10, 7, 2.6}})
        for (const double rt60S : {0.2, 0.5, 0.9}) {
            const RoomAcoustics room(uniformRoom(size, rt60S, 0.0));
            const auto images = measure(room, rt60S, Tail::Images);
            const auto tail = measure(room, rt60S, Tail::Statistical);
            compare(images, tail, schroederHz(room, rt60S), sum);
            if (size.x == 8.0 && rt60S == 0.5)
                report.plots.push_back({"validation-decay",
                                        "Decay at 1 kHz, room of 8 x 5 x 3 m, mean of 44 places",
                                        "time / s",
                                        "energy to come / dB",
                                        false,
                                        {images[3].curve("image sources"), tail[3].curve("statistical tail")}});
        }
    const auto worst = [&](const std::array<double, octaveBandCount>& squares, double scale) {
        double largest = 0.0;
        for (std::size_t b = firstBand; b < octaveBandCount; ++b)
            largest = std::max(largest, scale * std::sqrt(squares[b] / sum.rooms[b]));
        return largest;
    };
    const std::string where = " against full image sources, 4 rooms x 3 decays, rms per octave above Schroeder's "
                              "frequency, worst of 250 Hz to 8 kHz";
    report.checks.push_back({"T30" + where, worst(sum.t30, 100.0), 5.0, "%"});
    report.checks.push_back({"EDT" + where, worst(sum.edt, 100.0), 5.0, "%"});
    report.checks.push_back({"C80" + where, worst(sum.c80, 1.0), 1.0, "dB"});
    report.checks.push_back({"D50" + where, worst(sum.d50, 1.0), 0.05, ""});
    report.checks.push_back({"DRR" + where, worst(sum.drr, 1.0), 1.0, "dB"});
    std::string table =
        "rms over the rooms per octave above Schroeder's frequency (T30 %, EDT %, C80 dB, D50, DRR dB):";
    for (std::size_t b = 0; b < octaveBandCount; ++b)
        table += fmt::format(" {:g} Hz: {:.1f}, {:.1f}, {:.2f}, {:.3f}, {:.2f};", octaveBandHz[b],
                             100.0 * std::sqrt(sum.t30[b] / sum.rooms[b]), 100.0 * std::sqrt(sum.edt[b] / sum.rooms[b]),
                             std::sqrt(sum.c80[b] / sum.rooms[b]), std::sqrt(sum.d50[b] / sum.rooms[b]),
                             std::sqrt(sum.drr[b] / sum.rooms[b]));
    report.notes.push_back(table);
}

void checkAgainstEyring(Report& report)
{
    double worst = 0.0;
    for (const double rt60S : {0.3, 0.8}) {
        const RoomAcoustics room(uniformRoom({4, 4, 3.6}, rt60S, 1.0));
        const auto tail = measure(room, rt60S, Tail::Statistical);
        for (std::size_t b = firstBand; b + 1 < octaveBandCount; ++b) {
            const double reflected = std::exp(2.0 * room.wallTotalLogGain(Wall::Floor, b + 1));
            const double loss =
                room.surfaceM2() / (4.0 * room.volumeM3()) * -std::log(reflected) - 2.0 * room.airLogGainPerM(b + 1);
            const double eyring = 6.0 * std::log(10.0) / (room.speedOfSoundMPerS() * loss);
            worst = std::max(worst, 100.0 * std::abs(tail[b].t30S() / eyring - 1.0));
        }
    }
    report.checks.push_back({"T30 against Eyring, near-cubic room, scattering 1, worst octave", worst, 10.0, "%"});
}

void checkWantedRt60(Report& report)
{
    double worst = 0.0;
    for (const double wanted : {0.3, 0.7}) {
        Room room;
        room.sizeM = {6, 4.5, 2.8};
        room.walls[0].material = "heavy curtain";
        room.walls[4].material = "parquet on concrete";
        for (auto& wall : room.walls) // specular, so that the images are the measure
            if (wall.material == "painted plaster")
                wall.material = "plasterboard";
        room.wantedRt60S = {wanted};
        const auto tail = measure(RoomAcoustics(room), wanted, Tail::Statistical);
        for (std::size_t b = firstBand; b < octaveBandCount; ++b)
            worst = std::max(worst, 100.0 * std::abs(tail[b].t30S() / wanted - 1.0));
    }
    report.checks.push_back(
        {"T30 of the rendered response against the time asked for (0.3 and 0.7 s), worst octave", worst, 10.0, "%"});
}

} // namespace

void checkDecays(Report& report)
{
    checkAgainstImages(report);
    checkAgainstEyring(report);
    checkWantedRt60(report);
}

} // namespace binaurium::validation
