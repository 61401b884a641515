// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/TrainingTab.h"
#include "core/support/AtomicFile.h"
#include "core/training/run/RunFolder.h"
#include "core/training/run/RunQueue.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/widgets/MessageBoxes.h"
#include "widgets/controls/MessageBar.h"
#include "widgets/training/CheckpointTable.h"
#include "widgets/training/CompletionsView.h"
#include "widgets/training/ConfigEditor.h"
#include "widgets/training/CurvePlot.h"
#include "widgets/training/CurvesPanel.h"
#include "widgets/training/LogView.h"
#include "widgets/training/OptionForm.h"
#include "widgets/training/RunProcess.h"
#include "widgets/training/RunSetup.h"
#include "widgets/training/RunWords.h"
#include "widgets/training/RunsPanel.h"
#include "widgets/training/StageChain.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <cmath>

using namespace binaurium;

namespace {

constexpr int workLimitMs = 20'000;
constexpr double exact = 1e-12; // of averages of a handful of numbers

const auto config = QStringLiteral("format = \"binaurium-train\"\nversion = 1\n# a comment\n"
                                   "[encoder]\nsteps = 50\n[alignment]\nenabled = false\n[sft]\nenabled = false\n");

} // namespace

class TrainingTabTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void theFormFollowsTheTextAndTheTextTheForm();
    void aWrongNumberIsMarkedAndNotWritten();
    void unknownOptionsAreListedAndBlockTheStart();
    void seedsAreReadAsListsAndRanges();
    void causesAreToldInPlainWords();
    void namesOfRunsAreFolderNames();
    void theQueueIsKeptInOrder();
    void curvesShowWhatTheEventsSay();
    void exportedCurvesReplaceNothingUnasked();
    void tickedRunsAreComparedAndKeepTheirColours();
    void completionsAreFilteredAndShownWhole();
    void checkpointsAreListedAndDeletedOnRequest();
    void theLogFollowsItsEndUntilOneScrollsUp();
    void aRunIsStartedWatchedPausedAndResumed();
    void aSecondStopKills();
    void anotherWindowFindsTheRunAgain();
    void theQueueStartsTheNextRun();
    void aRunCanPauseAfterAStage();
    void noTwoMnemonicsOfAPageAreAlike();
    void aStartThatFailsSaysWhy();
    void anEndWithoutMemorySaysWhatToLower();

private:
    std::filesystem::path makeRun(const std::string& name, const std::string& events) const;
    [[nodiscard]] std::unique_ptr<TrainingTab> makeTab() const;
    [[nodiscard]] QString fillSetup(TrainingTab& tab, const QString& name) const;
    static void mode(const char* name) { qputenv("STUB_MODE", name); }

    std::unique_ptr<QTemporaryDir> home_;
};

void TrainingTabTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    BINAURIUM_FAIL_ON_WARNINGS();
    qputenv("BINAURIUM_CLI", (std::string(BINAURIUM_SOURCE_DIR) + "/tests/widgets/trainer-stub.sh").c_str());
}

void TrainingTabTest::init()
{
    home_ = std::make_unique<QTemporaryDir>();
    test::writeBytes(test::scratch(*home_, "head.sofa"), "x"); // that there are heads is checked, not what they hold
    mode("endless");
}

// No stub outlives its test.
void TrainingTabTest::cleanup()
{
    for (const auto& run : listRuns(test::scratch(*home_, "runs")))
        if (const auto process = RunFolder::runningProcess(run)) {
            RunProcess::kill(*process);
            QTRY_VERIFY_WITH_TIMEOUT(!RunFolder::runningProcess(run), workLimitMs);
        }
}

std::filesystem::path TrainingTabTest::makeRun(const std::string& name, const std::string& events) const
{
    const auto run = test::scratch(*home_, "runs/" + name);
    std::filesystem::create_directories(run / "checkpoints");
    test::writeBytes(run / "config.toml", config.toStdString());
    test::writeBytes(run / "events.jsonl", events);
    return run;
}

