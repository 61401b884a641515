// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"
#include "core/model/Attention.h"
#include "core/model/Occlusion.h"
#include "core/support/Json.h"
#include "core/support/Progress.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// The whole model behind one door: audio in, "who is where" and answers out. No tensor type is visible here.
namespace binaurium {

inline constexpr std::size_t azimuthBinCount = 72; // 5 degrees each, bin k = azimuth 5 k degrees, left positive

inline constexpr double soundingActivity = 0.5; // of a source that is heard in a frame

struct LocalizedSource
{
    int id = 0;
    std::string label; // most likely label id, empty when unknown
    double azimuthDeg = 0.0;
    double elevationDeg = 0.0;
    double distanceM = 0.0;
    double activity = 0.0;   // 0 .. 1
    double confidence = 0.0; // posterior mass within 15 degrees of the peak
    // Posterior mass on its side of the axis through the ears, in front or behind: near 0.5 it may be either.
    double frontBackConfidence = 1.0;
};

struct LocalizationFrame
{
    double timeS = 0.0; // centre of the frame
    std::vector<LocalizedSource> sources;
    std::array<float, azimuthBinCount> posterior{}; // activity-weighted mixture over the slots, sums to 1
};

// Format "binaurium-localization" version 1.
struct Localization
{
    double durationS = 0.0;
    double frameS = 0.1;
    std::vector<LocalizedSource> sources; // over the whole clip, strongest first
    std::vector<LocalizationFrame> frames;
    std::array<float, azimuthBinCount> posterior{}; // mean over the frames
};
[[nodiscard]] Json localizationToJson(const Localization& localization);

// Interventions on the input; ids as in the benchmark ("none", "silence", "mono", "swap", "zero-spatial", ...).
enum class Control { None, PromptOnly, Silence, Noise, Mono, Swap, ZeroSpatial, ShuffleSpatial, NoSemantic };
[[nodiscard]] std::optional<Control> controlFromId(const std::string& id);
[[nodiscard]] std::string controlId(Control control);

struct AskOptions
{
    std::vector<std::string> options; // empty: free answer; else two to eight choices
    int maxTokens = 48;
    double temperature = 0.0; // 0: greedy
    double topP = 1.0;
    std::uint64_t seed = 1;
    Control control = Control::None;
    bool wantAttention = false;
    bool likelihoodOnly = false; // with options: their likelihoods alone, no free text
    [[nodiscard]] bool isValid(std::string* error) const;
};

// Attention of each generated token over the audio tokens: those of moments, and behind them the words of slots where
// the projector has them.
struct AttentionMap
{
    int layers = 0;
    int heads = 0;
    int audioTokens = 0;
    double secondsPerToken = 0.0;
    std::vector<std::string> tokens; // generated tokens as text
    std::vector<float> weights;      // [token][layer][head][audio token], row-major
    // Mean over layers and heads of one generated token, `audioTokens` values.
    [[nodiscard]] std::vector<float> meanOfToken(std::size_t token) const;
};

// Format "binaurium-answer" version 1.
struct Answer
{
    std::string answer;
    std::optional<char> letter;       // 'A'.. with options
    std::vector<double> optionScores; // length-normalised log-likelihoods
    std::string generated;            // free text of the model
    std::optional<char> parsedLetter; // what the parser reads in it
    std::string evidence;
    int tokens = 0;
    double tokensPerS = 0.0;
    double firstTokenS = 0.0;
    bool stopped = false;
    bool cut = false; // ran into maxTokens
    std::string model;
    std::uint64_t seed = 0;
    std::string control = "none";
    std::string device;     // that computed it
    AttentionMap attention; // empty unless asked for
};
[[nodiscard]] Json answerToJson(const Answer& answer);

// Called with each piece of text as it is produced; false stops.
using TokenCallback = std::function<bool(const std::string& piece)>;

// One question about one clip, asked in several ways: under controls, with the options in another order.
struct AskJob
{
    AudioBuffer audio; // as for HearingModel::ask()
    std::string question;
    std::vector<AskOptions> ways; // attention is not recorded
};

// An answer to look into: where the model looked, and what becomes less likely when a part of the sound is taken away.
struct ExplainRequest
{
    std::string question;
    std::string answer; // one of the options where there are any
    AskOptions ask;     // its options and control count
    bool wantAttention = true;
    std::vector<Occlusion> occlusions;
};

// Format "binaurium-explanation" version 1. Attention is no proof of cause; the occlusions test causes.
struct Explanation
{
    std::string question;
    std::string answer;
    std::string model;
    // Of the answer, in nat. With options: ln of its share among the options, by their length-normalised likelihoods
    // as in Answer::optionScores. Without: the sum over its tokens and the end of the turn.
    double logProbability = 0.0;
    AttentionRecord attention;               // empty unless asked for
    std::vector<OcclusionResult> occlusions; // in the order of the request
};
[[nodiscard]] Json explanationToJson(const Explanation& explanation, bool wholeAttention);

struct ModelOptions
{
    // A model folder or checkpoint, or Qwen2-Audio as it is published; empty: models/binaurium-small.
    std::filesystem::path model;
    std::filesystem::path base;  // folder of Qwen2-Audio that a model stands on; empty: where weights lie
    std::string device = "auto"; // auto, cpu, cuda:N
    // float32, bfloat16; auto: prompts in bfloat16 where the processor has it in hardware, answers token by token with
    // the quantised weights of the file.
    std::string dtype = "auto";
    int threads = 0;
};

// Loaded once, used from one thread at a time (the caller serialises). Loading checks sha256 and the base weights'
// hash.
class HearingModel
{
public:
    static constexpr double longestQuestionS = 10.0; // of audio that one prompt holds

    // Throws Missing when the model or its base weights are not on this computer, BadInput when they are damaged.
    [[nodiscard]] static std::unique_ptr<HearingModel> load(const ModelOptions& options,
                                                            const ProgressCallback& progress = {});
    virtual ~HearingModel() = default;

    // Stereo audio of any rate, at least 0.1 s. Throws BadInput for other layouts.
    [[nodiscard]] virtual Localization localize(const AudioBuffer& audio, const ProgressCallback& progress = {}) = 0;
    // One question about stereo audio of at most 10 s.
    [[nodiscard]] virtual Answer ask(const AudioBuffer& audio, const std::string& question, const AskOptions& options,
                                     const TokenCallback& onText = {}) = 0;
    // The same answers as ask() gives for every way of every job, but for rounding: what several ways need is done once
    // (encoding, reading the prompt) and what can be done together is. Throws as ask().
    [[nodiscard]] virtual std::vector<std::vector<Answer>> askMany(const std::vector<AskJob>& jobs);
    // Looks into an answer about audio as for ask(); `onOcclusion` sees each result as it is there and stops the rest
    // by false. Throws as ask(), Usage when the answer is none of the options, Missing for a model that cannot be
    // looked into.
    using OcclusionCallback = std::function<bool(const OcclusionResult& result)>;
    [[nodiscard]] virtual Explanation explain(const AudioBuffer& audio, const ExplainRequest& request,
                                              const OcclusionCallback& onOcclusion = {});
    [[nodiscard]] virtual int slotCount() const { return 3; } // sources it can hold at once
    [[nodiscard]] virtual std::string name() const = 0;
    // sha256 of the model's manifest, which names the hash of every part; empty where there is none.
    [[nodiscard]] virtual std::string sha256() const { return {}; }
    [[nodiscard]] virtual std::vector<std::string> labels() const = 0; // label ids the model knows
};

} // namespace binaurium
