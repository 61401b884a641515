// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/exchange/Exchange.h"

#include "core/dataset/DatasetFolder.h"
#include "core/dataset/ItemAudio.h"
#include "core/dataset/exchange/ExportJournal.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"
#include "core/support/Sha256.h"

#include <algorithm>
#include <future>
#include <mutex>
#include <optional>

namespace binaurium {
namespace {

constexpr std::size_t blockItems = 64; // rendered in parallel before they are written in order

const std::vector<std::string> ids{"audiofolder", "webdataset", "twnm-foa", "spatialsoundqa", "dcase", "testkit"};

// Names what an unfinished export belongs to.
Json headerOf(const std::filesystem::path& set, ExchangeFormat format, const ExportOptions& options)
{
    return {{"format", "binaurium-export"},
            {"version", 1},
            {"layout", ids[static_cast<std::size_t>(format)]},
            {"set", std::filesystem::is_directory(set) ? DatasetFolder::open(set).recipe().hash() : sha256OfFile(set)},
            {"rate_hz", options.rateHz},
            {"audio", options.audio},
            {"limit", options.limit},
            {"shard_bytes", options.shardBytes}};
}

// Renders and writes what was collected.
class Exporter
{
public:
    Exporter(std::unique_ptr<ExchangeWriter> writer, const ExportOptions& options, const ProgressCallback& progress)
        : writer_(std::move(writer)), renderer_(options.headFolders, options.rateHz), options_(options),
          progress_(progress)
    {}

    void add(Item&& item)
    {
        if (options_.limit >= 0 && taken_ >= options_.limit)
            return;
        ++taken_;
        block_.push_back(std::move(item));
        if (block_.size() == blockItems)
            flush();
    }

    std::int64_t finish()
    {
        flush();
        waitForWriting();
        writer_->finish();
        return taken_;
    }

private:
    void flush()
    {
        std::vector<std::optional<RenderResult>> rendered(block_.size());
        if (options_.audio)
            parallelFor(static_cast<std::int64_t>(block_.size()), options_.threads, [&](std::int64_t i) {
                const auto k = static_cast<std::size_t>(i);
                if (!isWritten(block_[k]))
                    rendered[k] = renderer_.render(block_[k], writer_->audioFormat());
            });
        waitForWriting();
        writing_ = std::async(std::launch::async,
                              [this, items = std::move(block_), audio = std::move(rendered)] { write(items, audio); });
        block_.clear();
        reportProgress(progress_, {"export", taken_, 0, {}});
    }

    // One block is written, in order, while the next one is rendered.
    void write(const std::vector<Item>& items, const std::vector<std::optional<RenderResult>>& audio)
    {
        for (std::size_t k = 0; k < items.size(); ++k) {
            const std::lock_guard lock(mutex_);
            writer_->add(items[k], audio[k] ? &*audio[k] : nullptr);
        }
    }

    bool isWritten(const Item& item) const
    {
        const std::lock_guard lock(mutex_);
        return writer_->isWritten(item);
    }

    // Throws what the writing threw.
    void waitForWriting()
    {
        if (writing_.valid())
            writing_.get();
    }

    std::unique_ptr<ExchangeWriter> writer_;
    mutable std::mutex mutex_; // of the writer
    ItemRenderer renderer_;
    const ExportOptions& options_;
    const ProgressCallback& progress_;
    std::vector<Item> block_;
    std::int64_t taken_ = 0;
    std::future<void> writing_; // last: its destructor waits, while the writer still lives
};

} // namespace

const std::vector<std::string>& exchangeFormatIds()
{
    return ids;
}

ExchangeFormat exchangeFormatFromId(const std::string& id)
{
    const auto found = std::find(ids.begin(), ids.end(), id);
    if (found == ids.end())
        throw Error(ErrorKind::Usage, "'" + id +
                                          "' is no layout; there are audiofolder, webdataset, twnm-foa, "
                                          "spatialsoundqa, dcase and testkit");
    return static_cast<ExchangeFormat>(found - ids.begin());
}

std::int64_t exportItems(const std::filesystem::path& set, ExchangeFormat format, const std::filesystem::path& folder,
                         const ExportOptions& options, const ProgressCallback& progress)
{
    const bool goesOn = format == ExchangeFormat::AudioFolder || format == ExchangeFormat::WebDataset;
    if (std::filesystem::exists(folder) &&
        (!std::filesystem::is_directory(folder) || !(goesOn || std::filesystem::is_empty(folder))))
        throw badInput(folder.string(), "is not empty; choose a new folder");
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem)
        throw badInput(folder.string(), "cannot be made: " + problem.message());
    std::optional<ExportJournal> journal;
    if (goesOn)
        journal.emplace(folder, headerOf(set, format, options));
    Exporter exporter(makeExchangeWriter(format, folder, options, journal ? &*journal : nullptr), options, progress);
    readItems(set, [&](Item&& item) { exporter.add(std::move(item)); });
    const auto count = exporter.finish();
    if (journal)
        journal->finish();
    return count;
}

} // namespace binaurium
