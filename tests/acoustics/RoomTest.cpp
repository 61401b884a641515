// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/EnergyDecay.h"
#include "core/acoustics/Response.h"
#include "core/acoustics/RigidSphere.h"
#include "core/acoustics/RoomTuning.h"
#include "core/acoustics/SourceDirectivity.h"
#include "core/scene/Materials.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/acoustics/HeadFixture.h"

#include <numbers>

using namespace binaurium;

namespace {

Room roomOf(const Vec3& sizeM, double absorption, double scattering = 0.0)
{
    Room room;
    room.sizeM = sizeM;
    for (auto& wall : room.walls) {
        wall.material = "custom";
        wall.absorption.fill(absorption);
        wall.scattering.fill(scattering);
    }
    return room;
}

Source sourceAt(const Vec3& p, Directivity directivity = Directivity::Omni)
{
    Source source;
    source.positionM = p;
    source.directivity = directivity;
    return source;
}

Listener listenerAt(const Vec3& p)
{
    Listener listener;
    listener.positionM = p;
    return listener;
}

double differenceDb(const AudioBuffer& a, const AudioBuffer& b)
{
    double difference = 0.0, energy = 0.0;
    for (std::size_t n = 0; n < a.all().size(); ++n) {
        difference += std::pow(static_cast<double>(a.all()[n] - b.all()[n]), 2);
        energy += std::pow(static_cast<double>(a.all()[n]), 2);
    }
    return 10.0 * std::log10(difference / energy + 1e-30);
}

} // namespace

class RoomTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void flatAbsorptionIsBroadband();
    void nineBandsEqualSevenWhereTheyAgree();
    void fullScatteringDecaysLikeEyring();
    void scatteringKeepsTheEnergy();
    void jitterSparesTheFirstOrdersAndTheDirectSound();
    void firstOrderSourcesFollowTheirFormula();
    void speakersBeamUpwardsInFrequency();
    void soundAroundASphereHasItsLimits();
    void wantedReverberationTimesAreMet();
    void unreachableReverberationTimesAreRefused();
    void moreImagesThanAnybodyWaitsForAreRefused();
};

void RoomTest::flatAbsorptionIsBroadband()
{
    // The same absorption in every band is one factor per reflection: against one band written by hand, the response of
    // each image scaled without any filter. Air is the same in both.
    constexpr double toleranceDb = -60.0;
    const Vec3 s{1.2, 3.1, 0.8}, r{3.9, 1.4, 1.7};
    const RoomAcoustics flat(roomOf({5, 4, 3}, 0.36));
    for (const auto& path : imageSourcePaths(flat, sourceAt(s), r, 0.05))
        for (std::size_t b = 0; b < filterBandCount; ++b)
            QVERIFY(std::abs(static_cast<double>(path.wallLogGains[b]) - path.order * std::log(0.8)) < 1e-5);
    const std::size_t size = Head::fftSizeAt(48000.0);
    const auto bank = MinimumPhaseBank::of(size, 48000.0, 0);
    BandLogGains gains;
    FftVector<Complex> spectrum(bank->bins());
    for (int order = 1; order < 40; order += 3) {
        const double gain = std::pow(0.8, order);
        gains.fill(static_cast<float>(std::log(gain)));
        bank->spectrum(gains, spectrum);
        for (const Complex& value : spectrum)
            QVERIFY(20.0 * std::log10(std::abs(value - static_cast<float>(gain)) / gain + 1e-12) < toleranceDb);
    }
}

