// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/ReportTables.h"

#include "core/benchmark/localization/LocalizationReport.h"
#include "core/benchmark/report/OutsideData.h"
#include "core/benchmark/report/Scoring.h"

#include <algorithm>
#include <cstdio>

namespace binaurium {
namespace {

using Table = std::vector<std::vector<std::string>>; // first row: heads

std::string number(double value, int digits = 1)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string csvCell(const std::string& text)
{
    if (text.find_first_of(",\"\n\r") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c;
        if (c == '"')
            quoted += c;
    }
    quoted += '"';
    return quoted;
}

std::string markdownCell(const std::string& text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '|' || c == '\\')
            escaped += '\\';
        escaped += c == '\n' ? ' ' : c;
    }
    return escaped;
}

std::string joined(const Table& table, TableFormat format)
{
    std::string text;
    const auto line = [&](const std::vector<std::string>& cells, const char* before, const char* between,
                          const char* after, auto&& escape) {
        text += before;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            text += i == 0 ? "" : between;
            text += escape(cells[i]);
        }
        text += after;
    };
    if (format == TableFormat::Csv) {
        for (const auto& row : table)
            line(row, "", ",", "\n", csvCell);
    } else if (format == TableFormat::Markdown) {
        for (std::size_t r = 0; r < table.size(); ++r) {
            line(table[r], "| ", " | ", " |\n", markdownCell);
            if (r == 0) {
                text += '|';
                for (std::size_t i = 0; i < table[0].size(); ++i)
                    text += "---|";
                text += '\n';
            }
        }
    } else {
        text += "\\begin{tabular}{l" + std::string(table[0].size() - 1, 'r') + "}\n\\toprule\n";
        for (std::size_t r = 0; r < table.size(); ++r) {
            line(table[r], "", " & ", " \\\\\n", latexEscaped);
            if (r == 0)
                text += "\\midrule\n";
        }
        text += "\\bottomrule\n\\end{tabular}\n";
    }
    return text;
}

std::string percent(double score, const Interval& interval)
{
    return number(100.0 * score) + " [" + number(100.0 * interval.low) + ", " + number(100.0 * interval.high) + "]";
}

std::string groupWords(const std::string& group)
{
    const auto mark = group.find(':');
    return mark == std::string::npos ? group : group.substr(mark + 1);
}

std::vector<std::string> groupsOf(const std::vector<BenchmarkReport>& reports, const TableOptions& options)
{
    std::vector<std::string> groups{"all"};
    for (const auto& kind : options.kinds)
        for (const auto& report : reports)
            for (const auto& group : report.groups(kind))
                if (std::find(groups.begin(), groups.end(), group) == groups.end())
                    groups.push_back(group);
    return groups;
}

// Numbers alone, for programs: one line per report and group.
Table csvTable(const std::vector<BenchmarkReport>& reports, const TableOptions& options)
{
    Table table{{"model", "model_sha256", "data", "data_sha256", "seed", "complete", "system", "scorer", "group", "n",
                 "score", "low", "high", "parse_rate"}};
    const auto groups = groupsOf(reports, options);
    for (const auto& report : reports)
        for (const auto& row : report.rows) {
            if (row.control != "none" || row.scorer != options.scorer ||
                std::find(groups.begin(), groups.end(), row.group) == groups.end())
                continue;
            table.push_back({report.key.model, report.key.modelSha256, report.dataName, report.key.dataSha256,
                             std::to_string(report.key.seed), report.isComplete() ? "yes" : "no", row.system,
                             row.scorer, row.group, std::to_string(row.n), number(row.score, 6),
                             number(row.interval.low, 6), number(row.interval.high, 6),
                             row.parseRate ? number(*row.parseRate, 6) : std::string()});
        }
    return table;
}

// From the audio over what replaces it to what the model's parts are robbed of.
constexpr const char* controls[] = {"none", "prompt-only",  "silence",         "noise",      "mono",
                                    "swap", "zero-spatial", "shuffle-spatial", "no-semantic"};

Table controlCells(const BenchmarkReport& report)
{
    Table table{{"control", "n", "score, %", "score minus this, points", "p (Holm)"}};
    for (const char* control : controls) {
        const auto* found = report.find("model", control, "likelihood", "all");
        if (found == nullptr)
            continue;
        const auto& row = *found;
        const auto d = std::find_if(report.differences.begin(), report.differences.end(), [&](const auto& difference) {
            return difference.control == row.control && difference.group == "all";
        });
        const bool has = d != report.differences.end();
        table.push_back({row.control, std::to_string(row.n), percent(row.score, row.interval),
                         has ? percent(d->difference, d->interval) : std::string("-"),
                         has ? number(d->pAdjusted, 4) : std::string("-")});
    }
    return table;
}

} // namespace

