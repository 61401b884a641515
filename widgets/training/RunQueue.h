// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace binaurium {

// Runs that wait, in order; kept in queue.txt of the folder of runs, one name a line. The configuration of the run NAME
// is NAME.toml beside it.
class RunQueue
{
public:
    static constexpr int limit = 1000;

    explicit RunQueue(const QString& folder = {});
    [[nodiscard]] const QStringList& names() const noexcept { return names_; }
    void append(const QString& name);
    void remove(const QString& name);
    // Moves a name by `places` towards the end (negative: the front), as far as there is room.
    void move(const QString& name, int places);

private:
    void save() const;
    QString file_;
    QStringList names_;
};

// Whether a text can name a run: one folder name without separators, not hidden.
[[nodiscard]] bool isRunName(const QString& name);

} // namespace binaurium
