// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/HearingModel.h"

#include "core/support/Error.h"

#include <algorithm>
#include <array>

namespace binaurium {
namespace {

struct ControlName
{
    Control control;
    const char* id;
};
constexpr std::array controlNames{ControlName{Control::None, "none"},
                                  ControlName{Control::PromptOnly, "prompt-only"},
                                  ControlName{Control::Silence, "silence"},
                                  ControlName{Control::Noise, "noise"},
                                  ControlName{Control::Mono, "mono"},
                                  ControlName{Control::Swap, "swap"},
                                  ControlName{Control::ZeroSpatial, "zero-spatial"},
                                  ControlName{Control::ShuffleSpatial, "shuffle-spatial"},
                                  ControlName{Control::NoSemantic, "no-semantic"}};

Json sourceToJson(const LocalizedSource& s, bool withLabel)
{
    Json object;
    object["id"] = s.id;
    if (withLabel)
        object["label"] = s.label.empty() ? Json(nullptr) : Json(s.label);
    object["azimuth_deg"] = s.azimuthDeg;
    object["elevation_deg"] = s.elevationDeg;
    object["distance_m"] = s.distanceM;
    object["activity"] = s.activity;
    object["confidence"] = s.confidence;
    object["front_back_confidence"] = s.frontBackConfidence;
    return object;
}

Json letterToJson(std::optional<char> letter)
{
    return letter ? Json(std::string(1, *letter)) : Json(nullptr);
}

} // namespace

std::optional<Control> controlFromId(const std::string& id)
{
    const auto* found =
        std::find_if(controlNames.begin(), controlNames.end(), [&](const ControlName& n) { return id == n.id; });
    return found == controlNames.end() ? std::nullopt : std::optional(found->control);
}

std::string controlId(Control control)
{
    return std::find_if(controlNames.begin(), controlNames.end(),
                        [&](const ControlName& n) { return control == n.control; })
        ->id;
}

bool AskOptions::isValid(std::string* error) const
{
    const auto fail = [&](const char* what) {
        if (error != nullptr)
            *error = what;
        return false;
    };
    if (options.size() == 1 || options.size() > 8)
        return fail("give two to eight options, or none");
    if (std::any_of(options.begin(), options.end(), [](const std::string& o) { return o.empty(); }))
        return fail("an option is empty");
    if (maxTokens < 1 || maxTokens > 2048)
        return fail("max tokens must be 1 to 2048");
    if (!(temperature >= 0.0 && temperature <= 10.0) || !(topP > 0.0 && topP <= 1.0))
        return fail("temperature must be 0 to 10 and top p above 0, at most 1");
    if (likelihoodOnly && options.empty())
        return fail("likelihoods need options");
    return true;
}

std::vector<std::vector<Answer>> HearingModel::askMany(const std::vector<AskJob>& jobs)
{
    std::vector<std::vector<Answer>> answers;
    for (const AskJob& job : jobs) {
        auto& list = answers.emplace_back();
        for (AskOptions way : job.ways) {
            if (way.likelihoodOnly)
                way.maxTokens = 1;
            list.push_back(ask(job.audio, job.question, way));
            if (way.likelihoodOnly)
                list.back().generated.clear();
        }
    }
    return answers;
}

Explanation HearingModel::explain(const AudioBuffer&, const ExplainRequest&, const OcclusionCallback&)
{
    throw missing("the model '" + name() + "' cannot be looked into", "ask a model of this computer");
}

std::vector<float> AttentionMap::meanOfToken(std::size_t token) const
{
    std::vector<float> mean(static_cast<std::size_t>(audioTokens));
    const auto rows = static_cast<std::size_t>(layers) * static_cast<std::size_t>(heads);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t i = 0; i < mean.size(); ++i)
            mean[i] += weights[(token * rows + r) * mean.size() + i] / static_cast<float>(rows);
    return mean;
}

Json localizationToJson(const Localization& l)
{
    Json document;
    document["format"] = "binaurium-localization";
    document["version"] = 1;
    document["duration_s"] = l.durationS;
    document["sources"] = Json::array();
    for (const auto& s : l.sources)
        document["sources"].push_back(sourceToJson(s, true));
    document["frame_s"] = l.frameS;
    document["frames"] = Json::array();
    for (const auto& f : l.frames) {
        Json sources = Json::array();
        for (const auto& s : f.sources)
            sources.push_back(sourceToJson(s, false));
        document["frames"].push_back({{"time_s", f.timeS}, {"sources", sources}, {"posterior_deg5", f.posterior}});
    }
    return document;
}

Json explanationToJson(const Explanation& e, bool wholeAttention)
{
    Json document;
    document["format"] = "binaurium-explanation";
    document["version"] = 1;
    document["question"] = e.question;
    document["answer"] = e.answer;
    document["model"] = e.model;
    document["log_probability"] = e.logProbability;
    document["occlusions"] = Json::array();
    for (const auto& result : e.occlusions)
        document["occlusions"].push_back(occlusionToJson(result));
    if (!e.attention.empty())
        document["attention"] = attentionToJson(e.attention, wholeAttention);
    return document;
}

Json answerToJson(const Answer& a)
{
    Json document;
    document["format"] = "binaurium-answer";
    document["version"] = 1;
    document["answer"] = a.answer;
    document["letter"] = letterToJson(a.letter);
    document["option_scores"] = a.optionScores.empty() ? Json(nullptr) : Json(a.optionScores);
    document["generated"] = a.generated;
    document["parsed_letter"] = letterToJson(a.parsedLetter);
    document["evidence"] = a.evidence.empty() ? Json(nullptr) : Json(a.evidence);
    document["tokens"] = a.tokens;
    document["tokens_per_s"] = a.tokensPerS;
    document["model"] = a.model;
    document["seed"] = a.seed;
    document["control"] = a.control;
    document["device"] = a.device;
    return document;
}

} // namespace binaurium
