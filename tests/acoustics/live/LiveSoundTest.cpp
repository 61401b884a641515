// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/Response.h"
#include "core/scene/Materials.h"
#include "tests/TestMain.h"
#include "tests/acoustics/live/LiveFixture.h"

using namespace binaurium;
using namespace binaurium::test;

// What is heard at rest and in flight, against the offline renderer.
namespace {

constexpr std::size_t clickAt = 1000;
constexpr std::size_t latency = LiveRate::latencySamples;

// Direct sound against the offline renderer, relative error below these: a grid without the finest angular
// detail stands for the measured directions, and 16 taps for 32.
constexpr double directToleranceLowDb = -36.0; // up to 2 kHz
constexpr double directToleranceDb = -25.0;    // all frequencies
// Reflections pass through 80 directions, their walls through shelves.
constexpr double earlyToleranceLowDb = -20.0;
constexpr double earlyToleranceDb = -15.0;

constexpr double dopplerLimitDb = -60.0;
constexpr double tailToleranceDb = 1.0; // two noises of some 10^4 independent values differ by a few tenths

double relativeErrorDb(std::span<const float> got, std::span<const float> wanted, double untilHz)
{
    const std::size_t size = powerOfTwoAtLeast(got.size());
    const auto fft = Fft::ofSize(size);
    FftVector<float> error(size), reference(size);
    for (std::size_t n = 0; n < got.size(); ++n) {
        reference[n] = n < wanted.size() ? wanted[n] : 0.0F;
        error[n] = got[n] - reference[n];
    }
    FftVector<Complex> e(fft->bins()), r(fft->bins());
    fft->forward(error, e);
    fft->forward(reference, r);
    double errorPower = 0.0, power = 0.0;
    const auto limit = static_cast<std::size_t>(untilHz / LiveRate::hz * static_cast<double>(size));
    for (std::size_t k = 0; k <= std::min(limit, fft->bins() - 1); ++k) {
        errorPower += static_cast<double>(std::norm(e[k]));
        power += static_cast<double>(std::norm(r[k]));
    }
    return 10.0 * std::log10(errorPower / power);
}

} // namespace

class LiveSoundTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void wallFiltersMeetTheBandGains();
    void airTapsMeetTheBandGains();
    void imagesAreThoseOfTheOfflineRenderer();
    void directSoundEqualsTheOfflineRenderer();
    void reflectionsEqualTheOfflineRenderer();
    void tailHasTheEnergyOfTheOfflineTail();
    void theTailOfADistantSourceWaitsForItsDirectSound();
    void aCirclingToneHasNoLinesOutsideItsDopplerBand_data();
    void aCirclingToneHasNoLinesOutsideItsDopplerBand();
    void samplesDoNotDependOnTheBlock();
    void trajectoriesPlay();
};

void LiveSoundTest::wallFiltersMeetTheBandGains()
{
    constexpr double toleranceDb = 0.35; // grass falls 9 dB from one octave to the next; the others are met exactly
    std::vector<BandLogGains> gains;
    for (const Material& material : materials()) {
        BandLogGains gain{};
        for (std::size_t b = 0; b < filterBandCount; ++b)
            gain[b] = static_cast<float>(0.5 * std::log(1.0 - material.absorption[std::min(b, octaveBandCount - 1)]));
        gains.push_back(gain);
    }
    const WallFilters filters(gains);
    for (std::size_t f = 0; f < gains.size(); ++f)
        for (std::size_t b = 0; b < filterBandCount; ++b) {
            const double errorDb = 20.0 * std::log10(filters.magnitude(f, filterBandHz[b])) -
                                   20.0 / std::log(10.0) * static_cast<double>(gains[f][b]);
            QVERIFY2(
                std::abs(errorDb) < toleranceDb,
                qPrintable(
                    QStringLiteral("%1, band %2: %3 dB").arg(QLatin1String(materials()[f].name)).arg(b).arg(errorDb)));
        }
}

void LiveSoundTest::airTapsMeetTheBandGains()
{
    const AirTaps taps = AirTaps::of(-0.12F, -0.43F); // 10 m
    const auto gain = [&](double hz) {
        const double w = 2.0 * std::numbers::pi * hz / LiveRate::hz;
        return static_cast<double>(taps.centre) + 2.0 * static_cast<double>(taps.near) * std::cos(w) +
               2.0 * static_cast<double>(taps.far) * std::cos(2.0 * w);
    };
    QVERIFY(std::abs(gain(0.0) - 1.0) < 1e-5);
    QVERIFY(std::abs(gain(8000.0) - std::exp(-0.12)) < 1e-5);
    QVERIFY(std::abs(gain(16000.0) - std::exp(-0.43)) < 1e-5);
}

