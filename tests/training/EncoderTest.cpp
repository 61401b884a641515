// SPDX-License-Identifier: GPL-3.0-or-later
// What the spatial encoder is trained on: clips of several caches, their changes, and larger encoders.
#include "core/model/nn/SpatialEncoder.h"
#include "core/model/nn/TensorFile.h"
#include "core/training/EncoderBatch.h"
#include "core/training/EncoderScore.h"
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

ClipCache clipsOf(const std::filesystem::path& folder, std::int64_t count, const SamplerOptions& scene,
                  std::uint64_t seed = 1)
{
    return ClipCache::openOrMake(folder, scene,
                                 [&] {
                                     HeadPoolOptions pool;
                                     pool.only = {"kemar"};
                                     return SceneSampler(scene,
                                                         std::make_shared<const SoundCatalogue>(SoundCatalogue::read()),
                                                         std::make_shared<const HeadPool>(pool, 1));
                                 },
                                 Json::object(), seed, count, {});
}

SamplerOptions singleSources(double durationS, double movingShare)
{
    SamplerOptions scene;
    scene.durationS = durationS;
    scene.sourceShare = {1.0, 0.0, 0.0, 0.0};
    scene.movingShare = movingShare;
    return scene;
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
    void shapesAreReadFromFilesOfAnyWidth();
    void damagedEncodersAreRefused();
    void eachSeedHasItsOwnOrderOfClips();
    void withheldFeaturesAreSilentAndNothingElseIs();
    void unnamedSourcesTeachPlacesAlone();
    void theScoreTellsStandingFromMovingSources();
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
    for (auto& [name, tensor] : nn::moduleTensors(*small, ""))
        if (tensor.is_floating_point() && tensor.dim() == 1) // norms are not those of a new network
            tensor.set_data(tensor + 0.5 * torch::rand_like(tensor));
    const auto file = test::scratch(folder, "small.safetensors");
    nn::saveTensors(file, nn::moduleTensors(*small, "encoder."), {});
    shape.width = 0.5;
    shape.blocks = 3;
    shape.classes = 4;
    nn::SpatialEncoder large(shape);
    nn::loadEncoder(large, SafetensorsFile(file));
    nn::saveTensors(test::scratch(folder, "large.safetensors"), nn::moduleTensors(*large, "encoder."), {});
    QVERIFY(nn::toJson(nn::shapeOf(SafetensorsFile(test::scratch(folder, "large.safetensors")))) ==
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
    QVERIFY(test::errorOf([&] { nn::loadEncoder(other, SafetensorsFile(file)); }).find("trunk") != std::string::npos);
}

// Zeros on both sides of a new channel would stay for ever.
void EncoderTest::widerEncodersLearnWithWhatIsNew()
{
    const QTemporaryDir folder;
    auto shape = smallShape(); // channels 4, 6, 8, 12
    nn::SpatialEncoder small(shape);
    const auto file = test::scratch(folder, "small.safetensors");
    nn::saveTensors(file, nn::moduleTensors(*small, "encoder."), {});
    shape.width = 0.5;
    shape.blocks = 2;
    nn::SpatialEncoder large(shape);
    nn::loadEncoder(large, SafetensorsFile(file));
    torch::manual_seed(6);
    const auto bands = torch::randn({2, 4, 20, 80}), gcc = torch::randn({2, 20, 65});
    torch::optim::SGD optimiser(large->parameters(), 0.01);
    const auto learn = [&] {
        optimiser.zero_grad();
        const auto e = large->forward(bands, gcc);
        (e.azimuth.pow(2).mean() + e.activity.pow(2).mean()).backward();
    };
    const auto gradient = [&](const std::string& name) { return large->named_parameters()[name].grad(); };
    learn();
    QVERIFY(largest(gradient("merge.weight").slice(1, 12 * 20, 24 * 20)) > 0.0);        // channels 12 to 23
    QVERIFY(largest(gradient("band_trunk.3.weight").slice(0, 0, 6).slice(1, 4)) > 0.0); // old outputs, new inputs
    QVERIFY(largest(gradient("block1_down.weight")) > 0.0);
    optimiser.step();
    learn(); // and through them what is before
    QVERIFY(largest(gradient("band_trunk.11.weight").slice(0, 12)) > 0.0);
    QVERIFY(largest(gradient("band_trunk.0.weight").slice(0, 4)) > 0.0);
    QVERIFY(largest(gradient("block1_qkv.weight")) > 0.0);
}

void EncoderTest::shapesAreReadFromFilesOfAnyWidth()
{
    const QTemporaryDir folder;
    const auto file = test::scratch(folder, "encoder.safetensors");
    for (const double width : {0.1, 0.25, 0.3, 0.55, 0.7, 0.8, 1.0, 1.2, 1.3, 1.5, 2.0}) {
        auto shape = smallShape();
        shape.width = width;
        nn::SpatialEncoder encoder(shape);
        nn::saveTensors(file, nn::moduleTensors(*encoder, "encoder."), {});
        nn::SpatialEncoder again(nn::shapeOf(SafetensorsFile(file))); // another number may mean the same channels
        const auto a = nn::moduleTensors(*encoder, ""), b = nn::moduleTensors(*again, "");
        QCOMPARE(a.size(), b.size());
        for (std::size_t i = 0; i < a.size(); ++i)
            QVERIFY2(a[i].second.sizes() == b[i].second.sizes(), a[i].first.c_str());
    }
}

// Part of the tensors is of another shape, or not there.
void EncoderTest::damagedEncodersAreRefused()
{
    const QTemporaryDir folder;
    const auto file = test::scratch(folder, "damaged.safetensors");
    auto shape = smallShape();
    shape.blocks = 2;
    const auto said = [&](const std::string& name, const torch::Tensor& instead) {
        nn::SpatialEncoder encoder(shape);
        nn::NamedTensors tensors;
        for (const auto& [key, tensor] : nn::moduleTensors(*encoder, "encoder."))
            if (key != "encoder." + name)
                tensors.emplace_back(key, tensor);
            else if (instead.defined())
                tensors.emplace_back(key, instead);
        nn::saveTensors(file, tensors, {});
        return test::errorOf([&] { nn::loadEncoder(encoder, SafetensorsFile(file)); });
    };
    QVERIFY(said("nothing", {}).empty());
    for (const auto& [name, instead] : std::vector<std::pair<std::string, torch::Tensor>>{
             {"band_trunk.0.weight", torch::zeros({2, 5, 3, 3})},
             {"band_trunk.0.weight", torch::zeros({16, 5, 3, 3})}, // of a width of 1 before layers of 0.25
             {"band_trunk.4.running_var", torch::zeros({3})},
             {"merge.weight", torch::zeros({16})},
             {"merge.weight", torch::zeros({16, 128 + 12 * 20 + 7})},
             {"merge.weight", torch::zeros({18, 128 + 12 * 20})},
             {"slot_out.bias", torch::zeros({7})},
             {"slot_out.weight", torch::zeros({3 * (3 + 3 + 72), 4})},
             {"block1_qkv.weight", torch::zeros({1})},
             {"block0_norm1.weight", {}}, // block 1 alone
             {"norm.bias", {}}})
        QVERIFY2(!said(name, instead).empty(), name.c_str());
}

void EncoderTest::eachSeedHasItsOwnOrderOfClips()
{
    ClipOrder first(50, 1), second(50, 2);
    const auto a = first.batch(20, 0);
    QVERIFY(!torch::equal(a, second.batch(20, 0)));
    // An epoch sees every clip once, whatever was asked before.
    const auto epoch = torch::cat({first.batch(25, 0), first.batch(25, 1)});
    QVERIFY(torch::equal(std::get<0>(epoch.sort()), torch::arange(50)));
    (void)first.batch(20, 9);
    QVERIFY(torch::equal(first.batch(20, 0), a));
    QVERIFY(torch::equal(ClipOrder(50, 1).batch(20, 9), ClipOrder(50, 1).batch(20, 9)));
}

void EncoderTest::withheldFeaturesAreSilentAndNothingElseIs()
{
    const auto whole = someBatch();
    for (const std::string name : withheldFeatures) {
        auto batch = someBatch();
        withhold(batch, name);
        QVERIFY(((batch.bands == 0.0) | (batch.bands == whole.bands)).all().item<bool>());
        QVERIFY(((batch.gcc == 0.0) | (batch.gcc == whole.gcc)).all().item<bool>());
        QCOMPARE((batch.gcc == 0.0).all().item<bool>(), name == "gcc");
        const auto bands = (batch.bands == 0.0).all(2).all(0); // [channel, band]
        const auto count = [&](std::int64_t channel) { return bands[channel].sum().item<int>(); };
        constexpr int above8kHz = 17; // of 80 bands up to 15.5 kHz on the scale asinh(f / 1500 Hz)
        const int high = name == "above_8_khz" ? above8kHz : 0;
        QCOMPARE(count(0), name == "spectrum" ? 80 : high);
        QCOMPARE(count(1), name == "level_difference" ? 80 : high);
        QCOMPARE(count(2), name == "coherence" ? 80 : high);
        QCOMPARE(count(3), name == "coherence" ? 80 : high);
    }
}

void EncoderTest::unnamedSourcesTeachPlacesAlone()
{
    torch::manual_seed(8);
    auto batch = someBatch();
    batch.targets.label[0][1] = -1; // it sounds
    nn::SpatialEncoding e;
    e.activity = torch::randn({4, 20, 3});
    e.classLogits = torch::randn({4, 20, 3, 5}).requires_grad_(true);
    e.azimuth = torch::randn({4, 20, 3, 72});
    e.elevation = torch::randn({4, 20, 3});
    e.logDistance = torch::randn({4, 20, 3});
    e.logRt60 = torch::randn({4});
    encoderLoss(e, batch.targets, 1.0).total.backward();
    // Of the three slots the one that was given to it learns no label.
    const auto taught = e.classLogits.grad().abs().amax({1, 3}) > 0.0; // [clip, slot]
    QCOMPARE(taught[0].sum().item<int>(), 2);
    QCOMPARE(taught.slice(0, 1).sum().item<int>(), 9);
}

// One source stands, one goes about the listener, one comes nearer on a straight line: only the first keeps its place.
void EncoderTest::theScoreTellsStandingFromMovingSources()
{
    const QTemporaryDir folder;
    const ClipCache cache = clipsOf(test::scratch(folder, "clips"), 12, singleSources(1.0, 0.5));
    const auto batch = gatherClips({&cache, 1}, torch::arange(12), 25);
    const auto& t = batch.targets;
    const auto change = [](const torch::Tensor& x) { return (x - x.slice(1, 0, 1)).abs().amax(1).select(1, 0); };
    const auto moves = (change(t.azimuthDeg) > 0.1) | (change(t.elevationDeg) > 0.1) | (change(t.distanceM) > 0.01);
    const auto moving = moves.sum().item<int>();
    QVERIFY(moving > 0 && moving < 12);
    auto shape = smallShape();
    shape.classes = 25;
    nn::SpatialEncoder encoder(shape);
    const auto score = scoreEncoder(encoder, cache);
    QCOMPARE(score.clips, 12 - moving);
    QCOMPARE(score.movingFrames, t.activity.select(2, 0).index({moves}).sum().item<int>());
    QCOMPARE(score.mixtures, 0);
    QVERIFY(std::abs(score.value() - (1.0 - score.azimuthMeanDeg / 90.0)) < 1e-12);
    EncoderScore onlyMoving; // without single sources that stand, nothing is perfect
    onlyMoving.movingFrames = 10;
    onlyMoving.movingFoldedMeanDeg = 45.0;
    QVERIFY(std::abs(onlyMoving.value()) < 1e-12);
    QVERIFY(std::abs(EncoderScore().value()) < 1e-12);
}

void EncoderTest::clipsOfSeveralCachesAreNumberedThrough()
{
    const QTemporaryDir folder;
    SamplerOptions scene;
    scene.durationS = 1.0;
    const std::vector<ClipCache> caches{clipsOf(test::scratch(folder, "a"), 3, scene),
                                        clipsOf(test::scratch(folder, "b"), 2, scene, 9)};
    const auto mixed = gatherClips(caches, torch::tensor({4, 2}), 25); // sorted by cache: 2 of a, then 1 of b
    QCOMPARE(mixed.bands.size(0), 2);
    for (const auto& [row, cache, clip] : {std::tuple{0, 0, 2}, std::tuple{1, 1, 1}}) {
        const ClipCache& from = caches[static_cast<std::size_t>(cache)];
        QVERIFY(torch::equal(mixed.bands[row], from.bands()[clip].to(torch::kFloat)));
        QVERIFY(torch::equal(mixed.gcc[row], from.gcc()[clip].to(torch::kFloat)));
        QVERIFY(torch::equal(mixed.targets.rt60S[row], from.targets()[clip][0]));
        QVERIFY(
            torch::equal(mixed.targets.azimuthDeg[row][0][0], from.targets()[clip][4])); // rt60, sources, class, active
    }
    const auto all = gatherClips(caches, torch::arange(5), 25);
    // Labels beyond those that are told apart have no name.
    QVERIFY((all.targets.label.select(1, 0) >= 0).all().item<bool>());
    QVERIFY((gatherClips(caches, torch::arange(5), 0).targets.label == -1).all().item<bool>());
}

void EncoderTest::movingSourcesHaveTheirPlaceOfEachMoment()
{
    const QTemporaryDir folder;
    const ClipCache cache = clipsOf(test::scratch(folder, "moving"), 6, singleSources(2.0, 1.0));
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
