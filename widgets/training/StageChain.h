// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <string>
#include <vector>

class QCheckBox;
class QHBoxLayout;
class QLabel;
class QProgressBar;

namespace binaurium {

class RunFollower;

// The stages of a run in their order: state, steps, best value, time left; and whether the run pauses after one.
class StageChain : public QWidget
{
    Q_OBJECT

public:
    explicit StageChain(QWidget* parent = nullptr);
    // Shows a run, or nothing for null; `pauseAfter` names the stage whose box is ticked.
    void show(const RunFollower* run, const QString& pauseAfter);
    // What a stage's box says, for tests and readers: "Encoder: running, ...".
    [[nodiscard]] QString textOf(const std::string& stage) const;

signals:
    // The stage after which the run is to pause; empty: none.
    void pauseAfterChanged(const QString& stage);

private:
    struct Box
    {
        std::string stage;
        QWidget* frame = nullptr;
        QLabel* title = nullptr;
        QLabel* best = nullptr;
        QLabel* left = nullptr;
        QProgressBar* bar = nullptr;
        QCheckBox* pause = nullptr;
    };
    void rebuild(const std::vector<std::string>& stages);
    Box makeBox(const std::string& stage);
    static void fill(const Box& box, const RunFollower& run);

    std::vector<Box> boxes_;
    QHBoxLayout* row_;
};

} // namespace binaurium
