// SPDX-License-Identifier: GPL-3.0-or-later
// Attention and its reductions against slow references, occlusions of audio, and both on the shipped model.
#include "core/model/HearingModel.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/model/NoiseFromTheLeft.h"

#include <cmath>
#include <numeric>

using namespace binaurium;

namespace {

constexpr double floatSums = 1e-6; // rows of a few float32 weights
// One pass over prompt and answer against token by token with a cache: float sums in another order, through 30 layers.
constexpr double cacheRounding = 2e-4;
constexpr double quantisedRounding = 0.03; // of an attention weight: words behind the first pass through 4-bit weights
constexpr double batchRounding = 2e-3;     // as AskManyTest

// Random attention: two text tokens, three of audio, one of text, two of the answer.
AttentionRecord randomRecord()
{
    AttentionRecord record;
    record.layers = 3;
    record.heads = 2;
    record.secondsPerToken = 0.2;
    using Kind = AttentionToken::Kind;
    for (const Kind kind :
         {Kind::Text, Kind::Text, Kind::Audio, Kind::Audio, Kind::Audio, Kind::Text, Kind::Answer, Kind::Answer}) {
        AttentionToken token;
        token.kind = kind;
        token.text = kind == Kind::Audio ? "" : "w";
        token.timeS = 0.2 * (static_cast<double>(record.tokens.size()) - 2.0) + 0.1;
        record.tokens.push_back(token);
    }
    RandomStream random(1, "attention test");
    for (int plane = 0; plane < record.layers * record.heads; ++plane)
        for (std::size_t q = 0; q < record.tokens.size(); ++q) {
            std::vector<double> row(record.tokens.size());
            double sum = 0.0;
            for (std::size_t k = 0; k <= q; ++k)
                sum += row[k] = random.uniform();
            for (const double w : row)
                record.weights.push_back(static_cast<float>(w / sum));
        }
    record.rollout = attentionRollout(record);
    return record;
}

bool same(const AudioBuffer& a, const AudioBuffer& b)
{
    return std::equal(a.all().begin(), a.all().end(), b.all().begin(), b.all().end());
}

} // namespace

class ExplainTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void rolloutIsTheProductOfTheLayers();
    void rolloutOfOneLayerIsHalfAttentionHalfItself();
    void reductionsOverHeadsAndTokensAreMeanAndMaximum();
    void aBrushedRangeSumsTheTokensInIt();
    void slotTokensStandApartFromMoments();
    void recordsWithoutAudioGiveNothing();
    void occlusionsOfAudioDoWhatTheyAreCalled();
    void theModelIsLookedIntoAsItAnswers();
    void anAnswerOutsideTheOptionsIsRefused();

private:
    std::unique_ptr<HearingModel> model() const;
};

void ExplainTest::rolloutIsTheProductOfTheLayers()
{
    const auto record = randomRecord();
    const std::size_t n = record.tokens.size();
    // Slow reference: full matrices, the last layer leftmost.
    std::vector<double> product(n * n);
    for (std::size_t i = 0; i < n; ++i)
        product[i * n + i] = 1.0;
    for (int layer = 0; layer < record.layers; ++layer) {
        std::vector<double> next(n * n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t k = 0; k < n; ++k) {
                double mixed = i == k ? 0.5 : 0.0;
                for (int h = 0; h < record.heads; ++h)
                    mixed += 0.5 * static_cast<double>(record.row(layer, h, i)[k]) / record.heads;
                for (std::size_t j = 0; j < n; ++j)
                    next[i * n + j] += mixed * product[k * n + j];
            }
        product = next;
    }
    for (std::size_t i = 0; i < n * n; ++i)
        QVERIFY(std::abs(static_cast<double>(record.rollout[i]) - product[i]) < floatSums);
    for (std::size_t q = 0; q < n; ++q) {
        const float* row = record.rollout.data() + q * n;
        QVERIFY(std::abs(std::accumulate(row, row + n, 0.0) - 1.0) < floatSums);
    }
}

void ExplainTest::rolloutOfOneLayerIsHalfAttentionHalfItself()
{
    auto record = randomRecord();
    record.layers = record.heads = 1;
    const auto rollout = attentionRollout(record);
    const std::size_t n = record.tokens.size();
    QVERIFY(std::abs(rollout[5 * n + 5] - (0.5F + 0.5F * record.row(0, 0, 5)[5])) < 1e-6F);
    QVERIFY(std::abs(rollout[5 * n + 2] - 0.5F * record.row(0, 0, 5)[2]) < 1e-6F);
}

