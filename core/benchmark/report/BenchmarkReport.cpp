// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/BenchmarkReport.h"

#include "core/benchmark/report/Baselines.h"
#include "core/benchmark/report/OutsideData.h"
#include "core/benchmark/report/Scoring.h"
#include "core/benchmark/statistics/PairedTests.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>

namespace binaurium {
namespace {

constexpr std::size_t mostProblems = 20;
constexpr std::size_t mostFailing = 10;
constexpr std::size_t mostAnswersOfMatrix = 12;
constexpr std::size_t calibrationBins = 10;

// One answer with its scores, and the place of its item.
struct Answered
{
    std::size_t item = 0;
    const ResultLine* line = nullptr;
    ScoredAnswer scored;
};

// "all" first, then levels, tasks and the rest by name.
bool groupBefore(const std::string& a, const std::string& b)
{
    const auto rank = [](const std::string& g) {
        return g == "all" ? 0 : g.starts_with("level:") ? 1 : g.starts_with("task:") ? 2 : 3;
    };
    return rank(a) != rank(b) ? rank(a) < rank(b) : a < b;
}

class Builder
{
public:
    Builder(const std::vector<Item>& items, const std::vector<ResultLine>& lines, const ReportInput& input)
        : items_(items), input_(input)
    {
        std::map<std::string, std::size_t> clusters;
        std::set<std::string, decltype(&groupBefore)> names(&groupBefore);
        for (std::size_t i = 0; i < items.size(); ++i) {
            places_.emplace(items[i].id, i);
            clusters_.push_back(clusters.emplace(clusterOf(items[i]), clusters.size()).first->second);
            groups_.push_back(groupsOf(items[i]));
            ++report_.lanes[laneOf(items[i])];
            names.insert(groups_.back().begin(), groups_.back().end());
        }
        groupNames_.assign(names.begin(), names.end());
        for (const ResultLine& line : lines) {
            const auto place = places_.find(line.id);
            if (place == places_.end())
                throw badInput("results", "answer the item '" + line.id + "', which the data do not hold");
            const Item& item = items[place->second];
            if (!line.scores.empty() && line.scores.size() != item.options.size())
                throw badInput("results", "the answer of item '" + line.id + "' scores another number of options");
            byControl_[line.rotation == 0 ? line.control : "rotation"].push_back(
                {place->second, &line, scoreAnswer(item, line)});
        }
    }

    BenchmarkReport build()
    {
        report_.key = input_.key;
        report_.dataName = input_.dataName;
        report_.source = input_.source;
        report_.split = input_.split;
        report_.population = input_.population;
        report_.items = static_cast<int>(items_.size());
        report_.expected = input_.expected;
        report_.bootstrap = input_.bootstrap;
        report_.localization = input_.localization;
        for (const auto& [control, answers] : byControl_)
            report_.answered += static_cast<int>(answers.size());
        hasScores_ = scorersOf(byControl_["none"]).likelihood();
        addSystemRows();
        addBaselines();
        for (const auto& system : input_.others)
            addOther(system);
        addDifferences();
        addPairs();
        addRotations();
        addMirror();
        addConfusions();
        addCalibration();
        addProblems();
        return std::move(report_);
    }

private:
    struct Column
    {
        std::vector<double> values;
        std::vector<std::size_t> clusters;
        int understood = 0;
    };

    void addRows(const std::string& system, const std::string& control, const std::string& scorer,
                 const std::map<std::string, Column>& columns)
    {
        for (const auto& group : groupNames_) {
            const auto found = columns.find(group);
            if (found == columns.end() || found->second.values.empty())
                continue;
            const Column& c = found->second;
            ReportRow row{system, control, scorer, group, static_cast<int>(c.values.size()), 0.0, {}, {}};
            row.score = std::accumulate(c.values.begin(), c.values.end(), 0.0) / row.n;
            row.interval = bootstrapRate(c.values, c.clusters, input_.bootstrap);
            if (scorer == "text" && system != "majority")
                row.parseRate = static_cast<double>(c.understood) / row.n;
            report_.rows.push_back(std::move(row));
        }
    }

