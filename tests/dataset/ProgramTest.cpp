// SPDX-License-Identifier: GPL-3.0-or-later
// Every operation of the question programs on scenes whose answer is plain, and on scenes that are ambiguous for it.
#include "core/dataset/Program.h"
#include "core/dataset/Templates.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/dataset/SceneFixture.h"

#include <QTemporaryDir>
#include <fstream>
#include <set>

using namespace binaurium;
using test::PlacedSource;
using test::sceneOf;

namespace {

constexpr const char* nothing = "-";

std::string valueOf(const char* program, const Scene& scene)
{
    return evaluateProgram(parseJson(program, "program"), scene).value_or(nothing);
}

} // namespace

class ProgramTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void operations_data();
    void operations();
    void leftOfIsAskedWhereTurnAndEarsAgree_data();
    void leftOfIsAskedWhereTurnAndEarsAgree();
    void higherIsAskedWhereAngleAndMetresAgree();
    void noiseIsNotAbsentBesideDiffuseNoise();
    void movingSourcesHaveAMotionAndNoPlace();
    void aSourceThatComesBackHasMoved();
    void inaudibleSourcesAreNotAskedAbout();
    void roomsAreClassedWithGaps();
    void turningIsTheInverseOfTheScene();
    void damagedProgramsAreRefused();
    void builtInTemplatesKeepTheirWordingsApart();
    void damagedTemplatesAreRefused();
};

void ProgramTest::operations_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* program, const char* expected) {
        QTest::newRow(name) << program << expected;
    };
    // kettle: right, near, high; bell: front left, far, first; dog: behind, middle, last
    row("exists", R"({"op":"exists","label":"dog"})", "yes");
    row("exists not", R"({"op":"exists","label":"train"})", "no");
    row("quadrant", R"({"op":"quadrant","of":{"op":"select","label":"kettle"}})", "right");
    row("quadrant of nobody", R"({"op":"quadrant","of":{"op":"select","label":"train"}})", nothing);
    row("side", R"({"op":"side","of":{"op":"select","label":"bell"}})", "left");
    row("side of the middle", R"({"op":"side","of":{"op":"select","label":"dog"}})", nothing);
    row("hemisphere", R"({"op":"hemisphere","of":{"op":"select","label":"dog"}})", "behind");
    row("hemisphere of the side", R"({"op":"hemisphere","of":{"op":"select","label":"kettle"}})", nothing);
    row("octant", R"({"op":"octant","of":{"op":"select","label":"bell"}})", "front left");
    row("clock", R"({"op":"clock","of":{"op":"select","label":"kettle"}})", "3 o'clock");
    row("clock behind", R"({"op":"clock","of":{"op":"select","label":"dog"}})", "6 o'clock");
    row("height", R"({"op":"height","of":{"op":"select","label":"kettle"}})", "above");
    row("distance", R"({"op":"distance","of":{"op":"select","label":"kettle"}})", "near");
    row("distance far", R"({"op":"distance","of":{"op":"select","label":"bell"}})", "far");
    row("metres", R"({"op":"metres","of":{"op":"select","label":"bell"}})", "4.0");
    row("describe", R"({"op":"describe","of":{"op":"select","label":"bell"}})", "front left, far");
    row("count", R"({"op":"count"})", "3");
    row("nearest", R"({"op":"words","of":{"op":"extreme","by":"distance","which":"least"}})", "kettle");
    row("loudest", R"({"op":"words","of":{"op":"extreme","by":"level","which":"most"}})", "kettle");
    row("highest", R"({"op":"words","of":{"op":"extreme","by":"elevation","which":"most"}})", "kettle");
    row("first", R"({"op":"words","of":{"op":"extreme","by":"start","which":"least"}})", "bell");
    row("last", R"({"op":"words","of":{"op":"extreme","by":"start","which":"most"}})", "dog");
    row("among", R"({"op":"words","of":{"op":"extreme","by":"distance","which":"least","among":["dog","bell"]}})",
        "dog");
    row("among one who is missing",
        R"({"op":"words","of":{"op":"extreme","by":"distance","which":"least","among":["dog","train"]}})", nothing);
    row("earlier",
        R"({"op":"is","relation":"earlier","a":{"op":"select","label":"bell"},"b":{"op":"select","label":"dog"}})",
        "yes");
    row("later",
        R"({"op":"is","relation":"earlier","a":{"op":"select","label":"dog"},"b":{"op":"select","label":"bell"}})",
        "no");
    row("nearest is", R"({"op":"is","relation":"nearest","a":{"op":"select","label":"kettle"}})", "yes");
    row("turned left",
        R"({"op":"turned","yaw_deg":90,"value":{"op":"quadrant","of":{"op":"select","label":"kettle"}}})", "behind");
    row("turned right",
        R"({"op":"turned","yaw_deg":-90,"value":{"op":"quadrant","of":{"op":"select","label":"kettle"}}})", "front");
    row("facing",
        R"({"op":"facing","of":{"op":"select","label":"kettle"},"value":{"op":"quadrant","of":{"op":"select","label":"dog"}}})",
        "right");
    row("exchanged",
        R"({"op":"exchanged","a":{"op":"select","label":"kettle"},"b":{"op":"select","label":"dog"},"value":{"op":"quadrant","of":{"op":"select","label":"kettle"}}})",
        "behind");
    row("turn to", R"({"op":"turn_to","of":{"op":"select","label":"dog"}})", "turn around");
    row("neighbour", R"({"op":"words","of":{"op":"neighbour","of":{"op":"select","label":"kettle"}}})", "dog");
    row("unknown",
        R"({"op":"or_unknown","label":"train","value":{"op":"quadrant","of":{"op":"select","label":"train"}}})",
        "cannot be told");
    row("known", R"({"op":"or_unknown","label":"dog","value":{"op":"quadrant","of":{"op":"select","label":"dog"}}})",
        "behind");
    row("misfit of no place", R"({"op":"words","of":{"op":"misfit"}})", nothing);
}

