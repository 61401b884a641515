// SPDX-License-Identifier: GPL-3.0-or-later
// Advantages, losses and their gradients against hand-computed values, slow loops and finite differences; sampling and
// training agree about probabilities; a policy learns a toy.
#include "core/training/Grpo.h"
#include "core/dataset/EvidenceCheck.h"
#include "core/model/nn/Continuations.h"
#include "core/training/GrpoStage.h"
#include "core/training/Rewards.h"
#include "core/training/SuccessRates.h"
#include "tests/TestMain.h"
#include "tests/training/TinyModel.h"

using namespace binaurium;

namespace {

constexpr double exactly = 1e-6;           // single precision, values of order one
constexpr double gradientTolerance = 0.02; // relative, central differences in single precision
constexpr double logProbTolerance = 2e-5;  // cached steps and one pass sum in another order
constexpr double bfloatTolerance = 0.15;   // of a log-probability; bfloat16 keeps eight bits
constexpr double unscorable = std::numeric_limits<double>::quiet_NaN();

GrpoInput someInput()
{
    torch::manual_seed(5);
    GrpoInput input;
    input.logProbs = -torch::rand({4, 5}) * 2.0;
    input.old = input.logProbs + torch::randn({4, 5}) * 0.3;
    input.reference = input.logProbs + torch::randn({4, 5}) * 0.3;
    input.advantage = torch::tensor({1.2F, -0.7F, 0.0F, 0.9F});
    input.mask = torch::ones({4, 5}, torch::kBool);
    input.mask[0].slice(0, 3).fill_(false);
    input.mask[3].fill_(false); // a completion that was cut off
    return input;
}

GrpoCounts countsOf(const GrpoInput& input)
{
    return {static_cast<double>(input.mask.size(0)), input.mask.sum().item<double>()};
}

// The formulas one token at a time.
double slowLoss(const GrpoInput& input, const GrpoLossOptions& o)
{
    double total = 0.0;
    const auto counts = countsOf(input);
    for (std::int64_t r = 0; r < input.mask.size(0); ++r) {
        double row = 0.0;
        double length = 0.0;
        const double a = input.advantage[r].item<double>();
        for (std::int64_t t = 0; t < input.mask.size(1); ++t) {
            if (!input.mask[r][t].item<bool>())
                continue;
            const double lp = input.logProbs[r][t].item<double>();
            const double rho = std::exp(lp - input.old[r][t].item<double>());
            const double gap = input.reference[r][t].item<double>() - lp;
            double loss = 0.0;
            if (o.variant == "sapo") {
                const double tau = a > 0.0 ? 1.0 : 1.05;
                loss = -4.0 / tau / (1.0 + std::exp(-tau * (rho - 1.0))) * a;
            } else {
                loss = -std::min(rho * a, std::clamp(rho, 1.0 - o.clipLow, 1.0 + o.clipHigh) * a);
            }
            row += loss + o.klWeight * (std::exp(gap) - gap - 1.0);
            length += 1.0;
        }
        if (o.variant == "dapo")
            total += row / counts.tokens;
        else if (o.variant == "dr_grpo")
            total += row / (counts.completions * o.maxTokens);
        else
            total += row / std::max(1.0, length) / counts.completions;
    }
    return total;
}

Item someItem()
{
    Item item;
    item.task = "direction";
    item.options = {"left", "right", "front", "behind"};
    item.answer = "left";
    item.evidence = "The kettle is at azimuth 80 degrees, elevation 0 degrees, 1.5 metres away.";
    return item;
}

} // namespace

class GrpoTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void advantagesAreStandardisedWithinTheGroup();
    void groupsWithoutVarianceAndUnscorableCompletionsGetZero();
    void lossesEqualTheSlowFormulas();
    void lossesHaveTheGradientOfTheirValues();
    void onPolicyEveryVariantFollowsTheAdvantage();
    void microBatchesAddUpToTheWholeBatch();
    void fullyMaskedBatchesChangeNothing();
    void continuationsAreScoredAsInOnePass();
    void samplingAndTrainingAgreeAboutProbabilities();
    void groupsRepeatWithTheirSeedAndStopAtTheEnd();
    void bfloat16StaysNearFloat32();
    void rewardsPayAnswerFormatEvidenceAndLength();
    void evidenceIsComparedWithTheTruth();
    void promptsOfMiddlingSuccessAreDrawnMoreOften();
    void aPolicyLearnsWhichTokenPays();
};

