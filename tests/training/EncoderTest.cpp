// SPDX-License-Identifier: GPL-3.0-or-later
// What the spatial encoder is trained on: clips of several caches, their changes, and larger encoders.
#include "core/model/nn/SpatialEncoder.h"
#include "core/model/nn/TensorFile.h"
#include "core/training/EncoderBatch.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

using namespace binaurium;

namespace {

// Sums of the same products in another order: bfloat16 is not used here.
constexpr double rounding = 1e-4;

nn::SpatialEncoderConfig smallShape()
{
    nn::SpatialEncoderConfig shape;
    shape.classes = 3;
    shape.width = 0.25;
    shape.hidden = 16;
    shape.blocks = 1;
    return shape;
}

ClipCache clipsOf(const std::filesystem::path& folder, std::int64_t count, const SamplerOptions& scene)
{
    return ClipCache::openOrMake(folder, scene,
                                 [&] {
                                     HeadPoolOptions pool;
                                     pool.only = {"kemar"};
                                     return SceneSampler(scene,
                                                         std::make_shared<const SoundCatalogue>(SoundCatalogue::read()),
                                                         std::make_shared<const HeadPool>(pool, 1));
                                 },
                                 Json::object(), 1, count, {});
}

EncoderBatch someBatch()
{
    torch::manual_seed(3);
    EncoderBatch batch;
    batch.bands = torch::randn({4, 4, 200, 80});
    batch.gcc = torch::randn({4, 200, 65});
    EncoderTargets& t = batch.targets;
    t.activity = torch::ones({4, 20, 3});
    t.label = torch::zeros({4, 3}, torch::kLong);
    t.azimuthDeg = torch::arange(20).view({1, 20, 1}).expand({4, 20, 3}).to(torch::kFloat);
    t.elevationDeg = torch::zeros({4, 20, 3});
    t.distanceM = torch::ones({4, 20, 3});
    t.rt60S = torch::ones({4});
    return batch;
}

EncoderStageOptions nothingChanged()
{
    EncoderStageOptions options;
    options.cropShare = options.mirrorShare = options.earGainDb = options.tiltDb = 0.0;
    return options;
}

double largest(const torch::Tensor& x)
{
    return x.abs().max().item<double>();
}

} // namespace

class EncoderTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void widerAndDeeperEncodersSayTheSameAtFirst();
    void widerEncodersLearnWithWhatIsNew();
    void filesOfOtherThingsHaveNoShape();
    void clipsOfSeveralCachesAreNumberedThrough();
    void movingSourcesHaveTheirPlaceOfEachMoment();
    void exchangedEarsMirrorFeaturesAndTruth();
    void cutsTakeFeaturesAndTruthOfTheSameMoments();
    void coloursChangeLevelsAloneAndSmoothly();
};

void EncoderTest::widerAndDeeperEncodersSayTheSameAtFirst()
{
    const QTemporaryDir folder;
    auto shape = smallShape();
    torch::manual_seed(4);
    nn::SpatialEncoder small(shape);
    const auto file = test::scratch(folder, "small.safetensors");
    nn::saveTensors(file, nn::moduleTensors(*small, "encoder."), {});
    shape.width = 0.5;
    shape.blocks = 3;
    shape.classes = 4;
    nn::SpatialEncoder large(shape);
    nn::loadEncoder(large, SafetensorsFile(file));
    nn::saveTensors(test::scratch(folder, "large.safetensors"), nn::moduleTensors(*large, "encoder."), {});
    QCOMPARE(nn::toJson(nn::shapeOf(SafetensorsFile(test::scratch(folder, "large.safetensors")))),
             nn::toJson(large->config()));
    small->eval();
    large->eval();
    const auto bands = torch::randn({2, 4, 20, SpatialFeatureLayout::bands});
    const auto gcc = torch::randn({2, 20, SpatialFeatureLayout::lags});
    const auto a = small->forward(bands, gcc), b = large->forward(bands, gcc);
    QVERIFY(largest(a.hidden - b.hidden) < rounding);
    QVERIFY(largest(a.azimuth - b.azimuth) < rounding);
    QVERIFY(largest(a.classLogits - b.classLogits.slice(3, 0, 3)) < rounding);
    shape.hidden = 32; // another trunk is no growth
    nn::SpatialEncoder other(shape);
    QVERIFY(test::errorOf([&] { nn::loadEncoder(other, SafetensorsFile(file)); }).find("encoder.") !=
            std::string::npos);
}

