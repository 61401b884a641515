// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/LinearProbe.h"
#include "core/benchmark/ProbeRun.h"
#include "core/model/LayerStates.h"
#include "core/scene/SceneFile.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <cmath>

using namespace binaurium;

class ProbeTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void aLinearTargetIsRead();
    void noiseSaysNothing();
    void theMapEqualsTheNormalEquations();
    void noRowIsReadByAMapThatSawIt();
    void rareFeaturesDoNotExplode();
    void unequalListsAreRefused();
    void spaceIsFoundWhereItIs();
    void aModelWithoutLayersIsRefused();
};

namespace {

std::vector<std::size_t> foldsOf(std::size_t rows, std::size_t folds)
{
    std::vector<std::size_t> fold;
    for (std::size_t i = 0; i < rows; ++i)
        fold.push_back(i % folds);
    return fold;
}

ProbeFeatures drawn(std::size_t rows, std::size_t width, std::uint64_t seed)
{
    RandomStream random(seed, "probe test");
    ProbeFeatures features{width, {}};
    for (std::size_t i = 0; i < rows * width; ++i)
        features.values.push_back(static_cast<float>(random.normal()));
    return features;
}

// Solves A x = b by elimination with pivots; A is row-major, small.
std::vector<double> solved(std::vector<std::vector<double>> a, std::vector<double> b)
{
    const auto n = b.size();
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t pivot = k;
        for (std::size_t i = k + 1; i < n; ++i)
            pivot = std::abs(a[i][k]) > std::abs(a[pivot][k]) ? i : pivot;
        std::swap(a[k], a[pivot]);
        std::swap(b[k], b[pivot]);
        for (std::size_t i = k + 1; i < n; ++i) {
            const double f = a[i][k] / a[k][k];
            for (std::size_t j = k; j < n; ++j)
                a[i][j] -= f * a[k][j];
            b[i] -= f * b[k];
        }
    }
    for (std::size_t k = n; k-- > 0;) {
        for (std::size_t j = k + 1; j < n; ++j)
            b[k] -= a[k][j] * b[j];
        b[k] /= a[k][k];
    }
    return b;
}

// Ridge with intercept on standardised features by the normal equations: what a fit on `rows` says about row `open`.
double slowRidge(const ProbeFeatures& f, const std::vector<double>& y, const std::vector<std::size_t>& rows,
                 const std::vector<std::size_t>& standard, double penalty, std::size_t open)
{
    const auto w = f.width;
    std::vector<double> mean(w), scale(w);
    for (std::size_t c = 0; c < w; ++c) {
        for (const auto r : standard)
            mean[c] += f.values[r * w + c] / static_cast<double>(standard.size());
        for (const auto r : standard)
            scale[c] += std::pow(f.values[r * w + c] - mean[c], 2) / static_cast<double>(standard.size());
        scale[c] = 1.0 / std::sqrt(scale[c]);
    }
    const auto x = [&](std::size_t r, std::size_t c) {
        return c == w ? 1.0 : (f.values[r * w + c] - mean[c]) * scale[c];
    };
    std::vector<std::vector<double>> a(w + 1, std::vector<double>(w + 1));
    std::vector<double> b(w + 1);
    for (const auto r : rows)
        for (std::size_t i = 0; i <= w; ++i) {
            b[i] += x(r, i) * y[r];
            for (std::size_t j = 0; j <= w; ++j)
                a[i][j] += x(r, i) * x(r, j);
        }
    for (std::size_t i = 0; i < w; ++i)
        a[i][i] += penalty; // not the intercept
    const auto weights = solved(a, b);
    double said = 0.0;
    for (std::size_t i = 0; i <= w; ++i)
        said += weights[i] * x(open, i);
    return said;
}

// Hears nothing but the lateral angle; its projector has lost it.
class TwoLayers : public HearingModel, public LayerReader
{
public:
    Localization localize(const AudioBuffer&, const ProgressCallback&) override { return {}; }
    Answer ask(const AudioBuffer&, const std::string&, const AskOptions&, const TokenCallback&) override { return {}; }
    std::string name() const override { return "two layers"; }
    std::vector<std::string> labels() const override { return {}; }
    std::vector<LayerState> layerStates(const AudioBuffer& audio, const std::string& question) override
    {
        asked = question;
        double power[2] = {1e-9, 1e-9};
        for (std::size_t ear = 0; ear < 2; ++ear)
            for (const float x : audio.channel(ear))
                power[ear] += static_cast<double>(x) * x;
        return {{"encoder", 0, "audio", {static_cast<float>(std::log(power[0] / power[1])), 1.0F}},
                {"projector", 0, "audio", {1.0F, 2.0F}}};
    }
    std::string asked;
};

