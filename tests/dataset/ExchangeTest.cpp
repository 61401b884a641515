// SPDX-License-Identifier: GPL-3.0-or-later
// Layouts of other programs: what is written is what the items say, and comes back.
#include "core/dataset/exchange/Exchange.h"
#include "core/audio/AudioFile.h"
#include "core/dataset/MakeDataset.h"
#include "core/dataset/exchange/ExportJournal.h"
#include "core/dataset/exchange/TarWriter.h"
#include "core/scene/Geometry.h"
#include "core/scene/SceneFile.h"
#include "core/support/AtomicFile.h"
#include "core/support/ChildProcess.h"
#include "core/support/Toml.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <QTemporaryDir>
#include <fstream>
#include <sstream>

using namespace binaurium;

namespace {

// Ten single sources and the questions about their direction, heard by the default head.
std::filesystem::path madeSet(const QTemporaryDir& folder)
{
    const auto set = std::filesystem::path(folder.path().toStdString()) / "set";
    const auto recipe = recipeFromJson(
        parseToml("format = \"binaurium-recipe\"\nversion = 1\nname = \"x\"\nhead_variants = 1\ntasks.class = 1\n"
                  "scene.duration_s = 1.0\nscene.gain_db = [5.0, 9.0]\n[items]\ntrain = 10\n",
                  "recipe"),
        "recipe");
    (void)makeDataset(recipe, set, {}, {});
    return set;
}

std::vector<Item> itemsOf(const std::filesystem::path& set)
{
    std::vector<Item> items;
    readItems(set, [&](Item&& item) { items.push_back(std::move(item)); });
    return items;
}

std::vector<Json> linesOf(const std::filesystem::path& file)
{
    std::istringstream text(readFile(file));
    std::vector<Json> lines;
    for (std::string line; std::getline(text, line);)
        lines.push_back(parseJson(line, file.string()));
    return lines;
}

} // namespace

class ExchangeTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void audioFolderNamesEveryFileAndStaysInFullScale();
    void tarShardsOpenWithTar();
    void tarRefusesNamesThatEscape();
    void twnmFoaComesBack();
    void spatialSoundQaComesBack();
    void azimuthsOfSpatialSoundQaTurnTheRightWay();
    void referencesHoldTheDirectionsOfTheScene();
    void damagedImportsNameTheirLine_data();
    void damagedImportsNameTheirLine();
    void fullFoldersAreRefused();
    void stoppedExportsGoOnWithTheSameBytes_data();
    void stoppedExportsGoOnWithTheSameBytes();
};

void ExchangeTest::audioFolderNamesEveryFileAndStaysInFullScale()
{
    const QTemporaryDir folder;
    const auto set = madeSet(folder);
    const auto out = set.parent_path() / "out";
    QCOMPARE(exportItems(set, ExchangeFormat::AudioFolder, out, {}, {}), std::int64_t{10});
    const auto lines = linesOf(out / "train" / "metadata.jsonl");
    const auto items = itemsOf(set);
    QCOMPARE(lines.size(), items.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        QCOMPARE(lines[i]["sample_id"].get<std::string>(), items[i].id);
        QCOMPARE(lines[i]["answer"].get<std::string>(), items[i].answer);
        const auto letter = lines[i]["answer_letter"].get<std::string>();
        QCOMPARE(items[i].options[static_cast<std::size_t>(letter[0] - 'A')], items[i].answer);
        const auto audio = readAudio(out / "train" / lines[i]["file_name"].get<std::string>());
        QCOMPARE(audio.channels(), std::size_t{2});
        QCOMPARE(audio.rateHz(), 32000.0);
        QVERIFY(lines[i]["gain"].get<double>() <= 1.0);
    }
}

