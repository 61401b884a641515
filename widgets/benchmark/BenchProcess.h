// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QStringList>

namespace binaurium {

// "binaurium-cli bench" as a child process: it may crash or be stopped without harm, and keeps what it has written.
class BenchProcess : public QObject
{
    Q_OBJECT

public:
    explicit BenchProcess(QObject* parent = nullptr);
    ~BenchProcess() override; // stops the child and waits

    void start(const QStringList& arguments);
    // Asks the child to stop at its next safe point; finished() follows.
    void stop();
    [[nodiscard]] bool isRunning() const { return process_.state() != QProcess::NotRunning; }
    // Where the command-line program is: beside this one, or on PATH; empty when it is nowhere.
    [[nodiscard]] static QString program();

signals:
    void progressed(const QString& stage, int done, int total);
    // Exit code as of the command line: 0 done, 5 stopped; `sentence` is its error.
    void finished(int exitCode, const QString& sentence);

private:
    void readProgress();

    QProcess process_;
    QString lastLine_;
};

} // namespace binaurium
