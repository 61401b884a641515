// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/support/DataPaths.h"
#include "core/support/Error.h"

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <string>

// Files of tests: fixtures of the source tree, scratch folders, and errors by kind.
namespace binaurium::test {

[[nodiscard]] inline std::filesystem::path sourceFile(const std::string& relative)
{
    return std::filesystem::path(BINAURIUM_SOURCE_DIR) / relative;
}

// Base weight by id and file; empty where it was not fetched.
[[nodiscard]] inline std::filesystem::path weightFile(const std::string& id, const std::string& file)
{
    return findData(std::filesystem::path("weights") / id / file);
}

[[nodiscard]] inline std::filesystem::path scratch(const QTemporaryDir& folder, const std::string& name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

inline void writeBytes(const std::filesystem::path& path, const std::string& bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

// Runs `body`; its Error's sentence, or "" when nothing was thrown. `kind` gets the class of the error.
template <typename Body>
[[nodiscard]] std::string errorOf(const Body& body, ErrorKind* kind = nullptr)
{
    try {
        body();
    } catch (const Error& error) {
        if (kind != nullptr)
            *kind = error.kind();
        return error.what();
    }
    return {};
}

} // namespace binaurium::test