void LiveSoundTest::imagesAreThoseOfTheOfflineRenderer()
{
    const auto scene = emptyRoom(false);
    const RoomAcoustics room(scene.room);
    const Source source = plainSource({1.2, 3.3, 0.8});
    for (const int order : {0, 1, 2, 3}) {
        std::vector<double> expected, got;
        for (const auto& path : imageSourcePaths(room, source, scene.listener.positionM, 0.5))
            if (path.order <= order)
                expected.push_back(path.distanceM);
        std::vector<BandLogGains> filters;
        for (const auto& image : liveImages(room, order, filters)) {
            const Vec3& s = source.positionM;
            const Vec3 p{image.sign.x * s.x + image.offset.x, image.sign.y * s.y + image.offset.y,
                         image.sign.z * s.z + image.offset.z};
            got.push_back(length(p - scene.listener.positionM));
        }
        std::sort(expected.begin(), expected.end());
        std::sort(got.begin(), got.end());
        QCOMPARE(got.size(), expected.size());
        for (std::size_t i = 0; i < got.size(); ++i)
            QVERIFY(std::abs(got[i] - expected[i]) < 1e-9);
    }
}

void LiveSoundTest::directSoundEqualsTheOfflineRenderer()
{
    for (const Vec3& place : {Vec3{5.0, 2.5, 1.5}, Vec3{4.0, 4.0, 1.2}, Vec3{2.0, 1.0, 2.5}, Vec3{1.5, 4.0, 0.7}}) {
        auto scene = emptyRoom(true);
        scene.sources = {plainSource(place)};
        LiveEngine engine;
        engine.setScene(liveScene(scene, {}, {click(clickAt, 9600)}));
        engine.play();
        const auto played = play(engine, 4096, 256);
        const auto wanted =
            renderResponse(RoomAcoustics(scene.room), scene.sources[0], scene.listener, sharedHead().get(), 2, {});
        for (std::size_t ear = 0; ear < 2; ++ear) {
            const auto got = played.channel(ear).subspan(clickAt + latency, 1024);
            const double low = relativeErrorDb(got, wanted.audio.channel(ear), 2000.0);
            const double all = relativeErrorDb(got, wanted.audio.channel(ear), LiveRate::hz);
            QVERIFY2(low < directToleranceLowDb && all < directToleranceDb,
                     qPrintable(QStringLiteral("error %1 dB to 2 kHz, %2 dB").arg(low).arg(all)));
        }
    }
}

void LiveSoundTest::reflectionsEqualTheOfflineRenderer()
{
    constexpr double absorption = 0.3; // the same in all bands, so that a wall is a factor
    auto scene = emptyRoom(false, absorption);
    scene.sources = {plainSource({4.5, 3.9, 1.2})};
    const auto live = liveScene(scene, {.reflectionOrder = 2, .tail = false}, {click(clickAt, 9600)});
    LiveEngine engine;
    engine.setScene(live);
    engine.play();
    const auto played = play(engine, 9600, 256);
    // Each image as a source of its own in free field.
    AudioBuffer wanted(2, 4096, LiveRate::hz);
    auto freeField = scene.room;
    freeField.anechoic = true;
    for (const auto& image : live->images) {
        Source source = scene.sources[0];
        const Vec3 s = source.positionM;
        source.positionM = {image.sign.x * s.x + image.offset.x, image.sign.y * s.y + image.offset.y,
                            image.sign.z * s.z + image.offset.z};
        const auto path = renderResponse(RoomAcoustics(freeField), source, scene.listener, sharedHead().get(), 2, {});
        const auto gain = static_cast<float>(std::pow(1.0 - absorption, 0.5 * image.order));
        for (std::size_t ear = 0; ear < 2; ++ear)
            for (std::size_t n = 0; n < std::min(wanted.frames(), path.audio.frames()); ++n)
                wanted.channel(ear)[n] += gain * path.audio.channel(ear)[n];
    }
    for (std::size_t ear = 0; ear < 2; ++ear) {
        const auto got = played.channel(ear).subspan(clickAt + latency, 4096);
        const double low = relativeErrorDb(got, wanted.channel(ear), 2000.0);
        const double all = relativeErrorDb(got, wanted.channel(ear), LiveRate::hz);
        QVERIFY2(low < earlyToleranceLowDb && all < earlyToleranceDb,
                 qPrintable(QStringLiteral("error %1 dB to 2 kHz, %2 dB").arg(low).arg(all)));
    }
}

