// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/localization/LocalizationReport.h"

#include "core/acoustics/DrySound.h"
#include "core/acoustics/EnergyDecay.h"
#include "core/acoustics/HeadCatalogue.h"
#include "core/audio/MinimumPhase.h"
#include "core/dataset/SceneFacts.h"
#include "core/scene/SceneFile.h"
#include "core/support/AtomicFile.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace binaurium {
namespace {

constexpr double noNoiseDb = -119.0;

std::string rt60Group(const Room& room)
{
    if (!room.measured.empty())
        return "rt60:measured room";
    if (room.anechoic)
        return "rt60:free field";
    const double rt60S = room.wantedRt60S.size() == 1
                             ? room.wantedRt60S[0]
                             : EnergyDecay::reverberationTimeS(RoomAcoustics(room), filterBand1kHz);
    return rt60S < 0.3 ? "rt60:below 0.3 s" : rt60S < 0.6 ? "rt60:0.3 to 0.6 s" : "rt60:above 0.6 s";
}

struct Group
{
    std::vector<LocalizationCase> cases;
    std::vector<std::size_t> clusters;
};

Json scoreOf(const Group& group, const BootstrapOptions& options)
{
    Json json = toJson(scoreLocalization(group.cases));
    std::vector<double> errors, reversed;
    std::vector<std::size_t> reversedClusters;
    for (std::size_t i = 0; i < group.cases.size(); ++i) {
        errors.push_back(greatCircleErrorDeg(group.cases[i]));
        if (!countsForReversals(group.cases[i]))
            continue;
        reversed.push_back(isReversed(group.cases[i]) ? 1.0 : 0.0);
        reversedClusters.push_back(group.clusters[i]);
    }
    const bool oneScene = std::all_of(group.clusters.begin(), group.clusters.end(),
                                      [&](std::size_t c) { return c == group.clusters[0]; });
    if (!oneScene) {
        const auto i = bootstrapMean(errors, group.clusters, options);
        json["great_circle_interval"] = {i.low, i.high};
    }
    const auto r = reversed.empty() ? Interval{0.0, 1.0} : bootstrapRate(reversed, reversedClusters, options);
    json["reversal_interval"] = {r.low, r.high};
    return json;
}

} // namespace

Json toJson(const LocalizedScene& scene)
{
    Json json = {{"cluster", scene.cluster}, {"groups", scene.groups}, {"sources", Json::array()}};
    for (const auto& source : scene.still) {
        const auto& c = source.heard;
        Json entry = {{"label", source.label},
                      {"groups", source.groups},
                      {"truth", {c.truth.azimuthDeg, c.truth.elevationDeg, c.distanceM}}};
        if (!c.missed)
            entry["heard"] = {c.estimate.azimuthDeg, c.estimate.elevationDeg, c.estimatedDistanceM,
                              c.frontBackConfidence};
        json["sources"].push_back(std::move(entry));
    }
    if (scene.classicalAzimuthDeg)
        json["classical_azimuth_deg"] = *scene.classicalAzimuthDeg;
    json["seld"] = toJson(scene.seld);
    return json;
}

LocalizedScene localizedSceneFromJson(const JsonObject& object)
{
    LocalizedScene scene;
    scene.cluster = object.string("cluster");
    scene.groups = object.strings("groups", 64);
    for (const auto& o : object.objects("sources", 256)) {
        LocalizedScene::Source source;
        source.label = o.string("label");
        source.groups = o.strings("groups", 64);
        const auto truth = o.numbers("truth", 3, -360.0, 1e6);
        source.heard.truth = {truth[0], truth[1]};
        source.heard.distanceM = truth[2];
        source.heard.missed = !o.has("heard");
        if (!source.heard.missed) {
            const auto heard = o.numbers("heard", 4, -360.0, 1e6);
            source.heard.estimate = {heard[0], heard[1]};
            source.heard.estimatedDistanceM = heard[2];
            source.heard.frontBackConfidence = heard[3];
        }
        scene.still.push_back(std::move(source));
    }
    if (object.has("classical_azimuth_deg"))
        scene.classicalAzimuthDeg = object.number("classical_azimuth_deg", -180.0, 180.0);
    scene.seld = seldCountsFromJson(object.object("seld"));
    return scene;
}

