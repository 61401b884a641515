// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/CurvePlot.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "widgets/plot/PlotTheme.h"
#include "widgets/training/CurveData.h"

#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>
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
    plot_->yAxis2->setRange(0.0, 1.0); // the place of what is no number
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
    plot_->yAxis->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    plot_->yAxis->setTicker(on ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                               : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
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
    plot_->clearGraphs();
    badValues_ = 0;
    for (const Curve& curve : curves_)
        addCurve(curve);
    if (follows_)
        fitAxes();
    describe();
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::addCurve(const Curve& curve)
{
    QVector<double> badX;
    for (qsizetype i = 0; i < curve.y.size(); ++i)
        if (!std::isfinite(curve.y[i]))
            badX << curve.x[i];
    badValues_ += static_cast<int>(badX.size());
    if (smoothing_ > 0.0) {
        auto* raw = plot_->addGraph();
        auto faint = curve.colour;
        faint.setAlpha(rawAlpha);
        raw->setPen(QPen(faint, rawWidth));
        raw->setData(curve.x, curve.y, true);
    }
    auto* line = plot_->addGraph();
    line->setName(curve.label);
    line->setPen(QPen(curve.colour, lineWidth, curve.style));
    line->setData(curve.x, smoothed(curve.y, smoothing_), true);
    if (curve.x.size() < fewPoints)
        line->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 4));
    if (badX.isEmpty())
        return;
    auto* bad = plot_->addGraph(plot_->xAxis, plot_->yAxis2);
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
        plot_->xAxis->setRange(left, right > left ? right : left + 1.0);
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
    const auto theme = PlotTheme::of(palette());
    plot_->setBackground(theme.background);
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
        axis->setBasePen(QPen(theme.outline));
        axis->setTickPen(QPen(theme.outline));
        axis->setSubTickPen(QPen(theme.outline));
        axis->setTickLabelColor(theme.text);
        axis->setLabelColor(theme.text);
        axis->setTickLabelFont(font());
        axis->setLabelFont(font());
        axis->grid()->setPen(QPen(theme.grid));
        axis->grid()->setZeroLinePen(QPen(theme.grid));
    }
    plot_->xAxis->setNumberFormat(QStringLiteral("g"));
    plot_->xAxis->setNumberPrecision(6);
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

void CurvePlot::exportFigure(const std::filesystem::path& path) const
{
    const auto file = QString::fromStdString(path.string());
    const bool isPdf = path.extension() == ".pdf";
    if (!(isPdf ? plot_->savePdf(file) : plot_->savePng(file, 0, 0, 2.0)))
        throw badInput(path.string(), "cannot be written");
}

} // namespace binaurium
