// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/MeasuredHead.h"

#include "core/acoustics/ArrivalTimes.h"

#include <map>
#include <mutex>

namespace binaurium {

MeasuredHead::MeasuredHead(HeadMeasurements measurements)
    : measurements_(std::move(measurements)), triangulation_(measurements_.directions)
{
    const auto& m = measurements_;
    const auto edges = triangulation_.edges();
    for (std::size_t ear = 0; ear < 2; ++ear)
        arrival_[ear] = arrivalSamples(m.responses[ear], m.taps, m.rateHz, m.delaySamples[ear], m.directions, edges);
}

std::shared_ptr<const MeasuredHead> MeasuredHead::load(const std::filesystem::path& path)
{
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<const MeasuredHead>> cache;
    {
        const std::lock_guard lock(mutex);
        if (auto head = cache[path.string()].lock())
            return head;
    }
    auto head = std::make_shared<const MeasuredHead>(readSofaHead(path));
    const std::lock_guard lock(mutex);
    auto& entry = cache[path.string()];
    if (auto other = entry.lock())
        return other; // another thread was faster
    entry = head;
    return head;
}

} // namespace binaurium
