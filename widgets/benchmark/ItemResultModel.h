// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/benchmark/OpenReport.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

namespace binaurium {

// What one report says about each item.
class ItemResultModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Right, Task, Question, Truth, Said, Probability, FreeText, Id, columns };

    using QAbstractTableModel::QAbstractTableModel;
    // `report` must outlive its use here; nullptr empties the table.
    void setReport(const OpenReport* report);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] const Item& item(int row) const;
    [[nodiscard]] bool isRight(int row) const { return rows_[static_cast<std::size_t>(row)].right; }
    // Everything about one item, for reading.
    [[nodiscard]] QString describe(int row) const;

private:
    struct Row
    {
        std::size_t item = 0;
        const ResultLine* line = nullptr;
        bool right = false;
        QString said;
        double probability = 0.0;
    };
    const OpenReport* report_ = nullptr;
    std::vector<Row> rows_;
};

// Only wrong ones, only one group ("task:direction"), only with a text in them.
class ItemResultFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setOnlyWrong(bool only);
    void setGroup(const QString& group);
    void setText(const QString& text);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    bool onlyWrong_ = false;
    QString group_, text_;
};

} // namespace binaurium
