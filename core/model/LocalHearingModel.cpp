// SPDX-License-Identifier: GPL-3.0-or-later
// HearingModel on this computer: front end, projector and language model from a model folder and the base weights.
#include "core/dataset/Answers.h"
#include "core/dataset/SpatialWords.h"
#include "core/model/ComputeDevice.h"
#include "core/model/Explainer.h"
#include "core/model/HearingModel.h"
#include "core/model/LayerStates.h"
#include "core/model/Localizer.h"
#include "core/model/ModelFolder.h"
#include "core/model/nn/BaseModel.h"
#include "core/model/nn/Continuations.h"
#include "core/model/nn/Device.h"
#include "core/model/nn/FrontEnd.h"
#include "core/model/nn/Generation.h"
#include "core/model/nn/HybridProjector.h"
#include "core/model/nn/Prompt.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"
#include "core/support/Random.h"
#include "core/support/Sha256.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <map>
#include <numeric>

namespace binaurium {
namespace {

// Audio with an intervention applied; those on features are applied later.
AudioBuffer controlled(AudioBuffer audio, Control control, std::uint64_t seed)
{
    auto left = audio.channel(0);
    auto right = audio.channel(1);
    double power = 0.0;
    for (const float s : audio.all())
        power += static_cast<double>(s) * s;
    const double rms = std::sqrt(power / static_cast<double>(audio.all().size()));
    RandomStream random(seed, "control noise");
    for (std::size_t n = 0; n < audio.frames(); ++n) {
        if (control == Control::Silence)
            left[n] = right[n] = 0.0F;
        else if (control == Control::Noise) {
            left[n] = static_cast<float>(rms * random.normal());
            right[n] = static_cast<float>(rms * random.normal());
        } else if (control == Control::Mono)
            left[n] = right[n] = 0.5F * (left[n] + right[n]);
        else if (control == Control::Swap)
            std::swap(left[n], right[n]);
    }
    return audio;
}

class LocalHearingModel : public HearingModel, public LayerReader
{
public:
    LocalHearingModel(const ModelOptions& options, const ProgressCallback& progress)
    {
        releaseUnusedMemory();
        device_ = nn::deviceOf(options.device);
        if (options.dtype != "auto" && options.dtype != "float32" && options.dtype != "bfloat16")
            throw Error(ErrorKind::Usage, "dtype '" + options.dtype + "' is not known; use auto, float32 or bfloat16");
        at::set_num_threads(options.threads > 0 ? options.threads : processorCount());
        at::globalContext().setFlushDenormal(true);
        at::globalContext().setAllowTF32CuDNN(options.dtype != "float32"); // convolutions: float32 means it
        nn::inMemoryOf(device_, [&] {
            if (Qwen2AudioFolder::isOne(options.model))
                loadPlain(options, progress);
            else
                loadTrained(options, progress);
        });
    }

    Localization localize(const AudioBuffer& audio, const ProgressCallback& progress) override
    {
        return nn::inMemoryOf(device_, [&] {
            requireEars();
            return localizeWith(*frontEnd_, manifest_.labels, audio, progress);
        });
    }

    Answer ask(const AudioBuffer& audio, const std::string& question, const AskOptions& options,
               const TokenCallback& onText) override
    {
        return nn::inMemoryOf(device_, [&] {
            requireAnswerable(audio, question, options);
            torch::NoGradGuard guard;
            HeardFeatures heard;
            const auto tokens = audioTokens(audio, options, heard);
            const auto prompt = nn::makePrompt(*base_.tokenizer, questionText(question, options.options));
            const auto embeddings = nn::promptEmbeddings(*base_.language, prompt, tokens);
            Answer answer = options.likelihoodOnly ? Answer{} : generated(prompt, embeddings, tokens, options, onText);
            sign(answer, options);
            if (!options.options.empty() && !answer.stopped)
                decide(nn::scoreContinuations(*base_.language, embeddings, continuationsOf(options)), options, answer);
            return answer;
        });
    }

