// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Convolver.h"

#include "core/audio/Fft.h"
#include "core/audio/SpectrumProduct.h"

#include <algorithm>
#include <array>
#include <vector>

namespace binaurium {
namespace {

// One input through responses of equal length, each added to its output.
void convolve(std::span<const float> input, std::span<const std::span<const float>> responses,
              std::span<const std::span<float>> outputs)
{
    const std::size_t length = responses[0].size();
    const std::size_t frames = outputs[0].size();
    if (input.empty() || length == 0 || frames == 0)
        return;
    // Overlap-add; blocks about as long as the response keep the FFT work near its minimum.
    const std::size_t size = powerOfTwoAtLeast(std::min(input.size() + length, 2 * length + 1024));
    const std::size_t block = size - length + 1;
    const auto fft = Fft::ofSize(size);
    FftVector<float> time(size);
    std::vector<FftVector<Complex>> filters(responses.size(), FftVector<Complex>(fft->bins()));
    FftVector<Complex> spectrum(fft->bins()), product(fft->bins());
    for (std::size_t c = 0; c < responses.size(); ++c) {
        std::fill(time.begin(), time.end(), 0.0F);
        std::copy(responses[c].begin(), responses[c].end(), time.begin());
        fft->forward(time, filters[c]);
    }
    for (std::size_t start = 0; start < input.size() && start < frames; start += block) {
        const std::size_t count = std::min(block, input.size() - start);
        std::fill(time.begin(), time.end(), 0.0F);
        std::copy_n(input.begin() + static_cast<std::ptrdiff_t>(start), count, time.begin());
        fft->forward(time, spectrum);
        const std::size_t written = std::min(count + length - 1, frames - start);
        for (std::size_t c = 0; c < outputs.size(); ++c) {
            std::copy(spectrum.begin(), spectrum.end(), product.begin());
            multiply(filters[c].data(), product);
            fft->inverse(product, time);
            for (std::size_t n = 0; n < written; ++n)
                outputs[c][start + n] += time[n];
        }
    }
}

} // namespace

void convolveInto(std::span<const float> input, std::span<const float> response, std::span<float> output)
{
    convolve(input, std::array{response}, std::array{output});
}

void convolveInto(std::span<const float> input, const AudioBuffer& response, AudioBuffer& output)
{
    std::vector<std::span<const float>> responses;
    std::vector<std::span<float>> outputs;
    for (std::size_t c = 0; c < output.channels(); ++c) {
        responses.push_back(response.channel(c));
        outputs.push_back(output.channel(c));
    }
    if (!outputs.empty())
        convolve(input, responses, outputs);
}

} // namespace binaurium
