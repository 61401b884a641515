// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/SceneDocument.h"

#include "core/scene/SceneFile.h"
#include "core/scene/SceneValidation.h"
#include "widgets/document/FileMove.h"

#include <algorithm>

namespace binaurium {
namespace {

// What undo and redo put back names the same files, too.
void moveFilesOf(const QUndoCommand& step, const FileMove& move)
{
    // The stack shows its steps as constants, but they are ours.
    if (auto* holder = dynamic_cast<HoldsFiles*>(const_cast<QUndoCommand*>(&step)))
        holder->moveFiles(move);
    for (int i = 0; i < step.childCount(); ++i)
        moveFilesOf(*step.child(i), move);
}

} // namespace

SceneDocument::SceneDocument(QObject* parent) : QObject(parent)
{
    reset();
}

void SceneDocument::replace(Scene scene, std::filesystem::path path, std::filesystem::path folder)
{
    scene_ = std::move(scene);
    path_ = std::move(path);
    folder_ = std::move(folder);
    undo_.clear();
    emit fileChanged();
    emit changed({SceneChange::Kind::Everything, -1});
}

void SceneDocument::reset()
{
    replace({}, {}, {});
}

std::filesystem::path SceneDocument::folder() const
{
    return path_.empty() ? folder_ : std::filesystem::absolute(path_).parent_path();
}

QString SceneDocument::displayName() const
{
    return path_.empty() ? tr("Untitled") : QString::fromStdString(path_.filename().string());
}

bool SceneDocument::load(const std::filesystem::path& path, QString* error)
{
    try {
        replace(readScene(path), path, {});
        return true;
    } catch (const std::exception& e) {
        *error = QString::fromStdString(e.what());
        return false;
    }
}

bool SceneDocument::loadAsTemplate(const std::filesystem::path& path, QString* error)
{
    try {
        replace(readScene(path), {}, std::filesystem::absolute(path).parent_path());
        return true;
    } catch (const std::exception& e) {
        *error = QString::fromStdString(e.what());
        return false;
    }
}

void SceneDocument::restore(Scene scene, std::filesystem::path path, std::filesystem::path folder)
{
    replace(std::move(scene), std::move(path), std::move(folder));
    undo_.resetClean();
    emit fileChanged();
}

bool SceneDocument::save(const std::filesystem::path& path, QString* error)
{
    try {
        Scene copy = scene_;
        // Files stay the same files when the scene moves to another folder.
        const auto from = folder();
        const auto to = std::filesystem::absolute(path).parent_path();
        const FileMove move(from, to);
        const bool moves = from != to && !from.empty();
        if (moves) {
            for (Source& source : copy.sources)
                move.apply(source);
            move.apply(copy.listener);
            move.apply(copy.room);
        }
        requireValid(copy, path.filename().string());
        writeScene(copy, path);
        if (moves)
            for (int i = 0; i < undo_.count(); ++i)
                moveFilesOf(*undo_.command(i), move);
        const bool moved = !(copy == scene_);
        scene_ = std::move(copy);
        path_ = path;
        undo_.setClean();
        emit fileChanged();
        if (moved)
            emit changed({SceneChange::Kind::Everything, -1});
        return true;
    } catch (const std::exception& e) {
        *error = QString::fromStdString(e.what());
        return false;
    }
}

std::string SceneDocument::freeName(const std::string& wish) const
{
    const auto taken = [&](const std::string& name) {
        return std::any_of(scene_.sources.begin(), scene_.sources.end(),
                           [&](const Source& s) { return s.name == name; });
    };
    std::string name = wish;
    for (int number = 2; taken(name); ++number)
        name = wish + " " + std::to_string(number);
    return name;
}

} // namespace binaurium
