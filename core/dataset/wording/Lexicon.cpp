// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/wording/Lexicon.h"

#include "core/support/Error.h"
#include "core/support/Toml.h"

#include <cctype>
#include <sstream>

namespace binaurium {
namespace {

void addLine(const std::string& line, const std::string& meaning, const std::string& file,
             std::map<std::string, std::string>& words)
{
    std::istringstream stream(line);
    std::string word;
    while (stream >> word) {
        const auto [at, isNew] = words.emplace(word, meaning);
        if (!isNew && at->second != meaning)
            throw badInput(file, "the word '" + word + "' stands in two lines");
    }
}

} // namespace

std::vector<std::string> wordsOfText(const std::string& text)
{
    std::vector<std::string> words;
    std::string word;
    const auto finish = [&] {
        if (!word.empty())
            words.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '<') {
            finish();
            const auto end = std::min(text.find('>', i), text.size() - 1);
            words.push_back(text.substr(i, end - i + 1));
            i = end;
        } else if (std::isalnum(c) != 0 || (c == '\'' && !word.empty()) || c >= 0x80)
            word += static_cast<char>(std::tolower(c));
        else
            finish();
    }
    finish();
    return words;
}

Lexicon::Lexicon(const std::filesystem::path& file, const std::vector<QuestionTemplate>& templates)
{
    const Json document = readToml(file);
    const JsonObject root(document, file.string());
    checkFormat(root, "binaurium-lexicon", 1);
    addLine(root.string("neutral"), "", file.string(), concepts_);
    const auto table = root.object("concepts");
    for (const auto& [meaning, ignored] : table.value().items())
        addLine(table.string(meaning), meaning, file.string(), concepts_);
    for (const QuestionTemplate& t : templates)
        for (const auto* wordings : {&t.train, &t.heldOut})
            for (std::string wording : *wordings) {
                for (auto open = wording.find('{'); open != std::string::npos; open = wording.find('{'))
                    wording.erase(open, std::min(wording.find('}', open), wording.size() - 1) - open + 1);
                for (const auto& word : wordsOfText(wording))
                    concepts_.emplace(word, word);
            }
}

std::optional<std::string> Lexicon::conceptOf(const std::string& word) const
{
    const auto found = concepts_.find(word);
    return found == concepts_.end() ? std::nullopt : std::optional(found->second);
}

} // namespace binaurium
