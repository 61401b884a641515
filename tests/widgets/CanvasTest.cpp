// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/TestMain.h"
#include "tests/widgets/SceneFixture.h"
#include "widgets/canvas/MeasureTool.h"
#include "widgets/canvas/RoomFigures.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/document/SceneCommands.h"

#include <QClipboard>
#include <QSignalSpy>
#include <QTableView>

using namespace binaurium;
using test::drag;
using test::OpenKitchen;

namespace {

constexpr double pixelM = 0.03; // a pixel of the views at their smallest scale in these tests
constexpr double exactM = 1e-9; // sums of decimal fractions

bool near(const Vec3& a, const Vec3& b, double toleranceM)
{
    return length(a - b) <= toleranceM;
}

bool isMultiple(double value, double step)
{
    return std::abs(value / step - std::round(value / step)) < 1e-6;
}

} // namespace

class CanvasTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void aDragSnapsToTheGridAndIsOneNamedStep();
    void ctrlTurnsSnappingOverAndShiftMovesSlowly();
    void anAxisKeyHoldsTheMovement();
    void wallsStopTheSelectionTogether();
    void aSourceStaysOffTheHead();
    void theElevationMovesHeightAndKeepsTheScale();
    void thePolarGridSnapsAzimuthAndDistance();
    void clicksBandsAndCtrlChooseObjects();
    void tabWalksThroughTheObjectsAndOut();
    void arrowsMoveByAGridStepAndABurstIsOneStep();
    void escapeLeavesNothingBehindInAnyDrag();
    void aDragEndsWhereItsObjectIsDeleted();
    void theWheelKeepsWhatIsUnderThePointer();
    void spaceWithADragPansAndAloneIsPlay();
    void framingShowsTheSelection();
    void tableAndViewsHaveOneSelection();
    void copiedSourcesComeBackAsTextInAnotherScene();
    void pastedSourcesComeToThePointerWhereItIsOverAView();
    void duplicatingManyIsOneStepWithNewNames();
    void aSmallerRoomTakesItsObjectsAlongInOneStep();
    void drawnPathsBecomeWaypointsAtConstantSpeed();
    void waypointsAreDraggedAndPathsMoveAsAWhole();
    void theMeasureToolReadsMetresAndMilliseconds();
    void reflectionsTouchTheirWalls();
};

void CanvasTest::aDragSnapsToTheGridAndIsOneNamedStep()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    const Vec3 start = k.source(0).positionM;
    drag(plan, plan.toWidget(start), plan.toWidget({1.53, 1.02, start.z}));
    const Vec3 now = k.source(0).positionM;
    QVERIFY(isMultiple(now.x, 0.1) && isMultiple(now.y, 0.1));
    QVERIFY(near(now, {1.53, 1.02, start.z}, 0.1));
    QCOMPARE(now.z, start.z);
    QCOMPARE(k.steps(), 1);
    QCOMPARE(k.document.undoStack().undoText(), QStringLiteral("Move 'Kettle'"));
    k.document.undoStack().undo();
    QVERIFY(k.source(0).positionM == start);
}

void CanvasTest::ctrlTurnsSnappingOverAndShiftMovesSlowly()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    const Vec3 start = k.source(0).positionM;
    const QPointF from = plan.toWidget(start);
    drag(plan, from, from + QPointF(41, 0), Qt::ControlModifier);
    QVERIFY(std::abs(k.source(0).positionM.x - start.x - 41.0 / k.tab->frame().pixelsPerM()) < pixelM);
    QVERIFY(k.tab->selection().contains(0)); // a drag with Ctrl does not take it out
    k.document.undoStack().undo();
    drag(plan, from, from + QPointF(50, 0), Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(std::abs(k.source(0).positionM.x - start.x - 5.0 / k.tab->frame().pixelsPerM()) < pixelM);
}

