// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/ConfigText.h"

#include "core/support/Error.h"
#include "core/support/Text.h"
#include "core/support/Toml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

namespace binaurium {
namespace {

constexpr std::string_view blanks = " \t\r";

std::vector<std::string> linesOf(const std::string& text)
{
    std::vector<std::string> lines;
    for (std::size_t start = 0; start <= text.size();) {
        const auto end = std::min(text.find('\n', start), text.size());
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i)
        text.append(lines[i]).append(i + 1 < lines.size() ? "\n" : "");
    return text;
}

bool isToml(const std::string& text)
{
    try {
        (void)parseToml(text, "text");
        return true;
    } catch (const Error&) {
        return false;
    }
}

// Where an assignment stands: lines [first, last], the value from `column` of the first on.
struct Assignment
{
    std::string section, key;
    std::size_t first = 0, last = 0;
    std::size_t column = 0;
};

struct Heading
{
    std::string section;
    std::size_t line = 0;
};

struct Outline
{
    std::vector<Heading> headings;
    std::vector<Assignment> assignments;
};

// Statements of TOML text one after the other: a statement is the shortest run of lines that reads as TOML, so strings
// and lists over several lines are whole.
Outline outlineOf(const std::vector<std::string>& lines)
{
    constexpr std::size_t longest = 200; // lines of one value
    Outline outline;
    std::string section;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto line = trimmed(lines[i]);
        if (line.empty() || line.front() == '#')
            continue;
        if (line.front() == '[') {
            const auto close = line.find(']');
            section = trimmed(std::string_view(line).substr(1, close == std::string::npos ? 0 : close - 1));
            outline.headings.push_back({section, i});
            continue;
        }
        const auto equals = lines[i].find('=');
        if (equals == std::string::npos)
            continue;
        std::string statement = lines[i];
        std::size_t last = i;
        while (!isToml(statement) && last + 1 < lines.size() && last - i < longest)
            statement.append("\n").append(lines[++last]);
        if (!isToml(statement))
            last = i;
        auto column = equals + 1;
        while (column < lines[i].size() && blanks.find(lines[i][column]) != std::string_view::npos)
            ++column;
        outline.assignments.push_back(
            {section, trimmed(std::string_view(lines[i]).substr(0, equals)), i, last, column});
        i = last;
    }
    return outline;
}

std::string dottedName(const std::string& section, const std::string& key)
{
    return section.empty() ? key : section + "." + key;
}

const Assignment* findOption(const Outline& outline, const std::string& section, const std::string& key)
{
    const auto dotted = dottedName(section, key);
    for (const Assignment& a : outline.assignments)
        if ((a.section == section && a.key == key) || (a.section.empty() && a.key == dotted))
            return &a;
    return nullptr;
}

// The comment behind a value on its last line, with the blanks before it; empty for none.
std::string commentBehind(const std::string& value)
{
    for (auto at = value.find('#'); at != std::string::npos; at = value.find('#', at + 1))
        if (isToml("v = " + value.substr(0, at))) {
            auto from = at;
            while (from > 0 && blanks.find(value[from - 1]) != std::string_view::npos)
                --from;
            return value.substr(from);
        }
    return {};
}

// Every member of `document` that no option table knows.
std::vector<std::pair<std::string, std::string>> unknownOptions(const Json& document)
{
    static const std::vector<OptionField> fields = optionFields(TrainOptions());
    const auto known = [](const std::string& section, const std::string& key) {
        return std::ranges::any_of(fields, [&](const OptionField& f) { return f.section == section && f.key == key; });
    };
    const auto isSection = [](const std::string& key) {
        return std::ranges::any_of(fields, [&](const OptionField& f) { return !key.empty() && f.section == key; });
    };
    std::vector<std::pair<std::string, std::string>> unknown;
    for (const auto& [key, value] : document.items()) {
        if (key == "format" || key == "version" || known("", key))
            continue;
        if (key == "scene" && value.is_object()) {
            std::vector<std::string> names;
            try {
                (void)samplerOptionsFromJson(JsonObject(value, "config", "scene"), names);
            } catch (const Error&) {
                continue; // reported by the reading itself
            }
            for (const auto& name : names)
                unknown.emplace_back("scene", name.starts_with("scene.") ? name.substr(6) : name);
        } else if (isSection(key) && value.is_object()) {
            for (const auto& [inner, ignored] : value.items())
                if (!known(key, inner))
                    unknown.emplace_back(key, inner);
        } else
            unknown.emplace_back("", key);
    }
    return unknown;
}

// The line that an error of parseToml() or of the reader speaks of.
int lineOfError(const std::string& what, const std::string& text)
{
    if (const auto at = what.find("line "); at != std::string::npos && std::atoi(what.c_str() + at + 5) > 0)
        return std::atoi(what.c_str() + at + 5);
    static const std::vector<OptionField> fields = optionFields(TrainOptions());
    for (const OptionField& f : fields) {
        const auto place = f.section.empty() ? ": " + f.key + " " : f.section + "." + f.key;
        if (what.find(place) != std::string::npos || what.find(": " + f.key + ": ") != std::string::npos)
            return lineOfOption(text, f.section, f.key);
    }
    return 0;
}

} // namespace

