// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Attention.h"

#include <algorithm>
#include <utility>

namespace binaurium {
namespace {

struct Range
{
    int first = 0, end = 0;
};

Range chosen(int one, int count)
{
    return one < 0 ? Range{0, count} : Range{std::min(one, count), std::min(one + 1, count)};
}

// Rows from which the answer tokens of a choice are made.
std::pair<std::size_t, std::size_t> answerRows(const AttentionRecord& record, const AttentionChoice& choice)
{
    const auto [begin, end] = record.span(AttentionToken::Kind::Answer);
    const int count = static_cast<int>(end - begin);
    if (count == 0 || begin == 0)
        return {0, 0};
    const int last = choice.lastToken < 0 ? count - 1 : std::min(choice.lastToken, count - 1);
    const int first = std::clamp(choice.firstToken, 0, last);
    return {begin + static_cast<std::size_t>(first) - 1, begin + static_cast<std::size_t>(last)};
}

// Row of the mean over the heads of one layer with the residual path, as float64 for the products.
void mixedRow(const AttentionRecord& record, int layer, std::size_t query, std::vector<double>& row)
{
    std::fill(row.begin(), row.end(), 0.0);
    for (int h = 0; h < record.heads; ++h) {
        const float* weights = record.row(layer, h, query);
        for (std::size_t k = 0; k <= query; ++k)
            row[k] += 0.5 * static_cast<double>(weights[k]) / record.heads;
    }
    row[query] += 0.5;
}

const char* kindId(AttentionToken::Kind kind)
{
    constexpr std::array ids{"text", "audio", "slot", "answer"};
    return ids[static_cast<std::size_t>(kind)];
}

Json numbers(const std::vector<float>& values)
{
    Json list = Json::array();
    for (const float v : values)
        list.push_back(v);
    return list;
}

} // namespace

const float* AttentionRecord::row(int layer, int head, std::size_t query) const
{
    const std::size_t plane =
        static_cast<std::size_t>(layer) * static_cast<std::size_t>(heads) + static_cast<std::size_t>(head);
    return weights.data() + (plane * tokens.size() + query) * tokens.size();
}

std::pair<std::size_t, std::size_t> AttentionRecord::span(AttentionToken::Kind kind) const
{
    const auto is = [kind](const AttentionToken& token) { return token.kind == kind; };
    const auto first = std::find_if(tokens.begin(), tokens.end(), is);
    const auto end = std::find_if_not(first, tokens.end(), is);
    return {static_cast<std::size_t>(first - tokens.begin()), static_cast<std::size_t>(end - tokens.begin())};
}

std::vector<float> attentionRollout(const AttentionRecord& record)
{
    const std::size_t n = record.tokens.size();
    std::vector<double> reached(n * n); // identity: before the first layer every position holds its own input
    for (std::size_t q = 0; q < n; ++q)
        reached[q * n + q] = 1.0;
    std::vector<double> row(n);
    for (int layer = 0; layer < record.layers; ++layer) {
        std::vector<double> next(n * n);
        for (std::size_t q = 0; q < n; ++q) {
            mixedRow(record, layer, q, row);
            for (std::size_t k = 0; k <= q; ++k)
                for (std::size_t j = 0; j <= k; ++j) // nothing before k looks beyond k
                    next[q * n + j] += row[k] * reached[k * n + j];
        }
        reached = std::move(next);
    }
    return {reached.begin(), reached.end()};
}

std::vector<float> headsOverAudio(const AttentionRecord& record, const AttentionChoice& choice)
{
    const auto [audio, audioEnd] = record.span(choice.keys);
    const auto [first, end] = answerRows(record, choice);
    const std::size_t columns = audioEnd - audio;
    const auto planes = static_cast<std::size_t>(record.layers) * static_cast<std::size_t>(record.heads);
    std::vector<float> values(planes * columns);
    for (std::size_t p = 0; p < planes; ++p)
        for (std::size_t q = first; q < end; ++q) {
            const float* row = record.weights.data() + (p * record.tokens.size() + q) * record.tokens.size() + audio;
            float* out = values.data() + p * columns;
            for (std::size_t a = 0; a < columns; ++a)
                out[a] = choice.over == AttentionChoice::Over::Max ? std::max(out[a], row[a])
                                                                   : out[a] + row[a] / static_cast<float>(end - first);
        }
    return values;
}

std::vector<float> attentionOverAudio(const AttentionRecord& record, const AttentionChoice& choice)
{
    const auto [audio, audioEnd] = record.span(choice.keys);
    const auto [first, end] = answerRows(record, choice);
    if (audio == audioEnd || first == end)
        return {};
    std::vector<float> values(audioEnd - audio);
    if (choice.over == AttentionChoice::Over::Rollout) {
        for (std::size_t q = first; q < end && !record.rollout.empty(); ++q)
            for (std::size_t a = 0; a < values.size(); ++a)
                values[a] += record.rollout[q * record.tokens.size() + audio + a] / static_cast<float>(end - first);
        return values;
    }
    const auto heads = headsOverAudio(record, choice);
    const Range layers = chosen(choice.layer, record.layers);
    const Range of = chosen(choice.head, record.heads);
    const auto count = static_cast<float>((layers.end - layers.first) * (of.end - of.first));
    for (int l = layers.first; l < layers.end; ++l)
        for (int h = of.first; h < of.end; ++h) {
            const float* row = heads.data() + static_cast<std::size_t>(l * record.heads + h) * values.size();
            for (std::size_t a = 0; a < values.size(); ++a)
                values[a] = choice.over == AttentionChoice::Over::Max ? std::max(values[a], row[a])
                                                                      : values[a] + row[a] / count;
        }
    return values;
}

std::vector<double> attentionOnRange(const AttentionRecord& record, double fromS, double toS)
{
    const auto [audio, audioEnd] = record.span(AttentionToken::Kind::Audio);
    const auto [begin, end] = record.span(AttentionToken::Kind::Answer);
    std::vector<double> sums;
    for (int token = 0; token < static_cast<int>(end - begin); ++token) {
        AttentionChoice choice;
        choice.firstToken = choice.lastToken = token;
        const auto values = attentionOverAudio(record, choice);
        double sum = 0.0;
        for (std::size_t a = audio; a < audioEnd; ++a)
            if (record.tokens[a].timeS >= fromS && record.tokens[a].timeS < toS)
                sum += static_cast<double>(values[a - audio]);
        sums.push_back(sum);
    }
    return sums;
}

Json attentionToJson(const AttentionRecord& record, bool whole)
{
    Json document;
    document["layers"] = record.layers;
    document["heads"] = record.heads;
    document["seconds_per_token"] = record.secondsPerToken;
    document["tokens_per_slot"] = record.tokensPerSlot;
    document["tokens"] = Json::array();
    for (const auto& token : record.tokens) {
        Json one{{"kind", kindId(token.kind)}};
        if (token.kind == AttentionToken::Kind::Audio) {
            one["time_s"] = token.timeS;
            one["experts"] = {
                {"semantic", token.experts[0]}, {"spatial", token.experts[1]}, {"combined", token.experts[2]}};
        } else
            one["text"] = token.text;
        document["tokens"].push_back(std::move(one));
    }
    const auto [begin, end] = record.span(AttentionToken::Kind::Answer);
    document["over_audio"] = Json::array();
    for (int token = 0; token < static_cast<int>(end - begin); ++token) {
        AttentionChoice choice;
        choice.firstToken = choice.lastToken = token;
        Json one{{"token", record.tokens[begin + static_cast<std::size_t>(token)].text}};
        for (const auto& [name, over] :
             {std::pair("mean", AttentionChoice::Over::Mean), std::pair("max", AttentionChoice::Over::Max),
              std::pair("rollout", AttentionChoice::Over::Rollout)}) {
            choice.over = over;
            choice.keys = AttentionToken::Kind::Audio;
            one[name] = numbers(attentionOverAudio(record, choice));
            choice.keys = AttentionToken::Kind::Slot;
            if (const auto looked = attentionOverAudio(record, choice); !looked.empty())
                one[std::string(name) + "_slots"] = numbers(looked);
        }
        document["over_audio"].push_back(std::move(one));
    }
    if (whole)
        document["weights_layer_head_query_key"] = numbers(record.weights);
    return document;
}

} // namespace binaurium