void LiveSoundTest::tailHasTheEnergyOfTheOfflineTail()
{
    auto scene = emptyRoom(false, 0.25);
    scene.sources = {plainSource({4.5, 3.9, 1.2})};
    scene.durationS = 2.0;
    LiveEngine engine;
    engine.setScene(liveScene(scene, {}, {click(clickAt, 9600)}));
    engine.play();
    const auto played = play(engine, 48000, 256);
    const auto wanted =
        renderResponse(RoomAcoustics(scene.room), scene.sources[0], scene.listener, sharedHead().get(), 2, {});
    for (std::size_t ear = 0; ear < 2; ++ear)
        for (const double startS : {0.06, 0.12, 0.2}) { // after the offline mixing time
            const auto first = static_cast<std::size_t>(startS * LiveRate::hz);
            constexpr std::size_t window = 2400;
            const double ratio = power(played.channel(ear).subspan(clickAt + latency + first, window)) /
                                 power(wanted.audio.channel(ear).subspan(first, window));
            QVERIFY2(std::abs(10.0 * std::log10(ratio)) < tailToleranceDb,
                     qPrintable(QStringLiteral("%1 s: %2 dB").arg(startS).arg(10.0 * std::log10(ratio))));
        }
}

// 17 m: the direct sound needs 50 ms, the tail of the room sets in 20 ms after the sound has left. Later it is the
// offline tail in time and energy.
void LiveSoundTest::theTailOfADistantSourceWaitsForItsDirectSound()
{
    constexpr double beforeDb = -40.0; // what the head's filters ring before their onset
    auto scene = emptyRoom(false, 0.2);
    scene.room.sizeM = {20.0, 9.0, 4.0};
    scene.listener.positionM = {1.5, 4.0, 1.6};
    scene.sources = {plainSource({18.5, 5.0, 1.6})};
    scene.durationS = 2.0;
    LiveEngine engine;
    engine.setScene(liveScene(scene, {}, {click(clickAt, 9600)}));
    engine.play();
    const auto played = play(engine, 48000, 256);
    const double directS =
        length(scene.sources[0].positionM - scene.listener.positionM) / RoomAcoustics(scene.room).speedOfSoundMPerS();
    const auto direct = static_cast<std::size_t>(directS * LiveRate::hz);
    const auto wanted =
        renderResponse(RoomAcoustics(scene.room), scene.sources[0], scene.listener, sharedHead().get(), 2, {});
    constexpr std::size_t onset = 96, window = 480; // 2 ms before, 10 ms from there
    for (std::size_t ear = 0; ear < 2; ++ear) {
        const auto heard = played.channel(ear).subspan(clickAt + latency);
        const double db =
            10.0 * std::log10(power(heard.first(direct - onset)) / power(heard.subspan(direct - onset, window)));
        QVERIFY2(db < beforeDb, qPrintable(QStringLiteral("before the direct sound: %1 dB").arg(db)));
        const auto late = static_cast<std::size_t>(0.2 * LiveRate::hz);
        const double tailDb =
            10.0 * std::log10(power(heard.subspan(late, 4800)) / power(wanted.audio.channel(ear).subspan(late, 4800)));
        QVERIFY2(std::abs(tailDb) < tailToleranceDb, qPrintable(QStringLiteral("tail: %1 dB").arg(tailDb)));
    }
}

void LiveSoundTest::aCirclingToneHasNoLinesOutsideItsDopplerBand_data()
{
    QTest::addColumn<double>("turnsPerS");
    QTest::newRow("slow") << 0.1;
    QTest::newRow("fast") << 1.0;
}

