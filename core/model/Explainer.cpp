// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Explainer.h"

#include "core/dataset/Answers.h"
#include "core/model/nn/FrontEnd.h"
#include "core/model/nn/Generation.h"
#include "core/model/nn/HybridProjector.h"
#include "core/model/nn/Prompt.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

// What the projector reads, after an occlusion of features.
struct Features
{
    torch::Tensor semantic, spatial; // [1, N, width]
};

class Explainer
{
public:
    Explainer(const ModelParts& parts, const AudioBuffer& audio, const ExplainRequest& request)
        : parts_(parts), audio_(audio), request_(request),
          prompt_(nn::makePrompt(parts.tokenizer, questionText(request.question, request.ask.options))),
          whole_(extract(audio))
    {
        const auto& options = request.ask.options;
        for (const auto& text : options.empty() ? std::vector{request.answer} : options)
            answers_.push_back(nn::answerTokens(parts.tokenizer, text));
        const auto found = std::find(options.begin(), options.end(), request.answer);
        if (!options.empty() && found == options.end())
            throw Error(ErrorKind::Usage, "explain: '" + request.answer + "' is none of the options");
        chosen_ = options.empty() ? 0 : static_cast<std::size_t>(found - options.begin());
    }

    [[nodiscard]] OcclusionResult measure(const Occlusion* occlusion) const
    {
        const auto scores = nn::scoreContinuations(
            parts_.language, promptWith(occlusion == nullptr ? whole_ : without(*occlusion)), answers_);
        OcclusionResult result;
        if (request_.ask.options.empty()) {
            result.logProbability = scores.front();
            return result;
        }
        std::vector<double> normalised;
        double total = 0.0;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            normalised.push_back(scores[i] / static_cast<double>(answers_[i].size()));
            total += std::exp(normalised.back());
        }
        result.logProbability = normalised[chosen_] - std::log(total);
        result.choice = request_.ask.options[bestOption(normalised)];
        return result;
    }

    [[nodiscard]] AttentionRecord attention() const
    {
        AttentionRecord record;
        const auto prompt = promptWith(whole_);
        auto answer = answers_[chosen_];
        answer.pop_back(); // the end of the turn is chosen from the last word's row and has no row of its own
        const auto all = answer.empty() ? prompt : torch::cat({prompt, parts_.language.embed(answer)}, 1);
        if (all.size(1) > static_cast<std::int64_t>(AttentionRecord::longest))
            throw badInput("the question", "is too long for an attention map: " + std::to_string(all.size(1)) +
                                               " tokens, at most " + std::to_string(AttentionRecord::longest));
        std::vector<torch::Tensor> layers;
        (void)parts_.language.forward(all, nullptr, &layers);
        record.layers = static_cast<int>(layers.size());
        record.heads = static_cast<int>(parts_.language.config().heads);
        record.secondsPerToken = 1.0 / nn::FrontEnd::tokensPerS;
        nameTokens(record, prompt, answer);
        for (const auto& layer : layers) { // [1, heads, T, T]
            const auto weights = layer.to(torch::kFloat).cpu().contiguous();
            record.weights.insert(record.weights.end(), weights.data_ptr<float>(),
                                  weights.data_ptr<float>() + weights.numel());
        }
        record.rollout = attentionRollout(record);
        return record;
    }

