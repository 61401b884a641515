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

constexpr std::ptrdiff_t glideAhead = 2; // blocks that the spline of a delay looks ahead
constexpr std::size_t ringBlocks = 8;

// What one path does at the start of a block.
struct Knot
{
    AcousticPath path;
    double gain = 0.0; // 0: the tail has taken over
    std::array<double, 4> delaysSamples{};
};

// The filters of one path at the start of a block, at the bins of the block convolution.
struct KnotFilters
{
    std::ptrdiff_t block = -1; // that they belong to
    std::array<FftVector<Complex>, 4> channel;
};

// Catmull-Rom between b and c.
class Glide
{
public:
    Glide(double a, double b, double c, double d)
        : constant_(b), linear_(0.5 * (c - a)), square_(0.5 * (2.0 * a - 5.0 * b + 4.0 * c - d)),
          cube_(0.5 * (3.0 * (b - c) + d - a))
    {}
    // At u in 0 .. 1.
    [[nodiscard]] double at(double u) const noexcept { return constant_ + u * (linear_ + u * (square_ + u * cube_)); }

private:
    double constant_, linear_, square_, cube_;
};

// One source: block by block, all paths added up in the frequency domain. Old and new filter of a block are convolved
// with the same gliding input and cross-faded after the inverse FFT. A path costs nothing while it is inaudible or its
// input silent.
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
        rotations_.assign(ringBlocks, HeadRotation(Orientation{}));
        knots_.resize(images_.size());
        filters_.resize(images_.size());
        for (auto& pair : filters_)
            for (KnotFilters& filters : pair)
                for (std::size_t c = 0; c < channels_; ++c)
                    filters.channel[c].resize(fft_->bins());
        inputs_.assign(images_.size() * channels_, {std::vector<float>(fft_->size() - block_), 0});
    }

    std::vector<MovingPaths::Energies> render(double frameS)
    {
        const auto blocks = static_cast<std::ptrdiff_t>((out_.frames() + block_ - 1) / block_);
        std::vector<MovingPaths::Energies> perFrame(
            static_cast<std::size_t>(std::ceil(out_.durationS() / frameS - 1e-9)));
        for (std::ptrdiff_t k = -1; k < blocksAhead(); ++k)
            measure(k);
        // The convolution reaches back: what sounded before the first block is silence, as is the delay line there.
        for (std::ptrdiff_t k = 0; k < blocks; ++k) {
            measure(k + blocksAhead());
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

    // Blocks that the past of an input is made of.
    [[nodiscard]] std::ptrdiff_t blocksPast() const noexcept
    {
        return static_cast<std::ptrdiff_t>(fft_->size() / block_) - 1;
    }

    // A path is read from the delay line before it is audible, so that its past is known when it is.
    [[nodiscard]] std::ptrdiff_t blocksAhead() const noexcept { return std::max(glideAhead, blocksPast() + 1); }

    [[nodiscard]] double fade(double delayS) const
    {
        if (delayS <= options_.fadeStartS)
            return 1.0;
        if (delayS >= options_.fadeEndS)
            return 0.0;
        return std::cos(0.5 * std::numbers::pi * (delayS - options_.fadeStartS) /
                        (options_.fadeEndS - options_.fadeStartS));
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

    static std::size_t ring(std::ptrdiff_t block) noexcept
    {
        return static_cast<std::size_t>(block + static_cast<std::ptrdiff_t>(ringBlocks)) % ringBlocks;
    }
    Knot& knot(std::size_t image, std::ptrdiff_t block) { return knots_[image][ring(block)]; }

    // All paths at the start of a block.
    void measure(std::ptrdiff_t block)
    {
        const double t = std::max(0.0, timeOf(block));
        const Pose pose = poseAt(path_, t);
        const Pose head = poseAt(listener_, t);
        rotations_[ring(block)] = HeadRotation(head.orientation);
        source_.positionM = pose.positionM;
        source_.orientation = pose.orientation;
        for (std::size_t i = 0; i < images_.size(); ++i) {
            Knot& now = knot(i, block);
            now.path = imageSourcePath(room_, source_, head.positionM, images_[i], options_.jitter);
            now.gain = i == 0 ? 1.0 : fade(now.path.delayS);
            now.delaysSamples = filter_.delaysSamples(now.path, rotations_[ring(block)]);
        }
    }

    // The filters of an audible path at the start of a block, made when they are first asked for.
    const KnotFilters& filters(std::size_t image, std::ptrdiff_t block)
    {
        KnotFilters& filters = filters_[image][static_cast<std::size_t>(block) % 2];
        if (filters.block == block)
            return filters;
        filters.block = block;
        const Knot& now = knot(image, block);
        filter_.set(now.path, rotations_[ring(block)], now.gain);
        for (std::size_t c = 0; c < channels_; ++c)
            lengthen(filter_.spectrum(c, short_).gain, filters.channel[c]);
        return filters;
    }

    // The filter in short_ at the bins of the block convolution, filterLead samples later.
    void lengthen(float gain, std::span<Complex> filter)
    {
        filter_.fft().inverse(short_, shortTime_);
        const std::size_t size = shortTime_.size();
        for (std::size_t n = 0; n < filterLead; ++n)
            time_[n] = gain * shortTime_[size - filterLead + n];
        for (std::size_t n = filterLead; n < size; ++n)
            time_[n] = gain * shortTime_[n - filterLead];
        std::fill(time_.begin() + static_cast<std::ptrdiff_t>(size), time_.end(), 0.0F);
        fft_->forward(time_, filter);
    }

    void renderBlock(std::ptrdiff_t k)
    {
        for (auto& sum : sums_)
            std::fill(sum.begin(), sum.end(), Complex{});
        for (std::size_t i = 0; i < images_.size(); ++i)
            if (isNeeded(i, k))
                for (std::size_t c = 0; c < channels_; ++c)
                    addPath(i, c, k);
        for (std::size_t c = 0; c < channels_; ++c)
            crossFade(c, static_cast<std::size_t>(k) * block_);
    }

    // Whether a path is audible in this block, or soon enough for this block to be part of its past.
    [[nodiscard]] bool isNeeded(std::size_t image, std::ptrdiff_t k)
    {
        for (std::ptrdiff_t at = k; at <= k + blocksAhead(); ++at)
            if (knot(image, at).gain > 0.0)
                return true;
        return false;
    }

    void addPath(std::size_t image, std::size_t channel, std::ptrdiff_t k)
    {
        const bool sounds = readDelayed(image, channel, k);
        if (!sounds || (knot(image, k).gain <= 0.0 && knot(image, k + 1).gain <= 0.0))
            return;
        fft_->forward(time_, spectrum_);
        for (std::ptrdiff_t part = 0; part < 2; ++part)
            if (knot(image, k + part).gain > 0.0) {
                auto& sum = sums_[2 * channel + static_cast<std::size_t>(part)];
                addProduct(spectrum_.data(), filters(image, k + part).channel[channel].data(), sum);
            }
    }

    // Input of a path for the block convolution, into time_: what came before, then this block, read from the delay
    // line at the gliding delay. False where all of it is silence.
    bool readDelayed(std::size_t image, std::size_t channel, std::ptrdiff_t k)
    {
        Input& input = inputs_[image * channels_ + channel];
        const auto delay = [&](std::ptrdiff_t block) { return knot(image, block).delaysSamples[channel]; };
        const Glide glide(delay(k - 1), delay(k), delay(k + 1), delay(k + 2));
        const auto length = static_cast<double>(block_);
        const double start = static_cast<double>(k) * length + static_cast<double>(filterLead);
        for (std::size_t n = 0; n < block_; ++n)
            positions_[n] = start + static_cast<double>(n) - glide.at(static_cast<double>(n) / length);
        const bool silent = signal_.isSilent(positions_.front(), positions_.back()); // nothing is as fast as sound
        input.silentBlocks = silent ? input.silentBlocks + 1 : 0;
        if (input.silentBlocks > blocksPast())
            return false;
        const auto past = static_cast<std::ptrdiff_t>(input.past.size());
        std::copy(input.past.begin(), input.past.end(), time_.begin());
        signal_.read(positions_, std::span(time_).subspan(input.past.size()));
        std::copy_n(time_.begin() + static_cast<std::ptrdiff_t>(block_), past, input.past.begin());
        return true;
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

    // Energy of a path at the start of a block over all channels.
    [[nodiscard]] double energyOf(std::size_t image, std::ptrdiff_t block)
    {
        const KnotFilters& of = filters(image, block);
        double sum = 0.0;
        for (std::size_t c = 0; c < channels_; ++c)
            for (const Complex& value : of.channel[c])
                sum += static_cast<double>(std::norm(value));
        return 2.0 * sum / static_cast<double>(fft_->size());
    }

    void noteEnergies(std::ptrdiff_t k, double frameS, std::vector<MovingPaths::Energies>& perFrame)
    {
        // The block that holds the centre of a frame stands for it; the last frame may end before its centre.
        const double last = out_.durationS() - 0.5 / out_.rateHz();
        for (auto frame = static_cast<std::size_t>(timeOf(k) / frameS);
             frame < perFrame.size() && static_cast<double>(frame) * frameS < timeOf(k + 1); ++frame) {
            const double centre = std::min((static_cast<double>(frame) + 0.5) * frameS, last);
            if (timeOf(k) > centre || timeOf(k + 1) <= centre)
                continue;
            perFrame[frame].direct = energyOf(0, k);
            for (std::size_t i = 1; i < images_.size(); ++i)
                if (knot(i, k).gain > 0.0)
                    perFrame[frame].images += energyOf(i, k);
        }
    }

    // What the delay line gave for one path and channel before the current block.
    struct Input
    {
        std::vector<float> past;
        std::ptrdiff_t silentBlocks = 0; // up to now, without a break
    };

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
    std::vector<FftVector<Complex>> sums_;            // per channel: with the old filters, with the new ones
    std::vector<HeadRotation> rotations_;             // ring over blocks
    std::vector<std::array<Knot, ringBlocks>> knots_; // per image, ring over blocks
    std::vector<std::array<KnotFilters, 2>> filters_; // per image, even and odd blocks
    std::vector<Input> inputs_;                       // per image and channel
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
