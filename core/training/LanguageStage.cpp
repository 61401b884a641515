// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/LanguageStage.h"

#include "core/support/Stopwatch.h"
#include "core/training/ProjectorWarmUp.h"
#include "core/training/QuestionScore.h"

namespace binaurium {

double accumulateGradients(const LanguageParts& parts, std::span<const LanguageExample> examples, int microBatch)
{
    std::size_t tokens = 0;
    for (const auto& e : examples)
        tokens += e.answer.size();
    const auto step = microBatch > 0 ? static_cast<std::size_t>(microBatch) : examples.size();
    const auto [first, end] = parts.ranks->part(examples.size());
    double total = 0.0;
    for (std::size_t start = first; start < end; start += step) {
        const auto batch = makeLanguageBatch(parts, examples.subspan(start, std::min(step, end - start)));
        const auto states = parts.model->forward(batch.embeddings, batch.packing)[0].index_select(0, batch.position);
        const auto loss = torch::nn::functional::cross_entropy(
                              parts.model->logits(states), batch.label,
                              torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum)) /
                          static_cast<double>(tokens);
        loss.backward();
        total += loss.item<double>();
    }
    std::vector<torch::Tensor> parameters = parts.projector->parameters();
    for (const auto& p : parts.model->lora()->parameters())
        parameters.push_back(p);
    sumGradients(*parts.ranks, parameters);
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
    const auto questions = parts.validation->sample(static_cast<std::size_t>(options.validationQuestions), train.seed);
    Stage stage;
    stage.name = name;
    stage.options = &options;
    stage.tensors = parts.tensors();
    stage.optimiser = &optimiser;
    stage.validateEvery = train.validateEverySteps;
    stage.ranks = parts.ranks;
    stage.gradients = [&](int step) -> Json {
        const Stopwatch clock;
        RandomStream random(train.seed, name + " step", static_cast<std::uint64_t>(step));
        parts.projector->train();
        const auto examples = drawExamples(parts, options, static_cast<double>(step) / schedule.steps, random);
        const double loss = accumulateGradients(parts, examples, options.microBatch);
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
