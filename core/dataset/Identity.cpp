// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Identity.h"

#include "core/acoustics/HeadCatalogue.h"
#include "core/dataset/wording/WordingSkeleton.h"
#include "core/support/Random.h"

#include <map>

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
        found.emplace_back("measured room", measuredRoom);
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
