// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/benchmark/BenchProcess.h"
#include "widgets/benchmark/ItemResultModel.h"
#include "widgets/benchmark/ScoreModel.h"

#include <QWidget>
#include <memory>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTableView;
class QTabWidget;

namespace binaurium {

// Runs benchmarks in a child process and shows their reports: tasks by runs with intervals, single items with filters,
// confusion matrix, reliability and controls; exports tables and figures.
class BenchmarkTab : public QWidget
{
    Q_OBJECT

public:
    explicit BenchmarkTab(QWidget* parent = nullptr);

    // Adds the report of a folder to the table, or reads it again; what is wrong with it is said in the tab.
    void openReport(const std::filesystem::path& folder);
    [[nodiscard]] const ScoreModel& scores() const { return *scores_; }
    [[nodiscard]] const ItemResultModel& items() const { return *items_; }
    [[nodiscard]] const ItemResultFilter& filter() const { return *filter_; }

private:
    QWidget* makeRunRow();
    QWidget* makeScorePane();
    QWidget* makeDetailPane();
    QWidget* makeItemPane();
    void start();
    [[nodiscard]] QStringList arguments() const;
    void ended(int exitCode, const QString& sentence);
    void showReports();
    void selectReport();
    void chooseGroup(int row);
    void exportAs();
    void say(const QString& text);
    [[nodiscard]] const OpenReport* current() const;

    BenchProcess process_;
    std::vector<std::unique_ptr<OpenReport>> reports_;
    ScoreModel* scores_;
    ItemResultModel* items_;
    ItemResultFilter* filter_;
    QLineEdit *model_, *data_, *output_, *heads_, *search_;
    QCheckBox *quick_, *resume_, *onlyWrong_;
    QComboBox *scorer_, *report_, *task_;
    QPushButton *start_, *stop_;
    QProgressBar* progress_;
    QLabel *message_, *head_;
    QTableView *scoreView_, *itemView_;
    QTabWidget* details_;
    QWidget *confusion_, *reliability_;
    QPlainTextEdit *item_, *summary_;
};

} // namespace binaurium
