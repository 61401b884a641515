// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/SamplingBar.h"

#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QSpinBox>
#include <QToolButton>
#include <algorithm>
#include <limits>

namespace binaurium {

SamplingBar::SamplingBar(QWidget* parent) : QWidget(parent)
{
    fold_ = new QToolButton(this);
    fold_->setText(tr("Sampling"));
    fold_->setAccessibleName(tr("Show the settings of sampling"));
    fold_->setCheckable(true);
    fold_->setArrowType(Qt::RightArrow);
    fold_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    fold_->setAutoRaise(true);
    fold_->setFocusPolicy(Qt::StrongFocus);
    fields_ = new QWidget(this);
    auto* grid = new QGridLayout(fields_);
    grid->setContentsMargins(0, 0, 0, 0);
    int column = 0;
    const auto add = [&](QWidget* field, const QString& words, const QString& help) {
        field->setAccessibleName(words);
        field->setToolTip(help);
        auto* label = new QLabel(words, fields_);
        label->setBuddy(field);
        grid->addWidget(label, 0, column);
        grid->addWidget(field, 1, column++);
    };
    const AskOptions defaults;
    seed_ = new QSpinBox(fields_);
    seed_->setRange(0, std::numeric_limits<int>::max());
    add(seed_, tr("Seed"), tr("The same seed gives the same answer"));
    temperature_ = new QDoubleSpinBox(fields_);
    temperature_->setRange(0.0, 10.0);
    temperature_->setSingleStep(0.1);
    add(temperature_, tr("Temperature"), tr("0: the most likely words; above: drawn words"));
    topP_ = new QDoubleSpinBox(fields_);
    topP_->setRange(0.01, 1.0);
    topP_->setSingleStep(0.05);
    add(topP_, tr("Top p"), tr("Words are drawn from this much of the probability"));
    maxTokens_ = new QSpinBox(fields_);
    maxTokens_->setRange(1, 2048);
    add(maxTokens_, tr("Longest answer"), tr("In tokens"));
    show(defaults);
    fields_->hide();
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(fold_);
    rows->addWidget(fields_);
    connect(fold_, &QToolButton::toggled, this, [this](bool on) {
        fields_->setVisible(on);
        fold_->setArrowType(on ? Qt::DownArrow : Qt::RightArrow);
    });
}

void SamplingBar::apply(AskOptions& options) const
{
    options.seed = seed();
    options.temperature = temperature_->value();
    options.topP = topP_->value();
    options.maxTokens = maxTokens_->value();
}

void SamplingBar::show(const AskOptions& options)
{
    setSeed(options.seed);
    temperature_->setValue(options.temperature);
    topP_->setValue(options.topP);
    maxTokens_->setValue(options.maxTokens);
}

void SamplingBar::setSeed(std::uint64_t seed)
{
    seed_->setValue(static_cast<int>(std::min<std::uint64_t>(seed, std::numeric_limits<int>::max())));
}

std::uint64_t SamplingBar::seed() const
{
    return static_cast<std::uint64_t>(seed_->value());
}

} // namespace binaurium
