// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <filesystem>

namespace binaurium {

// Lets the relative files that a scene names stay the same files when the scene moves from one folder to another.
class FileMove
{
public:
    FileMove(std::filesystem::path from, std::filesystem::path to) : from_(std::move(from)), to_(std::move(to)) {}

    void apply(Source& source) const { apply(source.sound.file); }
    void apply(Listener& listener) const;
    void apply(Room& room) const { apply(room.measured); }

private:
    void apply(std::string& file) const; // empty and absolute ones stay

    std::filesystem::path from_, to_;
};

// A step of the undo history that keeps parts of the scene, and so names of files.
class HoldsFiles
{
public:
    virtual void moveFiles(const FileMove& move) = 0;

protected:
    ~HoldsFiles() = default;
};

} // namespace binaurium
