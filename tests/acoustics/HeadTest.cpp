// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/ArrivalTimes.h"
#include "core/acoustics/NearField.h"
#include "core/acoustics/Renderer.h"
#include "core/acoustics/Response.h"
#include "core/acoustics/RigidSphere.h"
#include "core/acoustics/SphereTriangulation.h"
#include "core/support/AtomicFile.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/acoustics/HeadFixture.h"

#include <numbers>

using namespace binaurium;

namespace {

constexpr double woodworthToleranceUs = 25.0;
constexpr double speed = 343.2;

double itdUs(const Head& head, double azimuthDeg, double elevationDeg = 0.0)
{
    const auto blend = head.blend(unitVector({azimuthDeg, elevationDeg}));
    return (blend.delaySamples[1] - blend.delaySamples[0]) / head.rateHz() * 1e6; // positive: the left ear leads
}

// Woodworth and Schlosberg 1954: a / c (sin t + t) for a distant source.
double woodworthUs(double radiusM, double azimuthDeg)
{
    const double t = radians(azimuthDeg);
    return radiusM / speed * (std::sin(t) + t) * 1e6;
}

Scene freeFieldScene(double azimuthDeg)
{
    Scene scene;
    scene.room.anechoic = true;
    scene.room.sizeM = {10, 10, 4};
    scene.listener.positionM = {5, 5, 1.5};
    scene.durationS = 1.0;
    Source source;
    source.name = "noise";
    source.sound.generator = "noise";
    source.positionM = scene.listener.positionM + 2.0 * unitVector({azimuthDeg, 0.0});
    scene.sources.push_back(source);
    return scene;
}

double rms(std::span<const float> x)
{
    double sum = 0.0;
    for (const float v : x)
        sum += static_cast<double>(v) * static_cast<double>(v);
    return std::sqrt(sum / static_cast<double>(x.size()));
}

} // namespace

class HeadTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void triangleWeightsGiveTheDirectionBack();
    void itdFollowsWoodworthInTheHorizontalPlane();
    void everyMeasuredHeadHasASmoothItdOnTheRightSide();
    void arrivalTimesFindKnownDelaysBehindNoise();
    void nearEarIsLouderAndLevelIsThatOfFreeField();
    void frequencyScaleShortensTheDelays();
    void nearSourcesFollowTheRigidSphere();
    void nothingJumpsAtOneMetre();
    void itdScaleChangesTheDelaysAlone();
    void blendedHeadsLieBetweenTheirParts();
    void microphonesColourEachEarAndAddTheirOwnNoise();
    void samplesDoNotDependOnTheNumberOfThreads();
    void anotherSeedChangesTheTailOnly();
    void damagedHeadFilesAreRefused();
};

void HeadTest::triangleWeightsGiveTheDirectionBack()
{
    RandomStream random(1, "sphere");
    std::vector<Vec3> points;
    for (int i = 0; i < 200; ++i) {
        const Vec3 v{random.normal(), random.normal(), random.normal()};
        points.push_back((1.0 / length(v)) * v);
    }
    const SphereTriangulation sphere(points);
    QCOMPARE(sphere.triangleCount(), std::size_t{2 * 200 - 4}); // Euler, all points on the hull
    double area = 0.0;
    for (const double a : sphere.areaWeights())
        area += a;
    QVERIFY(std::abs(area - 1.0) < 1e-9);
    for (int i = 0; i < 2000; ++i) {
        Vec3 v{random.normal(), random.normal(), random.normal()};
        v = (1.0 / length(v)) * v;
        const auto weights = sphere.locate(v);
        Vec3 sum;
        double total = 0.0;
        for (std::size_t k = 0; k < 3; ++k) {
            QVERIFY(weights.weight[k] >= 0.0F);
            sum = sum + static_cast<double>(weights.weight[k]) * points[static_cast<std::size_t>(weights.index[k])];
            total += static_cast<double>(weights.weight[k]);
        }
        QVERIFY(std::abs(total - 1.0) < 1e-5);
        QVERIFY(length((1.0 / length(sum)) * sum - v) < 1e-5); // the same direction, inside the chord
    }
}

