// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/files/BpeTokenizer.h"

#include "core/model/files/GgufFile.h"
#include "core/support/Error.h"

#include <algorithm>
#include <queue>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace binaurium {
namespace {

// The pattern that GPT-2 published; digits are isolated one by one before it (SmolLM: a digit ends a piece, so white
// space before it stays whole) or inside it (Qwen2).
constexpr auto smolLmPattern =
    R"(\p{N}|'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?=\p{N})|\s+(?!\S)|\s+)";
constexpr auto qwen2Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

void appendUtf8(std::string& text, std::uint32_t c)
{
    if (c < 0x80) {
        text += static_cast<char>(c);
    } else if (c < 0x800) {
        text += static_cast<char>(0xC0 | (c >> 6));
        text += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        text += static_cast<char>(0xE0 | (c >> 12));
        text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (c & 0x3F));
    }
}

// GPT-2 spells every byte as a printable character: itself where it is one, else U+0100 and up in order.
struct ByteSpelling
{
    std::array<std::string, 256> spelling;
    std::unordered_map<std::string, unsigned char> byte;
    ByteSpelling()
    {
        std::uint32_t next = 0x100;
        for (std::uint32_t b = 0; b < 256; ++b) {
            const bool printable = (b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
            appendUtf8(spelling[b], printable ? b : next++);
            byte[spelling[b]] = static_cast<unsigned char>(b);
        }
    }
};

const ByteSpelling& byteSpelling()
{
    static const ByteSpelling table;
    return table;
}

// Length of the valid UTF-8 character at the start of `text`, 0 when it is not one, -1 when it is cut off.
int utf8Length(std::string_view text)
{
    const auto lead = static_cast<unsigned char>(text[0]);
    const int length = lead < 0x80                   ? 1
                       : lead >= 0xC2 && lead < 0xE0 ? 2
                       : lead >= 0xE0 && lead < 0xF0 ? 3
                       : lead >= 0xF0 && lead < 0xF5 ? 4
                                                     : 0;
    for (int i = 1; i < length; ++i) {
        if (static_cast<std::size_t>(i) >= text.size())
            return -1;
        const auto c = static_cast<unsigned char>(text[static_cast<std::size_t>(i)]);
        const bool badSecond = i == 1 && ((lead == 0xE0 && c < 0xA0) || (lead == 0xED && c >= 0xA0) ||
                                          (lead == 0xF0 && c < 0x90) || (lead == 0xF4 && c >= 0x90));
        if ((c & 0xC0) != 0x80 || badSecond)
            return 0;
    }
    return length;
}

constexpr std::uint64_t pairKey(int left, int right)
{
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) | static_cast<std::uint32_t>(right);
}

} // namespace

struct BpeTokenizer::Pattern
{
    pcre2_code* code = nullptr;
    explicit Pattern(PreTokenizer pre)
    {
        const auto* text = pre == PreTokenizer::SmolLm ? smolLmPattern : qwen2Pattern;
        int error = 0;
        PCRE2_SIZE where = 0;
        code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text), PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP, &error,
                             &where, nullptr);
        if (code == nullptr)
            throw Error(ErrorKind::Internal, "the tokenizer's pattern does not compile");
        pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); // without JIT it still works
    }
    ~Pattern() { pcre2_code_free(code); }
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;
};

BpeTokenizer::BpeTokenizer(BpeTokenizer&& other) noexcept = default;
BpeTokenizer::~BpeTokenizer() = default;

namespace {

std::vector<int> controlTokens(const GgufFile& file)
{
    // Tokens like "<|im_start|>"; the type list of the file says 3 (control), the spelling says the same.
    std::vector<int> ids;
    const auto& tokens = file.strings("tokenizer.ggml.tokens");
    for (std::size_t i = 0; i < tokens.size(); ++i)
        if (tokens[i].size() > 2 && ((tokens[i].starts_with("<|") && tokens[i].ends_with("|>")) ||
                                     (i < 64 && tokens[i].starts_with("<") && tokens[i].ends_with(">"))))
            ids.push_back(static_cast<int>(i));
    return ids;
}

PreTokenizer preTokenizerOf(const GgufFile& file)
{
    if (file.string("tokenizer.ggml.model") != "gpt2")
        throw badInput(file.name(), "its tokenizer is not byte-level BPE");
    const auto pre = file.has("tokenizer.ggml.pre") ? file.string("tokenizer.ggml.pre") : "smollm";
    if (pre == "smollm")
        return PreTokenizer::SmolLm;
    if (pre == "qwen2")
        return PreTokenizer::Qwen2;
    throw badInput(file.name(), "its pre-tokenizer '" + pre + "' is not supported (smollm and qwen2 are)");
}

} // namespace

