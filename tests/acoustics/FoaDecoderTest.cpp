// SPDX-License-Identifier: GPL-3.0-or-later
// Decoded ambisonics against the same scene rendered for the ears.
#include "core/acoustics/FoaDecoder.h"
#include "core/acoustics/Renderer.h"
#include "core/audio/AudioFile.h"
#include "core/dataset/ItemAudio.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/acoustics/HeadFixture.h"

#include <algorithm>
#include <cmath>

using namespace binaurium;

class FoaDecoderTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void twinsInFreeFieldSoundAlike();
    void twinsInARoomSoundAlike();
    void magnitudesAreNearerThanByLeastSquaresAlone();
    void leftIsLeft();
    void otherChannelCountsAreRefused();
};

namespace {

constexpr double rateHz = 32000.0;

// White noise of 0.7 s, with fades, so that no band hides behind another.
std::string noiseFile()
{
    static const QTemporaryDir folder;
    const auto path = test::scratch(folder, "noise.wav");
    if (!std::filesystem::exists(path)) {
        AudioBuffer noise(1, 22400, rateHz);
        RandomStream random(1, "noise of the test");
        for (std::size_t n = 0; n < noise.frames(); ++n)
            noise.channel(0)[n] = static_cast<float>(0.1 * random.normal() *
                                                     std::sin(3.14159265 * static_cast<double>(n) / noise.frames()));
        writeAudio(noise, path);
    }
    return path.string();
}

Scene sceneWith(double azimuthDeg, bool anechoic)
{
    Scene scene;
    scene.room.anechoic = anechoic;
    scene.room.wantedRt60S = anechoic ? std::vector<double>{} : std::vector<double>{0.3};
    scene.durationS = 1.0;
    Source source;
    source.name = "noise";
    source.label = "noise";
    source.sound.file = noiseFile();
    source.positionM = scene.listener.positionM + 1.5 * unitVector({azimuthDeg, 0.0});
    scene.sources.push_back(source);
    return scene;
}

struct Twins
{
    AudioFingerprint ears, decoded;
};

const FoaDecoder& magnitude()
{
    static const FoaDecoder decoder(*test::defaultHead(rateHz));
    return decoder;
}

Twins twinsOf(const Scene& scene, const FoaDecoder& decoder)
{
    static const auto head = test::defaultHead(rateHz);
    RenderOptions options;
    options.rateHz = rateHz;
    options.head = head;
    options.allowOutside = true;
    const auto ears = renderScene(scene, options).audio;
    options.format = OutputFormat::Foa;
    const auto decoded = decoder.decode(renderScene(scene, options).audio);
    return {fingerprintOf(ears), fingerprintOf(decoded)};
}

// Largest level difference of either ear in the octaves [first, end).
double levelError(const Twins& t, std::size_t first, std::size_t end)
{
    double worst = 0.0;
    for (std::size_t ear = 0; ear < 2; ++ear)
        for (std::size_t b = first; b < end; ++b)
            worst = std::max(worst, std::abs(t.ears.levelDb[ear][b] - t.decoded.levelDb[ear][b]));
    return worst;
}

} // namespace

void FoaDecoderTest::twinsInFreeFieldSoundAlike()
{
    // Four channels hold the sound field around a head up to about 600 Hz; above, magnitudes are right on average only,
    // and the delay of a source at the side is halved.
    constexpr double lowDb = 1.5, highDb = 7.0, nearItdUs = 110.0, sideItdUs = 360.0;
    for (const double azimuthDeg : {0.0, 30.0, 60.0, 90.0, 135.0, 180.0, -45.0, -90.0}) {
        const auto t = twinsOf(sceneWith(azimuthDeg, true), magnitude());
        QVERIFY2(levelError(t, 0, 2) < lowDb, qPrintable(QString::number(azimuthDeg)));
        QVERIFY2(levelError(t, 4, 7) < highDb, qPrintable(QString::number(azimuthDeg)));
        const bool atTheSide = std::abs(std::sin(radians(azimuthDeg))) > 0.8;
        const double itdUs = std::abs(t.ears.itdUs - t.decoded.itdUs);
        QVERIFY2(itdUs < (atTheSide ? sideItdUs : nearItdUs), qPrintable(QString::number(azimuthDeg)));
    }
}

void FoaDecoderTest::twinsInARoomSoundAlike()
{
    constexpr double anyBandDb = 3.0;
    for (const double azimuthDeg : {0.0, 60.0, -120.0}) {
        const auto t = twinsOf(sceneWith(azimuthDeg, false), magnitude());
        QVERIFY2(levelError(t, 0, 7) < anyBandDb, qPrintable(QString::number(azimuthDeg)));
    }
}

void FoaDecoderTest::magnitudesAreNearerThanByLeastSquaresAlone()
{
    static const FoaDecoder leastSquares(*test::defaultHead(rateHz), rateHz);
    double with = 0.0, without = 0.0;
    for (const double azimuthDeg : {0.0, 45.0, 90.0, 135.0, 180.0, -30.0, -75.0}) {
        with += levelError(twinsOf(sceneWith(azimuthDeg, true), magnitude()), 4, 7);
        without += levelError(twinsOf(sceneWith(azimuthDeg, true), leastSquares), 4, 7);
    }
    QVERIFY2(with < 0.7 * without, qPrintable(QStringLiteral("%1 %2").arg(with).arg(without)));
}

void FoaDecoderTest::leftIsLeft()
{
    const auto left = twinsOf(sceneWith(90.0, true), magnitude());
    QVERIFY(left.decoded.itdUs > 300.0); // the left ear leads
    QVERIFY(left.decoded.levelDb[0][5] > left.decoded.levelDb[1][5] + 3.0);
    const auto right = twinsOf(sceneWith(-90.0, true), magnitude());
    QVERIFY(right.decoded.itdUs < -300.0);
    QVERIFY(right.decoded.levelDb[1][5] > right.decoded.levelDb[0][5] + 3.0);
}

void FoaDecoderTest::otherChannelCountsAreRefused()
{
    const FoaDecoder decoder(*test::defaultHead(rateHz));
    QVERIFY(test::errorOf([&] { (void)decoder.decode(AudioBuffer(2, 100, rateHz)); }).find("four") !=
            std::string::npos);
    QCOMPARE(decoder.decode(AudioBuffer(4, 480, 48000.0)).frames(), std::size_t{320});
}

QTEST_GUILESS_MAIN(FoaDecoderTest)
#include "FoaDecoderTest.moc"
