// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Identity.h"
#include "core/dataset/ItemAudio.h"
#include "core/dataset/ItemMaker.h"
#include "core/dataset/Program.h"
#include "core/scene/SceneFile.h"
#include "core/support/Toml.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/acoustics/SofaWriter.h"

using namespace binaurium;

namespace {

constexpr double loudspeakerStepDeg = 30.0;
constexpr double loudspeakerM = 2.0;
constexpr double roundingDeg = 0.02; // positions of items are rounded to 0.1 mm

// Twelve loudspeakers around the head, each response a pulse that arrives earlier at the nearer ear, and a decay.
std::string roomFile()
{
    test::SofaWriter file("SimpleFreeFieldHRIR");
    constexpr std::size_t taps = 2000;
    file.variables["Data.SamplingRate"] = {{1}, {32000.0}, {{"Units", "hertz"}}};
    file.variables["ReceiverPosition"] = {
        {2, 3, 1}, {0, 0.09, 0, 0, -0.09, 0}, {{"Type", "cartesian"}, {"Units", "metre"}}};
    auto& directions = file.variables["SourcePosition"];
    directions = {{12, 3}, {}, {{"Type", "spherical"}, {"Units", "degree, degree, metre"}}};
    auto& responses = file.variables["Data.IR"];
    responses.shape = {12, 2, taps};
    RandomStream random(7, "room of the test");
    for (int i = 0; i < 12; ++i) {
        const double azimuthDeg = i * loudspeakerStepDeg;
        directions.values.insert(directions.values.end(), {azimuthDeg, 0.0, loudspeakerM});
        for (const double ear : {1.0, -1.0}) {
            std::vector<double> response(taps);
            response[static_cast<std::size_t>(100.0 - ear * 10.0 * std::sin(radians(azimuthDeg)))] = 1.0;
            for (std::size_t n = 300; n < taps; ++n)
                response[n] = 0.02 * random.normal() * std::exp(-static_cast<double>(n) / 500.0);
            responses.values.insert(responses.values.end(), response.begin(), response.end());
        }
    }
    return file.bytes();
}

DatasetRecipe recipeWith(const std::string& scene, const std::string& root = "")
{
    return recipeFromJson(
        parseToml("format = \"binaurium-recipe\"\nversion = 1\nname = \"r\"\nseed = 5\n" + root +
                      "[items]\ntrain = 30\n[tasks]\ndirection = 1\nroom = 1\n[scene]\nduration_s = 1.0\n" + scene,
                  "recipe"),
        "recipe");
}

} // namespace

class RealismTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        BINAURIUM_FAIL_ON_WARNINGS();
        setDataFolder(test::scratch(folder_, ""));
    }
    void measuredRoomsThatAreMissingSayWhereTheyBelong();
    void sourcesOfMeasuredRoomsStandWhereTheLoudspeakersStood();
    void namedRoomsServeWhateverTheSplit();
    void imperfectRecordingsComeBackAsTheyWere();
    void bothPartsOfABlendedHeadAreWatched();

private:
    QTemporaryDir folder_;
};

void RealismTest::measuredRoomsThatAreMissingSayWhereTheyBelong()
{
    const auto text = test::errorOf([] { const ItemMaker maker(recipeWith("measured_share = 1.0\n"), {}); });
    QVERIFY2(text.find("no measured room for the split 'train'") != std::string::npos, text.c_str());
}

void RealismTest::sourcesOfMeasuredRoomsStandWhereTheLoudspeakersStood()
{
    std::filesystem::create_directories(test::scratch(folder_, "rooms/train"));
    test::writeBytes(test::scratch(folder_, "rooms/train/hall.sofa"), roomFile());
    const ItemMaker maker(recipeWith("measured_share = 1.0\n"), {});
    ItemRenderer renderer({});
    int asked = 0;
    for (int i = 0; i < 8; ++i)
        for (const Item& item : maker.unit(i)) {
            ++asked;
            QVERIFY(item.task == "direction"); // the walls of a measured room are not known
            QCOMPARE(item.scene.at("room").at("measured").get<std::string>(), std::string("rooms/train/hall.sofa"));
            for (const auto& label : renderer.render(item).labels) {
                const double steps = label.position.direction.azimuthDeg / loudspeakerStepDeg;
                QVERIFY(std::abs(steps - std::round(steps)) * loudspeakerStepDeg < roundingDeg);
                QVERIFY(std::abs(label.position.distanceM - loudspeakerM) < 1e-3);
            }
            const auto kinds = identitiesOf(item);
            QVERIFY(std::find(kinds.begin(), kinds.end(),
                              std::pair<std::string, std::string>("measured room", "rooms/train/hall.sofa")) !=
                    kinds.end());
        }
    QVERIFY(asked > 0);
}

void RealismTest::namedRoomsServeWhateverTheSplit()
{
    const auto file = test::scratch(folder_, "studio.sofa");
    test::writeBytes(file, roomFile());
    const ItemMaker maker(recipeWith("measured_share = 1.0\nrooms = [\"" + file.string() + "\"]\n"), {});
    ItemRenderer renderer({});
    const auto items = maker.unit(0);
    QVERIFY(!items.empty());
    QCOMPARE(items[0].scene.at("room").at("measured").get<std::string>(), std::string("studio.sofa"));
    QCOMPARE(renderer.render(items[0]).audio.channels(), std::size_t{2});
    QVERIFY(!test::errorOf([] {
                 const ItemMaker none(recipeWith("measured_share = 1.0\nrooms = [\"/nowhere.sofa\"]\n"), {});
             }).empty());
}

void RealismTest::imperfectRecordingsComeBackAsTheyWere()
{
    const ItemMaker maker(recipeWith("microphone_noise_db = [-80.0, -60.0]\nlevel_db = [-6.0, 0.0]\nequaliser_db = "
                                     "1.5\near_equaliser_db = 0.5\n",
                                     "head_variants = 6\nhead_itd_scale = [0.9, 1.1]\n"),
                          {});
    ItemRenderer renderer({});
    bool scaled = false;
    for (int i = 0; i < 6; ++i)
        for (const Item& item : maker.unit(i)) {
            const Scene scene = sceneFromJson(item.scene, item.id);
            QVERIFY(scene.microphones.selfNoiseDb >= -80.0 && scene.microphones.selfNoiseDb <= -60.0);
            QVERIFY(scene.microphones.equaliserDb[0] != scene.microphones.equaliserDb[1]);
            const Item back = itemFromJson(itemToJson(item), item.id);
            QVERIFY(sceneToJson(sceneFromJson(back.scene, item.id)) == item.scene);
            const auto a = renderer.render(item).audio;
            const auto b = renderer.render(back).audio;
            QVERIFY(std::equal(a.all().begin(), a.all().end(), b.all().begin(), b.all().end()));
            scaled |= item.head.contains("itd_scale");
        }
    QVERIFY(scaled);
}

void RealismTest::bothPartsOfABlendedHeadAreWatched()
{
    Item item;
    item.scene = Json::object();
    item.head = {{"id", "kemar"}, {"blend", {{"id", "ari_nh2"}, {"share", 0.3}}}};
    std::vector<std::string> heads;
    for (const auto& [kind, name] : identitiesOf(item))
        if (kind == "head")
            heads.push_back(name);
    QCOMPARE(heads, (std::vector<std::string>{"kemar", "ari_nh2"}));
}

QTEST_GUILESS_MAIN(RealismTest)
#include "RealismTest.moc"
