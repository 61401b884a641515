// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/MovingPaths.h"
#include "core/acoustics/MovingSource.h"
#include "core/acoustics/Renderer.h"
#include "core/audio/Convolver.h"
#include "core/audio/Fft.h"
#include "core/support/Error.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/acoustics/HeadFixture.h"
#include "tests/acoustics/MovingTone.h"

#include <numbers>

using namespace binaurium;

using namespace binaurium::test;

class MovementTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void tonesOnCirclesHaveNoLinesOutsideTheirBand_data();
    void tonesOnCirclesHaveNoLinesOutsideTheirBand();
    void whatDoesNotMoveSoundsAsAtRest_data();
    void whatDoesNotMoveSoundsAsAtRest();
    void approachingSourcesAreShiftedByDoppler();
    void nothingComesBeforeTheDirectSound();
    void everyFrameHasADirectToReverberantRatio();
    void tooManyMovingImagesAreRefused();
    void labelsFollowTheMotion();
    void movingScenesDoNotDependOnTheNumberOfThreads();
    void whatIsSilentOrFadedOutIsLeftOutWithoutATrace();
};

void MovementTest::tonesOnCirclesHaveNoLinesOutsideTheirBand_data()
{
    QTest::addColumn<double>("turnsPerS");
    QTest::addColumn<bool>("headTurns");
    QTest::newRow("source, 0.1 turns/s") << 0.1 << false;
    QTest::newRow("source, 1 turn/s") << 1.0 << false;
    QTest::newRow("head, 0.1 turns/s") << 0.1 << true;
    QTest::newRow("head, 1 turn/s") << 1.0 << true;
}

void MovementTest::tonesOnCirclesHaveNoLinesOutsideTheirBand()
{
    constexpr double largestLineDb = -60.0;
    constexpr double earRadiusM = 0.0875;
    QFETCH(double, turnsPerS);
    QFETCH(bool, headTurns);
    const double seconds = turnsPerS < 0.5 ? 30.0 : 8.0;
    const RoomAcoustics room(anechoicRoom());
    Source source;
    Listener listener;
    source.positionM = {7, 5, 5};
    listener.positionM = {5, 5, 5};
    if (headTurns)
        listener.trajectory = spinning(turnsPerS, seconds);
    else
        source.trajectory = circle(2.0, turnsPerS, seconds);
    ResponseOptions options;
    const auto head = test::defaultHead();
    const auto sound = renderMovingSource(room, source, listener, head.get(), 2, options, tone(seconds), frameS).audio;
    // Doppler shift of an ear that moves towards the source with at most the speed of its circle; the window's main
    // lobe is four bins wide.
    const double doppler = toneHz * 2.0 * std::numbers::pi * turnsPerS * earRadiusM / room.speedOfSoundMPerS();
    const double band = doppler + 16.0 * turnsPerS + 4.0 / seconds;
    for (std::size_t ear = 0; ear < 2; ++ear) {
        const auto x = sound.channel(ear).subspan(4800); // after the onset
        const double db = largestLineOutsideDb(x, band);
        qInfo("ear %zu: largest line outside %.2f Hz around the tone: %.1f dB", ear, band, db);
        QVERIFY2(db < largestLineDb, qPrintable(QString::number(db)));
    }
}

void MovementTest::whatDoesNotMoveSoundsAsAtRest_data()
{
    QTest::addColumn<int>("channels");
    QTest::newRow("binaural") << 2;
    QTest::newRow("FOA") << 4;
}