void ExplainTest::reductionsOverHeadsAndTokensAreMeanAndMaximum()
{
    const auto record = randomRecord();
    AttentionChoice choice;
    double mean = 0.0;
    float most = 0.0F;
    for (int l = 0; l < record.layers; ++l)
        for (int h = 0; h < record.heads; ++h)
            for (const std::size_t q : {5U, 6U}) { // rows that choose the answer's tokens 6 and 7
                mean += static_cast<double>(record.row(l, h, q)[3]) / 12.0;
                most = std::max(most, record.row(l, h, q)[3]);
            }
    QVERIFY(std::abs(static_cast<double>(attentionOverAudio(record, choice)[1]) - mean) < floatSums);
    choice.over = AttentionChoice::Over::Max;
    QCOMPARE(attentionOverAudio(record, choice)[1], most);
    choice = {AttentionChoice::Over::Mean, 2, 1, 1, 1};
    QCOMPARE(attentionOverAudio(record, choice)[0], record.row(2, 1, 6)[2]);
    QCOMPARE(headsOverAudio(record, choice)[(2 * 2 + 1) * 3], record.row(2, 1, 6)[2]);
    choice.over = AttentionChoice::Over::Rollout;
    QCOMPARE(attentionOverAudio(record, choice)[2], record.rollout[6 * record.tokens.size() + 4]);
}

void ExplainTest::aBrushedRangeSumsTheTokensInIt()
{
    const auto record = randomRecord();
    AttentionChoice first;
    first.firstToken = first.lastToken = 0;
    const auto values = attentionOverAudio(record, first);
    const auto sums = attentionOnRange(record, 0.2, 0.6);
    QCOMPARE(sums.size(), std::size_t{2});
    QVERIFY(std::abs(sums[0] - static_cast<double>(values[1] + values[2])) < floatSums);
}

void ExplainTest::slotTokensStandApartFromMoments()
{
    auto record = randomRecord();
    record.tokens[4].kind = AttentionToken::Kind::Slot;
    AttentionChoice choice{AttentionChoice::Over::Mean, 1, 0, 0, 0};
    QCOMPARE(attentionOverAudio(record, choice).size(), std::size_t{2});
    choice.keys = AttentionToken::Kind::Slot;
    QCOMPARE(attentionOverAudio(record, choice), std::vector<float>{record.row(1, 0, 5)[4]});
    const Json json = attentionToJson(record, false);
    QCOMPARE(json["over_audio"][0]["mean"].size(), std::size_t{2});
    QCOMPARE(json["over_audio"][0]["rollout_slots"].size(), std::size_t{1});
    QVERIFY(!json["tokens"][4].contains("time_s"));
}

void ExplainTest::recordsWithoutAudioGiveNothing()
{
    QVERIFY(attentionOverAudio({}, {}).empty());
    QVERIFY(attentionOnRange({}, 0.0, 1.0).empty());
    auto record = randomRecord();
    for (auto& token : record.tokens)
        token.kind = AttentionToken::Kind::Text;
    QVERIFY(attentionOverAudio(record, {}).empty());
}

void ExplainTest::occlusionsOfAudioDoWhatTheyAreCalled()
{
    const auto audio = test::noiseFromTheLeft("explain test", 48000);
    const Occlusion mirror{Occlusion::Kind::MirrorEars, 0.0, 0.0, 0};
    const auto mirrored = occluded(audio, mirror);
    QCOMPARE(mirrored.channel(0)[100], audio.channel(1)[100]);
    QVERIFY(same(occluded(mirrored, mirror), audio));
    const auto mono = occluded(audio, {Occlusion::Kind::Mono, 0.0, 0.0, 0});
    QCOMPARE(mono.channel(0)[100], mono.channel(1)[100]);
    const auto muted = occluded(audio, {Occlusion::Kind::MuteRange, 0.5, 1.0, 0});
    for (const std::size_t n : {16000U, 20000U, 31999U})
        QCOMPARE(muted.channel(0)[n], 0.0F);
    for (const std::size_t n : {0U, 15800U, 32200U, 47999U}) // beyond the fades of 160 frames
        QCOMPARE(muted.channel(0)[n], audio.channel(0)[n]);
    QVERIFY(same(occluded(audio, {Occlusion::Kind::ZeroSlot, 0.0, 0.0, 1}), audio));
    const auto usual = usualOcclusions(5.0, 5, 3);
    QCOMPARE(usual.size(), std::size_t{12});
    QCOMPARE(usual[4].toS, 5.0);
    QCOMPARE(occlusionId(usual[5].kind), std::string("mirror-ears"));
}

std::unique_ptr<HearingModel> ExplainTest::model() const
{
    if (test::weightFile("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf").empty() ||
        test::weightFile("whisper-tiny.en", "model.bin").empty())
        return nullptr;
    return HearingModel::load({});
}

