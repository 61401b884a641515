// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/CurvePlot.h"

#include "core/support/AtomicFile.h"
#include "widgets/plot/FigureExport.h"
#include "widgets/plot/PlotTheme.h"
#include "widgets/training/CurveData.h"

#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QPicture>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>
#include <qcustomplot.h>

namespace binaurium {
namespace {

constexpr double lineWidth = 1.6;
constexpr double rawWidth = 1.0;
constexpr int rawAlpha = 70;
constexpr double badHeight = 0.03; // of the plot, above the axis
constexpr int fewPoints = 30;      // curves of fewer points mark them

QString lineSample(Qt::PenStyle style)
{
    switch (style) {
    case Qt::DashLine:
        return QStringLiteral("╍╍");
    case Qt::DotLine:
        return QStringLiteral("┅┅");
    case Qt::DashDotLine:
        return QStringLiteral("━·");
    case Qt::DashDotDotLine:
        return QStringLiteral("━··");
    default:
        return QStringLiteral("━━");
    }
}

// Background, axes and words in the colours of a theme.
void paint(QCustomPlot& plot, const PlotTheme& theme, const QFont& font)
{
    plot.setBackground(theme.background);
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        axis->setBasePen(QPen(theme.outline));
        axis->setTickPen(QPen(theme.outline));
        axis->setSubTickPen(QPen(theme.outline));
        axis->setTickLabelColor(theme.text);
        axis->setLabelColor(theme.text);
        axis->setTickLabelFont(font);
        axis->setLabelFont(font);
        axis->grid()->setPen(QPen(theme.grid));
        axis->grid()->setZeroLinePen(QPen(theme.grid));
    }
    plot.xAxis->setNumberFormat(QStringLiteral("g"));
    plot.xAxis->setNumberPrecision(6);
    plot.yAxis2->setRange(0.0, 1.0); // the place of what is no number
}

void setLogarithmicAxis(QCustomPlot& plot, bool on)
{
    plot.yAxis->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    plot.yAxis->setTicker(on ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                             : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
}

// Entries of a legend that stand beside each other within a width.
int legendColumns(const QVector<Curve>& curves, const QFont& font, double width)
{
    int longest = 1;
    for (const Curve& curve : curves)
        longest = std::max(longest, QFontMetrics(font).horizontalAdvance(curve.label));
    constexpr double sampleWidth = 50.0;
    return std::clamp(static_cast<int>(width / (longest + sampleWidth)), 1, 4);
}

// Title above and legend below the axes, where it hides nothing.
void addWords(QCustomPlot& plot, const QString& title, const PlotTheme& theme, const QFont& font, int columns)
{
    auto bold = font;
    bold.setBold(true);
    plot.plotLayout()->insertRow(0);
    auto* heading = new QCPTextElement(&plot, title, bold);
    heading->setTextColor(theme.text);
    plot.plotLayout()->addElement(0, 0, heading);
    plot.legend->setVisible(plot.graphCount() > 1);
    plot.legend->setFont(font);
    plot.legend->setTextColor(theme.text);
    plot.legend->setBorderPen(Qt::NoPen);
    plot.legend->setBrush(Qt::NoBrush);
    if (!plot.legend->visible())
        return;
    plot.legend->setWrap(columns);
    plot.legend->setFillOrder(QCPLegend::foColumnsFirst, true);
    plot.legend->setRowSpacing(0);
    plot.plotLayout()->addElement(2, 0, plot.legend);
    plot.plotLayout()->setRowStretchFactor(2, 0.001); // no higher than its entries
}

// Not every format clips: lines end where the axes do.
void cutAtAxes(QCustomPlot& plot)
{
    const auto range = plot.yAxis->range();
    const bool logarithmic = plot.yAxis->scaleType() == QCPAxis::stLogarithmic;
    for (int i = 0; i < plot.graphCount(); ++i) {
        auto& graph = *plot.graph(i);
        if (graph.valueAxis() != plot.yAxis)
            continue;
        Polyline line;
        for (const auto& point : *graph.data()) {
            line.x << point.key;
            line.y << point.value;
        }
        const auto kept = withinRange(line, {range.lower, range.upper}, logarithmic);
        graph.setData(kept.x, kept.y, true);
    }
}

} // namespace

CurvePlot::CurvePlot(const QString& title, QWidget* parent) : QWidget(parent), title_(title)
{
    heading_ = new QLabel(title, this);
    heading_->setTextFormat(Qt::RichText);
    heading_->setWordWrap(true);
    plot_ = new QCustomPlot(this);
    plot_->setAccessibleName(title);
    plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    plot_->setNoAntialiasingOnDrag(true);
    plot_->installEventFilter(this);
    plot_->legend->setVisible(false);
    connect(plot_, &QCustomPlot::mouseDoubleClick, this, &CurvePlot::showAll);
    connect(plot_, &QCustomPlot::mouseWheel, this, [this] { follows_ = false; });
    connect(plot_, &QCustomPlot::mousePress, this, [this] { follows_ = false; });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(heading_);
    column->addWidget(plot_, 1);
    setMinimumHeight(9 * fontMetrics().height());
    applyTheme();
}

void CurvePlot::setCurves(const QVector<Curve>& curves, const QString& xLabel)
{
    curves_ = curves;
    plot_->xAxis->setLabel(xLabel);
    draw();
}

void CurvePlot::setSmoothing(double weight)
{
    smoothing_ = weight;
    draw();
}

void CurvePlot::setLogarithmic(bool on)
{
    logarithmic_ = on;
    setLogarithmicAxis(*plot_, on);
    follows_ = true;
    draw();
}

void CurvePlot::showAll()
{
    follows_ = true;
    fitAxes();
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::draw()
{
    badValues_ = 0;
    for (const Curve& curve : curves_)
        badValues_ +=
            static_cast<int>(std::count_if(curve.y.begin(), curve.y.end(), [](double y) { return !std::isfinite(y); }));
    drawOn(*plot_, PlotTheme::of(palette()));
    if (follows_)
        fitAxes();
    describe();
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

// The curves in the colours of a theme; the axes keep their ranges.
void CurvePlot::drawOn(QCustomPlot& plot, const PlotTheme& theme) const
{
    plot.clearGraphs();
    for (Curve curve : curves_) {
        if (curve.colour == PlotTheme::of(palette()).accent)
            curve.colour = theme.accent;
        addCurve(plot, curve);
    }
}

void CurvePlot::addCurve(QCustomPlot& plot, const Curve& curve) const
{
    QVector<double> badX;
    for (qsizetype i = 0; i < curve.y.size(); ++i)
        if (!std::isfinite(curve.y[i]))
            badX << curve.x[i];
    if (smoothing_ > 0.0) {
        auto* raw = plot.addGraph();
        auto faint = curve.colour;
        faint.setAlpha(rawAlpha);
        raw->removeFromLegend();
        raw->setPen(QPen(faint, rawWidth));
        raw->setData(curve.x, curve.y, true);
    }
    auto* line = plot.addGraph();
    line->setName(curve.label);
    line->setPen(QPen(curve.colour, lineWidth, curve.style));
    line->setData(curve.x, smoothed(curve.y, smoothing_), true);
    if (curve.x.size() < fewPoints)
        line->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 4));
    if (badX.isEmpty())
        return;
    auto* bad = plot.addGraph(plot.xAxis, plot.yAxis2);
    bad->setName(tr("%1: no number").arg(curve.label));
    bad->setLineStyle(QCPGraph::lsNone);
    bad->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssTriangle, curve.colour, curve.colour, 8));
    bad->setData(badX, QVector<double>(badX.size(), badHeight), true);
}

