// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/ItemAudio.h"

#include "core/acoustics/Head.h"
#include "core/acoustics/HeadCatalogue.h"
#include "core/audio/Fft.h"
#include "core/dataset/ItemMaker.h"
#include "core/dataset/Sectors.h"
#include "core/scene/SceneFile.h"
#include "core/support/Error.h"
#include "core/support/Json.h"
#include "core/support/Parallel.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

constexpr double silentRms = 1e-3;
constexpr double itdHighHz = 1500.0;
constexpr double itdLowHz = 150.0;
constexpr double longestItdS = 0.001;
constexpr double clearItdUs = 60.0; // smaller ones say no side
constexpr double emptyDb = -200.0;

struct Spectra
{
    std::shared_ptr<const Fft> fft;
    std::array<FftVector<Complex>, 2> ear;
};

Spectra spectraOf(const AudioBuffer& audio)
{
    Spectra s;
    s.fft = Fft::ofSize(powerOfTwoAtLeast(2 * audio.frames()));
    FftVector<float> time(s.fft->size());
    for (std::size_t e = 0; e < 2; ++e) {
        std::fill(time.begin(), time.end(), 0.0F);
        std::copy(audio.channel(e).begin(), audio.channel(e).end(), time.begin());
        s.ear[e].resize(s.fft->bins());
        s.fft->forward(time, s.ear[e]);
    }
    return s;
}

double itdOf(Spectra& s, double rateHz)
{
    const double binHz = rateHz / static_cast<double>(s.fft->size());
    for (std::size_t k = 0; k < s.fft->bins(); ++k) {
        const double f = static_cast<double>(k) * binHz;
        s.ear[0][k] = f >= itdLowHz && f <= itdHighHz ? s.ear[0][k] * std::conj(s.ear[1][k]) : Complex{};
    }
    FftVector<float> correlation(s.fft->size());
    s.fft->inverse(s.ear[0], correlation);
    const auto reach = static_cast<std::ptrdiff_t>(longestItdS * rateHz);
    const auto size = static_cast<std::ptrdiff_t>(s.fft->size());
    std::ptrdiff_t best = 0;
    for (std::ptrdiff_t lag = -reach; lag <= reach; ++lag)
        if (correlation[static_cast<std::size_t>((lag + size) % size)] >
            correlation[static_cast<std::size_t>((best + size) % size)])
            best = lag;
    return -1e6 * static_cast<double>(best) / rateHz; // L R* peaks at minus the lead of the left ear
}

double rmsOf(const AudioBuffer& audio)
{
    double power = 0.0;
    for (const float x : audio.all())
        power += static_cast<double>(x) * x;
    return std::sqrt(power / static_cast<double>(std::max<std::size_t>(1, audio.all().size())));
}

// What one rendered item says; summed by measureAudio().
struct Verdict
{
    bool failed = false, clipped = false, silent = false, noisy = false, hasSide = false, wrongSide = false;
    std::string problem;
};

Verdict judge(const Item& item, ItemRenderer& renderer)
{
    Verdict v;
    try {
        const auto result = renderer.render(item);
        v.clipped = std::any_of(result.audio.all().begin(), result.audio.all().end(),
                                [](float x) { return std::abs(x) > 1.0F; });
        v.silent = rmsOf(result.audio) < silentRms;
        const auto scene = sceneFromJson(item.scene, item.id);
        const auto facts = factsOf(scene);
        v.noisy = std::none_of(facts.sources.begin(), facts.sources.end(), [](const auto& s) { return s.audible; });
        if (facts.sources.size() != 1)
            return v;
        const auto side = sideOf(facts.sources[0]);
        const double itdUs = fingerprintOf(result.audio).itdUs;
        v.hasSide = side && std::abs(itdUs) >= clearItdUs && !v.noisy;
        v.wrongSide = v.hasSide && (itdUs > 0.0) != (*side == "left");
    } catch (const Error& e) {
        v.failed = true;
        v.problem = item.id + ": " + e.what();
    }
    return v;
}

} // namespace

