// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/AudioFile.h"
#include "core/support/AtomicFile.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/widgets/FakeModel.h"
#include "tests/widgets/MessageBoxes.h"
#include "widgets/ask/AskTab.h"
#include "widgets/ask/BatchDialog.h"
#include "widgets/ask/HistoryPanel.h"
#include "widgets/ask/ModelBar.h"
#include "widgets/ask/SamplingBar.h"

#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableWidget>

using namespace binaurium;

namespace {

constexpr int workLimitMs = 20'000;

AskEntry entryOf(const std::string& question, const std::string& answer)
{
    AskEntry entry;
    entry.timeS = 1.7e9;
    entry.question = question;
    entry.input = "/tmp/kettle.wav";
    entry.audioHash = std::string(64, 'a');
    entry.options.options = {"left", "right"};
    entry.options.seed = 7;
    entry.answer = {{"answer", answer}, {"model", "fake"}};
    return entry;
}

} // namespace

class AskTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init() { home_ = std::make_unique<QTemporaryDir>(); }
    void entriesAreReadAsTheyWereWritten();
    void hostileLinesOfTheHistoryAreLeftOut();
    void theHistoryIsSearchedDeletedAndExported();
    void theHashKnowsRateChannelsAndSamples();
    void anAnswerIsKeptWithWhatItWasAboutAndAskedAgain();
    void regeneratingTakesTheNextSeed();
    void aFolderIsAskedFileByFile();
    void aBatchCanBeStopped();
    void twoBatchesKeepTheirAnswersApart();
    void aFailedQuestionLeavesARunningBatchAlone();
    void stopEndsAQuestionThatWaitsForTheScene();
    void whatWasAskedBelongsToItsSoundWhateverIsOpenedMeanwhile();
    void anotherModelIsChosenByItsCard();
    void aQuestionWaitsForItsScene();

private:
    std::string recording(const std::string& name, std::size_t channels = 2, float level = 0.1F) const;
    [[nodiscard]] std::unique_ptr<AskTab> makeTab(SceneDocument& document) const;
    std::unique_ptr<QTemporaryDir> home_;
};

void AskTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    BINAURIUM_FAIL_ON_WARNINGS();
}

std::string AskTest::recording(const std::string& name, std::size_t channels, float level) const
{
    AudioBuffer audio(channels, 24000, 48000.0);
    for (std::size_t i = 0; i < audio.all().size(); ++i)
        audio.all()[i] = i % 100 < 50 ? level : -level;
    const auto path = test::scratch(*home_, name);
    writeAudio(audio, path);
    return path.string();
}

std::unique_ptr<AskTab> AskTest::makeTab(SceneDocument& document) const
{
    auto tab =
        std::make_unique<AskTab>(document, [](const ProgressCallback&) { return std::make_unique<test::FakeModel>(); });
    tab->setHistoryFile(test::scratch(*home_, "state/history.jsonl"));
    tab->show();
    return tab;
}

void AskTest::entriesAreReadAsTheyWereWritten()
{
    const auto entry = entryOf("Where is \"it\"?\n", "left");
    const auto again = entryFromJson(entryToJson(entry), "test");
    QVERIFY(entryToJson(again) == entryToJson(entry));
    QCOMPARE(again.options.seed, std::uint64_t{7});
    QVERIFY(!again.ofScene);
    const auto file = test::scratch(*home_, "deep/folder/h.jsonl");
    {
        AskHistory history(file);
        history.add(entry);
        history.add(entryOf("Second?", "right"));
    }
    AskHistory history(file);
    QCOMPARE(history.entries().size(), std::size_t{2});
    history.remove(0);
    QCOMPARE(AskHistory(file).entries().front().question, std::string("Second?"));
}

