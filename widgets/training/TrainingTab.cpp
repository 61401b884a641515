// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/TrainingTab.h"

#include "core/support/Json.h"
#include "widgets/plot/PlotTheme.h"

#include <QEvent>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <qcustomplot.h>

namespace binaurium {
namespace {

constexpr int followMs = 1000;

} // namespace

TrainingTab::TrainingTab(QWidget* parent) : QWidget(parent)
{
    auto* how = new QLabel(tr("Training is started on the command line; this page watches a run while it goes on:\n"
                              "binaurium-cli train models/configs/binaurium-small.toml -o RUNDIR\n"
                              "binaurium-cli train --resume RUNDIR"),
                           this);
    how->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    how->setFocusPolicy(Qt::StrongFocus);
    how->setAccessibleName(tr("How to train"));
    auto* open = new QPushButton(tr("Open &run…"), this);
    open->setAccessibleName(tr("Open run"));
    connect(open, &QPushButton::clicked, this, [this] {
        const auto folder = QFileDialog::getExistingDirectory(this, tr("Open run"));
        if (!folder.isEmpty())
            openRun(folder.toStdString());
    });
    state_ = new QLabel(tr("No run is open."), this);
    plot_ = new QCustomPlot(this);
    plot_->setAccessibleName(tr("Loss over the steps"));
    plot_->xAxis->setLabel(tr("step"));
    plot_->yAxis->setLabel(tr("loss"));
    plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    auto* row = new QHBoxLayout;
    row->addWidget(open);
    row->addWidget(state_, 1);
    auto* column = new QVBoxLayout(this);
    column->addWidget(how);
    column->addLayout(row);
    column->addWidget(plot_, 1);
    timer_.setInterval(followMs);
    connect(&timer_, &QTimer::timeout, this, &TrainingTab::follow);
    applyTheme();
}

void TrainingTab::openRun(const std::filesystem::path& folder)
{
    if (!std::filesystem::exists(folder / "events.jsonl")) {
        emit message(
            tr("%1 is not a training run: it has no events.jsonl.").arg(QString::fromStdString(folder.string())));
        return;
    }
    run_ = folder;
    offset_ = 0;
    points_ = 0;
    stages_.clear();
    plot_->clearGraphs();
    follow();
    timer_.start();
}

void TrainingTab::follow()
{
    QFile file(QString::fromStdString((run_ / "events.jsonl").string()));
    if (!file.open(QIODevice::ReadOnly) || !file.seek(offset_))
        return;
    const QByteArray fresh = file.readAll();
    const auto whole =
        fresh.left(fresh.lastIndexOf('\n') + 1); // a line that is still being written waits for the next look
    offset_ += whole.size();
    for (const QByteArray& line : whole.split('\n'))
        if (!line.isEmpty())
            addLine(line);
    plot_->rescaleAxes();
    plot_->replot();
}

void TrainingTab::addLine(const QByteArray& line)
{
    try {
        const Json json = parseJson(line.toStdString(), "events.jsonl");
        const JsonObject event(json, "events.jsonl");
        if (event.string("type") == "stage")
            state_->setText(
                tr("Stage %1 %2")
                    .arg(QString::fromStdString(event.string("stage")), QString::fromStdString(event.string("state"))));
        if (event.string("type") != "step" || !event.has("loss"))
            return;
        const auto stage = QString::fromStdString(event.string("stage"));
        auto index = stages_.indexOf(stage);
        if (index < 0) {
            index = stages_.size();
            stages_ << stage;
            plot_->addGraph()->setName(stage);
            plot_->legend->setVisible(true);
            applyTheme();
        }
        plot_->graph(static_cast<int>(index))
            ->addData(event.number("step", 0, 1e12), event.number("loss", -1e12, 1e12));
        ++points_;
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
    }
}

void TrainingTab::applyTheme()
{
    const auto theme = PlotTheme::of(palette());
    plot_->setBackground(theme.background);
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
        axis->setBasePen(QPen(theme.outline));
        axis->setTickPen(QPen(theme.outline));
        axis->setSubTickPen(QPen(theme.outline));
        axis->setTickLabelColor(theme.text);
        axis->setLabelColor(theme.text);
        axis->grid()->setPen(QPen(theme.grid));
    }
    plot_->legend->setBrush(theme.background);
    plot_->legend->setTextColor(theme.text);
    plot_->legend->setBorderPen(QPen(theme.grid));
    static const Qt::PenStyle styles[] = {Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
    for (int i = 0; i < plot_->graphCount(); ++i)
        plot_->graph(i)->setPen(QPen(PlotTheme::category(i), 1.5, styles[i % 4]));
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void TrainingTab::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        applyTheme();
    QWidget::changeEvent(event);
}

} // namespace binaurium