private:
    [[nodiscard]] Features extract(const AudioBuffer& audio) const
    {
        const auto features = parts_.frontEnd.extract(audio);
        return {features.semantic.unsqueeze(0), features.spatial.unsqueeze(0)};
    }

    [[nodiscard]] Features without(const Occlusion& occlusion) const
    {
        if (occlusion.changesAudio())
            return extract(occluded(audio_, occlusion));
        Features features{whole_.semantic.clone(), whole_.spatial.clone()};
        auto& touched = occlusion.kind == Occlusion::Kind::ZeroSemantic ? features.semantic : features.spatial;
        const auto count = touched.size(1);
        const auto tokenAt = [count](double timeS) {
            return std::clamp<std::int64_t>(std::llround(timeS * nn::FrontEnd::tokensPerS), 0, count);
        };
        const auto first = tokenAt(occlusion.fromS);
        const auto end = occlusion.toS > 0.0 ? tokenAt(occlusion.toS) : count;
        auto part = touched.slice(1, first, std::max(first, end));
        if (occlusion.kind == Occlusion::Kind::ZeroSlot) {
            if (occlusion.slot < 0 || occlusion.slot >= parts_.frontEnd.encoder()->config().slots)
                throw Error(ErrorKind::Usage, "explain: there is no slot " + std::to_string(occlusion.slot));
            const auto [column, width] = parts_.frontEnd.slotColumns(occlusion.slot);
            part = part.narrow(2, column, width);
        }
        part.zero_();
        return features;
    }

    [[nodiscard]] torch::Tensor promptWith(const Features& features) const
    {
        return nn::promptEmbeddings(parts_.language, prompt_,
                                    parts_.projector->forward(features.semantic, features.spatial)[0]);
    }

    // `prompt` as of promptWith(whole_).
    void nameTokens(AttentionRecord& record, const torch::Tensor& prompt, const std::vector<int>& answer) const
    {
        const auto add = [&](const std::vector<int>& ids, AttentionToken::Kind kind) {
            for (const int id : ids) {
                AttentionToken token;
                token.kind = kind;
                token.text = parts_.tokenizer.bytesOf(id);
                record.tokens.push_back(std::move(token));
            }
        };
        add(prompt_.before, AttentionToken::Kind::Text);
        const auto shares = parts_.projector->expertShares(whole_.semantic, whole_.spatial)[0].cpu().contiguous();
        for (std::int64_t n = 0; n < shares.size(0); ++n) {
            AttentionToken token;
            token.kind = AttentionToken::Kind::Audio;
            token.timeS = (static_cast<double>(n) + 0.5) * record.secondsPerToken;
            std::copy_n(shares[n].data_ptr<float>(), 3, token.experts.begin());
            record.tokens.push_back(std::move(token));
        }
        record.tokensPerSlot = static_cast<int>(std::max<std::int64_t>(1, parts_.projector->config().tokensPerSlot()));
        const auto firstSlot = static_cast<std::int64_t>(record.tokens.size());
        if (const auto count = parts_.projector->slotTokens(); count > 0)
            add(parts_.language.nearestTokens(prompt[0].narrow(0, firstSlot, count)), AttentionToken::Kind::Slot);
        add(prompt_.after, AttentionToken::Kind::Text);
        add(answer, AttentionToken::Kind::Answer);
    }

    const ModelParts& parts_;
    const AudioBuffer& audio_;
    const ExplainRequest& request_;
    nn::Prompt prompt_;
    Features whole_;
    std::vector<std::vector<int>> answers_; // the options, or the answer alone, each with the end of the turn
    std::size_t chosen_ = 0;
};

} // namespace

Explanation explainWith(const ModelParts& parts, const AudioBuffer& audio, const ExplainRequest& request,
                        const HearingModel::OcclusionCallback& onOcclusion)
{
    torch::NoGradGuard guard;
    const Explainer explainer(parts, audio, request);
    Explanation explanation;
    explanation.question = request.question;
    explanation.answer = request.answer;
    explanation.logProbability = explainer.measure(nullptr).logProbability;
    if (request.wantAttention)
        explanation.attention = explainer.attention();
    for (const Occlusion& occlusion : request.occlusions) {
        auto result = explainer.measure(&occlusion);
        result.occlusion = occlusion;
        result.change = result.logProbability - explanation.logProbability;
        explanation.occlusions.push_back(result);
        if (onOcclusion && !onOcclusion(result))
            break;
    }
    return explanation;
}

} // namespace binaurium
