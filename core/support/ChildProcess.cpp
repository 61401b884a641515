// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/ChildProcess.h"

#include "core/support/Error.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace binaurium {
namespace {

struct Pipe
{
    std::array<int, 2> ends{-1, -1};
    Pipe()
    {
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw Error(ErrorKind::Internal, std::string("cannot make a pipe: ") + std::strerror(errno));
    }
    ~Pipe()
    {
        closeEnd(0);
        closeEnd(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void closeEnd(int which)
    {
        if (ends[which] >= 0)
            ::close(ends[which]);
        ends[which] = -1;
    }
};

// Appends what is ready; false at the end of the stream.
bool drain(int file, std::string& text, std::size_t limit)
{
    std::array<char, 1 << 16> block{};
    const ssize_t count = ::read(file, block.data(), block.size());
    if (count <= 0)
        return count < 0 && errno == EINTR;
    text.append(block.data(), std::min(static_cast<std::size_t>(count), limit - std::min(limit, text.size())));
    return true;
}

} // namespace

ChildResult runProgram(const std::vector<std::string>& arguments, const std::string& input, std::size_t outputLimit)
{
    Pipe in;
    Pipe out;
    Pipe err;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.ends[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out.ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err.ends[1], 2);
    std::vector<char*> argv;
    for (const auto& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str())); // posix_spawnp takes char*, it does not write
    argv.push_back(nullptr);
    pid_t child = 0;
    const int failed = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
        throw missing(arguments.front() + " cannot be started (" + std::strerror(failed) + ")",
                      "install it or check PATH");
    in.closeEnd(0);
    out.closeEnd(1);
    err.closeEnd(1);

    struct sigaction ignore
    {};
    struct sigaction before
    {};
    ignore.sa_handler = SIG_IGN; // a child that stops reading must not end us
    if (!input.empty())
        ::sigaction(SIGPIPE, &ignore, &before);
    ChildResult result;
    std::size_t written = 0;
    if (input.empty())
        in.closeEnd(1);
    while (out.ends[0] >= 0 || err.ends[0] >= 0 || in.ends[1] >= 0) {
        std::array<pollfd, 3> polled{pollfd{out.ends[0], POLLIN, 0}, pollfd{err.ends[0], POLLIN, 0},
                                     pollfd{in.ends[1], POLLOUT, 0}};
        if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR)
            break;
        if (polled[0].revents != 0 && !drain(out.ends[0], result.output, outputLimit))
            out.closeEnd(0);
        if (polled[1].revents != 0 && !drain(err.ends[0], result.errors, outputLimit))
            err.closeEnd(0);
        if (polled[2].revents != 0) {
            const auto piece = std::min<std::size_t>(input.size() - written, 4096); // PIPE_BUF: never blocks
            const ssize_t count = ::write(in.ends[1], input.data() + written, piece);
            written += count > 0 ? static_cast<std::size_t>(count) : 0;
            if (count < 0 || written == input.size())
                in.closeEnd(1);
        }
    }
    if (!input.empty())
        ::sigaction(SIGPIPE, &before, nullptr);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

} // namespace binaurium
