// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/SoundFiles.h"

#include "core/scene/SceneFile.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "widgets/document/ObjectCommands.h"

#include <QCoreApplication>

namespace binaurium {
namespace {

namespace fs = std::filesystem;

struct SoundFileWords
{
    Q_DECLARE_TR_FUNCTIONS(SoundFiles)
};

fs::path fileOf(const SceneDocument& document, int object)
{
    const auto& sound = document.scene().sources[static_cast<std::size_t>(object)].sound;
    return sound.file.empty() ? fs::path() : resolveSceneFile(document.folder(), sound.file, true);
}

bool isFile(const fs::path& path)
{
    std::error_code code;
    return fs::is_regular_file(path, code);
}

// `path` with the folders that differ between `before` and `after` exchanged; empty where it does not lie there.
fs::path movedLike(const fs::path& path, const fs::path& before, const fs::path& after)
{
    fs::path from = before.parent_path(), to = after.parent_path();
    while (!from.empty() && from.has_filename() && from.filename() == to.filename()) {
        from = from.parent_path();
        to = to.parent_path();
    }
    const fs::path below = path.lexically_relative(from);
    return below.empty() || *below.begin() == ".." ? fs::path() : to / below;
}

// A name that nothing in `folder` has; `path` itself where the same content is there already.
fs::path freePlace(const fs::path& folder, const fs::path& path)
{
    fs::path place = folder / path.filename();
    for (int number = 2; isFile(place) && readFile(place) != readFile(path); ++number)
        place = folder / (path.stem().string() + "-" + std::to_string(number) + path.extension().string());
    return place;
}

} // namespace

std::vector<int> sourcesWithoutSound(const SceneDocument& document)
{
    std::vector<int> missing;
    for (int i = 0; i < static_cast<int>(document.scene().sources.size()); ++i)
        if (const fs::path file = fileOf(document, i); !file.empty() && !isFile(file))
            missing.push_back(i);
    return missing;
}

int repairSounds(SceneDocument& document, int source, const fs::path& found)
{
    const fs::path before = fileOf(document, source);
    std::vector<int> repaired;
    std::vector<std::string> files;
    for (const int object : sourcesWithoutSound(document)) {
        const fs::path file = object == source ? found : movedLike(fileOf(document, object), before, found);
        if (!isFile(file))
            continue;
        repaired.push_back(object);
        files.push_back(fs::absolute(file).string());
    }
    std::size_t next = 0;
    editObjects(document, SoundFileWords::tr("Locate sounds"), repaired,
                [&](Scene& scene, int object) { sourceAt(scene, object).sound.file = files[next++]; });
    return static_cast<int>(repaired.size());
}

int collectSounds(SceneDocument& document)
{
    if (document.path().empty())
        throw missing("the scene has no file yet", "save it first");
    std::string name = document.path().filename().string();
    name = name.substr(0, name.find('.'));
    const fs::path folder = document.folder() / (name + "-sounds");
    std::vector<int> collected;
    std::vector<std::string> files;
    for (int i = 0; i < static_cast<int>(document.scene().sources.size()); ++i) {
        const fs::path file = fileOf(document, i);
        const fs::path inside = file.lexically_relative(fs::weakly_canonical(document.folder()));
        if (!isFile(file) || (!inside.empty() && *inside.begin() != ".."))
            continue;
        fs::create_directories(folder);
        const fs::path place = freePlace(folder, file);
        if (!isFile(place))
            replaceFileAtomically(
                place, [&](const fs::path& part) { fs::copy_file(file, part, fs::copy_options::overwrite_existing); });
        collected.push_back(i);
        files.push_back((folder.filename() / place.filename()).string());
    }
    std::size_t next = 0;
    editObjects(document, SoundFileWords::tr("Collect sounds"), collected,
                [&](Scene& scene, int object) { sourceAt(scene, object).sound.file = files[next++]; });
    return static_cast<int>(collected.size());
}

} // namespace binaurium
