// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/AirAbsorption.h"
#include "core/acoustics/ImageSources.h"
#include "core/acoustics/LateTail.h"
#include "core/acoustics/Response.h"
#include "core/audio/Fft.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <complex>
#include <numbers>

using namespace binaurium;

namespace {

constexpr double rateHz = 48000.0;
constexpr double gainTolerance = 2e-3; // delay kernels of 64 fractions, interpolated; air between band centres
constexpr double arrivalToleranceSamples = 0.01;
constexpr double reciprocityTolerance = 1e-6; // of the largest sample: float arithmetic

Room plainRoom(double absorption)
{
    Room room;
    room.sizeM = {5.0, 4.0, 3.0};
    for (auto& wall : room.walls) {
        wall.material = "custom";
        wall.absorption.fill(absorption);
    }
    return room;
}

Listener listenerAt(const Vec3& p)
{
    Listener listener;
    listener.positionM = p;
    return listener;
}

Source sourceAt(const Vec3& p)
{
    Source source;
    source.positionM = p;
    return source;
}

std::complex<double> spectrumAt(std::span<const float> x, double hz)
{
    std::complex<double> sum;
    for (std::size_t n = 0; n < x.size(); ++n)
        sum +=
            static_cast<double>(x[n]) * std::polar(1.0, -2.0 * std::numbers::pi * hz * static_cast<double>(n) / rateHz);
    return sum;
}

// Energy decay time by the T30 slope of the backward integral, from `startS` on.
double measuredT30(std::span<const float> x, std::size_t start)
{
    std::vector<double> energy(x.size() + 1, 0.0);
    for (std::size_t n = x.size(); n-- > 0;)
        energy[n] = energy[n + 1] + static_cast<double>(x[n]) * static_cast<double>(x[n]);
    const auto timeAt = [&](double db) {
        std::size_t n = start;
        while (n < x.size() && energy[n] > energy[start] * std::pow(10.0, -db / 10.0))
            ++n;
        return static_cast<double>(n) / rateHz;
    };
    return 2.0 * (timeAt(35.0) - timeAt(5.0));
}

} // namespace

class PathsTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void airAbsorptionEqualsTheStandardsTable();
    void speedOfSoundFollowsTemperature();
    void imagesEqualABruteForceEnumeration();
    void directSoundHasTheGainAndArrivalOfFreeField();
    void anechoicRoomsHaveTheDirectPathOnly();
    void exchangingSourceAndReceiverChangesNothing();
    void decayOfACubeFollowsItsMeanFreePath();
    void renderedDecayFollowsTheClosedForm();
};

void PathsTest::airAbsorptionEqualsTheStandardsTable()
{
    // ISO 9613-2:1996 table 2, dB per km at 63 Hz .. 8 kHz, rounded there to one decimal (half a unit, and the nominal
    // instead of the exact midband frequency).
    struct Row
    {
        double temperatureC, humidity;
        std::array<double, 8> dbPerKm;
    };
    const Row rows[] = {{10, 70, {0.1, 0.4, 1.0, 1.9, 3.7, 9.7, 32.8, 117}},
                        {20, 70, {0.1, 0.3, 1.1, 2.8, 5.0, 9.0, 22.9, 76.6}},
                        {30, 70, {0.1, 0.3, 1.0, 3.1, 7.4, 12.7, 23.1, 59.3}},
                        {15, 20, {0.3, 0.6, 1.2, 2.7, 8.2, 28.2, 88.8, 202}}};
    for (const Row& row : rows) {
        double hz = 1000.0 * std::pow(10.0, -1.2);
        for (const double expected : row.dbPerKm) {
            const double value = 1000.0 * airAbsorptionDbPerM(hz, row.temperatureC, row.humidity);
            QVERIFY2(std::abs(value - expected) <= 0.06 + 0.006 * expected,
                     qPrintable(QStringLiteral("%1 Hz: %2, table %3").arg(hz).arg(value).arg(expected)));
            hz *= std::pow(10.0, 0.3);
        }
    }
}

void PathsTest::speedOfSoundFollowsTemperature()
{
    QVERIFY(std::abs(speedOfSound(20.0) - 343.2) < 0.05);
    QVERIFY(std::abs(speedOfSound(0.0) - 331.3) < 0.2);
}