void ExplainTest::theModelIsLookedIntoAsItAnswers()
{
    const auto heard = model();
    if (!heard)
        QSKIP("the base weights are not on this computer; 'models fetch' brings them");
    const auto audio = test::noiseFromTheLeft("explain test", 48000);
    // A free answer: the same weights as were recorded while it was made.
    AskOptions free;
    free.maxTokens = 6;
    free.wantAttention = true;
    const auto answer = heard->ask(audio, "Where does the noise come from?", free);
    ExplainRequest request{"Where does the noise come from?", answer.generated, {}, true, {}};
    const auto looked = heard->explain(audio, request);
    const auto& record = looked.attention;
    QCOMPARE(record.layers, answer.attention.layers);
    const auto [audioFirst, audioEnd] = record.span(AttentionToken::Kind::Audio);
    const auto [slotFirst, slotEnd] = record.span(AttentionToken::Kind::Slot);
    const auto heardTokens =
        (audioEnd - audioFirst) + (slotEnd - slotFirst); // moments, and the words of slots behind them
    QCOMPARE(static_cast<int>(heardTokens), answer.attention.audioTokens);
    const auto [first, end] = record.span(AttentionToken::Kind::Answer);
    QCOMPARE(end - first, answer.attention.tokens.size());
    double largest[2] = {0.0, 0.0}; // of the first word, of those behind it
    for (int token = 0; token < static_cast<int>(end - first); ++token)
        for (int l = 0; l < record.layers; ++l)
            for (int h = 0; h < record.heads; ++h) {
                const auto at = static_cast<std::size_t>((token * record.layers + l) * record.heads + h);
                for (std::size_t a = 0; a < heardTokens; ++a) {
                    const double apart =
                        std::abs(record.row(l, h, first - 1 + static_cast<std::size_t>(token))[audioFirst + a] -
                                 answer.attention.weights[at * heardTokens + a]);
                    largest[token > 0 ? 1 : 0] = std::max(largest[token > 0 ? 1 : 0], apart);
                }
            }
    QVERIFY2(largest[0] < cacheRounding, qPrintable(QString::number(largest[0])));
    QVERIFY2(largest[1] < quantisedRounding, qPrintable(QString::number(largest[1])));
    for (std::size_t a = audioFirst; a < audioEnd; ++a) {
        const auto& e = record.tokens[a].experts;
        QVERIFY(std::abs(e[0] + e[1] + e[2] - 1.0F) < 1e-4F);
    }

    // A choice: its share among the options, and what silence in the middle of nowhere does to it.
    AskOptions choice;
    choice.options = {"left", "right", "in front of you", "behind"};
    choice.likelihoodOnly = true;
    const auto chosen = heard->ask(audio, request.question, choice);
    double total = 0.0;
    for (const double score : chosen.optionScores)
        total += std::exp(score);
    const auto best = static_cast<std::size_t>(*chosen.letter - 'A');
    request.ask = choice;
    request.answer = chosen.answer;
    request.wantAttention = false;
    request.occlusions = {{Occlusion::Kind::MuteRange, 100.0, 101.0, 0},
                          {Occlusion::Kind::MirrorEars, 0.0, 0.0, 0},
                          {Occlusion::Kind::ZeroSlot, 0.0, 0.0, 0},
                          {Occlusion::Kind::ZeroSpatial, 0.0, 0.4, 0},
                          {Occlusion::Kind::ZeroSemantic, 0.0, 0.0, 0}};
    const auto causes = heard->explain(audio, request);
    QVERIFY(causes.attention.empty());
    QVERIFY(std::abs(causes.logProbability - (chosen.optionScores[best] - std::log(total))) < batchRounding);
    QCOMPARE(causes.occlusions.size(), request.occlusions.size());
    QVERIFY(std::abs(causes.occlusions[0].change) < batchRounding);
    AskOptions swapped = choice;
    swapped.control = Control::Swap;
    QCOMPARE(causes.occlusions[1].choice, heard->ask(audio, request.question, swapped).answer);
    for (std::size_t i = 1; i < causes.occlusions.size(); ++i)
        QVERIFY(causes.occlusions[i].change != 0.0);
    int seen = 0;
    (void)heard->explain(audio, request, [&](const OcclusionResult&) { return ++seen < 2; });
    QCOMPARE(seen, 2);
}

void ExplainTest::anAnswerOutsideTheOptionsIsRefused()
{
    const auto heard = model();
    if (!heard)
        QSKIP("the base weights are not on this computer; 'models fetch' brings them");
    ExplainRequest request{"Where?", "above", {}, false, {}};
    request.ask.options = {"left", "right"};
    ErrorKind kind{};
    QVERIFY(!test::errorOf([&] { (void)heard->explain(test::noiseFromTheLeft("explain test", 48000), request); }, &kind)
                 .empty());
    QCOMPARE(kind, ErrorKind::Usage);
}

QTEST_GUILESS_MAIN(ExplainTest)
#include "ExplainTest.moc"
