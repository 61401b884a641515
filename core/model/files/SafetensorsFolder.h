// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/SafetensorsFile.h"

#include <memory>

namespace binaurium {

// Tensors of a folder as Hugging Face publishes models: one model.safetensors, or several files that
// model.safetensors.index.json names. Files are mapped, not read.
class SafetensorsFolder
{
public:
    // Throws Missing or BadInput with file and tensor: an index may only name files beside it, each tensor must be in
    // the file that the index says.
    explicit SafetensorsFolder(const std::filesystem::path& folder);

    [[nodiscard]] bool has(const std::string& name) const { return where_.contains(name); }
    // Throws BadInput when no file has it.
    [[nodiscard]] const TensorView& tensor(const std::string& name) const;
    [[nodiscard]] std::uint64_t bytes() const noexcept; // of all tensors
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    std::string name_;
    std::vector<std::unique_ptr<SafetensorsFile>> files_;
    std::map<std::string, const SafetensorsFile*> where_;
};

} // namespace binaurium
