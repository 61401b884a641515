// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"

#include <csignal>
#include <cstdio>
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
        const std::int64_t steps = terminal ? 50 : 10;
        const std::int64_t step = p.total > 0 ? p.done * steps / p.total : 0;
        if (p.stage != state->stage || step != state->shown) {
            if (terminal && p.total > 0)
                std::fprintf(stderr, "\r%-24s [%-50s] %lld/%lld%s", p.stage.c_str(),
                             std::string(static_cast<std::size_t>(step), '=').c_str(), static_cast<long long>(p.done),
                             static_cast<long long>(p.total), p.done == p.total ? "\n" : "");
            else if (p.total > 1)
                std::fprintf(stderr, "%s %lld/%lld %s\n", p.stage.c_str(), static_cast<long long>(p.done),
                             static_cast<long long>(p.total), p.detail.c_str());
            state->stage = p.stage;
            state->shown = step;
        }
        return !interruptRequested();
    };
}

} // namespace binaurium::cli
