// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"
#include "core/dataset/wording/BackParse.h"
#include "core/support/Progress.h"

#include <functional>

namespace binaurium {

// Answers an instruction; the same seed should give the same text.
using TextGenerator = std::function<std::string(const std::string& instruction, std::uint64_t seed)>;

struct RewordOptions
{
    std::string model;    // name of who words, kept as the origin of what is accepted
    double share = 1.0;   // of the items that are tried, by seed
    int tries = 3;        // per item
    bool stories = false; // L3 only: a sentence that sets the scene before the unchanged question
    std::uint64_t seed = 1;
    [[nodiscard]] bool isValid(std::string* error) const;
};

struct RewordReport
{
    std::int64_t items = 0;                       // read
    std::int64_t tried = 0;                       // items that were to be reworded
    std::int64_t accepted = 0;                    // items that were
    bool stopped = false;                         // before the last item
    std::map<std::string, std::int64_t> rejected; // texts, by reason
    std::map<std::string, std::int64_t> unknownWords;
    std::map<std::string, std::int64_t> acceptedByTask;
};
[[nodiscard]] Json toJson(const RewordReport& report);

// Widens the wording of items by a language model. A text is kept only if it reads back to the same program with the
// same entities and numbers (BackParse), and if no other split uses its wording; kept items carry the origin "reworded:
// MODEL" or "story: MODEL" and a template id of their own ("direction~1f2e3d4c"), by which the audit compares splits.
// Other items pass through as they are. Pairs of twins are left alone: they must be asked alike. `visit` gets every
// item, in order. Throws Interrupted, and what the generator throws.
[[nodiscard]] RewordReport reword(const std::vector<Item>& items, const BackParse& parser,
                                  const TextGenerator& generator, const RewordOptions& options,
                                  const std::function<void(const Item&)>& visit, const ProgressCallback& progress = {});

// A question out of what a model answered: its first line that ends with "?" or ".", without quotes and lead-ins.
[[nodiscard]] std::string questionIn(const std::string& answer);

// Why a sentence must not stand before a question: it could give something away ("names a sound", "names a direction",
// "names a place", "holds a number"), speaks of the task, or is no sentence to "you". Empty: it may.
[[nodiscard]] std::string whyNoStory(const std::string& sentence);

} // namespace binaurium
