// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/DataPaths.h"

#include "core/support/Error.h"

#include <cstdlib>

namespace binaurium {
namespace fs = std::filesystem;
namespace {

fs::path& explicitFolder()
{
    static fs::path folder;
    return folder;
}

fs::path environmentPath(const char* name)
{
    const char* value = std::getenv(name);
    return value != nullptr ? fs::path(value) : fs::path();
}

// XDG base directory: the variable when it is absolute (as the specification demands), else the default below HOME.
fs::path xdgFolder(const char* variable, const char* fallback)
{
    const auto value = environmentPath(variable);
    const auto home = environmentPath("HOME");
    return (value.is_absolute() ? value : (home.empty() ? fs::path("/tmp") : home) / fallback) / "binaurium";
}

fs::path programFolder()
{
    std::error_code code;
    const auto program = fs::read_symlink("/proc/self/exe", code);
    return code ? fs::path() : program.parent_path();
}

} // namespace

void setDataFolder(const fs::path& folder)
{
    explicitFolder() = folder;
}

std::vector<fs::path> dataFolders()
{
    std::vector<fs::path> folders;
    if (!explicitFolder().empty())
        folders.push_back(explicitFolder());
    if (const auto folder = environmentPath("BINAURIUM_DATA"); !folder.empty())
        folders.push_back(folder);
    folders.push_back(xdgFolder("XDG_DATA_HOME", ".local/share"));
    const auto program = programFolder();
    folders.push_back(program.parent_path() / "share" / "binaurium");
    // In the build tree the program is SOURCE/build/PRESET/bin/NAME or SOURCE/build/PRESET/tests/NAME.
    const auto source = program.parent_path().parent_path().parent_path();
    if (fs::exists(source / "CMakePresets.json")) {
        folders.push_back(source);
        folders.push_back(source / "build" / "deps");
    }
    return folders;
}

fs::path findData(const fs::path& relative)
{
    std::error_code code;
    for (const auto& folder : dataFolders())
        if (fs::exists(folder / relative, code))
            return folder / relative;
    return {};
}

fs::path requireHelper(const std::string& name)
{
    std::error_code code;
    const auto folder = programFolder();
    for (const auto& place : {folder, folder.parent_path() / "libexec" / "binaurium", folder.parent_path() / "bin"})
        if (fs::exists(place / name, code))
            return place / name;
    throw missing(name + ", a part of the program, is not beside it", "install the program anew");
}

fs::path requireData(const fs::path& relative, const std::string& advice)
{
    auto found = findData(relative);
    if (found.empty())
        throw missing(relative.string() + " is not on this computer", advice);
    return found;
}

fs::path userDataFolder()
{
    if (!explicitFolder().empty())
        return explicitFolder();
    if (const auto folder = environmentPath("BINAURIUM_DATA"); !folder.empty())
        return folder;
    return xdgFolder("XDG_DATA_HOME", ".local/share");
}

fs::path cacheFolder()
{
    return xdgFolder("XDG_CACHE_HOME", ".cache");
}

fs::path stateFolder()
{
    return xdgFolder("XDG_STATE_HOME", ".local/state");
}

} // namespace binaurium
