// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
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
};

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
