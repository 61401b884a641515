// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <string>

namespace binaurium {

// A training process that outlives the window: started detached, its words go to a file beside the run folder, and it
// is stopped by signals. Whether a run is being trained is told by the lock in its folder, not here.
struct RunProcess
{
    QString program;
    QStringList arguments;
    QString logFile;

    [[nodiscard]] static RunProcess start(const QString& config, const QString& run);
    [[nodiscard]] static RunProcess resume(const QString& run);
    // As one would type it.
    [[nodiscard]] QString commandLine() const;
    // Its process id; 0 with a sentence when it could not be started.
    [[nodiscard]] qint64 startDetached(QString* error) const;

    // binaurium-cli beside this program, else in PATH; the environment variable BINAURIUM_CLI names another one.
    [[nodiscard]] static QString cliProgram();
    [[nodiscard]] static QString logFileOf(const QString& run);     // RUN.log
    [[nodiscard]] static std::string logTailOf(const QString& run); // its last 4,000 bytes
    [[nodiscard]] static bool isAlive(qint64 process);
    // The step is finished, a checkpoint written, the process ends.
    static bool askToStop(qint64 process);
    static bool kill(qint64 process);
};

} // namespace binaurium
