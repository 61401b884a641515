// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/MeasuredHead.h"
#include "core/audio/Fft.h"

#include <array>
#include <compare>
#include <filesystem>
#include <memory>

namespace binaurium {

// How a measured head is turned into filters; part of a recipe, so that a changed head can be made again.
struct HeadOptions
{
    double rateHz = 48000.0;
    double frequencyScale = 1.0;        // > 1: a smaller head (spectrum stretched, delays shortened); 0.7 .. 1.4
    bool diffuseFieldEqualised = false; // divide by the mean over all directions, both ears alike
    double itdScale = 1.0;             // of the delays alone, 0.7 .. 1.4: a wider or narrower head with the same pinnae
    std::filesystem::path blendWith{}; // second head, mixed in at the directions of the first; empty: none
    double blendShare = 0.0;           // of the second head's log magnitudes and delays, 0 .. 1
    [[nodiscard]] bool isValid(std::string* error) const;
    // The zero that the compiler compares with is taken for a null pointer by clang-tidy.
    friend auto operator<=>(const HeadOptions&, const HeadOptions&) = default; // NOLINT(modernize-use-nullptr)
};

// A head ready for rendering: per measured direction and ear an onset-aligned response (as spectrum) and its delay,
// interpolated apart on a spherical Delaunay triangulation; where nothing was measured, GapFill. Level: mean
// diffuse-field power of both ears together is 1; delay: mean arrival over the sphere is 0 (the centre of the head).
// Immutable, may be shared between threads.
class Head
{
public:
    // `other`: the head that options.blendWith names, made with the same options but these two.
    Head(std::shared_ptr<const MeasuredHead> measured, const HeadOptions& options, const Head* other = nullptr);
    Head(const HeadMeasurements& measurements, const HeadOptions& options);

    // Loads through a cache that keeps heads while somebody uses them.
    [[nodiscard]] static std::shared_ptr<const Head> load(const std::filesystem::path& path,
                                                          const HeadOptions& options);

    // What one direction needs: measured neighbours and the delay of each ear in samples relative to the head's centre.
    struct Blend
    {
        TriangleWeights triangle;
        std::array<double, 2> delaySamples{};
    };
    [[nodiscard]] Blend blend(const Vec3& headFrameDirection) const noexcept;

    // Weighted sum of the aligned spectra of one ear; fftSize() / 2 + 1 values. The response starts at sample 0 of the
    // window with its onset at alignedOnset().
    void spectrum(const Blend& blend, std::size_t ear, std::span<Complex> out) const noexcept;

    [[nodiscard]] double rateHz() const noexcept { return options_.rateHz; }
    [[nodiscard]] double frequencyScale() const noexcept { return options_.frequencyScale; }
    [[nodiscard]] std::size_t fftSize() const noexcept { return fftSize_; }
    [[nodiscard]] std::size_t alignedOnset() const noexcept { return alignedOnset_; }
    [[nodiscard]] const std::string& title() const noexcept { return source_->measurements().title; }
    // What was put right in the file, in words.
    [[nodiscard]] const std::vector<std::string>& corrections() const noexcept
    {
        return source_->measurements().corrections;
    }

    // Diffuse field, per bin of fftSize(): rms magnitude of an ear and real interaural coherence.
    [[nodiscard]] std::span<const float> diffuseMagnitude(std::size_t ear) const noexcept
    {
        return diffuseMagnitude_[ear];
    }
    [[nodiscard]] std::span<const float> diffuseCoherence() const noexcept { return diffuseCoherence_; }

    // FFT size used for paths at a rate: room for an aligned response, a delay kernel and the tail of a wall filter.
    [[nodiscard]] static std::size_t fftSizeAt(double rateHz) noexcept;

private:
    void align();
    void measureDiffuseField();
    void equaliseDiffuseField();
    void normalise();
    void fillGaps();
    void blendIn(const Head& other);
    [[nodiscard]] std::span<Complex> measured(std::size_t ear, std::size_t direction) noexcept;
    [[nodiscard]] std::span<const Complex> measured(std::size_t ear, std::size_t direction) const noexcept;

    HeadOptions options_;
    std::shared_ptr<const MeasuredHead> source_;
    std::vector<bool> hasGap_;                         // per triangle of it; empty: none
    std::unique_ptr<SphereTriangulation> withoutGaps_; // of measured and filled directions, used in those triangles
    std::size_t fftSize_;
    std::size_t alignedOnset_;
    std::array<FftVector<Complex>, 2> spectra_; // per ear [direction][bin]
    std::array<std::vector<double>, 2> delays_; // per ear, samples
    std::array<std::vector<float>, 2> diffuseMagnitude_;
    std::vector<float> diffuseCoherence_;
};

} // namespace binaurium
