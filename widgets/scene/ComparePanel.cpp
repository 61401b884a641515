// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/ComparePanel.h"

#include "widgets/audition/CompareSource.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QRandomGenerator>
#include <cmath>
#include <utility>

namespace binaurium {
namespace {

// Probability of at least `right` of `count` by guessing.
double chance(int right, int count)
{
    double sum = 0.0;
    for (int k = right; k <= count; ++k)
        sum += std::exp(std::lgamma(count + 1.0) - std::lgamma(k + 1.0) - std::lgamma(count - k + 1.0) -
                        count * std::log(2.0));
    return std::min(1.0, sum);
}

} // namespace

ComparePanel::ComparePanel(QWidget* parent) : QWidget(parent)
{
    auto* grid = new QGridLayout(this);
    const std::array<QString, 2> names{QStringLiteral("A"), QStringLiteral("B")};
    for (int which = 0; which < 2; ++which) {
        const auto i = static_cast<std::size_t>(which);
        keepButtons_[i] = new QPushButton(tr("Keep as %1").arg(names[i]), this);
        keepButtons_[i]->setToolTip(tr("Renders the scene as it is now"));
        hearButtons_[i] = new QPushButton(this);
        hearButtons_[i]->setCheckable(true);
        guessButtons_[i] = new QPushButton(this);
        grid->addWidget(keepButtons_[i], 0, which);
        grid->addWidget(hearButtons_[i], 1, which);
        grid->addWidget(guessButtons_[i], 3, which);
        connect(keepButtons_[i], &QPushButton::clicked, this, [this, which] { askFor(which); });
        connect(hearButtons_[i], &QPushButton::clicked, this, [this, which](bool on) {
            if (on)
                hear(which);
            else
                emit endWanted();
        });
        connect(guessButtons_[i], &QPushButton::clicked, this, [this, which] { guess(which); });
    }
    blindButton_ = new QPushButton(tr("Blind"), this);
    blindButton_->setCheckable(true);
    blindButton_->setToolTip(tr("Hides which is which behind X and Y"));
    connect(blindButton_, &QPushButton::clicked, this, &ComparePanel::setBlind);
    grid->addWidget(blindButton_, 2, 0, 1, 2);
    words_ = new QLabel(this);
    words_->setWordWrap(true);
    grid->addWidget(words_, 4, 0, 1, 2);
    grid->setRowStretch(5, 1);
    showAll();
}

void ComparePanel::askFor(int which)
{
    wanted_ = which;
    showAll();
    emit renderWanted();
}

void ComparePanel::keep(std::shared_ptr<const AudioBuffer> audio, const QString& description)
{
    if (wanted_ < 0)
        return;
    const auto i = static_cast<std::size_t>(std::exchange(wanted_, -1));
    kept_[i] = std::move(audio);
    descriptions_[i] = description;
    guesses_ = right_ = 0;
    source_ = kept_[0] && kept_[1] ? std::make_shared<CompareSource>(kept_[0], kept_[1]) : nullptr;
    showAll();
}

void ComparePanel::hear(int which)
{
    if (!source_)
        return;
    source_->choose(swapped_ ? 1 - which : which);
    for (int i = 0; i < 2; ++i)
        hearButtons_[static_cast<std::size_t>(i)]->setChecked(i == which);
    emit playWanted(source_);
}

void ComparePanel::shuffle()
{
    swapped_ = blind_ && QRandomGenerator::global()->bounded(2) == 1;
    for (auto* button : hearButtons_)
        button->setChecked(false);
}

void ComparePanel::setBlind(bool on)
{
    blind_ = on && source_ != nullptr;
    guesses_ = right_ = 0;
    shuffle();
    showAll();
}

void ComparePanel::guess(int whichIsA)
{
    if (!blind_)
        return;
    ++guesses_;
    right_ += (whichIsA == 0) != swapped_ ? 1 : 0;
    shuffle();
    showAll();
}

void ComparePanel::giveUp()
{
    if (std::exchange(wanted_, -1) >= 0)
        showAll();
}

void ComparePanel::showAll()
{
    const std::array<QString, 2> open{QStringLiteral("A"), QStringLiteral("B")};
    const std::array<QString, 2> hidden{QStringLiteral("X"), QStringLiteral("Y")};
    for (std::size_t i = 0; i < 2; ++i) {
        keepButtons_[i]->setAccessibleName(keepButtons_[i]->text());
        hearButtons_[i]->setText(tr("Hear %1").arg(blind_ ? hidden[i] : open[i]));
        hearButtons_[i]->setAccessibleName(hearButtons_[i]->text());
        hearButtons_[i]->setEnabled(source_ != nullptr);
        guessButtons_[i]->setText(tr("%1 is A").arg(hidden[i]));
        guessButtons_[i]->setAccessibleName(guessButtons_[i]->text());
        guessButtons_[i]->setVisible(blind_);
    }
    blindButton_->setAccessibleName(blindButton_->text());
    blindButton_->setEnabled(source_ != nullptr);
    blindButton_->setChecked(blind_);
    QString text;
    if (wanted_ >= 0)
        text = tr("rendering…");
    else if (!source_)
        text = tr("Keep the scene as A, change it or its head, keep it as B, and hear both equally loud.");
    else if (blind_)
        text = guesses_ == 0 ? tr("Listen to X and Y and say which one is A.")
                             : tr("%1 of %2 right; by guessing one gets as many with a probability of %3.")
                                   .arg(right_)
                                   .arg(guesses_)
                                   .arg(chance(right_, guesses_), 0, 'g', 2);
    else
        text = tr("A: %1 (%2 dB)\nB: %3 (%4 dB)")
                   .arg(descriptions_[0])
                   .arg(20.0 * std::log10(static_cast<double>(source_->gainOf(0))), 0, 'f', 1)
                   .arg(descriptions_[1])
                   .arg(20.0 * std::log10(static_cast<double>(source_->gainOf(1))), 0, 'f', 1);
    words_->setText(text);
}

} // namespace binaurium
