// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/ask/BatchTable.h"

#include <QDialog>

class QLabel;
class QProgressBar;
class QPushButton;
class QTableWidget;

namespace binaurium {

class ModelWorker;

// One question about every recording of a folder: a table that fills, stop, export.
class BatchDialog : public QDialog
{
    Q_OBJECT

public:
    // `worker` must outlive the dialog.
    BatchDialog(ModelWorker& worker, const QString& folder, const QString& question, const AskOptions& options,
                QWidget* parent = nullptr);
    ~BatchDialog() override; // stops
    void start();
    void reject() override; // asks before answers are lost
    [[nodiscard]] const std::vector<BatchRow>& rows() const noexcept { return rows_; }
    [[nodiscard]] QTableWidget& table() const { return *table_; }
    [[nodiscard]] QPushButton& stopButton() const { return *stop_; }
    [[nodiscard]] bool isRunning() const noexcept { return running_; }

private:
    void showRow(int index);
    void ended();
    void exportRows();

    ModelWorker& worker_;
    QString question_;
    AskOptions options_;
    std::vector<BatchRow> rows_;
    bool running_ = false;
    bool exported_ = false;
    int batch_ = 0; // number of the request
    QTableWidget* table_;
    QProgressBar* bar_;
    QLabel* state_;
    QPushButton* stop_;
    QPushButton* export_;
};

} // namespace binaurium
