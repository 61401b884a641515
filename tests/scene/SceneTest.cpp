// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scene/Materials.h"
#include "core/scene/SceneFile.h"
#include "core/scene/SceneValidation.h"
#include "core/support/AtomicFile.h"
#include "core/support/Log.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <numbers>

using namespace binaurium;

namespace {

constexpr double angleTolerance = 1e-9; // degrees, double arithmetic

Scene someScene()
{
    Scene scene;
    scene.title = "Küche";
    scene.room.walls[0].material = "custom";
    scene.room.walls[0].absorption.fill(0.25);
    Source source;
    source.name = "kettle";
    source.label = "kettle";
    source.sound.generator = "kettle";
    source.positionM = {1.0, 2.5, 1.2};
    scene.sources.push_back(source);
    return scene;
}

// Up to nine waypoints two seconds apart inside a box; a smooth path stays within half a metre of it.
Trajectory wanderingPath(RandomStream& random, const Vec3& low, const Vec3& high)
{
    Trajectory path;
    path.interpolation = random.chance(0.5) ? PathInterpolation::Smooth : PathInterpolation::Linear;
    path.turns = random.chance(0.5);
    for (std::uint64_t i = random.below(10); i > 0; --i) {
        Waypoint point;
        point.timeS = 2.0 * static_cast<double>(path.waypoints.size());
        const auto between = [&](double a, double b) { return a + (b - a) * (0.3 + 0.4 * random.uniform()); };
        point.positionM = {between(low.x, high.x), between(low.y, high.y), between(low.z, high.z)};
        if (path.turns)
            point.orientation = {random.uniform(-180, 180), random.uniform(-90, 90), random.uniform(-180, 180)};
        path.waypoints.push_back(point);
    }
    path.turns = path.turns && !path.empty(); // what is not in the file cannot come back
    if (path.empty())
        path.interpolation = PathInterpolation::Linear;
    return path;
}

} // namespace

class SceneTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void directionsFollowTheConventions();
    void savedScenesLoadEqualAndSaveIdentical();
    void unknownMembersSurviveLoadAndSave();
    void examplesAreValid();
    void problemsNameTheObjectAndTheRange_data();
    void problemsNameTheObjectAndTheRange();
    void damagedFilesNeverCrash();
    void pathsMayNotLeaveTheSceneFolder();
    void materialsLieBetweenZeroAndOne();
    void linearTrajectoriesHaveConstantVelocity();
    void smoothTrajectoriesHaveNoJumpsInVelocity();
    void anglesTakeTheShorterArc();
    void aSceneAtATimeStandsStillWhereItsTrajectoriesLead();
};

void SceneTest::directionsFollowTheConventions()
{
    Listener listener;
    listener.positionM = {2.0, 2.0, 1.5};
    const auto azimuth = [&](const Vec3& p) { return relativePosition(listener, p).direction.azimuthDeg; };
    QVERIFY(std::abs(azimuth({3.0, 2.0, 1.5}) - 0.0) < angleTolerance);   // along +x: front
    QVERIFY(std::abs(azimuth({2.0, 3.0, 1.5}) - 90.0) < angleTolerance);  // along +y: left
    QVERIFY(std::abs(azimuth({1.0, 2.0, 1.5}) - 180.0) < angleTolerance); // 180, never -180
    listener.orientation.yawDeg = 90.0;                                   // now looks along +y
    QVERIFY(std::abs(azimuth({3.0, 2.0, 1.5}) + 90.0) < angleTolerance);
    listener.orientation = {0.0, 30.0, 0.0}; // looks up: what was level is now below
    QVERIFY(std::abs(relativePosition(listener, {3.0, 2.0, 1.5}).direction.elevationDeg + 30.0) < angleTolerance);
    listener.orientation = {0.0, 0.0, 90.0}; // right ear down: the left ear points to the ceiling
    QVERIFY(std::abs(azimuth({2.0, 2.0, 2.5}) - 90.0) < angleTolerance);
    RandomStream random(1, "rotation");
    for (int i = 0; i < 100; ++i) {
        const Orientation o{random.uniform(-180, 180), random.uniform(-90, 90), random.uniform(-180, 180)};
        const HeadRotation rotation(o);
        const Vec3 v{random.normal(), random.normal(), random.normal()};
        QVERIFY(length(rotation.toRoom(rotation.toHead(v)) - v) < angleTolerance);
        const auto d = directionOf(v);
        QVERIFY(angleBetweenDeg(d, directionOf(unitVector(d))) < 1e-5);
    }
}