void LiveSoundTest::aCirclingToneHasNoLinesOutsideItsDopplerBand()
{
    QFETCH(double, turnsPerS);
    constexpr double toneHz = 1000.0;
    auto scene = emptyRoom(true);
    scene.room.sizeM = {10.0, 10.0, 5.0};
    scene.listener.positionM = {5.0, 5.0, 1.5};
    scene.durationS = 60.0;
    scene.sources = {plainSource({7.0, 5.0, 1.5})};
    scene.sources[0].loop = true;
    LiveEngine engine;
    engine.setScene(liveScene(scene, {.glideS = 0.0}, {tone(toneHz, 48000, 1.0F)}));
    engine.play();
    const auto window = static_cast<std::size_t>(2.0 / turnsPerS * LiveRate::hz);
    const std::size_t frames = (window + 24000) / LiveRate::quantum * LiveRate::quantum;
    AudioBuffer audio(2, frames, LiveRate::hz);
    for (std::size_t n = 0; n < frames; n += LiveRate::quantum) {
        const double phase =
            2.0 * std::numbers::pi * turnsPerS * static_cast<double>(n + LiveRate::quantum) / LiveRate::hz;
        engine.setSource(0, at({5.0 + 2.0 * std::cos(phase), 5.0 + 2.0 * std::sin(phase), 1.5}));
        const auto part = play(engine, LiveRate::quantum, LiveRate::quantum);
        for (std::size_t ear = 0; ear < 2; ++ear)
            std::copy_n(part.channel(ear).begin(), LiveRate::quantum,
                        audio.channel(ear).begin() + static_cast<std::ptrdiff_t>(n));
    }
    // Two whole turns under a Blackman-Harris window, side lobes -92 dB.
    const std::size_t size = powerOfTwoAtLeast(window);
    const auto fft = Fft::ofSize(size);
    FftVector<float> time(size);
    FftVector<Complex> spectrum(fft->bins());
    for (std::size_t ear = 0; ear < 2; ++ear) {
        for (std::size_t n = 0; n < window; ++n) {
            const double p = 2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(window - 1);
            const double w = 0.35875 - 0.48829 * std::cos(p) + 0.14128 * std::cos(2 * p) - 0.01168 * std::cos(3 * p);
            time[n] = static_cast<float>(w) * audio.channel(ear)[frames - window + n];
        }
        fft->forward(time, spectrum);
        double peak = 0.0, outside = 0.0, outsideHz = 0.0;
        constexpr double earRadiusM = 0.1;
        const double lobeHz = 4.0 * LiveRate::hz / static_cast<double>(window);
        const double bandHz = (16.0 + toneHz * 2.0 * std::numbers::pi * earRadiusM / 343.0) * turnsPerS + lobeHz;
        for (std::size_t k = 0; k < spectrum.size(); ++k) {
            const double hz = static_cast<double>(k) * LiveRate::hz / static_cast<double>(size);
            const auto level = static_cast<double>(std::abs(spectrum[k]));
            peak = std::max(peak, level);
            if (std::abs(hz - toneHz) > bandHz && level > outside) {
                outside = level;
                outsideHz = hz;
            }
        }
        const double lineDb = 20.0 * std::log10(outside / peak);
        QVERIFY2(lineDb < dopplerLimitDb, qPrintable(QStringLiteral("%1 dB at %2 Hz").arg(lineDb).arg(outsideHz)));
    }
}

void LiveSoundTest::samplesDoNotDependOnTheBlock()
{
    auto scene = emptyRoom(false);
    scene.sources = {plainSource({4.5, 3.9, 1.2}), plainSource({1.0, 1.0, 1.0})};
    scene.sources[0].trajectory.waypoints = {{0.0, {4.5, 3.9, 1.2}, {}}, {1.0, {1.0, 4.0, 2.0}, {}}};
    scene.durationS = 1.0;
    const auto live = liveScene(scene, {}, {tone(440.0, 48000, 1.0F), tone(777.0, 48000, 1.0F)});
    AudioBuffer first;
    for (const std::size_t block : {128U, 256U, 512U, 1024U, 441U, 1U}) {
        LiveEngine engine;
        engine.setScene(live);
        engine.play();
        const auto audio = play(engine, 24000, block);
        if (first.empty())
            first = audio;
        QVERIFY(power(audio.channel(0)) > 0.0);
        QVERIFY(std::equal(audio.all().begin(), audio.all().end(), first.all().begin())); // bit for bit
    }
}

void LiveSoundTest::trajectoriesPlay()
{
    // From the left to the right of the head in one second: the louder ear changes.
    auto scene = emptyRoom(true);
    scene.sources = {plainSource({3.0, 4.0, 1.5})};
    scene.sources[0].trajectory.waypoints = {{0.0, {3.0, 4.0, 1.5}, {}}, {1.0, {3.2, 1.0, 1.5}, {}}};
    scene.durationS = 1.5;
    LiveEngine engine;
    engine.setScene(liveScene(scene, {}, {tone(3000.0, 96000, 1.0F)}));
    engine.play();
    const auto audio = play(engine, 60000, 256);
    const auto ratioDb = [&](std::size_t from) {
        return 10.0 *
               std::log10(power(audio.channel(0).subspan(from, 4800)) / power(audio.channel(1).subspan(from, 4800)));
    };
    QVERIFY2(ratioDb(2400) > 5.0, qPrintable(QString::number(ratioDb(2400))));
    QVERIFY2(ratioDb(52000) < -5.0, qPrintable(QString::number(ratioDb(52000))));
    // A hand cannot move what flies on its own.
    engine.setSource(0, at({3.0, 4.0, 1.5}));
    engine.seek(50000);
    engine.play();
    const auto again = play(engine, 9600, 256);
    QVERIFY(power(again.channel(0).subspan(4800)) < power(again.channel(1).subspan(4800)));
}

QTEST_APPLESS_MAIN(LiveSoundTest)
#include "LiveSoundTest.moc"
