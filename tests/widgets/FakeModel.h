// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"

#include <QTest>

namespace binaurium::test {

// Answers "left" word by word, ten words a second at most; hears one kettle at 80 degrees.
class FakeModel : public HearingModel
{
public:
    Localization localize(const AudioBuffer& audio, const ProgressCallback&) override
    {
        Localization l;
        l.durationS = audio.durationS();
        l.sources.push_back({1, "kettle", 80.0, 0.0, 1.5, 0.9, 0.8});
        l.posterior[16] = 1.0F;
        return l;
    }
    Answer ask(const AudioBuffer&, const std::string&, const AskOptions& options, const TokenCallback& onText) override
    {
        Answer answer;
        answer.model = name();
        for (int i = 0; i < 20; ++i) {
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
    std::string name() const override { return "fake"; }
    std::vector<std::string> labels() const override { return {"kettle"}; }
};

} // namespace binaurium::test
