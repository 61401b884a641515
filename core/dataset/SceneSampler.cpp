// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/SceneSampler.h"

#include "core/acoustics/DrySound.h"
#include "core/dataset/Labels.h"
#include "core/dataset/SourcePlacement.h"

#include "core/scene/SceneValidation.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double listenerMarginM = 0.5;

// Walls whose mean absorption gives the wanted reverberation time by Eyring, varied per wall and tilted over frequency.
void drawWalls(Room& room, double rt60S, RandomStream& random)
{
    const Vec3& s = room.sizeM;
    const double surface = 2.0 * (s.x * s.y + s.y * s.z + s.x * s.z);
    const double mean = 1.0 - std::exp(-0.161 * s.x * s.y * s.z / (surface * rt60S));
    const double tilt = random.uniform(-0.12, 0.25); // more absorption per octave upwards is more common
    for (WallSurface& wall : room.walls) {
        wall.material = "custom";
        const double factor = random.uniform(0.4, 1.6);
        for (std::size_t b = 0; b < octaveBandCount; ++b) {
            const double octaves = static_cast<double>(b) - 3.0;
            wall.absorption[b] =
                std::clamp(mean * factor * (1.0 + tilt * octaves) * random.uniform(0.85, 1.15), 0.01, 0.98);
        }
    }
}

} // namespace

bool SamplerOptions::isValid(std::string* error) const
{
    const auto fail = [&](const char* what) {
        if (error != nullptr)
            *error = what;
        return false;
    };
    if (!(durationS >= 0.2 && durationS <= 60.0))
        return fail("duration_s must be 0.2 to 60");
    for (const Range* range : {&roomLengthM, &roomWidthM, &roomHeightM})
        if (!(range->low >= 2.0 && range->high >= range->low && range->high <= SceneLimits::roomMaxM))
            return fail("room sizes must be ranges within 2 to 100 m");
    if (!(rt60S.low >= 0.05 && rt60S.high >= rt60S.low && rt60S.high <= 5.0))
        return fail("rt60_s must be a range within 0.05 to 5 s");
    if (!(distanceM.low >= 0.2 && distanceM.high >= distanceM.low))
        return fail("distance_m must be a range from 0.2 m");
    if (!(elevationDeg.low >= -90.0 && elevationDeg.high <= 90.0 && elevationDeg.low <= elevationDeg.high))
        return fail("elevation_deg must be a range within -90 to 90");
    if (!(microphoneNoiseDb.low >= -150.0 && microphoneNoiseDb.high <= -20.0 &&
          microphoneNoiseDb.low <= microphoneNoiseDb.high))
        return fail("microphone_noise_db must be a range within -150 to -20 dB");
    if (!(levelDb.low >= -20.0 && levelDb.high <= 10.0 && levelDb.low <= levelDb.high))
        return fail("level_db must be a range within -20 to 10 dB");
    double total = 0.0;
    for (const double share : sourceShare)
        total += share;
    if (!(total > 0.0))
        return fail("source_share must have a positive sum");
    return true;
}

