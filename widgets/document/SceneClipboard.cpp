// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/SceneClipboard.h"

#include "core/scene/SceneFile.h"
#include "core/scene/SceneValidation.h"

namespace binaurium {
namespace {

constexpr auto sourcesFormat = "binaurium-sources";
const std::string place = "clipboard";

} // namespace

std::string sourcesToText(const std::vector<Source>& sources, const std::filesystem::path& sceneFolder)
{
    Json document;
    document["format"] = sourcesFormat;
    document["version"] = 1;
    document["sources"] = Json::array();
    for (Source source : sources) {
        if (!source.sound.file.empty())
            source.sound.file = resolveSceneFile(sceneFolder, source.sound.file, true).string();
        document["sources"].push_back(sourceToJson(source));
    }
    return document.dump(2) + "\n";
}

std::vector<Source> sourcesFromText(const std::string& text)
{
    const Json json = parseJson(text, place);
    const JsonObject document(json, place);
    if (!document.has("format"))
        return {sourceFromJson(document)};
    checkFormat(document, sourcesFormat, 1);
    std::vector<Source> sources;
    for (const auto& object : document.objects("sources", SceneLimits::sourcesMax))
        sources.push_back(sourceFromJson(object));
    return sources;
}

} // namespace binaurium
