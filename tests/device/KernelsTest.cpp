// SPDX-License-Identifier: GPL-3.0-or-later
// What a device computes is what the processor computes, part by part; without a test library, so that it runs wherever
// a compiler and libtorch are (preset gpu-model). Exit code 77: skipped.
// usage: test_device_kernels         on a device that is made of the processor (PretendDevice.h)
//        test_device_kernels gpu     on the computer's GPU
#include "core/model/ComputeDevice.h"
#include "core/model/nn/Continuations.h"
#include "core/model/nn/Device.h"
#include "core/model/nn/HybridProjector.h"
#include "core/training/EncoderLoss.h"
#include "core/training/Grpo.h"
#include "core/training/MixedPrecision.h"
#include "core/training/Schedule.h"
#include "tests/PlainChecks.h"
#include "tests/device/CompareTensors.h"
#include "tests/device/PretendDevice.h"
#include "tests/training/TinyModel.h"

using namespace binaurium;
using test::check;
using test::checkAgree;

namespace {

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

void logitsAndAttentionAgree(const torch::Device& device)
{
    const torch::NoGradGuard guard;
    const auto here = tinyModelOn(torch::kCPU), there = tinyModelOn(device);
    check(there.embed(std::vector<int>{1}).device() == device, "embeddings lie on the device");
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
    check(logitsThere.device() == device, "logits lie on the device");
    checkAgree(logitsThere, logitsHere, "logits");
    checkAgree(torch::stack(attentionThere), torch::stack(attentionHere), "attention");
    check(there.nearestTokens(there.embed(std::vector<int>{7, 9})[0]) == std::vector<int>{7, 9}, "nearest tokens");
}

void packedAndPaddedSequencesAgree(const torch::Device& device)
{
    const auto logProbs = [](const nn::LanguageModel& model, torch::Tensor* entropy) {
        const auto texts = nn::continuations({{3, 4}, {5}, {6, 7, 8}}, {0, 0, 1}, model.device());
        return nn::continuationLogProbs(model, nn::promptBatch(promptsOf(model)), texts, 0.7, entropy);
    };
    const auto here = tinyModelOn(torch::kCPU), there = tinyModelOn(device);
    torch::Tensor entropyHere, entropyThere;
    checkAgree(logProbs(there, &entropyThere), logProbs(here, &entropyHere), "log-probabilities of completions");
    checkAgree(entropyThere, entropyHere, "entropy");
    const nn::Packing packing({{2, {1, 3}}, {1, {2}}});
    const std::vector<int> ids{1, 2, 3, 4, 5, 6, 7, 8, 9};
    checkAgree(there.forward(there.embed(ids), packing), here.forward(here.embed(ids), packing), "packed sequences");
}

void completionsAgree(const torch::Device& device)
{
    nn::GenerationOptions options;
    options.maxTokens = 6;
    options.temperature = 0.8;
    options.endTokens = {0};
    const auto made = [&](const torch::Device& on) {
        const auto model = tinyModelOn(on);
        auto all = nn::generateGroups(model, nn::promptBatch(promptsOf(model)), 3, options);
        all.push_back(nn::generate(model, model.embed(std::vector<int>{1, 2}), options));
        std::vector<std::vector<int>> ids;
        for (const auto& one : all)
            ids.push_back(one.ids);
        return ids;
    };
    check(made(device) == made(torch::kCPU), "completions");
}

void encoderAndItsStepAgree(const torch::Device& device)
{
    constexpr std::int64_t clips = 2, frames = 10;
    nn::SpatialEncoderConfig shape;
    shape.classes = 4;
    shape.dropout = 0.0;
    torch::manual_seed(5);
    const auto bands = torch::randn({clips, 4, 10 * frames, 80}), gcc = torch::randn({clips, 10 * frames, 65});
    EncoderTargets targets{torch::ones({clips, frames, 3}),         torch::tensor({{0, 1, -1}, {2, 3, 0}}),
                           torch::rand({clips, frames, 3}) * 360.0, torch::rand({clips, frames, 3}) * 40.0,
                           torch::rand({clips, frames, 3}) + 0.5,   torch::rand({clips}) + 0.2};
    struct Step
    {
        torch::Tensor loss, posterior, gradients;
    };
    const auto step = [&](const torch::Device& on) {
        torch::manual_seed(6);
        nn::SpatialEncoder encoder(shape);
        encoder->to(on);
        const PrecisionScope scope(Precision::Float32, on.type());
        const auto encoding = encoder->forward(bands.to(on), gcc.to(on));
        const auto loss = encoderLoss(encoding, targets.on(on), 0.3).total;
        loss.backward();
        std::vector<torch::Tensor> gradients;
        for (const auto& p : encoder->parameters())
            gradients.push_back(p.grad().flatten().cpu());
        return Step{loss.detach(), nn::mixedPosterior(encoding).detach(), torch::cat(gradients)};
    };
    const auto here = step(torch::kCPU), there = step(device);
    check(there.posterior.device() == device, "the posterior lies on the device");
    checkAgree(there.loss, here.loss, "loss of the encoder");
    checkAgree(there.posterior, here.posterior, "posterior");
    checkAgree(there.gradients, here.gradients, "gradients of the encoder");
}

void optimiserStepsAgree(const torch::Device& device)
{
    torch::manual_seed(8);
    const auto start = torch::randn({6, 5}), gradient = torch::randn({6, 5});
    const auto stepped = [&](const torch::Device& on) {
        auto weight = start.to(on, torch::kFloat, false, true).requires_grad_(true);
        AdamW optimiser({{{weight}, 1e-2, 0.01}});
        for (int i = 0; i < 3; ++i) {
            weight.mutable_grad() = gradient.to(on, torch::kFloat, false, true);
            (void)optimiser.clip(1.0);
            optimiser.step(1.0);
        }
        return weight.detach();
    };
    checkAgree(stepped(device), stepped(torch::kCPU), "steps of the optimiser");
}

// Cross entropy of some labels, back to the LoRA, and the step that follows.
void languageStepAgrees(const torch::Device& device)
{
    const auto stepped = [](const torch::Device& on) {
        const auto model = tinyModelOn(on);
        AdamW optimiser({{model.lora()->parameters(), 1e-2, 0.01}});
        const auto states = model.forward(model.embed(std::vector<int>{1, 2, 3, 4, 5, 6}))[0].slice(0, 3, 5);
        const auto label = torch::tensor({5, 6}, torch::kLong).to(on);
        torch::nn::functional::cross_entropy(model.logits(states), label).backward();
        (void)optimiser.clip(1.0);
        optimiser.step(1.0);
        std::vector<torch::Tensor> weights;
        for (const auto& p : model.lora()->parameters())
            weights.push_back(p.detach().flatten().cpu());
        return torch::cat(weights);
    };
    checkAgree(stepped(device), stepped(torch::kCPU), "LoRA after a step");
}

// The loss of reinforcement learning and its gradient.
void groupLossAgrees(const torch::Device& device)
{
    torch::manual_seed(9);
    const auto logProbs = -torch::rand({4, 3}), old = logProbs + 0.1 * torch::randn({4, 3});
    const auto rewards = torch::rand({2, 2});
    const auto gradient = [&](const torch::Device& on) {
        auto x = logProbs.to(on, torch::kFloat, false, true).requires_grad_(true);
        GrpoInput input;
        input.logProbs = x;
        input.old = input.reference = old.to(on);
        input.advantage = groupAdvantages(rewards, true).flatten().to(on);
        input.mask = torch::ones({4, 3}, torch::kBool).to(on);
        grpoLoss(input, {"dapo", 0.2, 0.28, 0.1, 3}, {4.0, 12.0}).total.backward();
        return x.grad();
    };
    checkAgree(gradient(device), gradient(torch::kCPU), "gradient of the group loss");
}

void audioTokensAgree(const torch::Device& device, const std::string& kind)
{
    nn::ProjectorConfig shape;
    shape.kind = kind;
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
    projector->to(device);
    checkAgree(projector->forward(semantic.to(device), spatial.to(device)), here, "audio tokens of " + kind);
}

} // namespace

int main(int argc, char** argv)
{
    at::set_num_threads(1);
    torch::Device device(torch::kCPU);
    if (argc > 1 && std::string(argv[1]) == "gpu") {
        if (computeDevices().size() < 2) {
            std::puts("skipped: the linked libtorch finds no GPU");
            return test::skipped;
        }
        device = nn::deviceOf("auto");
        at::globalContext().setAllowTF32CuDNN(false);
    } else {
        test::registerPretendDevice();
        device = torch::Device(test::pretendId);
    }
    logitsAndAttentionAgree(device);
    packedAndPaddedSequencesAgree(device);
    completionsAgree(device);
    encoderAndItsStepAgree(device);
    optimiserStepsAgree(device);
    languageStepAgrees(device);
    groupLossAgrees(device);
    for (const char* kind : {"p0", "p1", "p2", "p3", "p4", "p5", "p6", "routed"})
        audioTokensAgree(device, kind);
    return test::failures == 0 ? 0 : 1;
}
