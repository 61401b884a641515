// SPDX-License-Identifier: GPL-3.0-or-later
// Making, resuming, joining and auditing data sets. Only the default head is needed.
#include "core/dataset/Audit.h"
#include "core/dataset/BlindAnswerer.h"
#include "core/dataset/ItemAudio.h"
#include "core/dataset/ItemMaker.h"
#include "core/dataset/MakeDataset.h"
#include "core/support/AtomicFile.h"
#include "core/support/Toml.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <QTemporaryDir>
#include <fstream>

using namespace binaurium;

namespace {

constexpr std::int64_t unitCount = 4100; // three shards

DatasetRecipe recipeOf(std::int64_t train, const std::string& rest = {})
{
    return recipeFromJson(parseToml("format = \"binaurium-recipe\"\nversion = 1\nname = \"t\"\nseed = 3\n" + rest +
                                        "\n[items]\ntrain = " + std::to_string(train) + "\n",
                                    "recipe"),
                          "recipe");
}

std::vector<Item> itemsOf(const std::filesystem::path& set)
{
    std::vector<Item> items;
    readItems(set, [&](Item&& item) { items.push_back(std::move(item)); });
    return items;
}

MakeReport make(const DatasetRecipe& recipe, const std::filesystem::path& folder, MakeOptions options = {})
{
    return makeDataset(recipe, folder, options, {});
}

AuditReport auditOf(const std::vector<Item>& items, const std::filesystem::path& folder)
{
    std::string text;
    for (const Item& item : items)
        text += itemToJson(item).dump() + "\n";
    const auto file = folder / "items.jsonl";
    writeFileAtomically(file, text);
    return auditDatasets({file}, {0, {}, 1}, {});
}

} // namespace

class MakeTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void theSameRecipeGivesTheSameItemsOnAnyNumberOfThreads();
    void stoppedWorkGoesOnWhereItWas();
    void aSmallerRecipeKeepsTheSharesOfItsSplits();
    void oneSplitCanBeMadeAlone();
    void aFourthSourceIsDrawnOnlyWhereItIsWanted();
    void rangesJoinToTheWhole();
    void foldersOfOthersAreLeftAlone();
    void damagedShardsAreNamed();
    void impossibleRecipesAreRefused_data();
    void impossibleRecipesAreRefused();
    void everyTemplateIsAskedAndItsAnswersAreEven();
    void twinsDifferInTheirAnswer();
    void theAuditFindsPlantedFaults();
    void theAuditTellsWhatItDidNotLookAt();
    void theBlindAnswererFindsABias();
    void itemsSoundAsTheirFingerprintSays();
};

void MakeTest::theSameRecipeGivesTheSameItemsOnAnyNumberOfThreads()
{
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    const auto recipe = recipeOf(unitCount);
    MakeOptions one;
    one.threads = 1;
    MakeOptions four;
    four.threads = 4;
    QVERIFY(make(recipe, root / "a", one).complete);
    QVERIFY(make(recipe, root / "b", four).complete);
    const auto a = DatasetFolder::open(root / "a");
    const auto b = DatasetFolder::open(root / "b");
    QCOMPARE(a.shards().size(), std::size_t{3});
    for (const ShardName& shard : a.shards())
        QVERIFY(readFile(a.fileOf(shard)) == readFile(b.fileOf(shard)));
}

void MakeTest::stoppedWorkGoesOnWhereItWas()
{
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    const auto recipe = recipeOf(unitCount);
    QVERIFY(make(recipe, root / "whole").complete);
    // Stopped within the second shard, then resumed; what a killed process leaves beside its shards is no shard.
    MakeOptions options;
    options.threads = 1;
    const auto sentence = test::errorOf(
        [&] { (void)makeDataset(recipe, root / "part", options, [](const Progress& p) { return p.done <= 2000; }); });
    QVERIFY(!sentence.empty());
    QVERIFY(!DatasetFolder::open(root / "part").isComplete());
    std::ofstream(root / "part" / "items" / "0000002000-0000004000.jsonl.tmp123") << "half a li";
    const auto report = make(recipe, root / "part");
    QVERIFY(report.complete);
    QVERIFY(report.reused >= 1);
    QVERIFY(itemsOf(root / "part") == itemsOf(root / "whole"));
    QCOMPARE(make(recipe, root / "part").items, std::int64_t{0});
}

