// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Evidence.h"

#include "core/acoustics/LateTail.h"
#include "core/audio/MinimumPhase.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

namespace binaurium {
namespace {

void collectStrings(const Json& node, std::set<std::string>& found)
{
    if (node.is_string())
        found.insert(node.get<std::string>());
    else if (node.is_structured())
        for (const auto& member : node)
            collectStrings(member, found);
}

std::vector<const SourceFacts*> spokenOf(const Json& program, const std::string& answer, const SceneFacts& facts)
{
    std::set<std::string> names;
    collectStrings(program, names);
    std::vector<const SourceFacts*> sources;
    for (const SourceFacts& s : facts.sources)
        if (names.contains(s.label->id) || answer == s.label->words)
            sources.push_back(&s);
    if (sources.empty())
        for (const SourceFacts& s : facts.sources)
            sources.push_back(&s);
    return sources;
}

// Whole degrees, never "-0".
int wholeDegrees(double deg)
{
    return static_cast<int>(std::lround(deg));
}

std::string sentenceOf(const SourceFacts& s)
{
    char text[256];
    std::snprintf(text, sizeof text, "The %s is at azimuth %d degrees, elevation %d degrees, %.1f metres away",
                  s.label->words, wholeDegrees(s.direction.azimuthDeg), wholeDegrees(s.direction.elevationDeg),
                  s.distanceM);
    std::string sentence = text;
    if (s.startS > 0.0) {
        std::snprintf(text, sizeof text, " and starts at %.1f s", s.startS);
        sentence += text;
    }
    if (s.moves) {
        std::snprintf(text, sizeof text, "; it ends at azimuth %d degrees, %.1f metres away",
                      wholeDegrees(s.endDirection.azimuthDeg), s.endDistanceM);
        sentence += text;
    }
    return sentence + ".";
}

template <typename Gap>
double smallest(const SceneFacts& facts, double none, Gap gap)
{
    double least = none;
    for (std::size_t i = 0; i < facts.sources.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            least = std::min(least, gap(facts.sources[i], facts.sources[j]));
    return least;
}

double rounded(double value, double step)
{
    return std::round(value / step) * step;
}

} // namespace

std::string evidenceOf(const Json& program, const std::string& answer, const SceneFacts& facts)
{
    const auto op = program.at("op").get<std::string>();
    char text[128];
    if (op == "reverberation") {
        const Room& room = facts.scene->room;
        if (room.anechoic)
            return "There is no reverberation.";
        std::snprintf(text, sizeof text, "The reverberation time at 1 kHz is %.2f s.",
                      EnergyDecay{RoomAcoustics(room)}.reverberationTimeS(filterBand1kHz));
        return text;
    }
    if (op == "room_size") {
        const Vec3& size = facts.scene->room.sizeM;
        std::snprintf(text, sizeof text, "The room measures %.1f by %.1f by %.1f metres.", size.x, size.y, size.z);
        return text;
    }
    std::string sentences;
    if (op == "exists" || op == "or_unknown") {
        const auto id = program.at("label").get<std::string>();
        const bool there = std::any_of(facts.sources.begin(), facts.sources.end(),
                                       [&](const SourceFacts& s) { return s.label->id == id; });
        if (const Label* label = findLabel(id); label != nullptr && !there)
            return std::string("The ") + label->words + " is not among the sources.";
    }
    for (const SourceFacts* s : spokenOf(program, answer, facts)) {
        if (!sentences.empty())
            sentences += ' ';
        sentences += sentenceOf(*s);
    }
    return sentences;
}

Json marginsOf(const Json& program, const std::string& answer, const SceneFacts& facts)
{
    Json margins = Json::object();
    double border = 45.0;
    for (const SourceFacts* s : spokenOf(program, answer, facts))
        border = std::min(border, std::abs(std::remainder(s->direction.azimuthDeg - 45.0, 90.0)));
    margins["border_deg"] = rounded(border, 0.1);
    if (facts.sources.size() < 2)
        return margins;
    margins["distance_ratio"] = rounded(smallest(facts, 100.0,
                                                 [](const SourceFacts& a, const SourceFacts& b) {
                                                     return std::max(a.distanceM, b.distanceM) /
                                                            std::max(1e-3, std::min(a.distanceM, b.distanceM));
                                                 }),
                                        0.01);
    margins["level_gap_db"] =
        rounded(smallest(facts, 100.0,
                         [](const SourceFacts& a, const SourceFacts& b) { return std::abs(a.levelDb - b.levelDb); }),
                0.1);
    margins["start_gap_s"] =
        rounded(smallest(facts, 100.0,
                         [](const SourceFacts& a, const SourceFacts& b) { return std::abs(a.startS - b.startS); }),
                0.01);
    return margins;
}

} // namespace binaurium
