// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/GrpoStage.h"

#include "core/dataset/Answers.h"
#include "core/model/nn/Continuations.h"
#include "core/model/nn/Prompt.h"
#include "core/support/AtomicFile.h"
#include "core/training/Grpo.h"
#include "core/training/QuestionScore.h"
#include "core/training/SuccessRates.h"

#include <cmath>

namespace binaurium {
namespace {

constexpr double memory = 0.8;   // of a success rate at each visit
constexpr int samplesEvery = 10; // steps whose completions are written down

// One prompt with its group.
struct Group
{
    AskedQuestion question;
    std::vector<std::string> options; // as asked
    torch::Tensor prompt;             // [T, hidden], without gradient
    std::vector<nn::Generated> completions;
    std::vector<std::string> texts;
    std::vector<Rewards> rewards;
    torch::Tensor advantage; // [G]
};

// Reinforcement learning from step to step.
class Policy
{
public:
    Policy(LanguageParts& parts, const GrpoStageOptions& stage, const TrainOptions& options, RunFolder& run)
        : parts_(parts), stage_(stage), options_(options), run_(run), rates_(parts.train->kinds().size(), memory),
          optimiser_({{parts.model->lora()->parameters(), stage.optimiser.learningRate, stage.optimiser.weightDecay}}),
          end_(nn::endTokens(*parts.tokenizer))
    {
        for (auto& p : parts.projector->parameters())
            p.set_requires_grad(false);
        for (auto& p : parts.model->lora()->parameters())
            p.set_requires_grad(true);
        if (stage.klWeight > 0.0)
            reference_ = parts.model->lora()->clone();
    }

    [[nodiscard]] nn::NamedTensors tensors() const
    {
        auto tensors = parts_.model->lora()->tensors();
        tensors.emplace_back("grpo.success", rates_.state());
        return tensors;
    }
    [[nodiscard]] AdamW& optimiser() noexcept { return optimiser_; }

    Json step(int step, double factor)
    {
        const auto asked = drawPrompts(step); // the same on every rank, which then samples its part of the groups
        const auto [first, end] = parts_.ranks->part(asked.size());
        std::vector<Group> groups(asked.begin() + static_cast<std::ptrdiff_t>(first),
                                  asked.begin() + static_cast<std::ptrdiff_t>(end));
        const double seconds = generate(groups, step, first);
        judge(groups);
        Json log = summary(groups);
        log["tokens_per_s"] = log["tokens"].get<double>() / std::max(1e-6, seconds);
        const double loss = update(groups, step, factor, log);
        log["loss"] = loss;
        auto shares = torch::zeros({static_cast<std::int64_t>(asked.size())});
        for (std::size_t i = 0; i < groups.size(); ++i)
            shares[static_cast<std::int64_t>(first + i)] = shareRight(groups[i]);
        parts_.ranks->sum(std::span(&shares, 1));
        for (std::size_t i = 0; i < asked.size(); ++i)
            rates_.note(asked[i].question.kind, shares[static_cast<std::int64_t>(i)].item<double>());
        if (step % samplesEvery == 0)
            writeDown(groups, step);
        return log;
    }

private:
    std::vector<Group> drawPrompts(int step)
    {
        const torch::NoGradGuard guard;
        RandomStream random(options_.seed, "grpo step", static_cast<std::uint64_t>(step));
        const auto weights = stage_.adaptive ? rates_.forTrying() : std::vector<double>();
        std::vector<Group> groups(static_cast<std::size_t>(stage_.optimiser.batch));
        std::vector<std::int64_t> scenes;
        for (Group& group : groups) {
            group.question = parts_.drawn(stage_.contradictedShare, random,
                                          [&] { return parts_.train->draw(random, stage_.levels, true, weights); });
            group.options = group.question.item->options;
            random.shuffle(std::span(group.options)); // no letter or place pays
            scenes.push_back(group.question.scene);
        }
        const auto audio = parts_.audioTokens(parts_.train->cache(), scenes);
        for (std::size_t i = 0; i < groups.size(); ++i) {
            const auto text =
                questionText(groups[i].question.item->question, groups[i].options, stage_.evidenceReward > 0.0);
            groups[i].prompt = nn::promptEmbeddings(*parts_.model, nn::makePrompt(*parts_.tokenizer, text),
                                                    audio[static_cast<std::int64_t>(i)])[0];
        }
        return groups;
    }

