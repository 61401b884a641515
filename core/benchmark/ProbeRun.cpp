// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/ProbeRun.h"

#include "core/benchmark/LinearProbe.h"
#include "core/benchmark/report/Scoring.h"
#include "core/dataset/SceneFacts.h"
#include "core/model/LayerStates.h"
#include "core/scene/SceneFile.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Median.h"
#include "core/support/Random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace binaurium {
namespace {

constexpr std::size_t scenesTogether = 8; // rendered side by side
constexpr std::size_t fewestScenes = 20;
constexpr std::size_t mostProblems = 20;

struct Heard
{
    Direction direction;
    double distanceM = 0.0;
    std::string label;
    std::string cluster;
};

// The one source of a scene, where there is exactly one and it stands still.
std::optional<Heard> onlySource(const Item& item)
{
    if (!item.scene.is_object())
        return std::nullopt;
    const auto scene = sceneFromJson(item.scene, "item " + item.id);
    const auto facts = factsOf(scene);
    if (scene.sources.size() != 1 || facts.sources.size() != 1 || !facts.sources[0].audible || facts.sources[0].moves)
        return std::nullopt;
    const auto& source = facts.sources[0];
    return Heard{source.direction, source.distanceM, source.label->id, clusterOf(item)};
}

// The layers of all scenes, and what is to be read from them.
class Probes
{
public:
    explicit Probes(ProbeReport& report) : report_(report) {}

    void add(const Heard& heard, std::vector<LayerState>&& states)
    {
        if (layers_.empty())
            for (const auto& state : states)
                layers_.push_back({{state.stage, state.layer, state.position, {}}, {state.values.size(), {}}});
        for (std::size_t i = 0; i < states.size(); ++i)
            layers_[i].features.values.insert(layers_[i].features.values.end(), states[i].values.begin(),
                                              states[i].values.end());
        heard_.push_back(heard);
    }

    void score(const ProbeOptions& options, const ProgressCallback& progress)
    {
        if (heard_.size() < fewestScenes)
            throw badInput(options.data.string(), "has " + std::to_string(heard_.size()) +
                                                      " scenes of one still source; probes need at least 20");
        prepare(static_cast<std::size_t>(options.folds));
        report_.scenes = static_cast<int>(heard_.size());
        report_.classes = static_cast<int>(classes_.size());
        scoreConstants();
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            reportProgress(progress, {"probe", static_cast<std::int64_t>(i), static_cast<std::int64_t>(layers_.size()),
                                      layers_[i].place.stage});
            scoreLayer(layers_[i]);
        }
    }

private:
    struct Layer
    {
        LayerState place; // without values
        ProbeFeatures features;
    };

    void prepare(std::size_t folds)
    {
        std::map<std::string, std::size_t> clusters;
        for (const Heard& h : heard_) {
            clusters_.push_back(clusters.emplace(h.cluster, clusters.size()).first->second);
            fold_.push_back(hash64(h.cluster) % folds);
            classes_.emplace(h.label, 0);
        }
        std::size_t next = 0;
        for (auto& [label, index] : classes_)
            index = next++;
        outputs_ = 3 + classes_.size(); // sine, cosine, ln metres, one per class
        for (const Heard& h : heard_) {
            const double azimuth = radians(h.direction.azimuthDeg);
            targets_.insert(targets_.end(), {std::sin(azimuth), std::cos(azimuth), std::log(h.distanceM)});
            targets_.resize(targets_.size() + classes_.size());
            *(targets_.end() - static_cast<std::ptrdiff_t>(classes_.size() - classes_[h.label])) = 1.0;
        }
    }

    // Columns [first, first + count) of the targets.
    std::vector<double> columns(std::size_t first, std::size_t count) const
    {
        std::vector<double> values;
        for (std::size_t r = 0; r < heard_.size(); ++r)
            for (std::size_t c = 0; c < count; ++c)
                values.push_back(targets_[r * outputs_ + first + c]);
        return values;
    }

    double azimuthError(std::size_t row, double sine, double cosine) const
    {
        return azimuthDifferenceDeg(heard_[row].direction.azimuthDeg, degrees(std::atan2(sine, cosine)));
    }
    double distanceError(std::size_t row, double logMetres) const
    {
        return std::abs(std::exp(logMetres) - heard_[row].distanceM) / heard_[row].distanceM;
    }

    // Range of the logarithms of the distances in the folds that the map of a row has seen: it says nothing beyond.
    std::pair<double, double> knownDistances(std::size_t row) const
    {
        std::pair<double, double> range{INFINITY, -INFINITY};
        for (std::size_t i = 0; i < heard_.size(); ++i)
            if (fold_[i] != fold_[row])
                range = {std::min(range.first, targets_[i * outputs_ + 2]),
                         std::max(range.second, targets_[i * outputs_ + 2])};
        return range;
    }

