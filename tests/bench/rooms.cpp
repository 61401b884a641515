// SPDX-License-Identifier: GPL-3.0-or-later
// Times of the offline renderer, as JSON: a full image-source response of 5 x 4 x 3 m with RT60 0.5 s at 48 kHz, a
// complete binaural response there, and scenes of two sources and 5 s at 32 kHz, from the recipe to samples, per second
// on all processors.
#include "core/acoustics/HeadCatalogue.h"
#include "core/acoustics/Renderer.h"
#include "core/acoustics/Response.h"
#include "core/dataset/SceneSampler.h"
#include "core/support/Json.h"
#include "core/support/Parallel.h"

#include <chrono>
#include <iostream>

using namespace binaurium;

namespace {

double seconds(const std::function<void()>& body)
{
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Json repeated(int times, const std::function<void()>& body)
{
    body(); // tables and plans
    Json values = Json::array();
    for (int i = 0; i < times; ++i)
        values.push_back(seconds(body));
    return values;
}

// The absorption that Sabine's formula gives for RT60 0.5 s, as the peer takes it.
Room room(bool banded)
{
    Room result;
    result.sizeM = {5, 4, 3};
    for (auto& wall : result.walls) {
        wall.material = "custom";
        wall.absorption.fill(0.161 * 60.0 / (94.0 * 0.5));
        for (std::size_t b = 0; banded && b < octaveBandCount; ++b)
            wall.absorption[b] *= 0.8 + 0.05 * static_cast<double>(b);
    }
    return result;
}

// Scenes as training draws them, with KEMAR: sounds of the program, rooms, two sources all the time.
SceneSampler twoSourceScenes()
{
    SamplerOptions options;
    options.durationS = 5.0;
    options.sourceShare = {0.0, 1.0, 0.0, 0.0};
    HeadPoolOptions heads;
    heads.rateHz = 32000.0;
    return {options, std::make_shared<const SoundCatalogue>(SoundCatalogue::read()),
            std::make_shared<const HeadPool>(heads, 1)};
}

} // namespace

int main()
{
    Source source;
    source.positionM = {1.2, 3.1, 0.8};
    Listener listener;
    listener.positionM = {3.9, 1.4, 1.7};
    Json report;
    const RoomAcoustics flat(room(false)), banded(room(true));
    ResponseOptions images;
    images.tail = Tail::Images;
    images.threads = 0;
    images.maximumS = 0.5; // every image until RT60, as the peer has them
    report["full_images_s"] = repeated(15, [&] { (void)renderResponse(flat, source, listener, nullptr, 1, images); });
    report["full_images_7_bands_s"] =
        repeated(15, [&] { (void)renderResponse(banded, source, listener, nullptr, 1, images); });
    const auto head = Head::load(defaultHeadFile(), {});
    report["binaural_response_s"] =
        repeated(25, [&] { (void)renderResponse(banded, source, listener, head.get(), 2, {}); });
    const auto sampler = twoSourceScenes();
    constexpr int scenes = 60;
    Json rates = Json::array();
    for (int repeat = 0; repeat < 5; ++repeat)
        rates.push_back(scenes / seconds([&] {
                            parallelFor(scenes, 0, [&](std::int64_t i) {
                                const auto sample = sampler.sample(1, static_cast<std::uint64_t>(i));
                                RenderOptions options;
                                options.rateHz = 32000.0;
                                options.threads = 1;
                                options.allowOutside = true; // catalogue sounds have absolute names
                                options.head = sample.head;
                                (void)renderScene(sample.scene, options);
                            });
                        }));
    report["scenes_per_s"] = rates;
    std::cout << report.dump() << "\n";
}
