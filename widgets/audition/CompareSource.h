// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/audition/AudioSource.h"

namespace binaurium {

// Two recordings of one length that run together; which one is heard changes at any moment, crossfaded within 10 ms,
// both equally loud.
class CompareSource : public AudioSource
{
public:
    // Both with two channels, the same rate and at least one frame.
    CompareSource(std::shared_ptr<const AudioBuffer> a, std::shared_ptr<const AudioBuffer> b);

    void choose(int which) noexcept { wanted_.store(which, std::memory_order_relaxed); } // 0: a, 1: b
    [[nodiscard]] int chosen() const noexcept { return wanted_.load(std::memory_order_relaxed); }
    [[nodiscard]] float gainOf(int which) const noexcept { return gains_[static_cast<std::size_t>(which)]; }

    bool read(float* interleaved, int frames) noexcept override;
    [[nodiscard]] double rateHz() const noexcept override { return sounds_[0]->rateHz(); }
    [[nodiscard]] std::int64_t length() const noexcept override { return length_; }
    [[nodiscard]] std::int64_t position() const noexcept override { return position_; }
    void seek(std::int64_t frame) noexcept override;
    void setLoop(bool on) noexcept override { loop_ = on; }
    void setGain(float linear) noexcept override { master_ = linear; }
    [[nodiscard]] std::array<float, 2> takePeaks() noexcept override;
    [[nodiscard]] std::array<float, 2> rms() const noexcept override;

private:
    std::array<std::shared_ptr<const AudioBuffer>, 2> sounds_;
    std::array<float, 2> gains_{1.0F, 1.0F};
    std::int64_t length_;
    float share_ = 0.0F; // of b; audio thread
    std::atomic<int> wanted_{0};
    std::atomic<std::int64_t> position_{0};
    std::atomic<bool> loop_{false};
    std::atomic<float> master_{1.0F};
    std::array<std::atomic<float>, 2> peaks_{};
    std::array<std::atomic<float>, 2> power_{};
};

} // namespace binaurium
