// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Answers.h"

#include <algorithm>
#include <cctype>

namespace binaurium {
namespace {

std::string lowered(const std::string& text)
{
    std::string result = text;
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) { return std::tolower(c); });
    return result;
}

bool isWordCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool containsWords(const std::string& text, const std::string& words)
{
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
        const bool startsWord = at == 0 || !isWordCharacter(text[at - 1]);
        const auto end = at + words.size();
        if (startsWord && (end == text.size() || !isWordCharacter(text[end])))
            return true;
    }
    return false;
}

// A letter at `at` that stands for an option: not part of a word, and "a" or "i" only with a mark behind them.
std::optional<std::size_t> letterAt(const std::string& text, std::size_t at, std::size_t options)
{
    if (at < text.size() && text[at] == '(')
        ++at;
    if (at >= text.size() || !isWordCharacter(text[at]) || (at + 1 < text.size() && isWordCharacter(text[at + 1])))
        return std::nullopt;
    const auto index = static_cast<std::size_t>(std::tolower(static_cast<unsigned char>(text[at])) - 'a');
    const bool marked = at + 1 == text.size() || std::string(").:,\n").find(text[at + 1]) != std::string::npos;
    return index < options && marked ? std::optional(index) : std::nullopt;
}

} // namespace

std::optional<std::size_t> parseChoice(const std::string& text, const std::vector<std::string>& options)
{
    const auto first = text.find_first_not_of(" \t\n");
    if (first == std::string::npos)
        return std::nullopt;
    if (const auto letter = letterAt(text, first, options.size()))
        return letter;
    const std::string low = lowered(text);
    for (const std::string lead : {"answer is ", "answer: ", "option "})
        if (const auto at = low.find(lead); at != std::string::npos)
            if (const auto letter = letterAt(text, at + lead.size(), options.size()))
                return letter;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (options[i].empty() || !containsWords(low, lowered(options[i])))
            continue;
        if (found)
            return std::nullopt;
        found = i;
    }
    return found;
}

std::size_t bestOption(const std::vector<double>& scores)
{
    return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

std::string questionText(const std::string& question, const std::vector<std::string>& options, bool wantsEvidence)
{
    std::string text = question;
    for (std::size_t i = 0; i < options.size(); ++i)
        text += (i == 0 ? "\nOptions: " : ", ") + options[i];
    if (wantsEvidence)
        text += "\nFirst say what you heard.";
    return text;
}

} // namespace binaurium
