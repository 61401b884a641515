// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/Error.h"
#include "core/support/Progress.h"

#include <QObject>
#include <QThread>
#include <atomic>
#include <functional>

namespace binaurium {

inline constexpr int progressParts = 1000; // steps of a progress bar

// One piece of long work at a time, in a thread of its own. The latest start() wins: an older piece is stopped, and
// nothing of it arrives any more. All signals and deliveries come in the thread of this object.
class BackgroundWork : public QObject
{
    Q_OBJECT

public:
    struct Context
    {
        ProgressCallback progress; // false once the work is to stop
        // Runs a function in the receiver's thread, unless newer work was started meanwhile.
        std::function<void(std::function<void()>)> deliver;
    };
    using Work = std::function<void(const Context&)>;

    explicit BackgroundWork(QObject* parent = nullptr);
    ~BackgroundWork() override; // stops the work and waits for it

    void start(Work work);
    // Asks the work to stop at its next safe point; stopped() follows.
    void cancel();
    [[nodiscard]] bool isRunning() const noexcept { return running_; }

signals:
    void progressed(const binaurium::Progress& progress);
    // One of these ends every piece of work that is not replaced by newer work.
    void finished();
    void stopped();
    void failed(const QString& sentence, binaurium::ErrorKind kind);

private:
    void run(int number, const Work& work);
    void post(int number, std::function<void()> call);

    QThread thread_;
    QObject inside_; // lives in thread_
    std::atomic<int> latest_{0};
    std::atomic<int> cancelled_{0}; // work up to this number is to stop
    bool running_ = false;
};

} // namespace binaurium
