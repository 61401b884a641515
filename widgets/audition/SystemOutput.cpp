// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/audition/SystemOutput.h"

#include <algorithm>

namespace binaurium {

SystemOutput::SystemOutput(System system) : system_(std::move(system))
{
    open();
}

SystemOutput::~SystemOutput()
{
    output_->stop();
}

// The device to play to; empty where there is none.
QByteArray SystemOutput::wanted() const
{
    const auto devices = system_.devices();
    const auto found =
        std::find_if(devices.begin(), devices.end(), [&](const Device& device) { return device.id == chosen_; });
    if (found != devices.end())
        return chosen_;
    return devices.empty() ? QByteArray() : devices.front().id;
}

void SystemOutput::open()
{
    opened_ = wanted();
    reason_ = opened_.isEmpty() ? tr("no audio device: silent") : QString();
    output_ = opened_.isEmpty() ? makeNull() : system_.open(opened_);
    connect(output_.get(), &AudioOutput::ended, this, &AudioOutput::ended);
}

bool SystemOutput::start(std::shared_ptr<AudioSource> source)
{
    playing_ = std::move(source);
    if (output_->start(playing_))
        return true;
    // The device does not play: time goes on without it, and the reason is shown.
    reason_ = output_->problem();
    output_ = makeNull();
    connect(output_.get(), &AudioOutput::ended, this, &AudioOutput::ended);
    opened_.clear();
    return output_->start(playing_);
}

void SystemOutput::stop()
{
    playing_.reset();
    output_->stop();
}

QString SystemOutput::problem() const
{
    return reason_;
}

QString SystemOutput::description() const
{
    return reason_.isEmpty() ? output_->description() : reason_;
}

void SystemOutput::choose(const QByteArray& id)
{
    chosen_ = id;
    devicesChanged();
}

void SystemOutput::devicesChanged()
{
    if (wanted() != opened_) {
        const auto source = playing_;
        output_->stop();
        open();
        if (source)
            start(source);
    }
    emit changed();
}

} // namespace binaurium