void RoomTest::nineBandsEqualSevenWhereTheyAgree()
{
    constexpr double toleranceDb = -60.0; // air differs at 62.5 Hz, by less than this in such a room
    Room seven = roomOf({5, 4, 3}, 0.0);
    for (auto& wall : seven.walls)
        wall.absorption = {0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4};
    Room nine = seven;
    for (auto& wall : nine.walls)
        wall.outerAbsorption = {0.1, 0.4};
    QCOMPARE(RoomAcoustics(seven).firstBand(), std::size_t{1});
    QCOMPARE(RoomAcoustics(nine).firstBand(), std::size_t{0});
    ResponseOptions images;
    images.tail = Tail::Images;
    images.maximumS = 0.1;
    const auto a = renderResponse(RoomAcoustics(seven), sourceAt({1, 1, 1}), listenerAt({3, 2, 1}), nullptr, 1, images);
    const auto b = renderResponse(RoomAcoustics(nine), sourceAt({1, 1, 1}), listenerAt({3, 2, 1}), nullptr, 1, images);
    QCOMPARE(a.audio.frames(), b.audio.frames());
    QVERIFY2(differenceDb(a.audio, b.audio) < toleranceDb, qPrintable(QString::number(differenceDb(a.audio, b.audio))));
    for (auto& wall : nine.walls)
        wall.outerAbsorption = {0.9, 0.9};
    const auto c = renderResponse(RoomAcoustics(nine), sourceAt({1, 1, 1}), listenerAt({3, 2, 1}), nullptr, 1, images);
    QVERIFY(differenceDb(a.audio, c.audio) > -20.0); // the outer bands are heard
}

void RoomTest::fullScatteringDecaysLikeEyring()
{
    constexpr double tolerance = 0.02; // the tail of the closed form; the rendered one scatters more
    for (const double absorption : {0.05, 0.2, 0.5})
        for (const Vec3& size : {Vec3{4, 4, 4}, Vec3{5, 4, 3.5}}) {
            const RoomAcoustics room(roomOf(size, absorption, 1.0));
            const double loss = room.surfaceM2() / (4.0 * room.volumeM3()) * -std::log(1.0 - absorption) -
                                2.0 * static_cast<double>(room.airLogGainPerM(filterBand1kHz));
            const double eyring = 6.0 * std::log(10.0) / (room.speedOfSoundMPerS() * loss);
            const double ratio = EnergyDecay(room).reverberationTimeS(filterBand1kHz) / eyring;
            QVERIFY2(std::abs(ratio - 1.0) < tolerance, qPrintable(QString::number(ratio)));
        }
}

void RoomTest::scatteringKeepsTheEnergy()
{
    // What scattering takes from the specular images comes back diffusely: the sum over time is nearly what it was.
    constexpr double toleranceDb = 0.7; // the decay of the two parts differs a little
    const auto total = [](double scattering) {
        const RoomAcoustics room(roomOf({4, 4, 4}, 0.1, scattering));
        const EnergyDecay decay(room);
        double sum = 0.0;
        for (double t = 0.0; t < 3.0; t += 1e-3)
            sum += decay.at(t, filterBand1kHz);
        return 10.0 * std::log10(sum);
    };
    for (const double scattering : {0.1, 0.5, 1.0})
        QVERIFY(std::abs(total(scattering) - total(0.0)) < toleranceDb);
    const RoomAcoustics room(roomOf({4, 4, 4}, 0.1, 0.3));
    const EnergyDecay decay(room);
    QVERIFY(decay.scatteredAt(0.001, filterBand1kHz) < 0.1 * decay.at(0.001, filterBand1kHz)); // grows from nothing
    QVERIFY(decay.scatteredAt(0.2, filterBand1kHz) > 0.9 * decay.at(0.2, filterBand1kHz));
}

void RoomTest::jitterSparesTheFirstOrdersAndTheDirectSound()
{
    Room plain = roomOf({5, 4, 3}, 0.2);
    const RoomAcoustics exact(plain);
    plain.imageJitterM = 0.2;
    const RoomAcoustics jittered(plain);
    const Vec3 s{1.2, 3.1, 0.8}, r{1.5, 2.9, 0.9}; // close together, so that an image could get ahead
    const auto a = imageSourcePaths(exact, sourceAt(s), r, 0.06);
    const auto b = imageSourcePaths(jittered, sourceAt(s), r, 0.06, {7, 1});
    const auto again = imageSourcePaths(jittered, sourceAt(s), r, 0.06, {7, 1});
    const auto other = imageSourcePaths(jittered, sourceAt(s), r, 0.06, {8, 1});
    std::map<std::array<int, 3>, double> distance;
    for (const auto& path : a)
        distance[path.image] = path.distanceM;
    int moved = 0;
    for (const auto& path : b) {
        if (path.order < 2) {
            QCOMPARE(path.distanceM, distance.at(path.image));
            continue;
        }
        QVERIFY(path.distanceM >= b.front().distanceM);
        if (distance.contains(path.image))
            QVERIFY(std::abs(path.distanceM - distance[path.image]) <= 0.2 * std::sqrt(3.0));
        moved += distance.contains(path.image) && distance[path.image] != path.distanceM ? 1 : 0;
        QCOMPARE(imageSourcePath(jittered, sourceAt(s), r, path.image, {7, 1}).distanceM, path.distanceM);
    }
    QVERIFY(moved > 100);
    QCOMPARE(again.size(), b.size());
    for (std::size_t i = 0; i < b.size(); ++i)
        QCOMPARE(again[i].distanceM, b[i].distanceM);
    bool differs = other.size() != b.size();
    for (std::size_t i = 0; i < std::min(b.size(), other.size()); ++i)
        differs = differs || other[i].distanceM != b[i].distanceM;
    QVERIFY(differs);
}

