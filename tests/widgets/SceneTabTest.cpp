// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/SceneTab.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "widgets/audition/TransportBar.h"
#include "widgets/document/SceneCommands.h"

#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTableView>
#include <QUrl>

using namespace binaurium;

namespace {

constexpr int renderLimitMs = 20'000;    // a slow machine under load
constexpr double placeToleranceM = 0.06; // half a snap step of 0.1 m and a pixel

} // namespace

class SceneTabTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void init();
    void cleanup();
    void mouseDragsMoveASourceAsOneStep();
    void escapeEndsADragWithoutATrace();
    void arrowKeysNudgeAndDeleteRemoves();
    void draggingTheNoseTurnsTheListener();
    void droppedFilesBecomeSources();
    void copyAndPasteMakeASecondSource();
    void playingGoesThroughTheLiveEngine();
    void aMovedSourceIsHeardFromItsNewPlace();
    void renderingForExportDoesNotTouchThePlayer();
    void audioOfTheSceneBeforeAChangeIsDropped();
    void theTableFollowsTheSelectionThroughAddingAndUndo();

private:
    void dragTo(const QPointF& from, const QPointF& to);
    std::unique_ptr<SceneDocument> document_;
    std::unique_ptr<SceneTab> tab_;
};

void SceneTabTest::init()
{
    document_ = std::make_unique<SceneDocument>();
    QString error;
    QVERIFY(document_->loadAsTemplate(test::sourceFile("scenes/kitchen.scene.json"), &error));
    tab_ = std::make_unique<SceneTab>(*document_, AudioOutput::makeNull());
    tab_->resize(1200, 700);
    tab_->show();
    QVERIFY(QTest::qWaitForWindowExposed(tab_.get()));
}

void SceneTabTest::cleanup()
{
    tab_.reset();
    document_.reset();
}

void SceneTabTest::dragTo(const QPointF& from, const QPointF& to)
{
    auto& plan = tab_->plan();
    QTest::mousePress(&plan, Qt::LeftButton, {}, from.toPoint());
    for (int i = 1; i <= 8; ++i)
        QTest::mouseMove(&plan, (from + (to - from) * i / 8.0).toPoint());
    QTest::mouseRelease(&plan, Qt::LeftButton, {}, to.toPoint());
}

void SceneTabTest::mouseDragsMoveASourceAsOneStep()
{
    const Vec3 start = document_->scene().sources[0].positionM;
    const Vec3 goal{1.5, 1.0, start.z};
    dragTo(tab_->plan().toWidget(start), tab_->plan().toWidget(goal));
    const Vec3 now = document_->scene().sources[0].positionM;
    QVERIFY(length(now - goal) < 2.0 * placeToleranceM);
    QCOMPARE(now.z, start.z);
    QCOMPARE(document_->undoStack().count(), 1);
    QCOMPARE(tab_->selection().current(), 0);
    document_->undoStack().undo();
    QVERIFY(document_->scene().sources[0].positionM == start);
    // Never through a wall.
    dragTo(tab_->plan().toWidget(start), QPointF(2, 2));
    const auto end = document_->scene().sources[0].positionM;
    QVERIFY(end.x > 0.0 && end.y < document_->scene().room.sizeM.y);
}

void SceneTabTest::escapeEndsADragWithoutATrace()
{
    auto& plan = tab_->plan();
    const Vec3 start = document_->scene().sources[0].positionM;
    const QPoint from = plan.toWidget(start).toPoint();
    QTest::mousePress(&plan, Qt::LeftButton, {}, from);
    QTest::mouseMove(&plan, from + QPoint(60, 60));
    QTest::keyClick(&plan, Qt::Key_Escape);
    QTest::mouseRelease(&plan, Qt::LeftButton, {}, from + QPoint(60, 60));
    QVERIFY(document_->scene().sources[0].positionM == start);
    QVERIFY(!document_->undoStack().canRedo());
    QCOMPARE(document_->undoStack().index(), 0);
}

void SceneTabTest::arrowKeysNudgeAndDeleteRemoves()
{
    auto& plan = tab_->plan();
    plan.setFocus();
    tab_->selection().setOnly(1);
    const Vec3 start = document_->scene().sources[1].positionM;
    QTest::keyClick(&plan, Qt::Key_Right);
    const double step = document_->scene().sources[1].positionM.x - start.x;
    QVERIFY(step > 0.0 && step <= 0.2);
    const auto count = document_->scene().sources.size();
    tab_->editing().deleteSelected();
    QCOMPARE(document_->scene().sources.size(), count - 1);
    document_->undoStack().undo();
    QCOMPARE(document_->scene().sources.size(), count);
}

