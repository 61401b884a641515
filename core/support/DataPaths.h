// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace binaurium {

// Where things live (docs/architecture.md): an explicit folder, BINAURIUM_DATA, $XDG_DATA_HOME/binaurium, the install
// prefix (../share/binaurium beside the program), the build tree; searched in this order.
[[nodiscard]] std::vector<std::filesystem::path> dataFolders();
// The folder of --data-dir; empty for none. Set once at start-up, before any look-up.
void setDataFolder(const std::filesystem::path& folder);

// First existing dataFolder/relative; empty when there is none.
[[nodiscard]] std::filesystem::path findData(const std::filesystem::path& relative);
// The same, but throws Missing with `advice`.
[[nodiscard]] std::filesystem::path requireData(const std::filesystem::path& relative, const std::string& advice);

// A program of ours that others start: beside the running one, in PREFIX/libexec/binaurium, or in the build's bin/.
// Throws Missing.
[[nodiscard]] std::filesystem::path requireHelper(const std::string& name);

// Writable folder for downloads and models: the first of --data-dir, BINAURIUM_DATA, $XDG_DATA_HOME/binaurium.
[[nodiscard]] std::filesystem::path userDataFolder();
[[nodiscard]] std::filesystem::path cacheFolder(); // $XDG_CACHE_HOME/binaurium
[[nodiscard]] std::filesystem::path stateFolder(); // $XDG_STATE_HOME/binaurium (autosave, history, index)

} // namespace binaurium
