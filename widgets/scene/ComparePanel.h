// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include <QWidget>
#include <array>
#include <memory>

class QLabel;
class QPushButton;

namespace binaurium {

class CompareSource;

// Two versions of a scene against each other: each is kept as it sounds now, then heard in turn, equally loud. Blind
// hides which is which behind X and Y and counts how often a listener tells them apart.
class ComparePanel : public QWidget
{
    Q_OBJECT

public:
    explicit ComparePanel(QWidget* parent = nullptr);

    // The rendered audio of what was asked for by renderWanted().
    void keep(std::shared_ptr<const AudioBuffer> audio, const QString& description);
    [[nodiscard]] bool isWaiting() const noexcept { return wanted_ >= 0; }
    void giveUp();        // rendering failed
    void hear(int which); // 0: A or X, 1: B or Y
    void setBlind(bool on);
    // "X was A": ends a blind round.
    void guess(int whichIsA);
    [[nodiscard]] const std::shared_ptr<CompareSource>& source() const noexcept { return source_; }
    [[nodiscard]] int rightGuesses() const noexcept { return right_; }
    [[nodiscard]] int guesses() const noexcept { return guesses_; }
    [[nodiscard]] bool swapped() const noexcept { return swapped_; } // for tests

signals:
    void renderWanted();
    void endWanted(); // back to the scene
    void playWanted(std::shared_ptr<binaurium::CompareSource> source);

private:
    void askFor(int which);
    void shuffle();
    void showAll();

    std::array<std::shared_ptr<const AudioBuffer>, 2> kept_;
    std::array<QString, 2> descriptions_;
    std::shared_ptr<CompareSource> source_;
    int wanted_ = -1; // which one is being rendered
    bool blind_ = false;
    bool swapped_ = false; // X is B
    int guesses_ = 0;
    int right_ = 0;
    std::array<QPushButton*, 2> keepButtons_{};
    std::array<QPushButton*, 2> hearButtons_{};
    std::array<QPushButton*, 2> guessButtons_{};
    QPushButton* blindButton_;
    QLabel* words_;
};

} // namespace binaurium
