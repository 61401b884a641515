// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/HubTokenizer.h"
#include "core/model/files/SafetensorsFolder.h"

#include <optional>

namespace binaurium {

// Shapes of a Qwen2-Audio model (config.json, model_type "qwen2_audio"); what the file leaves out has the values of
// Qwen2-Audio-7B.
struct Qwen2AudioShape
{
    struct Tower // a Whisper encoder whose states are averaged in pairs
    {
        std::int64_t melBands = 128, width = 1280, layers = 32, heads = 20, ffn = 5120, positions = 1500;
    } tower;
    struct Language // Qwen2
    {
        std::int64_t hidden = 4096, layers = 32, heads = 32, kvHeads = 32, ffn = 11008, vocabulary = 156032,
                     positions = 8192;
        double ropeTheta = 10000.0, rmsEps = 1e-5;
        bool tied = false; // the output layer is the embedding
    } language;
    std::int64_t audioToken = 151646; // stands for one state of the tower
};

// Bytes that a model takes once loaded: weights in `bytesPerWeight` each, caches of a prompt of 2,048 tokens.
[[nodiscard]] std::uint64_t memoryBytes(const Qwen2AudioShape& shape, int bytesPerWeight) noexcept;

// A folder with Qwen2-Audio as Hugging Face publishes it: config.json, tokenizer, safetensors. The names of tensors
// changed with version 5 of transformers; both are found.
class Qwen2AudioFolder
{
public:
    // Whether `folder` says that it holds one; false for anything else, never throws.
    [[nodiscard]] static bool isOne(const std::filesystem::path& folder) noexcept;
    // `named`, or without a name weights/qwen2-audio of the data folders; nothing where that is no such folder.
    [[nodiscard]] static std::optional<std::filesystem::path> find(const std::filesystem::path& named);
    // Reads the configuration and maps the tensors; throws Missing or BadInput.
    explicit Qwen2AudioFolder(const std::filesystem::path& folder);

    [[nodiscard]] const Qwen2AudioShape& shape() const noexcept { return shape_; }
    // Tensors by the names of transformers 4: "audio_tower.conv1.weight", "multi_modal_projector.linear.weight",
    // "language_model.model.embed_tokens.weight", "language_model.lm_head.weight". Throws BadInput naming what is
    // missing or has another shape than `expected`.
    [[nodiscard]] const TensorView& tensor(const std::string& name, const std::vector<std::int64_t>& expected) const;
    [[nodiscard]] BpeTokenizer tokenizer() const { return readHubTokenizer(folder_, PreTokenizer::Qwen2); }
    // sha256 of configuration and index, or of two small tensors where there is one file: tells models apart without
    // reading 16 GB.
    [[nodiscard]] std::string fingerprint() const;
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

private:
    [[nodiscard]] std::string renamed(const std::string& name) const;

    std::filesystem::path folder_;
    Qwen2AudioShape shape_;
    SafetensorsFolder tensors_;
    bool newNames_ = false;
};

} // namespace binaurium
