// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/wording/BackParse.h"

#include "core/support/DataPaths.h"

#include <algorithm>

namespace binaurium {
namespace {

const std::set<std::string> auxiliaries{"is",  "are",  "do",   "does",  "did", "can", "could",
                                        "was", "were", "will", "would", "has", "have"};

const std::set<std::string> questionWords{"what", "which", "who", "where", "how", "from", "in", "at"};

std::string lower(std::string text)
{
    for (char& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// "Is {a x} here?" -> "is ", "{a x}", " here?"
std::vector<std::string> partsOf(const std::string& wording)
{
    std::vector<std::string> parts{""};
    for (std::size_t i = 0; i < wording.size(); ++i) {
        if (wording[i] != '{') {
            parts.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(wording[i])));
            continue;
        }
        const auto end = std::min(wording.find('}', i), wording.size() - 1);
        parts.push_back(wording.substr(i, end - i + 1));
        parts.emplace_back();
        i = end;
    }
    return parts;
}

// "{a x}" and "{x}" are the same thing.
std::string nameOf(const std::string& placeholder)
{
    const auto inner = placeholder.substr(1, placeholder.size() - 2);
    return inner.rfind("a ", 0) == 0 ? inner.substr(2) : inner;
}

std::string mark(const std::string& name)
{
    std::string text("<");
    return text.append(name).append(">");
}

std::string marked(const std::vector<std::string>& parts)
{
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += i % 2 == 0 ? parts[i] : mark(nameOf(parts[i]));
    return text;
}

std::string withoutArticle(const std::string& text)
{
    for (const char* article : {"a ", "an ", "the "})
        if (text.rfind(article, 0) == 0)
            return text.substr(std::string(article).size());
    return text;
}

// What the placeholders of a wording stand for in `question` (lower case); nothing when it is another wording.
std::optional<std::map<std::string, std::string>> matched(const std::vector<std::string>& parts,
                                                          const std::string& question)
{
    std::map<std::string, std::string> bound;
    if (question.compare(0, parts[0].size(), parts[0]) != 0)
        return std::nullopt;
    auto at = parts[0].size();
    for (std::size_t i = 1; i + 1 < parts.size(); i += 2) {
        const bool last = i + 2 == parts.size();
        const auto& literal = parts[i + 1];
        const auto end = last && literal.size() <= question.size() ? question.size() - literal.size()
                                                                   : question.find(literal, at + 1);
        if (end == std::string::npos || end <= at || question.compare(end, literal.size(), literal) != 0)
            return std::nullopt;
        const auto value = withoutArticle(question.substr(at, end - at));
        const auto [entry, isNew] = bound.emplace(nameOf(parts[i]), value);
        if (!isNew && entry->second != value)
            return std::nullopt;
        at = end + literal.size();
    }
    return at == question.size() ? std::optional(bound) : std::nullopt;
}

// Every whole-word occurrence of `value` becomes <name>.
std::string replaced(std::string text, const std::string& value, const std::string& name)
{
    const auto isLetter = [&](std::size_t i) {
        return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])) != 0;
    };
    for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at)) {
        if ((at > 0 && (isLetter(at - 1) || text[at - 1] == '<')) || isLetter(at + value.size())) {
            ++at;
            continue;
        }
        text.replace(at, value.size(), mark(name));
        at += name.size() + 2;
    }
    return text;
}

} // namespace

BackParse::BackParse(const std::vector<QuestionTemplate>& templates, Lexicon lexicon) : lexicon_(std::move(lexicon))
{
    for (const QuestionTemplate& t : templates) {
        KnownTemplate& known = templates_[t.id];
        known.program = t.program;
        for (const auto* wordings : {&t.train, &t.heldOut})
            for (const auto& wording : *wordings) {
                const auto& parts = known.wordings.emplace_back(partsOf(wording));
                const auto text = marked(parts);
                (wording.back() == '?' ? known.openings : known.requests).insert(wordsOfText(text).front());
                if (const auto meaning = meaningOf(text, nullptr))
                    byMeaning_[*meaning].insert(t.id);
            }
    }
}