void ProgramTest::operations()
{
    QFETCH(QString, program);
    QFETCH(QString, expected);
    const auto scene = sceneOf({{"kettle", -90.0, 25.0, 0.8, 1.0, 0.0},
                                {"bell", 45.0, 0.0, 4.0, 0.0, 0.0},
                                {"dog", 179.0, 0.0, 1.6, 2.0, 0.0}});
    QCOMPARE(QString::fromStdString(valueOf(program.toUtf8(), scene)), expected);
}

void ProgramTest::leftOfIsAskedWhereTurnAndEarsAgree_data()
{
    QTest::addColumn<double>("kettleDeg");
    QTest::addColumn<double>("bellDeg");
    QTest::addColumn<QString>("expected");
    QTest::newRow("both in front") << 20.0 << -20.0 << "yes";
    QTest::newRow("both in front, exchanged") << -20.0 << 20.0 << "no";
    QTest::newRow("left and behind of it") << 90.0 << 0.0 << "yes";
    QTest::newRow("behind, the turn to the left leads to the right ear") << -160.0 << 160.0 << nothing;
    QTest::newRow("right, from behind") << -90.0 << 170.0 << nothing; // a turn to the left leads to the right ear
    QTest::newRow("same lateral angle") << 20.0 << 160.0 << nothing;
    QTest::newRow("opposite") << 90.0 << -85.0 << nothing;
}

void ProgramTest::leftOfIsAskedWhereTurnAndEarsAgree()
{
    QFETCH(double, kettleDeg);
    QFETCH(double, bellDeg);
    QFETCH(QString, expected);
    const char* program =
        R"({"op":"is","relation":"left_of","a":{"op":"select","label":"kettle"},"b":{"op":"select","label":"bell"}})";
    QCOMPARE(QString::fromStdString(valueOf(program, sceneOf({{"kettle", kettleDeg}, {"bell", bellDeg}}))), expected);
}

void ProgramTest::higherIsAskedWhereAngleAndMetresAgree()
{
    const char* highest = R"({"op":"words","of":{"op":"extreme","by":"elevation","which":"most"}})";
    const auto atDistances = [&](double kettleM, double bellM) {
        return valueOf(highest, sceneOf({{"kettle", -90.0, 40.0, kettleM}, {"bell", 90.0, 15.0, bellM}}));
    };
    QCOMPARE(atDistances(1.0, 1.0), std::string("kettle"));
    QCOMPARE(atDistances(0.5, 3.0), std::string(nothing)); // the bell is lower by angle and higher by metres
}

void ProgramTest::noiseIsNotAbsentBesideDiffuseNoise()
{
    const char* noise = R"({"op":"exists","label":"noise"})";
    auto scene = sceneOf({{"bell", 90.0}});
    QCOMPARE(valueOf(noise, scene), std::string("no"));
    scene.noise.levelDb = -60.0;
    QCOMPARE(valueOf(noise, scene), std::string(nothing));
    QCOMPARE(valueOf(R"({"op":"exists","label":"dog"})", scene), std::string("no"));
}

