// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/RoomMetrics.h"
#include "core/acoustics/LateTail.h"
#include "core/acoustics/Response.h"
#include "core/audio/AudioFile.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <cmath>

using namespace binaurium;
using namespace binaurium::test;

namespace {

constexpr double rateHz = 48000.0;
constexpr double exactTolerance = 0.005; // signs leave an exactly exponential energy; the floor's block means do not
constexpr double noiseTolerance = 0.06;  // T30 of Gaussian noise in one octave: some hundred independent values
constexpr double clarityToleranceDb = 0.05;

// Samples of random sign whose squares follow `energy` exactly, after `lead` zeros.
template <typename Energy>
std::vector<float> signs(double seconds, std::size_t lead, const Energy& energy)
{
    RandomStream random(3, "signs");
    std::vector<float> samples(lead);
    for (std::size_t n = 0; n < static_cast<std::size_t>(seconds * rateHz); ++n)
        samples.push_back(static_cast<float>(std::sqrt(energy(static_cast<double>(n) / rateHz))) *
                          (random.chance(0.5) ? 1.0F : -1.0F));
    return samples;
}

double decayRate(double reverberationS)
{
    return 6.0 * std::log(10.0) / reverberationS;
}

AudioBuffer oneChannel(const std::vector<float>& samples)
{
    AudioBuffer audio(1, samples.size(), rateHz);
    std::copy(samples.begin(), samples.end(), audio.channel(0).begin());
    return audio;
}

bool near(const std::optional<double>& value, double wanted, double tolerance)
{
    if (!value || std::abs(*value - wanted) > tolerance)
        qWarning("%s", qPrintable(QStringLiteral("got %1, wanted %2")
                                      .arg(value ? QString::number(*value) : QStringLiteral("null"))
                                      .arg(wanted)));
    return value && std::abs(*value - wanted) <= tolerance;
}

} // namespace

class RoomMetricsTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void exponentialDecayHasItsClosedForm_data();
    void exponentialDecayHasItsClosedForm();
    void octavesOfNoiseDecayAsTheyWereMade();
    void twoSlopesGiveTheSlopesOfTheirBackwardIntegral();
    void noiseIsCutAndItsRangeDecidesWhatIsTold();
    void directToReverberantRatioIsThatOfItsParts();
    void interauralCorrelationOfKnownPairs();
    void anAnechoicResponseHasNoReverberationTime();
    void aRenderedRoomAgreesWithItsClosedForm();
    void badResponsesAreRefused();
    void theDocumentKeepsAbsentValuesNull();
};

void RoomMetricsTest::exponentialDecayHasItsClosedForm_data()
{
    QTest::addColumn<double>("timeS");
    for (const double timeS : {0.2, 0.5, 1.0, 2.5})
        QTest::newRow(qPrintable(QString::number(timeS))) << timeS;
}

void RoomMetricsTest::exponentialDecayHasItsClosedForm()
{
    QFETCH(double, timeS);
    const double k = decayRate(timeS);
    const auto metrics =
        channelMetrics(signs(1.2 * timeS, 700, [&](double t) { return std::exp(-k * t); }), rateHz, "mono", "test");
    QCOMPARE(metrics.onsetS, 700.0 / rateHz);
    const auto& band = metrics.bands[0];
    QVERIFY(near(band.edtS, timeS, exactTolerance * timeS));
    QVERIFY(near(band.t20S, timeS, exactTolerance * timeS));
    QVERIFY(near(band.t30S, timeS, exactTolerance * timeS));
    QVERIFY(near(band.curvaturePercent, 0.0, 0.5));
    QVERIFY(near(band.d50, 1.0 - std::exp(-0.05 * k), exactTolerance));
    QVERIFY(near(band.c50Db, 10.0 * std::log10(std::exp(0.05 * k) - 1.0), clarityToleranceDb));
    QVERIFY(near(band.c80Db, 10.0 * std::log10(std::exp(0.08 * k) - 1.0), clarityToleranceDb));
    QVERIFY(near(band.tsS, 1.0 / k, exactTolerance / k));
    // The curve itself: a straight line, one value per step.
    QVERIFY(std::abs(static_cast<double>(band.decayDb[20]) + 60.0 * 20.0 * RoomMetrics::decayStepS / timeS) < 0.2);
}

void RoomMetricsTest::octavesOfNoiseDecayAsTheyWereMade()
{
    const double timeS = 0.8;
    RandomStream random(11, "noise");
    std::vector<float> samples(static_cast<std::size_t>(1.2 * timeS * rateHz));
    for (std::size_t n = 0; n < samples.size(); ++n)
        samples[n] =
            static_cast<float>(random.normal() * std::exp(-0.5 * decayRate(timeS) * static_cast<double>(n) / rateHz));
    const auto metrics = channelMetrics(samples, rateHz, "mono", "test");
    QCOMPARE(metrics.bands.size(), std::size_t{8});
    for (const auto& band : metrics.bands) {
        const double tolerance =
            noiseTolerance * (band.centreHz > 0.0 ? std::max(1.0, std::sqrt(500.0 / band.centreHz)) : 1.0);
        QVERIFY(near(band.t30S, timeS, tolerance * timeS));
        QVERIFY(near(band.t20S, timeS, 1.5 * tolerance * timeS));
    }
}