    std::vector<std::vector<Answer>> askMany(const std::vector<AskJob>& jobs) override
    {
        return nn::inMemoryOf(device_, [&] {
            torch::NoGradGuard guard;
            std::vector<std::vector<Answer>> answers;
            std::vector<FreeText> texts;
            for (std::size_t j = 0; j < jobs.size(); ++j) {
                const AskJob& job = jobs[j];
                auto& list = answers.emplace_back(job.ways.size());
                HeardFeatures heard;
                std::vector<torch::Tensor> rows;
                for (std::size_t w = 0; w < job.ways.size(); ++w) {
                    const AskOptions& way = job.ways[w];
                    requireAnswerable(job.audio, job.question, way);
                    const auto prompt = nn::makePrompt(*base_.tokenizer, questionText(job.question, way.options));
                    const auto tokens = audioTokens(job.audio, way, heard);
                    rows.push_back(nn::promptEmbeddings(*base_.language, prompt, tokens)[0]);
                    if (!way.likelihoodOnly)
                        texts.push_back({j, w, rows.back()});
                    sign(list[w], way);
                }
                scoreTogether(rows, job.ways, list);
            }
            addTexts(texts, jobs, answers);
            return answers;
        });
    }

    Explanation explain(const AudioBuffer& audio, const ExplainRequest& request,
                        const OcclusionCallback& onOcclusion) override
    {
        return nn::inMemoryOf(device_, [&] {
            requireAnswerable(audio, request.question, request.ask);
            requireEars();
            const ModelParts parts{*frontEnd_, projector_, *base_.language, *base_.tokenizer};
            auto explanation =
                explainWith(parts, controlled(audio, request.ask.control, request.ask.seed), request, onOcclusion);
            explanation.model = manifest_.name;
            return explanation;
        });
    }

    int slotCount() const override { return frontEnd_ != nullptr ? frontEnd_->encoder()->config().slots : 0; }

    std::vector<LayerState> layerStates(const AudioBuffer& audio, const std::string& question) override
    {
        return nn::inMemoryOf(device_, [&] {
            requireAnswerable(audio, question, {});
            requireEars();
            torch::NoGradGuard guard;
            HeardFeatures heard;
            const auto tokens = audioTokens(audio, {}, heard);
            const auto& features = heard.begin()->second;
            const auto prompt = nn::makePrompt(*base_.tokenizer, questionText(question, {}));
            std::vector<torch::Tensor> layers;
            (void)base_.language->forward(nn::promptEmbeddings(*base_.language, prompt, tokens), nullptr, nullptr,
                                          &layers);
            std::vector<LayerState> states;
            const auto add = [&](const char* stage, int layer, const char* position, const torch::Tensor& row) {
                const auto flat = row.to(torch::kFloat).cpu().contiguous();
                const float* first = flat.data_ptr<float>();
                states.push_back({stage, layer, position, {first, first + flat.numel()}});
            };
            add("semantic", 0, "audio", features.semantic.mean(0));
            add("encoder", 0, "audio", features.spatial.mean(0));
            add("projector", 0, "audio", tokens.mean(0));
            const auto first = static_cast<std::int64_t>(prompt.before.size());
            for (std::size_t i = 0; i < layers.size(); ++i) {
                const auto layer = static_cast<int>(i) + 1;
                add("language", layer, "audio", layers[i][0].narrow(0, first, tokens.size(0)).mean(0));
                add("language", layer, "answer", layers[i][0][layers[i].size(1) - 1]);
            }
            return states;
        });
    }

    std::string name() const override { return manifest_.name; }
    std::string sha256() const override { return sha256_; }
    std::vector<std::string> labels() const override { return manifest_.labels; }

private:
    static nn::WeightType weightTypeOf(const ModelOptions& options)
    {
        if (options.dtype == "float32")
            return nn::WeightType::Float32;
        return options.dtype == "bfloat16" ? nn::WeightType::Bfloat16 : nn::WeightType::Fastest;
    }