void CurvePlot::fitAxes()
{
    QVector<double> values;
    double left = std::numeric_limits<double>::max();
    double right = std::numeric_limits<double>::lowest();
    for (const Curve& curve : curves_) {
        values += smoothing_ > 0.0 && curve.y.size() > fewPoints ? smoothed(curve.y, smoothing_) : curve.y;
        if (!curve.x.isEmpty()) {
            left = std::min(left, curve.x.first());
            right = std::max(right, curve.x.last());
        }
    }
    const auto range = axisRange(values, logarithmic_);
    plot_->yAxis->setRange(range.low, range.high);
    if (left <= right)
        plot_->xAxis->setRange(right > left ? left : left - 1.0, right > left ? right : left + 1.0);
}

// What the picture shows, for those who hear it.
void CurvePlot::describe()
{
    QStringList parts;
    for (const Curve& curve : curves_)
        if (!curve.y.isEmpty())
            parts << tr("%1: %2 at %3", "series, last value, step or time")
                         .arg(curve.label, QLocale().toString(curve.y.last(), 'g', 4),
                              QLocale().toString(curve.x.last(), 'g', 6));
    if (badValues_ > 0)
        parts << tr("%n value(s) that are no numbers", nullptr, badValues_);
    plot_->setAccessibleDescription(parts.join(QStringLiteral("; ")));
    auto text = QStringLiteral("<b>%1</b>").arg(title_.toHtmlEscaped());
    for (const Curve& curve : curves_) {
        // The legend stands above the plot, where it hides nothing.
        const auto value = curve.y.isEmpty() ? QString() : QLocale().toString(curve.y.last(), 'g', 4);
        text += QStringLiteral(" &nbsp;<span style=\"color:%1\">%2</span>&nbsp;%3")
                    .arg(curve.colour.name(), lineSample(curve.style),
                         (curves_.size() > 1 ? curve.label + QLatin1Char(' ') + value : value)
                             .toHtmlEscaped()
                             .replace(QLatin1Char(' '), QLatin1String("&nbsp;")));
    }
    if (badValues_ > 0)
        text += QStringLiteral(" &nbsp;▲&nbsp;") + tr("%n not a number", nullptr, badValues_).toHtmlEscaped();
    heading_->setText(text);
}