void CanvasTest::anAxisKeyHoldsTheMovement()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    const Vec3 start = k.source(1).positionM;
    const QPoint from = plan.toWidget(start).toPoint();
    QTest::mousePress(&plan, Qt::LeftButton, {}, from);
    QTest::mouseMove(&plan, from + QPoint(30, -30));
    QTest::keyClick(&plan, Qt::Key_X);
    QCOMPARE(k.source(1).positionM.y, start.y);
    QVERIFY(k.source(1).positionM.x > start.x);
    QTest::keyClick(&plan, Qt::Key_Y);
    QCOMPARE(k.source(1).positionM.x, start.x);
    QVERIFY(k.source(1).positionM.y > start.y);
    QTest::keyClick(&plan, Qt::Key_Y); // free again
    QVERIFY(k.source(1).positionM.x > start.x && k.source(1).positionM.y > start.y);
    QTest::mouseRelease(&plan, Qt::LeftButton, {}, from + QPoint(30, -30));
    QCOMPARE(k.steps(), 1);
}

void CanvasTest::wallsStopTheSelectionTogether()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    k.tab->selection().set({0, 1}, 0);
    const Vec3 first = k.source(0).positionM, second = k.source(1).positionM;
    drag(plan, plan.toWidget(first), QPointF(plan.width() + 400.0, plan.height() + 400.0));
    const Vec3 moved = k.source(0).positionM - first;
    QVERIFY(near(k.source(1).positionM - second, moved, exactM)); // the distance between them stays
    QVERIFY(k.source(1).positionM.y > 0.0 && k.source(1).positionM.x < k.document.scene().room.sizeM.x);
    QCOMPARE(k.document.undoStack().undoText(), QStringLiteral("Move 2 object(s)"));
}

void CanvasTest::aSourceStaysOffTheHead()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    const Vec3 head = k.document.scene().listener.positionM;
    moveSource(k.document, 0, {1.0, 1.0, head.z}, 0);
    drag(plan, plan.toWidget(k.source(0).positionM), plan.toWidget(head));
    QVERIFY(length(k.source(0).positionM - head) >= 0.1);
    QString error;
    const QTemporaryDir folder;
    QVERIFY2(k.document.save(test::scratch(folder, "k.scene.json"), &error), qPrintable(error));
}

void CanvasTest::theElevationMovesHeightAndKeepsTheScale()
{
    OpenKitchen k;
    auto& side = k.tab->elevation();
    const Vec3 start = k.source(1).positionM;
    k.tab->selection().setOnly(1);
    drag(side, side.toWidget(start), side.toWidget({start.x, start.y, 2.0}));
    QVERIFY(std::abs(k.source(1).positionM.z - 2.0) < 0.06);
    QCOMPARE(k.source(1).positionM.y, start.y);
    const auto width = [](const SceneCanvas& view) {
        return view.toWidget({1, 1, 1}).x() - view.toWidget({0, 0, 0}).x();
    };
    QVERIFY(std::abs(width(k.tab->plan()) - width(side)) < 1e-9);
    k.tab->tools().setElevation(SceneToolBar::Elevation::Side);
    QCOMPARE(side.plane(), Plane::Side);
    const Vec3 before = k.source(1).positionM;
    drag(side, side.toWidget(before), side.toWidget({before.x, 1.5, 1.0}));
    QVERIFY(near(k.source(1).positionM, {before.x, 1.5, 1.0}, 0.12));
}

void CanvasTest::thePolarGridSnapsAzimuthAndDistance()
{
    OpenKitchen k;
    auto grid = k.tab->options().grid();
    grid.polar = true;
    grid.stepM = 0.25;
    k.tab->options().setGrid(grid);
    rotateListener(k.document, 20.0, 0);
    auto& plan = k.tab->plan();
    const Vec3 start = k.source(0).positionM;
    drag(plan, plan.toWidget(start), plan.toWidget({3.6, 2.7, start.z}));
    const auto& listener = k.document.scene().listener;
    const Vec3 offset = k.source(0).positionM - listener.positionM;
    QVERIFY(isMultiple(std::hypot(offset.x, offset.y), 0.25));
    const double azimuth = degrees(std::atan2(offset.y, offset.x)) - 20.0;
    QVERIFY(isMultiple(azimuth, CanvasOptions::azimuthStepDeg));
}

