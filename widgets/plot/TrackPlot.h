// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/SoundTimeline.h"
#include "core/scene/Scene.h"
#include "widgets/plot/TimeAxis.h"

#include <QImage>
#include <QWidget>
#include <optional>

namespace binaurium {

// Azimuth over time: belief as a picture, each slot's direction as a dot in its colour and shape, the truth as lines
// where it is known; of long recordings the detected sources as bars. Left is up, behind at both edges. A click moves
// the play head.
class TrackPlot : public QWidget
{
    Q_OBJECT

public:
    explicit TrackPlot(QWidget* parent = nullptr);
    // `truth`: the scene that was heard, or null.
    void setLocalization(const Localization& what, const Scene* truth);
    void setTimeline(const SoundTimeline& timeline);
    // The time that the sound above lasts.
    void setDuration(double durationS);
    void setCursor(double timeS);
    [[nodiscard]] QPointF pointOf(double timeS, double azimuthDeg) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void cursorMoved(double timeS);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    [[nodiscard]] TimeAxis axis() const;
    void drawTruth(QPainter& painter, const PlotTheme& theme) const;
    void drawSlots(QPainter& painter, const PlotTheme& theme) const;
    void drawEvents(QPainter& painter, const PlotTheme& theme) const;
    void describe();

    Localization what_;
    QImage posterior_; // a column per frame, azimuth +180 at the top
    std::optional<Scene> truth_;
    std::vector<HeardEvent> events_;
    double durationS_ = 0.0;
    double cursorS_ = 0.0;
};

} // namespace binaurium