void SceneTest::savedScenesLoadEqualAndSaveIdentical()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "a.scene.json");
    RandomStream random(2, "scenes");
    for (int i = 0; i < 50; ++i) {
        Scene scene = someScene();
        scene.durationS = random.uniform(1, 20);
        scene.seed = random.bits() >> 1; // files hold up to 2^63 - 1
        scene.sources[0].gainDb = random.uniform(-20, 5);
        scene.sources[0].directivity = static_cast<Directivity>(random.below(8));
        if (scene.sources[0].directivity == Directivity::FirstOrder)
            scene.sources[0].omniShare = random.uniform();
        scene.room.wantedRt60S.assign(std::array<std::size_t, 4>{0, 1, 7, 9}[random.below(4)], random.uniform(0.2, 1));
        scene.room.imageJitterM = random.chance(0.5) ? random.uniform(0, 0.2) : 0.0;
        if (random.chance(0.5)) {
            scene.room.walls[0].outerAbsorption = {random.uniform(), random.uniform()};
            scene.room.walls[0].outerScattering = {random.uniform(), random.uniform()};
        }
        scene.sources[0].positionM.x = random.uniform(0.5, 2.0);
        scene.listener.orientation.yawDeg = random.uniform(-180, 180);
        scene.sources[0].trajectory = wanderingPath(random, {0.5, 0.5, 0.5}, {1.9, 3.5, 2.0});
        scene.listener.trajectory = wanderingPath(random, {2.5, 0.5, 0.5}, {4.5, 3.5, 2.0});
        writeScene(scene, path);
        const auto bytes = readFile(path);
        const auto back = readScene(path);
        QVERIFY(back == scene);
        writeScene(back, path);
        QCOMPARE(readFile(path), bytes);
    }
}

void SceneTest::unknownMembersSurviveLoadAndSave()
{
    setLogSink([](LogLevel, const std::string&) {});
    Json json = sceneToJson(someScene());
    json["future"] = {{"weather", "rain"}};
    json["metadata"] = {{"by", "me"}};
    // And in every object of the file.
    const Json position = {1.0, 1.0, 1.0};
    json["room"]["walls"]["east"] = {{"absorption", BandValues{}}, {"scattering", BandValues{}}};
    json["sources"][0]["trajectory"] = {{"interpolation", "linear"},
                                        {"waypoints", Json::array({{{"time_s", 0.0}, {"position_m", position}}})}};
    json["microphones"] = {{"self_noise_db", -60.0}, {"left_db", BandValues{}}, {"right_db", BandValues{}}};
    for (const char* place : {"/room", "/room/walls", "/room/walls/east", "/listener", "/noise", "/microphones",
                              "/sources/0", "/sources/0/trajectory", "/sources/0/trajectory/waypoints/0"})
        json[Json::json_pointer(place)]["note"] = {{"of", place}};
    const auto scene = sceneFromJson(json, "x");
    const auto again = sceneToJson(scene);
    const auto anyOrder = [](const Json& document) { return nlohmann::json::parse(document.dump()); };
    QVERIFY2(anyOrder(again) == anyOrder(json), again.dump(1).c_str());
    QVERIFY(sceneFromJson(again, "x") == scene);
}

void SceneTest::examplesAreValid()
{
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(test::sourceFile("scenes"))) {
        if (!entry.path().string().ends_with(".scene.json"))
            continue;
        const auto scene = readScene(entry.path());
        QVERIFY2(scene.unknown.empty(), entry.path().c_str());
        QVERIFY2(!scene.metadata.value("licence", "").empty(), entry.path().c_str());
        for (const auto& source : scene.sources)
            QVERIFY(source.sound.file.empty() ||
                    std::filesystem::exists(resolveSceneFile(entry.path().parent_path(), source.sound.file, true)));
        ++count;
    }
    QVERIFY(count >= 3);
}

