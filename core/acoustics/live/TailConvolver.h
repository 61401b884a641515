// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/live/LiveOptions.h"
#include "core/audio/AudioBuffer.h"
#include "core/audio/Fft.h"

#include <array>
#include <memory>
#include <vector>

namespace binaurium {

// The late tail of a room as spectra of partitions of 512 samples. Immutable, shared.
class TailFilter
{
public:
    static constexpr std::size_t partition = 512;
    static constexpr std::size_t fftSize = 2 * partition;
    static constexpr std::size_t bins = fftSize / 2 + 1;

    // Two channels at 48 kHz; silent for the first 0.012 s, which hides that the convolver works in partitions.
    explicit TailFilter(const AudioBuffer& tail);
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] const Complex* spectrum(std::size_t part, std::size_t ear) const noexcept
    {
        return spectra_.data() + (part * 2 + ear) * bins;
    }

private:
    std::size_t count_ = 0;
    FftVector<Complex> spectra_;
};

// Convolves one mono stream with a tail. Uniformly partitioned overlap-save; the products of a partition are spread
// over the quanta of the one before, so that no quantum is much dearer than another.
class TailConvolver
{
public:
    explicit TailConvolver(std::shared_ptr<const TailFilter> filter);
    void clear() noexcept;
    // One quantum in; one quantum per ear is added to `left` and `right`.
    void process(std::span<const float> in, std::span<float> left, std::span<float> right) noexcept;

private:
    void accumulate(std::size_t firstPart, std::size_t lastPart) noexcept;
    void finishPartition() noexcept;

    std::shared_ptr<const TailFilter> filter_;
    std::shared_ptr<const Fft> fft_;
    FftVector<float> window_; // last partition and the one that is being filled
    FftVector<float> time_;
    FftVector<Complex> scratch_;
    FftVector<Complex> history_; // spectra of past windows, a ring
    std::vector<char> sounding_; // of each of them
    std::size_t newest_ = 0;
    std::array<FftVector<Complex>, 2> sums_;
    std::array<FftVector<float>, 2> out_;
    std::size_t filled_ = 0; // samples of the current partition
};

} // namespace binaurium
