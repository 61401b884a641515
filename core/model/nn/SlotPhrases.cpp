// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/SlotPhrases.h"

#include "core/dataset/Labels.h"
#include "core/dataset/Sectors.h"
#include "core/model/nn/ClipParts.h"
#include "core/model/nn/SlotCourse.h"

#include <cmath>

namespace binaurium::nn {
namespace {

constexpr std::array hours{"twelve", "eleven", "ten",  "nine",  "eight", "seven",
                           "six",    "five",   "four", "three", "two",   "one"}; // counted to the left
constexpr std::array heightWords{"below", "level", "above"};
constexpr std::array distanceWords{"near", "steps", "far"};
constexpr std::array metreWords{"one", "two", "three", "four"};
constexpr std::array timeWords{"early", "middle", "late"};
static_assert(timeWords.size() == clipParts);
constexpr std::array roomWords{"dry", "moderate", "echo"};
constexpr std::array orderWords{"first", "second", "third"};
constexpr std::array movementWords{"still", "left", "right", "closer", "away"};

// Where the words stand on the encoder's scales, and how fast they give way to their neighbours.
constexpr std::array heightAnchors{-1.0, 0.0, 1.0}; // units of 30 degrees
constexpr double heightSpread = 0.35;
constexpr std::array distanceAnchors{-0.4, 0.45, 1.1}; // ln metres: middles of near, a few steps away, far
constexpr double distanceSpread = 0.35;
constexpr std::array metreAnchors{0.0, 0.69, 1.1, 1.39}; // ln metres
constexpr double metreSpread = 0.2;
constexpr std::array roomAnchors{-1.7, -0.8, -0.1}; // ln s: middles of dry, moderate, very reverberant
constexpr double roomSpread = 0.3;
constexpr std::array orderAnchors{0.0, 1.0, 2.0}; // places; of two that begin together both words are said
constexpr double orderSpread = 0.35;

constexpr double sharpness = 3.0; // power of a posterior: the likelier word speaks up

// Sector of a bin, of `count` equal ones of which the first is centred in front.
std::size_t sector(std::int64_t bin, std::int64_t bins, std::size_t count)
{
    const double turn = static_cast<double>(bin) / static_cast<double>(bins) * static_cast<double>(count);
    return static_cast<std::size_t>(std::lround(turn)) % count;
}

// Weights [..., anchors] of words for values [...] on a scale.
template <std::size_t n>
torch::Tensor closeness(const torch::Tensor& value, const std::array<double, n>& anchors, double spread)
{
    const auto at = torch::tensor(std::vector<double>(anchors.begin(), anchors.end())).to(value.options());
    return torch::softmax(-0.5 * ((value.unsqueeze(-1) - at) / spread).square(), -1);
}

torch::Tensor sharpened(const torch::Tensor& posterior)
{
    const auto power = posterior.clamp_min(0.0).pow(sharpness);
    return power / power.sum(-1, true).clamp_min(1e-12);
}

// weights [B, S, W], table [W, words, output] -> [B, S, words, output]
torch::Tensor said(const torch::Tensor& weights, const torch::Tensor& table)
{
    return torch::matmul(weights, table.flatten(1)).unflatten(2, {table.size(1), table.size(2)});
}

} // namespace

SlotPhrasesImpl::SlotPhrasesImpl(std::int64_t classes, std::int64_t bins, std::int64_t hidden, std::int64_t output,
                                 bool tellsCourse)
    : classes_(classes), bins_(bins), tellsCourse_(tellsCourse)
{
    const auto table = [&](const char* name, std::int64_t count, std::int64_t words) {
        return register_buffer(name, torch::zeros({count, words, output}));
    };
    labels_ = table("labels", classes, 2);
    directions_ = table("directions", bins, 2);
    heights_ = table("heights", heightWords.size(), 1);
    distances_ = table("distances", distanceWords.size(), 1);
    metres_ = table("metres", metreWords.size(), 1);
    times_ = table("times", timeWords.size(), 1);
    rooms_ = table("rooms", roomWords.size(), 1);
    if (tellsCourse) {
        orders_ = table("orders", orderWords.size(), 1);
        movements_ = table("movements", movementWords.size(), 1);
    }
    roomWeight_ = register_buffer("room_weight", torch::zeros({1, hidden}));
    roomBias_ = register_buffer("room_bias", torch::zeros({1}));
    nothing_ = register_buffer("nothing", torch::zeros({output}));
}

void SlotPhrasesImpl::learn(const LanguageModel& model, const BpeTokenizer& tokenizer, const SpatialEncoder& encoder)
{
    torch::NoGradGuard guard;
    const auto word = [&](const std::string& text, bool last = false) {
        const auto ids = tokenizer.encode(" " + text);
        return model.embed(std::vector<int>{last ? ids.back() : ids.front()})[0][0];
    };
    const auto list = [&](torch::Tensor& table, const auto& texts) {
        for (std::size_t i = 0; i < texts.size(); ++i)
            table[static_cast<std::int64_t>(i)][0].copy_(word(texts[i]));
    };
    for (std::int64_t i = 0; i < classes_; ++i) {
        const std::string text = labels()[static_cast<std::size_t>(i)].words;
        const bool isOneWord = tokenizer.encode(" " + text).size() == 1;
        labels_[i][0].copy_(word(text));
        labels_[i][1].copy_(isOneWord ? word("sound") : word(text, true));
    }
    for (std::int64_t bin = 0; bin < bins_; ++bin) {
        directions_[bin][0].copy_(word(quadrantOf(360.0 * static_cast<double>(bin) / static_cast<double>(bins_))));
        directions_[bin][1].copy_(word(hours[sector(bin, bins_, hours.size())]));
    }
    list(heights_, heightWords);
    list(distances_, distanceWords);
    list(metres_, metreWords);
    list(times_, timeWords);
    list(rooms_, roomWords);
    if (tellsCourse_) {
        list(orders_, orderWords);
        list(movements_, movementWords);
    }
    const auto [weight, bias] = encoder->roomHead();
    roomWeight_.copy_(weight);
    roomBias_.copy_(bias);
    nothing_.copy_(word("nothing"));
}

torch::Tensor SlotPhrasesImpl::course(const torch::Tensor& activity, const torch::Tensor& slots) const
{
    const auto azimuth = slots.slice(3, 1 + classes_, 1 + classes_ + bins_);
    const auto logDistance = slots.select(3, 2 + classes_ + bins_);
    return torch::cat({said(closeness(placeInOrder(activity), orderAnchors, orderSpread), orders_),
                       said(sharpened(movementOf(activity, azimuth, logDistance)), movements_)},
                      2);
}

torch::Tensor SlotPhrasesImpl::forward(const torch::Tensor& trunk, const torch::Tensor& slots)
{
    const auto activity = slots.select(3, 0); // [B, N, S]
    const auto mean = slots.mean(1);
    const auto about = mean.slice(2, 1) / mean.slice(2, 0, 1).clamp_min(smallestActivity);
    const auto logRt60 = torch::linear(trunk.mean(1), roomWeight_, roomBias_).expand({-1, slots.size(2)}); // [B, S]
    auto phrase = torch::cat(
        {said(sharpened(about.slice(2, 0, classes_)), labels_),
         said(sharpened(about.slice(2, classes_, classes_ + bins_)), directions_),
         said(closeness(about.select(2, classes_ + bins_), heightAnchors, heightSpread), heights_),
         said(closeness(about.select(2, classes_ + bins_ + 1), distanceAnchors, distanceSpread), distances_),
         said(closeness(about.select(2, classes_ + bins_ + 1), metreAnchors, metreSpread), metres_),
         said(sharpened(beginningOf(activity)), times_), said(closeness(logRt60, roomAnchors, roomSpread), rooms_)},
        2);
    if (tellsCourse_)
        phrase = torch::cat({phrase, course(activity, slots)}, 2);
    const auto heard = activity.amax(1).clamp(0.0, 1.0).unsqueeze(2).unsqueeze(3);
    return heard * phrase + (1.0 - heard) * nothing_;
}

} // namespace binaurium::nn
