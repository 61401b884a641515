// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/OutsideData.h"

#include "core/benchmark/report/DcaseRecordings.h"
#include "core/dataset/exchange/Exchange.h"
#include "core/support/Error.h"
#include "core/support/LineFile.h"

#include <algorithm>
#include <fstream>

namespace binaurium {
namespace {

constexpr std::size_t longestFirstLine = 1U << 20;

// `name` below `folder`, absolute; names that leave it are refused.
std::string inside(const std::filesystem::path& folder, const std::filesystem::path& name, const std::string& place)
{
    if (name.is_absolute() || std::find(name.begin(), name.end(), "..") != name.end())
        throw badInput(place, "file_name leaves the folder of the metadata");
    return (std::filesystem::absolute(folder) / name).string();
}

Item recordedItem(const JsonObject& o, const std::filesystem::path& folder, const std::string& place)
{
    Item item;
    item.id = o.string("sample_id");
    item.question = o.string("question");
    item.options = o.strings("options", 8);
    item.answer = o.string("answer");
    item.level = o.string("level", "");
    item.task = o.string("task", "");
    item.templateId = o.string("template", "");
    item.pair = o.string("pair", "");
    item.evidence = o.string("evidence", "");
    item.split = o.string("split", "test");
    item.origin = "recording";
    item.margins["audio"] = inside(folder, o.string("file_name"), place);
    return item;
}

std::vector<Item> readRecordings(const std::filesystem::path& file)
{
    std::vector<Item> items;
    for (LineFile lines(file); lines.next();) {
        const Json json = parseJson(lines.line(), lines.place());
        items.push_back(recordedItem(JsonObject(json, lines.place()), file.parent_path(), lines.place()));
    }
    return items;
}

std::vector<Item> readTwnmFoa(const std::filesystem::path& file)
{
    auto items = importItems(file, ExchangeFormat::TwnmFoa);
    for (Item& item : items) {
        item.split = "test";
        item.margins["audio"] = inside(file.parent_path(), item.margins["audio"].get<std::string>(), file.string());
    }
    return items;
}

// Yes/no questions get their two options, so that likelihoods can be asked for; the others stay open.
std::vector<Item> readSpatialSoundQa(const std::filesystem::path& file)
{
    auto items = importItems(file, ExchangeFormat::SpatialSoundQa);
    for (Item& item : items) {
        std::string answer = item.answer;
        std::transform(answer.begin(), answer.end(), answer.begin(), [](unsigned char c) { return std::tolower(c); });
        if (answer == "yes" || answer == "no") {
            item.options = {"yes", "no"};
            item.answer = answer;
        }
    }
    return items;
}

// What the file may be told by; it may hold anything.
std::string firstLine(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::string start(longestFirstLine, '\0');
    stream.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(stream.gcount()));
    return start.substr(0, start.find('\n'));
}

std::optional<std::vector<Item>> readAny(const std::filesystem::path& path)
{
    if (std::filesystem::is_directory(path)) {
        if (std::filesystem::exists(path / "metadata.jsonl"))
            return readAny(path / "metadata.jsonl");
        if (holdsDcaseRecordings(path))
            return readDcaseRecordings(path);
        return std::nullopt;
    }
    if (path.extension() == ".json")
        return readSpatialSoundQa(path);
    const auto line = firstLine(path);
    if (line.find("\"sample_id\"") == std::string::npos)
        return std::nullopt;
    return line.find("\"option_a\"") != std::string::npos ? readTwnmFoa(path) : readRecordings(path);
}

} // namespace

std::optional<std::vector<Item>> readOutsideData(const std::filesystem::path& path, const std::string& foaHead)
{
    auto items = readAny(path);
    if (items && !foaHead.empty())
        for (Item& item : *items)
            item.margins["foa_head"] = foaHead;
    return items;
}

std::string laneOf(const Item& item)
{
    constexpr std::size_t slotsOfTheEncoder = 3;
    for (const char* origin : {"twnm-foa", "spatialsoundqa"})
        if (item.origin == origin)
            return origin;
    if (item.margins.contains("audio"))
        return "recording";
    if (!item.scene.is_object())
        return "simulated";
    if (const auto room = item.scene.find("room"); room != item.scene.end() && room->contains("measured"))
        return "measured room";
    const auto sources = item.scene.find("sources");
    return sources != item.scene.end() && sources->size() > slotsOfTheEncoder ? "out of capacity" : "simulated";
}

} // namespace binaurium
