// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/WhatIfPanel.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr int settleMs = 60; // changes of one drag come faster than that
// What is rendered and heard of a longer scene: the answer is there while the hand still moves, and each source that
// begins later has a second to be heard in.
constexpr double leastHeardS = 3.0;
constexpr double ofEachSourceS = 1.0;

double heardS(const Scene& scene)
{
    double end = leastHeardS;
    for (const Source& source : scene.sources)
        if (!source.muted)
            end = std::max(end, source.startS + ofEachSourceS);
    return std::min({end, scene.durationS, HearingModel::longestQuestionS});
}

} // namespace

WhatIfPanel::WhatIfPanel(SceneDocument& document, ModelWorker& worker, QWidget* parent,
                         SceneRenderWorker::Render render)
    : QWidget(parent), document_(document), worker_(worker), renderer_(nullptr, std::move(render))
{
    words_ = new QLabel(this);
    words_->setWordWrap(true);
    pin_ = new QPushButton(tr("P&in the question"), this);
    pin_->setAccessibleName(tr("Pin the question"));
    pin_->setCheckable(true);
    keep_ = {new QPushButton(tr("Keep as &1"), this), new QPushButton(tr("Keep as &2"), this)};
    for (std::size_t i = 0; i < keep_.size(); ++i) {
        keep_[i]->setAccessibleName(tr("Keep the situation as %1").arg(i + 1));
        connect(keep_[i], &QPushButton::clicked, this, [this, i] { keep(i); });
    }
    table_ = new QTableWidget(0, 4, this);
    table_->setAccessibleName(tr("Probabilities in each situation"));
    table_->setHorizontalHeaderLabels({tr("Option"), tr("Now"), tr("Situation 1"), tr("Situation 2")});
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->setWordWrap(true);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    status_ = new QLabel(this);
    status_->setForegroundRole(QPalette::PlaceholderText);
    auto* row = new QHBoxLayout;
    row->addWidget(pin_);
    row->addWidget(keep_[0]);
    row->addWidget(keep_[1]);
    row->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(words_);
    column->addLayout(row);
    column->addWidget(table_, 1);
    column->addWidget(status_);
    settle_.setSingleShot(true);
    settle_.setInterval(settleMs);
    connect(&settle_, &QTimer::timeout, this, &WhatIfPanel::render);
    connect(pin_, &QPushButton::clicked, this, &WhatIfPanel::pinOrRelease);
    connect(&document_, &SceneDocument::changed, this, &WhatIfPanel::changed);
    connect(&renderer_, &SceneRenderWorker::finished, this, [this](int number, const auto& result) {
        if (number == rendering_)
            heard(result);
    });
    connect(&renderer_, &SceneRenderWorker::failed, this, [this](int, const QString& reason) { emit message(reason); });
    connect(&worker_, &ModelWorker::judged, this, &WhatIfPanel::judged);
    showAll();
}

QString WhatIfPanel::status() const
{
    return status_->text();
}

void WhatIfPanel::setQuestion(const QString& question, const AskOptions& options)
{
    offered_ = question;
    offeredOptions_ = options;
}

void WhatIfPanel::pinOrRelease()
{
    if (!pin_->isChecked()) {
        question_.clear();
        renderer_.cancel();
        status_->clear();
        showAll();
        return;
    }
    emit questionWanted();
    if (offered_.trimmed().isEmpty() || offeredOptions_.options.empty()) {
        pin_->setChecked(false);
        emit message(tr("Write a question with options: their probabilities are what changes."));
        return;
    }
    question_ = offered_;
    options_ = offeredOptions_;
    options_.wantAttention = false;
    now_ = {};
    kept_ = {};
    changed();
    showAll();
}

void WhatIfPanel::changed()
{
    if (question_.isEmpty())
        return;
    if (!settle_.isActive()) // not restarted: a long drag is followed on its way
        settle_.start();
}

void WhatIfPanel::render()
{
    if (question_.isEmpty())
        return;
    Scene scene = document_.scene();
    scene.durationS = heardS(scene);
    renderedPlaces_ = placesNow();
    since_.start();
    status_->setText(tr("listening…"));
    rendering_ = renderer_.request(scene, document_.folder());
}

void WhatIfPanel::heard(const std::shared_ptr<const RenderResult>& result)
{
    judging_ = worker_.judge(std::shared_ptr<const AudioBuffer>(result, &result->audio), question_, options_);
}

void WhatIfPanel::judged(int number, const Answer& answer)
{
    if (number != judging_ || question_.isEmpty())
        return;
    double total = 0.0;
    for (const double score : answer.optionScores)
        total += std::exp(score);
    now_.probabilities.clear();
    for (const double score : answer.optionScores)
        now_.probabilities.push_back(std::exp(score) / total);
    now_.places = renderedPlaces_;
    status_->setText(tr("%1 s after the change; the first %2 s of the scene are heard")
                         .arg(1e-3 * static_cast<double>(since_.elapsed()), 0, 'f', 1)
                         .arg(heardS(document_.scene()), 0, 'f', 0));
    showAll();
}

void WhatIfPanel::keep(std::size_t situation)
{
    kept_[situation] = now_;
    showAll();
}

QStringList WhatIfPanel::placesNow() const
{
    const Scene& scene = document_.scene();
    QStringList places{tr("head turned to %1°").arg(scene.listener.orientation.yawDeg, 0, 'f', 0)};
    for (const Source& source : scene.sources)
        if (!source.muted)
            places << tr("%1 at %2°")
                          .arg(QString::fromStdString(source.name))
                          .arg(relativePosition(scene.listener, source.positionM).direction.azimuthDeg, 0, 'f', 0);
    return places;
}

void WhatIfPanel::showAll()
{
    words_->setText(question_.isEmpty()
                        ? tr("Pin a question with options, then move a source or turn the head in the Scene tab: the "
                             "probabilities follow. Keep two situations to compare them.")
                        : tr("Pinned: %1").arg(question_));
    for (auto* button : keep_)
        button->setEnabled(!question_.isEmpty() && !now_.probabilities.empty());
    table_->setRowCount(0);
    if (question_.isEmpty())
        return;
    const std::array<const Situation*, 3> columns{&now_, kept_[0] ? &*kept_[0] : nullptr,
                                                  kept_[1] ? &*kept_[1] : nullptr};
    const auto rows = options_.options.size();
    table_->setRowCount(static_cast<int>(rows) + 1);
    for (std::size_t i = 0; i < rows; ++i)
        table_->setItem(static_cast<int>(i), 0, new QTableWidgetItem(QString::fromStdString(options_.options[i])));
    table_->setItem(static_cast<int>(rows), 0, new QTableWidgetItem(tr("where things are")));
    for (std::size_t c = 0; c < columns.size(); ++c) {
        if (columns[c] == nullptr)
            continue;
        const auto& p = columns[c]->probabilities;
        for (std::size_t i = 0; i < rows && i < p.size(); ++i)
            table_->setItem(static_cast<int>(i), static_cast<int>(c) + 1,
                            new QTableWidgetItem(tr("%1 %").arg(100.0 * p[i], 0, 'f', 1)));
        table_->setItem(static_cast<int>(rows), static_cast<int>(c) + 1,
                        new QTableWidgetItem(columns[c]->places.join(QLatin1Char('\n'))));
    }
}

} // namespace binaurium
