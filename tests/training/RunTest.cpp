// SPDX-License-Identifier: GPL-3.0-or-later
// Options, queue and folder of a run: one table for file and form, one process for one folder, and an event file whose
// bytes are what TensorBoard reads.
#include "core/support/AtomicFile.h"
#include "core/support/Toml.h"
#include "core/training/run/RunFolder.h"
#include "core/training/run/RunQueue.h"
#include "core/training/run/TrainOptions.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <sys/file.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace binaurium;

namespace {

const std::string head = "format = \"binaurium-train\"\nversion = 1\n";

TrainOptions read(const std::string& text)
{
    return trainOptionsFromJson(parseToml(head + text, "c.toml"), "c.toml", "/data/configs");
}

std::string errorOf(const std::string& text)
{
    return test::errorOf([&] { (void)read(text); });
}

Json fieldValue(const TrainOptions& options, const std::string& section, const std::string& key)
{
    for (const OptionField& field : optionFields(options))
        if (field.section == section && field.key == key)
            return field.value;
    return {};
}

// A second reading of the formats, as plain as possible.
struct Bytes
{
    const std::string& data;
    std::size_t at = 0;
    template <typename T>
    T take()
    {
        T value;
        std::memcpy(&value, data.data() + at, sizeof value);
        at += sizeof value;
        return value;
    }
    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            const auto byte = take<unsigned char>();
            value |= static_cast<std::uint64_t>(byte & 127) << shift;
            if (byte < 128)
                return value;
        }
    }
    std::string text(std::size_t n)
    {
        at += n;
        return data.substr(at - n, n);
    }
};

struct Message
{
    std::multimap<int, std::string> fields; // number -> payload: bytes, or the value's bytes
};

Message messageOf(const std::string& data)
{
    Message m;
    Bytes b{data};
    while (b.at < data.size()) {
        const auto key = b.varint();
        const int field = static_cast<int>(key >> 3);
        switch (key & 7) {
        case 0:
            m.fields.emplace(field, std::to_string(b.varint()));
            break;
        case 1:
            m.fields.emplace(field, b.text(8));
            break;
        case 2:
            m.fields.emplace(field, b.text(b.varint()));
            break;
        default:
            m.fields.emplace(field, b.text(4));
            break;
        }
    }
    return m;
}

std::vector<Message> eventsOf(const std::filesystem::path& folder)
{
    std::vector<Message> events;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto data = readFile(entry.path());
        Bytes b{data};
        while (b.at < data.size()) {
            const auto length = b.take<std::uint64_t>();
            (void)b.take<std::uint32_t>();
            events.push_back(messageOf(b.text(length)));
            (void)b.take<std::uint32_t>();
        }
    }
    return events;
}

} // namespace

class RunTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void everyOptionOfTheFormIsReadFromTheFile();
    void stagesHaveTheirOwnDefaults();
    void badValuesAreRefusedWithTheirPlace();
    void pathsStartAtTheFileAndBecomeAbsolute();
    void twoProcessesNeverTrainInOneFolder();
    void aLookAtTheLockKeepsNoProcessOut();
    void halfALineOfAKilledRunStaysALineOfItsOwn();
    void checksumsAreCastagnoli();
    void eventFilesHoldTheNumbersOfTheLog();
    void queuesAreReadAndChecked();
};

