// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/controls/QuantityEdit.h"
#include "widgets/document/SceneDocument.h"

#include <QWidget>
#include <array>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QToolButton;

namespace binaurium {

class BandChart;
class HeadChooser;

// The room: size, surfaces with their absorption, what reverberation follows or is asked for; length and background of
// the scene and the head that hears it. Edits are commands.
class RoomPanel : public QWidget
{
    Q_OBJECT

public:
    explicit RoomPanel(SceneDocument& document, QWidget* parent = nullptr);

    // "length", "width", "height", "rt60", "duration", "noise", "temperature" or "humidity".
    [[nodiscard]] QuantityEdit* field(const QString& name) const;
    [[nodiscard]] QComboBox* material(Wall wall) const { return walls_[static_cast<std::size_t>(wall)]; }
    // Opens the table of a wall's coefficients.
    [[nodiscard]] QToolButton* coefficients(Wall wall) const { return edits_[static_cast<std::size_t>(wall)]; }
    [[nodiscard]] const QLabel& criticalDistance() const { return *critical_; }

signals:
    void refused(const QString& reason);
    // So many objects did not fit into a smaller room and were moved inside, in the same step.
    void objectsMovedInside(int count);

private:
    void makeSize(QFormLayout* form);
    void makeWalls(QFormLayout* form);
    void editCoefficients(std::size_t wall, const QString& name);
    void makeReverberation(QFormLayout* form);
    void makeScene(QFormLayout* form);
    // A number of the room; `set` puts it there.
    void roomField(QFormLayout* form, const QString& name, const QString& words, const QuantityEdit::Options& options,
                   std::function<void(Room&, double)> set);
    void onChanged(const SceneChange& change);
    void showAll();
    void showRoom();
    void applyRoom(const QString& what, const std::function<void(Room&)>& edit, std::uint64_t mergeKey = 0);

    SceneDocument& document_;
    std::vector<QuantityEdit*> fields_; // named
    std::array<QComboBox*, wallCount> walls_{};
    std::array<QToolButton*, wallCount> edits_{};
    std::array<BandChart*, wallCount> absorption_{};
    QCheckBox* anechoic_;
    QCheckBox* wanted_;
    BandChart* rt60_;
    QLabel* critical_;
    QLabel* problem_;
    HeadChooser* head_;
};

} // namespace binaurium