CheckedConfig checkConfig(const std::string& text, const std::filesystem::path& folder)
{
    CheckedConfig checked;
    try {
        checked.document = parseToml(text, "config");
        for (const auto& [section, key] : unknownOptions(checked.document)) {
            auto line = lineOfOption(text, section, key);
            if (line == 0 && section.empty())
                line = lineOfOption(text, key, {});
            const auto name = dottedName(section, key);
            checked.problems.push_back({line, "'" + name + "' is not an option of training"});
        }
        std::ranges::stable_sort(checked.problems, {}, &ConfigProblem::line);
        if (checked.problems.empty())
            checked.options = trainOptionsFromJson(checked.document, "config", folder);
    } catch (const std::exception& e) {
        const std::string what = e.what();
        checked.problems.push_back({lineOfError(what, text), what.starts_with("config: ") ? what.substr(8) : what});
    }
    return checked;
}

int lineOfOption(const std::string& text, const std::string& section, const std::string& key)
{
    const auto outline = outlineOf(linesOf(text));
    if (key.empty()) {
        const auto heading = std::ranges::find(outline.headings, section, &Heading::section);
        return heading == outline.headings.end() ? 0 : static_cast<int>(heading->line) + 1;
    }
    const Assignment* found = findOption(outline, section, key);
    return found == nullptr ? 0 : static_cast<int>(found->first) + 1;
}

std::string withOption(const std::string& text, const std::string& section, const std::string& key,
                       const std::optional<Json>& value)
{
    const Json document = parseToml(text, "config");
    auto lines = linesOf(text);
    const auto outline = outlineOf(lines);
    const auto at = [&](std::size_t line) { return lines.begin() + static_cast<std::ptrdiff_t>(line); };
    if (const Assignment* found = findOption(outline, section, key)) {
        const auto& last = lines[found->last];
        const auto comment = commentBehind(found->first == found->last ? last.substr(found->column) : std::string());
        const auto head = lines[found->first].substr(0, found->column);
        lines.erase(at(found->first), at(found->last + 1));
        if (value)
            lines.insert(at(found->first), head + tomlLiteral(*value) + comment);
        return joined(lines);
    }
    const Json& table = section.empty() ? document : document.contains(section) ? document[section] : Json::object();
    if (table.is_object() && table.contains(key))
        throw badInput("config", "'" + key + "' stands in a table on one line; change it in the text");
    if (!value)
        return text;
    const auto line = key + " = " + tomlLiteral(*value);
    const auto heading = std::ranges::find(outline.headings, section, &Heading::section);
    if (!section.empty() && heading == outline.headings.end()) {
        std::string changed = text;
        if (!changed.empty() && changed.back() != '\n')
            changed += '\n';
        return changed.append("\n[").append(section).append("]\n").append(line).append("\n");
    }
    // Behind the last statement of the section, else behind its heading.
    std::size_t behind = section.empty() ? 0 : heading->line + 1;
    for (const Assignment& a : outline.assignments)
        if (a.section == section)
            behind = a.last + 1;
    lines.insert(at(behind), line);
    return joined(lines);
}

std::string tomlLiteral(const Json& value)
{
    if (value.is_number_float()) {
        std::array<char, 40> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), value.get<double>()).ptr;
        std::string literal(text.data(), end);
        if (literal.find_first_of(".en") == std::string::npos)
            literal += ".0";
        return literal;
    }
    if (value.is_array()) {
        std::string list = "[";
        for (const Json& item : value)
            list.append(list.size() > 1 ? ", " : "").append(tomlLiteral(item));
        return list + "]";
    }
    return value.dump(); // strings: the escapes of JSON are those of TOML
}

} // namespace binaurium
