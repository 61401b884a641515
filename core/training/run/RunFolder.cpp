// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/RunFolder.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace binaurium {
namespace {

// Opens and locks `folder`/lock; the kernel lets go of it when the process ends, however it ends.
int acquireLock(const std::filesystem::path& folder)
{
    const int file = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0)
        throw badInput(folder.string(), "its lock cannot be written");
    // Who looks whether a process trains (runningProcess()) holds the lock for a moment.
    constexpr int tries = 20;
    constexpr auto pause = std::chrono::milliseconds(50);
    for (int i = 1; ::flock(file, LOCK_EX | LOCK_NB) != 0; ++i) {
        if (i == tries) {
            ::close(file);
            throw badInput(folder.string(), "another process is training in it");
        }
        std::this_thread::sleep_for(pause);
    }
    // Over the number of the process before, as wide as any: whoever reads meanwhile finds one of them.
    auto text = std::to_string(::getpid());
    text.resize(20, ' ');
    text += '\n';
    if (::pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        ::close(file);
        throw badInput(folder.string(), "its lock cannot be written");
    }
    return file;
}

// A killed process may leave half a line; what is appended must start on a new one.
bool endsWithinLine(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file || file.tellg() == std::ifstream::pos_type(0))
        return false;
    file.seekg(-1, std::ios::end);
    return file.get() != '\n';
}

void openForAppending(std::ofstream& stream, const std::filesystem::path& path)
{
    const bool half = endsWithinLine(path);
    stream.open(path, std::ios::app);
    if (!stream)
        throw badInput(path.string(), "cannot be written");
    if (half)
        stream << '\n';
}

double nowS()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

} // namespace

RunFolder::RunFolder(std::filesystem::path folder, int lock) : folder_(std::move(folder)), lock_(lock)
{
    if (isWriter())
        openForAppending(events_, folder_ / "events.jsonl");
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : folder_(std::move(other.folder_)), lock_(std::exchange(other.lock_, -1)), events_(std::move(other.events_)),
      samples_(std::move(other.samples_)), board_(std::move(other.board_))
{}

RunFolder::~RunFolder()
{
    if (lock_ >= 0)
        ::close(lock_);
}

RunFolder RunFolder::create(const std::filesystem::path& folder, const std::string& configText)
{
    std::error_code code;
    if (std::filesystem::exists(folder, code) && !std::filesystem::is_empty(folder, code))
        throw badInput(folder.string(),
                       "exists and is not empty; a run never overwrites one: choose another folder, or --resume it");
    std::filesystem::create_directories(folder / "checkpoints");
    const int lock = acquireLock(folder);
    writeFileAtomically(folder / "config.toml", configText);
    RunFolder run(folder, lock);
    run.log("format", {{"format", "binaurium-events"}, {"version", 1}});
    return run;
}

RunFolder RunFolder::open(const std::filesystem::path& folder)
{
    if (!std::filesystem::exists(folder / "config.toml"))
        throw missing(folder.string() + " is not a training run (no config.toml)",
                      "start one with train CONFIG.toml -o RUNDIR");
    return {folder, acquireLock(folder)};
}

RunFolder RunFolder::ofAnotherRank(const std::filesystem::path& folder)
{
    return {folder, -1};
}

std::optional<long> RunFolder::runningProcess(const std::filesystem::path& folder)
{
    const int file = ::open((folder / "lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return {};
    const bool isFree = ::flock(file, LOCK_SH | LOCK_NB) == 0;
    char text[32] = {};
    const auto length = ::read(file, text, sizeof text - 1);
    ::close(file);
    if (isFree || length <= 0)
        return {};
    const long process = std::strtol(text, nullptr, 10);
    return process > 0 ? std::optional(process) : std::nullopt;
}

bool RunFolder::isFinished(const std::filesystem::path& folder)
{
    return std::filesystem::exists(folder / "finished");
}

void RunFolder::finish()
{
    if (!isWriter())
        return;
    log("run", {{"state", "finished"}});
    writeFileAtomically(folder_ / "finished", "");
}

void RunFolder::log(const std::string& type, const Json& event)
{
    if (!isWriter())
        return;
    Json line = {{"time", nowS()}, {"type", type}};
    line.update(event);
    events_ << line.dump() << std::endl; // flushed: somebody watches, and a killed run keeps its history
    if (!event.contains("stage") || !event.contains("step") || type == "stage")
        return;
    const auto step = event["step"].get<std::int64_t>();
    if (!board_)
        board_.emplace(folder_ / "tensorboard", step);
    Json numbers = event;
    numbers.erase("step");
    const auto prefix = event["stage"].get<std::string>();
    board_->addScalars(type == "step" ? prefix : prefix + "/" + type, step, numbers);
}

void RunFolder::logSample(const Json& sample)
{
    if (!isWriter())
        return;
    if (!samples_.is_open())
        openForAppending(samples_, folder_ / "samples.jsonl");
    samples_ << sample.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

} // namespace binaurium