void ExchangeTest::tarShardsOpenWithTar()
{
    const QTemporaryDir folder;
    const auto set = madeSet(folder);
    const auto out = set.parent_path() / "out";
    (void)exportItems(set, ExchangeFormat::WebDataset, out, {}, {});
    const auto listed = runProgram({"tar", "-tf", (out / "train-000000.tar").string()});
    QCOMPARE(listed.exitCode, 0);
    QCOMPARE(QString::fromStdString(listed.output).count(".flac\n"), 10);
    QCOMPARE(QString::fromStdString(listed.output).count(".json\n"), 10);
    const auto member = runProgram({"tar", "-xOf", (out / "train-000000.tar").string(), "x-0.json"});
    QCOMPARE(parseJson(member.output, "member")["sample_id"].get<std::string>(), std::string("x-0"));
    std::size_t left = 0;
    for (const auto& entry : std::filesystem::directory_iterator(out))
        left += entry.path().extension() == ".tar" ? 0 : 1;
    QCOMPARE(left, std::size_t{0}); // no scratch files
}

void ExchangeTest::tarRefusesNamesThatEscape()
{
    TarWriter tar;
    for (const char* name : {"", "/etc/passwd", "../up", "a/../../b"})
        QVERIFY2(!test::errorOf([&] { tar.add(name, "x"); }).empty(), name);
    QVERIFY(!test::errorOf([&] { tar.add(std::string(101, 'a'), "x"); }).empty());
}

void ExchangeTest::twnmFoaComesBack()
{
    const QTemporaryDir folder;
    const auto set = madeSet(folder);
    const auto out = set.parent_path() / "out";
    (void)exportItems(set, ExchangeFormat::TwnmFoa, out, {}, {});
    const auto items = itemsOf(set);
    const auto read = importItems(out / "data" / "train" / "metadata.jsonl", ExchangeFormat::TwnmFoa);
    QCOMPARE(read.size(), items.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
        QCOMPARE(read[i].question, items[i].question);
        QVERIFY(read[i].options == items[i].options);
        QCOMPARE(read[i].answer, items[i].answer);
        QCOMPARE(readAudioInfo(out / "data" / "train" / (items[i].id + ".wav")).channels, std::size_t{4});
    }
}

void ExchangeTest::spatialSoundQaComesBack()
{
    const QTemporaryDir folder;
    const auto set = madeSet(folder);
    const auto out = set.parent_path() / "out";
    ExportOptions textOnly;
    textOnly.audio = false;
    textOnly.limit = 4;
    QCOMPARE(exportItems(set, ExchangeFormat::SpatialSoundQa, out, textOnly, {}), std::int64_t{4});
    const auto read = importItems(out / "questions.json", ExchangeFormat::SpatialSoundQa);
    QCOMPARE(read.size(), std::size_t{4});
    QCOMPARE(read[2].answer, itemsOf(set)[2].answer);
    QCOMPARE(read[2].origin, std::string("spatialsoundqa"));
}

void ExchangeTest::azimuthsOfSpatialSoundQaTurnTheRightWay()
{
    QCOMPARE(azimuthFromSpatialSoundQa(90.0), 0.0);    // front
    QCOMPARE(azimuthFromSpatialSoundQa(180.0), 90.0);  // left
    QCOMPARE(azimuthFromSpatialSoundQa(0.0), -90.0);   // right
    QCOMPARE(azimuthFromSpatialSoundQa(270.0), 180.0); // behind
    for (double azimuth = -179.0; azimuth <= 180.0; azimuth += 1.0)
        QCOMPARE(azimuthFromSpatialSoundQa(azimuthToSpatialSoundQa(azimuth)), azimuth);
}

void ExchangeTest::referencesHoldTheDirectionsOfTheScene()
{
    const QTemporaryDir folder;
    const auto set = madeSet(folder);
    const auto out = set.parent_path() / "out";
    (void)exportItems(set, ExchangeFormat::Testkit, out, {}, {});
    const auto lines = linesOf(out / "reference.jsonl");
    QCOMPARE(lines.size(), std::size_t{10 * 10}); // ten items of ten frames
    const auto items = itemsOf(set);
    int checked = 0;
    for (const Json& line : lines)
        for (const Item& item : items) {
            if (item.id != line["scene_id"].get<std::string>() || line["sources"].empty())
                continue;
            const auto scene = sceneFromJson(item.scene, item.id);
            const auto d = relativePosition(scene.listener, scene.sources[0].positionM).direction;
            QVERIFY(azimuthDifferenceDeg(line["sources"][0]["azimuth_deg"].get<double>(), d.azimuthDeg) < 1e-6);
            ++checked;
        }
    QVERIFY(checked > 20);
}

