// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"

#include "core/support/Error.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <unistd.h>

namespace binaurium::cli {
namespace {

volatile std::sig_atomic_t interruptCount = 0;

extern "C" void onInterrupt(int signal)
{
    interruptCount = interruptCount + 1;
    if (interruptCount > 1) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
}

} // namespace

void watchForInterrupt()
{
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
}

bool interruptRequested() noexcept
{
    return interruptCount > 0;
}

ProgressCallback progressOnStderr()
{
    struct State
    {
        std::string stage;
        std::int64_t shown = -1;
    };
    return [state = std::make_shared<State>()](const Progress& p) {
        const bool terminal = ::isatty(STDERR_FILENO) != 0;
        constexpr std::int64_t shortestLogged = 20; // a handful of steps needs no lines in a log
        const std::int64_t steps = terminal ? 50 : 10;
        const std::int64_t step = p.total > 0 ? p.done * steps / p.total : 0;
        if (p.stage != state->stage || step != state->shown) {
            if (terminal && p.total > 0)
                std::fprintf(stderr, "\r%-24s [%-50s] %lld/%lld%s", p.stage.c_str(),
                             std::string(static_cast<std::size_t>(step), '=').c_str(), static_cast<long long>(p.done),
                             static_cast<long long>(p.total), p.done == p.total ? "\n" : "");
            else if (p.total >= shortestLogged)
                std::fprintf(stderr, "%s %lld/%lld %s\n", p.stage.c_str(), static_cast<long long>(p.done),
                             static_cast<long long>(p.total), p.detail.c_str());
            state->stage = p.stage;
            state->shown = step;
        }
        return !interruptRequested();
    };
}

void requireReplaceable(const std::filesystem::path& path, bool overwrite)
{
    constexpr std::streamoff part = 8192; // names stand in the head or at the end of a file
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (overwrite || !file || file.tellg() <= 0)
        return;
    const std::streamoff size = file.tellg();
    std::string bytes(static_cast<std::size_t>(2 * part), '\0');
    file.seekg(0);
    file.read(bytes.data(), part);
    file.clear();
    file.seekg(std::max<std::streamoff>(0, size - part));
    file.read(bytes.data() + part, part);
    if (bytes.find("inaurium") == std::string::npos)
        throw badInput(path.string(), "exists and was not made by Binaurium; give another name, or --overwrite");
}

} // namespace binaurium::cli
