// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/files/Qwen2AudioFolder.h"

#include "core/support/AtomicFile.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Json.h"
#include "core/support/Sha256.h"

#include <sstream>

namespace binaurium {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t widest = 1 << 17;
constexpr std::int64_t deepest = 1024;

Qwen2AudioShape::Tower towerOf(const JsonObject& o)
{
    Qwen2AudioShape::Tower t;
    t.melBands = o.integer("num_mel_bins", 1, 512, t.melBands);
    t.width = o.integer("d_model", 1, widest, t.width);
    t.layers = o.integer("encoder_layers", 1, deepest, t.layers);
    t.heads = o.integer("encoder_attention_heads", 1, deepest, t.heads);
    t.ffn = o.integer("encoder_ffn_dim", 1, widest, t.ffn);
    t.positions = o.integer("max_source_positions", 2, widest, t.positions);
    if (t.width % t.heads != 0)
        o.fail("encoder_attention_heads", "does not divide d_model");
    if (t.positions % 2 != 0)
        o.fail("max_source_positions", "is odd, but states are averaged in pairs");
    return t;
}

Qwen2AudioShape::Language languageOf(const JsonObject& o)
{
    Qwen2AudioShape::Language l;
    if (const auto type = o.string("model_type", "qwen2"); type != "qwen2")
        o.fail("model_type", "is '" + type + "', this program reads qwen2");
    l.hidden = o.integer("hidden_size", 1, widest, l.hidden);
    l.layers = o.integer("num_hidden_layers", 1, deepest, l.layers);
    l.heads = o.integer("num_attention_heads", 1, deepest, l.heads);
    l.kvHeads = o.integer("num_key_value_heads", 1, deepest, l.heads);
    l.ffn = o.integer("intermediate_size", 1, 1 << 20, l.ffn);
    l.vocabulary = o.integer("vocab_size", 1, 1 << 24, l.vocabulary);
    l.positions = o.integer("max_position_embeddings", 1, 1 << 24, l.positions);
    const bool isNested = o.has("rope_parameters"); // since version 5 of transformers
    l.ropeTheta = (isNested ? o.object("rope_parameters") : o).number("rope_theta", 1.0, 1e9, l.ropeTheta);
    l.rmsEps = o.number("rms_norm_eps", 1e-12, 1.0, l.rmsEps);
    l.tied = o.boolean("tie_word_embeddings", false);
    if (l.hidden % l.heads != 0 || l.heads % l.kvHeads != 0 || (l.hidden / l.heads) % 2 != 0)
        o.fail("num_attention_heads", "does not divide hidden_size into whole heads");
    return l;
}

Qwen2AudioShape readShape(const fs::path& folder)
{
    const auto path = folder / "config.json";
    if (!fs::exists(path))
        throw missing(folder.string() + " has no config.json", "give the folder of a complete model");
    const Json document = readJson(path);
    const JsonObject root(document, path.string());
    if (const auto type = root.string("model_type", ""); type != "qwen2_audio")
        root.fail("model_type", "is '" + type + "', this program reads qwen2_audio");
    static const Json empty = Json::object();
    Qwen2AudioShape shape;
    shape.tower = towerOf(root.has("audio_config") ? root.object("audio_config")
                                                   : JsonObject(empty, path.string(), "audio_config"));
    shape.language = languageOf(root.has("text_config") ? root.object("text_config")
                                                        : JsonObject(empty, path.string(), "text_config"));
    const char* key = root.has("audio_token_id") ? "audio_token_id" : "audio_token_index";
    shape.audioToken = root.integer(key, 0, shape.language.vocabulary - 1, shape.audioToken);
    if (shape.audioToken >= shape.language.vocabulary)
        root.fail(key, "is outside the vocabulary");
    return shape;
}

std::string shapeText(const std::vector<std::int64_t>& shape)
{
    std::ostringstream text;
    for (std::size_t i = 0; i < shape.size(); ++i)
        text << (i > 0 ? " x " : "") << shape[i];
    return text.str();
}

} // namespace

bool Qwen2AudioFolder::isOne(const fs::path& folder) noexcept
{
    try {
        const auto path = folder / "config.json";
        if (!fs::is_regular_file(path))
            return false;
        const Json document = readJson(path);
        return document.is_object() && document.value("model_type", std::string()) == "qwen2_audio";
    } catch (...) {
        return false;
    }
}

std::optional<fs::path> Qwen2AudioFolder::find(const fs::path& named)
{
    const auto folder = named.empty() ? findData("weights/qwen2-audio") : named;
    return isOne(folder) ? std::optional(folder) : std::nullopt;
}

Qwen2AudioFolder::Qwen2AudioFolder(const fs::path& folder)
    : folder_(folder), shape_(readShape(folder)), tensors_(folder),
      newNames_(!tensors_.has("language_model.model.embed_tokens.weight"))
{}

std::string Qwen2AudioFolder::renamed(const std::string& name) const
{
    if (!newNames_)
        return name;
    const std::string language = "language_model.model.", head = "language_model.lm_head.";
    if (name.starts_with(language))
        return "model.language_model." + name.substr(language.size());
    if (name.starts_with(head))
        return "lm_head." + name.substr(head.size());
    return "model." + name;
}

const TensorView& Qwen2AudioFolder::tensor(const std::string& name, const std::vector<std::int64_t>& expected) const
{
    const auto& view = tensors_.tensor(renamed(name));
    if (view.shape != expected)
        throw badInput(folder_.string(), "tensor '" + renamed(name) + "' is " + shapeText(view.shape) +
                                             ", its configuration says " + shapeText(expected));
    if (view.dtype != "F32" && view.dtype != "F16" && view.dtype != "BF16")
        throw badInput(folder_.string(), "tensor '" + renamed(name) + "' holds " + view.dtype + ", no real numbers");
    return view;
}

std::string Qwen2AudioFolder::fingerprint() const
{
    std::string text = readFile(folder_ / "config.json");
    const auto index = folder_ / "model.safetensors.index.json";
    if (fs::exists(index))
        text += readFile(index);
    else
        for (const char* name : {"language_model.model.norm.weight", "multi_modal_projector.linear.bias"}) {
            const auto& bytes = tensors_.tensor(renamed(name)).bytes;
            text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        }
    return sha256(text);
}

std::uint64_t memoryBytes(const Qwen2AudioShape& shape, int bytesPerWeight) noexcept
{
    constexpr std::uint64_t promptTokens = 2048;
    const auto n = [](std::int64_t v) { return static_cast<std::uint64_t>(v); };
    const auto& t = shape.tower;
    const auto& l = shape.language;
    const auto headDim = l.hidden / l.heads;
    const std::uint64_t towerWeights = n(t.layers) * (4 * n(t.width) * n(t.width) + 2 * n(t.width) * n(t.ffn)) +
                                       3 * n(t.width) * (n(t.melBands) + n(t.width)) + n(t.positions) * n(t.width);
    const std::uint64_t languageWeights =
        n(l.vocabulary) * n(l.hidden) * (l.tied ? 1 : 2) +
        n(l.layers) *
            (2 * n(l.hidden) * n(l.hidden) + 2 * n(l.hidden) * n(l.kvHeads * headDim) + 3 * n(l.hidden) * n(l.ffn));
    const std::uint64_t cache = promptTokens * n(l.layers) * 2 * n(l.kvHeads * headDim) * 4; // float32
    return (towerWeights + languageWeights) * static_cast<std::uint64_t>(bytesPerWeight) + cache;
}

} // namespace binaurium