// Writes every field of the form into a file, each changed where that is possible, and finds it in what was read.
void RunTest::everyOptionOfTheFormIsReadFromTheFile()
{
    Json document = parseToml(head, "c.toml");
    document["encoder_checkpoint"] = "/e.safetensors";
    std::map<std::pair<std::string, std::string>, Json> expected;
    for (const OptionField& f : optionFields({})) {
        Json value = f.value;
        using Kind = OptionField::Kind;
        QVERIFY2(!f.help.empty(), f.key.c_str());
        if (f.kind == Kind::Boolean)
            value = f.section == "encoder" ? f.value : Json(!f.value.get<bool>());
        else if (f.kind == Kind::Integer)
            value = static_cast<std::int64_t>(std::min(f.high, f.value.get<double>() + 4.0));
        else if (f.kind == Kind::Number)
            value = 0.5 * (f.value.get<double>() + std::min(f.high, 2.0 * f.value.get<double>() + 0.1));
        else if (f.kind == Kind::Numbers)
            value = {0.2, 0.3, 0.5};
        else if (f.kind == Kind::Choice)
            value = f.key == "without" ? f.value : Json(f.choices.back()); // the later stages need the whole encoder
        else if (f.kind == Kind::Text || f.isPath() || f.kind == Kind::Device)
            value = "/somewhere/" + f.key;
        else
            value = {"/a", "/b"};
        (f.section.empty() ? document : document[f.section])[f.key] = value;
        expected[{f.section, f.key}] = value;
    }
    const auto options = trainOptionsFromJson(document, "c.toml", "/");
    for (const auto& [name, value] : expected)
        QVERIFY2(fieldValue(options, name.first, name.second) == value, (name.first + "." + name.second).c_str());
}

void RunTest::stagesHaveTheirOwnDefaults()
{
    const auto o = read("[encoder]\nsteps = 7\n[grpo]\nenabled = true\nvariant = \"sapo\"\n");
    QCOMPARE(o.encoder.optimiser.steps, 7);
    QCOMPARE(o.encoder.optimiser.batch, 64);
    QCOMPARE(o.sft.optimiser.batch, 16);
    QCOMPARE(o.grpo.variant, std::string("sapo"));
    QVERIFY(!read("").grpo.enabled);
}

void RunTest::badValuesAreRefusedWithTheirPlace()
{
    QVERIFY(errorOf("[grpo]\nvariant = \"ppo\"\n").find("grpo, dapo, dr_grpo or sapo") != std::string::npos);
    QVERIFY(errorOf("[grpo]\ngroup = 1\n").find("group") != std::string::npos);
    QVERIFY(errorOf("[grpo]\nlevels = [1.0, 2.0]\n").find("levels") != std::string::npos);
    QVERIFY(errorOf("[grpo]\nlevels = [0.0, 0.0, 0.0]\n").find("must not all be 0") != std::string::npos);
    QVERIFY(errorOf("[sft]\nlearn = 1\n").find("learn") != std::string::npos);
    QVERIFY(errorOf("[encoder]\nenabled = false\n").find("encoder_checkpoint") != std::string::npos);
    const std::string encoder = "encoder_checkpoint = \"e\"\n";
    const std::string off = "[encoder]\nenabled = false\n[alignment]\nenabled = false\n[sft]\nenabled = false\n";
    QVERIFY(errorOf(encoder + off + "[grpo]\nenabled = true\n").find("model_checkpoint") != std::string::npos);
}

void RunTest::pathsStartAtTheFileAndBecomeAbsolute()
{
    const Json document = parseToml(head + "head_folders = [\"../heads\"]\nclip_cache = \"cache\"\n", "c.toml");
    const auto options = trainOptionsFromJson(document, "c.toml", "/data/configs");
    QCOMPARE(options.headFolders.front(), std::string("/data/heads"));
    const Json stored = withAbsolutePaths(document, options);
    QCOMPARE(stored["clip_cache"].get<std::string>(), std::string("/data/configs/cache"));
    QVERIFY(!stored.contains("question_cache"));
}

void RunTest::twoProcessesNeverTrainInOneFolder()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "run");
    {
        auto run = RunFolder::create(path, "");
        QCOMPARE(RunFolder::runningProcess(path), std::optional<long>(::getpid()));
        QVERIFY(test::errorOf([&] { (void)RunFolder::open(path); }).find("another process") != std::string::npos);
        auto moved = std::move(run);
        moved.log("step", {{"stage", "sft"}, {"step", 1}, {"loss", 1.0}});
        QVERIFY(!RunFolder::isFinished(path));
        moved.finish();
    }
    QVERIFY(!RunFolder::runningProcess(path));
    QVERIFY(RunFolder::isFinished(path));
    // A process that is killed lets go of its folder.
    const pid_t child = ::fork();
    if (child == 0) {
        const auto run = RunFolder::open(path);
        ::_exit(RunFolder::runningProcess(path) ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    QCOMPARE(status, 0);
    (void)RunFolder::open(path);
}

void RunTest::aLookAtTheLockKeepsNoProcessOut()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "run");
    (void)RunFolder::create(path, "");
    const int file = ::open((path / "lock").c_str(), O_RDONLY);
    QCOMPARE(::flock(file, LOCK_SH | LOCK_NB), 0);
    std::jthread looker([file] {
        std::this_thread::sleep_for(std::chrono::milliseconds(120));
        ::close(file);
    });
    const auto run = RunFolder::open(path);
    QCOMPARE(RunFolder::runningProcess(path), std::optional<long>(::getpid()));
}

