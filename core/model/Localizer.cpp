// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Localizer.h"

#include "core/audio/AudioRange.h"
#include "core/model/nn/FrontEnd.h"
#include "core/scene/Geometry.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double windowS = 1.0; // what most training clips lasted; longer audio is several looks at each source
constexpr double frameS = 0.1;
constexpr double sameSourceDeg = 20.0; // slots nearer than this, with the same label, are one source
constexpr float silentRms = 1e-5F;
constexpr float leastProbability = 1e-4F; // one look never rules a direction out

// Sums over the frames in which a slot is active; becomes one source.
struct SlotSum
{
    std::array<double, azimuthBinCount> posterior{}; // sum of log-probabilities: looks at one source multiply
    std::vector<double> label;
    double activity = 0.0, elevation = 0.0, logDistance = 0.0;
    int frames = 0;
};

// Mass of a posterior in front of the axis through the ears or behind it, whichever side the azimuth is on. What lies
// on the axis itself belongs to both by halves.
double shareOnItsSide(const std::array<float, azimuthBinCount>& posterior, double azimuthDeg)
{
    constexpr std::size_t left = azimuthBinCount / 4, right = 3 * azimuthBinCount / 4;
    double behind = 0.5 * static_cast<double>(posterior[left] + posterior[right]);
    for (std::size_t k = left + 1; k < right; ++k)
        behind += static_cast<double>(posterior[k]);
    return std::clamp(std::abs(azimuthDeg) > 90.0 ? behind : 1.0 - behind, 0.0, 1.0);
}

LocalizedSource summary(const SlotSum& sum, const std::vector<std::string>& labels)
{
    LocalizedSource source;
    std::array<float, azimuthBinCount> posterior{};
    double total = 0.0;
    for (const double logProbability : sum.posterior)
        total += std::exp(logProbability / std::max(1e-9, sum.activity));
    for (std::size_t k = 0; k < posterior.size(); ++k)
        posterior[k] = static_cast<float>(std::exp(sum.posterior[k] / std::max(1e-9, sum.activity)) / total);
    const auto azimuth = nn::decodeAzimuth(posterior.data(), static_cast<int>(posterior.size()));
    source.azimuthDeg = azimuth.azimuthDeg;
    source.confidence = azimuth.confidence;
    source.frontBackConfidence = shareOnItsSide(posterior, azimuth.azimuthDeg);
    source.elevationDeg = std::clamp(nn::elevationUnitDeg * sum.elevation / sum.activity, -90.0, 90.0);
    source.distanceM = std::exp(sum.logDistance / sum.activity);
    source.activity = sum.activity / std::max(1, sum.frames);
    const auto best =
        static_cast<std::size_t>(std::max_element(sum.label.begin(), sum.label.end()) - sum.label.begin());
    source.label = best < labels.size() ? labels[best] : std::string();
    return source;
}

class WindowReader
{
public:
    WindowReader(const nn::SpatialEncoding& e, const std::vector<std::string>& labels) : labels_(labels)
    {
        activity_ = torch::sigmoid(e.activity)[0].cpu().contiguous();
        azimuth_ = torch::softmax(e.azimuth, 3)[0].cpu().contiguous();
        label_ = torch::softmax(e.classLogits, 3)[0].cpu().contiguous();
        elevation_ = e.elevation[0].cpu().contiguous();
        distance_ = e.logDistance[0].cpu().contiguous();
        mixed_ = nn::mixedPosterior(e)[0].cpu().contiguous();
    }

    [[nodiscard]] std::int64_t frames() const { return activity_.size(0); }

    LocalizationFrame frame(std::int64_t t, double timeS) const
    {
        LocalizationFrame frame;
        frame.timeS = timeS;
        std::copy_n(mixed_[t].data_ptr<float>(), azimuthBinCount, frame.posterior.begin());
        for (std::int64_t s = 0; s < activity_.size(1); ++s) {
            if (activity_[t][s].item<double>() < soundingActivity)
                continue;
            SlotSum one;
            add(one, t, s);
            LocalizedSource source = summary(one, labels_);
            source.id = static_cast<int>(s);
            frame.sources.push_back(source);
        }
        return frame;
    }

    void addAll(std::vector<SlotSum>& slots) const
    {
        slots.resize(static_cast<std::size_t>(activity_.size(1)));
        for (std::size_t s = 0; s < slots.size(); ++s)
            for (std::int64_t t = 0; t < frames(); ++t)
                add(slots[s], t, static_cast<std::int64_t>(s));
    }

private:
    void add(SlotSum& sum, std::int64_t t, std::int64_t s) const
    {
        const double a = activity_[t][s].item<double>();
        sum.label.resize(static_cast<std::size_t>(label_.size(2)));
        const float* azimuth = azimuth_[t][s].data_ptr<float>();
        const float* label = label_[t][s].data_ptr<float>();
        for (std::size_t k = 0; k < azimuthBinCount; ++k)
            sum.posterior[k] += a * std::log(std::max(azimuth[k], leastProbability));
        for (std::size_t k = 0; k < sum.label.size(); ++k)
            sum.label[k] += a * label[k];
        sum.activity += a;
        sum.elevation += a * elevation_[t][s].item<double>();
        sum.logDistance += a * distance_[t][s].item<double>();
        ++sum.frames;
    }

