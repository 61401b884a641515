// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/benchmark/OpenReport.h"

#include <QAbstractTableModel>

namespace binaurium {

// Tasks by runs: a row per group, the number of items, a column per report with interval, and the baselines of the
// first.
class ScoreModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;
    void setReports(std::vector<const OpenReport*> reports, const QString& scorer);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] const std::string& group(int row) const { return groups_[static_cast<std::size_t>(row)]; }

private:
    // The row behind a cell; nullptr where there is none.
    [[nodiscard]] const ReportRow* rowAt(const QModelIndex& index) const;
    std::vector<const OpenReport*> reports_;
    std::vector<std::string> groups_;
    std::vector<std::string> beside_; // systems beside the model of the first report
    std::string scorer_ = "likelihood";
};

} // namespace binaurium
