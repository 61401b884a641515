// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelCard.h"

#include "core/model/ModelFolder.h"
#include "core/model/files/Qwen2AudioFolder.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"

#include <algorithm>
#include <set>

namespace binaurium {
namespace fs = std::filesystem;
namespace {

// Of SmolLM2-135M with Whisper tiny.en in float32 beside the quantised file (docs/performance.md).
constexpr double smallBaseBytes = 0.8e9;
constexpr int bytesOfBfloat16 = 2;

double qwenBytes(const fs::path& folder)
{
    return static_cast<double>(memoryBytes(Qwen2AudioFolder(folder).shape(), bytesOfBfloat16));
}

} // namespace

ModelCard modelCard(const fs::path& pathOrName)
{
    ModelCard card;
    if (Qwen2AudioFolder::isOne(pathOrName)) {
        card.folder = pathOrName;
        card.name = pathOrName.filename().string();
        card.base = "Qwen2-Audio";
        card.memoryBytes = qwenBytes(pathOrName);
        return card;
    }
    card.folder = findModelFolder(pathOrName);
    const auto manifest = readManifest(card.folder);
    card.name = manifest.name;
    card.stage = manifest.stage;
    card.labels = manifest.labels.size();
    card.projector = JsonObject(manifest.projector, (card.folder / "manifest.json").string()).string("kind");
    for (const auto& [file, hash] : manifest.files)
        card.trainedBytes += static_cast<double>(fs::file_size(card.folder / file));
    const bool isQwen = manifest.base.contains("qwen2-audio");
    card.base = isQwen ? "Qwen2-Audio" : "SmolLM2-135M-Instruct and Whisper tiny.en";
    const auto qwen = isQwen ? findData("weights/qwen2-audio") : fs::path();
    card.memoryBytes = card.trainedBytes + (!isQwen ? smallBaseBytes : qwen.empty() ? 0.0 : qwenBytes(qwen));
    return card;
}

std::vector<ModelCard> installedModels()
{
    std::vector<ModelCard> cards;
    std::set<std::string> seen;
    const auto add = [&](const fs::path& folder) {
        try {
            cards.push_back(modelCard(folder));
        } catch (const std::exception&) {
            // Damaged ones say why when they are chosen by their folder.
        }
    };
    for (const auto& data : dataFolders()) {
        std::error_code code;
        for (const auto& entry : fs::directory_iterator(data / "models", code))
            if (fs::exists(entry.path() / "manifest.json", code) &&
                seen.insert(entry.path().filename().string()).second)
                add(entry.path());
    }
    if (const auto qwen = findData("weights/qwen2-audio"); Qwen2AudioFolder::isOne(qwen))
        add(qwen);
    std::ranges::sort(cards, {}, &ModelCard::name);
    return cards;
}

} // namespace binaurium