void AskTest::hostileLinesOfTheHistoryAreLeftOut()
{
    const auto good = entryToJson(entryOf("Good?", "yes"));
    auto wrong = good;
    wrong["temperature"] = -1;
    auto seedless = good;
    seedless.erase("seed");
    auto noAnswer = good;
    noAnswer["answer"] = 3;
    auto oneOption = good;
    oneOption["options"] = Json::array({"alone"});
    const auto file = test::scratch(*home_, "h.jsonl");
    test::writeBytes(file, "rubbish\n\n[]\n{}\n" + wrong.dump() + "\n" + seedless.dump() + "\n" + noAnswer.dump() +
                               "\n" + oneOption.dump() + "\n" + std::string(100'000, ' ') + good.dump() + "\n" +
                               good.dump() + "\n{\"half");
    QCOMPARE(AskHistory(file).entries().size(), std::size_t{1});
}

void AskTest::theHistoryIsSearchedDeletedAndExported()
{
    HistoryPanel panel;
    panel.add(entryOf("Where is the kettle?", "left"));
    panel.add(entryOf("Is there a *dog* | <b>?", "no"));
    QCOMPARE(panel.list().count(), 2);
    QVERIFY(panel.list().item(0)->text().contains(QStringLiteral("dog"))); // newest first
    panel.search().setText(QStringLiteral("KETTLE left"));
    QCOMPARE(panel.list().count(), 1);
    QVERIFY(!panel.deleteButton().isEnabled());
    panel.list().setCurrentRow(0);
    QSignalSpy again(&panel, &HistoryPanel::askAgainWanted);
    QTest::mouseClick(&panel.againButton(), Qt::LeftButton);
    QCOMPARE(again.size(), 1);
    QTest::mouseClick(&panel.deleteButton(), Qt::LeftButton);
    QCOMPARE(panel.list().count(), 0);
    panel.search().clear();
    QCOMPARE(panel.list().count(), 1);
    panel.exportTo(test::scratch(*home_, "h.md"));
    const auto text = readFile(test::scratch(*home_, "h.md"));
    QVERIFY2(text.find("\\*dog\\* \\| \\<b\\>") != std::string::npos, text.c_str());
    QVERIFY(text.find("seed 7") != std::string::npos);
    panel.exportTo(test::scratch(*home_, "h.json"));
    const Json json = readJson(test::scratch(*home_, "h.json"));
    QCOMPARE(json["entries"].size(), std::size_t{1});
    QVERIFY(!test::errorOf([&] { panel.exportTo(test::scratch(*home_, "h.exe")); }).empty());
}

void AskTest::theHashKnowsRateChannelsAndSamples()
{
    AudioBuffer audio(2, 100, 48000.0);
    const auto hash = audioHash(audio);
    QCOMPARE(audioHash(AudioBuffer(2, 100, 48000.0)), hash);
    QVERIFY(audioHash(AudioBuffer(2, 100, 44100.0)) != hash);
    QVERIFY(audioHash(AudioBuffer(1, 200, 48000.0)) != hash);
    audio.channel(1)[99] = 1e-6F;
    QVERIFY(audioHash(audio) != hash);
}

void AskTest::anAnswerIsKeptWithWhatItWasAboutAndAskedAgain()
{
    SceneDocument document;
    const auto tab = makeTab(document);
    const auto path = recording("k.wav");
    QVERIFY(tab->openAudio(path));
    tab->question().setPlainText(QStringLiteral("Where?"));
    tab->options().setText(QStringLiteral("left|right"));
    tab->ask();
    const auto& entries = [&]() -> const std::vector<AskEntry>& { return tab->history().history().entries(); };
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), std::size_t{1}, workLimitMs);
    QCOMPARE(entries().front().input, path);
    QCOMPARE(entries().front().audioHash.size(), std::size_t{64});
    QCOMPARE(AskHistory(test::scratch(*home_, "state/history.jsonl")).entries().size(), std::size_t{1});
    QSignalSpy said(tab.get(), &AskTab::message);
    tab->question().setPlainText(QStringLiteral("Something else?"));
    tab->askAgain(AskEntry(entries().front()));
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), std::size_t{2}, workLimitMs);
    QCOMPARE(entries().back().question, std::string("Where?"));
    QCOMPARE(entries().back().audioHash, entries().front().audioHash);
    QCOMPARE(said.size(), 0);
    (void)recording("k.wav", 2, 0.3F); // the file changes
    tab->askAgain(AskEntry(entries().front()));
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), std::size_t{3}, workLimitMs);
    QCOMPARE(said.size(), 1);
}

