// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/BaseModel.h"

#include "core/model/ComputeDevice.h"
#include "core/model/files/WeightStore.h"
#include "core/model/nn/Device.h"
#include "core/model/nn/Precision.h"
#include "core/model/nn/TensorFile.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Memory.h"
#include "core/support/Sha256.h"

namespace binaurium::nn {
namespace {

constexpr auto languageWeight = "smollm2-135m-instruct";
constexpr auto languageFile = "SmolLM2-135M-Instruct.Q4_1.gguf";
constexpr auto semanticWeight = "whisper-tiny.en";
constexpr auto semanticFile = "model.bin";
constexpr auto qwenWeight = "qwen2-audio";

// The hash of a base's file or folder, where the trained parts know it checked before anything heavy is read.
void keepHash(BaseModel& base, const BaseOptions& options, const char* weight, std::string hash,
              const std::filesystem::path& path)
{
    const auto wanted = options.expected.find(weight);
    if (!options.expected.empty() && (wanted == options.expected.end() || wanted->second != hash))
        throw badInput(path.string(), "is not the base that the model was trained on (hashes differ); run "
                                      "'binaurium-cli models verify'");
    base.hashes[weight] = std::move(hash);
}

std::shared_ptr<const WhisperEncoder> tower(WhisperEncoder encoder, const BaseOptions& options)
{
    encoder.moveTo(options.device);
    return std::make_shared<const WhisperEncoder>(std::move(encoder));
}

BaseModel loadSmolLm2(const BaseOptions& options, const ProgressCallback& progress)
{
    const auto weights = options.weights;
    const auto language = requireWeight(languageWeight, languageFile);
    const auto semantic = requireWeight(semanticWeight, semanticFile);
    reportProgress(progress, {"load", 0, 2, languageFile});
    BaseModel base;
    keepHash(base, options, languageWeight, sha256OfFile(language), language);
    keepHash(base, options, semanticWeight, sha256OfFile(semantic), semantic);
    const GgufFile gguf(language);
    base.tokenizer = std::make_unique<BpeTokenizer>(gguf);
    base.language = std::make_unique<LanguageModel>(gguf);
    if (weights == WeightType::Fastest && options.device.is_cpu())
        (void)base.language->useQuantised(gguf);
    if (weights == WeightType::Bfloat16 || (weights == WeightType::Fastest && hasFastBfloat16(options.device)))
        base.language->useBfloat16();
    reportProgress(progress, {"load", 1, 2, "semantic encoder"});
    base.semantic = tower(WhisperEncoder(CTranslate2File(semantic)), options);
    return base;
}

void requireMemory(const Qwen2AudioFolder& folder, torch::Dtype type, const torch::Device& device)
{
    const auto needed = static_cast<double>(memoryBytes(folder.shape(), static_cast<int>(torch::elementSize(type))));
    const double available = chosenDevice(device.str()).freeBytes;
    if (available > 0.0 && needed > available)
        throw missing("the model in " + folder.folder().string() + " needs about " + inGib(needed) +
                          " GiB of memory, " + inGib(available) + " GiB are free on " + device.str(),
                      "close other programs or use a smaller model");
}

BaseModel loadQwen2Audio(const BaseOptions& options, const ProgressCallback& progress)
{
    const Qwen2AudioFolder folder(qwen2AudioFolder(options));
    const auto& shape = folder.shape().language;
    const auto type = options.weights == WeightType::Float32 ? torch::kFloat : torch::kBFloat16;
    requireMemory(folder, type, options.device);
    BaseModel base;
    keepHash(base, options, qwenWeight, folder.fingerprint(), folder.folder());
    LanguageModelConfig config;
    config.layers = shape.layers;
    config.hidden = shape.hidden;
    config.heads = shape.heads;
    config.kvHeads = shape.kvHeads;
    config.headDim = shape.hidden / shape.heads;
    config.ffn = shape.ffn;
    config.vocabulary = shape.vocabulary;
    config.context = shape.positions;
    config.ropeTheta = shape.ropeTheta;
    config.rmsEps = shape.rmsEps;
    config.qkvBias = true;
    config.tied = shape.tied;
    config.path = "language_model.model";
    std::int64_t done = 0;
    const std::int64_t all = 12 * shape.layers; // tensors of the layers
    const auto tensor = [&](const std::string& name, const std::vector<std::int64_t>& sizes) {
        reportProgress(progress, {"load", std::min(done++, all), all, "language model"});
        return toTensor(folder.tensor("language_model." + name, sizes)).to(options.device, type);
    };
    base.tokenizer = std::make_unique<BpeTokenizer>(folder.tokenizer());
    if (base.tokenizer->size() > shape.vocabulary)
        throw badInput(folder.folder().string(), "its tokenizer has more tokens than its language model");
    base.language = std::make_unique<LanguageModel>(config, tensor);
    base.semantic = tower(WhisperEncoder(folder, type), options);
    const auto projection = [&](const char* name, const std::vector<std::int64_t>& sizes) {
        return toTensor(folder.tensor(std::string("multi_modal_projector.linear.") + name, sizes)).to(torch::kFloat);
    };
    base.audioProjection = projection("weight", {shape.hidden, folder.shape().tower.width});
    base.audioProjectionBias = projection("bias", {shape.hidden});
    return base;
}

} // namespace

std::filesystem::path qwen2AudioFolder(const BaseOptions& options)
{
    if (!options.folder.empty())
        return options.folder;
    return requireData(std::filesystem::path("weights") / qwenWeight,
                       "put the folder of Qwen2-Audio-7B-Instruct there, or name it");
}

BaseModel loadBase(const BaseOptions& options, const ProgressCallback& progress)
{
    return inMemoryOf(options.device, [&] {
        auto base = options.llm == qwenWeight ? loadQwen2Audio(options, progress) : loadSmolLm2(options, progress);
        base.language->moveTo(options.device);
        for (auto* tensor : {&base.audioProjection, &base.audioProjectionBias})
            if (tensor->defined())
                *tensor = tensor->to(options.device);
        return base;
    });
}

} // namespace binaurium::nn
