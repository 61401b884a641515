// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/LiveHearing.h"

namespace binaurium {

LiveHearing::LiveHearing(std::shared_ptr<AudioTap> tap, Loader loader, QObject* parent)
    : QObject(parent), tap_(std::move(tap)), loader_(std::move(loader))
{
    inside_.moveToThread(&thread_);
    thread_.setObjectName(QStringLiteral("live hearing"));
    clock_.start();
    timer_.setInterval(intervalMs);
    timer_.setTimerType(Qt::PreciseTimer);
    connect(&timer_, &QTimer::timeout, this, &LiveHearing::listen);
}

LiveHearing::~LiveHearing()
{
    quitting_ = true;
    thread_.quit();
    thread_.wait();
}

void LiveHearing::setOn(bool on)
{
    if (on && !thread_.isRunning())
        thread_.start(QThread::LowPriority);
    on ? timer_.start() : timer_.stop();
}

void LiveHearing::listen()
{
    AudioBuffer audio;
    if (busy_ || tap_->written() == last_ || !tap_->latest(static_cast<std::size_t>(windowS * AudioTap::rateHz), audio))
        return;
    last_ = tap_->written();
    busy_ = true;
    QMetaObject::invokeMethod(
        &inside_, [this, audio = std::move(audio), now = clock_.nsecsElapsed()] { hear(audio, now); },
        Qt::QueuedConnection);
}

// In thread_.
void LiveHearing::hear(const AudioBuffer& audio, qint64 takenNs)
{
    if (quitting_)
        return;
    try {
        if (!ears_)
            ears_ = loader_();
        const qint64 begun = clock_.nsecsElapsed();
        const auto result = ears_->localize(audio);
        const double workMs = static_cast<double>(clock_.nsecsElapsed() - begun) * 1e-6;
        QMetaObject::invokeMethod(
            this,
            [this, result, takenNs, workMs] {
                busy_ = false;
                if (isOn())
                    emit heard(result, static_cast<double>(clock_.nsecsElapsed() - takenNs) * 1e-6, workMs);
            },
            Qt::QueuedConnection);
    } catch (const std::exception& e) {
        QMetaObject::invokeMethod(
            this,
            [this, reason = QString::fromStdString(e.what())] {
                busy_ = false;
                setOn(false);
                emit failed(reason);
            },
            Qt::QueuedConnection);
    }
}

} // namespace binaurium
