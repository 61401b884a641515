// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/HybridProjector.h"

#include "core/model/nn/ClipParts.h"
#include "core/model/nn/TensorFile.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace binaurium::nn {
namespace {

torch::nn::Sequential expert(std::int64_t in, std::int64_t out)
{
    return torch::nn::Sequential(torch::nn::Linear(in, out), torch::nn::GELU());
}

constexpr std::array projectorKinds{"p0", "p1", "p2", "p3", "p4", "p5", "p6", "routed"};

constexpr std::int64_t routedExperts = 3;
constexpr std::int64_t expertsPassed = 2; // of one token

// Weights of the experts from the router's logits [B, N, experts]: softmax over the largest ones, 0 for the others.
torch::Tensor routing(const torch::Tensor& logits)
{
    const auto [best, index] = logits.topk(expertsPassed, -1);
    return torch::zeros_like(logits).scatter(-1, index, torch::softmax(best, -1));
}

torch::nn::LayerNorm norm(std::int64_t width)
{
    return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}));
}

// What a slot did: features weighted by activity [B, N, S, F], of which the first is the activity -> mean over the clip
// and over its parts, the former divided by the mean activity, [B, S, (1 + parts) F].
torch::Tensor slotSummary(const torch::Tensor& slots)
{
    const auto n = slots.size(1);
    const auto whole = slots.mean(1);
    const auto activity = whole.slice(2, 0, 1);
    std::vector<torch::Tensor> list{
        torch::cat({activity, whole.slice(2, 1) / activity.clamp_min(smallestActivity)}, 2)};
    for (std::int64_t part = 0; part < clipParts; ++part) {
        const auto [first, end] = clipPart(part, n);
        list.push_back(slots.slice(1, first, end).mean(1));
    }
    return torch::cat(list, 2);
}

} // namespace

Json toJson(const ProjectorConfig& c)
{
    return {{"kind", c.kind},       {"semantic", c.semantic},     {"spatial", c.spatial},
            {"expert", c.expert},   {"bottleneck", c.bottleneck}, {"output", c.output},
            {"slots", c.slotCount}, {"hidden", c.hidden},         {"azimuth_bins", c.azimuthBins}};
}

ProjectorConfig projectorConfigFromJson(const JsonObject& o)
{
    constexpr std::int64_t widest = 1 << 16;
    ProjectorConfig c;
    c.kind = o.string("kind");
    if (std::ranges::find(projectorKinds, c.kind) == projectorKinds.end())
        o.fail("kind", "is '" + c.kind + "', must be p0, p1, p2, p3, p4, p5, p6 or routed");
    c.semantic = o.integer("semantic", 1, widest);
    c.spatial = o.integer("spatial", 1, widest);
    c.expert = o.integer("expert", 1, widest);
    c.bottleneck = o.integer("bottleneck", 1, widest);
    c.output = o.integer("output", 1, widest);
    c.slotCount = o.integer("slots", 0, 8, 0);
    c.hidden = o.integer("hidden", 0, widest, 0);
    c.azimuthBins = o.integer("azimuth_bins", 4, 3600, c.azimuthBins);
    if (c.tokensPerSlot() > 0 &&
        (c.slotCount < 1 || c.hidden >= c.spatial || (c.spatial - c.hidden) % c.slotCount != 0))
        o.fail("slots", "do not divide the spatial features");
    if (c.speaks() && c.classes() < 1)
        o.fail("spatial", "leaves no room for classes");
    return c;
}

HybridProjectorImpl::HybridProjectorImpl(const ProjectorConfig& config, double tokenNorm) : config_(config)
{
    semanticNorm_ = register_module("semantic_norm", norm(config.semantic));
    spatialNorm_ = register_module("spatial_norm", norm(config.spatial));
    std::int64_t fused = 0;
    if (config.kind != "p0") {
        semanticExpert_ = register_module("semantic_expert", expert(config.semantic, config.expert));
        spatialExpert_ = register_module("spatial_expert", expert(config.spatial, config.expert));
        fused = config.kind == "p1" ? config.expert : 2 * config.expert;
    }
    if (config.kind != "p1") {
        combinedExpert_ = register_module("combined_expert", expert(config.semantic + config.spatial, config.expert));
        fused += config.expert;
    }
    if (config.kind == "routed") {
        router_ = register_module("router", torch::nn::Linear(config.semantic + config.spatial, routedExperts));
        fused = config.expert;
    }
    bottleneck_ = register_module(
        "bottleneck", torch::nn::Sequential(norm(fused), torch::nn::Linear(fused, config.bottleneck), torch::nn::GELU(),
                                            torch::nn::Linear(config.bottleneck, config.output)));
    outputNorm_ = register_module("output_norm", norm(config.output));
    if (config.tokensPerSlot() > 0) {
        const auto features = (1 + clipParts) * (config.spatial - config.hidden) / config.slotCount;
        slotExpert_ = register_module(
            "slot_expert",
            torch::nn::Sequential(norm(features), torch::nn::Linear(features, config.expert), torch::nn::GELU(),
                                  torch::nn::Linear(config.expert, config.tokensPerSlot() * config.output)));
        if (!config.speaks())
            slotNorm_ = register_module("slot_norm", norm(config.output));
    }
    torch::NoGradGuard guard;
    if (config.speaks()) {
        // Small beside a word, or the first steps of training would drown what the phrases say.
        constexpr double share = 0.1;
        learnedShare_ = register_buffer(
            "learned_share",
            torch::tensor(share * tokenNorm / std::sqrt(static_cast<double>(config.output)), torch::kFloat));
        slotPhrases_ = register_module("slot_phrases", SlotPhrases(config.classes(), config.azimuthBins, config.hidden,
                                                                   config.output, config.kind == "p6"));
        for (auto& parameter : slotExpert_[slotExpert_->size() - 1]->parameters())
            parameter.zero_();
    }
    for (auto* layer : {&outputNorm_, &slotNorm_})
        if (!layer->is_empty())
            (*layer)->weight.fill_(tokenNorm / std::sqrt(static_cast<double>(config.output)));
}

