// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/Evaluation.h"

#include "core/acoustics/Renderer.h"
#include "core/benchmark/localization/LocalizationReport.h"
#include "core/dataset/Questions.h"
#include "core/dataset/SceneSampler.h"
#include "core/support/Error.h"

#include <algorithm>

namespace binaurium {
namespace {

constexpr double evaluationRateHz = 32000.0;

AudioBuffer audioOf(const SampledScene& sample)
{
    RenderOptions options;
    options.rateHz = evaluationRateHz;
    options.head = sample.head;
    options.allowOutside = true; // catalogue sounds have absolute names
    return renderScene(sample.scene, options).audio;
}

LocalizationCase caseOf(const SampledScene& sample, const Localization& heard)
{
    const auto truth = relativePosition(sample.scene.listener, sample.scene.sources[0].positionM);
    LocalizationCase c{truth.direction, truth.distanceM, {}, 1.0, 0.0};
    if (heard.sources.empty())
        return c; // nothing heard counts as straight ahead with no confidence
    const auto& best = heard.sources.front();
    c.estimate = {best.azimuthDeg, best.elevationDeg};
    c.estimatedDistanceM = best.distanceM;
    c.frontBackConfidence = best.frontBackConfidence;
    return c;
}

std::vector<std::string> groupsOf(const SampledScene& sample, const LocalizationCase& c)
{
    const double elevation = c.truth.elevationDeg;
    const char* height = elevation < -15.0 ? "below -15" : elevation <= 30.0 ? "-15 to 30" : "above 30";
    return {std::string("elevation:") + height, sample.scene.room.anechoic ? "room:free field" : "room:reverberant",
            "sound:" + sample.scene.sources[0].label, distanceGroup(c.distanceM),
            snrGroup(sample.scene, factsOf(sample.scene))};
}

void askAbout(HearingModel& model, const Item& item, const AudioBuffer& audio, EvaluationReport& report)
{
    AskOptions options;
    options.options = item.options;
    options.maxTokens = 16;
    const auto answer = model.ask(audio, item.question, options);
    ++report.asked;
    report.right += answer.answer == item.answer ? 1 : 0;
    if (answer.parsedLetter) {
        ++report.parsed;
        report.parsedRight += item.options[static_cast<std::size_t>(*answer.parsedLetter - 'A')] == item.answer ? 1 : 0;
    }
    options.control = Control::Silence;
    options.maxTokens = 1; // only the likelihoods count here
    report.rightSilence += model.ask(audio, item.question, options).answer == item.answer ? 1 : 0;
}

} // namespace

bool EvaluationOptions::isValid(std::string* error) const
{
    const bool ok = scenes >= 1 && questions >= 0 && durationS >= 0.5 && durationS <= 10.0;
    if (!ok && error != nullptr)
        *error = "scenes must be at least 1 and the duration 0.5 to 10 s";
    return ok;
}

EvaluationReport evaluate(const EvaluationOptions& options, const ProgressCallback& progress)
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "evaluate: " + error);
    HeadPoolOptions pool;
    pool.split = Split::Test;
    pool.only = {options.head};
    pool.folders.assign(options.headFolders.begin(), options.headFolders.end());
    SamplerOptions scenes;
    scenes.split = Split::Test;
    scenes.durationS = options.durationS;
    scenes.sourceShare = {1.0, 0.0, 0.0, 0.0};
    const SceneSampler sampler(scenes, std::make_shared<const SoundCatalogue>(SoundCatalogue::read(options.sounds)),
                               std::make_shared<const HeadPool>(pool, options.seed));
    const auto model = HearingModel::load(options.model);
    EvaluationReport report;
    std::vector<LocalizationCase> cases;
    std::map<std::string, std::vector<LocalizationCase>> groups;
    for (int i = 0; i < options.scenes; ++i) {
        reportProgress(progress, {"evaluate", i, options.scenes, {}});
        const auto sample = sampler.sample(options.seed, static_cast<std::uint64_t>(i));
        const auto audio = audioOf(sample);
        cases.push_back(caseOf(sample, model->localize(audio)));
        for (const auto& group : groupsOf(sample, cases.back()))
            groups[group].push_back(cases.back());
        RandomStream random(options.seed, "evaluation questions", static_cast<std::uint64_t>(i));
        const auto items = makeQuestions(sample.scene, Split::Test, "test-" + std::to_string(i), random);
        const auto direction = std::find_if(items.begin(), items.end(),
                                            [](const Item& item) { return item.templateId.starts_with("direction-"); });
        if (direction != items.end() && report.asked < options.questions)
            askAbout(*model, *direction, audio, report);
    }
    report.localization = scoreLocalization(cases);
    for (const auto& [group, its] : groups)
        report.groups[group] = scoreLocalization(its);
    reportProgress(progress, {"evaluate", options.scenes, options.scenes, {}});
    return report;
}

Json evaluationToJson(const EvaluationReport& r, const EvaluationOptions& o)
{
    const auto share = [](int part, int whole) { return static_cast<double>(part) / std::max(1, whole); };
    const auto interval = [](int part, int whole) {
        const auto i = wilsonInterval(part, whole);
        return Json::array({i.low, i.high});
    };
    Json groups = Json::object();
    for (const auto& [group, score] : r.groups)
        groups[group] = toJson(score);
    return {{"format", "binaurium-evaluation"},
            {"version", 1},
            {"head", o.head},
            {"sounds", soundSetId(o.sounds)},
            {"duration_s", o.durationS},
            {"seed", o.seed},
            {"localization", toJson(r.localization)},
            {"groups", groups},
            {"direction_questions",
             {{"asked", r.asked},
              {"chance", 0.25},
              {"accuracy", share(r.right, r.asked)},
              {"interval", interval(r.right, r.asked)},
              {"accuracy_with_silence", share(r.rightSilence, r.asked)},
              {"interval_with_silence", interval(r.rightSilence, r.asked)},
              {"parse_rate", share(r.parsed, r.asked)},
              {"free_answer_accuracy", share(r.parsedRight, r.asked)}}}};
}

} // namespace binaurium