void HeadTest::itdFollowsWoodworthInTheHorizontalPlane()
{
    const auto head = test::defaultHead();
    double best = 1e9, bestRadius = 0.0;
    for (double radius = 0.080; radius <= 0.100; radius += 0.0005) { // heads of people: 8 to 10 cm
        double square = 0.0;
        int count = 0;
        for (int azimuth = -90; azimuth <= 90; azimuth += 5, ++count)
            square += std::pow(itdUs(*head, azimuth) - woodworthUs(radius, azimuth), 2);
        const double error = std::sqrt(square / count);
        if (error < best) {
            best = error;
            bestRadius = radius;
        }
    }
    qInfo("ITD against Woodworth: rms %.1f us at a radius of %.1f mm", best, bestRadius * 1e3);
    QVERIFY(best < woodworthToleranceUs);
}

void HeadTest::everyMeasuredHeadHasASmoothItdOnTheRightSide()
{
    // A jump of a single response would show as a second difference over 10 degrees; the largest of 38 heads is 107 us
    // (a subject who sat turned), a threshold on single responses gives up to 350 us.
    constexpr double secondDifferenceUs = 120.0;
    const std::filesystem::path shared = test::sourceFile("../shared/hrtf");
    int count = 0;
    for (const auto& entry : readHeadCatalogue()) {
        const auto file = findHeadFile(entry, {shared, shared / "cipic"});
        if (file.empty())
            continue;
        const Head head(readSofaHead(file), {});
        const auto where = [&](double azimuth, double elevation) {
            return QStringLiteral("%1 at %2, %3: %4 us")
                .arg(QString::fromStdString(entry.id))
                .arg(azimuth)
                .arg(elevation)
                .arg(itdUs(head, azimuth, elevation));
        };
        for (const double side : {1.0, -1.0})
            for (const double azimuth : {30.0, 60.0, 90.0, 120.0, 150.0}) {
                const double lead = side * itdUs(head, side * azimuth);
                QVERIFY2(lead > 80.0 && lead < 950.0, qPrintable(where(side * azimuth, 0)));
            }
        for (double elevation = -30.0; elevation <= 50.0; elevation += 10.0)
            for (double azimuth = -180.0; azimuth < 180.0; azimuth += 5.0) {
                const double bend = itdUs(head, azimuth, elevation) - 0.5 * (itdUs(head, azimuth - 5.0, elevation) +
                                                                             itdUs(head, azimuth + 5.0, elevation));
                QVERIFY2(std::abs(bend) < secondDifferenceUs, qPrintable(where(azimuth, elevation)));
            }
        ++count;
    }
    if (count < 2)
        qInfo("only %d measured head on this computer", count);
    QVERIFY(count >= 1);
}

void HeadTest::arrivalTimesFindKnownDelaysBehindNoise()
{
    constexpr double timeToleranceSamples = 0.15; // 3 us
    constexpr std::size_t taps = 256;
    constexpr double rate = 48000.0;
    RandomStream random(9, "arrival");
    std::vector<Vec3> directions;
    std::vector<float> responses;
    std::vector<double> truth, none;
    for (int i = 0; i < 400; ++i) { // Fibonacci sphere
        const double z = 1.0 - (2.0 * i + 1.0) / 400.0;
        const double turn = i * std::numbers::pi * (3.0 - std::sqrt(5.0));
        const Vec3 d{std::sqrt(1.0 - z * z) * std::cos(turn), std::sqrt(1.0 - z * z) * std::sin(turn), z};
        directions.push_back(d);
        none.push_back(0.0);
        truth.push_back(60.0 - 12.0 * d.y);      // the left ear of a transparent head of 8.6 cm
        for (std::size_t n = 0; n < taps; ++n) { // a decaying tone of 2 kHz, 20 dB weaker in the shadow, and noise
            const double t = static_cast<double>(n) - truth.back();
            const double gain = std::pow(10.0, 0.5 * (d.y - 1.0));
            const double onset = 1.0 / (1.0 + std::exp(-2.0 * t));
            responses.push_back(static_cast<float>(gain * onset * std::exp(-std::max(t, 0.0) / 10.0) *
                                                       std::cos(2.0 * std::numbers::pi * 2000.0 * t / rate) +
                                                   0.01 * random.normal()));
        }
    }
    const auto times = arrivalSamples(responses, taps, rate, none, directions, SphereTriangulation(directions).edges());
    double offset = 0.0;
    for (std::size_t i = 0; i < times.size(); ++i)
        offset += (times[i] - truth[i]) / static_cast<double>(times.size());
    QVERIFY2(std::abs(offset) < 8.0, qPrintable(QString::number(offset))); // the low-pass reaches ahead; common to all
    double square = 0.0;
    for (std::size_t i = 0; i < times.size(); ++i)
        square += std::pow(times[i] - truth[i] - offset, 2) / static_cast<double>(times.size());
    QVERIFY2(std::sqrt(square) < timeToleranceSamples, qPrintable(QString::number(std::sqrt(square))));
}

