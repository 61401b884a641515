// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Answers.h"
#include "core/dataset/Labels.h"
#include "core/dataset/Program.h"
#include "core/dataset/Questions.h"
#include "core/dataset/SceneSampler.h"
#include "core/scene/SceneFile.h"
#include "core/scene/SceneValidation.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <set>

using namespace binaurium;

namespace {

// Sources at the given azimuths, 2 m away, level with the ears.
Scene sceneWith(const std::vector<std::pair<std::string, double>>& sources)
{
    Scene scene;
    scene.room.sizeM = {8, 8, 3};
    scene.listener.positionM = {4, 4, 1.5};
    for (const auto& [label, azimuth] : sources) {
        Source source;
        source.name = label + std::to_string(scene.sources.size());
        source.label = label;
        source.sound.generator = "noise";
        source.positionM = scene.listener.positionM + 2.0 * unitVector({azimuth, 0.0});
        scene.sources.push_back(source);
    }
    return scene;
}

std::shared_ptr<const SceneSampler> samplerOf(Split split)
{
    static const auto catalogue = std::make_shared<const SoundCatalogue>(SoundCatalogue::read());
    static const auto heads = [] {
        HeadPoolOptions pool;
        pool.only = {"kemar"}; // the one that is always there
        return std::make_shared<const HeadPool>(pool, 1);
    }();
    SamplerOptions options;
    options.split = split;
    return std::make_shared<const SceneSampler>(options, catalogue, heads);
}

} // namespace

class DatasetTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void labelIdsAreUniqueAndKeepTheirPlace();
    void quadrantsRefuseTheirBorders();
    void ambiguousScenesHaveNoAnswer();
    void everyQuestionIsAnsweredByItsProgram();
    void wordingsOfTrainAndTestAreDisjoint();
    void lettersAreBalanced();
    void itemsComeBackFromJson();
    void sampledScenesAreValidAndRepeatable();
    void splitsShareNoSoundAndNoHead();
    void catalogueFilesMatchTheirHashes();
    void theParserReadsChoices_data();
    void theParserReadsChoices();
};

void DatasetTest::labelIdsAreUniqueAndKeepTheirPlace()
{
    std::set<std::string> ids;
    for (const Label& label : labels())
        QVERIFY(ids.insert(label.id).second);
    QCOMPARE(labelIndex("kettle"), 0); // trained models store these numbers
    QCOMPARE(labelIndex("noise"), 18);
    QCOMPARE(labelIndex("chimes"), 24);
    QCOMPARE(labelIndex("no such"), -1);
}

void DatasetTest::quadrantsRefuseTheirBorders()
{
    const Json program = {{"op", "quadrant"}, {"of", {{"op", "select"}, {"label", "kettle"}}}};
    const auto at = [&](double azimuth) { return evaluateProgram(program, sceneWith({{"kettle", azimuth}})); };
    QCOMPARE(at(0.0).value_or(""), std::string("front"));
    QCOMPARE(at(90.0).value_or(""), std::string("left"));
    QCOMPARE(at(-179.0).value_or(""), std::string("behind"));
    QCOMPARE(at(-60.0).value_or(""), std::string("right"));
    for (const double border : {45.0, -45.0, 135.0, -135.0}) {
        QVERIFY(!at(border - margins::quadrantDeg + 0.5));
        QVERIFY(!at(border + margins::quadrantDeg - 0.5));
        QVERIFY(at(border + margins::quadrantDeg + 0.5));
    }
}

