// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/ImageSources.h"

#include "core/acoustics/SourceDirectivity.h"
#include "core/support/Error.h"
#include "core/support/Random.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <spdlog/fmt/fmt.h>

namespace binaurium {
namespace {

// Position of an image along one axis and the walls hit on the way. Even numbers are translated sources, odd mirrored.
struct AxisImage
{
    double positionM;
    int number;
    [[nodiscard]] bool mirrored() const noexcept { return number % 2 != 0; }
    [[nodiscard]] int hits() const noexcept { return std::abs(number); }
    // Reflections at the wall at 0, and at that at `size`: one more there when an odd path goes up first.
    [[nodiscard]] int hitsLow() const noexcept { return std::abs(number > 0 ? number / 2 : (number - 1) / 2); }
    [[nodiscard]] int hitsHigh() const noexcept { return hits() - hitsLow(); }
};

AxisImage axisImage(int number, double source, double size)
{
    return {number % 2 == 0 ? number * size + source : (number + 1) * size - source, number};
}

std::vector<AxisImage> axisImages(double source, double listener, double size, double reachM)
{
    const int limit = static_cast<int>(std::ceil(reachM / size)) + 1;
    std::vector<AxisImage> images;
    for (int pair = -limit; pair <= limit; ++pair)
        for (const int number : {2 * pair, 2 * pair - 1}) {
            const AxisImage image = axisImage(number, source, size);
            if (std::abs(image.positionM - listener) <= reachM)
                images.push_back(image);
        }
    return images;
}

class PathBuilder
{
public:
    PathBuilder(const RoomAcoustics& room, const Source& source, const Vec3& listenerM, const ImageJitter& jitter)
        : room_(room), listenerM_(listenerM), jitter_(jitter), axis_(source.orientation), directivity_(source),
          directM_(length(source.positionM - listenerM))
    {}

    [[nodiscard]] AcousticPath build(const AxisImage& ix, const AxisImage& iy, const AxisImage& iz) const
    {
        AcousticPath path;
        path.image = {ix.number, iy.number, iz.number};
        path.order = ix.hits() + iy.hits() + iz.hits();
        Vec3 offset = Vec3{ix.positionM, iy.positionM, iz.positionM} - listenerM_;
        if (path.order >= 2 && room_.imageJitterM() > 0.0)
            displace(path, offset);
        path.distanceM = length(offset);
        path.delayS = path.distanceM / room_.speedOfSoundMPerS();
        path.arrival = (1.0 / path.distanceM) * offset;
        setGains(path, ix, iy, iz);
        return path;
    }

private:
    void displace(const AcousticPath& path, Vec3& offset) const
    {
        const auto code = [](int n) { return static_cast<std::uint64_t>(n + (1 << 19)); };
        const std::uint64_t image = code(path.image[0]) << 40 | code(path.image[1]) << 20 | code(path.image[2]);
        RandomStream random(jitter_.seed ^ (jitter_.index * 0x9e3779b97f4a7c15ULL), "image jitter", image);
        const double reach = room_.imageJitterM() * (path.order - 1) / path.order;
        offset =
            offset + Vec3{random.uniform(-reach, reach), random.uniform(-reach, reach), random.uniform(-reach, reach)};
        const double distance = length(offset);
        if (distance < directM_)
            offset = (directM_ / std::max(distance, 1e-9)) * offset;
    }

