// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/Response.h"

#include "core/acoustics/ImageField.h"
#include "core/acoustics/LateTail.h"
#include "core/acoustics/PathFilter.h"
#include "core/acoustics/SourceDirectivity.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double millionImagesMax = 3.0; // of those rendered one by one: half a GiB, and a minute

double energy(std::span<const float> samples)
{
    double sum = 0.0;
    for (const float s : samples)
        sum += static_cast<double>(s) * s;
    return sum;
}

// Which parts a response is made of, and when they follow each other.
struct Plan
{
    double directS = 0.0;
    double imagesUntilS = 0.0;  // of images that are rendered one by one
    bool hasTail = false;       // statistical, from tail.startS on
    bool hasImageField = false; // the images after imagesUntilS, all at once
    LateTailOptions tail;
};

Plan planOf(const RoomAcoustics& room, const Source& source, const EnergyDecay& decay, double directS, bool throughHead,
            const ResponseOptions& options)
{
    Plan plan;
    plan.directS = directS;
    LateTailOptions& tail = plan.tail;
    tail.rateHz = options.rateHz;
    tail.seed = options.seed;
    tail.index = options.sourceIndex;
    const SourceDirectivity directivity(source);
    for (std::size_t b = 0; b < filterBandCount; ++b)
        tail.sourcePower[b] = directivity.meanSquare(b);
    tail.endS = directS + static_cast<double>(Head::fftSizeAt(options.rateHz)) / options.rateHz;
    plan.imagesUntilS = tail.endS;
    if (room.anechoic())
        return plan;

    tail.endS = std::max(decay.durationS(options.decayDb, options.maximumS), tail.endS);
    const double mixingS = options.mixingTimeS > 0.0 ? options.mixingTimeS : room.mixingTimeS();
    const double seamS = std::max(mixingS, directS + tail.fadeS);
    const bool endsBeforeSeam = seamS >= tail.endS;
    plan.hasTail = options.tail == Tail::Statistical && !endsBeforeSeam;
    // Without a head the late images are added all at once; with one, each goes through it.
    plan.hasImageField = !plan.hasTail && !throughHead && !endsBeforeSeam;
    plan.imagesUntilS = plan.hasTail ? seamS + 0.5 * tail.fadeS : plan.hasImageField ? seamS : tail.endS;
    tail.startS = plan.hasTail ? seamS : 2.0 * tail.endS; // never
    return plan;
}

void add(const AudioBuffer& part, AudioBuffer& sum)
{
    for (std::size_t n = 0; n < sum.all().size(); ++n)
        sum.all()[n] += part.all()[n];
}

// Energy of `direct` over that of what `all` holds beside it.
double directToReverberantDb(const AudioBuffer& direct, const AudioBuffer& all)
{
    double reverberant = 1e-30;
    for (std::size_t n = 0; n < direct.all().size(); ++n)
        reverberant += std::pow(static_cast<double>(all.all()[n]) - direct.all()[n], 2);
    return std::min(anechoicDrrDb, 10.0 * std::log10(energy(direct.all()) / reverberant));
}

} // namespace

Response renderResponse(const RoomAcoustics& room, const Source& source, const Listener& listener, const Head* head,
                        std::size_t channels, const ResponseOptions& options)
{
    const double directS = length(source.positionM - listener.positionM) / room.speedOfSoundMPerS();
    const EnergyDecay decay(room, source.positionM, listener.positionM);
    const Plan plan = planOf(room, source, decay, directS, head != nullptr, options);
    if (!room.anechoic())
        requireFewImages(room, source, plan.imagesUntilS, millionImagesMax);

    const auto frames = static_cast<std::size_t>(std::ceil(plan.tail.endS * options.rateHz));
    Response response{AudioBuffer(head != nullptr ? 2 : channels, frames, options.rateHz), anechoicDrrDb};
    PathWriter writer(response.audio, head, HeadRotation(listener.orientation), room.firstBand());
    const ImageJitter jitter{options.seed, options.sourceIndex};
    const auto paths = imageSourcePaths(room, source, listener.positionM, plan.imagesUntilS, jitter);
    writer.add(paths.front(), 1.0);
    if (room.anechoic())
        return response;

    const AudioBuffer direct = response.audio;
    for (std::size_t i = 1; i < paths.size(); ++i)
        writer.add(paths[i], plan.hasTail ? imageFade(paths[i].delayS, plan.tail) : 1.0);
    if (plan.hasImageField)
        addImageField(response.audio, room, source, listener,
                      {.fromS = plan.imagesUntilS, .untilS = plan.tail.endS, .threads = options.threads}, jitter);
    if (plan.hasTail)
        add(lateTail(decay, head, channels, plan.tail), response.audio);
    if (room.scatters())
        add(scatteredTail(decay, head, channels, plan.tail, directS), response.audio);
    response.drrDb = directToReverberantDb(direct, response.audio);
    return response;
}

} // namespace binaurium
