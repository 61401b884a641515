// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>
#include <array>

class QCPColorGradient;

namespace binaurium {

// Colours of everything that is drawn. Follows the palette on the screen; figures for paper are always light.
// Categories: Okabe and Ito, told apart by shape or number as well. Sequences: cividis.
struct PlotTheme
{
    QColor background, text, grid, outline, listener, truth, prediction, posterior, accent;

    [[nodiscard]] static PlotTheme light();
    [[nodiscard]] static PlotTheme dark();
    // By the lightness of the window colour: Qt 6.4 has no colour-scheme hint.
    [[nodiscard]] static PlotTheme of(const QPalette& palette);
    [[nodiscard]] static bool isDark(const QPalette& palette);
    // Category `index`, endlessly.
    [[nodiscard]] static QColor category(int index);
};

// The colour map of heat maps, perceptually uniform and safe for colour-blind readers.
[[nodiscard]] QCPColorGradient cividis();

} // namespace binaurium
