// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/TrainOptions.h"

#include "core/support/Error.h"
#include "core/training/run/OptionTable.h"

#include <algorithm>

namespace binaurium {
namespace {

// Visitor that overwrites options by the members of one table.
class OptionReader
{
public:
    OptionReader(const JsonObject& object, const std::filesystem::path& folder) : object_(object), folder_(folder) {}

    void boolean(const char* key, bool& value, const char* /*help*/) { value = object_.boolean(key, value); }
    void integer(const char* key, int& value, double low, double high, const char* /*help*/)
    {
        value = static_cast<int>(
            object_.integer(key, static_cast<std::int64_t>(low), static_cast<std::int64_t>(high), value));
    }
    void seed(const char* key, std::uint64_t& value, const char* /*help*/)
    {
        value = static_cast<std::uint64_t>(object_.integer(key, 0, INT64_MAX, static_cast<std::int64_t>(value)));
    }
    void number(const char* key, double& value, double low, double high, const char* /*help*/)
    {
        value = object_.number(key, low, high, value);
    }
    void numbers(const char* key, std::array<double, 3>& value, double low, double high, const char* /*help*/)
    {
        if (object_.has(key))
            std::ranges::copy(object_.numbers(key, value.size(), low, high), value.begin());
    }
    void choice(const char* key, std::string& value, const std::vector<std::string>& choices, const char* /*help*/)
    {
        value = object_.string(key, value);
        if (std::ranges::find(choices, value) != choices.end())
            return;
        std::string list;
        for (const auto& choice : choices)
            list += (list.empty() ? "" : choice == choices.back() ? " or " : ", ") + choice;
        object_.fail(key, "is '" + value + "', must be " + list);
    }
    void sounds(const char* key, SoundSet& value, const char* /*help*/)
    {
        value = soundSetFromId(object_.string(key, soundSetId(value)));
    }
    void text(const char* key, std::string& value, const char* /*help*/) { value = object_.string(key, value); }
    void device(const char* key, std::string& value, const char* /*help*/) { value = object_.string(key, value); }
    void folder(const char* key, std::string& value, const char* /*help*/)
    {
        value = resolved(object_.string(key, value));
    }
    void file(const char* key, std::string& value, const char* help) { folder(key, value, help); }
    void folders(const char* key, std::vector<std::string>& value, const char* /*help*/)
    {
        constexpr std::size_t mostFolders = 100;
        if (object_.has(key))
            value = object_.strings(key, mostFolders);
        for (auto& path : value)
            path = resolved(path);
    }

    // A folder, or the name of a model that comes with the program.
    void model(const char* key, std::string& value, const char* /*help*/)
    {
        value = object_.string(key, value);
        if (value.find('/') != std::string::npos || std::filesystem::exists(folder_ / value))
            value = resolved(value);
    }

private:
    [[nodiscard]] std::string resolved(const std::string& path) const
    {
        return path.empty() || std::filesystem::path(path).is_absolute()
                   ? path
                   : std::filesystem::weakly_canonical(folder_ / path).string();
    }
    const JsonObject& object_;
    const std::filesystem::path& folder_;
};

// Visitor that collects what a form shows.
class OptionLister
{
public:
    explicit OptionLister(std::vector<OptionField>& fields) : fields_(fields) {}
    std::string section;

