// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/OutsideData.h"
#include "core/acoustics/HeadCatalogue.h"
#include "core/audio/AudioFile.h"
#include "core/audio/NpyFile.h"
#include "core/benchmark/report/BenchmarkData.h"
#include "core/benchmark/report/DcaseRecordings.h"
#include "core/dataset/Program.h"
#include "core/scene/SceneFile.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <cmath>
#include <cstring>

using namespace binaurium;

class OutsideDataTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void npyArraysAreRead();
    void damagedNpyArraysAreRefused();
    void twnmFoaIsHeardThroughAHead();
    void fourChannelsAreNeverGuessed();
    void spatialSoundQaIsConvolved();
    void dcaseRecordingsGetQuestions();
    void dcaseClassesThatAreNotKnownMakeTheRestUncertain();
    void dcaseSourcesThatComeBackElsewhereAreOthers();
    void dcaseFilesWithFaultsAreNamed();
    void lanesAreTold();
};

namespace {

constexpr double rateHz = 32000.0;

template <typename T>
std::string npy(const std::string& type, const std::string& shape, const std::vector<T>& values)
{
    std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 11, ' ');
    header += '\n';
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += static_cast<char>(header.size() & 255);
    bytes += static_cast<char>(header.size() >> 8);
    bytes += header;
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    return bytes;
}

AudioBuffer noise(std::size_t channels, std::size_t frames)
{
    AudioBuffer audio(channels, frames, rateHz);
    RandomStream random(1, "outside data test");
    for (std::size_t n = 0; n < frames; ++n)
        audio.channel(0)[n] = static_cast<float>(0.1 * random.normal());
    return audio;
}

double power(std::span<const float> samples)
{
    double sum = 0.0;
    for (const float x : samples)
        sum += static_cast<double>(x) * x;
    return sum;
}

} // namespace

void OutsideDataTest::npyArraysAreRead()
{
    const QTemporaryDir folder;
    const auto file = test::scratch(folder, "r.npy");
    test::writeBytes(file, npy<float>("<f4", "(2, 3)", {1, 2, 3, 4, 5, 6}));
    auto audio = readNpy(file, rateHz);
    QCOMPARE(audio.channels(), std::size_t{2});
    QCOMPARE(audio.channel(1)[0], 4.0F);
    test::writeBytes(file, npy<double>("<f8", "(3, 2)", {1, 2, 3, 4, 5, 6})); // frames first
    audio = readNpy(file, rateHz);
    QCOMPARE(audio.channels(), std::size_t{2});
    QCOMPARE(audio.channel(1)[0], 2.0F);
    test::writeBytes(file, npy<std::int16_t>("<i2", "(4,)", {16384, 0, 0, -32768}));
    audio = readNpy(file, rateHz);
    QCOMPARE(audio.frames(), std::size_t{4});
    QCOMPARE(audio.channel(0)[0], 0.5F);
    QCOMPARE(audio.channel(0)[3], -1.0F);
}

void OutsideDataTest::damagedNpyArraysAreRefused()
{
    const QTemporaryDir folder;
    const auto file = test::scratch(folder, "r.npy");
    const auto whole = npy<float>("<f4", "(2, 3)", {1, 2, 3, 4, 5, 6});
    for (std::size_t length = 0; length < whole.size(); length += 7) {
        test::writeBytes(file, whole.substr(0, length));
        ErrorKind kind = ErrorKind::Internal;
        QVERIFY(!test::errorOf([&] { (void)readNpy(file, rateHz); }, &kind).empty());
        QVERIFY(kind == ErrorKind::BadInput);
    }
    const auto refuse = [&](const std::string& bytes, const char* word) {
        test::writeBytes(file, bytes);
        const auto error = test::errorOf([&] { (void)readNpy(file, rateHz); });
        return error.find(word) != std::string::npos;
    };
    QVERIFY(refuse(npy<float>("|O", "(2, 3)", {1, 2, 3, 4, 5, 6}), "type"));
    // A header that ends behind a colon.
    QVERIFY(refuse(std::string("\x93NUMPY\x01\x00\x0c\x00", 10) + "{'descr':   ", "damaged header"));
    QVERIFY(refuse(npy<float>("<f4", "(999999999999999999999, 3)", {1}), "too long"));
    QVERIFY(refuse(npy<float>("<f4", "(20, 20)", std::vector<float>(400)), "no impulse response"));
    QVERIFY(refuse(npy<float>("<f4", "(2, 3, 1)", std::vector<float>(6)), "dimensions"));
    QVERIFY(refuse(npy<float>("<f4", "(2, 2)", {1, NAN, 0, 0}), "NaN"));
}

