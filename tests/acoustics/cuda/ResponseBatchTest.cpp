// SPDX-License-Identifier: GPL-3.0-or-later
// Tests without a test library, so that they run wherever a compiler is. Exit code 77: skipped.
// usage: test_response_batch            the processor's walk against an exact reference
//        test_response_batch device     the device against the processor (builds with nvcc)
#include "core/acoustics/cuda/ResponseBatch.h"
#include "tests/PlainChecks.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <numbers>

using namespace binaurium;
using test::check;
using test::failures;
using test::skipped;

namespace {

constexpr double referenceToleranceDb = -100.0; // single precision with a window to 1e-7
constexpr double parityToleranceDb = -90.0;     // the device's sine may differ in its last bits

// xorshift; the same numbers everywhere.
double uniform()
{
    static std::uint64_t state = 88172645463325252ULL;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<double>(state >> 11) / 9007199254740992.0;
}

// Responses of different lengths of list, images before the start, behind the end and at borders of tiles, whole delays
// and an empty response.
ResponseBatch randomBatch()
{
    ResponseBatch batch;
    batch.frames = 3000;
    batch.channels = 5;
    for (int r = 0; r < 7; ++r) {
        const int count = r == 3 ? 0 : 50 + 400 * r;
        for (int i = 0; i < count; ++i) {
            TileImage image;
            image.sample = static_cast<std::int64_t>(uniform() * 3200.0) - 100;
            image.fraction = i % 10 == 0 ? 0.0F : static_cast<float>(uniform() * 0.999999);
            if (i % 7 == 0)
                image.sample = image.sample / TileShape::samples * TileShape::samples + (i % 3) - 1;
            batch.images.push_back(image);
            for (int c = 0; c < batch.channels; ++c)
                batch.gains.push_back(static_cast<float>(uniform() - 0.5));
        }
        batch.first.push_back(static_cast<std::int64_t>(batch.images.size()));
    }
    return batch;
}

// Every image at every sample, in double precision, from the definition.
std::vector<double> exactReference(const ResponseBatch& batch)
{
    std::vector<double> output(static_cast<std::size_t>(batch.responses() * batch.channels * batch.frames));
    for (std::int64_t r = 0; r < batch.responses(); ++r)
        for (std::int64_t i = batch.first[static_cast<std::size_t>(r)];
             i < batch.first[static_cast<std::size_t>(r) + 1]; ++i) {
            const auto& image = batch.images[static_cast<std::size_t>(i)];
            for (std::int64_t n = 0; n < batch.frames; ++n) {
                const double x = static_cast<double>(n - image.sample) - static_cast<double>(image.fraction);
                const double u = x / TileShape::halfTaps;
                if (std::abs(u) >= 1.0)
                    continue;
                const double p = std::numbers::pi * x;
                const double tap = (std::abs(x) < 1e-12 ? 1.0 : std::sin(p) / p) *
                                   std::cyl_bessel_i(0.0, 7.0 * std::sqrt(1.0 - u * u)) / std::cyl_bessel_i(0.0, 7.0);
                for (int c = 0; c < batch.channels; ++c)
                    output[static_cast<std::size_t>(outputIndex(r, c, batch.channels, batch.frames, n))] +=
                        tap * static_cast<double>(batch.gains[static_cast<std::size_t>(i * batch.channels + c)]);
            }
        }
    return output;
}

template <typename Wanted>
double errorDb(const std::vector<float>& got, const Wanted& wanted)
{
    double error = 0.0, power = 0.0;
    for (std::size_t n = 0; n < got.size(); ++n) {
        error += std::pow(static_cast<double>(got[n]) - static_cast<double>(wanted[n]), 2);
        power += std::pow(static_cast<double>(wanted[n]), 2);
    }
    return 10.0 * std::log10(error / power + 1e-300);
}

int testProcessor()
{
    const auto batch = randomBatch();
    std::string error;
    check(batch.isValid(&error), "a random batch is valid");
    const auto got = renderBatchOnProcessor(batch);
    const double against = errorDb(got, exactReference(batch));
    std::printf("error against the exact reference: %.1f dB\n", against);
    check(against < referenceToleranceDb, "tiles equal the exact windowed sinc");

    const auto buckets = bucketImages(batch);
    bool ordered = true;
    for (std::size_t t = 0; t + 1 < buckets.start.size(); ++t)
        for (std::int64_t k = buckets.start[t] + 1; k < buckets.start[t + 1]; ++k)
            ordered =
                ordered && buckets.order[static_cast<std::size_t>(k - 1)] < buckets.order[static_cast<std::size_t>(k)];
    check(ordered, "images keep their order within a tile");
    check(renderBatchOnProcessor(batch) == got, "the same bits twice");

    auto bad = batch;
    bad.gains.pop_back();
    check(!bad.isValid(&error) && error.find("gain") != std::string::npos, "a missing gain is refused");
    bad = batch;
    bad.images[3].fraction = std::nanf("");
    check(!bad.isValid(&error), "a fraction that is no number is refused");
    bad = batch;
    bad.first.back() += 1;
    check(!bad.isValid(&error), "a start beyond the images is refused");
    bad = batch;
    bad.channels = TileShape::maxChannels + 1;
    check(!bad.isValid(&error), "too many channels are refused");
    check(outputIndex(100'000, 1, 2, 48'000, 7) == 9'600'048'007LL, "places beyond 2^32 are exact");
    return failures == 0 ? 0 : 1;
}

#ifdef BINAURIUM_WITH_CUDA
int testDevice()
{
    if (deviceCount() == 0) {
        std::puts("skipped: this computer has no CUDA device");
        return skipped;
    }
    const auto batch = randomBatch();
    std::vector<float> got;
    std::string error;
    if (!renderBatchOnDevice(batch, got, &error)) {
        std::printf("FAIL: %s\n", error.c_str());
        return 1;
    }
    const double parity = errorDb(got, renderBatchOnProcessor(batch));
    std::printf("device against processor: %.1f dB\n", parity);
    check(parity < parityToleranceDb, "the device agrees with the processor");
    std::vector<float> again;
    check(renderBatchOnDevice(batch, again, &error) && again == got, "the same bits twice");
    return failures == 0 ? 0 : 1;
}
#endif

} // namespace

int main(int argc, [[maybe_unused]] char** argv)
{
    if (argc < 2)
        return testProcessor();
#ifdef BINAURIUM_WITH_CUDA
    if (std::strcmp(argv[1], "device") == 0)
        return testDevice();
#endif
    std::puts("skipped: this build has no device code (nvcc was not found)");
    return skipped;
}
