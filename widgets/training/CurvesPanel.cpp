// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/CurvesPanel.h"

#include "widgets/controls/Confirm.h"
#include "widgets/plot/PlotTheme.h"
#include "widgets/training/RunFollower.h"
#include "widgets/training/RunWords.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QSlider>
#include <QToolButton>
#include <algorithm>
#include <array>
#include <cmath>

namespace binaurium {
namespace {

constexpr int redrawMs = 150;
constexpr int mostSmoothing = 99; // hundredths
constexpr int plotColumns = 2;

enum Axis { OverSteps, OverTime };

Qt::PenStyle styleOf(int index)
{
    static constexpr std::array styles{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine, Qt::DashDotDotLine};
    return styles[static_cast<std::size_t>(index) % styles.size()];
}

// "validation/L1/accuracy" is "L1" in a plot of levels.
QString seriesLabel(const std::string& metric)
{
    auto name = QString::fromStdString(metric);
    for (const char* prefix : {"validation/", "rewards/", "tasks/"})
        if (name.startsWith(QLatin1String(prefix)))
            name = name.mid(static_cast<qsizetype>(qstrlen(prefix)));
    if (name.endsWith(QLatin1String("/accuracy")))
        name.chop(9);
    return metricTitle(name.toStdString());
}

} // namespace

CurvesPanel::CurvesPanel(QWidget* parent) : QWidget(parent)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    makeBar();
    canvas_ = new QWidget;
    grid_ = new QGridLayout(canvas_);
    grid_->setContentsMargins(0, 0, 0, 0);
    area_ = new QScrollArea(this);
    area_->setWidget(canvas_);
    area_->setWidgetResizable(true);
    area_->setFrameShape(QFrame::NoFrame);
    area_->setAccessibleName(tr("Curves"));
    nothing_ = new QLabel(tr("The curves appear with the first step."), this);
    nothing_->setAlignment(Qt::AlignCenter);
    nothing_->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(nothing_, 1);
    column->addWidget(area_, 1);
    redraw_.setSingleShot(true);
    redraw_.setInterval(redrawMs);
    connect(&redraw_, &QTimer::timeout, this, &CurvesPanel::drawNow);
    drawNow();
}

void CurvesPanel::makeBar()
{
    stage_ = new QComboBox(this);
    stage_->setAccessibleName(tr("Stage of the curves"));
    axis_ = new QComboBox(this);
    axis_->setAccessibleName(tr("Horizontal axis"));
    axis_->addItem(tr("over steps"), OverSteps);
    axis_->addItem(tr("over hours"), OverTime);
    smoothing_ = new QSlider(Qt::Horizontal, this);
    smoothing_->setAccessibleName(tr("Smoothing"));
    smoothing_->setRange(0, mostSmoothing);
    smoothing_->setValue(60);
    smoothing_->setMinimumWidth(6 * fontMetrics().averageCharWidth());
    smoothingText_ = new QLabel(this);
    smoothingText_->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("0.000")));
    auto* smoothingWords = new QLabel(tr("S&moothing"), this);
    smoothingWords->setBuddy(smoothing_);
    log_ = new QCheckBox(tr("&Log scale"), this);
    log_->setAccessibleName(tr("Logarithmic scale"));
    menu_ = new QMenu(this);
    metrics_ = new QToolButton(this);
    metrics_->setText(tr("Metr&ics"));
    metrics_->setAccessibleName(tr("Metrics to show"));
    metrics_->setMenu(menu_);
    metrics_->setPopupMode(QToolButton::InstantPopup);
    metrics_->setFocusPolicy(Qt::StrongFocus);
    auto* save = new QToolButton(this);
    save->setText(tr("E&xport…"));
    save->setAccessibleName(tr("Export the curves"));
    save->setFocusPolicy(Qt::StrongFocus);
    auto* row = new QHBoxLayout;
    for (QWidget* widget :
         {static_cast<QWidget*>(stage_), static_cast<QWidget*>(axis_), static_cast<QWidget*>(smoothingWords),
          static_cast<QWidget*>(smoothing_), static_cast<QWidget*>(smoothingText_), static_cast<QWidget*>(log_),
          static_cast<QWidget*>(metrics_), static_cast<QWidget*>(save)})
        row->addWidget(widget, widget == smoothing_ ? 1 : 0);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
    connect(save, &QToolButton::clicked, this, &CurvesPanel::exportCurves);
    connect(stage_, &QComboBox::activated, this, [this] {
        wantedStage_ = stage_->currentData().toString();
        drawNow();
    });
    connect(axis_, &QComboBox::currentIndexChanged, this, [this] {
        drawNow();
        for (CurvePlot* plot : plots_)
            plot->showAll();
    });
    connect(smoothing_, &QSlider::valueChanged, this, [this](int value) {
        smoothingText_->setText(QLocale().toString(0.01 * value, 'f', 2));
        for (CurvePlot* plot : plots_)
            plot->setSmoothing(0.01 * value);
    });
    smoothingText_->setText(QLocale().toString(0.01 * smoothing_->value(), 'f', 2));
    connect(log_, &QCheckBox::toggled, this, [this](bool on) {
        for (CurvePlot* plot : plots_)
            plot->setLogarithmic(on);
    });
}