    // Which scorers a run has.
    class Scorers
    {
    public:
        void add(const ResultLine& line)
        {
            scores_ = scores_ || !line.scores.empty();
            texts_ = texts_ || line.generated.has_value();
        }
        // Where everything failed, both.
        [[nodiscard]] bool likelihood() const { return scores_ || !texts_; }
        [[nodiscard]] bool text() const { return texts_ || !scores_; }
        // Open questions have no likelihood; a failed item is wrong by every scorer of its run.
        [[nodiscard]] bool countsLikelihood(const Item& item, const ResultLine& line, const ScoredAnswer& scored) const
        {
            return !item.options.empty() && (scored.chosen || (!line.error.empty() && likelihood()));
        }
        [[nodiscard]] bool countsText(const ResultLine& line) const
        {
            return line.generated || (!line.error.empty() && text());
        }

    private:
        bool scores_ = false, texts_ = false;
    };

    static Scorers scorersOf(const std::vector<Answered>& answers)
    {
        Scorers scorers;
        for (const Answered& a : answers)
            scorers.add(*a.line);
        return scorers;
    }

    void addSystemRows()
    {
        for (const auto& [control, answers] : byControl_) {
            if (control == "rotation")
                continue;
            std::map<std::string, Column> likelihood, text;
            const auto scorers = scorersOf(answers);
            for (const Answered& a : answers) {
                if (scorers.countsLikelihood(items_[a.item], *a.line, a.scored))
                    put(likelihood, a.item, a.scored.rightByLikelihood, false);
                if (scorers.countsText(*a.line))
                    put(text, a.item, a.scored.rightByText, a.scored.understood);
            }
            addRows("model", control, "likelihood", likelihood);
            addRows("model", control, "text", text);
        }
    }

    void put(std::map<std::string, Column>& columns, std::size_t item, double value, bool understood) const
    {
        for (const auto& group : groups_[item]) {
            auto& c = columns[group];
            c.values.push_back(value);
            c.clusters.push_back(clusters_[item]);
            c.understood += understood ? 1 : 0;
        }
    }

    void addBaselines()
    {
        const std::vector<std::pair<std::string, std::vector<double>>> systems{{"chance", chanceScores(items_)},
                                                                               {"majority", majorityScores(items_)},
                                                                               {"blind n-gram", blindScores(items_)}};
        for (const auto& [name, scores] : systems) {
            std::map<std::string, Column> closed;
            for (std::size_t i = 0; i < items_.size(); ++i)
                if (!items_[i].options.empty())
                    put(closed, i, scores[i], false);
            addRows(name, "none", "likelihood", closed);
        }
        std::map<std::string, Column> open;
        const auto& majority = systems[1].second;
        for (std::size_t i = 0; i < items_.size(); ++i)
            put(open, i, majority[i], false);
        addRows("majority", "none", "text", open);
    }

    // Several runs are averaged item by item; items that none of them answered are not in the row.
    void addOther(const ComparedSystem& system)
    {
        struct Sum
        {
            double right = 0.0, understood = 0.0;
            int runs = 0;
        };
        std::map<std::size_t, Sum> likelihood, text;
        for (const auto& run : system.runs) {
            Scorers scorers;
            for (const ResultLine& line : run.lines)
                if (line.control == "none" && line.rotation == 0)
                    scorers.add(line);
            for (const ResultLine& line : run.lines) {
                const auto place = places_.find(line.id);
                if (place == places_.end())
                    throw badInput("results of " + system.name,
                                   "answer the item '" + line.id + "', which the data do not hold");
                if (line.control != "none" || line.rotation != 0)
                    continue;
                const auto scored = scoreAnswer(items_[place->second], line);
                const auto add = [&](std::map<std::size_t, Sum>& sums, bool right) {
                    auto& sum = sums[place->second];
                    sum.right += right ? 1.0 : 0.0;
                    sum.understood += scored.understood ? 1.0 : 0.0;
                    ++sum.runs;
                };
                if (scorers.countsLikelihood(items_[place->second], line, scored))
                    add(likelihood, scored.rightByLikelihood);
                if (scorers.countsText(line))
                    add(text, scored.rightByText);
            }
        }
        const auto rows = [&](const char* scorer, const std::map<std::size_t, Sum>& sums) {
            std::map<std::string, Column> columns;
            for (const auto& [item, sum] : sums)
                put(columns, item, sum.right / sum.runs, 2.0 * sum.understood > sum.runs);
            addRows(system.name, "none", scorer, columns);
        };
        rows("likelihood", likelihood);
        rows("text", text);
    }

