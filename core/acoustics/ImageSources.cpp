// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/ImageSources.h"

#include "core/acoustics/AirAbsorption.h"
#include "core/scene/Materials.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr float totalAbsorptionLog = -34.5F; // -300 dB: stands for ln 0 and still adds up without infinities
constexpr double decibelsPerNeper = 8.685889638;

// Image positions along one axis: mirror number m (even: translated, odd: mirrored) and the walls hit on the way.
struct AxisImage
{
    double positionM;
    int hitsLow;  // reflections at the wall at 0
    int hitsHigh; // reflections at the wall at `size`
    bool mirrored;
};

std::vector<AxisImage> axisImages(double source, double listener, double size, double reachM)
{
    const int limit = static_cast<int>(std::ceil(reachM / size)) + 1;
    std::vector<AxisImage> images;
    for (int n = -limit; n <= limit; ++n)
        for (const bool mirrored : {false, true}) {
            const double position = 2.0 * n * size + (mirrored ? -source : source);
            if (std::abs(position - listener) <= reachM)
                images.push_back({position, std::abs(mirrored ? n - 1 : n), std::abs(n), mirrored});
        }
    return images;
}

double directivityGain(Directivity directivity, double cosine)
{
    constexpr double rearFloor = 1e-3;
    return directivity == Directivity::Cardioid ? std::max(rearFloor, 0.5 + 0.5 * cosine) : 1.0;
}

} // namespace

RoomAcoustics::RoomAcoustics(const Room& room)
    : sizeM_(room.sizeM), anechoic_(room.anechoic), speed_(speedOfSound(room.temperatureC))
{
    for (std::size_t band = 0; band < filterBandCount; ++band) {
        // The 16 kHz band repeats the walls of 8 kHz, for which tables end; air is computed.
        const std::size_t wallBand = std::min(band, octaveBandCount - 1);
        for (std::size_t w = 0; w < wallCount; ++w) {
            const double reflected = 1.0 - absorptionOf(room.walls[w])[wallBand];
            walls_[w][band] = reflected > 0.0
                                  ? std::max(totalAbsorptionLog, static_cast<float>(0.5 * std::log(reflected)))
                                  : totalAbsorptionLog;
        }
        air_[band] = static_cast<float>(
            -airAbsorptionDbPerM(filterBandHz[band], room.temperatureC, room.relativeHumidityPercent) /
            decibelsPerNeper);
    }
}

double RoomAcoustics::surfaceM2() const noexcept
{
    return 2.0 * (sizeM_.x * sizeM_.y + sizeM_.y * sizeM_.z + sizeM_.x * sizeM_.z);
}

double RoomAcoustics::mixingTimeS() const noexcept
{
    return std::clamp(0.020 * volumeM3() / surfaceM2() + 0.012, 0.020, 0.080);
}

std::vector<AcousticPath> imageSourcePaths(const RoomAcoustics& room, const Source& source, const Vec3& listenerM,
                                           double untilS)
{
    const double c = room.speedOfSoundMPerS();
    const double directM = length(source.positionM - listenerM);
    const double reachM = room.anechoic() ? directM : std::max(untilS * c, directM);
    const HeadRotation axis(source.orientation);

    std::vector<AcousticPath> paths;
    const auto add = [&](const AxisImage& ix, const AxisImage& iy, const AxisImage& iz) {
        const Vec3 offset = Vec3{ix.positionM, iy.positionM, iz.positionM} - listenerM;
        const double distance = length(offset);
        AcousticPath path;
        path.order = ix.hitsLow + ix.hitsHigh + iy.hitsLow + iy.hitsHigh + iz.hitsLow + iz.hitsHigh;
        if (path.order > 0 && distance > reachM)
            return;
        path.distanceM = distance;
        path.delayS = distance / c;
        path.arrival = (1.0 / distance) * offset;
        // The ray leaves the source mirrored as often as its image was.
        const Vec3 departure{ix.mirrored ? path.arrival.x : -path.arrival.x,
                             iy.mirrored ? path.arrival.y : -path.arrival.y,
                             iz.mirrored ? path.arrival.z : -path.arrival.z};
        const double gain = directivityGain(source.directivity, axis.toHead(departure).x);
        const auto spread = static_cast<float>(std::log(gain / (4.0 * std::numbers::pi * distance)));
        const auto metres = static_cast<float>(distance);
        for (std::size_t b = 0; b < filterBandCount; ++b) {
            path.wallLogGains[b] = static_cast<float>(ix.hitsLow) * room.wallLogGain(Wall::West, b) +
                                   static_cast<float>(ix.hitsHigh) * room.wallLogGain(Wall::East, b) +
                                   static_cast<float>(iy.hitsLow) * room.wallLogGain(Wall::South, b) +
                                   static_cast<float>(iy.hitsHigh) * room.wallLogGain(Wall::North, b) +
                                   static_cast<float>(iz.hitsLow) * room.wallLogGain(Wall::Floor, b) +
                                   static_cast<float>(iz.hitsHigh) * room.wallLogGain(Wall::Ceiling, b);
            path.logGains[b] = spread + metres * room.airLogGainPerM(b) + path.wallLogGains[b];
        }
        paths.push_back(path);
    };

    const Vec3& s = source.positionM;
    add({s.x, 0, 0, false}, {s.y, 0, 0, false}, {s.z, 0, 0, false});
    if (room.anechoic())
        return paths;
    const auto xs = axisImages(s.x, listenerM.x, room.sizeM().x, reachM);
    const auto ys = axisImages(s.y, listenerM.y, room.sizeM().y, reachM);
    const auto zs = axisImages(s.z, listenerM.z, room.sizeM().z, reachM);
    for (const auto& ix : xs)
        for (const auto& iy : ys) {
            const double dx = ix.positionM - listenerM.x;
            const double dy = iy.positionM - listenerM.y;
            if (dx * dx + dy * dy > reachM * reachM)
                continue;
            for (const auto& iz : zs)
                if (ix.hitsLow + ix.hitsHigh + iy.hitsLow + iy.hitsHigh + iz.hitsLow + iz.hitsHigh > 0)
                    add(ix, iy, iz);
        }
    return paths;
}

} // namespace binaurium
