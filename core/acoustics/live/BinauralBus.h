// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/live/LiveHead.h"

namespace binaurium {

// Where all sources meet on their way to the ears: reflections in the direction bins of the head, direct sounds as sums
// of spectra, each computed once per quantum whatever the number of sources.
class BinauralBus
{
public:
    explicit BinauralBus(std::shared_ptr<const LiveHead> head);
    void clear() noexcept;

    // One quantum of a reflection at one ear; place and gain go linearly from the first pair to the second.
    void addReflection(std::size_t ear, std::span<const float> tap, const LiveHead::Corners& from, float fromGain,
                       const LiveHead::Corners& to, float toGain) noexcept;
    // The spectra of a direct sound's newest two windows at one ear, through a filter that stays ...
    void addDirect(std::size_t ear, const Complex* newest, const Complex* older, const Complex* filter) noexcept;
    // ... or that changes over the quantum.
    void addDirect(std::size_t ear, const Complex* newest, const Complex* older, const Complex* fromFilter,
                   const Complex* toFilter) noexcept;
    // Adds the quantum to both ears and makes ready for the next.
    void finish(std::span<float> left, std::span<float> right) noexcept;

private:
    struct Bin
    {
        std::array<FftVector<float>, 2> window;  // last quantum and this one, per ear
        std::array<FftVector<Complex>, 2> older; // spectrum of the last window
        int quiet = 0;                           // quanta since something was written
    };
    void finishBins(std::size_t ear) noexcept;

    std::shared_ptr<const LiveHead> head_;
    std::shared_ptr<const Fft> fft_;
    std::vector<Bin> bins_;
    enum Sum { Staying, Leaving, Coming, sumCount };
    std::array<std::array<FftVector<Complex>, sumCount>, 2> sums_; // per ear
    std::array<bool, 2> changing_{};
    FftVector<Complex> spectrum_;
    FftVector<float> time_;
};

} // namespace binaurium