// Noise at the left or right of the head, in free field.
std::filesystem::path scenes(const QTemporaryDir& folder, int count)
{
    std::string text;
    for (int i = 0; i < count; ++i) {
        Scene scene;
        scene.room.anechoic = true;
        scene.durationS = 0.3;
        scene.seed = static_cast<std::uint64_t>(i);
        Source source;
        source.name = "s";
        source.label = "rain";
        source.sound.generator = "rain";
        source.positionM = scene.listener.positionM + Vec3{0.2, i % 2 == 0 ? 1.0 : -1.0, 0.0};
        scene.sources.push_back(source);
        Item item;
        item.id = "item-" + std::to_string(i);
        item.scene = sceneToJson(scene);
        item.question = "Where is it?";
        item.options = {"left", "right"};
        item.answer = i % 2 == 0 ? "left" : "right";
        item.split = "test";
        text += itemToJson(item).dump() + "\n";
    }
    test::writeBytes(test::scratch(folder, "items.jsonl"), text);
    return test::scratch(folder, "items.jsonl");
}

} // namespace

void ProbeTest::aLinearTargetIsRead()
{
    const auto features = drawn(60, 5, 1);
    std::vector<double> target;
    for (std::size_t r = 0; r < 60; ++r)
        target.push_back(3.0 + 2.0 * features.values[5 * r] - features.values[5 * r + 4]);
    const auto said = crossValidatedRidge(features, target, 1, foldsOf(60, 5));
    constexpr double smallestPenalty = 0.01; // pulls the weights a little towards 0
    for (std::size_t r = 0; r < 60; ++r)
        QVERIFY(std::abs(said[r] - target[r]) < smallestPenalty);
}

void ProbeTest::noiseSaysNothing()
{
    const auto features = drawn(200, 50, 2);
    RandomStream random(3, "probe test targets");
    std::vector<double> target(200);
    double error = 0.0, spread = 0.0;
    for (double& t : target)
        t = random.normal();
    const auto said = crossValidatedRidge(features, target, 1, foldsOf(200, 5));
    for (std::size_t r = 0; r < 200; ++r) {
        error += std::pow(said[r] - target[r], 2);
        spread += target[r] * target[r];
    }
    QVERIFY(error > 0.95 * spread); // no better than 0 but for chance
}

void ProbeTest::theMapEqualsTheNormalEquations()
{
    const auto features = drawn(24, 3, 4);
    RandomStream random(5, "probe test targets");
    std::vector<double> target;
    for (std::size_t r = 0; r < 24; ++r)
        target.push_back(features.values[3 * r] + 0.5 * random.normal());
    const auto fold = foldsOf(24, 2);
    const auto said = crossValidatedRidge(features, target, 1, fold);
    for (std::size_t f = 0; f < 2; ++f) {
        std::vector<std::size_t> known;
        for (std::size_t r = 0; r < 24; ++r)
            if (fold[r] != f)
                known.push_back(r);
        // Standardised features: the eigenvalues of X'X have the mean n.
        double best = 0.0, least = 1e300;
        for (int i = 0; i < 17; ++i) {
            const double penalty = static_cast<double>(known.size()) * 1e-4 * std::pow(10.0, 0.5 * i);
            double error = 0.0;
            for (const auto left : known) {
                auto others = known;
                std::erase(others, left);
                error += std::pow(slowRidge(features, target, others, known, penalty, left) - target[left], 2);
            }
            if (error < least) {
                least = error;
                best = penalty;
            }
        }
        constexpr double otherArithmetic = 1e-6;
        for (std::size_t r = 0; r < 24; ++r)
            if (fold[r] == f)
                QVERIFY(std::abs(slowRidge(features, target, known, known, best, r) - said[r]) < otherArithmetic);
    }
}

