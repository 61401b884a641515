// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"
#include "core/support/Progress.h"

#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <vector>

namespace binaurium {

struct AuditOptions
{
    std::int64_t audioSample = 500; // items whose audio is rendered and measured; -1: all, 0: none
    std::vector<std::filesystem::path> headFolders;
    int threads = 0;
};

// Right of asked, and what guessing gives.
struct BlindScore
{
    std::int64_t asked = 0;
    std::int64_t right = 0;
    double expected = 0.0;   // sum of 1 / options
    std::int64_t learnt = 0; // questions that the answerer was trained on
    [[nodiscard]] double excess() const
    {
        return asked > 0 ? (static_cast<double>(right) - expected) / static_cast<double>(asked) : 0.0;
    }
    // Largest excess that 95 % confidence allows.
    [[nodiscard]] double excessHigh() const;
};

// One identity that stands in two splits.
struct Leak
{
    std::string kind;
    std::string name;
    std::string splits; // "test, train"
};

struct AudioAudit
{
    std::int64_t population = 0; // items that could have been drawn
    std::int64_t measured = 0;
    std::int64_t failed = 0;     // could not be rendered (first reason in `problem`)
    std::int64_t clipped = 0;    // a sample beyond full scale
    std::int64_t silent = 0;     // below -60 dBFS
    std::int64_t noisy = 0;      // loudest source less than 0 dB above the noise
    std::int64_t directions = 0; // single still sources away from the median plane: side by interaural time
    std::int64_t wrongSide = 0;  // ... that disagree with the label
    std::string problem;
};

// What an audit could not look at, so that a set without faults is not yet proven as a test.
enum class AuditGap {
    NoTest,          // no item of the split test
    NoTraining,      // nothing to train the blind answerer on
    FewQuestions,    // too few test items to tell 3 points from chance
    NoPrograms,      // items whose answer no program gives
    NoAudio,         // no audio was rendered
    AudioNotRendered // some could not be
};

struct AuditReport
{
    std::map<std::string, std::int64_t> items; // by split
    std::map<std::string, std::int64_t> tasks;
    std::map<std::string, std::map<std::string, std::int64_t>> answers; // by template, closed lists only
    std::array<std::int64_t, 8> letters{};
    std::map<std::string, std::int64_t> origins;
    std::vector<Leak> leaks; // at most 100 are listed
    std::int64_t leakCount = 0;
    std::int64_t duplicates = 0; // same question about the same scene twice
    std::int64_t duplicateIds = 0;
    std::int64_t oracleAsked = 0;   // items with scene and program
    std::int64_t oracleMissing = 0; // items without: their answers were not checked
    std::int64_t oracleWrong = 0;   // stored answer is not what the program gives, or not among the options
    std::string oracleProblem;      // id of the first
    BlindScore blind;               // trained on train, asked on test
    std::map<std::string, BlindScore> blindByTask;
    AudioAudit audio;

    // Whether nothing speaks against the set: no leak, no answer that its program does not give, blind within 3 points
    // of chance.
    [[nodiscard]] bool isSound() const;
    // A sound set without gaps may be used as a test.
    [[nodiscard]] std::vector<AuditGap> gaps() const;
};
inline constexpr double blindMargin = 0.03;

// Checks data sets (folders or .jsonl files) together: what stands in one split must not stand in another. Streams the
// items, so memory does not grow with their number beyond the identities.
[[nodiscard]] AuditReport auditDatasets(const std::vector<std::filesystem::path>& sets, const AuditOptions& options,
                                        const ProgressCallback& progress);
[[nodiscard]] Json auditToJson(const AuditReport& report);
[[nodiscard]] std::string auditToMarkdown(const AuditReport& report);

} // namespace binaurium
