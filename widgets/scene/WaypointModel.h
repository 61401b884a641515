// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/SceneDocument.h"

#include <QAbstractTableModel>

namespace binaurium {

// The waypoints of one object as a table: time and place, with units and expressions. Edits are commands.
class WaypointModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, X, Y, Z, ColumnCount };

    explicit WaypointModel(SceneDocument& document, QObject* parent = nullptr);
    // Whose path is shown; noObject for none.
    void setObject(int object);
    void removeWaypoint(int row);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;

signals:
    void refused(const QString& reason);

private:
    SceneDocument& document_;
    int object_ = noObject;
    std::vector<Waypoint> shown_;
};

} // namespace binaurium
