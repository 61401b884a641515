// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/dataset/AuditCharts.h"

#include <QWidget>

namespace binaurium {

// One chart of a report; the numbers are also in words for screen readers.
class AuditChartView : public QWidget
{
    Q_OBJECT

public:
    AuditChartView(AuditChart chart, QWidget* parent);
    void setReport(const AuditReport* report); // null: none; must outlive the view or be replaced
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    AuditChart chart_;
    const AuditReport* report_ = nullptr;
};

} // namespace binaurium
