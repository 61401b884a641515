// SPDX-License-Identifier: GPL-3.0-or-later
// What a device computes is what the processor computes. With BINAURIUM_TEST_GPU the device is the computer's GPU
// (ctest -L gpu), else one that is made of the processor (PretendDevice.h).
#include "core/model/nn/Device.h"
#include "core/model/ComputeDevice.h"
#include "core/model/HearingModel.h"
#include "core/model/nn/Continuations.h"
#include "core/training/EncoderLoss.h"
#include "core/training/GrpoStage.h"
#include "core/training/LanguageStage.h"
#include "core/training/MixedPrecision.h"
#include "core/training/Schedule.h"
#include "tests/TestMain.h"
#include "tests/model/NoiseFromTheLeft.h"
#include "tests/training/PretendDevice.h"
#include "tests/training/TinyLanguage.h"

#include <QTemporaryDir>

using namespace binaurium;

namespace {

constexpr double tolerance = 1e-3; // relative to the largest value, float32; a GPU sums in another order

// Relative to the largest value of b.
double difference(const torch::Tensor& a, const torch::Tensor& b)
{
    const auto there = a.to(torch::kCPU, torch::kDouble), here = b.to(torch::kCPU, torch::kDouble);
    return (there - here).abs().max().item<double>() / std::max(1e-12, here.abs().max().item<double>());
}

#define COMPARE_TENSORS(there, here)                                                                                   \
    do {                                                                                                               \
        const double apart = difference(there, here);                                                                  \
        QVERIFY2(apart < tolerance, qPrintable(QStringLiteral(#here ": %1").arg(apart)));                              \
    } while (false)

nn::LanguageModel tinyModelOn(const torch::Device& device)
{
    auto model = test::tinyModelWithLora();
    model.moveTo(device);
    return model;
}

std::vector<torch::Tensor> promptsOf(const nn::LanguageModel& model)
{
    return {model.embed(std::vector<int>{1, 2, 3, 4})[0], model.embed(std::vector<int>{5, 6})[0]};
}

} // namespace

class DeviceTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void devicesAreFoundByTheirIds();
    void logitsAndAttentionAgree();
    void packedAndPaddedSequencesAgree();
    void completionsAgree();
    void encoderAndItsStepAgree();
    void optimiserStepsAgree();
    void audioTokensAgree_data();
    void audioTokensAgree();
    void trainedWeightsAgree();
    void answersOfTheShippedModelAgree();

private:
    torch::Device device_ = torch::kCPU;
};

void DeviceTest::initTestCase()
{
    BINAURIUM_FAIL_ON_WARNINGS();
    if (qEnvironmentVariableIsSet("BINAURIUM_TEST_GPU")) {
        if (computeDevices().size() < 2)
            QSKIP("the linked libtorch finds no GPU");
        device_ = nn::deviceOf("auto");
        at::globalContext().setAllowTF32CuDNN(false);
    } else {
        test::registerPretendDevice();
        device_ = torch::Device(test::pretendId);
    }
    at::set_num_threads(1);
}

void DeviceTest::devicesAreFoundByTheirIds()
{
    const auto all = computeDevices();
    QCOMPARE(all.front().id, std::string("cpu"));
    QCOMPARE(chosenDevice("cpu").id, std::string("cpu"));
    QCOMPARE(chosenDevice("auto").id, device_.str());
    QVERIFY(test::errorOf([] { (void)chosenDevice("gpu one"); }).find("use auto, cpu or cuda:N") != std::string::npos);
    QVERIFY(test::errorOf([] { (void)chosenDevice("cuda:97"); }).find("no device cuda:97") != std::string::npos);
    QVERIFY(test::errorOf([&] { nn::throwOutOfMemory(device_); }).find("too little memory") != std::string::npos);
}

void DeviceTest::logitsAndAttentionAgree()
{
    const torch::NoGradGuard guard;
    const auto here = tinyModelOn(torch::kCPU), there = tinyModelOn(device_);
    QCOMPARE(there.embed(std::vector<int>{1}).device(), device_);
    const auto passes = [](const nn::LanguageModel& model, std::vector<torch::Tensor>& attention) {
        nn::KvCache cache(model.config(), 8);
        (void)model.forward(model.embed(std::vector<int>{1, 2, 3}), &cache);
        const auto states = model.forward(model.embed(std::vector<int>{4, 5}), &cache, &attention);
        (void)model.forward(model.embed(std::vector<int>{6}), &cache);
        return model.logits(states);
    };
    std::vector<torch::Tensor> attentionHere, attentionThere;
    const auto logitsHere = passes(here, attentionHere);
    const auto logitsThere = passes(there, attentionThere);
    QCOMPARE(logitsThere.device(), device_);
    COMPARE_TENSORS(logitsThere, logitsHere);
    QCOMPARE(attentionThere.size(), attentionHere.size());
    COMPARE_TENSORS(torch::stack(attentionThere), torch::stack(attentionHere));
    QCOMPARE(there.nearestTokens(there.embed(std::vector<int>{7, 9})[0]), (std::vector<int>{7, 9}));
}

void DeviceTest::packedAndPaddedSequencesAgree()
{
    const auto logProbs = [](const nn::LanguageModel& model, torch::Tensor* entropy) {
        const auto texts = nn::continuations({{3, 4}, {5}, {6, 7, 8}}, {0, 0, 1}, model.device());
        return nn::continuationLogProbs(model, nn::promptBatch(promptsOf(model)), texts, 0.7, entropy);
    };
    const auto here = tinyModelOn(torch::kCPU), there = tinyModelOn(device_);
    torch::Tensor entropyHere, entropyThere;
    COMPARE_TENSORS(logProbs(there, &entropyThere), logProbs(here, &entropyHere));
    COMPARE_TENSORS(entropyThere, entropyHere);
    const nn::Packing packing({{2, {1, 3}}, {1, {2}}});
    const std::vector<int> ids{1, 2, 3, 4, 5, 6, 7, 8, 9};
    COMPARE_TENSORS(there.forward(there.embed(ids), packing), here.forward(here.embed(ids), packing));
}

void DeviceTest::completionsAgree()
{
    nn::GenerationOptions options;
    options.maxTokens = 6;
    options.temperature = 0.8;
    options.endTokens = {0};
    const auto made = [&](const torch::Device& device) {
        const auto model = tinyModelOn(device);
        auto all = nn::generateGroups(model, nn::promptBatch(promptsOf(model)), 3, options);
        all.push_back(nn::generate(model, model.embed(std::vector<int>{1, 2}), options));
        std::vector<std::vector<int>> ids;
        for (const auto& one : all)
            ids.push_back(one.ids);
        return ids;
    };
    QCOMPARE(made(device_), made(torch::kCPU));
}

void DeviceTest::encoderAndItsStepAgree()
{
    constexpr std::int64_t clips = 2, frames = 10;
    nn::SpatialEncoderConfig shape;
    shape.classes = 4;
    shape.dropout = 0.0;
    torch::manual_seed(5);
    const auto bands = torch::randn({clips, 4, 10 * frames, 80}), gcc = torch::randn({clips, 10 * frames, 65});
    EncoderTargets targets{torch::ones({clips, frames, 3}), torch::tensor({{0, 1, -1}, {2, 3, 0}}),
                           torch::rand({clips, 3}) * 360.0, torch::rand({clips, 3}) * 40.0,
                           torch::rand({clips, 3}) + 0.5,   torch::rand({clips}) + 0.2};
    struct Step
    {
        torch::Tensor loss, posterior, gradients;
    };
    const auto step = [&](const torch::Device& device) {
        torch::manual_seed(6);
        nn::SpatialEncoder encoder(shape);
        encoder->to(device);
        const PrecisionScope scope(Precision::Float32, device.type());
        const auto encoding = encoder->forward(bands.to(device), gcc.to(device));
        const auto loss = encoderLoss(encoding, targets.on(device), 0.3).total;
        loss.backward();
        std::vector<torch::Tensor> gradients;
        for (const auto& p : encoder->parameters())
            gradients.push_back(p.grad().flatten().cpu());
        return Step{loss.detach(), nn::mixedPosterior(encoding).detach(), torch::cat(gradients)};
    };
    const auto here = step(torch::kCPU), there = step(device_);
    QCOMPARE(there.posterior.device(), device_);
    COMPARE_TENSORS(there.loss, here.loss);
    COMPARE_TENSORS(there.posterior, here.posterior);
    COMPARE_TENSORS(there.gradients, here.gradients);
}

void DeviceTest::optimiserStepsAgree()
{
    torch::manual_seed(8);
    const auto start = torch::randn({6, 5}), gradient = torch::randn({6, 5});
    const auto stepped = [&](const torch::Device& device) {
        auto weight = start.to(device, torch::kFloat, false, true).requires_grad_(true);
        AdamW optimiser({{{weight}, 1e-2, 0.01}});
        for (int i = 0; i < 3; ++i) {
            weight.mutable_grad() = gradient.to(device, torch::kFloat, false, true);
            (void)optimiser.clip(1.0);
            optimiser.step(1.0);
        }
        return weight.detach();
    };
    COMPARE_TENSORS(stepped(device_), stepped(torch::kCPU));
}

void DeviceTest::audioTokensAgree_data()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"p0", "p1", "p2", "p4", "p5", "routed"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void DeviceTest::audioTokensAgree()
{
    QFETCH(QString, kind);
    nn::ProjectorConfig shape;
    shape.kind = kind.toStdString();
    shape.semantic = 8;
    shape.hidden = 6;
    shape.slotCount = 3;
    shape.azimuthBins = 8;
    shape.spatial = shape.hidden + shape.slotCount * (3 + 2 + shape.azimuthBins);
    shape.output = 12;
    if (shape.tokensPerSlot() == 0)
        shape.slotCount = shape.hidden = 0;
    torch::manual_seed(7);
    nn::HybridProjector projector(shape, 1.0);
    projector->eval();
    const torch::NoGradGuard guard;
    const auto semantic = torch::randn({2, 5, shape.semantic}), spatial = torch::rand({2, 5, shape.spatial});
    const auto here = projector->forward(semantic, spatial);
    projector->to(device_);
    COMPARE_TENSORS(projector->forward(semantic.to(device_), spatial.to(device_)), here);
}

void DeviceTest::trainedWeightsAgree()
{
    const auto words = test::tokenizer();
    if (words == nullptr)
        QSKIP("the base weights are not on this computer (binaurium-cli models fetch)");
    TrainOptions options;
    options.seed = 3;
    options.validateEverySteps = 2;
    options.sft.optimiser = {2e-3, 0.01, 0.05, 1.0, 6, 3};
    options.sft.loraLearningRate = 2e-3;
    options.sft.validationQuestions = 6;
    options.sft.warmUpSteps = 2;
    options.grpo.optimiser = {1e-3, 0.0, 0.05, 1.0, 3, 2};
    options.grpo.group = 3;
    options.grpo.microBatch = 3;
    options.grpo.maxTokens = 3;
    options.grpo.klWeight = 0.01;
    options.grpo.guardMargin = 1.0;
    options.grpo.validationQuestions = 6;
    const auto trained = [&](const torch::Device& device) {
        const QTemporaryDir folder;
        test::TinyLanguage tiny(*words);
        tiny.model.moveTo(device);
        tiny.parts.projector->to(device);
        auto run = RunFolder::create(test::scratch(folder, "run"), "");
        runLanguageStage("sft", tiny.parts, options.sft, options, run, {});
        runGrpoStage(tiny.parts, options.grpo, options, run, {});
        nn::NamedTensors copies;
        for (const auto& [name, tensor] : tiny.parts.tensors())
            copies.emplace_back(name, tensor.detach().cpu().clone());
        return copies;
    };
    const double apart = test::largestDifference(trained(device_), trained(torch::kCPU));
    QVERIFY2(apart < tolerance, qPrintable(QString::number(apart)));
}

void DeviceTest::answersOfTheShippedModelAgree()
{
    if (test::weightFile("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf").empty() ||
        test::weightFile("whisper-tiny.en", "model.bin").empty())
        QSKIP("the base weights are not on this computer (binaurium-cli models fetch)");
    const auto audio = test::noiseFromTheLeft("device test", 32000);
    AskOptions ask;
    ask.options = {"left", "right", "in front of you", "behind"};
    ask.maxTokens = 2;
    ask.control = Control::ShuffleSpatial;
    ExplainRequest request;
    request.question = "Where does the noise come from?";
    request.answer = "left";
    request.ask.options = ask.options;
    request.occlusions = {{Occlusion::Kind::ZeroSlot, 0.0, 0.0, 1}};
    std::vector<Answer> answers;
    std::vector<Localization> heard;
    std::vector<Explanation> explanations;
    for (const std::string& id : {std::string("cpu"), device_.str()}) {
        ModelOptions options;
        options.dtype = "float32";
        options.device = id;
        const auto model = HearingModel::load(options);
        answers.push_back(model->askMany({{audio, request.question, {ask}}})[0][0]);
        QCOMPARE(answers.back().device, id);
        heard.push_back(model->localize(audio));
        explanations.push_back(model->explain(audio, request));
    }
    QCOMPARE(answers[1].generated, answers[0].generated);
    COMPARE_TENSORS(torch::tensor(answers[1].optionScores), torch::tensor(answers[0].optionScores));
    for (std::size_t k = 0; k < heard[0].posterior.size(); ++k)
        QVERIFY(std::abs(heard[1].posterior[k] - heard[0].posterior[k]) < tolerance);
    COMPARE_TENSORS(torch::tensor(explanations[1].attention.weights), torch::tensor(explanations[0].attention.weights));
    const double there = explanations[1].occlusions[0].change, here = explanations[0].occlusions[0].change;
    QVERIFY2(std::abs(there - here) < tolerance, qPrintable(QStringLiteral("%1, %2").arg(there).arg(here)));
}

QTEST_GUILESS_MAIN(DeviceTest)
#include "DeviceTest.moc"
