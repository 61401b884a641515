// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/Scoring.h"

#include "core/dataset/Answers.h"
#include "core/dataset/OpenAnswers.h"
#include "core/dataset/Program.h"
#include "core/scene/SceneFile.h"
#include "core/support/Random.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace binaurium {
namespace {

// The scene as the exchanged ears hear it: every source on the other side of the median plane.
SceneFacts mirrored(SceneFacts facts)
{
    for (auto& source : facts.sources) {
        source.direction.azimuthDeg = wrapDegrees(-source.direction.azimuthDeg);
        source.endDirection.azimuthDeg = wrapDegrees(-source.endDirection.azimuthDeg);
        source.headPositionM.y = -source.headPositionM.y;
    }
    return facts;
}

std::optional<std::size_t> indexOf(const std::vector<std::string>& options, const std::string& answer)
{
    const auto found = std::find(options.begin(), options.end(), answer);
    return found == options.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - options.begin()));
}

} // namespace

ScoredAnswer scoreAnswer(const Item& item, const ResultLine& line, const std::string& truth)
{
    ScoredAnswer scored;
    if (!line.error.empty())
        return scored;
    if (line.scores.size() == item.options.size() && !item.options.empty()) {
        scored.chosen = bestOption(line.scores);
        scored.rightByLikelihood = item.options[*scored.chosen] == truth;
    }
    if (!line.generated)
        return scored;
    if (item.options.empty()) {
        const auto open = scoreOpenAnswer(*line.generated, truth);
        scored.understood = open.understood;
        scored.rightByText = open.right;
        return scored;
    }
    // Letters mean places in the order in which the options were shown.
    const auto shown = rotatedOptions(item.options, line.rotation);
    if (const auto place = parseChoice(*line.generated, shown)) {
        scored.parsed = indexOf(item.options, shown[*place]);
        scored.understood = true;
        scored.rightByText = shown[*place] == truth;
    }
    return scored;
}

ScoredAnswer scoreAnswer(const Item& item, const ResultLine& line)
{
    return scoreAnswer(item, line, item.answer);
}

std::vector<double> optionProbabilities(const ResultLine& line)
{
    std::vector<double> p = line.scores;
    if (p.empty())
        return p;
    const double top = *std::max_element(p.begin(), p.end());
    double sum = 0.0;
    for (double& value : p)
        sum += value = std::exp(value - top);
    for (double& value : p)
        value /= sum;
    return p;
}

std::string clusterOf(const Item& item)
{
    if (!item.pair.empty())
        return "pair " + std::min(item.id, item.pair);
    if (item.scene.is_object())
        return "scene " + std::to_string(hash64(item.scene.dump()));
    // Questions about one recording, or about sounds at one place of SpatialSoundQA, stand together.
    std::string sound;
    for (const char* key : {"audio", "audio_id", "reverb_id"})
        if (const auto found = item.margins.find(key); found != item.margins.end())
            sound += found->dump() + " ";
    return sound.empty() ? "item " + item.id : "sound " + sound;
}

std::string sceneKeyOf(const Item& item)
{
    return std::to_string(hash64(item.scene.dump() + item.head.dump()));
}

std::optional<std::string> mirroredAnswer(const Item& item)
{
    if (!item.scene.is_object() || !item.program.is_object() || item.options.empty())
        return std::nullopt;
    const auto scene = sceneFromJson(item.scene, "item " + item.id);
    const auto answer = evaluateProgram(item.program, mirrored(factsOf(scene)));
    return answer && indexOf(item.options, *answer) ? answer : std::nullopt;
}

std::string mirroredWords(const std::string& text)
{
    std::string result;
    std::string word;
    const auto flush = [&] {
        result += word == "left" ? "right" : word == "right" ? "left" : word;
        word.clear();
    };
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            word += c;
        } else {
            flush();
            result += c;
        }
    }
    flush();
    return result;
}

std::vector<std::string> rotatedOptions(const std::vector<std::string>& options, int rotation)
{
    auto turned = options;
    if (!turned.empty())
        std::rotate(turned.begin(), turned.begin() + rotation % static_cast<int>(turned.size()), turned.end());
    return turned;
}

} // namespace binaurium
