// SPDX-License-Identifier: GPL-3.0-or-later
// Which questions a step asks, and that batches of them have the gradients of single questions.
#include "core/training/LanguageStage.h"
#include "tests/TestMain.h"
#include "tests/training/HeardFeatures.h"
#include "tests/training/TinyLanguage.h"

using namespace binaurium;

namespace {

constexpr double lossTolerance = 1e-6;     // relative; single precision, sums in another order
constexpr double gradientTolerance = 1e-5; // relative to the largest; matrix kernels sum differently for other shapes

LanguageStageOptions shortStage()
{
    LanguageStageOptions stage;
    stage.optimiser.batch = 8;
    stage.loraLearningRate = 1e-3;
    return stage;
}

// Gradients of all parameters, and the loss.
std::pair<nn::NamedTensors, double> gradientsOf(test::TinyLanguage& tiny, std::span<const LanguageExample> examples,
                                                int microBatch)
{
    for (const auto& [name, tensor] : tiny.parts.tensors())
        tensor.mutable_grad().reset();
    const double loss = accumulateGradients(tiny.parts, examples, microBatch);
    nn::NamedTensors list;
    for (const auto& [name, tensor] : tiny.parts.tensors())
        list.emplace_back(name, tensor.grad().clone());
    return {list, loss};
}

} // namespace

class QuestionsDrawnTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void questionsAreDrawnEvenlyOverLevelsAndAnswers();
    void descriptionsAndViewsAreDrawnByTheirShares();
    void questionsAboutOneSceneAreDrawnEvenly();
    void questionsThatShareTheirSceneGiveTheSameGradient();
    void questionsThatContradictWhatWasHeardAreLeftOut();
    void microBatchesGiveTheGradientOfTheWholeBatch();
    void kindsThatAreStillGuessedAreDrawnByTheirWeight();
    void questionsThatNeedTheirOptionsKeepThem();

private:
    std::unique_ptr<BpeTokenizer> words_;
};

void QuestionsDrawnTest::initTestCase()
{
    BINAURIUM_FAIL_ON_WARNINGS();
    words_ = test::tokenizer();
    if (words_ == nullptr)
        QSKIP("the base weights are not on this computer (binaurium-cli models fetch)");
}

void QuestionsDrawnTest::questionsAreDrawnEvenlyOverLevelsAndAnswers()
{
    auto cache = test::tinyQuestions(12, 1);
    // Nine of twelve answers are "left"; drawn evenly they are one in four.
    std::vector<std::vector<Item>> skewed;
    for (std::int64_t i = 0; i < cache.scenes(); ++i) {
        skewed.push_back(cache.questions(i));
        skewed.back()[0].templateId = "direction-1";
        skewed.back()[0].level = "L1";
        if (i > 3)
            skewed.back()[0].answer = "left";
    }
    const QuestionCache uneven(cache.semantic(), cache.spatial(), skewed);
    const QuestionIndex index(uneven);
    std::map<std::string, int> counts;
    RandomStream random(1, "test");
    constexpr int draws = 4000;
    for (int i = 0; i < draws; ++i)
        ++counts[index.draw(random, {1.0, 0.0, 0.0}).item->answer];
    for (const char* answer : {"left", "right", "front", "behind"})
        QVERIFY(std::abs(counts[answer] - draws / 4) < 5 * 28); // five standard deviations
    const QuestionIndex levels(cache);
    counts.clear();
    for (int i = 0; i < draws; ++i)
        ++counts[levels.draw(random, {0.5, 0.0, 0.5}).item->level];
    QCOMPARE(counts["L2"], 0);
    QVERIFY(std::abs(counts["L1"] - draws / 2) < 5 * 32);
    const auto sample = levels.sample(8, 3);
    QCOMPARE(sample.size(), std::size_t{8});
    QCOMPARE(levels.sample(8, 3)[5].item, sample[5].item);
}

