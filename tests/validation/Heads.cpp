// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/LateTail.h"
#include "tests/acoustics/HalfHead.h"
#include "tests/validation/Report.h"

#include <complex>
#include <numbers>
#include <spdlog/fmt/fmt.h>

namespace binaurium::validation {
namespace {

constexpr double rateHz = 48000.0;

void checkItd(Report& report)
{
    const auto head = Head::load(defaultHeadFile(), {});
    constexpr double radiusM = 0.0875, speedMPerS = 343.2;
    double squares = 0.0, worst = 0.0;
    int count = 0;
    Plot plot{"validation-itd", "ITD of KEMAR in the horizontal plane", "azimuth / degrees", "ITD / us", false, {}};
    Series measured{"rendered", {}, {}}, formula{"Woodworth, 87.5 mm", {}, {}};
    for (int azimuth = -90; azimuth <= 90; azimuth += 5, ++count) {
        const auto blend = head->blend(unitVector({static_cast<double>(azimuth), 0.0}));
        const double itd = (blend.delaySamples[1] - blend.delaySamples[0]) / rateHz * 1e6;
        const double t = radians(azimuth);
        const double expected = radiusM / speedMPerS * (std::sin(t) + t) * 1e6;
        squares += std::pow(itd - expected, 2);
        worst = std::max(worst, std::abs(itd - expected));
        measured.x.push_back(azimuth);
        measured.y.push_back(itd);
        formula.x.push_back(azimuth);
        formula.y.push_back(expected);
    }
    plot.series = {measured, formula};
    report.plots.push_back(plot);
    report.checks.push_back({"ITD of KEMAR against Woodworth (87.5 mm), rms", std::sqrt(squares / count), 25.0, "us"});
    report.checks.push_back({"ITD of KEMAR against Woodworth (87.5 mm), largest", worst, 45.0, "us"});
}

void checkInterpolation(Report& report)
{
    double sum = 0.0;
    int count = 0;
    for (const char* id :
         {"kemar", "ku100_fhk_2354", "ari_nh2", "cipic_003", "cipic_010", "cipic_044", "cipic_131", "listen_1002"}) {
        const auto file = test::headFile(id);
        if (file.empty()) {
            report.notes.push_back(std::string("head ") + id + " is not on this computer; not checked");
            continue;
        }
        const auto errors = test::leaveHalfOut(readSofaHead(file));
        report.notes.push_back(fmt::format("half of {} left out: spectral distortion {:.2f} dB, ITD {:.1f} us", id,
                                           errors.spectralDb, errors.itdUs));
        report.checks.push_back({std::string("ITD of directions left out, ") + id, errors.itdUs, 25.0, "us"});
        if (std::string(id) == "listen_1002") { // 187 directions, 15 degrees apart
            report.checks.push_back(
                {"spectral distortion of directions left out, LISTEN", errors.spectralDb, 3.5, "dB"});
            continue;
        }
        sum += errors.spectralDb;
        ++count;
    }
    report.checks.push_back({fmt::format("spectral distortion of directions left out, mean of {} dense heads", count),
                             sum / count, 2.5, "dB"});
}

// Coherence of the two ears in the rendered tail, from many frames, against that of the head's diffuse field.
void checkCoherence(Report& report)
{
    const auto head = Head::load(defaultHeadFile(), {});
    Room hall;
    hall.sizeM = {12, 9, 5};
    for (auto& wall : hall.walls) {
        wall.material = "custom";
        wall.absorption.fill(0.05);
    }
    const EnergyDecay decay{RoomAcoustics(hall)};
    const auto fft = Fft::ofSize(head->fftSize());
    std::vector<double> left(fft->bins()), right(fft->bins()), cross(fft->bins());
    FftVector<float> time(fft->size());
    FftVector<Complex> l(fft->bins()), r(fft->bins());
    const auto windowed = [&](std::span<const float> x, std::size_t start, FftVector<Complex>& spectrum) {
        for (std::size_t n = 0; n < time.size(); ++n)
            time[n] =
                x[start + n] * static_cast<float>(0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) /
                                                                       static_cast<double>(time.size())));
        fft->forward(time, spectrum);
    };
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        LateTailOptions options;
        options.endS = 1.2;
        options.seed = seed;
        const auto tail = lateTail(decay, head.get(), 2, options);
        for (std::size_t start = 4800; start + time.size() < tail.frames(); start += time.size() / 2) {
            windowed(tail.channel(0), start, l);
            windowed(tail.channel(1), start, r);
            for (std::size_t k = 0; k < cross.size(); ++k) {
                left[k] += std::norm(l[k]);
                right[k] += std::norm(r[k]);
                cross[k] += (l[k] * std::conj(r[k])).real();
            }
        }
    }
    double squares = 0.0;
    int count = 0;
    Series rendered{"rendered tail", {}, {}}, field{"diffuse field of the head", {}, {}};
    for (std::size_t k = 1; k < cross.size(); ++k) {
        const double hz = static_cast<double>(k) * rateHz / static_cast<double>(fft->size());
        if (hz < 100.0 || hz > 8000.0)
            continue;
        const double coherence = cross[k] / std::sqrt(left[k] * right[k]);
        const double expected = head->diffuseCoherence()[k];
        squares += std::pow(coherence - expected, 2);
        ++count;
        rendered.x.push_back(hz);
        rendered.y.push_back(coherence);
        field.x.push_back(hz);
        field.y.push_back(expected);
    }
    report.plots.push_back({"validation-coherence",
                            "Interaural coherence of the tail, KEMAR",
                            "frequency / Hz",
                            "coherence (real part)",
                            true,
                            {rendered, field}});
    report.checks.push_back({"coherence of the tail against the head's diffuse field, 100 Hz to 8 kHz, rms",
                             std::sqrt(squares / count), 0.1, ""});
}

} // namespace

void checkHeads(Report& report)
{
    checkItd(report);
    checkInterpolation(report);
    checkCoherence(report);
}

} // namespace binaurium::validation
