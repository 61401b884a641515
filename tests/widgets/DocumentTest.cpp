// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/document/PathEdits.h"
#include "widgets/document/SceneCommands.h"
#include "widgets/scene/SourceTableModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

using namespace binaurium;

namespace {

Source someSource(const std::string& name)
{
    Source source;
    source.name = name;
    source.label = "kettle";
    source.sound.generator = "kettle";
    source.positionM = {1.0, 1.0, 1.2};
    return source;
}

} // namespace

class DocumentTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void everyCommandIsUndoneExactly();
    void aDragIsOneStepAndANullDragIsNone();
    void tableEditsAreCommandsAndBadOnesAreRefused();
    void savingClearsTheModifiedMarkAndExamplesAreNeverOverwritten();
    void aDamagedFileLeavesTheSceneAsItWas();
    void namesStayUnique();
    void undoAfterSavingElsewhereNamesTheSameFiles();
    void aPathThroughTheHeadIsRefused();
    void lookingAtACellRoundsNothing();
};

namespace {

std::filesystem::path fileOf(const SceneDocument& document, const std::string& file)
{
    return std::filesystem::weakly_canonical(document.folder() / file);
}

} // namespace

void DocumentTest::undoAfterSavingElsewhereNamesTheSameFiles()
{
    const QTemporaryDir home;
    const auto sound = std::filesystem::weakly_canonical(test::scratch(home, "a/sounds/x.wav"));
    const auto head = std::filesystem::weakly_canonical(test::scratch(home, "a/head.sofa"));
    std::filesystem::create_directories(sound.parent_path());
    std::filesystem::create_directories(test::scratch(home, "b/c"));
    Scene scene;
    Source source = someSource("x");
    source.sound = {"sounds/x.wav", {}, 0};
    scene.sources = {source};
    scene.listener.head = "head.sofa";
    SceneDocument document;
    document.restore(scene, {}, test::scratch(home, "a"));
    moveSource(document, 0, {2.0, 2.0, 1.0}, 0);
    document.push(new RemoveSource(document, 0));
    changeHead(document, Listener().head);
    QString error;
    QVERIFY2(document.save(test::scratch(home, "b/c/x.scene.json"), &error), qPrintable(error));
    for (int i = 0; i < 3; ++i)
        document.undoStack().undo();
    QCOMPARE(fileOf(document, document.scene().sources[0].sound.file), sound);
    QCOMPARE(fileOf(document, document.scene().listener.head), head);
    document.undoStack().redo();
    QCOMPARE(fileOf(document, document.scene().sources[0].sound.file), sound);
}

void DocumentTest::aPathThroughTheHeadIsRefused()
{
    SceneDocument document;
    document.reset();
    document.push(new AddSource(document, someSource("a")));
    const Scene before = document.scene();
    const Vec3 head = before.listener.positionM;
    QVERIFY(!setPath(document, 0, {head - Vec3{0.5, 0.0, 0.0}, head + Vec3{0.5, 0.0, 0.0}}).isEmpty());
    QVERIFY(document.scene() == before);
    QVERIFY(setPath(document, 0, {head + Vec3{0.5, 0.5, 0.0}, head + Vec3{0.5, -0.5, 0.0}}).isEmpty());
    // Nor is one moved there.
    const Scene beside = document.scene();
    moveObjects(document, beside, {0}, {-0.5, 0.0, 0.0}, 0);
    QVERIFY(document.scene() == beside);
    // What is wrong already may be mended step by step.
    Scene wrong = beside;
    wrong.sources[0].trajectory = {};
    wrong.sources[0].positionM = head;
    document.restore(wrong, {}, {});
    QVERIFY(setPath(document, 0, {head - Vec3{0.5, 0.0, 0.0}, head + Vec3{0.5, 0.0, 0.0}}).isEmpty());
}

void DocumentTest::lookingAtACellRoundsNothing()
{
    SceneDocument document;
    document.reset();
    Source source = someSource("a");
    source.positionM.x = 1.23456;
    document.push(new AddSource(document, source));
    SourceTableModel table(document);
    const auto cell = table.index(0, SourceTableModel::X);
    const int steps = document.undoStack().count();
    QVERIFY(table.setData(cell, table.data(cell, Qt::EditRole), Qt::EditRole));
    QCOMPARE(document.scene().sources[0].positionM.x, 1.23456);
    QCOMPARE(document.undoStack().count(), steps);
    QVERIFY(table.setData(cell, QStringLiteral("250cm"), Qt::EditRole));
    QCOMPARE(document.scene().sources[0].positionM.x, 2.5);
}

