// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"
#include "core/dataset/SceneFacts.h"
#include "core/dataset/Templates.h"
#include "core/support/Random.h"

#include <optional>

namespace binaurium {

// Which answer is wanted, so that answers can be balanced.
struct AnswerWish
{
    std::optional<std::string> is;
    std::optional<std::string> isNot;
    [[nodiscard]] bool allows(const std::string& answer) const
    {
        return (!is || answer == *is) && (!isNot || answer != *isNot);
    }
};

// Asks questions about scenes. `labels` (ids) are those that may be asked about though they do not sound, and that
// serve as distractors: the labels of the catalogue. Immutable; may be shared between threads.
class QuestionMaker
{
public:
    QuestionMaker(Split split, std::vector<std::string> labels) : split_(split), labels_(std::move(labels)) {}

    // A question of one template about a scene that answers it without ambiguity, its placeholders bound at random;
    // only one whose answer `wish` allows. The options are shuffled. Nothing when the scene does not fit. The item has
    // no id and no scene yet.
    [[nodiscard]] std::optional<Item> ask(const QuestionTemplate& t, const SceneFacts& facts, RandomStream& random,
                                          const AnswerWish& wish = {}) const;
    // Draws a wish that makes every answer of the template equally frequent.
    [[nodiscard]] AnswerWish drawAnswer(const QuestionTemplate& t, RandomStream& random) const;

private:
    void addOptions(Item& item, const QuestionTemplate& t, const SceneFacts& facts, RandomStream& random) const;
    // Places at which at least two of the labels are at home.
    [[nodiscard]] std::vector<std::string> knownPlaces() const;

    Split split_;
    std::vector<std::string> labels_;
};

// "In view: ... What is heard from out of view?" about a scene with one audible source outside the field of view
// (VisibleSources.h) and at least one inside; nothing for other scenes. For training and validation; the built-in
// templates, and so the frozen test set, do not hold it. `labels` as of QuestionMaker; empty: all that there are.
[[nodiscard]] std::optional<Item> unseenQuestion(const Scene& scene, Split split, RandomStream& random,
                                                 const std::vector<std::string>& labels = {});

// One question of every built-in template that `scene` answers without ambiguity; `id` prefixes the item ids. Wordings
// of train and of the other splits differ. `labels` as of QuestionMaker; empty: all that there are.
[[nodiscard]] std::vector<Item> makeQuestions(const Scene& scene, Split split, const std::string& id,
                                              RandomStream& random, const std::vector<std::string>& labels = {});

} // namespace binaurium
