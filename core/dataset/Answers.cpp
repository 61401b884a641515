// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Answers.h"

#include "core/support/Text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <string_view>

namespace binaurium {
namespace {

bool isWordCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// Lower case, one space for any white space, without Markdown marks and quotes; numbers up to ten as digits.
std::string plain(const std::string& text)
{
    std::string result;
    for (const char c : text) {
        if (std::isspace(static_cast<unsigned char>(c)) != 0)
            result += c == '\n' ? '\n' : ' ';
        else if (c != '*' && c != '_' && c != '"' && c != '`' && c != '#' && c != '$')
            result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    for (const std::string_view apostrophe : {"\u2019", "\u2018", "\u02bc"})
        replaceAll(result, apostrophe, "'");
    for (const std::string_view quote : {"\u201c", "\u201d", "\u00ab", "\u00bb"})
        replaceAll(result, quote, "");
    for (const std::string_view dash : {"\u2013", "\u2014"})
        replaceAll(result, dash, "-");
    replaceAll(result, "can't", "cannot");
    replaceAll(result, "can not", "cannot");
    static constexpr std::array numbers{"zero", "one",   "two",   "three", "four", "five",
                                        "six",  "seven", "eight", "nine",  "ten"};
    std::string counted;
    for (std::size_t at = 0; at < result.size();) {
        std::size_t end = at;
        while (end < result.size() && isWordCharacter(result[end]))
            ++end;
        auto word = result.substr(at, std::max<std::size_t>(1, end - at));
        for (std::size_t n = 0; n < numbers.size(); ++n)
            if (word == numbers[n])
                word.assign(std::to_string(n));
        counted += word;
        at = std::max(end, at + 1);
    }
    const auto first = counted.find_first_not_of(" \n");
    const auto last = counted.find_last_not_of(" \n");
    return first == std::string::npos ? std::string() : counted.substr(first, last - first + 1);
}

bool standsAlone(const std::string& text, std::size_t at, std::size_t size)
{
    return (at == 0 || !isWordCharacter(text[at - 1])) &&
           (at + size == text.size() || !isWordCharacter(text[at + size]));
}

// Places of `words` in `text` as whole words.
std::vector<std::size_t> occurrences(const std::string& text, const std::string& words)
{
    std::vector<std::size_t> places;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
        if (standsAlone(text, at, words.size()))
            places.push_back(at);
    return places;
}

// Whether the words before `at` deny what follows: "not left", "not on the left", "rather than left".
bool isDenied(const std::string& text, std::size_t at)
{
    static constexpr std::array fillers{"the", "a", "an", "on", "in", "from", "to", "at", "your", "it", "is", "of"};
    std::vector<std::string> before;
    for (std::size_t end = at; before.size() < 5;) {
        while (end > 0 && text[end - 1] == ' ')
            --end;
        std::size_t start = end;
        while (start > 0 && (isWordCharacter(text[start - 1]) || text[start - 1] == '\''))
            --start;
        if (start == end)
            break;
        before.push_back(text.substr(start, end - start));
        end = start;
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i] == "not" || before[i] == "isn't" || before[i] == "never" || before[i] == "neither" ||
            before[i] == "nor" || before[i] == "wasn't" || before[i] == "doesn't")
            return true;
        if ((before[i] == "than" && i + 1 < before.size() && before[i + 1] == "rather") || before[i] == "instead")
            return true;
        if (std::find(fillers.begin(), fillers.end(), before[i]) == fillers.end())
            return false;
    }
    return false;
}

// Options named in the text, longest first; what one covers is not looked at again.
std::vector<std::size_t> namedOptions(std::string text, const std::vector<std::string>& options)
{
    std::vector<std::size_t> order(options.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return options[a].size() > options[b].size(); });
    std::vector<std::size_t> named;
    for (const std::size_t i : order) {
        if (options[i].empty())
            continue;
        bool found = false;
        for (const auto at : occurrences(text, options[i])) {
            found = found || options[i] == "cannot be told" || !isDenied(text, at);
            std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), options[i].size(), '\x01');
        }
        if (found)
            named.push_back(i);
    }
    return named;
}

struct LetterChoice
{
    std::size_t index = 0;
    std::size_t end = 0; // behind the letter and its marks
};

