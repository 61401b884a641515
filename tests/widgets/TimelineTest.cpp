// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/Timeline.h"
#include "tests/TestMain.h"
#include "tests/widgets/SceneFixture.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/document/SceneClipboard.h"
#include "widgets/scene/ObjectPanel.h"
#include "widgets/scene/SoundModel.h"
#include "widgets/scene/SoundPalette.h"
#include "widgets/scene/WaypointModel.h"

#include <QAbstractItemModelTester>
#include <QDropEvent>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>

using namespace binaurium;
using test::drag;
using test::OpenKitchen;

namespace {

constexpr int waitMs = 20'000;

struct OpenTimes : OpenKitchen
{
    OpenTimes() : times(tab->timeline())
    {
        tab->below().setCurrentWidget(&times);
        QCoreApplication::processEvents();
    }
    [[nodiscard]] QPointF at(int source, double timeS) const
    {
        return {times.xOf(timeS), times.barOf(source).center().y()};
    }

    Timeline& times;
};

bool close(double a, double b)
{
    return std::abs(a - b) < 1e-9;
}

} // namespace

class TimelineTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void endsOfABarAreDraggedAsOneStepEach();
    void barsMoveAsAWholeAndStayInTheScene();
    void arrowKeysMoveBarsAndDoubleClicksLoop();
    void aClickOnTheRulerSeeks();
    void waypointsAreDraggedInTimeButNeverPastEachOther();
    void theWaypointTableEditsTimesAndRefusesDisorder();
    void soundsAreFoundDraggedAndAdded();
    void aSoundDroppedOnAViewLandsThere();
    void wordsBecomeSpeech();
};

void TimelineTest::endsOfABarAreDraggedAsOneStepEach()
{
    OpenTimes k;
    drag(*k.times.viewport(), k.at(0, 0.0) + QPointF(1, 0), k.at(0, 1.02));
    QVERIFY(close(k.source(0).startS, 1.0)); // tenths of a second
    QCOMPARE(k.steps(), 1);
    QCOMPARE(k.document.undoStack().undoText(), QStringLiteral("Change start of 'Kettle'"));
    drag(*k.times.viewport(), k.at(0, 5.0) - QPointF(1, 0), k.at(0, 3.5));
    QVERIFY(close(k.source(0).endS, 3.5));
    QCOMPARE(k.steps(), 2);
    // A start is never dragged past its end.
    drag(*k.times.viewport(), k.at(0, 1.0) + QPointF(1, 0), k.at(0, 4.9));
    QVERIFY(k.source(0).startS < k.source(0).endS);
    k.document.undoStack().undo();
    // To the end of the scene is the end of the scene, however long it becomes.
    drag(*k.times.viewport(), k.at(0, 3.5) - QPointF(1, 0), k.at(0, 5.2));
    QCOMPARE(k.source(0).endS, 0.0);
}

void TimelineTest::barsMoveAsAWholeAndStayInTheScene()
{
    OpenTimes k;
    editObjects(k.document, QStringLiteral("times"), {0, 1}, [](Scene& scene, int object) {
        scene.sources[static_cast<std::size_t>(object)].startS = 1.0;
        scene.sources[static_cast<std::size_t>(object)].endS = 2.0;
    });
    k.tab->selection().set({0, 1}, 0);
    drag(*k.times.viewport(), k.at(0, 1.5), k.at(0, 2.5));
    for (std::size_t i = 0; i < 2; ++i)
        QVERIFY(close(k.source(i).startS, 2.0) && close(k.source(i).endS, 3.0));
    QCOMPARE(k.steps(), 2);
    drag(*k.times.viewport(), k.at(0, 2.5), k.at(0, 2.5) + QPointF(5000, 0));
    QVERIFY(close(k.source(0).startS, 4.0)); // one second long, up to the end of the scene
    // Escape takes a drag back.
    const Scene before = k.document.scene();
    QTest::mousePress(k.times.viewport(), Qt::LeftButton, {}, k.at(1, 4.5).toPoint());
    QTest::mouseMove(k.times.viewport(), k.at(1, 2.0).toPoint());
    QVERIFY(!(k.document.scene() == before));
    QTest::keyClick(&k.times, Qt::Key_Escape);
    QTest::mouseRelease(k.times.viewport(), Qt::LeftButton, {}, k.at(1, 2.0).toPoint());
    QVERIFY(k.document.scene() == before);
}

void TimelineTest::arrowKeysMoveBarsAndDoubleClicksLoop()
{
    OpenTimes k;
    k.tab->selection().setOnly(1);
    k.times.setFocus();
    QTest::keyClick(&k.times, Qt::Key_Right);
    QTest::keyClick(&k.times, Qt::Key_Right, Qt::ShiftModifier);
    QVERIFY(close(k.source(1).startS, 1.1));
    QTest::keyClick(&k.times, Qt::Key_Left, Qt::AltModifier);
    QVERIFY(close(k.source(1).endS, 4.9));
    QCOMPARE(k.steps(), 1);
    const bool looped = k.source(1).loop;
    QTest::mouseDClick(k.times.viewport(), Qt::LeftButton, {}, k.at(1, 3.0).toPoint());
    QCOMPARE(k.source(1).loop, !looped);
}

void TimelineTest::aClickOnTheRulerSeeks()
{
    OpenTimes k;
    const QSignalSpy seek(&k.times, &Timeline::seekWanted);
    QTest::mouseClick(k.times.viewport(), Qt::LeftButton, {},
                      QPoint(static_cast<int>(k.times.xOf(2.0)), static_cast<int>(0.5 * k.times.rulerHeight())));
    QCOMPARE(seek.count(), 1);
    QVERIFY(std::abs(seek[0][0].toDouble() - 2.0) < 0.05); // a pixel
    QCOMPARE(k.steps(), 0);
}

