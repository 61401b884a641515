// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/SpeechReader.h"

#include "core/audio/MixDown.h"
#include "core/audio/Resampler.h"
#include "core/model/files/BpeTokenizer.h"
#include "core/model/files/WeightStore.h"
#include "core/model/nn/WhisperDecoder.h"
#include "core/model/nn/WhisperEncoder.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace binaurium {
namespace {

constexpr auto weight = "whisper-tiny.en";
constexpr double rateHz = 16000.0;

// One token a line, in GPT-2's spelling of bytes; special tokens follow the end of text.
BpeTokenizer readVocabulary(const std::filesystem::path& path)
{
    std::vector<std::string> words;
    std::istringstream in(readFile(path));
    for (std::string line; std::getline(in, line);)
        words.push_back(line);
    if (words.size() <= nn::WhisperDecoder::noTimestampsToken)
        throw badInput(path.string(), "has too few words for an English-only Whisper");
    std::vector<int> special;
    for (int id = nn::WhisperDecoder::endToken; id < static_cast<int>(words.size()); ++id)
        special.push_back(id);
    return {std::move(words), {}, std::move(special), PreTokenizer::SmolLm}; // only ever decodes
}

class WhisperReader : public SpeechReader
{
public:
    WhisperReader()
        : words_(readVocabulary(requireWeight(weight, "vocabulary.txt"))), file_(requireWeight(weight, "model.bin")),
          encoder_(file_), decoder_(file_)
    {}

    std::string read(const AudioBuffer& speech) override
    {
        torch::NoGradGuard guard;
        if (speech.durationS() > longestS)
            throw badInput("speech", "is longer than 30 s; say less at once");
        if (speech.channels() < 1 || speech.channels() > 2 || speech.frames() == 0)
            throw badInput("speech", "has " + std::to_string(speech.channels()) + " channels; one or two are read");
        const auto mono = mixDown(resample(speech, rateHz));
        // The decoder learned windows of 30 s, so silence follows.
        auto samples = torch::zeros({static_cast<std::int64_t>(longestS * rateHz)});
        std::copy_n(mono.begin(), std::min(mono.size(), static_cast<std::size_t>(samples.numel())),
                    samples.data_ptr<float>());
        float loudest = 0.0F;
        for (const float x : mono)
            loudest = std::max(loudest, std::abs(x));
        constexpr float silent = 1e-4F;
        if (loudest < silent)
            throw badInput("speech", "is silent");
        const auto text = words_.decode(decoder_.transcribe(encoder_.encode(samples)).ids);
        const auto first = text.find_first_not_of(' ');
        return first == std::string::npos ? std::string() : text.substr(first);
    }

private:
    BpeTokenizer words_;
    CTranslate2File file_;
    nn::WhisperEncoder encoder_;
    nn::WhisperDecoder decoder_;
};

} // namespace

std::unique_ptr<SpeechReader> SpeechReader::load()
{
    return std::make_unique<WhisperReader>();
}

} // namespace binaurium
