// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/audition/AudioSource.h"

#include <vector>

namespace binaurium {

// Keeps the last seconds of what is heard. The audio thread writes without waiting; any one other thread takes copies.
class AudioTap
{
public:
    static constexpr double rateHz = 48000.0;
    static constexpr std::size_t frames = std::size_t{1} << 17; // 2.7 s

    AudioTap() : ring_(2 * frames) {}

    void write(const float* interleaved, int count) noexcept;
    // The last `count` frames (at most half of what is kept), two channels; false where fewer were written or where
    // the audio thread went around meanwhile.
    [[nodiscard]] bool latest(std::size_t count, AudioBuffer& audio) const;
    [[nodiscard]] std::uint64_t written() const noexcept { return written_.load(std::memory_order_acquire); }

private:
    std::vector<std::atomic<float>> ring_;
    std::atomic<std::uint64_t> written_{0}; // frames
};

// A source whose sound also goes into a tap. Everything else is the source's own.
class TappedSource : public AudioSource
{
public:
    TappedSource(std::shared_ptr<AudioSource> source, std::shared_ptr<AudioTap> tap)
        : source_(std::move(source)), tap_(std::move(tap))
    {}
    bool read(float* interleaved, int count) noexcept override
    {
        const bool more = source_->read(interleaved, count);
        tap_->write(interleaved, count);
        return more;
    }
    [[nodiscard]] double rateHz() const noexcept override { return source_->rateHz(); }
    [[nodiscard]] std::int64_t length() const noexcept override { return source_->length(); }
    [[nodiscard]] std::int64_t position() const noexcept override { return source_->position(); }
    void seek(std::int64_t frame) noexcept override { source_->seek(frame); }
    void setLoop(bool on) noexcept override { source_->setLoop(on); }
    void setGain(float linear) noexcept override { source_->setGain(linear); }
    void setLimiter(bool on) noexcept override { source_->setLimiter(on); }
    void setPlaying(bool on) noexcept override { source_->setPlaying(on); }
    [[nodiscard]] std::array<float, 2> takePeaks() noexcept override { return source_->takePeaks(); }
    [[nodiscard]] std::array<float, 2> rms() const noexcept override { return source_->rms(); }

private:
    std::shared_ptr<AudioSource> source_;
    std::shared_ptr<AudioTap> tap_;
};

} // namespace binaurium
