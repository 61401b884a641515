// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the workbench is: from the start of the program to a painted window, and one step of a drag with 200 sources
// and what the model hears on the plan. Numbers: docs/performance.md. Runs without a display
// (QT_QPA_PLATFORM=offscreen).
#include "app/gui/MainWindow.h"
#include "core/model/SpatialEars.h"
#include "core/support/DataPaths.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/scene/SceneTab.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <QProcess>
#include <QStandardPaths>
#include <algorithm>
#include <cstdio>
#include <ctime>

using namespace binaurium;

namespace {

constexpr int startCount = 7;
constexpr int sourceCount = 200;
constexpr int moveCount = 300;

std::unique_ptr<MainWindow> makeWindow()
{
    return std::make_unique<MainWindow>([](const ProgressCallback& p) { return HearingModel::load({}, p); },
                                        AudioOutput::makeNull);
}

struct Times
{
    std::vector<double> ms;
    [[nodiscard]] double share(double part)
    {
        std::sort(ms.begin(), ms.end());
        return ms[std::min(ms.size() - 1, static_cast<std::size_t>(part * static_cast<double>(ms.size())))];
    }
};

double processorMs()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

// Says so when the window is painted.
int runStart()
{
    const auto window = makeWindow();
    window->openExample(QStringLiteral("kitchen.scene.json"));
    window->show();
    QCoreApplication::processEvents();
    window->grab();
    std::puts("shown");
    std::fflush(stdout);
    std::_Exit(0);
}

void measureStart()
{
    Times times;
    for (int i = 0; i < startCount; ++i) {
        QElapsedTimer timer;
        timer.start();
        QProcess child;
        child.start(QApplication::applicationFilePath(), {QStringLiteral("--start")});
        child.waitForReadyRead();
        times.ms.push_back(static_cast<double>(timer.nsecsElapsed()) * 1e-6);
        child.waitForFinished();
    }
    std::printf("start to a painted window: median %.0f ms, slowest of %d %.0f ms\n", times.share(0.5), startCount,
                times.share(1.0));
}

Scene fullScene()
{
    Scene scene;
    scene.room.sizeM = {20.0, 15.0, 4.0};
    scene.listener.positionM = {10.0, 7.5, 1.6};
    for (int i = 0; i < sourceCount; ++i) {
        Source source;
        source.name = "Source " + std::to_string(i + 1);
        source.sound.generator = "bell";
        source.positionM = {0.6 + 0.95 * (i % 20), 0.6 + 1.4 * (i / 20), 1.0 + 0.1 * (i % 9)};
        scene.sources.push_back(source);
    }
    return scene;
}

Localization somethingHeard()
{
    Localization heard;
    for (std::size_t k = 0; k < azimuthBinCount; ++k)
        heard.posterior[k] = static_cast<float>(std::exp(-0.02 * std::pow(static_cast<double>(k) - 20.0, 2)));
    for (int i = 0; i < 4; ++i)
        heard.sources.push_back({i, "bell", 60.0 * i, 0.0, 2.0, 1.0, 0.8});
    return heard;
}

// One step: the event, every view, table and panel that follows, and the picture.
void measureDrag(const char* what, const std::vector<int>& selected, const QSize& size)
{
    const auto window = makeWindow();
    window->resize(size);
    window->document().restore(fullScene(), {}, {});
    window->show();
    auto& tab = window->sceneTab();
    tab.options().setHeard(somethingHeard());
    tab.selection().set({selected.begin(), selected.end()}, selected.front());
    QCoreApplication::processEvents();
    auto& plan = tab.plan();
    const QPointF from = plan.toWidget(positionOf(window->document().scene(), selected.front()));
    const auto send = [&](QEvent::Type type, const QPointF& at) {
        QMouseEvent event(type, at, plan.mapToGlobal(at), type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton,
                          type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, {});
        QApplication::sendEvent(&plan, &event);
    };
    send(QEvent::MouseButtonPress, from);
    Times times, processor;
    for (int i = 0; i < moveCount; ++i) {
        QElapsedTimer timer;
        timer.start();
        const double before = processorMs();
        send(QEvent::MouseMove, from + QPointF(60.0 * std::sin(0.1 * i), 40.0 * std::cos(0.07 * i)));
        QCoreApplication::processEvents(); // paints what was marked
        processor.ms.push_back(processorMs() - before);
        times.ms.push_back(static_cast<double>(timer.nsecsElapsed()) * 1e-6);
    }
    send(QEvent::MouseButtonRelease, from);
    std::printf("drag of %s, %d x %d, scale %.1f: median %.1f ms (processor %.1f ms), 95th percentile %.1f ms, slowest "
                "%.1f ms\n",
                what, size.width(), size.height(), window->devicePixelRatioF(), times.share(0.5), processor.share(0.5),
                times.share(0.95), times.share(1.0));
    window->document().reset();
}

void measureHearing()
{
    try {
        const auto ears = SpatialEars::load();
        AudioBuffer audio(2, 48000, 48000.0);
        for (std::size_t c = 0; c < 2; ++c)
            for (std::size_t n = 0; n < audio.frames(); ++n)
                audio.channel(c)[n] = 0.1F * static_cast<float>(std::sin(0.1 * static_cast<double>(n * (c + 1))));
        (void)ears->localize(audio); // the first call allocates
        Times times, processor;
        for (int i = 0; i < 30; ++i) {
            QElapsedTimer timer;
            timer.start();
            const double before = processorMs();
            (void)ears->localize(audio);
            processor.ms.push_back(processorMs() - before);
            times.ms.push_back(static_cast<double>(timer.nsecsElapsed()) * 1e-6);
        }
        std::printf("one second heard: median %.1f ms, processor %.1f ms; every %d ms that is %.0f %% of a core\n",
                    times.share(0.5), processor.share(0.5), LiveHearing::intervalMs,
                    100.0 * processor.share(0.5) / LiveHearing::intervalMs);
    } catch (const std::exception& e) {
        std::printf("no model: %s\n", e.what());
    }
}

} // namespace

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("binaurium"));
    QStandardPaths::setTestModeEnabled(true);
    if (argc > 1 && std::string_view(argv[1]) == "--start")
        return runStart();
    measureStart();
    measureDrag("1 of 200 sources", {0}, {1280, 720});
    measureDrag("1 of 200 sources", {0}, {1920, 1080});
    std::vector<int> many;
    for (int i = 100; i < 120; ++i)
        many.push_back(i);
    measureDrag("20 of 200 sources", many, {1280, 720});
    measureHearing();
    return 0;
}