void SceneTest::problemsNameTheObjectAndTheRange_data()
{
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("words");
    QTest::newRow("position outside the room") << "/sources/0/position_m"
                                               << "[9, 1, 1]"
                                               << "kettle";
    QTest::newRow("room too small") << "/room/size_m"
                                    << "[0.1, 4, 3]"
                                    << "room";
    QTest::newRow("unknown material") << "/room/walls/east"
                                      << "\"cheese\""
                                      << "wall 'east': there is no material 'cheese'";
    QTest::newRow("gain") << "/sources/0/gain_db"
                          << "100"
                          << "-60 to 24";
    QTest::newRow("duration") << "/duration_s"
                              << "-1"
                              << "0.1 to 600";
    QTest::newRow("version") << "/version"
                             << "2"
                             << "2";
    QTest::newRow("text for a number") << "/duration_s"
                                       << "\"long\""
                                       << "duration_s";
    QTest::newRow("source inside the head") << "/sources/0/position_m"
                                            << "[2.5, 2.0, 1.5]"
                                            << "kettle";
}

void SceneTest::problemsNameTheObjectAndTheRange()
{
    QFETCH(QString, pointer);
    QFETCH(QString, value);
    QFETCH(QString, words);
    Json json = sceneToJson(someScene());
    const Json::json_pointer place(pointer.toStdString());
    QVERIFY2(json.contains(place.parent_pointer()), json.dump(1).c_str());
    json[place] = Json::parse(value.toStdString());
    ErrorKind kind{};
    const auto error = test::errorOf([&] { (void)sceneFromJson(json, "kitchen.scene.json"); }, &kind);
    QVERIFY2(error.find(words.toStdString()) != std::string::npos &&
                 error.find("kitchen.scene.json") != std::string::npos,
             error.c_str());
    QCOMPARE(kind, ErrorKind::BadInput);
}

void SceneTest::damagedFilesNeverCrash()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "a.scene.json");
    writeScene(someScene(), path);
    const auto good = readFile(path);
    RandomStream random(4, "damage");
    int refused = 0;
    constexpr int trials = 2000;
    for (int i = 0; i < trials; ++i) {
        std::string bytes = good.substr(0, random.chance(0.3) ? random.below(good.size()) : good.size());
        for (std::uint64_t k = random.below(4); k > 0 && !bytes.empty(); --k)
            bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
        test::writeBytes(path, bytes);
        ErrorKind kind = ErrorKind::BadInput;
        refused += test::errorOf([&] { (void)readScene(path); }, &kind).empty() ? 0 : 1;
        QCOMPARE(kind, ErrorKind::BadInput);
    }
    QVERIFY(refused > trials / 4);
}

void SceneTest::pathsMayNotLeaveTheSceneFolder()
{
    const QTemporaryDir folder;
    const std::filesystem::path base = folder.path().toStdString();
    std::filesystem::create_directory(base / "inside");
    std::filesystem::create_symlink("/etc", base / "inside" / "link");
    for (const char* file : {"/etc/passwd", "../x.wav", "a/../../x.wav", "link/passwd"})
        QVERIFY2(!test::errorOf([&] { (void)resolveSceneFile(base / "inside", file, false); }).empty(), file);
    QCOMPARE(resolveSceneFile(base / "inside", "a.wav", false), base / "inside" / "a.wav");
    QCOMPARE(resolveSceneFile(base / "inside", "../x.wav", true), base / "x.wav");
}

void SceneTest::materialsLieBetweenZeroAndOne()
{
    QVERIFY(materials().size() >= 20);
    for (const Material& m : materials())
        for (std::size_t b = 0; b < octaveBandCount; ++b)
            QVERIFY(m.absorption[b] >= 0 && m.absorption[b] <= 1 && m.scattering[b] >= 0 && m.scattering[b] <= 1);
    QVERIFY(findMaterial("no such material") == nullptr);
}

void SceneTest::linearTrajectoriesHaveConstantVelocity()
{
    Trajectory path;
    path.waypoints = {{1.0, {1, 1, 1}, {}}, {3.0, {2, 3, 1}, {}}, {3.5, {2, 3, 2}, {}}};
    QCOMPARE(path.positionM(0.0), (Vec3{1, 1, 1})); // waits before, stays after
    QCOMPARE(path.positionM(9.0), (Vec3{2, 3, 2}));
    QVERIFY(length(path.positionM(1.5) - Vec3{1.25, 1.5, 1.0}) < angleTolerance);
    QVERIFY(length(path.positionM(3.25) - Vec3{2.0, 3.0, 1.5}) < angleTolerance);
}

