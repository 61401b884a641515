// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/benchmark/ItemInspector.h"
#include "widgets/benchmark/RunQueue.h"
#include "widgets/benchmark/ScoreModel.h"
#include "widgets/plot/PlotTheme.h"

#include <QWidget>
#include <deque>
#include <functional>
#include <memory>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTableView;
class QTabWidget;
class QPainter;

namespace binaurium {

class DeviceBox;
class PathEdit;

// Runs benchmarks one after the other in child processes and shows their reports: tasks by runs with intervals, single
// items with filters, plan and sound, confusion matrix, reliability, errors of localisation, probes and controls; lets
// listeners answer; exports tables and figures.
class BenchmarkTab : public QWidget
{
    Q_OBJECT

public:
    // `output`: where single items are played; null: the devices of this computer.
    explicit BenchmarkTab(QWidget* parent = nullptr, std::unique_ptr<AudioOutput> output = nullptr);

    // Adds the report of a folder to the table, or reads it again, once it has been read in another thread; `refresh`:
    // after its numbers were computed anew (from new answers of listeners). What is wrong with it is said in the tab.
    void openReport(const std::filesystem::path& folder, bool refresh = false);
    [[nodiscard]] bool isReading() const noexcept { return !toRead_.empty(); }
    // Asks where a benchmark runs; false: keep the window.
    [[nodiscard]] bool mayClose();
    [[nodiscard]] const ScoreModel& scores() const { return *scores_; }
    [[nodiscard]] const ItemResultModel& items() const { return *items_; }
    [[nodiscard]] const ItemResultFilter& filter() const { return *filter_; }

private:
    QWidget* makeRunRow();
    QWidget* makeScorePane();
    QWidget* makeDetailPane();
    QWidget* makeItemPane();
    QWidget* makeConfusionPane();
    void addChart(const QString& name, std::function<void(QPainter&, const QRectF&, const PlotTheme&)> paint);
    void start();
    [[nodiscard]] QStringList arguments() const;
    void ended(const QString& report, int exitCode, const QString& sentence);
    void readNext();
    void addReport(OpenReport&& report);
    void lookForChanges(); // of models and data, in another thread
    void listen();
    [[nodiscard]] std::vector<std::filesystem::path> headFolders() const;
    void showReports();
    void selectReport();
    void chooseGroup(int row);
    void exportAs();
    void say(const QString& text);
    [[nodiscard]] const OpenReport* current() const;

    RunQueue* queue_;
    BackgroundWork changes_, reading_;
    std::deque<std::pair<std::filesystem::path, bool>> toRead_; // the first is being read; true: refreshed before
    std::vector<std::unique_ptr<OpenReport>> reports_;
    ScoreModel* scores_;
    ItemResultModel* items_;
    ItemResultFilter* filter_;
    PathEdit *model_, *data_, *output_, *heads_;
    QLineEdit* search_;
    QCheckBox *quick_, *resume_, *probes_, *onlyWrong_;
    QComboBox *scorer_, *report_, *task_;
    DeviceBox* device_;
    QPushButton* start_;
    QLabel *message_, *head_;
    QTableView *scoreView_, *itemView_;
    QTabWidget* details_;
    std::vector<QWidget*> charts_; // pages of details_ that are painted
    ItemInspector* inspector_;
    QPlainTextEdit* summary_;
};

} // namespace binaurium
