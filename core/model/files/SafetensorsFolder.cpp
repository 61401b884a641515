// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/files/SafetensorsFolder.h"

#include "core/support/Error.h"
#include "core/support/Json.h"

namespace binaurium {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t filesMost = 1024;

bool isPlainFileName(const std::string& name)
{
    return !name.empty() && name != "." && name != ".." && name.find_first_of("/\\") == std::string::npos;
}

} // namespace

SafetensorsFolder::SafetensorsFolder(const fs::path& folder) : name_(folder.string())
{
    const auto single = folder / "model.safetensors";
    const auto index = folder / "model.safetensors.index.json";
    if (!fs::exists(index)) {
        if (!fs::exists(single))
            throw missing(folder.string() + " has neither model.safetensors nor model.safetensors.index.json",
                          "give the folder of a complete model");
        files_.push_back(std::make_unique<SafetensorsFile>(single));
        for (const auto& [name, ignored] : files_.front()->tensors())
            where_[name] = files_.front().get();
        return;
    }
    const Json document = readJson(index);
    const JsonObject root(document, index.string());
    const auto map = root.object("weight_map");
    std::map<std::string, const SafetensorsFile*> opened;
    for (const auto& [tensor, ignored] : map.value().items()) {
        const auto file = map.string(tensor);
        if (!isPlainFileName(file))
            map.fail(tensor, "names '" + file + "', which is not a file beside the index");
        auto& known = opened[file];
        if (known == nullptr) {
            if (opened.size() > filesMost)
                root.fail("weight_map", "names more than 1024 files");
            known = files_.emplace_back(std::make_unique<SafetensorsFile>(folder / file)).get();
        }
        if (!known->has(tensor))
            throw badInput(known->name(), "has no tensor '" + tensor + "', although the index says so");
        where_[tensor] = known;
    }
    if (where_.empty())
        root.fail("weight_map", "names no tensor");
}

const TensorView& SafetensorsFolder::tensor(const std::string& name) const
{
    const auto found = where_.find(name);
    if (found == where_.end())
        throw badInput(name_, "has no tensor '" + name + "'");
    return found->second->tensor(name);
}

std::uint64_t SafetensorsFolder::bytes() const noexcept
{
    std::uint64_t sum = 0;
    for (const auto& [name, file] : where_)
        sum += file->tensor(name).bytes.size();
    return sum;
}

} // namespace binaurium
