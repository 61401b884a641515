// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <string>
#include <vector>

namespace binaurium {

// What one place of the model holds about a clip, as one vector: the mean over time, or the state from which the answer
// starts.
struct LayerState
{
    std::string stage;    // "semantic", "encoder", "projector", "language"
    int layer = 0;        // of the language model, from 1; else 0
    std::string position; // "audio": mean over the audio tokens; "answer": the last position of the prompt
    std::vector<float> values;
};

// A model that lets its layers be looked at; a HearingModel of this computer is one (dynamic_cast).
class LayerReader
{
public:
    virtual ~LayerReader() = default;
    // The same places in the same order for every clip: what the semantic encoder and the spatial encoder hand to the
    // projector, the audio tokens, then after each layer of the language model the audio positions and the position
    // from which the answer to `question` would start. Throws as HearingModel::ask().
    [[nodiscard]] virtual std::vector<LayerState> layerStates(const AudioBuffer& audio,
                                                              const std::string& question) = 0;
};

} // namespace binaurium