std::unique_ptr<TrainingTab> TrainingTabTest::makeTab() const
{
    auto tab = std::make_unique<TrainingTab>();
    tab->resize(1280, 680);
    tab->setFolder(QString::fromStdString(test::scratch(*home_, "runs").string()));
    tab->show();
    return tab;
}

// A new run that could start; its folder.
QString TrainingTabTest::fillSetup(TrainingTab& tab, const QString& name) const
{
    tab.newRun();
    tab.setup().setConfig(config + QStringLiteral("[scene]\nduration_s = 2.0\n"), home_->path(), name);
    tab.setup().config().setOption("", "head_folders", Json::array({home_->path().toStdString()}));
    return tab.runs().pathOf(name);
}

void TrainingTabTest::theFormFollowsTheTextAndTheTextTheForm()
{
    ConfigEditor editor;
    editor.setText(config, home_->path());
    auto* steps = editor.form().find("encoder", "steps");
    auto* batch = editor.form().find("encoder", "batch");
    QVERIFY(steps != nullptr && batch != nullptr);
    auto& stepsLine = static_cast<QLineEdit&>(steps->editor());
    auto& batchLine = static_cast<QLineEdit&>(batch->editor());
    QCOMPARE(stepsLine.text(), QStringLiteral("50"));
    QVERIFY(batchLine.text().isEmpty());
    QCOMPARE(batchLine.placeholderText(), QStringLiteral("64")); // the default, greyed

    QTest::keyClicks(&batchLine, QStringLiteral("32"));
    QVERIFY(editor.text().contains(QStringLiteral("batch = 32")));
    QVERIFY(editor.text().contains(QStringLiteral("# a comment")));
    QCOMPARE(editor.checked().options->encoder.optimiser.batch, 32);

    editor.textEdit().setPlainText(config + QStringLiteral("[grpo]\nvariant = \"sapo\"\n"));
    auto& variant = static_cast<QComboBox&>(editor.form().find("grpo", "variant")->editor());
    QTRY_COMPARE_WITH_TIMEOUT(variant.currentText(), QStringLiteral("sapo"), workLimitMs);
    QVERIFY(batchLine.text().isEmpty());
    editor.form().find("grpo", "variant")->enter({}); // the default again
    QVERIFY(!editor.text().contains(QStringLiteral("variant")));

    steps->enter(QStringLiteral("5e1")); // another spelling of what stands there
    QVERIFY(editor.text().contains(QStringLiteral("steps = 50")));
    // Text that is no TOML keeps the form as it was, read only, and says where.
    editor.textEdit().setPlainText(QStringLiteral("version = \n"));
    (void)editor.checked();
    QVERIFY(stepsLine.isReadOnly());
    QCOMPARE(editor.problems().size(), 1);
    QVERIFY2(editor.problems().first().contains(QStringLiteral("line 1")), qPrintable(editor.problems().first()));
}

void TrainingTabTest::aWrongNumberIsMarkedAndNotWritten()
{
    ConfigEditor editor;
    editor.setText(config, home_->path());
    const auto before = editor.text();
    for (const auto& [section, key, text] :
         {std::tuple("encoder", "batch", "many"), std::tuple("encoder", "batch", "0"),
          std::tuple("encoder", "batch", "1.5"), std::tuple("encoder", "dropout", "nan"),
          std::tuple("sft", "levels_at_end", "0.5, 0.5"), std::tuple("sft", "levels_at_end", "0.5, 0.5, 7")}) {
        auto* option = editor.form().find(section, key);
        option->enter(QString::fromLatin1(text));
        QVERIFY2(option->isRefused(), text);
        QVERIFY(!option->editor().toolTip().isEmpty());
        QCOMPARE(editor.text(), before);
        option->enter({});
        QVERIFY(!option->isRefused());
    }
}

