// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Program.h"

#include "core/acoustics/LateTail.h"
#include "core/audio/MinimumPhase.h"
#include "core/dataset/Sectors.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace binaurium {
namespace {

using Value = std::optional<std::string>;

constexpr double wayWidthM = 1.5;  // what stands farther from the straight way is not passed
constexpr double wayClearM = 0.25; // nearer than this to the way, neither side is clear

std::string text(const Json& program, const char* key)
{
    return JsonObject(program, "program").string(key);
}

class Interpreter
{
public:
    explicit Interpreter(const SceneFacts& facts) : facts_(facts) {}

    Value value(const Json& program) const
    {
        const auto op = text(program, "op");
        static const std::map<std::string, Value (Interpreter::*)(const Json&) const> operations{
            {"exists", &Interpreter::exists},       {"words", &Interpreter::words},
            {"quadrant", &Interpreter::sector},     {"side", &Interpreter::sector},
            {"hemisphere", &Interpreter::sector},   {"octant", &Interpreter::sector},
            {"clock", &Interpreter::sector},        {"height", &Interpreter::sector},
            {"distance", &Interpreter::sector},     {"motion", &Interpreter::sector},
            {"metres", &Interpreter::metres},       {"describe", &Interpreter::describe},
            {"count", &Interpreter::count},         {"reverberation", &Interpreter::reverberation},
            {"room_size", &Interpreter::roomSize},  {"is", &Interpreter::relation},
            {"place", &Interpreter::place},         {"turned", &Interpreter::turnedValue},
            {"facing", &Interpreter::facingValue},  {"exchanged", &Interpreter::exchangedValue},
            {"detour", &Interpreter::detour},       {"passing", &Interpreter::passing},
            {"turn_to", &Interpreter::turnTo},      {"chain", &Interpreter::chain},
            {"or_unknown", &Interpreter::orUnknown}};
        const auto found = operations.find(op);
        if (found == operations.end())
            throw badInput("program", "has the unknown operation '" + op + "'");
        return (this->*found->second)(program);
    }

    // The one source that a node means, or nullptr.
    const SourceFacts* source(const Json& program) const
    {
        const auto op = text(program, "op");
        if (op == "select")
            return only([&](const SourceFacts& s) { return s.label->id == text(program, "label"); });
        if (op == "only")
            return facts_.sources.size() == 1 && facts_.sources[0].audible ? &facts_.sources[0] : nullptr;
        if (op == "only_in")
            return onlyIn(program);
        if (op == "only_moving")
            return onlyMoving();
        if (op == "extreme")
            return extreme(program);
        if (op == "neighbour")
            return neighbour(program);
        if (op == "misfit")
            return misfit();
        throw badInput("program", "has the unknown operation '" + op + "'");
    }

private:
    using Sector = std::optional<std::string> (*)(const SourceFacts&);

    static Sector sectorNamed(const std::string& name)
    {
        static const std::map<std::string, Sector> sectors{
            {"quadrant", static_cast<Sector>(&quadrantOf)},
            {"side", &sideOf},
            {"hemisphere", &hemisphereOf},
            {"octant", &octantOf},
            {"clock", &clockOf},
            {"height", &heightOf},
            {"distance", &distanceOf},
            {"motion", &motionOf},
        };
        return sectors.at(name);
    }

    bool allAudible() const
    {
        return std::all_of(facts_.sources.begin(), facts_.sources.end(), [](const auto& s) { return s.audible; });
    }

    // The only source for which `test` holds, when it can be heard.
    template <typename Test>
    const SourceFacts* only(Test test) const
    {
        const SourceFacts* found = nullptr;
        for (const SourceFacts& s : facts_.sources) {
            if (!test(s))
                continue;
            if (found != nullptr)
                return nullptr; // two of them: "the" is ambiguous
            found = &s;
        }
        return found != nullptr && found->audible ? found : nullptr;
    }

    const SourceFacts* onlyIn(const Json& program) const
    {
        const char* kind = program.contains("side") ? "side" : "quadrant";
        const auto wanted = text(program, kind);
        const Sector sector = sectorNamed(kind);
        for (const SourceFacts& s : facts_.sources)
            if (!sector(s))
                return nullptr; // something stands on a border: "the only one there" is ambiguous
        return only([&](const SourceFacts& s) { return sector(s) == wanted; });
    }

    const SourceFacts* onlyMoving() const
    {
        const auto* found = only([](const SourceFacts& s) { return s.moves; });
        return found != nullptr && motionOf(*found) ? found : nullptr;
    }

