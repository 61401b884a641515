// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/ImageField.h"

#include "core/acoustics/FractionalDelay.h"
#include "core/acoustics/SourceDirectivity.h"
#include "core/audio/Fft.h"
#include "core/support/Parallel.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

constexpr std::size_t parts = 8;    // of the work; a fixed number, so that sums do not depend on the threads
constexpr std::size_t airHop = 128; // samples between the frames in which air is constant
constexpr std::size_t airFft = 4 * airHop;
constexpr double ringingS = 0.05; // room for the band filters at the end

// Image positions along one axis with the product of their walls' amplitude factors per lane.
template <std::size_t Lanes>
struct AxisImages
{
    struct Image
    {
        double offsetM; // from the listener
        int number;     // as in AcousticPath::image
        std::array<float, Lanes> gain;
    };
    std::vector<Image> images;
};

// Walls with the same factors in all bands need one lane only.
bool isFlat(const RoomAcoustics& room)
{
    for (std::size_t w = 0; w < wallCount; ++w)
        for (std::size_t b = room.firstBand(); b < filterBandCount; ++b)
            if (room.wallLogGain(static_cast<Wall>(w), b) !=
                room.wallLogGain(static_cast<Wall>(w), filterBandCount - 1))
                return false;
    return true;
}

// Sums of images, [sample][lane] per channel.
template <std::size_t Lanes>
class ImageSum
{
public:
    ImageSum(const RoomAcoustics& room, const Source& source, const Listener& listener,
             const ImageFieldOptions& options, const ImageJitter& jitter, std::size_t channels, std::size_t frames,
             double rateHz)
        : room_(room), source_(source), listener_(listener), options_(options), jitter_(jitter), directivity_(source),
          sourceAxis_(source.orientation), head_(listener.orientation), channels_(channels), frames_(frames),
          samplesPerM_(rateHz / room.speedOfSoundMPerS()), reachM_(options.untilS * room.speedOfSoundMPerS()),
          nearestM_(options.fromS * room.speedOfSoundMPerS()),
          simple_(directivity_.isOmnidirectional() && room.imageJitterM() <= 0.0 && channels == 1)
    {
        const Vec3& s = source.positionM;
        const Vec3& l = listener.positionM;
        const Vec3& size = room.sizeM();
        x_ = axis(s.x, l.x, size.x, Wall::West, Wall::East);
        y_ = axis(s.y, l.y, size.y, Wall::South, Wall::North);
        z_ = axis(s.z, l.z, size.z, Wall::Floor, Wall::Ceiling);
    }

    // One lane or band after the other: [channel][lane][frame].
    std::vector<FftVector<float>> sum()
    {
        std::vector<std::vector<float>> partial(parts);
        parallelFor(parts, options_.threads, [&](std::int64_t part) {
            auto& sums = partial[static_cast<std::size_t>(part)];
            sums.assign(channels_ * (frames_ + 2 * SincKernels::taps) * Lanes, 0.0F);
            addPart(static_cast<std::size_t>(part), sums);
        });
        std::vector<FftVector<float>> result(channels_ * Lanes, FftVector<float>(frames_));
        for (std::size_t c = 0; c < channels_; ++c)
            for (std::size_t lane = 0; lane < Lanes; ++lane)
                for (std::size_t n = 0; n < frames_; ++n) {
                    const std::size_t at =
                        ((c * (frames_ + 2 * SincKernels::taps)) + n + SincKernels::taps) * Lanes + lane;
                    float total = 0.0F;
                    for (const auto& sums : partial)
                        total += sums[at];
                    result[c * Lanes + lane][n] = total;
                }
        return result;
    }

private:
    AxisImages<Lanes> axis(double source, double listener, double size, Wall low, Wall high) const
    {
        AxisImages<Lanes> axis;
        const int limit = static_cast<int>(std::ceil((reachM_ + room_.imageJitterM()) / size)) + 1;
        for (int number = -2 * limit; number <= 2 * limit; ++number) {
            const double position = number % 2 == 0 ? number * size + source : (number + 1) * size - source;
            if (std::abs(position - listener) > reachM_ + 2.0 * room_.imageJitterM())
                continue;
            const int hits = std::abs(number);
            const int hitsLow = std::abs(number > 0 ? number / 2 : (number - 1) / 2);
            std::array<float, Lanes> gain{};
            for (std::size_t lane = 0; lane < Lanes; ++lane) {
                const std::size_t band =
                    std::min(Lanes == 1 ? filterBandCount - 1 : room_.firstBand() + lane, filterBandCount - 1);
                gain[lane] = std::exp(static_cast<float>(hitsLow) * room_.wallLogGain(low, band) +
                                      static_cast<float>(hits - hitsLow) * room_.wallLogGain(high, band));
            }
            axis.images.push_back({position - listener, number, gain});
        }
        return axis;
    }