BpeTokenizer::BpeTokenizer(const GgufFile& file)
    : BpeTokenizer(file.strings("tokenizer.ggml.tokens"), file.strings("tokenizer.ggml.merges"), controlTokens(file),
                   preTokenizerOf(file))
{}

BpeTokenizer::BpeTokenizer(std::vector<std::string> vocabulary, const std::vector<std::string>& merges,
                           std::vector<int> specialIds, PreTokenizer pre)
    : vocabulary_(std::move(vocabulary)), specialIds_(std::move(specialIds)), pattern_(std::make_unique<Pattern>(pre))
{
    for (std::size_t i = 0; i < vocabulary_.size(); ++i)
        ids_.emplace(vocabulary_[i], static_cast<int>(i));
    const auto& table = byteSpelling();
    for (std::size_t b = 0; b < 256; ++b)
        byteIds_[b] = idOf(table.spelling[b]);
    int rank = 0;
    for (const auto& merge : merges) {
        const auto space = merge.find(' ', 1);
        const int left = space == std::string::npos ? -1 : idOf(merge.substr(0, space));
        const int right = space == std::string::npos ? -1 : idOf(merge.substr(space + 1));
        const int merged = left < 0 || right < 0 ? -1 : idOf(merge.substr(0, space) + merge.substr(space + 1));
        if (merged < 0)
            throw badInput("tokenizer", "its merge '" + merge + "' does not fit the vocabulary");
        merges_.emplace(pairKey(left, right), std::pair(rank++, merged));
    }
    std::sort(specialIds_.begin(), specialIds_.end());
}

int BpeTokenizer::idOf(const std::string& token) const
{
    const auto found = ids_.find(token);
    return found == ids_.end() ? -1 : found->second;
}

bool BpeTokenizer::isSpecial(int id) const noexcept
{
    return std::binary_search(specialIds_.begin(), specialIds_.end(), id);
}

// Merges the pair of lowest rank first, leftmost among equals; a queue keeps long pieces from becoming quadratic.
void BpeTokenizer::encodePiece(std::string_view piece, std::vector<int>& ids) const
{
    struct Symbol
    {
        int id, before, after;
    };
    struct Candidate
    {
        int rank, left, right, merged, leftId, rightId;
        bool operator>(const Candidate& o) const { return rank != o.rank ? rank > o.rank : left > o.left; }
    };
    std::vector<Symbol> symbols;
    for (const char byte : piece) {
        const int id = byteIds_[static_cast<unsigned char>(byte)];
        if (id >= 0)
            symbols.push_back({id, static_cast<int>(symbols.size()) - 1, static_cast<int>(symbols.size()) + 1});
    }
    if (!symbols.empty())
        symbols.back().after = -1;
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
    const auto consider = [&](int left, int right) {
        if (left < 0 || right < 0)
            return;
        const int a = symbols[static_cast<std::size_t>(left)].id;
        const int b = symbols[static_cast<std::size_t>(right)].id;
        if (const auto found = merges_.find(pairKey(a, b)); found != merges_.end())
            queue.push({found->second.first, left, right, found->second.second, a, b});
    };
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i)
        consider(static_cast<int>(i), static_cast<int>(i) + 1);
    while (!queue.empty()) {
        const Candidate c = queue.top();
        queue.pop();
        Symbol& left = symbols[static_cast<std::size_t>(c.left)];
        Symbol& right = symbols[static_cast<std::size_t>(c.right)];
        if (left.id != c.leftId || right.id != c.rightId || left.after != c.right)
            continue; // one of the two was merged meanwhile
        left.id = c.merged;
        left.after = right.after;
        right.id = -1;
        if (right.after >= 0)
            symbols[static_cast<std::size_t>(right.after)].before = c.left;
        consider(left.before, c.left);
        consider(c.left, left.after);
    }
    for (int i = symbols.empty() ? -1 : 0; i >= 0; i = symbols[static_cast<std::size_t>(i)].after)
        ids.push_back(symbols[static_cast<std::size_t>(i)].id);
}

