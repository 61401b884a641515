// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/Renderer.h"
#include "core/acoustics/Response.h"
#include "core/support/Random.h"
#include "tests/validation/Report.h"

#include <cmath>
#include <complex>
#include <numbers>

namespace binaurium::validation {
namespace {

constexpr double rateHz = 48000.0;
constexpr double lowestHz = 50.0;
constexpr double highestHz = 18000.0; // above, delay kernels of 32 taps fall towards the Nyquist frequency

Room flatRoom(const Vec3& sizeM, double absorption)
{
    Room room;
    room.sizeM = sizeM;
    for (auto& wall : room.walls) {
        wall.material = "custom";
        wall.absorption.fill(absorption);
    }
    return room;
}

Source sourceAt(const Vec3& p)
{
    Source source;
    source.positionM = p;
    return source;
}

Listener listenerAt(const Vec3& p)
{
    Listener listener;
    listener.positionM = p;
    return listener;
}

// ln gain of air per metre at a frequency, between the bands as the renderer's filters have it.
double airPerM(const RoomAcoustics& room, double hz)
{
    const double position = std::clamp(std::log2(hz / filterBandHz[1]), 0.0, 7.0);
    const auto low = std::min<std::size_t>(static_cast<std::size_t>(position), 6);
    const double upper = position - static_cast<double>(low);
    return (1.0 - upper) * room.airLogGainPerM(low + 1) + upper * room.airLogGainPerM(low + 2);
}

double differenceDb(const AudioBuffer& a, const AudioBuffer& b)
{
    double difference = 0.0, energy = 0.0;
    for (std::size_t n = 0; n < std::min(a.all().size(), b.all().size()); ++n) {
        difference += std::pow(static_cast<double>(a.all()[n] - b.all()[n]), 2);
        energy += std::pow(static_cast<double>(a.all()[n]), 2);
    }
    return 10.0 * std::log10(difference / energy + 1e-30);
}

// Every image as an exactly delayed impulse, in double precision at random frequencies, against the rendered response.
void checkExactSums(Report& report)
{
    const RoomAcoustics room(flatRoom({5, 4, 3}, 0.5));
    const Vec3 s{1.2, 3.1, 0.8}, r{3.9, 1.4, 1.7};
    ResponseOptions options;
    options.tail = Tail::Images;
    options.decayDb = 90.0;
    const auto audio = renderResponse(room, sourceAt(s), listenerAt(r), nullptr, 1, options).audio;
    const auto paths = imageSourcePaths(room, sourceAt(s), r, audio.durationS());
    RandomStream random(3, "frequencies");
    double difference = 0.0, energy = 0.0;
    constexpr int frequencies = 200;
    for (int i = 0; i < frequencies; ++i) {
        const double hz = random.uniform(lowestHz, highestHz);
        const double omega = 2.0 * std::numbers::pi * hz;
        std::complex<double> exact, rendered;
        for (const auto& path : paths)
            exact += std::polar(std::pow(0.5, 0.5 * path.order) / (4.0 * std::numbers::pi * path.distanceM) *
                                    std::exp(path.distanceM * airPerM(room, hz)),
                                -omega * path.delayS);
        const auto x = audio.channel(0);
        const std::complex<double> step = std::polar(1.0, -omega / rateHz);
        std::complex<double> turn = 1.0;
        for (const float sample : x) {
            rendered += static_cast<double>(sample) * turn;
            turn *= step;
        }
        difference += std::norm(rendered - exact);
        energy += std::norm(exact);
    }
    report.checks.push_back({"full image sources (" + std::to_string(paths.size()) +
                                 " images) against exact delays in double precision, 50 Hz to 18 kHz",
                             10.0 * std::log10(difference / energy), -60.0, "dB"});
}

void checkArrival(Report& report)
{
    Room free = flatRoom({20, 20, 20}, 0.3);
    free.anechoic = true;
    const RoomAcoustics room(free);
    RandomStream random(5, "direct");
    double worst = 0.0;
    for (int i = 0; i < 20; ++i) {
        const double distance = random.uniform(0.5, 8.0);
        const auto audio =
            renderResponse(room, sourceAt({10 + distance, 10, 10}), listenerAt({10, 10, 10}), nullptr, 1, {}).audio;
        const double expected = distance / room.speedOfSoundMPerS() * rateHz;
        const auto phase = [&](double hz) {
            std::complex<double> sum;
            for (std::size_t n = 0; n < audio.frames(); ++n)
                sum += static_cast<double>(audio.channel(0)[n]) *
                       std::polar(1.0, -2.0 * std::numbers::pi * hz * (static_cast<double>(n) - expected) / rateHz);
            return std::arg(sum);
        };
        worst = std::max(worst, std::abs(phase(1000.0) - phase(500.0)) / (2.0 * std::numbers::pi * 500.0) * rateHz);
    }
    report.checks.push_back({"arrival of the direct sound", worst, 0.01, "samples"});
}

void checkReciprocity(Report& report)
{
    const RoomAcoustics room(flatRoom({5, 4, 3}, 0.2));
    ResponseOptions options;
    options.tail = Tail::Images;
    options.maximumS = 0.3;
    const Vec3 a{1.1, 2.7, 0.9}, b{4.2, 0.8, 2.1};
    const auto there = renderResponse(room, sourceAt(a), listenerAt(b), nullptr, 1, options).audio;
    const auto back = renderResponse(room, sourceAt(b), listenerAt(a), nullptr, 1, options).audio;
    float peak = 0.0F, largest = 0.0F;
    for (std::size_t n = 0; n < there.frames(); ++n) {
        peak = std::max(peak, std::abs(there.channel(0)[n]));
        largest = std::max(largest, std::abs(there.channel(0)[n] - back.channel(0)[n]));
    }
    report.checks.push_back({"source and receiver exchanged: largest difference over the peak",
                             static_cast<double>(largest / peak), 1e-6, ""});
}

// Walls that differ by a millionth in one band are added band by band; flat ones all at once.
void checkFlatAbsorption(Report& report)
{
    Room flat = flatRoom({5, 4, 3}, 0.25);
    Room banded = flat;
    banded.walls[0].absorption[0] += 1e-6;
    ResponseOptions options;
    options.tail = Tail::Images;
    const auto at = [&](const Room& room) {
        return renderResponse(RoomAcoustics(room), sourceAt({1, 1, 1}), listenerAt({3.5, 2.5, 1.6}), nullptr, 1,
                              options)
            .audio;
    };
    report.checks.push_back(
        {"the same absorption in every band against broadband", differenceDb(at(flat), at(banded)), -60.0, "dB"});
}

void checkThreads(Report& report)
{
    Scene scene;
    scene.durationS = 1.0;
    scene.noise.levelDb = -50.0;
    for (int i = 0; i < 4; ++i) {
        Source source;
        source.name = std::to_string(i);
        source.sound.generator = "noise";
        source.positionM = {1.0, 0.5 + 0.7 * i, 1.2};
        if (i == 3)
            source.trajectory.waypoints = {{0.0, {1, 2, 1}, {}}, {1.0, {1.5, 3, 1.5}, {}}};
        scene.sources.push_back(source);
    }
    const auto render = [&](int threads) {
        RenderOptions options;
        options.threads = threads;
        return renderScene(scene, options).audio;
    };
    const auto one = render(1), eight = render(8);
    int different = 0;
    for (std::size_t n = 0; n < one.all().size(); ++n)
        different += one.all()[n] == eight.all()[n] ? 0 : 1;
    report.checks.push_back(
        {"samples of a scene that differ between 1 and 8 threads", static_cast<double>(different), 0.0, ""});
}

} // namespace

void checkPaths(Report& report)
{
    checkExactSums(report);
    checkArrival(report);
    checkReciprocity(report);
    checkFlatAbsorption(report);
    checkThreads(report);
}

} // namespace binaurium::validation
