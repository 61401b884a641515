// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/localization/SeldScore.h"

#include "core/benchmark/localization/Assignment.h"

#include <algorithm>
#include <set>

namespace binaurium {
namespace {

constexpr double mostCounts = 1e9;

// Directions of one class by frame of a segment.
using Frames = std::map<std::size_t, std::vector<Direction>>;

double share(double part, double whole)
{
    return whole > 0.0 ? part / whole : 0.0;
}

std::size_t mostAtOnce(const Frames& frames)
{
    std::size_t most = 0;
    for (const auto& [frame, directions] : frames)
        most = std::max(most, directions.size());
    return most;
}

struct Track
{
    double angleSumDeg = 0.0;
    double frames = 0.0;
};

// Angles of the matched pairs by the place of the true source in its frame.
std::map<std::size_t, Track> matchedTracks(const Frames& truth, const Frames& heard)
{
    std::map<std::size_t, Track> tracks;
    for (const auto& [frame, sources] : truth) {
        const auto there = heard.find(frame);
        if (there == heard.end())
            continue;
        std::vector<std::vector<double>> angle;
        for (const Direction& source : sources) {
            auto& row = angle.emplace_back();
            for (const Direction& estimate : there->second)
                row.push_back(angleBetweenDeg(source, estimate));
        }
        const auto match = bestAssignment(angle);
        for (std::size_t i = 0; i < match.size(); ++i)
            if (match[i]) {
                tracks[i].angleSumDeg += angle[i][*match[i]];
                tracks[i].frames += 1.0;
            }
    }
    return tracks;
}

// One class in one segment; adds what was wrongly there and wrongly not there.
void countSegment(const Frames& truth, const Frames& heard, SeldCounts::PerClass& c, double& falseHere,
                  double& missingHere)
{
    const auto sources = static_cast<double>(mostAtOnce(truth));
    const auto estimates = static_cast<double>(mostAtOnce(heard));
    c.reference += sources;
    const auto tracks = matchedTracks(truth, heard);
    if (tracks.empty() && sources > 0.0 && estimates > 0.0) { // never in the same frame
        missingHere += estimates;
        c.missed += estimates;
        return;
    }
    for (const auto& [place, track] : tracks) {
        const double meanDeg = track.angleSumDeg / track.frames;
        c.angleSumDeg += meanDeg;
        if (meanDeg <= seldThresholdDeg) {
            c.right += 1.0;
        } else {
            c.astray += 1.0;
            falseHere += 1.0;
        }
    }
    const double extra = std::max(0.0, estimates - sources);
    const double missed = std::max(0.0, sources - estimates);
    falseHere += extra;
    missingHere += missed;
    c.extra += extra;
    c.missed += missed;
}

SeldScore scoreOf(const SeldCounts::PerClass& c)
{
    const double matched = c.right + c.astray;
    SeldScore score;
    score.f = share(c.right, c.right + c.astray + 0.5 * (c.extra + c.missed));
    score.localizationErrorDeg = matched > 0.0 ? c.angleSumDeg / matched : 180.0;
    score.localizationRecall = share(matched, matched + c.missed);
    return score;
}

double errorRateOf(const SeldCounts& counts)
{
    double reference = 0.0;
    for (const auto& [label, c] : counts.classes)
        reference += c.reference;
    return share(counts.substitutions + counts.deletions + counts.insertions, reference);
}

} // namespace

void SeldCounts::add(const SeldCounts& other)
{
    for (const auto& [label, theirs] : other.classes) {
        auto& c = classes[label];
        c.right += theirs.right;
        c.astray += theirs.astray;
        c.extra += theirs.extra;
        c.missed += theirs.missed;
        c.reference += theirs.reference;
        c.angleSumDeg += theirs.angleSumDeg;
    }
    substitutions += other.substitutions;
    deletions += other.deletions;
    insertions += other.insertions;
}

SeldCounts countSeld(const std::vector<SeldEvent>& truth, const std::vector<SeldEvent>& heard, std::size_t frames)
{
    const std::size_t segments = (frames + seldSegmentFrames - 1) / seldSegmentFrames;
    std::vector<std::map<std::string, std::pair<Frames, Frames>>> bySegment(segments);
    for (const auto& event : truth)
        if (event.frame < frames)
            bySegment[event.frame / seldSegmentFrames][event.label].first[event.frame].push_back(event.direction);
    for (const auto& event : heard)
        if (event.frame < frames)
            bySegment[event.frame / seldSegmentFrames][event.label].second[event.frame].push_back(event.direction);
    SeldCounts counts;
    for (const auto& segment : bySegment) {
        double wrong = 0.0;
        double missing = 0.0;
        for (const auto& [label, both] : segment)
            countSegment(both.first, both.second, counts.classes[label], wrong, missing);
        counts.substitutions += std::min(wrong, missing);
        counts.deletions += std::max(0.0, missing - wrong);
        counts.insertions += std::max(0.0, wrong - missing);
    }
    return counts;
}

Json toJson(const SeldCounts& counts)
{
    Json classes = Json::object();
    for (const auto& [label, c] : counts.classes)
        classes[label] = {c.right, c.astray, c.extra, c.missed, c.reference, c.angleSumDeg};
    return {{"classes", classes},
            {"substitutions", counts.substitutions},
            {"deletions", counts.deletions},
            {"insertions", counts.insertions}};
}

SeldCounts seldCountsFromJson(const JsonObject& object)
{
    SeldCounts counts;
    const auto classes = object.object("classes");
    for (const auto& [label, value] : classes.value().items()) {
        const auto v = classes.numbers(label, 6, 0.0, mostCounts);
        counts.classes[label] = {v[0], v[1], v[2], v[3], v[4], v[5]};
    }
    counts.substitutions = object.number("substitutions", 0.0, mostCounts);
    counts.deletions = object.number("deletions", 0.0, mostCounts);
    counts.insertions = object.number("insertions", 0.0, mostCounts);
    return counts;
}

double SeldScore::seld() const
{
    return (errorRate + 1.0 - f + localizationErrorDeg / 180.0 + 1.0 - localizationRecall) / 4.0;
}

SeldScore macroSeld(const SeldCounts& counts, std::vector<std::string> classes)
{
    if (classes.empty())
        for (const auto& [label, c] : counts.classes)
            if (c.reference > 0.0)
                classes.push_back(label);
    SeldScore mean;
    mean.errorRate = errorRateOf(counts);
    if (classes.empty())
        return mean;
    mean.localizationErrorDeg = 0.0;
    const auto n = static_cast<double>(classes.size());
    for (const auto& label : classes) {
        const auto found = counts.classes.find(label);
        const auto score = scoreOf(found == counts.classes.end() ? SeldCounts::PerClass{} : found->second);
        mean.f += score.f / n;
        mean.localizationErrorDeg += score.localizationErrorDeg / n;
        mean.localizationRecall += score.localizationRecall / n;
    }
    return mean;
}

SeldScore microSeld(const SeldCounts& counts)
{
    SeldCounts::PerClass all;
    for (const auto& [label, c] : counts.classes) {
        all.right += c.right;
        all.astray += c.astray;
        all.extra += c.extra;
        all.missed += c.missed;
        all.angleSumDeg += c.angleSumDeg;
    }
    auto score = scoreOf(all);
    score.errorRate = errorRateOf(counts);
    return score;
}

Json toJson(const SeldScore& s)
{
    return {{"er20", s.errorRate},
            {"f20", s.f},
            {"le_cd_deg", s.localizationErrorDeg},
            {"lr_cd", s.localizationRecall},
            {"seld", s.seld()}};
}

} // namespace binaurium