    void loadTrained(const ModelOptions& options, const ProgressCallback& progress)
    {
        const auto folder = findModelFolder(options.model.empty() ? defaultModelName : options.model);
        reportProgress(progress, {"load", 0, 4, folder.string()});
        manifest_ = readModelFolder(folder);
        sha256_ = sha256OfFile(folder / "manifest.json");
        nn::BaseOptions base;
        base.llm = manifest_.base.contains("qwen2-audio") ? "qwen2-audio" : "smollm2";
        base.folder = options.base;
        base.weights = weightTypeOf(options);
        base.device = device_;
        base.expected = manifest_.base;
        base_ = nn::loadBase(base, progress);

        reportProgress(progress, {"load", 1, 4, "spatial encoder"});
        const JsonObject encoderShape(manifest_.encoder, "manifest");
        nn::SpatialEncoder encoder(nn::spatialEncoderConfigFromJson(encoderShape));
        nn::loadModule(*encoder, SafetensorsFile(folder / "encoder.safetensors"), "encoder.");
        encoder->to(device_);
        frontEnd_ = std::make_unique<nn::FrontEnd>(base_.semantic, encoder);

        reportProgress(progress, {"load", 2, 4, "adapters"});
        const auto& c = base_.language->config();
        const JsonObject lora(manifest_.lora, "manifest");
        auto adapter = std::make_shared<nn::Lora>(c, nn::loraOptionsFromJson(lora), 1);
        adapter->load(SafetensorsFile(folder / "lora.safetensors"));
        base_.language->attach(adapter);

        reportProgress(progress, {"load", 3, 4, "projector"});
        const JsonObject projectorShape(manifest_.projector, "manifest");
        projector_ = nn::HybridProjector(nn::projectorConfigFromJson(projectorShape), 1.0);
        nn::loadModule(*projector_, SafetensorsFile(folder / "projector.safetensors"), "projector.");
        if (projector_->config().spatial != frontEnd_->spatialWidth() || projector_->config().output != c.hidden)
            throw badInput(folder.string(), "its projector does not fit its encoder or the language model");
        projector_->to(device_);
        projector_->eval();
        reportProgress(progress, {"load", 4, 4, {}});
    }

    // A published model without parts of ours: it hears what sounds, not where.
    void loadPlain(const ModelOptions& options, const ProgressCallback& progress)
    {
        base_ = nn::loadBase({"qwen2-audio", options.model, weightTypeOf(options), device_}, progress);
        manifest_.name = options.model.filename().empty() ? options.model.parent_path().filename().string()
                                                          : options.model.filename().string();
        manifest_.base = base_.hashes;
        sha256_ = base_.hashes.begin()->second;
    }

    void requireEars() const
    {
        if (frontEnd_ == nullptr)
            throw missing("'" + manifest_.name +
                              "' has no spatial encoder and projector, so it cannot tell where sounds are",
                          "train them on it (docs/training.md) or choose a model that has them");
    }

    void requireAnswerable(const AudioBuffer& audio, const std::string& question, const AskOptions& options) const
    {
        if (asksAboutSpace(question, options.options))
            requireEars();
        std::string error;
        if (!options.isValid(&error))
            throw Error(ErrorKind::Usage, "ask: " + error);
        if (question.empty())
            throw Error(ErrorKind::Usage, "ask: the question is empty");
        nn::FrontEnd::requireStereo(audio);
        if (audio.durationS() > longestQuestionS)
            throw badInput("audio", "is longer than 10 s; choose a range of at most 10 s to ask about");
    }

    // Features of one clip by what the encoders heard: the clip itself, or what a control made of it.
    using HeardFeatures = std::map<std::pair<Control, std::uint64_t>, nn::FrontEndFeatures>;

