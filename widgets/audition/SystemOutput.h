// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/audition/AudioOutput.h"

#include <functional>

namespace binaurium {

// Follows the devices of the computer: plays to the chosen one, to the system's default where none is chosen or the
// chosen one is gone, and to nothing, with the reason shown, where there is none. What plays goes on at its place.
class SystemOutput : public AudioOutput
{
    Q_OBJECT

public:
    // What a computer has and how it is opened; tests bring their own.
    struct System
    {
        std::function<std::vector<Device>()> devices;                           // the default first
        std::function<std::unique_ptr<AudioOutput>(const QByteArray& id)> open; // of one of them
    };
    explicit SystemOutput(System system);
    ~SystemOutput() override;

    bool start(std::shared_ptr<AudioSource> source) override;
    void stop() override;
    [[nodiscard]] QString problem() const override;
    [[nodiscard]] QString description() const override;
    [[nodiscard]] std::vector<Device> devices() const override { return system_.devices(); }
    void choose(const QByteArray& id) override;
    [[nodiscard]] QByteArray chosen() const override { return chosen_; }

    // Devices came or went.
    void devicesChanged();

private:
    [[nodiscard]] QByteArray wanted() const;
    void open();

    System system_;
    QByteArray chosen_; // empty: the system's default
    QByteArray opened_; // empty: none
    std::unique_ptr<AudioOutput> output_;
    std::shared_ptr<AudioSource> playing_;
    QString reason_; // why it is silent
};

} // namespace binaurium
