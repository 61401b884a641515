// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/files/HubTokenizer.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Json.h"

#include <sstream>

namespace binaurium {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t idsMost = 1 << 21;
constexpr std::size_t mergesMost = 1 << 21;

struct Words
{
    std::vector<std::string> vocabulary;
    std::vector<std::string> merges;
    std::vector<int> specials;

    void put(const JsonObject& from, const std::string& key, std::int64_t id, const std::string& token)
    {
        if (id < 0 || id >= idsMost)
            from.fail(key, "has an id outside 0 to 2^21");
        const auto at = static_cast<std::size_t>(id);
        if (at >= vocabulary.size())
            vocabulary.resize(at + 1);
        if (!vocabulary[at].empty() && vocabulary[at] != token)
            from.fail(key, "has the id of '" + vocabulary[at] + "'");
        vocabulary[at] = token;
    }
    void putVocabulary(const JsonObject& table)
    {
        for (const auto& [token, ignored] : table.value().items())
            put(table, token, table.integer(token, 0, idsMost - 1), token);
    }
};

// Added tokens, of which only the special ones are kept out of plain text.
void putAdded(Words& words, const JsonObject& token, std::int64_t id)
{
    words.put(token, "content", id, token.string("content"));
    if (token.boolean("special", false))
        words.specials.push_back(static_cast<int>(id));
}

Words fromTokenizerJson(const fs::path& path)
{
    const Json document = readJson(path);
    const JsonObject root(document, path.string());
    const auto model = root.object("model");
    if (const auto type = model.string("type", "BPE"); type != "BPE")
        model.fail("type", "is '" + type + "', this program reads BPE");
    Words words;
    words.putVocabulary(model.object("vocab"));
    const Json& merges = model.raw("merges");
    if (!merges.is_array() || merges.size() > mergesMost)
        model.fail("merges", "must be a list of at most 2^21 pairs");
    for (const Json& merge : merges) {
        if (merge.is_string())
            words.merges.push_back(merge.get<std::string>());
        else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
            words.merges.push_back(merge[0].get<std::string>() + " " + merge[1].get<std::string>());
        else
            model.fail("merges", "holds something that is no pair of tokens");
    }
    if (root.has("added_tokens"))
        for (const auto& token : root.objects("added_tokens"))
            putAdded(words, token, token.integer("id", 0, idsMost - 1));
    return words;
}

Words fromVocabularyAndMerges(const fs::path& folder)
{
    const auto vocabularyPath = folder / "vocab.json", mergesPath = folder / "merges.txt";
    for (const auto& path : {vocabularyPath, mergesPath})
        if (!fs::exists(path))
            throw missing(folder.string() + " has neither tokenizer.json nor " + path.filename().string(),
                          "give the folder of a complete model");
    const Json vocabulary = readJson(vocabularyPath);
    Words words;
    words.putVocabulary(JsonObject(vocabulary, vocabularyPath.string()));
    std::istringstream lines(readFile(mergesPath));
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        if (line.empty() || line.starts_with("#version"))
            continue;
        if (words.merges.size() >= mergesMost)
            throw badInput(mergesPath.string(), "has more than 2^21 merges");
        words.merges.push_back(line);
    }
    const auto configPath = folder / "tokenizer_config.json";
    if (fs::exists(configPath)) {
        const Json config = readJson(configPath);
        const JsonObject root(config, configPath.string());
        if (root.has("added_tokens_decoder")) {
            const auto added = root.object("added_tokens_decoder");
            for (const auto& [id, ignored] : added.value().items()) {
                const bool isNumber =
                    !id.empty() && id.size() < 8 && id.find_first_not_of("0123456789") == std::string::npos;
                if (!isNumber)
                    added.fail(id, "is no token id");
                putAdded(words, added.object(id), std::stoll(id));
            }
        }
    }
    return words;
}

} // namespace

BpeTokenizer readHubTokenizer(const fs::path& folder, PreTokenizer pre)
{
    auto words = fs::exists(folder / "tokenizer.json") ? fromTokenizerJson(folder / "tokenizer.json")
                                                       : fromVocabularyAndMerges(folder);
    // Ids that nobody names still have their place in the embedding.
    for (std::size_t id = 0; id < words.vocabulary.size(); ++id)
        if (words.vocabulary[id].empty()) {
            words.vocabulary[id] = "<|unused " + std::to_string(id) + "|>";
            words.specials.push_back(static_cast<int>(id));
        }
    return {std::move(words.vocabulary), words.merges, std::move(words.specials), pre};
}

} // namespace binaurium
