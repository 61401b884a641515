// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Item.h"

namespace binaurium {

Json itemToJson(const Item& item)
{
    Json json = {{"format", "binaurium-item"},  {"version", itemFormatVersion}, {"id", item.id},
                 {"scene", item.scene},         {"level", item.level},          {"task", item.task},
                 {"template", item.templateId}, {"question", item.question},    {"options", item.options},
                 {"answer", item.answer},       {"program", item.program},      {"evidence", item.evidence},
                 {"margins", item.margins},     {"split", item.split},          {"origin", item.origin}};
    if (!item.head.is_null())
        json["head"] = item.head;
    if (!item.pair.empty())
        json["pair"] = item.pair;
    return json;
}

Item itemFromJson(const Json& json, const std::string& name)
{
    const JsonObject object(json, name);
    checkFormat(object, "binaurium-item", itemFormatVersion);
    Item item;
    item.id = object.string("id");
    item.scene = object.raw("scene");
    item.level = object.string("level");
    item.task = object.string("task");
    item.templateId = object.string("template");
    item.question = object.string("question");
    item.options = object.strings("options", 8);
    item.answer = object.string("answer");
    item.program = object.raw("program");
    item.evidence = object.string("evidence");
    item.margins = object.raw("margins");
    item.split = object.string("split");
    if (item.split != "train" && item.split != "validation" && item.split != "test")
        object.fail("split",
                    "is '" + item.split + "', must be train, validation or test"); // exports name folders by it
    item.origin = object.string("origin", "template");
    item.pair = object.string("pair", "");
    if (object.has("head"))
        item.head = object.raw("head");
    return item;
}

} // namespace binaurium
