// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace binaurium {

class GgufFile;

// How text is cut before the merges; a property of the model.
enum class PreTokenizer { SmolLm, Qwen2 };

// Byte-level byte-pair encoding (GPT-2 style) with the vocabulary and merges of a GGUF file. Immutable after
// construction; may be shared between threads.
class BpeTokenizer
{
public:
    // Throws BadInput when vocabulary or merges are missing or contradict each other.
    explicit BpeTokenizer(const GgufFile& file);
    BpeTokenizer(std::vector<std::string> vocabulary, const std::vector<std::string>& merges,
                 std::vector<int> specialIds, PreTokenizer pre);
    BpeTokenizer(BpeTokenizer&& other) noexcept;
    ~BpeTokenizer();

    // Token ids of plain text: special tokens inside it are text. Invalid UTF-8 is encoded byte by byte;
    // bytes that the vocabulary has no token for are left out, as the original does.
    [[nodiscard]] std::vector<int> encode(std::string_view text) const;
    // The same, but special tokens written out ("<|im_start|>") become themselves; for templates of the program only.
    [[nodiscard]] std::vector<int> encodeWithSpecials(std::string_view text) const;

    // Bytes of one token; empty for a special one.
    [[nodiscard]] std::string bytesOf(int id) const;
    [[nodiscard]] std::string decode(const std::vector<int>& ids) const;

    [[nodiscard]] int size() const noexcept { return static_cast<int>(vocabulary_.size()); }
    [[nodiscard]] int idOf(const std::string& token) const; // -1 when unknown
    [[nodiscard]] bool isSpecial(int id) const noexcept;

private:
    struct Pattern;
    void encodePiece(std::string_view piece, std::vector<int>& ids) const;
    void cut(std::string_view text, std::vector<std::string_view>& pieces) const;

    std::vector<std::string> vocabulary_; // in byte-level spelling
    std::unordered_map<std::string, int> ids_;
    std::unordered_map<std::uint64_t, std::pair<int, int>> merges_; // (left id, right id) -> (rank, merged id)
    std::array<int, 256> byteIds_{};
    std::vector<int> specialIds_;
    std::unique_ptr<Pattern> pattern_;
};

// Collects the bytes of tokens and hands out whole UTF-8 characters only.
class Utf8Stream
{
public:
    [[nodiscard]] std::string add(std::string_view bytes);
    [[nodiscard]] std::string finish(); // what is left, invalid bytes replaced by U+FFFD

private:
    std::string pending_;
};

} // namespace binaurium
