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

    // Meaning of a text with placeholders in <>; nothing when a word is unknown.
    [[nodiscard]] std::optional<std::string> meaningOf(const std::string& skeleton, std::string* unknownWord) const;
    // Ids of the templates that have a wording of this meaning.
    [[nodiscard]] std::set<std::string> templatesOf(const std::string& meaning) const;

private:
    [[nodiscard]] std::optional<std::map<std::string, std::string>> bindingsOf(const Item& item) const;

    Lexicon lexicon_;
    std::vector<QuestionTemplate> templates_;
    std::map<std::string, std::set<std::string>> byMeaning_; // meaning -> template ids
    std::map<std::string, std::string> programs_;            // template id -> program
    std::map<std::string, std::set<std::string>> openings_;  // template id -> first words of its wordings
};

} // namespace binaurium
