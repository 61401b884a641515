// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Questions.h"

#include "core/dataset/Evidence.h"
#include "core/dataset/Program.h"
#include "core/dataset/Sectors.h"
#include "core/dataset/VisibleSources.h"
#include "core/scene/SceneFile.h"
#include "core/support/Text.h"

#include <algorithm>
#include <map>

namespace binaurium {
namespace {

constexpr std::size_t optionCount = 4;
constexpr int bindingTries = 4;

// Values of a template's placeholders, and the words that stand for them.
struct Bound
{
    std::map<std::string, Json> values;
    std::map<std::string, std::string> words; // "{x}", "{a x}", "{d}" -> text
};

void bindLabel(Bound& bound, const std::string& name, const std::string& id)
{
    const Label& label = *findLabel(id);
    bound.values[name] = id;
    bound.words["{" + name + "}"] = label.words;
    bound.words["{a " + name + "}"] = withArticle(label);
}

// A program with "$name" replaced by its value.
Json substituted(const Json& program, const std::map<std::string, Json>& values)
{
    if (program.is_string()) {
        const auto text = program.get<std::string>();
        const auto found = text.starts_with('$') ? values.find(text.substr(1)) : values.end();
        return found == values.end() ? program : found->second;
    }
    Json result = program;
    if (program.is_structured())
        for (auto& member : result)
            member = substituted(member, values);
    return result;
}

// Draws the placeholders of one template; false when the scene has too few sources.
class Binder
{
public:
    Binder(const SceneFacts& facts, const std::vector<std::string>& labels, RandomStream& random)
        : random_(random), labels_(labels)
    {
        for (const SourceFacts& s : facts.sources)
            present_.emplace_back(s.label->id);
        free_ = present_;
        random_.shuffle(std::span(free_));
    }

    bool bind(const std::string& name, Binding kind, Bound& bound)
    {
        switch (kind) {
        case Binding::Source:
        case Binding::Other:
        case Binding::Third:
            return bindPresent(name, bound);
        case Binding::Absent:
            return bindAbsent(name, bound);
        case Binding::Maybe:
        case Binding::MaybeOther:
            return random_.chance(0.5) ? bindPresent(name, bound) : bindAbsent(name, bound);
        case Binding::Quadrant:
            return bindSector(name, {"front", "left", "behind", "right"}, bound);
        case Binding::Side:
            return bindSector(name, {"left", "right"}, bound);
        case Binding::Turn:
            return bindTurn(name, bound);
        }
        return false;
    }

private:
    bool bindPresent(const std::string& name, Bound& bound)
    {
        if (free_.empty())
            return false;
        bindLabel(bound, name, free_.back());
        free_.pop_back();
        return true;
    }

    bool bindAbsent(const std::string& name, Bound& bound)
    {
        for (int i = 0; i < 100; ++i) {
            const auto& id = labels_[random_.below(labels_.size())];
            if (std::find(present_.begin(), present_.end(), id) == present_.end()) {
                bindLabel(bound, name, id);
                return true;
            }
        }
        return false;
    }

    bool bindSector(const std::string& name, const std::vector<std::string>& sectors, Bound& bound)
    {
        const auto& sector = sectors[random_.below(sectors.size())];
        bound.values[name] = sector;
        bound.words["{" + name + "}"] = bound.words["{d " + name + "}"] = directionPhrase(sector);
        return true;
    }

    bool bindTurn(const std::string& name, Bound& bound)
    {
        struct Turn
        {
            double yawDeg;
            const char* words;
        };
        static constexpr std::array<Turn, 3> turns{
            {{90.0, "90 degrees to the left"}, {-90.0, "90 degrees to the right"}, {180.0, "180 degrees"}}};
        const Turn& turn = turns[random_.below(turns.size())];
        bound.values[name] = turn.yawDeg;
        bound.words["{" + name + "}"] = turn.words;
        return true;
    }

