// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/SceneDocument.h"

#include <QWidget>
#include <array>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;

namespace binaurium {

class HeadChooser;

// Size, walls and length of the scene, and the position of the listener; edits are commands.
class RoomPanel : public QWidget
{
    Q_OBJECT

public:
    explicit RoomPanel(SceneDocument& document, QWidget* parent = nullptr);

signals:
    void refused(const QString& reason);

private:
    void show();
    void applyRoom(const QString& what);
    void applyListener();
    QDoubleSpinBox* number(const QString& name, const QString& unit, double low, double high, double step);

    SceneDocument& document_;
    std::array<QDoubleSpinBox*, 3> size_{};
    std::array<QComboBox*, wallCount> walls_{};
    QCheckBox* anechoic_;
    QDoubleSpinBox* duration_;
    std::array<QDoubleSpinBox*, 3> listener_{};
    QDoubleSpinBox* yaw_;
    QLabel* decay_;
    HeadChooser* head_;
    bool showing_ = false;
};

} // namespace binaurium