void SceneTabTest::draggingTheNoseTurnsTheListener()
{
    auto& plan = tab_->plan();
    tab_->selection().setOnly(listenerObject);
    const auto& listener = document_->scene().listener;
    dragTo(plan.turnHandle(listenerObject), plan.toWidget(listener.positionM + Vec3{0.0, 1.0, 0.0}));
    QVERIFY(std::abs(listener.orientation.yawDeg - 90.0) < 6.0);
    QCOMPARE(document_->undoStack().count(), 1);
}

void SceneTabTest::droppedFilesBecomeSources()
{
    QMimeData data;
    data.setUrls(
        {QUrl::fromLocalFile(QString::fromStdString(test::sourceFile("scenes/sounds/dog-1-123-50.flac").string()))});
    auto& plan = tab_->plan();
    const QPointF at = plan.toWidget({4.0, 3.0, 1.5});
    QDragEnterEvent enter(at.toPoint(), Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&plan, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    const auto count = document_->scene().sources.size();
    QApplication::sendEvent(&plan, &drop);
    QCOMPARE(document_->scene().sources.size(), count + 1);
    const auto& added = document_->scene().sources.back();
    QVERIFY(added.sound.file.find("dog-1-123-50.flac") != std::string::npos);
    QVERIFY(std::hypot(added.positionM.x - 4.0, added.positionM.y - 3.0) < 2.0 * placeToleranceM);
    // Not audio: a message, no source.
    const QSignalSpy messages(tab_.get(), &SceneTab::message);
    tab_->editing().addFiles({QStringLiteral("/etc/hostname")}, {1, 1, 1});
    QCOMPARE(document_->scene().sources.size(), count + 1);
    QCOMPARE(messages.count(), 1);
}

void SceneTabTest::copyAndPasteMakeASecondSource()
{
    tab_->selection().setOnly(0);
    tab_->editing().copy();
    tab_->editing().paste();
    const auto& sources = document_->scene().sources;
    QCOMPARE(sources.size(), std::size_t{3});
    QVERIFY(sources[2].name != sources[0].name);
    QCOMPARE(sources[2].label, sources[0].label);
}

void SceneTabTest::playingGoesThroughTheLiveEngine()
{
    QElapsedTimer timer;
    qint64 longest = 0; // between two turns of the event loop
    QTimer beat;
    timer.start();
    connect(&beat, &QTimer::timeout, this, [&] { longest = std::max(longest, timer.restart()); });
    beat.start(5);
    tab_->transport().toggle();
    QTRY_VERIFY_WITH_TIMEOUT(tab_->transport().isPlaying(), renderLimitMs);
    QTRY_VERIFY_WITH_TIMEOUT(tab_->transport().positionS() > 0.0, renderLimitMs);
    QCOMPARE(tab_->transport().source(), tab_->live().source().get());
    qInfo("longest pause of the event loop while preparing: %lld ms", static_cast<long long>(longest));
    // Dragging does not interrupt: the same source goes on, and time with it.
    const Vec3 start = document_->scene().sources[0].positionM;
    const double before = tab_->transport().positionS();
    dragTo(tab_->plan().toWidget(start), tab_->plan().toWidget({1.5, 1.0, start.z}));
    QVERIFY(tab_->transport().isPlaying());
    QTRY_VERIFY_WITH_TIMEOUT(tab_->transport().positionS() > before, renderLimitMs);
    QCOMPARE(tab_->transport().source(), tab_->live().source().get());
    // Another room comes in while it plays.
    auto room = document_->scene().room;
    room.sizeM.z += 0.5;
    const auto* scene = tab_->live().source()->engine().scene();
    changeRoom(*document_, QStringLiteral("room"), room);
    QTRY_VERIFY_WITH_TIMEOUT(tab_->live().source()->engine().scene() != scene, renderLimitMs);
    QCOMPARE(tab_->live().source()->engine().scene()->scene.room.sizeM.z, room.sizeM.z);
    QVERIFY(tab_->transport().isPlaying());
    tab_->transport().stop();
    QVERIFY(!tab_->transport().isPlaying());
}

void SceneTabTest::aMovedSourceIsHeardFromItsNewPlace()
{
    // The engine is pulled by hand: what it plays after the drag differs from what it would have played.
    QSignalSpy ready(&tab_->live(), &LivePlayer::ready);
    tab_->live().prepare();
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, renderLimitMs);
    auto& engine = tab_->live().source()->engine();
    engine.play();
    constexpr int frames = 48000;
    std::vector<float> still(2 * frames), moved(2 * frames);
    engine.process(still.data(), frames);
    engine.seek(0);
    moveSource(*document_, 0, {1.0, 3.5, 1.3}, 0);
    engine.process(moved.data(), frames);
    double change = 0.0, level = 0.0;
    for (std::size_t n = 4800; n < still.size(); ++n) {
        change += std::abs(static_cast<double>(moved[n]) - static_cast<double>(still[n]));
        level += std::abs(static_cast<double>(still[n]));
    }
    QVERIFY(level > 0.0 && change > 0.1 * level);
    // Mute and solo as well.
    auto source = document_->scene().sources[0];
    tab_->live().setSolo(source.name, true);
    source.muted = true;
    changeSource(*document_, 0, QStringLiteral("mute"), source);
    engine.seek(0);
    engine.process(moved.data(), frames);
    engine.seek(0);
    engine.process(moved.data(), frames);
    double silent = 0.0;
    for (std::size_t n = frames; n < moved.size(); ++n)
        silent = std::max(silent, std::abs(static_cast<double>(moved[n])));
    const double noise = 10.0 * std::pow(10.0, document_->scene().noise.levelDb / 20.0);
    QVERIFY2(silent < noise + 1e-3, qPrintable(QString::number(silent))); // the background stays
}