    void addPart(std::size_t part, std::vector<float>& sums) const
    {
        const double searchM = reachM_ + 2.0 * room_.imageJitterM();
        for (std::size_t i = part; i < x_.images.size(); i += parts) {
            const auto& ix = x_.images[i];
            for (const auto& iy : y_.images) {
                const double plane = ix.offsetM * ix.offsetM + iy.offsetM * iy.offsetM;
                if (plane > searchM * searchM)
                    continue;
                std::array<float, Lanes> gain{};
                for (std::size_t lane = 0; lane < Lanes; ++lane)
                    gain[lane] = ix.gain[lane] * iy.gain[lane];
                for (const auto& iz : z_.images) {
                    if (simple_)
                        addSimple(std::sqrt(plane + iz.offsetM * iz.offsetM), gain, iz.gain, sums);
                    else
                        addGeneral({ix.number, iy.number, iz.number}, sums);
                }
            }
        }
    }

    void addSimple(double distanceM, const std::array<float, Lanes>& plane, const std::array<float, Lanes>& z,
                   std::vector<float>& sums) const
    {
        if (distanceM > reachM_ || distanceM <= nearestM_)
            return;
        const auto spread = static_cast<float>(1.0 / (4.0 * std::numbers::pi * distanceM));
        std::array<float, Lanes> gain{};
        for (std::size_t lane = 0; lane < Lanes; ++lane)
            gain[lane] = spread * plane[lane] * z[lane];
        deposit(distanceM, gain, sums.data());
    }

    // With directivity, jitter or direction of arrival: as a path.
    void addGeneral(const std::array<int, 3>& image, std::vector<float>& sums) const
    {
        const auto path = imageSourcePath(room_, source_, listener_.positionM, image, jitter_);
        if (path.distanceM > reachM_ || path.distanceM <= nearestM_)
            return;
        const Vec3 d = head_.toHead(path.arrival);
        const std::array<double, 4> ambisonic{1.0, d.y, d.z, d.x};
        for (std::size_t c = 0; c < channels_; ++c) {
            const auto factor = static_cast<float>(path.inverted ? -ambisonic[c] : ambisonic[c]);
            std::array<float, Lanes> gain{};
            for (std::size_t lane = 0; lane < Lanes; ++lane) {
                const std::size_t band =
                    std::min(Lanes == 1 ? filterBandCount - 1 : room_.firstBand() + lane, filterBandCount - 1);
                const float air = static_cast<float>(path.distanceM) * room_.airLogGainPerM(band);
                gain[lane] = factor * std::exp(path.logGains[band] - air);
            }
            deposit(path.distanceM, gain, sums.data() + c * (frames_ + 2 * SincKernels::taps) * Lanes);
        }
    }

    void deposit(double distanceM, const std::array<float, Lanes>& gain, float* sums) const
    {
        const double at = distanceM * samplesPerM_;
        const auto start = static_cast<std::size_t>(at);
        if (start + SincKernels::taps >= frames_ + SincKernels::taps)
            return;
        std::array<float, SincKernels::taps> weights;
        kernels_.weights(at - static_cast<double>(start), weights);
        float* out = sums + (start + SincKernels::taps - SincKernels::lead) * Lanes;
        for (std::size_t tap = 0; tap < SincKernels::taps; ++tap)
            for (std::size_t lane = 0; lane < Lanes; ++lane)
                out[tap * Lanes + lane] += weights[tap] * gain[lane];
    }

    const RoomAcoustics& room_;
    const Source& source_;
    const Listener& listener_;
    const ImageFieldOptions& options_;
    const ImageJitter& jitter_;
    SourceDirectivity directivity_;
    HeadRotation sourceAxis_;
    HeadRotation head_;
    const SincKernels& kernels_ = SincKernels::instance();
    std::size_t channels_;
    std::size_t frames_;
    double samplesPerM_;
    double reachM_;
    double nearestM_;
    bool simple_;
    AxisImages<Lanes> x_, y_, z_;
};

