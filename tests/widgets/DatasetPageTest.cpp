// SPDX-License-Identifier: GPL-3.0-or-later
// The Dataset page through real events. Only the default head is needed, so all items are of the training split.
#include "widgets/dataset/DatasetPage.h"
#include "app/gui/MainWindow.h"
#include "app/gui/SceneFiles.h"
#include "core/acoustics/HeadCatalogue.h"
#include "core/scene/SceneFile.h"
#include "core/support/AtomicFile.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/widgets/FakeModel.h"
#include "widgets/controls/MessageBar.h"
#include "widgets/dataset/AuditPanel.h"
#include "widgets/dataset/BuildPanel.h"
#include "widgets/dataset/ItemPlan.h"
#include "widgets/dataset/ItemText.h"
#include "widgets/dataset/RecipeBar.h"
#include "widgets/dataset/ScenePreview.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QImage>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTextBrowser>
#include <QTimer>
#include <QToolButton>

using namespace binaurium;

namespace {

constexpr int workLimitMs = 30'000; // on a busy computer; ends as soon as the work is done
constexpr int previews = 7;
constexpr double quietRms = 1e-4; // -80 dBFS: far below every item

std::string tinyRecipe(int train, const std::string& rest = {})
{
    return "format = \"binaurium-recipe\"\nversion = 1\nname = \"tiny\"\nseed = 3\n" + rest +
           "\n[items]\ntrain = " + std::to_string(train) + "\n[scene]\nduration_s = 1.0\n";
}

double rmsOf(const AudioBuffer& audio)
{
    double sum = 0.0;
    for (const float x : audio.all())
        sum += static_cast<double>(x) * x;
    return std::sqrt(sum / static_cast<double>(audio.all().size()));
}

void click(QWidget& widget)
{
    QTest::mouseClick(&widget, Qt::LeftButton);
}

} // namespace

class DatasetPageTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void choosingARecipeFillsThePreviews();
    void anotherSeedGivesOtherItems();
    void theChosenItemShowsItsQuestionAndTheRightAnswer();
    void spacePlaysTheChosenItem();
    void aStoppedBuildGoesOnAndGivesTheWholeSet();
    void audioFilesAreWrittenOnceAndWhole();
    void theAuditSaysAVerdictAndIsExported();
    void anItemOpensInTheSceneTab();
    void unsavedScenesAreAskedAbout();
    void badInputIsASentence_data();
    void badInputIsASentence();
    void foldersOfOthersAreLeftAlone();
    void aStoppedAuditHasNoVerdict();
    void missingHeadsAreAskedFor();
    void choicesAreRemembered();
    void programsReadAsText();
    void plansShowEverySourceWhereItIs();

private:
    [[nodiscard]] QString recipeFile(const std::string& text);
    void chooseRecipe(const std::string& text);
    void showSets() { page().pages().setCurrentIndex(1); }
    DatasetPage& page() { return window_->datasetPage(); }
    QListView& list() { return page().preview().list(); }
    QString newFolder() { return home_->filePath(QStringLiteral("set%1").arg(++folders_)); }

    std::unique_ptr<QTemporaryDir> home_;
    std::unique_ptr<MainWindow> window_;
    int folders_ = 0;
};

void DatasetPageTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    BINAURIUM_FAIL_ON_WARNINGS();
}

void DatasetPageTest::init()
{
    home_ = std::make_unique<QTemporaryDir>();
    Settings().reset();
    window_ = std::make_unique<MainWindow>([](const ProgressCallback&) { return std::make_unique<test::FakeModel>(); },
                                           AudioOutput::makeNull);
    window_->resize(1280, 720);
    window_->show();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
}

void DatasetPageTest::cleanup()
{
    window_.reset();
}

QString DatasetPageTest::recipeFile(const std::string& text)
{
    const QString file = home_->filePath(QStringLiteral("r%1.toml").arg(++folders_));
    test::writeBytes(file.toStdString(), text);
    return file;
}

void DatasetPageTest::chooseRecipe(const std::string& text)
{
    window_->showTab(QStringLiteral("dataset"));
    page().recipes().countField().setValue(previews);
    page().recipes().choose(recipeFile(text));
    QTRY_COMPARE_WITH_TIMEOUT(list().model()->rowCount(), previews, workLimitMs);
    QTRY_VERIFY_WITH_TIMEOUT(page().preview().chosen() != nullptr && !page().preview().isSampling(), workLimitMs);
}