    double generate(std::vector<Group>& groups, int step, std::size_t firstGroup)
    {
        std::vector<torch::Tensor> prompts;
        for (const Group& group : groups)
            prompts.push_back(group.prompt);
        nn::GenerationOptions generation;
        generation.maxTokens = stage_.maxTokens;
        generation.temperature = stage_.temperature;
        generation.seed = options_.seed * 1'000'003 + static_cast<std::uint64_t>(step);
        generation.endTokens = end_;
        generation.firstRow = firstGroup * static_cast<std::uint64_t>(stage_.group);
        auto made = nn::generateGroups(*parts_.model, nn::promptBatch(prompts), stage_.group, generation);
        const double seconds = made.front().seconds;
        for (std::size_t i = 0; i < made.size(); ++i) {
            Group& group = groups[i / static_cast<std::size_t>(stage_.group)];
            group.texts.push_back(parts_.tokenizer->decode(made[i].ids));
            group.completions.push_back(std::move(made[i]));
        }
        return seconds;
    }

    void judge(std::vector<Group>& groups) const
    {
        for (Group& group : groups) {
            std::vector<float> totals;
            for (std::size_t g = 0; g < group.completions.size(); ++g) {
                const auto& made = group.completions[g];
                group.rewards.push_back(rewardsOf(*group.question.item, group.options, group.texts[g],
                                                  static_cast<int>(made.ids.size()), made.ended, stage_));
                totals.push_back(static_cast<float>(group.rewards.back().total));
            }
            group.advantage = groupAdvantages(torch::tensor(totals).unsqueeze(0), stage_.scale == "group")[0];
        }
    }

    // Tokens of a completion, with the end token where it came.
    [[nodiscard]] static std::vector<int> trainedIds(const nn::Generated& made)
    {
        auto ids = made.ids;
        if (made.ended)
            ids.push_back(made.endToken);
        return ids;
    }

    // One micro-batch of groups as loss input; keeps what the log wants.
    struct Part
    {
        nn::PromptBatch prompts;
        nn::Continuations tokens;
        torch::Tensor advantage; // [R]
        torch::Tensor mask;      // [R, T]
        torch::Tensor old;       // [R, T] of the first update
        torch::Tensor sampled;   // [R, T] log-probabilities at generation
    };

    // Groups that are all right or all wrong have no advantage: without a pull towards the reference they teach
    // nothing, and their passes are saved.
    [[nodiscard]] std::vector<Group> teaching(const std::vector<Group>& groups) const
    {
        std::vector<Group> some;
        for (const Group& group : groups)
            if (reference_ != nullptr || group.advantage.abs().max().item<double>() > 0.0)
                some.push_back(group);
        return some;
    }

    // Of all completions, those that teach nothing as well: the mean of the loss goes over them.
    [[nodiscard]] GrpoCounts countsOf(const std::vector<Group>& groups) const
    {
        GrpoCounts counts;
        for (const Group& group : groups)
            for (const auto& made : group.completions) {
                counts.completions += 1.0;
                if (made.ended || !stage_.maskTruncated)
                    counts.tokens += static_cast<double>(made.logProbs.size());
            }
        return {parts_.ranks->sum(counts.completions), parts_.ranks->sum(counts.tokens)};
    }

    [[nodiscard]] std::vector<Part> cut(const std::vector<Group>& groups) const
    {
        const auto perPart = static_cast<std::size_t>(std::max(1, stage_.microBatch / stage_.group));
        const auto step = stage_.microBatch > 0 ? perPart : groups.size();
        std::vector<Part> parts;
        for (std::size_t start = 0; start < groups.size(); start += step)
            parts.push_back(part(std::span(groups).subspan(start, std::min(step, groups.size() - start))));
        return parts;
    }

