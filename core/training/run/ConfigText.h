// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/TrainOptions.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace binaurium {

// A configuration as text that people write: a form changes single options of it, and their comments stay.

struct ConfigProblem
{
    int line = 0; // 1-based; 0: of no line
    std::string what;
};

struct CheckedConfig
{
    std::optional<TrainOptions> options; // nothing where there is a problem
    Json document;                       // what the text says; null where it is no TOML
    std::vector<ConfigProblem> problems; // all unknown options, or the first other problem
};

// Reads the text as a training would. Relative paths start at `folder`.
[[nodiscard]] CheckedConfig checkConfig(const std::string& text, const std::filesystem::path& folder);

// 1-based line of an option ("" is the top level; an empty key asks for the line of the section); 0 when it is absent.
[[nodiscard]] int lineOfOption(const std::string& text, const std::string& section, const std::string& key);

// The text with one option set, or taken out where `value` is empty. Everything else stays as it is. The text must be
// TOML; throws BadInput otherwise, or where the option stands in an inline table.
[[nodiscard]] std::string withOption(const std::string& text, const std::string& section, const std::string& key,
                                     const std::optional<Json>& value);

// A value as it stands in a TOML file: 0.0005, "text", [0.5, 0.3].
[[nodiscard]] std::string tomlLiteral(const Json& value);

} // namespace binaurium
