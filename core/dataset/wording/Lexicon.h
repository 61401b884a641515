// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Templates.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace binaurium {

// What the words of questions mean (models/lexicon.toml, "binaurium-lexicon" version 1). Immutable.
class Lexicon
{
public:
    // Words that occur in `templates` but in no line of the file mean themselves. Throws Missing or BadInput.
    Lexicon(const std::filesystem::path& file, const std::vector<QuestionTemplate>& templates);

    // Concept of a lower-case word: "" for a neutral one, nothing for one that is unknown.
    [[nodiscard]] std::optional<std::string> conceptOf(const std::string& word) const;

private:
    std::map<std::string, std::string> concepts_; // word -> concept, "" neutral
};

// Lower-case words and numbers of a text; marks such as "<x>", with which placeholders are written, stay whole.
[[nodiscard]] std::vector<std::string> wordsOfText(const std::string& text);

} // namespace binaurium
