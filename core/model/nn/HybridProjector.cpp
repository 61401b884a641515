// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/HybridProjector.h"

#include <cmath>

namespace binaurium::nn {
namespace {

torch::nn::Sequential expert(std::int64_t in, std::int64_t out)
{
    return torch::nn::Sequential(torch::nn::Linear(in, out), torch::nn::GELU());
}

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

} // namespace

Json toJson(const ProjectorConfig& c)
{
    return {{"kind", c.kind},     {"semantic", c.semantic},     {"spatial", c.spatial},
            {"expert", c.expert}, {"bottleneck", c.bottleneck}, {"output", c.output}};
}

ProjectorConfig projectorConfigFromJson(const JsonObject& o)
{
    constexpr std::int64_t widest = 1 << 16;
    ProjectorConfig c;
    c.kind = o.string("kind");
    if (c.kind != "p0" && c.kind != "p1" && c.kind != "p2" && c.kind != "routed")
        o.fail("kind", "is '" + c.kind + "', must be p0, p1, p2 or routed");
    c.semantic = o.integer("semantic", 1, widest);
    c.spatial = o.integer("spatial", 1, widest);
    c.expert = o.integer("expert", 1, widest);
    c.bottleneck = o.integer("bottleneck", 1, widest);
    c.output = o.integer("output", 1, widest);
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
    torch::NoGradGuard guard;
    outputNorm_->weight.fill_(tokenNorm / std::sqrt(static_cast<double>(config.output)));
}

torch::Tensor HybridProjectorImpl::forward(const torch::Tensor& semantic, const torch::Tensor& spatial)
{
    const auto s = semanticNorm_->forward(semantic);
    const auto p = spatialNorm_->forward(spatial);
    torch::Tensor fused;
    if (config_.kind == "p0")
        fused = combinedExpert_->forward(torch::cat({s, p}, 2));
    else if (config_.kind == "p1")
        fused = semanticExpert_->forward(s) + spatialExpert_->forward(p);
    else if (config_.kind == "routed") {
        const auto both = torch::cat({s, p}, 2);
        const auto experts =
            torch::stack({semanticExpert_->forward(s), spatialExpert_->forward(p), combinedExpert_->forward(both)}, 2);
        fused = (routing(router_->forward(both)).unsqueeze(3) * experts).sum(2);
    } else
        fused = torch::cat(
            {semanticExpert_->forward(s), spatialExpert_->forward(p), combinedExpert_->forward(torch::cat({s, p}, 2))},
            2);
    return outputNorm_->forward(bottleneck_->forward(fused));
}

} // namespace binaurium::nn
