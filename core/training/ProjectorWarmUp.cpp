// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/ProjectorWarmUp.h"

#include "core/dataset/Labels.h"
#include "core/training/Schedule.h"

namespace binaurium {
namespace {

// Mean embedding of the words of every label and every direction, unit length: [words, hidden].
torch::Tensor wordDirections(const LanguageParts& parts)
{
    std::vector<torch::Tensor> rows;
    const auto add = [&](const std::string& words) {
        const auto mean = parts.model->embed(parts.tokenizer->encode(" " + words))[0].mean(0);
        rows.push_back(mean / mean.norm());
    };
    for (const Label& label : labels())
        add(label.words);
    for (const char* direction : {"front", "left", "behind", "right"})
        add(direction);
    return torch::stack(rows);
}

// Which words a scene's direction questions speak of: label and answer of each, as a distribution over the words.
torch::Tensor wordTargets(const QuestionCache& cache, const std::vector<std::int64_t>& scenes)
{
    const auto labelCount = static_cast<std::int64_t>(labels().size());
    auto target = torch::zeros({static_cast<std::int64_t>(scenes.size()), labelCount + 4});
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        for (const Item& item : cache.questions(scenes[i])) {
            if (item.task != "direction" || item.program.at("op") != "quadrant")
                continue;
            const int label = labelIndex(item.program.at("of").at("label").get<std::string>());
            const char* const names[] = {"front", "left", "behind", "right"};
            for (std::int64_t d = 0; d < 4; ++d)
                if (item.answer == names[d])
                    target[static_cast<std::int64_t>(i)][labelCount + d] += 1.0;
            target[static_cast<std::int64_t>(i)][label] += 1.0;
        }
    }
    return target / target.sum(1, true).clamp_min(1.0);
}

// What each slot token is to say, as a distribution over the words: [scenes, slot tokens, words]. Spatial features as
// FrontEnd lays them out, weighted by activity: the class posterior, and the azimuth posterior summed over quadrants. A
// slot's only token says both; of three the first says the class, the second the quadrant, and the third is left free.
torch::Tensor slotTargets(nn::HybridProjectorImpl& projector, const torch::Tensor& spatial)
{
    constexpr double smallest = 1e-4;
    const auto& shape = projector.config();
    const auto known = shape.classes(), unknown = static_cast<std::int64_t>(labels().size()) - known;
    const auto mean = spatial.slice(2, shape.hidden).unflatten(2, {shape.slotCount, -1}).mean(1); // [scenes, slots, F]
    const auto label = torch::constant_pad_nd(mean.slice(2, 1, 1 + known), {0, unknown});
    const auto azimuth = mean.slice(2, 1 + known, -2);
    const auto bins = azimuth.size(2), quarter = bins / 4;
    // Bins count from straight ahead to the left; quadrants are front, left, behind, right.
    const auto quadrants = azimuth.roll(quarter / 2, 2).unflatten(2, {4, quarter}).sum(3);
    const auto shares = [](const torch::Tensor& all) { return all / all.sum(-1, true).clamp_min(smallest); };
    if (shape.tokensPerSlot() == 1)
        return shares(torch::cat({label, quadrants}, 2));
    const auto what = shares(torch::cat({label, torch::zeros_like(quadrants)}, 2));
    const auto where = shares(torch::cat({torch::zeros_like(label), quadrants}, 2));
    return torch::stack({what, where, torch::zeros_like(what)}, 2).flatten(1, 2);
}

} // namespace

void warmUpProjector(LanguageParts& parts, const LanguageStageOptions& stage, std::uint64_t seed, RunFolder& run,
                     const ProgressCallback& progress)
{
    constexpr int batch = 64;
    constexpr double sharpness = 12.0; // logits per unit of cosine
    OptimiserOptions schedule = stage.optimiser;
    schedule.steps = stage.warmUpSteps;
    AdamW optimiser({{parts.projector->parameters(), schedule.learningRate, schedule.weightDecay}});
    const QuestionCache& cache = parts.train->cache();
    const auto words = wordDirections(parts);
    parts.projector->train();
    for (int step = 0; step < schedule.steps; ++step) {
        RandomStream random(seed, "projector warm-up", static_cast<std::uint64_t>(step));
        std::vector<std::int64_t> scenes;
        for (int i = 0; i < batch; ++i)
            scenes.push_back(cache.asked()[random.below(cache.asked().size())]);
        const auto tokens = parts.audioTokens(cache, scenes);
        const auto cosine = torch::matmul(
            torch::nn::functional::normalize(tokens, torch::nn::functional::NormalizeFuncOptions().dim(2)), words.t());
        const auto logits = torch::log_softmax(sharpness * cosine, 2);
        const auto moments = tokens.size(1) - parts.projector->slotTokens();
        const auto device = parts.model->device();
        const auto targets = wordTargets(cache, scenes).to(device).unsqueeze(1);
        auto loss = -(logits.slice(1, 0, moments) * targets).sum(2).mean();
        if (parts.projector->slotTokens() > 0 && !parts.projector->config().speaks()) {
            const auto spatial = cache.spatial().index_select(0, torch::tensor(scenes)).to(device, torch::kFloat);
            loss = loss - (logits.slice(1, moments) * slotTargets(*parts.projector, spatial)).sum(2).mean();
        }
        optimiser.zeroGrad();
        loss.backward();
        const double norm = optimiser.clip(schedule.clipNorm);
        optimiser.step(learningRateFactor(step, schedule));
        if (step % 50 == 0)
            run.log("step", {{"stage", "warm-up"}, {"step", step}, {"loss", loss.item<double>()}, {"grad_norm", norm}});
        reportProgress(progress, {"projector warm-up", step + 1, schedule.steps, {}});
    }
}

} // namespace binaurium