std::string latexEscaped(const std::string& text)
{
    std::string escaped;
    for (const char c : text) {
        switch (c) {
        case '\\':
            escaped += "\\textbackslash{}";
            break;
        case '~':
            escaped += "\\textasciitilde{}";
            break;
        case '^':
            escaped += "\\textasciicircum{}";
            break;
        case '&':
        case '%':
        case '$':
        case '#':
        case '_':
        case '{':
        case '}':
            escaped += '\\';
            [[fallthrough]];
        default:
            escaped += c;
        }
    }
    return escaped;
}

std::string scoreTable(const std::vector<BenchmarkReport>& reports, const TableOptions& options)
{
    if (options.format == TableFormat::Csv)
        return joined(csvTable(reports, options), options.format);
    // Reports about other data stand beside each other with their data, and without systems of one of them.
    const bool sameData = std::all_of(reports.begin(), reports.end(), [&](const BenchmarkReport& report) {
        return report.key.dataSha256 == reports[0].key.dataSha256;
    });
    Table table{{"task", "n"}};
    for (const auto& report : reports)
        table[0].push_back(report.key.model + (sameData ? "" : " on " + report.dataName) +
                           (report.isComplete() ? "" : " (partial)"));
    const auto baselines = reports.empty() || !sameData ? std::vector<std::string>() : reports[0].systems();
    for (const auto& system : baselines)
        table[0].push_back(system);
    for (const auto& group : groupsOf(reports, options)) {
        std::vector<std::string> cells{groupWords(group), "-"};
        for (const auto& report : reports) {
            const auto* row = report.find("model", "none", options.scorer, group);
            const std::string of = row == nullptr || sameData ? "" : " (n " + std::to_string(row->n) + ")";
            cells.push_back(row == nullptr ? "-" : percent(row->score, row->interval) + of);
            if (row != nullptr && sameData)
                cells[1] = std::to_string(row->n);
        }
        for (const auto& system : baselines) {
            const auto* row = reports[0].find(system, "none", options.scorer, group);
            const bool known = system == "chance"; // not measured: no interval
            cells.push_back(row == nullptr ? "-"
                            : known        ? number(100.0 * row->score)
                                           : percent(row->score, row->interval));
            if (row != nullptr && std::to_string(row->n) != cells[1])
                cells.back() += " (n " + std::to_string(row->n) + ")";
        }
        table.push_back(std::move(cells));
    }
    return joined(table, options.format);
}

std::string laneTable(const std::vector<BenchmarkReport>& reports, TableFormat format)
{
    Table table{{"lane", "data", "system", "n", "score, %"}};
    const auto add = [&](const std::string& lane, const BenchmarkReport& report, const ReportRow* row) {
        if (row != nullptr)
            table.push_back({lane, report.dataName, row->system == "model" ? report.key.model : row->system,
                             std::to_string(row->n), percent(row->score, row->interval)});
    };
    const auto close = [&](const std::string& lane, std::size_t before) {
        if (table.size() == before)
            table.push_back({lane, "-", "-", "0", "not measured"});
    };
    for (const char* lane : lanes) {
        const auto before = table.size();
        for (const auto& report : reports) {
            if (!report.lanes.contains(lane))
                continue;
            const auto* row = report.find("model", "none", "likelihood", "all");
            add(lane, report, row != nullptr ? row : report.find("model", "none", "text", "all"));
        }
        close(lane, before);
    }
    const auto before = table.size();
    for (const auto& report : reports)
        for (const auto& system : report.systems())
            if (system.starts_with("human ("))
                add("listeners", report, report.find(system, "none", "likelihood", "all"));
    close("listeners", before);
    return joined(table, format);
}

std::string controlTable(const BenchmarkReport& report, TableFormat format)
{
    return joined(controlCells(report), format);
}

std::string captionOf(const BenchmarkReport& report)
{
    std::string text = "Model ";
    text.append(report.key.model).append(" (").append(report.key.modelSha256.substr(0, 12)).append("); data ");
    text.append(report.dataName).append(", split ").append(report.split.empty() ? "all" : report.split);
    text.append(" (").append(report.key.dataSha256.substr(0, 12)).append("), ");
    for (const auto& [lane, items] : report.lanes)
        text.append(lane).append(", ");
    text += std::to_string(report.items) + " of " + std::to_string(report.population) + " items, seed " +
            std::to_string(report.key.seed) + "; 95 % intervals: percentile bootstrap over scenes, " +
            std::to_string(report.bootstrap.samples) + " resamples.";
    if (!report.isComplete())
        text += " Partial: " + std::to_string(report.answered) + " of " + std::to_string(report.expected) + " answers.";
    return text;
}

