// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/AskHistory.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Sha256.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <stdexcept>

namespace binaurium {
namespace {

constexpr double latestTimeS = 1e11;
constexpr std::size_t mostCharacters = 1 << 16; // of one line

// Markdown would read these as markup.
std::string escaped(const std::string& text)
{
    std::string result;
    for (const char c : text) {
        if (std::string_view("\\`*_{}[]<>#|!").find(c) != std::string_view::npos)
            result += '\\';
        result += c == '\n' ? ' ' : c;
    }
    return result;
}

std::string dateOf(double timeS)
{
    const auto time = static_cast<std::time_t>(timeS);
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts)};
}

} // namespace

std::string audioHash(const AudioBuffer& audio)
{
    const auto all = audio.all();
    std::string bytes(reinterpret_cast<const char*>(all.data()), all.size_bytes());
    bytes += std::to_string(audio.rateHz()) + "/" + std::to_string(audio.channels());
    return sha256(bytes);
}

Json entryToJson(const AskEntry& e)
{
    Json json{{"time", e.timeS},
              {"question", e.question},
              {e.ofScene ? "scene" : "recording", e.input},
              {"audio_sha256", e.audioHash},
              {"options", e.options.options},
              {"seed", e.options.seed},
              {"temperature", e.options.temperature},
              {"top_p", e.options.topP},
              {"max_tokens", e.options.maxTokens},
              {"answer", e.answer}};
    if (e.toS > 0.0) {
        json["from_s"] = e.fromS;
        json["to_s"] = e.toS;
    }
    return json;
}

AskEntry entryFromJson(const Json& json, const std::string& name)
{
    const JsonObject object(json, name);
    AskEntry e;
    e.timeS = object.number("time", 0.0, latestTimeS);
    e.question = object.string("question");
    e.ofScene = object.has("scene");
    e.input = object.string(e.ofScene ? "scene" : "recording");
    e.audioHash = object.string("audio_sha256");
    if (object.has("to_s")) {
        e.fromS = object.number("from_s", 0.0, latestTimeS);
        e.toS = object.number("to_s", e.fromS, latestTimeS);
    }
    e.options.options = object.strings("options", 8);
    e.options.seed = static_cast<std::uint64_t>(object.integer("seed", 0, INT64_MAX));
    e.options.temperature = object.number("temperature", 0.0, 10.0);
    e.options.topP = object.number("top_p", 0.0, 1.0);
    e.options.maxTokens = static_cast<int>(object.integer("max_tokens", 1, 2048));
    const JsonObject answer = object.object("answer");
    (void)answer.string("answer");
    (void)answer.string("model");
    e.answer = answer.value();
    std::string error;
    if (!e.options.isValid(&error))
        throw badInput(name, error);
    return e;
}

Json historyToJson(const std::vector<AskEntry>& entries)
{
    Json list = Json::array();
    for (const AskEntry& entry : entries)
        list.push_back(entryToJson(entry));
    return {{"format", "binaurium-ask-history"}, {"version", 1}, {"entries", list}};
}

std::string historyToMarkdown(const std::vector<AskEntry>& entries)
{
    std::string text = "# Questions and answers\n";
    for (const AskEntry& e : entries) {
        text.append("\n## ").append(escaped(e.question)).append("\n\n");
        if (!e.options.options.empty()) {
            text += "Options: ";
            for (const auto& option : e.options.options)
                text.append(&option == &e.options.options.front() ? "" : ", ").append(escaped(option));
            text += "\n\n";
        }
        text.append("**").append(escaped(e.answer.value("answer", ""))).append("**\n\n");
        text.append("- ").append(e.ofScene ? "scene " : "recording ").append(escaped(e.input));
        if (e.toS > 0.0)
            text.append(", ").append(Json(e.fromS).dump()).append(" to ").append(Json(e.toS).dump()).append(" s");
        text.append(", sha256 ").append(e.audioHash.substr(0, 12)).append("\n- model ");
        text.append(escaped(e.answer.value("model", ""))).append(", seed ").append(std::to_string(e.options.seed));
        text.append(", temperature ").append(Json(e.options.temperature).dump()).append(", top p ");
        text.append(Json(e.options.topP).dump()).append("\n- ").append(dateOf(e.timeS)).append("\n");
    }
    return text;
}

AskHistory::AskHistory(std::filesystem::path file) : file_(std::move(file))
{
    std::ifstream lines(file_, std::ios::binary);
    for (std::string line; std::getline(lines, line);)
        try {
            if (line.size() <= mostCharacters)
                entries_.push_back(entryFromJson(parseJson(line, "history"), "history"));
        } catch (const Error&) {
            continue;
        }
    if (entries_.size() > limit)
        entries_.erase(entries_.begin(), entries_.end() - static_cast<std::ptrdiff_t>(limit));
}

void AskHistory::add(AskEntry entry)
{
    entries_.push_back(std::move(entry));
    if (entries_.size() > limit) {
        entries_.erase(entries_.begin());
        rewrite();
        return;
    }
    if (file_.empty())
        return;
    std::filesystem::create_directories(file_.parent_path());
    std::ofstream lines(file_, std::ios::app);
    lines << entryToJson(entries_.back()).dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
    if (!lines)
        throw std::runtime_error(file_.string() + ": the answer could not be kept; is the disk full?");
}

void AskHistory::remove(std::size_t index)
{
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(index));
    rewrite();
}

void AskHistory::rewrite() const
{
    if (file_.empty())
        return;
    std::string text;
    for (const AskEntry& entry : entries_)
        text.append(entryToJson(entry).dump(-1, ' ', false, Json::error_handler_t::replace)).append("\n");
    writeFileAtomically(file_, text);
}

} // namespace binaurium
