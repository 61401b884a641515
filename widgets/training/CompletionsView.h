// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/training/SampleTable.h"

#include <QSortFilterProxyModel>
#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QTableView;

namespace binaurium {

// Rows whose words hold all words of the filter; "task:direction", "level:3" and "reward<0.5" narrow one column.
class SampleFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit SampleFilter(QObject* parent = nullptr);
    void setWords(const QString& words);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList words_;
};

// The completions of reinforcement learning: a table with a filter, and the whole of the chosen one.
class CompletionsView : public QWidget
{
    Q_OBJECT

public:
    explicit CompletionsView(QWidget* parent = nullptr);
    void setRun(const QString& folder); // empty: none
    void look();
    [[nodiscard]] SampleTable& samples() { return samples_; }
    [[nodiscard]] QTableView& table() const { return *table_; }
    [[nodiscard]] QLineEdit& filter() const { return *filter_; }
    [[nodiscard]] QPlainTextEdit& detail() const { return *detail_; }

private:
    void showDetail();
    void showCount();

    SampleTable samples_;
    SampleFilter shown_;
    QLineEdit* filter_;
    QLabel* count_;
    QTableView* table_;
    QPlainTextEdit* detail_;
};

} // namespace binaurium
