// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/MeasuredPlaces.h"

#include "core/acoustics/MeasuredRoom.h"
#include "core/scene/SceneValidation.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace binaurium {
namespace {

constexpr double anyRateHz = 32000.0; // only positions are read here
constexpr double besideM = 0.5;       // between the outermost loudspeaker and the walls of the box
constexpr double lowestRoomM = 2.4;

} // namespace

void MeasuredPlace::enter(Scene& scene) const
{
    Vec3 reach;
    for (const RelativePosition& p : positions) {
        const Vec3 at = p.distanceM * unitVector(p.direction);
        reach = {std::max(reach.x, std::abs(at.x)), std::max(reach.y, std::abs(at.y)),
                 std::max(reach.z, std::abs(at.z))};
    }
    const auto size = [](double reachM) {
        return std::clamp(2.0 * (reachM + besideM), lowestRoomM, SceneLimits::roomMaxM);
    };
    scene.room.anechoic = false;
    scene.room.measured = file.string();
    scene.room.sizeM = {size(reach.x), size(reach.y), size(reach.z)};
    scene.listener.positionM = 0.5 * scene.room.sizeM;
    scene.listener.orientation = {};
}

std::vector<MeasuredPlace> measuredPlacesOf(Split split)
{
    const auto name = std::filesystem::path("rooms") / splitId(split);
    std::set<std::filesystem::path> files;
    for (const auto& folder : dataFolders()) {
        std::error_code code;
        for (const auto& entry : std::filesystem::directory_iterator(folder / name, code))
            if (entry.path().extension() == ".sofa")
                files.insert(std::filesystem::absolute(entry.path()));
    }
    if (files.empty())
        throw missing("no measured room for the split '" + splitId(split) + "' is on this computer",
                      "put SOFA files with binaural room responses into " + (userDataFolder() / name).string() +
                          ", or take a recipe without measured_share");
    return measuredPlacesFrom({files.begin(), files.end()});
}

std::vector<MeasuredPlace> measuredPlacesFrom(const std::vector<std::filesystem::path>& files)
{
    std::vector<MeasuredPlace> places;
    for (const auto& file : files) {
        const MeasuredRoom room(file, anyRateHz);
        MeasuredPlace& place = places.emplace_back();
        place.file = std::filesystem::absolute(file);
        for (std::size_t i = 0; i < room.count(); ++i)
            place.positions.push_back(room.position(i));
    }
    return places;
}

} // namespace binaurium