    void scoreLayer(const Layer& layer)
    {
        const auto add = [&](const char* target, const std::vector<double>& values) {
            double sum = 0.0;
            for (const double v : values)
                sum += v;
            report_.scores.push_back({layer.place.stage, layer.place.layer, layer.place.position, target,
                                      sum / static_cast<double>(values.size()),
                                      bootstrapMean(values, clusters_, report_.bootstrap)});
        };
        // Each property gets a penalty of its own.
        const auto azimuth = crossValidatedRidge(layer.features, columns(0, 2), 2, fold_);
        const auto distance = crossValidatedRidge(layer.features, columns(2, 1), 1, fold_);
        const auto k = classes_.size();
        const auto label = crossValidatedRidge(layer.features, columns(3, k), k, fold_);
        std::vector<double> angles, shares, right;
        for (std::size_t r = 0; r < heard_.size(); ++r) {
            angles.push_back(azimuthError(r, azimuth[2 * r], azimuth[2 * r + 1]));
            const auto [nearest, farthest] = knownDistances(r);
            shares.push_back(distanceError(r, std::clamp(distance[r], nearest, farthest)));
            const auto row = label.begin() + static_cast<std::ptrdiff_t>(r * k);
            const auto best =
                static_cast<std::size_t>(std::max_element(row, row + static_cast<std::ptrdiff_t>(k)) - row);
            right.push_back(best == classes_.at(heard_[r].label) ? 1.0 : 0.0);
        }
        add("azimuth", angles);
        add("distance", shares);
        add("class", right);
    }

    // What a map reaches that does not look: it knows the training folds alone.
    void scoreConstants()
    {
        const auto n = static_cast<double>(heard_.size());
        for (std::size_t r = 0; r < heard_.size(); ++r) {
            double sine = 0.0, cosine = 0.0;
            std::vector<double> logMetres;
            std::map<std::string, int> counts;
            for (std::size_t i = 0; i < heard_.size(); ++i) {
                if (fold_[i] == fold_[r])
                    continue;
                sine += targets_[i * outputs_];
                cosine += targets_[i * outputs_ + 1];
                logMetres.push_back(targets_[i * outputs_ + 2]);
                ++counts[heard_[i].label];
            }
            const auto frequent = std::max_element(counts.begin(), counts.end(),
                                                   [](const auto& a, const auto& b) { return a.second < b.second; });
            if (frequent == counts.end())
                throw badInput("probe", "all scenes fall into one fold; give more");
            report_.azimuthConstantDeg += azimuthError(r, sine, cosine) / n;
            report_.distanceConstant += distanceError(r, median(logMetres)) / n;
            report_.classConstant += (frequent->first == heard_[r].label ? 1.0 : 0.0) / n;
        }
    }

    ProbeReport& report_;
    std::vector<Heard> heard_;
    std::vector<Layer> layers_;
    std::vector<std::size_t> clusters_, fold_;
    std::map<std::string, std::size_t> classes_;
    std::size_t outputs_ = 0;
    std::vector<double> targets_;
};

// One item of each scene with a single source, at most `limit`, drawn by seed.
std::vector<std::pair<const Item*, Heard>> scenesOf(const BenchmarkData& data, const DataOptions& sample)
{
    std::vector<std::pair<const Item*, Heard>> scenes;
    std::set<std::string> seen;
    for (const Item& item : data.items)
        if (auto heard = onlySource(item); heard && seen.insert(sceneKeyOf(item)).second)
            scenes.emplace_back(&item, std::move(*heard));
    RandomStream(sample.seed, "probe scenes").shuffle(std::span(scenes));
    if (sample.limit >= 0 && static_cast<std::size_t>(sample.limit) < scenes.size())
        scenes.resize(static_cast<std::size_t>(sample.limit));
    return scenes;
}

} // namespace

bool ProbeOptions::isValid(std::string* error) const
{
    const bool ok = !output.empty() && !question.empty() && folds >= 2 && folds <= 100;
    if (!ok && error != nullptr)
        *error = "give an output (-o), a question, and 2 to 100 folds";
    return ok && bootstrap.isValid(error);
}

ProbeReport runProbes(const ProbeOptions& options, HearingModel& model, const ProgressCallback& progress)
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "bench probe: " + error);
    auto* reader = dynamic_cast<LayerReader*>(&model);
    if (reader == nullptr)
        throw Error(ErrorKind::Usage, "bench probe: the layers of '" + model.name() + "' cannot be looked at");
    DataOptions everything = options.sample;
    everything.limit = -1;
    const auto data = readBenchmarkData(options.data, everything);
    ProbeReport report;
    report.key = {model.name(), model.sha256(), data.sha256, options.sample.seed};
    report.dataName = data.name;
    report.folds = options.folds;
    report.question = options.question;
    report.bootstrap = options.bootstrap;
    const auto scenes = scenesOf(data, options.sample);
    ItemSounds sounds(data.folder, options.headFolders);
    Probes probes(report);
    for (std::size_t start = 0; start < scenes.size(); start += scenesTogether) {
        reportProgress(progress,
                       {"hear", static_cast<std::int64_t>(start), static_cast<std::int64_t>(scenes.size()), data.name});
        const auto count = std::min(scenesTogether, scenes.size() - start);
        std::vector<const Item*> items;
        for (std::size_t i = 0; i < count; ++i)
            items.push_back(scenes[start + i].first);
        const auto [audio, errors] =
            sounds.audioOf(items, [&](const Item& item) { return &item == scenes.front().first; });
        for (std::size_t i = 0; i < count; ++i) {
            if (errors[i].empty())
                probes.add(scenes[start + i].second, reader->layerStates(audio[i], options.question));
            else if (report.problems.size() < mostProblems)
                report.problems.push_back(errors[i]);
        }
    }
    probes.score(options, progress);
    const auto file = std::filesystem::is_directory(options.output) ? options.output / "probes.json" : options.output;
    writeFileAtomically(file, toJson(report).dump(1) + "\n");
    return report;
}

ProbeReport runProbes(const ProbeOptions& options, const ProgressCallback& progress)
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "bench probe: " + error);
    (void)readBenchmarkData(options.data, options.sample); // its faults before the model is loaded
    const auto model = HearingModel::load(options.model, progress);
    return runProbes(options, *model, progress);
}

} // namespace binaurium
