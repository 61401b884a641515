// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/VisibleSources.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace binaurium {

class AskInput;
class SceneDocument;

// Chooses what is asked about, says what is doubtful about it, and what the model is told to see.
class InputPanel : public QWidget
{
    Q_OBJECT

public:
    InputPanel(AskInput& input, SceneDocument& document, QWidget* parent = nullptr);
    // The sentence before a question; empty unless the model is told what is visible. Throws Usage for words that say
    // no place.
    [[nodiscard]] std::string visible() const;
    [[nodiscard]] QString doubts() const;
    [[nodiscard]] QCheckBox& visibleBox() { return *tell_; }
    [[nodiscard]] QLineEdit& visibleEdit() { return *seen_; }
    [[nodiscard]] QPushButton& timelineButton() { return *timeline_; }
    [[nodiscard]] QPushButton& recordButton() { return *record_; }

signals:
    void openWanted(const QString& file);
    void sceneWanted();
    void recordWanted();
    void timelineWanted();

private:
    void showInput();
    void showVisible();

    AskInput& input_;
    SceneDocument& document_;
    QLabel* words_;
    QLabel* doubts_;
    QPushButton* record_;
    QPushButton* timeline_;
    QCheckBox* tell_;
    QLineEdit* seen_;
};

} // namespace binaurium