    RandomStream& random_;
    const std::vector<std::string>& labels_;
    std::vector<std::string> present_;
    std::vector<std::string> free_;
};

bool contains(const std::vector<std::string>& list, const std::string& text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

// Fills up to four options with others of `pool`, drawn evenly: whoever has not heard the audio learns nothing from
// them.
void fillFrom(std::vector<std::string>& options, std::vector<std::string> pool, RandomStream& random)
{
    random.shuffle(std::span(pool));
    for (const auto& text : pool)
        if (options.size() < optionCount && !contains(options, text))
            options.push_back(text);
}

std::vector<std::string> wordsOf(const std::vector<std::string>& ids)
{
    std::vector<std::string> words;
    for (const auto& id : ids)
        words.emplace_back(findLabel(id)->words);
    return words;
}

// The labels that are asked about beside `label`: its group, so that telling the group is not enough; those of small
// groups form one together. A label is then as often the answer as another of its list.
std::vector<std::string> peersOf(const Label& label, const std::vector<std::string>& labels)
{
    std::map<std::string, std::vector<std::string>> groups;
    for (const auto& id : labels)
        groups[findLabel(id)->group].push_back(id);
    const auto isSmall = [&](const std::string& group) { return groups[group].size() < optionCount; };
    std::vector<std::string> peers;
    for (const auto& id : labels) {
        const std::string group = findLabel(id)->group;
        if (group == label.group || (isSmall(label.group) && isSmall(group)))
            peers.push_back(id);
    }
    return peers;
}

// Options of a question whose answer is a label: what sounds, and others. With one source, its peers if there are
// enough.
std::vector<std::string> labelOptions(const std::string& answer, const SceneFacts& facts,
                                      const std::vector<std::string>& labels, RandomStream& random)
{
    std::vector<std::string> options{answer};
    for (const SourceFacts& s : facts.sources)
        if (!contains(options, s.label->words))
            options.emplace_back(s.label->words);
    if (facts.sources.size() == 1)
        fillFrom(options, wordsOf(peersOf(*facts.sources[0].label, labels)), random);
    fillFrom(options, wordsOf(labels), random);
    return options;
}

// The two things that a question compares: what its placeholders name, else the two sources.
std::vector<std::string> pairOf(const Bound& bound, const SceneFacts& facts)
{
    std::vector<std::string> pair;
    for (const auto& [name, value] : bound.values)
        if (const Label* label = value.is_string() ? findLabel(value.get<std::string>()) : nullptr)
            pair.emplace_back(label->words);
    if (pair.size() < 2)
        for (const SourceFacts& s : facts.sources)
            pair.emplace_back(s.label->words);
    return pair;
}

// The odd one out: two labels of the place that sounds, two of a place that the answer belongs to. Only one of each
// pair can be heard, so the list alone does not tell which is odd. Fewer than four where there are no such labels.
std::vector<std::string> misfitOptions(const std::string& answer, const SceneFacts& facts,
                                       const std::vector<std::string>& labels, RandomStream& random)
{
    std::vector<std::string> options{answer};
    const auto sounds = [&](const std::string& id) {
        return std::any_of(facts.sources.begin(), facts.sources.end(), [&](auto& s) { return s.label->id == id; });
    };
    const Label* odd = labelFromWords(answer);
    const auto addPartners = [&](const std::string& id, const std::string& notWith) {
        std::vector<std::string> partners;
        for (const Place& place : places())
            if (belongsTo(id, place))
                for (const auto& other : labels)
                    if (belongsTo(other, place) && !sounds(other) && (notWith.empty() || !belongsTo(notWith, place)))
                        partners.emplace_back(findLabel(other)->words);
        random.shuffle(std::span(partners));
        for (const auto& words : partners)
            if (!contains(options, words)) {
                options.push_back(words);
                return;
            }
    };
    addPartners(odd->id, "");
    if (options.size() < 2)
        return options;
    for (const SourceFacts& s : facts.sources)
        if (s.label != odd && options.size() < 3)
            options.emplace_back(s.label->words);
    for (const SourceFacts& s : facts.sources)
        if (s.label != odd && options.size() < optionCount)
            addPartners(s.label->id, odd->id);
    return options;
}

std::vector<std::string> labelIds()
{
    std::vector<std::string> ids;
    for (const Label& label : labels())
        ids.emplace_back(label.id);
    return ids;
}

} // namespace

std::vector<std::string> QuestionMaker::knownPlaces() const
{
    std::vector<std::string> known;
    for (const Place& place : places())
        if (std::count_if(labels_.begin(), labels_.end(), [&](const auto& id) { return belongsTo(id, place); }) >= 2)
            known.emplace_back(place.words);
    return known;
}

AnswerWish QuestionMaker::drawAnswer(const QuestionTemplate& t, RandomStream& random) const
{
    const auto& answers = t.format == AnswerFormat::Places ? knownPlaces() : t.answers;
    if (!answers.empty())
        return {answers[random.below(answers.size())], {}};
    if (t.always.empty())
        return {};
    const std::size_t options = t.format == AnswerFormat::Pair ? 3 : optionCount;
    return random.below(options) == 0 ? AnswerWish{t.always, {}} : AnswerWish{{}, t.always};
}

void QuestionMaker::addOptions(Item& item, const QuestionTemplate& t, const SceneFacts& facts,
                               RandomStream& random) const
{
    if (!t.always.empty())
        item.options.push_back(t.always);
    if (t.format == AnswerFormat::Places) {
        item.options.push_back(item.answer);
        fillFrom(item.options, knownPlaces(), random);
    } else if (t.format == AnswerFormat::Options && !t.answers.empty()) {
        if (!contains(item.options, item.answer))
            item.options.push_back(item.answer);
        fillFrom(item.options, t.answers, random);
    } else if (t.format == AnswerFormat::Options)
        item.options = t.wish.misfit ? misfitOptions(item.answer, facts, labels_, random)
                                     : labelOptions(item.answer, facts, labels_, random);
    random.shuffle(std::span(item.options));
}

std::optional<Item> QuestionMaker::ask(const QuestionTemplate& t, const SceneFacts& facts, RandomStream& random,
                                       const AnswerWish& wish) const
{
    for (int i = 0; i < bindingTries; ++i) {
        Bound bound;
        Binder binder(facts, labels_, random);
        bool complete = true;
        for (const auto& [name, kind] : t.bindings)
            complete = complete && binder.bind(name, kind, bound);
        if (!complete)
            return std::nullopt;
        Item item;
        item.program = substituted(t.program, bound.values);
        const auto answer = evaluateProgram(item.program, facts);
        if (!answer || !wish.allows(*answer))
            continue;
        const auto wordings = t.wordings(split_);
        const auto wording = random.below(wordings.size());
        item.level = t.level;
        item.task = t.task;
        item.templateId = t.wordingId(split_, wording);
        item.question = wordings[wording];
        for (const auto& [placeholder, words] : bound.words)
            replaceAll(item.question, placeholder, words);
        item.answer = *answer;
        item.split = splitId(split_);
        if (t.format == AnswerFormat::Pair)
            item.options = pairOf(bound, facts);
        addOptions(item, t, facts, random);
        if (t.wish.misfit && item.options.size() < optionCount)
            return std::nullopt; // the odd one would stand alone
        if (!item.options.empty() && !contains(item.options, item.answer))
            return std::nullopt;
        item.evidence = evidenceOf(item.program, item.answer, facts);
        item.margins = marginsOf(item.program, item.answer, facts);
        return item;
    }
    return std::nullopt;
}

std::optional<Item> unseenQuestion(const Scene& scene, Split split, RandomStream& random,
                                   const std::vector<std::string>& labels)
{
    static constexpr std::array trainWordings{
        "Which sound comes from something that you do not see?", "What sounds out of your sight?",
        "Which of the sounds has no visible source?", "What is heard from outside your view?",
        "Which sound is hidden from you?"};
    static constexpr std::array heldOutWordings{"What do you hear that is not in view?"};
    const auto facts = factsOf(scene);
    const SourceFacts* hidden = nullptr;
    std::size_t seen = 0;
    for (const SourceFacts& source : facts.sources) {
        if (source.moves)
            return std::nullopt;
        if (std::abs(source.direction.azimuthDeg) <= 0.5 * fieldOfViewDeg)
            ++seen;
        else if (hidden != nullptr || !source.audible)
            return std::nullopt;
        else
            hidden = &source;
    }
    if (hidden == nullptr || seen == 0)
        return std::nullopt;
    const std::span<const char* const> wordings = split == Split::Train ? std::span<const char* const>(trainWordings)
                                                                        : std::span<const char* const>(heldOutWordings);
    const auto wording = random.below(wordings.size());
    Item item;
    item.level = "L2";
    item.task = "unseen";
    item.templateId = "unseen-" + std::to_string(wording) + (split == Split::Train ? "" : "h");
    item.question = visibleSentence(visibleObjects(scene, fieldOfViewDeg)) + ' ' + wordings[wording];
    item.program = {{"op", "words"}, {"of", {{"op", "select"}, {"label", hidden->label->id}}}};
    item.answer = hidden->label->words;
    item.split = splitId(split);
    item.options = labelOptions(item.answer, facts, labels.empty() ? labelIds() : labels, random);
    random.shuffle(std::span(item.options));
    item.evidence = evidenceOf(item.program, item.answer, facts);
    item.margins = marginsOf(item.program, item.answer, facts);
    return item;
}

std::vector<Item> makeQuestions(const Scene& scene, Split split, const std::string& id, RandomStream& random,
                                const std::vector<std::string>& labels)
{
    const QuestionMaker maker(split, labels.empty() ? labelIds() : labels);
    const auto facts = factsOf(scene);
    const Json sceneJson = sceneToJson(scene);
    std::vector<Item> items;
    for (const QuestionTemplate& t : questionTemplates()) {
        if (auto item = maker.ask(t, facts, random)) {
            item->id = id + "-" + std::to_string(items.size());
            item->scene = sceneJson;
            items.push_back(std::move(*item));
        }
    }
    return items;
}

} // namespace binaurium
