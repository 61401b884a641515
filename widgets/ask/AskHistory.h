// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"
#include "core/support/Json.h"

#include <filesystem>
#include <string>
#include <vector>

namespace binaurium {

// One answered question with all that is needed to ask it again and to see whether it was about the same sound.
struct AskEntry
{
    double timeS = 0.0; // since the epoch
    std::string question;
    std::string input;     // a file, or the name of a scene
    bool ofScene = false;  // input names a scene, not a recording
    std::string audioHash; // of the samples that were asked about
    double fromS = 0.0;    // the range that was asked about
    double toS = 0.0;      // 0: not a range but the input as it is
    AskOptions options;
    Json answer; // as answerToJson()
};

// SHA-256 over rate, channels and samples.
[[nodiscard]] std::string audioHash(const AudioBuffer& audio);

[[nodiscard]] Json entryToJson(const AskEntry& entry);
// Throws BadInput.
[[nodiscard]] AskEntry entryFromJson(const Json& json, const std::string& name);

// Entries as one document ("binaurium-ask-history" version 1), and as text for a notebook.
[[nodiscard]] Json historyToJson(const std::vector<AskEntry>& entries);
[[nodiscard]] std::string historyToMarkdown(const std::vector<AskEntry>& entries);

// The questions that were asked on this computer, newest last, in one file of JSON lines. Lines that cannot be read are
// left out and are gone with the next change that rewrites the file.
class AskHistory
{
public:
    static constexpr std::size_t limit = 2000; // older ones are dropped

    // An empty path keeps nothing on disk.
    explicit AskHistory(std::filesystem::path file = {});
    [[nodiscard]] const std::vector<AskEntry>& entries() const noexcept { return entries_; }
    void add(AskEntry entry);
    void remove(std::size_t index);

private:
    void rewrite() const;
    std::filesystem::path file_;
    std::vector<AskEntry> entries_;
};

} // namespace binaurium