std::shared_ptr<const Head> ItemRenderer::headOf(const Item& item)
{
    if (!item.head.is_object())
        return nullptr;
    const JsonObject o(item.head, "item " + item.id, "head");
    const auto id = o.string("id");
    HeadOptions options{.rateHz = rateHz_};
    options.frequencyScale = o.number("frequency_scale", 0.7, 1.4, 1.0);
    options.diffuseFieldEqualised = o.boolean("diffuse_field_equalised", false);
    const auto key = item.head.dump();
    {
        const std::scoped_lock lock(mutex_);
        if (const auto found = heads_.find(key); found != heads_.end())
            return found->second;
    }
    options.itdScale = o.number("itd_scale", 0.7, 1.4, 1.0);
    if (o.has("blend")) {
        const auto blend = o.object("blend");
        options.blendWith = fileOf(blend.string("id"), item);
        options.blendShare = blend.number("share", 0.0, 1.0);
    }
    auto head = Head::load(fileOf(id, item), options); // other threads go on meanwhile
    const std::scoped_lock lock(mutex_);
    return heads_.emplace(key, std::move(head)).first->second;
}

std::filesystem::path ItemRenderer::fileOf(const std::string& id, const Item& item) const
{
    for (const auto& entry : readHeadCatalogue())
        if (entry.id == id)
            if (auto file = findHeadFile(entry, headFolders_); !file.empty())
                return file;
    throw missing("the head '" + id + "' of item " + item.id + " is not on this computer",
                  "give the folder of the SOFA files with --heads");
}

RenderResult ItemRenderer::render(const Item& item, OutputFormat format)
{
    if (!item.scene.is_object())
        throw badInput("item " + item.id, "holds no scene to render");
    RenderOptions options;
    options.rateHz = rateHz_;
    options.format = format;
    options.head = headOf(item);
    options.allowOutside = true; // sounds of the data folders have absolute names here
    options.threads = 1;
    return renderScene(localScene(sceneFromJson(item.scene, "item " + item.id)), options);
}

AudioFingerprint fingerprintOf(const AudioBuffer& audio)
{
    if (audio.channels() != 2 || audio.frames() == 0)
        throw badInput("fingerprint", "needs two channels");
    AudioFingerprint print;
    auto s = spectraOf(audio);
    const double binHz = audio.rateHz() / static_cast<double>(s.fft->size());
    for (std::size_t e = 0; e < 2; ++e)
        for (std::size_t b = 0; b < octaveBandCount; ++b) {
            const auto first = static_cast<std::size_t>(octaveBandHz[b] / std::sqrt(2.0) / binHz);
            const auto end =
                std::min(s.fft->bins(), static_cast<std::size_t>(octaveBandHz[b] * std::sqrt(2.0) / binHz));
            double power = 0.0;
            for (std::size_t k = first; k < end; ++k)
                power += static_cast<double>(std::norm(s.ear[e][k]));
            const double scale = static_cast<double>(s.fft->size()) * static_cast<double>(audio.frames()) / 2.0;
            print.levelDb[e][b] = power > 0.0 ? wholeParts(10.0 * std::log10(power / scale), 100) : emptyDb;
        }
    print.itdUs = wholeParts(itdOf(s, audio.rateHz()), 10);
    return print;
}

Json toJson(const AudioFingerprint& f)
{
    return {{"left_db", f.levelDb[0]}, {"right_db", f.levelDb[1]}, {"itd_us", f.itdUs}};
}

AudioAudit measureAudio(const std::vector<Item>& items, const std::vector<std::filesystem::path>& headFolders,
                        int threads, const ProgressCallback& progress)
{
    ItemRenderer renderer(headFolders);
    std::vector<Verdict> verdicts(items.size());
    parallelFor(
        static_cast<std::int64_t>(items.size()), threads,
        [&](std::int64_t i) {
            verdicts[static_cast<std::size_t>(i)] = judge(items[static_cast<std::size_t>(i)], renderer);
        },
        progress, "audio");
    AudioAudit audit;
    for (const Verdict& v : verdicts) {
        ++audit.measured;
        audit.failed += v.failed;
        audit.clipped += v.clipped;
        audit.silent += v.silent;
        audit.noisy += v.noisy;
        audit.directions += v.hasSide;
        audit.wrongSide += v.wrongSide;
        if (audit.problem.empty())
            audit.problem = v.problem;
    }
    return audit;
}

} // namespace binaurium
