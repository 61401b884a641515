// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/DcaseRecordings.h"

#include "core/audio/AudioFile.h"
#include "core/dataset/Questions.h"
#include "core/scene/SceneFile.h"
#include "core/scene/SceneValidation.h"
#include "core/support/Error.h"
#include "core/support/LineFile.h"
#include "core/support/Log.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

namespace binaurium {
namespace {

constexpr double frameS = 0.1;
constexpr double unknownDistanceM = 2.0;
constexpr double stillDeg = 5.0; // a source whose labels stay within this stands still
constexpr double besideM = 0.5;  // between the farthest source and the walls of the box
constexpr double longestM = 45.0;
constexpr int silenceFrames = 5; // without a row, after which a source that is elsewhere is another one
constexpr std::size_t mostRows = 1'000'000;

struct Row
{
    int frame = 0;
    int label = 0;
    int source = 0;
    Direction direction;
    double distanceM = unknownDistanceM;
};

struct Track
{
    std::string label;
    std::vector<Row> rows; // by frame
};

std::vector<std::string> cellsOf(std::string_view line)
{
    std::vector<std::string> cells(1);
    for (const char c : line) {
        if (c == ',')
            cells.emplace_back();
        else if (c != '\r' && c != ' ')
            cells.back() += c;
    }
    return cells;
}

double numberOf(const std::string& cell, double low, double high, const std::string& place)
{
    double value = 0.0;
    const auto [end, problem] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (problem != std::errc() || end != cell.data() + cell.size() || !(value >= low && value <= high))
        throw badInput(place, "holds '" + cell + "' where a number from " + std::to_string(std::lround(low)) + " to " +
                                  std::to_string(std::lround(high)) + " belongs");
    return value;
}

// Calls `visit` with the cells and the place of every line that is not empty.
template <typename Visit>
void readLines(const std::filesystem::path& file, const Visit& visit)
{
    std::size_t rows = 0;
    for (LineFile lines(file); lines.next();) {
        if (++rows > mostRows)
            throw badInput(lines.place(), "is one of more than a million");
        visit(cellsOf(lines.line()), lines.place());
    }
}

std::map<int, std::string> readClasses(const std::filesystem::path& folder)
{
    std::map<int, std::string> classes;
    readLines(folder / "classes.csv", [&](const std::vector<std::string>& cells, const std::string& place) {
        if (cells.size() != 2)
            throw badInput(place, "must hold a number and a label");
        auto words = cells[1];
        std::replace(words.begin(), words.end(), '_', ' ');
        const Label* label = findLabel(cells[1]);
        label = label != nullptr ? label : labelFromWords(words);
        if (label != nullptr)
            classes[static_cast<int>(numberOf(cells[0], 0, 1e6, place))] = label->id;
    });
    if (classes.empty())
        throw badInput(
            (folder / "classes.csv").string(),
            "names no class that this program knows; a line is 'index,label' with a label of docs/formats.md");
    return classes;
}

struct Recording
{
    std::filesystem::path audio;
    std::string name;
    double durationS = 0.0;
    bool hasDistances = true;
    bool hasOthers = false; // rows of classes that are not known: something sounds of which nothing can be said
    std::vector<Track> tracks;
};

// A track in its pieces between silences, where it goes on elsewhere after one.
std::vector<Track> piecesOf(Track track)
{
    std::vector<Track> pieces;
    for (Row& row : track.rows) {
        const bool another =
            pieces.empty() || (row.frame - pieces.back().rows.back().frame > silenceFrames &&
                               angleBetweenDeg(row.direction, pieces.back().rows.back().direction) > stillDeg);
        if (another)
            pieces.push_back({track.label, {}});
        pieces.back().rows.push_back(row);
    }
    return pieces;
}

Recording readRecording(const std::filesystem::path& csv, const std::filesystem::path& audio, const std::string& name,
                        const std::map<int, std::string>& classes)
{
    Recording r{audio, name, 0.0, true, false, {}};
    const auto info = readAudioInfo(audio);
    r.durationS = static_cast<double>(info.frames) / info.rateHz;
    std::map<std::pair<int, int>, Track> tracks; // class and source
    readLines(csv, [&](const std::vector<std::string>& cells, const std::string& place) {
        if (cells.size() != 5 && cells.size() != 6)
            throw badInput(place, "must hold frame, class, source, azimuth, elevation and perhaps distance");
        Row row;
        row.frame = static_cast<int>(numberOf(cells[0], 0, 1e6, place));
        row.label = static_cast<int>(numberOf(cells[1], 0, 1e6, place));
        row.source = static_cast<int>(numberOf(cells[2], 0, 1e6, place));
        row.direction = {wrapDegrees(numberOf(cells[3], -360, 360, place)), numberOf(cells[4], -90, 90, place)};
        r.hasDistances = r.hasDistances && cells.size() == 6;
        if (cells.size() == 6)
            row.distanceM = std::clamp(0.01 * numberOf(cells[5], 0, 1e5, place), 0.2, longestM);
        const auto known = classes.find(row.label);
        if (known == classes.end()) {
            r.hasOthers = true;
            return;
        }
        auto& track = tracks[{row.label, row.source}];
        track.label = known->second;
        track.rows.push_back(row);
    });
    for (auto& [key, track] : tracks) {
        std::stable_sort(track.rows.begin(), track.rows.end(), [](auto& a, auto& b) { return a.frame < b.frame; });
        for (Track& piece : piecesOf(std::move(track)))
            r.tracks.push_back(std::move(piece));
    }
    return r;
}

bool isStill(const Track& track)
{
    return std::all_of(track.rows.begin(), track.rows.end(), [&](const Row& row) {
        return angleBetweenDeg(row.direction, track.rows[0].direction) <= stillDeg;
    });
}

Scene describedScene(const Recording& r)
{
    Scene scene;
    scene.title = r.name;
    scene.durationS = std::max(frameS, r.durationS);
    scene.room.anechoic = true;
    double reach = 1.0;
    for (const Track& track : r.tracks)
        for (const Row& row : track.rows)
            reach = std::max(reach, row.distanceM);
    const double side = 2.0 * (reach + besideM);
    scene.room.sizeM = {side, side, side};
    scene.listener.positionM = 0.5 * scene.room.sizeM;
    for (std::size_t i = 0; i < r.tracks.size(); ++i) {
        const Track& track = r.tracks[i];
        const auto at = [&](const Row& row) {
            return scene.listener.positionM + row.distanceM * unitVector(row.direction);
        };
        Source source;
        source.name = track.label + " " + std::to_string(i + 1);
        source.label = track.label;
        source.sound.generator = "noise"; // stands for what was recorded and is never rendered
        source.positionM = at(track.rows.front());
        source.startS = track.rows.front().frame * frameS;
        source.endS = std::min(scene.durationS, (track.rows.back().frame + 1) * frameS);
        if (!isStill(track))
            for (const Row& row : track.rows)
                if (source.trajectory.waypoints.empty() ||
                    row.frame * frameS > source.trajectory.waypoints.back().timeS)
                    source.trajectory.waypoints.push_back({row.frame * frameS, at(row), {}});
        if (source.endS > source.startS)
            scene.sources.push_back(std::move(source));
    }
    return scene;
}

bool speaksOf(const Json& node, const std::set<std::string>& words)
{
    if (node.is_string())
        return words.contains(node.get<std::string>());
    if (!node.is_structured())
        return false;
    return std::any_of(node.begin(), node.end(), [&](const Json& member) { return speaksOf(member, words); });
}

// Whether a node asks about all that sounds, of which some is not labelled: a comparison with named sources does not.
bool asksAboutAll(const Json& node)
{
    static const std::set<std::string> ofAll{"count", "only",  "only_in", "only_moving", "neighbour", "misfit",
                                             "place", "chain", "exists",  "or_unknown",  "nearest"};
    if (node.is_string())
        return ofAll.contains(node.get<std::string>());
    if (node.is_object() && node.value("op", "") == "extreme" && !node.contains("among"))
        return true;
    return node.is_structured() && std::any_of(node.begin(), node.end(), asksAboutAll);
}

// What the labels of a recording cannot say.
bool isUnknown(const Json& program, const Recording& r)
{
    static const std::set<std::string> never{"level", "reverberation", "room_size"};
    static const std::set<std::string> ofDistance{"distance", "metres",  "describe", "nearest", "neighbour",
                                                  "detour",   "passing", "place",    "motion",  "only_moving"};
    std::set<std::string> labels;
    for (const Track& track : r.tracks)
        labels.insert(track.label);
    const bool repeats = labels.size() < r.tracks.size(); // one thing twice, or two things: who can tell
    return speaksOf(program, never) || (!r.hasDistances && speaksOf(program, ofDistance)) ||
           (r.hasOthers && asksAboutAll(program)) || (repeats && speaksOf(program, {"count"}));
}

// `labels`: what the annotators listened for, so that what has no row is known to be absent.
std::vector<Item> itemsOf(const Recording& r, const std::vector<std::string>& labels)
{
    const auto scene = describedScene(r);
    if (scene.sources.empty())
        return {};
    if (const auto problems = sceneProblems(scene); !problems.empty()) {
        log(LogLevel::Warning, r.name + ": is left out: " + problems.front());
        return {};
    }
    Json events = Json::array();
    for (const Track& track : r.tracks)
        for (const Row& row : track.rows)
            events.push_back({row.frame, track.label, row.direction.azimuthDeg, row.direction.elevationDeg});
    RandomStream random(1, r.name); // the same questions on every computer
    std::vector<Item> items;
    for (Item& item : makeQuestions(scene, Split::Test, r.name, random, labels)) {
        if (item.options.size() == 1 || isUnknown(item.program, r))
            continue; // a single option is no question: other sources would be needed
        item.origin = "dcase";
        item.margins["audio"] = r.audio.string();
        item.margins["events"] = events;
        items.push_back(std::move(item));
    }
    return items;
}

// CSV files with audio beside them, by name.
std::map<std::filesystem::path, std::filesystem::path> pairsIn(const std::filesystem::path& folder)
{
    std::map<std::filesystem::path, std::filesystem::path> pairs;
    std::error_code none;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, none)) {
        if (entry.path().extension() != ".csv")
            continue;
        for (const char* ending : {".wav", ".flac"}) {
            auto audio = entry.path();
            if (std::filesystem::exists(audio.replace_extension(ending)))
                pairs.emplace(entry.path(), std::filesystem::absolute(audio));
        }
    }
    return pairs;
}

} // namespace