void DatasetTest::ambiguousScenesHaveNoAnswer()
{
    const Json program = {{"op", "quadrant"}, {"of", {{"op", "select"}, {"label", "kettle"}}}};
    QVERIFY(!evaluateProgram(program, sceneWith({{"kettle", 0.0}, {"kettle", 90.0}})));
    QVERIFY(!evaluateProgram(program, sceneWith({{"bell", 0.0}})));
    auto high = sceneWith({{"kettle", 0.0}});
    high.sources[0].positionM = high.listener.positionM + 1.2 * unitVector({0.0, 70.0});
    QVERIFY(!evaluateProgram(program, high));
    ErrorKind kind{};
    QVERIFY(!test::errorOf([] { (void)evaluateProgram({{"op", "launch"}}, Scene()); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::BadInput);
}

void DatasetTest::everyQuestionIsAnsweredByItsProgram()
{
    int count = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
        const auto scene = samplerOf(Split::Train)->sample(3, i).scene;
        RandomStream random(3, "questions", i);
        for (const Item& item : makeQuestions(scene, Split::Train, "t", random)) {
            QCOMPARE(evaluateProgram(item.program, scene).value_or(""), item.answer);
            if (!item.options.empty())
                QCOMPARE(std::count(item.options.begin(), item.options.end(), item.answer), std::ptrdiff_t{1});
            QVERIFY2(item.question.find('{') == std::string::npos, item.question.c_str());
            const std::set<std::string> distinct(item.options.begin(), item.options.end());
            QCOMPARE(distinct.size(), item.options.size());
            QVERIFY(!item.evidence.empty());
            ++count;
        }
    }
    QVERIFY(count > 300);
}

void DatasetTest::wordingsOfTrainAndTestAreDisjoint()
{
    std::set<std::string> train, test;
    for (std::uint64_t i = 0; i < 300; ++i) {
        const auto scene = sceneWith({{"kettle", 90.0}, {"bell", 0.0}});
        RandomStream a(1, "train", i), b(1, "test", i);
        for (const auto& item : makeQuestions(scene, Split::Train, "a", a))
            train.insert(item.templateId);
        for (const auto& item : makeQuestions(scene, Split::Test, "b", b))
            test.insert(item.templateId);
    }
    QVERIFY(train.size() >= 40 && test.size() >= 10);
    for (const auto& id : test)
        QVERIFY2(!train.contains(id), id.c_str());
}

void DatasetTest::lettersAreBalanced()
{
    std::map<std::string, std::array<int, 4>> places;
    constexpr int scenes = 400;
    for (std::uint64_t i = 0; i < scenes; ++i) {
        RandomStream random(2, "letters", i);
        for (const auto& item : makeQuestions(sceneWith({{"kettle", 90.0}, {"bell", 0.0}}), Split::Train, "a", random))
            if (item.options.size() == (item.task == "presence" ? 2U : 4U))
                ++places[item.task][static_cast<std::size_t>(
                    std::find(item.options.begin(), item.options.end(), item.answer) - item.options.begin())];
    }
    for (const auto& [task, counts] : places) {
        const std::size_t letters = task == "presence" ? 2 : 4;
        const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
        const double expected = all / static_cast<double>(letters);
        for (std::size_t k = 0; k < letters; ++k) // five standard deviations
            QVERIFY2(std::abs(counts[k] - expected) < 5.0 * std::sqrt(expected), task.c_str());
    }
}

void DatasetTest::itemsComeBackFromJson()
{
    RandomStream random(5, "items");
    for (const Item& item : makeQuestions(sceneWith({{"kettle", 90.0}, {"bell", 0.0}}), Split::Test, "x", random))
        QVERIFY(itemFromJson(parseJson(itemToJson(item).dump(), "item"), "item") == item);
    Json broken = itemToJson(Item{});
    broken["version"] = 99;
    QVERIFY(!test::errorOf([&] { (void)itemFromJson(broken, "item"); }).empty());
}

void DatasetTest::sampledScenesAreValidAndRepeatable()
{
    const auto sampler = samplerOf(Split::Train);
    std::array<int, 4> sources{};
    for (std::uint64_t i = 0; i < 500; ++i) {
        const auto a = sampler->sample(11, i);
        QVERIFY2(sceneProblems(a.scene).empty(),
                 sceneProblems(a.scene).empty() ? "" : sceneProblems(a.scene).front().c_str());
        QVERIFY(a.scene == sampler->sample(11, i).scene);
        ++sources[a.scene.sources.size()];
    }
    QVERIFY(sources[1] > 200 && sources[2] > 100 && sources[3] > 30);
    QVERIFY(!(sampler->sample(11, 0).scene == sampler->sample(12, 0).scene));
}

void DatasetTest::splitsShareNoSoundAndNoHead()
{
    const auto catalogue = SoundCatalogue::read();
    std::map<std::string, Split> hashes;
    for (const auto& sound : catalogue.sounds()) {
        if (sound.file.empty())
            continue;
        const auto [found, first] = hashes.try_emplace(sound.sha256, sound.split);
        QVERIFY2(first || found->second == sound.split, sound.id.c_str());
        QVERIFY2(!sound.licence.empty(), sound.id.c_str());
    }
    std::map<std::string, Split> people;
    for (const auto& head : readHeadCatalogue()) {
        const auto [found, first] = people.try_emplace(head.physicalHead, head.split);
        QVERIFY2(first || found->second == head.split, head.id.c_str());
    }
    // Generators: the seeds of the splits are disjoint.
    for (const Split split : {Split::Train, Split::Validation, Split::Test})
        for (std::uint64_t i = 0; i < 300; ++i) {
            RandomStream random(1, "draw", i);
            const auto labelsOfSplit = catalogue.labels(split);
            const auto sound = catalogue.draw(labelsOfSplit[i % labelsOfSplit.size()], split, random);
            if (sound.generator.empty())
                continue;
            const auto lane = sound.generatorSeed % 10;
            QCOMPARE(lane < 8 ? Split::Train : lane == 8 ? Split::Validation : Split::Test, split);
        }
}

void DatasetTest::catalogueFilesMatchTheirHashes()
{
    const auto problems = SoundCatalogue::read().check();
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().c_str());
}

void DatasetTest::theParserReadsChoices_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("choice"); // -1: nothing
    QTest::newRow("word") << "left" << 0;
    QTest::newRow("sentence") << "It is on the left." << 0;
    QTest::newRow("letter") << "B" << 1;
    QTest::newRow("letter with bracket") << "C) front" << 2;
    QTest::newRow("answer is") << "The answer is D." << 3;
    QTest::newRow("case") << "BEHIND you" << 3;
    QTest::newRow("two named") << "left or right" << -1;
    QTest::newRow("part of a word") << "leftover" << -1;
    QTest::newRow("article is no letter") << "A kettle on a shelf" << -1;
    QTest::newRow("nothing") << "" << -1;
    QTest::newRow("letter out of range") << "E" << -1;
}

void DatasetTest::theParserReadsChoices()
{
    QFETCH(QString, text);
    QFETCH(int, choice);
    const auto parsed = parseChoice(text.toStdString(), {"left", "right", "front", "behind"});
    QCOMPARE(parsed ? static_cast<int>(*parsed) : -1, choice);
}

QTEST_GUILESS_MAIN(DatasetTest)
#include "DatasetTest.moc"