void CanvasTest::clicksBandsAndCtrlChooseObjects()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    auto& selection = k.tab->selection();
    QTest::mouseClick(&plan, Qt::LeftButton, {}, plan.toWidget(k.source(0).positionM).toPoint());
    QCOMPARE(selection.list(), std::vector<int>{0});
    QTest::mouseClick(&plan, Qt::LeftButton, Qt::ControlModifier, plan.toWidget(k.source(1).positionM).toPoint());
    QCOMPARE(selection.list(), (std::vector<int>{0, 1}));
    QTest::mouseClick(&plan, Qt::LeftButton, Qt::ControlModifier, plan.toWidget(k.source(0).positionM).toPoint());
    QCOMPARE(selection.list(), std::vector<int>{1});
    QTest::keyClick(&plan, Qt::Key_Escape);
    QVERIFY(selection.objects().empty());
    drag(plan, plan.toWidget({2.0, 0.3, 0.0}), plan.toWidget({3.2, 2.4, 0.0})); // listener and telephone
    QCOMPARE(selection.list(), (std::vector<int>{listenerObject, 1}));
    QCOMPARE(k.steps(), 0); // choosing is no change of the scene
    // The edge of the 24 pixels around a mark still hits, however small the mark is.
    k.tab->frame().zoom(0.2, k.source(0).positionM);
    QTest::mouseClick(&plan, Qt::LeftButton, {}, (plan.toWidget(k.source(0).positionM) + QPointF(-10, 0)).toPoint());
    QVERIFY(!selection.objects().empty());
}

void CanvasTest::tabWalksThroughTheObjectsAndOut()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    plan.setFocus();
    k.tab->selection().clear();
    std::vector<int> seen;
    for (int i = 0; i < 3; ++i) {
        QTest::keyClick(&plan, Qt::Key_Tab);
        seen.push_back(k.tab->selection().current());
    }
    QCOMPARE(seen, (std::vector<int>{listenerObject, 0, 1}));
    QVERIFY(plan.hasFocus());
    QVERIFY(plan.accessibleDescription().contains(QStringLiteral("Telephone")));
    QTest::keyClick(&plan, Qt::Key_Tab);
    QVERIFY(!plan.hasFocus());
}

void CanvasTest::arrowsMoveByAGridStepAndABurstIsOneStep()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    plan.setFocus();
    k.tab->selection().setOnly(0);
    const Vec3 start = k.source(0).positionM;
    QTest::keyClick(&plan, Qt::Key_Right);
    QTest::keyClick(&plan, Qt::Key_Down, Qt::AltModifier);
    QTest::keyClick(&plan, Qt::Key_PageUp);
    QVERIFY(near(k.source(0).positionM, start + Vec3{0.1, -0.01, 0.1}, exactM));
    QTest::keyClick(&plan, Qt::Key_Left, Qt::ShiftModifier);
    QVERIFY(near(k.source(0).positionM, start + Vec3{-0.9, -0.01, 0.1}, exactM));
    QCOMPARE(k.steps(), 1);
    auto grid = k.tab->options().grid();
    grid.snap = false;
    k.tab->options().setGrid(grid);
    const Vec3 before = k.source(0).positionM;
    QTest::keyClick(&plan, Qt::Key_Right);
    QVERIFY(near(k.source(0).positionM, before + Vec3{0.01, 0, 0}, exactM));
    k.document.undoStack().undo();
    QVERIFY(k.source(0).positionM == start);
    // In the elevation the arrows up and down are the height.
    QTest::keyClick(&k.tab->elevation(), Qt::Key_Up);
    QVERIFY(near(k.source(0).positionM, start + Vec3{0, 0, 0.01}, exactM));
}

void CanvasTest::aDragEndsWhereItsObjectIsDeleted()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    const int last = static_cast<int>(k.document.scene().sources.size()) - 1;
    k.tab->selection().setOnly(last);
    const QPoint from = plan.toWidget(k.source(last).positionM).toPoint();
    QTest::mousePress(&plan, Qt::LeftButton, {}, from);
    QTest::mouseMove(&plan, from + QPoint(30, 30));
    k.tab->editing().deleteSelected();
    const Scene after = k.document.scene();
    QTest::mouseMove(&plan, from + QPoint(60, 60));
    QTest::mouseRelease(&plan, Qt::LeftButton, {}, from + QPoint(60, 60));
    QVERIFY(k.document.scene() == after);
}