void RoomTest::firstOrderSourcesFollowTheirFormula()
{
    Room plain = roomOf({10, 10, 10}, 0.5);
    plain.anechoic = true;
    const RoomAcoustics room(plain);
    const std::pair<Directivity, double> family[] = {
        {Directivity::Omni, 1.0},           {Directivity::Subcardioid, 0.7},
        {Directivity::Cardioid, 0.5},       {Directivity::Supercardioid, 0.366},
        {Directivity::Hypercardioid, 0.25}, {Directivity::Figure8, 0.0},
        {Directivity::FirstOrder, 0.6}};
    for (const auto& [kind, share] : family)
        for (double angle = 0.0; angle <= 180.0; angle += 15.0) {
            auto source = sourceAt({5, 5, 5}, kind);
            source.omniShare = 0.6;
            source.orientation.yawDeg = 30.0;
            const Vec3 at = source.positionM + 2.0 * unitVector({30.0 + angle, 0.0});
            const auto path = imageSourcePath(room, source, at, {0, 0, 0});
            const double expected = share + (1.0 - share) * std::cos(radians(angle));
            const double gain = std::exp(static_cast<double>(path.wallLogGains[2])) * 4.0 * std::numbers::pi * 2.0 *
                                std::exp(static_cast<double>(path.logGains[2] - 2.0F * room.airLogGainPerM(2)));
            QVERIFY(std::abs(gain - std::max(1e-3, std::abs(expected))) < 1e-4);
            QVERIFY(std::abs(expected) < 1e-9 || path.inverted == (expected < 0.0));
        }
    // The power that feeds the room is the mean over the sphere, here by quadrature.
    for (const auto& [kind, share] : family) {
        auto source = sourceAt({5, 5, 5}, kind);
        source.omniShare = 0.6;
        const SourceDirectivity directivity(source);
        double sum = 0.0;
        for (int i = 0; i < 2000; ++i)
            sum += std::exp(2.0 * static_cast<double>(directivity.logGains((i + 0.5) / 1000.0 - 1.0)[3])) / 2000.0;
        QVERIFY(std::abs(sum - directivity.meanSquare(3)) < 1e-4);
    }
}

void RoomTest::speakersBeamUpwardsInFrequency()
{
    const SourceDirectivity speaker(sourceAt({}, Directivity::Speaker));
    const auto front = speaker.logGains(1.0);
    const auto rear = speaker.logGains(-1.0);
    for (std::size_t b = 0; b < filterBandCount; ++b)
        QCOMPARE(front[b], 0.0F);
    QVERIFY(rear[0] > -0.05F);             // a small box at 62.5 Hz radiates all round
    QVERIFY(rear[filterBand1kHz] < -0.5F); // 4 dB and more at 1 kHz
    for (std::size_t b = 1; b <= 6; ++b)   // up to 4 kHz; from there on it fills the angle of its cap
        QVERIFY2(speaker.meanSquare(b) < speaker.meanSquare(b - 1), qPrintable(QString::number(speaker.meanSquare(b))));
}

