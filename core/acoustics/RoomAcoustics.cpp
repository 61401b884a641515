// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/RoomAcoustics.h"

#include "core/acoustics/AirAbsorption.h"
#include "core/acoustics/RoomTuning.h"
#include "core/scene/Materials.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr float totalAbsorptionLog = -34.5F; // -300 dB: stands for ln 0 and still adds up without infinities
constexpr double decibelsPerNeper = 8.685889638;

float logAmplitude(double energyShare)
{
    return energyShare > 0.0 ? std::max(totalAbsorptionLog, static_cast<float>(0.5 * std::log(energyShare)))
                             : totalAbsorptionLog;
}

} // namespace

RoomAcoustics::RoomAcoustics(const Room& room)
    : sizeM_(room.sizeM), anechoic_(room.anechoic), speed_(speedOfSound(room.temperatureC)),
      imageJitterM_(room.imageJitterM)
{
    for (std::size_t band = 0; band < filterBandCount; ++band)
        air_[band] = static_cast<float>(
            -airAbsorptionDbPerM(filterBandHz[band], room.temperatureC, room.relativeHumidityPercent) /
            decibelsPerNeper);
    if (room.wantedRt60S.empty() || room.anechoic)
        readWalls(room);
    else
        readWalls(tunedRoom(room));
}

void RoomAcoustics::readWalls(const Room& room)
{
    for (std::size_t w = 0; w < wallCount; ++w) {
        const auto absorption = wideAbsorptionOf(room.walls[w]);
        const auto scattering = wideScatteringOf(room.walls[w]);
        if (hasNineBands(room.walls[w]))
            firstBand_ = 0;
        for (std::size_t band = 0; band < filterBandCount; ++band) {
            total_[w][band] = logAmplitude(1.0 - absorption[band]);
            walls_[w][band] = logAmplitude((1.0 - absorption[band]) * (1.0 - scattering[band]));
            scatters_ = scatters_ || scattering[band] > 0.0;
        }
    }
}

double RoomAcoustics::surfaceM2() const noexcept
{
    return 2.0 * (sizeM_.x * sizeM_.y + sizeM_.y * sizeM_.z + sizeM_.x * sizeM_.z);
}

double RoomAcoustics::wallAreaM2(Wall wall) const noexcept
{
    switch (wall) {
    case Wall::West:
    case Wall::East:
        return sizeM_.y * sizeM_.z;
    case Wall::South:
    case Wall::North:
        return sizeM_.x * sizeM_.z;
    case Wall::Floor:
    case Wall::Ceiling:
        break;
    }
    return sizeM_.x * sizeM_.y;
}

double RoomAcoustics::mixingTimeS() const noexcept
{
    return std::clamp(0.020 * volumeM3() / surfaceM2() + 0.012, 0.020, 0.080);
}

} // namespace binaurium
