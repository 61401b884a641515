// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Questions.h"

#include "core/dataset/Labels.h"
#include "core/scene/SceneFile.h"
#include "core/support/Error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace binaurium {
namespace {

constexpr std::array quadrants{"front", "left", "behind", "right"};
constexpr std::size_t classOptionCount = 4;

// {x} = words of the label, {the x} = with "the", {d} = direction words. The last two wordings of each task are kept
// for validation and test, so that no wording is in two splits.
constexpr std::array directionWordings{"Where is the {x}?",
                                       "From which direction does the {x} come?",
                                       "In which direction do you hear the {x}?",
                                       "Which way is the {x}?",
                                       "Where does the sound of the {x} come from?",
                                       "On which side of you is the {x}?",
                                       "What is the direction of the {x}?"};
constexpr std::array presenceWordings{"Is there {a x}?",
                                      "Do you hear {a x}?",
                                      "Can {a x} be heard?",
                                      "Is {a x} in this recording?",
                                      "Does the recording contain {a x}?",
                                      "Is the sound of {a x} present?",
                                      "Can you hear {a x} here?"};
constexpr std::array classWordings{"What do you hear?",
                                   "Which sound is this?",
                                   "What makes this sound?",
                                   "What is the source of the sound?",
                                   "Which sound is in the recording?",
                                   "What can be heard?",
                                   "Name the sound."};
constexpr std::array bindingWordings{"What is {d}?",          "Which sound comes from {d}?", "What do you hear {d}?",
                                     "Which sound is {d}?",   "What makes the sound {d}?",   "Name the sound {d}.",
                                     "What can be heard {d}?"};
constexpr std::size_t heldOutWordings = 2;

const Source* selectSource(const Json& program, const Scene& scene)
{
    const Source* found = nullptr;
    for (const Source& source : scene.sources) {
        if (source.muted || source.label != program.at("label").get<std::string>())
            continue;
        if (found != nullptr)
            return nullptr; // two of them: "the" is ambiguous
        found = &source;
    }
    return found;
}

// Quadrant of a source, or nothing when it is too near a border or too high.
std::optional<std::string> clearQuadrant(const Source& source, const Scene& scene)
{
    const auto d = relativePosition(scene.listener, source.positionM).direction;
    const double toBorder = std::abs(std::remainder(d.azimuthDeg - 45.0, 90.0));
    if (toBorder < quadrantMarginDeg || std::abs(d.elevationDeg) > quadrantElevationDeg)
        return std::nullopt;
    return quadrantOf(d.azimuthDeg);
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    const auto at = text.find(what);
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

std::string withArticle(const Label& label)
{
    return std::string(label.article).empty() ? label.words : std::string(label.article) + " " + label.words;
}

std::string directionPhrase(const std::string& quadrant)
{
    return quadrant == "front" ? "in front of you" : quadrant == "behind" ? "behind you" : "on your " + quadrant;
}

std::string evidenceOf(const Source& source, const Scene& scene)
{
    const auto p = relativePosition(scene.listener, source.positionM);
    const Label* label = findLabel(source.label);
    return "The " + std::string(label != nullptr ? label->words : source.name.c_str()) + " is at azimuth " +
           std::to_string(static_cast<int>(std::lround(p.direction.azimuthDeg))) + " degrees, " +
           std::to_string(static_cast<int>(std::lround(p.distanceM * 10.0)) / 10) + "." +
           std::to_string(static_cast<int>(std::lround(p.distanceM * 10.0)) % 10) + " metres away.";
}

class QuestionMaker
{
public:
    QuestionMaker(const Scene& scene, Split split, std::string id, RandomStream& random)
        : scene_(scene), split_(split), id_(std::move(id)), random_(random)
    {}

    std::vector<Item> run()
    {
        for (const Source& source : scene_.sources) {
            if (source.muted || findLabel(source.label) == nullptr)
                continue;
            askDirection(source);
            askBinding(source);
        }
        askPresence();
        askClass();
        return std::move(items_);
    }

private:
    template <std::size_t N>
    std::string wording(const std::array<const char*, N>& wordings, Item& item)
    {
        const bool train = split_ == Split::Train;
        const std::size_t first = train ? 0 : N - heldOutWordings;
        const std::size_t index = first + random_.below(train ? N - heldOutWordings : heldOutWordings);
        item.templateId = item.task + "-" + std::to_string(index + 1);
        return wordings[index];
    }

    Item start(const char* level, const char* task, Json program)
    {
        Item item;
        item.level = level;
        item.task = task;
        item.program = std::move(program);
        item.split = splitId(split_);
        item.scene = sceneToJson(scene_);
        return item;
    }

    // Keeps the item when the program has a value; shuffles the options, which must hold it.
    void finish(Item item)
    {
        const auto value = evaluateProgram(item.program, scene_);
        if (!value)
            return;
        item.answer = *value;
        random_.shuffle(std::span(item.options));
        item.id = id_ + "-" + std::to_string(items_.size());
        items_.push_back(std::move(item));
    }

    void askDirection(const Source& source)
    {
        Item item = start("L1", "direction", {{"op", "quadrant"}, {"of", {{"op", "select"}, {"label", source.label}}}});
        item.question = replaced(wording(directionWordings, item), "{x}", findLabel(source.label)->words);
        item.options.assign(quadrants.begin(), quadrants.end());
        item.evidence = evidenceOf(source, scene_);
        const double azimuth = relativePosition(scene_.listener, source.positionM).direction.azimuthDeg;
        item.margins["border_deg"] = std::abs(std::remainder(azimuth - 45.0, 90.0));
        finish(std::move(item));
    }

    void askBinding(const Source& source)
    {
        const auto quadrant = clearQuadrant(source, scene_);
        if (!quadrant || scene_.sources.size() < 2)
            return;
        Item item = start("L2", "binding", {{"op", "words"}, {"of", {{"op", "only_in"}, {"quadrant", *quadrant}}}});
        item.question = replaced(wording(bindingWordings, item), "{d}", directionPhrase(*quadrant));
        // The other sounds of the scene are the distractors that count.
        for (const Source& other : scene_.sources)
            if (const Label* label = findLabel(other.label))
                item.options.emplace_back(label->words);
        addDistractors(item.options);
        item.evidence = evidenceOf(source, scene_);
        finish(std::move(item));
    }

    void askPresence()
    {
        const bool present = random_.chance(0.5);
        const auto all = labels();
        std::vector<std::string> candidates;
        for (const Label& label : all) {
            const bool isThere = std::any_of(scene_.sources.begin(), scene_.sources.end(),
                                             [&](const Source& s) { return s.label == label.id; });
            if (isThere == present)
                candidates.emplace_back(label.id);
        }
        if (candidates.empty())
            return;
        const Label& label = *findLabel(candidates[random_.below(candidates.size())]);
        Item item = start("L1", "presence", {{"op", "exists"}, {"label", label.id}});
        item.question = replaced(wording(presenceWordings, item), "{a x}", withArticle(label));
        item.options = {"yes", "no"};
        item.evidence =
            std::string("The ") + label.words + (present ? " is among the sources." : " is not among the sources.");
        finish(std::move(item));
    }

    void askClass()
    {
        if (scene_.sources.size() != 1 || findLabel(scene_.sources[0].label) == nullptr)
            return;
        Item item = start("L1", "class", {{"op", "words"}, {"of", {{"op", "only"}}}});
        item.question = wording(classWordings, item);
        item.options = {findLabel(scene_.sources[0].label)->words};
        addDistractors(item.options);
        item.evidence = evidenceOf(scene_.sources[0], scene_);
        finish(std::move(item));
    }

    void addDistractors(std::vector<std::string>& options)
    {
        const auto all = labels();
        while (options.size() < classOptionCount) {
            const std::string words = all[random_.below(all.size())].words;
            if (std::find(options.begin(), options.end(), words) == options.end())
                options.push_back(words);
        }
    }

    const Scene& scene_;
    Split split_;
    std::string id_;
    RandomStream& random_;
    std::vector<Item> items_;
};

// The one source that a program's argument means.
const Source* evaluateSource(const Json& program, const Scene& scene)
{
    const auto op = program.at("op").get<std::string>();
    if (op == "select")
        return selectSource(program, scene);
    if (op == "only")
        return scene.sources.size() == 1 ? &scene.sources[0] : nullptr;
    if (op == "only_in") {
        const Source* found = nullptr;
        for (const Source& source : scene.sources) {
            const auto quadrant = clearQuadrant(source, scene);
            if (!quadrant)
                return nullptr; // something stands on a border: "the only one there" is ambiguous
            if (*quadrant != program.at("quadrant").get<std::string>())
                continue;
            if (found != nullptr)
                return nullptr;
            found = &source;
        }
        return found;
    }
    throw badInput("program", "has the unknown operation '" + op + "'");
}

} // namespace

std::string quadrantOf(double azimuthDeg)
{
    const double turns = (wrapDegrees(azimuthDeg) + 45.0) / 90.0;
    return quadrants[static_cast<std::size_t>(static_cast<int>(std::floor(turns)) + 4) % 4];
}

std::optional<std::string> evaluateProgram(const Json& program, const Scene& scene)
{
    const JsonObject object(program, "program");
    const auto op = object.string("op");
    if (op == "exists") {
        const auto label = object.string("label");
        const bool found = std::any_of(scene.sources.begin(), scene.sources.end(),
                                       [&](const Source& s) { return !s.muted && s.label == label; });
        return found ? "yes" : "no";
    }
    if (op != "quadrant" && op != "words")
        throw badInput("program", "has the unknown operation '" + op + "'");
    const Source* source = evaluateSource(object.raw("of"), scene);
    if (source == nullptr)
        return std::nullopt;
    if (op == "quadrant")
        return clearQuadrant(*source, scene);
    const Label* label = findLabel(source->label);
    return label != nullptr ? std::optional<std::string>(label->words) : std::nullopt;
}

std::vector<Item> makeQuestions(const Scene& scene, Split split, const std::string& id, RandomStream& random)
{
    return QuestionMaker(scene, split, id, random).run();
}

} // namespace binaurium