void QuestionsDrawnTest::descriptionsAndViewsAreDrawnByTheirShares()
{
    const auto cache = test::tinyQuestions(12, 1);
    std::vector<std::vector<Item>> questions;
    for (std::int64_t i = 0; i < cache.scenes(); ++i)
        questions.push_back(cache.questions(i));
    const std::vector<SceneWords> words(12, {"1 sound. A dog on your left.", "In view: a dog 40 degrees to the left."});
    const QuestionCache told(cache.semantic(), cache.spatial(), questions, words);
    const QuestionIndex index(told);
    test::TinyLanguage tiny(*words_);
    tiny.parts.train = &index;
    LanguageStageOptions stage;
    stage.optimiser.batch = 400;
    stage.freeAnswerShare = 0.0;
    const auto count = [&](const char* inPrompt, const char* inAnswer) {
        RandomStream random(1, "test");
        int n = 0;
        for (const auto& e : drawExamples(tiny.parts, stage, 0.0, random))
            n += words_->decode(e.prompt.after).find(inPrompt) != std::string::npos &&
                         words_->decode(e.answer).find(inAnswer) != std::string::npos
                     ? 1
                     : 0;
        return n;
    };
    QCOMPARE(count("In view", ""), 0);
    QCOMPARE(count("", "1 sound."), 0);
    stage.inViewShare = 0.5;
    stage.describeShare = 0.25;
    constexpr int spread = 50; // five standard deviations of 400 draws
    QVERIFY(std::abs(count("", "1 sound. A dog on your left.") - 100) < spread);
    QVERIFY(std::abs(count("In view: a dog 40 degrees to the left. Where is it?", "") - 150) < spread);
    QCOMPARE(count("In view", "1 sound."), 0);
}

void QuestionsDrawnTest::questionsAboutOneSceneAreDrawnEvenly()
{
    // Every scene is asked where it is, and nine times whether something else is there: "no" but for the third scene.
    const auto cache = test::tinyQuestions(8, 1);
    std::vector<std::vector<Item>> questions;
    for (std::int64_t i = 0; i < cache.scenes(); ++i) {
        questions.push_back(cache.questions(i));
        questions.back()[0].templateId = "direction-1";
        questions.back()[0].level = "L1";
        for (int n = 0; n < 9; ++n) {
            auto item = questions.back()[0];
            item.templateId = "presence-1";
            item.answer = i == 2 && n == 0 ? "yes" : "no";
            questions.back().push_back(item);
        }
    }
    const QuestionCache many(cache.semantic(), cache.spatial(), questions);
    const QuestionIndex index(many);
    RandomStream random(1, "test");
    std::map<std::string, int> counts;
    constexpr int draws = 4000, spread = 150; // five standard deviations of a share of a half
    for (int i = 0; i < draws; ++i) {
        const auto question = index.drawAbout(2, random, {1.0, 1.0, 1.0});
        QCOMPARE(question.scene, std::int64_t{2});
        QCOMPARE(question.item->templateId, index.kinds()[question.kind] + "-1");
        ++counts[question.item->templateId];
        ++counts[question.item->answer];
    }
    QVERIFY(std::abs(counts["direction-1"] - draws / 2) < spread);
    // The only "yes" of all scenes stands here, and 8 of the 71 times "no".
    const double yes = counts["yes"], no = counts["no"];
    constexpr double wanted = 1.0 / (1.0 + 8.0 / 71.0);
    QVERIFY(std::abs(yes / (yes + no) - wanted) < 0.04); // five standard deviations of 2000 draws
}