void CanvasTest::escapeLeavesNothingBehindInAnyDrag()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    const Scene before = k.document.scene();
    for (const QPointF& from : {plan.toWidget(k.source(0).positionM), plan.turnHandle(listenerObject)}) {
        k.tab->selection().setOnly(listenerObject);
        QTest::mousePress(&plan, Qt::LeftButton, {}, from.toPoint());
        QTest::mouseMove(&plan, from.toPoint() + QPoint(40, 45));
        QVERIFY(!(k.document.scene() == before));
        QTest::keyClick(&plan, Qt::Key_Escape);
        QTest::mouseRelease(&plan, Qt::LeftButton, {}, from.toPoint() + QPoint(40, 45));
        QVERIFY(k.document.scene() == before);
        QCOMPARE(k.steps(), 0);
        QVERIFY(k.document.undoStack().isClean());
    }
}

void CanvasTest::theWheelKeepsWhatIsUnderThePointer()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    const QPointF at(200, 150);
    const Vec3 under = plan.toRoom(at, {});
    const double before = k.tab->frame().pixelsPerM();
    QWheelEvent wheel(at, plan.mapToGlobal(at), {}, QPoint(0, 240), Qt::NoButton, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&plan, &wheel);
    QVERIFY(k.tab->frame().pixelsPerM() > 1.3 * before);
    QVERIFY(near(plan.toRoom(at, {}), under, 1e-6));
    k.tab->frame().fitRoom();
    QVERIFY(std::abs(k.tab->frame().pixelsPerM() - before) < 1e-9);
}

void CanvasTest::spaceWithADragPansAndAloneIsPlay()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    plan.setFocus();
    const QSignalSpy tapped(&plan, &SceneCanvas::spaceTapped);
    const Vec3 centre = k.tab->frame().centreM();
    QTest::keyPress(&plan, Qt::Key_Space);
    drag(plan, {200, 150}, {260, 150});
    QTest::keyRelease(&plan, Qt::Key_Space);
    QVERIFY(std::abs(centre.x - k.tab->frame().centreM().x - 60.0 / k.tab->frame().pixelsPerM()) < 1e-6);
    QCOMPARE(tapped.count(), 0);
    QCOMPARE(k.steps(), 0);
    QTest::keyClick(&plan, Qt::Key_Space);
    QCOMPARE(tapped.count(), 1);
}

void CanvasTest::framingShowsTheSelection()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    k.tab->selection().setOnly(0);
    QTest::keyClick(&plan, Qt::Key_F);
    QVERIFY(near(k.tab->frame().centreM(), k.source(0).positionM, exactM));
}

void CanvasTest::tableAndViewsHaveOneSelection()
{
    OpenKitchen k;
    auto& table = k.tab->table();
    k.tab->selection().set({0, listenerObject}, 0);
    QCOMPARE(table.selectionModel()->selectedRows().size(), 2);
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(table.model()->index(1, 0)).center());
    QCOMPARE(k.tab->selection().list(), std::vector<int>{1});
    QVERIFY(table.model()->setData(table.model()->index(2, 2), QStringLiteral("100cm + 1/2")));
    QCOMPARE(k.document.scene().listener.positionM.x, 1.5);
}

void CanvasTest::copiedSourcesComeBackAsTextInAnotherScene()
{
    OpenKitchen first;
    first.tab->selection().set({0, 1}, 0);
    first.tab->editing().copy();
    const auto text = QGuiApplication::clipboard()->text();
    QVERIFY(text.contains(QStringLiteral("binaurium-sources")));
    OpenKitchen second;
    second.tab->editing().paste();
    QCOMPARE(second.document.scene().sources.size(), std::size_t{4});
    QCOMPARE(second.steps(), 1);
    QCOMPARE(second.tab->selection().list(), (std::vector<int>{2, 3}));
    QVERIFY(near(second.source(2).positionM, first.source(0).positionM + Vec3{0.1, -0.1, 0}, exactM));
    QSignalSpy messages(second.tab.get(), &SceneTab::message);
    QGuiApplication::clipboard()->setText(QStringLiteral("a shopping list"));
    second.tab->editing().paste();
    QGuiApplication::clipboard()->setText(QStringLiteral("{\"format\":\"binaurium-sources\",\"version\":9}"));
    second.tab->editing().paste();
    QCOMPARE(messages.count(), 2);
    QVERIFY(messages[1][0].toString().contains(QStringLiteral("9")));
    QCOMPARE(second.document.scene().sources.size(), std::size_t{4});
}

