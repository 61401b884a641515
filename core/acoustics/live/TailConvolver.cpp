// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/TailConvolver.h"

#include "core/audio/SpectrumProduct.h"

#include <algorithm>

namespace binaurium {
namespace {

constexpr std::size_t quantum = LiveRate::quantum;

} // namespace

TailFilter::TailFilter(const AudioBuffer& tail)
{
    // The convolver is a partition late and the engine has its own latency: cut the difference from the silent start.
    constexpr std::size_t skipped = partition - LiveRate::latencySamples;
    const std::size_t length = tail.frames() > skipped ? tail.frames() - skipped : 0;
    count_ = (length + partition - 1) / partition;
    spectra_.resize(count_ * 2 * bins);
    const auto fft = Fft::ofSize(fftSize);
    FftVector<float> padded(fftSize);
    FftVector<Complex> spectrum(bins);
    for (std::size_t p = 0; p < count_; ++p)
        for (std::size_t ear = 0; ear < 2; ++ear) {
            const auto samples = tail.channel(ear);
            std::fill(padded.begin(), padded.end(), 0.0F);
            const std::size_t first = skipped + p * partition;
            const std::size_t used = std::min(partition, tail.frames() - first);
            std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(first), used, padded.begin());
            fft->forward(padded, spectrum);
            std::copy(spectrum.begin(), spectrum.end(),
                      spectra_.begin() + static_cast<std::ptrdiff_t>((p * 2 + ear) * bins));
        }
}

TailConvolver::TailConvolver(std::shared_ptr<const TailFilter> filter)
    : filter_(std::move(filter)), fft_(Fft::ofSize(TailFilter::fftSize)), window_(TailFilter::fftSize),
      time_(TailFilter::fftSize), scratch_(TailFilter::bins),
      history_(std::max<std::size_t>(1, filter_->count()) * TailFilter::bins),
      sounding_(std::max<std::size_t>(1, filter_->count()))
{
    for (std::size_t ear = 0; ear < 2; ++ear) {
        sums_[ear].resize(TailFilter::bins);
        out_[ear].resize(TailFilter::partition);
    }
}

void TailConvolver::clear() noexcept
{
    std::fill(window_.begin(), window_.end(), 0.0F);
    std::fill(sounding_.begin(), sounding_.end(), 0);
    for (std::size_t ear = 0; ear < 2; ++ear) {
        std::fill(sums_[ear].begin(), sums_[ear].end(), Complex{});
        std::fill(out_[ear].begin(), out_[ear].end(), 0.0F);
    }
    filled_ = 0;
}

void TailConvolver::process(std::span<const float> in, std::span<float> left, std::span<float> right) noexcept
{
    constexpr std::size_t quanta = TailFilter::partition / quantum;
    if (filter_->count() == 0)
        return;
    std::copy_n(in.begin(), quantum, window_.begin() + static_cast<std::ptrdiff_t>(TailFilter::partition + filled_));
    for (std::size_t n = 0; n < quantum; ++n) {
        left[n] += out_[0][filled_ + n];
        right[n] += out_[1][filled_ + n];
    }
    // Parts 1 .. count-1 meet windows that are complete already.
    const std::size_t turn = filled_ / quantum;
    const std::size_t parts = filter_->count() - 1;
    accumulate(1 + parts * turn / quanta, 1 + parts * (turn + 1) / quanta);
    filled_ += quantum;
    if (filled_ == TailFilter::partition)
        finishPartition();
}

// Adds window (newest - part + 1) times part: for the partition after the one that is being filled.
void TailConvolver::accumulate(std::size_t firstPart, std::size_t lastPart) noexcept
{
    const std::size_t length = sounding_.size();
    for (std::size_t part = firstPart; part < lastPart; ++part) {
        const std::size_t slot = (newest_ + length + 1 - part) % length;
        if (sounding_[slot] == 0)
            continue;
        const Complex* x = history_.data() + slot * TailFilter::bins;
        for (std::size_t ear = 0; ear < 2; ++ear)
            addProduct(x, filter_->spectrum(part, ear), sums_[ear]);
    }
}

void TailConvolver::finishPartition() noexcept
{
    newest_ = (newest_ + 1) % sounding_.size();
    const bool sounding = std::any_of(window_.begin(), window_.end(), [](float s) { return s != 0.0F; });
    sounding_[newest_] = sounding ? 1 : 0;
    if (sounding) {
        fft_->forward(window_, scratch_);
        std::copy(scratch_.begin(), scratch_.end(),
                  history_.begin() + static_cast<std::ptrdiff_t>(newest_ * TailFilter::bins));
        for (std::size_t ear = 0; ear < 2; ++ear)
            addProduct(scratch_.data(), filter_->spectrum(0, ear), sums_[ear]);
    }
    for (std::size_t ear = 0; ear < 2; ++ear) {
        fft_->inverse(sums_[ear], time_);
        std::copy_n(time_.begin() + TailFilter::partition, TailFilter::partition, out_[ear].begin());
        std::fill(sums_[ear].begin(), sums_[ear].end(), Complex{});
    }
    std::copy_n(window_.begin() + TailFilter::partition, TailFilter::partition, window_.begin());
    filled_ = 0;
}

} // namespace binaurium