    [[nodiscard]] Part part(std::span<const Group> groups) const
    {
        std::vector<torch::Tensor> prompts, advantages;
        std::vector<std::vector<int>> ids;
        std::vector<std::int64_t> source;
        for (std::size_t p = 0; p < groups.size(); ++p) {
            prompts.push_back(groups[p].prompt);
            advantages.push_back(groups[p].advantage);
            for (const auto& made : groups[p].completions) {
                ids.push_back(trainedIds(made));
                source.push_back(static_cast<std::int64_t>(p));
            }
        }
        const auto device = parts_.model->device();
        Part result{nn::promptBatch(prompts),
                    nn::continuations(ids, source, device),
                    torch::cat(advantages).to(device),
                    {},
                    {},
                    {}};
        result.mask = result.tokens.mask.cpu().clone();
        result.sampled = torch::zeros(result.mask.sizes());
        std::int64_t row = 0;
        for (const Group& group : groups)
            for (const auto& made : group.completions) {
                if (stage_.maskTruncated && !made.ended)
                    result.mask[row].fill_(false);
                for (std::size_t t = 0; t < made.logProbs.size(); ++t)
                    result.sampled[row][static_cast<std::int64_t>(t)] = made.logProbs[t];
                ++row;
            }
        result.mask = result.mask.to(device);
        result.sampled = result.sampled.to(device);
        return result;
    }

    double update(const std::vector<Group>& groups, int step, double factor, Json& log)
    {
        auto parts = cut(teaching(groups));
        const GrpoCounts counts = countsOf(groups);
        double tokensPassed = 0.0;
        for (const Part& p : parts)
            tokensPassed += p.mask.sum().item<double>();
        const GrpoLossOptions loss{stage_.variant, stage_.clipLow, stage_.clipHigh, stage_.klWeight, stage_.maxTokens};
        double total = 0.0;
        for (int i = 0; i < stage_.updates; ++i) {
            optimiser_.zeroGrad();
            double kl = 0.0, clipped = 0.0;
            total = 0.0;
            for (Part& p : parts) {
                const auto made = passed(p, loss, counts, i == 0 ? &log : nullptr);
                total += made.total.item<double>();
                kl += made.kl;
                clipped += made.clipped;
                if (made.total.requires_grad())
                    made.total.backward();
            }
            sumGradients(*parts_.ranks, parts_.model->lora()->parameters());
            const double norm = optimiser_.clip(stage_.optimiser.clipNorm);
            if (!std::isfinite(norm))
                requireFiniteGradients(parts_.model->lora()->tensors(), "grpo", step);
            optimiser_.step(factor);
            log["grad_norm"] = norm;
            log["kl"] = kl / std::max(1.0, counts.tokens);
            log["clip_ratio"] = clipped / std::max(1.0, counts.tokens);
        }
        log["entropy"] = log.value("entropy", 0.0) / std::max(1.0, tokensPassed);
        return parts_.ranks->sum(total);
    }

    GrpoLoss passed(Part& p, const GrpoLossOptions& options, const GrpoCounts& counts, Json* log)
    {
        torch::Tensor entropy;
        GrpoInput input;
        input.logProbs = nn::continuationLogProbs(*parts_.model, p.prompts, p.tokens, stage_.temperature,
                                                  log != nullptr ? &entropy : nullptr);
        if (!p.old.defined())
            p.old = input.logProbs.detach(); // of this precision, not of generation: the first ratio is exactly 1
        input.old = p.old;
        input.advantage = p.advantage;
        input.mask = p.mask;
        if (reference_ != nullptr) {
            const torch::NoGradGuard guard;
            const auto own = parts_.model->lora();
            parts_.model->attach(reference_);
            input.reference = nn::continuationLogProbs(*parts_.model, p.prompts, p.tokens, stage_.temperature);
            parts_.model->attach(own);
        }
        if (log != nullptr) {
            const auto gap = (p.old - p.sampled).abs() * p.tokens.mask.to(torch::kFloat);
            (*log)["sampling_logp_difference"] =
                std::max(log->value("sampling_logp_difference", 0.0), gap.max().item<double>());
            (*log)["entropy"] = log->value("entropy", 0.0) + (entropy * p.mask.to(torch::kFloat)).sum().item<double>();
        }
        return grpoLoss(input, options, counts);
    }

    static double shareRight(const Group& group)
    {
        double right = 0.0;
        for (const Rewards& r : group.rewards)
            right += r.right ? 1.0 : 0.0;
        return right / static_cast<double>(group.rewards.size());
    }