void SceneTabTest::theTableFollowsTheSelectionThroughAddingAndUndo()
{
    const auto chosen = [&] {
        QStringList rows;
        for (const auto& index : tab_->table().selectionModel()->selectedRows())
            rows << index.data().toString();
        return rows;
    };
    tab_->editing().addGenerator(QStringLiteral("bell"));
    QCOMPARE(chosen(), QStringList{QStringLiteral("bell")});
    const auto first = QString::fromStdString(document_->scene().sources[0].name);
    tab_->selection().setOnly(0);
    tab_->editing().deleteSelected();
    document_->undoStack().undo();
    QCOMPARE(tab_->selection().current(), 0);
    QCOMPARE(chosen(), QStringList{first});
}

void SceneTabTest::renderingForExportDoesNotTouchThePlayer()
{
    QSignalSpy rendered(tab_.get(), &SceneTab::renderedScene);
    tab_->render();
    QTRY_COMPARE_WITH_TIMEOUT(rendered.count(), 1, renderLimitMs);
    QVERIFY(tab_->rendered() != nullptr);
    QVERIFY(tab_->transport().source() == nullptr);
    moveSource(*document_, 0, {1.0, 1.0, 1.3}, 0);
    QVERIFY(tab_->rendered() == nullptr); // audio of another scene is never exported as this one's
}

void SceneTabTest::audioOfTheSceneBeforeAChangeIsDropped()
{
    QSignalSpy rendered(tab_.get(), &SceneTab::renderedScene);
    tab_->render();
    moveSource(*document_, 0, {1.0, 1.0, 1.3}, 0);                 // while it renders
    QTRY_COMPARE_WITH_TIMEOUT(rendered.count(), 1, renderLimitMs); // made anew for who waits
    const auto expected = relativePosition(document_->scene().listener, {1.0, 1.0, 1.3});
    QCOMPARE(tab_->rendered()->labels[0].position.direction.azimuthDeg, expected.direction.azimuthDeg);
    QTest::qWait(300);
    QCOMPARE(rendered.count(), 1);

    QSignalSpy givenUp(tab_.get(), &SceneTab::notRendered);
    moveSource(*document_, 0, {1.5, 1.0, 1.3}, 0);
    tab_->render();
    document_->reset(); // nobody waits for the audio of another scene
    QCOMPARE(givenUp.count(), 1);
    QVERIFY(tab_->rendered() == nullptr);
}

QTEST_MAIN(SceneTabTest)
#include "SceneTabTest.moc"
