// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/StageChain.h"

#include "widgets/training/RunFollower.h"
#include "widgets/training/RunWords.h"

#include <QCheckBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QSignalBlocker>
#include <algorithm>

namespace binaurium {
namespace {

constexpr int barParts = 1000;

// The state with a sign, so that it is not told by words or colour alone.
QString signOf(StageStatus state)
{
    switch (state) {
    case StageStatus::Running:
        return QStringLiteral("▶ ");
    case StageStatus::Finished:
        return QStringLiteral("✓ ");
    case StageStatus::Failed:
        return QStringLiteral("✗ ");
    case StageStatus::Stopped:
        return QStringLiteral("❚❚ ");
    case StageStatus::Waiting:
        break;
    }
    return QStringLiteral("○ ");
}

} // namespace

StageChain::StageChain(QWidget* parent) : QWidget(parent)
{
    row_ = new QHBoxLayout(this);
    row_->setContentsMargins(0, 0, 0, 0);
    setAccessibleName(tr("Stages of the run"));
}

void StageChain::show(const RunFollower* run, const QString& pauseAfter)
{
    std::vector<std::string> stages = run == nullptr ? std::vector<std::string>() : run->stages();
    if (run != nullptr && stages.empty())
        for (const StageHistory& stage : run->history().stages())
            stages.push_back(stage.name);
    rebuild(stages);
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
        fill(boxes_[i], *run);
        const QSignalBlocker quiet(boxes_[i].pause);
        boxes_[i].pause->setChecked(pauseAfter == QString::fromStdString(boxes_[i].stage));
        const StageHistory* history = run->history().stage(boxes_[i].stage);
        // After the last stage the run ends anyway.
        boxes_[i].pause->setVisible(i + 1 < boxes_.size());
        boxes_[i].pause->setEnabled(run->isRunning() &&
                                    (history == nullptr || history->state != StageStatus::Finished));
    }
    setVisible(!boxes_.empty());
}

void StageChain::rebuild(const std::vector<std::string>& stages)
{
    if (std::ranges::equal(stages, boxes_, {}, {}, &Box::stage))
        return;
    while (QLayoutItem* item = row_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    boxes_.clear();
    for (const auto& stage : stages) {
        if (!boxes_.empty())
            row_->addWidget(new QLabel(QStringLiteral("→"), this));
        boxes_.push_back(makeBox(stage));
        row_->addWidget(boxes_.back().frame, 1);
    }
}

StageChain::Box StageChain::makeBox(const std::string& stage)
{
    Box box;
    box.stage = stage;
    auto* frame = new QFrame(this);
    frame->setFrameShape(QFrame::StyledPanel);
    box.frame = frame;
    box.title = new QLabel(frame);
    auto font = box.title->font();
    font.setBold(true);
    box.title->setFont(font);
    box.best = new QLabel(frame);
    box.left = new QLabel(frame);
    box.left->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel* label : {box.title, box.best, box.left}) {
        label->setTextFormat(Qt::PlainText);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    }
    box.bar = new QProgressBar(frame);
    box.bar->setRange(0, barParts);
    box.bar->setTextVisible(false);
    box.bar->setMaximumHeight(fontMetrics().height() / 2);
    box.bar->setAccessibleName(tr("Progress of %1").arg(stageTitle(stage)));
    box.pause = new QCheckBox(tr("pause after"), frame);
    box.pause->setAccessibleName(tr("Pause after %1").arg(stageTitle(stage)));
    box.pause->setToolTip(tr("Ends the process when this stage is finished; Resume goes on with the next stage"));
    connect(box.pause, &QCheckBox::toggled, this,
            [this, stage](bool on) { emit pauseAfterChanged(on ? QString::fromStdString(stage) : QString()); });
    auto* top = new QHBoxLayout;
    top->addWidget(box.title, 1);
    top->addWidget(box.pause);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(6, 3, 6, 3);
    column->setSpacing(2);
    column->addLayout(top);
    column->addWidget(box.bar);
    column->addWidget(box.best);
    column->addWidget(box.left);
    return box;
}

void StageChain::fill(const Box& box, const RunFollower& run)
{
    static const StageHistory none;
    const StageHistory* found = run.history().stage(box.stage);
    const StageHistory& stage = found == nullptr ? none : *found;
    auto state = stage.state;
    if (state == StageStatus::Running && !run.isRunning())
        state = StageStatus::Stopped;
    const auto stateText = state == StageStatus::Stopped && stage.state == StageStatus::Running
                               ? runStateText(RunState::Interrupted)
                               : stageStateText(state);
    box.title->setText(signOf(state) + StageChain::tr("%1: %2", "stage, state").arg(stageTitle(box.stage), stateText));
    const QLocale locale;
    const auto steps = std::max(stage.steps, stage.step);
    box.bar->setValue(state == StageStatus::Finished ? barParts
                      : steps > 0                    ? static_cast<int>(barParts * stage.step / steps)
                                                     : 0);
    const auto best = bestOf(stage);
    box.best->setText(!best ? QString()
                            : StageChain::tr("best: %1 %2 (step %3)", "metric, value, step")
                                  .arg(metricTitle(best->metric), metricText(best->metric, best->point.value))
                                  .arg(locale.toString(static_cast<qlonglong>(best->point.step))));
    QString left;
    if (stage.steps > 0)
        left = StageChain::tr("step %1 of %2")
                   .arg(locale.toString(static_cast<qlonglong>(stage.step)),
                        locale.toString(static_cast<qlonglong>(stage.steps)));
    else if (stage.step > 0)
        left = StageChain::tr("step %1").arg(locale.toString(static_cast<qlonglong>(stage.step)));
    if (const auto seconds = stage.remainingS(); seconds && run.isRunning())
        left = StageChain::tr("%1, %2 left", "steps, time").arg(left, durationText(*seconds));
    box.left->setText(left);
    for (QLabel* label : {box.title, box.best, box.left})
        label->setToolTip(label->text());
    if (!stage.reason.empty())
        box.title->setToolTip(QString::fromStdString(stage.reason));
    box.frame->setAccessibleName(QStringList{box.title->text(), box.best->text(), left}.join(QStringLiteral(", ")));
}

QString StageChain::textOf(const std::string& stage) const
{
    const auto found = std::ranges::find(boxes_, stage, &Box::stage);
    return found == boxes_.end() ? QString() : found->frame->accessibleName();
}

} // namespace binaurium