// A letter at `at` that stands for an option: not part of a word, and with a mark or nothing behind it.
std::optional<LetterChoice> letterAt(const std::string& text, std::size_t at, std::size_t options)
{
    const bool opened = at < text.size() && (text[at] == '(' || text[at] == '[' || text[at] == '{' || text[at] == '<');
    at += opened ? 1 : 0;
    while (at < text.size() && text[at] == ' ')
        ++at;
    if (at >= text.size() || !isWordCharacter(text[at]) || (at + 1 < text.size() && isWordCharacter(text[at + 1])))
        return std::nullopt;
    const auto index = static_cast<std::size_t>(text[at] - 'a');
    std::size_t end = at + 1;
    while (opened && end < text.size() && text[end] == ' ')
        ++end;
    const bool marked = end == text.size() ||
                        std::string_view(").:,]}>;!\n/<").find(text[end]) != std::string_view::npos ||
                        text.compare(end, 3, " - ") == 0 || text.compare(end, 2, " (") == 0;
    if (text[at] < 'a' || index >= options || !marked)
        return std::nullopt;
    while (end < text.size() && std::string_view(").:,]}>;!\n/<- (").find(text[end]) != std::string_view::npos)
        ++end;
    return LetterChoice{index, end};
}

// The letter's option, unless the words of another one follow it at once.
std::optional<std::size_t> agreed(const LetterChoice& letter, const std::string& text,
                                  const std::vector<std::string>& options, bool& contradicts)
{
    // The longest option that follows at once.
    std::optional<std::size_t> follows;
    for (std::size_t i = 0; i < options.size(); ++i)
        if (!options[i].empty() && text.compare(letter.end, options[i].size(), options[i]) == 0 &&
            standsAlone(text, letter.end, options[i].size()) &&
            (!follows || options[i].size() > options[*follows].size()))
            follows = i;
    if (follows && *follows != letter.index) {
        contradicts = true;
        return std::nullopt;
    }
    const auto second = letterAt(text, letter.end, options.size());
    if (second && second->index != letter.index) {
        contradicts = true; // "a, b"
        return std::nullopt;
    }
    return letter.index;
}

std::optional<std::size_t> firstWordYesNo(const std::string& text, const std::vector<std::string>& options)
{
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (options[i] != "yes" && options[i] != "no")
            continue;
        const std::string other = options[i] == "yes" ? "no" : "yes";
        if (!text.starts_with(options[i]) || !standsAlone(text, 0, options[i].size()) ||
            std::find(options.begin(), options.end(), other) == options.end())
            continue;
        const auto rest = text.substr(options[i].size());
        const bool offered = rest.starts_with(" or ") || rest.starts_with("/") || rest.starts_with(", " + other) ||
                             rest.starts_with(" and ") || rest.starts_with(" " + other);
        return offered ? std::nullopt : std::optional(i);
    }
    return std::nullopt;
}

std::optional<std::size_t> choiceIn(const std::string& text, const std::vector<std::string>& options)
{
    bool contradicts = false;
    if (const auto letter = letterAt(text, 0, options.size()))
        if (std::find(options.begin(), options.end(), text) == options.end()) {
            const auto index = agreed(*letter, text, options, contradicts);
            if (index || contradicts)
                return index;
        }
    for (const std::string_view lead : {"option ", "choice ", "letter ", "choose ", "pick ", "select "})
        for (auto at = text.find(lead); at != std::string::npos; at = text.find(lead, at + 1))
            if (at == 0 || !isWordCharacter(text[at - 1]))
                if (const auto letter = letterAt(text, at + lead.size(), options.size());
                    letter && !isDenied(text, at)) {
                    const auto index = agreed(*letter, text, options, contradicts);
                    if (index || contradicts)
                        return index;
                }
    if (const auto word = firstWordYesNo(text, options))
        return word;
    const auto named = namedOptions(text, options);
    return named.size() == 1 ? std::optional(named.front()) : std::nullopt;
}

// What stands behind the last cue that an answer follows; empty where there is none.
std::string behindCue(const std::string& text)
{
    std::size_t start = std::string::npos;
    for (const std::string_view cue :
         {"answer is", "answer:", "answer -", "answer =", "boxed{", "<answer>", "answer would be", "answer should be"})
        if (const auto at = text.rfind(cue);
            at != std::string::npos && (start == std::string::npos || at + cue.size() > start))
            start = at + cue.size();
    if (start == std::string::npos)
        return {};
    while (start < text.size() && std::string_view(" :\n").find(text[start]) != std::string_view::npos)
        ++start;
    auto rest = text.substr(start);
    for (const std::string_view end : {"</answer>", "}"})
        if (const auto at = rest.find(end); at != std::string::npos)
            rest.resize(at);
    for (const std::string_view lead : {"the ", "on ", "in ", "option ", "letter ", "choice "})
        if (rest.starts_with(lead) && letterAt(rest, lead.size(), 8))
            rest.erase(0, lead.size());
    return rest;
}

} // namespace

std::optional<std::size_t> parseChoice(const std::string& text, const std::vector<std::string>& options)
{
    std::vector<std::string> offered(options.size());
    std::transform(options.begin(), options.end(), offered.begin(), plain);
    const auto said = plain(text);
    if (said.empty())
        return std::nullopt;
    if (const auto answer = behindCue(said); !answer.empty())
        if (const auto choice = choiceIn(answer, offered))
            return choice;
    return choiceIn(said, offered);
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