    // Undefined for a question without audio.
    torch::Tensor audioTokens(const AudioBuffer& audio, const AskOptions& options, HeardFeatures& heard)
    {
        const auto control = options.control;
        if (control == Control::PromptOnly)
            return {};
        if (frontEnd_ == nullptr)
            return plainTokens(controlled(audio, control, options.seed), control);
        const bool changesAudio = control == Control::Silence || control == Control::Noise ||
                                  control == Control::Mono || control == Control::Swap;
        const auto key = std::pair(changesAudio ? control : Control::None,
                                   control == Control::Noise ? options.seed : std::uint64_t{0});
        if (!heard.contains(key))
            heard.emplace(key, frontEnd_->extract(controlled(audio, control, options.seed)));
        const auto& features = heard.at(key);
        auto spatial = features.spatial;
        auto semantic = features.semantic;
        if (control == Control::ZeroSpatial)
            spatial = torch::zeros_like(spatial);
        if (control == Control::NoSemantic)
            semantic = torch::zeros_like(semantic);
        if (control == Control::ShuffleSpatial) {
            // Every feature keeps its values but loses its meaning.
            std::vector<std::int64_t> order(static_cast<std::size_t>(spatial.size(1)));
            std::iota(order.begin(), order.end(), std::int64_t{0});
            RandomStream(options.seed, "control shuffle").shuffle(std::span(order));
            spatial = spatial.index_select(1, torch::tensor(order).to(device_));
        }
        return projector_->forward(semantic.unsqueeze(0), spatial.unsqueeze(0))[0];
    }

    // States of the audio tower for the middle of both ears, as its own language model takes them.
    torch::Tensor plainTokens(const AudioBuffer& audio, Control control) const
    {
        auto states = base_.semantic->encode(nn::FrontEnd::middle(audio));
        if (control == Control::NoSemantic)
            states.zero_();
        return torch::linear(states, base_.audioProjection, base_.audioProjectionBias);
    }

    Answer generated(const nn::Prompt& prompt, const torch::Tensor& embeddings, const torch::Tensor& tokens,
                     const AskOptions& options, const TokenCallback& onText)
    {
        auto generation = generationOptions(options);
        if (options.wantAttention && tokens.defined()) {
            generation.attendedFirst = static_cast<std::int64_t>(prompt.before.size());
            generation.attendedCount = tokens.size(0);
        }
        Utf8Stream stream;
        const auto made = nn::generate(*base_.language, embeddings, generation, [&](int id) {
            const auto piece = stream.add(base_.tokenizer->bytesOf(id));
            return !onText || piece.empty() || onText(piece);
        });
        Answer answer;
        answer.generated = base_.tokenizer->decode(made.ids);
        answer.tokens = static_cast<int>(made.ids.size());
        answer.tokensPerS = answer.tokens / std::max(1e-6, made.seconds);
        answer.firstTokenS = made.firstTokenS;
        answer.stopped = made.stopped;
        answer.cut = !made.ended && !made.stopped;
        if (generation.attendedCount > 0) {
            AttentionMap& map = answer.attention;
            map.layers = static_cast<int>(base_.language->config().layers);
            map.heads = static_cast<int>(base_.language->config().heads);
            map.audioTokens = static_cast<int>(tokens.size(0));
            map.secondsPerToken = 1.0 / nn::FrontEnd::tokensPerS;
            map.weights = made.attention;
            for (const int id : made.ids)
                map.tokens.push_back(base_.tokenizer->bytesOf(id));
        }
        return answer;
    }

    void sign(Answer& answer, const AskOptions& options) const
    {
        answer.model = manifest_.name;
        answer.seed = options.seed;
        answer.control = controlId(options.control);
        answer.device = device_.str();
        answer.answer = answer.generated;
    }

    // A way that wants free text, by its place, and its prompt [T, hidden].
    struct FreeText
    {
        std::size_t job = 0, way = 0;
        torch::Tensor prompt;
    };

    // Likelihoods of all ways that have options.
    void scoreTogether(const std::vector<torch::Tensor>& rows, const std::vector<AskOptions>& ways,
                       std::vector<Answer>& answers) const
    {
        std::vector<torch::Tensor> prompts;
        std::vector<std::vector<int>> sequences;
        std::vector<std::int64_t> promptOf;
        for (std::size_t w = 0; w < ways.size(); ++w) {
            if (ways[w].options.empty())
                continue;
            for (auto& ids : continuationsOf(ways[w])) {
                sequences.push_back(std::move(ids));
                promptOf.push_back(static_cast<std::int64_t>(prompts.size()));
            }
            prompts.push_back(rows[w]);
        }
        if (prompts.empty())
            return;
        const auto sums = nn::continuationLogProbs(*base_.language, nn::promptBatch(prompts),
                                                   nn::continuations(sequences, promptOf, device_))
                              .cpu()
                              .to(torch::kDouble)
                              .sum(1)
                              .contiguous();
        const double* next = sums.data_ptr<double>();
        for (std::size_t w = 0; w < ways.size(); ++w) {
            if (ways[w].options.empty())
                continue;
            const auto count = ways[w].options.size();
            decide({next, next + count}, ways[w], answers[w]);
            next += count;
        }
    }

