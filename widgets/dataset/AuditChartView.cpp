// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/AuditChartView.h"

#include <QPainter>

namespace binaurium {

AuditChartView::AuditChartView(AuditChart chart, QWidget* parent) : QWidget(parent), chart_(chart)
{
    setAccessibleName(auditChartTitle(chart));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    hide();
}

void AuditChartView::setReport(const AuditReport* report)
{
    report_ = report;
    QStringList words;
    if (report != nullptr)
        for (const auto& cells : auditChartTable(*report, chart_))
            words << QStringList(cells.begin(), cells.end()).join(QLatin1String(", "));
    setAccessibleDescription(words.join(QLatin1Char('\n')));
    setVisible(report != nullptr);
    updateGeometry();
    update();
}

QSize AuditChartView::sizeHint() const
{
    const double line = fontMetrics().height();
    return {static_cast<int>(24 * line), static_cast<int>(line * (report_ ? auditChartLines(*report_, chart_) : 1.0))};
}

QSize AuditChartView::minimumSizeHint() const
{
    return {16 * fontMetrics().height(), sizeHint().height()};
}

void AuditChartView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (report_ != nullptr)
        drawAuditChart(painter, rect(), *report_, chart_, PlotTheme::of(palette()));
}

} // namespace binaurium