// Zeros on both sides of a new channel would stay for ever.
void EncoderTest::widerEncodersLearnWithWhatIsNew()
{
    const QTemporaryDir folder;
    auto shape = smallShape();
    nn::SpatialEncoder small(shape);
    const auto file = test::scratch(folder, "small.safetensors");
    nn::saveTensors(file, nn::moduleTensors(*small, "encoder."), {});
    shape.width = 0.5;
    shape.blocks = 2;
    nn::SpatialEncoder large(shape);
    nn::loadEncoder(large, SafetensorsFile(file));
    const auto e = large->forward(torch::randn({2, 4, 20, 80}), torch::randn({2, 20, 65}));
    (e.azimuth.pow(2).sum() + e.activity.sum()).backward();
    for (const auto& parameter : large->named_parameters()) {
        const auto& name = parameter.key();
        if (name == "merge.weight" || name == "band_trunk.3.weight" || name.ends_with("down.weight"))
            QVERIFY2((parameter.value().grad().abs().sum(1) > 0).any().item<bool>(), name.c_str());
    }
}

void EncoderTest::filesOfOtherThingsHaveNoShape()
{
    const QTemporaryDir folder;
    const auto file = test::scratch(folder, "other.safetensors");
    const auto said = [&](const torch::Tensor& merge, const torch::Tensor& slots) {
        nn::saveTensors(file, {{"encoder.merge.weight", merge}, {"encoder.slot_out.bias", slots}}, {});
        return test::errorOf([&] { (void)nn::shapeOf(SafetensorsFile(file)); });
    };
    const auto slots = torch::zeros({3 * (3 + 2 + 72)});
    QVERIFY(said(torch::zeros({16, 128 + 12 * 20}), slots).empty());
    for (const auto& merge :
         {torch::zeros({16}), torch::zeros({18, 368}), torch::zeros({16, 64}), torch::zeros({0, 368})})
        QVERIFY(said(merge, slots).find("spatial encoder") != std::string::npos);
    for (const int rows : {0, 7, 3 * 75})
        QVERIFY(said(torch::zeros({16, 368}), torch::zeros({rows})).find("spatial encoder") != std::string::npos);
}

void EncoderTest::clipsOfSeveralCachesAreNumberedThrough()
{
    const QTemporaryDir folder;
    SamplerOptions scene;
    scene.durationS = 1.0;
    const std::vector<ClipCache> caches{clipsOf(test::scratch(folder, "a"), 3, scene),
                                        clipsOf(test::scratch(folder, "b"), 2, scene)};
    const auto all = gatherClips(caches, torch::arange(5), 25);
    QCOMPARE(all.bands.size(0), 5);
    // Both were drawn from the same seed: the first clips of the second are those of the first.
    QVERIFY(torch::equal(all.gcc[0], all.gcc[3]) && torch::equal(all.gcc[1], all.gcc[4]));
    const auto mixed = gatherClips(caches, torch::tensor({4, 2}), 25);
    QVERIFY(torch::equal(mixed.gcc[0], all.gcc[2]) && torch::equal(mixed.bands[1], all.bands[1]));
    // Labels beyond those that are told apart have no name.
    QVERIFY((all.targets.label.select(1, 0) >= 0).all().item<bool>());
    QVERIFY((gatherClips(caches, torch::arange(5), 0).targets.label == -1).all().item<bool>());
}

