// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Identity.h"

#include "core/acoustics/HeadCatalogue.h"
#include "core/dataset/wording/WordingSkeleton.h"
#include "core/support/DataPaths.h"
#include "core/support/Random.h"
#include "core/support/Sha256.h"

#include <filesystem>
#include <map>
#include <mutex>

namespace binaurium {
namespace {

// Head id -> physical head; unknown heads stand for themselves.
std::string physicalHead(const std::string& id)
{
    static const auto table = [] {
        std::map<std::string, std::string> result;
        for (const auto& head : readHeadCatalogue())
            result[head.id] = head.physicalHead;
        return result;
    }();
    const auto found = table.find(id);
    return found == table.end() ? id : found->second;
}

// Hash of a file's bytes, so that a copy under another name is the same; empty where it is not on this computer.
std::string contentOf(const std::string& name)
{
    static std::mutex mutex;
    static std::map<std::string, std::string> known;
    const std::lock_guard lock(mutex);
    const auto [entry, isNew] = known.try_emplace(name);
    if (!isNew)
        return entry->second;
    std::filesystem::path file = name;
    if (file.is_relative())
        file = findData(name);
    std::error_code none;
    if (!file.empty() && std::filesystem::is_regular_file(file, none))
        entry->second = sha256OfFile(file);
    return entry->second;
}

// By its name, and by what it holds.
void addFile(std::vector<std::pair<std::string, std::string>>& found, const std::string& kind, const std::string& name)
{
    found.emplace_back(kind, name);
    if (const auto content = contentOf(name); !content.empty())
        found.emplace_back(kind + " (contents)", content);
}

std::string textOf(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found == object.end() ? std::string() : found->is_string() ? found->get<std::string>() : found->dump();
}

} // namespace

std::vector<std::pair<std::string, std::string>> identitiesOf(const Item& item)
{
    std::vector<std::pair<std::string, std::string>> found{{"template", item.templateId},
                                                           {"wording", wordingSkeleton(item.question)}};
    if (const auto recording = item.margins.is_object() ? textOf(item.margins, "audio") : ""; !recording.empty())
        addFile(found, "recording", recording);
    if (!item.scene.is_object())
        return found;
    const std::string head = item.head.is_object()             ? textOf(item.head, "id")
                             : item.scene.contains("listener") ? textOf(item.scene["listener"], "head")
                                                               : std::string();
    if (!head.empty())
        found.emplace_back("head", physicalHead(head));
    if (item.head.is_object() && item.head.contains("blend") && item.head["blend"].is_object())
        found.emplace_back("head", physicalHead(textOf(item.head["blend"], "id")));
    const std::string measuredRoom = item.scene.contains("room") ? textOf(item.scene["room"], "measured") : "";
    if (!measuredRoom.empty())
        addFile(found, "measured room", measuredRoom);
    else if (item.scene.contains("room"))
        found.emplace_back("room", std::to_string(hash64(item.scene["room"].dump())));
    found.emplace_back("seed", textOf(item.scene, "seed"));
    if (item.scene.contains("sources") && item.scene["sources"].is_array())
        for (const Json& source : item.scene["sources"]) {
            if (const auto file = textOf(source, "file"); !file.empty())
                found.emplace_back("sound", file);
            else if (const auto generator = textOf(source, "generator"); !generator.empty())
                found.emplace_back("sound", generator + " #" + textOf(source, "generator_seed"));
        }
    found.emplace_back("scene", std::to_string(hash64(item.scene.dump())));
    return found;
}

} // namespace binaurium
