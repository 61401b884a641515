// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/LivePlayer.h"

#include <cmath>

namespace binaurium {
namespace {

constexpr int sceneSettleMs = 30;

LiveSourceState stateOf(const Source& source, bool solo)
{
    LiveSourceState state;
    state.pose = {source.positionM, source.orientation};
    state.gain = static_cast<float>(std::pow(10.0, source.gainDb / 20.0));
    state.muted = source.muted;
    state.solo = solo;
    return state;
}

// Whether the engine can go from one source to the other without a new renderer.
bool onlySteered(Source before, const Source& after)
{
    before.positionM = after.positionM;
    before.orientation = after.orientation;
    before.gainDb = after.gainDb;
    before.muted = after.muted;
    before.name = after.name;
    before.label = after.label;
    return before == after;
}

bool onlySteered(const Scene& before, const Scene& after)
{
    if (before.sources.size() != after.sources.size())
        return false;
    for (std::size_t i = 0; i < after.sources.size(); ++i)
        if (!onlySteered(before.sources[i], after.sources[i]))
            return false;
    Listener listener = before.listener;
    listener.positionM = after.listener.positionM;
    listener.orientation = after.listener.orientation;
    return listener == after.listener && before.room == after.room && before.noise == after.noise &&
           before.durationS == after.durationS && before.seed == after.seed;
}

} // namespace

LivePlayer::LivePlayer(SceneDocument& document, QObject* parent) : QObject(parent), document_(document)
{
    inside_.moveToThread(&thread_);
    thread_.setObjectName(QStringLiteral("live scene"));
    thread_.start();
    settle_.setSingleShot(true);
    settle_.setInterval(sceneSettleMs);
    connect(&settle_, &QTimer::timeout, this, &LivePlayer::rebuild);
    connect(&document_, &SceneDocument::changed, this, &LivePlayer::onChanged);
}

LivePlayer::~LivePlayer()
{
    ++latest_;
    thread_.quit();
    thread_.wait();
}

void LivePlayer::prepare()
{
    if (source_->engine().scene() != nullptr && onlySteered(built_, document_.scene())) {
        followed_ = true;
        sendPoses();
        emit ready();
        return;
    }
    rebuild();
}

void LivePlayer::setSolo(const std::string& name, bool on)
{
    if (on)
        solo_.insert(name);
    else
        solo_.erase(name);
    sendPoses();
}

void LivePlayer::onChanged(const SceneChange& change)
{
    if (change.kind == SceneChange::Kind::Everything) { // another scene: wait until it is asked for
        followed_ = false;
        ++latest_;
        solo_.clear();
        return;
    }
    if (!followed_ || change.more)
        return;
    if (onlySteered(built_, document_.scene()))
        sendPoses();
    else if (!settle_.isActive())
        settle_.start();
}

void LivePlayer::rebuild()
{
    const int number = ++latest_;
    auto& engine = source_->engine();
    const std::int64_t frame = followed_ ? engine.position() : -1;
    QMetaObject::invokeMethod(
        &inside_,
        [this, number, scene = document_.scene(), folder = document_.folder(), states = states(), frame] {
            run(number, scene, folder, states, frame);
        },
        Qt::QueuedConnection);
}

// In thread_.
void LivePlayer::run(int number, const Scene& scene, const std::filesystem::path& folder,
                     const std::vector<LiveSourceState>& states, std::int64_t frame)
{
    if (number != latest_)
        return;
    try {
        LiveSceneInputs inputs;
        inputs.sceneFolder = folder;
        inputs.allowOutside = true; // what the user dropped into the scene was chosen by hand
        auto live = prepareLiveScene(scene, {}, inputs);
        const auto problems = live->problems;
        // A shared holder: a queued call must be copyable.
        auto holder =
            std::make_shared<std::unique_ptr<LiveRenderer>>(LiveEngine::makeRenderer(std::move(live), states, frame));
        QMetaObject::invokeMethod(
            this,
            [this, number, scene, holder, problems] {
                if (number != latest_)
                    return;
                built_ = scene;
                followed_ = true;
                source_->engine().setRenderer(std::move(*holder));
                onChanged({SceneChange::Kind::Settings, -1}); // what happened meanwhile
                for (const auto& problem : problems)
                    emit warned(QString::fromStdString(problem));
                emit ready();
            },
            Qt::QueuedConnection);
    } catch (const std::exception& e) {
        QMetaObject::invokeMethod(
            this,
            [this, number, reason = QString::fromStdString(e.what())] {
                if (number == latest_)
                    emit failed(reason);
            },
            Qt::QueuedConnection);
    }
}

std::vector<LiveSourceState> LivePlayer::states() const
{
    std::vector<LiveSourceState> states;
    for (const Source& source : document_.scene().sources)
        states.push_back(stateOf(source, isSolo(source.name)));
    return states;
}

void LivePlayer::sendPoses()
{
    auto& engine = source_->engine();
    const auto now = states();
    for (std::size_t i = 0; i < now.size(); ++i)
        engine.setSource(i, now[i]);
    const auto& listener = document_.scene().listener;
    engine.setListener({{listener.positionM, listener.orientation}, 0});
}

} // namespace binaurium