std::vector<LocalizedScene> readLocalizedScenes(const std::filesystem::path& file)
{
    std::vector<LocalizedScene> scenes;
    if (!std::filesystem::exists(file))
        return scenes;
    const auto bytes = readFile(file);
    std::size_t number = 1;
    for (std::size_t start = 0, end = 0; (end = bytes.find('\n', start)) != std::string::npos; start = end + 1) {
        const auto place = file.string() + ": line " + std::to_string(number);
        const Json json = parseJson(std::string_view(bytes).substr(start, end - start), place);
        const JsonObject object(json, place);
        if (number++ == 1)
            checkFormat(object, "binaurium-benchmark-localization", 1);
        else
            scenes.push_back(localizedSceneFromJson(object));
    }
    return scenes;
}

std::vector<std::string> sceneGroups(const Item& item)
{
    const auto scene = sceneFromJson(item.scene, "item " + item.id);
    const auto facts = factsOf(scene);
    const bool recorded = item.margins.contains("audio"); // the scene says where the sources are, and no more
    std::vector<std::string> groups{"sources:" + std::to_string(facts.sources.size()),
                                    recorded ? std::string("rt60:not known") : rt60Group(scene.room),
                                    recorded ? std::string("snr:not known") : snrGroup(scene, facts)};
    const bool moves = std::any_of(facts.sources.begin(), facts.sources.end(), [](const auto& s) { return s.moves; });
    groups.emplace_back(moves ? "motion:moving" : "motion:still");
    std::string head = recorded ? "of the recording" : "default";
    if (const auto foa = item.margins.find("foa_head"); foa != item.margins.end() && foa->is_string())
        head = foa->get<std::string>();
    if (item.head.is_object() && item.head.contains("id") && item.head["id"].is_string())
        head = item.head["id"].get<std::string>();
    groups.push_back("head:" + head);
    for (const auto& entry : readHeadCatalogue())
        if (entry.id == head)
            groups.emplace_back(entry.split == Split::Train ? "training:seen head" : "training:unseen head");
    return groups;
}

std::string snrGroup(const Scene& scene, const SceneFacts& facts)
{
    if (scene.noise.levelDb <= noNoiseDb)
        return "snr:no noise";
    double loudestDb = -300.0;
    for (const auto& source : facts.sources)
        loudestDb = std::max(loudestDb, source.levelDb);
    const double snrDb = sourceLevelDb + loudestDb - scene.noise.levelDb;
    return snrDb < 10.0   ? "snr:below 10 dB"
           : snrDb < 20.0 ? "snr:10 to 20 dB"
           : snrDb < 30.0 ? "snr:20 to 30 dB"
                          : "snr:above 30 dB";
}

std::string distanceGroup(double distanceM)
{
    return distanceM < 1.0 ? "distance:below 1 m" : distanceM < 2.0 ? "distance:1 to 2 m" : "distance:above 2 m";
}

