// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/WhereView.h"

#include "widgets/plot/AzimuthPlot.h"
#include "widgets/plot/TrackPlot.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace binaurium {
namespace {

constexpr double recentS = 2.0; // detected sources around the play head

} // namespace

WhereView::WhereView(QWidget* parent) : QWidget(parent)
{
    tracks_ = new TrackPlot(this);
    azimuth_ = new AzimuthPlot(this);
    follow_ = new QCheckBox(tr("At the play &head"), this);
    follow_->setToolTip(tr("What is heard at the play head, in place of over the whole sound"));
    table_ = new QTableWidget(this);
    table_->setAccessibleName(tr("Heard sources"));
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(static_cast<int>(1.6 * fontMetrics().height()));
    auto* right = new QVBoxLayout;
    right->addWidget(follow_);
    right->addWidget(table_, 1);
    auto* row = new QHBoxLayout;
    row->addWidget(azimuth_, 1);
    row->addLayout(right, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(tracks_, 2);
    column->addLayout(row, 5);
    connect(tracks_, &TrackPlot::cursorMoved, this, &WhereView::cursorMoved);
    connect(follow_, &QCheckBox::toggled, this, &WhereView::showSources);
    connect(table_, &QTableWidget::currentCellChanged, this, [this](int current) {
        if (timeline_ && current >= 0 && static_cast<std::size_t>(current) < timeline_->events.size()) {
            const auto& event = timeline_->events[static_cast<std::size_t>(current)];
            emit rangeWanted(event.fromS, event.toS);
        }
    });
    clear(0.0);
}

void WhereView::clear(double durationS)
{
    what_.reset();
    truth_.reset();
    timeline_.reset();
    tracks_->setLocalization({}, nullptr);
    tracks_->setDuration(durationS);
    showSources();
}

void WhereView::setLocalization(const Localization& what, const Scene* truth)
{
    timeline_.reset();
    what_ = what;
    truth_ = truth != nullptr ? std::optional(*truth) : std::nullopt;
    tracks_->setLocalization(what, truth);
    showSources();
}

void WhereView::setTimeline(const SoundTimeline& timeline)
{
    what_.reset();
    truth_.reset();
    timeline_ = timeline;
    tracks_->setTimeline(timeline);
    showSources();
    showEvents();
}

void WhereView::setCursor(double timeS)
{
    cursorS_ = timeS;
    tracks_->setCursor(timeS);
    if (follow_->isChecked())
        showSources();
}

void WhereView::addRow(const QStringList& cells)
{
    const int row = table_->rowCount();
    table_->insertRow(row);
    for (int c = 0; c < static_cast<int>(cells.size()); ++c)
        table_->setItem(row, c, new QTableWidgetItem(cells[c]));
}

// The nearest true source and how far off the belief is.
QString WhereView::truthOf(const LocalizedSource& source, const Scene& truth) const
{
    QString words;
    double least = 360.0;
    for (const Source& real : truth.sources) {
        if (real.muted)
            continue;
        const double azimuth = relativePosition(truth.listener, real.positionM).direction.azimuthDeg;
        const double off = azimuthDifferenceDeg(azimuth, source.azimuthDeg);
        if (off < least) {
            least = off;
            words = tr("%1 at %2°, off by %3°")
                        .arg(QString::fromStdString(real.name))
                        .arg(azimuth, 0, 'f', 0)
                        .arg(off, 0, 'f', 0);
        }
    }
    return words;
}

void WhereView::showSources()
{
    if (timeline_) { // of the sources that are detected around the play head
        Localization now;
        for (const auto& event : timeline_->events)
            if (!follow_->isChecked() || (event.fromS <= cursorS_ + recentS && event.toS >= cursorS_ - recentS))
                now.sources.push_back({static_cast<int>(now.sources.size()), event.label, event.azimuthDeg,
                                       event.elevationDeg, event.distanceM, 1.0, event.confidence});
        azimuth_->setData(azimuthData(now, nullptr));
        return;
    }
    const bool follow = follow_->isChecked();
    const auto shown = !what_ ? Localization() : follow ? frameAt(*what_, cursorS_) : *what_;
    const auto truth = truth_ ? std::optional(follow ? sceneAt(*truth_, cursorS_) : *truth_) : std::nullopt;
    const auto data = azimuthData(shown, truth ? &*truth : nullptr);
    azimuth_->setData(data);
    QStringList names{tr("Heard"),        tr("Azimuth / °"), tr("Elevation / °"),
                      tr("Distance / m"), tr("Confidence"),  tr("Front or back")};
    if (truth)
        names << tr("Nearest truth");
    table_->setRowCount(0);
    table_->setColumnCount(static_cast<int>(names.size()));
    table_->setHorizontalHeaderLabels(names);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    for (std::size_t i = 0; i < shown.sources.size(); ++i) {
        const auto& s = shown.sources[i];
        QStringList cells{data.predicted[i].label,
                          QString::number(s.azimuthDeg, 'f', 0),
                          QString::number(s.elevationDeg, 'f', 0),
                          QString::number(s.distanceM, 'f', 1),
                          tr("%1 %").arg(100.0 * s.confidence, 0, 'f', 0),
                          data.predicted[i].mirrorShare > 0.0
                              ? tr("%1 % at %2°")
                                    .arg(100.0 * data.predicted[i].mirrorShare, 0, 'f', 0)
                                    .arg(mirroredAzimuthDeg(s.azimuthDeg), 0, 'f', 0)
                              : QString()};
        if (truth)
            cells << truthOf(s, *truth);
        addRow(cells);
    }
}

void WhereView::showEvents()
{
    table_->setRowCount(0);
    table_->setColumnCount(6);
    table_->setHorizontalHeaderLabels(
        {tr("Heard"), tr("From / s"), tr("To / s"), tr("Azimuth / °"), tr("Distance / m"), tr("Confidence")});
    for (const auto& e : timeline_->events)
        addRow({labelWords(e.label), QString::number(e.fromS, 'f', 1), QString::number(e.toS, 'f', 1),
                QString::number(e.azimuthDeg, 'f', 0), QString::number(e.distanceM, 'f', 1),
                tr("%1 %").arg(100.0 * e.confidence, 0, 'f', 0)});
}

} // namespace binaurium
