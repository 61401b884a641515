// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>
#include <filesystem>

class QComboBox;
class QCustomPlot;
class QLabel;

namespace binaurium {

// Watches a training run: reads its events.jsonl and draws the loss of each stage. Training itself is started by the
// command shown.
class TrainingTab : public QWidget
{
    Q_OBJECT

public:
    explicit TrainingTab(QWidget* parent = nullptr);
    // Opens a run folder; a sentence when it is none.
    void openRun(const std::filesystem::path& folder);
    // Points drawn so far, over all stages.
    [[nodiscard]] int pointCount() const noexcept { return points_; }

signals:
    void message(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    void follow();
    void addLine(const QByteArray& line);
    void applyTheme();

    std::filesystem::path run_;
    qint64 offset_ = 0;
    int points_ = 0;
    QStringList stages_;
    QTimer timer_;
    QCustomPlot* plot_;
    QLabel* state_;
};

} // namespace binaurium
