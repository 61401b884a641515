// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/ask/Microphone.h"

#include <QDialog>
#include <QTimer>

class QLabel;
class QPushButton;

namespace binaurium {

class LevelMeter;

// Records two ears, shows their levels, and hands the recording over to be asked about. Without a device it says why.
class RecordDialog : public QDialog
{
    Q_OBJECT

public:
    static constexpr double limitS = 60.0;

    explicit RecordDialog(std::unique_ptr<Microphone> microphone, QWidget* parent = nullptr);
    ~RecordDialog() override;
    [[nodiscard]] QPushButton& recordButton() { return *record_; }
    [[nodiscard]] QPushButton& askButton() { return *ask_; }
    [[nodiscard]] LevelMeter& meter() { return *meter_; }
    [[nodiscard]] QString words() const;

signals:
    // Asked about at once where `ask`, else only shown.
    void recorded(std::shared_ptr<const binaurium::AudioBuffer> audio, bool ask);

private:
    void toggle();
    void finish(bool ask);
    void refresh();

    std::unique_ptr<Microphone> microphone_;
    StereoSink sink_;
    QTimer timer_;
    QLabel* words_;
    LevelMeter* meter_;
    QPushButton* record_;
    QPushButton* use_;
    QPushButton* ask_;
};

} // namespace binaurium
