// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/SceneCommands.h"

#include "core/scene/SceneValidation.h"
#include "widgets/document/ObjectCommands.h"

#include <QCoreApplication>
#include <algorithm>

namespace binaurium {
namespace {

struct CommandWords
{
    Q_DECLARE_TR_FUNCTIONS(SceneCommands)
};

QString nameOf(const Source& source)
{
    return QString::fromStdString(source.name);
}

} // namespace

AddSource::AddSource(SceneDocument& document, Source source)
    : QUndoCommand(CommandWords::tr("Add '%1'").arg(nameOf(source))), document_(document), source_(std::move(source)),
      index_(static_cast<int>(document.scene().sources.size()))
{}

void AddSource::redo()
{
    document_.mutableScene().sources.push_back(source_);
    document_.announce({SceneChange::Kind::SourceAdded, index_});
}

void AddSource::undo()
{
    document_.mutableScene().sources.pop_back();
    document_.announce({SceneChange::Kind::SourceRemoved, index_});
}

RemoveSource::RemoveSource(SceneDocument& document, int index)
    : QUndoCommand(
          CommandWords::tr("Delete '%1'").arg(nameOf(document.scene().sources[static_cast<std::size_t>(index)]))),
      document_(document), source_(document.scene().sources[static_cast<std::size_t>(index)]), index_(index)
{}

void RemoveSource::redo()
{
    auto& sources = document_.mutableScene().sources;
    sources.erase(sources.begin() + index_);
    document_.announce({SceneChange::Kind::SourceRemoved, index_});
}

void RemoveSource::undo()
{
    auto& sources = document_.mutableScene().sources;
    sources.insert(sources.begin() + index_, source_);
    document_.announce({SceneChange::Kind::SourceAdded, index_});
}

Vec3 insideRoom(const Room& room, const Vec3& p)
{
    constexpr double margin = SceneLimits::wallMarginM;
    return {std::clamp(p.x, margin, room.sizeM.x - margin), std::clamp(p.y, margin, room.sizeM.y - margin),
            std::clamp(p.z, margin, room.sizeM.z - margin)};
}

std::uint64_t newMergeKey()
{
    static std::uint64_t key = 1ULL << 32; // below: keys that views make from object and property
    return ++key;
}

void moveSource(SceneDocument& document, int index, const Vec3& positionM, std::uint64_t mergeKey)
{
    moveObjects(document, document.scene(), {index}, positionM - positionOf(document.scene(), index), mergeKey);
}

void moveListener(SceneDocument& document, const Vec3& positionM, std::uint64_t mergeKey)
{
    moveSource(document, listenerObject, positionM, mergeKey);
}

void rotateListener(SceneDocument& document, double yawDeg, std::uint64_t mergeKey)
{
    editObjects(
        document, CommandWords::tr("Turn listener"), {listenerObject},
        [&](Scene& scene, int) { scene.listener.orientation.yawDeg = wrapDegrees(yawDeg); }, mergeKey);
}

void changeSource(SceneDocument& document, int index, const QString& what, const Source& value, std::uint64_t mergeKey)
{
    editObjects(
        document, what, {index},
        [&](Scene& scene, int object) { scene.sources[static_cast<std::size_t>(object)] = value; }, mergeKey);
}

int changeRoom(SceneDocument& document, const QString& what, const Room& room, std::uint64_t mergeKey, QString* problem)
{
    Scene changed = document.scene();
    if (changed.room == room)
        return 0;
    changed.room = room;
    const auto objects = allObjects(changed);
    int moved = 0;
    for (const int object : objects) {
        const Vec3 before = positionOf(changed, object);
        const Trajectory path = trajectoryOf(changed, object);
        putInside(changed, object);
        moved += positionOf(changed, object) == before && trajectoryOf(changed, object) == path ? 0 : 1;
    }
    if (const QString why = problemMadeBy(document.scene(), changed); !why.isEmpty()) {
        if (problem != nullptr)
            *problem = why;
        return 0;
    }
    document.push(new ChangeObjects(document, what, changed, objects, mergeKey, ChangeObjects::With::Room));
    return moved;
}

void changeHead(SceneDocument& document, const std::string& head)
{
    editObjects(document, CommandWords::tr("Change head"), {listenerObject},
                [&](Scene& scene, int) { scene.listener.head = head; });
}

void changeDuration(SceneDocument& document, double durationS)
{
    changeSetting(document, CommandWords::tr("Change duration"), durationS,
                  [](Scene& scene) -> double& { return scene.durationS; });
}

void changeSetting(SceneDocument& document, const QString& text, double value,
                   const std::function<double&(Scene&)>& access)
{
    const double before = access(document.mutableScene());
    if (before == value)
        return;
    const auto key = qHash(text) % (1U << 15) + 1; // edits of the same setting become one step
    document.push(new ChangeValue<double>(document, text, CommandId::ChangeSettings, key,
                                          {SceneChange::Kind::Settings, -1}, access, value));
}

} // namespace binaurium