void GrpoTest::advantagesAreStandardisedWithinTheGroup()
{
    // Rewards 0 1 1 2: mean 1, standard deviation (n - 1) sqrt(2/3).
    const auto a = groupAdvantages(torch::tensor({{0.0, 1.0, 1.0, 2.0}, {5.0, 5.0, 5.0, 9.0}}), true);
    QVERIFY(std::abs(a[0][0].item<double>() + 1.0 / std::sqrt(2.0 / 3.0)) < 1e-3); // floor of the deviation
    QVERIFY(std::abs(a[0][1].item<double>()) < exactly);
    QVERIFY(std::abs(a[1][3].item<double>() - 1.5) < 1e-3); // (9 - 6) / 2
    QVERIFY(a.sum(1).abs().max().item<double>() < 1e-5);
    const auto plain = groupAdvantages(torch::tensor({{0.0, 1.0, 1.0, 2.0}}), false);
    QVERIFY(torch::allclose(plain, torch::tensor({{-1.0F, 0.0F, 0.0F, 1.0F}})));
}

void GrpoTest::groupsWithoutVarianceAndUnscorableCompletionsGetZero()
{
    const auto rewards = torch::tensor(
        {{0.2, 0.2, 0.2}, {unscorable, 1.0, 0.0}, {unscorable, unscorable, unscorable}, {unscorable, 0.7, unscorable}});
    const auto a = groupAdvantages(rewards, true);
    QVERIFY(!a.isnan().any().item<bool>());
    for (const int group : {0, 2, 3})
        QCOMPARE(a[group].abs().max().item<float>(), 0.0F);
    QCOMPARE(a[1][0].item<float>(), 0.0F);
    QVERIFY(std::abs(a[1][1].item<double>() - std::sqrt(0.5)) < 1e-3); // mean 0.5, deviation sqrt(0.5)
    QCOMPARE(zeroVarianceShare(rewards), 0.75);
}

void GrpoTest::lossesEqualTheSlowFormulas()
{
    for (const char* variant : {"grpo", "dapo", "dr_grpo", "sapo"}) {
        const GrpoLossOptions o{variant, 0.2, 0.28, 0.05, 7};
        const auto input = someInput();
        const double difference = grpoLoss(input, o, countsOf(input)).total.item<double>() - slowLoss(input, o);
        QVERIFY2(std::abs(difference) < exactly, variant);
    }
}

void GrpoTest::lossesHaveTheGradientOfTheirValues()
{
    for (const char* variant : {"grpo", "dapo", "dr_grpo", "sapo"}) {
        const GrpoLossOptions o{variant, 0.2, 0.28, 0.05, 7};
        auto input = someInput();
        input.logProbs.requires_grad_(true);
        const double error = test::gradientError(
            input.logProbs, [&] { return grpoLoss(input, o, countsOf(input)).total; }, 1e-3);
        QVERIFY2(error < gradientTolerance, variant);
    }
}

void GrpoTest::onPolicyEveryVariantFollowsTheAdvantage()
{
    // With ratio 1 the gradient of each token is -advantage times its weight, whatever the variant's gate.
    for (const char* variant : {"grpo", "dapo", "dr_grpo", "sapo"}) {
        auto input = someInput();
        input.logProbs.requires_grad_(true);
        input.old = torch::Tensor();
        input.reference = torch::Tensor();
        const GrpoLossOptions o{variant, 0.2, 0.28, 0.0, 5};
        grpoLoss(input, o, countsOf(input)).total.backward();
        const auto g = input.logProbs.grad();
        QVERIFY2(g[0][0].item<double>() < 0.0 && g[1][0].item<double>() > 0.0, variant);
        QCOMPARE(g[2].abs().max().item<float>(), 0.0F);
        QCOMPARE(g[3].abs().max().item<float>(), 0.0F);             // masked
        QCOMPARE(g[0].slice(0, 3).abs().max().item<float>(), 0.0F); // behind its end
        const double weightRatio =
            std::string(variant) == "dapo" || std::string(variant) == "dr_grpo" ? 1.0 : 5.0 / 3.0;
        const double expected = -1.2 / 0.7 * weightRatio;
        QVERIFY2(std::abs(g[0][0].item<double>() / g[1][0].item<double>() - expected) < 1e-4, variant);
    }
}

