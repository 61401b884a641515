// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/controls/BackgroundWork.h"

namespace binaurium {

BackgroundWork::BackgroundWork(QObject* parent) : QObject(parent)
{
    inside_.moveToThread(&thread_);
    thread_.setObjectName(QStringLiteral("background work"));
    thread_.start();
}

BackgroundWork::~BackgroundWork()
{
    ++latest_;
    thread_.quit();
    thread_.wait();
}

void BackgroundWork::start(Work work)
{
    const int number = ++latest_;
    running_ = true;
    QMetaObject::invokeMethod(
        &inside_, [this, number, work = std::move(work)] { run(number, work); }, Qt::QueuedConnection);
}

void BackgroundWork::cancel()
{
    cancelled_ = latest_.load();
}

void BackgroundWork::post(int number, std::function<void()> call)
{
    QMetaObject::invokeMethod(
        this,
        [this, number, call = std::move(call)] {
            if (number == latest_)
                call();
        },
        Qt::QueuedConnection);
}

void BackgroundWork::run(int number, const Work& work)
{
    if (number != latest_)
        return;
    const auto end = [this, number](std::function<void()> tell) {
        post(number, [this, tell = std::move(tell)] {
            running_ = false;
            tell();
        });
    };
    Context context;
    context.progress = [this, number](const Progress& progress) {
        post(number, [this, progress] { emit progressed(progress); });
        return number == latest_ && number > cancelled_;
    };
    context.deliver = [this, number](std::function<void()> call) { post(number, std::move(call)); };
    try {
        work(context);
        end([this] { emit finished(); });
    } catch (const Error& e) {
        if (e.kind() == ErrorKind::Interrupted)
            end([this] { emit stopped(); });
        else
            end([this, text = QString::fromStdString(e.what()), kind = e.kind()] { emit failed(text, kind); });
    } catch (const std::exception& e) {
        end([this, text = QString::fromStdString(e.what())] { emit failed(text, ErrorKind::Internal); });
    }
}

} // namespace binaurium
