// SPDX-License-Identifier: GPL-3.0-or-later
// The report of an audit as JSON and as Markdown.
#include "core/dataset/Audit.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace binaurium {
namespace {

Json toJson(const BlindScore& s)
{
    const double n = std::max<double>(1.0, static_cast<double>(s.asked));
    return {{"asked", s.asked},
            {"accuracy", static_cast<double>(s.right) / n},
            {"chance", s.expected / n},
            {"excess", s.excess()},
            {"excess_high95", s.excessHigh()}};
}

// Largest share of `count` failures that 95 % confidence allows (Wilson upper bound).
double upperBound(std::int64_t failures, std::int64_t count)
{
    if (count == 0)
        return 1.0;
    constexpr double z = 1.959963984540054;
    const double n = static_cast<double>(count);
    const double p = static_cast<double>(failures) / n;
    return (p + z * z / (2 * n) + z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n);
}

template <typename... Values>
std::string format(const char* pattern, Values... values)
{
    char text[512];
    std::snprintf(text, sizeof text, pattern, values...);
    return text;
}

std::string cell(std::string text)
{
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
        text.replace(at, 1, "\\|");
    return text;
}

std::string countsOf(const std::map<std::string, std::int64_t>& counts)
{
    std::string text;
    for (const auto& [name, count] : counts)
        text += (text.empty() ? std::string() : std::string(", ")) + name + " " + std::to_string(count);
    return text;
}

std::string audioLine(const char* what, std::int64_t failures, std::int64_t of)
{
    return format("| %s | %lld of %lld (at most %.1f %% of all, 95 %%) |\n", what, static_cast<long long>(failures),
                  static_cast<long long>(of), 100.0 * upperBound(failures, of));
}

std::string sentenceOf(AuditGap gap, const AuditReport& r)
{
    switch (gap) {
    case AuditGap::NoTest:
        return "it holds no item of the split test";
    case AuditGap::NoTraining:
        return "without training items nobody can tell what the words alone give away";
    case AuditGap::FewQuestions:
        return format("with %lld test questions the words alone may give away up to %.1f points (95 %%)",
                      static_cast<long long>(r.blind.asked), 100.0 * r.blind.excessHigh());
    case AuditGap::NoPrograms:
        return format("%lld items have no program that gives their answer", static_cast<long long>(r.oracleMissing));
    case AuditGap::NoAudio:
        return "no audio was rendered" + (r.audio.problem.empty() ? "" : " (" + r.audio.problem + ")");
    case AuditGap::AudioNotRendered:
        return format("the audio of %lld items could not be rendered", static_cast<long long>(r.audio.failed)) + " (" +
               r.audio.problem + ")";
    }
    return {};
}

Json gapsOf(const AuditReport& r)
{
    Json sentences = Json::array();
    for (const AuditGap gap : r.gaps())
        sentences.push_back(sentenceOf(gap, r));
    return sentences;
}

std::string verdict(const AuditReport& r)
{
    if (!r.isSound())
        return "**The set must not be used as a test.**";
    std::string text;
    for (const AuditGap gap : r.gaps())
        text += (text.empty() ? "" : "; ") + sentenceOf(gap, r);
    return text.empty()
               ? "The set may be used as a test."
               : "Nothing was found that speaks against the set, but it is not proven as a test: " + text + ".";
}

} // namespace

