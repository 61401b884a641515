// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/FileMove.h"
#include "widgets/document/SceneDocument.h"

#include <QUndoCommand>
#include <functional>
#include <optional>
#include <vector>

namespace binaurium {

// Exchanges whole objects, some sources and perhaps the listener, and perhaps the room, as one step. Steps with the
// same merge key over the same objects become one; a step that ends where it began vanishes.
class ChangeObjects : public QUndoCommand, public HoldsFiles
{
public:
    enum class With { ObjectsOnly, Room };
    // The new values of `objects` are taken from `changed`. `mergeKey` names the drag or field; 0 never merges.
    ChangeObjects(SceneDocument& document, const QString& text, const Scene& changed, std::vector<int> objects,
                  std::uint64_t mergeKey, With with = With::ObjectsOnly);

    void redo() override { exchange(); }
    void undo() override { exchange(); }
    [[nodiscard]] int id() const override;
    bool mergeWith(const QUndoCommand* other) override;
    void moveFiles(const FileMove& move) override;

private:
    struct Values
    {
        std::vector<Source> sources; // as in objects_, without the listener
        std::optional<Listener> listener;
        std::optional<Room> room;
        friend bool operator==(const Values&, const Values&) = default;
    };
    [[nodiscard]] Values valuesOf(const Scene& scene) const;
    void exchange();

    SceneDocument& document_;
    std::uint64_t mergeKey_;
    std::vector<int> objects_;
    With with_;
    Values values_; // what the next exchange puts into the scene
    Values original_;
};

// Applies `edit` to every object (listenerObject for the listener) as one step; nothing is pushed where it changes
// nothing.
void editObjects(SceneDocument& document, const QString& text, const std::vector<int>& objects,
                 const std::function<void(Scene&, int object)>& edit, std::uint64_t mergeKey = 0);

// Puts objects as they are in `changed` into the scene as one step. Where that makes a scene that cannot be, nothing
// changes and the sentence says why.
[[nodiscard]] QString exchangeObjects(SceneDocument& document, const QString& text, const Scene& changed,
                                      const std::vector<int>& objects, std::uint64_t mergeKey);

// Moves objects by `deltaM` from where they are in `start` (paths move along), as far as all of them stay inside of the
// room; a source stays off the listener's head, and a path that would lead through it is not moved at all. The step
// says what is moved.
void moveObjects(SceneDocument& document, const Scene& start, const std::vector<int>& objects, const Vec3& deltaM,
                 std::uint64_t mergeKey);

// The part of `deltaM` by which the objects can move and stay inside of the room together.
[[nodiscard]] Vec3 allowedMove(const Scene& scene, const std::vector<int>& objects, const Vec3& deltaM);
// Moves the object's resting place and path.
void translateObject(Scene& scene, int object, const Vec3& deltaM);
// The nearest place to the path's or object's that lies in the room.
void putInside(Scene& scene, int object);

// Where an object is at first: the start of its path, or where it rests.
[[nodiscard]] const Vec3& startOf(const Scene& scene, int object);
// What is wrong with `after` that was not wrong with `before`, as a sentence; empty where nothing is.
[[nodiscard]] QString newProblem(const Scene& before, const Scene& after);
// The same where `before` was in order: who mends a scene that is not may go through others that are not.
[[nodiscard]] QString problemMadeBy(const Scene& before, const Scene& after);
[[nodiscard]] std::vector<int> allObjects(const Scene& scene); // the listener first
[[nodiscard]] const Vec3& positionOf(const Scene& scene, int object);
[[nodiscard]] const Trajectory& trajectoryOf(const Scene& scene, int object);
[[nodiscard]] Trajectory& trajectoryOf(Scene& scene, int object);
[[nodiscard]] Orientation& orientationOf(Scene& scene, int object);
// "'Kettle'", "listener" or "3 objects", for the words of a step.
[[nodiscard]] QString nameOf(const Scene& scene, const std::vector<int>& objects);

} // namespace binaurium
