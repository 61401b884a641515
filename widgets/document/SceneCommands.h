// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/FileMove.h"
#include "widgets/document/SceneDocument.h"

#include <QUndoCommand>
#include <functional>
#include <utility>

namespace binaurium {

// Ids by which QUndoStack finds commands that may merge; one list, so that none is used twice.
enum class CommandId { ChangeObjects = 1, ChangeRoom, ChangeSettings };

// Exchanges one value of the scene. Steps with the same id and merge key become one ("a drag is one step"); a step that
// ends where it began vanishes.
template <typename T>
class ChangeValue : public QUndoCommand
{
public:
    using Access = std::function<T&(Scene&)>;

    // `mergeKey` names the object and property and, for drags, the drag; 0 never merges.
    ChangeValue(SceneDocument& document, const QString& text, CommandId id, std::uint64_t mergeKey, SceneChange change,
                Access access, T value)
        : QUndoCommand(text), document_(document), id_(id), mergeKey_(mergeKey), change_(change),
          access_(std::move(access)), value_(std::move(value)), original_(access_(document.mutableScene()))
    {}

    void redo() override { exchange(); }
    void undo() override { exchange(); }
    [[nodiscard]] int id() const override { return mergeKey_ == 0 ? -1 : static_cast<int>(id_); }

    bool mergeWith(const QUndoCommand* other) override
    {
        const auto* next = dynamic_cast<const ChangeValue*>(other);
        if (next == nullptr || next->mergeKey_ != mergeKey_)
            return false;
        // The scene already holds the newer value; what undo restores is still ours.
        setObsolete(access_(document_.mutableScene()) == original_);
        return true;
    }

private:
    void exchange()
    {
        std::swap(access_(document_.mutableScene()), value_);
        document_.announce(change_);
    }

    SceneDocument& document_;
    CommandId id_;
    std::uint64_t mergeKey_;
    SceneChange change_;
    Access access_;
    T value_; // what the next exchange puts into the scene
    T original_;
};

class AddSource : public QUndoCommand, public HoldsFiles
{
public:
    AddSource(SceneDocument& document, Source source);
    void redo() override;
    void undo() override;
    void moveFiles(const FileMove& move) override { move.apply(source_); }

private:
    SceneDocument& document_;
    Source source_;
    int index_;
};

class RemoveSource : public QUndoCommand, public HoldsFiles
{
public:
    RemoveSource(SceneDocument& document, int index);
    void redo() override;
    void undo() override;
    void moveFiles(const FileMove& move) override { move.apply(source_); }

private:
    SceneDocument& document_;
    Source source_;
    int index_;
};

// The commands that views push. Positions are kept inside the room. `mergeKey` as in ChangeValue.
void moveSource(SceneDocument& document, int index, const Vec3& positionM, std::uint64_t mergeKey);
void moveListener(SceneDocument& document, const Vec3& positionM, std::uint64_t mergeKey);
void rotateListener(SceneDocument& document, double yawDeg, std::uint64_t mergeKey);
void changeSource(SceneDocument& document, int index, const QString& text, const Source& value,
                  std::uint64_t mergeKey = 0);
// Objects that would lie outside of the new room are moved inside in the same step; returns how many. Where that makes
// a scene that cannot be (a source in the head), nothing changes and `problem` says why.
int changeRoom(SceneDocument& document, const QString& text, const Room& room, std::uint64_t mergeKey = 0,
               QString* problem = nullptr);
// The listener's head: "default" or the path of a SOFA file.
void changeHead(SceneDocument& document, const std::string& head);
void changeDuration(SceneDocument& document, double durationS);
// One number of the scene that belongs to no object.
void changeSetting(SceneDocument& document, const QString& text, double value,
                   const std::function<double&(Scene&)>& access);

// The nearest allowed position inside `room`.
[[nodiscard]] Vec3 insideRoom(const Room& room, const Vec3& positionM);
// A key that no earlier drag had.
[[nodiscard]] std::uint64_t newMergeKey();

} // namespace binaurium
