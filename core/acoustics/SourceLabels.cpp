// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/SourceLabels.h"

#include "core/acoustics/EnergyDecay.h"

#include <cmath>
#include <spdlog/fmt/fmt.h>

namespace binaurium {
namespace {

std::size_t frameCount(const Scene& scene)
{
    return static_cast<std::size_t>(std::ceil(scene.durationS / labelFrameS - 1e-9));
}

// T30 of the room's energy decay per octave; null for an anechoic or a measured room, which has none of its own.
Json roomToJson(const Scene& scene)
{
    if (scene.room.anechoic || !scene.room.measured.empty())
        return nullptr;
    const EnergyDecay decay{RoomAcoustics(scene.room)};
    Json bands = Json::array();
    Json rt60 = Json::array();
    for (std::size_t b = decay.firstBand(); b < filterBandCount; ++b) {
        if (decay.firstBand() > 0 && b > octaveBandCount)
            break; // seven bands in, seven bands out
        bands.push_back(filterBandHz[b]);
        rt60.push_back(decay.reverberationTimeS(b));
    }
    return {{"band_hz", bands}, {"rt60_s", rt60}};
}

} // namespace

Json labelsToJson(const std::vector<SourceLabel>& labels, const Scene& scene)
{
    Json document;
    document["format"] = "binaurium-labels";
    document["version"] = 1;
    document["duration_s"] = scene.durationS;
    document["frame_s"] = labelFrameS;
    document["room"] = roomToJson(scene);
    document["frames"] = Json::array();
    for (std::size_t t = 0; t < frameCount(scene); ++t) {
        Json sources = Json::array();
        for (const auto& label : labels) {
            const RelativePosition& position = label.positionAt(t);
            sources.push_back({{"name", label.name},
                               {"label", label.label},
                               {"azimuth_deg", position.direction.azimuthDeg},
                               {"elevation_deg", position.direction.elevationDeg},
                               {"distance_m", position.distanceM},
                               {"active", label.activeAt(t)},
                               {"drr_db", label.drrDbAt(t)}});
        }
        document["frames"].push_back({{"time_s", (static_cast<double>(t) + 0.5) * labelFrameS}, {"sources", sources}});
    }
    return document;
}

std::string labelsToDcase(const std::vector<SourceLabel>& labels, const Scene& scene,
                          const std::function<int(const std::string&)>& classOf)
{
    std::string lines;
    for (std::size_t t = 0; t < frameCount(scene); ++t)
        for (std::size_t s = 0; s < labels.size(); ++s) {
            if (!labels[s].activeAt(t))
                continue;
            const RelativePosition& position = labels[s].positionAt(t);
            lines += fmt::format("{},{},{},{},{},{}\n", t, classOf(labels[s].label), s,
                                 std::lround(position.direction.azimuthDeg),
                                 std::lround(position.direction.elevationDeg), std::lround(100.0 * position.distanceM));
        }
    return lines;
}

} // namespace binaurium
