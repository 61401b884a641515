// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Audit.h"
#include "widgets/plot/PlotTheme.h"

#include <QRectF>
#include <QString>
#include <vector>

class QPainter;

namespace binaurium {

// What an audit shows as a picture.
enum class AuditChart {
    Blind,   // accuracy of the blind answerer per task with its 95 % interval, chance beside it
    Answers, // per task, how often each answer of a closed list is right, relative to all alike
    Letters, // how often each letter is right
    Leaks    // what stands in two splits, by kind
};
[[nodiscard]] QString auditChartTitle(AuditChart chart);
// How many lines of text the chart needs in height.
[[nodiscard]] double auditChartLines(const AuditReport& report, AuditChart chart);
void drawAuditChart(QPainter& painter, const QRectF& area, const AuditReport& report, AuditChart chart,
                    const PlotTheme& theme);
// The numbers behind a chart, a header row first.
[[nodiscard]] std::vector<std::vector<QString>> auditChartTable(const AuditReport& report, AuditChart chart);

// One sentence: whether the set may serve as a test, and why.
[[nodiscard]] QString auditVerdict(const AuditReport& report);

} // namespace binaurium