void TrainingTabTest::unknownOptionsAreListedAndBlockTheStart()
{
    const auto tab = makeTab();
    (void)fillSetup(*tab, QStringLiteral("one"));
    QVERIFY2(tab->setup().startButton().isEnabled(), qPrintable(tab->setup().verdict()));
    QVERIFY(tab->setup().verdict().contains(QStringLiteral("Estimate")));
    QVERIFY(tab->setup().command().contains(QStringLiteral("train ")));
    auto& editor = tab->setup().config();
    editor.form().find("encoder", "batch")->enter(QStringLiteral("8 or so"));
    QVERIFY(!tab->setup().startButton().isEnabled());
    editor.form().find("encoder", "batch")->enter({});
    QVERIFY(tab->setup().startButton().isEnabled());
    editor.textEdit().setPlainText(editor.text() + QStringLiteral("\n[encoder.extra]\n\nx = 1\n"));
    (void)editor.checked();
    QVERIFY(!tab->setup().startButton().isEnabled());
    QVERIFY(editor.problems().first().contains(QStringLiteral("extra")));
    makeRun("one", {});
    (void)fillSetup(*tab, QStringLiteral("one"));
    QCOMPARE(tab->setup().nameEdit().text(), QStringLiteral("one-2"));
    tab->setup().nameEdit().setText(QStringLiteral("one"));
    QVERIFY(!tab->setup().startButton().isEnabled());
    QVERIFY(tab->setup().verdict().contains(QStringLiteral("never overwrites")));
}

void TrainingTabTest::seedsAreReadAsListsAndRanges()
{
    QString why;
    QCOMPARE(parseSeeds(QStringLiteral(" 3, 1-2 ,3"), &why).value(), (std::vector<std::uint64_t>{3, 1, 2}));
    QVERIFY(parseSeeds({}, &why)->empty());
    for (const char* wrong : {"x", "-1", "3-1", "1-2-3", "1-100000", "9999999999999999999999"}) {
        why.clear();
        QVERIFY2(!parseSeeds(QString::fromLatin1(wrong), &why), wrong);
        QVERIFY(!why.isEmpty());
    }
}

void TrainingTabTest::causesAreToldInPlainWords()
{
    QVERIFY(plainCause(QStringLiteral("terminate called: std::bad_alloc")).contains(QStringLiteral("micro_batch")));
    QVERIFY(plainCause(QStringLiteral("CUDA out of memory. Tried")).contains(QStringLiteral("graphics card")));
    QVERIFY(plainCause(QStringLiteral("loss of step 3 is NaN")).contains(QStringLiteral("learning_rate")));
    QVERIFY(plainCause(QStringLiteral("write: No space left on device")).contains(QStringLiteral("disk")));
    QVERIFY(plainCause(QStringLiteral("there are no heads")).isEmpty());
}

void TrainingTabTest::namesOfRunsAreFolderNames()
{
    QVERIFY(isRunName(QStringLiteral("my run 1")));
    for (const char* wrong : {"", ".", "..", "a/b", ".hidden", " a", "a\nb"})
        QVERIFY2(!isRunName(QString::fromLatin1(wrong)), wrong);
    QVERIFY(!isRunName(QString(500, QLatin1Char('x'))));
}

void TrainingTabTest::theQueueIsKeptInOrder()
{
    WaitingRuns queue(home_->path());
    for (const char* name : {"a", "b", "c", "a"})
        queue.append(QString::fromLatin1(name));
    queue.move(QStringLiteral("c"), -5);
    queue.remove(QStringLiteral("a"));
    QCOMPARE(WaitingRuns(home_->path()).names(), (QStringList{QStringLiteral("c"), QStringLiteral("b")}));
    QCOMPARE(readQueue(test::scratch(*home_, "waiting.toml")).front().config, test::scratch(*home_, "c.toml"));
    test::writeBytes(
        test::scratch(*home_, "waiting.toml"),
        "format = \"binaurium-queue\"\nversion = 1\n[[run]]\nconfig = \"a\"\noutput = \"../.etc\"\nset = [\"seed=4\"]\n"
        "[[run]]\nconfig = \"b.toml\"\noutput = \"ok\"\n");
    // Runs of `train --queue` with places or options of their own are kept as they are.
    WaitingRuns mixed(home_->path());
    QVERIFY(mixed.names().isEmpty());
    mixed.append(QStringLiteral("ours"));
    const auto kept = readQueue(test::scratch(*home_, "waiting.toml"));
    QCOMPARE(kept.size(), std::size_t{3});
    QCOMPARE(kept[1].overrides, std::vector<std::string>{"seed=4"});
    QCOMPARE(WaitingRuns(home_->path()).names(), QStringList{QStringLiteral("ours")});
    test::writeBytes(test::scratch(*home_, "waiting.toml"), "\xff\xfe rubbish");
    QVERIFY(WaitingRuns(home_->path()).names().isEmpty());
    WaitingRuns unreadable(home_->path());
    QVERIFY(!unreadable.problem().isEmpty());
    unreadable.append(QStringLiteral("new"));
    QCOMPARE(readFile(test::scratch(*home_, "waiting.toml")), std::string("\xff\xfe rubbish"));
}

