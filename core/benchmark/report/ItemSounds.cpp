// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/ItemSounds.h"

#include "core/acoustics/HeadCatalogue.h"
#include "core/audio/AudioFile.h"
#include "core/audio/Convolver.h"
#include "core/audio/MixDown.h"
#include "core/audio/NpyFile.h"
#include "core/audio/Resampler.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double rateHz = 32000.0;
// What SpatialSoundQA does to its dry sounds (arXiv 2402.01591): clips of 10 s, -14 dBFS rms.
constexpr double clipS = 10.0;
const double clipRms = std::pow(10.0, -14.0 / 20.0);

std::string textOf(const Item& item, const char* key)
{
    const auto found = item.margins.find(key);
    return found != item.margins.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool staysInside(const std::filesystem::path& name)
{
    return name.is_relative() && std::find(name.begin(), name.end(), "..") == name.end();
}

std::vector<float> dryClip(const std::filesystem::path& file)
{
    auto mono = mixDown(resample(readAudio(file), rateHz));
    const auto clip = static_cast<std::size_t>(clipS * rateHz);
    const auto frames = std::min(mono.size(), clip);
    mono.resize(clip);
    double power = 0.0;
    for (const float x : mono)
        power += static_cast<double>(x) * x;
    if (power <= 0.0)
        throw badInput(file.string(), "is silent");
    const auto gain = static_cast<float>(clipRms / std::sqrt(power / static_cast<double>(frames)));
    for (float& x : mono)
        x *= gain;
    return mono;
}

} // namespace

std::filesystem::path ItemSounds::find(const std::string& name, const char* below,
                                       const std::vector<std::string>& endings) const
{
    if (!staysInside(name))
        throw badInput("'" + name + "'", "leaves the folder of the questions");
    for (const auto& start : {folder_, folder_ / below})
        for (const auto& ending : endings) {
            const std::filesystem::path file = start / (name + ending);
            if (std::filesystem::is_regular_file(file))
                return file;
        }
    throw missing("there is no file " + (folder_ / name).string(),
                  std::string("put it there, or below ") + below + "/; docs/benchmark.md describes the layout");
}

AudioBuffer ItemSounds::convolved(const Item& item, const char* audioKey, const char* reverbKey) const
{
    const auto file = find(textOf(item, audioKey), "audio", {"", ".wav", ".flac"});
    const auto reverb = textOf(item, reverbKey);
    if (reverb.empty()) // rendered already, reverberation included
        return resample(readAudio(file), rateHz);
    const auto response = readNpy(find(reverb, "reverb", {"", ".npy"}), rateHz);
    if (response.channels() != 2)
        throw badInput("'" + reverb + "'",
                       "has " + std::to_string(response.channels()) + " channels; a binaural response has two");
    const auto dry = dryClip(file);
    AudioBuffer ears(2, dry.size(), rateHz);
    convolveInto(dry, response, ears);
    return ears;
}

const FoaDecoder& ItemSounds::decoderOf(const std::string& head)
{
    const std::scoped_lock lock(mutex_);
    if (const auto found = decoders_.find(head); found != decoders_.end())
        return *found->second;
    std::filesystem::path file = head;
    if (!std::filesystem::is_regular_file(file))
        for (const auto& entry : readHeadCatalogue())
            if (entry.id == head)
                file = findHeadFile(entry, headFolders_);
    if (!std::filesystem::is_regular_file(file))
        throw missing("the head '" + head + "' is not on this computer",
                      "give a SOFA file or an id of models/heads.toml with --foa-head, and --heads for its folder");
    HeadOptions options;
    options.rateHz = rateHz;
    return *decoders_.emplace(head, std::make_unique<const FoaDecoder>(*Head::load(file, options))).first->second;
}

AudioBuffer ItemSounds::recorded(const Item& item, const std::string& name)
{
    const auto file = folder_ / name; // an absolute name stays as it is
    auto audio = readAudio(file);
    const auto head = textOf(item, "foa_head");
    if (audio.channels() == 4 && !head.empty())
        return decoderOf(head).decode(audio);
    if (audio.channels() == 4)
        throw badInput(file.string(), "has 4 channels; if it is first-order ambisonics (ACN order, SN3D), say with "
                                      "--foa-head through which head it is to be heard");
    if (audio.channels() != 2)
        throw badInput(file.string(),
                       "has " + std::to_string(audio.channels()) + " channels; the benchmark hears two (left, right)");
    return audio;
}

ItemSounds::Several ItemSounds::audioOf(std::span<const Item* const> items,
                                        const std::function<bool(const Item&)>& mustBeThere)
{
    Several made{std::vector<AudioBuffer>(items.size()), std::vector<std::string>(items.size())};
    parallelFor(static_cast<std::int64_t>(items.size()), 0, [&](std::int64_t i) {
        const auto place = static_cast<std::size_t>(i);
        try {
            made.audio[place] = audioOf(*items[place]);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Missing && mustBeThere && mustBeThere(*items[place]))
                throw;
            made.errors[place] = error.what();
        }
    });
    return made;
}

AudioBuffer ItemSounds::audioOf(const Item& item)
{
    if (const auto name = textOf(item, "audio"); !name.empty())
        return recorded(item, name);
    if (!textOf(item, "audio_id").empty()) {
        auto audio = convolved(item, "audio_id", "reverb_id");
        if (textOf(item, "audio_id2").empty())
            return audio;
        const auto second = convolved(item, "audio_id2", "reverb_id2");
        if (second.channels() != audio.channels() || second.frames() != audio.frames())
            throw badInput("item " + item.id, "mixes two sounds of different lengths");
        for (std::size_t n = 0; n < audio.all().size(); ++n)
            audio.all()[n] = 0.5F * (audio.all()[n] + second.all()[n]);
        return audio;
    }
    if (item.scene.is_object())
        return renderer_.render(item).audio;
    throw badInput("item " + item.id, "has neither a scene nor an audio file");
}

} // namespace binaurium
