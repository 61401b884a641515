// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Renderer.h"
#include "core/dataset/Item.h"
#include "core/support/Progress.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace binaurium {

// Layouts of other programs that data sets are written in and read from; docs/formats.md describes each.
enum class ExchangeFormat {
    AudioFolder,    // FILES + metadata.jsonl, as dataset libraries load it
    WebDataset,     // tar shards of KEY.wav + KEY.json
    TwnmFoa,        // TWNM-FOA-Benchmark: data/SPLIT/metadata.jsonl, first-order ambisonics
    SpatialSoundQa, // {"data": [...]}, closed-end questions
    Dcase,          // SPLIT/KEY.csv + KEY.wav, the layout of DCASE 2024 task 3
    Testkit         // reference.jsonl per 100 ms: scene_id, time_s, sources
};
[[nodiscard]] ExchangeFormat exchangeFormatFromId(const std::string& id); // throws Usage
[[nodiscard]] const std::vector<std::string>& exchangeFormatIds();

struct ExportOptions
{
    std::vector<std::filesystem::path> headFolders;
    double rateHz = 32000.0;
    bool audio = true;                   // false: only the texts
    std::int64_t limit = -1;             // of items; -1: all
    std::size_t shardBytes = 256U << 20; // WebDataset: a tar that has grown to this is closed
    int threads = 0;
};

// Writes a data set (folder or .jsonl) in another layout into a new folder; returns the number of items. Each file is
// written whole or not at all; the index is written last, so a folder without it is not finished. AudioFolder and
// WebDataset go on where they were stopped or killed, with the same bytes in the end (ExportJournal). Peaks beyond full
// scale are brought down by one factor for all channels, which metadata name ("gain"). Throws BadInput for a folder
// with other things.
std::int64_t exportItems(const std::filesystem::path& set, ExchangeFormat format, const std::filesystem::path& folder,
                         const ExportOptions& options, const ProgressCallback& progress);

// Reads questions of another layout as items (origin = the layout's name, without scene and program): SpatialSoundQa
// (.json) and TwnmFoa (metadata.jsonl). Throws BadInput with file and place, or Usage for other layouts.
[[nodiscard]] std::vector<Item> importItems(const std::filesystem::path& file, ExchangeFormat format);

class ExportJournal;

// One layout. add() is called in the order of the items, one call at a time, not always from the same thread.
class ExchangeWriter
{
public:
    virtual ~ExchangeWriter() = default;
    [[nodiscard]] virtual OutputFormat audioFormat() const { return OutputFormat::Binaural; }
    // Whether an earlier call has written the audio of the item; it is then added without.
    [[nodiscard]] virtual bool isWritten(const Item&) const { return false; }
    virtual void add(const Item& item, const RenderResult* rendered) = 0; // null without audio
    virtual void finish() = 0;
};
// AudioFolder and WebDataset need a journal; it and the options must outlive the writer.
[[nodiscard]] std::unique_ptr<ExchangeWriter> makeExchangeWriter(ExchangeFormat format,
                                                                 const std::filesystem::path& folder,
                                                                 const ExportOptions& options, ExportJournal* journal);

// Azimuth of SpatialSoundQA (0 right, 90 front, 180 left) as ours (0 front, 90 left), and back.
[[nodiscard]] double azimuthFromSpatialSoundQa(double azimuthDeg);
[[nodiscard]] double azimuthToSpatialSoundQa(double azimuthDeg);

} // namespace binaurium
