// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/SceneDocument.h"
#include "widgets/scene/LiveHearing.h"

#include <QWidget>

class QCheckBox;
class QLabel;

namespace binaurium {

class AzimuthPlot;

// What the spatial encoder hears while the scene plays: posterior over azimuth beside the truth, and how fast it is.
class HearingPanel : public QWidget
{
    Q_OBJECT

public:
    HearingPanel(SceneDocument& document, LiveHearing& hearing, QWidget* parent = nullptr);
    // The time that is played: where moving objects are compared with what is heard.
    void setPlayedS(double timeS) { playedS_ = timeS; }
    [[nodiscard]] AzimuthPlot& plot() { return *plot_; }
    [[nodiscard]] QCheckBox& onSwitch() { return *on_; }

signals:
    void heard(const binaurium::Localization& what);
    void switchedOff();
    void message(const QString& text);

private:
    void showHeard(const Localization& what, double latencyMs, double workMs);

    SceneDocument& document_;
    QCheckBox* on_;
    AzimuthPlot* plot_;
    QLabel* pace_;
    QElapsedTimer since_;
    double playedS_ = 0.0;
};

} // namespace binaurium
