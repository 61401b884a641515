// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/MainWindow.h"
#include "app/gui/SceneFiles.h"
#include "core/audio/AudioFile.h"
#include "core/support/AtomicFile.h"
#include "core/support/DataPaths.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/widgets/FakeModel.h"
#include "tests/widgets/MessageBoxes.h"
#include "widgets/controls/MessageBar.h"
#include "widgets/document/SceneCommands.h"
#include "widgets/document/SoundFiles.h"
#include "widgets/scene/SceneTab.h"

#include <QAbstractButton>
#include <QApplication>
#include <QMessageBox>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTimer>

using namespace binaurium;

namespace {

constexpr int waitMs = 20'000;
constexpr auto childMark = "edited and saved automatically";

std::unique_ptr<MainWindow> makeWindow()
{
    auto window = std::make_unique<MainWindow>(
        [](const ProgressCallback&) { return std::make_unique<test::FakeModel>(); }, AudioOutput::makeNull);
    window->show();
    return window;
}

// A workbench in a process of its own: changes the scene, lets it be saved automatically and waits to be killed.
int runChild(const char* scene)
{
    const auto window = makeWindow();
    if (!window->openPath(scene))
        return 1;
    moveListener(window->document(), {1.25, 1.5, 1.6}, 0);
    window->files().autosave().saveNow();
    std::puts(childMark);
    std::fflush(stdout);
    return QApplication::exec();
}

void writeTone(const std::filesystem::path& path, float level)
{
    std::filesystem::create_directories(path.parent_path());
    AudioBuffer audio(1, 4800, 48000.0);
    for (std::size_t i = 0; i < audio.all().size(); ++i)
        audio.all()[i] = level * static_cast<float>(std::sin(0.05 * static_cast<double>(i)));
    writeAudio(audio, path);
}

Source playing(const std::string& name, const std::string& file)
{
    Source source;
    source.name = name;
    source.sound.file = file;
    source.positionM = {1.0, 1.0, 1.2};
    return source;
}

} // namespace

class FilesTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void aKilledWorkbenchLosesNothing();
    void aCleanEndLeavesNothingBehind();
    void autosaveNeverTouchesTheUsersFile();
    void damagedAndNewerAutosavesAreLeftAlone();
    void aSceneThatIsNotInOrderIsOfferedAllTheSame();
    void theWindowSaysWhoElseHasTheSceneOpen();
    void aSecondOpeningAndAChangeOnDiskAreNoticed();
    void oneAnswerRepairsAMovedFolder();
    void collectedSoundsMoveWithTheScene();
    void aFailedSaveKeepsTheOldFile();
    void closingAsksOnlyWhenThereIsSomethingToLose();

private:
    std::unique_ptr<QTemporaryDir> home_;
};

void FilesTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    BINAURIUM_FAIL_ON_WARNINGS();
}

void FilesTest::init()
{
    home_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_STATE_HOME", home_->path().toUtf8());
}

void FilesTest::aKilledWorkbenchLosesNothing()
{
    const auto scene = test::scratch(*home_, "kitchen.scene.json");
    std::filesystem::copy_file(test::sourceFile("scenes/kitchen.scene.json"), scene);
    const auto before = readFile(scene);
    QProcess child;
    child.start(QApplication::applicationFilePath(),
                {QStringLiteral("--child"), QString::fromStdString(scene.string())});
    QVERIFY(child.waitForStarted(waitMs));
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += child.readAllStandardOutput()).contains(childMark), waitMs);
    QVERIFY(Autosave::lostIn(stateFolder() / "autosave").empty()); // it still runs
    child.kill();
    QVERIFY(child.waitForFinished(waitMs));
    QCOMPARE(readFile(scene), before);

    const auto window = makeWindow();
    QCOMPARE(Autosave::lostIn(stateFolder() / "autosave").size(), std::size_t{1});
    test::answerMessageBox(QStringLiteral("Ask later"));
    window->offerRecovery();
    QCOMPARE(Autosave::lostIn(stateFolder() / "autosave").size(), std::size_t{1});
    test::answerMessageBox(QStringLiteral("Recover"));
    window->offerRecovery();
    QVERIFY((window->document().scene().listener.positionM == Vec3{1.25, 1.5, 1.6}));
    QVERIFY(window->isWindowModified()); // it is not saved yet
    QCOMPARE(window->document().path(), scene);
    QString error;
    QVERIFY2(window->document().save(scene, &error), qPrintable(error));
    QVERIFY(!window->isWindowModified());
    QVERIFY(std::filesystem::is_empty(stateFolder() / "autosave"));
}

