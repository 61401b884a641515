// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/RunListModel.h"

#include "widgets/plot/PlotTheme.h"
#include "widgets/training/RunWords.h"

#include <algorithm>
#include <array>

namespace binaurium {

RunListModel::RunListModel(TrainingRuns& runs, QObject* parent) : QAbstractTableModel(parent), runs_(runs)
{
    connect(&runs, &TrainingRuns::listChanged, this, &RunListModel::rebuild);
    connect(&runs, &TrainingRuns::runChanged, this, [this](const QString& run) {
        if (const auto at = indexOf(run); at.isValid())
            emit dataChanged(at, index(at.row(), columns - 1));
    });
    rebuild();
}

void RunListModel::rebuild()
{
    beginResetModel();
    shownRuns_ = runs_.count();
    shownQueue_ = static_cast<int>(runs_.queue().names().size());
    for (int i = 0; i < runs_.count(); ++i)
        if (!colours_.contains(runs_.at(i).folder()))
            colours_ << runs_.at(i).folder();
    const auto gone = ticked_.removeIf([this](const QString& run) { return runs_.find(run) == nullptr; });
    endResetModel();
    if (gone > 0)
        emit tickedChanged();
}

int RunListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : shownRuns_ + shownQueue_;
}

int RunListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : columns;
}

QString RunListModel::stateText(const RunFollower& run) const
{
    if (runs_.isStarting(run.folder()))
        return tr("starting");
    if (run.isRunning() && runs_.isStopping(run))
        return tr("stopping");
    return runStateText(run.summary().state);
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    if (index.row() >= shownRuns_) {
        const auto place = index.row() - shownRuns_;
        if (place >= runs_.queue().names().size())
            return {};
        const auto name = runs_.queue().names().at(place);
        if (role == folderRole)
            return runs_.pathOf(name);
        if (role == queuedRole)
            return true;
        if (role != Qt::DisplayRole)
            return {};
        return index.column() == Name ? name : index.column() == State ? tr("waits (%1)").arg(place + 1) : QString();
    }
    const RunFollower& run = runs_.at(index.row());
    switch (role) {
    case folderRole:
        return run.folder();
    case queuedRole:
        return false;
    case Qt::ToolTipRole:
        return run.summary().reason.empty()
                   ? run.folder()
                   : run.folder() + QLatin1Char('\n') + QString::fromStdString(run.summary().reason);
    case Qt::DecorationRole:
        return index.column() == Name ? QVariant(colour(run.folder())) : QVariant();
    case Qt::CheckStateRole:
        return index.column() == Name ? QVariant(ticked_.contains(run.folder()) ? Qt::Checked : Qt::Unchecked)
                                      : QVariant();
    case Qt::DisplayRole:
        break;
    default:
        return {};
    }
    if (index.column() == Name)
        return run.name();
    if (index.column() == State)
        return stateText(run);
    const RunSummary& s = run.summary();
    if (s.stage.empty() || s.state == RunState::Finished)
        return QString();
    const auto* stage = run.history().stage(s.stage);
    const auto steps = s.steps > 0 ? s.steps : stage != nullptr ? stage->steps : 0;
    if (steps <= 0)
        return stageTitle(s.stage);
    return tr("%1 %2 %", "stage, share of its steps")
        .arg(stageTitle(s.stage))
        .arg(std::min<std::int64_t>(100, 100 * s.step / steps));
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columns)
        return {};
    return std::array{tr("Run"), tr("State"), tr("Stage")}[static_cast<std::size_t>(section)];
}

Qt::ItemFlags RunListModel::flags(const QModelIndex& index) const
{
    auto flags = QAbstractTableModel::flags(index);
    if (index.column() == Name && index.row() < shownRuns_)
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

bool RunListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || index.column() != Name || index.row() >= shownRuns_)
        return false;
    const auto run = data(index, folderRole).toString();
    ticked_.removeAll(run);
    if (value.toInt() == Qt::Checked)
        ticked_ << run;
    emit dataChanged(index, index);
    emit tickedChanged();
    return true;
}

int RunListModel::colourIndex(const QString& run) const
{
    return static_cast<int>(std::max<qsizetype>(0, colours_.indexOf(run)));
}

QColor RunListModel::colour(const QString& run) const
{
    return PlotTheme::category(colourIndex(run));
}

QModelIndex RunListModel::indexOf(const QString& run) const
{
    for (int row = 0; row < rowCount(); ++row)
        if (data(index(row, Name), folderRole).toString() == run)
            return index(row, Name);
    return {};
}

} // namespace binaurium
