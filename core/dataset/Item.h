// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <string>
#include <vector>

namespace binaurium {

inline constexpr int itemFormatVersion = 1;

// One question with everything needed to ask, answer and check it (format "binaurium-item" version 1). The audio is the
// recipe in `scene`, rendered when it is needed.
struct Item
{
    std::string id;
    Json scene;             // "binaurium-scene", or null where the scene stands in another item of the group
    Json head;              // {"id", "frequency_scale", "diffuse_field_equalised"}, or null: what the scene names
    std::string level;      // "L1", "L2", "L3"
    std::string task;       // "presence", "direction", "binding" ... (models/templates.toml)
    std::string templateId; // template and number of the wording
    std::string question;
    std::vector<std::string> options; // empty: free answer
    std::string answer;               // one of the options, or the reference text
    Json program;                     // functional program whose value is the answer
    std::string evidence;             // sentence with the facts that the answer follows from
    Json margins = Json::object();    // how far the scene is from an ambiguous one
    std::string split;
    std::string pair;                // id of the item with which this one is right or wrong together; else empty
    std::string origin = "template"; // who worded it
    friend bool operator==(const Item&, const Item&) = default;
};

[[nodiscard]] Json itemToJson(const Item& item);
[[nodiscard]] Item itemFromJson(const Json& json, const std::string& name);

} // namespace binaurium
