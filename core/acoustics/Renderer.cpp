// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/Renderer.h"

#include "core/acoustics/HeadCatalogue.h"
#include "core/acoustics/LateTail.h"
#include "core/acoustics/MeasuredRoom.h"
#include "core/acoustics/MovingSource.h"
#include "core/acoustics/RecordingChain.h"
#include "core/acoustics/Response.h"
#include "core/audio/AudioFile.h"
#include "core/audio/Convolver.h"
#include "core/audio/Loudness.h"
#include "core/audio/Resampler.h"
#include "core/audio/generators/Generators.h"
#include "core/scene/SceneFile.h"
#include "core/scene/SceneValidation.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <spdlog/fmt/fmt.h>

namespace binaurium {
namespace {

constexpr double sourceLevelRms = 0.0707945784; // -23 dBFS in free field at 1 m for a gain of 0 dB
constexpr double edgeFadeS = 0.005;
constexpr double measuredToleranceDeg = 1.0;
constexpr double activeRangeDb = 40.0;
constexpr double silentNoiseDb = -120.0;

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

// Mean of all channels.
std::vector<float> mixedDown(const AudioBuffer& audio)
{
    std::vector<float> mono(audio.frames());
    const float gain = 1.0F / static_cast<float>(audio.channels());
    for (std::size_t c = 0; c < audio.channels(); ++c)
        for (std::size_t n = 0; n < mono.size(); ++n)
            mono[n] += gain * audio.channel(c)[n];
    return mono;
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
        std::vector<SourceLabel> labels(scene_.sources.size());
        parallelFor(
            static_cast<std::int64_t>(stems.size()), options_.threads,
            [&](std::int64_t i) { renderSource(static_cast<std::size_t>(i), stems, labels); }, progress, "render");
        RenderResult result;
        result.audio = AudioBuffer(channels_, frames_, options_.rateHz);
        for (const auto& stem : stems) // in order: the sum does not depend on the threads
            for (std::size_t n = 0; n < stem.all().size(); ++n)
                result.audio.all()[n] += stem.all()[n];
        addNoise(result.audio);
        recordThrough(scene_.microphones, scene_.seed, result.audio);
        result.labels = std::move(labels);
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

    double endOf(const Source& source) const
    {
        return source.endS > 0.0 ? std::min(source.endS, scene_.durationS) : scene_.durationS;
    }

    // The sound of a source on the scene's time line: normalised, looped, faded at its edges, with gain.
    std::vector<float> dryTrack(const Source& source) const
    {
        std::vector<float> track(frames_);
        const double lengthS = endOf(source) - source.startS;
        if (source.muted || lengthS <= 0.0)
            return track;
        const auto sound = source.sound.generator.empty()
                               ? fileSound(source.sound.file)
                               : generateSound(source.sound.generator, source.sound.generatorSeed,
                                               std::max(0.05, lengthS), options_.rateHz);
        const double rms = activeRms(sound, options_.rateHz);
        if (rms <= 0.0)
            throw badInput("source '" + source.name + "'", "its sound is silent");
        // 4 pi: a path has the amplitude 1 / (4 pi r), so at 1 m the level is what sourceLevelRms says.
        const double gain = 4.0 * std::numbers::pi * sourceLevelRms / rms * std::pow(10.0, source.gainDb / 20.0);
        const auto first = static_cast<std::size_t>(source.startS * options_.rateHz);
        const auto count =
            std::min(static_cast<std::size_t>(lengthS * options_.rateHz), frames_ - std::min(frames_, first));
        const std::size_t sounding = source.loop ? count : std::min(count, sound.size());
        const double fade = edgeFadeS * options_.rateHz;
        for (std::size_t n = 0; n < sounding; ++n) {
            const double edge = std::min(static_cast<double>(n) + 1.0, static_cast<double>(sounding - n)) / fade;
            track[first + n] = static_cast<float>(gain * std::min(1.0, edge) * sound[n % sound.size()]);
        }
        return track;
    }

    std::vector<float> fileSound(const std::string& file) const
    {
        const auto audio = readAudio(resolveSceneFile(options_.sceneFolder, file, options_.allowOutside));
        return resample(mixedDown(audio), audio.rateHz(), options_.rateHz);
    }

    void renderSource(std::size_t i, std::vector<AudioBuffer>& stems, std::vector<SourceLabel>& labels) const
    {
        const Source& source = scene_.sources[i];
        const auto dry = dryTrack(source);
        ResponseOptions response;
        response.rateHz = options_.rateHz;
        response.tail = options_.tail;
        response.mixingTimeS = options_.mixingTimeS;
        response.seed = scene_.seed;
        response.sourceIndex = i;
        labels[i].name = source.name;
        labels[i].label = source.label;
        labels[i].active = activity(dry, options_.rateHz, labelFrameS, activeRangeDb);
        if (measured_)
            renderMeasured(source, dry, stems[i], labels[i]);
        else if (source.trajectory.empty() && scene_.listener.trajectory.empty())
            renderResting(source, response, dry, stems[i], labels[i]);
        else
            renderMoving(source, response, dry, stems[i], labels[i]);
    }

    void renderResting(const Source& source, const ResponseOptions& options, std::span<const float> dry,
                       AudioBuffer& stem, SourceLabel& label) const
    {
        const auto response = renderResponse(room_, source, scene_.listener, head_.get(), channels_, options);
        stem = AudioBuffer(channels_, frames_, options_.rateHz);
        convolveInto(dry, response.audio, stem);
        label.position = relativePosition(scene_.listener, source.positionM);
        label.drrDb = response.drrDb;
    }

    // The label says where the loudspeaker of the response stood, which is what one hears.
    void renderMeasured(const Source& source, std::span<const float> dry, AudioBuffer& stem, SourceLabel& label) const
    {
        const std::size_t index = measured_->nearest(relativePosition(scene_.listener, source.positionM));
        const auto response = measured_->response(index);
        stem = AudioBuffer(channels_, frames_, options_.rateHz);
        convolveInto(dry, response, stem);
        label.position = measured_->position(index);
        label.drrDb = MeasuredRoom::directToReverberantDb(response);
    }

    void renderMoving(const Source& source, const ResponseOptions& options, std::span<const float> dry,
                      AudioBuffer& stem, SourceLabel& label) const
    {
        auto sound =
            renderMovingSource(room_, source, scene_.listener, head_.get(), channels_, options, dry, labelFrameS);
        stem = std::move(sound.audio);
        const auto positionAt = [&](double t) {
            return relativePosition(poseAt(scene_.listener, t), poseAt(source, t).positionM);
        };
        label.position = positionAt(0.0);
        label.drrDb = sound.drrDb.empty() ? anechoicDrrDb : sound.drrDb.front();
        for (std::size_t t = 0; t < sound.drrDb.size(); ++t)
            label.positions.push_back(positionAt((static_cast<double>(t) + 0.5) * labelFrameS));
        label.drrsDb = std::move(sound.drrDb);
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
        for (std::size_t i = 0; measured_ && i < scene_.sources.size(); ++i)
            warnOfDirection(i, result);
        if (head_)
            for (const auto& correction : head_->corrections())
                result.warnings.push_back("head: " + correction);
        float peak = 0.0F;
        for (const float s : result.audio.all())
            peak = std::max(peak, std::abs(s));
        if (peak > 1.0F)
            result.warnings.push_back("the mix peaks " + std::to_string(20.0 * std::log10(peak)) +
                                      " dB above full scale; lower the sources or write 32-bit float");
    }

    void warnOfDirection(std::size_t i, RenderResult& result) const
    {
        const Direction wanted = relativePosition(scene_.listener, scene_.sources[i].positionM).direction;
        const RelativePosition& found = result.labels[i].position;
        const double offDeg = angleBetweenDeg(wanted, found.direction);
        if (offDeg > measuredToleranceDeg)
            result.warnings.push_back(fmt::format("source '{}' is at azimuth {:.1f}, elevation {:.1f}; the nearest "
                                                  "measured direction is {:.1f}, {:.1f} at "
                                                  "{:.2f} m, {:.1f} degrees away, and its label says so",
                                                  scene_.sources[i].name, wanted.azimuthDeg, wanted.elevationDeg,
                                                  found.direction.azimuthDeg, found.direction.elevationDeg,
                                                  found.distanceM, offDeg));
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