void FilesTest::aCleanEndLeavesNothingBehind()
{
    {
        const auto window = makeWindow();
        moveListener(window->document(), {1.0, 1.0, 1.5}, 0);
        window->files().autosave().saveNow();
        QVERIFY(std::filesystem::exists(window->files().autosave().file()));
    }
    QVERIFY(std::filesystem::is_empty(stateFolder() / "autosave"));
}

void FilesTest::autosaveNeverTouchesTheUsersFile()
{
    const auto scene = test::scratch(*home_, "kitchen.scene.json");
    std::filesystem::copy_file(test::sourceFile("scenes/kitchen.scene.json"), scene);
    const auto before = readFile(scene);
    const auto window = makeWindow();
    QVERIFY(window->openPath(scene));
    window->files().autosave().saveNow(); // nothing changed: nothing is written
    QVERIFY(!std::filesystem::exists(window->files().autosave().file()));
    moveListener(window->document(), {1.0, 1.0, 1.5}, 0);
    window->files().autosave().saveNow();
    QCOMPARE(readFile(scene), before);
    window->document().undoStack().undo(); // clean again: nothing to keep
    QVERIFY(!std::filesystem::exists(window->files().autosave().file()));
}

void FilesTest::damagedAndNewerAutosavesAreLeftAlone()
{
    const auto folder = stateFolder() / "autosave";
    std::filesystem::create_directories(folder);
    test::writeBytes(folder / "a.autosave.json", "{\"format\":\"binaurium-autosave\",\"version\":1,\"sce");
    test::writeBytes(folder / "b.autosave.json", "{\"format\":\"binaurium-autosave\",\"version\":5}");
    QVERIFY(Autosave::lostIn(folder).empty());
    QVERIFY(std::filesystem::exists(folder / "a.autosave.json") && std::filesystem::exists(folder / "b.autosave.json"));
}

void FilesTest::aSceneThatIsNotInOrderIsOfferedAllTheSame()
{
    const auto folder = std::filesystem::path(home_->path().toStdString()) / "lost";
    Scene scene;
    scene.sources.resize(1);
    scene.sources[0].name = "in the head";
    scene.sources[0].sound.generator = "bell";
    scene.sources[0].positionM = scene.listener.positionM;
    SceneDocument document;
    {
        Autosave autosave(document, folder);
        document.restore(scene, {}, {});
        autosave.saveNow();
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".json")
                std::filesystem::copy_file(entry.path(), folder / "copy.autosave.json");
    }
    const auto lost = Autosave::lostIn(folder);
    QCOMPARE(lost.size(), std::size_t{1});
    QVERIFY(lost[0].scene == scene);
}

void FilesTest::theWindowSaysWhoElseHasTheSceneOpen()
{
    const auto scene = test::scratch(*home_, "kitchen.scene.json");
    std::filesystem::copy_file(test::sourceFile("scenes/kitchen.scene.json"), scene);
    QLockFile elsewhere(QString::fromStdString((scene.parent_path() / ".~kitchen.scene.json.lock").string()));
    QVERIFY(elsewhere.tryLock(0));
    const auto window = makeWindow();
    QVERIFY(window->openPath(scene));
    QTRY_VERIFY(window->sceneTab().messageBar().text().contains(QStringLiteral("as well")));
}

void FilesTest::aSecondOpeningAndAChangeOnDiskAreNoticed()
{
    const auto scene = test::scratch(*home_, "kitchen.scene.json");
    std::filesystem::copy_file(test::sourceFile("scenes/kitchen.scene.json"), scene);
    SceneDocument first;
    const SceneFileGuard guard(first);
    QSignalSpy elsewhere(&guard, &SceneFileGuard::openElsewhere), changed(&guard, &SceneFileGuard::changedOnDisk);
    QString error;
    QVERIFY(first.load(scene, &error));
    QCOMPARE(elsewhere.count(), 0);
    {
        SceneDocument second;
        const SceneFileGuard other(second);
        QSignalSpy told(&other, &SceneFileGuard::openElsewhere);
        QVERIFY(second.load(scene, &error));
        QCOMPARE(told.count(), 1);
        moveListener(second, {1.0, 1.0, 1.5}, 0);
        QVERIFY(second.save(scene, &error));
    }
    QTRY_COMPARE_WITH_TIMEOUT(changed.count(), 1, waitMs);
    QVERIFY(guard.changedOutside());
    QVERIFY(first.load(scene, &error)); // read again: all is well
    QVERIFY(!guard.changedOutside());
    moveListener(first, {1.2, 1.0, 1.5}, 0);
    QVERIFY(first.save(scene, &error)); // one's own saving is no change from outside
    QTest::qWait(400);
    QCOMPARE(changed.count(), 1);
}

