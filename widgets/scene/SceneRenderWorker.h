// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Renderer.h"

#include <QMetaType>
#include <QObject>
#include <QThread>
#include <atomic>
#include <memory>

namespace binaurium {

// Renders scenes in a thread of its own; the latest request wins, an older one is stopped. Signals arrive in the thread
// of the receiver.
class SceneRenderWorker : public QObject
{
    Q_OBJECT

public:
    // Test seam: what turns a scene into audio.
    using Render = std::function<RenderResult(const Scene&, const RenderOptions&, const ProgressCallback&)>;
    explicit SceneRenderWorker(QObject* parent = nullptr, Render render = renderScene);
    ~SceneRenderWorker() override;

    // Returns the number of the request.
    int request(const Scene& scene, const std::filesystem::path& folder);
    void cancel() { ++latest_; }

signals:
    void finished(int request, std::shared_ptr<const binaurium::RenderResult> result);
    void failed(int request, const QString& reason);

private:
    void run(int number, const Scene& scene, const std::filesystem::path& folder);

    Render render_;
    QThread thread_;
    QObject inside_; // lives in thread_
    std::atomic<int> latest_{0};
};

} // namespace binaurium

Q_DECLARE_METATYPE(std::shared_ptr<const binaurium::RenderResult>)
