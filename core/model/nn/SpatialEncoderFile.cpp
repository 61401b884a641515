// SPDX-License-Identifier: GPL-3.0-or-later
// Reading an encoder, also into a larger one: what the larger one adds says nothing until it is trained.
#include "core/model/nn/SpatialEncoder.h"
#include "core/model/nn/TensorFile.h"
#include "core/support/Error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace binaurium::nn {
namespace {

constexpr std::int64_t lagChannels = SpatialEncoderImpl::lagChannels;
constexpr std::int64_t bandsLeft = SpatialFeatureLayout::bands / 4;

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
                                           const SpatialEncoderConfig& known)
{
    const auto slotsOf = [&](const torch::Tensor& t) { return t.view({known.slots, t.size(0) / known.slots, -1}); };
    auto result = large.clone();
    const auto old = slotsOf(small);
    auto rows = slotsOf(result);
    const std::int64_t labelsEnd = 3 + known.classes;
    rows.slice(1, 0, labelsEnd).copy_(old.slice(1, 0, labelsEnd));
    rows.slice(1, rows.size(1) - known.azimuthBins).copy_(old.slice(1, labelsEnd));
    return result;
}

// Columns: convolution channels times the bands left, then those of the lags.
[[nodiscard]] torch::Tensor withMoreChannels(const torch::Tensor& small, const torch::Tensor& large)
{
    auto result = torch::zeros_like(large);
    result.slice(1, 0, small.size(1) - lagChannels).copy_(small.slice(1, 0, small.size(1) - lagChannels));
    result.slice(1, large.size(1) - lagChannels).copy_(small.slice(1, small.size(1) - lagChannels));
    return result;
}

// A tensor of the known encoder as it stands in a larger one of the same trunk.
[[nodiscard]] torch::Tensor fitted(const std::string& name, const torch::Tensor& small, const torch::Tensor& large,
                                   const SpatialEncoderConfig& known)
{
    if (small.sizes() == large.sizes())
        return small;
    if (name.starts_with("encoder.slot_out."))
        return withMoreLabels(small, large, known);
    return name == "encoder.merge.weight" ? withMoreChannels(small, large) : grown(small, large);
}

// Output channels of the convolutions that set the width: nominal number and tensor.
constexpr std::array<std::pair<int, const char*>, 4> widthConvolutions{
    std::pair(16, "encoder.band_trunk.0.weight"), std::pair(24, "encoder.band_trunk.3.weight"),
    std::pair(32, "encoder.band_trunk.7.weight"), std::pair(48, "encoder.band_trunk.11.weight")};

// The width whose rounded channel numbers are those of the file, with as few decimals as possible; 0: there is none.
[[nodiscard]] double widthOf(const SafetensorsFile& file)
{
    double low = 0.0, high = widest;
    for (const auto& [nominal, name] : widthConvolutions) {
        const auto& shape = file.tensor(name).shape;
        const double channels = shape.empty() ? 0.0 : static_cast<double>(shape[0]);
        if (channels < SpatialEncoderImpl::fewestChannels)
            return 0.0;
        if (channels > SpatialEncoderImpl::fewestChannels)
            low = std::max(low, (channels - 0.5) / nominal);
        high = std::min(high, (channels + 0.5) / nominal);
    }
    const double middle = 0.5 * (low + high);
    for (double scale = 1.0; low < high && scale < 1e6; scale *= 10.0)
        if (const double width = std::round(middle * scale) / scale; width > 0.0 && width >= low && width < high)
            return width;
    return 0.0;
}

[[nodiscard]] bool hasShape(const SafetensorsFile& file, const std::string& name, std::vector<std::int64_t> shape)
{
    return file.has(name) && file.tensor(name).shape == shape;
}

} // namespace

// What is allocated for the shape lies in the file: its large matrices are looked at here.
SpatialEncoderConfig shapeOf(const SafetensorsFile& file)
{
    const auto refuse = [&](const std::string& what) {
        return badInput(file.name(), "is not that of a spatial encoder: " + what);
    };
    SpatialEncoderConfig config;
    config.width = widthOf(file);
    const auto& merge = file.tensor("encoder.merge.weight").shape;
    const auto& last = file.tensor(widthConvolutions.back().second).shape;
    if (config.width <= 0.0 || merge.size() != 2 || merge[1] != last[0] * bandsLeft + lagChannels)
        throw refuse("the channels of its convolutions belong to no width");
    const std::int64_t hidden = merge[0];
    if (hidden < 16 || hidden > largestHidden || hidden % 4 != 0)
        throw refuse("its trunk has a width of " + std::to_string(hidden));
    config.hidden = static_cast<int>(hidden);
    const auto rows = file.tensor("encoder.slot_out.bias").elements();
    const auto classes = rows / config.slots - 3 - config.azimuthBins; // activity, elevation, distance, labels, bins
    if (rows % config.slots != 0 || classes < 1 || classes > mostClasses ||
        !hasShape(file, "encoder.slot_out.weight", {rows, hidden}))
        throw refuse("its outputs are not those of " + std::to_string(config.slots) + " slots");
    config.classes = static_cast<int>(classes);
    for (config.blocks = 0; config.blocks < mostBlocks; ++config.blocks) {
        const auto block = "encoder.block" + std::to_string(config.blocks);
        if (!file.has(block + "_norm1.weight"))
            break;
        if (!hasShape(file, block + "_qkv.weight", {3 * hidden, hidden}) ||
            !hasShape(file, block + "_out.weight", {hidden, hidden}) ||
            !hasShape(file, block + "_up.weight", {2 * hidden, hidden}) ||
            !hasShape(file, block + "_down.weight", {hidden, 2 * hidden}))
            throw refuse("block " + std::to_string(config.blocks) + " does not fit its trunk");
    }
    return config;
}

void loadEncoder(SpatialEncoder& encoder, const SafetensorsFile& file)
{
    const torch::NoGradGuard guard;
    const std::string prefix = "encoder.";
    const auto tensors = moduleTensors(*encoder, prefix);
    requireOnly(file, prefix, tensors);
    const auto known = shapeOf(file);
    const auto& shape = encoder->config();
    if (known.hidden != shape.hidden || known.width > shape.width || known.classes > shape.classes)
        throw badInput(file.name(), "has a trunk of " + std::to_string(known.hidden) + ", a width of " +
                                        Json(known.width).dump() + " and " + std::to_string(known.classes) +
                                        " labels; it cannot start one of " + std::to_string(shape.hidden) + ", " +
                                        Json(shape.width).dump() + " and " + std::to_string(shape.classes));
    SpatialEncoder small(known);
    loadModule(*small, file, prefix); // all of it, or an error
    std::map<std::string, torch::Tensor> from;
    for (const auto& [name, tensor] : moduleTensors(*small, prefix))
        from.emplace(name, tensor);
    for (auto [name, tensor] : tensors) {
        if (const auto found = from.find(name); found != from.end())
            copyTensor(tensor, fitted(name, found->second, tensor, known), name, file.name());
        else if (name.find("_out.") != std::string::npos || name.find("_down.") != std::string::npos)
            tensor.zero_(); // a new block adds nothing to what passes by, until it is trained
    }
}

} // namespace binaurium::nn
