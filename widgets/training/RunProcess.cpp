// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/RunProcess.h"

#include "core/training/run/RunList.h"
#include "widgets/controls/ShellWords.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <fstream>
#include <signal.h>
#include <string>

namespace binaurium {
namespace {

const auto cliName = QStringLiteral("binaurium-cli");

// A process that ended but was not waited for answers signals like a living one.
bool isZombie(qint64 process)
{
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(file, text);
    const auto name = text.rfind(')'); // the name may hold anything
    return name != std::string::npos && name + 2 < text.size() && text[name + 2] == 'Z';
}

} // namespace

RunProcess RunProcess::start(const QString& config, const QString& run)
{
    return {cliProgram(), {QStringLiteral("train"), config, QStringLiteral("-o"), run}, logFileOf(run)};
}

RunProcess RunProcess::resume(const QString& run)
{
    return {cliProgram(), {QStringLiteral("train"), QStringLiteral("--resume"), run}, logFileOf(run)};
}

QString RunProcess::commandLine() const
{
    const QString name = QFileInfo(program).fileName() == cliName ? cliName : program;
    return shellWords(QStringList{name} + arguments);
}

qint64 RunProcess::startDetached(QString* error) const
{
    QProcess process;
    process.setProgram(program);
    process.setArguments(arguments);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(logFile, QIODevice::Append);
    process.setStandardErrorFile(logFile, QIODevice::Append);
    qint64 id = 0;
    if (process.startDetached(&id))
        return id;
    *error = QCoreApplication::translate("Training", "%1 could not be started: %2. BINAURIUM_CLI may name the program.")
                 .arg(program, process.errorString());
    return 0;
}

QString RunProcess::cliProgram()
{
    const auto named = qEnvironmentVariable("BINAURIUM_CLI");
    if (!named.isEmpty())
        return named;
    const QFileInfo beside(QDir(QCoreApplication::applicationDirPath()), cliName);
    if (beside.isExecutable())
        return beside.absoluteFilePath();
    const auto found = QStandardPaths::findExecutable(cliName);
    return found.isEmpty() ? cliName : found;
}

QString RunProcess::logFileOf(const QString& run)
{
    return QDir::cleanPath(run) + QStringLiteral(".log");
}

std::string RunProcess::logTailOf(const QString& run)
{
    constexpr std::size_t bytes = 4000;
    return readTail(logFileOf(run).toStdString(), bytes);
}

bool RunProcess::isAlive(qint64 process)
{
    return process > 0 && ::kill(static_cast<pid_t>(process), 0) == 0 && !isZombie(process);
}

bool RunProcess::askToStop(qint64 process)
{
    return process > 0 && ::kill(static_cast<pid_t>(process), SIGTERM) == 0;
}

bool RunProcess::kill(qint64 process)
{
    return process > 0 && ::kill(static_cast<pid_t>(process), SIGKILL) == 0;
}

} // namespace binaurium