void CanvasTest::pastedSourcesComeToThePointerWhereItIsOverAView()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    k.tab->selection().set({0}, 0);
    k.tab->editing().copy();
    const Vec3 copied = k.source(0).positionM;
    const QPoint there = plan.toWidget({1.5, 2.5, copied.z}).toPoint();
    QTest::mouseMove(&plan, there);
    QMouseEvent move(QEvent::MouseMove, QPointF(there), plan.mapToGlobal(QPointF(there)), Qt::NoButton, Qt::NoButton,
                     {});
    QApplication::sendEvent(&plan, &move);
    k.tab->editing().paste();
    const Vec3 pasted = k.source(2).positionM;
    constexpr double pixelM = 0.05; // the pointer has whole pixels
    QVERIFY(std::abs(pasted.x - 1.5) < pixelM && std::abs(pasted.y - 2.5) < pixelM);
    QCOMPARE(pasted.z, copied.z); // what the plan does not show stays
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(&plan, &leave);
    k.tab->editing().paste();
    QVERIFY(near(k.source(3).positionM, copied + Vec3{0.1, -0.1, 0}, exactM));
}

void CanvasTest::duplicatingManyIsOneStepWithNewNames()
{
    OpenKitchen k;
    k.tab->selection().set({0, 1}, 1);
    k.tab->editing().duplicate();
    QCOMPARE(k.document.scene().sources.size(), std::size_t{4});
    QCOMPARE(QString::fromStdString(k.source(2).name), QStringLiteral("Kettle 2"));
    k.tab->selection().set({0, 2, 3}, 2);
    k.tab->editing().cut();
    QCOMPARE(k.document.scene().sources.size(), std::size_t{1});
    QCOMPARE(k.document.undoStack().undoText(), QStringLiteral("Delete 3 object(s)"));
    k.document.undoStack().undo();
    k.document.undoStack().undo();
    QCOMPARE(k.document.scene().sources.size(), std::size_t{2});
    k.tab->selection().setOnly(listenerObject);
    const QSignalSpy messages(k.tab.get(), &SceneTab::message);
    k.tab->editing().deleteSelected();
    QCOMPARE(messages.count(), 1);
}

void CanvasTest::aSmallerRoomTakesItsObjectsAlongInOneStep()
{
    OpenKitchen k;
    const Scene before = k.document.scene();
    auto room = before.room;
    for (int i = 0; i < 20; ++i) { // as a wheel over the field does
        room.sizeM.y -= 0.1;
        (void)changeRoom(k.document, QStringLiteral("room"), room, 77);
    }
    QVERIFY(k.source(0).positionM.y < room.sizeM.y);
    QCOMPARE(k.steps(), 1);
    k.document.undoStack().undo();
    QVERIFY(k.document.scene() == before);
}

void CanvasTest::drawnPathsBecomeWaypointsAtConstantSpeed()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    k.tab->selection().setOnly(0);
    k.tab->tools().chooseTool(CanvasTool::Kind::Path);
    const QPointF a = plan.toWidget({1, 3.5, 0}), b = plan.toWidget({4, 3.5, 0}), c = plan.toWidget({4, 2.5, 0});
    QTest::mousePress(&plan, Qt::LeftButton, {}, a.toPoint());
    for (int i = 1; i <= 20; ++i)
        QTest::mouseMove(&plan, (a + (b - a) * i / 20.0).toPoint());
    for (int i = 1; i <= 20; ++i)
        QTest::mouseMove(&plan, (b + (c - b) * i / 20.0).toPoint());
    QTest::mouseRelease(&plan, Qt::LeftButton, {}, c.toPoint());
    const auto& path = k.source(0).trajectory;
    QCOMPARE(path.waypoints.size(), std::size_t{3});
    QCOMPARE(path.waypoints.front().timeS, 0.0);
    QCOMPARE(path.waypoints.back().timeS, k.document.scene().durationS);
    QVERIFY(std::abs(path.waypoints[1].timeS - 0.75 * k.document.scene().durationS) < 0.1); // 3 m of 4 m
    QCOMPARE(k.steps(), 1);
    // Clicks add waypoints, Backspace takes them back, Enter ends.
    QTest::mouseClick(&plan, Qt::LeftButton, {}, plan.toWidget({3.0, 1.0, 0}).toPoint());
    QCOMPARE(path.waypoints.size(), std::size_t{4});
    QTest::keyClick(&plan, Qt::Key_Backspace);
    QCOMPARE(path.waypoints.size(), std::size_t{3});
    QTest::keyClick(&plan, Qt::Key_Return);
    QVERIFY(k.tab->tools().toolActions()[0]->isChecked());
    while (k.document.undoStack().canUndo())
        k.document.undoStack().undo();
    QVERIFY(k.source(0).trajectory.empty());
}