void SceneTest::smoothTrajectoriesHaveNoJumpsInVelocity()
{
    // A circle of 2 m in 36 steps of unequal length: on it to a millimetre, its speed to 1 %, no jump at the knots.
    constexpr double radiusToleranceM = 1e-3, speedTolerance = 0.02, jumpTolerance = 1e-4;
    Trajectory path;
    path.interpolation = PathInterpolation::Smooth;
    RandomStream random(3, "circle");
    for (int i = 0; i <= 36; ++i) {
        const double t = (i + (i > 0 && i < 36 ? random.uniform(-0.1, 0.1) : 0.0)) / 36.0;
        const double angle = radians(360.0 * t);
        path.waypoints.push_back({t, {2 * std::cos(angle), 2 * std::sin(angle), 1}, {}});
    }
    const auto velocity = [&](double t, double step) {
        return (1.0 / step) * (path.positionM(t + step) - path.positionM(t));
    };
    for (double t = 0.06; t < 0.94; t += 0.001) { // inside the first and last segment the slope is one-sided
        const Vec3 p = path.positionM(t);
        QVERIFY(std::abs(std::hypot(p.x, p.y) - 2.0) < radiusToleranceM);
        QVERIFY(std::abs(length(velocity(t, 1e-6)) / (2.0 * radians(360.0)) - 1.0) < speedTolerance);
    }
    for (std::size_t i = 1; i + 1 < path.waypoints.size(); ++i) {
        const double t = path.waypoints[i].timeS;
        QVERIFY(length(velocity(t, 1e-7) - velocity(t, -1e-7)) < jumpTolerance * 4.0 * std::numbers::pi);
    }
}

void SceneTest::anglesTakeTheShorterArc()
{
    Trajectory path;
    path.turns = true;
    path.waypoints = {{0, {1, 1, 1}, {170, 0, 0}}, {2, {1, 1, 1}, {-170, 20, 0}}, {4, {1, 1, 1}, {100, 20, 0}}};
    for (const auto kind : {PathInterpolation::Linear, PathInterpolation::Smooth}) {
        path.interpolation = kind;
        QVERIFY(std::abs(path.orientation(2.0).yawDeg + 170.0) < angleTolerance);
        for (double t = 0.0; t <= 2.0;
             t += 0.05) // from 170 to 190 degrees, the spline a little beyond, never through 0
            QVERIFY(std::abs(path.orientation(t).yawDeg) > 160.0);
    }
    path.interpolation = PathInterpolation::Linear;
    QVERIFY(std::abs(path.orientation(1.0).yawDeg - 180.0) < angleTolerance);
    QVERIFY(std::abs(path.orientation(1.0).pitchDeg - 10.0) < angleTolerance);
    QVERIFY(std::abs(path.orientation(3.0).yawDeg - 145.0) < angleTolerance); // -170 -> 100 through 180
    Listener listener;
    listener.trajectory = path;
    QVERIFY(std::abs(relativePosition(poseAt(listener, 1.0), {3, 1, 1}).direction.azimuthDeg - 180.0) < 1e-6 ||
            std::abs(relativePosition(poseAt(listener, 1.0), {3, 1, 1}).direction.azimuthDeg + 180.0) < 1e-6);
}

void SceneTest::aSceneAtATimeStandsStillWhereItsTrajectoriesLead()
{
    Scene scene = someScene();
    scene.sources[0].trajectory.waypoints = {{0, {1, 1, 1}, {}}, {2, {3, 1, 2}, {}}};
    scene.sources[0].orientation = {30, 0, 0}; // kept: the waypoints have no angles
    scene.listener.trajectory.turns = true;
    scene.listener.trajectory.waypoints = {{0, {2, 2, 1}, {0, 0, 0}}, {2, {2, 2, 1}, {90, 0, 0}}};
    const Scene then = sceneAt(scene, 1.0);
    QVERIFY(length(then.sources[0].positionM - Vec3{2, 1, 1.5}) < 1e-9);
    QCOMPARE(then.sources[0].orientation.yawDeg, 30.0);
    QVERIFY(std::abs(then.listener.orientation.yawDeg - 45.0) < angleTolerance);
    QVERIFY(then.sources[0].trajectory.empty() && then.listener.trajectory.empty());
}

QTEST_GUILESS_MAIN(SceneTest)
#include "SceneTest.moc"