void QuestionsDrawnTest::questionsThatShareTheirSceneGiveTheSameGradient()
{
    test::TinyLanguage tiny(*words_);
    auto stage = shortStage();
    stage.optimiser.batch = 10;
    stage.questionsPerScene = 4;
    RandomStream random(1, "test");
    const auto examples = drawExamples(tiny.parts, stage, 0.5, random);
    QCOMPARE(examples.size(), std::size_t{10});
    for (const std::size_t first : {0U, 4U, 8U})
        for (std::size_t i = first; i < std::min<std::size_t>(first + 4, examples.size()); ++i)
            QCOMPARE(examples[i].scene, examples[first].scene);
    const auto length = [&](std::size_t count) {
        return makeLanguageBatch(tiny.parts, std::span(examples).first(count)).embeddings.size(1);
    };
    const auto own = [&](std::size_t i) { // the end token is only predicted
        return static_cast<std::int64_t>(examples[i].prompt.after.size() + examples[i].answer.size()) - 1;
    };
    const auto start = length(1) - own(0);
    QCOMPARE(length(4), start + own(0) + own(1) + own(2) + own(3)); // once instead of four times
    QCOMPARE(length(5), 2 * start + own(0) + own(1) + own(2) + own(3) + own(4));
    const auto shared = gradientsOf(tiny, examples, 0);
    const auto alone = gradientsOf(tiny, examples, 1); // each question with audio tokens of its own
    const double difference = test::largestDifference(shared.first, alone.first);
    QVERIFY2(difference < gradientTolerance, qPrintable(QString::number(difference)));
    QVERIFY(std::abs(shared.second - alone.second) < lossTolerance * alone.second);
}

void QuestionsDrawnTest::questionsThatContradictWhatWasHeardAreLeftOut()
{
    // One slot says: a kettle on the left; the others are silent.
    nn::SpatialEncoderConfig encoder;
    const auto spatial = test::featuresOfAKettleOnTheLeft(encoder);
    const auto item = [](const char* id, const char* program, const char* answer, std::vector<std::string> options) {
        Item made;
        made.id = id;
        made.level = "L1";
        made.templateId = std::string(id) + "-1";
        made.question = id;
        made.program = Json::parse(program);
        made.answer = answer;
        made.options = std::move(options);
        return made;
    };
    const std::vector<std::string> directions{"front", "left", "behind", "right"};
    const auto* where = R"({"op":"quadrant","of":{"op":"select","label":"kettle"}})";
    const auto* whereElse = R"({"op":"quadrant","of":{"op":"select","label":"telephone"}})";
    const std::vector<Item> questions{item("right", where, "right", directions),
                                      item("left", where, "left", directions),
                                      item("unheard", whereElse, "left", directions),
                                      item("room", R"({"op":"reverberation"})", "dry", {"dry", "moderate"})};
    const QuestionCache cache(torch::zeros({1, 3, 8}, torch::kHalf), spatial.to(torch::kHalf), {questions});
    const HeardQuestions judged(cache, encoder, 4.0);
    const auto& kept = cache.questions(0);
    QVERIFY(judged.contradict(kept[0]) && !judged.contradict(kept[1]));
    QVERIFY(judged.contradict(kept[2]) && !judged.contradict(kept[3]));
    QCOMPARE(judged.summary()["judged"].get<int>(), 3);

    test::TinyLanguage tiny(*words_);
    const QuestionIndex index(cache);
    tiny.parts.train = &index;
    tiny.parts.heard = &judged;
    LanguageStageOptions stage;
    stage.optimiser.batch = 200;
    stage.contradictedShare = 0.0;
    RandomStream random(1, "test");
    for (const auto& e : drawExamples(tiny.parts, stage, 0.0, random)) {
        const auto asked = words_->decode(e.prompt.after);
        QVERIFY(asked.find("left") < asked.find("Options") || asked.find("room") != std::string::npos);
    }
}

void QuestionsDrawnTest::microBatchesGiveTheGradientOfTheWholeBatch()
{
    test::TinyLanguage tiny(*words_);
    const auto stage = shortStage();
    RandomStream random(1, "test");
    const auto examples = drawExamples(tiny.parts, stage, 0.5, random);
    const auto whole = gradientsOf(tiny, examples, 0);
    for (const int microBatch : {1, 3, 8}) {
        const auto parts = gradientsOf(tiny, examples, microBatch);
        const double difference = test::largestDifference(parts.first, whole.first);
        QVERIFY2(difference < gradientTolerance, qPrintable(QString::number(difference)));
        QVERIFY(std::abs(parts.second - whole.second) < lossTolerance * whole.second);
    }
}

