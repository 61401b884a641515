// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/Log.h"

#include <atomic>
#include <mutex>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace binaurium {
namespace {

std::mutex sinkMutex;
LogSink customSink;
std::atomic<LogLevel> minimumLevel{LogLevel::Warning};

spdlog::level::level_enum spdlogLevel(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return spdlog::level::debug;
    case LogLevel::Info:
        return spdlog::level::info;
    case LogLevel::Warning:
        return spdlog::level::warn;
    case LogLevel::Error:
        break;
    }
    return spdlog::level::err;
}

spdlog::logger& stderrLogger()
{
    static const auto logger = [] {
        auto made = spdlog::stderr_color_mt("binaurium");
        made->set_pattern("%^%l%$: %v");
        made->set_level(spdlog::level::debug);
        return made;
    }();
    return *logger;
}

} // namespace

void setLogSink(LogSink sink)
{
    const std::lock_guard lock(sinkMutex);
    customSink = std::move(sink);
}

void setLogLevel(LogLevel level)
{
    minimumLevel = level;
}

void log(LogLevel level, const std::string& message)
{
    if (level < minimumLevel)
        return;
    const std::lock_guard lock(sinkMutex);
    if (customSink)
        customSink(level, message);
    else
        stderrLogger().log(spdlogLevel(level), "{}", message);
}

} // namespace binaurium
