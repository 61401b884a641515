// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/AudioFile.h"
#include "core/audio/Convolver.h"
#include "core/audio/Fft.h"
#include "core/audio/Loudness.h"
#include "core/audio/MinimumPhase.h"
#include "core/audio/Resampler.h"
#include "core/audio/SpectrumProduct.h"
#include "core/audio/features/SpatialFeatures.h"
#include "core/audio/generators/Generators.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <numbers>

using namespace binaurium;

namespace {

constexpr double floatTolerance = 2e-5;     // single precision sums of a thousand terms of order one
constexpr double resamplerTolerance = 1e-3; // soxr's passband ripple and edge, well below audibility

std::vector<float> noise(std::size_t n, std::uint64_t seed)
{
    RandomStream random(seed, "test noise");
    std::vector<float> x(n);
    for (float& v : x)
        v = static_cast<float>(random.normal());
    return x;
}

AudioBuffer stereo(const std::vector<float>& left, const std::vector<float>& right, double rate)
{
    AudioBuffer audio(2, left.size(), rate);
    std::copy(left.begin(), left.end(), audio.channel(0).begin());
    std::copy(right.begin(), right.end(), audio.channel(1).begin());
    return audio;
}

} // namespace

class AudioTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void fftEqualsTheDefinition();
    void convolutionEqualsTheSum();
    void resamplingKeepsATone();
    void resamplingBeyondMemoryIsRefused();
    void filesComeBackAsWritten();
    void damagedFilesAreRefused();
    void minimumPhaseFiltersHaveTheirBandGainsAndNoPreRinging();
    void activeRmsIgnoresPauses();
    void gccPeaksAtTheInterauralDelay();
    void ildChannelShowsTheLevelDifference();
    void generatorsRepeatWithTheirSeedAndStayInRange();
    void shortPiecesOfGeneratorsAreNeverSilent();
    void productsOfSpectraEqualComplexArithmetic();
};

void AudioTest::fftEqualsTheDefinition()
{
    constexpr std::size_t n = 96;
    const auto fft = Fft::ofSize(n);
    FftVector<float> x(n);
    FftVector<Complex> spectrum(fft->bins());
    const auto values = noise(n, 1);
    std::copy(values.begin(), values.end(), x.begin());
    fft->forward(x, spectrum);
    for (std::size_t k = 0; k < spectrum.size(); ++k) {
        std::complex<double> sum;
        for (std::size_t i = 0; i < n; ++i)
            sum += static_cast<double>(values[i]) *
                   std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(i * k) / n);
        QVERIFY(std::abs(sum - std::complex<double>(spectrum[k])) < floatTolerance * n);
    }
    fft->inverse(spectrum, x);
    for (std::size_t i = 0; i < n; ++i)
        QVERIFY(std::abs(x[i] - values[i]) < floatTolerance);
}

void AudioTest::convolutionEqualsTheSum()
{
    for (const auto& [n, m] : {std::pair<std::size_t, std::size_t>{1, 1}, {100, 7}, {700, 1500}, {5000, 300}}) {
        const auto x = noise(n, 2), h = noise(m, 3);
        std::vector<float> y(n + m / 2, 0.5F); // shorter than the full result: cut, and added to what is there
        convolveInto(x, h, y);
        for (std::size_t i = 0; i < y.size(); i += 13) {
            double sum = 0.5;
            for (std::size_t k = 0; k < m && k <= i; ++k)
                sum += i - k < n ? static_cast<double>(x[i - k]) * static_cast<double>(h[k]) : 0.0;
            QVERIFY(std::abs(sum - static_cast<double>(y[i])) <
                    floatTolerance * std::sqrt(static_cast<double>(m)) * 10.0);
        }
    }
}

void AudioTest::resamplingKeepsATone()
{
    constexpr double toneHz = 1000.0;
    std::vector<float> x(44100);
    for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = static_cast<float>(std::sin(2.0 * std::numbers::pi * toneHz * static_cast<double>(i) / 44100.0));
    const auto y = resample(std::span<const float>(x), 44100.0, 32000.0);
    QCOMPARE(y.size(), std::size_t{32000});
    for (std::size_t i = 2000; i + 2000 < y.size(); ++i) // without the edges
        QVERIFY(std::abs(static_cast<double>(y[i]) - std::sin(2.0 * std::numbers::pi * toneHz * static_cast<double>(i) /
                                                              32000.0)) < resamplerTolerance);
}

