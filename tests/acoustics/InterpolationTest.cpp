// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/acoustics/HeadFixture.h"

#include <numeric>

using namespace binaurium;

namespace {

constexpr double lowestHz = 100.0;
constexpr double highestHz = 14000.0;

// A head with the directions `kept` of `all`.
HeadMeasurements subset(const HeadMeasurements& all, std::span<const std::size_t> kept)
{
    HeadMeasurements part = all;
    part.directions.clear();
    for (std::size_t ear = 0; ear < 2; ++ear) {
        part.responses[ear].clear();
        part.delaySamples[ear].clear();
    }
    for (const std::size_t i : kept) {
        part.directions.push_back(all.directions[i]);
        for (std::size_t ear = 0; ear < 2; ++ear) {
            const float* response = all.response(ear, i);
            part.responses[ear].insert(part.responses[ear].end(), response, response + all.taps);
            part.delaySamples[ear].push_back(all.delaySamples[ear][i]);
        }
    }
    return part;
}

struct Errors
{
    double spectralDb = 0.0; // mean over directions and ears of the rms over frequency
    double itdUs = 0.0;      // rms over directions
};

// Directions of `all` whose index is in `left` as `kept`, a head without them, gives them.
Errors errorsOf(const HeadMeasurements& all, const HeadMeasurements& kept, const std::vector<std::size_t>& left)
{
    const Head full(all, {});
    const Head sparse(kept, {});
    const std::size_t bins = full.fftSize() / 2 + 1;
    FftVector<Complex> expected(bins), found(bins);
    Errors errors;
    for (const std::size_t i : left) {
        const auto truth = full.blend(all.directions[i]);
        const auto blend = sparse.blend(all.directions[i]);
        const double itd =
            (blend.delaySamples[1] - blend.delaySamples[0]) - (truth.delaySamples[1] - truth.delaySamples[0]);
        errors.itdUs += std::pow(itd / full.rateHz() * 1e6, 2) / static_cast<double>(left.size());
        for (std::size_t ear = 0; ear < 2; ++ear) {
            full.spectrum(truth, ear, expected);
            sparse.spectrum(blend, ear, found);
            double sum = 0.0;
            int count = 0;
            for (std::size_t k = 0; k < bins; ++k) {
                const double hz = static_cast<double>(k) * full.rateHz() / static_cast<double>(full.fftSize());
                if (hz < lowestHz || hz > highestHz)
                    continue;
                sum += std::pow(20.0 * std::log10((std::abs(found[k]) + 1e-9) / (std::abs(expected[k]) + 1e-9)), 2);
                ++count;
            }
            errors.spectralDb += 0.5 * std::sqrt(sum / count) / static_cast<double>(left.size());
        }
    }
    errors.itdUs = std::sqrt(errors.itdUs);
    return errors;
}

Errors leaveHalfOut(const HeadMeasurements& all)
{
    std::vector<std::size_t> order(all.directions.size());
    std::iota(order.begin(), order.end(), 0U);
    RandomStream(1, "half").shuffle(std::span(order));
    const auto kept = std::span(order).first(order.size() / 2);
    return errorsOf(all, subset(all, kept), {order.begin() + static_cast<std::ptrdiff_t>(kept.size()), order.end()});
}

// A measured head of the catalogue, empty where it is not on this computer.
std::filesystem::path headFile(const std::string& id)
{
    const std::filesystem::path shared = test::sourceFile("../shared/hrtf");
    for (const auto& entry : readHeadCatalogue())
        if (entry.id == id)
            return findHeadFile(entry, {shared, shared / "cipic"});
    return {};
}

} // namespace

class InterpolationTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void directionsLeftOutAreFoundAgain_data();
    void directionsLeftOutAreFoundAgain();
    void holesBelowAreFilledSensibly();

private:
    double denseSumDb_ = 0.0;
    int denseCount_ = 0;
};

void InterpolationTest::directionsLeftOutAreFoundAgain_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<double>("spectralDb");
    // The mean of the dense heads must stay below 2.5 dB (below); single ones, whose responses are noisier, below 3.2.
    // LISTEN has 187 directions, 15 degrees apart.
    constexpr double dense = 3.2, sparse = 3.5;
    for (const char* id : {"kemar", "ku100_fhk_2354", "ari_nh2", "cipic_003", "cipic_010", "cipic_044", "cipic_131"})
        QTest::newRow(id) << QString::fromUtf8(id) << dense;
    QTest::newRow("listen_1002") << QStringLiteral("listen_1002") << sparse;
}

void InterpolationTest::directionsLeftOutAreFoundAgain()
{
    constexpr double itdUs = 25.0;
    QFETCH(QString, id);
    QFETCH(double, spectralDb);
    const auto file = headFile(id.toStdString());
    if (file.empty())
        QSKIP("the head is not on this computer");
    const auto errors = leaveHalfOut(readSofaHead(file));
    qInfo("spectral distortion %.2f dB, ITD %.1f us rms", errors.spectralDb, errors.itdUs);
    QVERIFY(errors.spectralDb < spectralDb);
    QVERIFY(errors.itdUs < itdUs);
    if (id == QStringLiteral("listen_1002"))
        return;
    denseSumDb_ += errors.spectralDb;
    ++denseCount_;
    constexpr double meanDb = 2.5;
    QVERIFY(denseSumDb_ / denseCount_ < meanDb);
}

void InterpolationTest::holesBelowAreFilledSensibly()
{
    const auto file = headFile("ku100_fhk_2354"); // measured all round
    if (file.empty())
        QSKIP("the head is not on this computer");
    const auto all = readSofaHead(file);
    std::vector<std::size_t> kept, left;
    for (std::size_t i = 0; i < all.directions.size(); ++i)
        (directionOf(all.directions[i]).elevationDeg >= -40.0 ? kept : left).push_back(i);
    const auto errors = errorsOf(all, subset(all, kept), left);
    qInfo("hole below -40 degrees: spectral distortion %.2f dB, ITD %.1f us rms", errors.spectralDb, errors.itdUs);
    QVERIFY(errors.spectralDb < 6.0);
    QVERIFY(errors.itdUs < 30.0);
}

QTEST_GUILESS_MAIN(InterpolationTest)
#include "InterpolationTest.moc"