void AskTest::regeneratingTakesTheNextSeed()
{
    SceneDocument document;
    const auto tab = makeTab(document);
    QVERIFY(tab->openAudio(recording("k.wav")));
    tab->question().setPlainText(QStringLiteral("What?"));
    tab->options().clear();
    QVERIFY(!tab->regenerateButton().isEnabled());
    tab->ask();
    QTRY_VERIFY_WITH_TIMEOUT(tab->regenerateButton().isEnabled(), workLimitMs);
    const auto seed = tab->sampling().seed();
    QTest::mouseClick(&tab->regenerateButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(tab->history().history().entries().size(), std::size_t{2}, workLimitMs);
    QCOMPARE(tab->history().history().entries().back().options.seed, seed + 1);
    QVERIFY(tab->history().history().entries().back().options.temperature > 0.0);
}

void AskTest::aFolderIsAskedFileByFile()
{
    (void)recording("b.wav");
    (void)recording("a.flac");
    (void)recording("mono.wav", 1);
    test::writeBytes(test::scratch(*home_, "broken.wav"), "RIFF????");
    test::writeBytes(test::scratch(*home_, "notes.txt"), "x");
    QCOMPARE(recordingsIn(home_->path()).size(), 4);
    SceneDocument document;
    const auto tab = makeTab(document);
    tab->question().setPlainText(QStringLiteral("Where?"));
    tab->options().setText(QStringLiteral("left|right"));
    auto* dialog = tab->askFolder(home_->path());
    QVERIFY(dialog != nullptr);
    dialog->show();
    dialog->start();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isRunning(), workLimitMs);
    QCOMPARE(dialog->rows().size(), std::size_t{4});
    QCOMPARE(dialog->rows()[0].answer.answer, std::string("left"));
    QVERIFY(dialog->rows()[0].probability().value() > 0.9);
    const auto broken = std::ranges::find_if(
        dialog->rows(), [](const auto& r) { return r.file.endsWith(QStringLiteral("broken.wav")); });
    QVERIFY(!broken->problem.isEmpty());
    for (const char* name : {"t.csv", "t.json", "t.md"})
        exportBatch(dialog->rows(), QStringLiteral("=Where|?"), {}, test::scratch(*home_, name));
    const auto csv = readFile(test::scratch(*home_, "t.csv"));
    QCOMPARE(std::ranges::count(csv, '\n'), std::ptrdiff_t{5});
    QVERIFY(readFile(test::scratch(*home_, "t.md")).find("# =Where\\|?") == 0);
    QCOMPARE(readJson(test::scratch(*home_, "t.json"))["recordings"].size(), std::size_t{4});
    // Answers that are nowhere else are not thrown away by Escape.
    test::answerMessageBox(QStringLiteral("Keep the window"));
    QTest::keyClick(dialog, Qt::Key_Escape);
    QVERIFY(dialog->isVisible());
    test::answerMessageBox(QStringLiteral("Discard"));
    dialog->close();
    QVERIFY(!dialog->isVisible());
}

void AskTest::aBatchCanBeStopped()
{
    for (int i = 0; i < 30; ++i)
        (void)recording(std::to_string(i).append(".wav"));
    SceneDocument document;
    const auto tab = makeTab(document);
    tab->question().setPlainText(QStringLiteral("Where?"));
    tab->options().clear();
    auto* dialog = tab->askFolder(home_->path());
    dialog->show();
    dialog->start();
    QTRY_VERIFY_WITH_TIMEOUT(dialog->rows().front().done, workLimitMs);
    QTest::mouseClick(&dialog->stopButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isRunning(), workLimitMs);
    QVERIFY(!dialog->rows().back().done);
    test::answerMessageBox(QStringLiteral("Discard"));
    dialog->close();
}

void AskTest::twoBatchesKeepTheirAnswersApart()
{
    QTemporaryDir second;
    for (int i = 0; i < 8; ++i)
        (void)recording(std::to_string(i).append(".wav"));
    std::filesystem::copy_file(test::scratch(*home_, "0.wav"), test::scratch(second, "only.wav"));
    SceneDocument document;
    const auto tab = makeTab(document);
    tab->question().setPlainText(QStringLiteral("Where?"));
    auto* first = tab->askFolder(home_->path());
    auto* other = tab->askFolder(second.path());
    other->start();
    first->start(); // waits behind the other
    QTRY_VERIFY_WITH_TIMEOUT(!other->isRunning(), workLimitMs);
    QVERIFY(other->rows().front().done);
    QTRY_VERIFY_WITH_TIMEOUT(!first->isRunning(), workLimitMs);
    QVERIFY(std::ranges::all_of(first->rows(), &BatchRow::done));
}

void AskTest::aFailedQuestionLeavesARunningBatchAlone()
{
    const auto file = recording("one.wav");
    ModelWorker worker([](const ProgressCallback&) { return std::make_unique<test::FakeModel>(); });
    BatchDialog dialog(worker, home_->path(), QStringLiteral("Where?"), {});
    QSignalSpy failed(&worker, &ModelWorker::failed);
    const int number = worker.ask(std::make_shared<const AudioBuffer>(readAudio(file)), QStringLiteral("Fail!"), {});
    dialog.start();
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, workLimitMs);
    QCOMPARE(failed.front().back().toInt(), number);
    QVERIFY(dialog.isRunning());
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.isRunning(), workLimitMs);
    QVERIFY(dialog.rows().front().done);
}