void ExchangeTest::damagedImportsNameTheirLine_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("word");
    const QString good =
        R"({"file_name":"a.wav","sample_id":"a","question":"q","option_a":"1","option_b":"2","option_c":"3","option_d":"4","answer_letter":"B","answer_text":"2","level":"L1","task":"t"})";
    QTest::newRow("letter") << good + "\n" + QString(good).replace("\"B\"", "\"E\"") << "line 2";
    QTest::newRow("text and letter differ")
        << QString(good).replace("\"answer_text\":\"2\"", "\"answer_text\":\"3\"") << "answer_text";
    QTest::newRow("half a line") << good.left(60) << "line 1";
    QTest::newRow("missing option") << QString(good).replace("option_c", "option_x") << "option_c";
}

void ExchangeTest::damagedImportsNameTheirLine()
{
    QFETCH(QString, text);
    QFETCH(QString, word);
    const QTemporaryDir folder;
    const auto file = folder.filePath("metadata.jsonl").toStdString();
    std::ofstream(file) << text.toStdString();
    const auto sentence = test::errorOf([&] { (void)importItems(file, ExchangeFormat::TwnmFoa); });
    QVERIFY2(QString::fromStdString(sentence).contains(word), sentence.c_str());
}

void ExchangeTest::fullFoldersAreRefused()
{
    const QTemporaryDir folder;
    const auto set = madeSet(folder);
    QVERIFY(!test::errorOf([&] { (void)exportItems(set, ExchangeFormat::AudioFolder, set, {}, {}); }).empty());
    ErrorKind kind{};
    QVERIFY(!test::errorOf([&] { (void)exchangeFormatFromId("csv"); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::Usage);
}

void ExchangeTest::stoppedExportsGoOnWithTheSameBytes_data()
{
    QTest::addColumn<int>("format");
    QTest::newRow("audiofolder") << static_cast<int>(ExchangeFormat::AudioFolder);
    QTest::newRow("webdataset") << static_cast<int>(ExchangeFormat::WebDataset);
}

void ExchangeTest::stoppedExportsGoOnWithTheSameBytes()
{
    QFETCH(int, format);
    const auto layout = static_cast<ExchangeFormat>(format);
    const QTemporaryDir folder;
    const auto set = madeSet(folder);
    const auto whole = set.parent_path() / "whole", part = set.parent_path() / "part";
    ExportOptions options;
    options.shardBytes = 1; // every item closes its tar
    (void)exportItems(set, layout, whole, options, {});
    ErrorKind kind{};
    constexpr std::int64_t enough = 3;
    const auto stopsSoon = [](const Progress& p) { return p.done < enough; };
    QVERIFY(!test::errorOf([&] { (void)exportItems(set, layout, part, options, stopsSoon); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::Interrupted);
    QVERIFY(ExportJournal::standsIn(part));
    std::ofstream(part / "export.partial", std::ios::app) << "{\"id\":\"x-"; // killed within a line
    // What is there is not rendered again: a file of an item that is journalled keeps its time.
    std::map<std::filesystem::path, std::filesystem::file_time_type> times;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(part))
        if (entry.path().extension() == ".flac" || entry.path().extension() == ".tar")
            times[entry.path()] = entry.last_write_time();
    QVERIFY(times.size() >= enough);
    ExportOptions other = options;
    other.rateHz = 48000.0;
    QVERIFY(!test::errorOf([&] { (void)exportItems(set, layout, part, other, {}); }).empty());
    (void)exportItems(set, layout, part, options, {});
    QVERIFY(!ExportJournal::standsIn(part));
    for (const auto& [file, time] : times)
        QVERIFY(std::filesystem::last_write_time(file) == time);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(whole))
        if (entry.is_regular_file()) {
            ++files;
            QVERIFY(readFile(entry.path()) == readFile(part / std::filesystem::relative(entry.path(), whole)));
        }
    QVERIFY(files > 0);
    QVERIFY(!test::errorOf([&] { (void)exportItems(set, layout, part, options, {}); }).empty()); // finished
}

QTEST_GUILESS_MAIN(ExchangeTest)
#include "ExchangeTest.moc"
