// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/VisibleSources.h"

#include "core/dataset/Labels.h"
#include "core/support/Error.h"
#include "core/support/Text.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace binaurium {
namespace {

constexpr double aheadDeg = 5.0;
constexpr std::size_t mostObjects = 16;

} // namespace

std::vector<VisibleObject> visibleObjects(const Scene& scene, double fieldDeg)
{
    std::vector<VisibleObject> objects;
    for (const Source& source : scene.sources) {
        const double azimuth =
            relativePosition(poseAt(scene.listener, 0.0), poseAt(source, 0.0).positionM).direction.azimuthDeg;
        if (std::abs(azimuth) > 0.5 * fieldDeg)
            continue;
        const Label* label = findLabel(source.label);
        objects.push_back({label != nullptr ? withArticle(*label) : source.name, azimuth});
    }
    std::stable_sort(objects.begin(), objects.end(),
                     [](const auto& a, const auto& b) { return a.azimuthDeg > b.azimuthDeg; });
    if (objects.size() > mostObjects)
        objects.resize(mostObjects);
    return objects;
}

std::vector<VisibleObject> visibleFromText(const std::string& text)
{
    std::vector<VisibleObject> objects;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, ',');) {
        const auto at = part.find('@');
        const auto words = trimmed(part.substr(0, at));
        char* end = nullptr;
        const std::string number = at == std::string::npos ? std::string() : trimmed(part.substr(at + 1));
        const double azimuth = std::strtod(number.c_str(), &end);
        if (words.empty() || number.empty() || *end != '\0' || !(std::abs(azimuth) <= 180.0))
            throw Error(ErrorKind::Usage, "'" + part +
                                              "' does not say what is visible; write LABEL@DEGREES, for "
                                              "instance kettle@30 (left is positive, -180 to 180)");
        const Label* label = findLabel(words);
        if (label == nullptr)
            label = labelFromWords(words);
        objects.push_back({label != nullptr ? withArticle(*label) : words, azimuth});
        if (objects.size() > mostObjects)
            throw Error(ErrorKind::Usage, "at most " + std::to_string(mostObjects) + " objects can be in view");
    }
    return objects;
}

std::string visibleSentence(const std::vector<VisibleObject>& objects)
{
    if (objects.empty())
        return "In view: nothing that could sound.";
    std::string text = "In view: ";
    for (const auto& object : objects) {
        if (&object != &objects.front())
            text += ", ";
        const auto degrees = std::lround(std::abs(object.azimuthDeg));
        text += object.words;
        if (static_cast<double>(degrees) <= aheadDeg)
            text += " straight ahead";
        else
            text.append(" ")
                .append(std::to_string(degrees))
                .append(object.azimuthDeg > 0.0 ? " degrees to the left" : " degrees to the right");
    }
    return text + '.';
}

} // namespace binaurium
