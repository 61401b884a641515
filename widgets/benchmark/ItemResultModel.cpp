// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/ItemResultModel.h"

#include "core/benchmark/report/Scoring.h"

#include <algorithm>

namespace binaurium {
void ItemResultModel::setReport(const OpenReport* report)
{
    beginResetModel();
    report_ = report;
    rows_.clear();
    for (std::size_t i = 0; report != nullptr && i < report->items.size(); ++i) {
        const auto found = report->answers.find(report->items[i].id);
        if (found == report->answers.end())
            continue; // not asked yet
        const auto& line = report->lines[found->second];
        const auto& item = report->items[i];
        const auto scored = scoreAnswer(item, line);
        Row row{i, &line, scored.chosen ? scored.rightByLikelihood : scored.rightByText, {}, 0.0};
        if (scored.chosen) {
            row.said = QString::fromStdString(item.options[*scored.chosen]);
            row.probability = optionProbabilities(line)[*scored.chosen];
        } else {
            row.said = line.error.empty() ? QString::fromStdString(line.generated.value_or(""))
                                          : QString::fromStdString(line.error);
        }
        rows_.push_back(std::move(row));
    }
    endResetModel();
}

int ItemResultModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int ItemResultModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : columns;
}

const Item& ItemResultModel::item(int row) const
{
    return report_->items[rows_[static_cast<std::size_t>(row)].item];
}

QVariant ItemResultModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::UserRole))
        return {};
    const Row& row = rows_[static_cast<std::size_t>(index.row())];
    const Item& i = item(index.row());
    switch (index.column()) {
    case Right:
        return row.right ? tr("✓ right") : tr("✗ wrong");
    case Task:
        return QString::fromStdString(i.task);
    case Question:
        return QString::fromStdString(i.question);
    case Truth:
        return QString::fromStdString(i.answer);
    case Said:
        return row.said;
    case Probability:
        if (role == Qt::UserRole)
            return row.probability; // for sorting
        return row.probability > 0.0 ? QString::number(row.probability, 'f', 2) : tr("-");
    case FreeText:
        return QString::fromStdString(row.line->generated.value_or(""));
    default:
        return QString::fromStdString(i.id);
    }
}

QVariant ItemResultModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical || role != Qt::DisplayRole)
        return {};
    const QString names[columns] = {tr("result"), tr("task"),        tr("question"),  tr("truth"),
                                    tr("said"),   tr("probability"), tr("free text"), tr("item")};
    return names[section];
}

QString ItemResultModel::describe(int row) const
{
    const Item& i = item(row);
    QString text = QString::fromStdString(i.question) + u'\n';
    if (!i.evidence.empty())
        text += tr("Evidence: %1").arg(QString::fromStdString(i.evidence)) + u'\n';
    for (const auto& line : report_->lines) {
        if (line.id != i.id)
            continue;
        text += QString::fromStdString(line.control);
        if (line.rotation > 0)
            text += tr(", rotation %1").arg(line.rotation);
        text += QStringLiteral(": ");
        const auto p = optionProbabilities(line);
        for (std::size_t k = 0; k < p.size() && k < i.options.size(); ++k)
            text += QStringLiteral("%1 %2%3  ")
                        .arg(QString::fromStdString(i.options[k]))
                        .arg(p[k], 0, 'f', 2)
                        .arg(i.options[k] == i.answer ? QStringLiteral(" (truth)") : QString());
        if (line.generated)
            text += tr("text: “%1”").arg(QString::fromStdString(*line.generated));
        text += QString::fromStdString(line.error) + u'\n';
    }
    return text;
}

void ItemResultFilter::setOnlyWrong(bool only)
{
    onlyWrong_ = only;
    invalidateFilter();
}

void ItemResultFilter::setGroup(const QString& group)
{
    group_ = group;
    invalidateFilter();
}

void ItemResultFilter::setText(const QString& text)
{
    text_ = text;
    invalidateFilter();
}

bool ItemResultFilter::filterAcceptsRow(int row, const QModelIndex&) const
{
    const auto& model = *static_cast<const ItemResultModel*>(sourceModel());
    if (onlyWrong_ && model.isRight(row))
        return false;
    const Item& item = model.item(row);
    if (!group_.isEmpty()) {
        const auto groups = groupsOf(item);
        if (std::find(groups.begin(), groups.end(), group_.toStdString()) == groups.end())
            return false;
    }
    if (text_.isEmpty())
        return true;
    for (int c = 0; c < ItemResultModel::columns; ++c)
        if (model.data(model.index(row, c), Qt::DisplayRole).toString().contains(text_, Qt::CaseInsensitive))
            return true;
    return false;
}

} // namespace binaurium