void FilesTest::oneAnswerRepairsAMovedFolder()
{
    const auto before = test::scratch(*home_, "old"), after = test::scratch(*home_, "new/place");
    writeTone(before / "birds" / "one.wav", 0.1F);
    writeTone(before / "birds" / "far" / "two.wav", 0.2F);
    const auto window = makeWindow();
    auto& document = window->document();
    document.push(new AddSource(document, playing("one", (before / "birds/one.wav").string())));
    document.push(new AddSource(document, playing("two", (before / "birds/far/two.wav").string())));
    QVERIFY(sourcesWithoutSound(document).empty());
    std::filesystem::create_directories(after);
    std::filesystem::rename(before / "birds", after / "birds");
    moveListener(document, {1.0, 2.0, 1.5}, 0);
    QCOMPARE(sourcesWithoutSound(document).size(), std::size_t{2});
    document.push(new AddSource(document, playing("three", "no/such/file.wav")));
    auto& bar = window->sceneTab().messageBar();
    QVERIFY2(bar.text().contains(QStringLiteral("3 sound")), qPrintable(bar.text()));
    const int steps = document.undoStack().count();
    QCOMPARE(repairSounds(document, 0, after / "birds/one.wav"), 2);
    QCOMPARE(document.undoStack().count(), steps + 1);
    QCOMPARE(sourcesWithoutSound(document), std::vector<int>{2});
    QCOMPARE(document.scene().sources[1].sound.file, (after / "birds/far/two.wav").string());
}

void FilesTest::collectedSoundsMoveWithTheScene()
{
    writeTone(test::scratch(*home_, "a/tone.wav"), 0.1F);
    writeTone(test::scratch(*home_, "b/tone.wav"), 0.2F); // the same name, another sound
    SceneDocument document;
    document.push(new AddSource(document, playing("one", test::scratch(*home_, "a/tone.wav").string())));
    document.push(new AddSource(document, playing("two", test::scratch(*home_, "b/tone.wav").string())));
    QVERIFY(!test::errorOf([&] { (void)collectSounds(document); }).empty()); // no file, no place
    const auto scene = test::scratch(*home_, "project/room.scene.json");
    std::filesystem::create_directories(scene.parent_path());
    QString error;
    QVERIFY2(document.save(scene, &error), qPrintable(error));
    QCOMPARE(collectSounds(document), 2);
    QCOMPARE(document.scene().sources[0].sound.file, std::string("room-sounds/tone.wav"));
    QCOMPARE(document.scene().sources[1].sound.file, std::string("room-sounds/tone-2.wav"));
    QVERIFY(document.save(scene, &error));
    QCOMPARE(collectSounds(document), 0);
    std::filesystem::rename(scene.parent_path(), test::scratch(*home_, "elsewhere"));
    SceneDocument moved;
    QVERIFY(moved.load(test::scratch(*home_, "elsewhere/room.scene.json"), &error));
    QVERIFY(sourcesWithoutSound(moved).empty());
}

void FilesTest::aFailedSaveKeepsTheOldFile()
{
    if (!std::filesystem::exists("/dev/full"))
        QSKIP("there is no device that is full");
    const auto scene = test::scratch(*home_, "kitchen.scene.json");
    std::filesystem::copy_file(test::sourceFile("scenes/kitchen.scene.json"), scene);
    const auto before = readFile(scene);
    SceneDocument document;
    QString error;
    QVERIFY(document.load(scene, &error));
    // What the disk does not take is not renamed over the old file.
    QVERIFY(!test::errorOf([&] {
                 replaceFileAtomically(scene, [](const std::filesystem::path& part) {
                     std::filesystem::remove(part);
                     std::filesystem::create_symlink("/dev/full", part);
                     std::ofstream out(part, std::ios::binary);
                     out << "half" << std::flush;
                     if (!out)
                         throw badInput(part.string(), "no space left on device");
                 });
             }).empty());
    QCOMPARE(readFile(scene), before);
    moveListener(document, {1.0, 1.0, 1.5}, 0);
    QVERIFY(!document.save("/proc/kitchen.scene.json", &error));
    QVERIFY(!error.isEmpty());
    QVERIFY(!document.undoStack().isClean()); // still to be saved
    QCOMPARE(document.path(), scene);
}

void FilesTest::closingAsksOnlyWhenThereIsSomethingToLose()
{
    const auto window = makeWindow();
    QVERIFY(window->openPath(test::sourceFile("scenes/kitchen.scene.json")));
    QVERIFY(window->close());
    window->show();
    moveListener(window->document(), {1.0, 1.0, 1.5}, 0);
    test::answerMessageBox(QStringLiteral("Cancel"));
    QVERIFY(!window->close());
    test::answerMessageBox(QStringLiteral("Discard"));
    QVERIFY(window->close());
}

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("binaurium"));
    if (argc == 3 && std::string_view(argv[1]) == "--child") {
        QStandardPaths::setTestModeEnabled(true);
        return runChild(argv[2]);
    }
    FilesTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "FilesTest.moc"