// Bands (all of one channel) filtered and added up; one lane stays as it is.
FftVector<float> joinBands(std::span<const FftVector<float>> lanes, const RoomAcoustics& room, double rateHz)
{
    if (lanes.size() == 1)
        return lanes[0];
    const std::size_t frames = lanes[0].size();
    const auto fft = Fft::ofSize(powerOfTwoAtLeast(frames + static_cast<std::size_t>(ringingS * rateHz)));
    FftVector<float> time(fft->size());
    FftVector<Complex> spectrum(fft->bins()), sum(fft->bins());
    const double lowest = filterBandHz[room.firstBand()];
    const std::size_t bands = filterBandCount - room.firstBand();
    for (std::size_t band = 0; band < bands; ++band) {
        std::fill(time.begin(), time.end(), 0.0F);
        std::copy(lanes[band].begin(), lanes[band].end(), time.begin());
        fft->forward(time, spectrum);
        for (std::size_t k = 0; k < spectrum.size(); ++k) {
            const double hz = std::max(1.0, static_cast<double>(k) * rateHz / static_cast<double>(fft->size()));
            const double position = std::clamp(std::log2(hz / lowest), 0.0, static_cast<double>(bands - 1));
            const double weight = 1.0 - std::abs(position - static_cast<double>(band));
            if (weight > 0.0)
                sum[k] += static_cast<float>(weight) * spectrum[k];
        }
    }
    fft->inverse(sum, time);
    return {time.begin(), time.begin() + static_cast<std::ptrdiff_t>(frames)};
}

// Air over the distance that belongs to each time: overlap-add of Hann frames, each with the magnitude of its centre.
void addThroughAir(std::span<const float> field, const RoomAcoustics& room, double rateHz, std::span<float> out)
{
    const auto fft = Fft::ofSize(airFft);
    const auto bank = MinimumPhaseBank::of(airFft, rateHz, room.firstBand());
    std::vector<float> airPerM(fft->bins());
    for (std::size_t k = 0; k < airPerM.size(); ++k)
        for (std::size_t b = room.firstBand(); b < filterBandCount; ++b)
            airPerM[k] += bank->weight(b, k) * room.airLogGainPerM(b);
    FftVector<float> time(airFft);
    FftVector<Complex> spectrum(fft->bins());
    const auto hop = static_cast<std::ptrdiff_t>(airHop);
    for (std::ptrdiff_t centre = 0; centre < static_cast<std::ptrdiff_t>(field.size()) + hop; centre += hop) {
        std::fill(time.begin(), time.end(), 0.0F); // the frame lies in the middle; what rings stays inside
        const std::ptrdiff_t shift = centre - 2 * hop;
        for (std::ptrdiff_t n = std::max<std::ptrdiff_t>(0, centre - hop);
             n < std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(field.size()), centre + hop); ++n) {
            const double position = std::numbers::pi * static_cast<double>(n - centre) / static_cast<double>(hop);
            time[static_cast<std::size_t>(n - shift)] =
                static_cast<float>(0.5 + 0.5 * std::cos(position)) * field[static_cast<std::size_t>(n)];
        }
        fft->forward(time, spectrum);
        const auto metres = static_cast<float>(static_cast<double>(centre) / rateHz * room.speedOfSoundMPerS());
        for (std::size_t k = 0; k < spectrum.size(); ++k)
            spectrum[k] *= std::exp(metres * airPerM[k]);
        fft->inverse(spectrum, time);
        for (std::ptrdiff_t n = std::max<std::ptrdiff_t>(0, -shift);
             n < std::min(static_cast<std::ptrdiff_t>(airFft), static_cast<std::ptrdiff_t>(out.size()) - shift); ++n)
            out[static_cast<std::size_t>(shift + n)] += time[static_cast<std::size_t>(n)];
    }
}

template <std::size_t Lanes>
void addField(AudioBuffer& audio, const RoomAcoustics& room, const Source& source, const Listener& listener,
              const ImageFieldOptions& options, const ImageJitter& jitter)
{
    ImageSum<Lanes> field(room, source, listener, options, jitter, audio.channels(), audio.frames(), audio.rateHz());
    const auto lanes = field.sum();
    for (std::size_t c = 0; c < audio.channels(); ++c) {
        const auto joined = joinBands(std::span(lanes).subspan(c * Lanes, Lanes), room, audio.rateHz());
        addThroughAir(joined, room, audio.rateHz(), audio.channel(c));
    }
}

} // namespace

void addImageField(AudioBuffer& audio, const RoomAcoustics& room, const Source& source, const Listener& listener,
                   const ImageFieldOptions& options, const ImageJitter& jitter)
{
    if (isFlat(room) && source.directivity != Directivity::Speaker)
        addField<1>(audio, room, source, listener, options, jitter);
    else if (room.firstBand() == 1)
        addField<8>(audio, room, source, listener, options, jitter);
    else
        addField<16>(audio, room, source, listener, options, jitter);
}

} // namespace binaurium
