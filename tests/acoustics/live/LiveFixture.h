// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/live/LiveEngine.h"
#include "tests/acoustics/HeadFixture.h"

#include <cmath>
#include <numbers>

// Small scenes for the live engine and what comes out of it.
namespace binaurium::test {

[[nodiscard]] inline Source plainSource(const Vec3& positionM)
{
    Source source;
    source.name = "source";
    source.sound.generator = "noise";
    source.positionM = positionM;
    return source;
}

[[nodiscard]] inline Scene emptyRoom(bool anechoic, double absorption = 0.3)
{
    Scene scene;
    scene.room.sizeM = {6.0, 5.0, 3.0};
    scene.room.anechoic = anechoic;
    for (auto& wall : scene.room.walls) {
        wall.material = "custom";
        wall.absorption.fill(absorption);
    }
    scene.listener.positionM = {3.0, 2.5, 1.5};
    return scene;
}

// The default head, loaded once for all tests.
[[nodiscard]] inline std::shared_ptr<const Head> sharedHead()
{
    static const auto head = defaultHead();
    static const auto live = LiveHead::of(head);
    return head;
}

// A scene made ready, with the sounds replaced by these; a gain of 0 dB plays them as they are.
[[nodiscard]] inline std::shared_ptr<const LiveScene> liveScene(const Scene& scene, const LiveOptions& options,
                                                                std::vector<std::vector<float>> sounds)
{
    LiveSceneInputs inputs;
    inputs.head = sharedHead();
    auto live = std::make_shared<LiveScene>(*prepareLiveScene(scene, options, inputs));
    for (std::size_t i = 0; i < sounds.size(); ++i)
        live->sounds[i] = std::make_shared<const std::vector<float>>(std::move(sounds[i]));
    return live;
}

[[nodiscard]] inline std::vector<float> tone(double frequencyHz, std::size_t frames, float amplitude)
{
    std::vector<float> samples(frames);
    for (std::size_t n = 0; n < frames; ++n)
        samples[n] =
            amplitude *
            static_cast<float>(std::sin(2.0 * std::numbers::pi * frequencyHz * static_cast<double>(n) / LiveRate::hz));
    return samples;
}

// One click at `at`, silence around it.
[[nodiscard]] inline std::vector<float> click(std::size_t at, std::size_t frames)
{
    std::vector<float> samples(frames);
    samples[at] = 1.0F;
    return samples;
}

// `frames` of the engine in blocks of `block`, per ear.
[[nodiscard]] inline AudioBuffer play(LiveEngine& engine, std::size_t frames, std::size_t block)
{
    AudioBuffer audio(2, frames, LiveRate::hz);
    std::vector<float> interleaved(2 * block);
    for (std::size_t at = 0; at < frames; at += block) {
        const std::size_t count = std::min(block, frames - at);
        engine.process(interleaved.data(), static_cast<int>(count));
        for (std::size_t n = 0; n < count; ++n)
            for (std::size_t c = 0; c < 2; ++c)
                audio.channel(c)[at + n] = interleaved[2 * n + c];
    }
    return audio;
}

// Sum of squares.
[[nodiscard]] inline double power(std::span<const float> samples)
{
    double sum = 0.0;
    for (const float s : samples)
        sum += static_cast<double>(s) * s;
    return sum;
}

// A source standing there.
[[nodiscard]] inline LiveSourceState at(const Vec3& positionM, float gain = 1.0F)
{
    LiveSourceState state;
    state.pose.positionM = positionM;
    state.gain = gain;
    return state;
}

} // namespace binaurium::test
