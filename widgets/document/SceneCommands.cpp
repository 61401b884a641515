// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/SceneCommands.h"

#include "core/scene/SceneValidation.h"

#include <QCoreApplication>
#include <algorithm>

namespace binaurium {
namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(SceneCommands)
};

QString nameOf(const Source& source)
{
    return QString::fromStdString(source.name);
}

} // namespace

AddSource::AddSource(SceneDocument& document, Source source)
    : QUndoCommand(Words::tr("Add '%1'").arg(nameOf(source))), document_(document), source_(std::move(source)),
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
    : QUndoCommand(Words::tr("Delete '%1'").arg(nameOf(document.scene().sources[static_cast<std::size_t>(index)]))),
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
    const auto i = static_cast<std::size_t>(index);
    document.push(new ChangeValue<Vec3>(
        document, Words::tr("Move '%1'").arg(nameOf(document.scene().sources[i])), CommandId::MoveObject, mergeKey,
        {SceneChange::Kind::Source, index}, [i](Scene& s) -> Vec3& { return s.sources[i].positionM; },
        insideRoom(document.scene().room, positionM)));
}

void moveListener(SceneDocument& document, const Vec3& positionM, std::uint64_t mergeKey)
{
    document.push(new ChangeValue<Vec3>(
        document, Words::tr("Move listener"), CommandId::MoveObject, mergeKey, {SceneChange::Kind::Listener, -1},
        [](Scene& s) -> Vec3& { return s.listener.positionM; }, insideRoom(document.scene().room, positionM)));
}

void rotateListener(SceneDocument& document, double yawDeg, std::uint64_t mergeKey)
{
    document.push(new ChangeValue<double>(
        document, Words::tr("Turn listener"), CommandId::RotateListener, mergeKey, {SceneChange::Kind::Listener, -1},
        [](Scene& s) -> double& { return s.listener.orientation.yawDeg; }, wrapDegrees(yawDeg)));
}

void changeSource(SceneDocument& document, int index, const QString& what, const Source& value, std::uint64_t mergeKey)
{
    const auto i = static_cast<std::size_t>(index);
    if (document.scene().sources[i] == value)
        return;
    document.push(new ChangeValue<Source>(
        document, what, CommandId::ChangeSource, mergeKey, {SceneChange::Kind::Source, index},
        [i](Scene& s) -> Source& { return s.sources[i]; }, value));
}

void changeRoom(SceneDocument& document, const QString& what, const Room& room, std::uint64_t mergeKey)
{
    if (document.scene().room == room)
        return;
    document.undoStack().beginMacro(what);
    document.push(new ChangeValue<Room>(
        document, what, CommandId::ChangeRoom, mergeKey, {SceneChange::Kind::Room, -1},
        [](Scene& s) -> Room& { return s.room; }, room));
    if (!(insideRoom(room, document.scene().listener.positionM) == document.scene().listener.positionM))
        moveListener(document, document.scene().listener.positionM, 0);
    for (int i = 0; i < static_cast<int>(document.scene().sources.size()); ++i) {
        const Vec3 p = document.scene().sources[static_cast<std::size_t>(i)].positionM;
        if (!(insideRoom(room, p) == p))
            moveSource(document, i, p, 0);
    }
    document.undoStack().endMacro();
}

void changeHead(SceneDocument& document, const std::string& head)
{
    document.push(new ChangeValue<std::string>(
        document, Words::tr("Change head"), CommandId::ChangeSettings, 0, {SceneChange::Kind::Listener, -1},
        [](Scene& scene) -> std::string& { return scene.listener.head; }, head));
}

void changeDuration(SceneDocument& document, double durationS)
{
    if (document.scene().durationS == durationS)
        return;
    document.push(new ChangeValue<double>(
        document, Words::tr("Change duration"), CommandId::ChangeSettings, 1, {SceneChange::Kind::Settings, -1},
        [](Scene& s) -> double& { return s.durationS; }, durationS));
}

} // namespace binaurium
