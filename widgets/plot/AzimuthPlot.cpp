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
        const auto number = [](double value) { return QString::number(value, 'g', 6); };
        std::vector<std::vector<QString>> rows{{QStringLiteral("kind"), QStringLiteral("label"),
                                                QStringLiteral("azimuth_deg"), QStringLiteral("distance_m"),
                                                QStringLiteral("value")}};
        for (std::size_t k = 0; k < azimuthBinCount && data_.hasPosterior; ++k)
            rows.push_back({QStringLiteral("posterior"),
                            {},
                            number(wrapDegrees(5.0 * static_cast<double>(k))),
                            {},
                            number(static_cast<double>(data_.posterior[k]))});
        for (const auto& mark : data_.predicted)
            rows.push_back({QStringLiteral("predicted"), mark.label, number(mark.azimuthDeg), number(mark.distanceM),
                            number(mark.confidence)});
        for (const auto& mark : data_.truth)
            rows.push_back({QStringLiteral("truth"), mark.label, number(mark.azimuthDeg), number(mark.distanceM), {}});
        exportTable(rows, path);
        return;
    }
    FigureOptions options;
    options.widthMm = options.heightMm = 100.0;
    options.title = tr("Azimuth posterior");
    options.description = description;
    exportFigure([&](QPainter& painter,
                     const QSizeF& size) { drawAzimuth(painter, QRectF(QPointF(), size), data_, PlotTheme::light()); },
                 options, path);
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
