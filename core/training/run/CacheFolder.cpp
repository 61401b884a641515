// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/CacheFolder.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

namespace binaurium {
namespace {

constexpr auto keyFile = "cache.json";

std::string shown(const Json& value)
{
    return value.is_null() ? "nothing" : value.dump();
}

} // namespace

bool holdsCache(const std::filesystem::path& folder, const Json& key)
{
    const auto path = folder / keyFile;
    if (!std::filesystem::exists(path))
        return false;
    const Json there = readJson(path);
    if (there == key)
        return true;
    if (there.is_object())
        for (const auto& [name, value] : key.items()) {
            const Json other = there.contains(name) ? there[name] : Json();
            if (other != value)
                throw badInput(folder.string(), "was made from another " + name + " (" + shown(other) + " there, " +
                                                    shown(value) + " here); name another folder, or remove this one");
        }
    throw badInput(path.string(), "is no description of a cache; name another folder, or remove this one");
}

void finishCache(const std::filesystem::path& folder, const Json& key)
{
    writeFileAtomically(folder / keyFile, key.dump(1) + "\n");
}

} // namespace binaurium
