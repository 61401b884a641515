// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/LanguageStage.h"

#include "core/dataset/Answers.h"
#include "core/dataset/Labels.h"
#include "core/model/nn/Generation.h"
#include "core/model/nn/Prompt.h"
#include "core/support/Error.h"
#include "core/training/Checkpoint.h"
#include "core/training/LanguageBatch.h"
#include "core/training/MixedPrecision.h"

#include <chrono>
#include <cmath>

namespace binaurium {
namespace {

constexpr int logEvery = 10;

nn::NamedTensors trainedTensors(const LanguageParts& parts)
{
    auto tensors = nn::moduleTensors(*parts.projector, "projector.");
    const auto lora = parts.model->lora()->tensors();
    tensors.insert(tensors.end(), lora.begin(), lora.end());
    return tensors;
}

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

// [answer tokens, vocabulary], float32.
torch::Tensor answerLogits(const nn::LanguageModel& model, const LanguageBatch& batch, Precision precision)
{
    const PrecisionScope scope(precision);
    const auto states = model.forward(batch.embeddings).flatten(0, 1).index_select(0, batch.position);
    return model.logits(states).to(torch::kFloat);
}

} // namespace

double QuestionScore::accuracy() const
{
    int right = 0;
    int asked = 0;
    for (const auto& [ignored, counts] : tasks) {
        right += counts.first;
        asked += counts.second;
    }
    return static_cast<double>(right) / std::max(1, asked);
}

Json toJson(const QuestionScore& score)
{
    Json json;
    json["accuracy"] = score.accuracy();
    for (const auto& [task, counts] : score.tasks)
        json[task] = {{"accuracy", static_cast<double>(counts.first) / std::max(1, counts.second)},
                      {"asked", counts.second}};
    return json;
}

QuestionScore scoreQuestions(const LanguageParts& parts, const QuestionCache& questions, int limit)
{
    torch::NoGradGuard guard;
    auto projector = parts.projector;
    projector->eval();
    QuestionScore score;
    int asked = 0;
    for (const auto scene : questions.asked()) {
        const auto audio = projector->forward(questions.semantic()[scene].to(torch::kFloat).unsqueeze(0),
                                              questions.spatial()[scene].to(torch::kFloat).unsqueeze(0))[0];
        for (const Item& item : questions.questions(scene)) {
            if (item.options.empty())
                continue; // open numbers and texts are not scored by likelihood
            if (asked++ >= limit)
                return score;
            const auto prompt = nn::makePrompt(*parts.tokenizer, questionText(item.question, item.options));
            std::vector<std::vector<int>> continuations;
            for (const auto& option : item.options) {
                continuations.push_back(parts.tokenizer->encode(option));
                continuations.back().push_back(nn::endTokens(*parts.tokenizer).front());
            }
            auto scores =
                nn::scoreContinuations(*parts.model, nn::promptEmbeddings(*parts.model, prompt, audio), continuations);
            for (std::size_t i = 0; i < scores.size(); ++i)
                scores[i] /= static_cast<double>(continuations[i].size());
            auto& counts = score.tasks[item.task];
            counts.first += item.options[bestOption(scores)] == item.answer ? 1 : 0;
            ++counts.second;
        }
    }
    return score;
}

void warmUpProjector(LanguageParts& parts, const LanguageStageOptions& stage, std::uint64_t seed, RunFolder& run,
                     const ProgressCallback& progress)
{
    constexpr int batch = 64;
    constexpr double sharpness = 12.0; // logits per unit of cosine
    OptimiserOptions schedule = stage.optimiser;
    schedule.steps = stage.warmUpSteps;
    AdamW optimiser({{parts.projector->parameters(), schedule.learningRate, schedule.weightDecay}});
    const auto words = wordDirections(parts);
    parts.projector->train();
    for (int step = 0; step < schedule.steps; ++step) {
        RandomStream random(seed, "projector warm-up", static_cast<std::uint64_t>(step));
        std::vector<std::int64_t> scenes;
        for (int i = 0; i < batch; ++i)
            scenes.push_back(parts.train->asked()[random.below(parts.train->asked().size())]);
        const auto index = torch::tensor(scenes);
        const auto tokens = parts.projector->forward(parts.train->semantic().index_select(0, index).to(torch::kFloat),
                                                     parts.train->spatial().index_select(0, index).to(torch::kFloat));
        const auto cosine = torch::matmul(
            torch::nn::functional::normalize(tokens, torch::nn::functional::NormalizeFuncOptions().dim(2)), words.t());
        const auto loss =
            -(torch::log_softmax(sharpness * cosine, 2) * wordTargets(*parts.train, scenes).unsqueeze(1)).sum(2).mean();
        optimiser.zeroGrad();
        loss.backward();
        const double norm = optimiser.clip(schedule.clipNorm);
        optimiser.step(learningRateFactor(step, schedule));
        if (step % 50 == 0)
            run.log("step", {{"stage", "warm-up"}, {"step", step}, {"loss", loss.item<double>()}, {"grad_norm", norm}});
        reportProgress(progress, {"projector warm-up", step + 1, schedule.steps, {}});
    }
}

void runLanguageStage(const std::string& name, LanguageParts& parts, const LanguageStageOptions& stage,
                      const TrainOptions& options, RunFolder& run, const ProgressCallback& progress)
{
    const auto& schedule = stage.optimiser;
    AdamW optimiser({{parts.projector->parameters(), schedule.learningRate, schedule.weightDecay},
                     {parts.model->lora()->parameters(), stage.loraLearningRate, 0.0}});
    const Precision precision = precisionOf(options);
    const bool trainsLora = stage.loraLearningRate > 0.0;
    for (auto& p : parts.model->lora()->parameters())
        p.set_requires_grad(trainsLora);
    const auto tensors = trainedTensors(parts);
    const auto path = run.checkpoint(name);
    auto loaded = loadCheckpoint(path, name, tensors, optimiser);
    if (loaded && loaded->finished)
        return;
    if (!loaded && stage.warmUpSteps > 0)
        warmUpProjector(parts, stage, options.seed, run, progress);
    StageState state = loaded.value_or(StageState{});
    run.log(
        "stage",
        {{"stage", name}, {"state", loaded ? "resumed" : "started"}, {"step", state.step}, {"steps", schedule.steps}});
    auto saved = std::chrono::steady_clock::now();
    for (; state.step < schedule.steps; ++state.step) {
        const auto begun = std::chrono::steady_clock::now();
        RandomStream random(options.seed, name + " step", static_cast<std::uint64_t>(state.step));
        parts.projector->train();
        const auto batch = makeLanguageBatch(parts, schedule.batch, random);
        const auto loss =
            torch::nn::functional::cross_entropy(answerLogits(*parts.model, batch, precision), batch.label);
        const double value = loss.item<double>();
        if (!std::isfinite(value))
            throw Error(ErrorKind::Internal, name + ": the loss is not a number at step " + std::to_string(state.step) +
                                                 "; the last checkpoint is kept, lower the learning rate");
        optimiser.zeroGrad();
        loss.backward();
        const double norm = optimiser.clip(schedule.clipNorm);
        const double factor = learningRateFactor(state.step, schedule);
        optimiser.step(factor);
        if (state.step % logEvery == 0) {
            const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
            run.log("step", {{"stage", name},
                             {"step", state.step},
                             {"loss", value},
                             {"lr", schedule.learningRate * factor},
                             {"grad_norm", norm},
                             {"tokens_per_s",
                              static_cast<double>(batch.embeddings.size(0) * batch.embeddings.size(1)) / seconds}});
        }
        const bool last = state.step + 1 == schedule.steps;
        if ((state.step + 1) % options.validateEverySteps == 0 || last)
            run.log("validation",
                    {{"stage", name},
                     {"step", state.step + 1},
                     {"score", toJson(scoreQuestions(parts, *parts.validation, stage.validationQuestions))}});
        const bool goOn =
            !progress || progress({name, state.step + 1, schedule.steps, "loss " + std::to_string(value)});
        if (!goOn || std::chrono::steady_clock::now() - saved > std::chrono::seconds(options.checkpointEveryS)) {
            StageState next = state;
            ++next.step;
            saveCheckpoint(path, name, tensors, optimiser, next);
            saved = std::chrono::steady_clock::now();
        }
        if (!goOn)
            throw interrupted("training stopped at step " + std::to_string(state.step + 1) + " of the stage " + name +
                              "; --resume continues");
    }
    state.finished = true;
    saveCheckpoint(path, name, tensors, optimiser, state);
    run.log("stage", {{"stage", name}, {"state", "finished"}, {"step", state.step}});
}

} // namespace binaurium
