// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace binaurium {

using Json = nlohmann::ordered_json;

// Parses untrusted text: at most 64 levels deep, no duplicate keys, no NaN. `name` (a file name) starts every error
// sentence.
[[nodiscard]] Json parseJson(std::string_view text, const std::string& name);
[[nodiscard]] Json readJson(const std::filesystem::path& path);

// A checked look at one JSON object. Every getter names the file and the place ("scene.json: sources[2].gain_db: ...")
// in its error, checks type, range and finiteness, and remembers the key as known; unknownKeys() lists the rest.
class JsonObject
{
public:
    // `value` must outlive this view.
    JsonObject(const Json& value, std::string file, std::string place = {});

    [[nodiscard]] bool has(const std::string& key) const;
    [[nodiscard]] double number(const std::string& key, double low, double high) const;
    [[nodiscard]] double number(const std::string& key, double low, double high, double fallback) const;
    [[nodiscard]] std::int64_t integer(const std::string& key, std::int64_t low, std::int64_t high) const;
    [[nodiscard]] std::int64_t integer(const std::string& key, std::int64_t low, std::int64_t high,
                                       std::int64_t fallback) const;
    [[nodiscard]] bool boolean(const std::string& key, bool fallback) const;
    [[nodiscard]] std::string string(const std::string& key) const;
    [[nodiscard]] std::string string(const std::string& key, const std::string& fallback) const;
    // Exactly `count` numbers, or any number up to `limit` where count is 0.
    [[nodiscard]] std::vector<double> numbers(const std::string& key, std::size_t count, double low, double high,
                                              std::size_t limit = 1 << 16) const;
    [[nodiscard]] std::vector<std::string> strings(const std::string& key, std::size_t limit = 1 << 16) const;
    // The members of an object of strings.
    [[nodiscard]] std::map<std::string, std::string> texts(const std::string& key) const;
    [[nodiscard]] JsonObject object(const std::string& key) const;
    [[nodiscard]] std::vector<JsonObject> objects(const std::string& key, std::size_t limit = 1 << 16) const;
    [[nodiscard]] const Json& raw(const std::string& key) const;
    [[nodiscard]] const Json& value() const { return *value_; }

    // Keys present but never asked for, with their place.
    [[nodiscard]] std::vector<std::string> unknownKeys() const;
    // The unread members themselves, so that a writer can keep them.
    [[nodiscard]] Json unknownMembers() const;
    [[nodiscard]] std::string place(const std::string& key) const;
    [[nodiscard]] const std::string& file() const { return file_; }
    [[noreturn]] void fail(const std::string& key, const std::string& what) const;

private:
    const Json& member(const std::string& key) const;

    const Json* value_;
    std::string file_;
    std::string place_;
    mutable std::set<std::string> known_;
};

// Rounded to whole parts of 1 / `perUnit` (100: hundredths), so that a number is short in a file.
[[nodiscard]] double wholeParts(double value, double perUnit);

// Checks "format" and "version" of a document; older is fine, newer is refused with both numbers. Returns the version.
int checkFormat(const JsonObject& document, const std::string& format, int newest);

} // namespace binaurium