    [[nodiscard]] Json summary(const std::vector<Group>& groups) const
    {
        std::vector<float> totals;
        double answer = 0.0, format = 0.0, evidence = 0.0, length = 0.0, right = 0.0, tokens = 0.0, truncated = 0.0;
        for (const Group& group : groups)
            for (std::size_t g = 0; g < group.rewards.size(); ++g) {
                const Rewards& r = group.rewards[g];
                totals.push_back(static_cast<float>(r.total));
                answer += r.answer;
                format += r.format;
                evidence += r.evidence;
                length += r.length;
                right += r.right ? 1.0 : 0.0;
                tokens += static_cast<double>(group.completions[g].logProbs.size());
                truncated += group.completions[g].ended ? 0.0 : 1.0;
            }
        const double n = static_cast<double>(totals.size());
        const auto table = torch::tensor(totals).view({static_cast<std::int64_t>(groups.size()), -1});
        return {{"reward", table.mean().item<double>()},
                {"reward_std", table.std(1).mean().item<double>()},
                {"rewards",
                 {{"answer", answer / n}, {"format", format / n}, {"evidence", evidence / n}, {"length", length / n}}},
                {"right_share", right / n},
                {"zero_std_share", zeroVarianceShare(table)},
                {"length", tokens / n},
                {"tokens", tokens},
                {"truncated_share", truncated / n}};
    }

    void writeDown(const std::vector<Group>& groups, int step)
    {
        for (std::size_t p = 0; p < groups.size(); ++p)
            for (std::size_t g = 0; g < groups[p].texts.size(); ++g) {
                const Item& item = *groups[p].question.item;
                run_.logSample({{"stage", "grpo"},
                                {"step", step},
                                {"group", p},
                                {"item", item.id},
                                {"level", item.level},
                                {"task", item.task},
                                {"prompt", questionText(item.question, groups[p].options)},
                                {"answer", item.answer},
                                {"completion", groups[p].texts[g]},
                                {"rewards", toJson(groups[p].rewards[g])},
                                {"reward", groups[p].rewards[g].total},
                                {"advantage", groups[p].advantage[static_cast<std::int64_t>(g)].item<double>()}});
            }
    }

    LanguageParts& parts_;
    const GrpoStageOptions& stage_;
    const TrainOptions& options_;
    RunFolder& run_;
    SuccessRates rates_;
    AdamW optimiser_;
    std::vector<int> end_;
    std::shared_ptr<nn::Lora> reference_;
};

} // namespace

void runGrpoStage(LanguageParts& parts, const GrpoStageOptions& options, const TrainOptions& train, RunFolder& run,
                  const ProgressCallback& progress)
{
    const auto questions =
        parts.validation->sample(static_cast<std::size_t>(options.validationQuestions), train.seedOfScenes());
    const auto score = [&] { return toJson(scoreQuestions(parts, parts.validation->cache(), questions)); };
    parts.projector->eval();
    Policy policy(parts, options, train, run);
    // The guard compares with the model that the stage starts from, also after a resume.
    const auto startFile = run.path() / "checkpoints" / "grpo-start.json";
    if (parts.ranks->isFirst() && !std::filesystem::exists(startFile)) {
        const Json start = score();
        writeFileAtomically(startFile, start.dump(1) + "\n");
        run.log("validation", {{"stage", "grpo"}, {"step", 0}, {"score", start}});
    }
    parts.ranks->wait();
    const Json start = readJson(startFile);
    Stage stage;
    stage.name = "grpo";
    stage.options = &options;
    stage.tensors = policy.tensors();
    stage.optimiser = &policy.optimiser();
    stage.ranks = parts.ranks;
    stage.logEvery = 1;
    stage.validateEvery = options.guardEverySteps;
    stage.startValue = start.at("accuracy").get<double>();
    stage.wholeStep = [&](int step, double factor) { return policy.step(step, factor); };
    stage.validate = [&] {
        const Json details = score();
        return std::pair(details["accuracy"].get<double>(), details);
    };
    stage.guard = [&](const Json& details) {
        for (const char* level : {"L1", "L2"})
            if (details.value(level, 0.0) < start.value(level, 0.0) - options.guardMargin)
                return std::string(level) + " accuracy fell from " + std::to_string(start.value(level, 0.0)) + " to " +
                       std::to_string(details.value(level, 0.0)) + "; the best model so far is kept";
        return std::string();
    };
    runStage(stage, train, run, progress);
}

} // namespace binaurium