    void setGains(AcousticPath& path, const AxisImage& ix, const AxisImage& iy, const AxisImage& iz) const
    {
        auto spread = static_cast<float>(std::log(1.0 / (4.0 * std::numbers::pi * path.distanceM)));
        BandLogGains radiated{};
        if (!directivity_.isOmnidirectional()) {
            // The ray leaves the source mirrored as often as its image was.
            const Vec3 departure{ix.mirrored() ? path.arrival.x : -path.arrival.x,
                                 iy.mirrored() ? path.arrival.y : -path.arrival.y,
                                 iz.mirrored() ? path.arrival.z : -path.arrival.z};
            const double cosine = axis_.toHead(departure).x;
            radiated = directivity_.logGains(cosine);
            path.inverted = directivity_.isInverted(cosine);
        }
        const auto metres = static_cast<float>(path.distanceM);
        for (std::size_t b = 0; b < filterBandCount; ++b) {
            path.wallLogGains[b] = static_cast<float>(ix.hitsLow()) * room_.wallLogGain(Wall::West, b) +
                                   static_cast<float>(ix.hitsHigh()) * room_.wallLogGain(Wall::East, b) +
                                   static_cast<float>(iy.hitsLow()) * room_.wallLogGain(Wall::South, b) +
                                   static_cast<float>(iy.hitsHigh()) * room_.wallLogGain(Wall::North, b) +
                                   static_cast<float>(iz.hitsLow()) * room_.wallLogGain(Wall::Floor, b) +
                                   static_cast<float>(iz.hitsHigh()) * room_.wallLogGain(Wall::Ceiling, b);
            path.logGains[b] = spread + radiated[b] + metres * room_.airLogGainPerM(b) + path.wallLogGains[b];
        }
    }

    const RoomAcoustics& room_;
    const Vec3& listenerM_;
    const ImageJitter& jitter_;
    HeadRotation axis_;
    SourceDirectivity directivity_;
    double directM_;
};

} // namespace

std::vector<AcousticPath> imageSourcePaths(const RoomAcoustics& room, const Source& source, const Vec3& listenerM,
                                           double untilS, const ImageJitter& jitter)
{
    const PathBuilder builder(room, source, listenerM, jitter);
    const Vec3& s = source.positionM;
    std::vector<AcousticPath> paths{builder.build({s.x, 0}, {s.y, 0}, {s.z, 0})};
    if (room.anechoic())
        return paths;
    const double reachM = std::max(untilS * room.speedOfSoundMPerS(), paths.front().distanceM);
    // Displaced images may come within reach from a little outside.
    const double searchM = reachM + std::sqrt(3.0) * room.imageJitterM();
    const auto xs = axisImages(s.x, listenerM.x, room.sizeM().x, searchM);
    const auto ys = axisImages(s.y, listenerM.y, room.sizeM().y, searchM);
    const auto zs = axisImages(s.z, listenerM.z, room.sizeM().z, searchM);
    for (const auto& ix : xs)
        for (const auto& iy : ys) {
            const double dx = ix.positionM - listenerM.x;
            const double dy = iy.positionM - listenerM.y;
            if (dx * dx + dy * dy > searchM * searchM)
                continue;
            for (const auto& iz : zs) {
                const double dz = iz.positionM - listenerM.z;
                if (ix.hits() + iy.hits() + iz.hits() == 0 || dx * dx + dy * dy + dz * dz > searchM * searchM)
                    continue;
                auto path = builder.build(ix, iy, iz);
                if (path.distanceM <= reachM)
                    paths.push_back(path);
            }
        }
    return paths;
}

AcousticPath imageSourcePath(const RoomAcoustics& room, const Source& source, const Vec3& listenerM,
                             const std::array<int, 3>& image, const ImageJitter& jitter)
{
    const Vec3& s = source.positionM;
    const Vec3& size = room.sizeM();
    return PathBuilder(room, source, listenerM, jitter)
        .build(axisImage(image[0], s.x, size.x), axisImage(image[1], s.y, size.y), axisImage(image[2], s.z, size.z));
}

void requireFewImages(const RoomAcoustics& room, const Source& source, double untilS, double millionsMax)
{
    const double millions =
        4e-6 / 3.0 * std::numbers::pi * std::pow(room.speedOfSoundMPerS() * untilS, 3) / room.volumeM3();
    if (millions > millionsMax)
        throw Error(ErrorKind::Usage,
                    fmt::format("render: source '{}' has {:.3g} million image sources until {:.3g} s, too many to go "
                                "through a head one by one (at most {:g} million); use the statistical tail, a shorter "
                                "mixing time, mono or foa at rest, or a less reverberant room",
                                source.name, millions, untilS, millionsMax));
}

} // namespace binaurium
