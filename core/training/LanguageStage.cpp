// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/LanguageStage.h"

#include "core/support/Stopwatch.h"
#include "core/training/ProjectorWarmUp.h"
#include "core/training/QuestionScore.h"
#include "core/training/SuccessRates.h"

#include <algorithm>
#include <cmath>

namespace binaurium {

namespace {

constexpr double successMemory = 0.9; // of a kind's success at each of its questions

// Of what is beyond a guess, how much is known: 0 to 1.
void noteSuccess(SuccessRates& rates, std::span<const LanguageExample> examples, const std::vector<double>& probability)
{
    for (std::size_t i = 0; i < examples.size(); ++i)
        if (const auto& e = examples[i]; e.kind)
            rates.note(*e.kind, std::clamp((probability[i] - e.chance) / (1.0 - e.chance), 0.0, 1.0));
}

// Of the answers of some examples, whose labels lie one behind the other with these losses, e^-sum.
void addProbabilities(const torch::Tensor& losses, std::span<const LanguageExample> examples, torch::Tensor target)
{
    const auto sums = losses.detach().to(torch::kCPU, torch::kDouble);
    std::int64_t at = 0;
    for (std::size_t i = 0; i < examples.size(); ++i) {
        const auto size = static_cast<std::int64_t>(examples[i].answer.size());
        target[static_cast<std::int64_t>(i)] = std::exp(-sums.narrow(0, at, size).sum().item<double>());
        at += size;
    }
}

} // namespace

double accumulateGradients(const LanguageParts& parts, std::span<const LanguageExample> examples, int microBatch,
                           std::vector<double>* probability)
{
    std::size_t tokens = 0;
    for (const auto& e : examples)
        tokens += e.answer.size();
    const auto step = microBatch > 0 ? static_cast<std::size_t>(microBatch) : examples.size();
    const auto [first, end] = parts.ranks->part(examples.size());
    auto known = torch::zeros({static_cast<std::int64_t>(examples.size())}, torch::kDouble);
    double total = 0.0;
    for (std::size_t start = first; start < end; start += step) {
        const auto some = examples.subspan(start, std::min(step, end - start));
        const auto batch = makeLanguageBatch(parts, some);
        const auto states = parts.model->forward(batch.embeddings, batch.packing)[0].index_select(0, batch.position);
        const auto losses = torch::nn::functional::cross_entropy(
            parts.model->logits(states), batch.label,
            torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kNone));
        const auto loss = losses.sum() / static_cast<double>(tokens);
        loss.backward();
        addProbabilities(losses, some, known.slice(0, static_cast<std::int64_t>(start)));
        total += loss.item<double>();
    }
    std::vector<torch::Tensor> parameters = parts.projector->parameters();
    for (const auto& p : parts.model->lora()->parameters())
        parameters.push_back(p);
    sumGradients(*parts.ranks, parameters);
    if (probability != nullptr) {
        parts.ranks->sum(std::span(&known, 1));
        probability->assign(known.data_ptr<double>(), known.data_ptr<double>() + known.numel());
    }
    return parts.ranks->sum(total);
}

void runLanguageStage(const std::string& name, LanguageParts& parts, const LanguageStageOptions& options,
                      const TrainOptions& train, RunFolder& run, const ProgressCallback& progress)
{
    const auto& schedule = options.optimiser;
    AdamW optimiser({{parts.projector->parameters(), schedule.learningRate, schedule.weightDecay},
                     {parts.model->lora()->parameters(), options.loraLearningRate, 0.0}});
    for (auto& p : parts.model->lora()->parameters())
        p.set_requires_grad(options.loraLearningRate > 0.0);
    if (options.warmUpSteps > 0 && !std::filesystem::exists(run.checkpoint(name)))
        warmUpProjector(parts, options, train.seed, run, progress);
    const auto questions =
        parts.validation->sample(static_cast<std::size_t>(options.validationQuestions), train.seedOfScenes());
    SuccessRates rates(parts.train->kinds().size(), successMemory);
    Stage stage;
    stage.name = name;
    stage.options = &options;
    stage.tensors = parts.tensors();
    if (options.adaptive)
        stage.tensors.emplace_back(name + ".success", rates.state());
    stage.optimiser = &optimiser;
    stage.validateEvery = train.validateEverySteps;
    stage.ranks = parts.ranks;
    stage.gradients = [&](int step) -> Json {
        const Stopwatch clock;
        RandomStream random(train.seed, name + " step", static_cast<std::uint64_t>(step));
        parts.projector->train();
        const auto weights = options.adaptive ? rates.forLearning() : std::vector<double>();
        const auto examples = drawExamples(parts, options, static_cast<double>(step) / schedule.steps, random, weights);
        std::vector<double> probability;
        const double loss = accumulateGradients(parts, examples, options.microBatch, &probability);
        noteSuccess(rates, examples, probability);
        std::size_t tokens = 0;
        for (const auto& e : examples)
            tokens += e.prompt.before.size() + e.prompt.after.size() + e.answer.size();
        tokens += examples.size() * static_cast<std::size_t>(parts.train->cache().semantic().size(1));
        return {{"loss", loss}, {"tokens_per_s", static_cast<double>(tokens) / clock.seconds()}};
    };
    stage.validate = [&] {
        const auto score = scoreQuestions(parts, parts.validation->cache(), questions);
        return std::pair(score.accuracy(), toJson(score));
    };
    runStage(stage, train, run, progress);
}

} // namespace binaurium