void OutsideDataTest::twnmFoaIsHeardThroughAHead()
{
    // A plane wave from the left in the layout of the benchmark: W = Y.
    const QTemporaryDir folder;
    auto foa = noise(4, 6400);
    std::copy(foa.channel(0).begin(), foa.channel(0).end(), foa.channel(1).begin());
    const auto data = test::scratch(folder, "dev");
    std::filesystem::create_directories(data);
    writeAudio(foa, data / "a.wav");
    test::writeBytes(data / "metadata.jsonl",
                     R"({"file_name":"a.wav","sample_id":"a","question":"Which side?","option_a":"left",)"
                     R"("option_b":"right","option_c":"front","option_d":"behind","answer_letter":"A",)"
                     R"("answer_text":"left","level":"L1","task":"direction"})"
                     "\n");
    DataOptions options;
    options.foaHead = defaultHeadFile().string();
    const auto read = readBenchmarkData(data, options);
    QCOMPARE(read.items.size(), std::size_t{1});
    QCOMPARE(read.items[0].answer, std::string("left"));
    QCOMPARE(laneOf(read.items[0]), std::string("twnm-foa"));
    ItemSounds sounds(read.folder, {});
    const auto ears = sounds.audioOf(read.items[0]);
    QCOMPARE(ears.channels(), std::size_t{2});
    QVERIFY(power(ears.channel(0)) > 4.0 * power(ears.channel(1)));
    // The head is part of what was measured.
    DataOptions other;
    other.foaHead = "listen_1002";
    QVERIFY(readBenchmarkData(data, other).sha256 != read.sha256);
    test::writeBytes(data / "metadata.jsonl",
                     R"({"file_name":"../a.wav","sample_id":"a","question":"?","option_a":"1","option_b":"2",)"
                     R"("option_c":"3","option_d":"4","answer_letter":"A"})"
                     "\n");
    QVERIFY(test::errorOf([&] { (void)readBenchmarkData(data, options); }).find("leaves") != std::string::npos);
}

void OutsideDataTest::fourChannelsAreNeverGuessed()
{
    const QTemporaryDir folder;
    writeAudio(noise(4, 6400), test::scratch(folder, "a.wav"));
    Item item;
    item.id = "a";
    item.margins["audio"] = test::scratch(folder, "a.wav").string();
    ItemSounds sounds("", {});
    QVERIFY(test::errorOf([&] { (void)sounds.audioOf(item); }).find("--foa-head") != std::string::npos);
    item.margins["foa_head"] = "nobody";
    ErrorKind kind = ErrorKind::Internal;
    (void)test::errorOf([&] { (void)sounds.audioOf(item); }, &kind);
    QVERIFY(kind == ErrorKind::Missing);
}