torch::Tensor HybridProjectorImpl::slotTokensOf(const torch::Tensor& spatial)
{
    const auto slots = spatial.slice(2, config_.hidden).unflatten(2, {config_.slotCount, -1});
    const auto words = slotExpert_->forward(slotSummary(slots)).unflatten(2, {config_.tokensPerSlot(), -1});
    if (!slotPhrases_.is_empty())
        return (slotPhrases_->forward(spatial.slice(2, 0, config_.hidden), slots) + learnedShare_ * words)
            .flatten(1, 2);
    return slotNorm_->forward(words.flatten(1, 2));
}

void HybridProjectorImpl::learnWords(const LanguageModel& model, const BpeTokenizer& tokenizer,
                                     const SpatialEncoder& encoder)
{
    if (!slotPhrases_.is_empty())
        slotPhrases_->learn(model, tokenizer, encoder);
}

torch::Tensor HybridProjectorImpl::forward(const torch::Tensor& semantic, const torch::Tensor& spatial, int silent)
{
    const auto s = semanticNorm_->forward(semantic);
    const auto p = spatialNorm_->forward(spatial);
    const auto heard = [silent](int index, torch::nn::Sequential& expert, const torch::Tensor& x) {
        const auto y = expert->forward(x);
        return index == silent ? torch::zeros_like(y) : y;
    };
    const auto both = torch::cat({s, p}, 2);
    torch::Tensor fused;
    if (config_.kind == "p0")
        fused = heard(2, combinedExpert_, both);
    else if (config_.kind == "p1")
        fused = heard(0, semanticExpert_, s) + heard(1, spatialExpert_, p);
    else {
        const std::vector<torch::Tensor> experts{heard(0, semanticExpert_, s), heard(1, spatialExpert_, p),
                                                 heard(2, combinedExpert_, both)};
        fused = config_.kind == "routed"
                    ? (routing(router_->forward(both)).unsqueeze(3) * torch::stack(experts, 2)).sum(2)
                    : torch::cat(experts, 2);
    }
    const auto tokens = outputNorm_->forward(bottleneck_->forward(fused));
    return slotTokens() > 0 ? torch::cat({tokens, slotTokensOf(spatial)}, 1) : tokens;
}

torch::Tensor HybridProjectorImpl::expertShares(const torch::Tensor& semantic, const torch::Tensor& spatial)
{
    torch::NoGradGuard guard;
    const auto whole = forward(semantic, spatial);
    std::vector<torch::Tensor> moved;
    moved.reserve(3);
    for (int expert = 0; expert < 3; ++expert)
        moved.push_back((forward(semantic, spatial, expert) - whole).narrow(1, 0, semantic.size(1)).norm(2, -1));
    const auto lengths = torch::stack(moved, 2);
    return lengths / lengths.sum(2, true).clamp_min(1e-12);
}

bool growsFrom(const std::string& kind, const std::string& from)
{
    return kind == from || (kind == "p6" && from == "p5");
}

bool growsFrom(const ProjectorConfig& projector, const ProjectorConfig& from)
{
    auto same = from;
    same.kind = projector.kind;
    return growsFrom(projector.kind, from.kind) && toJson(same) == toJson(projector);
}

void loadProjector(HybridProjector& projector, const SafetensorsFile& file, const ProjectorConfig& known)
{
    const torch::NoGradGuard guard;
    HybridProjector small(known, 1.0);
    loadModule(*small, file, "projector."); // all of it, or an error
    std::map<std::string, torch::Tensor> from;
    for (const auto& [name, tensor] : moduleTensors(*small, ""))
        from.emplace(name, tensor);
    for (auto [name, tensor] : moduleTensors(*projector, ""))
        if (const auto found = from.find(name); found != from.end()) {
            auto first = tensor.dim() > 0 ? tensor.slice(0, 0, found->second.size(0)) : tensor; // words are appended
            copyTensor(first, found->second, name, file.name());
        }
}

} // namespace binaurium::nn
