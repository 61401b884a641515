// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelFolder.h"
#include "core/training/run/TrainOptions.h"

#include <filesystem>

namespace binaurium {

// The model whose parts a run goes on with (option model_checkpoint). They must be of the kind that the run trains: a
// LoRA without some of its projections would load and answer at random.

// Its folder; empty where the run makes new parts. Throws Missing.
[[nodiscard]] std::filesystem::path startingFolder(const TrainOptions& options);

// What its manifest and the options can tell before anything is loaded or rendered: projector, LoRA, base. Throws
// Missing, or BadInput with what differs.
void checkStartingModel(const TrainOptions& options);

// The same for all that the loaded parts know of themselves, and the hashes of its files.
void requireSameParts(const std::filesystem::path& folder, const ModelManifest& ours);

// A name may mean another model after an update: `note` (a file of the run) keeps the one that the run began with.
// Throws BadInput where a resumed run would go on with another.
void pinStartingModel(const std::filesystem::path& folder, const std::filesystem::path& note);

} // namespace binaurium