void RoomTest::soundAroundASphereHasItsLimits()
{
    // Long waves do not see the sphere; at high frequencies its near side doubles the pressure (a wall).
    QVERIFY(std::abs(std::abs(pressureOnSphere(0.01, 1000.0, -1.0)) - 1.0) < 1e-2);
    constexpr double wallToleranceShare = 0.03;
    QVERIFY(std::abs(std::abs(pressureOnSphere(80.0, 1000.0, 1.0)) - 2.0) < wallToleranceShare * 2.0);
    // The bright spot opposite the source exceeds the shadow around it.
    QVERIFY(std::abs(pressureOnSphere(20.0, 100.0, -1.0)) > 1.5 * std::abs(pressureOnSphere(20.0, 100.0, -0.9)));
    // Near sources at low frequencies: potential flow, 1 + 3/2 (a / r) cos to first order in a / r (Duda and Martens).
    const double near = std::abs(pressureOnSphere(0.01, 10.0, 1.0));
    QVERIFY(std::abs(near - (1.0 + 1.5 / 10.0)) < 0.02);
    // Reciprocity of the piston: a small cap radiates as the sphere receives.
    for (const double cosine : {1.0, 0.5, 0.0, -0.7}) {
        const double radiated = std::abs(pistonFarField(5.0, 0.02, cosine)) / std::abs(pistonFarField(5.0, 0.02, 1.0));
        const double received =
            std::abs(pressureOnSphere(5.0, 1e4, cosine)) / std::abs(pressureOnSphere(5.0, 1e4, 1.0));
        QVERIFY(std::abs(radiated - received) < 1e-3);
    }
}

void RoomTest::wantedReverberationTimesAreMet()
{
    constexpr double tolerance = 1e-3; // of the bisection
    Room room;
    room.walls[0].material = "heavy curtain";
    room.walls[4].material = "parquet on concrete";
    room.wantedRt60S = {0.5};
    const EnergyDecay decay{RoomAcoustics(room)};
    for (std::size_t b = 1; b <= octaveBandCount; ++b)
        QVERIFY(std::abs(decay.reverberationTimeS(b) / 0.5 - 1.0) < tolerance);
    const Room tuned = tunedRoom(room);
    QVERIFY(wideAbsorptionOf(tuned.walls[0])[4] > wideAbsorptionOf(tuned.walls[4])[4]); // soft stays softer
    room.wantedRt60S = {0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.35};
    const EnergyDecay perBand{RoomAcoustics(room)};
    for (std::size_t b = 1; b <= octaveBandCount; ++b)
        QVERIFY(std::abs(perBand.reverberationTimeS(b) / room.wantedRt60S[b - 1] - 1.0) < tolerance);
}

void RoomTest::unreachableReverberationTimesAreRefused()
{
    Room room;
    room.sizeM = {8, 6, 3};
    for (const double wanted : {0.02, 19.0}) {
        room.wantedRt60S = {wanted};
        ErrorKind kind{};
        const auto error = test::errorOf([&] { (void)RoomAcoustics(room); }, &kind);
        qInfo("%s", error.c_str());
        QVERIFY2(error.find("cannot be reached at") != std::string::npos && error.find("allow") != std::string::npos,
                 error.c_str());
        QCOMPARE(kind, ErrorKind::BadInput);
    }
    const auto range = reachableRt60(room, filterBand1kHz);
    QVERIFY(range.shortestS > 0.02 && range.shortestS < 0.2 && range.longestS > 5.0 && range.longestS < 25.0);
}

void RoomTest::moreImagesThanAnybodyWaitsForAreRefused()
{
    Room hard;
    hard.sizeM = {2, 2, 2};
    for (WallSurface& wall : hard.walls)
        wall.material = "marble or tile";
    Source source;
    source.name = "bell";
    source.positionM = {0.5, 0.5, 1.0};
    Listener listener;
    listener.positionM = {1.2, 1.0, 1.0};
    ResponseOptions options;
    options.tail = Tail::Images;
    ErrorKind kind{};
    const auto head = test::defaultHead();
    const auto error = test::errorOf(
        [&] { (void)renderResponse(RoomAcoustics(hard), source, listener, head.get(), 2, options); }, &kind);
    QVERIFY2(error.find("bell") != std::string::npos && error.find("million") != std::string::npos, error.c_str());
    QCOMPARE(kind, ErrorKind::Usage);
}

QTEST_GUILESS_MAIN(RoomTest)
#include "RoomTest.moc"
