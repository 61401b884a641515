// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/files/BpeTokenizer.h"
#include "core/model/nn/BaseModel.h"
#include "core/model/nn/Generation.h"
#include "core/model/nn/Prompt.h"
#include "core/model/nn/TensorFile.h"
#include "core/support/Json.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

using namespace binaurium;

namespace {

// Same weights, same arithmetic type; only the order of additions differs (bar of the project: 2e-3).
constexpr double logitTolerance = 2e-3;
// Cached and uncached passes add in another order; relative to logits of about 20.
constexpr double cacheTolerance = 1e-3;
constexpr int greedyTokens = 32;

} // namespace

class LanguageModelTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void logitsEqualTheOriginal();
    void greedyTokensEqualTheOriginal();
    void cachedStepsGiveTheSameStatesAsOnePass();
    void attentionSumsToOneAndLooksBackOnly();
    void samplingRepeatsWithItsSeed();
    void theCallbackStops();
    void quantisedStepsPredictLikeTheReference();
    void aBaseOfOtherWeightsIsRefusedByName();
    void continuationScoresEqualTheLogProbabilitiesOfGeneration();

private:
    [[nodiscard]] torch::Tensor prompt(std::size_t index) const;
    std::unique_ptr<BpeTokenizer> tokenizer_;
    std::unique_ptr<nn::LanguageModel> model_;
    Json rows_;
};

void LanguageModelTest::initTestCase()
{
    BINAURIUM_FAIL_ON_WARNINGS();
    const auto path = test::weightFile("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
    if (path.empty())
        QSKIP("the base weights are not on this computer (binaurium-cli models fetch)");
    torch::NoGradGuard guard;
    const GgufFile file(path);
    tokenizer_ = std::make_unique<BpeTokenizer>(file);
    model_ = std::make_unique<nn::LanguageModel>(file);
    rows_ = readJson(test::sourceFile("tests/model/fixtures/greedy.json"));
}

torch::Tensor LanguageModelTest::prompt(std::size_t index) const
{
    return model_->embed(rows_[index].at("prompt").get<std::vector<int>>());
}

void LanguageModelTest::logitsEqualTheOriginal()
{
    torch::NoGradGuard guard;
    const SafetensorsFile expected(test::sourceFile("tests/model/fixtures/logits.safetensors"));
    for (std::size_t i = 0; i < expected.tensors().size(); ++i) {
        const auto logits = model_->logits(model_->forward(prompt(i)).select(1, -1))[0];
        const double difference =
            (logits - nn::toTensor(expected.tensor("prompt" + std::to_string(i)))).abs().max().item<double>();
        qInfo("prompt %zu: largest difference of a logit %.2g", i, difference);
        QVERIFY(difference < logitTolerance);
    }
}

void LanguageModelTest::greedyTokensEqualTheOriginal()
{
    torch::NoGradGuard guard;
    QCOMPARE(rows_.size(), std::size_t{20});
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        nn::GenerationOptions options;
        options.maxTokens = greedyTokens;
        const auto made = nn::generate(*model_, prompt(i), options);
        QCOMPARE(made.ids, rows_[i].at("greedy").get<std::vector<int>>());
    }
}

void LanguageModelTest::cachedStepsGiveTheSameStatesAsOnePass()
{
    torch::NoGradGuard guard;
    const auto whole = prompt(0);
    const auto expected = model_->forward(whole);
    nn::KvCache cache(model_->config(), whole.size(1));
    std::vector<torch::Tensor> parts;
    for (std::int64_t start = 0, step = 1; start < whole.size(1);
         start += step, step = step % 5 + 1) // pieces of 1 to 5 tokens
        parts.push_back(model_->forward(whole.slice(1, start, std::min(whole.size(1), start + step)), &cache));
    const double difference = (torch::cat(parts, 1) - expected).abs().max().item<double>();
    QVERIFY2(difference < cacheTolerance, qPrintable(QString::number(difference)));
}

void LanguageModelTest::attentionSumsToOneAndLooksBackOnly()
{
    torch::NoGradGuard guard;
    const auto input = prompt(1);
    std::vector<torch::Tensor> maps;
    const auto with = model_->forward(input, nullptr, &maps);
    QCOMPARE(maps.size(), static_cast<std::size_t>(model_->config().layers));
    for (const auto& map : maps) {
        QVERIFY(torch::allclose(map.sum(-1), torch::ones({1, model_->config().heads, input.size(1)})));
        QCOMPARE(map.triu(1).abs().max().item<float>(), 0.0F);
    }
    QVERIFY((with - model_->forward(input)).abs().max().item<double>() < cacheTolerance);
}

