// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/BpeTokenizer.h"
#include "core/model/nn/LanguageModel.h"
#include "core/model/nn/SpatialEncoder.h"

#include <array>
#include <torch/torch.h>

namespace binaurium::nn {

// Says each slot of the spatial encoder in words of the language model: what sounds, where, how high, how far, when, in
// what room; and, of slots that tell their course, which one is first, and where each goes. A word is the mean of word
// embeddings weighted by what the encoder believes, so doubt stays in it, and a model that reads text understands it
// before it has heard anything. The words are buffers: stored with the projector, never trained.
class SlotPhrasesImpl : public torch::nn::Module
{
public:
    // What each word of a phrase tells; the last ones are the course.
    static constexpr std::array parts{"what",   "what", "quadrant", "clock", "height",  "distance",
                                      "metres", "when", "room",     "order", "movement"};
    static constexpr std::int64_t courseWords = 2;
    [[nodiscard]] static constexpr std::int64_t words(bool tellsCourse)
    {
        return static_cast<std::int64_t>(parts.size()) - (tellsCourse ? 0 : courseWords);
    }

    // `classes` labels in the order of core/dataset/Labels.h, azimuth bins from straight ahead to the left, `hidden`
    // features of the trunk. The words are zeros until learn() or a file fills them.
    SlotPhrasesImpl(std::int64_t classes, std::int64_t bins, std::int64_t hidden, std::int64_t output,
                    bool tellsCourse);
    // Looks the words up in a language model with `output` wide embeddings, and how `encoder` tells the reverberation.
    void learn(const LanguageModel& model, const BpeTokenizer& tokenizer, const SpatialEncoder& encoder);
    // Trunk [B, N, hidden] and features of slots, each weighted by its activity (FrontEnd), [B, N, S, 3 + classes +
    // bins] -> [B, S, words, output]. A silent slot says "nothing".
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& trunk, const torch::Tensor& slots);

private:
    // [B, S, courseWords, output] of activity [B, N, S] and features [B, N, S, 3 + classes + bins].
    [[nodiscard]] torch::Tensor course(const torch::Tensor& activity, const torch::Tensor& slots) const;

    std::int64_t classes_, bins_;
    bool tellsCourse_;
    torch::Tensor labels_;                                       // [classes, 2, output]
    torch::Tensor directions_;                                   // [bins, 2, output]
    torch::Tensor heights_, distances_, metres_, times_, rooms_; // [words, 1, output]
    torch::Tensor orders_, movements_;                           // the same, where the course is told
    torch::Tensor roomWeight_, roomBias_;                        // [1, hidden], [1]: ln reverberation time, s
    torch::Tensor nothing_;                                      // [output]
};
TORCH_MODULE(SlotPhrases);

} // namespace binaurium::nn