void EncoderTest::movingSourcesHaveTheirPlaceOfEachMoment()
{
    const QTemporaryDir folder;
    SamplerOptions scene;
    scene.durationS = 2.0;
    scene.sourceShare = {1.0, 0.0, 0.0, 0.0};
    scene.movingShare = 1.0;
    const ClipCache cache = clipsOf(test::scratch(folder, "moving"), 6, scene);
    const auto batch = gatherClips({&cache, 1}, torch::arange(6), 25);
    const auto track = batch.targets.azimuthDeg.select(2, 0); // [clip, frame]
    const auto steps = torch::remainder(track.diff(1, 1) + 180.0, 360.0) - 180.0;
    QVERIFY(((track - track.slice(1, 0, 1)).abs().amax(1) > 1.0).sum().item<int>() >= 4); // most go about the listener
    // Nobody jumps: at most 3 m/s at 0.4 m are 43 degrees in 100 ms.
    QVERIFY(largest(steps) < 43.0);
}

void EncoderTest::exchangedEarsMirrorFeaturesAndTruth()
{
    const auto before = someBatch();
    auto batch = someBatch();
    auto options = nothingChanged();
    options.mirrorShare = 1.0;
    RandomStream random(1, "mirror", 0);
    augment(batch, options, random);
    QVERIFY(torch::equal(batch.bands.select(1, 0), before.bands.select(1, 0)));
    QVERIFY(torch::equal(batch.bands.select(1, 1), -before.bands.select(1, 1)));
    QVERIFY(torch::equal(batch.bands.select(1, 2), before.bands.select(1, 2)));
    QVERIFY(torch::equal(batch.bands.select(1, 3), -before.bands.select(1, 3)));
    QVERIFY(torch::equal(batch.gcc, before.gcc.flip({2})));
    QVERIFY(torch::equal(batch.targets.azimuthDeg, -before.targets.azimuthDeg));
}

void EncoderTest::cutsTakeFeaturesAndTruthOfTheSameMoments()
{
    const auto before = someBatch();
    auto batch = someBatch();
    auto options = nothingChanged();
    options.cropShare = 1.0;
    RandomStream random(2, "cut", 0);
    augment(batch, options, random);
    QCOMPARE(batch.targets.activity.size(1), 10);
    const auto first = batch.targets.azimuthDeg[0][0][0].item<int>(); // someBatch() counts its frames there
    QVERIFY(torch::equal(batch.bands, before.bands.slice(2, 10 * first, 10 * (first + 10))));
    QVERIFY(torch::equal(batch.gcc, before.gcc.slice(1, 10 * first, 10 * (first + 10))));
}

void EncoderTest::coloursChangeLevelsAloneAndSmoothly()
{
    const auto before = someBatch();
    auto batch = someBatch();
    auto options = nothingChanged();
    options.colourDb = 3.0;
    options.earColourDb = 1.0;
    RandomStream random(3, "colour", 0);
    augment(batch, options, random);
    for (const int untouched : {2, 3})
        QVERIFY(torch::equal(batch.bands.select(1, untouched), before.bands.select(1, untouched)));
    QVERIFY(torch::equal(batch.gcc, before.gcc));
    for (const auto& [channel, unitDb, spreadDb] : {std::tuple{0, 15.0, 3.0}, std::tuple{1, 10.0, 1.0}}) {
        const auto curve = (batch.bands.select(1, channel) - before.bands.select(1, channel)) * unitDb;
        QVERIFY(largest(curve - curve.slice(1, 0, 1)) < rounding); // the same at all times
        const auto inBands = curve.select(1, 0);
        const double spread = inBands.std().item<double>();
        QVERIFY2(spread > 0.4 * spreadDb && spread < 2.0 * spreadDb, qPrintable(QString::number(spread)));
        QVERIFY(largest(inBands.diff(1, 1)) < spreadDb); // 80 bands
    }
}

QTEST_GUILESS_MAIN(EncoderTest)
#include "EncoderTest.moc"