void ProgramTest::aSourceThatComesBackHasMoved()
{
    auto scene = sceneOf({{"kettle", -30.0}});
    const auto at = [&](double azimuthDeg) { return scene.listener.positionM + 2.0 * unitVector({azimuthDeg, 0.0}); };
    scene.sources[0].trajectory.waypoints = {
        {0.0, at(-30.0), {}}, {0.5 * scene.durationS, at(60.0), {}}, {scene.durationS, at(-30.0), {}}};
    QVERIFY(factsOf(scene).sources.at(0).moves);
    QCOMPARE(valueOf(R"({"op":"quadrant","of":{"op":"select","label":"kettle"}})", scene), std::string(nothing));
}

void ProgramTest::movingSourcesHaveAMotionAndNoPlace()
{
    auto scene = sceneOf({{"kettle", -30.0}, {"bell", 100.0}});
    auto& way = scene.sources[0].trajectory.waypoints;
    for (int i = 0; i <= 8; ++i)
        way.push_back(
            {i * scene.durationS / 8.0, scene.listener.positionM + 2.0 * unitVector({-30.0 + 7.5 * i, 0.0}), {}});
    QCOMPARE(valueOf(R"({"op":"motion","of":{"op":"select","label":"kettle"}})", scene), std::string("to the left"));
    QCOMPARE(valueOf(R"({"op":"words","of":{"op":"only_moving"}})", scene), std::string("kettle"));
    QCOMPARE(valueOf(R"({"op":"quadrant","of":{"op":"select","label":"kettle"}})", scene), std::string(nothing));
    QCOMPARE(valueOf(R"({"op":"motion","of":{"op":"select","label":"bell"}})", scene), std::string(nothing));
    way = {{0.0, scene.listener.positionM + 1.0 * unitVector({-30.0, 0.0}), {}},
           {scene.durationS, scene.listener.positionM + 3.0 * unitVector({-30.0, 0.0}), {}}};
    QCOMPARE(valueOf(R"({"op":"motion","of":{"op":"select","label":"kettle"}})", scene), std::string("away from you"));
}

void ProgramTest::inaudibleSourcesAreNotAskedAbout()
{
    const char* where = R"({"op":"quadrant","of":{"op":"select","label":"bell"}})";
    QCOMPARE(valueOf(where, sceneOf({{"kettle", -90.0}, {"bell", 90.0, 0, 2, 0, -10.0}})), std::string("left"));
    QCOMPARE(valueOf(where, sceneOf({{"kettle", -90.0}, {"bell", 90.0, 0, 2, 0, -30.0}})), std::string(nothing));
    auto noisy = sceneOf({{"bell", 90.0}});
    noisy.noise.levelDb = -10.0;
    QCOMPARE(valueOf(where, noisy), std::string(nothing));
    // A source that is there but masked is neither present nor absent.
    QCOMPARE(valueOf(R"({"op":"exists","label":"bell"})", noisy), std::string(nothing));
}

void ProgramTest::roomsAreClassedWithGaps()
{
    auto scene = sceneOf({{"bell", 90.0}});
    const auto sizeOf = [&](double side) {
        scene.room.sizeM = {side, side, side};
        return valueOf(R"({"op":"room_size"})", scene);
    };
    QCOMPARE(sizeOf(3.0), std::string("small"));
    QCOMPARE(sizeOf(3.6), std::string(nothing)); // 47 cubic metres: between small and medium
    QCOMPARE(sizeOf(4.4), std::string("medium"));
    QCOMPARE(sizeOf(6.0), std::string("large"));
    for (WallSurface& wall : scene.room.walls) {
        wall.material = "custom";
        wall.absorption.fill(0.9);
    }
    QCOMPARE(valueOf(R"({"op":"reverberation"})", scene), std::string("dry"));
    for (WallSurface& wall : scene.room.walls)
        wall.absorption.fill(0.05);
    QCOMPARE(valueOf(R"({"op":"reverberation"})", scene), std::string("very reverberant"));
    // The octave at 1 kHz alone decides.
    constexpr std::size_t octave1kHz = 3; // of 125 Hz .. 8 kHz
    for (WallSurface& wall : scene.room.walls)
        wall.absorption[octave1kHz] = 0.9;
    QCOMPARE(valueOf(R"({"op":"reverberation"})", scene), std::string("dry"));
    scene.room.anechoic = true;
    QCOMPARE(valueOf(R"({"op":"reverberation"})", scene), std::string("dry"));
    QCOMPARE(valueOf(R"({"op":"room_size"})", scene), std::string(nothing));
}