Json auditToJson(const AuditReport& r)
{
    Json leaks = Json::array();
    for (const Leak& leak : r.leaks)
        leaks.push_back({{"kind", leak.kind}, {"name", leak.name}, {"splits", leak.splits}});
    Json byTask = Json::object();
    for (const auto& [task, score] : r.blindByTask)
        byTask[task] = toJson(score);
    return {{"format", "binaurium-audit"},
            {"version", 1},
            {"sound", r.isSound()},
            {"items", r.items},
            {"tasks", r.tasks},
            {"origins", r.origins},
            {"letters", r.letters},
            {"answers", r.answers},
            {"leaks", {{"count", r.leakCount}, {"listed", leaks}}},
            {"duplicates", r.duplicates},
            {"duplicate_ids", r.duplicateIds},
            {"not_checked", gapsOf(r)},
            {"oracle",
             {{"asked", r.oracleAsked},
              {"without_program", r.oracleMissing},
              {"wrong", r.oracleWrong},
              {"first", r.oracleProblem}}},
            {"blind", {{"all", toJson(r.blind)}, {"by_task", byTask}}},
            {"audio",
             {{"population", r.audio.population},
              {"measured", r.audio.measured},
              {"failed", r.audio.failed},
              {"clipped", r.audio.clipped},
              {"silent", r.audio.silent},
              {"noisy", r.audio.noisy},
              {"sides_measured", r.audio.directions},
              {"sides_wrong", r.audio.wrongSide},
              {"first_problem", r.audio.problem}}}};
}

std::string auditToMarkdown(const AuditReport& r)
{
    std::string text = "# Audit\n\n";
    text += verdict(r) + "\n\n";
    text += "| check | result |\n|---|---|\n";
    text += "| items | " + cell(countsOf(r.items)) + " |\n";
    text += "| tasks | " + cell(countsOf(r.tasks)) + " |\n";
    text += "| origin of the wording | " + cell(countsOf(r.origins)) + " |\n";
    text += format("| in two splits (sound, head, room, seed, wording, scene) | %lld |\n",
                   static_cast<long long>(r.leakCount));
    text += format("| duplicates: question and scene / id | %lld / %lld |\n", static_cast<long long>(r.duplicates),
                   static_cast<long long>(r.duplicateIds));
    text += format("| stored answer = value of the program | %lld of %lld |\n",
                   static_cast<long long>(r.oracleAsked - r.oracleWrong), static_cast<long long>(r.oracleAsked));
    const double n = std::max<double>(1.0, static_cast<double>(r.blind.asked));
    text += format("| blind answerer on test (chance) | %.1f %% (%.1f %%), n = %lld |\n",
                   100.0 * static_cast<double>(r.blind.right) / n, 100.0 * r.blind.expected / n,
                   static_cast<long long>(r.blind.asked));
    std::string letters;
    for (std::size_t i = 0; i < r.letters.size() && r.letters[i] > 0; ++i)
        letters += format("%c %lld  ", static_cast<char>('A' + i), static_cast<long long>(r.letters[i]));
    text += "| right letters | " + letters + "|\n";
    if (r.audio.measured > 0) {
        text += format("| audio rendered and measured | %lld of %lld items |\n",
                       static_cast<long long>(r.audio.measured), static_cast<long long>(r.audio.population));
        text += audioLine("could not be rendered", r.audio.failed, r.audio.measured);
        text += audioLine("clipped", r.audio.clipped, r.audio.measured);
        text += audioLine("silent (below -60 dBFS)", r.audio.silent, r.audio.measured);
        text += audioLine("no source above the noise", r.audio.noisy, r.audio.measured);
        text += audioLine("side by interaural time against the label", r.audio.wrongSide, r.audio.directions);
    }
    text += "\n| task | blind | chance | n |\n|---|---|---|---|\n";
    for (const auto& [task, s] : r.blindByTask)
        text += format("| %s | %.1f %% | %.1f %% | %lld |\n", task.c_str(),
                       100.0 * static_cast<double>(s.right) / std::max<double>(1.0, static_cast<double>(s.asked)),
                       100.0 * s.expected / std::max<double>(1.0, static_cast<double>(s.asked)),
                       static_cast<long long>(s.asked));
    if (!r.leaks.empty()) {
        text += "\n| leak | name | splits |\n|---|---|---|\n";
        for (const Leak& leak : r.leaks)
            text += "| " + leak.kind + " | " + cell(leak.name) + " | " + leak.splits + " |\n";
    }
    return text;
}

} // namespace binaurium