void MakeTest::aSmallerRecipeKeepsTheSharesOfItsSplits()
{
    const auto recipe = recipeFromJson(
        parseToml("format = \"binaurium-recipe\"\nversion = 1\nname = \"t\"\n[items]\ntrain = 900\ntest = 100\n", "r"),
        "r");
    QCOMPARE(changedRecipe(recipe, recipe.seed, {}).hash(), recipe.hash());
    QCOMPARE(changedRecipe(recipe, recipe.seed, 1000).hash(), recipe.hash());
    const auto smaller = changedRecipe(recipe, 5, 50);
    QCOMPARE(smaller.seed, std::uint64_t{5});
    QCOMPARE(smaller.count, (std::array<std::int64_t, 3>{45, 0, 5}));
    QCOMPARE(changedRecipe(recipe, 1, 2).count, (std::array<std::int64_t, 3>{1, 0, 1}));
    QCOMPARE(firstUnit(recipe, Split::Test), std::int64_t{900});
    ErrorKind kind{};
    QVERIFY(!test::errorOf([&] { (void)changedRecipe(recipe, 1, 9'000'000); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::BadInput);
}

void MakeTest::oneSplitCanBeMadeAlone()
{
    auto recipe = recipeOf(20);
    const ItemMaker all(recipe, {});
    recipe.count[static_cast<std::size_t>(Split::Test)] = 5; // its heads may not be on this computer
    const ItemMaker train(recipe, {}, Split::Train);
    for (std::int64_t unit = 0; unit < 20; ++unit)
        QVERIFY(train.unit(unit) == all.unit(unit));
}

void MakeTest::aFourthSourceIsDrawnOnlyWhereItIsWanted()
{
    // A fourth share of nothing is as none.
    const ItemMaker three(recipeOf(40, "scene.source_share = [0.3, 0.3, 0.4]"), {});
    const ItemMaker none(recipeOf(40, "scene.source_share = [0.3, 0.3, 0.4, 0.0]"), {});
    const ItemMaker four(recipeOf(40, "tasks.direction = 1\nscene.source_share = [0.0, 0.0, 0.0, 1.0]"), {});
    std::size_t asked = 0;
    for (std::int64_t unit = 0; unit < 40; ++unit) {
        const auto items = three.unit(unit);
        QVERIFY(items == none.unit(unit));
        QVERIFY(std::all_of(items.begin(), items.end(), [](const Item& i) { return i.scene["sources"].size() <= 3; }));
        for (const Item& item : four.unit(unit)) {
            asked += item.scene["sources"].size() == 4 ? 1 : 0;
            QCOMPARE(item.task, std::string("direction"));
        }
    }
    QVERIFY(asked > 20); // some rooms have no place for four
}

void MakeTest::rangesJoinToTheWhole()
{
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    const auto recipe = recipeOf(unitCount);
    MakeOptions options;
    options.end = 1500;
    QVERIFY(!make(recipe, root / "a", options).complete);
    options.first = 1500;
    options.end = unitCount;
    (void)make(recipe, root / "b", options);
    mergeDatasets({root / "b", root / "a"}, root / "merged");
    QVERIFY(DatasetFolder::open(root / "merged").isComplete());
    (void)make(recipe, root / "whole");
    QVERIFY(itemsOf(root / "merged") == itemsOf(root / "whole"));
    QVERIFY(!test::errorOf([&] { mergeDatasets({root / "a", root / "whole"}, root / "twice"); }).empty());
    (void)make(recipeOf(10), root / "other");
    QVERIFY(!test::errorOf([&] { mergeDatasets({root / "a", root / "other"}, root / "mixed"); }).empty());
}

void MakeTest::foldersOfOthersAreLeftAlone()
{
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    std::ofstream(root / "notes.txt") << "mine";
    QVERIFY(!test::errorOf([&] { (void)make(recipeOf(10), root); }).empty());
    QCOMPARE(readFile(root / "notes.txt"), std::string("mine"));
    (void)make(recipeOf(10), root / "set");
    QVERIFY(!test::errorOf([&] { (void)make(recipeOf(11), root / "set"); }).empty());
    MakeOptions outside;
    outside.end = 99;
    ErrorKind kind{};
    QVERIFY(!test::errorOf([&] { (void)make(recipeOf(10), root / "set", outside); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::Usage);
}

void MakeTest::damagedShardsAreNamed()
{
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    (void)make(recipeOf(20), root / "set");
    const auto set = DatasetFolder::open(root / "set");
    const auto file = set.fileOf(set.shards().front());
    const auto whole = readFile(file);
    for (const std::size_t size : {std::size_t{0}, std::size_t{10}, whole.size() / 2, whole.size() - 2}) {
        std::ofstream(file, std::ios::trunc) << whole.substr(0, size);
        const auto sentence = test::errorOf([&] { (void)itemsOf(root / "set"); });
        QVERIFY2(sentence.find(file.filename().string()) != std::string::npos, sentence.c_str());
    }
}

void MakeTest::impossibleRecipesAreRefused_data()
{
    QTest::addColumn<QString>("rest");
    QTest::addColumn<QString>("word");
    QTest::newRow("unknown key") << "colour = 1"
                                 << "colour";
    QTest::newRow("unknown task") << "tasks.flying = 1"
                                  << "flying";
    QTest::newRow("no task") << "tasks.count = 0"
                             << "weight";
    QTest::newRow("unknown label") << "scene.labels = [\"unicorn\"]"
                                   << "unicorn";
    QTest::newRow("inverted range") << "scene.rt60_s = [2.0, 0.2]"
                                    << "rt60_s";
    QTest::newRow("inverted range of gains") << "scene.gain_db = [3.0, -3.0]"
                                             << "gain_db";
    QTest::newRow("empty shares") << "scene.source_share = [0, 0, 0]"
                                  << "source_share";
    QTest::newRow("too few shares") << "scene.source_share = [0.5, 0.5]"
                                    << "source_share";
    QTest::newRow("unknown scene key") << "scene.duraton_s = 3"
                                       << "duraton_s";
}

void MakeTest::impossibleRecipesAreRefused()
{
    QFETCH(QString, rest);
    QFETCH(QString, word);
    const auto sentence = test::errorOf([&] { (void)recipeOf(10, rest.toStdString()); });
    QVERIFY2(QString::fromStdString(sentence).contains(word), sentence.c_str());
}

void MakeTest::everyTemplateIsAskedAndItsAnswersAreEven()
{
    const ItemMaker maker(recipeOf(6000), {});
    std::map<std::string, std::map<std::string, int>> answers;
    for (std::int64_t unit = 0; unit < 6000; ++unit)
        for (const Item& item : maker.unit(unit))
            ++answers[item.templateId.substr(0, item.templateId.rfind('-'))][item.answer];
    for (const QuestionTemplate& t : questionTemplates()) {
        QVERIFY2(answers.contains(t.id), t.id.c_str());
        double total = 0.0;
        for (const auto& [answer, count] : answers[t.id])
            total += count;
        // An answer for which few scenes exist may fall short, never be favoured: 5 standard deviations.
        for (const auto& answer : t.answers) {
            const double expected = total / static_cast<double>(t.answers.size());
            QVERIFY2(answers[t.id][answer] < expected + 5.0 * std::sqrt(expected) + 1.0,
                     (t.id + ": " + answer).c_str());
        }
    }
}

void MakeTest::twinsDifferInTheirAnswer()
{
    const ItemMaker maker(recipeOf(200, "tasks.swap = 1"), {});
    for (std::int64_t unit = 0; unit < 200; ++unit) {
        const auto items = maker.unit(unit);
        QCOMPARE(items.size(), std::size_t{2});
        QCOMPARE(items[0].pair, items[1].id);
        QCOMPARE(items[1].pair, items[0].id);
        QCOMPARE(items[0].question, items[1].question);
        QVERIFY(items[0].options == items[1].options);
        QVERIFY(items[0].answer != items[1].answer);
    }
}

void MakeTest::theAuditFindsPlantedFaults()
{
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    const ItemMaker maker(recipeOf(300), {});
    std::vector<Item> items;
    for (std::int64_t unit = 0; unit < 300; ++unit)
        for (Item& item : maker.unit(unit))
            items.push_back(std::move(item));
    QVERIFY(auditOf(items, root).isSound());

    auto leaking = items;
    leaking[0].split = "test"; // its head (and more) is in training too
    const auto leaks = auditOf(leaking, root);
    QVERIFY(!leaks.isSound());
    QVERIFY(std::any_of(leaks.leaks.begin(), leaks.leaks.end(), [](const Leak& l) { return l.kind == "head"; }));

    auto copied = items; // the same wording in the test, under another name
    copied.push_back(items[0]);
    copied.back().id = "copy";
    copied.back().split = "test";
    copied.back().templateId = "another-1";
    const auto wordings = auditOf(copied, root);
    QVERIFY(std::any_of(wordings.leaks.begin(), wordings.leaks.end(), [](const Leak& l) {
        return l.kind == "wording" && l.splits.find("test") != std::string::npos;
    }));

    auto wrong = items;
    wrong[5].answer =
        wrong[5].options.empty() ? "-1" : wrong[5].options[wrong[5].options[0] == wrong[5].answer ? 1 : 0];
    QCOMPARE(auditOf(wrong, root).oracleWrong, std::int64_t{1});
    QCOMPARE(auditOf(wrong, root).oracleProblem, wrong[5].id);

    auto twice = items;
    twice.push_back(items[7]);
    QCOMPARE(auditOf(twice, root).duplicateIds, std::int64_t{1});
    QCOMPARE(auditOf(twice, root).duplicates, std::int64_t{1});
}

void MakeTest::theAuditTellsWhatItDidNotLookAt()
{
    const QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    const ItemMaker maker(recipeOf(300), {});
    std::vector<Item> items;
    for (std::int64_t unit = 0; unit < 300; ++unit)
        for (Item& item : maker.unit(unit))
            items.push_back(std::move(item));
    QVERIFY(auditToMarkdown(auditOf(items, root)).find("not proven as a test: it holds no item") != std::string::npos);
    for (std::size_t i = 0; i < 60; ++i)
        items[i].split = "test";
    const auto has = [](const AuditReport& report, AuditGap gap) {
        const auto gaps = report.gaps();
        return std::find(gaps.begin(), gaps.end(), gap) != gaps.end();
    };
    const auto whole = auditOf(items, root); // without audio
    QVERIFY(has(whole, AuditGap::NoAudio) && has(whole, AuditGap::FewQuestions));
    QVERIFY(!has(whole, AuditGap::NoTraining) && !has(whole, AuditGap::NoPrograms) && !has(whole, AuditGap::NoTest));
    auto imported = items;
    std::erase_if(imported, [](const Item& i) { return i.split != "test"; });
    for (Item& item : imported) {
        item.origin = "import";
        item.program = nullptr;
    }
    const auto bare = auditOf(imported, root);
    QVERIFY(bare.isSound()); // nothing was found, because nothing could be looked at
    QVERIFY(has(bare, AuditGap::NoTraining) && has(bare, AuditGap::NoPrograms) && has(bare, AuditGap::NoAudio));
    QCOMPARE(bare.oracleAsked, std::int64_t{0});
    QCOMPARE(bare.oracleMissing, static_cast<std::int64_t>(imported.size()));
}

void MakeTest::theBlindAnswererFindsABias()
{
    // Asked about the kettle, the answer is always left: words alone tell it. Then evenly: they tell nothing.
    for (const bool biased : {true, false}) {
        BlindAnswerer blind;
        RandomStream random(1, "bias");
        const auto draw = [&] {
            Item item;
            const bool kettle = random.chance(0.5);
            item.question = kettle ? "Where is the kettle?" : "Where is the bell?";
            item.options = {"left", "right", "front", "behind"};
            random.shuffle(std::span(item.options));
            item.answer = biased && kettle ? "left" : item.options[random.below(4)];
            return item;
        };
        for (int i = 0; i < 4000; ++i)
            blind.learn(draw());
        int right = 0;
        constexpr int asked = 2000;
        for (int i = 0; i < asked; ++i) {
            const auto item = draw();
            right += item.options[blind.answer(item)] == item.answer ? 1 : 0;
        }
        const double share = right / static_cast<double>(asked);
        QVERIFY2(biased ? share > 0.58 : std::abs(share - 0.25) < 0.05, std::to_string(share).c_str());
    }
}

void MakeTest::itemsSoundAsTheirFingerprintSays()
{
    const ItemMaker maker(recipeOf(40, "head_variants = 1\ntasks.class = 1\nscene.duration_s = 1.0"), {});
    std::vector<Item> items;
    for (std::int64_t unit = 0; unit < 12; ++unit)
        for (Item& item : maker.unit(unit))
            items.push_back(
                itemFromJson(parseJson(itemToJson(item).dump(), "item"), "item")); // through text, as on disk
    ItemRenderer renderer({});
    for (const Item& item : items) {
        const auto once = renderer.render(item).audio;
        const auto again = ItemRenderer({}).render(item).audio;
        QVERIFY(std::equal(once.all().begin(), once.all().end(), again.all().begin()));
        QVERIFY(toJson(fingerprintOf(once)) == toJson(fingerprintOf(again)));
        // Exchanged ears: levels change sides, the time difference its sign.
        AudioBuffer swapped(2, once.frames(), once.rateHz());
        std::copy(once.channel(0).begin(), once.channel(0).end(), swapped.channel(1).begin());
        std::copy(once.channel(1).begin(), once.channel(1).end(), swapped.channel(0).begin());
        const auto a = fingerprintOf(once);
        const auto b = fingerprintOf(swapped);
        QVERIFY(a.levelDb[0] == b.levelDb[1]);
        QCOMPARE(a.itdUs, -b.itdUs);
    }
    const auto audit = measureAudio(items, {}, 2, {});
    QCOMPARE(audit.measured, static_cast<std::int64_t>(items.size()));
    QCOMPARE(audit.failed, std::int64_t{0});
    QCOMPARE(audit.silent, std::int64_t{0});
    QVERIFY(audit.wrongSide * 5 <= audit.directions);
    auto unknown = items.front();
    unknown.head["id"] = "no_such_head";
    QCOMPARE(measureAudio({unknown}, {}, 1, {}).failed, std::int64_t{1});
}

QTEST_GUILESS_MAIN(MakeTest)
#include "MakeTest.moc"
