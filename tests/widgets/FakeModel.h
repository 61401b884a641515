// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"
#include "core/support/Error.h"

#include <QTest>
#include <cmath>

namespace binaurium::test {

// Fails at the question "Fail!". Answers "left" word by word, ten words a second at most; hears one kettle at 80
// degrees. Explains with two words of two layers and heads over a moment per 0.2 s and two slots; what is taken away
// changes the answer by its place in the list.
class FakeModel : public HearingModel
{
public:
    Localization localize(const AudioBuffer& audio, const ProgressCallback&) override
    {
        Localization l;
        l.durationS = audio.durationS();
        l.sources.push_back({1, "kettle", 80.0, 0.0, 1.5, 0.9, 0.8});
        l.posterior[16] = 1.0F;
        for (double t = 0.05; t < audio.durationS(); t += 0.1) {
            l.frames.push_back({t, l.sources, l.posterior});
            l.frames.back().sources.front().azimuthDeg = t < 0.25 ? 80.0 : 100.0;
        }
        return l;
    }
    Answer ask(const AudioBuffer& audio, const std::string& question, const AskOptions& options,
               const TokenCallback& onText) override
    {
        if (question == "Fail!")
            throw badInput("question", "fails");
        Answer answer;
        answer.model = name();
        asked = question;
        askedS = audio.durationS();
        for (int i = 0; i < 20 && !options.likelihoodOnly; ++i) {
            const std::string piece = i == 0 ? "left" : " left";
            answer.generated += piece;
            ++answer.tokens;
            answer.attention.tokens.push_back(piece);
            for (int k = 0; k < 10; ++k)
                answer.attention.weights.push_back(k == i % 10 ? 1.0F : 0.0F);
            QTest::qSleep(20);
            if (onText && !onText(piece)) {
                answer.stopped = true;
                break;
            }
        }
        answer.attention.layers = answer.attention.heads = 1;
        answer.attention.audioTokens = 10;
        answer.attention.secondsPerToken = 0.2;
        for (std::size_t i = 0; i < options.options.size(); ++i)
            answer.optionScores.push_back(options.options[i] == "left" ? -0.1 : -3.0);
        answer.answer = options.options.empty() ? answer.generated : "left";
        return answer;
    }
    Explanation explain(const AudioBuffer& audio, const ExplainRequest& request,
                        const OcclusionCallback& onOcclusion) override
    {
        Explanation explanation;
        explanation.answer = request.answer;
        if (request.wantAttention)
            explanation.attention = attention(audio.durationS());
        for (const auto& occlusion : request.occlusions) {
            OcclusionResult result;
            result.occlusion = occlusion;
            result.change = -0.1 * static_cast<double>(explanation.occlusions.size());
            result.choice = "right";
            explanation.occlusions.push_back(result);
            if (onOcclusion && !onOcclusion(result))
                break;
        }
        return explanation;
    }
    // Each answer token looks at the moment of its number more than at the others, head 2 twice as much as head 1.
    static AttentionRecord attention(double durationS)
    {
        AttentionRecord record;
        record.layers = record.heads = 2;
        record.secondsPerToken = 0.2;
        const auto add = [&](AttentionToken::Kind kind, const std::string& text) {
            AttentionToken token;
            token.kind = kind;
            token.text = text;
            token.experts = {0.5F, 0.3F, 0.2F};
            token.timeS = 0.2 * static_cast<double>(record.tokens.size()) - 0.1;
            record.tokens.push_back(token);
        };
        add(AttentionToken::Kind::Text, "user");
        const auto moments = static_cast<std::size_t>(std::ceil(durationS / 0.2 - 1e-6));
        for (std::size_t i = 0; i < moments; ++i)
            add(AttentionToken::Kind::Audio, "");
        record.tokensPerSlot = 2;
        for (const char* word : {" dog", " left", " rain", " front"})
            add(AttentionToken::Kind::Slot, word);
        add(AttentionToken::Kind::Text, "Where?");
        add(AttentionToken::Kind::Answer, "left");
        add(AttentionToken::Kind::Answer, " side");
        const auto n = record.tokens.size();
        record.weights.resize(4 * n * n);
        for (std::size_t plane = 0; plane < 4; ++plane)
            for (std::size_t q = 0; q < n; ++q) {
                float* row = record.weights.data() + (plane * n + q) * n;
                row[std::min<std::size_t>(q, q + 3 >= n ? 1 + (q + 3 - n) : 0)] = plane % 2 == 0 ? 0.2F : 0.4F;
                row[0] += plane % 2 == 0 ? 0.8F : 0.6F;
            }
        record.rollout = attentionRollout(record);
        return record;
    }
    std::string name() const override { return "fake"; }
    std::vector<std::string> labels() const override { return {"kettle"}; }

    static inline std::string asked; // the last question as it came, and how long its sound was
    static inline double askedS = 0.0;
};

} // namespace binaurium::test
