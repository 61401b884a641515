// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/controls/BackgroundWork.h"
#include "widgets/dataset/AuditCharts.h"

#include <QWidget>
#include <memory>
#include <optional>

class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace binaurium {

class AuditChartView;

// Checks a built set and shows what the audit says.
class AuditPanel : public QWidget
{
    Q_OBJECT

public:
    explicit AuditPanel(QWidget* parent = nullptr);

    // Which set would be checked; empty: none.
    void setFolder(const QString& folder, const std::vector<std::filesystem::path>& headFolders);
    void audit();
    [[nodiscard]] bool isAuditing() const { return work_.isRunning(); }
    [[nodiscard]] QString verdict() const;
    [[nodiscard]] const std::optional<AuditReport>& report() const noexcept { return report_; }
    [[nodiscard]] QSpinBox& sampleField() { return *sample_; }
    [[nodiscard]] QPushButton& auditButton() { return *audit_; }
    [[nodiscard]] QPushButton& cancelButton() { return *cancel_; }
    [[nodiscard]] QToolButton& exportButton() { return *export_; }
    // .md or .json by the ending; .csv, .svg, .png and .pdf of a chart. Throws Usage or BadInput.
    void exportReport(const std::filesystem::path& file) const;
    void exportChart(AuditChart chart, const std::filesystem::path& file) const;

signals:
    void failed(const QString& sentence, binaurium::ErrorKind kind);
    void message(const QString& text);

private:
    void makeFields();
    void showProgress(const Progress& progress);
    void showReport(const AuditReport& report);
    void setBusy(bool busy);
    void clear();
    void askAndExport(std::optional<AuditChart> chart); // nothing: the report

    QString folder_;
    std::vector<std::filesystem::path> headFolders_;
    std::optional<AuditReport> report_;
    QString audited_; // folder of the report
    QSpinBox* sample_;
    QPushButton* audit_;
    QPushButton* cancel_;
    QProgressBar* bar_;
    QToolButton* export_;
    QLabel* verdict_;
    QLabel* details_;
    std::vector<AuditChartView*> charts_;
    BackgroundWork work_;
};

} // namespace binaurium
