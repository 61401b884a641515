// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/sounds/SoundSources.h"

#include "core/dataset/Labels.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Sha256.h"
#include "core/support/Toml.h"

#include <algorithm>
#include <charconv>
#include <fnmatch.h>
#include <map>
#include <set>
#include <span>

namespace binaurium {
namespace {

constexpr std::size_t mostFiles = 1'000'000;

const JsonObject& requireLabel(const JsonObject& table, const std::string& label)
{
    if (findLabel(label) == nullptr)
        table.fail(label, "is not in the list of labels");
    return table;
}

std::vector<int> numbersIn(const JsonObject& table, const std::string& label, std::string_view text)
{
    std::vector<int> numbers;
    for (const char* at = text.data(); at < text.data() + text.size();) {
        int value = 0;
        const auto [end, error] = std::from_chars(at, text.data() + text.size(), value);
        if (error != std::errc() || value < 0 || value > 128)
            table.fail(label, "has '" + std::string(text) + "', must be bank:program or bank:program@key,key");
        numbers.push_back(value);
        at = end + 1;
    }
    return numbers;
}

// "0:13" with the keys of its label, or "128:0@36,38": percussion, where each key is another instrument.
void addPreset(SoundSources& sources, const RawSound& base, const JsonObject& table, const std::string& preset,
               std::span<const double> labelKeys)
{
    const auto at = preset.find('@');
    const auto numbers = numbersIn(table, base.label, std::string_view(preset).substr(0, at));
    if (numbers.size() != 2)
        table.fail(base.label, "has '" + preset + "', must be bank:program or bank:program@key,key");
    const bool percussion = at != std::string::npos;
    std::vector<int> keys(labelKeys.begin(), labelKeys.end());
    if (percussion)
        keys = numbersIn(table, base.label, std::string_view(preset).substr(at + 1));
    for (const int key : keys) {
        RawSound sound = base;
        sound.group = base.source + "-" + std::to_string(numbers[0]) + "-" + std::to_string(numbers[1]);
        sound.id = base.label + "-" + sound.group + "-" + std::to_string(key);
        if (percussion)
            sound.group += "-" + std::to_string(key);
        sound.note = {numbers[0], numbers[1], key};
        sound.isNote = true;
        sources.sounds.push_back(std::move(sound));
    }
}

void addPresets(SoundSources& sources, const RawSound& base, const JsonObject& source, const JsonObject& keys)
{
    const auto defaults = keys.numbers("default", 0, 0, 127);
    const JsonObject table = source.object("presets");
    for (const auto& [label, list] : table.value().items()) {
        RawSound sound = base;
        sound.label = label;
        const auto numbers = keys.has(label) ? keys.numbers(label, 0, 0, 127) : defaults;
        for (const auto& preset : requireLabel(table, label).strings(label))
            addPreset(sources, sound, table, preset, numbers);
    }
}

// "footsteps/wood3.ogg" and "footsteps/wood4.ogg" are steps of one session.
std::string sessionOf(const std::filesystem::path& relative)
{
    auto name = (relative.parent_path() / relative.stem()).generic_string();
    while (!name.empty() && (std::isdigit(static_cast<unsigned char>(name.back())) != 0 || name.back() == '.' ||
                             name.back() == '_' || name.back() == '-'))
        name.pop_back();
    std::replace(name.begin(), name.end(), '/', '-');
    return name;
}

std::vector<std::filesystem::path> filesBelow(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             folder, std::filesystem::directory_options::skip_permission_denied))
        if (entry.is_regular_file() && files.size() < mostFiles)
            files.push_back(entry.path().lexically_relative(folder));
    std::sort(files.begin(), files.end());
    return files;
}

void addFiles(SoundSources& sources, const RawSound& base, const JsonObject& source)
{
    const auto files = filesBelow(base.file);
    const JsonObject table = source.object("files");
    for (const auto& [label, list] : table.value().items())
        for (const auto& pattern : requireLabel(table, label).strings(label))
            for (const auto& file : files) {
                if (fnmatch(pattern.c_str(), file.c_str(), 0) != 0)
                    continue;
                RawSound sound = base;
                sound.label = label;
                sound.file = base.file / file;
                sound.group = base.source + "-" + sessionOf(file);
                auto name = (file.parent_path() / file.stem()).generic_string();
                std::replace(name.begin(), name.end(), '/', '-');
                sound.id = label + "-" + base.source + "-" + name;
                sources.sounds.push_back(std::move(sound));
            }
}