void OutsideDataTest::spatialSoundQaIsConvolved()
{
    const QTemporaryDir folder;
    const auto root = std::filesystem::path(folder.path().toStdString());
    std::filesystem::create_directories(root / "reverb");
    writeAudio(noise(1, 64000), root / "dog.wav");
    test::writeBytes(root / "reverb" / "left.npy", npy<float>("<f4", "(2, 3)", {1, 0, 0, 0, 0, 0.25}));
    test::writeBytes(root / "reverb" / "right.npy", npy<float>("<f4", "(2, 3)", {0, 0, 0.25, 1, 0, 0}));
    test::writeBytes(root / "q.json",
                     R"({"data":[{"audio_id":"dog","reverb_id":"left","audio_id2":"","reverb_id2":"","question_id":1,)"
                     R"("question_type":"DOA","question":"Where?","answer":"left; front; above; 2.5m"},)"
                     R"({"audio_id":"dog","reverb_id":"left","audio_id2":"dog.wav","reverb_id2":"right.npy",)"
                     R"("question_id":2,"question_type":"MIXUP_DIRECTION","question":"Is it left?","answer":"Yes"}]})");
    const auto data = readBenchmarkData(root / "q.json", {});
    QCOMPARE(data.items.size(), std::size_t{2});
    QVERIFY(data.items[0].options.empty()); // scored by its place words
    QCOMPARE(data.items[1].options, (std::vector<std::string>{"yes", "no"}));
    QCOMPARE(data.items[1].answer, std::string("yes"));
    ItemSounds sounds(data.folder, {});
    const auto one = sounds.audioOf(data.items[0]);
    QCOMPARE(one.frames(), std::size_t{320'000});
    const double rms = std::sqrt(power(one.channel(0)) / 64000.0);
    QVERIFY(std::abs(20.0 * std::log10(rms) + 14.0) < 0.1); // -14 dBFS where it sounds
    QVERIFY(std::abs(power(one.channel(0)) / power(one.channel(1)) - 16.0) < 0.1);
    const auto two = sounds.audioOf(data.items[1]);
    QVERIFY(std::abs(power(two.channel(0)) / power(two.channel(1)) - 1.0) < 0.01);
    Item missing = data.items[0];
    missing.margins["reverb_id"] = "nowhere";
    QVERIFY(test::errorOf([&] { (void)sounds.audioOf(missing); }).find("nowhere") != std::string::npos);
    missing.margins["reverb_id"] = "../secret";
    QVERIFY(test::errorOf([&] { (void)sounds.audioOf(missing); }).find("leaves") != std::string::npos);
}

void OutsideDataTest::dcaseRecordingsGetQuestions()
{
    const QTemporaryDir folder;
    const auto root = std::filesystem::path(folder.path().toStdString());
    std::filesystem::create_directories(root / "fold1");
    writeAudio(noise(2, 96000), root / "fold1" / "room1.wav");
    test::writeBytes(root / "classes.csv", "0,dog\n1,a thing nobody knows\n2,bell\n");
    std::string rows;
    for (int t = 0; t < 25; ++t)
        rows += std::to_string(t) + ",0,0,90,0,150\n" + std::to_string(t) + ",1,1,0,0,150\n";
    for (int t = 5; t < 30; ++t) // turns from the front to the left
        rows += std::to_string(t) + ",2,0," + std::to_string(2 * t) + ",0,300\n";
    test::writeBytes(root / "fold1" / "room1.csv", rows);
    const auto data = readBenchmarkData(root, {});
    QVERIFY(data.items.size() > 4);
    bool asksWhere = false;
    for (const Item& item : data.items) {
        QCOMPARE(laneOf(item), std::string("recording"));
        QVERIFY(item.program.dump().find("level\"") == std::string::npos);
        QVERIFY(item.task != "room");
        const auto scene = sceneFromJson(item.scene, item.id);
        QCOMPARE(scene.sources.size(), std::size_t{2}); // the unknown class is left out
        QCOMPARE(evaluateProgram(item.program, scene).value_or(""), item.answer);
        asksWhere = asksWhere || (item.task == "direction" && item.answer == "left");
    }
    QVERIFY(asksWhere);
    const auto events = labelledEvents(data.items[0]);
    QCOMPARE(events.size(), std::size_t{50});
    QCOMPARE(events[0].label, std::string("dog"));
    QCOMPARE(ItemSounds(data.folder, {}).audioOf(data.items[0]).frames(), std::size_t{96000});
    // Without distances nothing is asked about them.
    std::string flat;
    for (int t = 0; t < 25; ++t)
        flat += std::to_string(t) + ",0,0,90,0\n";
    test::writeBytes(root / "fold1" / "room1.csv", flat);
    for (const Item& item : readBenchmarkData(root, {}).items)
        QVERIFY(item.task != "distance");
}

namespace {

// A folder with one recording of 3 s.
void writeRecording(const std::filesystem::path& root, const std::string& classes, const std::string& rows)
{
    writeAudio(noise(2, 96000), root / "room.wav");
    test::writeBytes(root / "classes.csv", classes);
    test::writeBytes(root / "room.csv", rows);
}

std::string rowsOf(int from, int to, const std::string& rest)
{
    std::string rows;
    for (int t = from; t < to; ++t)
        rows += std::to_string(t) + "," + rest + "\n";
    return rows;
}

} // namespace

void OutsideDataTest::dcaseClassesThatAreNotKnownMakeTheRestUncertain()
{
    const QTemporaryDir folder;
    const auto root = std::filesystem::path(folder.path().toStdString());
    const std::string classes = "0,dog\n1,a thing nobody knows\n2,bell\n3,siren\n4,cow\n";
    const std::string known = rowsOf(0, 25, "0,0,90,0,150") + rowsOf(5, 25, "2,0,-90,0,300");
    const auto asks = [&](const char* operation) {
        for (const Item& item : readBenchmarkData(root, {}).items)
            if (item.program.dump().find(std::string("\"").append(operation).append("\"")) != std::string::npos)
                return true;
        return false;
    };
    writeRecording(root, classes, known);
    QVERIFY(asks("count") && asks("exists") && asks("extreme") && asks("quadrant"));
    for (const Item& item : readBenchmarkData(root, {}).items)
        if (item.program.value("op", "") == "exists") // only what the annotators listened for
            QVERIFY2(item.program.dump().find("dog") != std::string::npos ||
                         item.program.dump().find("bell") != std::string::npos ||
                         item.program.dump().find("siren") != std::string::npos ||
                         item.program.dump().find("cow") != std::string::npos,
                     item.program.dump().c_str());
    writeRecording(root, classes, known + rowsOf(0, 25, "1,1,0,0,100"));
    QVERIFY(!asks("count") && !asks("exists") && !asks("only_in") && !asks("chain"));
    QVERIFY(asks("quadrant") && asks("among"));
}

void OutsideDataTest::dcaseSourcesThatComeBackElsewhereAreOthers()
{
    const QTemporaryDir folder;
    const auto root = std::filesystem::path(folder.path().toStdString());
    const auto sourcesOf = [&](const std::string& rows) {
        writeRecording(root, "0,dog\n2,bell\n", rows + rowsOf(0, 25, "2,0,0,0,300"));
        return sceneFromJson(readBenchmarkData(root, {}).items.at(0).scene, "room").sources;
    };
    QCOMPARE(sourcesOf(rowsOf(0, 8, "0,0,90,0,150") + rowsOf(16, 25, "0,0,91,0,150")).size(), std::size_t{2});
    const auto elsewhere = sourcesOf(rowsOf(0, 8, "0,0,90,0,150") + rowsOf(16, 25, "0,0,-60,0,150"));
    QCOMPARE(elsewhere.size(), std::size_t{3});
    for (const Source& source : elsewhere)
        QVERIFY(source.trajectory.empty()); // nobody flew
    for (const Item& item : readBenchmarkData(root, {}).items)
        QVERIFY2(item.program.dump().find("\"dog\"") == std::string::npos || item.task == "presence",
                 item.program.dump().c_str()); // which of them?
}

void OutsideDataTest::dcaseFilesWithFaultsAreNamed()
{
    const QTemporaryDir folder;
    const auto root = std::filesystem::path(folder.path().toStdString());
    writeAudio(noise(2, 3200), root / "a.wav");
    test::writeBytes(root / "classes.csv", "0,dog\n");
    const auto refuse = [&](const std::string& csv, const char* word) {
        test::writeBytes(root / "a.csv", csv);
        const auto error = test::errorOf([&] { (void)readDcaseRecordings(root); });
        return error.find("a.csv: line 1") != std::string::npos && error.find(word) != std::string::npos;
    };
    QVERIFY(refuse("0,0,0\n", "azimuth"));
    QVERIFY(refuse("0,0,0,east,0\n", "east"));
    QVERIFY(refuse("0,0,0,0,95\n", "95"));
    QVERIFY(refuse("-1,0,0,0,0\n", "-1"));
    test::writeBytes(root / "classes.csv", "0,what is this\n");
    QVERIFY(test::errorOf([&] { (void)readDcaseRecordings(root); }).find("classes.csv") != std::string::npos);
}

void OutsideDataTest::lanesAreTold()
{
    Item item;
    item.scene = Json{{"room", Json::object()}};
    QCOMPARE(laneOf(item), std::string("simulated"));
    item.scene["sources"] = Json::array({1, 2, 3});
    QCOMPARE(laneOf(item), std::string("simulated"));
    item.scene["sources"].push_back(4);
    QCOMPARE(laneOf(item), std::string("out of capacity"));
    item.scene["room"]["measured"] = "hall.sofa";
    QCOMPARE(laneOf(item), std::string("measured room"));
    item.scene = nullptr;
    item.margins["audio"] = "a.wav";
    QCOMPARE(laneOf(item), std::string("recording"));
    item.origin = "spatialsoundqa";
    QCOMPARE(laneOf(item), std::string("spatialsoundqa"));
}

QTEST_GUILESS_MAIN(OutsideDataTest)
#include "OutsideDataTest.moc"
