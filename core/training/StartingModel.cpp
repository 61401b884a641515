// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/StartingModel.h"

#include "core/model/nn/HybridProjector.h"
#include "core/model/nn/Lora.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Sha256.h"

namespace binaurium {
namespace {

void requireSame(const std::filesystem::path& folder, const char* what, const Json& theirs, const Json& ours)
{
    if (theirs != ours)
        throw badInput(folder.string(), std::string("has another ") + what + " than this run: " + theirs.dump() +
                                            " there, " + ours.dump() + " here");
}

nn::ProjectorConfig shapeOf(const ModelManifest& manifest)
{
    return nn::projectorConfigFromJson(JsonObject(manifest.projector, "projector"));
}

constexpr auto loraWords = "LoRA (lora_rank, lora_alpha and lora_targets of [sft])";

} // namespace

std::filesystem::path startingFolder(const TrainOptions& options)
{
    const auto& start = options.modelCheckpoint;
    if (start.empty())
        return {};
    if (start.find('/') != std::string::npos)
        return findModelFolder(start);
    const auto folder = installedModel(start);
    if (folder.empty())
        throw missing("there is no model '" + start + "'", "name an installed one or a folder with model_checkpoint");
    return folder;
}

void checkStartingModel(const TrainOptions& options)
{
    const auto folder = startingFolder(options);
    if (folder.empty())
        return;
    const auto theirs = readManifest(folder);
    const nn::LoraOptions lora{options.sft.loraRank, options.sft.loraAlpha, options.sft.loraTargets};
    const auto kind = theirs.projector.value("kind", std::string()); // its shape depends on the encoder
    if (!nn::growsFrom(options.projector, kind))
        requireSame(folder, "projector (option projector)", kind, options.projector);
    requireSame(folder, loraWords, theirs.lora, nn::toJson(lora));
    requireSame(folder, "language model (option llm)", theirs.base.contains("qwen2-audio") ? "qwen2-audio" : "smollm2",
                options.llm);
}

void requireSameParts(const std::filesystem::path& folder, const ModelManifest& ours)
{
    const auto theirs = readModelFolder(folder); // checks the hashes
    requireSame(folder, "number of labels that its encoder knows (encoder_checkpoint)",
                theirs.encoder.value("classes", Json()), ours.encoder.value("classes", Json()));
    if (!nn::growsFrom(shapeOf(ours), shapeOf(theirs)))
        requireSame(folder, "projector", theirs.projector, ours.projector);
    requireSame(folder, loraWords, theirs.lora, ours.lora);
    requireSame(folder, "language model", theirs.base, ours.base);
}

void pinStartingModel(const std::filesystem::path& folder, const std::filesystem::path& note)
{
    const Json now{{"model", folder.string()}, {"manifest_sha256", sha256OfFile(folder / "manifest.json")}};
    if (!std::filesystem::exists(note)) {
        writeFileAtomically(note, now.dump(1) + "\n");
        return;
    }
    if (readJson(note).value("manifest_sha256", Json()) != now["manifest_sha256"])
        throw badInput(folder.string(), "is no longer the model that this run began with (" + note.string() +
                                            "); begin a new run, or put the old model back");
}

} // namespace binaurium