void DatasetPageTest::choosingARecipeFillsThePreviews()
{
    window_->showTab(QStringLiteral("dataset")); // the installed recipe 'small'
    QTRY_COMPARE_WITH_TIMEOUT(list().model()->rowCount(), DatasetChoices().count, workLimitMs);
    auto& recipes = page().recipes();
    recipes.recipeChoice().setFocus();
    while (recipes.recipeChoice().currentText() != QStringLiteral("benchmark"))
        QTest::keyClick(&recipes.recipeChoice(), Qt::Key_Up);
    recipes.recipeChoice().setFocus();
    chooseRecipe(tinyRecipe(40));
    const auto item = page().preview().chosen();
    QVERIFY(item->item.id.starts_with("tiny-0"));
    // Every item stands in the data set that the recipe makes.
    QCOMPARE(item->item.split, std::string("train"));
    QVERIFY(list()
                .model()
                ->index(0, 0)
                .data(Qt::AccessibleTextRole)
                .toString()
                .contains(QString::fromStdString(item->item.question)));
}

void DatasetPageTest::anotherSeedGivesOtherItems()
{
    chooseRecipe(tinyRecipe(40));
    const Scene before = page().preview().chosen()->scene;
    auto& seed = page().recipes().seedField();
    seed.setFocus();
    seed.selectAll();
    QTest::keyClicks(&seed, QStringLiteral("99"));
    QTRY_VERIFY_WITH_TIMEOUT(page().preview().chosen() && !(page().preview().chosen()->scene == before), workLimitMs);
    seed.selectAll();
    QTest::keyClicks(&seed, QStringLiteral("3"));
    QTRY_VERIFY_WITH_TIMEOUT(page().preview().chosen() && page().preview().chosen()->scene == before, workLimitMs);
}

void DatasetPageTest::theChosenItemShowsItsQuestionAndTheRightAnswer()
{
    chooseRecipe(tinyRecipe(40));
    QTest::mouseClick(list().viewport(), Qt::LeftButton, {}, list().visualRect(list().model()->index(2, 0)).center());
    QCOMPARE(list().currentIndex().row(), 2);
    for (int row = 2; row < previews; ++row) {
        const Item item = page().preview().chosen()->item;
        const QString words = page().preview().text().toPlainText();
        QVERIFY(words.contains(QString::fromStdString(item.question)));
        QVERIFY(words.contains(QString::fromStdString(item.evidence)));
        QVERIFY(words.contains(QString::fromStdString(item.task)));
        QCOMPARE(words.count(QStringLiteral("✓")), 1);
        for (const std::string& option : item.options) {
            QVERIFY(words.contains(QString::fromStdString(option)));
            const QString marked = QString::fromStdString(option) + QStringLiteral(" (right answer)");
            QCOMPARE(words.contains(marked), option == item.answer);
        }
        QTest::keyClick(&list(), Qt::Key_Right);
    }
}

