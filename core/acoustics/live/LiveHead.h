// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Head.h"
#include "core/acoustics/live/LiveOptions.h"

namespace binaurium {

// A head in the form that the live engine wants: found by angle without a search, filters cut into two partitions of
// one quantum. Two resolutions:
//  - a grid of 2.5 (azimuth) by 5 degrees for direct sounds, interpolated between its four nodes around a direction;
//  - 80 fixed bins for reflections, which are written to the four bins around their direction with their own delay per
//    ear, so that one filter per bin serves all reflections of all sources.
// The grid's delays and spectra hold no angular detail finer than a head can make at each frequency: azimuth harmonics
// beyond k a + 5 (a = 0.15 m; e k a / 2 would do by Zhang et al., JASA 127 (2010), eq. 13) are noise of the measurement
// and of the interpolation, and a moving source would sound them as lines. Immutable, may be shared between threads.
class LiveHead
{
public:
    static constexpr std::size_t fftSize = 2 * LiveRate::quantum;
    static constexpr std::size_t bins = fftSize / 2 + 1; // of the FFT
    static constexpr std::size_t parts = 2;
    static constexpr std::size_t directionBins = 80;

    // `head` at 48 kHz. Throws Usage otherwise.
    explicit LiveHead(const Head& head);
    // The one of `head`, made on first use and kept while somebody uses it.
    [[nodiscard]] static std::shared_ptr<const LiveHead> of(const std::shared_ptr<const Head>& head);

    // Four places around a direction with weights that sum to 1.
    struct Corners
    {
        std::array<std::uint16_t, 4> index{};
        std::array<float, 4> weight{};
        friend bool operator==(const Corners&, const Corners&) = default;
    };
    // Azimuth and elevation of a head-frame direction in degrees; the zero vector is in front.
    [[nodiscard]] static Direction angles(const Vec3& headFrameDirection) noexcept;
    [[nodiscard]] Corners gridCorners(const Direction& direction) const noexcept;
    [[nodiscard]] Corners binCorners(const Direction& direction) const noexcept;

    // Delay of each ear in samples, relative to the centre of the head.
    [[nodiscard]] std::array<double, 2> delaySamples(const Direction& direction) const noexcept;
    // Interpolated filter of one ear, [part][bin].
    void filter(const Corners& grid, std::size_t ear, std::span<Complex> out) const noexcept;
    // Filter of a direction bin, [part][bin].
    [[nodiscard]] std::span<const Complex> binFilter(std::size_t bin, std::size_t ear) const noexcept
    {
        return {binFilters_.data() + (bin * 2 + ear) * parts * bins, parts * bins};
    }
    // Where the onset lies in every filter, in samples.
    [[nodiscard]] std::size_t onset() const noexcept { return onset_; }
    // Angle of a bin, for tests.
    [[nodiscard]] Direction binDirection(std::size_t bin) const noexcept;

private:
    void fillRing(const Head& head, int ring, std::span<const float> smoothing, std::span<const double> delaySmoothing);
    void cut(std::span<Complex> spectrum, std::span<Complex> out) const;

    std::size_t onset_;
    std::shared_ptr<const Fft> wide_;           // of the head
    std::shared_ptr<const Fft> quantum_;        // of fftSize
    std::array<std::vector<double>, 2> delays_; // per ear, [ring][degree of azimuth]
    FftVector<Complex> filters_;                // [node][ear][part][bin]
    FftVector<Complex> binFilters_;
};

} // namespace binaurium