    void addDifferences()
    {
        const auto heard = byControl_.find("none");
        if (heard == byControl_.end())
            return;
        std::unordered_map<std::size_t, double> with;
        for (const Answered& a : heard->second)
            if (!items_[a.item].options.empty())
                with[a.item] = isRight(a) ? 1.0 : 0.0;
        for (const auto& [control, answers] : byControl_) {
            if (control == "none" || control == "rotation")
                continue;
            std::map<std::string, std::array<std::vector<double>, 2>> values;
            std::map<std::string, std::vector<std::size_t>> clusters;
            for (const Answered& a : answers)
                if (const auto own = with.find(a.item); own != with.end() && !items_[a.item].options.empty())
                    for (const auto& group : groups_[a.item]) {
                        values[group][0].push_back(own->second);
                        values[group][1].push_back(isRight(a) ? 1.0 : 0.0);
                        clusters[group].push_back(clusters_[a.item]);
                    }
            for (const auto& group : groupNames_) {
                const auto& list = clusters[group];
                if (list.empty() || std::all_of(list.begin(), list.end(), [&](auto c) { return c == list[0]; }))
                    continue;
                const auto d = pairedBootstrap(values[group][0], values[group][1], list, input_.bootstrap);
                report_.differences.push_back(
                    {control, group, static_cast<int>(list.size()), d.difference, d.interval, d.p, 1.0});
            }
        }
        adjustForNumber();
    }

    // Holm: the differences over all items among the controls; those of levels and tasks among the groups of a control.
    void adjustForNumber()
    {
        std::map<std::string, std::vector<ReportDifference*>> families;
        for (auto& d : report_.differences)
            families[d.group == "all" ? std::string() : d.control].push_back(&d);
        for (const auto& [name, family] : families) {
            std::vector<double> p;
            for (const auto* d : family)
                p.push_back(d->p);
            const auto adjusted = holmAdjusted(p);
            for (std::size_t i = 0; i < adjusted.size(); ++i)
                family[i]->pAdjusted = adjusted[i];
        }
    }

    void addPairs()
    {
        std::map<std::string, bool> right;
        for (const Answered& a : byControl_["none"])
            right[items_[a.item].id] = isRight(a);
        std::vector<std::array<bool, 2>> pairs;
        for (const Item& item : items_)
            if (!item.pair.empty() && item.id < item.pair && right.contains(item.id) && right.contains(item.pair))
                pairs.push_back({right[item.id], right[item.pair]});
        report_.pairs = scorePairs(pairs);
    }

    void addRotations()
    {
        std::map<std::size_t, std::vector<bool>> rotations;
        for (const Answered& a : byControl_["rotation"])
            rotations[a.item].push_back(isRight(a));
        for (const Answered& a : byControl_["none"])
            if (const auto found = rotations.find(a.item); found != rotations.end())
                found->second.push_back(isRight(a));
        std::vector<std::vector<bool>> whole;
        std::vector<double> average, all;
        std::vector<std::size_t> clusters;
        for (const auto& [item, list] : rotations) {
            if (list.size() != items_[item].options.size())
                continue; // not asked in every rotation yet
            const auto right = static_cast<double>(std::count(list.begin(), list.end(), true));
            average.push_back(right / static_cast<double>(list.size()));
            all.push_back(right == static_cast<double>(list.size()) ? 1.0 : 0.0);
            clusters.push_back(clusters_[item]);
            whole.push_back(list);
        }
        report_.rotation = scoreRotations(whole);
        report_.rotationAverage = bootstrapRate(average, clusters, input_.bootstrap);
        report_.rotationAllRight = bootstrapRate(all, clusters, input_.bootstrap);
        for (const Answered& a : byControl_["none"]) {
            const auto& options = items_[a.item].options;
            const auto chosen = chosenBy(a);
            if (!chosen)
                continue;
            ++report_.letters.chosen[*chosen];
            const auto truth = std::find(options.begin(), options.end(), items_[a.item].answer) - options.begin();
            ++report_.letters.right[static_cast<std::size_t>(truth)];
        }
    }

