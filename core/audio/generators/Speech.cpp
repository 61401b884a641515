// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/generators/Speech.h"

#include "core/support/Error.h"

#ifdef BINAURIUM_WITH_ESPEAK
#include <espeak-ng/speak_lib.h>
#include <mutex>
#endif

namespace binaurium {

#ifdef BINAURIUM_WITH_ESPEAK

namespace {

// The library has one synthesiser per process and hands its samples to a function without context.
std::mutex synthesiser;
std::vector<float> spoken;

int collect(short* samples, int count, espeak_EVENT*)
{
    for (int i = 0; samples != nullptr && i < count; ++i)
        spoken.push_back(static_cast<float>(samples[i]) / 32768.0F);
    return 0;
}

int startedRateHz()
{
    static const int rate = [] {
        const int hz = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, nullptr, espeakINITIALIZE_DONT_EXIT);
        espeak_SetSynthCallback(collect);
        return hz;
    }();
    return rate;
}

} // namespace

bool speechAvailable() noexcept
{
    return true;
}

AudioBuffer speak(const std::string& sentence, const std::string& voice)
{
    const std::lock_guard lock(synthesiser);
    const int rateHz = startedRateHz();
    if (rateHz <= 0)
        throw missing("espeak-ng has no voices on this computer", "install the package espeak-ng-data");
    if (espeak_SetVoiceByName(voice.c_str()) != EE_OK)
        throw badInput("speech", "espeak-ng has no voice '" + voice + "'");
    spoken.clear();
    if (espeak_Synth(sentence.c_str(), sentence.size() + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, nullptr, nullptr) !=
        EE_OK)
        throw Error(ErrorKind::Internal, "espeak-ng could not speak a sentence");
    espeak_Synchronize();
    AudioBuffer audio(1, spoken.size(), rateHz);
    std::copy(spoken.begin(), spoken.end(), audio.channel(0).begin());
    return audio;
}

#else

bool speechAvailable() noexcept
{
    return false;
}

AudioBuffer speak(const std::string&, const std::string&)
{
    throw missing("this program was built without libespeak-ng and cannot speak",
                  "install libespeak-ng-dev and build again");
}

#endif

} // namespace binaurium
