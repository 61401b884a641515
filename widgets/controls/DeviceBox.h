// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ComputeDevice.h"
#include "widgets/controls/BackgroundWork.h"

#include <QComboBox>

namespace binaurium {

// Chooses where a model is computed: automatically, on the processor, or on one of the GPUs, with their names and free
// memory. Ids as in core/model/ComputeDevice.h.
class DeviceBox : public QComboBox
{
    Q_OBJECT

public:
    // GPUs are looked for when the list is opened, which may take a second the first time.
    explicit DeviceBox(QWidget* parent = nullptr);
    [[nodiscard]] QString id() const { return currentData().toString(); }
    // An id that is not (yet) known stands in the list as it is.
    void setId(const QString& id);
    // What the list offers beside "auto".
    void setDevices(const std::vector<ComputeDevice>& devices);
    void showPopup() override;

signals:
    void chosen(const QString& id); // by the user

private:
    BackgroundWork search_;
};

} // namespace binaurium