void MovementTest::whatDoesNotMoveSoundsAsAtRest()
{
    // A path that stays where it is, in a room: delay kernel and block convolution against one response.
    constexpr double differenceDb = -60.0;
    QFETCH(int, channels);
    Room plain;
    for (auto& wall : plain.walls) {
        wall.material = "custom";
        wall.absorption = {0.1, 0.1, 0.15, 0.2, 0.25, 0.3, 0.3};
        wall.scattering.fill(0.2);
    }
    const RoomAcoustics room(plain);
    Source source;
    source.positionM = {1, 1, 1};
    Listener listener;
    RandomStream random(1, "rest");
    std::vector<float> dry(48000);
    for (std::size_t n = 1; n < dry.size(); ++n) // falling towards 24 kHz, where the delay kernels fall as well
        dry[n] = static_cast<float>(0.8 * dry[n - 1] + random.normal());
    const auto head = channels == 2 ? test::defaultHead() : nullptr;
    const auto count = static_cast<std::size_t>(channels);
    const auto response = renderResponse(room, source, listener, head.get(), count, {}).audio;
    source.trajectory.waypoints = {{0.0, source.positionM, {}}, {5.0, source.positionM, {}}};
    const auto moving = renderMovingSource(room, source, listener, head.get(), count, {}, dry, frameS).audio;
    double difference = 0.0, energy = 0.0;
    for (std::size_t c = 0; c < count; ++c) {
        std::vector<float> expected(dry.size());
        convolveInto(dry, response.channel(c), expected);
        for (std::size_t n = 0; n < expected.size(); ++n) {
            difference += std::pow(static_cast<double>(expected[n] - moving.channel(c)[n]), 2);
            energy += static_cast<double>(expected[n]) * static_cast<double>(expected[n]);
        }
    }
    const double db = 10.0 * std::log10(difference / energy);
    qInfo("moving against resting renderer: %.1f dB", db);
    QVERIFY2(db < differenceDb, qPrintable(QString::number(db)));
}

void MovementTest::approachingSourcesAreShiftedByDoppler()
{
    // 5 m/s towards the listener: the tone rises by v / c, measured by the phase over one second.
    constexpr double shiftToleranceHz = 0.01;
    constexpr double speedMPerS = 5.0;
    const RoomAcoustics room(anechoicRoom());
    Source source;
    source.trajectory.waypoints = {{0.0, {9, 5, 5}, {}}, {1.4, {2, 5, 5}, {}}};
    Listener listener;
    listener.positionM = {1, 5, 5};
    const auto x = renderMovingSource(room, source, listener, nullptr, 1, {}, tone(1.4), frameS).audio;
    const auto phase = [&](double atS) {
        std::complex<double> sum;
        for (std::size_t n = 0; n < 4800; ++n) {
            const double t = atS + static_cast<double>(n) / rateHz;
            const double shifted = toneHz * (1.0 + speedMPerS / room.speedOfSoundMPerS());
            const double window = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) / 4800.0);
            sum += window * static_cast<double>(x.channel(0)[static_cast<std::size_t>(std::lround(atS * rateHz)) + n]) *
                   std::polar(1.0, -2.0 * std::numbers::pi * shifted * t);
        }
        return std::arg(sum);
    };
    const double drift = std::remainder(phase(1.2) - phase(0.2), 2.0 * std::numbers::pi) / (2.0 * std::numbers::pi);
    qInfo("Doppler shift: %.4f Hz off", drift);
    QVERIFY(std::abs(drift) < shiftToleranceHz);
}

namespace {

// A hall whose walls scatter, and a source that stands near for a second and then goes far away.
Room scatteringHall()
{
    Room hall;
    hall.sizeM = {14, 8, 5};
    for (auto& wall : hall.walls) {
        wall.material = "custom";
        wall.absorption.fill(0.1);
        wall.scattering.fill(0.7);
    }
    return hall;
}

Source leaving()
{
    Source source;
    source.trajectory.waypoints = {{0.0, {1.8, 4, 1.5}, {}}, {1.0, {1.8, 4, 1.5}, {}}, {3.0, {12, 4, 1.5}, {}}};
    source.positionM = source.trajectory.waypoints.front().positionM;
    return source;
}

Listener atTheWall()
{
    Listener listener;
    listener.positionM = {1, 4, 1.5};
    return listener;
}

} // namespace

