// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/ObjectCommands.h"

#include "core/scene/SceneValidation.h"
#include "widgets/document/SceneCommands.h"

#include <QCoreApplication>
#include <algorithm>

namespace binaurium {
namespace {

struct ObjectWords
{
    Q_DECLARE_TR_FUNCTIONS(ObjectCommands)
};

// Every place that belongs to an object: where it rests, or the waypoints of its path.
template <typename Visit>
void forEachPlace(const Scene& scene, int object, const Visit& visit)
{
    const Trajectory& path = trajectoryOf(scene, object);
    visit(positionOf(scene, object));
    for (const Waypoint& point : path.waypoints)
        visit(point.positionM);
}

// A source may not sit inside the head: what was moved gives way, along the line between them.
void keepOffTheHead(Scene& scene, const std::vector<int>& moved)
{
    constexpr double apartM = 1.001 * SceneLimits::nearestSourceM; // clear of the limit after rounding
    const bool listenerMoved = std::find(moved.begin(), moved.end(), listenerObject) != moved.end();
    if (!scene.listener.trajectory.empty())
        return;
    for (std::size_t i = 0; i < scene.sources.size(); ++i) {
        Source& source = scene.sources[i];
        const bool sourceMoved = std::find(moved.begin(), moved.end(), static_cast<int>(i)) != moved.end();
        if ((!sourceMoved && !listenerMoved) || !source.trajectory.empty())
            continue;
        const Vec3 gap = source.positionM - scene.listener.positionM;
        const double distance = length(gap);
        if (distance >= SceneLimits::nearestSourceM)
            continue;
        const Vec3 away = distance > 0.0 ? (apartM / distance) * gap : Vec3{apartM, 0.0, 0.0};
        if (sourceMoved)
            source.positionM = scene.listener.positionM + away;
        else
            scene.listener.positionM = source.positionM - away;
    }
}

} // namespace

ChangeObjects::ChangeObjects(SceneDocument& document, const QString& text, const Scene& changed,
                             std::vector<int> objects, std::uint64_t mergeKey, With with)
    : QUndoCommand(text), document_(document), mergeKey_(mergeKey), objects_(std::move(objects)), with_(with),
      values_(valuesOf(changed)), original_(valuesOf(document.scene()))
{}

ChangeObjects::Values ChangeObjects::valuesOf(const Scene& scene) const
{
    Values values;
    if (with_ == With::Room)
        values.room = scene.room;
    for (const int object : objects_)
        if (object == listenerObject)
            values.listener = scene.listener;
        else
            values.sources.push_back(sourceAt(scene, object));
    return values;
}

void ChangeObjects::moveFiles(const FileMove& move)
{
    for (Values* values : {&values_, &original_}) {
        for (Source& source : values->sources)
            move.apply(source);
        if (values->listener)
            move.apply(*values->listener);
        if (values->room)
            move.apply(*values->room);
    }
}

int ChangeObjects::id() const
{
    return mergeKey_ == 0 ? -1 : static_cast<int>(CommandId::ChangeObjects);
}

bool ChangeObjects::mergeWith(const QUndoCommand* other)
{
    const auto* next = dynamic_cast<const ChangeObjects*>(other);
    if (next == nullptr || next->mergeKey_ != mergeKey_ || next->objects_ != objects_ || next->with_ != with_)
        return false;
    // The scene already holds the newer values; what undo restores is still ours.
    setObsolete(valuesOf(document_.scene()) == original_);
    return true;
}

void ChangeObjects::exchange()
{
    Scene& scene = document_.mutableScene();
    std::size_t next = 0;
    if (values_.room)
        std::swap(scene.room, *values_.room);
    for (const int object : objects_)
        if (object == listenerObject)
            std::swap(scene.listener, *values_.listener);
        else
            std::swap(sourceAt(scene, object), values_.sources[next++]);
    if (values_.room)
        document_.announce({SceneChange::Kind::Room, -1, !objects_.empty()});
    for (std::size_t i = 0; i < objects_.size(); ++i) {
        const bool isListener = objects_[i] == listenerObject;
        document_.announce({isListener ? SceneChange::Kind::Listener : SceneChange::Kind::Source,
                            isListener ? -1 : objects_[i], i + 1 < objects_.size()});
    }
}

void editObjects(SceneDocument& document, const QString& text, const std::vector<int>& objects,
                 const std::function<void(Scene&, int object)>& edit, std::uint64_t mergeKey)
{
    Scene changed = document.scene();
    for (const int object : objects)
        edit(changed, object);
    if (!objects.empty() && !(changed == document.scene()))
        document.push(new ChangeObjects(document, text, changed, objects, mergeKey));
}

QString exchangeObjects(SceneDocument& document, const QString& text, const Scene& changed,
                        const std::vector<int>& objects, std::uint64_t mergeKey)
{
    if (changed == document.scene())
        return {};
    QString why = problemMadeBy(document.scene(), changed);
    if (why.isEmpty())
        document.push(new ChangeObjects(document, text, changed, objects, mergeKey));
    return why;
}

void moveObjects(SceneDocument& document, const Scene& start, const std::vector<int>& objects, const Vec3& deltaM,
                 std::uint64_t mergeKey)
{
    Scene changed = start;
    const Vec3 delta = allowedMove(start, objects, deltaM);
    for (const int object : objects)
        translateObject(changed, object, delta);
    keepOffTheHead(changed, objects);
    for (const int object : objects)
        putInside(changed, object);
    const bool onPaths = !changed.listener.trajectory.empty() || std::ranges::any_of(objects, [&](int object) {
        return !trajectoryOf(changed, object).empty();
    });
    if (changed == document.scene() || (onPaths && !problemMadeBy(document.scene(), changed).isEmpty()))
        return;
    document.push(new ChangeObjects(document, ObjectWords::tr("Move %1").arg(nameOf(start, objects)), changed, objects,
                                    mergeKey));
}

Vec3 allowedMove(const Scene& scene, const std::vector<int>& objects, const Vec3& deltaM)
{
    constexpr double margin = SceneLimits::wallMarginM;
    const Vec3& size = scene.room.sizeM;
    Vec3 low{-1e9, -1e9, -1e9}, high{1e9, 1e9, 1e9};
    for (const int object : objects)
        forEachPlace(scene, object, [&](const Vec3& p) {
            low = {std::max(low.x, margin - p.x), std::max(low.y, margin - p.y), std::max(low.z, margin - p.z)};
            high = {std::min(high.x, size.x - margin - p.x), std::min(high.y, size.y - margin - p.y),
                    std::min(high.z, size.z - margin - p.z)};
        });
    const auto within = [](double value, double lowest, double highest) {
        return std::min(std::max(value, std::min(lowest, 0.0)), std::max(highest, 0.0));
    };
    return {within(deltaM.x, low.x, high.x), within(deltaM.y, low.y, high.y), within(deltaM.z, low.z, high.z)};
}

void translateObject(Scene& scene, int object, const Vec3& deltaM)
{
    Vec3& position = object == listenerObject ? scene.listener.positionM : sourceAt(scene, object).positionM;
    position = position + deltaM;
    for (Waypoint& point : trajectoryOf(scene, object).waypoints)
        point.positionM = point.positionM + deltaM;
}

void putInside(Scene& scene, int object)
{
    Vec3& position = object == listenerObject ? scene.listener.positionM : sourceAt(scene, object).positionM;
    position = insideRoom(scene.room, position);
    for (Waypoint& point : trajectoryOf(scene, object).waypoints)
        point.positionM = insideRoom(scene.room, point.positionM);
}

const Vec3& startOf(const Scene& scene, int object)
{
    const Trajectory& path = trajectoryOf(scene, object);
    return path.empty() ? positionOf(scene, object) : path.waypoints.front().positionM;
}

QString newProblem(const Scene& before, const Scene& after)
{
    const auto now = sceneProblems(after);
    const auto then = sceneProblems(before);
    for (const auto& problem : now)
        if (std::find(then.begin(), then.end(), problem) == then.end())
            return QString::fromStdString(problem);
    return {};
}

QString problemMadeBy(const Scene& before, const Scene& after)
{
    return sceneProblems(before).empty() ? newProblem(before, after) : QString();
}

std::vector<int> allObjects(const Scene& scene)
{
    std::vector<int> objects;
    for (int object = listenerObject; object < static_cast<int>(scene.sources.size()); ++object)
        objects.push_back(object);
    return objects;
}

const Vec3& positionOf(const Scene& scene, int object)
{
    return object == listenerObject ? scene.listener.positionM : sourceAt(scene, object).positionM;
}

const Trajectory& trajectoryOf(const Scene& scene, int object)
{
    return object == listenerObject ? scene.listener.trajectory : sourceAt(scene, object).trajectory;
}

Trajectory& trajectoryOf(Scene& scene, int object)
{
    return object == listenerObject ? scene.listener.trajectory : sourceAt(scene, object).trajectory;
}

Orientation& orientationOf(Scene& scene, int object)
{
    return object == listenerObject ? scene.listener.orientation : sourceAt(scene, object).orientation;
}

QString nameOf(const Scene& scene, const std::vector<int>& objects)
{
    if (objects.size() != 1)
        return ObjectWords::tr("%n object(s)", nullptr, static_cast<int>(objects.size()));
    return objects.front() == listenerObject
               ? ObjectWords::tr("listener")
               : ObjectWords::tr("'%1'").arg(QString::fromStdString(sourceAt(scene, objects.front()).name));
}

} // namespace binaurium