bool holdsDcaseRecordings(const std::filesystem::path& folder)
{
    return std::filesystem::exists(folder / "classes.csv") && !pairsIn(folder).empty();
}

std::vector<Item> readDcaseRecordings(const std::filesystem::path& folder)
{
    const auto classes = readClasses(folder);
    std::set<std::string> known;
    for (const auto& [number, label] : classes)
        known.insert(label);
    const std::vector<std::string> labels(known.begin(), known.end());
    std::vector<Item> items;
    for (const auto& [csv, audio] : pairsIn(folder)) {
        const auto name = std::filesystem::relative(csv, folder).replace_extension().generic_string();
        for (Item& item : itemsOf(readRecording(csv, audio, name, classes), labels))
            items.push_back(std::move(item));
    }
    return items;
}

std::vector<SeldEvent> labelledEvents(const Item& item)
{
    std::vector<SeldEvent> events;
    const auto found = item.margins.find("events");
    if (found == item.margins.end() || !found->is_array())
        return events;
    for (const Json& row : *found) {
        if (!row.is_array() || row.size() != 4 || !row[0].is_number_integer() || row[0].get<std::int64_t>() < 0 ||
            !row[1].is_string() || !row[2].is_number() || !row[3].is_number())
            throw badInput("item " + item.id, "holds a damaged row in margins.events");
        events.push_back(
            {row[0].get<std::size_t>(), row[1].get<std::string>(), {row[2].get<double>(), row[3].get<double>()}});
    }
    return events;
}

} // namespace binaurium
