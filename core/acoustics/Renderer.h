// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Response.h"
#include "core/acoustics/SourceLabels.h"
#include "core/audio/AudioBuffer.h"
#include "core/scene/Scene.h"
#include "core/support/Progress.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace binaurium {

enum class OutputFormat { Binaural, Foa, Mono };

struct RenderOptions
{
    double rateHz = 48000.0; // 8000 .. 192000
    OutputFormat format = OutputFormat::Binaural;
    std::shared_ptr<const Head> head;   // null: what the scene names
    std::filesystem::path sceneFolder;  // relative files of the scene start here
    bool allowOutside = false;          // whether they may leave it
    bool stems = false;                 // also one buffer per source
    bool diffuseFieldEqualised = false; // of the head that the scene names: divided by its mean over all directions
    Tail tail = Tail::Statistical;
    double mixingTimeS = 0.0; // images before it one by one, tail after it; 0: from volume and surface
    int threads = 0;          // 0: one per processor; the samples do not depend on it
    [[nodiscard]] bool isValid(std::string* error) const;
};

struct RenderResult
{
    AudioBuffer audio;
    std::vector<AudioBuffer> stems; // by source, when asked for
    std::vector<SourceLabel> labels;
    std::vector<std::string> warnings;
};

// Renders a valid scene offline: paths -> head -> tail per source, sounds convolved and summed, noise added; gliding
// paths where something moves, measured responses in a measured room. Same scene and seed: the same bits for any number
// of threads. Throws BadInput or Missing (sounds, head); Interrupted on stop.
[[nodiscard]] RenderResult renderScene(const Scene& scene, const RenderOptions& options,
                                       const ProgressCallback& progress = {});

} // namespace binaurium
