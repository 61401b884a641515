// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"
#include "core/dataset/wording/Lexicon.h"

namespace binaurium {

// Reads questions back to programs. The meaning of a wording is: is it a yes/no question, which concepts occur, and
// which placeholders in which order ("is the <x> louder than the <y>?" is not "is the <y> louder than the <x>?"). Two
// wordings of one meaning ask for the same program; a meaning that several programs share is never accepted.
// Immutable; may be shared between threads.
class BackParse
{
public:
    BackParse(const std::vector<QuestionTemplate>& templates, Lexicon lexicon);
    [[nodiscard]] static BackParse builtIn();

    // Why `candidate` does not ask what `item` asks, as a short stable reason ("unknown word", "other entities", "other
    // meaning", "ambiguous", "no question", "unchanged"); empty: it does. `unknownWord` tells the first unknown one.
    [[nodiscard]] std::string whyNot(const Item& item, const std::string& candidate,
                                     std::string* unknownWord = nullptr) const;

    // The candidate with placeholders for what the item binds: the same for all items of one wording. Empty when the
    // item's own question is not one of its template's.
    [[nodiscard]] std::string skeleton(const Item& item, const std::string& candidate) const;

    // "direction" of "direction-3": the part of an item's template id that names the template.
    [[nodiscard]] static std::string templateNameOf(const Item& item);

    // Meaning of a text with placeholders in <>; nothing when a word is unknown.
    [[nodiscard]] std::optional<std::string> meaningOf(const std::string& skeleton, std::string* unknownWord) const;
    // Ids of the templates that have a wording of this meaning.
    [[nodiscard]] std::set<std::string> templatesOf(const std::string& meaning) const;

private:
    using Bindings = std::map<std::string, std::string>; // placeholder -> words in its place, lower case

    struct KnownTemplate
    {
        Json program;
        std::vector<std::vector<std::string>> wordings; // each as literal, placeholder, literal ...
        std::set<std::string> openings;                 // first words of the wordings that end with "?"
        std::set<std::string> requests;                 // and of the others: "Tell me ..."
    };
    [[nodiscard]] const KnownTemplate* templateOf(const Item& item) const; // null: none of them
    [[nodiscard]] std::optional<Bindings> bindingsOf(const Item& item) const;
    [[nodiscard]] static std::string withPlaceholders(const Bindings& bindings, const std::string& text);

    Lexicon lexicon_;
    std::map<std::string, KnownTemplate> templates_;         // by id
    std::map<std::string, std::set<std::string>> byMeaning_; // meaning -> template ids
};

} // namespace binaurium
