// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"
#include "core/scene/Scene.h"
#include "core/support/Progress.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace binaurium {

class Head;

enum class OutputFormat { Binaural, Foa, Mono };

struct RenderOptions
{
    double rateHz = 48000.0; // 8000 .. 192000
    OutputFormat format = OutputFormat::Binaural;
    std::shared_ptr<const Head> head;  // null: what the scene names
    std::filesystem::path sceneFolder; // relative files of the scene start here
    bool allowOutside = false;         // whether they may leave it
    bool stems = false;                // also one buffer per source
    double mixingTimeS = 0.0;          // images before it one by one, tail after it; 0: from volume and surface
    int threads = 0;                   // 0: one per processor; the samples do not depend on it
    [[nodiscard]] bool isValid(std::string* error) const;
};

// What is true every 100 ms (format "binaurium-labels").
struct SourceLabel
{
    std::string name;
    std::string label;
    RelativePosition position;
    std::vector<bool> active; // per 100 ms frame
    double drrDb = 0.0;       // direct-to-reverberant energy ratio of the response
};

struct RenderResult
{
    AudioBuffer audio;
    std::vector<AudioBuffer> stems; // by source, when asked for
    std::vector<SourceLabel> labels;
    std::vector<std::string> warnings;
};

// Renders a valid scene offline: paths -> head -> tail per source, sounds convolved and summed, noise added. Same scene
// and seed: the same bits for any number of threads. Throws BadInput or Missing (sounds, head); Interrupted on stop.
[[nodiscard]] RenderResult renderScene(const Scene& scene, const RenderOptions& options,
                                       const ProgressCallback& progress = {});

// "binaurium-labels" version 1 of a result.
[[nodiscard]] Json labelsToJson(const RenderResult& result, const Scene& scene);

} // namespace binaurium
