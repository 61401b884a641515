// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/HeardBaselines.h"

#include "core/benchmark/localization/ClassicalLocalizer.h"
#include "core/benchmark/report/ReportFolder.h"
#include "core/support/Error.h"

#include <algorithm>

namespace binaurium {
namespace {

constexpr double samePlaceDeg = 20.0;

ResultLine failedLine(const Item& item, const std::string& error)
{
    ResultLine line;
    line.id = item.id;
    line.error = error;
    return line;
}

} // namespace

std::vector<HeardSource> heardSources(const Localization& localization)
{
    std::vector<HeardSource> sources;
    for (const auto& source : localization.sources) {
        HeardSource heard{source.label, {source.azimuthDeg, source.elevationDeg}, source.distanceM, -1.0, 0.0};
        for (const auto& frame : localization.frames)
            for (const auto& active : frame.sources) {
                if (active.activity < soundingActivity ||
                    azimuthDifferenceDeg(active.azimuthDeg, source.azimuthDeg) > samePlaceDeg)
                    continue;
                heard.endS = frame.timeS + 0.5 * localization.frameS;
                if (heard.startS < 0.0)
                    heard.startS = frame.timeS - 0.5 * localization.frameS;
            }
        if (heard.startS < 0.0) {
            heard.startS = 0.0;
            heard.endS = localization.durationS;
        }
        sources.push_back(std::move(heard));
    }
    return sources;
}

HeardBaselines::HeardBaselines(const std::filesystem::path& folder, const ResultKey& key, bool wanted)
{
    if (!wanted)
        return;
    constexpr std::array names{"GCC-PHAT + ILD", "encoder alone", "cascade"};
    for (std::size_t s = 0; s < ids.size(); ++s) {
        ResultKey own = key;
        own.model = names[s];
        files_.push_back(systemFile(folder, ids[s], own));
        for (const auto& line : files_.back().earlier())
            answered_[s].insert(line.id);
    }
}

bool HeardBaselines::wants(const Item& item) const
{
    return !files_.empty() && !item.options.empty() &&
           std::any_of(answered_.begin(), answered_.end(), [&](const auto& ids) { return !ids.contains(item.id); });
}

std::vector<ResultLine> HeardBaselines::cascade(const std::vector<const Heard*>& heard, HearingModel& model) const
{
    std::vector<AskJob> jobs;
    for (const Heard* h : heard) {
        AskOptions way;
        way.options = h->item->options;
        way.control = Control::PromptOnly;
        way.likelihoodOnly = true;
        // The audio is not listened to; a short one keeps long clips from being refused.
        constexpr std::size_t frames = 3200;
        constexpr double rateHz = 32000.0;
        jobs.push_back({AudioBuffer(2, frames, rateHz),
                        heardInWords(heardSources(h->localization)) + " " + h->item->question,
                        {way}});
    }
    std::vector<ResultLine> lines;
    try {
        const auto answers = model.askMany(jobs);
        for (std::size_t i = 0; i < heard.size(); ++i) {
            ResultLine line;
            line.id = heard[i]->item->id;
            line.scores = answers[i].front().optionScores;
            lines.push_back(std::move(line));
        }
    } catch (const Error& error) { // a prompt that is too long, say
        if (error.kind() != ErrorKind::BadInput)
            throw;
        if (heard.size() == 1)
            return {failedLine(*heard[0]->item, error.what())};
        lines.clear();
        for (const Heard* h : heard) // who of them it was
            lines.push_back(cascade({h}, model).front());
    }
    return lines;
}

void HeardBaselines::add(const std::vector<Heard>& heard, HearingModel& model)
{
    if (heard.empty())
        return;
    std::array<std::vector<ResultLine>, 3> fresh;
    std::vector<const Heard*> told;
    const auto choice = [](const Item& item, std::optional<std::size_t> option) {
        return choiceLine(item.id, item.options.size(), option);
    };
    for (const Heard& h : heard)
        for (std::size_t s = 0; s < ids.size(); ++s) {
            if (!answered_[s].insert(h.item->id).second)
                continue;
            if (!h.error.empty())
                fresh[s].push_back(failedLine(*h.item, h.error));
            else if (s == 0)
                fresh[s].push_back(
                    choice(*h.item, answerOfDirection(*h.item, localizeClassically(*h.audio).azimuthDeg)));
            else if (s == 1)
                fresh[s].push_back(choice(*h.item, answerOfHeard(*h.item, heardSources(h.localization))));
            else
                told.push_back(&h);
        }
    if (!told.empty())
        for (auto& line : cascade(told, model))
            fresh[2].push_back(std::move(line));
    for (std::size_t s = 0; s < ids.size(); ++s)
        files_[s].add(fresh[s]);
}

} // namespace binaurium