    // By likelihood, or by the free answer where the question is open or the run knows no likelihoods.
    bool isRight(const Answered& a) const
    {
        return items_[a.item].options.empty() || !hasScores_ ? a.scored.rightByText : a.scored.rightByLikelihood;
    }
    std::optional<std::size_t> chosenBy(const Answered& a) const
    {
        return hasScores_ ? a.scored.chosen : a.scored.parsed;
    }

    void addMirror()
    {
        std::map<std::size_t, std::size_t> own;
        for (const Answered& a : byControl_["none"])
            if (const auto chosen = chosenBy(a))
                own[a.item] = *chosen;
        MirrorScore& m = report_.mirror;
        for (const Answered& a : byControl_["swap"]) {
            const auto chosen = chosenBy(a);
            if (!chosen)
                continue;
            const Item& item = items_[a.item];
            const auto& said = item.options[*chosen];
            const auto truth = mirroredAnswer(item);
            if (truth) {
                ++m.asked;
                m.right += said == *truth ? 1 : 0;
                m.changed += *truth != item.answer ? 1 : 0;
                m.changedRight += *truth != item.answer && said == *truth ? 1 : 0;
            }
            const auto before = own.find(a.item);
            if (before == own.end() || !isClosedUnderMirror(item.options))
                continue;
            if (truth && *truth != mirroredWords(item.answer))
                continue; // the question itself has a side: "you turn to the left"
            ++m.ownAnswers;
            m.ownConsistent += mirroredWords(item.options[before->second]) == said ? 1 : 0;
        }
    }

    static bool isClosedUnderMirror(const std::vector<std::string>& options)
    {
        bool changes = false;
        for (const auto& option : options) {
            const auto mirror = mirroredWords(option);
            changes = changes || mirror != option;
            if (std::find(options.begin(), options.end(), mirror) == options.end())
                return false;
        }
        return changes;
    }

    void addConfusions()
    {
        std::map<std::string, std::set<std::string>> answers;
        std::map<std::string, std::map<std::pair<std::string, std::string>, int>> counts;
        for (const Answered& a : byControl_["none"]) {
            const Item& item = items_[a.item];
            const auto chosen = chosenBy(a);
            if (!chosen)
                continue;
            answers[item.task].insert(item.answer);
            answers[item.task].insert(item.options[*chosen]);
            ++counts[item.task][{item.answer, item.options[*chosen]}];
        }
        for (const auto& [task, names] : answers) {
            if (names.size() > mostAnswersOfMatrix)
                continue;
            ConfusionMatrix matrix{task, {names.begin(), names.end()}, {}};
            for (const auto& truth : matrix.answers) {
                auto& row = matrix.counts.emplace_back();
                for (const auto& chosen : matrix.answers)
                    row.push_back(counts[task][{truth, chosen}]);
            }
            report_.confusions.push_back(std::move(matrix));
        }
    }