void CurvePlot::applyTheme()
{
    paint(*plot_, PlotTheme::of(palette()), font());
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyTheme();
    QWidget::changeEvent(event);
}

// The page scrolls with the wheel; a plot zooms with Ctrl.
bool CurvePlot::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == plot_ && event->type() == QEvent::Wheel &&
        !static_cast<QWheelEvent*>(event)->modifiers().testFlag(Qt::ControlModifier)) {
        event->ignore();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void CurvePlot::exportCsv(const std::filesystem::path& path) const
{
    std::string text = "series,x,value\n";
    for (const Curve& curve : curves_) {
        auto label = curve.label;
        const auto name = label.replace(QLatin1Char('"'), QLatin1String("\"\"")).toStdString();
        for (qsizetype i = 0; i < curve.x.size(); ++i)
            text.append("\"")
                .append(name)
                .append("\",")
                .append(QString::number(curve.x[i], 'g', 12).toStdString())
                .append(",")
                .append(QString::number(curve.y[i], 'g', 9).toStdString())
                .append("\n");
    }
    writeFileAtomically(path, text);
}

void CurvePlot::exportTo(const std::filesystem::path& path, const QString& description) const
{
    FigureOptions options;
    options.title = title_;
    options.description = description;
    constexpr double pointsPerMm = 72.0 / 25.4, legendLineMm = 5.5;
    const QFont words = figureFont(font());
    const int columns = legendColumns(curves_, words, options.widthMm * pointsPerMm);
    options.heightMm = 80.0 + legendLineMm * std::ceil(static_cast<double>(curves_.size()) / columns);
    exportFigure(
        [&](QPainter& painter, const QSizeF& size) {
            const auto theme = PlotTheme::light();
            QCustomPlot page;
            paint(page, theme, words);
            setLogarithmicAxis(page, logarithmic_);
            drawOn(page, theme);
            page.xAxis->setLabel(plot_->xAxis->label().isEmpty() ? tr("step") : plot_->xAxis->label());
            page.xAxis->setRange(plot_->xAxis->range());
            page.yAxis->setRange(plot_->yAxis->range());
            cutAtAxes(page);
            addWords(page, title_, theme, words, columns);
            QPicture picture; // the plot draws with a painter of its own
            QCPPainter own(&picture);
            page.toPainter(&own, qRound(size.width()), qRound(size.height()));
            own.end();
            // Pictures keep their size in inches; this one is in points already.
            painter.scale(static_cast<double>(picture.logicalDpiX()) / painter.device()->logicalDpiX(),
                          static_cast<double>(picture.logicalDpiY()) / painter.device()->logicalDpiY());
            painter.drawPicture(0, 0, picture);
        },
        options, path);
}

} // namespace binaurium
