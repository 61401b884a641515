// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Json.h"

#include <array>
#include <string>
#include <vector>

// Where a language model looked while it read a question about audio and answered it. Free of tensor types.
namespace binaurium {

struct AttentionToken
{
    // Audio: one moment of the sound. Slot: what one source slot did in the whole clip, where the projector has such
    // tokens; they have no time.
    enum class Kind { Text, Audio, Slot, Answer };
    Kind kind = Kind::Text;
    std::string text;   // empty for audio; of a slot the word that it comes nearest to
    double timeS = 0.0; // centre of an audio token
    // What an audio token owes to the projector's semantic, spatial and combined expert: how far it moves when that
    // expert alone is silent, as shares that sum to 1.
    std::array<float, 3> experts{};
};

// Attention weights of every layer and head over one prompt with its answer. Row q belongs to position q, from whose
// state token q + 1 is chosen, and sums to 1 over the keys 0 .. q.
struct AttentionRecord
{
    static constexpr std::size_t longest = 512; // tokens; the weights grow with the square

    int layers = 0;
    int heads = 0;
    double secondsPerToken = 0.0; // of audio
    int tokensPerSlot = 1;        // slot tokens of one slot stand together
    std::vector<AttentionToken> tokens;
    std::vector<float> weights; // [layer][head][query][key], row-major
    std::vector<float> rollout; // [query][key], see attentionRollout()

    [[nodiscard]] bool empty() const noexcept { return tokens.empty(); }
    // Row of keys, tokens.size() values.
    [[nodiscard]] const float* row(int layer, int head, std::size_t query) const;
    // Positions [first, end) of a kind, which stand together; equal where there are none.
    [[nodiscard]] std::pair<std::size_t, std::size_t> span(AttentionToken::Kind kind) const;
};

// Attention rollout (Abnar and Zuidema, ACL 2020, eq. 1): the mean over heads mixed half and half with the residual
// path, multiplied over the layers. How much of each input position reaches each position of the last layer, as far as
// attention alone carries it: rows sum to 1. [query][key].
[[nodiscard]] std::vector<float> attentionRollout(const AttentionRecord& record);

// Which attention is asked for: one value per key.
struct AttentionChoice
{
    enum class Over { Mean, Max, Rollout };
    Over over = Over::Mean; // how chosen heads, layers and answer tokens become one value; rollout knows no heads
    int layer = -1;         // -1: all
    int head = -1;          // -1: all
    int firstToken = 0;     // of the answer
    int lastToken = -1;     // inclusive, -1: the last
    AttentionToken::Kind keys = AttentionToken::Kind::Audio; // what was looked at: moments or slots
};
// Over the chosen keys, as many values as there are. Empty where the record has none of them or no answer.
[[nodiscard]] std::vector<float> attentionOverAudio(const AttentionRecord& record, const AttentionChoice& choice);

// The rows of one answer token range as they are, or their mean: [layer][head][key]; for thumbnails and for the
// map of all heads.
[[nodiscard]] std::vector<float> headsOverAudio(const AttentionRecord& record, const AttentionChoice& choice);

// For each answer token, how much of its attention (mean over layers and heads) lies on audio in [fromS, toS).
[[nodiscard]] std::vector<double> attentionOnRange(const AttentionRecord& record, double fromS, double toS);

// "tokens" with their kind, mean, max and rollout over the audio per answer token; with `whole` also all weights.
[[nodiscard]] Json attentionToJson(const AttentionRecord& record, bool whole);

} // namespace binaurium