void MovementTest::nothingComesBeforeTheDirectSound()
{
    // A click while the source is far: what arrives before its direct sound is the ring of filters, not the hall.
    constexpr double beforeDb = -45.0;
    constexpr double clickS = 3.5;
    const RoomAcoustics room(scatteringHall());
    std::vector<float> dry(static_cast<std::size_t>(4.0 * rateHz));
    dry[static_cast<std::size_t>(clickS * rateHz)] = 1.0F;
    const auto head = test::defaultHead();
    const auto audio = renderMovingSource(room, leaving(), atTheWall(), head.get(), 2, {}, dry, frameS).audio;
    const double directS = clickS + 11.0 / room.speedOfSoundMPerS();
    const auto energy = [&](double fromS, double toS) {
        double sum = 0.0;
        for (std::size_t c = 0; c < 2; ++c)
            for (auto n = static_cast<std::size_t>(fromS * rateHz); n < static_cast<std::size_t>(toS * rateHz); ++n)
                sum += std::pow(static_cast<double>(audio.channel(c)[n]), 2);
        return sum;
    };
    const double db = 10.0 * std::log10(energy(clickS, directS - 0.0005) / energy(directS - 0.0005, directS + 0.003));
    qInfo("before the direct sound: %.1f dB", db);
    QVERIFY2(db < beforeDb, qPrintable(QString::number(db)));
}

void MovementTest::everyFrameHasADirectToReverberantRatio()
{
    // The last frame is shorter than half.
    const RoomAcoustics room(scatteringHall());
    const std::vector<float> dry(static_cast<std::size_t>(3.03 * rateHz));
    const auto drrDb = renderMovingSource(room, leaving(), atTheWall(), nullptr, 1, {}, dry, frameS).drrDb;
    QCOMPARE(drrDb.size(), std::size_t{31});
    for (const double value : drrDb)
        QVERIFY2(std::isfinite(value), qPrintable(QString::number(value)));
    QVERIFY(drrDb.front() > drrDb.back() + 10.0); // near, then far
}

void MovementTest::tooManyMovingImagesAreRefused()
{
    ResponseOptions options;
    options.mixingTimeS = 1.0;
    const RoomAcoustics room{Room{}};
    Source source;
    source.trajectory.waypoints = {{0.0, {1, 1, 1}, {}}, {1.0, {2, 1, 1}, {}}};
    try {
        (void)renderMovingSource(room, source, {}, nullptr, 1, options, std::vector<float>(48000), frameS);
        QFAIL("rendered");
    } catch (const Error& error) {
        QVERIFY2(std::string(error.what()).find("million image sources") != std::string::npos, error.what());
    }
}

void MovementTest::labelsFollowTheMotion()
{
    Scene scene;
    scene.durationS = 2.0;
    scene.room.sizeM = {10, 10, 10};
    scene.listener.positionM = {5, 5, 5};
    Source source;
    source.name = "noise";
    source.label = "dog";
    source.sound.generator = "noise";
    source.trajectory = circle(2.0, 0.25, scene.durationS);
    source.positionM = source.trajectory.waypoints.front().positionM;
    scene.sources.push_back(source);
    RenderOptions options;
    options.format = OutputFormat::Mono;
    const auto result = renderScene(scene, options);
    const auto& label = result.labels.at(0);
    QCOMPARE(label.positions.size(), std::size_t{20});
    constexpr double azimuthToleranceDeg = 0.05; // the spline against the circle
    for (std::size_t t = 0; t < label.positions.size(); ++t) {
        const double expected = 360.0 * 0.25 * (static_cast<double>(t) + 0.5) * labelFrameS;
        QVERIFY(azimuthDifferenceDeg(label.positionAt(t).direction.azimuthDeg, expected) < azimuthToleranceDeg);
        QVERIFY(std::abs(label.positionAt(t).distanceM - 2.0) < 1e-3);
        QVERIFY(label.drrDbAt(t) > -20.0 && label.drrDbAt(t) < 20.0);
    }
    const auto json = labelsToJson(result.labels, scene);
    QVERIFY(std::abs(json.at("frames")[10].at("sources")[0].at("azimuth_deg").get<double>() - 94.5) <
            azimuthToleranceDeg);
    QCOMPARE(json.at("room").at("rt60_s").size(), octaveBandCount);
    const auto table = labelsToDcase(result.labels, scene, [](const std::string& id) { return id == "dog" ? 3 : -1; });
    QVERIFY2(table.starts_with("0,3,0,5,0,200\n1,3,0,14,0,200\n"), table.c_str()); // 4.5 and 13.5 degrees
}

