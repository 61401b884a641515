// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/AudioBackend.h"
#include "core/audio/AudioFile.h"
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

double largestStep(const AudioBuffer& audio)
{
    double step = 0.0;
    for (std::size_t c = 0; c < audio.channels(); ++c)
        for (std::size_t n = 1; n < audio.frames(); ++n)
            step = std::max(step, std::abs(static_cast<double>(audio.channel(c)[n]) - audio.channel(c)[n - 1]));
    return step;
}

} // namespace

class LiveEngineTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void processAllocatesNothing();
    void aDraggedSourceIsHeardAtOnce();
    void jumpsSeeksAndScenesDoNotClick();
    void hammeringFromAnotherThreadGivesNoNanAndNoClick();
    void muteSoloAndGainActOnTheirSource();
    void loopsJoinWithoutAGap();
    void theTransportPausesSeeksAndEnds();
    void limiterKeepsPeaksBelowItsCeiling();
    void aMissingSoundIsNamedAndLeftOut();
    void optionsOutOfRangeAreRefused();
    void theFileBackendWritesWhatIsHeard();
    void playingGoesOnWhenADeviceIsLost();
};

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
    (void)play(engine, 48000, 256);
    QVERIFY(engine.ended());
    engine.pause();
    (void)play(engine, 256, 256);
    engine.play(); // also after a pause at the end
    (void)play(engine, 2560, 256);
    QCOMPARE(engine.position(), std::int64_t{2560});
    (void)play(engine, 48000, 256);
    engine.seek(24000); // where one goes from the end is kept
    engine.play();
    (void)play(engine, 2560, 256);
    QCOMPARE(engine.position(), std::int64_t{26560});
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
