// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/BenchProcess.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

namespace binaurium {
namespace {

constexpr int stopMs = 5000; // a batch of items takes a few seconds

} // namespace

BenchProcess::BenchProcess(QObject* parent) : QObject(parent)
{
    process_.setStandardOutputFile(QProcess::nullDevice());
    process_.setReadChannel(QProcess::StandardError);
    connect(&process_, &QProcess::readyReadStandardError, this, &BenchProcess::readProgress);
    connect(&process_, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        readProgress();
        emit finished(status == QProcess::CrashExit ? 128 : code, code == 0 ? QString() : lastLine_);
    });
    connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            emit finished(4, tr("binaurium-cli could not be started"));
    });
}

BenchProcess::~BenchProcess()
{
    process_.disconnect(this);
    if (!isRunning())
        return;
    process_.terminate();
    if (!process_.waitForFinished(stopMs)) {
        process_.kill();
        process_.waitForFinished(stopMs);
    }
}

QString BenchProcess::program()
{
    const QFileInfo beside(QCoreApplication::applicationDirPath() + QStringLiteral("/binaurium-cli"));
    return beside.isExecutable() ? beside.filePath() : QStandardPaths::findExecutable(QStringLiteral("binaurium-cli"));
}

void BenchProcess::start(const QStringList& arguments)
{
    lastLine_.clear();
    process_.start(program(), arguments);
}

void BenchProcess::stop()
{
    process_.terminate();
}

void BenchProcess::readProgress()
{
    static const QRegularExpression form(QStringLiteral("^([a-z -]+) (\\d+)/(\\d+)"));
    while (process_.canReadLine() || (!isRunning() && process_.bytesAvailable() > 0)) {
        const auto line = QString::fromUtf8(process_.readLine()).trimmed();
        const auto match = form.match(line);
        if (match.hasMatch())
            emit progressed(match.captured(1), match.captured(2).toInt(), match.captured(3).toInt());
        else if (!line.isEmpty())
            lastLine_ = line;
    }
}

} // namespace binaurium