    // The source with the least or most of something, by a clear margin to the second.
    const SourceFacts* extreme(const Json& program) const
    {
        const auto by = text(program, "by");
        const double sign = text(program, "which") == "least" ? 1.0 : -1.0;
        std::vector<std::string> among;
        if (program.contains("among"))
            among = JsonObject(program, "program").strings("among", 8);
        std::vector<std::pair<double, const SourceFacts*>> order;
        for (const SourceFacts& s : facts_.sources) {
            if (!among.empty() && std::find(among.begin(), among.end(), s.label->id) == among.end())
                continue;
            if (!s.audible || (s.moves && by != "start"))
                return nullptr;
            order.emplace_back(sign * quantity(s, by), &s);
        }
        if (order.size() < 2 || (!among.empty() && order.size() != among.size()))
            return nullptr;
        std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        if (order[1].first - order[0].first < gap(by) || (by == "elevation" && !isClearlyHigher(order, sign)))
            return nullptr;
        return order[0].second;
    }

    // "Higher" is said of angles and of metres: the first of `order` must lead in both.
    static bool isClearlyHigher(const std::vector<std::pair<double, const SourceFacts*>>& order, double sign)
    {
        return std::all_of(order.begin() + 1, order.end(), [&](const auto& other) {
            return sign * (other.second->headPositionM.z - order[0].second->headPositionM.z) >= margins::heightGapM;
        });
    }

    static double quantity(const SourceFacts& s, const std::string& by)
    {
        if (by == "distance")
            return std::log(s.distanceM);
        if (by == "level")
            return s.levelDb;
        if (by == "elevation")
            return s.direction.elevationDeg;
        if (by == "start")
            return s.startS;
        throw badInput("program", "compares by '" + by + "', which does not exist");
    }
    static double gap(const std::string& by)
    {
        return by == "distance" ? std::log(margins::distanceRatio)
               : by == "level"  ? margins::levelGapDb
               : by == "start"  ? margins::orderS
                                : margins::elevationGapDeg;
    }

    const SourceFacts* neighbour(const Json& program) const
    {
        const SourceFacts* from = source(program.at("of"));
        if (from == nullptr || !allAudible() || facts_.sources.size() < 3)
            return nullptr;
        std::vector<std::pair<double, const SourceFacts*>> order;
        for (const SourceFacts& s : facts_.sources)
            if (&s != from)
                order.emplace_back(length(s.headPositionM - from->headPositionM), &s);
        std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        const bool still = std::none_of(facts_.sources.begin(), facts_.sources.end(), [](auto& s) { return s.moves; });
        return still && order[1].first >= margins::distanceRatio * order[0].first ? order[0].second : nullptr;
    }

    // Places that all of the given sources belong to.
    static std::vector<const Place*> placesOf(const std::vector<const SourceFacts*>& sources)
    {
        std::vector<const Place*> fitting;
        for (const Place& p : places())
            if (std::all_of(sources.begin(), sources.end(), [&](auto* s) { return belongsTo(s->label->id, p); }))
                fitting.push_back(&p);
        return fitting;
    }

    // The source without which all others share a place to which it does not belong.
    const SourceFacts* misfit() const
    {
        if (facts_.sources.size() < 3 || !allAudible())
            return nullptr;
        const SourceFacts* found = nullptr;
        for (const SourceFacts& candidate : facts_.sources) {
            std::vector<const SourceFacts*> rest;
            for (const SourceFacts& s : facts_.sources)
                if (&s != &candidate)
                    rest.push_back(&s);
            const auto shared = placesOf(rest);
            if (shared.empty())
                continue;
            if (found != nullptr ||
                std::any_of(shared.begin(), shared.end(), [&](auto* p) { return belongsTo(candidate.label->id, *p); }))
                return nullptr;
            found = &candidate;
        }
        return found;
    }

    Value exists(const Json& program) const
    {
        const auto label = text(program, "label");
        const auto found = std::find_if(facts_.sources.begin(), facts_.sources.end(),
                                        [&](const SourceFacts& s) { return s.label->id == label; });
        if (found == facts_.sources.end())
            return label == "noise" && facts_.scene->noise.levelDb > silentNoiseDb ? std::nullopt : Value("no");
        return found->audible ? Value("yes") : std::nullopt;
    }

    Value words(const Json& program) const
    {
        const SourceFacts* s = source(program.at("of"));
        return s != nullptr ? Value(s->label->words) : std::nullopt;
    }

