// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/canvas/RoomFigures.h"

#include "core/acoustics/EnergyDecay.h"
#include "core/support/Error.h"

#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

RoomFigures figuresOf(const Room& room)
{
    RoomFigures figures;
    if (room.anechoic)
        return figures;
    try {
        const RoomAcoustics acoustics(room);
        const EnergyDecay decay(acoustics);
        constexpr std::size_t first = 1; // of the filter bands, 125 Hz
        for (std::size_t band = 0; band < octaveBandCount; ++band)
            figures.rt60S[band] = decay.reverberationTimeS(band + first);
        constexpr std::size_t band1kHz = filterBand1kHz - first;
        // Diffuse field of a source of power P: 4 P / A; direct: P / (4 pi r^2); A = 24 ln(10) V / (c RT60) (Sabine).
        const double absorptionM2 = 24.0 * std::numbers::ln10 * acoustics.volumeM3() /
                                    (acoustics.speedOfSoundMPerS() * *figures.rt60S[band1kHz]);
        figures.criticalDistanceM = std::sqrt(absorptionM2 / (16.0 * std::numbers::pi));
    } catch (const Error& error) {
        figures.problem = QString::fromStdString(error.what());
    }
    return figures;
}

} // namespace

const RoomFigures& RoomFigures::of(const Room& room)
{
    static std::optional<Room> last;
    static RoomFigures figures;
    if (!last || !(*last == room)) {
        figures = figuresOf(room);
        last = room;
    }
    return figures;
}

double RoomFigures::levelDb(double distanceM) const
{
    const double diffuse = criticalDistanceM ? 1.0 / (*criticalDistanceM * *criticalDistanceM) : 0.0;
    return 10.0 * std::log10(1.0 / (distanceM * distanceM) + diffuse);
}

std::vector<FirstReflection> firstReflections(const Room& room, const Vec3& sourceM, const Vec3& listenerM)
{
    std::vector<FirstReflection> reflections;
    if (room.anechoic)
        return reflections;
    const Vec3& size = room.sizeM;
    for (std::size_t w = 0; w < wallCount; ++w) {
        const bool far = w % 2 == 1;
        Vec3 image = sourceM;
        double Vec3::*axis = w < 2 ? &Vec3::x : w < 4 ? &Vec3::y : &Vec3::z;
        const double plane = far ? size.*axis : 0.0;
        image.*axis = 2.0 * plane - image.*axis;
        const Vec3 way = listenerM - image;
        const double share = (plane - image.*axis) / (way.*axis);
        reflections.push_back({static_cast<Wall>(w), image + share * way, length(way)});
    }
    return reflections;
}

} // namespace binaurium
