// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/HeadPool.h"
#include "core/dataset/MeasuredPlaces.h"
#include "core/dataset/SceneWish.h"
#include "core/dataset/SoundCatalogue.h"
#include "core/scene/Scene.h"

#include <array>

namespace binaurium {

// A range that is drawn uniformly (or uniformly in the logarithm, where a comment says so).
struct Range
{
    double low = 0.0;
    double high = 0.0;
};

// Distributions of random scenes; members of a recipe's [scene] table have the same names.
struct SamplerOptions
{
    Split split = Split::Train;
    double durationS = 2.0;
    // Of scenes with one, two, three and four sources. The encoder has three slots: a fourth source is for the lane of
    // the benchmark that asks beyond its capacity.
    std::array<double, 4> sourceShare{0.55, 0.33, 0.12, 0.0};
    double anechoicShare = 0.12;
    Range roomLengthM{3.0, 10.0};
    Range roomWidthM{3.0, 8.0};
    Range roomHeightM{2.3, 4.0};
    Range rt60S{0.15, 0.9};    // log; of a room with this mean absorption by Eyring, walls then vary
    Range distanceM{0.4, 4.0}; // log
    Range elevationDeg{-40.0, 60.0};
    Range snrDb{10.0, 40.0}; // of the loudest source's direct sound against diffuse noise
    Range gainDb{-5.0, 5.0};
    double minimumSeparationDeg = 15.0; // between two sources, great circle
    double overlapShare = 0.8;          // sources that sound during the whole clip; the rest start later or end earlier
    double tiltDeg = 3.0;               // standard deviation of head pitch and roll
    double movingShare = 0.0;           // of scenes in which the first source moves
    double inTurnShare = 0.0;           // of scenes whose sources start one after the other
    // What stands between a perfect rendering and a recording. Left alone: nothing.
    Range microphoneNoiseDb{-120.0, -120.0}; // white noise of each microphone re full scale; -120: none
    Range levelDb{0.0, 0.0};                 // of the recording as a whole
    double equaliserDb = 0.0;                // standard deviation per octave, both ears alike
    double earEqualiserDb = 0.0;             // standard deviation per octave and ear
    double measuredShare = 0.0;      // of scenes in measured rooms (SOFA files in rooms/SPLIT of the data folders)
    std::vector<std::string> rooms;  // these SOFA files instead, whatever the split
    std::vector<std::string> labels; // ids that may sound; empty: all of the catalogue
    [[nodiscard]] bool isValid(std::string* error) const;
};

// Reads the table; unknown keys are appended to `unknown`. Throws BadInput.
[[nodiscard]] SamplerOptions samplerOptionsFromJson(const JsonObject& table, std::vector<std::string>& unknown);

struct SampledScene
{
    Scene scene;
    std::string headId;
    std::string headBlendId; // second head, empty: none
    HeadOptions headOptions;
    std::shared_ptr<const Head> head;
};

// Draws scene `index` of (seed, split): the same arguments give the same scene, independent of all others. Immutable;
// may be shared between threads.
class SceneSampler
{
public:
    SceneSampler(SamplerOptions options, std::shared_ptr<const SoundCatalogue> catalogue,
                 std::shared_ptr<const HeadPool> heads);
    // A wish is kept as far as the room allows.
    [[nodiscard]] SampledScene sample(std::uint64_t seed, std::uint64_t index, const SceneWish& wish = {}) const;
    // Labels that sources may have.
    [[nodiscard]] const std::vector<std::string>& labels() const noexcept { return labels_; }
    [[nodiscard]] const SamplerOptions& options() const noexcept { return options_; }

private:
    SamplerOptions options_;
    std::vector<std::string> labels_;
    std::shared_ptr<const SoundCatalogue> catalogue_;
    std::shared_ptr<const HeadPool> heads_;
    std::vector<MeasuredPlace> measured_;
};

} // namespace binaurium
