// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/HeadCatalogue.h"

#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Toml.h"

namespace binaurium {
namespace {

constexpr auto systemHeadFolder = "/usr/share/libmysofa";
constexpr auto kemarFile = "MIT_KEMAR_normal_pinna.sofa";

} // namespace

std::string splitId(Split split)
{
    switch (split) {
    case Split::Train:
        return "train";
    case Split::Validation:
        return "validation";
    case Split::Test:
        break;
    }
    return "test";
}

Split splitFromId(const std::string& id)
{
    for (const Split split : {Split::Train, Split::Validation, Split::Test})
        if (splitId(split) == id)
            return split;
    throw badInput("split '" + id + "'", "must be train, validation or test");
}

std::vector<HeadEntry> readHeadCatalogue()
{
    const auto path = requireData("models/heads.toml", "install Binaurium's data files");
    const Json document = readToml(path);
    const JsonObject root(document, path.string());
    checkFormat(root, "binaurium-heads", 1);
    std::vector<HeadEntry> heads;
    for (const auto& object : root.objects("head", 10'000)) {
        HeadEntry head;
        head.id = object.string("id");
        head.file = object.string("file");
        head.physicalHead = object.string("physical_head", head.id);
        head.split = splitFromId(object.string("split"));
        head.licence = object.string("licence");
        head.sha256 = object.string("sha256");
        heads.push_back(std::move(head));
    }
    return heads;
}

std::filesystem::path findHeadFile(const HeadEntry& head, const std::vector<std::filesystem::path>& folders)
{
    std::error_code code;
    for (const auto& folder : folders)
        for (const auto& candidate : {folder / head.file, folder / "cipic" / head.file})
            if (std::filesystem::exists(candidate, code))
                return candidate;
    if (auto found = findData(std::filesystem::path("heads") / head.file); !found.empty())
        return found;
    const auto system = std::filesystem::path(systemHeadFolder) / head.file;
    return std::filesystem::exists(system, code) ? system : std::filesystem::path();
}

std::filesystem::path defaultHeadFile()
{
    const auto found =
        findHeadFile({.id = "kemar", .file = kemarFile, .physicalHead = {}, .licence = {}, .sha256 = {}});
    if (found.empty())
        throw missing("the default head (MIT KEMAR) is not on this computer", "install the Debian package libmysofa1");
    return found;
}

} // namespace binaurium
