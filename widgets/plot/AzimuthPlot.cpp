// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/AzimuthPlot.h"

#include "widgets/plot/FigureExport.h"

#include <QPainter>

namespace binaurium {

AzimuthPlot::AzimuthPlot(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Azimuth plot"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void AzimuthPlot::setData(AzimuthData data)
{
    data_ = std::move(data);
    QStringList heard;
    for (const auto& mark : data_.predicted)
        heard << tr("%1 at %2 degrees").arg(mark.label).arg(mark.azimuthDeg, 0, 'f', 0);
    setAccessibleDescription(heard.isEmpty() ? tr("No source was heard") : heard.join(QStringLiteral("; ")));
    update();
}

void AzimuthPlot::exportTo(const std::filesystem::path& path, const QString& description) const
{
    if (path.extension() == ".csv") {
        std::vector<std::vector<QString>> rows{{QStringLiteral("azimuth_deg"), QStringLiteral("posterior")}};
        for (std::size_t k = 0; k < azimuthBinCount; ++k)
            rows.push_back({QString::number(wrapDegrees(5.0 * static_cast<double>(k))), QString::number(static_cast<double>(data_.posterior[k]), 'g', 6)});
        exportTable(rows, path);
        return;
    }
    FigureOptions options;
    options.widthMm = options.heightMm = 100.0;
    options.title = tr("Azimuth posterior");
    options.description = description;
    exportFigure([&](QPainter& painter, const QSizeF& size) {
        QFont font = painter.font();
        font.setPixelSize(9); // points of the figure
        painter.setFont(font);
        drawAzimuth(painter, QRectF(QPointF(), size), data_, PlotTheme::light());
    }, options, path);
}

QSize AzimuthPlot::sizeHint() const
{
    return QSize(24, 20) * fontMetrics().height();
}

QSize AzimuthPlot::minimumSizeHint() const
{
    return QSize(13, 11) * fontMetrics().height();
}

void AzimuthPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    drawAzimuth(painter, rect(), data_, PlotTheme::of(palette()));
}

} // namespace binaurium
