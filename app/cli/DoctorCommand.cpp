// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"
#include "core/acoustics/HeadCatalogue.h"
#include "core/dataset/SoundCatalogue.h"
#include "core/model/files/WeightStore.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Parallel.h"
#ifdef BINAURIUM_WITH_TORCH
#include "core/model/ComputeDevice.h"
#include "core/support/Memory.h"
#endif

#include <cstdio>
#include <cstdlib>
#include <functional>

namespace binaurium::cli {
namespace {

// One line per thing: what it is, whether it works, and if not what to do.
void check(const char* what, const std::function<std::string()>& look)
{
    try {
        std::printf("ok      %-22s %s\n", what, look().c_str());
    } catch (const std::exception& e) {
        std::printf("MISSING %-22s %s\n", what, e.what());
    }
}

std::string heads()
{
    std::size_t found = 0;
    const auto all = readHeadCatalogue();
    for (const auto& head : all)
        found += findHeadFile(head).empty() ? 0 : 1;
    return std::to_string(found) + " of " + std::to_string(all.size()) + " in the catalogue are on this computer";
}

std::string sounds()
{
    const auto catalogue = SoundCatalogue::read();
    const auto problems = catalogue.check();
    if (!problems.empty())
        throw missing(problems.front(), "install Binaurium's sounds");
    return std::to_string(catalogue.sounds().size()) + " entries, all files as recorded";
}

void doctor()
{
    std::printf("binaurium-cli %s\n", BINAURIUM_VERSION);
    std::printf("processors    %d\n", processorCount());
    for (const auto& folder : dataFolders())
        std::printf("data folder   %s%s\n", folder.c_str(),
                    std::filesystem::exists(folder) ? "" : "  (does not exist)");
    std::printf("cache         %s\nstate         %s\n", cacheFolder().c_str(), stateFolder().c_str());
    check("default head", [] { return defaultHeadFile().string(); });
    check("heads", heads);
    check("SOFA reader", [] { return requireHelper("binaurium-sofa").string(); });
    check("sounds", sounds);
    check("example scenes",
          [] { return requireData("scenes/kitchen.scene.json", "install Binaurium's data files").string(); });
    for (const auto& weight : readWeightTable())
        check(weight.id.c_str(), [&] { return requireWeight(weight.id, weight.file).string(); });
    check("trained model",
          [] { return requireData("models/binaurium-small/manifest.json", "install Binaurium's models").string(); });
#ifdef BINAURIUM_WITH_TORCH
    for (const auto& device : computeDevices())
        std::printf("ok      %-22s %s, %s GiB of memory free\n", device.id.c_str(), device.name.c_str(),
                    inGib(device.freeBytes).c_str());
#else
    std::puts("MISSING libtorch               this build renders only; localize, ask and train need libtorch");
#endif
    const bool display = std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
    std::printf("%s display                %s\n", display ? "ok     " : "MISSING",
                display ? "present" : "none; the workbench needs one, the command line does not");
}

} // namespace

void addDoctorCommand(CLI::App& app)
{
    app.add_subcommand("doctor", "What works on this computer, and why not")->callback(doctor);
}

} // namespace binaurium::cli
