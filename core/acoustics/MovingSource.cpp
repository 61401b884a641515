// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/MovingSource.h"

#include "core/acoustics/LateTail.h"
#include "core/acoustics/MovingPaths.h"
#include "core/acoustics/MovingScatter.h"
#include "core/acoustics/SourceDirectivity.h"
#include "core/audio/Convolver.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace binaurium {
namespace {

constexpr double millionImagesMax = 0.02; // each keeps filters and a delay line: a GiB

// The tail of the room, whose energy is that of the places in the middle of the time: what always sounds, and what
// sounds while the direct sound comes before it.
struct RoomTail
{
    AudioBuffer always;
    std::optional<MovingScatter> gated; // empty where nothing scatters
    double alwaysEnergy = 0.0;

    [[nodiscard]] double energyAt(double timeS) const { return alwaysEnergy + (gated ? gated->energyAt(timeS) : 0.0); }
};

RoomTail roomTail(const RoomAcoustics& room, const Source& source, const Listener& listener, const Head* head,
                  std::size_t channels, const ResponseOptions& options, LateTailOptions tail,
                  const DirectDelays& delays, double middleS)
{
    const SourceDirectivity directivity(source);
    for (std::size_t b = 0; b < filterBandCount; ++b)
        tail.sourcePower[b] = directivity.meanSquare(b);
    const EnergyDecay decay(room, poseAt(source, middleS).positionM, poseAt(listener, middleS).positionM);
    tail.endS = std::max(decay.durationS(options.decayDb, options.maximumS), tail.startS + tail.fadeS);
    RoomTail whole{lateTail(decay, head, channels, tail), {}};
    if (room.scatters()) {
        auto scattered = scatteredTail(decay, head, channels, tail, delays.shortestS());
        whole.gated.emplace(scattered, delays);
        for (std::size_t n = 0; n < whole.always.all().size(); ++n)
            whole.always.all()[n] += scattered.all()[n];
    }
    for (const float s : whole.always.all())
        whole.alwaysEnergy += static_cast<double>(s) * s;
    return whole;
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
    const double durationS = sound.audio.durationS();
    const DirectDelays delays(source, listener, room.speedOfSoundMPerS(), durationS);

    MovingPathsOptions paths;
    paths.jitter = {options.seed, options.sourceIndex};
    std::optional<RoomTail> tail;
    if (!room.anechoic()) {
        LateTailOptions late;
        late.rateHz = options.rateHz;
        late.seed = options.seed;
        late.index = options.sourceIndex;
        const double mixingS = options.mixingTimeS > 0.0 ? options.mixingTimeS : room.mixingTimeS();
        late.startS = std::max(mixingS, delays.longestS() + late.fadeS); // when the latest direct sound has passed
        paths.fadeStartS = late.startS - 0.5 * late.fadeS;
        paths.fadeEndS = late.startS + 0.5 * late.fadeS;
        requireFewImages(room, source, paths.fadeEndS, millionImagesMax);
        tail = roomTail(room, source, listener, head, channels, options, late, delays, 0.5 * durationS);
        convolveInto(dry, tail->always, sound.audio);
        if (tail->gated)
            tail->gated->render(dry, sound.audio);
    }
    const auto energies = MovingPaths(room, head, paths).render(source, listener, dry, sound.audio, frameS);
    for (std::size_t i = 0; i < energies.size(); ++i) {
        if (!tail) {
            sound.drrDb.push_back(anechoicDrrDb);
            continue;
        }
        const double centreS = std::min((static_cast<double>(i) + 0.5) * frameS, durationS);
        const double reverberant = energies[i].images + tail->energyAt(centreS) + 1e-30;
        sound.drrDb.push_back(std::min(anechoicDrrDb, 10.0 * std::log10(energies[i].direct / reverberant)));
    }
    return sound;
}

} // namespace binaurium