    Value sector(const Json& program) const
    {
        const SourceFacts* s = source(program.at("of"));
        return s != nullptr ? sectorNamed(text(program, "op"))(*s) : std::nullopt;
    }

    Value metres(const Json& program) const
    {
        const SourceFacts* s = source(program.at("of"));
        if (s == nullptr || s->moves)
            return std::nullopt;
        char buffer[32];
        std::snprintf(buffer, sizeof buffer, "%.1f", s->distanceM);
        return buffer;
    }

    Value describe(const Json& program) const
    {
        const SourceFacts* s = source(program.at("of"));
        if (s == nullptr)
            return std::nullopt;
        const auto octant = octantOf(*s);
        const auto distance = distanceOf(*s);
        return octant && distance ? Value(*octant + ", " + *distance) : std::nullopt;
    }

    Value count(const Json& program) const
    {
        if (!allAudible())
            return std::nullopt;
        if (!program.contains("side"))
            return std::to_string(facts_.sources.size());
        const auto wanted = text(program, "side");
        int n = 0;
        for (const SourceFacts& s : facts_.sources) {
            const auto side = sideOf(s);
            if (!side)
                return std::nullopt;
            n += *side == wanted ? 1 : 0;
        }
        return std::to_string(n);
    }

    Value reverberation(const Json&) const
    {
        const Room& room = facts_.scene->room;
        if (!room.measured.empty())
            return std::nullopt; // its walls are not known
        const double rt60S = room.anechoic ? 0.0 : EnergyDecay{RoomAcoustics(room)}.reverberationTimeS(filterBand1kHz);
        return classOf(rt60S, margins::rt60BordersS, {"dry", "moderate", "very reverberant"});
    }

    Value roomSize(const Json&) const
    {
        const Room& room = facts_.scene->room;
        if (!room.measured.empty() || room.anechoic)
            return std::nullopt; // a free field has no size that could be heard
        return classOf(room.sizeM.x * room.sizeM.y * room.sizeM.z, margins::volumeBordersM3,
                       {"small", "medium", "large"});
    }

    Value relation(const Json& program) const
    {
        const auto kind = text(program, "relation");
        const SourceFacts* a = source(program.at("a"));
        if (kind == "nearest") {
            const SourceFacts* nearest = extreme({{"by", "distance"}, {"which", "least"}});
            return a == nullptr || nearest == nullptr ? std::nullopt : Value(a == nearest ? "yes" : "no");
        }
        const SourceFacts* b = source(program.at("b"));
        if (a == nullptr || b == nullptr || a == b)
            return std::nullopt;
        if (kind == "earlier") {
            const double lead = b->startS - a->startS;
            return std::abs(lead) < margins::orderS ? std::nullopt : Value(lead > 0.0 ? "yes" : "no");
        }
        if (kind == "same_side") {
            const auto sideA = sideOf(*a);
            const auto sideB = sideOf(*b);
            return sideA && sideB ? Value(*sideA == *sideB ? "yes" : "no") : std::nullopt;
        }
        if (kind == "left_of") {
            const int side = sideBetween(*a, *b);
            return side == 0 ? std::nullopt : Value(side > 0 ? "yes" : "no");
        }
        throw badInput("program", "has the unknown relation '" + kind + "'");
    }

    // 1 where `a` lies left of `b`, -1 where right of it. People mean two things by it: the shorter turn from b to a
    // goes left, and a is heard further towards the left ear. Behind the listener they contradict each other; 0 there,
    // and where either is not clear.
    static int sideBetween(const SourceFacts& a, const SourceFacts& b)
    {
        if (!quadrantOf(a) || !quadrantOf(b))
            return 0;
        const double turnDeg = wrapDegrees(a.direction.azimuthDeg - b.direction.azimuthDeg);
        const double lateralDeg = polarDirection(a.direction).lateralDeg - polarDirection(b.direction).lateralDeg;
        if (std::abs(turnDeg) < margins::motionDeg || std::abs(turnDeg) > margins::widestTurnDeg ||
            std::abs(lateralDeg) < margins::lateralGapDeg || (turnDeg > 0.0) != (lateralDeg > 0.0))
            return 0;
        return turnDeg > 0.0 ? 1 : -1;
    }

    Value place(const Json&) const
    {
        if (facts_.sources.size() < 2 || !allAudible())
            return std::nullopt;
        std::vector<const SourceFacts*> all;
        for (const SourceFacts& s : facts_.sources)
            all.push_back(&s);
        const auto fitting = placesOf(all);
        return fitting.size() == 1 ? Value(fitting[0]->words) : std::nullopt;
    }

