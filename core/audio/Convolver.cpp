// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Convolver.h"

#include "core/audio/Fft.h"

#include <algorithm>

namespace binaurium {

void convolveInto(std::span<const float> input, std::span<const float> response, std::span<float> output)
{
    if (input.empty() || response.empty() || output.empty())
        return;
    // Overlap-add; blocks about as long as the response keep the FFT work near its minimum.
    const std::size_t size = powerOfTwoAtLeast(std::min(input.size() + response.size(), 2 * response.size() + 1024));
    const std::size_t block = size - response.size() + 1;
    const auto fft = Fft::ofSize(size);
    FftVector<float> time(size);
    FftVector<Complex> filter(fft->bins());
    FftVector<Complex> spectrum(fft->bins());
    std::copy(response.begin(), response.end(), time.begin());
    fft->forward(time, filter);

    for (std::size_t start = 0; start < input.size() && start < output.size(); start += block) {
        const std::size_t count = std::min(block, input.size() - start);
        std::fill(time.begin(), time.end(), 0.0F);
        std::copy_n(input.begin() + static_cast<std::ptrdiff_t>(start), count, time.begin());
        fft->forward(time, spectrum);
        for (std::size_t k = 0; k < spectrum.size(); ++k)
            spectrum[k] = {spectrum[k].real() * filter[k].real() - spectrum[k].imag() * filter[k].imag(),
                           spectrum[k].real() * filter[k].imag() + spectrum[k].imag() * filter[k].real()};
        fft->inverse(spectrum, time);
        const std::size_t written = std::min(count + response.size() - 1, output.size() - start);
        for (std::size_t n = 0; n < written; ++n)
            output[start + n] += time[n];
    }
}

} // namespace binaurium