void PathsTest::imagesEqualABruteForceEnumeration()
{
    const RoomAcoustics acoustics(plainRoom(0.3));
    const Vec3 s{1.2, 3.1, 0.8}, r{3.9, 1.4, 1.7};
    constexpr double untilS = 0.06;
    const auto paths = imageSourcePaths(acoustics, sourceAt(s), r, untilS);
    // Slow reference: a box of lattice points far larger than the sphere, reflections counted per wall.
    std::vector<std::pair<double, int>> expected; // distance, order
    constexpr int reach = 9;
    const Vec3 size = acoustics.sizeM();
    const auto along = [](int n, double position, double extent) {
        return n % 2 == 0 ? n * extent + position : (n + 1) * extent - position;
    };
    for (int i = -reach; i <= reach; ++i)
        for (int j = -reach; j <= reach; ++j)
            for (int k = -reach; k <= reach; ++k) {
                const double d = length(Vec3{along(i, s.x, size.x), along(j, s.y, size.y), along(k, s.z, size.z)} - r);
                if (d / acoustics.speedOfSoundMPerS() < untilS)
                    expected.emplace_back(d, std::abs(i) + std::abs(j) + std::abs(k));
            }
    QCOMPARE(paths.front().order, 0);
    QCOMPARE(paths.size(), expected.size());
    std::vector<std::pair<double, int>> found;
    for (const auto& p : paths)
        found.emplace_back(p.distanceM, p.order);
    std::sort(found.begin(), found.end());
    std::sort(expected.begin(), expected.end());
    for (std::size_t i = 0; i < found.size(); ++i) {
        QVERIFY(std::abs(found[i].first - expected[i].first) < 1e-9);
        QCOMPARE(found[i].second, expected[i].second);
    }
    for (const auto& p : paths) { // 1 / (4 pi r), one factor per reflection, air per metre
        const double expectedLog = -std::log(4.0 * std::numbers::pi * p.distanceM) + p.order * 0.5 * std::log(0.7) +
                                   p.distanceM * static_cast<double>(acoustics.airLogGainPerM(filterBand1kHz));
        QVERIFY(std::abs(static_cast<double>(p.logGains[filterBand1kHz]) - expectedLog) < 1e-5);
        QVERIFY(std::abs(p.delayS * acoustics.speedOfSoundMPerS() - p.distanceM) < 1e-9);
    }
}

void PathsTest::directSoundHasTheGainAndArrivalOfFreeField()
{
    Room room = plainRoom(0.3);
    room.anechoic = true;
    room.sizeM = {20, 20, 20};
    const RoomAcoustics acoustics(room);
    RandomStream random(5, "direct");
    ResponseOptions options;
    for (int i = 0; i < 20; ++i) {
        const double r = random.uniform(0.5, 8.0);
        const auto rendered = renderResponse(acoustics, sourceAt({10.0 + r, 10.0, 10.0}),
                                             listenerAt({10.0, 10.0, 10.0}), nullptr, 1, options);
        const auto x = rendered.audio.channel(0);
        for (const double hz : {500.0, 1000.0, 2000.0}) {
            const double air =
                std::pow(10.0, -airAbsorptionDbPerM(hz, room.temperatureC, room.relativeHumidityPercent) * r / 20.0);
            const double ratio = std::abs(spectrumAt(x, hz)) * 4.0 * std::numbers::pi * r / air;
            QVERIFY2(std::abs(ratio - 1.0) < gainTolerance,
                     qPrintable(QStringLiteral("%1 m, %2 Hz: %3").arg(r).arg(hz).arg(ratio)));
        }
        // Delay from the phase slope between 500 Hz and 1 kHz, whole turns taken from the expected delay.
        const double expected = r / acoustics.speedOfSoundMPerS() * rateHz;
        const auto turned = [&](double hz) {
            return std::arg(spectrumAt(x, hz) * std::polar(1.0, 2.0 * std::numbers::pi * hz * expected / rateHz));
        };
        const double error = -(turned(1000.0) - turned(500.0)) / (2.0 * std::numbers::pi * 500.0) * rateHz;
        QVERIFY2(std::abs(error) < arrivalToleranceSamples, qPrintable(QString::number(error)));
    }
}

void PathsTest::anechoicRoomsHaveTheDirectPathOnly()
{
    Room room = plainRoom(0.1);
    room.anechoic = true;
    const RoomAcoustics acoustics(room);
    QCOMPARE(imageSourcePaths(acoustics, sourceAt({1, 1, 1}), {3, 2, 1}, 1.0).size(), std::size_t{1});
    const auto rendered = renderResponse(acoustics, sourceAt({1, 1, 1}), listenerAt({3, 2, 1}), nullptr, 1, {});
    QVERIFY(rendered.drrDb >= 100.0);
    double inside = 0.0, outside = 0.0;
    const double arrival = std::sqrt(5.0) / acoustics.speedOfSoundMPerS() * rateHz;
    const auto x = rendered.audio.channel(0);
    for (std::size_t n = 0; n < x.size(); ++n) // kernel of 2 x 16 taps and the air filter behind it
        (std::abs(static_cast<double>(n) - arrival) < 40.0 ? inside : outside) += static_cast<double>(x[n] * x[n]);
    QVERIFY(outside < 1e-6 * inside);
}