void QuestionsDrawnTest::kindsThatAreStillGuessedAreDrawnByTheirWeight()
{
    test::TinyLanguage tiny(*words_);
    auto stage = shortStage();
    stage.optimiser.batch = 600;
    stage.freeAnswerShare = 0.0; // what is asked freely is not measured
    stage.questionsPerScene = 2;
    stage.levelsAtStart = {0.0, 1.0, 0.0}; // kinds of one level stand against each other
    // Two kinds of level 2: the second template under another name.
    std::vector<std::vector<Item>> questions;
    for (std::int64_t i = 0; i < tiny.train.scenes(); ++i) {
        auto item = tiny.train.questions(i)[0];
        item.level = "L2";
        item.templateId = "a-1";
        auto other = item;
        other.templateId = "b-1";
        questions.push_back({item, other});
    }
    const QuestionCache two(tiny.train.semantic(), tiny.train.spatial(), questions);
    const QuestionIndex index(two);
    tiny.parts.train = &index;
    RandomStream random(1, "test");
    int hard = 0;
    for (const auto& e : drawExamples(tiny.parts, stage, 0.0, random, {0.9, 0.1})) {
        QVERIFY(e.kind.has_value());
        QCOMPARE(e.chance, 0.25);
        hard += *e.kind == 0 ? 1 : 0;
    }
    QVERIFY(std::abs(hard - 540) < 5 * 8); // five standard deviations

    // The probability that is noted is that of the whole answer.
    RandomStream again(2, "test");
    stage.optimiser.batch = 6;
    const auto examples = drawExamples(tiny.parts, stage, 0.0, again);
    std::vector<double> probability;
    const double loss = accumulateGradients(tiny.parts, examples, 4, &probability);
    QCOMPARE(probability.size(), examples.size());
    double sum = 0.0;
    std::size_t tokens = 0;
    for (std::size_t i = 0; i < examples.size(); ++i) {
        sum -= std::log(probability[i]);
        tokens += examples[i].answer.size();
    }
    QVERIFY(std::abs(sum / static_cast<double>(tokens) - loss) < 1e-5 * loss);
}

// "Left or right?" is another question without them; "is there a dog?" is not.
void QuestionsDrawnTest::questionsThatNeedTheirOptionsKeepThem()
{
    test::TinyLanguage tiny(*words_);
    const auto withOptions = [&](const std::vector<std::string>& options) {
        std::vector<std::vector<Item>> questions;
        for (std::int64_t i = 0; i < tiny.train.scenes(); ++i) {
            auto item = tiny.train.questions(i)[0];
            item.options = options;
            item.answer = options.front();
            questions.push_back({item});
        }
        const QuestionCache cache(tiny.train.semantic(), tiny.train.spatial(), questions);
        const QuestionIndex index(cache);
        tiny.parts.train = &index;
        auto stage = shortStage();
        stage.freeAnswerShare = 1.0;
        RandomStream random(1, "test");
        int kept = 0;
        for (const auto& e : drawExamples(tiny.parts, stage, 0.0, random)) {
            const auto asked = words_->decode(e.prompt.after);
            kept += asked.find(options.back()) != std::string::npos ? 1 : 0;
            if (asked.find(options.back()) == std::string::npos && e.kind)
                return -1; // what was asked freely is not measured
        }
        return kept;
    };
    QCOMPARE(withOptions({"yes", "no"}), 0);
    QCOMPARE(withOptions({"left", "right", "behind"}), 0);
    QCOMPARE(withOptions({"nearer", "farther"}), shortStage().optimiser.batch);
}

QTEST_GUILESS_MAIN(QuestionsDrawnTest)
#include "QuestionsDrawnTest.moc"
