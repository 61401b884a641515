// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/audition/AudioSource.h"

#include <QObject>
#include <QString>
#include <memory>

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

    // The system's default device, or a silent output where there is none.
    [[nodiscard]] static std::unique_ptr<AudioOutput> makeDefault();
    [[nodiscard]] static std::unique_ptr<AudioOutput> makeNull();

signals:
    void ended();
};

} // namespace binaurium
