// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/controls/DeviceBox.h"

#include "core/support/Memory.h"

#include <QAbstractItemView>

namespace binaurium {

DeviceBox::DeviceBox(QWidget* parent) : QComboBox(parent)
{
    setAccessibleName(tr("Device"));
    setToolTip(tr("Where the model is computed; automatic: on a GPU where libtorch can use one"));
    setDevices({{"cpu", {}, 0.0, 0.0}});
    connect(this, &QComboBox::activated, this, [this] { emit chosen(id()); });
}

// A list that grows while it is open is opened again.
void DeviceBox::showPopup()
{
    search_.start([this](const BackgroundWork::Context& context) {
        context.deliver([this, found = computeDevices()] {
            if (found.size() == 1)
                return;
            const bool wasOpen = view()->isVisible();
            hidePopup();
            setDevices(found);
            if (wasOpen)
                QComboBox::showPopup();
        });
    });
    QComboBox::showPopup();
}

void DeviceBox::setDevices(const std::vector<ComputeDevice>& devices)
{
    const auto kept = id();
    clear();
    addItem(tr("automatic"), QStringLiteral("auto"));
    for (const ComputeDevice& device : devices) {
        const auto name = QString::fromStdString(device.id);
        const auto free = QString::fromStdString(inGib(device.freeBytes));
        if (device.id == "cpu")
            addItem(tr("processor"), name);
        else
            addItem(device.totalBytes > 0.0
                        ? tr("%1 (%2), %3 GiB free").arg(QString::fromStdString(device.name), name, free)
                        : tr("%1 (%2)").arg(QString::fromStdString(device.name), name),
                    name);
    }
    if (!kept.isEmpty())
        setId(kept);
}

void DeviceBox::setId(const QString& id)
{
    if (findData(id) < 0)
        addItem(id, id);
    setCurrentIndex(findData(id));
}

} // namespace binaurium
