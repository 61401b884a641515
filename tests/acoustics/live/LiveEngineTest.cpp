// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/LateTail.h"
#include "core/acoustics/Response.h"
#include "core/acoustics/live/AudioBackend.h"
#include "core/audio/AudioFile.h"
#include "core/scene/Materials.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/acoustics/live/LiveFixture.h"

#include <atomic>
#include <complex>
#include <cstdlib>
#include <new>
#include <thread>

using namespace binaurium;
using namespace binaurium::test;

// Counts allocations of the thread that asks for it; everything of this program passes here.
namespace {

thread_local bool countAllocations = false;
std::atomic<int> allocations{0};

void* countedAllocation(std::size_t size, std::size_t alignment)
{
    if (countAllocations)
        ++allocations;
    void* memory = alignment == 0 ? std::malloc(size)
                                  : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (memory == nullptr)
        throw std::bad_alloc();
    return memory;
}

} // namespace

void* operator new(std::size_t size)
{
    return countedAllocation(size, 0);
}
void* operator new(std::size_t size, std::align_val_t alignment)
{
    return countedAllocation(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept
{
    return countedAllocation(size, 0);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept
{
    std::free(memory);
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}

namespace {

constexpr std::size_t clickAt = 1000;
constexpr std::size_t latency = LiveRate::latencySamples;

// Direct sound against the offline renderer, relative error below these: a grid of 5 degrees without the finest angular
// detail stands for the measured directions, and 16 taps for 32.
constexpr double directToleranceLowDb = -36.0; // up to 2 kHz
constexpr double directToleranceDb = -25.0;    // all frequencies
// Reflections pass through 80 directions, their walls through shelves.
constexpr double earlyToleranceLowDb = -22.0;
constexpr double earlyToleranceDb = -16.0;

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

double largestStep(const AudioBuffer& audio)
{
    double step = 0.0;
    for (std::size_t c = 0; c < audio.channels(); ++c)
        for (std::size_t n = 1; n < audio.frames(); ++n)
            step = std::max(step, std::abs(static_cast<double>(audio.channel(c)[n]) - audio.channel(c)[n - 1]));
    return step;
}

double power(std::span<const float> samples)
{
    double sum = 0.0;
    for (const float s : samples)
        sum += static_cast<double>(s) * s;
    return sum;
}

LiveSourceState at(const Vec3& positionM, float gain = 1.0F)
{
    LiveSourceState state;
    state.pose.positionM = positionM;
    state.gain = gain;
    return state;
}

} // namespace

class LiveEngineTest : public QObject
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
    void aCirclingToneHasNoLinesOutsideItsDopplerBand_data();
    void aCirclingToneHasNoLinesOutsideItsDopplerBand();
    void samplesDoNotDependOnTheBlock();
    void processAllocatesNothing();
    void aDraggedSourceIsHeardAtOnce();
    void jumpsSeeksAndScenesDoNotClick();
    void hammeringFromAnotherThreadGivesNoNanAndNoClick();
    void muteSoloAndGainActOnTheirSource();
    void loopsJoinWithoutAGap();
    void theTransportPausesSeeksAndEnds();
    void trajectoriesPlay();
    void limiterKeepsPeaksBelowItsCeiling();
    void aMissingSoundIsNamedAndLeftOut();
    void optionsOutOfRangeAreRefused();
    void theFileBackendWritesWhatIsHeard();
    void playingGoesOnWhenADeviceIsLost();
};

void LiveEngineTest::wallFiltersMeetTheBandGains()
{
    constexpr double toleranceDb = 0.2; // grass falls 9 dB from one octave to the next; the others are met exactly
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

void LiveEngineTest::airTapsMeetTheBandGains()
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

void LiveEngineTest::imagesAreThoseOfTheOfflineRenderer()
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

void LiveEngineTest::directSoundEqualsTheOfflineRenderer()
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

void LiveEngineTest::reflectionsEqualTheOfflineRenderer()
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

void LiveEngineTest::tailHasTheEnergyOfTheOfflineTail()
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

void LiveEngineTest::aCirclingToneHasNoLinesOutsideItsDopplerBand_data()
{
    QTest::addColumn<double>("turnsPerS");
    QTest::newRow("slow") << 0.1;
    QTest::newRow("fast") << 1.0;
}

void LiveEngineTest::aCirclingToneHasNoLinesOutsideItsDopplerBand()
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

void LiveEngineTest::samplesDoNotDependOnTheBlock()
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

void LiveEngineTest::processAllocatesNothing()
{
    auto scene = emptyRoom(false);
    scene.sources = {plainSource({4.5, 3.9, 1.2}), plainSource({1.0, 1.0, 1.0})};
    scene.sources[1].trajectory.waypoints = {{0.0, {4.5, 3.9, 1.2}, {}}, {1.0, {1.0, 4.0, 2.0}, {}}};
    scene.sources[1].trajectory.interpolation = PathInterpolation::Smooth;
    const auto live = liveScene(scene, {.reflectionOrder = 3}, {tone(440.0, 48000, 1.0F), tone(777.0, 48000, 1.0F)});
    LiveEngine engine;
    engine.setScene(live);
    engine.play();
    std::vector<float> out(2 * 1024);
    for (int turn = 0; turn < 60; ++turn) {
        engine.setSource(0, at({1.0 + 0.05 * turn, 2.0, 1.0}));
        if (turn == 20)
            engine.setScene(live);
        if (turn % 10 == 5)
            engine.seek(1000 * turn);
        engine.setLimiter(turn % 2 == 0);
        countAllocations = true;
        engine.process(out.data(), 1024);
        countAllocations = false;
    }
    QCOMPARE(allocations.load(), 0);
    countAllocations = true; // the counter counts
    void* proof = ::operator new(16);
    countAllocations = false;
    ::operator delete(proof);
    QCOMPARE(allocations.load(), 1);
}

void LiveEngineTest::aDraggedSourceIsHeardAtOnce()
{
    constexpr double limitS = 0.030;
    constexpr std::size_t block = 256;
    auto scene = emptyRoom(true);
    scene.sources = {plainSource({3.0, 4.5, 1.5})};
    const auto live = liveScene(scene, {}, {tone(500.0, 96000, 1.0F)});
    LiveEngine moved, resting, there;
    for (auto* engine : {&moved, &resting, &there}) {
        engine->setScene(live);
        engine->play();
    }
    const Vec3 goal{3.4, 4.0, 1.5};
    there.setSource(0, at(goal));
    for (auto* engine : {&moved, &resting, &there})
        (void)play(*engine, 24064, block);
    moved.setSource(0, at(goal));
    std::size_t heard = 0, arrived = 0;
    for (std::size_t n = 0; n < 9600 && arrived == 0; n += block) {
        const auto a = play(moved, block, block), b = play(resting, block, block), c = play(there, block, block);
        double change = 0.0, rest = 0.0, wanted = 0.0;
        for (std::size_t i = 0; i < a.all().size(); ++i) {
            change += std::abs(static_cast<double>(a.all()[i]) - b.all()[i]);
            rest += std::pow(static_cast<double>(a.all()[i]) - c.all()[i], 2);
            wanted += std::pow(static_cast<double>(c.all()[i]), 2);
        }
        if (heard == 0 && change > 0.0)
            heard = n + block;
        if (rest < 1e-4 * wanted)
            arrived = n + block;
    }
    QCOMPARE(heard, block); // in the very next block
    QVERIFY2(arrived > 0 && static_cast<double>(arrived) / LiveRate::hz <= limitS,
             qPrintable(QStringLiteral("arrived after %1 samples").arg(arrived)));
}

void LiveEngineTest::jumpsSeeksAndScenesDoNotClick()
{
    // A tone of 200 Hz has steps of 2 pi 200 / 48000 of its level; a click would be a step of about the level itself.
    auto scene = emptyRoom(true);
    scene.sources = {plainSource({3.8, 2.5, 1.5})};
    scene.sources[0].loop = true;
    scene.durationS = 20.0;
    const auto live = liveScene(scene, {}, {tone(200.0, 48000, 10.0F)});
    LiveEngine engine;
    engine.setScene(live);
    engine.play();
    const auto resting = play(engine, 24000, 256);
    float level = 0.0F;
    for (const float s : resting.all().subspan(4800))
        level = std::max(level, std::abs(s));
    const double ownStep = largestStep(resting);
    for (int turn = 0; turn < 40; ++turn) {
        switch (turn % 4) {
        case 0: { // to the other side, at the same distance
            auto state = at({turn % 8 == 0 ? 2.2 : 3.8, 2.5, 1.5});
            state.jumps = static_cast<std::uint32_t>(turn + 1);
            engine.setSource(0, state);
            break;
        }
        case 1:
            engine.seek(11111 * turn);
            break;
        case 2:
            engine.setScene(live);
            break;
        default:
            turn % 8 == 3 ? engine.pause() : engine.play();
        }
        const auto part = play(engine, 4000, 256);
        const double step = largestStep(part);
        QVERIFY2(step < 3.0 * ownStep && step < 0.15 * static_cast<double>(level),
                 qPrintable(
                     QStringLiteral("turn %1: step %2, own %3, level %4").arg(turn).arg(step).arg(ownStep).arg(level)));
    }
}

void LiveEngineTest::hammeringFromAnotherThreadGivesNoNanAndNoClick()
{
    auto scene = emptyRoom(false);
    scene.durationS = 3.0;
    std::vector<std::vector<float>> sounds;
    for (int i = 0; i < 4; ++i) {
        scene.sources.push_back(plainSource({1.0 + i, 2.0, 1.5}));
        scene.sources.back().loop = true;
        sounds.push_back(tone(150.0 + 20.0 * i, 48000, 1.0F));
    }
    const auto live = liveScene(scene, {.reflectionOrder = 2}, sounds);
    LiveEngine engine;
    engine.setScene(live);
    engine.setLoop(true);
    engine.play();
    std::atomic<bool> stop{false};
    std::thread hand([&] {
        RandomStream random(7, "hammer");
        std::vector<LiveSourceState> states(4);
        LiveListenerState listener;
        while (!stop) {
            const auto i = random.below(4);
            auto& state = states[i];
            state.pose.positionM = {random.uniform(-1.0, 8.0), random.uniform(-1.0, 6.0), random.uniform(0.0, 3.0)};
            state.gain = static_cast<float>(random.uniform());
            state.muted = random.chance(0.2);
            state.solo = random.chance(0.1);
            state.jumps += random.chance(0.3) ? 1 : 0;
            engine.setSource(i, state);
            listener.pose = {{random.uniform(1.0, 5.0), random.uniform(1.0, 4.0), 1.5},
                             {random.uniform(-180.0, 180.0), 0.0, 0.0}};
            if (random.chance(0.3))
                engine.setListener(listener);
            if (random.chance(0.02))
                engine.seek(static_cast<std::int64_t>(random.below(144000)));
            if (random.chance(0.01))
                engine.setScene(live, states);
            if (random.chance(0.01))
                random.chance(0.5) ? engine.pause() : engine.play();
            std::this_thread::sleep_for(std::chrono::microseconds(300));
        }
    });
    AudioBuffer audio = play(engine, 5 * 48000, 256);
    stop = true;
    hand.join();
    for (const float s : audio.all())
        QVERIFY(std::isfinite(s));
    QVERIFY(power(audio.all()) > 0.0);
    // A source comes as near as 0.1 m, where a gain of 1 plays at 1 / (0.4 pi); flights shift tones up. A click of full
    // level would be a step of several times this.
    constexpr double nearestLevel = 1.0 / (4.0 * std::numbers::pi * 0.1);
    constexpr double sources = 4.0, headGain = 2.0,
                     stepOfToneAtDoublePitch = 2.0 * 2.0 * std::numbers::pi * 210.0 / LiveRate::hz;
    QVERIFY2(largestStep(audio) < sources * headGain * nearestLevel * (stepOfToneAtDoublePitch + 0.02),
             qPrintable(QStringLiteral("step %1").arg(largestStep(audio))));
}

void LiveEngineTest::muteSoloAndGainActOnTheirSource()
{
    auto scene = emptyRoom(true);
    scene.sources = {plainSource({4.0, 3.5, 1.5}), plainSource({2.0, 1.5, 1.5})};
    const auto live = liveScene(scene, {}, {tone(500.0, 96000, 1.0F), tone(1500.0, 96000, 1.0F)});
    const auto levels = [&](const LiveSourceState& a, const LiveSourceState& b) {
        LiveEngine engine;
        const std::array states{a, b};
        engine.setScene(live, states);
        engine.play();
        const auto audio = play(engine, 48000, 256);
        const auto at = [&](double hz) {
            std::complex<double> sum;
            for (std::size_t n = 24000; n < 48000; ++n)
                sum += static_cast<double>(audio.channel(0)[n]) *
                       std::polar(1.0, -2.0 * std::numbers::pi * hz * static_cast<double>(n) / LiveRate::hz);
            return std::abs(sum);
        };
        return std::array{at(500.0), at(1500.0)};
    };
    const auto a = at(scene.sources[0].positionM), b = at(scene.sources[1].positionM);
    const auto both = levels(a, b);
    auto muted = a;
    muted.muted = true;
    const auto without = levels(muted, b);
    QVERIFY(without[0] < 1e-3 * both[0] && std::abs(without[1] / both[1] - 1.0) < 1e-3);
    auto solo = a;
    solo.solo = true;
    const auto alone = levels(solo, b);
    QVERIFY(alone[1] < 1e-3 * both[1] && std::abs(alone[0] / both[0] - 1.0) < 1e-3);
    auto half = b;
    half.gain = 0.5F;
    const auto softer = levels(a, half);
    QVERIFY(std::abs(softer[1] / both[1] - 0.5) < 1e-3);
}

void LiveEngineTest::loopsJoinWithoutAGap()
{
    // Whole periods per scene and a source that sounds all the time: looped, the tone goes on as if nothing had
    // happened.
    auto scene = emptyRoom(true);
    scene.sources = {plainSource({4.0, 3.5, 1.5})};
    scene.durationS = 0.5003125; // 24015 samples, no multiple of the quantum
    auto sound = std::vector<float>(24015, 1.0F);
    LiveEngine engine;
    engine.setScene(liveScene(scene, {}, {sound}));
    engine.setLoop(true);
    engine.play();
    const auto audio = play(engine, 96000, 256);
    QVERIFY(!engine.ended());
    // A constant has only the fades of the scene's edges (5 ms each), never silence longer than that.
    std::size_t silent = 0, longest = 0;
    for (std::size_t n = 4800; n < audio.frames(); ++n) {
        silent = std::abs(audio.channel(0)[n]) < 1e-4F ? silent + 1 : 0;
        longest = std::max(longest, silent);
    }
    QVERIFY2(longest < 48, qPrintable(QStringLiteral("%1 silent samples").arg(longest)));
}

void LiveEngineTest::theTransportPausesSeeksAndEnds()
{
    auto scene = emptyRoom(true);
    scene.sources = {plainSource({4.0, 3.5, 1.5})};
    scene.durationS = 1.0;
    LiveEngine engine;
    QCOMPARE(power(play(engine, 1024, 256).all()), 0.0); // nothing set: silence
    engine.setScene(liveScene(scene, {}, {tone(500.0, 48000, 1.0F)}));
    QCOMPARE(power(play(engine, 1024, 256).all()), 0.0);
    QCOMPARE(engine.position(), std::int64_t{0});
    engine.play();
    (void)play(engine, 12800, 256);
    QCOMPARE(engine.position(), std::int64_t{12800});
    QVERIFY(engine.rms()[0] > 0.0F);
    engine.pause();
    (void)play(engine, 2560, 256);
    QCOMPARE(power(play(engine, 2560, 256).all()), 0.0);
    const auto rest = engine.position();
    (void)play(engine, 2560, 256);
    QCOMPARE(engine.position(), rest);
    (void)engine.takePeaks();
    (void)play(engine, 256, 256);
    QCOMPARE(engine.takePeaks()[0], 0.0F);
    engine.seek(40000);
    engine.play();
    (void)play(engine, 2560, 256);
    QCOMPARE(engine.position(), std::int64_t{42560});
    (void)play(engine, 9600, 256);
    QVERIFY(engine.ended());
    QCOMPARE(engine.position(), std::int64_t{48000});
    engine.play(); // again from the start
    (void)play(engine, 2560, 256);
    QVERIFY(!engine.ended());
    QCOMPARE(engine.position(), std::int64_t{2560});
}

void LiveEngineTest::trajectoriesPlay()
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

void LiveEngineTest::limiterKeepsPeaksBelowItsCeiling()
{
    constexpr float ceiling = 0.892F;
    auto scene = emptyRoom(true);
    scene.sources = {plainSource({3.3, 2.5, 1.5})};
    LiveEngine engine;
    engine.setScene(liveScene(scene, {}, {tone(500.0, 96000, 20.0F)}));
    engine.play();
    (void)play(engine, 9600, 256);
    QVERIFY(engine.takePeaks()[0] > 1.0F); // off: it is told, not hidden
    engine.setLimiter(true);
    (void)play(engine, 512, 256);
    (void)engine.takePeaks();
    const auto limited = play(engine, 9600, 256);
    for (const float s : limited.all())
        QVERIFY(std::abs(s) <= ceiling);
    QVERIFY(engine.takePeaks()[0] > 0.5F);
}

void LiveEngineTest::aMissingSoundIsNamedAndLeftOut()
{
    auto scene = emptyRoom(true);
    scene.sources = {plainSource({4.0, 3.5, 1.5})};
    scene.sources[0].sound = {"no-such-file.wav", "", 0};
    LiveSceneInputs inputs;
    inputs.head = sharedHead();
    inputs.sceneFolder = "/tmp";
    const auto live = prepareLiveScene(scene, {}, inputs);
    QCOMPARE(live->problems.size(), std::size_t{1});
    QVERIFY(live->problems[0].find("no-such-file.wav") != std::string::npos);
    LiveEngine engine;
    engine.setScene(live);
    engine.play();
    QCOMPARE(power(play(engine, 4800, 256).all()), 0.0);
}

void LiveEngineTest::optionsOutOfRangeAreRefused()
{
    const auto scene = emptyRoom(true);
    LiveSceneInputs inputs;
    inputs.head = sharedHead();
    for (const LiveOptions& options :
         {LiveOptions{.reflectionOrder = 4}, LiveOptions{.glideS = std::nan("")}, LiveOptions{.jumpDistanceM = 0.0},
          LiveOptions{.tailStartS = 0.0}, LiveOptions{.tailMaximumS = 100.0}}) {
        ErrorKind kind = ErrorKind::Internal;
        QVERIFY(!errorOf([&] { (void)prepareLiveScene(scene, options, inputs); }, &kind).empty());
        QCOMPARE(kind, ErrorKind::Usage);
    }
    inputs.head = defaultHead(44100.0);
    QVERIFY(errorOf([&] { (void)prepareLiveScene(scene, {}, inputs); }).find("48 kHz") != std::string::npos);
}

void LiveEngineTest::theFileBackendWritesWhatIsHeard()
{
    const QTemporaryDir folder;
    auto scene = emptyRoom(true);
    scene.sources = {plainSource({4.0, 3.5, 1.5})};
    const auto live = liveScene(scene, {}, {tone(500.0, 48000, 1.0F)});
    LiveEngine engine;
    engine.setScene(live);
    engine.play();
    FileAudioBackend backend(scratch(folder, "live.wav"), 10'000);
    QVERIFY(backend.start(engine));
    const auto written = readAudio(scratch(folder, "live.wav"));
    LiveEngine second;
    second.setScene(live);
    second.play();
    const auto played = play(second, 10'000, 100);
    QCOMPARE(written.frames(), played.frames());
    QVERIFY(std::equal(written.all().begin(), written.all().end(), played.all().begin()));
    FileAudioBackend nowhere("/no/such/folder/live.wav", 256);
    QVERIFY(!nowhere.start(engine));
    QVERIFY(!nowhere.problem().empty());
}

void LiveEngineTest::playingGoesOnWhenADeviceIsLost()
{
    auto scene = emptyRoom(true);
    scene.sources = {plainSource({4.0, 3.5, 1.5})};
    scene.durationS = 60.0;
    LiveEngine engine;
    engine.setScene(liveScene(scene, {}, {tone(500.0, 48000, 1.0F)}));
    engine.play();
    NullAudioBackend device;
    std::atomic<int> lost{0};
    QVERIFY(device.start(engine, [&] { ++lost; }));
    QTRY_VERIFY(engine.position() > 0);
    device.lose();
    QTRY_COMPARE(lost.load(), 1);
    device.stop();
    const auto rest = engine.position();
    NullAudioBackend other;
    QVERIFY(other.start(engine));
    QTRY_VERIFY(engine.position() > rest + 4800);
    other.stop();
    QCOMPARE(lost.load(), 1);
}

QTEST_APPLESS_MAIN(LiveEngineTest)
#include "LiveEngineTest.moc"
