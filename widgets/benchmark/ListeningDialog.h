// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/ItemSounds.h"
#include "core/benchmark/report/ListenerSession.h"
#include "widgets/audition/AudioOutput.h"
#include "widgets/controls/BackgroundWork.h"

#include <QDialog>
#include <QElapsedTimer>

class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace binaurium {

// The lane of listeners: items of a report over headphones, question and options alone; no plan, no labels, no
// evidence, and not whether an answer was right. The sound may be played again; answers need at least one time.
class ListeningDialog : public QDialog
{
    Q_OBJECT

public:
    ListeningDialog(std::filesystem::path report, std::vector<std::filesystem::path> headFolders,
                    std::unique_ptr<AudioOutput> output, QWidget* parent = nullptr);
    ~ListeningDialog() override;

    [[nodiscard]] const ListenerSession* session() const { return session_.get(); }
    // Whether anything was answered, so that the report is to be read again.
    [[nodiscard]] bool hasAnswers() const { return session_ != nullptr && session_->answered() > 0; }

private:
    void begin();
    void showItem();
    void play();
    void sound(std::shared_ptr<const AudioBuffer> audio);
    void answer(std::size_t option);
    void say(const QString& text);

    std::filesystem::path report_;
    std::shared_ptr<ItemSounds> sounds_;
    std::unique_ptr<AudioOutput> output_;
    std::unique_ptr<ListenerSession> session_;
    std::shared_ptr<const AudioBuffer> audio_; // of the current item, once it was rendered
    QElapsedTimer since_;                      // the item is shown
    QLineEdit* name_;
    QSpinBox* count_;
    QPushButton *begin_, *play_;
    QLabel *place_, *question_, *message_;
    QWidget* optionArea_;
    std::vector<QPushButton*> options_;
    BackgroundWork work_;
};

} // namespace binaurium
