// SPDX-License-Identifier: GPL-3.0-or-later
// Training and answers of the whole program on a device are those of the processor (KernelsTest.cpp: part by part).
// With BINAURIUM_TEST_GPU the device is the computer's GPU (ctest -L gpu), else one that is made of the processor
// (PretendDevice.h).
#include "core/model/nn/Device.h"
#include "core/model/ComputeDevice.h"
#include "core/model/HearingModel.h"
#include "core/training/GrpoStage.h"
#include "core/training/LanguageStage.h"
#include "tests/TestMain.h"
#include "tests/device/CompareTensors.h"
#include "tests/device/PretendDevice.h"
#include "tests/model/NoiseFromTheLeft.h"
#include "tests/training/TinyLanguage.h"

#include <QTemporaryDir>

using namespace binaurium;

namespace {

#define COMPARE_TENSORS(there, here)                                                                                   \
    do {                                                                                                               \
        const double apart = test::difference(there, here);                                                            \
        QVERIFY2(apart < test::deviceTolerance, qPrintable(QStringLiteral(#here ": %1").arg(apart)));                  \
    } while (false)

} // namespace

class DeviceTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void devicesAreFoundByTheirIds();
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
    QVERIFY2(apart < test::deviceTolerance, qPrintable(QString::number(apart)));
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
        QVERIFY(std::abs(heard[1].posterior[k] - heard[0].posterior[k]) < test::deviceTolerance);
    COMPARE_TENSORS(torch::tensor(explanations[1].attention.weights), torch::tensor(explanations[0].attention.weights));
    const double there = explanations[1].occlusions[0].change, here = explanations[0].occlusions[0].change;
    QVERIFY2(std::abs(there - here) < test::deviceTolerance, qPrintable(QStringLiteral("%1, %2").arg(there).arg(here)));
}

QTEST_GUILESS_MAIN(DeviceTest)
#include "DeviceTest.moc"
