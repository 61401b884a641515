// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/Renderer.h"

#include "core/acoustics/DrySound.h"
#include "core/acoustics/HeadCatalogue.h"
#include "core/acoustics/LateTail.h"
#include "core/acoustics/MeasuredRoom.h"
#include "core/acoustics/MovingSource.h"
#include "core/acoustics/RecordingChain.h"
#include "core/acoustics/Response.h"
#include "core/audio/Convolver.h"
#include "core/audio/Loudness.h"
#include "core/scene/SceneFile.h"
#include "core/scene/SceneValidation.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <spdlog/fmt/fmt.h>

namespace binaurium {
namespace {

constexpr double activeRangeDb = 40.0;

std::size_t channelCount(OutputFormat format)
{
    switch (format) {
    case OutputFormat::Binaural:
        return 2;
    case OutputFormat::Foa:
        return 4;
    case OutputFormat::Mono:
        break;
    }
    return 1;
}

class SceneRenderer
{
public:
    SceneRenderer(const Scene& scene, const RenderOptions& options)
        : scene_(scene), options_(options), room_(scene.room), channels_(channelCount(options.format)),
          frames_(static_cast<std::size_t>(std::lround(scene.durationS * options.rateHz)))
    {
        const bool isMeasured = !scene.room.measured.empty();
        if (isMeasured)
            measured_ = loadMeasuredRoom();
        const bool needsHead = !isMeasured || scene.noise.levelDb > silentNoiseDb;
        if (options.format == OutputFormat::Binaural && needsHead)
            head_ = options.head ? options.head : loadHead();
    }

    RenderResult run(const ProgressCallback& progress)
    {
        std::vector<AudioBuffer> stems(scene_.sources.size());
        RenderResult result;
        result.audio = AudioBuffer(channels_, frames_, options_.rateHz);
        result.labels.resize(scene_.sources.size());
        std::mutex mixing;
        std::size_t mixed = 0;
        parallelFor(
            static_cast<std::int64_t>(stems.size()), options_.threads,
            [&](std::int64_t i) {
                const auto index = static_cast<std::size_t>(i);
                auto stem = renderSource(index, result.labels[index]);
                const std::lock_guard lock(mixing);
                stems[index] = std::move(stem);
                // In order, so that the sum does not depend on the threads; a stem that is not wanted goes at once.
                for (; mixed < stems.size() && stems[mixed].frames() > 0; ++mixed) {
                    for (std::size_t n = 0; n < stems[mixed].all().size(); ++n)
                        result.audio.all()[n] += stems[mixed].all()[n];
                    if (!options_.stems)
                        stems[mixed] = {};
                }
            },
            progress, "render");
        addNoise(result.audio);
        recordThrough(scene_.microphones, scene_.seed, result.audio);
        if (options_.stems)
            result.stems = std::move(stems);
        warn(result);
        return result;
    }

private:
    std::shared_ptr<const Head> loadHead() const
    {
        const auto& name = scene_.listener.head;
        const auto path =
            name == "default" ? defaultHeadFile() : resolveSceneFile(options_.sceneFolder, name, options_.allowOutside);
        return Head::load(path, {.rateHz = options_.rateHz, .diffuseFieldEqualised = options_.diffuseFieldEqualised});
    }

    std::unique_ptr<const MeasuredRoom> loadMeasuredRoom() const
    {
        if (options_.format != OutputFormat::Binaural)
            throw Error(ErrorKind::Usage, "render: a measured room holds the responses of two ears; only the format "
                                          "binaural can be rendered");
        return std::make_unique<const MeasuredRoom>(
            resolveSceneFile(options_.sceneFolder, scene_.room.measured, options_.allowOutside), options_.rateHz);
    }

    // The sound of a source on the scene's time line, with gain.
    std::vector<float> dryTrack(const Source& source) const
    {
        std::vector<float> track(frames_);
        const double lengthS = DryTimeline::lengthS(source, scene_.durationS);
        if (source.muted || lengthS <= 0.0)
            return track;
        const auto sound = drySound(source, lengthS, options_.rateHz, options_.sceneFolder, options_.allowOutside);
        const DryTimeline timeline(source, scene_.durationS, options_.rateHz, sound.size());
        const auto gain = static_cast<float>(std::pow(10.0, source.gainDb / 20.0));
        float* out = track.data() + timeline.first();
        for (std::int64_t n = 0; n < timeline.count(); ++n)
            out[n] = gain * timeline.edgeGain(n) * sound[static_cast<std::size_t>(n) % sound.size()];
        return track;
    }