void CurvesPanel::setRuns(const QVector<Shown>& runs)
{
    const bool other = runs_.isEmpty() || runs.isEmpty() || runs_.first().run != runs.first().run;
    runs_ = runs;
    if (other)
        wantedStage_.clear();
    drawNow();
    if (other)
        for (CurvePlot* plot : plots_)
            plot->showAll();
}

void CurvesPanel::refresh()
{
    if (!redraw_.isActive())
        redraw_.start();
}

void CurvesPanel::showStages()
{
    QStringList names;
    for (const Shown& shown : runs_)
        for (const StageHistory& stage : shown.run->history().stages())
            if (const auto name = QString::fromStdString(stage.name); !stage.series.empty() && !names.contains(name))
                names << name;
    QStringList known;
    for (int i = 0; i < stage_->count(); ++i)
        known << stage_->itemData(i).toString();
    if (names != known) {
        stage_->clear();
        for (const QString& name : names)
            stage_->addItem(stageTitle(name.toStdString()), name);
    }
    const StageHistory* current = runs_.isEmpty() ? nullptr : runs_.first().run->history().current();
    auto wanted = names.contains(wantedStage_) ? wantedStage_
                  : current != nullptr         ? QString::fromStdString(current->name)
                                               : QString();
    if (!names.contains(wanted))
        wanted = names.isEmpty() ? QString() : names.last();
    stage_->setCurrentIndex(stage_->findData(wanted));
    stage_->setEnabled(names.size() > 1);
}

void CurvesPanel::drawNow()
{
    redraw_.stop();
    showStages();
    std::vector<CurveGroup> groups;
    const auto stage = stage_->currentData().toString().toStdString();
    // Groups of all runs: one may know a metric that the others lack.
    StageHistory all;
    for (const Shown& shown : runs_)
        if (const StageHistory* history = shown.run->history().stage(stage))
            for (const auto& [name, points] : history->series)
                all.series[name];
    groups = curveGroups(all);
    fillMenu(groups);
    std::erase_if(groups, [this](const CurveGroup& g) { return hidden_.contains(QString::fromStdString(g.id)); });
    nothing_->setVisible(groups.empty());
    area_->setVisible(!groups.empty());
    layOut(groups);
    const bool overTime = axis_->currentData().toInt() == OverTime;
    for (const CurveGroup& group : groups)
        plots_[QString::fromStdString(group.id)]->setCurves(curvesOf(group), overTime ? tr("hours") : QString());
}

void CurvesPanel::layOut(const std::vector<CurveGroup>& groups)
{
    QStringList order;
    for (const CurveGroup& group : groups)
        order << QString::fromStdString(group.id);
    if (order == order_)
        return;
    order_ = order;
    for (const QString& id : plots_.keys())
        if (!order.contains(id))
            delete plots_.take(id);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const auto id = QString::fromStdString(groups[i].id);
        if (!plots_.contains(id)) {
            plots_[id] = new CurvePlot(groups[i].title, canvas_);
            plots_[id]->setSmoothing(0.01 * smoothing_->value());
            plots_[id]->setLogarithmic(log_->isChecked());
        }
        const int at = static_cast<int>(i);
        grid_->addWidget(plots_[id], at / plotColumns, at % plotColumns);
    }
    for (int c = 0; c < plotColumns; ++c)
        grid_->setColumnStretch(c, groups.size() > 1 || c == 0 ? 1 : 0);
}

