// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Sectors.h"

#include <cmath>
#include <span>

namespace binaurium {
namespace {

constexpr std::array quadrants{"front", "left", "behind", "right"};
constexpr std::array octants{"front",  "front left", "left",  "back left",
                             "behind", "back right", "right", "front right"};
constexpr std::size_t hours = 12;

bool hasAzimuth(const SourceFacts& source)
{
    return source.audible && !source.moves && std::abs(source.direction.elevationDeg) <= margins::azimuthElevationDeg;
}

// Index of the sector of `count` equal ones, the first centred in front, counted to the left.
std::size_t sectorIndex(double azimuthDeg, std::size_t count)
{
    const double width = 360.0 / static_cast<double>(count);
    const auto n = static_cast<int>(count);
    const int index = static_cast<int>(std::floor((wrapDegrees(azimuthDeg) + 0.5 * width) / width));
    return static_cast<std::size_t>(((index % n) + n) % n);
}

std::optional<std::size_t> clearSector(const SourceFacts& source, std::size_t count, double marginDeg)
{
    const double width = 360.0 / static_cast<double>(count);
    const double toBorder = std::abs(std::remainder(source.direction.azimuthDeg - 0.5 * width, width));
    if (!hasAzimuth(source) || toBorder < marginDeg)
        return std::nullopt;
    return sectorIndex(source.direction.azimuthDeg, count);
}

} // namespace

std::string quadrantOf(double azimuthDeg)
{
    return quadrants[sectorIndex(azimuthDeg, quadrants.size())];
}

std::string directionPhrase(const std::string& quadrant)
{
    return quadrant == "front" ? "in front of you" : quadrant == "behind" ? "behind you" : "on your " + quadrant;
}

std::optional<std::string> quadrantOf(const SourceFacts& source)
{
    const auto sector = clearSector(source, quadrants.size(), margins::quadrantDeg);
    return sector ? std::optional<std::string>(quadrants[*sector]) : std::nullopt;
}

std::optional<std::string> octantOf(const SourceFacts& source)
{
    const auto sector = clearSector(source, octants.size(), margins::octantDeg);
    return sector ? std::optional<std::string>(octants[*sector]) : std::nullopt;
}

std::optional<std::string> clockOf(const SourceFacts& source)
{
    const auto sector = clearSector(source, hours, margins::clockDeg);
    if (!sector)
        return std::nullopt;
    return std::to_string(*sector == 0 ? hours : hours - *sector) + " o'clock"; // sectors count to the left
}

std::optional<std::string> sideOf(const SourceFacts& source)
{
    const double azimuth = source.direction.azimuthDeg;
    const double toMedian = std::min(std::abs(azimuth), 180.0 - std::abs(azimuth));
    if (!hasAzimuth(source) || toMedian < margins::sideDeg)
        return std::nullopt;
    return azimuth > 0.0 ? "left" : "right";
}

std::optional<std::string> hemisphereOf(const SourceFacts& source)
{
    const double azimuth = std::abs(source.direction.azimuthDeg);
    if (!hasAzimuth(source) || std::abs(azimuth - 90.0) < margins::axisDeg)
        return std::nullopt;
    return azimuth < 90.0 ? "front" : "behind";
}

std::optional<std::string> heightOf(const SourceFacts& source)
{
    const double elevation = source.direction.elevationDeg;
    if (!source.audible || source.moves)
        return std::nullopt;
    if (std::abs(elevation) <= margins::levelElevationDeg)
        return "level";
    if (std::abs(elevation) < margins::highElevationDeg)
        return std::nullopt;
    return elevation > 0.0 ? "above" : "below";
}

std::optional<std::string> distanceOf(const SourceFacts& source)
{
    if (!source.audible || source.moves)
        return std::nullopt;
    return classOf(source.distanceM, margins::distanceBordersM, {"near", "a few steps away", "far"});
}

std::optional<std::string> motionOf(const SourceFacts& source)
{
    const double turn = wrapDegrees(source.endDirection.azimuthDeg - source.direction.azimuthDeg);
    const double ratio = source.endDistanceM / std::max(0.05, source.distanceM);
    const bool turns = std::abs(turn) >= margins::motionDeg;
    const bool approaches = ratio >= margins::motionRatio || ratio <= 1.0 / margins::motionRatio;
    const double smallRatio = 1.0 + (margins::motionRatio - 1.0) / 2.0;
    const bool turnsALittle = std::abs(turn) > margins::motionDeg / 2.0;
    const bool approachesALittle = ratio > smallRatio || ratio < 1.0 / smallRatio;
    // Behind the listener "to the left" is the same turn the other way round; only sources in front are asked about.
    const bool inFront =
        std::abs(source.direction.azimuthDeg) < 90.0 && std::abs(source.endDirection.azimuthDeg) < 90.0;
    if (!source.audible)
        return std::nullopt;
    if (turns && !approachesALittle && inFront)
        return turn > 0.0 ? "to the left" : "to the right";
    if (approaches && !turnsALittle)
        return ratio < 1.0 ? "towards you" : "away from you";
    return std::nullopt;
}

std::optional<std::string> classOf(double value, const std::array<double, 4>& borders,
                                   const std::array<const char*, 3>& words)
{
    if (value <= borders[0])
        return words[0];
    if (value >= borders[1] && value <= borders[2])
        return words[1];
    if (value >= borders[3])
        return words[2];
    return std::nullopt;
}

} // namespace binaurium
