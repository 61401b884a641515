// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Geometry.h"
#include "core/scene/Trajectory.h"
#include "core/support/Json.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Plain values that describe a scene (file format "binaurium-scene", docs/formats.md). No behaviour: validation,
// reading and writing, and rendering live beside them.
namespace binaurium {

// The seven octave bands of material tables, 125 Hz .. 8 kHz. Tables of nine bands add one octave on either side.
inline constexpr std::size_t octaveBandCount = 7;
inline constexpr std::array<double, octaveBandCount> octaveBandHz{125, 250, 500, 1000, 2000, 4000, 8000};
using BandValues = std::array<double, octaveBandCount>;
inline constexpr std::size_t wideBandCount = 9;
inline constexpr std::array<double, wideBandCount> wideBandHz{62.5, 125, 250, 500, 1000, 2000, 4000, 8000, 16000};
using WideBandValues = std::array<double, wideBandCount>;

// What nine values have and seven have not.
struct OuterBands
{
    double hz62 = 0.0;
    double hz16k = 0.0;
    friend bool operator==(const OuterBands&, const OuterBands&) = default;
};

enum class Wall { West, East, South, North, Floor, Ceiling }; // x = 0, x = length, y = 0, y = width, z = 0, z = height
inline constexpr std::size_t wallCount = 6;
inline constexpr std::array<const char*, wallCount> wallNames{"west", "east", "south", "north", "floor", "ceiling"};

// A wall's surface: a material by name (core/scene/Materials.h), or own coefficients where `material` is "custom".
struct WallSurface
{
    std::string material = "painted plaster";
    BandValues absorption{};                   // energy, 0 .. 1 per band; used where material is "custom"
    BandValues scattering{};                   // 0 .. 1 per band; likewise
    std::optional<OuterBands> outerAbsorption; // without: as the nearest of the seven bands
    std::optional<OuterBands> outerScattering;
    UnknownMembers unknown = {};
    friend bool operator==(const WallSurface&, const WallSurface&) = default;
};

struct Room
{
    Vec3 sizeM{5.0, 4.0, 2.7};
    std::array<WallSurface, wallCount> walls; // by Wall
    bool anechoic = false;                    // true: free field of this size, walls ignored
    double temperatureC = 20.0;
    double relativeHumidityPercent = 50.0;
    // Reverberation time asked for, of all bands (1 value) or per band (7 or 9); empty: what the walls give. The
    // renderer scales the absorption of the walls, band by band, until the decay of this room has it.
    std::vector<double> wantedRt60S;
    double imageJitterM = 0.0; // largest displacement of image sources from the second order on; 0: none
    std::string measured;      // SOFA file of binaural room responses in place of walls and head; empty: none
    UnknownMembers unknown = {};
    UnknownMembers unknownWalls = {};
    friend bool operator==(const Room&, const Room&) = default;
};

struct Listener
{
    Vec3 positionM{2.5, 2.0, 1.5};
    Orientation orientation;
    Trajectory trajectory;        // without waypoints: stays at positionM
    std::string head = "default"; // "default" or the path of a SOFA file, relative to the scene file
    UnknownMembers unknown = {};
    friend bool operator==(const Listener&, const Listener&) = default;
};

// The first-order family a + (1 - a) cos (angle), by name or by its omnidirectional share a, and a loudspeaker: a
// piston in a rigid sphere (core/acoustics/SourceDirectivity.h).
enum class Directivity { Omni, Subcardioid, Cardioid, Supercardioid, Hypercardioid, Figure8, FirstOrder, Speaker };

// What a source plays: exactly one of an audio file (relative to the scene file) and a generator by name with seed.
struct Sound
{
    std::string file;
    std::string generator; // core/audio/generators/Generators.h
    std::uint64_t generatorSeed = 0;
    friend bool operator==(const Sound&, const Sound&) = default;
};

struct Source
{
    std::string name;  // unique in the scene, shown to the user
    std::string label; // stable id of the label taxonomy ("kettle"); may be empty
    Sound sound;
    Vec3 positionM{1.0, 2.0, 1.5};
    Orientation orientation; // of the directivity
    Trajectory trajectory;   // without waypoints: stays at positionM
    Directivity directivity = Directivity::Omni;
    double omniShare = 0.5; // 0 .. 1; used where directivity is FirstOrder
    double gainDb = 0.0;    // relative to the sound normalised to -23 LUFS-like RMS at 1 m
    double startS = 0.0;
    double endS = 0.0; // 0: to the end of the scene
    bool loop = false;
    bool muted = false;
    UnknownMembers unknown = {};
    friend bool operator==(const Source&, const Source&) = default;
};

inline constexpr double silentNoiseDb = -120.0; // at and below this there is none
struct Noise
{
    double levelDb = silentNoiseDb; // diffuse background noise re full scale RMS
    UnknownMembers unknown = {};
    friend bool operator==(const Noise&, const Noise&) = default;
};

// What stands between the ears and the recording; left alone it is perfect. Applied to binaural renderings.
struct Microphones
{
    double selfNoiseDb = silentNoiseDb;      // white, of each ear its own, re full scale RMS
    std::array<BandValues, 2> equaliserDb{}; // per ear: gain at each octave, minimum phase
    UnknownMembers unknown = {};
    [[nodiscard]] bool isPerfect() const { return *this == Microphones{}; }
    friend bool operator==(const Microphones&, const Microphones&) = default;
};

struct Scene
{
    std::string title;
    Room room;
    Listener listener;
    std::vector<Source> sources;
    Noise noise;
    Microphones microphones;
    double durationS = 5.0;
    std::uint64_t seed = 1;
    Json metadata = Json::object(); // free, kept as it is
    UnknownMembers unknown = {};
    friend bool operator==(const Scene&, const Scene&) = default;
};

// Where an object is at a time, by its trajectory where it has one.
[[nodiscard]] Pose poseAt(const Source& source, double timeS) noexcept;
[[nodiscard]] Pose poseAt(const Listener& listener, double timeS) noexcept;

// The scene as it stands at a time: everything where its trajectory has brought it, and at rest.
[[nodiscard]] Scene sceneAt(Scene scene, double timeS);

// Where a source is for the listener: direction relative to the head and distance in metres.
struct RelativePosition
{
    Direction direction;
    double distanceM = 0.0;
    friend bool operator==(const RelativePosition&, const RelativePosition&) = default;
};
// Of the listener's resting pose.
[[nodiscard]] RelativePosition relativePosition(const Listener& listener, const Vec3& positionM);
[[nodiscard]] RelativePosition relativePosition(const Pose& listener, const Vec3& positionM);

} // namespace binaurium
