// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/LocalizationLane.h"

#include "core/benchmark/localization/Assignment.h"
#include "core/benchmark/localization/ClassicalLocalizer.h"
#include "core/benchmark/report/DcaseRecordings.h"
#include "core/benchmark/report/Scoring.h"
#include "core/dataset/SceneFacts.h"
#include "core/scene/SceneFile.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double frameS = 0.1;

std::vector<SeldEvent> trueEvents(const Scene& scene, std::size_t frames)
{
    std::vector<SeldEvent> events;
    for (std::size_t t = 0; t < frames; ++t) {
        const double timeS = (static_cast<double>(t) + 0.5) * frameS;
        for (const Source& source : scene.sources) {
            const double endS = source.endS > 0.0 ? source.endS : scene.durationS;
            if (source.muted || timeS < source.startS || timeS >= endS)
                continue;
            const auto place = relativePosition(poseAt(scene.listener, timeS), poseAt(source, timeS).positionM);
            events.push_back({t, source.label, place.direction});
        }
    }
    return events;
}

std::vector<SeldEvent> heardEvents(const Localization& heard)
{
    std::vector<SeldEvent> events;
    for (const auto& frame : heard.frames) {
        const auto t = static_cast<std::size_t>(std::max(0.0, std::floor(frame.timeS / frameS)));
        for (const auto& source : frame.sources)
            if (source.activity >= soundingActivity)
                events.push_back({t, source.label, {source.azimuthDeg, source.elevationDeg}});
    }
    return events;
}

} // namespace

LocalizedScene matchScene(const Item& item, const Localization& heard)
{
    const auto scene = sceneFromJson(item.scene, "item " + item.id);
    const auto facts = factsOf(scene);
    LocalizedScene result;
    result.cluster = clusterOf(item);
    result.groups = sceneGroups(item);
    // Moving sources take part in the matching, so that what was heard of them is nobody else's.
    std::vector<const SourceFacts*> audible;
    for (const auto& source : facts.sources)
        if (source.audible)
            audible.push_back(&source);
    std::vector<std::vector<double>> angle;
    for (const auto* source : audible) {
        auto& row = angle.emplace_back();
        for (const auto& estimate : heard.sources)
            row.push_back(angleBetweenDeg(source->direction, {estimate.azimuthDeg, estimate.elevationDeg}));
    }
    const auto match = bestAssignment(angle);
    for (std::size_t i = 0; i < audible.size(); ++i) {
        const auto& source = *audible[i];
        if (source.moves)
            continue;
        LocalizedScene::Source entry;
        entry.label = source.label->id;
        entry.groups = {std::string("class:") + source.label->id, distanceGroup(source.distanceM)};
        entry.heard.truth = source.direction;
        entry.heard.distanceM = source.distanceM;
        entry.heard.missed = !match[i];
        if (match[i]) {
            const auto& estimate = heard.sources[*match[i]];
            entry.heard.estimate = {estimate.azimuthDeg, estimate.elevationDeg};
            entry.heard.estimatedDistanceM = estimate.distanceM;
            entry.heard.frontBackConfidence = estimate.frontBackConfidence;
        }
        result.still.push_back(std::move(entry));
    }
    const auto frames = static_cast<std::size_t>(std::ceil(scene.durationS / frameS - 1e-9));
    const auto labelled = labelledEvents(item);
    result.seld = countSeld(labelled.empty() ? trueEvents(scene, frames) : labelled, heardEvents(heard), frames);
    return result;
}

LocalizationLane::LocalizationLane(std::filesystem::path file, const ResultKey& key, bool wanted)
    : file_(std::move(file)), wanted_(wanted)
{
    if (!wanted_)
        return;
    Json header = {{"format", "binaurium-benchmark-localization"}, {"version", 1}};
    header.update(keyToJson(key));
    std::string whole = header.dump() + "\n";
    if (std::filesystem::exists(file_)) {
        const auto bytes = readFile(file_);
        if (!bytes.starts_with(whole))
            throw badInput(file_.string(), "belongs to another run; choose a new folder");
        for (std::size_t start = whole.size(), end = 0; (end = bytes.find('\n', start)) != std::string::npos;
             start = end + 1) {
            const auto place = file_.string() + ": scene " + std::to_string(scenes_.size() + 1);
            const Json json = parseJson(std::string_view(bytes).substr(start, end - start), place);
            const JsonObject object(json, place);
            done_.insert(object.string("scene"));
            scenes_.push_back(localizedSceneFromJson(object));
        }
        std::filesystem::resize_file(file_, bytes.rfind('\n') + 1);
    } else {
        writeFileAtomically(file_, whole);
    }
    stream_.open(file_, std::ios::app | std::ios::binary);
}

bool LocalizationLane::wants(const Item& item) const
{
    return wanted_ && item.scene.is_object() && !done_.contains(sceneKeyOf(item));
}

void LocalizationLane::add(const Item& item, const AudioBuffer& audio, const Localization& heard)
{
    auto scene = matchScene(item, heard);
    if (scene.still.size() == 1 && sceneFromJson(item.scene, item.id).sources.size() == 1)
        scene.classicalAzimuthDeg = localizeClassically(audio).azimuthDeg;
    Json line = {{"scene", sceneKeyOf(item)}, {"item", item.id}};
    line.update(toJson(scene));
    stream_ << line.dump() << '\n';
    stream_.flush();
    if (!stream_)
        throw badInput(file_.string(), "could not be written; is the disk full?");
    done_.insert(sceneKeyOf(item));
    scenes_.push_back(std::move(scene));
}

Json LocalizationLane::report(const BootstrapOptions& options) const
{
    return localizationReport(scenes_, options);
}

} // namespace binaurium