void ProgramTest::turningIsTheInverseOfTheScene()
{
    // A listener who turned is the same as a scene made with that yaw.
    const Json where = parseJson(R"({"op":"quadrant","of":{"op":"select","label":"bell"}})", "program");
    for (double azimuth = -173.0; azimuth < 180.0; azimuth += 10.0)
        for (const double yaw : {90.0, -90.0, 180.0, 37.3}) {
            auto scene = sceneOf({{"bell", azimuth}});
            const auto asked = evaluateProgram({{"op", "turned"}, {"yaw_deg", yaw}, {"value", where}}, scene);
            scene.listener.orientation.yawDeg = yaw;
            QCOMPARE(asked, evaluateProgram(where, scene));
        }
}

void ProgramTest::damagedProgramsAreRefused()
{
    const auto scene = sceneOf({{"bell", 90.0}});
    for (const char* program : {R"({"op":"launch"})", R"({"op":"words","of":{"op":"launch"}})", R"({"op":3})", R"({})",
                                R"({"op":"exists"})", R"({"op":"turned","yaw_deg":1e9,"value":{"op":"count"}})",
                                R"({"op":"is","relation":"beside","a":{"op":"only"},"b":{"op":"only"}})"}) {
        ErrorKind kind{};
        const auto sentence = test::errorOf(
            [&] {
                auto two = sceneOf({{"bell", 90.0}, {"dog", 0.0}});
                if (std::string(program).find("beside") != std::string::npos)
                    (void)evaluateProgram(
                        parseJson(
                            R"({"op":"is","relation":"beside","a":{"op":"select","label":"bell"},"b":{"op":"select","label":"dog"}})",
                            "p"),
                        two);
                (void)evaluateProgram(parseJson(program, "p"), scene);
            },
            &kind);
        QVERIFY2(!sentence.empty(), program);
        QCOMPARE(kind, ErrorKind::BadInput);
    }
}

void ProgramTest::builtInTemplatesKeepTheirWordingsApart()
{
    std::set<std::string> tasks;
    std::set<std::string> wordings;
    for (const QuestionTemplate& t : questionTemplates()) {
        tasks.insert(t.task);
        for (const Split split : {Split::Train, Split::Validation, Split::Test})
            for (const auto& wording : t.wordings(split))
                QVERIFY2(wordings.insert(wording).second, wording.c_str());
        QVERIFY(t.train.size() + t.heldOut.size() >= 7);
    }
    QVERIFY(questionTemplates().size() >= 40);
    QVERIFY(tasks.size() >= 16);
}

void ProgramTest::damagedTemplatesAreRefused()
{
    const QTemporaryDir folder;
    const auto file = folder.filePath("t.toml").toStdString();
    const std::string good =
        "format = \"binaurium-templates\"\nversion = 1\n[[template]]\nid = \"a\"\nlevel = \"L1\"\ntask = \"t\"\n"
        "program = '{\"op\":\"count\"}'\ntrain = [\"A\",\"B\",\"C\",\"D\",\"E\"]\nheld_out = [\"F\",\"G\"]\n";
    const auto sentence = [&](const std::string& text) {
        std::ofstream(file) << text;
        return test::errorOf([&] { (void)readTemplates(file); });
    };
    const auto with = [&](const std::string& from, const std::string& to) {
        auto text = good;
        return text.replace(text.find(from), from.size(), to);
    };
    QVERIFY(sentence(good).empty());
    QVERIFY(QString::fromStdString(sentence(with("\"L1\"", "\"L9\""))).contains("L9"));
    QVERIFY(QString::fromStdString(sentence(with("\"E\"", "\"F\""))).contains("twice"));
    for (const char* wording : {"\"{x}: where?\"", "\"where is it?\"", "\"\""})
        QVERIFY(QString::fromStdString(sentence(with("\"E\"", wording))).contains("begins with"));
    QVERIFY(QString::fromStdString(sentence(with("version = 1", "version = 7"))).contains("7"));
    QVERIFY(!sentence(with("'{\"op\":\"count\"}'", "'{\"op\":'")).empty());
    QVERIFY(QString::fromStdString(sentence(good + "tarin = [\"x\"]\n")).contains("tarin"));
    QVERIFY(!sentence(good + "wish.flying = true\n").empty());
    QVERIFY(!sentence(good + "bind.x = \"planet\"\n").empty());
}

QTEST_GUILESS_MAIN(ProgramTest)
#include "ProgramTest.moc"
