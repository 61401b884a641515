// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/audition/LiveSource.h"
#include "widgets/document/SceneDocument.h"

#include <QObject>
#include <QThread>
#include <QTimer>
#include <atomic>
#include <set>

namespace binaurium {

// Keeps a live engine in step with a document: places, turns, levels and mutes go to it at once, anything else (room,
// sounds, head, other sources) is made ready in a thread of its own, the latest change first, and crossfaded in.
class LivePlayer : public QObject
{
    Q_OBJECT

public:
    explicit LivePlayer(SceneDocument& document, QObject* parent = nullptr);
    ~LivePlayer() override;

    [[nodiscard]] const std::shared_ptr<LiveSource>& source() const noexcept { return source_; }
    // Makes the scene ready where it is not; ready() or failed() follows. From then on changes are followed.
    void prepare();
    void setSolo(const std::string& name, bool on);
    [[nodiscard]] bool isSolo(const std::string& name) const { return solo_.contains(name); }

signals:
    void ready();
    void failed(const QString& reason);
    // A sound that cannot be read and stays silent.
    void warned(const QString& text);

private:
    void onChanged(const SceneChange& change);
    void rebuild();
    void run(int number, const Scene& scene, const std::filesystem::path& folder,
             const std::vector<LiveSourceState>& states, std::int64_t frame);
    [[nodiscard]] std::vector<LiveSourceState> states() const;
    void sendPoses();

    SceneDocument& document_;
    std::shared_ptr<LiveSource> source_ = std::make_shared<LiveSource>();
    Scene built_; // what the renderer was made from
    bool followed_ = false;
    std::set<std::string> solo_;
    QTimer settle_; // gathers changes that need a new renderer
    QThread thread_;
    QObject inside_; // lives in thread_
    std::atomic<int> latest_{0};
};

} // namespace binaurium
