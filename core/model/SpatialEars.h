// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"

namespace binaurium {

// The spatial encoder alone: who is where, without the language model and the base weights, so light that it can listen
// while something plays. Used from one thread at a time.
class SpatialEars
{
public:
    // In the thread that will use it. Of a model folder; empty: models/binaurium-small. Throws Missing or BadInput.
    [[nodiscard]] static std::unique_ptr<SpatialEars> load(const std::filesystem::path& model = {});
    virtual ~SpatialEars() = default;

    // As HearingModel::localize().
    [[nodiscard]] virtual Localization localize(const AudioBuffer& audio) = 0;
};

} // namespace binaurium