void addSentences(SoundSources& sources, const RawSound& base, const JsonObject& source)
{
    const auto sentences = source.strings("sentences");
    for (const auto& voice : source.strings("voices"))
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            RawSound sound = base;
            sound.label = "speech";
            sound.voice = voice;
            sound.sentence = sentences[i];
            sound.group = base.source + "-" + voice;
            sound.id = "speech-" + sound.group + "-" + std::to_string(i);
            std::replace(sound.id.begin(), sound.id.end(), '+', '-');
            sources.sounds.push_back(std::move(sound));
        }
}

// Groups that are tied together by a recording that stands in several collections: the name of all is the first.
class Families
{
public:
    explicit Families(const std::vector<RawSound>& sounds)
    {
        std::map<std::string, std::string> groupOf; // original recording -> a group that holds it
        for (const RawSound& sound : sounds)
            if (!sound.original.empty())
                if (const auto [known, isNew] = groupOf.try_emplace(sound.original, sound.group); !isNew)
                    tie(known->second, sound.group);
    }
    [[nodiscard]] std::string of(std::string group) const
    {
        for (auto found = tied_.find(group); found != tied_.end(); found = tied_.find(group))
            group = found->second;
        return group;
    }

private:
    void tie(const std::string& a, const std::string& b)
    {
        const auto first = std::min(of(a), of(b)), second = std::max(of(a), of(b));
        if (first != second)
            tied_[second] = first;
    }
    std::map<std::string, std::string> tied_;
};

} // namespace

void addPackagedSounds(SoundSources& sources)
{
    const auto path = requireData("models/sounds.toml", "install Binaurium's data files");
    const Json document = readToml(path);
    const JsonObject root(document, path.string());
    checkFormat(root, "binaurium-sounds", 1);
    const JsonObject keys = root.object("keys");
    for (const JsonObject& source : root.objects("source")) {
        RawSound base;
        base.source = source.string("id");
        base.licence = source.string("licence");
        base.redistributable = source.boolean("redistributable", false);
        const auto kind = source.string("kind");
        if (kind == "speech") {
            addSentences(sources, base, source);
            continue;
        }
        const std::filesystem::path place = source.string("path");
        base.file = place.is_absolute() ? place : findData(place);
        if (base.file.empty() || !std::filesystem::exists(base.file)) {
            sources.missing.push_back(base.source + ": " + place.string() + " is not on this computer (package " +
                                      source.string("package") + ", see packaging/sounds)");
            continue;
        }
        if (kind == "soundfont")
            addPresets(sources, base, source, keys);
        else if (kind == "files")
            addFiles(sources, base, source);
        else
            source.fail("kind", "is '" + kind + "', must be 'soundfont', 'files' or 'speech'");
    }
}

void assignSplits(std::vector<RawSound>& sounds)
{
    const Families families(sounds);
    using Groups = std::map<std::string, std::vector<RawSound*>>;
    std::map<std::string, Groups> byLabel;
    std::map<std::string, std::set<std::string>> labelsOf; // of a family
    for (RawSound& sound : sounds) {
        byLabel[sound.label][families.of(sound.group)].push_back(&sound);
        labelsOf[families.of(sound.group)].insert(sound.label);
    }
    // Labels with few groups choose first; a group that serves several labels has one split for all of them.
    std::vector<std::pair<std::size_t, std::string>> labels;
    for (auto& [label, groups] : byLabel) {
        if (groups.size() == 1 && labelsOf[groups.begin()->first].size() == 1) {
            auto only = std::move(groups.begin()->second);
            groups.clear();
            for (RawSound* sound : only) {
                sound->group = sound->id;
                groups[sound->group] = {sound};
            }
        }
        labels.emplace_back(groups.size(), label);
    }
    std::sort(labels.begin(), labels.end());
    std::map<std::string, Split> splitOf;
    for (const auto& [n, label] : labels) {
        std::vector<std::pair<std::string, std::string>> order; // hash, group
        std::map<Split, std::size_t> wanted{{Split::Test, n < 2 ? 0 : std::max<std::size_t>(1, n / 5)},
                                            {Split::Validation, n < 3 ? 0 : std::max<std::size_t>(1, n / 10)}};
        for (const auto& [group, list] : byLabel[label]) {
            const auto known = splitOf.find(group);
            if (known == splitOf.end())
                order.emplace_back(sha256(group), group);
            else if (wanted[known->second] > 0)
                --wanted[known->second];
        }
        std::sort(order.begin(), order.end());
        for (const auto& [hash, group] : order) {
            const Split split = wanted[Split::Test] > 0         ? Split::Test
                                : wanted[Split::Validation] > 0 ? Split::Validation
                                                                : Split::Train;
            wanted[split] -= wanted[split] > 0 ? 1 : 0;
            splitOf[group] = split;
        }
        for (const auto& [group, list] : byLabel[label])
            for (RawSound* sound : list)
                sound->split = splitOf[group];
    }
}

} // namespace binaurium
