// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/wording/Reword.h"

#include "core/dataset/Labels.h"
#include "core/dataset/wording/WordingSkeleton.h"
#include "core/support/Error.h"
#include "core/support/Random.h"
#include "core/support/Text.h"

#include <algorithm>
#include <cstdio>

namespace binaurium {
namespace {

constexpr std::size_t longestStoryWords = 30;
constexpr std::size_t shortestStoryWords = 4;

const std::set<std::string> telling{"left",  "right",  "front",   "ahead", "behind", "back",  "above",  "below",
                                    "over",  "under",  "north",   "south", "east",   "west",  "near",   "nearby",
                                    "close", "far",    "distant", "loud",  "louder", "quiet", "first",  "last",
                                    "one",   "two",    "three",   "four",  "five",   "high",  "low",    "before",
                                    "after", "beside", "next",    "turn",  "move",   "moves", "moving", "approaching"};

// Of sounds and of the instruction itself, in place of a situation.
const std::set<std::string> speaking{"sound",    "sounds", "sounding", "noise",    "noises",    "hear",
                                     "hears",    "heard",  "question", "sentence", "situation", "surroundings",
                                     "listener", "source", "sources",  "recording"};

std::string instructionFor(const Item& item, bool story)
{
    if (story)
        return "Write one short sentence that puts a listener into an everyday situation, in the second person. Do not "
               "name any sound, animal, machine, direction or number. Only the sentence.\nSituation for this "
               "question: " +
               item.question;
    return "Ask the following question in other words. Keep its meaning and every name in it. Answer with one question "
           "only.\nQuestion: " +
           item.question;
}

std::string hashed(const std::string& text)
{
    char digits[16];
    std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(hash64(text) & 0xffffffffU));
    return digits;
}

// Tries one item; its new form, or the item itself.
class Rewording
{
public:
    Rewording(const BackParse& parser, const TextGenerator& generator, const RewordOptions& options,
              RewordReport& report)
        : parser_(parser), generator_(generator), options_(options), report_(report)
    {}

    Item operator()(const Item& item, std::uint64_t index)
    {
        ++report_.tried;
        for (int t = 0; t < options_.tries; ++t) {
            const auto seed = options_.seed * 1'000'003 + index * 16 + static_cast<std::uint64_t>(t);
            const auto answer = generator_(instructionFor(item, options_.stories), seed);
            std::string text = questionIn(answer);
            std::string skeleton;
            const auto reason = options_.stories ? story(item, text, skeleton) : question(item, text, skeleton);
            if (!reason.empty()) {
                ++report_.rejected[reason];
                continue;
            }
            ++report_.accepted;
            ++report_.acceptedByTask[item.task];
            Item result = item;
            result.question = text;
            result.origin = (options_.stories ? "story: " : "reworded: ") + options_.model;
            result.templateId = BackParse::templateNameOf(item) + "~" + hashed(skeleton);
            return result;
        }
        return item;
    }

private:
    std::string question(const Item& item, const std::string& text, std::string& skeleton)
    {
        std::string unknown;
        if (auto reason = parser_.whyNot(item, text, &unknown); !reason.empty()) {
            if (!unknown.empty())
                ++report_.unknownWords[unknown];
            return reason;
        }
        skeleton = parser_.skeleton(item, text);
        return claimed(wordingSkeleton(text), item.split);
    }

    std::string story(const Item& item, std::string& text, std::string& skeleton)
    {
        if (auto reason = whyNoStory(text); !reason.empty())
            return reason;
        skeleton = text + " " + parser_.skeleton(item, item.question);
        text += " " + item.question;
        return claimed(skeleton, item.split);
    }

    // A wording of the templates belongs to its split, another to the first that uses it.
    std::string claimed(const std::string& skeleton, const std::string& split)
    {
        return owner_.emplace(skeleton, split).first->second == split ? "" : "wording of another split";
    }

    const BackParse& parser_;
    const TextGenerator& generator_;
    const RewordOptions& options_;
    RewordReport& report_;
    std::map<std::string, std::string> owner_ = builtInSkeletons(); // skeleton -> split
};

} // namespace

bool RewordOptions::isValid(std::string* error) const
{
    const char* problem = model.empty()                    ? "the model has no name"
                          : !(share > 0.0 && share <= 1.0) ? "share must be above 0 and at most 1"
                          : tries < 1 || tries > 16        ? "tries must be 1 to 16"
                                                           : nullptr;
    if (error != nullptr && problem != nullptr)
        *error = problem;
    return problem == nullptr;
}

Json toJson(const RewordReport& r)
{
    return {{"items", r.items},
            {"stopped", r.stopped},
            {"tried", r.tried},
            {"accepted", r.accepted},
            {"rejected", r.rejected},
            {"unknown_words", r.unknownWords},
            {"accepted_by_task", r.acceptedByTask}};
}

std::string questionIn(const std::string& answer)
{
    std::size_t start = 0;
    while (start < answer.size()) {
        const auto end = std::min(answer.find('\n', start), answer.size());
        constexpr auto marks = " \t\r\n\"'*-"; // of lists and of emphasis
        auto line = trimmed(answer.substr(start, end - start), marks);
        // "Question: ...", "Here is the question: ..."
        if (const auto colon = line.find(": "); colon != std::string::npos && colon < 40 && colon + 2 < line.size())
            line = trimmed(line.substr(colon + 2), marks);
        if (!line.empty() && (line.back() == '?' || line.back() == '.'))
            return line;
        start = end + 1;
    }
    return {};
}

std::string whyNoStory(const std::string& sentence)
{
    const auto words = wordsOfText(sentence);
    if (words.size() < shortestStoryWords || words.size() > longestStoryWords || words.front() != "you" ||
        sentence.back() != '.' || sentence.find_first_of("?\"") != std::string::npos)
        return "no sentence";
    for (const auto& word : words) {
        if (std::isdigit(static_cast<unsigned char>(word.front())) != 0)
            return "holds a number";
        if (speaking.count(word) > 0)
            return "speaks of the task";
        if (std::any_of(places().begin(), places().end(), [&](const Place& p) { return word == p.words; }))
            return "names a place";
        if (telling.count(word) > 0)
            return "names a direction";
        const auto singular = word.size() > 2 && word.back() == 's' ? word.substr(0, word.size() - 1) : word;
        if (labelFromWords(word) != nullptr || labelFromWords(singular) != nullptr)
            return "names a sound";
    }
    return {};
}

RewordReport reword(const std::vector<Item>& items, const BackParse& parser, const TextGenerator& generator,
                    const RewordOptions& options, const std::function<void(const Item&)>& visit,
                    const ProgressCallback& progress)
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "reword: " + error);
    RewordReport report;
    Rewording rewording(parser, generator, options, report);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Item& item = items[i];
        ++report.items;
        RandomStream random(options.seed, "reword", i);
        const bool chosen = !report.stopped && random.chance(options.share) && item.pair.empty() &&
                            item.origin == "template" && (!options.stories || item.level == "L3");
        visit(chosen ? rewording(item, i) : item);
        if (progress && !report.stopped)
            report.stopped =
                !progress({"reword", static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(items.size()), {}});
    }
    return report;
}

} // namespace binaurium
