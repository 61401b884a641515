// SPDX-License-Identifier: GPL-3.0-or-later
// What the live engine costs: 64 moving sources, each direct and six first-order reflections, and how soon a dragged
// source is heard. Prints a table; times are of the thread's processor clock, so other work does not count.
#include "core/acoustics/HeadCatalogue.h"
#include "core/acoustics/live/LiveEngine.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <numbers>

using namespace binaurium;

namespace {

double threadSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Scene crowd(std::size_t count)
{
    Scene scene;
    scene.room.sizeM = {12.0, 9.0, 4.0};
    scene.listener.positionM = {6.0, 4.5, 1.6};
    scene.durationS = 30.0;
    for (std::size_t i = 0; i < count; ++i) {
        Source source;
        source.name = "source " + std::to_string(i);
        source.sound.generator = "fan";
        source.sound.generatorSeed = i + 1;
        source.positionM = {6.0, 4.5, 1.5};
        source.loop = true;
        scene.sources.push_back(source);
    }
    return scene;
}

Pose onCircle(std::size_t i, double timeS)
{
    const double phase = static_cast<double>(i) + 0.4 * timeS * (i % 2 == 0 ? 1.0 : -1.0) * 2.0 * std::numbers::pi;
    const double radius = 1.0 + 0.04 * static_cast<double>(i);
    return {{6.0 + radius * std::cos(phase), 4.5 + 0.9 * radius * std::sin(phase), 1.0 + 0.02 * static_cast<double>(i)},
            {}};
}

// Mean and worst share of the time that a block may take.
void measure(const std::shared_ptr<const LiveScene>& scene, int block, bool moving)
{
    LiveEngine engine;
    engine.setScene(scene);
    engine.play();
    std::vector<float> out(2 * static_cast<std::size_t>(block));
    const double blockS = block / LiveRate::hz;
    const int blocks = static_cast<int>(8.0 / blockS);
    std::vector<double> seconds;
    for (int b = 0; b < blocks; ++b) {
        for (std::size_t i = 0; moving && i < scene->scene.sources.size(); ++i) {
            LiveSourceState state;
            state.pose = onCircle(i, b * blockS);
            state.gain = 0.05F;
            engine.setSource(i, state);
        }
        const double start = threadSeconds();
        engine.process(out.data(), block);
        seconds.push_back(threadSeconds() - start);
    }
    double sum = 0.0;
    for (const double s : seconds)
        sum += s;
    std::sort(seconds.begin(), seconds.end());
    std::printf("%3zu sources, order %d, block %4d, %s: mean %5.1f %%, 99th percentile %5.1f %% of one core\n",
                scene->scene.sources.size(), scene->options.reflectionOrder, block, moving ? "moving" : "at rest",
                100.0 * sum / (blocks * blockS), 100.0 * seconds[seconds.size() * 99 / 100] / blockS);
}

// From the move to the first sample that differs, and to the place being reached (level of the nearer ear within 1 dB).
void measureDrag(int block)
{
    const auto scene = prepareLiveScene(crowd(1), {.tail = false}, {});
    LiveEngine still, dragged;
    for (auto* engine : {&still, &dragged}) {
        engine->setScene(scene);
        engine->play();
    }
    std::vector<float> a(2 * static_cast<std::size_t>(block)), b(a);
    const auto both = [&] {
        still.process(a.data(), block);
        dragged.process(b.data(), block);
    };
    LiveSourceState state;
    state.gain = 0.1F;
    state.pose = {{6.0, 5.5, 1.5}, {}};
    still.setSource(0, state);
    dragged.setSource(0, state);
    for (int i = 0; i < 100; ++i)
        both();
    state.pose.positionM = {6.4, 5.0, 1.5};
    dragged.setSource(0, state);
    LiveEngine goal; // was always there
    goal.setScene(scene);
    goal.setSource(0, state);
    goal.play();
    std::vector<float> c(a);
    for (int i = 0; i < 100; ++i)
        goal.process(c.data(), block);
    int first = -1, reached = -1;
    for (int i = 0; i < 40 && reached < 0; ++i) {
        both();
        goal.process(c.data(), block);
        double wanted = 0.0, difference = 0.0;
        for (int n = 0; n < 2 * block; ++n) {
            const auto k = static_cast<std::size_t>(n);
            if (first < 0 && std::abs(a[k] - b[k]) > 1e-4F)
                first = i * block + n / 2;
            wanted += c[k] * c[k];
            difference += (b[k] - c[k]) * (b[k] - c[k]);
        }
        if (difference < 1e-3 * wanted)
            reached = (i + 1) * block;
    }
    std::printf("drag, block %4d: heard after %.1f ms (and at most one block of waiting), in place after %.1f ms\n",
                block, 1e3 * first / LiveRate::hz, 1e3 * reached / LiveRate::hz);
}

} // namespace

int main()
{
    const auto start = std::chrono::steady_clock::now();
    const auto crowded = prepareLiveScene(crowd(64), {}, {});
    const auto seconds = [](auto since) {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
    };
    std::printf("64 sources made ready in %.2f s, tail %.2f s\n", seconds(start), crowded->tailS);
    const auto again = std::chrono::steady_clock::now();
    LiveEngine engine;
    engine.setScene(prepareLiveScene(crowd(3), {}, {}));
    std::printf("3 sources, head known: made ready and handed over in %.3f s\n", seconds(again));
    for (const int block : {128, 256, 512, 1024})
        measure(crowded, block, true);
    measure(crowded, 256, false);
    measure(prepareLiveScene(crowd(4), {.reflectionOrder = 3}, {}), 256, true);
    measure(prepareLiveScene(crowd(4), {}, {}), 256, true);
    measureDrag(128);
    measureDrag(256);
    return 0;
}