void RunTest::halfALineOfAKilledRunStaysALineOfItsOwn()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "run");
    (void)RunFolder::create(path, "");
    std::ofstream(path / "events.jsonl", std::ios::app) << "{\"type\":\"st";
    RunFolder::open(path).log("stage", {{"stage", "sft"}});
    const auto text = readFile(path / "events.jsonl");
    QVERIFY(text.find("{\"type\":\"st\n{") != std::string::npos);
}

void RunTest::checksumsAreCastagnoli()
{
    QCOMPARE(crc32c("123456789"), 0xE3069283U); // the check value of the polynomial
    QCOMPARE(crc32c(""), 0U);
}

void RunTest::eventFilesHoldTheNumbersOfTheLog()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "run");
    auto run = RunFolder::create(path, "");
    run.log("step", {{"stage", "grpo"}, {"step", 300}, {"loss", 0.25}, {"rewards", {{"answer", 0.5}}}, {"text", "no"}});
    run.log("validation", {{"stage", "grpo"}, {"step", 301}, {"score", {{"accuracy", 0.75}}}});
    std::map<std::string, std::pair<std::string, float>> seen;
    std::string version;
    for (const Message& event : eventsOf(path / "tensorboard")) {
        if (event.fields.contains(3))
            version = event.fields.find(3)->second;
        if (!event.fields.contains(5))
            continue;
        const auto summary = messageOf(event.fields.find(5)->second);
        for (auto [value, end] = summary.fields.equal_range(1); value != end; ++value) {
            const auto scalar = messageOf(value->second);
            float number = 0.0F;
            std::memcpy(&number, scalar.fields.find(2)->second.data(), sizeof number);
            seen[scalar.fields.find(1)->second] = {event.fields.find(2)->second, number};
        }
    }
    QCOMPARE(version, std::string("brain.Event:2"));
    QCOMPARE(seen.size(), std::size_t{3});
    QCOMPARE(seen["grpo/loss"], std::pair(std::string("300"), 0.25F));
    QCOMPARE(seen["grpo/rewards/answer"].second, 0.5F);
    QCOMPARE(seen["grpo/validation/score/accuracy"], std::pair(std::string("301"), 0.75F));
}

void RunTest::queuesAreReadAndChecked()
{
    const auto queue = [](const std::string& text) {
        return queueFromJson(parseToml("format = \"binaurium-queue\"\nversion = 1\n" + text, "q.toml"), "q.toml", "/q");
    };
    const auto runs = queue("[[run]]\nconfig = \"a.toml\"\noutput = \"runs/1\"\nset = [\"seed=1\"]\n"
                            "[[run]]\nconfig = \"/b.toml\"\noutput = \"runs/2\"\n");
    QCOMPARE(runs.size(), std::size_t{2});
    QVERIFY(runs[0] == (QueuedRun{"/q/a.toml", "/q/runs/1", {"seed=1"}}));
    QVERIFY(runs[1].config == "/b.toml");
    const std::string one = "[[run]]\nconfig = \"a\"\noutput = \"x\"\n";
    QVERIFY(test::errorOf([&] { (void)queue(one + one); }).find("earlier run") != std::string::npos);
    QVERIFY(test::errorOf([&] { (void)queue(one + "seed = 3\n"); }).find("seed") != std::string::npos);
}

QTEST_GUILESS_MAIN(RunTest)
#include "RunTest.moc"
