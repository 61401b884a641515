// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Parallel.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace binaurium {

// A stream of things that several threads work on, and whose results are taken in the order of the things: no thread
// waits for the slowest of a batch. add() and finish() are called by one thread; the first exception of make or take
// stops the rest and is thrown there.
template <class Thing, class Result>
class OrderedWork
{
public:
    using Make = std::function<Result(const Thing&)>;         // on any worker, several at a time
    using Take = std::function<void(const Thing&, Result&&)>; // on any worker, one at a time, in order

    // `threads` 0: one per processor; at most `window` (>= 1) things and results are held.
    OrderedWork(int threads, std::size_t window, Make make, Take take)
        : window_(window), make_(std::move(make)), take_(std::move(take))
    {
        for (int i = threads > 0 ? threads : processorCount(); i > 0; --i)
            workers_.emplace_back([this] { work(); });
    }
    OrderedWork(const OrderedWork&) = delete;
    OrderedWork& operator=(const OrderedWork&) = delete;

    // Waits for what is being worked on; the rest is dropped, unless finish() was called.
    ~OrderedWork()
    {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_all();
        workers_.clear();
    }

    // Waits while `window` things are held.
    void add(Thing&& thing)
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return failure_ || tasks_.size() < window_; });
        throwFailure();
        tasks_.push_back({std::move(thing), {}});
        changed_.notify_all();
    }

    // Returns when every result has been taken.
    void finish()
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return failure_ || (tasks_.empty() && !taking_); });
        throwFailure();
    }

private:
    struct Task
    {
        Thing thing;
        std::optional<Result> result;
    };

    void throwFailure() const
    {
        if (failure_)
            std::rethrow_exception(failure_);
    }

    void work()
    {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [&] { return stopped_ || failure_ || begun_ < tasks_.size(); });
            if (stopped_ || failure_)
                return;
            Task& task = tasks_[begun_++]; // stays where it is until it is taken
            std::optional<Result> result;
            without(lock, [&] { result.emplace(make_(task.thing)); });
            task.result = std::move(result);
            takeInOrder(lock);
        }
    }

    // Whoever completes the first one takes it and what is ready behind it.
    void takeInOrder(std::unique_lock<std::mutex>& lock)
    {
        if (taking_)
            return;
        taking_ = true;
        while (!stopped_ && !failure_ && !tasks_.empty() && tasks_.front().result) {
            Task task = std::move(tasks_.front());
            tasks_.pop_front();
            --begun_;
            without(lock, [&] { take_(task.thing, std::move(*task.result)); });
            changed_.notify_all();
        }
        taking_ = false;
        changed_.notify_all();
    }

    // Calls body without holding the lock; keeps what it throws.
    template <class Body>
    void without(std::unique_lock<std::mutex>& lock, const Body& body)
    {
        std::exception_ptr problem;
        lock.unlock();
        try {
            body();
        } catch (...) {
            problem = std::current_exception();
        }
        lock.lock();
        if (problem && !failure_)
            failure_ = problem;
        if (problem)
            changed_.notify_all();
    }

    std::size_t window_;
    Make make_;
    Take take_;
    std::mutex mutex_; // of all below
    std::condition_variable changed_;
    std::deque<Task> tasks_; // in order; the first begun_ are being worked on or done
    std::size_t begun_ = 0;
    bool taking_ = false, stopped_ = false;
    std::exception_ptr failure_;
    std::vector<std::jthread> workers_; // last: they use all of the above
};

} // namespace binaurium