    AudioBuffer renderSource(std::size_t i, SourceLabel& label) const
    {
        const Source& source = scene_.sources[i];
        const auto dry = dryTrack(source);
        ResponseOptions response;
        response.rateHz = options_.rateHz;
        response.tail = options_.tail;
        response.mixingTimeS = options_.mixingTimeS;
        response.seed = scene_.seed;
        response.sourceIndex = i;
        label.name = source.name;
        label.label = source.label;
        label.active = activity(dry, options_.rateHz, labelFrameS, activeRangeDb);
        if (measured_)
            return renderMeasured(source, dry, label);
        if (source.trajectory.empty() && scene_.listener.trajectory.empty())
            return renderResting(source, response, dry, label);
        return renderMoving(source, response, dry, label);
    }

    AudioBuffer renderResting(const Source& source, const ResponseOptions& options, std::span<const float> dry,
                              SourceLabel& label) const
    {
        const auto response = renderResponse(room_, source, scene_.listener, head_.get(), channels_, options);
        AudioBuffer stem(channels_, frames_, options_.rateHz);
        convolveInto(dry, response.audio, stem);
        label.position = relativePosition(scene_.listener, source.positionM);
        label.drrDb = response.drrDb;
        return stem;
    }

    // The label says where the loudspeaker of the response stood, which is what one hears.
    AudioBuffer renderMeasured(const Source& source, std::span<const float> dry, SourceLabel& label) const
    {
        const std::size_t index = measured_->nearest(relativePosition(scene_.listener, source.positionM));
        const auto response = measured_->response(index);
        AudioBuffer stem(channels_, frames_, options_.rateHz);
        convolveInto(dry, response, stem);
        label.position = measured_->position(index);
        label.drrDb = MeasuredRoom::directToReverberantDb(response);
        return stem;
    }

    AudioBuffer renderMoving(const Source& source, const ResponseOptions& options, std::span<const float> dry,
                             SourceLabel& label) const
    {
        auto sound =
            renderMovingSource(room_, source, scene_.listener, head_.get(), channels_, options, dry, labelFrameS);
        const auto positionAt = [&](double t) {
            return relativePosition(poseAt(scene_.listener, t), poseAt(source, t).positionM);
        };
        label.position = positionAt(0.0);
        label.drrDb = sound.drrDb.empty() ? anechoicDrrDb : sound.drrDb.front();
        for (std::size_t t = 0; t < sound.drrDb.size(); ++t)
            label.positions.push_back(positionAt((static_cast<double>(t) + 0.5) * labelFrameS));
        label.drrsDb = std::move(sound.drrDb);
        return std::move(sound.audio);
    }

    void addNoise(AudioBuffer& audio) const
    {
        if (scene_.noise.levelDb <= silentNoiseDb)
            return;
        const auto noise = diffuseNoise(head_.get(), channels_, options_.rateHz, frames_, scene_.seed);
        const auto gain = static_cast<float>(std::pow(10.0, scene_.noise.levelDb / 20.0));
        for (std::size_t n = 0; n < audio.all().size(); ++n)
            audio.all()[n] += gain * noise.all()[n];
    }

    void warn(RenderResult& result) const
    {
        for (std::size_t i = 0; measured_ && i < scene_.sources.size(); ++i) {
            const auto wanted = relativePosition(scene_.listener, scene_.sources[i].positionM);
            if (auto warning = measured_->warningOfDirection(scene_.sources[i].name, wanted))
                result.warnings.push_back(std::move(*warning));
        }
        if (head_)
            for (const auto& correction : head_->corrections())
                result.warnings.push_back("head: " + correction);
        float peak = 0.0F;
        for (const float s : result.audio.all())
            peak = std::max(peak, std::abs(s));
        if (peak > 1.0F)
            result.warnings.push_back(
                fmt::format("the mix peaks {:.1f} dB above full scale, which only files of 32-bit "
                            "float can hold; lower the sources",
                            20.0 * std::log10(peak)));
    }

    const Scene& scene_;
    const RenderOptions& options_;
    RoomAcoustics room_;
    std::size_t channels_;
    std::size_t frames_;
    std::shared_ptr<const Head> head_;
    std::unique_ptr<const MeasuredRoom> measured_;
};

} // namespace

bool RenderOptions::isValid(std::string* error) const
{
    const bool rateOk = rateHz >= 8000.0 && rateHz <= 192'000.0;
    const bool mixingOk = mixingTimeS >= 0.0 && mixingTimeS <= 10.0;
    if (error != nullptr && !rateOk)
        *error = "rate must be 8000 to 192000 Hz";
    else if (error != nullptr && !mixingOk)
        *error = "mixing time must be 0 to 10 s";
    return rateOk && mixingOk;
}

RenderResult renderScene(const Scene& scene, const RenderOptions& options, const ProgressCallback& progress)
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "render: " + error);
    requireValid(scene, scene.title.empty() ? "scene" : scene.title);
    return SceneRenderer(scene, options).run(progress);
}

} // namespace binaurium
