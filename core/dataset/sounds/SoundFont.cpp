// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/sounds/SoundFont.h"

#include "core/support/Error.h"

#include <string>

#ifdef BINAURIUM_WITH_FLUIDSYNTH
#include <fluidsynth.h>
#endif

namespace binaurium {

#ifdef BINAURIUM_WITH_FLUIDSYNTH

struct SoundFont::Player
{
    std::string name;
    fluid_settings_t* settings = nullptr;
    fluid_synth_t* synth = nullptr;
    int font = FLUID_FAILED;

    ~Player()
    {
        delete_fluid_synth(synth);
        delete_fluid_settings(settings);
    }
};

bool SoundFont::available() noexcept
{
    return true;
}

SoundFont::SoundFont(const std::filesystem::path& path) : player_(std::make_unique<Player>())
{
    if (!std::filesystem::exists(path))
        throw missing("the soundfont " + path.string() + " is not on this computer",
                      "packaging/sounds installs the packages of models/sounds.toml");
    for (const int level : {FLUID_PANIC, FLUID_ERR, FLUID_WARN, FLUID_INFO})
        fluid_set_log_function(level, nullptr, nullptr);
    player_->name = path.string();
    player_->settings = new_fluid_settings();
    fluid_settings_setnum(player_->settings, "synth.sample-rate", rateHz);
    fluid_settings_setnum(player_->settings, "synth.gain", 0.5);
    fluid_settings_setint(player_->settings, "synth.reverb.active", 0);
    fluid_settings_setint(player_->settings, "synth.chorus.active", 0);
    player_->synth = new_fluid_synth(player_->settings);
    if (player_->synth == nullptr)
        throw Error(ErrorKind::Internal, "libfluidsynth could not be started");
    player_->font = fluid_synth_sfload(player_->synth, path.c_str(), 1);
    if (player_->font == FLUID_FAILED)
        throw badInput(path.string(), "is no soundfont that libfluidsynth can read");
}

AudioBuffer SoundFont::play(const SoundFontNote& note, double holdS, double releaseS)
{
    constexpr int percussionBank = 128;
    constexpr int velocity = 112;
    fluid_synth_t* synth = player_->synth;
    const int channel = note.bank == percussionBank ? 9 : 0;
    fluid_synth_system_reset(synth);
    if (fluid_synth_program_select(synth, channel, player_->font, note.bank, note.program) == FLUID_FAILED)
        throw badInput(player_->name,
                       "has no preset " + std::to_string(note.bank) + ":" + std::to_string(note.program));
    const auto hold = static_cast<std::size_t>(holdS * rateHz);
    const auto total = hold + static_cast<std::size_t>(releaseS * rateHz);
    std::vector<float> left(total);
    std::vector<float> right(total);
    fluid_synth_noteon(synth, channel, note.key, velocity);
    fluid_synth_write_float(synth, static_cast<int>(hold), left.data(), 0, 1, right.data(), 0, 1);
    fluid_synth_noteoff(synth, channel, note.key);
    fluid_synth_write_float(synth, static_cast<int>(total - hold), left.data(), static_cast<int>(hold), 1, right.data(),
                            static_cast<int>(hold), 1);
    AudioBuffer audio(1, total, rateHz);
    for (std::size_t i = 0; i < total; ++i)
        audio.channel(0)[i] = 0.5F * (left[i] + right[i]);
    return audio;
}

#else

struct SoundFont::Player
{};

bool SoundFont::available() noexcept
{
    return false;
}

SoundFont::SoundFont(const std::filesystem::path& path)
{
    throw missing("this program was built without libfluidsynth and cannot play " + path.string(),
                  "install libfluidsynth-dev and build again");
}

AudioBuffer SoundFont::play(const SoundFontNote&, double, double)
{
    return {};
}

#endif

SoundFont::~SoundFont() = default;

} // namespace binaurium