void LanguageModelTest::quantisedStepsPredictLikeTheReference()
{
    // Activations in eight bits: bars of the project for whole answers.
    constexpr double divergenceBar = 0.01; // nat per token
    constexpr double agreementBar = 0.97;
    torch::NoGradGuard guard;
    nn::LanguageModel fast(GgufFile(test::weightFile("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf")));
    QVERIFY(fast.useQuantised(GgufFile(test::weightFile("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"))));
    const auto& c = fast.config();
    const auto lora = std::make_shared<nn::Lora>(c, nn::LoraOptions{4, 8.0, "all"}, 1);
    torch::manual_seed(2);
    for (auto& p : lora->parameters())
        p.add_(0.01 * torch::randn_like(p));
    fast.attach(lora);
    nn::LanguageModel reference(GgufFile(test::weightFile("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf")));
    reference.attach(lora);
    double divergence = 0.0;
    int tokens = 0, same = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const auto text = prompt(i);
        const auto forced = rows_[i].at("greedy").get<std::vector<int>>();
        nn::KvCache cache(c, text.size(1) + greedyTokens), exact(c, text.size(1) + greedyTokens);
        (void)fast.forward(text, &cache);
        (void)reference.forward(text, &exact);
        for (std::size_t t = 0; t < forced.size(); ++t) {
            const auto token = fast.embed(std::vector<int>{forced[t]});
            std::vector<torch::Tensor> attention, exactAttention;
            const auto state = fast.forward(token, &cache, &attention);
            const auto expected = reference.forward(token, &exact, &exactAttention);
            const auto p = torch::log_softmax(reference.logits(expected).flatten(), 0);
            const auto q = torch::log_softmax(fast.logits(state).flatten(), 0);
            divergence += (p.exp() * (p - q)).sum().item<double>();
            same += p.argmax().item<std::int64_t>() == q.argmax().item<std::int64_t>() ? 1 : 0;
            ++tokens;
            QCOMPARE(attention.size(), exactAttention.size());
            QVERIFY(attention.front().sizes() == exactAttention.front().sizes());
            QVERIFY((attention.front() - exactAttention.front()).abs().max().item<double>() < 0.05);
        }
    }
    qInfo("divergence %.4f nat per token, the same best token in %d of %d", divergence / tokens, same, tokens);
    QVERIFY(divergence / tokens < divergenceBar);
    QVERIFY(same >= agreementBar * tokens);
}

void LanguageModelTest::samplingRepeatsWithItsSeed()
{
    torch::NoGradGuard guard;
    nn::GenerationOptions options;
    options.maxTokens = 12;
    options.temperature = 1.0;
    options.topP = 0.95;
    options.seed = 7;
    const auto first = nn::generate(*model_, prompt(3), options);
    QCOMPARE(nn::generate(*model_, prompt(3), options).ids, first.ids);
    options.seed = 8;
    QVERIFY(nn::generate(*model_, prompt(3), options).ids != first.ids);
}

void LanguageModelTest::theCallbackStops()
{
    torch::NoGradGuard guard;
    nn::GenerationOptions options;
    int seen = 0;
    const auto made = nn::generate(*model_, prompt(2), options, [&](int) { return ++seen < 3; });
    QVERIFY(made.stopped);
    QCOMPARE(seen, 3);
    QCOMPARE(made.ids.size(), std::size_t{3});
}

void LanguageModelTest::continuationScoresEqualTheLogProbabilitiesOfGeneration()
{
    torch::NoGradGuard guard;
    nn::GenerationOptions options;
    options.maxTokens = 6;
    const auto made = nn::generate(*model_, prompt(4), options);
    double sum = 0.0;
    for (const double logProb : made.logProbs)
        sum += logProb;
    const std::vector<int> other(made.ids.rbegin(), made.ids.rend()); // scored together with a different length
    auto longer = made.ids;
    longer.push_back(other.front());
    const auto scores = nn::scoreContinuations(*model_, prompt(4), {longer, made.ids});
    QVERIFY(std::abs(scores[1] - sum) < cacheTolerance);
    QVERIFY(scores[0] < scores[1]);
}

void LanguageModelTest::aBaseOfOtherWeightsIsRefusedByName()
{
    nn::BaseOptions options;
    options.expected = {{"smollm2-135m-instruct", "0123"}, {"whisper-tiny.en", "4567"}};
    ErrorKind kind{};
    int reports = 0;
    const auto error = test::errorOf(
        [&] {
            (void)nn::loadBase(options, [&](const Progress&) {
                ++reports;
                return true;
            });
        },
        &kind);
    QCOMPARE(kind, ErrorKind::BadInput);
    QVERIFY2(error.find("SmolLM2-135M-Instruct.Q4_1.gguf") != std::string::npos, error.c_str());
    QCOMPARE(reports, 1); // before anything was read
}

QTEST_GUILESS_MAIN(LanguageModelTest)
#include "LanguageModelTest.moc"