void HeadTest::nearEarIsLouderAndLevelIsThatOfFreeField()
{
    RenderOptions options;
    const auto left = renderScene(freeFieldScene(90.0), options).audio;
    const auto right = renderScene(freeFieldScene(-90.0), options).audio;
    const double ild = 20.0 * std::log10(rms(left.channel(0)) / rms(left.channel(1)));
    const double mirrored = 20.0 * std::log10(rms(right.channel(1)) / rms(right.channel(0)));
    qInfo("ILD of noise at +-90 degrees: %.1f and %.1f dB", ild, mirrored);
    QVERIFY(ild > 6.0 && ild < 25.0);
    QVERIFY(std::abs(ild - mirrored) < 2.0); // KEMAR is nearly symmetric
    options.format = OutputFormat::Mono;
    const double mono = rms(renderScene(freeFieldScene(90.0), options).audio.channel(0));
    const double both = std::sqrt((std::pow(rms(left.channel(0)), 2) + std::pow(rms(left.channel(1)), 2)) / 2.0);
    QVERIFY(std::abs(20.0 * std::log10(both / mono)) < 6.0); // diffuse-field level 1; one direction scatters around it
}

void HeadTest::nearSourcesFollowTheRigidSphere()
{
    // The table against the series at the band centres; the sphere's ITD and ILD grow towards the head as published:
    // Duda and Martens (1998) give some 20 dB of ILD at low frequencies for a source at 100 degrees and 1.25 radii.
    constexpr double tableToleranceDb = 0.6; // octave means against single frequencies, in the shadow
    const auto exactDb = [](double hz, double distanceM, double cosine) {
        const double ka = 2.0 * std::numbers::pi * hz / 343.0 * nearField::sphereRadiusM;
        const auto at = [&](double r) { return std::abs(pressureOnSphere(ka, r / nearField::sphereRadiusM, cosine)); };
        return 20.0 * std::log10(at(distanceM) / at(nearField::farthestM));
    };
    double worst = 0.0;
    for (const double distance : {0.12, 0.2, 0.35, 0.7})
        for (double cosine = -0.95; cosine <= 1.0; cosine += 0.15)
            for (std::size_t b = 1; b <= 6; ++b) // to 4 kHz
                worst =
                    std::max(worst, std::abs(exactDb(filterBandHz[b], distance, cosine) -
                                             static_cast<double>(nearField::logGains(distance, cosine)[b]) * 8.686));
    qInfo("near field: table against series, largest difference %.2f dB", worst);
    QVERIFY(worst < tableToleranceDb);
    const double ild =
        static_cast<double>(nearField::logGains(0.11, 1.0)[1] - nearField::logGains(0.11, -1.0)[1]) * 8.686;
    QVERIFY2(ild > 14.0 && ild < 26.0, qPrintable(QString::number(ild)));
    QVERIFY(nearField::detourM(0.2, 0.0, 0.0875) > 0.0); // in front: both ears lie farther than the centre
    const double itdGrowth = nearField::detourM(0.2, -1.0, 0.0875) - nearField::detourM(0.2, 1.0, 0.0875);
    QVERIFY(itdGrowth > 0.0 && itdGrowth < 0.06);
}