void TrainingTabTest::curvesShowWhatTheEventsSay()
{
    std::string events = "{\"time\":0,\"type\":\"stage\",\"stage\":\"encoder\",\"state\":\"started\",\"steps\":50}\n";
    for (int i = 0; i < 20; ++i)
        events += "{\"time\":" + std::to_string(i * 360) + R"(,"type":"step","stage":"encoder","step":)" +
                  std::to_string(i) + ",\"loss\":" + (i == 7 ? "null" : std::to_string(10.0 / (i + 1))) + "}\n";
    const auto run = makeRun("one", events);
    const auto tab = makeTab();
    QCOMPARE(tab->pointCount(), 20);
    QTRY_COMPARE_WITH_TIMEOUT(tab->curves().plots().size(), 1, workLimitMs);
    const auto* plot = tab->curves().plots().first();
    QCOMPARE(plot->curves().first().y.size(), 20);
    QCOMPARE(plot->curves().first().x.last(), 19.0);
    QCOMPARE(plot->badValues(), 1);
    tab->curves().axisChoice().setCurrentIndex(1);
    QVERIFY(std::abs(plot->curves().first().x.last() - 1.9) < exact); // hours
    tab->curves().logarithmic().setChecked(true);
    tab->curves().smoothing().setValue(99);
    QVERIFY2(tab->chain().textOf("encoder").contains(QStringLiteral("interrupted")),
             qPrintable(tab->chain().textOf("encoder")));
    // The file grows, and so do the curves.
    std::ofstream(run / "events.jsonl", std::ios::app)
        << R"({"time":9000,"type":"step","stage":"encoder","step":20,"loss":0.1,"grad_norm":2})"
        << "\n";
    tab->runs().look();
    QTRY_COMPARE_WITH_TIMEOUT(tab->curves().plots().size(), 2, workLimitMs);
    QCOMPARE(tab->pointCount(), 21);
    tab->curves().setGroupShown("loss", false);
    QTRY_COMPARE_WITH_TIMEOUT(tab->curves().plots().size(), 1, workLimitMs);
    tab->curves().plots().first()->exportCsv(test::scratch(*home_, "c.csv"));
    QVERIFY(std::filesystem::file_size(test::scratch(*home_, "c.csv")) > 20);
}

void TrainingTabTest::exportedCurvesReplaceNothingUnasked()
{
    makeRun("a", R"({"time":1,"type":"step","stage":"encoder","step":1,"loss":1})"
                 "\n");
    const auto tab = makeTab();
    QTRY_COMPARE_WITH_TIMEOUT(tab->curves().plots().size(), 1, workLimitMs);
    const auto mine = test::scratch(*home_, "curves-loss.csv");
    writeFileAtomically(mine, "mine");
    test::answerMessageBox(QStringLiteral("Keep"));
    tab->curves().exportAll(test::scratch(*home_, "curves.csv"));
    QCOMPARE(readFile(mine), std::string("mine"));
    test::answerMessageBox(QStringLiteral("Replace"));
    tab->curves().exportAll(test::scratch(*home_, "curves.csv"));
    QVERIFY(readFile(mine) != "mine");
}

