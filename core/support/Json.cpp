// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/Json.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <cmath>

namespace binaurium {
namespace {

constexpr int maximumDepth = 64;

std::string plainNumber(double value)
{
    std::string text = Json(value).dump();
    if (text.ends_with(".0"))
        text.resize(text.size() - 2);
    return text;
}

} // namespace

Json parseJson(std::string_view text, const std::string& name)
{
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth > maximumDepth)
            throw badInput(name, "is nested more than " + std::to_string(maximumDepth) + " levels deep");
        if (event == Json::parse_event_t::object_start)
            keys.emplace_back();
        else if (event == Json::parse_event_t::object_end)
            keys.pop_back();
        else if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
            throw badInput(name, "key '" + parsed.get<std::string>() + "' stands twice in one object");
        return true;
    };
    try {
        return Json::parse(text.begin(), text.end(), watch);
    } catch (const nlohmann::json::exception& e) {
        std::string reason = e.what();
        if (const auto start = reason.find("] "); start != std::string::npos)
            reason = reason.substr(start + 2);
        throw badInput(name, "is not valid JSON: " + reason);
    }
}

Json readJson(const std::filesystem::path& path)
{
    return parseJson(readFile(path), path.string());
}

JsonObject::JsonObject(const Json& value, std::string file, std::string place)
    : value_(&value), file_(std::move(file)), place_(std::move(place))
{
    if (!value.is_object())
        throw badInput(file_, (place_.empty() ? std::string("the document") : place_) + " must be an object");
}

std::string JsonObject::place(const std::string& key) const
{
    return place_.empty() ? key : place_ + "." + key;
}

void JsonObject::fail(const std::string& key, const std::string& what) const
{
    throw badInput(file_, place(key) + " " + what);
}

bool JsonObject::has(const std::string& key) const
{
    return value_->contains(key);
}

const Json& JsonObject::member(const std::string& key) const
{
    known_.insert(key);
    const auto found = value_->find(key);
    if (found == value_->end())
        fail(key, "is missing");
    return *found;
}

const Json& JsonObject::raw(const std::string& key) const
{
    return member(key);
}

double JsonObject::number(const std::string& key, double low, double high) const
{
    const Json& value = member(key);
    if (!value.is_number())
        fail(key, "must be a number");
    const double number = value.get<double>();
    if (!std::isfinite(number) || number < low || number > high)
        fail(key, "is " + plainNumber(number) + ", must be " + plainNumber(low) + " to " + plainNumber(high));
    return number;
}

double JsonObject::number(const std::string& key, double low, double high, double fallback) const
{
    known_.insert(key);
    return has(key) ? number(key, low, high) : fallback;
}

std::int64_t JsonObject::integer(const std::string& key, std::int64_t low, std::int64_t high) const
{
    const Json& value = member(key);
    if (!value.is_number_integer())
        fail(key, "must be a whole number");
    const bool tooLarge =
        value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
    const auto number = tooLarge ? INT64_MAX : value.get<std::int64_t>();
    if (tooLarge || number < low || number > high)
        fail(key, "is " + value.dump() + ", must be " + std::to_string(low) + " to " + std::to_string(high));
    return number;
}

std::int64_t JsonObject::integer(const std::string& key, std::int64_t low, std::int64_t high,
                                 std::int64_t fallback) const
{
    known_.insert(key);
    return has(key) ? integer(key, low, high) : fallback;
}

bool JsonObject::boolean(const std::string& key, bool fallback) const
{
    known_.insert(key);
    if (!has(key))
        return fallback;
    if (!member(key).is_boolean())
        fail(key, "must be true or false");
    return member(key).get<bool>();
}

std::string JsonObject::string(const std::string& key) const
{
    const Json& value = member(key);
    if (!value.is_string())
        fail(key, "must be text");
    return value.get<std::string>();
}

std::string JsonObject::string(const std::string& key, const std::string& fallback) const
{
    known_.insert(key);
    return has(key) ? string(key) : fallback;
}

std::vector<double> JsonObject::numbers(const std::string& key, std::size_t count, double low, double high,
                                        std::size_t limit) const
{
    const Json& value = member(key);
    if (!value.is_array())
        fail(key, "must be a list of numbers");
    if ((count != 0 && value.size() != count) || value.size() > limit)
        fail(key, "has " + std::to_string(value.size()) + " numbers, must have " +
                      (count != 0 ? std::to_string(count) : "at most " + std::to_string(limit)));
    std::vector<double> result;
    result.reserve(value.size());
    for (const Json& item : value) {
        const double number = item.is_number() ? item.get<double>() : NAN;
        if (!std::isfinite(number) || number < low || number > high)
            fail(key, "holds " + item.dump() + ", every value must be a number from " + plainNumber(low) + " to " +
                          plainNumber(high));
        result.push_back(number);
    }
    return result;
}

std::vector<std::string> JsonObject::strings(const std::string& key, std::size_t limit) const
{
    const Json& value = member(key);
    if (!value.is_array() || value.size() > limit)
        fail(key, "must be a list of at most " + std::to_string(limit) + " texts");
    std::vector<std::string> result;
    for (const Json& item : value) {
        if (!item.is_string())
            fail(key, "holds " + item.dump() + ", every value must be text");
        result.push_back(item.get<std::string>());
    }
    return result;
}

std::map<std::string, std::string> JsonObject::texts(const std::string& key) const
{
    const JsonObject members = object(key);
    std::map<std::string, std::string> result;
    for (const auto& [name, ignored] : members.value().items())
        result[name] = members.string(name);
    return result;
}

JsonObject JsonObject::object(const std::string& key) const
{
    return {member(key), file_, place(key)};
}

std::vector<JsonObject> JsonObject::objects(const std::string& key, std::size_t limit) const
{
    const Json& value = member(key);
    if (!value.is_array() || value.size() > limit)
        fail(key, "must be a list of at most " + std::to_string(limit) + " objects");
    std::vector<JsonObject> result;
    result.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i)
        result.emplace_back(value[i], file_, place(key) + "[" + std::to_string(i) + "]");
    return result;
}

std::vector<std::string> JsonObject::unknownKeys() const
{
    std::vector<std::string> keys;
    for (const auto& [key, ignored] : value_->items())
        if (!known_.contains(key))
            keys.push_back(place(key));
    return keys;
}

Json JsonObject::unknownMembers() const
{
    Json members = Json::object();
    for (const auto& [key, member] : value_->items())
        if (!known_.contains(key))
            members[key] = member;
    return members;
}

double wholeParts(double value, double perUnit)
{
    return std::round(value * perUnit) / perUnit;
}

int checkFormat(const JsonObject& document, const std::string& format, int newest)
{
    const auto found = document.string("format");
    if (found != format)
        document.fail("format", "is '" + found + "', this is not a " + format + " file");
    const auto version = document.integer("version", 1, INT32_MAX);
    if (version > newest)
        document.fail("version", "is " + std::to_string(version) + ", this program reads up to version " +
                                     std::to_string(newest) + "; a newer Binaurium wrote the file");
    return static_cast<int>(version);
}

} // namespace binaurium
