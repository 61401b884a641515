// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/Parallel.h"

#include "core/support/Error.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace binaurium {

void reportProgress(const ProgressCallback& callback, const Progress& progress)
{
    if (callback && !callback(progress))
        throw interrupted("stopped while: " + progress.stage);
}

int processorCount() noexcept
{
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallelFor(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body,
                 const ProgressCallback& progress, const std::string& stage)
{
    if (count <= 0)
        return;
    const auto workers = std::min<std::int64_t>(count, threads > 0 ? threads : processorCount());
    std::atomic<std::int64_t> next{0};
    std::atomic<std::int64_t> done{0};
    std::atomic<bool> stop{false};
    std::exception_ptr failure;
    std::mutex mutex;
    std::condition_variable wake;

    const auto work = [&] {
        for (std::int64_t i = next++; i < count && !stop; i = next++) {
            try {
                body(i);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!failure)
                    failure = std::current_exception();
                stop = true;
            }
            ++done;
        }
        const std::lock_guard lock(mutex);
        wake.notify_one();
    };

    std::vector<std::jthread> pool;
    pool.reserve(static_cast<std::size_t>(workers));
    std::atomic<std::int64_t> running{workers};
    for (std::int64_t i = 0; i < workers; ++i)
        pool.emplace_back([&] {
            work();
            --running;
            const std::lock_guard lock(mutex);
            wake.notify_one();
        });

    while (running > 0) {
        {
            std::unique_lock lock(mutex);
            wake.wait_for(lock, std::chrono::milliseconds(100), [&] { return running == 0; });
        }
        if (progress && !progress({stage, done, count, {}}))
            stop = true;
    }
    pool.clear();
    if (failure)
        std::rethrow_exception(failure);
    if (done < count)
        throw interrupted("stopped while: " + stage);
}

} // namespace binaurium
