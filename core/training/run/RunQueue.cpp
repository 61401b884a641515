// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/RunQueue.h"

#include "core/support/Error.h"
#include "core/support/Toml.h"

#include <set>

namespace binaurium {

std::vector<QueuedRun> queueFromJson(const Json& document, const std::string& name, const std::filesystem::path& folder)
{
    constexpr std::size_t mostRuns = 10'000;
    const JsonObject root(document, name);
    checkFormat(root, "binaurium-queue", 1);
    std::vector<QueuedRun> runs;
    std::set<std::filesystem::path> outputs;
    auto unknown = std::vector<std::string>();
    for (const JsonObject& object : root.objects("run", mostRuns)) {
        QueuedRun run;
        run.config = std::filesystem::weakly_canonical(folder / object.string("config"));
        run.output = std::filesystem::weakly_canonical(folder / object.string("output"));
        if (object.has("set"))
            run.overrides = object.strings("set");
        if (!outputs.insert(run.output).second)
            object.fail("output", "is the folder of an earlier run");
        const auto keys = object.unknownKeys();
        unknown.insert(unknown.end(), keys.begin(), keys.end());
        runs.push_back(std::move(run));
    }
    const auto keys = root.unknownKeys();
    unknown.insert(unknown.end(), keys.begin(), keys.end());
    if (!unknown.empty())
        throw badInput(name, "'" + unknown.front() + "' is not an option of a queue");
    return runs;
}

std::vector<QueuedRun> readQueue(const std::filesystem::path& file)
{
    return queueFromJson(readToml(file), file.string(), std::filesystem::absolute(file).parent_path());
}

} // namespace binaurium
