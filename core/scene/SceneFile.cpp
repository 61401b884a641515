// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scene/SceneFile.h"

#include "core/scene/SceneValidation.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Log.h"

#include <algorithm>

namespace binaurium {
namespace {

constexpr double anyNumber = 1e9; // ranges with a meaning are checked by validation, which names the object
constexpr std::array<std::string_view, 8> directivityIds{"omni",          "subcardioid", "cardioid",    "supercardioid",
                                                         "hypercardioid", "figure-8",    "first-order", "speaker"};

// What has not been asked for, with a warning for each.
UnknownMembers unknownOf(const JsonObject& object)
{
    for (const auto& key : object.unknownKeys())
        log(LogLevel::Warning, object.file() + ": '" + key + "' is not known and is kept as it is");
    UnknownMembers unknown;
    const Json members = object.unknownMembers();
    for (const auto& [key, value] : members.items())
        unknown.emplace_back(key, value);
    return unknown;
}

void putUnknown(Json& object, const UnknownMembers& unknown)
{
    for (const auto& [key, value] : unknown)
        object[key] = value;
}

Vec3 readVec3(const JsonObject& object, const std::string& key)
{
    const auto v = object.numbers(key, 3, -anyNumber, anyNumber);
    return {v[0], v[1], v[2]};
}

Json writeVec3(const Vec3& v)
{
    return Json::array({v.x, v.y, v.z});
}

Orientation readOrientation(const JsonObject& object)
{
    return {object.number("yaw_deg", -anyNumber, anyNumber, 0.0),
            object.number("pitch_deg", -anyNumber, anyNumber, 0.0),
            object.number("roll_deg", -anyNumber, anyNumber, 0.0)};
}

void writeOrientation(Json& object, const Orientation& orientation)
{
    object["yaw_deg"] = orientation.yawDeg;
    object["pitch_deg"] = orientation.pitchDeg;
    object["roll_deg"] = orientation.rollDeg;
}

// Seven values, or nine with the outer octaves in `outer`.
BandValues readBands(const JsonObject& object, const std::string& key, std::optional<OuterBands>& outer)
{
    const auto values = object.numbers(key, 0, 0.0, 1.0, wideBandCount);
    if (values.size() != octaveBandCount && values.size() != wideBandCount)
        object.fail(key, "has " + std::to_string(values.size()) +
                             " numbers, must have 7 (125 Hz to 8 kHz) or 9 (62.5 Hz to 16 kHz)");
    BandValues bands{};
    const bool wide = values.size() == wideBandCount;
    std::copy_n(values.begin() + (wide ? 1 : 0), octaveBandCount, bands.begin());
    if (wide)
        outer = OuterBands{values.front(), values.back()};
    return bands;
}

Json writeBands(const BandValues& bands, const std::optional<OuterBands>& outer)
{
    Json values = bands;
    if (outer) {
        values.insert(values.begin(), outer->hz62);
        values.push_back(outer->hz16k);
    }
    return values;
}

// One number for all bands, or a list.
std::vector<double> readWantedRt60(const JsonObject& object)
{
    if (!object.has("rt60_s"))
        return {};
    if (object.raw("rt60_s").is_number())
        return {object.number("rt60_s", -anyNumber, anyNumber)};
    return object.numbers("rt60_s", 0, -anyNumber, anyNumber, wideBandCount);
}

Room readRoom(const JsonObject& object)
{
    Room room;
    room.sizeM = readVec3(object, "size_m");
    room.anechoic = object.boolean("anechoic", false);
    room.temperatureC = object.number("temperature_c", -anyNumber, anyNumber, room.temperatureC);
    room.relativeHumidityPercent =
        object.number("humidity_percent", -anyNumber, anyNumber, room.relativeHumidityPercent);
    room.wantedRt60S = readWantedRt60(object);
    room.imageJitterM = object.number("image_jitter_m", -anyNumber, anyNumber, 0.0);
    room.measured = object.string("measured", "");
    const auto walls = object.object("walls");
    for (std::size_t i = 0; i < wallCount; ++i) {
        WallSurface& wall = room.walls[i];
        if (!walls.raw(wallNames[i]).is_object()) { // a plain name is the short form of a material
            wall.material = walls.string(wallNames[i]);
            continue;
        }
        const auto custom = walls.object(wallNames[i]);
        wall.material = "custom";
        wall.absorption = readBands(custom, "absorption", wall.outerAbsorption);
        if (custom.has("scattering"))
            wall.scattering = readBands(custom, "scattering", wall.outerScattering);
        wall.unknown = unknownOf(custom);
    }
    room.unknownWalls = unknownOf(walls);
    room.unknown = unknownOf(object);
    return room;
}

Microphones readMicrophones(const JsonObject& object)
{
    Microphones microphones;
    microphones.selfNoiseDb = object.number("self_noise_db", -anyNumber, anyNumber, microphones.selfNoiseDb);
    const std::array<const char*, 2> ears{"left_db", "right_db"};
    for (std::size_t ear = 0; ear < 2; ++ear)
        if (object.has(ears[ear])) {
            const auto gains = object.numbers(ears[ear], octaveBandCount, -anyNumber, anyNumber);
            std::copy(gains.begin(), gains.end(), microphones.equaliserDb[ear].begin());
        }
    microphones.unknown = unknownOf(object);
    return microphones;
}

Json writeRoom(const Room& room)
{
    Json object;
    object["size_m"] = writeVec3(room.sizeM);
    object["anechoic"] = room.anechoic;
    object["temperature_c"] = room.temperatureC;
    object["humidity_percent"] = room.relativeHumidityPercent;
    if (room.wantedRt60S.size() == 1)
        object["rt60_s"] = room.wantedRt60S.front();
    else if (!room.wantedRt60S.empty())
        object["rt60_s"] = room.wantedRt60S;
    if (room.imageJitterM != 0.0)
        object["image_jitter_m"] = room.imageJitterM;
    if (!room.measured.empty())
        object["measured"] = room.measured;
    for (std::size_t i = 0; i < wallCount; ++i) {
        const WallSurface& wall = room.walls[i];
        if (wall.material == "custom")
            object["walls"][wallNames[i]] = {{"absorption", writeBands(wall.absorption, wall.outerAbsorption)},
                                             {"scattering", writeBands(wall.scattering, wall.outerScattering)}};
        else
            object["walls"][wallNames[i]] = wall.material;
        putUnknown(object["walls"][wallNames[i]], wall.unknown);
    }
    putUnknown(object["walls"], room.unknownWalls);
    putUnknown(object, room.unknown);
    return object;
}

Trajectory readTrajectory(const JsonObject& owner)
{
    Trajectory trajectory;
    if (!owner.has("trajectory"))
        return trajectory;
    const auto object = owner.object("trajectory");
    const auto interpolation = object.string("interpolation", "linear");
    if (interpolation != "linear" && interpolation != "smooth")
        object.fail("interpolation", "is '" + interpolation + "', must be 'linear' or 'smooth'");
    trajectory.interpolation = interpolation == "smooth" ? PathInterpolation::Smooth : PathInterpolation::Linear;
    for (const auto& waypoint : object.objects("waypoints", SceneLimits::waypointsMax)) {
        trajectory.turns |= waypoint.has("yaw_deg") || waypoint.has("pitch_deg") || waypoint.has("roll_deg");
        trajectory.waypoints.push_back({waypoint.number("time_s", -anyNumber, anyNumber),
                                        readVec3(waypoint, "position_m"),
                                        readOrientation(waypoint),
                                        {}});
        trajectory.waypoints.back().unknown = unknownOf(waypoint);
    }
    if (trajectory.empty())
        object.fail("waypoints", "is empty, must hold 1 to " + std::to_string(SceneLimits::waypointsMax));
    trajectory.unknown = unknownOf(object);
    return trajectory;
}

void writeTrajectory(Json& owner, const Trajectory& trajectory)
{
    if (trajectory.empty())
        return;
    Json waypoints = Json::array();
    for (const Waypoint& waypoint : trajectory.waypoints) {
        Json object;
        object["time_s"] = waypoint.timeS;
        object["position_m"] = writeVec3(waypoint.positionM);
        if (trajectory.turns)
            writeOrientation(object, waypoint.orientation);
        putUnknown(object, waypoint.unknown);
        waypoints.push_back(std::move(object));
    }
    owner["trajectory"] = {
        {"interpolation", trajectory.interpolation == PathInterpolation::Smooth ? "smooth" : "linear"},
        {"waypoints", std::move(waypoints)}};
    putUnknown(owner["trajectory"], trajectory.unknown);
}

Listener readListener(const JsonObject& object)
{
    Listener listener;
    listener.positionM = readVec3(object, "position_m");
    listener.orientation = readOrientation(object);
    listener.trajectory = readTrajectory(object);
    listener.head = object.string("head", "default");
    listener.unknown = unknownOf(object);
    return listener;
}

} // namespace

Source sourceFromJson(const JsonObject& object)
{
    Source source;
    source.name = object.string("name");
    source.label = object.string("label", "");
    source.sound.file = object.string("file", "");
    source.sound.generator = object.string("generator", "");
    source.sound.generatorSeed = static_cast<std::uint64_t>(object.integer("generator_seed", 0, INT64_MAX, 0));
    source.positionM = readVec3(object, "position_m");
    source.orientation = readOrientation(object);
    source.trajectory = readTrajectory(object);
    const auto directivity = object.string("directivity", "omni");
    const auto* known = std::find(directivityIds.begin(), directivityIds.end(), directivity);
    if (known == directivityIds.end())
        object.fail("directivity", "is '" + directivity +
                                       "', must be one of omni, subcardioid, cardioid, supercardioid, "
                                       "hypercardioid, figure-8, first-order, speaker");
    source.directivity = static_cast<Directivity>(known - directivityIds.begin());
    source.omniShare = object.number("omni_share", 0.0, 1.0, source.omniShare);
    source.gainDb = object.number("gain_db", -anyNumber, anyNumber, 0.0);
    source.startS = object.number("start_s", -anyNumber, anyNumber, 0.0);
    source.endS = object.number("end_s", -anyNumber, anyNumber, 0.0);
    source.loop = object.boolean("loop", false);
    source.muted = object.boolean("muted", false);
    source.unknown = unknownOf(object);
    return source;
}

Json sourceToJson(const Source& source)
{
    Json object;
    object["name"] = source.name;
    object["label"] = source.label;
    if (!source.sound.file.empty())
        object["file"] = source.sound.file;
    if (!source.sound.generator.empty()) {
        object["generator"] = source.sound.generator;
        object["generator_seed"] = source.sound.generatorSeed;
    }
    object["position_m"] = writeVec3(source.positionM);
    writeOrientation(object, source.orientation);
    writeTrajectory(object, source.trajectory);
    object["directivity"] = directivityIds[static_cast<std::size_t>(source.directivity)];
    if (source.directivity == Directivity::FirstOrder)
        object["omni_share"] = source.omniShare;
    object["gain_db"] = source.gainDb;
    object["start_s"] = source.startS;
    object["end_s"] = source.endS;
    object["loop"] = source.loop;
    object["muted"] = source.muted;
    putUnknown(object, source.unknown);
    return object;
}

Scene unfinishedSceneFromJson(const Json& json, const std::string& name)
{
    const JsonObject document(json, name);
    checkFormat(document, "binaurium-scene", sceneFormatVersion);
    Scene scene;
    scene.title = document.string("title", "");
    scene.durationS = document.number("duration_s", -anyNumber, anyNumber, scene.durationS);
    scene.seed = static_cast<std::uint64_t>(document.integer("seed", 0, INT64_MAX, 1));
    scene.room = readRoom(document.object("room"));
    scene.listener = readListener(document.object("listener"));
    if (document.has("noise")) {
        const auto noise = document.object("noise");
        scene.noise.levelDb = noise.number("level_db", -anyNumber, anyNumber, scene.noise.levelDb);
        scene.noise.unknown = unknownOf(noise);
    }
    if (document.has("microphones"))
        scene.microphones = readMicrophones(document.object("microphones"));
    for (const auto& object : document.objects("sources", SceneLimits::sourcesMax))
        scene.sources.push_back(sourceFromJson(object));
    if (document.has("metadata"))
        scene.metadata = document.object("metadata").value();
    scene.unknown = unknownOf(document);
    return scene;
}

Scene sceneFromJson(const Json& json, const std::string& name)
{
    auto scene = unfinishedSceneFromJson(json, name);
    requireValid(scene, name);
    return scene;
}

Json sceneToJson(const Scene& scene)
{
    Json document;
    document["format"] = "binaurium-scene";
    document["version"] = sceneFormatVersion;
    document["title"] = scene.title;
    document["duration_s"] = scene.durationS;
    document["seed"] = scene.seed;
    document["room"] = writeRoom(scene.room);
    Json listener;
    listener["position_m"] = writeVec3(scene.listener.positionM);
    writeOrientation(listener, scene.listener.orientation);
    writeTrajectory(listener, scene.listener.trajectory);
    listener["head"] = scene.listener.head;
    putUnknown(listener, scene.listener.unknown);
    document["listener"] = listener;
    document["sources"] = Json::array();
    for (const auto& source : scene.sources)
        document["sources"].push_back(sourceToJson(source));
    document["noise"] = {{"level_db", scene.noise.levelDb}};
    putUnknown(document["noise"], scene.noise.unknown);
    if (!scene.microphones.isPerfect()) {
        document["microphones"] = {{"self_noise_db", scene.microphones.selfNoiseDb},
                                   {"left_db", scene.microphones.equaliserDb[0]},
                                   {"right_db", scene.microphones.equaliserDb[1]}};
        putUnknown(document["microphones"], scene.microphones.unknown);
    }
    document["metadata"] = scene.metadata;
    putUnknown(document, scene.unknown);
    return document;
}

Scene readScene(const std::filesystem::path& path)
{
    return sceneFromJson(parseJson(readFile(path, 16ULL << 20), path.string()), path.string());
}

void writeScene(const Scene& scene, const std::filesystem::path& path)
{
    writeFileAtomically(path, sceneToJson(scene).dump(2) + "\n");
}

std::filesystem::path resolveSceneFile(const std::filesystem::path& sceneFolder, const std::string& file,
                                       bool allowOutside)
{
    namespace fs = std::filesystem;
    const fs::path base = fs::weakly_canonical(sceneFolder.empty() ? fs::path(".") : sceneFolder);
    const fs::path path = fs::weakly_canonical(fs::path(file).is_absolute() ? fs::path(file) : base / file);
    const auto [end, ignored] = std::mismatch(base.begin(), base.end(), path.begin(), path.end());
    if (end != base.end() && !allowOutside)
        throw badInput(file, "lies outside the scene's folder " + base.string() + "; allow it with --allow-outside");
    return path;
}

} // namespace binaurium