void GrpoTest::microBatchesAddUpToTheWholeBatch()
{
    for (const char* variant : {"grpo", "dapo", "dr_grpo", "sapo"}) {
        const GrpoLossOptions o{variant, 0.2, 0.28, 0.05, 7};
        const auto input = someInput();
        double sum = 0.0;
        for (std::int64_t r = 0; r < 4; ++r) {
            const auto row = [&](const torch::Tensor& x) { return x.slice(0, r, r + 1); };
            sum += grpoLoss({row(input.logProbs), row(input.old), row(input.reference), row(input.advantage),
                             row(input.mask)},
                            o, countsOf(input))
                       .total.item<double>();
        }
        QVERIFY2(std::abs(sum - grpoLoss(input, o, countsOf(input)).total.item<double>()) < exactly, variant);
    }
}

void GrpoTest::fullyMaskedBatchesChangeNothing()
{
    auto input = someInput();
    input.mask.fill_(false);
    input.logProbs.requires_grad_(true);
    for (const char* variant : {"grpo", "dapo", "dr_grpo", "sapo"}) {
        const auto loss = grpoLoss(input, {variant, 0.2, 0.28, 0.05, 7}, countsOf(input));
        QCOMPARE(loss.total.item<float>(), 0.0F);
        input.logProbs.mutable_grad().reset();
        loss.total.backward();
        QCOMPARE(input.logProbs.grad().abs().max().item<float>(), 0.0F);
    }
}

void GrpoTest::continuationsAreScoredAsInOnePass()
{
    const auto model = test::tinyModelWithLora();
    const std::vector<torch::Tensor> prompts{torch::randn({3, 32}), torch::randn({7, 32})};
    const std::vector<std::vector<int>> ids{{4, 5, 6}, {7}, {8, 9}};
    const auto c = nn::continuations(ids, {0, 1, 1});
    torch::Tensor entropy;
    const auto scored = nn::continuationLogProbs(model, nn::promptBatch(prompts), c, 0.7, &entropy);
    for (std::size_t r = 0; r < ids.size(); ++r) {
        const auto& prompt =
            prompts[static_cast<std::size_t>(c.prompt[static_cast<std::int64_t>(r)].item<std::int64_t>())];
        const auto input = torch::cat({prompt.unsqueeze(0), model.embed(ids[r])}, 1);
        const auto all = torch::log_softmax(model.logits(model.forward(input)) / 0.7, -1)[0];
        for (std::size_t t = 0; t < ids[r].size(); ++t) {
            const auto row = all[prompt.size(0) - 1 + static_cast<std::int64_t>(t)];
            const auto at = [&](const torch::Tensor& x) {
                return x[static_cast<std::int64_t>(r)][static_cast<std::int64_t>(t)].item<double>();
            };
            QVERIFY(std::abs(row[ids[r][t]].item<double>() - at(scored)) < logProbTolerance);
            QVERIFY(std::abs(-(row.exp() * row).sum().item<double>() - at(entropy)) < 10.0 * logProbTolerance);
        }
    }
    QCOMPARE(scored[1].slice(0, 1).abs().max().item<float>(), 0.0F);
}

void GrpoTest::samplingAndTrainingAgreeAboutProbabilities()
{
    const auto model = test::tinyModelWithLora();
    const auto prompts = nn::promptBatch({torch::randn({3, 32}), torch::randn({7, 32}), torch::randn({5, 32})});
    nn::GenerationOptions options;
    options.maxTokens = 9;
    options.temperature = 1.3;
    options.endTokens = {2};
    const auto made = nn::generateGroups(model, prompts, 4, options);
    QCOMPARE(made.size(), std::size_t{12});
    std::vector<std::vector<int>> ids;
    std::vector<std::int64_t> source;
    for (std::size_t i = 0; i < made.size(); ++i) {
        ids.push_back(made[i].ids);
        if (made[i].ended)
            ids.back().push_back(2);
        source.push_back(static_cast<std::int64_t>(i / 4));
        QCOMPARE(ids.back().size(), made[i].logProbs.size());
    }
    const auto scored = nn::continuationLogProbs(model, prompts, nn::continuations(ids, source), 1.3);
    for (std::size_t i = 0; i < made.size(); ++i)
        for (std::size_t t = 0; t < made[i].logProbs.size(); ++t)
            QVERIFY(std::abs(made[i].logProbs[t] -
                             scored[static_cast<std::int64_t>(i)][static_cast<std::int64_t>(t)].item<double>()) <
                    logProbTolerance);
}

