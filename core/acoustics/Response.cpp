// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/Response.h"

#include "core/acoustics/ImageField.h"
#include "core/acoustics/LateTail.h"
#include "core/acoustics/PathFilter.h"
#include "core/acoustics/SourceDirectivity.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <spdlog/fmt/fmt.h>

namespace binaurium {
namespace {

constexpr double millionImagesMax = 3.0; // of those rendered one by one: half a GiB, and a minute

// Refuses what would take hours: all images until `untilS` (their number: Kuttruff, Room Acoustics, eq. 4.6).
void requireFewImages(const RoomAcoustics& room, const Source& source, double untilS)
{
    const double millions =
        4e-6 / 3.0 * std::numbers::pi * std::pow(room.speedOfSoundMPerS() * untilS, 3) / room.volumeM3();
    if (millions > millionImagesMax)
        throw Error(ErrorKind::Usage,
                    fmt::format("render: source '{}' has {:.0f} million image sources until {:.1f} s, too many to go "
                                "through a head one by one (at most {:g} million); use the statistical tail, mono or "
                                "foa, or a less reverberant room",
                                source.name, millions, untilS, millionImagesMax));
}

double energy(std::span<const float> samples)
{
    double sum = 0.0;
    for (const float s : samples)
        sum += static_cast<double>(s) * s;
    return sum;
}

} // namespace

Response renderResponse(const RoomAcoustics& room, const Source& source, const Listener& listener, const Head* head,
                        std::size_t channels, const ResponseOptions& options)
{
    const double mixing = options.mixingTimeS > 0.0 ? options.mixingTimeS : room.mixingTimeS();
    const double directS = length(source.positionM - listener.positionM) / room.speedOfSoundMPerS();
    LateTailOptions tail;
    tail.rateHz = options.rateHz;
    tail.startS = std::max(mixing, directS + tail.fadeS);
    tail.seed = options.seed;
    tail.index = options.sourceIndex;
    const SourceDirectivity directivity(source);
    for (std::size_t b = 0; b < filterBandCount; ++b)
        tail.sourcePower[b] = directivity.meanSquare(b);

    const bool diffuse = !room.anechoic();
    const EnergyDecay decay(room, source.positionM, listener.positionM);
    const double windowS = static_cast<double>(Head::fftSizeAt(options.rateHz)) / options.rateHz;
    tail.endS =
        diffuse ? std::max(decay.durationS(options.decayDb, options.maximumS), directS + windowS) : directS + windowS;
    const bool imagesOnly = !diffuse || options.tail == Tail::Images || tail.startS >= tail.endS;
    const double seamS = tail.startS;
    if (imagesOnly)
        tail.startS = 2.0 * tail.endS; // never
    // Without a head the late images are added all at once; with one, each goes through it.
    const bool lateField = imagesOnly && diffuse && head == nullptr && seamS < tail.endS;
    const double imagesUntilS = lateField ? seamS : imagesOnly ? tail.endS : tail.startS + 0.5 * tail.fadeS;

    if (diffuse)
        requireFewImages(room, source, imagesUntilS);

    const auto frames = static_cast<std::size_t>(std::ceil(tail.endS * options.rateHz));
    Response response{AudioBuffer(head != nullptr ? 2 : channels, frames, options.rateHz), anechoicDrrDb};
    PathWriter writer(response.audio, head, HeadRotation(listener.orientation), room.firstBand());
    const auto paths =
        imageSourcePaths(room, source, listener.positionM, imagesUntilS, {options.seed, options.sourceIndex});
    writer.add(paths.front(), 1.0);
    if (!diffuse)
        return response;

    AudioBuffer direct = response.audio;
    for (std::size_t i = 1; i < paths.size(); ++i)
        writer.add(paths[i], imagesOnly ? 1.0 : imageFade(paths[i].delayS, tail));
    if (lateField)
        addImageField(response.audio, room, source, listener,
                      {.fromS = seamS, .untilS = tail.endS, .threads = options.threads},
                      {options.seed, options.sourceIndex});
    const auto add = [&](const AudioBuffer& noise) {
        for (std::size_t n = 0; n < response.audio.all().size(); ++n)
            response.audio.all()[n] += noise.all()[n];
    };
    if (!imagesOnly)
        add(lateTail(decay, head, channels, tail));
    if (room.scatters())
        add(scatteredTail(decay, head, channels, tail, directS));
    double reverberant = 1e-30;
    for (std::size_t n = 0; n < direct.all().size(); ++n)
        reverberant += std::pow(static_cast<double>(response.audio.all()[n]) - direct.all()[n], 2);
    response.drrDb = 10.0 * std::log10(energy(direct.all()) / reverberant);
    return response;
}

} // namespace binaurium
