// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/SafetensorsFile.h"

#include <torch/torch.h>

namespace binaurium::nn {

using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

// A tensor of a safetensors file as an owning CPU tensor.
[[nodiscard]] torch::Tensor toTensor(const TensorView& view);

// Writes tensors (any device; F32, F16, BF16, I64, I32, U8) atomically.
void saveTensors(const std::filesystem::path& path, const NamedTensors& tensors,
                 const std::map<std::string, std::string>& metadata);

// Parameters and buffers of a module, by name, with `prefix` in front.
[[nodiscard]] NamedTensors moduleTensors(const torch::nn::Module& module, const std::string& prefix);
// Copies `loaded` over `target`; throws BadInput naming tensor and file when their shapes differ.
void copyTensor(torch::Tensor& target, const torch::Tensor& loaded, const std::string& name, const std::string& file);
// Copies every parameter and buffer of `module` from the file; throws BadInput when one is missing or has another
// shape.
void loadModule(torch::nn::Module& module, const SafetensorsFile& file, const std::string& prefix);

// Throws BadInput where the file holds a tensor below `prefix` that is not among `known`: it is of a larger model, of
// which a part alone would be loaded.
void requireOnly(const SafetensorsFile& file, const std::string& prefix, const NamedTensors& known);

} // namespace binaurium::nn