void HeadTest::nothingJumpsAtOneMetre()
{
    constexpr double jumpDb = 0.1;
    Room plain;
    plain.anechoic = true;
    const RoomAcoustics room(plain);
    const auto head = test::defaultHead();
    for (const double azimuth : {0.0, 45.0, 90.0, -120.0}) {
        std::array<std::array<double, 2>, 2> level{};
        for (std::size_t i = 0; i < 2; ++i) {
            Source source;
            Listener listener;
            source.positionM = listener.positionM + (i == 0 ? 0.9999 : 1.0001) * unitVector({azimuth, 10.0});
            const auto audio = renderResponse(room, source, listener, head.get(), 2, {}).audio;
            for (std::size_t ear = 0; ear < 2; ++ear)
                level[i][ear] = 20.0 * std::log10(rms(audio.channel(ear)));
        }
        for (std::size_t ear = 0; ear < 2; ++ear)
            QVERIFY(std::abs(level[0][ear] - level[1][ear]) < jumpDb);
    }
}

void HeadTest::frequencyScaleShortensTheDelays()
{
    HeadOptions options;
    options.frequencyScale = 1.25;
    const auto small = Head::load(defaultHeadFile(), options);
    QVERIFY(std::abs(itdUs(*small, 70.0) * 1.25 / itdUs(*test::defaultHead(), 70.0) - 1.0) < 0.02);
}

void HeadTest::itdScaleChangesTheDelaysAlone()
{
    HeadOptions options;
    options.itdScale = 1.2;
    const auto wide = Head::load(defaultHeadFile(), options);
    const auto plain = test::defaultHead();
    const Vec3 direction = unitVector({70.0, 10.0});
    const double ratio = itdUs(*wide, 70.0, 10.0) / itdUs(*plain, 70.0, 10.0);
    QVERIFY2(std::abs(ratio - 1.2) < 1e-9, qPrintable(QString::number(ratio)));
    FftVector<Complex> a(plain->fftSize() / 2 + 1), b(a.size());
    plain->spectrum(plain->blend(direction), 0, a);
    wide->spectrum(wide->blend(direction), 0, b);
    QVERIFY(std::equal(a.begin(), a.end(), b.begin()));
}

// Along a measured direction of the first head: log magnitude and delay are the weighted means of both heads.
void HeadTest::blendedHeadsLieBetweenTheirParts()
{
    constexpr double logTolerance = 0.02; // both heads are levelled once more after blending, by a constant
    const auto other = test::sourceFile("../shared/hrtf/cipic_003.sofa");
    if (!std::filesystem::exists(other))
        QSKIP("the measured heads are not here");
    const auto a = test::defaultHead();
    const auto b = Head::load(other, {});
    HeadOptions options;
    options.blendWith = other;
    options.blendShare = 0.3;
    const auto mixed = Head::load(defaultHeadFile(), options);
    std::array<FftVector<Complex>, 3> spectra;
    std::vector<double> off; // of the log magnitude from the weighted mean
    for (const double azimuth : {-60.0, 0.0, 30.0, 90.0}) {
        const Vec3 direction = unitVector({azimuth, 0.0}); // measured by the first head
        const std::array<const Head*, 3> heads{a.get(), b.get(), mixed.get()};
        std::array<double, 3> itd{};
        for (std::size_t h = 0; h < 3; ++h) {
            spectra[h].resize(heads[h]->fftSize() / 2 + 1);
            heads[h]->spectrum(heads[h]->blend(direction), 0, spectra[h]);
            itd[h] = itdUs(*heads[h], azimuth);
        }
        QVERIFY(std::abs(itd[2] - (0.7 * itd[0] + 0.3 * itd[1])) < 0.1);
        for (std::size_t k = 8; k < 60; ++k)
            off.push_back(std::log(std::abs(spectra[2][k])) - 0.7 * std::log(std::abs(spectra[0][k])) -
                          0.3 * std::log(std::abs(spectra[1][k])));
    }
    const auto [low, high] = std::minmax_element(off.begin(), off.end());
    QVERIFY2(*high - *low < logTolerance, qPrintable(QString::number(*high - *low)));
}

