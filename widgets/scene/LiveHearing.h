// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/SpatialEars.h"
#include "widgets/audition/AudioTap.h"

#include <QElapsedTimer>
#include <QObject>
#include <QThread>
#include <QTimer>
#include <atomic>
#include <functional>

namespace binaurium {

// Lets the spatial encoder hear the last second of what plays, several times a second, in a thread of its own. While it
// is still at work a new second waits: the latest wins. The audio thread only writes to the tap and never waits.
class LiveHearing : public QObject
{
    Q_OBJECT

public:
    static constexpr int intervalMs = 180; // at least five times a second
    static constexpr double windowS = 1.0;

    using Loader = std::function<std::unique_ptr<SpatialEars>()>;
    LiveHearing(std::shared_ptr<AudioTap> tap, Loader loader, QObject* parent = nullptr);
    ~LiveHearing() override;

    void setOn(bool on);
    [[nodiscard]] bool isOn() const noexcept { return timer_.isActive(); }

signals:
    // `latencyMs`: from the end of the second that was heard until now; `workMs` of it was the encoder.
    void heard(const binaurium::Localization& what, double latencyMs, double workMs);
    void failed(const QString& reason);

private:
    void listen();
    void hear(const AudioBuffer& audio, qint64 takenNs);

    std::shared_ptr<AudioTap> tap_;
    Loader loader_;
    QTimer timer_;
    QElapsedTimer clock_;
    std::uint64_t last_ = 0; // frames written when it listened last
    bool busy_ = false;
    QThread thread_;
    QObject inside_;                    // lives in thread_
    std::unique_ptr<SpatialEars> ears_; // thread_ only
    std::atomic<bool> quitting_{false};
};

} // namespace binaurium
