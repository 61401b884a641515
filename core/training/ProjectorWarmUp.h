// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/LanguageParts.h"
#include "core/training/run/RunFolder.h"
#include "core/training/run/TrainOptions.h"

namespace binaurium {

// Pulls the audio tokens towards the words of what sounds and where (cross entropy of their direction against the
// frozen word embeddings, no language model involved): a cheap start from which alignment learns in minutes instead of
// hours.
void warmUpProjector(LanguageParts& parts, const LanguageStageOptions& stage, std::uint64_t seed, RunFolder& run,
                     const ProgressCallback& progress);

} // namespace binaurium
