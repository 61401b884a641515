// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/benchmark/BenchProcess.h"

#include <QWidget>
#include <deque>

class QListWidget;
class QProgressBar;
class QPushButton;

namespace binaurium {

// Benchmarks one after the other: what runs, with its progress, and what waits.
class RunQueue : public QWidget
{
    Q_OBJECT

public:
    explicit RunQueue(QWidget* parent = nullptr);

    // `report`: the folder that will hold the report; named in the list, and said again when the run has ended.
    void add(const QStringList& arguments, const QString& report);
    [[nodiscard]] int waiting() const { return static_cast<int>(waiting_.size()); }
    [[nodiscard]] bool isRunning() const { return process_.isRunning(); }

signals:
    void ended(const QString& report, int exitCode, const QString& sentence);
    void stopping();

private:
    struct Run
    {
        QStringList arguments;
        QString report;
    };
    void startNext();
    void remove();
    void refresh();

    BenchProcess process_;
    Run current_;
    std::deque<Run> waiting_;
    QProgressBar* progress_;
    QPushButton *stop_, *remove_;
    QListWidget* list_;
};

} // namespace binaurium
