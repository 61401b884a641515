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
    std::map<std::string, std::map<std::string, std::vector<RawSound*>>> byLabel;
    for (RawSound& sound : sounds)
        byLabel[sound.label][sound.group].push_back(&sound);
    for (auto& [label, groups] : byLabel) {
        if (groups.size() == 1) {
            auto only = std::move(groups.begin()->second);
            groups.clear();
            for (RawSound* sound : only) {
                sound->group = sound->id;
                groups[sound->group] = {sound};
            }
        }
        std::vector<std::pair<std::string, std::string>> order; // hash, group
        for (const auto& [group, list] : groups)
            order.emplace_back(sha256(group), group);
        std::sort(order.begin(), order.end());
        const std::size_t n = order.size();
        const std::size_t test = n < 2 ? 0 : std::max<std::size_t>(1, n / 5);
        const std::size_t validation = n < 3 ? 0 : std::max<std::size_t>(1, n / 10);
        for (std::size_t i = 0; i < n; ++i)
            for (RawSound* sound : groups[order[i].second])
                sound->split = i < test ? Split::Test : i < test + validation ? Split::Validation : Split::Train;
    }
}

} // namespace binaurium