void TimelineTest::waypointsAreDraggedInTimeButNeverPastEachOther()
{
    OpenTimes k;
    editObjects(k.document, QStringLiteral("path"), {0}, [](Scene& scene, int) {
        scene.sources[0].trajectory.waypoints = {
            {0.0, {1, 3, 1.3}, {}}, {2.0, {2, 3, 1.3}, {}}, {4.0, {4, 3, 1.3}, {}}};
    });
    const auto& points = k.source(0).trajectory.waypoints;
    drag(*k.times.viewport(), k.at(0, 2.0), k.at(0, 3.0));
    QVERIFY(close(points[1].timeS, 3.0));
    drag(*k.times.viewport(), k.at(0, 3.0), k.at(0, 4.8));
    QVERIFY(points[1].timeS < points[2].timeS);
    QCOMPARE(k.steps(), 3);
}

void TimelineTest::theWaypointTableEditsTimesAndRefusesDisorder()
{
    OpenTimes k;
    editObjects(k.document, QStringLiteral("path"), {0}, [](Scene& scene, int) {
        scene.sources[0].trajectory.waypoints = {
            {0.0, {1, 3, 1.3}, {}}, {2.0, {2, 3, 1.3}, {}}, {4.0, {4, 3, 1.3}, {}}};
    });
    WaypointModel model(k.document);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setObject(0);
    QCOMPARE(model.rowCount(), 3);
    QVERIFY(model.setData(model.index(1, WaypointModel::Time), QStringLiteral("1500 ms")));
    QCOMPARE(k.source(0).trajectory.waypoints[1].timeS, 1.5);
    const QSignalSpy refused(&model, &WaypointModel::refused);
    QVERIFY(!model.setData(model.index(1, WaypointModel::Time), QStringLiteral("4.5")));
    QVERIFY(!model.setData(model.index(1, WaypointModel::X), QStringLiteral("70m")));
    QVERIFY(!model.setData(model.index(1, WaypointModel::X), QStringLiteral("left")));
    QCOMPARE(refused.count(), 3);
    model.setObject(0);
    model.removeWaypoint(1);
    QCOMPARE(k.source(0).trajectory.waypoints.size(), std::size_t{2});
    model.setObject(0);
    model.removeWaypoint(0); // two are needed
    QCOMPARE(k.source(0).trajectory.waypoints.size(), std::size_t{2});
}

void TimelineTest::soundsAreFoundDraggedAndAdded()
{
    OpenKitchen k;
    auto& palette = k.tab->sounds();
    k.tab->side().setCurrentIndex(2);
    const int all = palette.list().model()->rowCount();
    QVERIFY(all >= 19); // the generators at least
    palette.search().setFocus();
    QTest::keyClicks(&palette.search(), QStringLiteral("bell"));
    const int found = palette.list().model()->rowCount();
    QVERIFY(found > 0 && found < all);
    palette.list().setCurrentIndex(palette.list().model()->index(0, 0));
    const QSignalSpy hear(&palette, &SoundPalette::listenWanted);
    palette.listen();
    QTRY_COMPARE_WITH_TIMEOUT(hear.count(), 1, waitMs);
    const auto audio = hear[0][0].value<std::shared_ptr<const AudioBuffer>>();
    QVERIFY(audio->channels() == 2 && audio->durationS() > 0.5);
    const auto count = k.document.scene().sources.size();
    palette.addChosen();
    QCOMPARE(k.document.scene().sources.size(), count + 1);
    QVERIFY(k.source(count).label == "bell" || k.source(count).label == "telephone");
    QCOMPARE(k.steps(), 1);
}

void TimelineTest::aSoundDroppedOnAViewLandsThere()
{
    OpenKitchen k;
    SoundModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const std::unique_ptr<QMimeData> data(model.mimeData({model.index(0, 0)}));
    auto& plan = k.tab->plan();
    const QPointF at = plan.toWidget({4.0, 1.0, 0.0});
    QDragEnterEvent enter(at.toPoint(), Qt::CopyAction, data.get(), Qt::LeftButton, {});
    QApplication::sendEvent(&plan, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(at, Qt::CopyAction, data.get(), Qt::LeftButton, {});
    QApplication::sendEvent(&plan, &drop);
    QCOMPARE(k.document.scene().sources.size(), std::size_t{3});
    const Vec3 place = k.source(2).positionM;
    QVERIFY(std::hypot(place.x - 4.0, place.y - 1.0) < 0.05);
    QCOMPARE(place.z, k.document.scene().listener.positionM.z); // at the height of the ears
    QCOMPARE(k.tab->selection().list(), std::vector<int>{2});
}

void TimelineTest::wordsBecomeSpeech()
{
    if (QStandardPaths::findExecutable(QStringLiteral("espeak-ng")).isEmpty())
        QSKIP("espeak-ng is not installed");
    const QTemporaryDir home;
    qputenv("BINAURIUM_DATA", home.path().toUtf8());
    SoundPalette palette;
    const QSignalSpy hear(&palette, &SoundPalette::listenWanted);
    palette.speak(QStringLiteral("--version is only a word here"));
    QTRY_COMPARE_WITH_TIMEOUT(hear.count(), 1, waitMs);
    QVERIFY(hear[0][0].value<std::shared_ptr<const AudioBuffer>>()->durationS() > 0.3);
    qunsetenv("BINAURIUM_DATA");
}

QTEST_MAIN(TimelineTest)
#include "TimelineTest.moc"
