// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/LiveScene.h"

#include "core/acoustics/HeadCatalogue.h"
#include "core/acoustics/LateTail.h"
#include "core/acoustics/NearField.h"
#include "core/scene/SceneFile.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

namespace binaurium {
namespace {

using SharedSound = std::shared_ptr<const std::vector<float>>;
using Hits = std::array<int, wallCount>; // by Wall

// Sounds by what they are made of, kept while a scene plays them.
SharedSound cachedSound(const Source& source, double lengthS, const LiveSceneInputs& inputs)
{
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<const std::vector<float>>> cache;
    std::string key;
    if (source.sound.generator.empty()) {
        const auto path = resolveSceneFile(inputs.sceneFolder, source.sound.file, inputs.allowOutside);
        std::error_code ignored;
        const auto changed = std::filesystem::last_write_time(path, ignored).time_since_epoch().count();
        key = path.string() + '\n' + std::to_string(changed);
    } else {
        key =
            source.sound.generator + '\n' + std::to_string(source.sound.generatorSeed) + '\n' + std::to_string(lengthS);
    }
    {
        const std::lock_guard lock(mutex);
        if (auto sound = cache[key].lock())
            return sound;
    }
    auto sound = std::make_shared<const std::vector<float>>(
        drySound(source, lengthS, LiveRate::hz, inputs.sceneFolder, inputs.allowOutside));
    const std::lock_guard lock(mutex);
    std::erase_if(cache, [](const auto& entry) { return entry.second.expired(); });
    cache[key] = sound;
    return sound;
}

// Images along one axis.
struct AxisImage
{
    double sign, offset;
    int low, high; // hits of the wall at 0 and of the other
};

std::vector<AxisImage> axisImages(double size, int order)
{
    std::vector<AxisImage> images;
    for (int n = -order; n <= order; ++n)
        for (const bool mirrored : {false, true}) {
            const int low = std::abs(mirrored ? n - 1 : n);
            const int high = std::abs(n);
            if (low + high <= order)
                images.push_back({mirrored ? -1.0 : 1.0, 2.0 * n * size, low, high});
        }
    return images;
}

void makeTail(LiveScene& live, const Head& head)
{
    constexpr double decayDb = 60.0;
    const EnergyDecay decay(live.room);
    LateTailOptions tail;
    tail.rateHz = LiveRate::hz;
    tail.startS = live.options.tailStartS;
    tail.endS = std::max(decay.durationS(decayDb, live.options.tailMaximumS), tail.startS + tail.fadeS);
    tail.seed = live.scene.seed;
    live.tailS = tail.endS;
    live.tailFromS = tail.startS - tail.fadeS; // as offline, the fade is centred after the direct sound
    live.tailRt60S = decay.reverberationTimeS(filterBand1kHz);
    live.tail = std::make_shared<const TailFilter>(lateTail(decay, &head, 2, tail));
}

// Background noise whose end has been crossfaded into its start.
AudioBuffer noiseLoop(const Scene& scene, const Head& head)
{
    constexpr std::size_t length = 8 * 48000;
    constexpr std::size_t overlap = 24000;
    if (scene.noise.levelDb <= silentNoiseDb)
        return {};
    const auto noise = diffuseNoise(&head, 2, LiveRate::hz, length + overlap, scene.seed);
    const auto level = static_cast<float>(std::pow(10.0, scene.noise.levelDb / 20.0));
    AudioBuffer loop(2, length, LiveRate::hz);
    for (std::size_t ear = 0; ear < 2; ++ear)
        for (std::size_t n = 0; n < length; ++n) {
            const double share = n < overlap ? static_cast<double>(n) / overlap : 1.0;
            const auto in = static_cast<float>(std::sqrt(share)), out = static_cast<float>(std::sqrt(1.0 - share));
            const float tail = n < overlap ? noise.channel(ear)[length + n] : 0.0F;
            loop.channel(ear)[n] = level * (in * noise.channel(ear)[n] + out * tail);
        }
    return loop;
}

} // namespace

std::int64_t LiveScene::frames() const noexcept
{
    return std::llround(scene.durationS * LiveRate::hz);
}

double LiveScene::longestPathM() const noexcept
{
    return (1.0 + options.reflectionOrder) * length(room.sizeM()) + 1.0;
}

std::vector<LiveImage> liveImages(const RoomAcoustics& room, int order, std::vector<BandLogGains>& filters)
{
    std::vector<LiveImage> images;
    const int limit = room.anechoic() ? 0 : order;
    const auto& size = room.sizeM();
    for (const auto& x : axisImages(size.x, limit))
        for (const auto& y : axisImages(size.y, limit))
            for (const auto& z : axisImages(size.z, limit)) {
                const Hits hits{x.low, x.high, y.low, y.high, z.low, z.high};
                const int count = x.low + x.high + y.low + y.high + z.low + z.high;
                if (count > limit)
                    continue;
                BandLogGains gains{};
                for (std::size_t w = 0; w < wallCount; ++w)
                    for (std::size_t b = 0; b < filterBandCount; ++b)
                        gains[b] += static_cast<float>(hits[w]) * room.wallLogGain(static_cast<Wall>(w), b);
                images.push_back({{x.sign, y.sign, z.sign}, {x.offset, y.offset, z.offset}, filters.size(), count});
                filters.push_back(gains);
            }
    std::stable_sort(images.begin(), images.end(),
                     [](const LiveImage& a, const LiveImage& b) { return a.order < b.order; });
    return images;
}

std::shared_ptr<const LiveScene> prepareLiveScene(const Scene& scene, const LiveOptions& options,
                                                  const LiveSceneInputs& inputs)
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "live: " + error);
    if (!scene.room.measured.empty())
        throw Error(ErrorKind::Usage, "a measured room cannot be played live; it is rendered as a whole");
    auto head = inputs.head;
    if (!head)
        head = Head::load(scene.listener.head == "default"
                              ? defaultHeadFile()
                              : resolveSceneFile(inputs.sceneFolder, scene.listener.head, inputs.allowOutside),
                          {.rateHz = LiveRate::hz});
    auto live = std::make_shared<LiveScene>(LiveScene{scene,
                                                      options,
                                                      RoomAcoustics(scene.room),
                                                      {},
                                                      LiveHead::of(head),
                                                      nullptr,
                                                      nullptr,
                                                      0.0,
                                                      0.0,
                                                      1.0,
                                                      noiseLoop(scene, *head),
                                                      {},
                                                      {}});
    (void)nearField::logGains(nearField::farthestM, 0.0); // makes its table here, not in the audio thread
    std::vector<BandLogGains> filters;
    live->images = liveImages(live->room, options.reflectionOrder, filters);
    live->walls = std::make_shared<const WallFilters>(filters);
    if (options.tail && !live->room.anechoic())
        makeTail(*live, *head);
    for (const Source& source : scene.sources) {
        SharedSound sound;
        try {
            sound = cachedSound(source, DryTimeline::lengthS(source, scene.durationS), inputs);
        } catch (const Error& e) {
            live->problems.emplace_back(e.what());
        }
        live->sounds.push_back(std::move(sound));
    }
    return live;
}

} // namespace binaurium