void ProbeTest::noRowIsReadByAMapThatSawIt()
{
    // Each row has a feature of its own, so a map that saw it would know its target; one that did not says the mean.
    ProbeFeatures features{20, std::vector<float>(400)};
    std::vector<double> target(20);
    for (std::size_t r = 0; r < 20; ++r) {
        features.values[20 * r + r] = 1.0F;
        target[r] = r % 3 == 0 ? 1.0 : -1.0;
    }
    const auto fold = foldsOf(20, 4);
    const auto said = crossValidatedRidge(features, target, 1, fold);
    for (std::size_t f = 0; f < 4; ++f)
        for (std::size_t r = f + 4; r < 20; r += 4)
            QVERIFY(std::abs(said[r] - said[f]) < 1e-9); // all rows of a fold look alike to it
}

void ProbeTest::rareFeaturesDoNotExplode()
{
    // A feature that is all but constant, except in one row.
    auto features = drawn(40, 2, 7);
    std::vector<double> target;
    RandomStream random(8, "probe test targets");
    for (std::size_t r = 0; r < 40; ++r) {
        features.values[2 * r + 1] *= 1e-6F;
        target.push_back(features.values[2 * r] + 0.3 * random.normal());
    }
    features.values[2 * 5 + 1] = 1.0F;
    const auto said = crossValidatedRidge(features, target, 1, foldsOf(40, 4));
    for (const double value : said)
        QVERIFY2(std::abs(value) < 5.0, qPrintable(QString::number(value)));
}

void ProbeTest::unequalListsAreRefused()
{
    const auto features = drawn(6, 2, 6);
    const std::vector<double> target(6);
    QVERIFY(
        !test::errorOf([&] { (void)crossValidatedRidge(features, std::vector<double>(5), 1, foldsOf(6, 2)); }).empty());
    QVERIFY(
        !test::errorOf([&] { (void)crossValidatedRidge(features, target, 1, std::vector<std::size_t>(6)); }).empty());
    QVERIFY(!test::errorOf([&] {
                 (void)crossValidatedRidge(drawn(4, 2, 6), std::vector<double>(4), 1, foldsOf(4, 2));
             }).empty());
}

void ProbeTest::spaceIsFoundWhereItIs()
{
    const QTemporaryDir folder;
    TwoLayers model;
    ProbeOptions options;
    options.data = scenes(folder, 24);
    options.output = test::scratch(folder, "probes.json");
    options.question = "Where?";
    const auto report = runProbes(options, model, {});
    QCOMPARE(model.asked, std::string("Where?"));
    QCOMPARE(report.scenes, 24);
    const auto* encoder = report.find("encoder", 0, "audio", "azimuth");
    const auto* projector = report.find("projector", 0, "audio", "azimuth");
    QVERIFY(encoder != nullptr && projector != nullptr);
    QVERIFY2(encoder->score < 10.0, qPrintable(QString::number(encoder->score)));
    QVERIFY(projector->score > 60.0); // 79 degrees to either side: a constant is far from both
    QVERIFY(report.azimuthConstantDeg > 60.0);
    QCOMPARE(report.find("encoder", 0, "audio", "class")->score, 1.0); // there is only one
    const auto again = readProbeReport(options.output);
    QCOMPARE(toJson(again).dump(), toJson(report).dump());
    QVERIFY(probesToMarkdown(again).find("| encoder |") != std::string::npos);
    options.data = scenes(folder, 12);
    QVERIFY(test::errorOf([&] { (void)runProbes(options, model, {}); }).find("12 scenes") != std::string::npos);
}

void ProbeTest::aModelWithoutLayersIsRefused()
{
    class NoLayers : public HearingModel
    {
        Localization localize(const AudioBuffer&, const ProgressCallback&) override { return {}; }
        Answer ask(const AudioBuffer&, const std::string&, const AskOptions&, const TokenCallback&) override
        {
            return {};
        }
        std::string name() const override { return "no layers"; }
        std::vector<std::string> labels() const override { return {}; }
    };
    const QTemporaryDir folder;
    NoLayers model;
    ProbeOptions options;
    options.data = scenes(folder, 24);
    options.output = test::scratch(folder, "probes.json");
    ErrorKind kind = ErrorKind::Internal;
    QVERIFY(!test::errorOf([&] { (void)runProbes(options, model, {}); }, &kind).empty());
    QVERIFY(kind == ErrorKind::Usage);
}

QTEST_GUILESS_MAIN(ProbeTest)
#include "ProbeTest.moc"
