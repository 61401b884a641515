// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/SourceTableModel.h"

#include "core/dataset/Labels.h"
#include "core/scene/SceneValidation.h"
#include "widgets/controls/Quantity.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/document/SceneCommands.h"

#include <QLocale>

namespace binaurium {
namespace {

double* coordinate(Source& source, int column)
{
    switch (column) {
    case SourceTableModel::X:
        return &source.positionM.x;
    case SourceTableModel::Y:
        return &source.positionM.y;
    case SourceTableModel::Z:
        return &source.positionM.z;
    case SourceTableModel::Gain:
        return &source.gainDb;
    case SourceTableModel::Start:
        return &source.startS;
    case SourceTableModel::End:
        return &source.endS;
    default:
        return nullptr;
    }
}

} // namespace

SourceTableModel::SourceTableModel(SceneDocument& document, QObject* parent)
    : QAbstractTableModel(parent), document_(document), shown_(document.scene().sources)
{
    connect(&document_, &SceneDocument::changed, this, &SourceTableModel::onChanged);
}

void SourceTableModel::onChanged(const SceneChange& change)
{
    using Kind = SceneChange::Kind;
    const auto& sources = document_.scene().sources;
    switch (change.kind) {
    case Kind::SourceAdded:
        beginInsertRows({}, change.source, change.source);
        shown_ = sources;
        endInsertRows();
        break;
    case Kind::SourceRemoved:
        beginRemoveRows({}, change.source, change.source);
        shown_ = sources;
        endRemoveRows();
        break;
    case Kind::Everything:
        beginResetModel();
        solo_.clear();
        shown_ = sources;
        endResetModel();
        break;
    case Kind::Source:
        shown_[static_cast<std::size_t>(change.source)] = sources[static_cast<std::size_t>(change.source)];
        emit dataChanged(index(change.source, 0), index(change.source, ColumnCount - 1));
        break;
    case Kind::Listener:
        emit dataChanged(index(0, X), index(rowCount() - 1, Distance));
        break;
    case Kind::Room:
    case Kind::Settings:
        break;
    }
}

int SourceTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(shown_.size()) + 1;
}

int SourceTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant SourceTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    if (isListener(index))
        return listenerData(index.column(), role);
    Source source = shown_[static_cast<std::size_t>(index.row())];
    if (index.column() == Muted)
        return role == Qt::CheckStateRole ? QVariant(source.muted ? Qt::Checked : Qt::Unchecked) : QVariant();
    if (index.column() == Solo)
        return role == Qt::CheckStateRole ? QVariant(solo_.contains(source.name) ? Qt::Checked : Qt::Unchecked)
                                          : QVariant();
    if (role == Qt::TextAlignmentRole && index.column() >= X)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::EditRole)
        return {};
    if (index.column() == Name)
        return QString::fromStdString(source.name);
    if (index.column() == Label)
        return QString::fromStdString(source.label);
    const auto relative = relativePosition(document_.scene().listener, source.positionM);
    const double* value = coordinate(source, index.column());
    const double number = value != nullptr            ? *value
                          : index.column() == Azimuth ? relative.direction.azimuthDeg
                                                      : relative.distanceM;
    if (role == Qt::EditRole)
        return editableNumber(number);
    if (index.column() == End && number == 0.0)
        return tr("end");
    return QLocale().toString(number, 'f', index.column() == Azimuth || index.column() == Gain ? 1 : 2);
}

int SourceTableModel::rowOf(int object) const
{
    return object == listenerObject ? rowCount() - 1 : object;
}

int SourceTableModel::objectAt(int row) const
{
    return row + 1 == rowCount() ? listenerObject : row;
}

QVariant SourceTableModel::listenerData(int column, int role) const
{
    const auto& listener = document_.scene().listener;
    if (role == Qt::TextAlignmentRole && column >= X)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::EditRole)
        return {};
    if (column == Name)
        return tr("Listener");
    if (column < X || column > Z)
        return {};
    const std::array place{listener.positionM.x, listener.positionM.y, listener.positionM.z};
    const double value = place[static_cast<std::size_t>(column - X)];
    return role == Qt::EditRole ? QVariant(editableNumber(value)) : QVariant(QLocale().toString(value, 'f', 2));
}

