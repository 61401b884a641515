// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/BandChart.h"

#include "widgets/plot/PlotTheme.h"

#include <QLocale>
#include <QPainter>
#include <algorithm>

namespace binaurium {
namespace {

QString bandName(double hz)
{
    return hz < 1000.0 ? QString::number(hz) : QString::number(hz / 1000.0) + QLatin1Char('k');
}

} // namespace

BandChart::BandChart(const QString& name, Size size, QWidget* parent) : QWidget(parent), size_(size)
{
    setAccessibleName(name);
    setSizePolicy(size == Size::Small ? QSizePolicy::Fixed : QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void BandChart::setValues(const BandValues& values, double top)
{
    std::array<std::optional<double>, octaveBandCount> some;
    std::copy(values.begin(), values.end(), some.begin());
    setValues(some, top, {});
}

void BandChart::setValues(const std::array<std::optional<double>, octaveBandCount>& values, double top,
                          const QString& unit)
{
    values_ = values;
    top_ = top;
    for (const auto& value : values)
        top_ = top > 0.0 ? top_ : std::max(top_, value.value_or(0.0));
    QStringList words;
    for (std::size_t band = 0; band < octaveBandCount; ++band)
        words << tr("%1 Hz: %2 %3")
                     .arg(bandName(octaveBandHz[band]),
                          values[band] ? QLocale().toString(*values[band], 'f', 2) : QStringLiteral("\u2013"), unit)
                     .trimmed();
    setToolTip(accessibleName() + QLatin1Char('\n') + words.join(QLatin1Char('\n')));
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    update();
}

QSize BandChart::sizeHint() const
{
    const int line = fontMetrics().height();
    return size_ == Size::Small ? QSize(3 * line, static_cast<int>(1.2 * line)) : QSize(16 * line, 5 * line);
}

void BandChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto theme = PlotTheme::of(palette());
    const double line = fontMetrics().height();
    const double words = size_ == Size::Large ? line : 0.0;
    const double each = static_cast<double>(width()) / octaveBandCount;
    const double bottom = height() - words - 1.0, top = words + 1.0;
    painter.setPen(QPen(theme.grid, 1));
    painter.drawLine(QPointF(0, bottom), QPointF(width(), bottom));
    for (std::size_t band = 0; band < octaveBandCount; ++band) {
        const double left = each * static_cast<double>(band);
        const QRectF column(left, 0, each, height());
        if (values_[band]) {
            const double share = top_ > 0.0 ? std::clamp(*values_[band] / top_, 0.0, 1.0) : 0.0;
            const double tall = share * (bottom - top);
            painter.fillRect(QRectF(left + 0.15 * each, bottom - tall, 0.7 * each, tall), theme.accent);
        }
        if (size_ == Size::Small)
            continue;
        painter.setPen(theme.text);
        painter.drawText(column, Qt::AlignHCenter | Qt::AlignBottom, bandName(octaveBandHz[band]));
        if (values_[band])
            painter.drawText(column, Qt::AlignHCenter | Qt::AlignTop, QLocale().toString(*values_[band], 'f', 2));
    }
}

} // namespace binaurium
