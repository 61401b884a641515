// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/SafetensorsFile.h"
#include "core/model/nn/SlotPhrases.h"
#include "core/support/Json.h"

#include <torch/torch.h>

namespace binaurium::nn {

// How semantic and spatial features become audio tokens of the language model.
struct ProjectorConfig
{
    // p0: one MLP over both; p1: two towers, summed; p2: semantic, spatial and combined expert, dense; routed: the
    // same three experts, of which a router passes on the likelier two for each token; p3: p2, and behind its tokens
    // one for each slot of the spatial encoder, read over the whole clip; p4: three for each slot, a phrase whose first
    // word is to be what sounds, whose second where, whose third all else; p5: a phrase of real words (SlotPhrases), to
    // which something learned is added that starts at nothing; p6: two words more, of order and movement.
    std::string kind = "p2";
    std::int64_t semantic = 384;
    std::int64_t spatial = 0;
    std::int64_t expert = 256;
    std::int64_t bottleneck = 384;
    std::int64_t output = 576;
    // Of p3 to p6: the last spatial - hidden spatial features are those of the slots, the first of each its
    // activity and the others weighted by it (FrontEnd).
    std::int64_t slotCount = 0, hidden = 0;
    std::int64_t azimuthBins = 72; // of p5 and p6, after the classes among a slot's features

    // Tokens of one slot, which stand together. 0: this kind has none.
    [[nodiscard]] std::int64_t tokensPerSlot() const noexcept
    {
        return speaks() ? SlotPhrasesImpl::words(kind == "p6") : kind == "p4" ? 3 : kind == "p3" ? 1 : 0;
    }
    // In words, from the start.
    [[nodiscard]] bool speaks() const noexcept { return kind == "p5" || kind == "p6"; }
    // Classes among a slot's features, where these are activity, classes, azimuth, elevation and distance.
    [[nodiscard]] std::int64_t classes() const noexcept { return (spatial - hidden) / slotCount - 3 - azimuthBins; }
};
[[nodiscard]] Json toJson(const ProjectorConfig& config);
[[nodiscard]] ProjectorConfig projectorConfigFromJson(const JsonObject& object);

// Dense hybrid fusion after "The World is Not Mono" (arXiv 2601.02954): experts -> concatenation -> norm -> bottleneck
// -> audio tokens, aligned in time, none dropped by a router. Tokens start with the mean length of the word embeddings.
class HybridProjectorImpl : public torch::nn::Module
{
public:
    HybridProjectorImpl(const ProjectorConfig& config, double tokenNorm);
    // semantic [B, N, semantic], spatial [B, N, spatial] -> [B, N + slotTokens(), output]. `silent`, for experiments:
    // the expert (0 semantic, 1 spatial, 2 combined) whose output is zero.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& semantic, const torch::Tensor& spatial, int silent = -1);
    // How far the token of each of the N moments moves when one expert is silent, as shares of the three, [B, N, 3]; 0
    // for an expert that this kind does not have.
    [[nodiscard]] torch::Tensor expertShares(const torch::Tensor& semantic, const torch::Tensor& spatial);
    // Tokens behind those of the N moments, which have no time of their own.
    [[nodiscard]] std::int64_t slotTokens() const noexcept { return config_.slotCount * config_.tokensPerSlot(); }
    // Of p5 and p6, before they are trained: the words of the language model that it will speak to, and what the
    // encoder knows of rooms.
    void learnWords(const LanguageModel& model, const BpeTokenizer& tokenizer, const SpatialEncoder& encoder);
    [[nodiscard]] const ProjectorConfig& config() const noexcept { return config_; }

private:
    [[nodiscard]] torch::Tensor slotTokensOf(const torch::Tensor& spatial);

    ProjectorConfig config_;
    torch::nn::LayerNorm semanticNorm_{nullptr}, spatialNorm_{nullptr};
    torch::nn::Sequential semanticExpert_{nullptr}, spatialExpert_{nullptr}, combinedExpert_{nullptr},
        bottleneck_{nullptr};
    torch::nn::Linear router_{nullptr};
    torch::nn::LayerNorm outputNorm_{nullptr};
    torch::nn::Sequential slotExpert_{nullptr};
    torch::nn::LayerNorm slotNorm_{nullptr};
    SlotPhrases slotPhrases_{nullptr};
    torch::Tensor learnedShare_; // of p5 and p6: what a unit of the learned part adds to a phrase
};
TORCH_MODULE(HybridProjector);

// Whether a projector can go on from another: of the same kind, or p6 from p5; and of the same shape.
[[nodiscard]] bool growsFrom(const std::string& kind, const std::string& from);
[[nodiscard]] bool growsFrom(const ProjectorConfig& projector, const ProjectorConfig& from);
// Reads a projector of shape `known`, which `projector` grows from: what it adds stays as it is. Throws BadInput as
// loadModule().
void loadProjector(HybridProjector& projector, const SafetensorsFile& file, const ProjectorConfig& known);

} // namespace binaurium::nn