void TrainingTabTest::tickedRunsAreComparedAndKeepTheirColours()
{
    const std::string events = R"({"time":1,"type":"step","stage":"encoder","step":1,"loss":1})"
                               "\n";
    makeRun("a", events);
    makeRun("b", events);
    const auto tab = makeTab();
    auto& model = tab->list().model();
    const auto colour = model.colour(tab->runs().pathOf(QStringLiteral("b")));
    QVERIFY(colour != model.colour(tab->runs().pathOf(QStringLiteral("a"))));
    QVERIFY(model.setData(model.index(0, 0), Qt::Checked, Qt::CheckStateRole));
    QTRY_COMPARE_WITH_TIMEOUT(tab->curves().plots().first()->curves().size(), 2, workLimitMs);
    makeRun("aa", events); // sorts between them
    tab->runs().look();
    QCOMPARE(tab->runs().count(), 3);
    QCOMPARE(model.colour(tab->runs().pathOf(QStringLiteral("b"))), colour);
    QCOMPARE(model.ticked().size(), 1);
    QVERIFY(tab->list().chosen().endsWith(QStringLiteral("/b"))); // the choice stays
}

void TrainingTabTest::completionsAreFilteredAndShownWhole()
{
    const auto run = makeRun("one", R"({"time":1,"type":"step","stage":"grpo","step":1,"loss":1})"
                                    "\n");
    std::string lines = "rubbish\n{\"completion\":7}\n";
    for (int i = 0; i < 10; ++i)
        lines += R"({"stage":"grpo","step":)" + std::to_string(i) + R"(,"group":2,"task":"direction","level":)" +
                 (i % 2 == 0 ? "\"L3\"" : "1") + R"(,"prompt":"Where?","answer":"A","completion":"A) left, <b>)" +
                 std::to_string(i) + R"(</b>","rewards":{"answer":1,"format":0.2},"reward":)" +
                 std::to_string(0.1 * i) + ",\"advantage\":-0.5}\n";
    test::writeBytes(run / "samples.jsonl", lines);
    const auto tab = makeTab();
    auto& view = tab->completions();
    QTRY_COMPARE_WITH_TIMEOUT(view.samples().rowCount(), 10, workLimitMs);
    QCOMPARE(view.samples().badLines(), 2);
    view.filter().setText(QStringLiteral("level:3 reward<0.5 LEFT"));
    QCOMPARE(view.table().model()->rowCount(), 3);
    view.table().setCurrentIndex(view.table().model()->index(1, 0));
    QVERIFY2(view.detail().toPlainText().contains(QStringLiteral("<b>2</b>")), qPrintable(view.detail().toPlainText()));
    QVERIFY(view.detail().toPlainText().contains(QStringLiteral("format 0.200")));
}

void TrainingTabTest::checkpointsAreListedAndDeletedOnRequest()
{
    const auto run = makeRun("one", R"({"time":1,"type":"step","stage":"encoder","step":600,"loss":1})"
                                    "\n");
    for (const char* name :
         {"encoder.safetensors", "encoder-best.safetensors", "encoder-000500.safetensors", "notes.txt"})
        test::writeBytes(run / "checkpoints" / name, "x");
    const auto tab = makeTab();
    auto& table = tab->checkpoints().table();
    QCOMPARE(table.rowCount(), 3);
    QCOMPARE(table.item(0, 2)->text(), QStringLiteral("600 (last)"));
    QCOMPARE(table.item(2, 2)->text(), QStringLiteral("500"));
    table.selectRow(2);
    QVERIFY(tab->checkpoints().deleteButton().isEnabled());
    QVERIFY(!tab->checkpoints().remove(QStringLiteral("/etc/hosts"))); // only files of the table
    QVERIFY(
        tab->checkpoints().remove(QString::fromStdString((run / "checkpoints/encoder-000500.safetensors").string())));
    QCOMPARE(table.rowCount(), 2);
}