void HeadTest::microphonesColourEachEarAndAddTheirOwnNoise()
{
    constexpr double bandToleranceDb = 0.5;  // an octave of noise against the gain at its centre
    constexpr double noiseToleranceDb = 0.2; // rms of 48,000 samples
    auto scene = freeFieldScene(20.0);
    const auto plain = renderScene(scene, {}).audio;
    scene.microphones.equaliserDb[0].fill(-6.0);
    scene.microphones.equaliserDb[1].fill(3.0);
    const auto coloured = renderScene(scene, {}).audio;
    const std::array<double, 2> gainDb{-6.0, 3.0};
    for (std::size_t ear = 0; ear < 2; ++ear) {
        const double db = 20.0 * std::log10(rms(coloured.channel(ear)) / rms(plain.channel(ear)));
        QVERIFY2(std::abs(db - gainDb[ear]) < bandToleranceDb, qPrintable(QString::number(db)));
    }
    scene.microphones = {};
    scene.microphones.selfNoiseDb = -50.0;
    const auto noisy = renderScene(scene, {}).audio;
    std::array<std::vector<float>, 2> noise;
    for (std::size_t ear = 0; ear < 2; ++ear) {
        for (std::size_t n = 0; n < noisy.frames(); ++n)
            noise[ear].push_back(noisy.channel(ear)[n] - plain.channel(ear)[n]);
        QVERIFY(std::abs(20.0 * std::log10(rms(noise[ear])) + 50.0) < noiseToleranceDb);
    }
    double product = 0.0;
    for (std::size_t n = 0; n < noise[0].size(); ++n)
        product += static_cast<double>(noise[0][n]) * noise[1][n];
    const double correlation = product / static_cast<double>(noise[0].size()) / rms(noise[0]) / rms(noise[1]);
    QVERIFY(std::abs(correlation) < 0.02); // independent; standard deviation 1 / sqrt(48,000)
}

void HeadTest::samplesDoNotDependOnTheNumberOfThreads()
{
    auto scene = freeFieldScene(40.0);
    scene.room.anechoic = false;
    scene.noise.levelDb = -50.0;
    scene.sources.push_back(scene.sources[0]);
    scene.sources[1].name = "second";
    scene.sources[1].positionM = {2, 3, 1};
    RenderOptions one, four;
    one.threads = 1;
    four.threads = 4;
    const auto a = renderScene(scene, one).audio;
    const auto b = renderScene(scene, four).audio;
    QVERIFY(std::equal(a.all().begin(), a.all().end(), b.all().begin(), b.all().end()));
    const auto again = renderScene(scene, one).audio;
    QVERIFY(std::equal(a.all().begin(), a.all().end(), again.all().begin()));
}

void HeadTest::anotherSeedChangesTheTailOnly()
{
    Room room; // whose walls scatter nothing
    for (auto& wall : room.walls) {
        wall.material = "custom";
        wall.absorption.fill(0.2);
    }
    const RoomAcoustics acoustics(room);
    Source source;
    source.positionM = {1, 1, 1};
    Listener listener;
    ResponseOptions options;
    const auto head = test::defaultHead();
    const auto a = renderResponse(acoustics, source, listener, head.get(), 2, options).audio;
    options.seed = 2;
    const auto b = renderResponse(acoustics, source, listener, head.get(), 2, options).audio;
    const auto early = static_cast<std::size_t>((acoustics.mixingTimeS() - 0.008) * 48000.0);
    QVERIFY(std::equal(a.channel(0).begin(), a.channel(0).begin() + static_cast<std::ptrdiff_t>(early),
                       b.channel(0).begin()));
    QVERIFY(!std::equal(a.channel(0).begin(), a.channel(0).end(), b.channel(0).begin(), b.channel(0).end()));
}

void HeadTest::damagedHeadFilesAreRefused()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "bad.sofa");
    ErrorKind kind{};
    QVERIFY(!test::errorOf([&] { (void)readSofaHead(path); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::Missing);
    const auto good = readFile(defaultHeadFile());
    for (const std::string& bytes :
         {std::string(), std::string("no head"), good.substr(0, 100), good.substr(0, good.size() / 2)}) {
        test::writeBytes(path, bytes);
        const auto error = test::errorOf([&] { (void)readSofaHead(path); }, &kind);
        QVERIFY2(error.find("bad.sofa") != std::string::npos, error.c_str());
        QCOMPARE(kind, ErrorKind::BadInput);
    }
}

QTEST_GUILESS_MAIN(HeadTest)
#include "HeadTest.moc"
