// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/exchange/Exchange.h"

#include "core/dataset/DatasetFolder.h"
#include "core/dataset/ItemAudio.h"
#include "core/dataset/exchange/ExportJournal.h"
#include "core/support/Error.h"
#include "core/support/OrderedWork.h"
#include "core/support/Sha256.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>

namespace binaurium {
namespace {

constexpr std::int64_t heldItems = 64; // rendered or waiting for their turn to be written

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

// Renders items on several threads and writes them in their order.
class Exporter
{
public:
    Exporter(std::unique_ptr<ExchangeWriter> writer, const ExportOptions& options, const ProgressCallback& progress)
        : writer_(std::move(writer)), renderer_(options.headFolders, options.rateHz), options_(options),
          progress_(progress), work_(
                                   options.threads, heldItems, [this](const Wanted& w) { return render(w); },
                                   [this](const Wanted& w, const Rendered& audio) { write(w.item, audio); })
    {}

    void add(Item&& item)
    {
        if (options_.limit >= 0 && taken_ >= options_.limit)
            return;
        if (options_.audio || taken_ % heldItems == 0) // texts alone are too quick to speak of each
            reportProgress(progress_, {"export", written_, 0, {}});
        ++taken_;
        const bool audio = options_.audio && !isWritten(item);
        work_.add({std::move(item), audio});
    }

    std::int64_t finish()
    {
        work_.finish();
        reportProgress(progress_, {"export", written_, 0, {}});
        writer_->finish();
        return taken_;
    }

private:
    using Rendered = std::optional<RenderResult>;
    struct Wanted
    {
        Item item;
        bool audio;
    };

    bool isWritten(const Item& item)
    {
        const std::lock_guard lock(mutex_);
        return writer_->isWritten(item);
    }

    Rendered render(const Wanted& wanted)
    {
        return wanted.audio ? Rendered(renderer_.render(wanted.item, writer_->audioFormat())) : Rendered();
    }

    void write(const Item& item, const Rendered& audio)
    {
        const std::lock_guard lock(mutex_);
        writer_->add(item, audio ? &*audio : nullptr);
        ++written_;
    }

    std::unique_ptr<ExchangeWriter> writer_;
    std::mutex mutex_; // of the writer
    ItemRenderer renderer_;
    const ExportOptions& options_;
    const ProgressCallback& progress_;
    std::int64_t taken_ = 0;
    std::atomic<std::int64_t> written_ = 0;
    OrderedWork<Wanted, Rendered> work_; // last: its threads use all of the above
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
