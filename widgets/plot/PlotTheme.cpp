// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/PlotTheme.h"

#include <qcustomplot.h>

namespace binaurium {

PlotTheme PlotTheme::light()
{
    return {QColor(0xFF, 0xFF, 0xFF), QColor(0x20, 0x24, 0x28), QColor(0xD5, 0xDA, 0xDF),
            QColor(0x5B, 0x64, 0x6E), QColor(0x20, 0x24, 0x28), QColor(0x00, 0x9E, 0x73),
            QColor(0xD5, 0x5E, 0x00), QColor(0x00, 0x72, 0xB2), QColor(0x00, 0x72, 0xB2)};
}

PlotTheme PlotTheme::dark()
{
    return {QColor(0x1E, 0x22, 0x27), QColor(0xE8, 0xEA, 0xED), QColor(0x3A, 0x41, 0x49),
            QColor(0x9A, 0xA4, 0xAE), QColor(0xF2, 0xF3, 0xF5), QColor(0x2F, 0xC9, 0x9A),
            QColor(0xFF, 0x8C, 0x3B), QColor(0x56, 0xB4, 0xE9), QColor(0x56, 0xB4, 0xE9)};
}

bool PlotTheme::isDark(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightness() < 128;
}

PlotTheme PlotTheme::of(const QPalette& palette)
{
    return isDark(palette) ? dark() : light();
}

QColor PlotTheme::category(int index)
{
    static const std::array colours{QColor(0xE6, 0x9F, 0x00), QColor(0x56, 0xB4, 0xE9), QColor(0x00, 0x9E, 0x73),
                                    QColor(0xCC, 0x79, 0xA7), QColor(0x00, 0x72, 0xB2), QColor(0xD5, 0x5E, 0x00),
                                    QColor(0xF0, 0xE4, 0x42)};
    return colours[static_cast<std::size_t>(index) % colours.size()];
}

QCPColorGradient cividis()
{
    QCPColorGradient gradient;
    gradient.setColorStops({{0.0, QColor(0, 34, 78)},
                            {0.25, QColor(65, 77, 107)},
                            {0.5, QColor(124, 123, 120)},
                            {0.75, QColor(188, 175, 111)},
                            {1.0, QColor(254, 232, 56)}});
    return gradient;
}

} // namespace binaurium