void AskTest::stopEndsAQuestionThatWaitsForTheScene()
{
    SceneDocument document;
    const auto tab = makeTab(document);
    tab->question().setPlainText(QStringLiteral("Where?"));
    for (const bool stops : {true, false}) { // or the scene cannot be rendered
        tab->ask();
        QVERIFY(!tab->askButton().isEnabled());
        if (stops)
            tab->stop();
        else
            tab->giveUpScene();
        QVERIFY(tab->askButton().isEnabled());
    }
}

void AskTest::whatWasAskedBelongsToItsSoundWhateverIsOpenedMeanwhile()
{
    SceneDocument document;
    const auto tab = makeTab(document);
    QSignalSpy shown(tab.get(), &AskTab::localized);
    AudioBuffer audio(2, 24000, 48000.0);
    audio.all()[100] = 0.5F;
    tab->setSceneAudio(std::make_shared<const AudioBuffer>(std::move(audio)));
    tab->question().setPlainText(QStringLiteral("Where?"));
    tab->ask();
    QVERIFY(tab->openAudio(recording("another.wav"))); // before anything could arrive
    QTRY_COMPARE_WITH_TIMEOUT(tab->history().history().entries().size(), std::size_t{1}, workLimitMs);
    QVERIFY(tab->history().history().entries().front().ofScene);
    QTRY_COMPARE_WITH_TIMEOUT(shown.count(), 1, workLimitMs); // of the recording
    QTest::qWait(100);
    QCOMPARE(shown.count(), 1); // and not of the scene
}

void AskTest::anotherModelIsChosenByItsCard()
{
    SceneDocument document;
    const auto tab = makeTab(document);
    ModelBar& bar = tab->model();
    QVERIFY(bar.models().count() >= 1);
    QVERIFY(bar.cardText().contains(QStringLiteral("SmolLM2")));
    const QSignalSpy said(tab.get(), &AskTab::message);
    tab->setModel(home_->filePath(QStringLiteral("none")).toStdString());
    QCOMPARE(said.count(), 1);
    QVERIFY(said.back().front().toString().contains(QStringLiteral("there is no model")));

    // The result of a run: called by the run's name.
    const auto run = std::filesystem::path(home_->path().toStdString()) / "my-run" / "final";
    std::filesystem::create_directories(run.parent_path());
    std::filesystem::copy(std::filesystem::path(BINAURIUM_SOURCE_DIR) / "models" / "binaurium-small", run);
    tab->setModel(run.parent_path());
    QCOMPARE(bar.folder(), run);
    QCOMPARE(bar.models().currentText(), QStringLiteral("my-run/final"));
    QVERIFY(bar.cardText().contains(QStringLiteral("25 sound")));
    QVERIFY(bar.cardText().contains(QStringLiteral("projector")));
    QVERIFY(bar.cardText().contains(QStringLiteral("GiB")));
    QVERIFY(said.back().front().toString().contains(QStringLiteral("my-run/final")));
    const int count = bar.models().count();
    tab->setModel(run);
    QCOMPARE(bar.models().count(), count); // known already

    QSignalSpy chosen(&bar, &ModelBar::chosen);
    bar.models().setFocus();
    QTest::keyClick(&bar.models(), Qt::Key_Up);
    QCOMPARE(chosen.count(), 1);
    QVERIFY(bar.folder() != run);
}

void AskTest::aQuestionWaitsForItsScene()
{
    SceneDocument document;
    const auto tab = makeTab(document);
    const QSignalSpy wanted(tab.get(), &AskTab::sceneAudioWanted);
    tab->question().setPlainText(QStringLiteral("Where is it?"));
    tab->ask();
    QCOMPARE(wanted.count(), 1);
    AudioBuffer audio(2, 24000, 48000.0);
    std::fill(audio.all().begin(), audio.all().end(), 0.1F);
    tab->setSceneAudio(std::make_shared<const AudioBuffer>(audio));
    QTRY_COMPARE_WITH_TIMEOUT(tab->history().history().entries().size(), std::size_t{1}, workLimitMs);
}

QTEST_MAIN(AskTest)
#include "AskTest.moc"