    void addCalibration()
    {
        std::vector<CalibrationBin> bins(calibrationBins);
        std::vector<std::pair<double, std::string>> wrong; // least confident first by the sign
        int n = 0;
        for (std::size_t b = 0; b < bins.size(); ++b) {
            bins[b].low = static_cast<double>(b) / calibrationBins;
            bins[b].high = static_cast<double>(b + 1) / calibrationBins;
        }
        for (const Answered& a : byControl_["none"]) {
            if (!a.scored.chosen)
                continue;
            const double p = optionProbabilities(*a.line)[*a.scored.chosen];
            auto& bin = bins[std::min(calibrationBins - 1, static_cast<std::size_t>(p * calibrationBins))];
            ++bin.n;
            ++n;
            bin.confidence += p;
            bin.right += a.scored.rightByLikelihood ? 1.0 : 0.0;
            if (!a.scored.rightByLikelihood)
                wrong.emplace_back(-p, a.line->id);
        }
        for (auto& bin : bins) {
            if (bin.n == 0)
                continue;
            bin.confidence /= bin.n;
            bin.right /= bin.n;
            report_.calibrationError += std::abs(bin.right - bin.confidence) * bin.n / n;
        }
        report_.calibration = std::move(bins);
        std::sort(wrong.begin(), wrong.end());
        for (std::size_t i = 0; i < std::min(wrong.size(), mostFailing); ++i)
            report_.failing.push_back(wrong[i].second);
    }

    void addProblems()
    {
        std::set<std::size_t> failed;
        std::map<std::string, int> sentences;
        for (const auto& [control, answers] : byControl_)
            for (const Answered& a : answers) {
                const auto& line = *a.line;
                report_.emptyTexts +=
                    line.generated && line.generated->find_first_not_of(" \t\r\n") == std::string::npos ? 1 : 0;
                report_.cutTexts += line.cut ? 1 : 0;
                if (!line.error.empty() && failed.insert(a.item).second)
                    ++sentences[line.error];
            }
        report_.failedItems = static_cast<int>(failed.size());
        for (const auto& [sentence, count] : sentences) {
            if (report_.problems.size() >= mostProblems)
                break;
            report_.problems.push_back(count == 1 ? sentence : sentence + " (" + std::to_string(count) + " items)");
        }
    }

    const std::vector<Item>& items_;
    const ReportInput& input_;
    std::unordered_map<std::string, std::size_t> places_; // by id
    std::vector<std::size_t> clusters_;
    std::vector<std::vector<std::string>> groups_;
    std::vector<std::string> groupNames_;
    std::map<std::string, std::vector<Answered>> byControl_; // rotations above 0 under "rotation"
    bool hasScores_ = true;                                  // of the model's answers
    BenchmarkReport report_;
};

} // namespace

const ReportRow* BenchmarkReport::find(const std::string& system, const std::string& control, const std::string& scorer,
                                       const std::string& group) const
{
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const ReportRow& row) {
        return row.system == system && row.control == control && row.scorer == scorer && row.group == group;
    });
    return found == rows.end() ? nullptr : &*found;
}

std::vector<std::string> BenchmarkReport::systems() const
{
    std::vector<std::string> names{"chance", "majority", "blind n-gram"};
    for (const auto& row : rows)
        if (row.system != "model" && std::find(names.begin(), names.end(), row.system) == names.end())
            names.push_back(row.system);
    return names;
}

std::vector<std::string> BenchmarkReport::groups(const std::string& kind) const
{
    std::vector<std::string> names;
    for (const auto& row : rows)
        if (row.group.starts_with(kind + ":") && std::find(names.begin(), names.end(), row.group) == names.end())
            names.push_back(row.group);
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> groupsOf(const Item& item)
{
    std::vector<std::string> groups{"all"};
    if (!item.level.empty())
        groups.push_back("level:" + item.level);
    if (!item.task.empty())
        groups.push_back("task:" + item.task);
    if (const auto sources = item.scene.find("sources"); item.scene.is_object() && sources != item.scene.end()) {
        groups.push_back("sources:" + std::to_string(sources->size()));
        const bool moves = std::any_of(sources->begin(), sources->end(),
                                       [](const Json& source) { return source.contains("trajectory"); });
        groups.push_back(moves ? "motion:moving" : "motion:still");
    }
    return groups;
}

BenchmarkReport makeReport(const std::vector<Item>& items, const std::vector<ResultLine>& lines,
                           const ReportInput& input)
{
    return Builder(items, lines, input).build();
}

} // namespace binaurium