BackParse BackParse::builtIn()
{
    const auto& templates = questionTemplates();
    return {templates, Lexicon(requireData("models/lexicon.toml", "install Binaurium's data files"), templates)};
}

std::optional<std::string> BackParse::meaningOf(const std::string& skeleton, std::string* unknownWord) const
{
    const auto words = wordsOfText(skeleton);
    std::set<std::string> concepts;
    std::string order;
    bool choice = false;
    for (const auto& word : words) {
        if (word.front() == '<') {
            order += word;
            continue;
        }
        choice |= word == "or";
        const auto meaning = lexicon_.conceptOf(word);
        if (!meaning) {
            if (unknownWord != nullptr)
                *unknownWord = word;
            return std::nullopt;
        }
        if (!meaning->empty())
            concepts.insert(*meaning);
    }
    std::string key = !words.empty() && auxiliaries.count(words.front()) > 0 && !choice ? "yes/no:" : "open:";
    for (const auto& meaning : concepts)
        key += " " + meaning;
    return key + " | " + order;
}

std::set<std::string> BackParse::templatesOf(const std::string& meaning) const
{
    const auto found = byMeaning_.find(meaning);
    return found == byMeaning_.end() ? std::set<std::string>{} : found->second;
}

std::string BackParse::templateNameOf(const Item& item)
{
    return item.templateId.substr(0, item.templateId.rfind('-'));
}

const BackParse::KnownTemplate* BackParse::templateOf(const Item& item) const
{
    const auto found = templates_.find(templateNameOf(item));
    return found == templates_.end() ? nullptr : &found->second;
}

std::optional<BackParse::Bindings> BackParse::bindingsOf(const Item& item) const
{
    if (const KnownTemplate* known = templateOf(item))
        for (const auto& parts : known->wordings)
            if (auto bound = matched(parts, lower(item.question)))
                return bound;
    return std::nullopt;
}

std::string BackParse::withPlaceholders(const Bindings& bindings, const std::string& text)
{
    // Longer ones first: "to the left" must not break "90 degrees to the left".
    std::vector<std::pair<std::string, std::string>> order(bindings.begin(), bindings.end());
    std::sort(order.begin(), order.end(),
              [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
    std::string result = lower(text);
    for (const auto& [name, value] : order)
        result = replaced(result, value, name);
    return result;
}

std::string BackParse::skeleton(const Item& item, const std::string& candidate) const
{
    const auto bound = bindingsOf(item);
    return bound ? withPlaceholders(*bound, candidate) : std::string();
}

std::string BackParse::whyNot(const Item& item, const std::string& candidate, std::string* unknownWord) const
{
    if (candidate.empty() || candidate.size() > 300 || candidate.find('<') != std::string::npos ||
        candidate.find('\n') != std::string::npos)
        return "no question";
    if (lower(candidate) == lower(item.question))
        return "unchanged";
    const auto bound = bindingsOf(item);
    if (!bound)
        return "no template";
    const auto text = withPlaceholders(*bound, candidate);
    for (const auto& [name, value] : *bound)
        if (text.find(mark(name)) == std::string::npos)
            return "other entities";
    const auto meaning = meaningOf(text, unknownWord);
    if (!meaning)
        return "unknown word";
    const auto words = wordsOfText(text);
    if (words.empty())
        return "no question";
    const KnownTemplate& known = *templateOf(item);
    const bool asks = auxiliaries.count(words.front()) > 0 || questionWords.count(words.front()) > 0;
    if (asks && candidate.back() != '?')
        return "no question";
    const auto& openings = candidate.back() == '?' ? known.openings : known.requests;
    if (!asks && openings.count(words.front()) == 0)
        return "no question"; // right words in an order that asks nothing
    const auto ids = templatesOf(*meaning);
    if (ids.count(templateNameOf(item)) == 0)
        return "other meaning";
    for (const auto& other : ids)
        if (templates_.at(other).program != known.program)
            return "ambiguous";
    return {};
}

} // namespace binaurium
