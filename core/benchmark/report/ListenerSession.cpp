// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/report/ListenerSession.h"

#include "core/benchmark/report/ReportFolder.h"
#include "core/support/Error.h"
#include "core/support/Random.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace binaurium {
namespace {

constexpr std::size_t longestName = 40;

const std::string& checkedName(const std::string& name)
{
    const bool fits = !name.empty() && name.size() <= longestName && std::all_of(name.begin(), name.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    });
    if (!fits)
        throw Error(ErrorKind::Usage, "a listener is called by 1 to 40 letters, digits, '-' or '_'");
    return name;
}

ResultKey keyOf(const std::filesystem::path& report, const std::string& listener)
{
    auto key = readReport(report).key;
    key.model = checkedName(listener);
    key.modelSha256.clear();
    return key;
}

} // namespace

ListenerSession::ListenerSession(std::filesystem::path report, const std::string& listener, int count)
    : report_(std::move(report)), results_(systemFile(report_, "human-" + listener, keyOf(report_, listener)))
{
    items_ = readReportItems(report_);
    std::erase_if(items_, [](const Item& item) { return item.options.empty(); });
    if (items_.empty())
        throw badInput(report_.string(), "has no items with options to ask a listener");
    const auto seed = readReport(report_).key.seed;
    RandomStream(seed, "listeners' items").shuffle(std::span(items_));
    items_.resize(std::min(items_.size(), static_cast<std::size_t>(std::max(1, count))));
    RandomStream(seed, "order of " + listener).shuffle(std::span(items_));
    // What was answered comes first, in whatever order; the rest keeps its own.
    std::set<std::string> done;
    for (const auto& line : results_.earlier())
        done.insert(line.id);
    const auto open =
        std::stable_partition(items_.begin(), items_.end(), [&](const Item& item) { return done.contains(item.id); });
    answered_ = static_cast<std::size_t>(open - items_.begin());
    std::filesystem::create_directories(report_ / "listeners");
    log_.open(report_ / "listeners" / (listener + ".jsonl"), std::ios::app | std::ios::binary);
    if (!log_)
        throw badInput((report_ / "listeners").string(), "cannot be written");
}

const Item* ListenerSession::current() const
{
    return answered_ < items_.size() ? &items_[answered_] : nullptr;
}

void ListenerSession::answer(std::size_t option, double seconds)
{
    const Item* item = current();
    if (item == nullptr || option >= item->options.size())
        throw Error(ErrorKind::Usage, "there is no such answer");
    if (plays_ == 0)
        throw Error(ErrorKind::Usage, "listen first");
    results_.add({choiceLine(item->id, item->options.size(), option)});
    log_ << Json{{"id", item->id}, {"answer", item->options[option]}, {"plays", plays_}, {"seconds", seconds}}.dump()
         << '\n';
    log_.flush();
    if (!log_)
        throw badInput((report_ / "listeners").string(), "could not be written; is the disk full?");
    ++answered_;
    plays_ = 0;
}

} // namespace binaurium