void AudioTest::resamplingBeyondMemoryIsRefused()
{
    ErrorKind kind{};
    const std::vector<float> short1kHz(2'000'000);
    const auto error = test::errorOf([&] { (void)resample(short1kHz, 1000.0, 768'000.0); }, &kind);
    QVERIFY2(error.find("1536000000 samples") != std::string::npos, error.c_str());
    QCOMPARE(kind, ErrorKind::BadInput);
}

void AudioTest::filesComeBackAsWritten()
{
    const QTemporaryDir folder;
    const auto x = noise(1000, 4);
    const auto audio = stereo(x, noise(1000, 5), 48000.0);
    const auto path = test::scratch(folder, "a.wav");
    writeAudio(audio, path);
    const auto back = readAudio(path);
    QCOMPARE(back.channels(), std::size_t{2});
    QCOMPARE(back.rateHz(), 48000.0);
    QVERIFY(std::equal(audio.all().begin(), audio.all().end(), back.all().begin()));
    const auto part = readAudio(path, 100, 50);
    QCOMPARE(part.frames(), std::size_t{50});
    QCOMPARE(part.channel(0)[0], x[100]);
}

void AudioTest::damagedFilesAreRefused()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "a.wav");
    ErrorKind kind{};
    QVERIFY(!test::errorOf([&] { (void)readAudio(path); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::Missing);
    for (const std::string& bytes : {std::string(), std::string("RIFF"), std::string("not audio at all, only text")}) {
        test::writeBytes(path, bytes);
        QVERIFY(!test::errorOf([&] { (void)readAudio(path); }, &kind).empty());
        QCOMPARE(kind, ErrorKind::BadInput);
    }
    auto audio = stereo(noise(100, 6), noise(100, 7), 48000.0);
    audio.channel(1)[50] = std::numeric_limits<float>::quiet_NaN();
    writeAudio(audio, path);
    QVERIFY(test::errorOf([&] { (void)readAudio(path); }, &kind).find("a.wav") != std::string::npos);
    writeAudio(stereo(noise(1000, 6), noise(1000, 7), 48000.0), path);
    QVERIFY(
        !test::errorOf([&] { (void)readAudio(path, 0, -1, 1999); }).empty()); // of two channels, larger than allowed
    QCOMPARE(readAudio(path, 0, -1, 2000).frames(), std::size_t{1000});
    audio.channel(1)[50] = 1e20F; // whose square is infinite
    writeAudio(audio, path);
    QVERIFY(test::errorOf([&] { (void)readAudio(path); }, &kind).find("beyond 1e10") != std::string::npos);
}

void AudioTest::minimumPhaseFiltersHaveTheirBandGainsAndNoPreRinging()
{
    constexpr std::size_t n = 1024;
    constexpr double rate = 48000.0;
    constexpr double gainToleranceNeper = 0.05; // a bin lies up to half a bin from the band centre
    constexpr double lateEnergyShare = 1e-3;
    const auto bank = MinimumPhaseBank::of(n, rate);
    const BandLogGains gains{5.0F, 0.0F, -0.2F, -0.4F, -0.3F, -0.8F, -1.2F, -1.0F, -2.0F}; // the first band is not used
    FftVector<Complex> spectrum(bank->bins());
    bank->spectrum(gains, spectrum);
    for (std::size_t b = 1; b < filterBandCount; ++b) {
        const auto bin = static_cast<std::size_t>(std::lround(filterBandHz[b] * n / rate));
        QVERIFY(std::abs(std::log(std::abs(spectrum[bin])) - gains[b]) < gainToleranceNeper);
    }
    FftVector<float> response(n);
    Fft::ofSize(n)->inverse(spectrum, response);
    double early = 0.0, late = 0.0;
    for (std::size_t i = 0; i < n; ++i)
        (i < n / 2 ? early : late) += static_cast<double>(response[i] * response[i]);
    QVERIFY(late < lateEnergyShare * early); // energy before time 0 would wrap to the end
}

void AudioTest::activeRmsIgnoresPauses()
{
    auto x = noise(48000, 8);
    const double whole = activeRms(x, 48000.0);
    std::fill(x.begin() + 24000, x.end(), 0.0F);
    QVERIFY(std::abs(activeRms(x, 48000.0) / whole - 1.0) < 0.02);
    QCOMPARE(activeRms(std::vector<float>(1000), 48000.0), 0.0);
    const auto active = activity(x, 48000.0, 0.1, 20.0);
    QCOMPARE(static_cast<int>(std::count(active.begin(), active.end(), true)), 5);
}

void AudioTest::gccPeaksAtTheInterauralDelay()
{
    using Layout = SpatialFeatureLayout;
    for (const int delay : {-20, -3, 0, 7, 25}) { // samples by which the left ear leads
        const auto x = noise(32000, 9);
        std::vector<float> left(x), right(x.size());
        for (std::size_t i = 100; i + 100 < x.size(); ++i)
            right[i] = x[static_cast<std::size_t>(static_cast<int>(i) - delay)];
        const auto f = spatialFeatures(stereo(left, right, Layout::rateHz));
        QCOMPARE(f.frames, std::size_t{100});
        const float* row = f.gcc.data() + 50 * Layout::lags;
        const auto peak = static_cast<int>(std::max_element(row, row + Layout::lags) - row) - 32;
        QCOMPARE(peak, delay);
    }
}

void AudioTest::ildChannelShowsTheLevelDifference()
{
    using Layout = SpatialFeatureLayout;
    constexpr double ildDb = 6.0;
    constexpr double unitDb = 10.0;
    const auto x = noise(32000, 10);
    auto right = x;
    for (float& v : right)
        v *= static_cast<float>(std::pow(10.0, -ildDb / 20.0));
    const auto f = spatialFeatures(stereo(x, right, Layout::rateHz));
    const float* ild = f.bands.data() + 1 * f.frames * Layout::bands + 50 * Layout::bands;
    for (std::size_t b = 0; b < Layout::bands; ++b)
        QVERIFY(std::abs(static_cast<double>(ild[b]) - ildDb / unitDb) < 0.01);
    for (const float value : spatialFeatures(AudioBuffer(2, 3200, Layout::rateHz)).bands) // silence
        QVERIFY(std::isfinite(value));
}

void AudioTest::generatorsRepeatWithTheirSeedAndStayInRange()
{
    for (const Generator& g : generators()) {
        const auto a = generateSound(g.name, 3, 1.0, 32000.0);
        QCOMPARE(a.size(), std::size_t{32000});
        QVERIFY(a == generateSound(g.name, 3, 1.0, 32000.0));
        QVERIFY2(a != generateSound(g.name, 4, 1.0, 32000.0), g.name);
        double energy = 0.0;
        for (const float v : a) {
            QVERIFY2(std::abs(v) <= 1.0F, g.name); // false for NaN too
            energy += static_cast<double>(v * v);
        }
        QVERIFY2(energy > 1e-3, g.name);
    }
    QVERIFY(!test::errorOf([] { (void)generateSound("no such", 1, 1.0, 48000.0); }).empty());
}

// A voice that happens to pause at first would be a source that is not heard.
void AudioTest::shortPiecesOfGeneratorsAreNeverSilent()
{
    for (const Generator& g : generators())
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            const auto piece = generateSound(g.name, seed, 0.3, 8000.0);
            QCOMPARE(piece.size(), std::size_t{2400});
            QVERIFY2(std::any_of(piece.begin(), piece.end(), [](float s) { return s != 0.0F; }), g.name);
        }
}

void AudioTest::productsOfSpectraEqualComplexArithmetic()
{
    constexpr float tolerance = 1e-6F; // a few roundings of numbers near 1
    RandomStream random(1, "spectra", 0);
    for (const std::size_t bins : {1, 3, 4, 7, 257}) { // with and without a rest beside the vectors
        std::array<std::vector<Complex>, 4> x;
        for (auto& spectrum : x)
            for (std::size_t k = 0; k < bins; ++k)
                spectrum.emplace_back(static_cast<float>(random.uniform(-1.0, 1.0)),
                                      static_cast<float>(random.uniform(-1.0, 1.0)));
        auto sum = x[2], product = x[2], mean = x[2];
        addProduct(x[0].data(), x[1].data(), sum);
        multiply(x[0].data(), product);
        weightedSum({x[0].data(), x[1].data(), x[3].data()}, {0.5F, 0.25F, -2.0F}, mean);
        for (std::size_t k = 0; k < bins; ++k) {
            QVERIFY(std::abs(sum[k] - (x[2][k] + x[0][k] * x[1][k])) < tolerance);
            QVERIFY(std::abs(product[k] - x[2][k] * x[0][k]) < tolerance);
            QVERIFY(std::abs(mean[k] - (0.5F * x[0][k] + 0.25F * x[1][k] - 2.0F * x[3][k])) < tolerance);
        }
    }
}

QTEST_GUILESS_MAIN(AudioTest)
#include "AudioTest.moc"