void CanvasTest::waypointsAreDraggedAndPathsMoveAsAWhole()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    editObjects(k.document, QStringLiteral("path"), {0}, [](Scene& scene, int) {
        scene.sources[0].trajectory.waypoints = {{0.0, {2.6, 3.5, 1.3}, {}}, {5.0, {4.5, 3.5, 1.3}, {}}};
    });
    k.tab->selection().setOnly(0);
    drag(plan, plan.toWidget({4.5, 3.5, 1.3}), plan.toWidget({4.5, 1.0, 1.3}));
    const auto& points = k.source(0).trajectory.waypoints;
    QVERIFY(near(points[1].positionM, {4.5, 1.0, 1.3}, 0.1));
    QVERIFY(near(points[0].positionM, {2.6, 3.5, 1.3}, exactM));
    const Vec3 gap = points[1].positionM - points[0].positionM;
    drag(plan, plan.toWidget({2.6, 3.5, 1.3}), plan.toWidget({1.6, 3.0, 1.3}));
    QVERIFY(near(points[1].positionM - points[0].positionM, gap, exactM));
    QVERIFY(near(points[0].positionM, {1.6, 3.0, 1.3}, 0.1));
    QCOMPARE(k.steps(), 3);
}

void CanvasTest::theMeasureToolReadsMetresAndMilliseconds()
{
    OpenKitchen k;
    auto& plan = k.tab->plan();
    k.tab->tools().chooseTool(CanvasTool::Kind::Measure);
    const QPointF from = plan.toWidget({1.0, 1.0, 1.5}), to = plan.toWidget({4.0, 3.0, 1.5});
    drag(plan, from, to);
    const auto text = dynamic_cast<MeasureTool&>(plan.tool()).text();
    QVERIFY2(text.startsWith(QStringLiteral("3.6")) && text.contains(QStringLiteral("10.")), qPrintable(text));
    QCOMPARE(k.steps(), 0);
}

void CanvasTest::reflectionsTouchTheirWalls()
{
    Room room;
    const Vec3 source{1.0, 2.0, 1.2}, ears{3.0, 1.5, 1.6};
    const auto reflections = firstReflections(room, source, ears);
    QCOMPARE(reflections.size(), std::size_t{6});
    for (const auto& r : reflections) {
        const auto w = static_cast<std::size_t>(r.wall);
        const double at = w < 2 ? r.atM.x : w < 4 ? r.atM.y : r.atM.z;
        const double size = w < 2 ? room.sizeM.x : w < 4 ? room.sizeM.y : room.sizeM.z;
        QVERIFY(std::abs(at - (w % 2 == 1 ? size : 0.0)) < 1e-9);
        // The length is that of the broken way.
        QVERIFY(std::abs(r.lengthM - length(r.atM - source) - length(ears - r.atM)) < 1e-9);
    }
    const auto& figures = RoomFigures::of(room);
    QVERIFY(figures.criticalDistanceM && *figures.criticalDistanceM > 0.1);
    // At the critical distance both fields are equal: 3 dB above the direct sound alone.
    const double direct = -20.0 * std::log10(*figures.criticalDistanceM);
    QVERIFY(std::abs(figures.levelDb(*figures.criticalDistanceM) - direct - 3.01) < 0.01);
}

QTEST_MAIN(CanvasTest)
#include "CanvasTest.moc"
