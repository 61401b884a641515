// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/AudioBackend.h"

#include "core/audio/AudioFile.h"

#include <algorithm>
#include <chrono>

namespace binaurium {

bool NullAudioBackend::start(AudioCallback& callback, std::function<void()> lost)
{
    stop();
    stopping_ = false;
    losing_ = false;
    thread_ = std::thread([this, &callback, lost = std::move(lost)] {
        std::vector<float> block(2 * static_cast<std::size_t>(block_));
        const auto period = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
            std::chrono::duration<double>(static_cast<double>(block_) / rateHz_));
        auto due = std::chrono::steady_clock::now();
        while (!stopping_ && !losing_) {
            callback.process(block.data(), block_);
            due += period;
            std::this_thread::sleep_until(due);
        }
        if (losing_ && lost)
            lost();
    });
    return true;
}

void NullAudioBackend::stop()
{
    stopping_ = true;
    if (thread_.joinable())
        thread_.join();
}

bool FileAudioBackend::start(AudioCallback& callback, std::function<void()>)
{
    AudioBuffer audio(2, static_cast<std::size_t>(frames_), rateHz_);
    std::vector<float> block(2 * static_cast<std::size_t>(block_));
    for (std::int64_t at = 0; at < frames_; at += block_) {
        const auto count = static_cast<int>(std::min<std::int64_t>(block_, frames_ - at));
        callback.process(block.data(), count);
        for (int n = 0; n < count; ++n)
            for (std::size_t c = 0; c < 2; ++c)
                audio.channel(c)[static_cast<std::size_t>(at + n)] = block[2 * static_cast<std::size_t>(n) + c];
    }
    try {
        writeAudio(audio, path_);
        problem_.clear();
    } catch (const std::exception& e) {
        problem_ = e.what();
    }
    return problem_.empty();
}

} // namespace binaurium
