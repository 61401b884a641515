// SPDX-License-Identifier: GPL-3.0-or-later
// Reading an encoder, also into a larger one: what the larger one adds says nothing until it is trained.
#include "core/model/nn/SpatialEncoder.h"
#include "core/model/nn/TensorFile.h"
#include "core/support/Error.h"

#include <algorithm>

namespace binaurium::nn {
namespace {

constexpr std::string_view prefix = "encoder.";

[[nodiscard]] bool fitsInto(const torch::Tensor& small, const torch::Tensor& large)
{
    if (small.dim() != large.dim())
        return false;
    for (std::int64_t d = 0; d < small.dim(); ++d)
        if (small.size(d) > large.size(d) || (d >= 2 && small.size(d) != large.size(d)))
            return false;
    return true;
}

// `small` in the corner of `large` [outputs, inputs, ..]: the old outputs do not hear the new inputs, new outputs stay
// as they were drawn.
[[nodiscard]] torch::Tensor grown(const torch::Tensor& small, const torch::Tensor& large)
{
    auto result = large.clone();
    auto rows = result.slice(0, 0, small.size(0));
    if (small.dim() > 1)
        rows.zero_();
    (small.dim() > 1 ? rows.slice(1, 0, small.size(1)) : rows).copy_(small);
    return result;
}

// Rows of a slot: activity, elevation, distance, labels, azimuth bins; labels are appended.
[[nodiscard]] torch::Tensor withMoreLabels(const torch::Tensor& small, const torch::Tensor& large,
                                           const SpatialEncoderConfig& config)
{
    const auto perSlot = 3 + config.classes + config.azimuthBins;
    const auto rows = small.size(0) / config.slots;
    const auto known = rows - config.azimuthBins;
    auto result = large.clone().view({config.slots, perSlot, -1});
    const auto old = small.view({config.slots, rows, -1});
    result.slice(1, 0, known).copy_(old.slice(1, 0, known));
    result.slice(1, 3 + config.classes).copy_(old.slice(1, known));
    return result.view(large.sizes());
}

// Columns: convolution channels times the bands left, then those of the lags.
[[nodiscard]] torch::Tensor withMoreChannels(const torch::Tensor& small, const torch::Tensor& large)
{
    constexpr std::int64_t lags = SpatialEncoderImpl::lagChannels;
    auto result = torch::zeros_like(large);
    result.slice(1, 0, small.size(1) - lags).copy_(small.slice(1, 0, small.size(1) - lags));
    result.slice(1, large.size(1) - lags).copy_(small.slice(1, small.size(1) - lags));
    return result;
}

// A tensor of the file as `large` has it; unchanged where the file's is no smaller one of the same kind.
[[nodiscard]] torch::Tensor fitted(const std::string& name, const torch::Tensor& small, const torch::Tensor& large,
                                   const SpatialEncoderConfig& config)
{
    if (small.sizes() == large.sizes() || !fitsInto(small, large))
        return small;
    if (name.starts_with("encoder.slot_out.")) {
        const bool wholeSlots =
            small.size(0) % config.slots == 0 && small.size(0) / config.slots >= 3 + config.azimuthBins;
        return wholeSlots && small.numel() / small.size(0) == large.numel() / large.size(0)
                   ? withMoreLabels(small, large, config)
                   : small;
    }
    if (name == "encoder.merge.weight")
        return small.size(0) == large.size(0) && small.size(1) > SpatialEncoderImpl::lagChannels
                   ? withMoreChannels(small, large)
                   : small;
    return name.starts_with("encoder.band_trunk.") ? grown(small, large) : small;
}

// Whether a tensor is of an attention block that the file does not have.
[[nodiscard]] bool isOfNewBlock(const std::string& name, const SafetensorsFile& file)
{
    const auto end = name.find('_', prefix.size());
    return name.starts_with("encoder.block") && end != std::string::npos &&
           !file.has(name.substr(0, end) + "_norm1.weight");
}

} // namespace

void loadEncoder(SpatialEncoder& encoder, const SafetensorsFile& file)
{
    torch::NoGradGuard guard;
    auto tensors = moduleTensors(*encoder, std::string(prefix));
    requireOnly(file, std::string(prefix), tensors);
    for (auto& [name, tensor] : tensors) {
        if (isOfNewBlock(name, file)) {
            // Adds nothing to what passes by, until it is trained.
            if (name.find("_out.") != std::string::npos || name.find("_down.") != std::string::npos)
                tensor.zero_();
            continue;
        }
        copyTensor(tensor, fitted(name, toTensor(file.tensor(name)), tensor, encoder->config()), name, file.name());
    }
}

SpatialEncoderConfig shapeOf(const SafetensorsFile& file)
{
    SpatialEncoderConfig config;
    constexpr std::int64_t bandsLeft = SpatialFeatureLayout::bands / 4;
    constexpr double widestChannels = 48.0; // of the convolutions at a width of 1
    const auto merge = file.tensor("encoder.merge.weight").shape;
    const auto rows = file.tensor("encoder.slot_out.bias").elements();
    const auto classes = rows / config.slots - 3 - config.azimuthBins; // activity, elevation, distance, labels, bins
    const auto channels = merge.size() == 2 ? (merge[1] - SpatialEncoderImpl::lagChannels) / bandsLeft : 0;
    config.hidden = static_cast<int>(merge.empty() ? 0 : std::min<std::int64_t>(merge[0], largestHidden));
    config.width = static_cast<double>(channels) / widestChannels;
    if (channels < 4 || config.width > widest || config.hidden < 16 || config.hidden % 4 != 0 ||
        rows % config.slots != 0 || classes < 1 || classes > mostClasses)
        throw badInput(file.name(), "is not that of a spatial encoder of " + std::to_string(config.slots) + " slots");
    config.classes = static_cast<int>(classes);
    config.blocks = 0;
    while (config.blocks < mostBlocks && file.has("encoder.block" + std::to_string(config.blocks) + "_norm1.weight"))
        ++config.blocks;
    return config;
}

} // namespace binaurium::nn
