// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plot/PlotTheme.h"

#include <QPainter>
#include <QWidget>
#include <functional>

namespace binaurium {

// Paints what a function draws, in the colours of the palette.
class ChartView : public QWidget
{
public:
    using Paint = std::function<void(QPainter&, const QRectF&, const PlotTheme&)>;
    ChartView(const QString& name, Paint paint, QWidget* parent) : QWidget(parent), paint_(std::move(paint))
    {
        setMinimumSize(240, 200);
        setAccessibleName(name);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const auto theme = PlotTheme::of(palette());
        painter.fillRect(rect(), theme.background);
        paint_(painter, QRectF(rect()).adjusted(6, 6, -6, -6), theme);
    }

private:
    Paint paint_;
};

} // namespace binaurium
