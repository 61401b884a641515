// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace binaurium {

// One report of long work. `total` 0 means that the end is not known.
struct Progress
{
    std::string stage; // what is being done, a stable English word
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::string detail; // free text, may be empty
};

// Called from the working thread; false asks the work to stop at the next safe point. Each function that takes one
// says what it leaves behind then.
using ProgressCallback = std::function<bool(const Progress&)>;

// Reports and throws an Interrupted error where the callback says stop; a null callback means "go on".
void reportProgress(const ProgressCallback& callback, const Progress& progress);

} // namespace binaurium
