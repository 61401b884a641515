// SPDX-License-Identifier: GPL-3.0-or-later
// usage: workbench_tour FOLDER: works with the editor through real events and leaves the pictures of docs/user-guide.md
// there. With QT_SCALE_FACTOR other than 1 only one picture of each part is taken, with the ending -scale2. See
// packaging/tour.
#include "app/gui/Appearance.h"
#include "app/gui/MainWindow.h"
#include "core/support/Error.h"
#include "widgets/dataset/AuditPanel.h"
#include "widgets/dataset/BuildPanel.h"
#include "widgets/dataset/DatasetPage.h"
#include "widgets/dataset/ScenePreview.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/scene/SceneTab.h"
#include "widgets/scene/SoundPalette.h"
#include "widgets/scene/Timeline.h"

#include <QApplication>
#include <QCheckBox>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <cstdio>

using namespace binaurium;

namespace {

class Tour
{
public:
    explicit Tour(std::filesystem::path folder)
        : folder_(std::move(folder)), window_(
                                          [](const ProgressCallback&) -> std::unique_ptr<HearingModel> {
                                              throw missing("the model", "the tour asks nothing");
                                          },
                                          AudioOutput::makeNull)
    {
        window_.resize(1280, 720);
        DatasetChoices choices;
        choices.headFolder = QString::fromLocal8Bit(qgetenv("BINAURIUM_HEADS"));
        window_.datasetPage().setChoices(choices);
        window_.openExample(QStringLiteral("kitchen.scene.json"));
        window_.show();
        settle(3000); // the waveform comes once nothing changes any more
    }

    bool run()
    {
        const bool large = window_.devicePixelRatioF() > 1.0;
        QTest::mouseClick(&plan(), Qt::LeftButton, {}, at({2.6, 3.5, 0}));
        picture(large ? "scene-scale2" : "scene-light");
        if (large) {
            showItems("dataset-scale2");
            return good_;
        }
        drawPath();
        showTimes();
        showRoom();
        showSounds();
        hear();
        showItems("dataset-light");
        makeSet();
        window_.showTab(QStringLiteral("scene"));
        applyAppearance(Appearance::Dark);
        tab().side().setCurrentIndex(0);
        picture("scene-dark");
        window_.showTab(QStringLiteral("dataset"));
        picture("dataset-dark");
        return good_;
    }

private:
    SceneTab& tab() { return window_.sceneTab(); }
    SceneCanvas& plan() { return tab().plan(); }
    QPoint at(const Vec3& place) { return plan().toWidget(place).toPoint(); }
    static void settle(int ms = 300) { QTest::qWait(ms); }

    void drawPath()
    {
        QTest::keyClick(&plan(), Qt::Key_P);
        tab().tools().chooseTool(CanvasTool::Kind::Path);
        const std::array<Vec3, 4> way{Vec3{2.6, 3.5, 0}, {4.4, 3.2, 0}, {4.6, 1.6, 0}, {3.4, 0.9, 0}};
        QTest::mousePress(&plan(), Qt::LeftButton, {}, at(way[0]));
        for (std::size_t i = 1; i < way.size(); ++i)
            for (int k = 1; k <= 12; ++k)
                QTest::mouseMove(&plan(), at(way[i - 1] + (k / 12.0) * (way[i] - way[i - 1])));
        QTest::mouseRelease(&plan(), Qt::LeftButton, {}, at(way[3]));
        QTest::keyClick(&plan(), Qt::Key_Return);
        picture("scene-path");
    }

    void showTimes()
    {
        auto& times = tab().timeline();
        tab().below().setCurrentWidget(&times);
        settle();
        const QRectF bar = times.barOf(1);
        QTest::mousePress(times.viewport(), Qt::LeftButton, {},
                          (bar.center() + QPointF(-0.5 * bar.width() + 2, 0)).toPoint());
        QTest::mouseMove(times.viewport(),
                         QPoint(static_cast<int>(times.xOf(1.5)), static_cast<int>(bar.center().y())));
        QTest::mouseRelease(times.viewport(), Qt::LeftButton, {},
                            QPoint(static_cast<int>(times.xOf(1.5)), static_cast<int>(bar.center().y())));
        picture("scene-times");
        tab().below().setCurrentIndex(0);
    }

