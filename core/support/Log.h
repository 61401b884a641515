// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

namespace binaurium {

enum class LogLevel { Debug, Info, Warning, Error };

// The one sink of the core. Default: warnings and errors to stderr. Thread-safe; the sink itself is called under a
// lock.
using LogSink = std::function<void(LogLevel, const std::string&)>;
void setLogSink(LogSink sink);
// Level below which nothing is passed on (default Warning).
void setLogLevel(LogLevel level);
void log(LogLevel level, const std::string& message);

} // namespace binaurium