void BpeTokenizer::cut(std::string_view text, std::vector<std::string_view>& pieces) const
{
    const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match(
        pcre2_match_data_create_from_pattern(pattern_->code, nullptr), pcre2_match_data_free);
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    std::size_t at = 0;
    while (at < text.size()) {
        const int found =
            pcre2_match(pattern_->code, subject, text.size(), at, PCRE2_NO_UTF_CHECK, match.get(), nullptr);
        const PCRE2_SIZE* range = pcre2_get_ovector_pointer(match.get());
        if (found <= 0 || range[1] <= range[0])
            break;
        if (range[0] > at)
            pieces.push_back(text.substr(at, range[0] - at));
        pieces.push_back(text.substr(range[0], range[1] - range[0]));
        at = range[1];
    }
    if (at < text.size())
        pieces.push_back(text.substr(at));
}

std::vector<int> BpeTokenizer::encode(std::string_view text) const
{
    std::vector<int> ids;
    std::vector<std::string_view> pieces;
    while (!text.empty()) {
        // The longest run of valid UTF-8 goes through the pattern, a byte that is not valid stands alone.
        std::size_t valid = 0;
        while (valid < text.size()) {
            const int length = utf8Length(text.substr(valid));
            if (length <= 0)
                break;
            valid += static_cast<std::size_t>(length);
        }
        pieces.clear();
        cut(text.substr(0, valid), pieces);
        for (const auto piece : pieces)
            encodePiece(piece, ids);
        if (valid < text.size())
            encodePiece(text.substr(valid++, 1), ids);
        text.remove_prefix(valid);
    }
    return ids;
}

std::vector<int> BpeTokenizer::encodeWithSpecials(std::string_view text) const
{
    std::vector<int> ids;
    while (!text.empty()) {
        std::size_t first = std::string_view::npos;
        int special = -1;
        for (const int id : specialIds_) {
            const auto& token = vocabulary_[static_cast<std::size_t>(id)];
            const auto at = text.find(token);
            if (at < first || (at == first && special >= 0 && at != std::string_view::npos &&
                               token.size() > vocabulary_[static_cast<std::size_t>(special)].size())) {
                first = at;
                special = id;
            }
        }
        const auto plain = encode(text.substr(0, first));
        ids.insert(ids.end(), plain.begin(), plain.end());
        if (special < 0)
            break;
        ids.push_back(special);
        text.remove_prefix(first + vocabulary_[static_cast<std::size_t>(special)].size());
    }
    return ids;
}

std::string BpeTokenizer::bytesOf(int id) const
{
    if (id < 0 || id >= size() || isSpecial(id))
        return {};
    const auto& table = byteSpelling().byte;
    const std::string& token = vocabulary_[static_cast<std::size_t>(id)];
    std::string bytes;
    for (std::size_t i = 0; i < token.size();) {
        const auto length = static_cast<std::size_t>(std::max(1, utf8Length(std::string_view(token).substr(i))));
        const auto found = table.find(token.substr(i, length));
        if (found != table.end())
            bytes += static_cast<char>(found->second);
        i += length;
    }
    return bytes;
}

std::string BpeTokenizer::decode(const std::vector<int>& ids) const
{
    std::string bytes;
    for (const int id : ids)
        bytes += bytesOf(id);
    return bytes;
}

std::string Utf8Stream::add(std::string_view bytes)
{
    pending_ += bytes;
    std::string whole;
    std::size_t at = 0;
    while (at < pending_.size()) {
        const int length = utf8Length(std::string_view(pending_).substr(at));
        if (length < 0)
            break; // the rest of the character is still to come
        whole += length == 0 ? std::string("\xEF\xBF\xBD") : pending_.substr(at, static_cast<std::size_t>(length));
        at += static_cast<std::size_t>(std::max(1, length));
    }
    pending_.erase(0, at);
    return whole;
}

std::string Utf8Stream::finish()
{
    const bool cutOff = !pending_.empty();
    pending_.clear();
    return cutOff ? "\xEF\xBF\xBD" : "";
}

} // namespace binaurium
