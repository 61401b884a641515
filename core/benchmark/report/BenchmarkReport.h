// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/ResultLine.h"
#include "core/benchmark/statistics/Bootstrap.h"
#include "core/benchmark/statistics/Consistency.h"
#include "core/dataset/Item.h"

#include <algorithm>
#include <map>
#include <optional>

namespace binaurium {

// One number with its interval. `group` is "all", "level:L1", "task:direction", "sources:2" or "motion:moving".
struct ReportRow
{
    std::string system;  // "model", "chance", "majority", "blind n-gram", or one of the systems beside it
    std::string control; // "none" for baselines
    std::string scorer;  // "likelihood" or "text"
    std::string group;
    int n = 0;
    double score = 0.0;
    Interval interval;
    std::optional<double> parseRate; // of "text": share of outputs that the parser understood
};

// Score with the audio minus score under a control, on the same items: what hearing brings over the prior.
struct ReportDifference
{
    std::string control;
    std::string group;
    int n = 0;
    double difference = 0.0;
    Interval interval;
    double p = 1.0;         // of the paired bootstrap
    double pAdjusted = 1.0; // Holm: "all" over the controls, other groups within a control
};

struct ConfusionMatrix
{
    std::string task;
    std::vector<std::string> answers;     // rows: truth, columns: chosen
    std::vector<std::vector<int>> counts; // [truth][chosen]
};

struct CalibrationBin
{
    double low = 0.0, high = 0.0; // of the probability of the chosen option
    int n = 0;
    double confidence = 0.0; // mean
    double right = 0.0;      // share
};

// "Left-right exchanged": answers must follow.
struct MirrorScore
{
    int asked = 0;         // items whose mirrored answer is known
    int right = 0;         // chosen under "swap" = the mirrored answer
    int changed = 0;       // ... those whose answer changes sides
    int changedRight = 0;  // ... and was followed
    int ownAnswers = 0;    // items whose options are closed under exchanging left and right
    int ownConsistent = 0; // chosen under "swap" = mirror of chosen under "none"
};

// Where the items were read from, so that somebody can look whether they are still the same.
struct DataSource
{
    std::string path; // absolute, of the computer that measured; empty: not known
    std::vector<std::string> tasks;
    std::string foaHead;
};

// Format "binaurium-benchmark" version 1; docs/benchmark.md explains each member.
struct BenchmarkReport
{
    ResultKey key;
    std::string dataName;
    DataSource source;
    std::string split;
    std::int64_t population = 0;      // items that the sample was drawn from
    std::map<std::string, int> lanes; // items by where their sound comes from (OutsideData.h)
    int items = 0;
    int expected = 0; // answers that a complete run has
    int answered = 0; // ... that are there
    // Whether there are likelihoods to be calibrated.
    [[nodiscard]] bool isCalibrated() const
    {
        return std::any_of(calibration.begin(), calibration.end(), [](const auto& bin) { return bin.n > 0; });
    }
    // "likelihood", or "text" where the system gave free answers only.
    [[nodiscard]] const char* mainScorer() const
    {
        return find("model", "none", "likelihood", "all") != nullptr ? "likelihood" : "text";
    }
    [[nodiscard]] bool isComplete() const { return answered >= expected; }
    BootstrapOptions bootstrap;
    std::vector<ReportRow> rows;
    std::vector<ReportDifference> differences;
    PairScore pairs;
    RotationScore rotation;
    Interval rotationAverage, rotationAllRight;
    LetterHistogram letters; // of rotation 0 without control
    MirrorScore mirror;
    std::vector<ConfusionMatrix> confusions;
    std::vector<CalibrationBin> calibration;
    double calibrationError = 0.0;     // expected calibration error: mean |right - confidence| over the bins, by n
    int emptyTexts = 0;                // generated nothing
    int cutTexts = 0;                  // ran into the limit of tokens
    int failedItems = 0;               // no audio or no answer; counted wrong
    std::vector<std::string> problems; // sentences, at most 20
    std::vector<std::string> failing;  // ids of the items that are wrong with the highest confidence, at most 10
    Json localization;                 // of the localisation lane; null: not measured

    [[nodiscard]] const ReportRow* find(const std::string& system, const std::string& control,
                                        const std::string& scorer, const std::string& group) const;
    // What stands beside the model: chance, majority and blind n-gram first, then others in the order of their names.
    [[nodiscard]] std::vector<std::string> systems() const;
    // Groups of a kind ("task", "level") in the order of the rows.
    [[nodiscard]] std::vector<std::string> groups(const std::string& kind) const;
};

// The groups of rows that an item is counted in: "all", "level:L1", "task:direction", "sources:2", "motion:moving".
[[nodiscard]] std::vector<std::string> groupsOf(const Item& item);

struct ReportInput
{
    ResultKey key;
    std::string dataName;
    std::string split;
    std::int64_t population = 0;
    int expected = 0;
    BootstrapOptions bootstrap;
    Json localization;
    DataSource source = {};
    std::vector<ComparedSystem> others = {}; // about the same items: baselines that hear, stages, listeners
};
// Scores lines of the items. Lines of unknown items are refused (BadInput); an item without a line under a control that
// others have is not yet asked: the report is then incomplete, and its n say how many were.
[[nodiscard]] BenchmarkReport makeReport(const std::vector<Item>& items, const std::vector<ResultLine>& lines,
                                         const ReportInput& input);

[[nodiscard]] Json reportToJson(const BenchmarkReport& report);
[[nodiscard]] BenchmarkReport reportFromJson(const Json& json, const std::string& name);
// report.json of a folder, or the file itself. Throws Missing or BadInput.
[[nodiscard]] BenchmarkReport readReport(const std::filesystem::path& path);

} // namespace binaurium
