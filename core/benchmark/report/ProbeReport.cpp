// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/ProbeReport.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cstdio>

namespace binaurium {
namespace {

constexpr std::int64_t mostScenes = 10'000'000;
constexpr double largestScore = 1e6; // relative errors of distance have no bound

std::string nameOf(const ProbeScore& s)
{
    if (s.stage != "language")
        return s.stage;
    char name[64];
    std::snprintf(name, sizeof name, "layer %d, %s", s.layer, s.position.c_str());
    return name;
}

std::string cell(const ProbeScore* s, double factor)
{
    char text[64] = "-";
    if (s != nullptr)
        std::snprintf(text, sizeof text, "%.1f [%.1f, %.1f]", factor * s->score, factor * s->interval.low,
                      factor * s->interval.high);
    return text;
}

} // namespace

const ProbeScore* ProbeReport::find(const std::string& stage, int layer, const std::string& position,
                                    const std::string& target) const
{
    const auto found = std::find_if(scores.begin(), scores.end(), [&](const ProbeScore& s) {
        return s.stage == stage && s.layer == layer && s.position == position && s.target == target;
    });
    return found == scores.end() ? nullptr : &*found;
}

Json toJson(const ProbeReport& r)
{
    Json json = {{"format", "binaurium-probes"}, {"version", 1}};
    json["key"] = keyToJson(r.key);
    json["data"] = r.dataName;
    json["scenes"] = r.scenes;
    json["classes"] = r.classes;
    json["folds"] = r.folds;
    json["question"] = r.question;
    json["intervals"] = toJson(r.bootstrap, "percentile bootstrap over scenes");
    json["constant"] = {
        {"azimuth", r.azimuthConstantDeg}, {"distance", r.distanceConstant}, {"class", r.classConstant}};
    json["scores"] = Json::array();
    for (const auto& s : r.scores)
        json["scores"].push_back({{"stage", s.stage},
                                  {"layer", s.layer},
                                  {"position", s.position},
                                  {"target", s.target},
                                  {"score", s.score},
                                  {"interval", {s.interval.low, s.interval.high}}});
    json["problems"] = r.problems;
    return json;
}

ProbeReport probeReportFromJson(const Json& json, const std::string& name)
{
    const JsonObject root(json, name);
    checkFormat(root, "binaurium-probes", 1);
    ProbeReport r;
    r.key = keyFromJson(root.object("key"));
    r.dataName = root.string("data");
    r.scenes = static_cast<int>(root.integer("scenes", 0, mostScenes));
    r.classes = static_cast<int>(root.integer("classes", 0, mostScenes));
    r.folds = static_cast<int>(root.integer("folds", 2, 1000));
    r.question = root.string("question");
    r.bootstrap = bootstrapOptionsFromJson(root.object("intervals"));
    const auto constant = root.object("constant");
    r.azimuthConstantDeg = constant.number("azimuth", 0.0, 180.0);
    r.distanceConstant = constant.number("distance", 0.0, largestScore);
    r.classConstant = constant.number("class", 0.0, 1.0);
    for (const auto& o : root.objects("scores")) {
        ProbeScore s;
        s.stage = o.string("stage");
        s.layer = static_cast<int>(o.integer("layer", 0, 10'000));
        s.position = o.string("position");
        s.target = o.string("target");
        s.score = o.number("score", 0.0, largestScore);
        const auto interval = o.numbers("interval", 2, 0.0, largestScore);
        s.interval = {interval[0], interval[1]};
        r.scores.push_back(std::move(s));
    }
    r.problems = root.strings("problems", 100);
    return r;
}

ProbeReport readProbeReport(const std::filesystem::path& path)
{
    const auto file = std::filesystem::is_directory(path) ? path / "probes.json" : path;
    if (!std::filesystem::exists(file))
        throw missing("there are no probes " + file.string(), "make them with 'binaurium-cli bench probe'");
    return probeReportFromJson(readJson(file), file.string());
}

std::string captionOf(const ProbeReport& r)
{
    std::string text = "Model ";
    text.append(r.key.model).append(" (").append(r.key.modelSha256.substr(0, 12)).append("); data ");
    text.append(r.dataName).append(" (").append(r.key.dataSha256.substr(0, 12)).append("), seed ");
    char numbers[256];
    std::snprintf(numbers, sizeof numbers,
                  "%llu; n = %d scenes of one still source, %d classes; ridge regression in %d folds by scene; 95 %% "
                  "intervals: percentile bootstrap over scenes, %d resamples. Question: ",
                  static_cast<unsigned long long>(r.key.seed), r.scenes, r.classes, r.folds, r.bootstrap.samples);
    return text.append(numbers).append(r.question);
}

std::string probesToMarkdown(const ProbeReport& r)
{
    std::string text = "| place | azimuth error, deg | distance error, % | class right, % |\n|---|---|---|---|\n";
    for (const auto& s : r.scores) {
        if (s.target != probeTargets[0])
            continue;
        text.append("| ").append(nameOf(s)).append(" | ").append(cell(&s, 1.0)).append(" | ");
        text.append(cell(r.find(s.stage, s.layer, s.position, "distance"), 100.0)).append(" | ");
        text.append(cell(r.find(s.stage, s.layer, s.position, "class"), 100.0)).append(" |\n");
    }
    char line[160];
    std::snprintf(line, sizeof line, "| always the same | %.1f | %.1f | %.1f |\n", r.azimuthConstantDeg,
                  100.0 * r.distanceConstant, 100.0 * r.classConstant);
    text += line;
    text.append("\n").append(captionOf(r)).append("\n");
    for (const auto& problem : r.problems)
        text.append("- ").append(problem).append("\n");
    return text;
}

} // namespace binaurium
