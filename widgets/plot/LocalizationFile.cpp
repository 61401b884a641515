// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/LocalizationFile.h"

namespace binaurium {
namespace {

LocalizedSource readSource(const JsonObject& o)
{
    LocalizedSource s;
    s.id = static_cast<int>(o.integer("id", 0, 1'000'000));
    if (o.has("label") && !o.raw("label").is_null())
        s.label = o.string("label");
    s.azimuthDeg = o.number("azimuth_deg", -180.0, 180.0);
    s.elevationDeg = o.number("elevation_deg", -90.0, 90.0);
    s.distanceM = o.number("distance_m", 0.0, 1e6);
    s.activity = o.number("activity", 0.0, 1.0);
    s.confidence = o.number("confidence", 0.0, 1.0);
    s.frontBackConfidence = o.number("front_back_confidence", 0.0, 1.0, s.frontBackConfidence); // younger than the rest
    return s;
}

} // namespace

Localization readLocalization(const std::filesystem::path& path)
{
    const Json json = readJson(path);
    const JsonObject root(json, path.string());
    checkFormat(root, "binaurium-localization", 1);
    Localization l;
    l.durationS = root.number("duration_s", 0.0, 1e7);
    l.frameS = root.number("frame_s", 1e-3, 60.0);
    for (const auto& o : root.objects("sources"))
        l.sources.push_back(readSource(o));
    for (const auto& o : root.objects("frames", 10'000'000)) {
        LocalizationFrame frame;
        frame.timeS = o.number("time_s", 0.0, 1e7);
        for (const auto& s : o.objects("sources"))
            frame.sources.push_back(readSource(s));
        const auto posterior = o.numbers("posterior_deg5", azimuthBinCount, 0.0, 1.0);
        for (std::size_t k = 0; k < azimuthBinCount; ++k)
            frame.posterior[k] = static_cast<float>(posterior[k]);
        l.frames.push_back(std::move(frame));
    }
    for (const auto& frame : l.frames)
        for (std::size_t k = 0; k < azimuthBinCount; ++k)
            l.posterior[k] += frame.posterior[k] / static_cast<float>(l.frames.size());
    return l;
}

} // namespace binaurium
