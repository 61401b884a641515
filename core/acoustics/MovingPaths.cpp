// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/MovingPaths.h"

#include "core/acoustics/PathFilter.h"
#include "core/audio/SpectrumProduct.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

namespace binaurium {
namespace {

constexpr double imageSearchStepS = 0.05; // how often images are looked up; none crosses the room in that time

// Filters without phase of their own (air) begin a little before time 0, which wraps to the end of their window.
constexpr std::size_t filterLead = 48;

// What one path does at one time, per channel.
struct Knot
{
    bool audible = false;
    std::array<PathFilter::Placement, 4> placement{};
    std::array<FftVector<Complex>, 4> filter; // at the bins of the block convolution
};

// Catmull-Rom between b and c at u in 0 .. 1.
double glide(double a, double b, double c, double d, double u)
{
    return b + 0.5 * u * (c - a + u * (2.0 * a - 5.0 * b + 4.0 * c - d + u * (3.0 * (b - c) + d - a)));
}

// One source: block by block, all paths added up in the frequency domain. Old and new filter of a block are convolved
// with the same gliding input and cross-faded after the inverse FFT.
class Run
{
public:
    Run(const RoomAcoustics& room, const Head* head, const MovingPathsOptions& options, const Source& source,
        const Listener& listener, std::span<const float> dry, AudioBuffer& out)
        : room_(room), options_(options), path_(source), listener_(listener), source_(source), signal_(dry), out_(out),
          filter_(head, out.rateHz(), room.firstBand()), block_(filter_.fft().size() / 2),
          fft_(Fft::ofSize(2 * filter_.fft().size())), images_(audibleImages()), channels_(out.channels()),
          short_(filter_.fft().bins()), shortTime_(filter_.fft().size()), time_(fft_->size()), spectrum_(fft_->bins()),
          positions_(block_), sums_(2 * channels_, FftVector<Complex>(fft_->bins()))
    {
        source_.trajectory = {};
        knots_.resize(images_.size());
        history_.assign(images_.size() * channels_, std::vector<float>(fft_->size() - block_));
        for (auto& ring : knots_)
            for (Knot& knot : ring)
                for (std::size_t c = 0; c < channels_; ++c)
                    knot.filter[c].resize(fft_->bins());
    }

    std::vector<MovingPaths::Energies> render(double frameS)
    {
        const auto blocks = static_cast<std::ptrdiff_t>((out_.frames() + block_ - 1) / block_);
        std::vector<MovingPaths::Energies> perFrame(
            static_cast<std::size_t>(std::ceil(out_.durationS() / frameS - 1e-9)));
        for (std::ptrdiff_t k = -1; k < 2; ++k)
            measure(k);
        // The convolution reaches back: what sounded before the first block is silence, as is the delay line there.
        for (std::ptrdiff_t k = 0; k < blocks; ++k) {
            measure(k + 2);
            renderBlock(k);
            noteEnergies(k, frameS, perFrame);
        }
        return perFrame;
    }

private:
    [[nodiscard]] double timeOf(std::ptrdiff_t block) const
    {
        return static_cast<double>(block) * static_cast<double>(block_) / out_.rateHz();
    }

    [[nodiscard]] double fade(double delayS) const
    {
        if (options_.fadeEndS <= options_.fadeStartS)
            return 1.0;
        const double position =
            std::clamp((delayS - options_.fadeStartS) / (options_.fadeEndS - options_.fadeStartS), 0.0, 1.0);
        return std::cos(0.5 * std::numbers::pi * position);
    }

    // Every image that is heard at any time; the direct sound first.
    std::vector<std::array<int, 3>> audibleImages()
    {
        std::set<std::array<int, 3>> found;
        Source source = path_;
        for (double t = 0.0; t <= out_.durationS() + imageSearchStepS; t += imageSearchStepS) {
            const Pose pose = poseAt(path_, t);
            source.positionM = pose.positionM;
            for (const auto& path : imageSourcePaths(room_, source, poseAt(listener_, t).positionM,
                                                     room_.anechoic() ? 0.0 : options_.fadeEndS, options_.jitter))
                found.insert(path.image);
        }
        found.erase({0, 0, 0});
        std::vector<std::array<int, 3>> images{{0, 0, 0}};
        images.insert(images.end(), found.begin(), found.end());
        return images;
    }

    Knot& knot(std::size_t image, std::ptrdiff_t block)
    {
        return knots_[image][static_cast<std::size_t>(block + 4) % 4];
    }

    // All paths at the start of a block.
    void measure(std::ptrdiff_t block)
    {
        const double t = std::max(0.0, timeOf(block));
        const Pose pose = poseAt(path_, t);
        const Pose head = poseAt(listener_, t);
        const HeadRotation rotation(head.orientation);
        source_.positionM = pose.positionM;
        source_.orientation = pose.orientation;
        for (std::size_t i = 0; i < images_.size(); ++i) {
            const auto path = imageSourcePath(room_, source_, head.positionM, images_[i], options_.jitter);
            const double gain = i == 0 ? 1.0 : fade(path.delayS);
            Knot& now = knot(i, block);
            now.audible = gain > 0.0;
            filter_.set(path, rotation, now.audible ? gain : 1.0);
            for (std::size_t c = 0; c < channels_; ++c) {
                now.placement[c] = filter_.spectrum(c, short_);
                now.placement[c].delaySamples -= static_cast<double>(filterLead);
                if (now.audible)
                    lengthen(now.placement[c].gain, now.filter[c]);
                else
                    std::fill(now.filter[c].begin(), now.filter[c].end(), Complex{});
            }
        }
    }

