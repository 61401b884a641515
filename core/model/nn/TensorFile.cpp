// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/TensorFile.h"

#include "core/support/Error.h"

#include <set>
#include <sstream>

namespace binaurium::nn {
namespace {

struct TypeName
{
    const char* name;
    torch::Dtype type;
};
const std::array typeNames{TypeName{"F32", torch::kFloat},     TypeName{"F16", torch::kHalf},
                           TypeName{"BF16", torch::kBFloat16}, TypeName{"I64", torch::kLong},
                           TypeName{"I32", torch::kInt},       TypeName{"U8", torch::kByte},
                           TypeName{"BOOL", torch::kBool}};

} // namespace

torch::Tensor toTensor(const TensorView& view)
{
    for (const auto& entry : typeNames)
        if (view.dtype == entry.name)
            return torch::from_blob(const_cast<std::byte*>(view.bytes.data()), view.shape, entry.type).clone();
    throw Error(ErrorKind::Internal, "tensor type " + view.dtype + " has no counterpart");
}

void saveTensors(const std::filesystem::path& path, const NamedTensors& tensors,
                 const std::map<std::string, std::string>& metadata)
{
    std::vector<torch::Tensor> kept; // contiguous copies live until the file is written
    std::vector<TensorToWrite> list;
    for (const auto& [name, tensor] : tensors) {
        const auto& t = kept.emplace_back(tensor.detach().cpu().contiguous());
        std::string dtype;
        for (const auto& entry : typeNames)
            if (t.scalar_type() == entry.type)
                dtype = entry.name;
        if (dtype.empty())
            throw Error(ErrorKind::Internal, "tensor '" + name + "' has a type that safetensors does not hold");
        list.push_back({name, dtype, t.sizes().vec(), {static_cast<const std::byte*>(t.data_ptr()), t.nbytes()}});
    }
    writeSafetensors(path, list, metadata);
}

NamedTensors moduleTensors(const torch::nn::Module& module, const std::string& prefix)
{
    NamedTensors tensors;
    for (const auto& p : module.named_parameters())
        tensors.emplace_back(prefix + p.key(), p.value());
    for (const auto& b : module.named_buffers())
        tensors.emplace_back(prefix + b.key(), b.value());
    return tensors;
}

void copyTensor(torch::Tensor& target, const torch::Tensor& loaded, const std::string& name, const std::string& file)
{
    if (loaded.sizes() != target.sizes()) {
        std::ostringstream text;
        text << "tensor '" << name << "' has the shape " << loaded.sizes() << ", the model needs " << target.sizes();
        throw badInput(file, text.str());
    }
    target.copy_(loaded);
}

void loadModule(torch::nn::Module& module, const SafetensorsFile& file, const std::string& prefix)
{
    torch::NoGradGuard guard;
    auto tensors = moduleTensors(module, prefix);
    for (auto& [name, tensor] : tensors)
        copyTensor(tensor, toTensor(file.tensor(name)), name, file.name());
    requireOnly(file, prefix, tensors);
}

void requireOnly(const SafetensorsFile& file, const std::string& prefix, const NamedTensors& known)
{
    std::set<std::string> names;
    for (const auto& [name, ignored] : known)
        names.insert(name);
    for (const auto& [name, ignored] : file.tensors())
        if (name.starts_with(prefix) && !names.contains(name))
            throw badInput(file.name(), "holds the tensor '" + name + "', which a model of this shape does not have");
}

} // namespace binaurium::nn
