// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>

// What one thread of the response kernel computes, for the device and for the processor alike. Only plain arithmetic in
// a fixed order; the processor's walk over the same tiles is the test of the device's.
#ifdef __CUDACC__
#define BINAURIUM_HOST_DEVICE __host__ __device__
#else
#define BINAURIUM_HOST_DEVICE
#endif

namespace binaurium {

// One image of one response: it arrives at sample + fraction.
struct TileImage
{
    std::int64_t sample = 0;
    float fraction = 0.0F; // 0 <= fraction < 1
};

struct TileShape
{
    static constexpr int samples = 256;    // of a tile = threads of a block
    static constexpr int halfTaps = 16;    // of the delay kernel
    static constexpr int maxChannels = 16; // gains per image (ambisonics, octave bands)
};

// Kaiser window of beta 7 over -1 .. 1 as a series in v = 1 - u^2: I0(beta sqrt v) = sum (beta^2 v / 4)^k / (k!)^2,
// divided by its value at v = 1. Seventeen terms: the rest is below 1e-7.
BINAURIUM_HOST_DEVICE inline float kaiserWindow(float v)
{
    constexpr int terms = 17;
    constexpr double quarter = 7.0 * 7.0 / 4.0;
    constexpr float peak = 1.0F / 168.593908510F; // 1 / I0(7)
    const float z = static_cast<float>(quarter) * v;
    float sum = 1.0F;
    for (int k = terms; k >= 1; --k) // Horner: each factor is z / k^2
        sum = 1.0F + z * (1.0F / static_cast<float>(k * k)) * sum;
    return sum * peak;
}

// Windowed sinc at integer distance `k` from the sample of an image with that fraction: the value at k - fraction.
// `sine` is sin(pi fraction) / pi, the same for all k.
BINAURIUM_HOST_DEVICE inline float delayTap(int k, float fraction, float sine)
{
    const float x = static_cast<float>(k) - fraction;
    const float u = x * (1.0F / static_cast<float>(TileShape::halfTaps));
    const float v = 1.0F - u * u;
    if (v <= 0.0F)
        return 0.0F;
    // sin(pi (k - f)) = -(-1)^k sin(pi f); at f = 0 the limit.
    const float sinc = fraction == 0.0F ? (k == 0 ? 1.0F : 0.0F) : (k % 2 == 0 ? -sine : sine) / x;
    return sinc * kaiserWindow(v);
}

// Adds one image to the channels of output sample `n` of its response.
BINAURIUM_HOST_DEVICE inline void addImage(std::int64_t n, const TileImage& image, const float* gains, int channels,
                                           float* sums)
{
    const std::int64_t distance = n - image.sample;
    if (distance < -TileShape::halfTaps || distance > TileShape::halfTaps)
        return;
    constexpr float pi = 3.14159265358979F;
    const float tap = delayTap(static_cast<int>(distance), image.fraction, sinf(pi * image.fraction) / pi);
    for (int c = 0; c < channels; ++c)
        sums[c] += tap * gains[c];
}

// Place of a sample in the output [response][channel][sample]; 64 bits, since batches pass 2^31 samples.
BINAURIUM_HOST_DEVICE constexpr std::int64_t outputIndex(std::int64_t response, int channel, int channels,
                                                         std::int64_t frames, std::int64_t n)
{
    return (response * channels + channel) * frames + n;
}

} // namespace binaurium
