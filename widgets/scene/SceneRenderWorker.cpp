// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/SceneRenderWorker.h"

#include "core/support/Error.h"

namespace binaurium {

SceneRenderWorker::SceneRenderWorker(QObject* parent, Render render) : QObject(parent), render_(std::move(render))
{
    inside_.moveToThread(&thread_);
    thread_.setObjectName(QStringLiteral("render"));
    thread_.start();
}

SceneRenderWorker::~SceneRenderWorker()
{
    cancel();
    thread_.quit();
    thread_.wait();
}

int SceneRenderWorker::request(const Scene& scene, const std::filesystem::path& folder)
{
    const int number = ++latest_;
    QMetaObject::invokeMethod(
        &inside_, [this, number, scene, folder] { run(number, scene, folder); }, Qt::QueuedConnection);
    return number;
}

void SceneRenderWorker::run(int number, const Scene& scene, const std::filesystem::path& folder)
{
    if (number != latest_)
        return;
    try {
        RenderOptions options;
        options.sceneFolder = folder;
        options.allowOutside = true; // what the user dropped into the scene was chosen by hand
        auto result = render_(scene, options, [this, number](const Progress&) { return number == latest_; });
        if (number == latest_)
            emit finished(number, std::make_shared<const RenderResult>(std::move(result)));
    } catch (const Error& e) {
        if (e.kind() != ErrorKind::Interrupted)
            emit failed(number, QString::fromStdString(e.what()));
    } catch (const std::exception& e) {
        emit failed(number, QString::fromStdString(e.what()));
    }
}

} // namespace binaurium