SamplerOptions samplerOptionsFromJson(const JsonObject& table, std::vector<std::string>& unknown)
{
    SamplerOptions o;
    const auto range = [&](const char* key, Range& value) {
        if (!table.has(key))
            return;
        const auto pair = table.numbers(key, 2, -1e6, 1e6);
        if (pair[0] > pair[1])
            table.fail(key, "must be a range from a low to a high value");
        value = {pair[0], pair[1]};
    };
    o.split = splitFromId(table.string("split", splitId(o.split)));
    o.durationS = table.number("duration_s", 0.2, 60.0, o.durationS);
    if (table.has("source_share")) {
        const auto shares = table.numbers("source_share", 0, 0.0, 1.0, o.sourceShare.size());
        if (shares.size() < 3)
            table.fail("source_share", "must be three or four numbers: scenes of one, two, three (and four) sources");
        o.sourceShare.back() = 0.0;
        std::copy(shares.begin(), shares.end(), o.sourceShare.begin());
    }
    o.anechoicShare = table.number("anechoic_share", 0.0, 1.0, o.anechoicShare);
    range("room_length_m", o.roomLengthM);
    range("room_width_m", o.roomWidthM);
    range("room_height_m", o.roomHeightM);
    range("rt60_s", o.rt60S);
    range("distance_m", o.distanceM);
    range("elevation_deg", o.elevationDeg);
    range("snr_db", o.snrDb);
    range("gain_db", o.gainDb);
    o.minimumSeparationDeg = table.number("minimum_separation_deg", 0.0, 90.0, o.minimumSeparationDeg);
    o.overlapShare = table.number("overlap_share", 0.0, 1.0, o.overlapShare);
    o.tiltDeg = table.number("tilt_deg", 0.0, 30.0, o.tiltDeg);
    o.movingShare = table.number("moving_share", 0.0, 1.0, o.movingShare);
    o.inTurnShare = table.number("in_turn_share", 0.0, 1.0, o.inTurnShare);
    range("microphone_noise_db", o.microphoneNoiseDb);
    range("level_db", o.levelDb);
    o.equaliserDb = table.number("equaliser_db", 0.0, 10.0, o.equaliserDb);
    o.earEqualiserDb = table.number("ear_equaliser_db", 0.0, 10.0, o.earEqualiserDb);
    o.measuredShare = table.number("measured_share", 0.0, 1.0, o.measuredShare);
    if (table.has("rooms"))
        o.rooms = table.strings("rooms", 10'000);
    if (table.has("labels"))
        o.labels = table.strings("labels", 10'000);
    for (const auto& id : o.labels)
        if (findLabel(id) == nullptr)
            table.fail("labels", "names '" + id + "', which is not a label");
    const auto keys = table.unknownKeys();
    unknown.insert(unknown.end(), keys.begin(), keys.end());
    std::string error;
    if (!o.isValid(&error))
        throw badInput(table.file(), "scene: " + error);
    return o;
}

SceneSampler::SceneSampler(SamplerOptions options, std::shared_ptr<const SoundCatalogue> catalogue,
                           std::shared_ptr<const HeadPool> heads)
    : options_(std::move(options)), catalogue_(std::move(catalogue)), heads_(std::move(heads))
{
    for (auto& id : catalogue_->labels(options_.split))
        if (options_.labels.empty() ||
            std::find(options_.labels.begin(), options_.labels.end(), id) != options_.labels.end())
            labels_.push_back(std::move(id));
    if (options_.measuredShare > 0.0)
        measured_ = options_.rooms.empty() ? measuredPlacesOf(options_.split)
                                           : measuredPlacesFrom({options_.rooms.begin(), options_.rooms.end()});
    if (labels_.empty())
        throw missing("the catalogue has no sound of the wanted labels in the split '" + splitId(options_.split) + "'",
                      "change labels in the recipe, or add sounds");
}

namespace {

// Labels of one scene: any, all of one place, or all but the first of one place.
std::vector<std::string> drawLabels(std::vector<std::string> all, std::size_t count, const SceneWish& wish,
                                    RandomStream& random)
{
    random.shuffle(std::span(all));
    if (!wish.place && !wish.misfit)
        return all;
    const Place& place = places()[random.below(places().size())];
    std::vector<std::string> chosen;
    const auto take = [&](const Place& at, const Place* notAt, std::size_t most) {
        for (const auto& id : all)
            if (chosen.size() < most && belongsTo(id, at) && (notAt == nullptr || !belongsTo(id, *notAt)))
                chosen.push_back(id);
    };
    if (!wish.misfit) {
        take(place, nullptr, count);
        return chosen;
    }
    // The odd one is at home in another place, which is drawn as this one is and has a second label for the options:
    // no label is odd more often than it is among the others.
    std::vector<const Place*> homes;
    for (const Place& home : places())
        if (std::count_if(all.begin(), all.end(),
                          [&](const auto& id) { return belongsTo(id, home) && !belongsTo(id, place); }) >= 2)
            homes.push_back(&home);
    if (homes.empty())
        return chosen;
    const Place& home = *homes[random.below(homes.size())];
    take(home, &place, 1);
    take(place, &home, count);
    return chosen;
}

std::size_t drawCount(const std::array<double, 4>& share, const SceneWish& wish, RandomStream& random)
{
    const double pick = random.uniform() * (share[0] + share[1] + share[2] + share[3]);
    std::size_t most = share.size();
    while (share[most - 1] <= 0.0)
        --most;
    std::size_t count = 1;
    for (double sum = share[0]; count < most && pick >= sum; ++count)
        sum += share[count];
    return wish.opposite ? 2 : std::max(count, static_cast<std::size_t>(wish.sources));
}

// Starts `index` of `count` sources one after the other; they may overlap afterwards.
void startInTurn(Source& source, std::size_t index, std::size_t count, double durationS, RandomStream& random)
{
    const double turnS = durationS / static_cast<double>(count);
    source.startS = index == 0 ? 0.0 : turnS * (static_cast<double>(index) + random.uniform(-0.2, 0.2));
    source.endS = std::min(durationS, source.startS + turnS * random.uniform(0.9, 1.8));
}

} // namespace

namespace {

// Gains like those of real ears in real recorders: a level, a slow curve that both ears share, and a smaller one of
// each.
void drawMicrophones(Scene& scene, const SamplerOptions& options, RandomStream& random)
{
    Microphones& m = scene.microphones;
    if (options.microphoneNoiseDb.high > silentNoiseDb)
        m.selfNoiseDb = draw(random, options.microphoneNoiseDb);
    const bool equalised = options.equaliserDb > 0.0 || options.earEqualiserDb > 0.0;
    const bool levelled = options.levelDb.low != 0.0 || options.levelDb.high != 0.0;
    if (!equalised && !levelled)
        return;
    const double levelDb = levelled ? draw(random, options.levelDb) : 0.0;
    for (std::size_t b = 0; b < octaveBandCount; ++b) {
        const double bothDb = levelDb + options.equaliserDb * random.normal();
        for (auto& ear : m.equaliserDb)
            ear[b] = std::clamp(bothDb + options.earEqualiserDb * random.normal(), -30.0, 30.0);
    }
}

} // namespace

SampledScene SceneSampler::sample(std::uint64_t seed, std::uint64_t index, const SceneWish& wish) const
{
    RandomStream random(seed, "scene " + splitId(options_.split), index);
    SampledScene result;
    Scene& scene = result.scene;
    const auto& variant = heads_->draw(random);
    result.headId = variant.id;
    result.headBlendId = variant.blendId;
    result.headOptions = variant.options;
    result.head = variant.head;

    scene.durationS = options_.durationS;
    scene.seed = seed * 1'000'003 + index;
    scene.room.anechoic = random.chance(options_.anechoicShare);
    Vec3& size = scene.room.sizeM;
    size = {draw(random, options_.roomLengthM), draw(random, options_.roomWidthM), draw(random, options_.roomHeightM)};
    drawWalls(scene.room, drawLog(random, options_.rt60S), random);
    scene.room.temperatureC = random.uniform(15.0, 28.0);
    scene.room.relativeHumidityPercent = random.uniform(25.0, 75.0);

    Listener& listener = scene.listener;
    listener.positionM = {random.uniform(listenerMarginM, size.x - listenerMarginM),
                          random.uniform(listenerMarginM, size.y - listenerMarginM),
                          random.uniform(1.0, std::min(1.8, size.z - 0.4))};
    listener.orientation = {random.uniform(-180.0, 180.0), options_.tiltDeg * random.normal(),
                            options_.tiltDeg * random.normal()};

    // New options draw only where they are used, so that older recipes keep their scenes.
    const MeasuredPlace* place = nullptr;
    if (!measured_.empty() && random.chance(options_.measuredShare)) {
        place = &measured_[random.below(measured_.size())];
        place->enter(scene);
    }
    const std::size_t count = drawCount(options_.sourceShare, wish, random);
    const auto names = drawLabels(labels_, count, wish, random);
    const bool moving =
        place == nullptr && (wish.moving || (options_.movingShare > 0.0 && random.chance(options_.movingShare)));
    const bool inTurn = wish.inTurn || (options_.inTurnShare > 0.0 && count > 1 && random.chance(options_.inTurnShare));
    SourcePlacement placement(scene, options_, wish, random, place);
    double loudestDb = -200.0;
    for (std::size_t i = 0; i < count && i < names.size(); ++i) {
        Source source;
        source.name = source.label = names[i];
        source.sound = catalogue_->draw(names[i], options_.split, random);
        source.loop = true;
        source.gainDb = draw(random, options_.gainDb);
        if (!placement.place(source))
            continue;
        if (inTurn)
            startInTurn(source, i, count, scene.durationS, random);
        else if (!random.chance(options_.overlapShare)) {
            const double length = scene.durationS * random.uniform(0.3, 0.8);
            source.startS = random.uniform(0.0, scene.durationS - length);
            source.endS = source.startS + length;
        }
        if (i == 0 && moving)
            placement.move(source);
        const double distance = length(source.positionM - listener.positionM);
        loudestDb = std::max(loudestDb, sourceLevelDb + source.gainDb - 20.0 * std::log10(distance));
        scene.sources.push_back(std::move(source));
    }
    // Who speaks of order must not follow the order of the list.
    if (inTurn)
        random.shuffle(std::span(scene.sources));
    scene.noise.levelDb = std::max(-150.0, loudestDb - draw(random, options_.snrDb));
    drawMicrophones(scene, options_, random);
    if (scene.sources.empty()) { // nothing fits in this room: draw the next of this stream
        constexpr std::uint64_t redraw = 1ULL << 32, most = 1000;
        if (index / redraw >= most)
            throw badInput("scenes", "no source fits into any of " + std::to_string(most) +
                                         " rooms; the labels, distances and rooms of the recipe do not go together");
        return sample(seed, index + redraw, wish);
    }
    return result;
}

} // namespace binaurium
