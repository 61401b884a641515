// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/live/LiveOptions.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace binaurium {

// Windowed-sinc kernels of 16 taps at 2048 fractions of a sample, the nearest one taken: phase error below 8e-5 rad at
// 1 kHz, so that a moving delay leaves lines below -80 dB. Immutable, shared.
class DelayKernels
{
public:
    static constexpr std::size_t taps = 16;
    static constexpr int phaseBits = 11;
    // Samples that must have been written behind the position that is read.
    static constexpr double reach = 8.0;
    [[nodiscard]] static const DelayKernels& instance();
    [[nodiscard]] const float* at(std::uint32_t phase) const noexcept { return kernels_.data() + phase * taps; }

private:
    DelayKernels();
    std::vector<float> kernels_;
};

// A ring of samples, written one quantum at a time and read anywhere behind it with a delay that changes linearly over
// the quantum (so a moving source has its Doppler shift). One writer, same thread.
class DelayLine
{
public:
    // Room for delays up to `maximumSamples`.
    explicit DelayLine(std::size_t maximumSamples);

    void clear() noexcept;
    // Appends one quantum.
    void write(std::span<const float> samples) noexcept;
    // The newest quantum, delayed by `from` samples at its start and `to` at its end (not included): `to` is where the
    // next quantum begins. Delays are clamped to [DelayKernels::reach, maximum].
    void read(double from, double to, std::span<float> out) const noexcept;
    [[nodiscard]] double maximumDelay() const noexcept { return maximum_; }

private:
    void readResting(std::uint64_t position, float* out) const noexcept;
    void readMoving(std::uint64_t position, std::uint64_t step, float* out) const noexcept;

    std::size_t size_; // power of two
    double maximum_;
    std::vector<float> samples_; // size_ and a copy of the first samples, so that kernels never wrap
    std::uint64_t written_ = 0;
};

} // namespace binaurium