void RoomMetricsTest::twoSlopesGiveTheSlopesOfTheirBackwardIntegral()
{
    // Energy exp(-a t) + 1e-3 exp(-b t): the backward integral is exp(-a t) / a + 1e-3 exp(-b t) / b.
    const double a = decayRate(0.3), b = decayRate(2.0), share = 1e-3;
    const auto metrics = channelMetrics(
        signs(2.2, 0, [&](double t) { return std::exp(-a * t) + share * std::exp(-b * t); }), rateHz, "mono", "test");
    const double whole = 1.0 / a + share / b;
    const auto levelAt = [&](double t) {
        return 10.0 * std::log10((std::exp(-a * t) / a + share * std::exp(-b * t) / b) / whole);
    };
    const auto slopeTime = [&](double from, double to) {
        double n = 0, x = 0, y = 0, xx = 0, xy = 0;
        for (double t = 0.0; levelAt(t) >= to; t += 1.0 / rateHz) {
            const double level = levelAt(t);
            if (level > from)
                continue;
            n += 1.0;
            x += t;
            y += level;
            xx += t * t;
            xy += t * level;
        }
        return -60.0 / ((n * xy - x * y) / (n * xx - x * x));
    };
    const auto& band = metrics.bands[0];
    QVERIFY(near(band.edtS, slopeTime(0.0, -10.0), 0.01));
    QVERIFY(near(band.t20S, slopeTime(-5.0, -25.0), 0.01));
    QVERIFY(near(band.t30S, slopeTime(-5.0, -35.0), 0.03));
    QVERIFY(*band.curvaturePercent > 10.0); // and that says so
}

void RoomMetricsTest::noiseIsCutAndItsRangeDecidesWhatIsTold()
{
    const double timeS = 0.6, k = decayRate(timeS);
    for (const double floorDb : {-65.0, -50.0, -38.0, -25.0, -10.0}) {
        RandomStream random(21, "floor");
        std::vector<float> samples(static_cast<std::size_t>(1.5 * rateHz));
        for (std::size_t n = 0; n < samples.size(); ++n)
            samples[n] = static_cast<float>(random.normal() * std::exp(-0.5 * k * static_cast<double>(n) / rateHz) +
                                            random.normal() * std::pow(10.0, floorDb / 20.0));
        const auto band = channelMetrics(samples, rateHz, "mono", "test").bands[0];
        QVERIFY(near(band.rangeDb, -floorDb, 2.5)); // the first local mean is 10 ms into the decay: 1 dB
        QCOMPARE(band.t30S.has_value(), floorDb <= -50.0);
        QCOMPARE(band.t20S.has_value(), floorDb <= -38.0);
        QCOMPARE(band.edtS.has_value(), floorDb <= -25.0);
        if (band.t30S)
            QVERIFY(near(band.t30S, timeS, 0.03 * timeS));
        if (band.t20S)
            QVERIFY(near(band.t20S, timeS, 0.04 * timeS));
        if (floorDb <= -25.0)
            QVERIFY(near(band.c80Db, 10.0 * std::log10(std::exp(0.08 * k) - 1.0), 0.3));
    }
}

void RoomMetricsTest::directToReverberantRatioIsThatOfItsParts()
{
    // A click, and after 10 ms a tail of a known energy.
    auto samples = signs(0.5, 0, [](double t) { return t < 0.01 ? 0.0 : std::exp(-decayRate(0.5) * (t - 0.01)); });
    double tail = 0.0;
    for (const float s : samples)
        tail += static_cast<double>(s) * static_cast<double>(s);
    samples[0] = 30.0F;
    const auto band = channelMetrics(samples, rateHz, "mono", "test").bands[0];
    QVERIFY(near(band.drrDb, 10.0 * std::log10(900.0 / tail), 1e-6));
}

void RoomMetricsTest::interauralCorrelationOfKnownPairs()
{
    RandomStream random(31, "ears");
    std::vector<float> left(48000), right(48000), other(48000);
    for (std::size_t n = 0; n < left.size(); ++n) {
        left[n] = static_cast<float>(random.normal());
        other[n] = static_cast<float>(random.normal());
    }
    const std::size_t lag = 24; // 0.5 ms
    for (std::size_t n = lag; n < right.size(); ++n)
        right[n] = -left[n - lag];
    for (const auto& band : interauralCoherence(left, left, rateHz, "test"))
        QVERIFY(near(band.early, 1.0, 1e-6) && near(band.late, 1.0, 1e-6));
    const auto delayed = interauralCoherence(left, right, rateHz, "test");
    QVERIFY(near(delayed[0].early, 1.0, 0.02) && near(delayed[0].late, 1.0, 0.01));
    const auto mixed = interauralCoherence(left, other, rateHz, "test");
    QVERIFY(*mixed[0].late < 0.05); // 44,000 independent values
    // Half of the power in common.
    std::vector<float> half(left.size());
    for (std::size_t n = 0; n < half.size(); ++n)
        half[n] = std::sqrt(0.5F) * (left[n] + other[n]);
    QVERIFY(near(interauralCoherence(left, half, rateHz, "test")[0].late, std::sqrt(0.5), 0.02));
}

