// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/HeadCatalogue.h"
#include "core/dataset/SceneWish.h"
#include "core/support/Json.h"

#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace binaurium {

// What a placeholder of a template stands for.
enum class Binding { Source, Other, Third, Absent, Maybe, MaybeOther, Quadrant, Side, Turn };
enum class AnswerFormat { Options, Pair, Places, Number, Text };

// One kind of question (models/templates.toml explains the members).
struct QuestionTemplate
{
    std::string id;
    std::string level;
    std::string task;
    AnswerFormat format = AnswerFormat::Options;
    std::vector<std::pair<std::string, Binding>> bindings; // name without '$', kind
    std::vector<std::string> answers;                      // closed list; empty: a label of the scene
    std::string always;                                    // an option that is always offered
    SceneWish wish;
    Json program;
    std::vector<std::string> train; // `further` ones last
    std::vector<std::string> heldOut;
    std::size_t further = 0; // wordings of `train` that came later: numbered behind the held-out ones

    // Wordings of a split: all of `train`; the first held-out one for validation; the others for test.
    [[nodiscard]] std::span<const std::string> wordings(Split split) const;
    // Name of a wording, unique over the splits and the same for good: "direction-6".
    [[nodiscard]] std::string wordingId(Split split, std::size_t index) const;
};

// Reads a file of templates ("binaurium-templates" version 1); every id once, wordings of train and held-out disjoint
// over the whole file. Throws Missing or BadInput.
[[nodiscard]] std::vector<QuestionTemplate> readTemplates(const std::filesystem::path& path);

// The built-in ones, models/templates.toml; read once. Throws Missing.
[[nodiscard]] const std::vector<QuestionTemplate>& questionTemplates();

} // namespace binaurium