void TrainingTabTest::theLogFollowsItsEndUntilOneScrollsUp()
{
    const auto path = test::scratch(*home_, "run.log");
    std::string lines;
    for (int i = 0; i < 500; ++i)
        lines += "encoder " + std::to_string(i) + "/500 loss 1\n";
    test::writeBytes(path, lines + "warning: little memory\n");
    LogView view;
    view.resize(400, 300);
    view.show();
    view.setFile(QString::fromStdString(path.string()));
    auto* bar = view.text().verticalScrollBar();
    QTRY_COMPARE_WITH_TIMEOUT(bar->value(), bar->maximum(), workLimitMs);
    bar->triggerAction(QAbstractSlider::SliderToMinimum);
    QVERIFY(!view.follow().isChecked());
    std::ofstream(path, std::ios::app) << "one more\n";
    view.look();
    QCOMPARE(bar->value(), bar->minimum());
    QVERIFY(view.text().toPlainText().endsWith(QStringLiteral("one more")));
    view.follow().setChecked(true);
    QCOMPARE(bar->value(), bar->maximum());
    view.level().setCurrentIndex(2);
    QCOMPARE(view.text().toPlainText(), QStringLiteral("warning: little memory"));
}

void TrainingTabTest::aRunIsStartedWatchedPausedAndResumed()
{
    const auto tab = makeTab();
    const auto run = fillSetup(*tab, QStringLiteral("one"));
    QSignalSpy ended(&tab->runs(), &TrainingRuns::runEnded);
    QTest::mouseClick(&tab->setup().startButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(tab->pointCount() > 2, workLimitMs);
    QVERIFY(tab->badge().contains(QStringLiteral("one")));
    QCOMPARE(tab->runs().ownRunning(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(tab->log().text().toPlainText().contains(QStringLiteral("stub: training")), workLimitMs);
    QVERIFY(!tab->resumeButton().isEnabled());
    QTest::mouseClick(&tab->pauseButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, workLimitMs);
    QCOMPARE(ended.first().at(1).value<RunState>(), RunState::Stopped);
    QVERIFY(!RunFolder::runningProcess(run.toStdString()));
    QTest::mouseClick(&tab->resumeButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(tab->pauseButton().isEnabled(), workLimitMs);
    QTest::mouseClick(&tab->stopButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 2, workLimitMs);
    QTRY_VERIFY_WITH_TIMEOUT(tab->badge().contains(QStringLiteral("stopped")), workLimitMs);
    QVERIFY(tab->mayClose()); // nothing runs: no question
}

void TrainingTabTest::aSecondStopKills()
{
    mode("deaf");
    const auto tab = makeTab();
    const auto run = fillSetup(*tab, QStringLiteral("one"));
    QTest::mouseClick(&tab->setup().startButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(tab->stopButton().isEnabled(), workLimitMs);
    const auto calm = tab->stopButton().text();
    QTest::mouseClick(&tab->stopButton(), Qt::LeftButton);
    QVERIFY(tab->stopButton().text() != calm);
    QTest::qWait(300);
    QVERIFY(RunFolder::runningProcess(run.toStdString()));
    QTest::mouseClick(&tab->stopButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!RunFolder::runningProcess(run.toStdString()), workLimitMs);
    QTRY_VERIFY_WITH_TIMEOUT(tab->resumeButton().isEnabled(), workLimitMs);
    QTRY_VERIFY_WITH_TIMEOUT(tab->badge().contains(QStringLiteral("interrupted")), workLimitMs);
}

void TrainingTabTest::anotherWindowFindsTheRunAgain()
{
    QString run;
    {
        const auto tab = makeTab();
        run = fillSetup(*tab, QStringLiteral("one"));
        QTest::mouseClick(&tab->setup().startButton(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(tab->pointCount() > 0, workLimitMs);
    } // the window is gone
    const auto process = RunFolder::runningProcess(run.toStdString());
    QVERIFY(process);
    const auto tab = makeTab();
    QVERIFY(tab->stopButton().isEnabled());
    const int before = tab->pointCount();
    QVERIFY(before > 0);
    QTRY_VERIFY_WITH_TIMEOUT(tab->pointCount() > before, workLimitMs);
    QVERIFY(tab->mayClose()); // it was not started here: no question
    QTest::mouseClick(&tab->stopButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!RunProcess::isAlive(*process), workLimitMs);
    QTRY_VERIFY_WITH_TIMEOUT(tab->chain().textOf("encoder").contains(QStringLiteral("stopped")), workLimitMs);
}

void TrainingTabTest::theQueueStartsTheNextRun()
{
    mode("quick");
    const auto tab = makeTab();
    QSignalSpy ended(&tab->runs(), &TrainingRuns::runEnded);
    (void)fillSetup(*tab, QStringLiteral("one"));
    tab->setup().seedsEdit().setText(QStringLiteral("4-6"));
    QVERIFY2(tab->setup().startButton().isEnabled(), qPrintable(tab->setup().verdict()));
    QTest::mouseClick(&tab->setup().startButton(), Qt::LeftButton);
    QCOMPARE(tab->runs().queue().names().size(), 2);
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 3, workLimitMs);
    for (int seed = 4; seed <= 6; ++seed) {
        const auto run = test::scratch(*home_, "runs/one-seed" + std::to_string(seed));
        QCOMPARE(summarizeRun(run).state, RunState::Finished);
        std::ifstream file(run / "config.toml");
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        QVERIFY(text.find("seed = " + std::to_string(seed)) != std::string::npos);
    }
    QVERIFY(tab->runs().queue().names().isEmpty());
    QVERIFY(tab->badge().contains(QStringLiteral("finished")));
}

void TrainingTabTest::aRunCanPauseAfterAStage()
{
    const auto tab = makeTab();
    const auto run = fillSetup(*tab, QStringLiteral("one"));
    QTest::mouseClick(&tab->setup().startButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(tab->pointCount() > 0, workLimitMs);
    tab->runs().setPauseAfter(*tab->runs().find(run), QStringLiteral("encoder"));
    std::ofstream((run + QStringLiteral("/events.jsonl")).toStdString(), std::ios::app)
        << R"({"time":1,"type":"stage","stage":"encoder","state":"finished","step":9})"
        << "\n";
    QTRY_VERIFY_WITH_TIMEOUT(!RunFolder::runningProcess(run.toStdString()), workLimitMs);
}

void TrainingTabTest::noTwoMnemonicsOfAPageAreAlike()
{
    makeRun("one", R"({"time":1,"type":"step","stage":"encoder","step":1,"loss":1})"
                   "\n");
    const auto tab = makeTab();
    const auto check = [&] {
        QCoreApplication::processEvents();
        QStringList found{QStringLiteral("f"), QStringLiteral("e"), QStringLiteral("v"), QStringLiteral("h")}; // menus
        const auto add = [&](const QWidget* widget, const QString& text) {
            const auto at = text.indexOf(QLatin1Char('&'));
            if (!widget->isVisible() || at < 0)
                return;
            const auto letter = text.mid(at + 1, 1).toLower();
            QVERIFY2(!found.contains(letter), qPrintable(text));
            found << letter;
        };
        for (const auto* button : tab->findChildren<QAbstractButton*>())
            add(button, button->text());
        for (const auto* label : tab->findChildren<QLabel*>())
            if (label->buddy() != nullptr)
                add(label, label->text());
        QVERIFY(found.size() > 6);
    };
    for (int page = 0; page < tab->pages().count(); ++page) {
        tab->pages().setCurrentIndex(page);
        check();
    }
    tab->newRun();
    check();
}

void TrainingTabTest::aStartThatFailsSaysWhy()
{
    mode("broken");
    const auto tab = makeTab();
    (void)fillSetup(*tab, QStringLiteral("one"));
    QTest::mouseClick(&tab->setup().startButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(tab->messageBar().text().contains(QStringLiteral("there are no heads")), workLimitMs);
    QVERIFY(tab->badge().contains(QStringLiteral("could not start")));
}

void TrainingTabTest::anEndWithoutMemorySaysWhatToLower()
{
    mode("memory");
    const auto tab = makeTab();
    (void)fillSetup(*tab, QStringLiteral("one"));
    QTest::mouseClick(&tab->setup().startButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(tab->messageBar().text().contains(QStringLiteral("micro_batch")), workLimitMs);
}

QTEST_MAIN(TrainingTabTest)
#include "TrainingTabTest.moc"
