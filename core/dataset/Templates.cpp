// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Templates.h"

#include "core/support/DataPaths.h"
#include "core/support/Toml.h"

#include <cctype>
#include <map>
#include <set>

namespace binaurium {
namespace {

constexpr std::size_t fewestTrainWordings = 5;
constexpr std::size_t fewestHeldOutWordings = 2;

template <typename T>
T oneOf(const JsonObject& object, const std::string& key, const std::map<std::string, T>& names,
        const std::string& fallback)
{
    const auto name = object.string(key, fallback);
    const auto found = names.find(name);
    if (found == names.end())
        object.fail(key, "is '" + name + "', which does not exist");
    return found->second;
}

SceneWish readWish(const JsonObject& o)
{
    SceneWish wish;
    wish.sources = static_cast<int>(o.integer("sources", 1, 3, 1));
    wish.inTurn = o.boolean("in_turn", false);
    wish.moving = o.boolean("moving", false);
    wish.place = o.boolean("place", false);
    wish.misfit = o.boolean("misfit", false);
    wish.apart = o.boolean("apart", false);
    wish.high = o.boolean("high", false);
    wish.opposite = o.boolean("opposite", false);
    wish.inTheWay = o.boolean("in_the_way", false);
    for (const auto& key : o.unknownKeys())
        o.fail(key.substr(key.rfind('.') + 1), "is not a wish");
    return wish;
}

std::vector<std::pair<std::string, Binding>> readBindings(const JsonObject& o)
{
    static const std::map<std::string, Binding> kinds{
        {"source", Binding::Source},     {"other", Binding::Other}, {"third", Binding::Third},
        {"absent", Binding::Absent},     {"maybe", Binding::Maybe}, {"maybe_other", Binding::MaybeOther},
        {"quadrant", Binding::Quadrant}, {"side", Binding::Side},   {"turn", Binding::Turn},
    };
    std::vector<std::pair<std::string, Binding>> bindings;
    for (const auto& [name, ignored] : o.value().items())
        bindings.emplace_back(name, oneOf(o, name, kinds, ""));
    return bindings;
}

QuestionTemplate readTemplate(const JsonObject& o, const std::string& file)
{
    static const std::map<std::string, AnswerFormat> formats{{"options", AnswerFormat::Options},
                                                             {"pair", AnswerFormat::Pair},
                                                             {"places", AnswerFormat::Places},
                                                             {"number", AnswerFormat::Number},
                                                             {"text", AnswerFormat::Text}};
    QuestionTemplate t;
    t.id = o.string("id");
    t.level = o.string("level");
    if (t.level != "L1" && t.level != "L2" && t.level != "L3")
        o.fail("level", "is '" + t.level + "', must be L1, L2 or L3");
    t.task = o.string("task");
    t.format = oneOf(o, "format", formats, "options");
    if (o.has("bind"))
        t.bindings = readBindings(o.object("bind"));
    if (o.has("answers"))
        t.answers = o.strings("answers", 64);
    t.always = o.string("always", "");
    if (o.has("wish"))
        t.wish = readWish(o.object("wish"));
    t.program = parseJson(o.string("program"), file + ": program of '" + t.id + "'");
    t.train = o.strings("train", 1000);
    t.heldOut = o.strings("held_out", 1000);
    if (o.has("further")) {
        const auto further = o.strings("further", 1000);
        t.train.insert(t.train.end(), further.begin(), further.end());
        t.further = further.size();
    }
    for (const auto* wordings : {&t.train, &t.heldOut})
        for (const auto& wording : *wordings)
            if (wording.empty() || wording.front() == '{' ||
                std::islower(static_cast<unsigned char>(wording.front())) != 0)
                o.fail("train or held_out", "has '" + wording + "', which begins with a small letter or a placeholder");
    if (t.train.size() < fewestTrainWordings)
        o.fail("train", "needs at least five wordings");
    if (t.heldOut.size() < fewestHeldOutWordings)
        o.fail("held_out", "needs at least two wordings");
    for (const auto& key : o.unknownKeys())
        o.fail(key.substr(key.rfind('.') + 1), "is not a member of a template");
    return t;
}

} // namespace

std::span<const std::string> QuestionTemplate::wordings(Split split) const
{
    if (split == Split::Train)
        return train;
    return split == Split::Validation ? std::span(heldOut).first(1) : std::span(heldOut).subspan(1);
}

std::string QuestionTemplate::wordingId(Split split, std::size_t index) const
{
    const std::size_t first = train.size() - further;
    std::size_t before = split == Split::Validation ? first : first + 1;
    if (split == Split::Train)
        before = index < first ? 0 : heldOut.size();
    return id + "-" + std::to_string(before + index + 1);
}

std::vector<QuestionTemplate> readTemplates(const std::filesystem::path& path)
{
    const Json document = readToml(path);
    const JsonObject root(document, path.string());
    checkFormat(root, "binaurium-templates", 1);
    std::vector<QuestionTemplate> templates;
    std::set<std::string> ids;
    std::set<std::string> wordings;
    for (const auto& object : root.objects("template", 10'000)) {
        templates.push_back(readTemplate(object, path.string()));
        const auto& t = templates.back();
        if (!ids.insert(t.id).second)
            object.fail("id", "'" + t.id + "' stands twice");
        for (const auto* list : {&t.train, &t.heldOut})
            for (const auto& wording : *list)
                if (!wordings.insert(wording).second)
                    object.fail("train", "holds a wording that stands twice: '" + wording + "'");
    }
    return templates;
}

const std::vector<QuestionTemplate>& questionTemplates()
{
    static const auto templates = readTemplates(requireData("models/templates.toml", "install Binaurium's data files"));
    return templates;
}

} // namespace binaurium
