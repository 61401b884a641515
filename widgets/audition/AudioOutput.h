// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/audition/AudioSource.h"

#include <QObject>
#include <QString>
#include <memory>
#include <vector>

namespace binaurium {

// Where the transport plays to: a sound device, or nothing at all (the clock runs, for computers without a device and
// for tests). start() and stop() in the GUI thread.
class AudioOutput : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    // False when the device cannot play; problem() says why.
    virtual bool start(std::shared_ptr<AudioSource> source) = 0;
    virtual void stop() = 0;
    [[nodiscard]] virtual QString problem() const = 0;
    [[nodiscard]] virtual QString description() const = 0;

    struct Device
    {
        QByteArray id;
        QString name;
    };
    // What can be chosen, the system's default first; empty for outputs that are one device.
    [[nodiscard]] virtual std::vector<Device> devices() const { return {}; }
    virtual void choose(const QByteArray&) {} // empty: the system's default
    [[nodiscard]] virtual QByteArray chosen() const { return {}; }

    // The devices of this computer as they come and go; silent while there is none.
    [[nodiscard]] static std::unique_ptr<AudioOutput> makeDefault();
    [[nodiscard]] static std::unique_ptr<AudioOutput> makeNull();

signals:
    void ended();
    void changed(); // devices, or the one in use
};

} // namespace binaurium