    void showRoom()
    {
        auto grid = tab().options().grid();
        grid.polar = grid.reflections = grid.levels = true;
        tab().options().setGrid(grid);
        tab().tools().setElevation(SceneToolBar::Elevation::Side);
        tab().side().setCurrentIndex(1);
        QTest::mouseClick(&plan(), Qt::LeftButton, {}, at({2.7, 0.6, 0}));
        picture("scene-room");
        grid.polar = grid.reflections = grid.levels = false;
        tab().options().setGrid(grid);
        tab().tools().setElevation(SceneToolBar::Elevation::Front);
    }

    void showSounds()
    {
        tab().side().setCurrentIndex(2);
        QTest::keyClicks(&tab().sounds().search(), QStringLiteral("bird"));
        picture("scene-sounds");
        tab().sounds().search().clear();
    }

    // What the encoder hears, from the sound that really plays.
    void hear()
    {
        tab().side().setCurrentIndex(4);
        for (QCheckBox* box : tab().side().currentWidget()->findChildren<QCheckBox*>())
            box->click();
        tab().transport().toggle();
        settle(4000);
        good_ = good_ && tab().options().heard().has_value();
        picture("scene-hearing");
        tab().transport().stop();
    }

    // What the recipe of the small model gives.
    void showItems(const char* name)
    {
        window_.showTab(QStringLiteral("dataset"));
        auto& preview = window_.datasetPage().preview();
        good_ = QTest::qWaitFor([&] { return preview.chosen() && !preview.isSampling(); }, patienceMs) && good_;
        preview.list().setFocus();
        for (int i = 0; i < 4; ++i)
            QTest::keyClick(&preview.list(), Qt::Key_Right);
        QTest::keyClick(&preview.list(), Qt::Key_Space);
        good_ = QTest::qWaitFor([&] { return preview.audio() != nullptr; }, patienceMs) && good_;
        settle(700);
        picture(name);
        preview.transport().stop();
    }

    // Needs heads of every split: BINAURIUM_HEADS names their folder where they are not installed.
    void makeSet()
    {
        auto& page = window_.datasetPage();
        page.pages().setCurrentIndex(1);
        auto& build = page.building();
        build.setFolder(scratch_.filePath(QStringLiteral("small")));
        build.wholeBox().click();
        build.sizeField().setValue(6000);
        build.buildButton().click();
        good_ = QTest::qWaitFor([&] { return !build.isBuilding(); }, patienceMs) && good_;
        page.auditing().sampleField().setValue(20);
        page.auditing().auditButton().click();
        good_ = QTest::qWaitFor([&] { return !page.auditing().isAuditing(); }, patienceMs) && good_;
        good_ = good_ && page.auditing().report().has_value();
        picture("dataset-audit");
        page.pages().setCurrentIndex(0);
    }

    void picture(const char* name)
    {
        settle();
        const auto file = QString::fromStdString((folder_ / (std::string(name) + ".png")).string());
        good_ = window_.grab().save(file) && good_;
        std::printf("%s\n", qPrintable(file));
    }

    static constexpr int patienceMs = 180'000;
    std::filesystem::path folder_;
    QTemporaryDir scratch_;
    MainWindow window_;
    bool good_ = true;
};

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fputs("usage: workbench_tour FOLDER\n", stderr);
        return 2;
    }
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("binaurium"));
    QStandardPaths::setTestModeEnabled(true);
    QTranslator plurals;
    if (plurals.load(QStringLiteral(BINAURIUM_PLURALS)))
        QApplication::installTranslator(&plurals);
    applyAppearance(Appearance::Light);
    return Tour(argv[1]).run() ? 0 : 1;
}
