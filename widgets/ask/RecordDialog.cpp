// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/RecordDialog.h"

#include "widgets/audition/LevelMeter.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace binaurium {
namespace {

constexpr int levelRefreshMs = 50;
constexpr double shortestTakeS = 0.2;

} // namespace

RecordDialog::RecordDialog(std::unique_ptr<Microphone> microphone, QWidget* parent)
    : QDialog(parent), microphone_(std::move(microphone)), sink_(microphone_->rateHz(), limitS)
{
    setWindowTitle(tr("Record"));
    words_ = new QLabel(this);
    words_->setWordWrap(true);
    meter_ = new LevelMeter(this);
    const auto button = [this](const QString& text, const QString& name) {
        auto* made = new QPushButton(text, this);
        made->setAccessibleName(name);
        made->setAutoDefault(false);
        return made;
    };
    record_ = button(tr("&Record"), tr("Record"));
    record_->setCheckable(true);
    use_ = button(tr("&Use"), tr("Use the recording"));
    ask_ = button(tr("&Ask about it"), tr("Ask about the recording"));
    auto* row = new QHBoxLayout;
    for (auto* b : {record_, use_, ask_})
        row->addWidget(b);
    auto* column = new QVBoxLayout(this);
    column->addWidget(words_);
    column->addWidget(meter_);
    column->addLayout(row);
    timer_.setInterval(levelRefreshMs);
    connect(&timer_, &QTimer::timeout, this, &RecordDialog::refresh);
    connect(record_, &QPushButton::clicked, this, &RecordDialog::toggle);
    connect(use_, &QPushButton::clicked, this, [this] { finish(false); });
    connect(ask_, &QPushButton::clicked, this, [this] { finish(true); });
    const auto problem = microphone_->problem();
    record_->setEnabled(problem.isEmpty());
    words_->setText(problem.isEmpty() ? tr("%1: two channels, at most %2 s. Left ear first.")
                                            .arg(microphone_->description())
                                            .arg(limitS, 0, 'f', 0)
                                      : problem);
    use_->setEnabled(false);
    ask_->setEnabled(false);
}

RecordDialog::~RecordDialog()
{
    microphone_->stop();
}

QString RecordDialog::words() const
{
    return words_->text();
}

void RecordDialog::toggle()
{
    if (!record_->isChecked()) {
        microphone_->stop();
        timer_.stop();
        refresh();
        return;
    }
    sink_.clear();
    meter_->reset();
    if (!microphone_->start(sink_)) {
        record_->setChecked(false);
        words_->setText(microphone_->problem());
        return;
    }
    timer_.start();
}

void RecordDialog::refresh()
{
    const auto levels = sink_.takeLevels();
    meter_->add(levels.peaks, levels.rms, levels.seconds);
    words_->setText(record_->isChecked() ? tr("Recording: %1 s").arg(sink_.recordedS(), 0, 'f', 1)
                                         : tr("Recorded: %1 s").arg(sink_.recordedS(), 0, 'f', 1));
    const bool enough = sink_.recordedS() >= shortestTakeS;
    use_->setEnabled(enough);
    ask_->setEnabled(enough);
    if (record_->isChecked() && sink_.isFull())
        record_->click();
}

void RecordDialog::finish(bool ask)
{
    microphone_->stop();
    timer_.stop();
    record_->setChecked(false);
    emit recorded(std::make_shared<const AudioBuffer>(sink_.recording()), ask);
    accept();
}

} // namespace binaurium