void CurvesPanel::fillMenu(const std::vector<CurveGroup>& groups)
{
    if (menu_->isVisible())
        return;
    menu_->clear();
    for (const CurveGroup& group : groups) {
        auto* action = menu_->addAction(group.title);
        action->setCheckable(true);
        action->setChecked(!hidden_.contains(QString::fromStdString(group.id)));
        connect(action, &QAction::toggled, this, [this, id = group.id](bool on) { setGroupShown(id, on); });
    }
    metrics_->setEnabled(!groups.empty());
}

void CurvesPanel::setGroupShown(const std::string& group, bool shown)
{
    if (shown)
        hidden_.remove(QString::fromStdString(group));
    else
        hidden_.insert(QString::fromStdString(group));
    refresh();
}

QVector<CurvePlot*> CurvesPanel::plots() const
{
    QVector<CurvePlot*> shown;
    for (const QString& id : order_)
        shown << plots_[id];
    return shown;
}

QVector<Curve> CurvesPanel::curvesOf(const CurveGroup& group) const
{
    const auto stage = stage_->currentData().toString().toStdString();
    const bool overTime = axis_->currentData().toInt() == OverTime;
    QVector<Curve> curves;
    for (const Shown& shown : runs_) {
        const StageHistory* history = shown.run->history().stage(stage);
        if (history == nullptr)
            continue;
        for (std::size_t m = 0; m < group.metrics.size(); ++m) {
            const auto found = history->series.find(group.metrics[m]);
            if (found == history->series.end())
                continue;
            Curve curve;
            const bool compares = runs_.size() > 1;
            const bool parts = group.metrics.size() > 1;
            const auto part = seriesLabel(group.metrics[m]);
            curve.label = !compares ? part : parts ? shown.run->name() + QLatin1String(": ") + part : shown.run->name();
            curve.colour = compares ? shown.colour : PlotTheme::category(parts ? static_cast<int>(m) : 4);
            if (!compares && !parts)
                curve.colour = PlotTheme::of(palette()).accent;
            curve.style = styleOf(parts ? static_cast<int>(m) : compares ? shown.style : 0);
            const auto& points = found->second;
            const double startS = history->series.begin()->second.front().timeS;
            for (const RunPoint& p : points) {
                curve.x << (overTime ? (p.timeS - startS) / 3600.0 : static_cast<double>(p.step));
                curve.y << p.value;
            }
            curves << curve;
        }
    }
    return curves;
}

void CurvesPanel::exportCurves()
{
    const auto file = QFileDialog::getSaveFileName(this, tr("Export the curves"), QStringLiteral("curves.csv"),
                                                   tr("Numbers (*.csv);;Figures (*.pdf *.svg *.png)"), nullptr,
                                                   QFileDialog::DontConfirmOverwrite); // it is not written itself
    if (!file.isEmpty())
        exportAll(file.toStdString());
}

void CurvesPanel::exportAll(const std::filesystem::path& path)
{
    // One file for each plot: NAME-loss.csv.
    std::vector<std::filesystem::path> files;
    for (const QString& id : order_) {
        auto name = id; // "metric:validation/L1" is no file name
        for (QChar& c : name)
            if (!c.isLetterOrNumber() && c != QLatin1Char('_'))
                c = QLatin1Char('-');
        files.push_back(path.parent_path() /
                        (path.stem().string() + "-" + name.toStdString() + path.extension().string()));
    }
    if (!mayReplace(this, files))
        return;
    QStringList runs;
    for (const Shown& shown : runs_)
        runs << shown.run->name();
    try {
        for (qsizetype i = 0; i < order_.size(); ++i) {
            const auto& one = files[static_cast<std::size_t>(i)];
            if (one.extension() == ".csv")
                plots_[order_[i]]->exportCsv(one);
            else
                plots_[order_[i]]->exportTo(one, tr("Binaurium, %1").arg(runs.join(QLatin1String(", "))));
        }
        emit message(tr("Wrote %n file(s) beside %1.", nullptr, static_cast<int>(order_.size()))
                         .arg(QString::fromStdString(path.string())));
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
    }
}

} // namespace binaurium
