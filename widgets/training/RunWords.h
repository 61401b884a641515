// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/RunHistory.h"
#include "core/training/run/RunList.h"

#include <QString>

namespace binaurium {

// Words of the Training tab for what files call by ids.
[[nodiscard]] QString runStateText(RunState state);
[[nodiscard]] QString stageStateText(StageStatus state);
[[nodiscard]] QString stageTitle(const std::string& stage);
[[nodiscard]] QString metricTitle(const std::string& metric);
// A value of a metric with its unit: "73.3 %", "6.7°", "0.0412".
[[nodiscard]] QString metricText(const std::string& metric, double value);
[[nodiscard]] QString durationText(double seconds);
[[nodiscard]] QString bytesText(double bytes);

// What the technical end of a run means and what can be done; empty where nothing better can be said than the text
// itself. `text`: the reason of the run or the end of its log.
[[nodiscard]] QString plainCause(const QString& text);

} // namespace binaurium
