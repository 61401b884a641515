// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/live/LiveEngine.h"
#include "widgets/audition/AudioSource.h"

namespace binaurium {

// The live engine as something that a transport plays. The transport decides when time goes on; what is heard comes
// from the engine, which others may steer meanwhile.
class LiveSource : public AudioSource
{
public:
    [[nodiscard]] LiveEngine& engine() noexcept { return engine_; }

    bool read(float* interleaved, int frames) noexcept override
    {
        engine_.process(interleaved, frames);
        return !engine_.ended();
    }
    [[nodiscard]] double rateHz() const noexcept override { return LiveRate::hz; }
    [[nodiscard]] std::int64_t length() const noexcept override { return engine_.frames(); }
    [[nodiscard]] std::int64_t position() const noexcept override { return engine_.position(); }
    void seek(std::int64_t frame) noexcept override { engine_.seek(frame); }
    void setLoop(bool on) noexcept override { engine_.setLoop(on); }
    void setPlaying(bool on) noexcept override { on ? engine_.play() : engine_.pause(); }
    void setGain(float linear) noexcept override { engine_.setMasterGain(linear); }
    void setLimiter(bool on) noexcept override { engine_.setLimiter(on); }
    [[nodiscard]] std::array<float, 2> rms() const noexcept override { return engine_.rms(); }
    [[nodiscard]] std::array<float, 2> takePeaks() noexcept override { return engine_.takePeaks(); }

private:
    LiveEngine engine_;
};

} // namespace binaurium
