// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/AttentionPlot.h"

#include "widgets/plot/FigureExport.h"
#include "widgets/plot/PlotTheme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <qcustomplot.h>

namespace binaurium {

AttentionPlot::AttentionPlot(QWidget* parent) : QWidget(parent)
{
    plot_ = new QCustomPlot(this);
    plot_->setAccessibleName(tr("Attention over the audio"));
    plot_->setMinimumHeight(7 * fontMetrics().height());
    colours_ = new QCPColorMap(plot_->xAxis, plot_->yAxis);
    colours_->setInterpolate(false);
    scale_ = new QCPColorScale(plot_);
    plot_->plotLayout()->addElement(0, 1, scale_);
    colours_->setColorScale(scale_);
    colours_->setGradient(cividis());
    scale_->setLabel(tr("attention weight"));
    auto* margins = new QCPMarginGroup(plot_);
    plot_->axisRect()->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    scale_->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    plot_->xAxis->setLabel(tr("time / s"));
    plot_->yAxis->setRangeReversed(true);
    layer_ = new QComboBox(this);
    layer_->setAccessibleName(tr("Layer"));
    head_ = new QComboBox(this);
    head_->setAccessibleName(tr("Head"));
    connect(layer_, &QComboBox::activated, this, &AttentionPlot::redraw);
    connect(head_, &QComboBox::activated, this, &AttentionPlot::redraw);
    auto* row = new QHBoxLayout;
    row->addWidget(new QLabel(tr("Layer"), this));
    row->addWidget(layer_);
    row->addWidget(new QLabel(tr("Head"), this));
    row->addWidget(head_);
    row->addStretch(1);
    auto* caution = new QLabel(tr("Where the model looked is not proof of why it answered so."), this);
    caution->setForegroundRole(QPalette::PlaceholderText);
    row->addWidget(caution);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(plot_, 1);
    column->addLayout(row);
    applyTheme();
    setMap({});
}

void AttentionPlot::setMap(AttentionMap map)
{
    map_ = std::move(map);
    for (auto [box, count] : {std::pair(layer_, map_.layers), std::pair(head_, map_.heads)}) {
        box->clear();
        box->addItem(tr("mean"));
        for (int i = 0; i < count; ++i)
            box->addItem(QString::number(i + 1));
    }
    redraw();
}

double AttentionPlot::value(int token, int audioToken) const
{
    const int layer = layer_->currentIndex() - 1;
    const int head = head_->currentIndex() - 1;
    double sum = 0.0;
    int count = 0;
    for (int l = layer < 0 ? 0 : layer; l < (layer < 0 ? map_.layers : layer + 1); ++l)
        for (int h = head < 0 ? 0 : head; h < (head < 0 ? map_.heads : head + 1); ++h) {
            const auto row = (static_cast<std::size_t>(token) * static_cast<std::size_t>(map_.layers) +
                              static_cast<std::size_t>(l)) *
                                 static_cast<std::size_t>(map_.heads) +
                             static_cast<std::size_t>(h);
            sum +=
                map_.weights[row * static_cast<std::size_t>(map_.audioTokens) + static_cast<std::size_t>(audioToken)];
            ++count;
        }
    return count == 0 ? 0.0 : sum / count;
}

void AttentionPlot::redraw()
{
    const int tokens = static_cast<int>(map_.tokens.size());
    const int columns = std::max(1, map_.audioTokens);
    const double step = map_.secondsPerToken > 0.0 ? map_.secondsPerToken : 1.0;
    auto* data = colours_->data();
    // One row beyond the last token: QCustomPlot names the centres of the outer cells, and one row alone has no height.
    const int rows = tokens + 1;
    data->setSize(columns, rows);
    data->setRange(QCPRange(0.5 * step, (columns - 0.5) * step), QCPRange(0, rows - 1));
    data->fill(0.0);
    const QSharedPointer<QCPAxisTickerText> names(new QCPAxisTickerText);
    for (int t = 0; t < tokens; ++t) {
        names->addTick(t, QString::fromUtf8(map_.tokens[static_cast<std::size_t>(t)].c_str()).trimmed());
        for (int a = 0; a < map_.audioTokens; ++a)
            data->setCell(a, t, value(t, a));
    }
    plot_->yAxis->setTicker(names);
    plot_->xAxis->setRange(0, columns * step);
    plot_->yAxis->setRange(-0.5, std::max(1, tokens) - 0.5);
    colours_->rescaleDataRange(true);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void AttentionPlot::applyTheme()
{
    const auto theme = PlotTheme::of(palette());
    plot_->setBackground(theme.background);
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis, scale_->axis()}) {
        axis->setBasePen(QPen(theme.outline));
        axis->setTickPen(QPen(theme.outline));
        axis->setSubTickPen(QPen(theme.outline));
        axis->setTickLabelColor(theme.text);
        axis->setLabelColor(theme.text);
        axis->setLabelFont(font());
        axis->setTickLabelFont(font());
    }
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void AttentionPlot::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        applyTheme();
    QWidget::changeEvent(event);
}

void AttentionPlot::exportTo(const std::filesystem::path& path, const QString& description) const
{
    if (path.extension() == ".csv") {
        std::vector<std::vector<QString>> rows{
            {QStringLiteral("token"), QStringLiteral("time_s"), QStringLiteral("weight")}};
        for (int t = 0; t < static_cast<int>(map_.tokens.size()); ++t)
            for (int a = 0; a < map_.audioTokens; ++a)
                rows.push_back({QString::fromUtf8(map_.tokens[static_cast<std::size_t>(t)].c_str()),
                                QString::number((a + 0.5) * map_.secondsPerToken),
                                QString::number(value(t, a), 'g', 6)});
        exportTable(rows, path);
        return;
    }
    FigureOptions options;
    options.widthMm = 140.0;
    options.heightMm = 70.0;
    options.title = tr("Attention over the audio");
    options.description = description;
    exportFigure(
        [&](QPainter& painter, const QSizeF& size) {
            painter.drawPixmap(QRectF(QPointF(), size),
                               plot_->toPixmap(static_cast<int>(size.width()), static_cast<int>(size.height()), 4.0),
                               QRectF(0, 0, 4 * size.width(), 4 * size.height()));
        },
        options, path);
}

} // namespace binaurium
