// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/RunEstimate.h"

#include <QStringList>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace binaurium {

class ConfigEditor;
class TrainingRuns;

// A new run: its configuration, name and seeds; what it needs, what stands in its way, and the command that does the
// same.
class RunSetup : public QWidget
{
    Q_OBJECT

public:
    explicit RunSetup(TrainingRuns& runs, QWidget* parent = nullptr);

    // Starts from a configuration text whose relative paths begin at `folder`.
    void setConfig(const QString& text, const QString& folder, const QString& name);
    bool openConfig(const QString& file);
    [[nodiscard]] ConfigEditor& config() const { return *config_; }
    [[nodiscard]] QLineEdit& nameEdit() const { return *name_; }
    [[nodiscard]] QLineEdit& seedsEdit() const { return *seeds_; }
    [[nodiscard]] QPushButton& startButton() const { return *start_; }
    [[nodiscard]] QPushButton& queueButton() const { return *queue_; }
    [[nodiscard]] QString verdict() const; // obstacles, or the estimate
    [[nodiscard]] QString command() const;
    // Looks again at what stands in the way.
    void check();

signals:
    void started(const QString& run);
    void closed();
    void message(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Planned
    {
        QString name;
        QString text;
    };
    void makeFields();
    void fillSources();
    [[nodiscard]] std::vector<Planned> planned(QString* error) const;
    [[nodiscard]] QString estimateText(const RunEstimate& estimate) const;
    [[nodiscard]] std::vector<StagePace> paces() const;
    void go(bool queueAll);

    TrainingRuns& runs_;
    QComboBox* source_;
    ConfigEditor* config_;
    QLineEdit* name_;
    QLineEdit* seeds_;
    QLabel* verdict_;
    QLineEdit* command_;
    QPushButton* start_;
    QPushButton* queue_;
};

// Seeds from "1, 2, 5-7"; nothing, and why, where the text means none. An empty text is no seed.
[[nodiscard]] std::optional<std::vector<std::uint64_t>> parseSeeds(const QString& text, QString* why);

} // namespace binaurium
