// SPDX-License-Identifier: GPL-3.0-or-later
// Folders that a user brings: his own recordings, and the layouts of two public collections.
#include "core/dataset/Labels.h"
#include "core/dataset/sounds/SoundSources.h"
#include "core/support/AtomicFile.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Toml.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace binaurium {
namespace {

const std::set<std::string> audioEndings = {".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif"};

std::string lowerWords(std::string text)
{
    for (char& c : text)
        c = c == '_' || c == '-' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// Other names of labels: [aliases] of models/sounds.toml.
class LabelNames
{
public:
    LabelNames()
    {
        const auto path = requireData("models/sounds.toml", "install Binaurium's data files");
        const Json document = readToml(path);
        const JsonObject root(document, path.string());
        const JsonObject table = root.object("aliases");
        for (const auto& [name, id] : table.value().items())
            aliases_[lowerWords(name)] = table.string(name);
    }
    // The id of the label that a folder or class name means; empty when there is none.
    [[nodiscard]] std::string find(const std::string& name) const
    {
        const auto words = lowerWords(name);
        if (const auto alias = aliases_.find(words); alias != aliases_.end())
            return alias->second;
        if (const Label* label = findLabel(name); label != nullptr)
            return label->id;
        const Label* label = labelFromWords(words);
        return label == nullptr ? std::string() : label->id;
    }

private:
    std::map<std::string, std::string> aliases_;
};

// Fields of one line; quotes keep commas together.
std::vector<std::string> csvFields(const std::string& line)
{
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            fields.emplace_back();
        else if (c != '\r')
            fields.back() += c;
    }
    return fields;
}

// Rows of a table with a header line as maps; `needed` columns must be there.
std::vector<std::map<std::string, std::string>> readCsv(const std::filesystem::path& path,
                                                        const std::vector<std::string>& needed)
{
    std::istringstream text(readFile(path));
    std::string line;
    std::getline(text, line);
    const auto header = csvFields(line);
    for (const auto& column : needed)
        if (std::find(header.begin(), header.end(), column) == header.end())
            throw badInput(path.string(), "has no column '" + column + "' in its first line");
    std::vector<std::map<std::string, std::string>> rows;
    for (int number = 2; std::getline(text, line); ++number) {
        if (line.empty() || line == "\r")
            continue;
        const auto fields = csvFields(line);
        if (fields.size() != header.size())
            throw badInput(path.string() + ", line " + std::to_string(number), "has " + std::to_string(fields.size()) +
                                                                                   " fields, the header " +
                                                                                   std::to_string(header.size()));
        auto& row = rows.emplace_back();
        for (std::size_t i = 0; i < header.size(); ++i)
            row[header[i]] = fields[i];
    }
    return rows;
}

// A file name of an index may not lead out of its folder.
std::filesystem::path below(const std::filesystem::path& folder, const std::string& name)
{
    const auto path = (folder / name).lexically_normal();
    const auto relative = path.lexically_relative(folder.lexically_normal());
    if (relative.empty() || *relative.begin() == "..")
        throw badInput(folder.string(), "its index names '" + name + "', which lies outside");
    return path;
}

void requireFolder(const std::filesystem::path& folder, const std::filesystem::path& index, const char* what)
{
    if (!std::filesystem::exists(folder / index))
        throw missing((folder / index).string() + " is not there", std::string("give the folder of ") + what);
}

void addFsd50kPart(SoundSources& sources, const std::filesystem::path& folder, const std::string& part,
                   const LabelNames& names)
{
    const auto rows = readCsv(folder / "FSD50K.ground_truth" / (part + ".csv"), {"fname", "labels"});
    const auto infoPath = folder / "FSD50K.metadata" / (part + "_clips_info_FSD50K.json");
    const Json info = std::filesystem::exists(infoPath) ? readJson(infoPath) : Json::object();
    for (const auto& row : rows) {
        std::set<std::string> ids;
        std::istringstream list(row.at("labels"));
        for (std::string name; std::getline(list, name, ',');)
            if (const auto id = names.find(name); !id.empty())
                ids.insert(id);
        if (ids.size() != 1)
            continue;
        const auto& name = row.at("fname");
        RawSound sound;
        sound.label = *ids.begin();
        sound.id = sound.label + "-fsd50k-" + name;
        sound.source = "fsd50k";
        const Json clip = info.is_object() && info.contains(name) ? info[name] : Json::object();
        const JsonObject fields(clip, infoPath.string(), name);
        sound.licence = fields.string("license", "see FSD50K");
        sound.group = "fsd50k-" + fields.string("uploader", name);
        sound.original = "freesound-" + name;
        sound.file = below(folder / ("FSD50K." + part + "_audio"), name + ".wav");
        sources.sounds.push_back(std::move(sound));
    }
}

} // namespace

void addFolder(SoundSources& sources, const std::filesystem::path& folder, const std::string& licence)
{
    if (!std::filesystem::is_directory(folder))
        throw missing("there is no folder " + folder.string(), "give a folder whose sub-folders are named by labels");
    const LabelNames names;
    std::vector<std::filesystem::path> entries;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        entries.push_back(entry.path());
    std::sort(entries.begin(), entries.end());
    for (const auto& entry : entries) {
        const auto label = std::filesystem::is_directory(entry) ? names.find(entry.filename().string()) : std::string();
        if (label.empty()) {
            sources.skipped.push_back(entry.string() + ": its name is not a label ('binaurium-cli dataset catalogue' "
                                                       "lists them)");
            continue;
        }
        std::vector<std::filesystem::path> files;
        for (const auto& file : std::filesystem::recursive_directory_iterator(entry))
            if (file.is_regular_file() && audioEndings.contains(lowerWords(file.path().extension().string())))
                files.push_back(file.path());
        std::sort(files.begin(), files.end());
        for (const auto& file : files) {
            RawSound sound;
            sound.label = label;
            sound.source = "folder";
            sound.licence = licence;
            sound.file = file;
            sound.id = label + "-folder" + std::to_string(sources.sounds.size()) + "-" + file.stem().string();
            sound.group = file.lexically_relative(folder).generic_string();
            sources.sounds.push_back(std::move(sound));
        }
    }
}

void addEsc50(SoundSources& sources, const std::filesystem::path& folder)
{
    requireFolder(folder, "meta/esc50.csv", "ESC-50");
    const LabelNames names;
    for (const auto& row : readCsv(folder / "meta/esc50.csv", {"filename", "category", "src_file"})) {
        RawSound sound;
        sound.label = names.find(row.at("category"));
        if (sound.label.empty())
            continue;
        sound.source = "esc50";
        sound.licence = "CC BY-NC 3.0, ESC-50 (Freesound recordings)";
        sound.group = "esc50-" + row.at("src_file");
        sound.original = "freesound-" + row.at("src_file");
        sound.file = below(folder / "audio", row.at("filename"));
        sound.id = sound.label + "-esc50-" + sound.file.stem().string();
        sources.sounds.push_back(std::move(sound));
    }
}

void addFsd50k(SoundSources& sources, const std::filesystem::path& folder)
{
    requireFolder(folder, "FSD50K.ground_truth/dev.csv", "FSD50K");
    const LabelNames names;
    for (const char* part : {"dev", "eval"})
        if (std::filesystem::exists(folder / "FSD50K.ground_truth" / (std::string(part) + ".csv")))
            addFsd50kPart(sources, folder, part, names);
}

} // namespace binaurium
