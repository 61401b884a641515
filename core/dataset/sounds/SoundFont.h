// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <filesystem>
#include <memory>

namespace binaurium {

// One note of a preset: General MIDI bank and program, bank 128 for percussion kits.
struct SoundFontNote
{
    int bank = 0;
    int program = 0;
    int key = 60; // MIDI note number
};

// A SoundFont 2 file played dry (no reverb, no chorus) by libfluidsynth. One thread at a time.
class SoundFont
{
public:
    static constexpr double rateHz = 44100.0;

    // False where the program was built without libfluidsynth.
    [[nodiscard]] static bool available() noexcept;
    // Throws Missing when the file is not there or soundfonts cannot be played, BadInput when it is damaged.
    explicit SoundFont(const std::filesystem::path& path);
    ~SoundFont();
    SoundFont(const SoundFont&) = delete;
    SoundFont& operator=(const SoundFont&) = delete;

    // The note held for `holdS` and its release, both ears mixed to one channel. Throws BadInput when the font has no
    // such preset.
    [[nodiscard]] AudioBuffer play(const SoundFontNote& note, double holdS, double releaseS);

private:
    struct Player;
    std::unique_ptr<Player> player_;
};

} // namespace binaurium
