// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/ScoreModel.h"

#include <QFont>
#include <algorithm>

namespace binaurium {
namespace {

constexpr int firstReport = 2; // after group and n

QString groupWords(const std::string& group)
{
    const auto mark = group.find(':');
    const auto value = QString::fromStdString(mark == std::string::npos ? group : group.substr(mark + 1));
    if (group.starts_with("sources:"))
        return ScoreModel::tr("%n source(s)", nullptr, value.toInt());
    return group.starts_with("motion:") ? ScoreModel::tr("%1 scenes").arg(value) : value;
}

} // namespace

void ScoreModel::setReports(std::vector<const OpenReport*> reports, const QString& scorer)
{
    beginResetModel();
    reports_ = std::move(reports);
    scorer_ = scorer.toStdString();
    groups_.clear();
    beside_ = reports_.empty() ? std::vector<std::string>() : reports_[0]->report.systems();
    for (const auto* kind : {"all", "level", "task", "sources", "motion"})
        for (const auto* open : reports_)
            for (const auto& row : open->report.rows)
                if ((row.group == kind || row.group.starts_with(std::string(kind) + ":")) &&
                    std::find(groups_.begin(), groups_.end(), row.group) == groups_.end())
                    groups_.push_back(row.group);
    endResetModel();
}

int ScoreModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(groups_.size());
}

int ScoreModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || reports_.empty()
               ? 0
               : firstReport + static_cast<int>(reports_.size()) + static_cast<int>(beside_.size());
}

const ReportRow* ScoreModel::rowAt(const QModelIndex& index) const
{
    const auto column = static_cast<std::size_t>(std::max(0, index.column() - firstReport));
    const auto& name = group(index.row());
    if (column < reports_.size())
        return reports_[column]->report.find("model", "none", scorer_, name);
    return reports_[0]->report.find(beside_[column - reports_.size()], "none", scorer_, name);
}

QVariant ScoreModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(index.column() == 0 ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    if (index.column() == 0) {
        return role == Qt::DisplayRole ? groupWords(group(index.row())) : QVariant();
    }
    const auto* row = rowAt(index);
    if (row == nullptr)
        return role == Qt::DisplayRole ? tr("-") : QVariant();
    if (index.column() == 1)
        return role == Qt::DisplayRole ? QVariant(row->n) : QVariant();
    const double low = 100.0 * row->interval.low;
    const double high = 100.0 * row->interval.high;
    const bool isChance = row->system == "chance"; // known, not measured: no interval
    if (role == Qt::DisplayRole && isChance)
        return QString::number(100.0 * row->score, 'f', 1);
    if (role == Qt::DisplayRole)
        return QStringLiteral("%1  [%2, %3]")
            .arg(100.0 * row->score, 0, 'f', 1)
            .arg(low, 0, 'f', 1)
            .arg(high, 0, 'f', 1);
    if (role == Qt::ToolTipRole && !isChance) {
        auto text = tr("%1 of %2 items right; 95 % interval %3 to %4 %, over scenes")
                        .arg(qRound(row->score * row->n))
                        .arg(row->n)
                        .arg(low, 0, 'f', 1)
                        .arg(high, 0, 'f', 1);
        if (row->parseRate)
            text += tr("; understood by the parser: %1 %").arg(100.0 * *row->parseRate, 0, 'f', 1);
        return text;
    }
    if (role == Qt::FontRole && index.column() < firstReport + static_cast<int>(reports_.size())) {
        // Bold only where the interval lies above chance.
        const auto* chance = reports_[0]->report.find("chance", "none", scorer_, group(index.row()));
        QFont font;
        font.setBold(chance != nullptr && row->interval.low > chance->score);
        return font;
    }
    return {};
}

QVariant ScoreModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical || role != Qt::DisplayRole)
        return {};
    if (section < firstReport)
        return section == 0 ? tr("task") : tr("n");
    const auto column = static_cast<std::size_t>(section - firstReport);
    if (column >= reports_.size())
        return QString::fromStdString(beside_[column - reports_.size()]);
    const auto& open = *reports_[column];
    auto name = QString::fromStdString(open.report.key.model);
    if (!open.report.isComplete())
        name += tr(" (partial)");
    return open.stale.isEmpty() ? name : name + tr(" (stale)");
}

} // namespace binaurium
