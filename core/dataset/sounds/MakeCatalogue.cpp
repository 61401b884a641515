// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/sounds/MakeCatalogue.h"

#include "core/audio/AudioFile.h"
#include "core/audio/generators/Speech.h"
#include "core/dataset/Labels.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"
#include "core/support/Sha256.h"

#include <algorithm>
#include <mutex>
#include <optional>

namespace binaurium {
namespace {

constexpr double noteHoldS = 2.0;
constexpr double noteReleaseS = 1.0;
constexpr std::int64_t longestRecordingFrames = 20'000'000; // minutes; only its first seconds are used

// Soundfonts are large: each is opened once and played by one thread at a time.
class Players
{
public:
    AudioBuffer play(const RawSound& sound)
    {
        const std::lock_guard lock(mutex_);
        auto& font = fonts_[sound.file];
        if (!font)
            font = std::make_unique<SoundFont>(sound.file);
        return font->play(sound.note, noteHoldS, noteReleaseS);
    }

private:
    std::mutex mutex_;
    std::map<std::filesystem::path, std::unique_ptr<SoundFont>> fonts_;
};

AudioBuffer recordingOf(const RawSound& sound, Players& players)
{
    if (sound.isNote)
        return players.play(sound);
    if (!sound.voice.empty())
        return speak(sound.sentence, sound.voice);
    const auto info = readAudioInfo(sound.file);
    const auto frames = static_cast<std::int64_t>(4.0 * SoundPreparation::longestS * info.rateHz);
    return readAudio(sound.file, 0, std::min(info.frames, frames), longestRecordingFrames);
}

bool isResonant(const RawSound& sound)
{
    static const std::vector<std::string> ringing = {"bell",      "chimes", "telephone", "alarm",
                                                     "explosion", "siren",  "thunder",   "gunshot",
                                                     "train",     "engine", "wind",      "helicopter"};
    return sound.isNote || std::string(findLabel(sound.label)->group) == "instrument" ||
           std::find(ringing.begin(), ringing.end(), sound.label) != ringing.end();
}

void makeUnique(std::vector<RawSound>& sounds)
{
    std::map<std::string, int> seen;
    for (RawSound& sound : sounds) {
        for (char& c : sound.id)
            if (c == '/' || c == ' ')
                c = '-';
        if (const int count = seen[sound.id]++; count > 0)
            sound.id.append("-").append(std::to_string(count + 1));
    }
}

} // namespace

CatalogueReport makeCatalogue(const CatalogueOptions& options, const ProgressCallback& progress)
{
    SoundSources sources;
    if (options.packaged)
        addPackagedSounds(sources);
    for (const auto& folder : options.folders)
        addFolder(sources, folder, options.folderLicence);
    if (!options.esc50.empty())
        addEsc50(sources, options.esc50);
    if (!options.fsd50k.empty())
        addFsd50k(sources, options.fsd50k);
    if (sources.sounds.empty())
        throw missing("there is no sound to prepare", "install sounds with packaging/sounds, or give --folder");
    makeUnique(sources.sounds);
    assignSplits(sources.sounds);

    Players players;
    std::vector<std::optional<IndexedSound>> made(sources.sounds.size());
    std::vector<std::string> refusals(sources.sounds.size());
    parallelFor(
        static_cast<std::int64_t>(sources.sounds.size()), 0,
        [&](std::int64_t i) {
            const auto slot = static_cast<std::size_t>(i);
            const RawSound& sound = sources.sounds[slot];
            try {
                const auto prepared = prepareSound(recordingOf(sound, players), isResonant(sound));
                if (!prepared.refusal.empty()) {
                    refusals[slot] = prepared.refusal;
                    return;
                }
                IndexedSound entry{sound.id,      sound.label,           sound.group, sound.source,
                                   sound.licence, sound.redistributable, {},          {},
                                   sound.split,   prepared.measures};
                entry.file = "prepared/" + sound.label + "/" + sound.id + ".flac";
                const auto path = options.output / entry.file;
                std::filesystem::create_directories(path.parent_path());
                writeAudio(prepared.audio, path, SampleFormat::Pcm16, sound.licence);
                entry.sha256 = sha256OfFile(path);
                made[slot] = std::move(entry);
            } catch (const Error& error) {
                if (error.kind() == ErrorKind::Interrupted || error.kind() == ErrorKind::Internal)
                    throw;
                refusals[slot] = error.what();
            }
        },
        progress, "sounds");

    CatalogueReport report{{}, std::move(sources.missing), std::move(sources.skipped)};
    for (std::size_t i = 0; i < made.size(); ++i)
        if (made[i])
            report.index.sounds.push_back(std::move(*made[i]));
        else
            report.index.refused.emplace_back(sources.sounds[i].id, refusals[i]);
    report.index.write(options.output / SoundIndex::fileName);
    return report;
}

} // namespace binaurium
