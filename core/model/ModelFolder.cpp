// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelFolder.h"

#include "core/support/AtomicFile.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Sha256.h"

namespace binaurium {
namespace fs = std::filesystem;
namespace {

constexpr auto manifestName = "manifest.json";

} // namespace

Json manifestToJson(const ModelManifest& m)
{
    return {{"format", "binaurium-model"},
            {"version", modelFormatVersion},
            {"name", m.name},
            {"stage", m.stage},
            {"seed", m.seed},
            {"labels", m.labels},
            {"encoder", m.encoder},
            {"projector", m.projector},
            {"lora", m.lora},
            {"files", m.files},
            {"base_weights", m.base}};
}

ModelManifest readManifest(const fs::path& folder)
{
    const auto path = folder / manifestName;
    const Json json = readJson(path);
    const JsonObject root(json, path.string());
    checkFormat(root, "binaurium-model", modelFormatVersion);
    ModelManifest m;
    m.name = root.string("name");
    m.stage = root.string("stage", "");
    m.seed = static_cast<std::uint64_t>(root.integer("seed", 0, INT64_MAX, 0));
    m.labels = root.strings("labels", 10'000);
    m.files = root.texts("files");
    m.base = root.texts("base_weights");
    m.encoder = root.object("encoder").value();
    m.projector = root.object("projector").value();
    m.lora = root.object("lora").value();
    for (const auto& [file, hash] : m.files)
        if (fs::path(file).filename() != file)
            throw badInput(path.string(), "names the file '" + file + "' outside its folder");
    return m;
}

ModelManifest readModelFolder(const fs::path& folder)
{
    auto m = readManifest(folder);
    for (const auto& [file, hash] : m.files)
        if (sha256OfFile(folder / file) != hash)
            throw badInput((folder / file).string(),
                           "has another sha256 than its manifest says; the model is damaged, get it again");
    return m;
}

void writeManifest(ModelManifest manifest, const fs::path& folder)
{
    for (auto& [file, hash] : manifest.files)
        hash = sha256OfFile(folder / file);
    writeFileAtomically(folder / manifestName, manifestToJson(manifest).dump(1) + "\n");
}

fs::path installedModel(const std::string& name)
{
    return findData(fs::path("models") / name / manifestName).parent_path();
}

fs::path findModelFolder(const fs::path& pathOrName)
{
    std::error_code code;
    for (const auto& candidate : {pathOrName, pathOrName / "final"})
        if (fs::exists(candidate / manifestName, code))
            return candidate;
    if (auto found = installedModel(pathOrName.string()); !found.empty())
        return found;
    throw missing("there is no model '" + pathOrName.string() + "'",
                  "give a model folder or a finished run with --model");
}

} // namespace binaurium
