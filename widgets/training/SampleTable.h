// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run/RunHistory.h"

#include <QAbstractTableModel>
#include <QString>
#include <vector>

namespace binaurium {

// One completion of reinforcement learning.
struct CompletionSample
{
    QString stage, task, prompt, answer, completion;
    qint64 step = 0, group = 0;
    int level = 0;
    double reward = 0.0, advantage = 0.0; // NaN: not said
    QVector<QPair<QString, double>> rewards;
};
// From a line of samples.jsonl; nothing where it is none.
[[nodiscard]] std::optional<CompletionSample> sampleFromLine(const std::string& line);

// The completions of a run as they are written, newest last.
class SampleTable : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Step, Group, Task, Level, Reward, Advantage, Completion, columns };
    static constexpr int sortRole = Qt::UserRole;
    static constexpr int limit = 50'000; // of samples that are kept; older ones are dropped

    explicit SampleTable(QObject* parent = nullptr);
    void setFile(const std::filesystem::path& file); // empty: none
    // Reads what was added; true while there is more.
    bool look();
    [[nodiscard]] const CompletionSample& at(int row) const { return samples_.at(static_cast<std::size_t>(row)); }
    [[nodiscard]] int badLines() const noexcept { return badLines_; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    LineFollower lines_;
    std::vector<CompletionSample> samples_;
    int badLines_ = 0;
};

} // namespace binaurium
