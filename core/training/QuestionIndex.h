// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Random.h"
#include "core/training/QuestionCache.h"

#include <array>

namespace binaurium {

// One question of a cache.
struct AskedQuestion
{
    std::int64_t scene = 0;
    const Item* item = nullptr; // of the cache
    std::size_t kind = 0;       // QuestionIndex::kinds()
};

// The questions of a cache by level, template and answer, so that each can be drawn evenly: a scene answers "no" to
// most "is there a ..." and has some directions more often than others, and who learns from that guesses.
// Immutable; the cache must outlive it.
class QuestionIndex
{
public:
    explicit QuestionIndex(const QuestionCache& cache);

    [[nodiscard]] const QuestionCache& cache() const noexcept { return cache_; }
    // Templates that have questions, in the order of AskedQuestion::kind.
    [[nodiscard]] const std::vector<std::string>& kinds() const noexcept { return kinds_; }
    // Draws the level by its share (levels without questions left out), the template by `weights` (one per kind; empty:
    // evenly), the answer evenly, then a question. `choicesOnly`: only templates with options.
    [[nodiscard]] AskedQuestion draw(RandomStream& random, const std::array<double, 3>& levels,
                                     bool choicesOnly = false, const std::vector<double>& weights = {}) const;
    // The same among the questions of one scene that is asked about; its answers count so that over many scenes each
    // comes as often as the others.
    [[nodiscard]] AskedQuestion drawAbout(std::int64_t scene, RandomStream& random, const std::array<double, 3>& levels,
                                          const std::vector<double>& weights = {}) const;
    // `count` questions with options, evenly over levels; the same ones for the same seed.
    [[nodiscard]] std::vector<AskedQuestion> sample(std::size_t count, std::uint64_t seed) const;

private:
    struct Kind
    {
        std::string name;
        std::size_t level = 0; // 0: L1
        bool hasOptions = false;
        std::vector<std::vector<AskedQuestion>> byAnswer;                                            // none empty
        [[nodiscard]] const std::vector<AskedQuestion>& withAnswer(const std::string& answer) const; // one there is
    };
    [[nodiscard]] static std::vector<Kind> sorted(const QuestionCache& cache, std::span<const std::int64_t> scenes);
    [[nodiscard]] static const Kind& drawKind(const std::vector<Kind>& kinds, RandomStream& random,
                                              const std::array<double, 3>& levels, bool choicesOnly,
                                              const std::vector<double>& weights);
    const QuestionCache& cache_;
    std::vector<std::string> kinds_;
    std::vector<Kind> questions_;
};

} // namespace binaurium