    void boolean(const char* key, bool value, const char* help) { add(key, OptionField::Kind::Boolean, value, help); }
    void integer(const char* key, int value, double low, double high, const char* help)
    {
        add(key, OptionField::Kind::Integer, value, help, low, high);
    }
    void seed(const char* key, std::uint64_t value, const char* help)
    {
        add(key, OptionField::Kind::Integer, value, help, 0.0, 9e15);
    }
    void number(const char* key, double value, double low, double high, const char* help)
    {
        add(key, OptionField::Kind::Number, value, help, low, high);
    }
    void numbers(const char* key, const std::array<double, 3>& value, double low, double high, const char* help)
    {
        add(key, OptionField::Kind::Numbers, value, help, low, high);
    }
    void choice(const char* key, const std::string& value, std::vector<std::string> choices, const char* help)
    {
        add(key, OptionField::Kind::Choice, value, help).choices = std::move(choices);
    }
    void sounds(const char* key, SoundSet value, const char* help)
    {
        add(key, OptionField::Kind::Choice, soundSetId(value), help).choices = {soundSetId(SoundSet::Shipped),
                                                                                soundSetId(SoundSet::Large)};
    }
    void text(const char* key, const std::string& value, const char* help)
    {
        add(key, OptionField::Kind::Text, value, help);
    }
    void device(const char* key, const std::string& value, const char* help)
    {
        add(key, OptionField::Kind::Device, value, help);
    }
    void folder(const char* key, const std::string& value, const char* help)
    {
        add(key, OptionField::Kind::Folder, value, help);
    }
    void file(const char* key, const std::string& value, const char* help)
    {
        add(key, OptionField::Kind::File, value, help);
    }
    void model(const char* key, const std::string& value, const char* help)
    {
        add(key, OptionField::Kind::Model, value, help);
    }
    void folders(const char* key, const std::vector<std::string>& value, const char* help)
    {
        add(key, OptionField::Kind::Folders, value, help);
    }

private:
    OptionField& add(const char* key, OptionField::Kind kind, Json value, const char* help, double low = 0.0,
                     double high = 0.0)
    {
        return fields_.emplace_back(OptionField{section, key, kind, std::move(value), low, high, {}, help});
    }
    std::vector<OptionField>& fields_;
};

} // namespace

bool TrainOptions::isValid(std::string* error) const
{
    const auto fail = [&](const char* what) {
        if (error != nullptr)
            *error = what;
        return false;
    };
    if (!scene.isValid(error))
        return false;
    if (encoder.hidden % 4 != 0)
        return fail("encoder.hidden must be a multiple of 4");
    if (!encoder.enabled && encoderCheckpoint.empty() && modelCheckpoint.empty())
        return fail("without the encoder stage, encoder_checkpoint or model_checkpoint must name a finished encoder");
    if (encoder.enabled && encoder.without != "nothing" && (alignment.enabled || sft.enabled || grpo.enabled))
        return fail("an encoder without a feature is for comparisons: switch the later stages off");
    const bool hasStart = alignment.enabled || sft.enabled || !modelCheckpoint.empty();
    if (grpo.enabled && !hasStart)
        return fail("grpo needs a trained model: enable sft, or name one with model_checkpoint");
    if (grpo.enabled && grpo.answerReward + grpo.formatReward + grpo.evidenceReward <= 0.0)
        return fail("grpo needs a reward above 0");
    const auto empty = [](const std::array<double, 3>& shares) { return shares[0] + shares[1] + shares[2] <= 0.0; };
    if (empty(grpo.levels) || empty(sft.levelsAtStart) || empty(sft.levelsAtEnd) || empty(alignment.levelsAtStart) ||
        empty(alignment.levelsAtEnd))
        return fail("the shares of L1, L2 and L3 must not all be 0");
    return true;
}

TrainOptions trainOptionsFromJson(const Json& document, const std::string& name, const std::filesystem::path& folder)
{
    const JsonObject root(document, name);
    checkFormat(root, "binaurium-train", 1);
    TrainOptions o;
    std::vector<std::string> unknown;
    const auto read = [&](const JsonObject& object, auto&& visit, auto& options) {
        OptionReader reader(object, folder);
        visit(reader, options);
        const auto keys = object.unknownKeys();
        unknown.insert(unknown.end(), keys.begin(), keys.end());
    };
    const auto section = [&](const char* key, auto&& visit, auto& options) {
        if (root.has(key))
            read(root.object(key), visit, options);
    };
    section(
        "encoder", [](auto& v, auto& s) { visitEncoder(v, s); }, o.encoder);
    section(
        "alignment", [](auto& v, auto& s) { visitLanguage(v, s); }, o.alignment);
    section(
        "sft", [](auto& v, auto& s) { visitLanguage(v, s); }, o.sft);
    section(
        "grpo", [](auto& v, auto& s) { visitGrpo(v, s); }, o.grpo);
    if (root.has("scene"))
        o.scene = samplerOptionsFromJson(root.object("scene"), unknown);
    read(
        root, [](auto& v, auto& s) { visitRun(v, s); }, o);
    if (!unknown.empty())
        throw badInput(name, "'" + unknown.front() + "' is not an option of training");
    std::string error;
    if (!o.isValid(&error))
        throw badInput(name, error);
    return o;
}

Json withAbsolutePaths(Json document, const TrainOptions& options)
{
    for (const OptionField& field : optionFields(options))
        if ((field.isPath() || field.kind == OptionField::Kind::Folders) && document.contains(field.key))
            document[field.key] = field.value;
    return document;
}

std::vector<OptionField> optionFields(const TrainOptions& options)
{
    std::vector<OptionField> fields;
    OptionLister lister(fields);
    TrainOptions o = options;
    visitRun(lister, o);
    lister.section = "encoder";
    visitEncoder(lister, o.encoder);
    lister.section = "alignment";
    visitLanguage(lister, o.alignment);
    lister.section = "sft";
    visitLanguage(lister, o.sft);
    lister.section = "grpo";
    visitGrpo(lister, o.grpo);
    return fields;
}

} // namespace binaurium
