// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QVector>
#include <QWidget>
#include <filesystem>

class QCustomPlot;
class QLabel;

namespace binaurium {

struct PlotTheme;

// One series of one run.
struct Curve
{
    QString label;
    QColor colour;
    Qt::PenStyle style = Qt::SolidLine;
    QVector<double> x, y; // whole; the plot draws the smallest and largest value of each pixel column
};

// Curves over steps or time: the smoothed line with the raw one faint behind it; values that are no numbers are
// triangles on the axis. Dragging and the wheel move the axes, a double click shows everything again.
class CurvePlot : public QWidget
{
    Q_OBJECT

public:
    CurvePlot(const QString& title, QWidget* parent = nullptr);

    void setCurves(const QVector<Curve>& curves, const QString& xLabel);
    void setSmoothing(double weight); // 0 .. 0.99
    void setLogarithmic(bool on);
    void showAll();
    [[nodiscard]] const QVector<Curve>& curves() const noexcept { return curves_; }
    [[nodiscard]] int badValues() const noexcept { return badValues_; } // marked on the axis
    [[nodiscard]] QString title() const { return title_; }
    // Writes the numbers, one row per point.
    void exportCsv(const std::filesystem::path& path) const;
    // .pdf, .svg or .png: the ranges on the screen, in print colours, with title and legend. Throws like
    // exportFigure().
    void exportTo(const std::filesystem::path& path, const QString& description) const;

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void draw();
    void drawOn(QCustomPlot& plot, const PlotTheme& theme) const;
    void addCurve(QCustomPlot& plot, const Curve& curve) const;
    void applyTheme();
    void fitAxes();
    void describe();

    QString title_;
    QVector<Curve> curves_;
    double smoothing_ = 0.0;
    bool logarithmic_ = false;
    bool follows_ = true; // the axes grow with the data until the user moves them
    int badValues_ = 0;
    QCustomPlot* plot_;
    QLabel* heading_;
};

} // namespace binaurium
