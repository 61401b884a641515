// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/MovingSource.h"

#include "core/acoustics/LateTail.h"
#include "core/acoustics/MovingPaths.h"
#include "core/acoustics/SourceDirectivity.h"
#include "core/audio/Convolver.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double distanceStepS = 0.02;

// Shortest and longest distance between source and listener.
std::pair<double, double> distanceRangeM(const Source& source, const Listener& listener, double durationS)
{
    double nearest = 1e9, farthest = 0.0;
    for (double t = 0.0; t <= durationS + distanceStepS; t += distanceStepS) {
        const double distance = length(poseAt(source, t).positionM - poseAt(listener, t).positionM);
        nearest = std::min(nearest, distance);
        farthest = std::max(farthest, distance);
    }
    return {nearest, farthest};
}

// The tail of the room, which starts when the latest direct sound has passed; its energy is that of the places in the
// middle of the time.
AudioBuffer roomTail(const RoomAcoustics& room, const Source& source, const Listener& listener, const Head* head,
                     std::size_t channels, const ResponseOptions& options, LateTailOptions& tail, double nearestS,
                     double middleS)
{
    const SourceDirectivity directivity(source);
    for (std::size_t b = 0; b < filterBandCount; ++b)
        tail.sourcePower[b] = directivity.meanSquare(b);
    const EnergyDecay decay(room, poseAt(source, middleS).positionM, poseAt(listener, middleS).positionM);
    tail.endS = std::max(decay.durationS(options.decayDb, options.maximumS), tail.startS + tail.fadeS);
    auto response = lateTail(decay, head, channels, tail);
    if (room.scatters()) {
        const auto scattered = scatteredTail(decay, head, channels, tail, nearestS);
        for (std::size_t n = 0; n < response.all().size(); ++n)
            response.all()[n] += scattered.all()[n];
    }
    return response;
}

} // namespace

MovingSound renderMovingSource(const RoomAcoustics& room, const Source& source, const Listener& listener,
                               const Head* head, std::size_t channels, const ResponseOptions& options,
                               std::span<const float> dry, double frameS)
{
    if (options.tail == Tail::Images && !room.anechoic())
        throw Error(ErrorKind::Usage, "render: source '" + source.name +
                                          "' or the listener moves; the tail of images is for scenes at rest");
    MovingSound sound{AudioBuffer(head != nullptr ? 2 : channels, dry.size(), options.rateHz), {}};
    const double c = room.speedOfSoundMPerS();
    const auto [nearestM, farthestM] = distanceRangeM(source, listener, sound.audio.durationS());

    MovingPathsOptions paths;
    paths.jitter = {options.seed, options.sourceIndex};
    double tailEnergy = 0.0;
    if (!room.anechoic()) {
        LateTailOptions tail;
        tail.rateHz = options.rateHz;
        tail.seed = options.seed;
        tail.index = options.sourceIndex;
        const double mixing = options.mixingTimeS > 0.0 ? options.mixingTimeS : room.mixingTimeS();
        tail.startS = std::max(mixing, farthestM / c + tail.fadeS);
        paths.fadeStartS = tail.startS - 0.5 * tail.fadeS;
        paths.fadeEndS = tail.startS + 0.5 * tail.fadeS;
        const auto response = roomTail(room, source, listener, head, channels, options, tail, nearestM / c,
                                       0.5 * sound.audio.durationS());
        convolveInto(dry, response, sound.audio);
        for (const float s : response.all())
            tailEnergy += static_cast<double>(s) * s;
    }
    const auto energies = MovingPaths(room, head, paths).render(source, listener, dry, sound.audio, frameS);
    for (const auto& energy : energies)
        sound.drrDb.push_back(
            room.anechoic()
                ? anechoicDrrDb
                : std::min(anechoicDrrDb, 10.0 * std::log10(energy.direct / (energy.images + tailEnergy + 1e-30))));
    return sound;
}

} // namespace binaurium