    // The filter in short_ at the bins of the block convolution, filterLead samples later.
    void lengthen(float gain, std::span<Complex> filter)
    {
        filter_.fft().inverse(short_, shortTime_);
        std::fill(time_.begin(), time_.end(), 0.0F);
        for (std::size_t n = 0; n < shortTime_.size(); ++n)
            time_[(n + filterLead) % shortTime_.size()] = gain * shortTime_[n];
        fft_->forward(time_, filter);
    }

    void renderBlock(std::ptrdiff_t k)
    {
        for (auto& sum : sums_)
            std::fill(sum.begin(), sum.end(), Complex{});
        for (std::size_t i = 0; i < images_.size(); ++i) {
            const bool audible = knot(i, k).audible || knot(i, k + 1).audible;
            for (std::size_t c = 0; c < channels_; ++c) {
                readDelayed(i, c, k);
                if (!audible)
                    continue;
                fft_->forward(time_, spectrum_);
                addProduct(spectrum_.data(), knot(i, k).filter[c].data(), sums_[2 * c]);
                addProduct(spectrum_.data(), knot(i, k + 1).filter[c].data(), sums_[2 * c + 1]);
            }
        }
        for (std::size_t c = 0; c < channels_; ++c)
            crossFade(c, static_cast<std::size_t>(k) * block_);
    }

    // Input of a path for the block convolution: what came before, then this block, read from the delay line at the
    // gliding delay.
    void readDelayed(std::size_t image, std::size_t channel, std::ptrdiff_t k)
    {
        auto& history = history_[image * channels_ + channel];
        std::copy(history.begin(), history.end(), time_.begin());
        const auto delay = [&](std::ptrdiff_t block) { return knot(image, block).placement[channel].delaySamples; };
        const double a = delay(k - 1), b = delay(k), c = delay(k + 1), d = delay(k + 2);
        for (std::size_t n = 0; n < block_; ++n) {
            const double at = static_cast<double>(k) * static_cast<double>(block_) + static_cast<double>(n);
            const double u = static_cast<double>(n) / static_cast<double>(block_);
            positions_[n] = at - glide(a, b, c, d, u);
        }
        signal_.read(positions_, std::span(time_).subspan(history.size()));
        std::copy_n(time_.begin() + static_cast<std::ptrdiff_t>(block_), history.size(), history.begin());
    }

    void crossFade(std::size_t channel, std::size_t first)
    {
        const auto out = out_.channel(channel);
        const std::size_t count = std::min(block_, out.size() - first);
        const std::size_t valid = fft_->size() - block_;
        for (std::size_t part = 0; part < 2; ++part) { // the old filter fades out, the new one in
            fft_->inverse(sums_[2 * channel + part], time_);
            for (std::size_t n = 0; n < count; ++n) {
                const float up = static_cast<float>(n) / static_cast<float>(block_);
                out[first + n] += (part == 0 ? 1.0F - up : up) * time_[valid + n];
            }
        }
    }

    // Energy of a filter over all channels.
    [[nodiscard]] double energyOf(const Knot& now) const
    {
        double sum = 0.0;
        for (std::size_t c = 0; c < channels_; ++c)
            for (const Complex& value : now.filter[c])
                sum += static_cast<double>(std::norm(value));
        return 2.0 * sum / static_cast<double>(fft_->size());
    }

    void noteEnergies(std::ptrdiff_t k, double frameS, std::vector<MovingPaths::Energies>& perFrame)
    {
        // The block that holds the centre of a frame stands for it.
        const auto frame = static_cast<std::size_t>(std::max(0.0, timeOf(k) / frameS));
        const double centre = (static_cast<double>(frame) + 0.5) * frameS;
        if (frame >= perFrame.size() || timeOf(k) > centre || timeOf(k + 1) <= centre)
            return;
        perFrame[frame].direct = energyOf(knot(0, k));
        for (std::size_t i = 1; i < images_.size(); ++i)
            if (knot(i, k).audible)
                perFrame[frame].images += energyOf(knot(i, k));
    }

    const RoomAcoustics& room_;
    const MovingPathsOptions& options_;
    const Source& path_;
    const Listener& listener_;
    Source source_; // where it is at the time in question
    InterpolatedSignal signal_;
    AudioBuffer& out_;
    PathFilter filter_;
    std::size_t block_;
    std::shared_ptr<const Fft> fft_;
    std::vector<std::array<int, 3>> images_;
    std::size_t channels_;
    FftVector<Complex> short_;
    FftVector<float> shortTime_, time_;
    FftVector<Complex> spectrum_;
    std::vector<double> positions_;
    std::vector<FftVector<Complex>> sums_;   // per channel: with the old filters, with the new ones
    std::vector<std::array<Knot, 4>> knots_; // per image, ring over blocks
    std::vector<std::vector<float>> history_;
};

} // namespace

MovingPaths::MovingPaths(const RoomAcoustics& room, const Head* head, const MovingPathsOptions& options)
    : room_(room), head_(head), options_(options)
{}

std::vector<MovingPaths::Energies> MovingPaths::render(const Source& source, const Listener& listener,
                                                       std::span<const float> dry, AudioBuffer& out,
                                                       double frameS) const
{
    return Run(room_, head_, options_, source, listener, dry, out).render(frameS);
}

} // namespace binaurium
