// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/cuda/ResponseBatch.h"

#include <cuda_runtime.h>
#include <limits>

namespace binaurium {
namespace {

constexpr int imagesAtOnce = 64; // read into shared memory together

// One block per tile, one thread per output sample: every sample is written once by one thread, so there is nothing to
// add atomically, and images are added in the order of their bucket.
__global__ void renderTiles(const TileImage* images, const float* gains, const std::int64_t* start,
                            const std::int64_t* order, std::int64_t tilesPerResponse, std::int64_t frames, int channels,
                            float* output)
{
    __shared__ TileImage near[imagesAtOnce];
    __shared__ float nearGains[imagesAtOnce * TileShape::maxChannels];
    const std::int64_t block = blockIdx.x;
    const std::int64_t response = block / tilesPerResponse;
    const std::int64_t n = (block % tilesPerResponse) * TileShape::samples + threadIdx.x;
    float sums[TileShape::maxChannels] = {};
    const std::int64_t end = start[block + 1];
    for (std::int64_t k = start[block]; k < end; k += imagesAtOnce) {
        const int count = static_cast<int>(end - k < imagesAtOnce ? end - k : imagesAtOnce);
        for (int i = threadIdx.x; i < count; i += blockDim.x)
            near[i] = images[order[k + i]];
        for (int i = threadIdx.x; i < count * channels; i += blockDim.x)
            nearGains[i] = gains[order[k + i / channels] * channels + i % channels];
        __syncthreads();
        for (int i = 0; i < count; ++i)
            addImage(n, near[i], nearGains + i * channels, channels, sums);
        __syncthreads();
    }
    if (n >= frames)
        return;
    for (int c = 0; c < channels; ++c)
        output[outputIndex(response, c, channels, frames, n)] = sums[c];
}

// Memory of the device that frees itself.
template <typename T>
class DeviceArray
{
public:
    explicit DeviceArray(std::size_t count)
    {
        status_ = cudaMalloc(reinterpret_cast<void**>(&data_), (count > 0 ? count : 1) * sizeof(T));
    }
    explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size())
    {
        if (status_ == cudaSuccess && !values.empty())
            status_ = cudaMemcpy(data_, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice);
    }
    ~DeviceArray() { cudaFree(data_); }
    DeviceArray(const DeviceArray&) = delete;
    DeviceArray& operator=(const DeviceArray&) = delete;
    [[nodiscard]] T* data() const noexcept { return data_; }
    [[nodiscard]] cudaError_t status() const noexcept { return status_; }

private:
    T* data_ = nullptr;
    cudaError_t status_ = cudaSuccess;
};

} // namespace

int deviceCount() noexcept
{
    int count = 0;
    return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

bool renderBatchOnDevice(const ResponseBatch& batch, std::vector<float>& output, std::string* error)
{
    const auto fail = [&](const std::string& reason) {
        if (error != nullptr)
            *error = "the CUDA device cannot render: " + reason;
        return false;
    };
    std::string problem;
    if (!batch.isValid(&problem))
        return fail(problem);
    const auto buckets = bucketImages(batch);
    const std::int64_t blocks = batch.responses() * buckets.tilesPerResponse;
    if (blocks > std::numeric_limits<int>::max())
        return fail("the batch has more than 2^31 tiles; split it");
    output.resize(static_cast<std::size_t>(batch.responses() * batch.channels * batch.frames));
    if (blocks == 0)
        return true;
    const DeviceArray<TileImage> images(batch.images);
    const DeviceArray<float> gains(batch.gains);
    const DeviceArray<std::int64_t> start(buckets.start), order(buckets.order);
    const DeviceArray<float> result(output.size());
    for (const cudaError_t status : {images.status(), gains.status(), start.status(), order.status(), result.status()})
        if (status != cudaSuccess)
            return fail(cudaGetErrorString(status));
    renderTiles<<<static_cast<unsigned>(blocks), TileShape::samples>>>(images.data(), gains.data(), start.data(),
                                                                       order.data(), buckets.tilesPerResponse,
                                                                       batch.frames, batch.channels, result.data());
    cudaError_t status = cudaGetLastError();
    if (status == cudaSuccess)
        status = cudaMemcpy(output.data(), result.data(), output.size() * sizeof(float), cudaMemcpyDeviceToHost);
    return status == cudaSuccess || fail(cudaGetErrorString(status));
}

} // namespace binaurium
