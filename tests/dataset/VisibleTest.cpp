// SPDX-License-Identifier: GPL-3.0-or-later
// What the model is told to be in view.
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

QTEST_GUILESS_MAIN(VisibleTest)
#include "VisibleTest.moc"