void GrpoTest::groupsRepeatWithTheirSeedAndStopAtTheEnd()
{
    const auto model = test::tinyModelWithLora();
    const auto prompts = nn::promptBatch({torch::randn({4, 32}), torch::randn({6, 32})});
    nn::GenerationOptions options;
    options.maxTokens = 20;
    options.temperature = 2.0;
    options.endTokens = {1, 2, 3};
    const auto first = nn::generateGroups(model, prompts, 8, options);
    const auto again = nn::generateGroups(model, prompts, 8, options);
    int ended = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        QCOMPARE(again[i].ids, first[i].ids);
        QVERIFY(std::ranges::none_of(first[i].ids, [](int id) { return id >= 1 && id <= 3; }));
        QVERIFY(first[i].ended || first[i].ids.size() == 20);
        ended += first[i].ended ? 1 : 0;
    }
    QVERIFY(ended > 4);
    options.seed = 2;
    const auto other = nn::generateGroups(model, prompts, 8, options);
    QVERIFY(std::ranges::any_of(std::views::iota(0, 16), [&](int i) {
        return other[static_cast<std::size_t>(i)].ids != first[static_cast<std::size_t>(i)].ids;
    }));
    options.temperature = 0.0; // greedy: all of a group are the same, and the same as from one prompt alone
    const auto greedy = nn::generateGroups(model, prompts, 2, options);
    QCOMPARE(greedy[0].ids, greedy[1].ids);
    const auto alone = nn::generate(model, prompts.embeddings.slice(0, 1), options);
    QCOMPARE(greedy[2].ids, alone.ids);
}

void GrpoTest::bfloat16StaysNearFloat32()
{
    auto model = test::tinyModelWithLora();
    const auto prompts = nn::promptBatch({torch::randn({3, 32}), torch::randn({7, 32})});
    const auto c = nn::continuations({{4, 5, 6}, {7, 8}}, {0, 1});
    const auto exact = nn::continuationLogProbs(model, prompts, c);
    model.useBfloat16();
    const auto rough = nn::continuationLogProbs(model, prompts, c);
    QCOMPARE(rough.scalar_type(), torch::kFloat);
    QVERIFY((exact - rough).abs().max().item<double>() < bfloatTolerance);
    rough.sum().backward();
    for (const auto& p : model.lora()->parameters())
        QVERIFY(p.grad().defined() && p.grad().scalar_type() == torch::kFloat);
}

void GrpoTest::rewardsPayAnswerFormatEvidenceAndLength()
{
    GrpoStageOptions stage;
    stage.evidenceReward = 0.5;
    stage.lengthPenalty = 0.1;
    stage.maxTokens = 20;
    const Item item = someItem();
    const auto of = [&](const char* text, int tokens, bool ended) {
        return rewardsOf(item, item.options, text, tokens, ended, stage);
    };
    QCOMPARE(of("left", 2, true).total, 1.2);
    QCOMPARE(of("left", 2, false).total, 1.0); // no end, no format
    QCOMPARE(of("It is on the left side.", 8, true).total, 1.0);
    QCOMPARE(of("right", 2, true).total, 0.2);
    QCOMPARE(of("left or right", 4, true).total, 0.0);
    QVERIFY(std::abs(of("left", 15, true).total - 1.15) < 1e-12); // halfway from half to all
    const auto full =
        of("The kettle is at azimuth 90 degrees, elevation 10 degrees, 1.2 metres away. Answer: left", 4, true);
    QVERIFY(std::abs(full.total - 1.7) < 1e-12);
    QVERIFY(full.right);
    const auto open = rewardsOf(item, {}, "left", 2, true, stage);
    QVERIFY(std::isnan(open.total));
}

