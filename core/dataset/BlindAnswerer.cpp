// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/BlindAnswerer.h"

#include "core/support/Random.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>

namespace binaurium {
namespace {

constexpr std::size_t tableBits = 20;
constexpr double learningRate = 0.05;
constexpr double weightDecay = 1e-6;

std::vector<std::string> wordsOf(const std::string& text)
{
    std::vector<std::string> words;
    std::string word;
    for (const char c : text + " ") {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else if (!word.empty())
            words.push_back(std::exchange(word, {}));
    }
    return words;
}

std::uint32_t hashed(const std::string& feature)
{
    return static_cast<std::uint32_t>(hash64(feature) & ((1U << tableBits) - 1));
}

} // namespace

BlindAnswerer::BlindAnswerer() : weights_(1U << tableBits) {}

std::vector<BlindAnswerer::Features> BlindAnswerer::featuresOf(const Item& item)
{
    std::vector<std::string> grams = wordsOf(item.question);
    for (std::size_t i = grams.size(); i-- > 1;)
        grams.push_back(grams[i - 1] + " " + grams[i]);
    std::vector<Features> features(item.options.size());
    for (std::size_t k = 0; k < features.size(); ++k) {
        const auto& option = item.options[k];
        features[k].push_back(hashed("option " + option));
        features[k].push_back(hashed("place " + std::to_string(k)));
        for (const auto& gram : grams)
            features[k].push_back(hashed("with " + gram + "|" + option));
        for (std::size_t j = 0; j < features.size(); ++j)
            if (j != k)
                features[k].push_back(hashed("beside " + item.options[j] + "|" + option));
    }
    return features;
}

std::vector<double> BlindAnswerer::probabilities(const std::vector<Features>& features) const
{
    std::vector<double> p;
    for (const Features& f : features)
        p.push_back(std::accumulate(f.begin(), f.end(), 0.0, [&](double sum, auto i) { return sum + weights_[i]; }));
    const double top = *std::max_element(p.begin(), p.end());
    double total = 0.0;
    for (double& value : p)
        total += value = std::exp(value - top);
    for (double& value : p)
        value /= total;
    return p;
}

void BlindAnswerer::learn(const Item& item)
{
    const auto right = std::find(item.options.begin(), item.options.end(), item.answer);
    if (item.options.empty() || right == item.options.end())
        return;
    const auto features = featuresOf(item);
    const auto p = probabilities(features);
    for (std::size_t k = 0; k < features.size(); ++k) {
        const double error = (item.options[k] == item.answer ? 1.0 : 0.0) - p[k];
        for (const auto i : features[k])
            weights_[i] += static_cast<float>(learningRate * error - weightDecay * weights_[i]);
    }
}

std::size_t BlindAnswerer::answer(const Item& item) const
{
    const auto p = probabilities(featuresOf(item));
    return static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
}

} // namespace binaurium