bool SourceTableModel::setListenerData(int column, const QVariant& value)
{
    QString error;
    const auto number = parseQuantity(value.toString(), Quantity::LengthM, &error);
    if (!number) {
        emit refused(tr("'%1': %2").arg(value.toString(), error));
        return false;
    }
    Scene changed = document_.scene();
    Vec3& p = changed.listener.positionM;
    (column == X ? p.x : column == Y ? p.y : p.z) = *number;
    if (const QString why = newProblem(document_.scene(), changed); !why.isEmpty()) {
        emit refused(why);
        return false;
    }
    moveListener(document_, p, 0);
    return true;
}

QVariant SourceTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole)
        return {};
    if (orientation == Qt::Vertical)
        return section + 1 == rowCount() ? QVariant(tr("L", "listener")) : QVariant(section + 1);
    switch (section) {
    case Name:
        return tr("Name");
    case Label:
        return tr("Label");
    case X:
        return tr("x / m");
    case Y:
        return tr("y / m");
    case Z:
        return tr("z / m");
    case Gain:
        return tr("Gain / dB");
    case Start:
        return tr("Start / s");
    case End:
        return tr("End / s");
    case Muted:
        return tr("Mute");
    case Solo:
        return tr("Solo");
    case Azimuth:
        return tr("Azimuth / °");
    case Distance:
        return tr("Distance / m");
    default:
        return {};
    }
}

Qt::ItemFlags SourceTableModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    const Qt::ItemFlags base = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (isListener(index))
        return index.column() >= X && index.column() <= Z ? base | Qt::ItemIsEditable : base;
    if (index.column() == Muted || index.column() == Solo)
        return base | Qt::ItemIsUserCheckable;
    return index.column() < Azimuth ? base | Qt::ItemIsEditable : base;
}

bool SourceTableModel::apply(int row, const Source& source, const QString& what)
{
    Scene changed = document_.scene();
    changed.sources[static_cast<std::size_t>(row)] = source;
    if (const QString why = newProblem(document_.scene(), changed); !why.isEmpty()) {
        emit refused(why);
        return false;
    }
    changeSource(document_, row, what, source);
    return true;
}

bool SourceTableModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || (role != Qt::EditRole && role != Qt::CheckStateRole))
        return false;
    if (role == Qt::EditRole && value.toString() == data(index, Qt::EditRole).toString())
        return true; // looked at
    if (isListener(index))
        return setListenerData(index.column(), value);
    Source source = document_.scene().sources[static_cast<std::size_t>(index.row())];
    const QString name = QString::fromStdString(source.name);
    if (index.column() == Muted) {
        source.muted = value.toInt() == Qt::Checked;
        return apply(index.row(), source, source.muted ? tr("Mute '%1'").arg(name) : tr("Unmute '%1'").arg(name));
    }
    if (index.column() == Solo) {
        const bool on = value.toInt() == Qt::Checked;
        if (on)
            solo_.insert(source.name);
        else
            solo_.erase(source.name);
        emit dataChanged(index, index);
        emit soloChanged(name, on);
        return true;
    }
    if (index.column() == Name) {
        source.name = value.toString().trimmed().toStdString();
        return apply(index.row(), source, tr("Rename '%1'").arg(name));
    }
    if (index.column() == Label) {
        source.label = value.toString().trimmed().toStdString();
        return apply(index.row(), source, tr("Label '%1'").arg(name));
    }
    double* target = coordinate(source, index.column());
    const Quantity quantity = index.column() <= Z      ? Quantity::LengthM
                              : index.column() == Gain ? Quantity::LevelDb
                                                       : Quantity::TimeS;
    QString error;
    const auto number = parseQuantity(value.toString(), quantity, &error);
    if (target == nullptr || !number) {
        emit refused(tr("'%1': %2").arg(value.toString(), error));
        return false;
    }
    *target = *number;
    return apply(index.row(), source, index.column() <= Z ? tr("Move '%1'").arg(name) : tr("Change '%1'").arg(name));
}

} // namespace binaurium
