// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/Toml.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <sstream>
#include <toml++/toml.h>

namespace binaurium {
namespace {

template <typename T>
std::string asText(const T& value)
{
    std::ostringstream out;
    out << value;
    return out.str();
}

Json toJson(const toml::node& node)
{
    if (const auto* table = node.as_table()) {
        Json object = Json::object();
        for (const auto& [key, value] : *table)
            object[std::string(key.str())] = toJson(value);
        return object;
    }
    if (const auto* array = node.as_array()) {
        Json list = Json::array();
        for (const auto& value : *array)
            list.push_back(toJson(value));
        return list;
    }
    if (const auto* value = node.as_string())
        return value->get();
    if (const auto* value = node.as_integer())
        return value->get();
    if (const auto* value = node.as_floating_point())
        return value->get();
    if (const auto* value = node.as_boolean())
        return value->get();
    if (const auto* value = node.as_date())
        return asText(value->get());
    if (const auto* value = node.as_time())
        return asText(value->get());
    return asText(node.as_date_time()->get());
}

void append(toml::array& array, const Json& value);

toml::table toTable(const Json& object)
{
    toml::table table;
    for (const auto& [key, value] : object.items()) {
        if (value.is_object())
            table.insert(key, toTable(value));
        else if (value.is_array()) {
            toml::array array;
            for (const auto& item : value)
                append(array, item);
            table.insert(key, std::move(array));
        } else if (value.is_string())
            table.insert(key, value.get<std::string>());
        else if (value.is_boolean())
            table.insert(key, value.get<bool>());
        else if (value.is_number_integer())
            table.insert(key, value.get<std::int64_t>());
        else if (value.is_number())
            table.insert(key, value.get<double>());
    }
    return table;
}

void append(toml::array& array, const Json& value)
{
    if (value.is_object())
        array.push_back(toTable(value));
    else if (value.is_string())
        array.push_back(value.get<std::string>());
    else if (value.is_boolean())
        array.push_back(value.get<bool>());
    else if (value.is_number_integer())
        array.push_back(value.get<std::int64_t>());
    else if (value.is_number())
        array.push_back(value.get<double>());
    else if (value.is_array()) {
        toml::array inner;
        for (const auto& item : value)
            append(inner, item);
        array.push_back(std::move(inner));
    }
}

} // namespace

Json parseToml(std::string_view text, const std::string& name)
{
    try {
        return toJson(toml::parse(text, name));
    } catch (const toml::parse_error& e) {
        throw badInput(name, "line " + std::to_string(e.source().begin.line) + ", column " +
                                 std::to_string(e.source().begin.column) + ": " + std::string(e.description()));
    }
}

Json readToml(const std::filesystem::path& path)
{
    return parseToml(readFile(path, 16ULL << 20), path.string());
}

void setTomlValue(Json& document, const std::string& assignment)
{
    const auto equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0)
        throw Error(ErrorKind::Usage, "'" + assignment + "': write key=value");
    const std::string value = assignment.substr(equals + 1);
    Json parsed;
    try {
        parsed = parseToml("v = " + value, "value")["v"];
    } catch (const Error&) {
        parsed = value; // a bare word is text
    }
    Json* node = &document;
    std::istringstream keys(assignment.substr(0, equals));
    std::string key;
    while (std::getline(keys, key, '.')) {
        if (!node->is_object() && !node->is_null())
            throw Error(ErrorKind::Usage, "'" + assignment + "': '" + key + "' does not name a member of a table");
        node = &(*node)[key];
    }
    *node = std::move(parsed);
}

std::string writeToml(const Json& document)
{
    return asText(toTable(document)) + "\n";
}

} // namespace binaurium
