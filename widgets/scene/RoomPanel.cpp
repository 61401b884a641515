// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/RoomPanel.h"

#include "core/acoustics/LateTail.h"
#include "core/scene/Materials.h"
#include "core/scene/SceneValidation.h"
#include "core/support/Error.h"
#include "widgets/document/SceneCommands.h"
#include "widgets/scene/HeadChooser.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>

namespace binaurium {
namespace {

// Of 1 kHz; "-" where the walls cannot give what the scene asks for.
QString decayTime(const Room& room)
{
    try {
        return RoomPanel::tr("%1 s").arg(EnergyDecay(RoomAcoustics(room)).reverberationTimeS(filterBand1kHz), 0, 'f',
                                         2);
    } catch (const Error&) {
        return QStringLiteral("-");
    }
}

} // namespace

QDoubleSpinBox* RoomPanel::number(const QString& name, const QString& unit, double low, double high, double step)
{
    auto* box = new QDoubleSpinBox(this);
    box->setAccessibleName(name);
    box->setToolTip(tr("%1, %2 to %3 %4").arg(name).arg(low).arg(high).arg(unit));
    box->setRange(low, high);
    box->setSingleStep(step);
    box->setDecimals(2);
    box->setSuffix(QStringLiteral(" ") + unit);
    box->setKeyboardTracking(false);
    return box;
}

RoomPanel::RoomPanel(SceneDocument& document, QWidget* parent) : QWidget(parent), document_(document)
{
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    const std::array sizeNames{tr("Length"), tr("Width"), tr("Height")};
    for (std::size_t i = 0; i < 3; ++i) {
        size_[i] = number(tr("Room: %1").arg(sizeNames[i]), tr("m"), SceneLimits::roomMinM, SceneLimits::roomMaxM, 0.1);
        form->addRow(sizeNames[i], size_[i]);
        connect(size_[i], &QDoubleSpinBox::valueChanged, this, [this] { applyRoom(tr("Resize room")); });
    }
    anechoic_ = new QCheckBox(tr("Free field (no walls)"), this);
    form->addRow(QString(), anechoic_);
    connect(anechoic_, &QCheckBox::clicked, this, [this] { applyRoom(tr("Change room")); });
    const std::array wallNames{tr("Wall x = 0"),     tr("Wall x = length"), tr("Wall y = 0"),
                               tr("Wall y = width"), tr("Floor"),           tr("Ceiling")};
    for (std::size_t w = 0; w < wallCount; ++w) {
        walls_[w] = new QComboBox(this);
        walls_[w]->setAccessibleName(tr("Material: %1").arg(wallNames[w]));
        for (const Material& material : materials())
            walls_[w]->addItem(QString::fromUtf8(material.name));
        walls_[w]->addItem(QStringLiteral("custom"));
        form->addRow(wallNames[w], walls_[w]);
        connect(walls_[w], &QComboBox::activated, this, [this] { applyRoom(tr("Change wall")); });
    }
    decay_ = new QLabel(this);
    decay_->setToolTip(tr("Reverberation time at 1 kHz from the decay of the image sources of this room"));
    form->addRow(tr("RT60 at 1 kHz"), decay_);
    duration_ = number(tr("Duration of the scene"), tr("s"), 0.1, SceneLimits::durationMaxS, 0.5);
    form->addRow(tr("Duration"), duration_);
    connect(duration_, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        if (!showing_)
            changeDuration(document_, value);
    });
    const std::array axisNames{tr("Listener x"), tr("Listener y"), tr("Listener z")};
    for (std::size_t i = 0; i < 3; ++i) {
        listener_[i] = number(axisNames[i], tr("m"), 0.0, SceneLimits::roomMaxM, 0.1);
        form->addRow(axisNames[i], listener_[i]);
        connect(listener_[i], &QDoubleSpinBox::valueChanged, this, &RoomPanel::applyListener);
    }
    yaw_ = number(tr("Listener yaw"), tr("°"), -180.0, 180.0, 5.0);
    form->addRow(tr("Listener yaw"), yaw_);
    connect(yaw_, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        if (!showing_)
            rotateListener(document_, value, 2);
    });
    head_ = new HeadChooser(document_, this);
    form->addRow(tr("Head"), head_);
    connect(head_, &HeadChooser::refused, this, &RoomPanel::refused);
    connect(&document_, &SceneDocument::changed, this, &RoomPanel::show);
    show();
}

void RoomPanel::show()
{
    showing_ = true;
    const Scene& scene = document_.scene();
    const std::array size{scene.room.sizeM.x, scene.room.sizeM.y, scene.room.sizeM.z};
    const std::array at{scene.listener.positionM.x, scene.listener.positionM.y, scene.listener.positionM.z};
    for (std::size_t i = 0; i < 3; ++i) {
        size_[i]->setValue(size[i]);
        listener_[i]->setRange(SceneLimits::wallMarginM, size[i] - SceneLimits::wallMarginM);
        listener_[i]->setValue(at[i]);
    }
    for (std::size_t w = 0; w < wallCount; ++w) {
        walls_[w]->setCurrentText(QString::fromStdString(scene.room.walls[w].material));
        walls_[w]->setEnabled(!scene.room.anechoic);
    }
    anechoic_->setChecked(scene.room.anechoic);
    duration_->setValue(scene.durationS);
    yaw_->setValue(scene.listener.orientation.yawDeg);
    decay_->setText(scene.room.anechoic ? tr("none") : decayTime(scene.room));
    showing_ = false;
}

void RoomPanel::applyRoom(const QString& what)
{
    if (showing_)
        return;
    Room room = document_.scene().room;
    room.sizeM = {size_[0]->value(), size_[1]->value(), size_[2]->value()};
    room.anechoic = anechoic_->isChecked();
    for (std::size_t w = 0; w < wallCount; ++w)
        room.walls[w].material = walls_[w]->currentText().toStdString();
    changeRoom(document_, what, room);
}

void RoomPanel::applyListener()
{
    if (!showing_)
        moveListener(document_, {listener_[0]->value(), listener_[1]->value(), listener_[2]->value()}, 3);
}

} // namespace binaurium