    const std::vector<std::string>& labels_;
    torch::Tensor activity_, azimuth_, label_, elevation_, distance_, mixed_;
};

// Adds the slots of one window to the sources found so far: one label on one cone is one source, whose posterior then
// weighs both places.
void join(std::vector<SlotSum>& sources, const std::vector<SlotSum>& slots, const std::vector<std::string>& labels)
{
    for (const SlotSum& slot : slots) {
        if (slot.activity / std::max(1, slot.frames) < presentFrom)
            continue;
        const auto heard = summary(slot, labels);
        const auto same = std::find_if(sources.begin(), sources.end(), [&](const SlotSum& other) {
            const auto known = summary(other, labels);
            return known.label == heard.label && onOneCone(known.azimuthDeg, heard.azimuthDeg);
        });
        if (same == sources.end()) {
            sources.push_back(slot);
            continue;
        }
        for (std::size_t k = 0; k < azimuthBinCount; ++k)
            same->posterior[k] += slot.posterior[k];
        for (std::size_t k = 0; k < slot.label.size(); ++k)
            same->label[k] += slot.label[k];
        same->activity += slot.activity;
        same->elevation += slot.elevation;
        same->logDistance += slot.logDistance;
        same->frames += slot.frames;
    }
}

bool isSilent(const AudioBuffer& audio)
{
    double power = 0.0;
    for (const float s : audio.all())
        power += static_cast<double>(s) * s;
    return power <= static_cast<double>(silentRms) * silentRms * static_cast<double>(audio.all().size());
}

// Nothing sounds: no source, and every direction is equally (un)likely.
LocalizationFrame silentFrame(double timeS)
{
    LocalizationFrame frame;
    frame.timeS = timeS;
    frame.posterior.fill(1.0F / azimuthBinCount);
    return frame;
}

} // namespace

bool onOneCone(double a, double b)
{
    return azimuthDifferenceDeg(a, b) < sameSourceDeg ||
           azimuthDifferenceDeg(wrapDegrees(180.0 - a), b) < sameSourceDeg;
}

Localization localizeWith(nn::FrontEnd& frontEnd, const std::vector<std::string>& labels, const AudioBuffer& audio,
                          const ProgressCallback& progress)
{
    torch::NoGradGuard guard;
    nn::FrontEnd::requireStereo(audio);
    Localization result;
    result.durationS = audio.durationS();
    result.frameS = frameS;
    std::vector<SlotSum> sources;
    // Windows of nearly equal length, whole frames each, so that no short rest is left at the end.
    const auto frames = std::max<std::int64_t>(1, std::llround(audio.durationS() / frameS));
    const auto windows = std::max<std::int64_t>(1, std::llround(audio.durationS() / windowS));
    const auto sampleOf = [&](std::int64_t frame) {
        return std::min(audio.frames(),
                        static_cast<std::size_t>(std::llround(static_cast<double>(frame) * frameS * audio.rateHz())));
    };
    std::size_t slotCount = 0;
    for (std::int64_t w = 0; w < windows; ++w) {
        reportProgress(progress, {"localize", w, windows, {}});
        const auto first = w * frames / windows;
        const auto end = (w + 1) * frames / windows;
        const auto part = audioFrames(audio, sampleOf(first), sampleOf(end) - sampleOf(first));
        const WindowReader reader(frontEnd.localize(part), labels);
        const bool silent = isSilent(part);
        for (std::int64_t t = 0; t < std::min(reader.frames(), end - first); ++t) {
            const double timeS = (static_cast<double>(first + t) + 0.5) * frameS;
            result.frames.push_back(silent ? silentFrame(timeS) : reader.frame(t, timeS));
        }
        if (silent)
            continue;
        std::vector<SlotSum> slots;
        reader.addAll(slots);
        slotCount = slots.size();
        join(sources, slots, labels);
    }
    for (const auto& frame : result.frames)
        for (std::size_t k = 0; k < azimuthBinCount; ++k)
            result.posterior[k] += frame.posterior[k] / static_cast<float>(result.frames.size());
    std::sort(sources.begin(), sources.end(),
              [](const SlotSum& a, const SlotSum& b) { return a.activity > b.activity; });
    // What was heard far less than the strongest source is more often a mistake than a source of its own; nor can there
    // be more sources than slots.
    const double least = sources.empty() ? 0.0 : minorShare * sources.front().activity;
    std::erase_if(sources, [&](const SlotSum& sum) { return sum.activity < least; });
    if (sources.size() > slotCount)
        sources.resize(slotCount);
    for (const SlotSum& sum : sources) {
        result.sources.push_back(summary(sum, labels));
        result.sources.back().id = static_cast<int>(result.sources.size()) - 1;
    }
    return result;
}

} // namespace binaurium
