// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/BenchmarkReport.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

namespace binaurium {
namespace {

constexpr std::int64_t mostAnswers = 1'000'000'000;

Json toJson(const Interval& i)
{
    return {i.low, i.high};
}

Interval intervalFrom(const JsonObject& o, const std::string& key)
{
    const auto values = o.numbers(key, 2, -1.0, 1.0);
    return {values[0], values[1]};
}

int count(const JsonObject& o, const std::string& key)
{
    return static_cast<int>(o.integer(key, 0, mostAnswers));
}

Json toJson(const ReportRow& row)
{
    Json json = {{"system", row.system},
                 {"control", row.control},
                 {"scorer", row.scorer},
                 {"group", row.group},
                 {"n", row.n},
                 {"score", row.score},
                 {"interval", toJson(row.interval)}};
    if (row.parseRate)
        json["parse_rate"] = *row.parseRate;
    return json;
}

ReportRow rowFrom(const JsonObject& o)
{
    ReportRow row{o.string("system"), o.string("control"),     o.string("scorer"),          o.string("group"),
                  count(o, "n"),      o.number("score", 0, 1), intervalFrom(o, "interval"), {}};
    if (o.has("parse_rate"))
        row.parseRate = o.number("parse_rate", 0, 1);
    return row;
}

Json toJson(const ReportDifference& d)
{
    return {{"control", d.control},
            {"group", d.group},
            {"n", d.n},
            {"difference", d.difference},
            {"interval", toJson(d.interval)},
            {"p", d.p},
            {"p_holm", d.pAdjusted}};
}

Json toJson(const MirrorScore& m)
{
    return {{"asked", m.asked},
            {"right", m.right},
            {"changed", m.changed},
            {"changed_right", m.changedRight},
            {"own_answers", m.ownAnswers},
            {"own_consistent", m.ownConsistent}};
}

Json toJson(const ConfusionMatrix& m)
{
    return {{"task", m.task}, {"answers", m.answers}, {"counts", m.counts}};
}

Json toJson(const CalibrationBin& b)
{
    return {{"low", b.low}, {"high", b.high}, {"n", b.n}, {"confidence", b.confidence}, {"right", b.right}};
}

template <typename T>
Json list(const std::vector<T>& values)
{
    Json json = Json::array();
    for (const T& value : values)
        json.push_back(toJson(value));
    return json;
}

ConfusionMatrix confusionFrom(const JsonObject& o)
{
    ConfusionMatrix m{o.string("task"), o.strings("answers", 64), {}};
    const Json& rows = o.raw("counts");
    if (!rows.is_array() || rows.size() != m.answers.size())
        o.fail("counts", "does not have a row for each answer");
    for (const Json& row : rows) {
        if (!row.is_array() || row.size() != m.answers.size())
            o.fail("counts", "does not have a column for each answer");
        auto& counts = m.counts.emplace_back();
        for (const Json& value : row) {
            if (!value.is_number_integer() || value.get<std::int64_t>() < 0 || value.get<std::int64_t>() > mostAnswers)
                o.fail("counts", "holds something else than counts");
            counts.push_back(value.get<int>());
        }
    }
    return m;
}

} // namespace

Json reportToJson(const BenchmarkReport& r)
{
    Json json = {{"format", "binaurium-benchmark"}, {"version", 1}};
    json["key"] = keyToJson(r.key);
    json["data"] = {{"name", r.dataName}, {"split", r.split}, {"population", r.population}, {"items", r.items}};
    if (!r.source.path.empty())
        json["data"].update({{"path", r.source.path}, {"tasks", r.source.tasks}, {"foa_head", r.source.foaHead}});
    json["lanes"] = r.lanes;
    json["expected_answers"] = r.expected;
    json["answers"] = r.answered;
    json["complete"] = r.isComplete();
    json["intervals"] = toJson(r.bootstrap, "percentile bootstrap over scenes; Wilson where all scenes agree");
    json["rows"] = list(r.rows);
    json["score_minus_prior"] = list(r.differences);
    json["pairs"] = {{"pairs", r.pairs.pairs}, {"both_right", r.pairs.bothRight}, {"one_right", r.pairs.oneRight}};
    json["rotation"] = {{"items", r.rotation.items},
                        {"average", r.rotation.average},
                        {"average_interval", toJson(r.rotationAverage)},
                        {"all_right", r.rotation.allRight},
                        {"all_right_interval", toJson(r.rotationAllRight)}};
    json["letters"] = {{"chosen", r.letters.chosen}, {"right", r.letters.right}};
    json["mirror"] = toJson(r.mirror);
    json["confusions"] = list(r.confusions);
    json["calibration"] = {{"expected_error", r.calibrationError}, {"bins", list(r.calibration)}};
    json["texts"] = {{"empty", r.emptyTexts}, {"cut", r.cutTexts}};
    json["failed_items"] = r.failedItems;
    json["problems"] = r.problems;
    json["failing"] = r.failing;
    json["localization"] = r.localization;
    return json;
}

BenchmarkReport reportFromJson(const Json& json, const std::string& name)
{
    const JsonObject root(json, name);
    checkFormat(root, "binaurium-benchmark", 1);
    BenchmarkReport r;
    r.key = keyFromJson(root.object("key"));
    const auto data = root.object("data");
    r.dataName = data.string("name");
    r.split = data.string("split");
    r.source.path = data.string("path", "");
    if (data.has("tasks"))
        r.source.tasks = data.strings("tasks", 1000);
    r.source.foaHead = data.string("foa_head", "");
    r.population = data.integer("population", 0, mostAnswers);
    r.items = count(data, "items");
    if (root.has("lanes")) // reports of earlier versions do not say
        for (const auto& [lane, items] : root.object("lanes").value().items())
            r.lanes[lane] = count(root.object("lanes"), lane.c_str());
    r.expected = count(root, "expected_answers");
    r.answered = count(root, "answers");
    r.bootstrap = bootstrapOptionsFromJson(root.object("intervals"));
    for (const auto& row : root.objects("rows"))
        r.rows.push_back(rowFrom(row));
    for (const auto& d : root.objects("score_minus_prior"))
        r.differences.push_back({d.string("control"), d.string("group"), count(d, "n"), d.number("difference", -1, 1),
                                 intervalFrom(d, "interval"), d.number("p", 0, 1), d.number("p_holm", 0, 1)});
    const auto pairs = root.object("pairs");
    r.pairs = {count(pairs, "pairs"), count(pairs, "both_right"), count(pairs, "one_right")};
    const auto rotation = root.object("rotation");
    r.rotation = {count(rotation, "items"), rotation.number("average", 0, 1), rotation.number("all_right", 0, 1)};
    r.rotationAverage = intervalFrom(rotation, "average_interval");
    r.rotationAllRight = intervalFrom(rotation, "all_right_interval");
    const auto letters = root.object("letters");
    const auto chosen = letters.numbers("chosen", 8, 0, mostAnswers);
    const auto right = letters.numbers("right", 8, 0, mostAnswers);
    for (std::size_t i = 0; i < 8; ++i) {
        r.letters.chosen[i] = static_cast<int>(chosen[i]);
        r.letters.right[i] = static_cast<int>(right[i]);
    }
    const auto mirror = root.object("mirror");
    r.mirror = {count(mirror, "asked"),         count(mirror, "right"),       count(mirror, "changed"),
                count(mirror, "changed_right"), count(mirror, "own_answers"), count(mirror, "own_consistent")};
    for (const auto& matrix : root.objects("confusions", 1000))
        r.confusions.push_back(confusionFrom(matrix));
    const auto calibration = root.object("calibration");
    r.calibrationError = calibration.number("expected_error", 0, 1);
    for (const auto& bin : calibration.objects("bins", 100))
        r.calibration.push_back({bin.number("low", 0, 1), bin.number("high", 0, 1), count(bin, "n"),
                                 bin.number("confidence", 0, 1), bin.number("right", 0, 1)});
    const auto texts = root.object("texts");
    r.emptyTexts = count(texts, "empty");
    r.cutTexts = count(texts, "cut");
    r.failedItems = count(root, "failed_items");
    r.problems = root.strings("problems", 100);
    r.failing = root.strings("failing", 100);
    r.localization = root.raw("localization");
    return r;
}

BenchmarkReport readReport(const std::filesystem::path& path)
{
    const auto file = std::filesystem::is_directory(path) ? path / "report.json" : path;
    if (!std::filesystem::exists(file))
        throw missing("there is no report " + file.string(), "make one with 'binaurium-cli bench'");
    return reportFromJson(readJson(file), file.string());
}

} // namespace binaurium
