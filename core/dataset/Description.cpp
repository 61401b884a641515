// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Description.h"

#include "core/dataset/Program.h"
#include "core/dataset/Sectors.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace binaurium {
namespace {

constexpr double angleStepDeg = 10.0; // finer numbers would be noise: ears are wrong by 5 degrees and more
constexpr double distanceStepM = 0.5;

std::string capitalised(std::string words)
{
    words.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(words.front())));
    return words;
}

std::string sideAngle(double azimuthDeg)
{
    const auto degrees = std::lround(std::abs(azimuthDeg) / angleStepDeg) * std::lround(angleStepDeg);
    return "about " + std::to_string(degrees) + " degrees to the " + (azimuthDeg < 0.0 ? "right" : "left");
}

std::string metres(double distanceM)
{
    const auto halves = std::max<long>(1, std::lround(distanceM / distanceStepM));
    return "about " + std::to_string(halves / 2) + (halves % 2 == 1 ? ".5" : "") + (halves == 2 ? " metre" : " metres");
}

std::string describedSource(const SourceFacts& source)
{
    std::string text = capitalised(withArticle(*source.label)) + ' ' +
                       directionPhrase(quadrantOf(source.direction.azimuthDeg)) + ", " +
                       sideAngle(source.direction.azimuthDeg);
    const auto add = [&text](const std::optional<std::string>& words) {
        if (words)
            text += ", " + *words;
    };
    add(heightOf(source));
    add(distanceOf(source));
    text += ", " + metres(source.distanceM);
    if (source.moves)
        if (const auto motion = motionOf(source))
            text += ", moving " + *motion;
    return text + '.';
}

} // namespace

std::string describeScene(const SceneFacts& facts)
{
    std::vector<const SourceFacts*> heard;
    for (const SourceFacts& source : facts.sources)
        if (source.audible)
            heard.push_back(&source);
    if (heard.empty())
        return "No sound.";
    std::stable_sort(heard.begin(), heard.end(), [](const auto* a, const auto* b) { return a->levelDb > b->levelDb; });
    std::string text = std::to_string(heard.size()) + (heard.size() == 1 ? " sound." : " sounds.");
    for (const SourceFacts* source : heard)
        text += ' ' + describedSource(*source);
    if (facts.scene->room.anechoic)
        return text + " There is no room.";
    if (const auto room = evaluateProgram({{"op", "reverberation"}}, facts))
        text += " The room is " + *room + '.';
    return text;
}

const std::array<const char*, 5>& describeWordings()
{
    static constexpr std::array<const char*, 5> wordings{
        "Describe what you hear and where.", "What do you hear, and where is it?", "Describe the scene around you.",
        "List the sounds with their places.", "Tell me everything you can hear."};
    return wordings;
}

} // namespace binaurium
