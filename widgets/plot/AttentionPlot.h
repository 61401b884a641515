// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"

#include <QWidget>
#include <filesystem>

class QCPColorMap;
class QCPColorScale;
class QComboBox;
class QCustomPlot;

namespace binaurium {

// Heat map of the answer's attention: one row per generated token, time of the audio tokens along x. Layer and head are
// chosen, or their mean. A line below says that attention is no proof of cause.
class AttentionPlot : public QWidget
{
    Q_OBJECT

public:
    explicit AttentionPlot(QWidget* parent = nullptr);
    void setMap(AttentionMap map);
    // Value shown for a token and an audio token.
    [[nodiscard]] double value(int token, int audioToken) const;
    void exportTo(const std::filesystem::path& path, const QString& description) const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void redraw();
    void applyTheme();

    AttentionMap map_;
    QCustomPlot* plot_;
    QCPColorMap* colours_;
    QCPColorScale* scale_;
    QComboBox* layer_;
    QComboBox* head_;
};

} // namespace binaurium
