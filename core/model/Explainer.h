// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"

namespace binaurium {

class BpeTokenizer;
namespace nn {
class FrontEnd;
class HybridProjector;
class LanguageModel;
} // namespace nn

// What a model on this computer is made of.
struct ModelParts
{
    nn::FrontEnd& frontEnd;
    nn::HybridProjector& projector;
    const nn::LanguageModel& language;
    const BpeTokenizer& tokenizer;
};

// HearingModel::explain() for audio that was checked. Prompt and answer are read in one pass, whose attention is kept;
// each occlusion is one more encoding and reading.
[[nodiscard]] Explanation explainWith(const ModelParts& parts, const AudioBuffer& audio, const ExplainRequest& request,
                                      const HearingModel::OcclusionCallback& onOcclusion);

} // namespace binaurium
