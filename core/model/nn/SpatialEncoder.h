// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/features/SpatialFeatures.h"
#include "core/model/files/SafetensorsFile.h"
#include "core/support/Json.h"

#include <torch/torch.h>

namespace binaurium::nn {

// Sizes of the spatial encoder; part of the model's manifest.
struct SpatialEncoderConfig
{
    int classes = 0;      // labels known when it was trained
    int slots = 3;        // sources it can hold at once
    int azimuthBins = 72; // 5 degrees each, bin k = azimuth 5 k
    double width = 1.0;   // of the convolutions
    int hidden = 256;     // of the trunk, a multiple of 4
    int blocks = 2;       // attention blocks
    double dropout = 0.1;
};
[[nodiscard]] Json toJson(const SpatialEncoderConfig& config);
// Throws BadInput for values beyond these.
inline constexpr int mostClasses = 10'000;
inline constexpr int largestHidden = 4096;
inline constexpr int mostBlocks = 32;
inline constexpr double widest = 8.0;
[[nodiscard]] SpatialEncoderConfig spatialEncoderConfigFromJson(const JsonObject& object);

inline constexpr double elevationUnitDeg = 30.0; // the encoder's

// What the encoder says, 10 frames per second. B clips, T frames, S slots.
struct SpatialEncoding
{
    torch::Tensor hidden;      // [B, T, hidden], the dense map that the projector reads
    torch::Tensor activity;    // [B, T, S] logits
    torch::Tensor classLogits; // [B, T, S, classes]
    torch::Tensor azimuth;     // [B, T, S, bins] logits
    torch::Tensor elevation;   // [B, T, S] in units of elevationUnitDeg
    torch::Tensor logDistance; // [B, T, S] ln metres
    torch::Tensor logRt60;     // [B] ln seconds
};

// Two-ear features -> convolutions over time and frequency -> attention over time -> source slots. No position code:
// any clip length, and a clip may be cut anywhere. Slots are bound to sources by permutation-free training.
class SpatialEncoderImpl : public torch::nn::Module
{
public:
    static constexpr int frameStride = 10;   // feature frames per output frame
    static constexpr int lagChannels = 128;  // of the lag branch
    static constexpr int fewestChannels = 4; // of a convolution, however narrow

    explicit SpatialEncoderImpl(const SpatialEncoderConfig& config);

    // On device(): bands [B, 4, 10 T, 80], gcc [B, 10 T, 65] (core/audio/features/SpatialFeatures.h).
    [[nodiscard]] SpatialEncoding forward(torch::Tensor bands, torch::Tensor gcc);
    [[nodiscard]] const SpatialEncoderConfig& config() const noexcept { return config_; }
    [[nodiscard]] torch::Device device() const { return norm_->weight.device(); }
    // Weight [1, hidden] and bias [1] that tell logRt60 from the mean of hidden over a clip.
    [[nodiscard]] std::pair<torch::Tensor, torch::Tensor> roomHead() const { return {room_->weight, room_->bias}; }

private:
    struct Block
    {
        torch::nn::LayerNorm norm1{nullptr}, norm2{nullptr};
        torch::nn::Linear qkv{nullptr}, out{nullptr}, up{nullptr}, down{nullptr};
    };
    torch::Tensor attend(const Block& block, const torch::Tensor& x);

    SpatialEncoderConfig config_;
    torch::nn::Sequential bandTrunk_;
    torch::nn::Sequential lagTrunk_;
    torch::nn::Linear merge_{nullptr};
    std::vector<Block> blocks_;
    torch::nn::LayerNorm norm_{nullptr};
    torch::nn::Linear slotHidden_{nullptr}, slotOut_{nullptr}, room_{nullptr};
    torch::nn::Dropout dropout_{nullptr};
};
TORCH_MODULE(SpatialEncoder);

// Copies the encoder of a file. It may know fewer labels, as labels are only ever appended, be narrower or have fewer
// attention blocks: what tells the later labels stays as it was drawn, and all else is said as before. Throws BadInput
// for files that are no whole encoder, and for larger ones.
void loadEncoder(SpatialEncoder& encoder, const SafetensorsFile& file);

// Shape of the encoder of a file, as its tensors tell; of dropout they say nothing. Throws BadInput.
[[nodiscard]] SpatialEncoderConfig shapeOf(const SafetensorsFile& file);

// Posterior over azimuth bins [B, T, bins]: the slots' posteriors mixed by their activity, uniform where nothing
// sounds.
[[nodiscard]] torch::Tensor mixedPosterior(const SpatialEncoding& encoding);

// Azimuth of a posterior [bins]: peak of the sum over 7 bins, then the mean direction within 4 bins of it. A global
// mean would lie between front and back, where the posterior has its two modes. Also the mass within 15 degrees of the
// peak.
struct AzimuthEstimate
{
    double azimuthDeg = 0.0;
    double confidence = 0.0;
};
[[nodiscard]] AzimuthEstimate decodeAzimuth(const float* posterior, int bins);

// Features as tensors with batch dimension 1, cut or padded to whole output frames.
struct FeatureTensors
{
    torch::Tensor bands; // [1, 4, 10 T, 80]
    torch::Tensor gcc;   // [1, 10 T, 65]
};
[[nodiscard]] FeatureTensors featureTensors(const SpatialFeatures& features);

} // namespace binaurium::nn
