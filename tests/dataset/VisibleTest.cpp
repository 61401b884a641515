// SPDX-License-Identifier: GPL-3.0-or-later
// What the model is told to be in view, what is asked about the rest, and a whole scene in words.
#include "core/dataset/Description.h"
#include "core/dataset/Program.h"
#include "core/dataset/Questions.h"
#include "core/dataset/VisibleSources.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/dataset/SceneFixture.h"

using namespace binaurium;

class VisibleTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void onlyWhatStandsInTheFieldOfViewIsSeen();
    void theHeadTurnsTheView();
    void typedPlacesMeanTheSame();
    void wordsWithoutAPlaceAreRefused();
    void theOneHiddenSourceIsAskedFor();
    void scenesWithoutOneHiddenSourceAreNotAsked();
    void aSceneIsDescribedLoudestFirst();
    void whatIsAmbiguousOrInaudibleIsNotDescribed();
};

void VisibleTest::onlyWhatStandsInTheFieldOfViewIsSeen()
{
    auto scene = test::sceneOf({{"dog", -40.0}, {"kettle", 30.0}, {"clock", 170.0}, {"rain", 2.0}});
    QCOMPARE(visibleObjects(scene, 120.0).size(), std::size_t{3});
    QCOMPARE(visibleObjects(scene, 360.0).size(), std::size_t{4});
    scene.sources[0].muted = true; // seen all the same
    const auto text = visibleSentence(visibleObjects(scene, 120.0));
    QVERIFY2(text.starts_with("In view: ") && text.ends_with("."), text.c_str());
    const auto kettle = text.find("kettle 30 degrees to the left");
    const auto ahead = text.find("straight ahead");
    const auto dog = text.find("dog 40 degrees to the right");
    QVERIFY2(kettle < ahead && ahead < dog && dog != std::string::npos, text.c_str());
    QVERIFY(visibleSentence({}).find("nothing") != std::string::npos);
}

void VisibleTest::theHeadTurnsTheView()
{
    auto scene = test::sceneOf({{"kettle", 170.0}});
    QVERIFY(visibleObjects(scene, 120.0).empty());
    scene.listener.orientation.yawDeg = 150.0;
    QCOMPARE(visibleSentence(visibleObjects(scene, 120.0)), visibleSentence(visibleFromText("kettle@20")));
}

void VisibleTest::typedPlacesMeanTheSame()
{
    const auto typed = visibleFromText(" kettle@30 , robot @ -45.5");
    QCOMPARE(typed.size(), std::size_t{2});
    QCOMPARE(typed[1].azimuthDeg, -45.5);
    QCOMPARE(typed[1].words, std::string("robot")); // a word that is no label is taken as it is
    QVERIFY(typed[0].words.find("kettle") != std::string::npos);
}

void VisibleTest::wordsWithoutAPlaceAreRefused()
{
    for (const char* text : {"kettle", "kettle@", "@30", "kettle@north", "kettle@200", "kettle@nan", "a@1,,b@2",
                             "a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1,a@1"}) {
        ErrorKind kind{};
        QVERIFY2(!test::errorOf([&] { (void)visibleFromText(text); }, &kind).empty(), text);
        QCOMPARE(kind, ErrorKind::Usage);
    }
}

void VisibleTest::theOneHiddenSourceIsAskedFor()
{
    const auto scene = test::sceneOf({{"dog", -40.0}, {"kettle", 150.0}});
    std::set<std::string> wordings;
    for (std::uint64_t seed = 0; seed < 30; ++seed)
        for (const Split split : {Split::Train, Split::Test}) {
            RandomStream random(seed, "test");
            const auto item = unseenQuestion(scene, split, random);
            QVERIFY(item.has_value());
            QCOMPARE(item->answer, std::string("kettle"));
            QCOMPARE(evaluateProgram(item->program, factsOf(scene)), item->answer);
            QVERIFY(item->question.starts_with("In view: a dog 40 degrees to the right. "));
            QCOMPARE(item->options.size(), std::size_t{4});
            for (const char* words : {"kettle", "dog"}) // what is seen is offered too
                QCOMPARE(std::count(item->options.begin(), item->options.end(), words), 1);
            // No wording is in two splits.
            QVERIFY(split != Split::Test || !wordings.contains(item->question));
            if (split == Split::Train)
                wordings.insert(item->question);
        }
    QVERIFY(wordings.size() > 3);
}

void VisibleTest::scenesWithoutOneHiddenSourceAreNotAsked()
{
    RandomStream random(1, "test");
    QVERIFY(!unseenQuestion(test::sceneOf({{"dog", -40.0}, {"kettle", 30.0}}), Split::Train, random));
    QVERIFY(!unseenQuestion(test::sceneOf({{"dog", -140.0}}), Split::Train, random));
    QVERIFY(!unseenQuestion(test::sceneOf({{"dog", -140.0}, {"kettle", 150.0}, {"rain", 0.0}}), Split::Train, random));
    // Too quiet to be heard beside the other one.
    const auto quiet = test::sceneOf({{"dog", 0.0}, {"kettle", 150.0, 0.0, 2.0, 0.0, -40.0}});
    QVERIFY(!unseenQuestion(quiet, Split::Train, random));
}

void VisibleTest::aSceneIsDescribedLoudestFirst()
{
    auto scene = test::sceneOf({{"dog", -172.0, 30.0, 3.0}, {"kettle", 83.0, 0.0, 0.8}});
    scene.room.anechoic = true;
    QCOMPARE(describeScene(factsOf(scene)),
             std::string("2 sounds. A kettle on your left, about 80 degrees to the left, level, near, about 1 metre. "
                         "A dog behind you, about 170 degrees to the right, above, far, about 3 metres. There is no "
                         "room."));
}

void VisibleTest::whatIsAmbiguousOrInaudibleIsNotDescribed()
{
    // 15 degrees up is neither level nor above, 1 m neither near nor a few steps away.
    auto scene = test::sceneOf({{"dog", 2.0, 15.0, 1.05}, {"kettle", 150.0, 0.0, 2.0, 0.0, -40.0}});
    scene.room.anechoic = true;
    QCOMPARE(
        describeScene(factsOf(scene)),
        std::string("1 sound. A dog in front of you, about 0 degrees to the left, about 1 metre. There is no room."));
    scene.sources.clear();
    QCOMPARE(describeScene(factsOf(scene)), std::string("No sound."));
}

QTEST_GUILESS_MAIN(VisibleTest)
#include "VisibleTest.moc"
