// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QSizeF>
#include <QString>
#include <filesystem>
#include <functional>
#include <vector>

class QPainter;

namespace binaurium {

// Size and fineness of an exported figure.
struct FigureOptions
{
    double widthMm = 120.0; // 20 .. 1000
    double heightMm = 90.0;
    int dpi = 300;       // of PNG
    QString title;       // metadata
    QString description; // metadata: scene, model, date
    [[nodiscard]] bool isValid(QString* error) const;
};

// Draws into a rectangle of the given size in points (1/72 inch), so that fonts keep their size on paper.
using FigurePainter = std::function<void(QPainter& painter, const QSizeF& sizePt)>;

// The words of a figure: a font in points of its page, which its painter has from the start.
[[nodiscard]] QFont figureFont(QFont font);

// The one way out for every view: .pdf (fonts embedded), .svg or .png by the name's ending, always on white, written
// atomically. Throws Usage or BadInput.
void exportFigure(const FigurePainter& paint, const FigureOptions& options, const std::filesystem::path& path);

// FILE.txt, which holds the caption of a figure for a paper.
[[nodiscard]] std::filesystem::path captionFileOf(const std::filesystem::path& figure);

// Rows of numbers behind a figure as CSV (RFC 4180), atomically.
void exportTable(const std::vector<std::vector<QString>>& rows, const std::filesystem::path& path);

} // namespace binaurium