void DocumentTest::everyCommandIsUndoneExactly()
{
    SceneDocument document;
    document.reset();
    const Scene before = document.scene();
    document.push(new AddSource(document, someSource("a")));
    document.push(new AddSource(document, someSource("b")));
    moveSource(document, 0, {2.0, 2.0, 1.0}, 0);
    moveListener(document, {1.5, 1.5, 1.4}, 0);
    rotateListener(document, 45.0, 0);
    Room room = document.scene().room;
    room.walls[2].material = "linoleum";
    changeRoom(document, QStringLiteral("wall"), room);
    Source louder = document.scene().sources[1];
    louder.gainDb = 3.0;
    changeSource(document, 1, QStringLiteral("gain"), louder);
    changeDuration(document, 7.0);
    document.push(new RemoveSource(document, 0));
    const Scene after = document.scene();
    QCOMPARE(after.sources.size(), std::size_t{1});
    auto& undo = document.undoStack();
    const int steps = undo.count();
    QCOMPARE(steps, 9);
    while (undo.canUndo())
        undo.undo();
    QVERIFY(document.scene() == before);
    while (undo.canRedo())
        undo.redo();
    QVERIFY(document.scene() == after);
}

void DocumentTest::aDragIsOneStepAndANullDragIsNone()
{
    SceneDocument document;
    document.reset();
    document.push(new AddSource(document, someSource("a")));
    const int steps = document.undoStack().count();
    auto key = newMergeKey();
    for (int i = 0; i < 10; ++i)
        moveSource(document, 0, {1.0 + 0.1 * i, 1.0, 1.2}, key);
    QCOMPARE(document.undoStack().count(), steps + 1);
    document.undoStack().undo();
    QCOMPARE(document.scene().sources[0].positionM.x, 1.0);
    document.undoStack().redo();
    key = newMergeKey();
    const Vec3 home = document.scene().sources[0].positionM;
    moveSource(document, 0, {2.5, 1.0, 1.2}, key);
    moveSource(document, 0, home, key); // back to where it began
    QCOMPARE(document.undoStack().count(), steps + 1);
}

void DocumentTest::tableEditsAreCommandsAndBadOnesAreRefused()
{
    SceneDocument document;
    document.reset();
    SourceTableModel model(document);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    document.push(new AddSource(document, someSource("a")));
    document.push(new AddSource(document, someSource("b")));
    QCOMPARE(model.rowCount(), 3); // and the listener
    QVERIFY(model.setData(model.index(0, SourceTableModel::Name), QStringLiteral("Teekessel")));
    QCOMPARE(document.scene().sources[0].name, std::string("Teekessel"));
    const QSignalSpy refused(&model, &SourceTableModel::refused);
    QVERIFY(!model.setData(model.index(0, SourceTableModel::Gain), 500.0));
    QVERIFY(!model.setData(model.index(0, SourceTableModel::Name), QStringLiteral("b"))); // taken
    QCOMPARE(refused.count(), 2);
    QVERIFY(!model.flags(model.index(0, SourceTableModel::Azimuth)).testFlag(Qt::ItemIsEditable));
    document.undoStack().undo();
    QCOMPARE(document.scene().sources[0].name, std::string("a"));
    document.push(new RemoveSource(document, 0));
    QCOMPARE(model.rowCount(), 2);
    document.reset();
    QCOMPARE(model.rowCount(), 1);
}

void DocumentTest::savingClearsTheModifiedMarkAndExamplesAreNeverOverwritten()
{
    const QTemporaryDir folder;
    SceneDocument document;
    document.reset();
    document.push(new AddSource(document, someSource("a")));
    QVERIFY(!document.undoStack().isClean());
    QString error;
    const auto path = test::scratch(folder, "x.scene.json");
    QVERIFY2(document.save(path, &error), qPrintable(error));
    QVERIFY(document.undoStack().isClean());
    SceneDocument second;
    QVERIFY(second.load(path, &error));
    QVERIFY(second.scene() == document.scene());
    QVERIFY(second.loadAsTemplate(test::sourceFile("scenes/kitchen.scene.json"), &error));
    QVERIFY(second.path().empty()); // saving will ask for a name
    QVERIFY(!document.save("/no/such/folder/x.scene.json", &error));
    QVERIFY(!error.isEmpty());
}

void DocumentTest::aDamagedFileLeavesTheSceneAsItWas()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "bad.scene.json");
    test::writeBytes(path, "{\"format\":");
    SceneDocument document;
    document.reset();
    document.push(new AddSource(document, someSource("a")));
    const Scene before = document.scene();
    QString error;
    QVERIFY(!document.load(path, &error));
    QVERIFY(error.contains(QStringLiteral("bad.scene.json")));
    QVERIFY(document.scene() == before);
}

void DocumentTest::namesStayUnique()
{
    SceneDocument document;
    document.reset();
    QCOMPARE(document.freeName("Bell"), std::string("Bell"));
    document.push(new AddSource(document, someSource("Bell")));
    const auto second = document.freeName("Bell");
    QVERIFY(second != "Bell");
    document.push(new AddSource(document, someSource(second)));
    QVERIFY(document.freeName("Bell") != second);
}

QTEST_MAIN(DocumentTest)
#include "DocumentTest.moc"