std::string reportToMarkdown(const BenchmarkReport& r, const std::vector<Item>& items,
                             const std::vector<ResultLine>& lines)
{
    std::string text = "# Benchmark: " + r.key.model + " on " + r.dataName + "\n\n" + captionOf(r) + "\n";
    const std::vector<BenchmarkReport> one{r};
    text += "\n## Scores by likelihood of the options, %\n\n" + scoreTable(one, {});
    if (const auto* all = r.find("model", "none", "text", "all")) {
        text += "\n## Scores of the free answers, %\n\nParse rate " + number(100.0 * all->parseRate.value_or(0.0)) +
                " %; empty answers " + std::to_string(r.emptyTexts) + ", cut at the limit of tokens " +
                std::to_string(r.cutTexts) + ". What the parser does not understand counts as wrong.\n\n";
        text += scoreTable(one, {TableFormat::Markdown, "text", {"level", "task"}});
    }
    text += "\n## Controls\n\n" + controlTable(r, TableFormat::Markdown);
    const auto rate = [](int part, int whole) {
        const auto i = wilsonInterval(part, whole);
        return whole == 0 ? std::string("not measured")
                          : percent(static_cast<double>(part) / whole, i) + " % of " + std::to_string(whole);
    };
    text += "\n## Consistency\n\n- swap pairs, both right: " + rate(r.pairs.bothRight, r.pairs.pairs) + "\n";
    if (r.rotation.items > 0)
        text += "- options rotated, " + std::to_string(r.rotation.items) + " items: average accuracy (AA) " +
                percent(r.rotation.average, r.rotationAverage) + " %, right in all rotations (ACR) " +
                percent(r.rotation.allRight, r.rotationAllRight) + " %\n";
    text += "- ears exchanged: mirrored answer given " + rate(r.mirror.right, r.mirror.asked) +
            "; where it changes sides " + rate(r.mirror.changedRight, r.mirror.changed) + "; own answer mirrored " +
            rate(r.mirror.ownConsistent, r.mirror.ownAnswers) + "\n- letters chosen (right):";
    for (std::size_t i = 0; i < r.letters.chosen.size(); ++i)
        if (r.letters.chosen[i] + r.letters.right[i] > 0)
            text += std::string(" ") + static_cast<char>('A' + i) + " " + std::to_string(r.letters.chosen[i]) + " (" +
                    std::to_string(r.letters.right[i]) + ")";
    text += "\n- expected calibration error: " +
            (r.isCalibrated() ? number(100.0 * r.calibrationError) + " points\n" : std::string("not measured\n"));
    text += "\n## Localisation\n\n" + localizationToMarkdown(r.localization);
    text += "\n## Problems\n\n";
    if (r.problems.empty())
        text += r.isComplete() ? "None: every item was asked.\n" : "None so far: the run is not complete.\n";
    else
        text += std::to_string(r.failedItems) + " items could not be asked and count as wrong:\n\n";
    for (const auto& problem : r.problems)
        text += "- " + problem + "\n";
    if (!r.failing.empty())
        text += "\n## Wrong with the highest confidence\n\n" + failingToMarkdown(r, items, lines);
    return text;
}

std::string failingToMarkdown(const BenchmarkReport& r, const std::vector<Item>& items,
                              const std::vector<ResultLine>& lines,
                              const std::function<std::string(const std::string& id)>& linkOf)
{
    std::string text = "| item | task | question | answer | said (probability) |\n|---|---|---|---|---|\n";
    for (const auto& id : r.failing) {
        const auto item = std::find_if(items.begin(), items.end(), [&](const Item& i) { return i.id == id; });
        const auto line = std::find_if(lines.begin(), lines.end(), [&](const ResultLine& l) {
            return l.id == id && l.control == "none" && l.rotation == 0;
        });
        if (item == items.end() || line == lines.end() || line->scores.size() != item->options.size())
            continue;
        const auto p = optionProbabilities(*line);
        const auto best = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
        const auto name = markdownCell(id);
        text += "| " + (linkOf ? "[" + name + "](" + linkOf(id) + ")" : name) + " | " + markdownCell(item->task) +
                " | " + markdownCell(item->question) + " | " + markdownCell(item->answer) + " | " +
                markdownCell(item->options[best]) + " (" + number(100.0 * p[best]) + " %) |\n";
    }
    return text;
}

} // namespace binaurium
