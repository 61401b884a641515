// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/live/BinauralBus.h"

#include "core/acoustics/live/Ramp.h"
#include "core/audio/SpectrumProduct.h"

#include <algorithm>

namespace binaurium {
namespace {

constexpr std::size_t quantum = LiveRate::quantum;

} // namespace

BinauralBus::BinauralBus(std::shared_ptr<const LiveHead> head)
    : head_(std::move(head)), fft_(Fft::ofSize(LiveHead::fftSize)), bins_(LiveHead::directionBins),
      spectrum_(LiveHead::bins), time_(LiveHead::fftSize)
{
    for (Bin& bin : bins_)
        for (std::size_t ear = 0; ear < 2; ++ear) {
            bin.window[ear].resize(LiveHead::fftSize);
            bin.older[ear].resize(LiveHead::bins);
        }
    for (auto& ear : sums_)
        for (auto& sum : ear)
            sum.resize(LiveHead::bins);
    clear();
}

void BinauralBus::clear() noexcept
{
    for (Bin& bin : bins_) {
        bin.quiet = static_cast<int>(LiveHead::parts) + 1;
        for (std::size_t ear = 0; ear < 2; ++ear) {
            std::fill(bin.window[ear].begin(), bin.window[ear].end(), 0.0F);
            std::fill(bin.older[ear].begin(), bin.older[ear].end(), Complex{});
        }
    }
}

void BinauralBus::addReflection(std::size_t ear, std::span<const float> tap, const LiveHead::Corners& from,
                                float fromGain, const LiveHead::Corners& to, float toGain) noexcept
{
    const bool sameBins = from.index == to.index;
    for (std::size_t i = 0; i < to.index.size(); ++i) {
        const float a = fromGain * from.weight[i];
        const float b = toGain * to.weight[i];
        const auto write = [&](std::size_t index, float first, float last) {
            if (first == 0.0F && last == 0.0F)
                return;
            Bin& bin = bins_[index];
            bin.quiet = 0;
            addRamped(tap, first, last, {bin.window[ear].data() + quantum, quantum});
        };
        if (sameBins) {
            write(to.index[i], a, b);
        } else {
            write(from.index[i], a, 0.0F);
            write(to.index[i], 0.0F, b);
        }
    }
}

void BinauralBus::addDirect(std::size_t ear, const Complex* newest, const Complex* older,
                            const Complex* filter) noexcept
{
    addProduct(newest, filter, sums_[ear][Staying]);
    addProduct(older, filter + LiveHead::bins, sums_[ear][Staying]);
}

void BinauralBus::addDirect(std::size_t ear, const Complex* newest, const Complex* older, const Complex* fromFilter,
                            const Complex* toFilter) noexcept
{
    changing_[ear] = true;
    addProduct(newest, fromFilter, sums_[ear][Leaving]);
    addProduct(older, fromFilter + LiveHead::bins, sums_[ear][Leaving]);
    addProduct(newest, toFilter, sums_[ear][Coming]);
    addProduct(older, toFilter + LiveHead::bins, sums_[ear][Coming]);
}

// One filter per bin that sounds, all of them summed as spectra with what stays of the direct sounds.
void BinauralBus::finishBins(std::size_t ear) noexcept
{
    for (std::size_t b = 0; b < bins_.size(); ++b) {
        Bin& bin = bins_[b];
        if (bin.quiet > static_cast<int>(LiveHead::parts))
            continue;
        const auto filter = head_->binFilter(b, ear);
        auto& window = bin.window[ear];
        fft_->forward(window, spectrum_);
        addProduct(spectrum_.data(), filter.data(), sums_[ear][Staying]);
        addProduct(bin.older[ear].data(), filter.data() + LiveHead::bins, sums_[ear][Staying]);
        std::copy(spectrum_.begin(), spectrum_.end(), bin.older[ear].begin());
        std::copy_n(window.begin() + quantum, quantum, window.begin());
        std::fill_n(window.begin() + quantum, quantum, 0.0F);
    }
}

void BinauralBus::finish(std::span<float> left, std::span<float> right) noexcept
{
    for (std::size_t ear = 0; ear < 2; ++ear) {
        finishBins(ear);
        const auto out = ear == 0 ? left : right;
        const auto add = [&](Sum which, float first, float last) {
            auto& sum = sums_[ear][which];
            fft_->inverse(sum, time_);
            addRamped({time_.data() + quantum, quantum}, first, last, out);
            std::fill(sum.begin(), sum.end(), Complex{});
        };
        add(Staying, 1.0F, 1.0F);
        if (changing_[ear]) {
            add(Leaving, 1.0F, 0.0F);
            add(Coming, 0.0F, 1.0F);
        }
        changing_[ear] = false;
    }
    for (Bin& bin : bins_)
        ++bin.quiet;
}

} // namespace binaurium
