// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/WaypointModel.h"

#include "widgets/controls/Quantity.h"
#include "widgets/document/ObjectCommands.h"

#include <QLocale>

namespace binaurium {
namespace {

double& valueOf(Waypoint& point, int column)
{
    return column == WaypointModel::Time ? point.timeS
           : column == WaypointModel::X  ? point.positionM.x
           : column == WaypointModel::Y  ? point.positionM.y
                                         : point.positionM.z;
}

} // namespace

WaypointModel::WaypointModel(SceneDocument& document, QObject* parent)
    : QAbstractTableModel(parent), document_(document)
{}

void WaypointModel::setObject(int object)
{
    const auto now = object == noObject ? std::vector<Waypoint>() : trajectoryOf(document_.scene(), object).waypoints;
    if (object == object_ && now.size() == shown_.size()) {
        if (now == shown_)
            return;
        shown_ = now;
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    object_ = object;
    shown_ = now;
    endResetModel();
}

void WaypointModel::removeWaypoint(int row)
{
    if (row < 0 || row >= rowCount() || rowCount() < 3)
        return; // two waypoints make a path; "Remove path" takes it away as a whole
    editObjects(document_, tr("Delete waypoint of %1").arg(nameOf(document_.scene(), {object_})), {object_},
                [&](Scene& scene, int object) {
                    auto& points = trajectoryOf(scene, object).waypoints;
                    points.erase(points.begin() + row);
                });
}

int WaypointModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int WaypointModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant WaypointModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::EditRole)
        return {};
    Waypoint point = shown_[static_cast<std::size_t>(index.row())];
    const double number = valueOf(point, index.column());
    return role == Qt::EditRole ? editableNumber(number) : QLocale().toString(number, 'f', 2);
}

QVariant WaypointModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return section == Time ? tr("t / s") : section == X ? tr("x / m") : section == Y ? tr("y / m") : tr("z / m");
}

Qt::ItemFlags WaypointModel::flags(const QModelIndex& index) const
{
    return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable : Qt::NoItemFlags;
}

bool WaypointModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || role != Qt::EditRole)
        return false;
    if (value.toString() == data(index, Qt::EditRole).toString())
        return true; // looked at
    QString error;
    const auto number =
        parseQuantity(value.toString(), index.column() == Time ? Quantity::TimeS : Quantity::LengthM, &error);
    if (!number) {
        emit refused(tr("'%1': %2").arg(value.toString(), error));
        return false;
    }
    const auto edit = [&](Scene& scene, int object) {
        valueOf(trajectoryOf(scene, object).waypoints[static_cast<std::size_t>(index.row())], index.column()) = *number;
    };
    Scene changed = document_.scene();
    edit(changed, object_);
    if (const QString why = newProblem(document_.scene(), changed); !why.isEmpty()) {
        emit refused(why);
        return false;
    }
    editObjects(document_, tr("Change waypoint of %1").arg(nameOf(document_.scene(), {object_})), {object_}, edit);
    return true;
}

} // namespace binaurium