    // Greedy texts of one length limit advance together; drawn ones keep the random numbers of ask().
    void addTexts(const std::vector<FreeText>& texts, const std::vector<AskJob>& jobs,
                  std::vector<std::vector<Answer>>& answers)
    {
        std::map<int, std::vector<const FreeText*>> greedy;
        const auto put = [&](const FreeText& text, const std::vector<int>& ids, bool ended) {
            Answer& answer = answers[text.job][text.way];
            answer.generated = base_.tokenizer->decode(ids);
            answer.tokens = static_cast<int>(ids.size());
            answer.cut = !ended;
            const auto& options = jobs[text.job].ways[text.way].options;
            if (options.empty())
                answer.answer = answer.generated;
            else if (const auto parsed = parseChoice(answer.generated, options))
                answer.parsedLetter = static_cast<char>('A' + *parsed);
        };
        for (const FreeText& text : texts) {
            const AskOptions& way = jobs[text.job].ways[text.way];
            if (way.temperature <= 0.0) {
                greedy[way.maxTokens].push_back(&text);
                continue;
            }
            const auto made = nn::generate(*base_.language, text.prompt.unsqueeze(0), generationOptions(way));
            put(text, made.ids, made.ended);
        }
        for (const auto& [maxTokens, list] : greedy) {
            std::vector<torch::Tensor> rows;
            for (const FreeText* text : list)
                rows.push_back(text->prompt);
            AskOptions way;
            way.maxTokens = maxTokens;
            const auto made = nn::generateGroups(*base_.language, nn::promptBatch(rows), 1, generationOptions(way));
            for (std::size_t i = 0; i < list.size(); ++i)
                put(*list[i], made[i].ids, made[i].ended);
        }
    }

    nn::GenerationOptions generationOptions(const AskOptions& options) const
    {
        nn::GenerationOptions generation;
        generation.maxTokens = options.maxTokens;
        generation.temperature = options.temperature;
        generation.topP = options.topP;
        generation.seed = options.seed;
        generation.endTokens = nn::endTokens(*base_.tokenizer);
        return generation;
    }

    // The options as the model would say them, with the end of the turn.
    std::vector<std::vector<int>> continuationsOf(const AskOptions& options) const
    {
        std::vector<std::vector<int>> continuations;
        for (const auto& option : options.options)
            continuations.push_back(nn::answerTokens(*base_.tokenizer, option));
        return continuations;
    }

    void decide(std::vector<double> logLikelihoods, const AskOptions& options, Answer& answer) const
    {
        const auto continuations = continuationsOf(options);
        answer.optionScores = std::move(logLikelihoods);
        for (std::size_t i = 0; i < continuations.size(); ++i)
            answer.optionScores[i] /= static_cast<double>(continuations[i].size());
        const auto best = bestOption(answer.optionScores);
        answer.letter = static_cast<char>('A' + best);
        answer.answer = options.options[best];
        if (const auto parsed = parseChoice(answer.generated, options.options))
            answer.parsedLetter = static_cast<char>('A' + *parsed);
    }

    torch::Device device_ = torch::kCPU;
    ModelManifest manifest_;
    std::string sha256_;
    nn::BaseModel base_;
    std::unique_ptr<nn::FrontEnd> frontEnd_; // null for a published model without spatial parts
    nn::HybridProjector projector_{nullptr};
};

} // namespace

std::unique_ptr<HearingModel> HearingModel::load(const ModelOptions& options, const ProgressCallback& progress)
{
    return std::make_unique<LocalHearingModel>(options, progress);
}

} // namespace binaurium
