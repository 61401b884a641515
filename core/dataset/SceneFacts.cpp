// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/SceneFacts.h"

#include "core/acoustics/DrySound.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double leastDistanceM = 0.05;

constexpr int looksAtWay = 16; // a source that comes back to where it began has moved too

bool hasLeft(const RelativePosition& start, const RelativePosition& now)
{
    const double ratio =
        std::max(start.distanceM, now.distanceM) / std::max(leastDistanceM, std::min(start.distanceM, now.distanceM));
    return angleBetweenDeg(start.direction, now.direction) > margins::stillDeg ||
           ratio > 1.0 + (margins::motionRatio - 1.0) / 4.0;
}

SourceFacts factsOf(const Source& source, const Scene& scene)
{
    SourceFacts facts;
    facts.label = findLabel(source.label);
    facts.startS = source.startS;
    facts.endS = source.endS > 0.0 ? std::min(source.endS, scene.durationS) : scene.durationS;
    const auto at = [&](double timeS) {
        return relativePosition(poseAt(scene.listener, timeS), poseAt(source, timeS).positionM);
    };
    const auto start = at(facts.startS);
    const auto end = at(facts.endS);
    facts.direction = start.direction;
    facts.distanceM = start.distanceM;
    facts.endDirection = end.direction;
    facts.endDistanceM = end.distanceM;
    facts.headPositionM = start.distanceM * unitVector(start.direction);
    facts.levelDb = source.gainDb - 20.0 * std::log10(std::max(leastDistanceM, start.distanceM));
    for (int i = 1; i <= looksAtWay && !facts.moves; ++i)
        facts.moves = hasLeft(start, at(facts.startS + (facts.endS - facts.startS) * i / looksAtWay));
    return facts;
}

} // namespace

SceneFacts factsOf(const Scene& scene)
{
    SceneFacts facts{&scene, {}};
    double loudestDb = -300.0;
    for (const Source& source : scene.sources) {
        if (source.muted || findLabel(source.label) == nullptr)
            continue;
        facts.sources.push_back(factsOf(source, scene));
        loudestDb = std::max(loudestDb, facts.sources.back().levelDb);
    }
    for (SourceFacts& source : facts.sources)
        source.audible = source.levelDb >= loudestDb - margins::audibleRangeDb &&
                         sourceLevelDb + source.levelDb >= scene.noise.levelDb + margins::audibleSnrDb &&
                         source.endS - source.startS >= margins::audibleS;
    return facts;
}

SceneFacts turned(SceneFacts facts, double yawDeg)
{
    const HeadRotation rotation({yawDeg, 0.0, 0.0});
    for (SourceFacts& source : facts.sources) {
        source.headPositionM = rotation.toHead(source.headPositionM);
        source.direction = directionOf(rotation.toHead(unitVector(source.direction)));
        source.endDirection = directionOf(rotation.toHead(unitVector(source.endDirection)));
    }
    return facts;
}

} // namespace binaurium
