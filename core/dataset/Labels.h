// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

namespace binaurium {

// What a source is. The position in the list is the class index of trained models: entries are only ever appended.
struct Label
{
    const char* id;      // stable, in files
    const char* words;   // in questions: "dripping water"
    const char* article; // "a", "an" or "" before the words
};

[[nodiscard]] std::span<const Label> labels();
[[nodiscard]] const Label* findLabel(const std::string& id); // nullptr when unknown
[[nodiscard]] int labelIndex(const std::string& id);         // -1 when unknown

} // namespace binaurium