void DatasetPageTest::spacePlaysTheChosenItem()
{
    chooseRecipe(tinyRecipe(40));
    auto& transport = page().preview().transport();
    list().setFocus();
    QTest::keyClick(&list(), Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(transport.isPlaying(), workLimitMs);
    const auto audio = page().preview().audio();
    QVERIFY(audio != nullptr);
    QVERIFY2(rmsOf(*audio) > quietRms, qPrintable(QString::number(rmsOf(*audio))));
    QTest::keyClick(&list(), Qt::Key_Right); // another item: what plays is not its sound
    QVERIFY(!transport.isPlaying());
    QVERIFY(page().preview().audio() == nullptr);
}

void DatasetPageTest::aStoppedBuildGoesOnAndGivesTheWholeSet()
{
    constexpr int units = 2300; // two shards
    chooseRecipe(tinyRecipe(units));
    showSets();
    auto& build = page().building();
    const QString folder = newFolder();
    QVERIFY(!build.buildButton().isEnabled());
    build.folderField().setFocus();
    QTest::keyClicks(&build.folderField(), folder);
    click(build.buildButton());
    QVERIFY(build.isBuilding());
    QTRY_VERIFY_WITH_TIMEOUT(build.state().contains(QStringLiteral("of ") + QLocale().toString(units)), workLimitMs);
    click(build.cancelButton());
    QTRY_VERIFY_WITH_TIMEOUT(!build.isBuilding(), workLimitMs);
    QVERIFY2(build.state().contains(QStringLiteral("partial")), qPrintable(build.state()));
    QVERIFY(!DatasetFolder::open(folder.toStdString()).isComplete());
    click(build.buildButton());
    QTRY_VERIFY_WITH_TIMEOUT(!build.isBuilding(), workLimitMs);
    QVERIFY2(build.state().contains(QStringLiteral("complete")), qPrintable(build.state()));
    QVERIFY(DatasetFolder::open(folder.toStdString()).isComplete());
    // A finished set is not written again.
    const auto set = DatasetFolder::open(folder.toStdString());
    const auto before = std::filesystem::last_write_time(set.fileOf(set.shards().front()));
    click(build.buildButton());
    QTRY_VERIFY_WITH_TIMEOUT(!build.isBuilding(), workLimitMs);
    QVERIFY2(build.state().contains(QStringLiteral("already")), qPrintable(build.state()));
    QVERIFY(std::filesystem::last_write_time(set.fileOf(set.shards().front())) == before);
}

void DatasetPageTest::audioFilesAreWrittenOnceAndWhole()
{
    chooseRecipe(tinyRecipe(40));
    showSets();
    auto& build = page().building();
    const QString folder = newFolder();
    build.setFolder(folder);
    click(build.wholeBox());
    build.sizeField().setValue(8); // fewer than the recipe says
    build.audioChoice().setFocus();
    QTest::keyClick(&build.audioChoice(), Qt::Key_Down);
    click(build.buildButton());
    QTRY_VERIFY_WITH_TIMEOUT(!build.isBuilding(), workLimitMs);
    const std::filesystem::path audio = folder.toStdString() + "/audiofolder";
    std::int64_t items = 0;
    readItems(folder.toStdString(), [&](Item&&) { ++items; });
    QVERIFY(items >= 8 && items <= 16); // pairs count twice
    const auto lines = readFile(audio / "train" / "metadata.jsonl");
    QCOMPARE(std::count(lines.begin(), lines.end(), '\n'), items);
    QVERIFY(!std::filesystem::exists(audio / "export.partial"));
    const auto before = std::filesystem::last_write_time(audio / "train" / "metadata.jsonl");
    click(build.buildButton());
    QTRY_VERIFY_WITH_TIMEOUT(!build.isBuilding(), workLimitMs);
    QVERIFY(std::filesystem::last_write_time(audio / "train" / "metadata.jsonl") == before);
}

void DatasetPageTest::theAuditSaysAVerdictAndIsExported()
{
    chooseRecipe(tinyRecipe(120));
    showSets();
    auto& build = page().building();
    auto& audit = page().auditing();
    build.setFolder(newFolder());
    click(build.buildButton());
    QTRY_VERIFY_WITH_TIMEOUT(!build.isBuilding(), workLimitMs);
    audit.sampleField().setValue(3);
    click(audit.auditButton());
    QTRY_VERIFY_WITH_TIMEOUT(!audit.isAuditing(), workLimitMs);
    QVERIFY(audit.report().has_value());
    QVERIFY(audit.report()->isSound());
    QVERIFY2(audit.verdict().startsWith(QStringLiteral("Nothing speaks against the set")), qPrintable(audit.verdict()));
    QVERIFY2(audit.verdict().contains(QStringLiteral("no test question")), qPrintable(audit.verdict()));
    QCOMPARE(audit.report()->audio.measured, std::int64_t{3});
    const auto file = [&](const char* name) { return test::scratch(*home_, name); };
    audit.exportReport(file("a.md"));
    audit.exportReport(file("a.json"));
    QVERIFY(readFile(file("a.md")).starts_with("# Audit"));
    QCOMPARE(parseJson(readFile(file("a.json")), "a.json")["sound"].get<bool>(), true);
    for (const AuditChart chart : {AuditChart::Blind, AuditChart::Answers, AuditChart::Letters, AuditChart::Leaks}) {
        audit.exportChart(chart, file("c.svg"));
        QVERIFY(readFile(file("c.svg")).find("<svg") != std::string::npos);
        audit.exportChart(chart, file("c.png"));
        QVERIFY(QImage(QString::fromStdString(file("c.png").string())).width() > 600);
    }
    // The letters of the chart are those of the report.
    audit.exportChart(AuditChart::Letters, file("c.csv"));
    QVERIFY(readFile(file("c.csv")).find("A," + std::to_string(audit.report()->letters[0])) != std::string::npos);
    // A planted leak turns the verdict, with its name.
    auto leaking = *audit.report();
    leaking.leakCount = 1;
    leaking.leaks = {{"sound", "dog-1", "test, train"}};
    QVERIFY(auditVerdict(leaking).startsWith(QStringLiteral("✗")));
    QVERIFY(auditVerdict(leaking).contains(QStringLiteral("dog-1")));
    build.setFolder(newFolder()); // the report is of another folder
    QVERIFY(!audit.report().has_value());
}

void DatasetPageTest::anItemOpensInTheSceneTab()
{
    chooseRecipe(tinyRecipe(40));
    const Scene item = page().preview().chosen()->scene;
    click(page().preview().openButton());
    const Scene& opened = window_->document().scene();
    QCOMPARE(window_->tabs().currentIndex(), 0);
    QVERIFY(window_->document().path().empty());
    QVERIFY(!window_->document().undoStack().isClean()); // not saved yet
    QVERIFY(opened.room == item.room);
    QCOMPARE(opened.sources.size(), item.sources.size());
    for (std::size_t i = 0; i < item.sources.size(); ++i) {
        QCOMPARE(opened.sources[i].name, item.sources[i].name);
        QVERIFY(opened.sources[i].positionM == item.sources[i].positionM);
        QVERIFY(opened.sources[i].trajectory == item.sources[i].trajectory);
        if (!opened.sources[i].sound.file.empty())
            QVERIFY(std::filesystem::exists(opened.sources[i].sound.file));
    }
    window_->document().undoStack().setClean();
}

void DatasetPageTest::unsavedScenesAreAskedAbout()
{
    chooseRecipe(tinyRecipe(40));
    Scene mine;
    mine.title = "mine";
    window_->document().restore(mine, {}, {});
    int asked = 0;
    QTimer::singleShot(0, this, [&] {
        auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        asked += box != nullptr;
        if (box != nullptr)
            QTest::keyClick(box, Qt::Key_Escape);
    });
    click(page().preview().openButton());
    QCOMPARE(asked, 1);
    QCOMPARE(window_->document().scene().title, std::string("mine"));
    window_->document().undoStack().setClean();
}

void DatasetPageTest::badInputIsASentence_data()
{
    QTest::addColumn<QString>("recipe");
    QTest::addColumn<QString>("word");
    const auto row = [](const char* name, const std::string& recipe, const char* word) {
        QTest::newRow(name) << QString::fromStdString(recipe) << QString::fromLatin1(word);
    };
    row("unknown key", tinyRecipe(10, "colour = \"red\""), "colour");
    row("unknown key of the scene", tinyRecipe(10) + "walls_m = 3\n", "walls_m");
    row("impossible distribution", tinyRecipe(10) + "gain_db = [3.0, -3.0]\n", "gain_db");
    row("impossible room", tinyRecipe(10) + "room_length_m = [0.5, 400.0]\n", "room");
    row("no items", tinyRecipe(0), "items");
    row("no TOML", "seed = [", "line 1");
}

void DatasetPageTest::badInputIsASentence()
{
    QFETCH(QString, recipe);
    QFETCH(QString, word);
    chooseRecipe(tinyRecipe(40));
    const QString file = recipeFile(recipe.toStdString());
    page().recipes().choose(file);
    const QString said = page().messageBar().text();
    QVERIFY2(said.contains(word) && said.contains(file), qPrintable(said));
    QCOMPARE(list().model()->rowCount(), previews); // the recipe before stays
    QVERIFY(page().recipes().request().has_value());
}

void DatasetPageTest::foldersOfOthersAreLeftAlone()
{
    chooseRecipe(tinyRecipe(40));
    showSets();
    test::writeBytes(test::scratch(*home_, "notes.txt"), "mine");
    auto& build = page().building();
    for (const QString& folder : {home_->path(), home_->filePath(QStringLiteral("notes.txt"))}) {
        build.setFolder(folder);
        click(build.buildButton());
        QTRY_VERIFY_WITH_TIMEOUT(!build.isBuilding(), workLimitMs);
        QVERIFY2(page().messageBar().text().contains(folder), qPrintable(page().messageBar().text()));
    }
    QCOMPARE(readFile(test::scratch(*home_, "notes.txt")), std::string("mine"));
    auto& audit = page().auditing();
    build.setFolder(home_->path());
    page().messageBar().withdraw(QStringLiteral("build"));
    click(audit.auditButton());
    QTRY_VERIFY_WITH_TIMEOUT(!audit.isAuditing(), workLimitMs);
    QVERIFY(page().messageBar().text().contains(QStringLiteral("not a data set")));
    QVERIFY(!audit.report().has_value());
}

void DatasetPageTest::aStoppedAuditHasNoVerdict()
{
    chooseRecipe(tinyRecipe(40));
    showSets();
    auto& build = page().building();
    auto& audit = page().auditing();
    build.setFolder(newFolder());
    click(build.buildButton());
    QTRY_VERIFY_WITH_TIMEOUT(!build.isBuilding(), workLimitMs);
    click(audit.auditButton());
    click(audit.cancelButton());
    QTRY_VERIFY_WITH_TIMEOUT(!audit.isAuditing(), workLimitMs);
    QVERIFY(!audit.report().has_value());
    QVERIFY2(audit.verdict().contains(QStringLiteral("no verdict")), qPrintable(audit.verdict()));
    QVERIFY(!audit.exportButton().isEnabled());
}

void DatasetPageTest::missingHeadsAreAskedFor()
{
    for (const HeadEntry& head : readHeadCatalogue())
        if (head.split == Split::Test && !findHeadFile(head).empty())
            QSKIP("a head of the test split is installed");
    chooseRecipe(tinyRecipe(40));
    page().recipes().choose(
        recipeFile("format = \"binaurium-recipe\"\nversion = 1\nname = \"t\"\n[items]\ntest = 9\n"));
    page().recipes().splitChoice().setCurrentIndex(static_cast<int>(Split::Test));
    QTRY_VERIFY_WITH_TIMEOUT(page().messageBar().text().contains(QStringLiteral("head")), workLimitMs);
    QCOMPARE(list().model()->rowCount(), 0);
    bool offered = false;
    for (const QPushButton* button : page().messageBar().findChildren<QPushButton*>())
        offered = offered || button->text().contains(QStringLiteral("heads"));
    QVERIFY(offered);
}

void DatasetPageTest::choicesAreRemembered()
{
    chooseRecipe(tinyRecipe(40));
    const QString folder = newFolder();
    page().building().setFolder(folder);
    const DatasetChoices before = page().choices();
    QVERIFY(before.recipe.endsWith(QStringLiteral(".toml")));
    QCOMPARE(before.count, previews);
    window_->document().undoStack().setClean();
    window_ = std::make_unique<MainWindow>([](const ProgressCallback&) { return std::make_unique<test::FakeModel>(); },
                                           AudioOutput::makeNull);
    window_->show();
    QVERIFY(page().choices() == before); // though the page was not looked at
    window_->showTab(QStringLiteral("dataset"));
    QTRY_COMPARE_WITH_TIMEOUT(list().model()->rowCount(), previews, workLimitMs);
    QVERIFY(page().choices() == before);
}

void DatasetPageTest::programsReadAsText()
{
    const auto program =
        parseJson(R"({"op":"words","of":{"op":"extreme","by":"level","which":"most","of":{"op":"all"}}})", "program");
    QCOMPARE(programText(program), QStringLiteral("words\n  of: extreme (by level, which most)\n    of: all"));
    QCOMPARE(programText({}), QString());
}

void DatasetPageTest::plansShowEverySourceWhereItIs()
{
    Scene scene;
    scene.room.sizeM = {4.0, 4.0, 2.5};
    scene.listener.positionM = {2.0, 2.0, 1.5};
    for (const double x : {0.5, 3.5}) {
        Source source;
        source.name = x < 1.0 ? "a" : "b";
        source.label = x < 1.0 ? "kettle" : "dog";
        source.positionM = {x, 3.0, 1.0};
        scene.sources.push_back(source);
    }
    constexpr int side = 200;
    for (const PlotTheme& theme : {PlotTheme::light(), PlotTheme::dark()}) {
        QImage image(side, side, QImage::Format_RGB32);
        QPainter painter(&image);
        drawItemPlan(painter, QRectF(0, 0, side, side), scene, PlanDetail::Small, theme);
        painter.end();
        // x to the right, y up, the room in the middle: discs at 1/8 and 7/8 of its width, 1/4 from its top.
        const auto colourAt = [&](double x, double y) { // beside the number
            return image.pixelColor(static_cast<int>(side * x) - 5, static_cast<int>(side * y));
        };
        const QColor left = colourAt(0.14, 0.26), right = colourAt(0.87, 0.26);
        QVERIFY(left != theme.background && right != theme.background && left != right);
        QCOMPARE(colourAt(0.5, 0.9), theme.background);
    }
    QCOMPARE(sourceWords(scene).size(), 2);
}

QTEST_MAIN(DatasetPageTest)
#include "DatasetPageTest.moc"