void GrpoTest::evidenceIsComparedWithTheTruth()
{
    const std::string truth = "The kettle is at azimuth 170 degrees, elevation 0 degrees, 1.5 metres away. "
                              "The bell is at azimuth -30 degrees, elevation 20 degrees, 3.0 metres away.";
    QCOMPARE(evidenceAgreement(truth, truth), 1.0);
    QCOMPARE(evidenceAgreement("", truth), 0.0);
    QCOMPARE(evidenceAgreement("The kettle is at azimuth -170 degrees, elevation 0 degrees, 1.5 metres away.", truth),
             0.5); // right across +-180, but the bell is missing
    const double half =
        evidenceAgreement("The kettle is at azimuth 10 degrees, elevation 0 degrees, 5.0 metres away. " +
                              truth.substr(truth.find("The bell")),
                          truth);
    QVERIFY(std::abs(half - (1.0 / 3.0 + 1.0) / 2.0) < 1e-12);
    QVERIFY(evidenceAgreement(truth + " The dog is at azimuth 0 degrees, elevation 0 degrees, 1.0 metres away.",
                              truth) < 0.7);
    QCOMPARE(evidenceAgreement("There is no reverberation.", "There is no reverberation."), 1.0);
    QCOMPARE(evidenceAgreement("The kettle is at azimuth", truth), 0.0);
    const auto split = splitEvidence(joinEvidence(truth, "left"));
    QCOMPARE(split.evidence, truth);
    QCOMPARE(split.answer, std::string("left"));
    QCOMPARE(splitEvidence("left").answer, std::string("left"));
    QVERIFY(evidenceAgreement(std::string(100'000, '-') + "1e999999", truth) == 0.0); // hostile text ends soon
}

void GrpoTest::promptsOfMiddlingSuccessAreDrawnMoreOften()
{
    SuccessRates rates(3, 0.8);
    for (int i = 0; i < 50; ++i) {
        rates.note(0, 1.0);
        rates.note(1, i % 2);
        rates.note(2, 0.0);
    }
    const auto w = rates.forTrying();
    QVERIFY(w[1] > 0.9 && w[0] < 0.2 && w[2] < 0.2 && w[0] > 0.0 && w[2] > 0.0);
    const auto l = rates.forLearning();
    QVERIFY(l[2] > 0.9 && l[1] < l[2] && l[1] > l[0] && l[0] > 0.0);
}

void GrpoTest::aPolicyLearnsWhichTokenPays()
{
    for (const char* variant : {"grpo", "dapo", "dr_grpo", "sapo"}) {
        const auto model = test::tinyModelWithLora();
        AdamW optimiser({{model.lora()->parameters(), 0.02, 0.0}});
        torch::manual_seed(8);
        const auto prompts = nn::promptBatch({torch::randn({4, 32}), torch::randn({6, 32})});
        nn::GenerationOptions options;
        options.maxTokens = 2;
        options.endTokens = {2};
        double first = -1.0, last = 0.0;
        for (int step = 0; step < 60; ++step) {
            options.temperature = 1.0;
            options.seed = static_cast<std::uint64_t>(step);
            const auto made = nn::generateGroups(model, prompts, 16, options);
            std::vector<std::vector<int>> ids;
            std::vector<std::int64_t> source;
            std::vector<float> rewards;
            for (std::size_t i = 0; i < made.size(); ++i) {
                ids.push_back(made[i].ids);
                if (made[i].ended)
                    ids.back().push_back(2);
                source.push_back(static_cast<std::int64_t>(i / 16));
                rewards.push_back(!made[i].ids.empty() && made[i].ids[0] % 2 == 1 ? 1.0F : 0.0F); // odd tokens pay
            }
            const auto table = torch::tensor(rewards).view({2, 16});
            const auto c = nn::continuations(ids, source);
            optimiser.zeroGrad();
            GrpoInput input{
                nn::continuationLogProbs(model, prompts, c), {}, {}, groupAdvantages(table, true).flatten(), c.mask};
            grpoLoss(input, {variant, 0.2, 0.28, 0.0, 2}, countsOf(input)).total.backward();
            optimiser.clip(1.0);
            optimiser.step(1.0);
            last = table.mean().item<double>();
            if (first < 0.0)
                first = last;
        }
        QVERIFY2(last > 0.9 && last > first, qPrintable(QString("%1: %2 -> %3").arg(variant).arg(first).arg(last)));
    }
}

QTEST_GUILESS_MAIN(GrpoTest)
#include "GrpoTest.moc"