    Value turnedValue(const Json& program) const
    {
        const double yawDeg = JsonObject(program, "program").number("yaw_deg", -360.0, 360.0);
        return evaluateProgram(program.at("value"), turned(facts_, yawDeg));
    }

    Value facingValue(const Json& program) const
    {
        const SourceFacts* s = source(program.at("of"));
        if (s == nullptr || s->moves || std::abs(s->direction.elevationDeg) > margins::azimuthElevationDeg)
            return std::nullopt;
        return evaluateProgram(program.at("value"), turned(facts_, s->direction.azimuthDeg));
    }

    Value exchangedValue(const Json& program) const
    {
        const SourceFacts* a = source(program.at("a"));
        const SourceFacts* b = source(program.at("b"));
        if (a == nullptr || b == nullptr || a->moves || b->moves)
            return std::nullopt;
        SceneFacts facts = facts_;
        auto& first = facts.sources[static_cast<std::size_t>(a - facts_.sources.data())];
        auto& second = facts.sources[static_cast<std::size_t>(b - facts_.sources.data())];
        std::swap(first.label, second.label); // the names change places
        return evaluateProgram(program.at("value"), facts);
    }

    // Signed distance in metres of `other` from the straight way to `goal`, left positive; nothing where it stands
    // beside no part of the way or too near to it.
    static std::optional<double> besideWay(const SourceFacts* goal, const SourceFacts* other)
    {
        if (goal == nullptr || other == nullptr || goal == other || goal->moves || other->moves)
            return std::nullopt;
        const double lengthM = std::hypot(goal->headPositionM.x, goal->headPositionM.y);
        if (lengthM < 1.0)
            return std::nullopt;
        const Vec3 way{goal->headPositionM.x / lengthM, goal->headPositionM.y / lengthM, 0.0};
        const double along = dot(way, other->headPositionM);
        const double across = way.x * other->headPositionM.y - way.y * other->headPositionM.x;
        const bool beside = along > 0.3 && along < lengthM - 0.3 && std::abs(across) <= wayWidthM;
        return beside && std::abs(across) >= wayClearM ? std::optional(across) : std::nullopt;
    }

    Value passing(const Json& program) const
    {
        const auto across = besideWay(source(program.at("to")), source(program.at("by")));
        return across ? Value(*across > 0.0 ? "on your left" : "on your right") : std::nullopt;
    }

    Value detour(const Json& program) const
    {
        const auto across = besideWay(source(program.at("to")), source(program.at("from")));
        return across ? Value(*across > 0.0 ? "right" : "left") : std::nullopt;
    }

    Value turnTo(const Json& program) const
    {
        const SourceFacts* s = source(program.at("of"));
        const auto quadrant = s != nullptr ? quadrantOf(*s) : std::nullopt;
        if (!quadrant)
            return std::nullopt;
        return *quadrant == "front" ? "straight ahead" : *quadrant == "behind" ? "turn around" : "turn " + *quadrant;
    }

    // Sides of the sources in the order of their starts.
    Value chain(const Json&) const
    {
        std::vector<const SourceFacts*> order;
        for (const SourceFacts& s : facts_.sources)
            order.push_back(&s);
        std::sort(order.begin(), order.end(), [](auto* a, auto* b) { return a->startS < b->startS; });
        if (order.size() < 2)
            return std::nullopt;
        std::vector<std::string> sides;
        for (std::size_t i = 0; i < order.size(); ++i) {
            const auto side = sideOf(*order[i]);
            if (!side || (i > 0 && order[i]->startS - order[i - 1]->startS < margins::orderS))
                return std::nullopt;
            if (sides.empty() || sides.back() != *side)
                sides.push_back(*side);
        }
        if (sides.size() == 1)
            return "stays on one side";
        return sides.size() == 2 ? Value(sides[0] + " to " + sides[1]) : std::nullopt;
    }

    Value orUnknown(const Json& program) const
    {
        const auto present = exists(program);
        if (!present)
            return std::nullopt;
        return *present == "yes" ? value(program.at("value")) : Value(cannotBeTold);
    }

    const SceneFacts& facts_;
};

} // namespace

std::optional<std::string> evaluateProgram(const Json& program, const SceneFacts& facts)
{
    return Interpreter(facts).value(program);
}

std::optional<std::string> evaluateProgram(const Json& program, const Scene& scene)
{
    return evaluateProgram(program, factsOf(scene));
}

} // namespace binaurium