void RoomMetricsTest::anAnechoicResponseHasNoReverberationTime()
{
    std::vector<float> samples(9600);
    samples[480] = 1.0F;
    const auto metrics = channelMetrics(samples, rateHz, "mono", "test");
    const auto& band = metrics.bands[0];
    QVERIFY(!band.t30S && !band.t20S && !band.c80Db && !band.drrDb);
    QVERIFY(near(band.d50, 1.0, 1e-9));
    // A head rings for a few milliseconds; the filters of the octaves ring too.
    for (std::size_t n = 0; n < 240; ++n)
        samples[480 + n] = std::exp(-0.03F * static_cast<float>(n));
    for (const auto& each : channelMetrics(samples, rateHz, "mono", "test").bands)
        QVERIFY(!each.edtS && !each.t20S && !each.t30S);
}

void RoomMetricsTest::aRenderedRoomAgreesWithItsClosedForm()
{
    constexpr double tolerance = 0.12; // one random tail
    Room room;
    room.sizeM = {5.0, 5.0, 5.0};
    for (auto& wall : room.walls) {
        wall.material = "custom";
        wall.absorption.fill(0.25);
    }
    Source source;
    source.positionM = {1.2, 3.7, 1.9};
    Listener listener;
    listener.positionM = {3.9, 1.4, 2.7};
    const RoomAcoustics acoustics(room);
    const auto response = renderResponse(acoustics, source, listener, nullptr, 1, {});
    const auto metrics = roomMetrics(response.audio, "rendered");
    const EnergyDecay decay(acoustics);
    for (std::size_t b = 2; b < 7; ++b) { // 250 Hz .. 4 kHz; bands[0] holds all frequencies
        const double wanted = decay.reverberationTimeS(b - 1);
        QVERIFY(near(metrics.channels[0].bands[b].t30S, wanted, tolerance * wanted));
    }
    QVERIFY(
        near(metrics.channels[0].bands[0].drrDb, response.drrDb, 1.5)); // early images within 2.5 ms count as direct
}

void RoomMetricsTest::badResponsesAreRefused()
{
    const QTemporaryDir folder;
    const auto refused = [](const std::string& words, const auto& body) {
        ErrorKind kind = ErrorKind::Internal;
        const auto sentence = errorOf(body, &kind);
        if (kind != ErrorKind::BadInput || sentence.find(words) == std::string::npos ||
            sentence.find("r.wav") == std::string::npos)
            qWarning("%s", sentence.c_str());
        return kind == ErrorKind::BadInput && sentence.find(words) != std::string::npos &&
               sentence.find("r.wav") != std::string::npos;
    };
    QVERIFY(refused("silent", [] { (void)roomMetrics(oneChannel(std::vector<float>(48000)), "r.wav"); }));
    std::vector<float> samples(48000, 0.1F);
    samples[5] = std::nanf("");
    QVERIFY(refused("not a number", [&] { (void)roomMetrics(oneChannel(samples), "r.wav"); }));
    QVERIFY(refused("50 ms", [] { (void)roomMetrics(oneChannel(std::vector<float>(100, 0.5F)), "r.wav"); }));
    QVERIFY(refused("silent", [] { (void)roomMetrics(oneChannel({}), "r.wav"); }));
    QVERIFY(refused("3", [] { (void)roomMetrics(AudioBuffer(3, 48000, rateHz), "r.wav"); }));
    writeBytes(scratch(folder, "r.wav"), "this is a text\n");
    QVERIFY(refused("", [&] { (void)readAudio(scratch(folder, "r.wav")); }));
}

void RoomMetricsTest::theDocumentKeepsAbsentValuesNull()
{
    std::vector<float> samples(9600);
    samples[480] = 1.0F;
    const Json document = metricsToJson(roomMetrics(oneChannel(samples), "test"));
    QCOMPARE(document["format"].get<std::string>(), std::string("binaurium-response"));
    QCOMPARE(document["version"].get<int>(), 1);
    const auto& band = document["channels"][0]["bands"][0];
    QVERIFY(band["centre_hz"].is_null() && band["t30_s"].is_null() && band["d50"].is_number());
    QCOMPARE(document["channels"][0]["bands"][1]["centre_hz"].get<double>(), 125.0);
    QVERIFY(document["iacc"].empty());
}

QTEST_APPLESS_MAIN(RoomMetricsTest)
#include "RoomMetricsTest.moc"