void PathsTest::exchangingSourceAndReceiverChangesNothing()
{
    const RoomAcoustics acoustics(plainRoom(0.2));
    ResponseOptions options;
    options.tail = Tail::Images;
    options.maximumS = 0.3;
    const Vec3 a{1.1, 2.7, 0.9}, b{4.2, 0.8, 2.1};
    const auto there = renderResponse(acoustics, sourceAt(a), listenerAt(b), nullptr, 1, options).audio;
    const auto back = renderResponse(acoustics, sourceAt(b), listenerAt(a), nullptr, 1, options).audio;
    QCOMPARE(there.frames(), back.frames());
    float largest = 0.0F, difference = 0.0F;
    for (std::size_t n = 0; n < there.frames(); ++n) {
        largest = std::max(largest, std::abs(there.channel(0)[n]));
        difference = std::max(difference, std::abs(there.channel(0)[n] - back.channel(0)[n]));
    }
    QVERIFY2(difference <= reciprocityTolerance * static_cast<double>(largest),
             qPrintable(QString::number(difference / largest)));
}

void PathsTest::decayOfACubeFollowsItsMeanFreePath()
{
    Room room = plainRoom(0.2);
    room.sizeM = {4, 4, 4};
    room.temperatureC = 20.0;
    const RoomAcoustics acoustics(room);
    // A cube is close to diffuse: Eyring with air absorption, 4 m V the air's share. The image field of a cube lies
    // some per cent above it, since oblique directions meet fewer walls per metre.
    const double alpha = -std::log(1.0 - 0.2);
    const double m = airAbsorptionDbPerM(1000.0, 20.0, room.relativeHumidityPercent) / 4.343;
    const double eyring =
        24.0 * std::log(10.0) / acoustics.speedOfSoundMPerS() * 64.0 / (96.0 * alpha + 4.0 * m * 64.0);
    const double ratio = EnergyDecay(acoustics).reverberationTimeS(filterBand1kHz) / eyring;
    QVERIFY2(ratio > 0.98 && ratio < 1.12, qPrintable(QString::number(ratio)));
}

void PathsTest::renderedDecayFollowsTheClosedForm()
{
    constexpr double decayTolerance = 0.08; // one noise tail: T30 scatters by some per cent
    for (const double absorption : {0.1, 0.3}) {
        const RoomAcoustics acoustics(plainRoom(absorption));
        const auto audio =
            renderResponse(acoustics, sourceAt({1, 1, 1}), listenerAt({3.5, 2.5, 1.6}), nullptr, 1, {}).audio;
        const double expected = EnergyDecay(acoustics).reverberationTimeS(filterBand1kHz);
        const double measured =
            measuredT30(audio.channel(0), static_cast<std::size_t>(acoustics.mixingTimeS() * rateHz));
        qInfo("absorption %.1f: T30 of the closed form %.3f s, rendered broadband %.3f s", absorption, expected,
              measured);
        QVERIFY(measured > expected * 0.6 &&
                measured < expected * (1.0 + decayTolerance)); // air shortens the upper bands
    }
    // The same by images alone, far beyond the mixing time: energies of both must agree at the seam.
    const RoomAcoustics acoustics(plainRoom(0.3));
    ResponseOptions images;
    images.tail = Tail::Images;
    images.maximumS = 0.15;
    const auto exact =
        renderResponse(acoustics, sourceAt({1, 1, 1}), listenerAt({3.5, 2.5, 1.6}), nullptr, 1, images).audio;
    const auto mixed =
        renderResponse(acoustics, sourceAt({1, 1, 1}), listenerAt({3.5, 2.5, 1.6}), nullptr, 1, {}).audio;
    // Between 0.7 and 6 kHz: below, images of one sign add coherently, which no diffuse tail does.
    const auto energy = [&](const AudioBuffer& a) {
        constexpr std::size_t size = 4096;
        FftVector<float> window(size);
        const auto first = static_cast<std::size_t>(0.07 * rateHz);
        std::copy_n(a.channel(0).begin() + static_cast<std::ptrdiff_t>(first), static_cast<std::size_t>(0.07 * rateHz),
                    window.begin());
        FftVector<Complex> spectrum(size / 2 + 1);
        Fft::ofSize(size)->forward(window, spectrum);
        double sum = 0.0;
        for (std::size_t k = 60; k < 512; ++k)
            sum += static_cast<double>(std::norm(spectrum[k]));
        return sum;
    };
    constexpr double seamToleranceDb = 2.0; // coherent images against incoherent noise in one position
    const double db = 10.0 * std::log10(energy(mixed) / energy(exact));
    qInfo("tail against images, 70 to 140 ms: %+.2f dB", db);
    QVERIFY(std::abs(db) < seamToleranceDb);
}

QTEST_GUILESS_MAIN(PathsTest)
#include "PathsTest.moc"
