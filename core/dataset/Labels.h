// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

namespace binaurium {

// What a source is. The position in the list is the class index of trained models: entries are only ever appended.
struct Label
{
    const char* id;       // stable, in files
    const char* words;    // in questions: "dripping water"
    const char* article;  // "a", "an" or "" before the words
    const char* group;    // what it is a kind of: "animal", "vehicle"; distractors come from the same group first
    const char* synonyms; // other words that mean it, separated by '|'
};

[[nodiscard]] std::span<const Label> labels();
[[nodiscard]] const Label* findLabel(const std::string& id); // nullptr when unknown
[[nodiscard]] int labelIndex(const std::string& id);         // -1 when unknown
[[nodiscard]] std::string withArticle(const Label& label);   // "a kettle"; "dripping water"
// The label that an id, its words or one of its synonyms means (lower case); nullptr when there is none.
[[nodiscard]] const Label* labelFromWords(const std::string& words);

// World knowledge: what one expects to hear at a place.
struct Place
{
    const char* words;  // "kitchen"
    const char* labels; // ids, separated by spaces
};
[[nodiscard]] std::span<const Place> places();
[[nodiscard]] bool belongsTo(const std::string& label, const Place& place);

} // namespace binaurium
