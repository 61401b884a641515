// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/HeardAnswers.h"

#include "core/dataset/Evidence.h"
#include "core/dataset/Program.h"
#include "core/scene/SceneFile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace binaurium {
namespace {

struct Nudge
{
    double yawDeg = 0.0;
    double distanceFactor = 1.0;
    double elevationDeg = 0.0;
};

// From nothing to what reaches over half of the widest sector; the smallest first.
std::vector<Nudge> nudges()
{
    std::vector<Nudge> list{{}};
    for (int step = 1; step <= 9; ++step)
        for (const double sign : {1.0, -1.0})
            list.push_back({sign * 5.0 * step, 1.0, 0.0});
    for (const double factor : {1.2, 1.0 / 1.2, 1.5, 1.0 / 1.5})
        list.push_back({0.0, factor, 0.0});
    for (const double deg : {6.0, -6.0, 12.0, -12.0})
        list.push_back({0.0, 1.0, deg});
    return list;
}

SceneFacts nudged(const SceneFacts& facts, const Nudge& nudge)
{
    auto result = turned(facts, nudge.yawDeg);
    for (SourceFacts& s : result.sources) {
        s.direction.elevationDeg = std::clamp(s.direction.elevationDeg + nudge.elevationDeg, -90.0, 90.0);
        s.endDirection = s.direction;
        s.distanceM *= nudge.distanceFactor;
        s.endDistanceM = s.distanceM;
    }
    return result;
}

// A scene of which nothing is known but who sounds in it.
Scene unknownRoom(const Item& item)
{
    Scene scene;
    scene.room.measured = "unknown"; // programs say nothing about such walls
    if (item.scene.is_object())
        scene.durationS = sceneFromJson(item.scene, "item " + item.id).durationS;
    return scene;
}

std::optional<std::size_t> answerOver(const Item& item, const SceneFacts& facts)
{
    for (const Nudge& nudge : nudges()) {
        const auto answer = evaluateProgram(item.program, nudged(facts, nudge));
        if (!answer)
            continue;
        const auto found = std::find(item.options.begin(), item.options.end(), *answer);
        if (found != item.options.end())
            return static_cast<std::size_t>(found - item.options.begin());
    }
    return std::nullopt;
}

// Labels and operations that a program speaks of.
void collect(const Json& node, std::set<std::string>& labels, std::set<std::string>& operations)
{
    if (!node.is_structured())
        return;
    if (node.is_object() && node.contains("label") && node["label"].is_string())
        labels.insert(node["label"].get<std::string>());
    if (node.is_object() && node.contains("op") && node["op"].is_string())
        operations.insert(node["op"].get<std::string>());
    for (const auto& member : node)
        collect(member, labels, operations);
}

} // namespace

SceneFacts heardFacts(const std::vector<HeardSource>& heard, const Scene& scene)
{
    SceneFacts facts{&scene, {}};
    for (const HeardSource& h : heard) {
        SourceFacts s;
        s.label = findLabel(h.label);
        if (s.label == nullptr)
            continue;
        s.direction = s.endDirection = h.direction;
        s.distanceM = s.endDistanceM = h.distanceM;
        s.headPositionM = h.distanceM * unitVector(h.direction);
        s.startS = h.startS;
        s.endS = h.endS;
        s.levelDb = -20.0 * std::log10(std::max(0.05, h.distanceM));
        s.audible = true;
        facts.sources.push_back(s);
    }
    return facts;
}

std::optional<std::size_t> answerOfHeard(const Item& item, const std::vector<HeardSource>& heard)
{
    if (!item.program.is_object() || item.options.empty())
        return std::nullopt;
    const auto scene = unknownRoom(item);
    return answerOver(item, heardFacts(heard, scene));
}

std::optional<std::size_t> answerOfDirection(const Item& item, double azimuthDeg)
{
    if (!item.program.is_object() || item.options.empty())
        return std::nullopt;
    constexpr std::array directions{"quadrant", "side", "hemisphere", "octant", "clock"};
    std::set<std::string> labels, operations;
    collect(item.program, labels, operations);
    if (labels.size() > 1 ||
        std::none_of(directions.begin(), directions.end(), [&](const char* op) { return operations.contains(op); }))
        return std::nullopt;
    const auto scene = unknownRoom(item);
    const auto label = labels.empty() ? std::string(binaurium::labels().front().id) : *labels.begin();
    const HeardSource only{label, {azimuthDeg, 0.0}, std::numeric_limits<double>::quiet_NaN(), 0.0, scene.durationS};
    return answerOver(item, heardFacts({only}, scene));
}

std::string heardInWords(const std::vector<HeardSource>& heard)
{
    const Scene nowhere;
    const auto facts = heardFacts(heard, nowhere);
    return facts.sources.empty() ? "Nothing was heard." : evidenceOf({{"op", "count"}}, "", facts);
}

} // namespace binaurium