void MovementTest::movingScenesDoNotDependOnTheNumberOfThreads()
{
    Scene scene;
    scene.durationS = 0.5;
    for (int i = 0; i < 3; ++i) {
        Source source;
        source.name = std::to_string(i);
        source.sound.generator = "noise";
        source.trajectory.waypoints = {{0.0, {1, 1 + 0.5 * i, 1}, {}}, {0.5, {1.5, 1 + 0.5 * i, 1.2}, {}}};
        scene.sources.push_back(source);
    }
    RenderOptions one, eight;
    one.threads = 1;
    eight.threads = 8;
    const auto a = renderScene(scene, one).audio;
    const auto b = renderScene(scene, eight).audio;
    QVERIFY(std::equal(a.all().begin(), a.all().end(), b.all().begin(), b.all().end()));
}

// Silent parts of a sound and images that have faded out are not computed. Rendering is linear: a sound without pauses
// must equal the sum of its pieces, each of which is silent most of the time, while images come and go.
void MovementTest::whatIsSilentOrFadedOutIsLeftOutWithoutATrace()
{
    constexpr double toleranceDb = -120.0; // rounding of sums in another order
    constexpr std::size_t pieces = 5;
    const RoomAcoustics room{Room{}};
    Source source;
    source.trajectory.waypoints = {{0.0, {0.8, 0.8, 1.2}, {}}, {0.5, {4.0, 2.8, 1.2}, {}}};
    source.positionM = {0.8, 0.8, 1.2};
    const Listener listener;
    const auto head = test::defaultHead();
    const MovingPaths paths(room, head.get(), {.fadeStartS = 0.018, .fadeEndS = 0.020, .jitter = {}});
    RandomStream random(1, "pieces", 0);
    std::vector<float> whole(24'000);
    for (float& s : whole)
        s = static_cast<float>(random.uniform(-1.0, 1.0));
    AudioBuffer once(2, whole.size(), head->rateHz()), sum = once;
    (void)paths.render(source, listener, whole, once, 0.1);
    for (std::size_t p = 0; p < pieces; ++p) {
        std::vector<float> piece(whole.size());
        const std::size_t from = p * whole.size() / pieces, to = (p + 1) * whole.size() / pieces;
        std::copy(whole.begin() + static_cast<std::ptrdiff_t>(from), whole.begin() + static_cast<std::ptrdiff_t>(to),
                  piece.begin() + static_cast<std::ptrdiff_t>(from));
        (void)paths.render(source, listener, piece, sum, 0.1);
    }
    double energy = 0.0, error = 0.0;
    for (std::size_t n = 0; n < sum.all().size(); ++n) {
        energy += std::pow(static_cast<double>(once.all()[n]), 2);
        error += std::pow(static_cast<double>(once.all()[n]) - sum.all()[n], 2);
    }
    QVERIFY(energy > 0.0);
    QVERIFY2(10.0 * std::log10(error / energy) < toleranceDb, std::to_string(error / energy).c_str());
}

QTEST_GUILESS_MAIN(MovementTest)
#include "MovementTest.moc"