Json localizationReport(const std::vector<LocalizedScene>& scenes, const BootstrapOptions& options)
{
    if (scenes.empty())
        return nullptr;
    std::map<std::string, Group> groups;
    std::map<std::string, std::size_t> clusters;
    Group classical;
    SeldCounts seld;
    for (const auto& scene : scenes) {
        seld.add(scene.seld);
        const auto cluster = clusters.emplace(scene.cluster, clusters.size()).first->second;
        for (const auto& source : scene.still) {
            std::vector<std::string> names{"all"};
            names.insert(names.end(), scene.groups.begin(), scene.groups.end());
            names.insert(names.end(), source.groups.begin(), source.groups.end());
            for (const auto& name : names) {
                groups[name].cases.push_back(source.heard);
                groups[name].clusters.push_back(cluster);
            }
            if (!scene.classicalAzimuthDeg)
                continue;
            LocalizationCase c = source.heard;
            c.estimate = {*scene.classicalAzimuthDeg, 0.0};
            c.missed = false;
            c.frontBackConfidence = 1.0;
            c.knowsDistance = false;
            classical.cases.push_back(c);
            classical.clusters.push_back(cluster);
        }
    }
    Json json = {{"scenes", scenes.size()}, {"missed_error_deg", 90}, {"groups", Json::object()}};
    for (const auto& [name, group] : groups)
        json["groups"][name] = scoreOf(group, options);
    json["classical"] = classical.cases.empty() ? Json(nullptr) : scoreOf(classical, options);
    json["seld_macro"] = toJson(macroSeld(seld));
    json["seld_micro"] = toJson(microSeld(seld));
    return json;
}

std::string localizationToMarkdown(const Json& report)
{
    if (!report.is_object())
        return "not measured\n";
    std::string text =
        "| group | sources (missed) | great circle, deg (95 %) | azimuth mean / median | folded | lateral / "
        "polar | reversals, % (95 %) of n | elevation | distance, % | > 0.5 m, % | ER20 (BAT), % |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|\n";
    const auto row = [&](const std::string& name, const Json& s) {
        const auto v = [&](const char* key) { return s.value(key, 0.0); };
        const auto at = [&](const char* key, std::size_t i) { return s.contains(key) ? s[key][i].get<double>() : 0.0; };
        const bool knows = v("distance_cases") > 0.0;
        char line[512];
        std::string interval = "one scene"; // says nothing about others
        if (s.contains("great_circle_interval")) {
            std::snprintf(line, sizeof line, "%.1f to %.1f", at("great_circle_interval", 0),
                          at("great_circle_interval", 1));
            interval = line;
        }
        std::snprintf(
            line, sizeof line,
            "| %s | %.0f (%.0f) | %.1f (%s) | %.1f / %.1f | %.1f | %.1f / %.1f | %.1f (%.1f to %.1f) of %.0f | %.1f | ",
            name.c_str(), v("cases"), v("missed"), v("great_circle_mean_deg"), interval.c_str(), v("azimuth_mean_deg"),
            v("azimuth_median_deg"), v("folded_mean_deg"), v("lateral_mean_deg"), v("polar_mean_deg"),
            100 * v("reversal_share"), 100 * at("reversal_interval", 0), 100 * at("reversal_interval", 1),
            v("reversal_cases"), v("elevation_mean_deg"));
        text += line;
        std::snprintf(line, sizeof line, "%.0f | %.0f | ", 100 * v("distance_relative"),
                      100 * v("distance_wrong_share"));
        text += knows ? line : "- | - | ";
        std::snprintf(line, sizeof line, "%.1f |\n", 100 * v("er20_bat"));
        text += line;
    };
    row("all still sources", report["groups"].value("all", Json::object()));
    for (const auto& [name, score] : report["groups"].items())
        if (name != "all")
            row(name, score);
    if (report["classical"].is_object())
        row("GCC-PHAT + ILD, one source", report["classical"]);
    const auto seld = [&](const char* name, const Json& s) {
        char line[256];
        std::snprintf(line, sizeof line, "| %s | %.3f | %.3f | %.1f | %.3f | %.3f |\n", name, s.value("er20", 0.0),
                      s.value("f20", 0.0), s.value("le_cd_deg", 0.0), s.value("lr_cd", 0.0), s.value("seld", 0.0));
        text += line;
    };
    text += "\nJoint detection and localisation of all frames (DCASE 2023 definition, 20 degrees):\n\n"
            "| average | ER20 (DCASE) | F20 | LE, deg | LR | SELD |\n|---|---|---|---|---|---|\n";
    seld("macro", report["seld_macro"]);
    seld("micro", report["seld_micro"]);
    return text;
}

} // namespace binaurium
