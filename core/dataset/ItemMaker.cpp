// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/ItemMaker.h"

#include "core/dataset/Evidence.h"
#include "core/dataset/Program.h"
#include "core/scene/SceneFile.h"
#include "core/support/DataPaths.h"
#include "core/support/Json.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace binaurium {
namespace {

constexpr int sceneTries = 32;
constexpr int templateTries = 8;
static_assert(sceneTries * templateTries <= 256);

// Decimal fractions whose shortest text is short: 0.1 + 0.2 -> 0.3.
void roundPosition(Vec3& p)
{
    for (double* value : {&p.x, &p.y, &p.z})
        *value = wholeParts(*value, 1e4);
}

void roundOrientation(Orientation& o)
{
    for (double* value : {&o.yawDeg, &o.pitchDeg, &o.rollDeg})
        *value = wholeParts(*value, 1e2);
}

void roundTrajectory(Trajectory& way)
{
    for (Waypoint& w : way.waypoints) {
        w.timeS = wholeParts(w.timeS, 1e3);
        roundPosition(w.positionM);
        roundOrientation(w.orientation);
    }
}

// Relative to the data folder that holds the file; as it is where none does.
std::string portableName(const std::filesystem::path& file)
{
    if (file.is_absolute())
        for (const auto& folder : dataFolders()) {
            const auto relative = file.lexically_relative(std::filesystem::absolute(folder));
            if (!relative.empty() && *relative.begin() != "..")
                return relative.generic_string();
        }
    return file.string();
}

// Members beyond the first three only where they differ from a head as it was measured.
Json headToJson(const SampledScene& sample)
{
    const HeadOptions& o = sample.headOptions;
    Json head = {{"id", sample.headId},
                 {"frequency_scale", o.frequencyScale},
                 {"diffuse_field_equalised", o.diffuseFieldEqualised}};
    if (o.itdScale != 1.0)
        head["itd_scale"] = o.itdScale;
    if (!sample.headBlendId.empty())
        head["blend"] = {{"id", sample.headBlendId}, {"share", o.blendShare}};
    return head;
}

// The twin of a scene with two sources: the same sounds with their places exchanged.
Scene exchanged(Scene scene)
{
    std::swap(scene.sources[0].positionM, scene.sources[1].positionM);
    return scene;
}

} // namespace

Scene portableScene(Scene scene)
{
    for (double* value : {&scene.room.sizeM.x, &scene.room.sizeM.y, &scene.room.sizeM.z})
        *value = wholeParts(*value, 1e3);
    for (WallSurface& wall : scene.room.walls)
        for (std::size_t b = 0; b < wall.absorption.size(); ++b) {
            wall.absorption[b] = wholeParts(wall.absorption[b], 1e3);
            wall.scattering[b] = wholeParts(wall.scattering[b], 1e3);
        }
    scene.room.temperatureC = wholeParts(scene.room.temperatureC, 10);
    scene.room.relativeHumidityPercent = wholeParts(scene.room.relativeHumidityPercent, 10);
    scene.noise.levelDb = wholeParts(scene.noise.levelDb, 100);
    roundPosition(scene.listener.positionM);
    roundOrientation(scene.listener.orientation);
    for (Source& source : scene.sources) {
        roundPosition(source.positionM);
        roundTrajectory(source.trajectory);
        source.gainDb = wholeParts(source.gainDb, 100);
        source.startS = wholeParts(source.startS, 1e3);
        source.endS = wholeParts(source.endS, 1e3);
        source.sound.file = portableName(source.sound.file);
    }
    scene.room.measured = portableName(scene.room.measured);
    for (auto& ear : scene.microphones.equaliserDb)
        for (double& gainDb : ear)
            gainDb = wholeParts(gainDb, 100);
    scene.microphones.selfNoiseDb = wholeParts(scene.microphones.selfNoiseDb, 100);
    return scene;
}

Scene localScene(Scene scene)
{
    const auto local = [](std::string& file, const char* advice) {
        if (!file.empty() && std::filesystem::path(file).is_relative())
            file = std::filesystem::absolute(requireData(file, advice)).string();
    };
    for (Source& source : scene.sources)
        local(source.sound.file, "install the sounds");
    local(scene.room.measured, "put the measured room there");
    return scene;
}

ItemMaker::ItemMaker(DatasetRecipe recipe, const std::vector<std::filesystem::path>& headFolders,
                     std::optional<Split> only)
    : recipe_(std::move(recipe))
{
    for (const Split split : {Split::Train, Split::Validation, Split::Test})
        if (recipe_.count[static_cast<std::size_t>(split)] > 0 && (!only || *only == split))
            lanes_[static_cast<std::size_t>(split)] = makeLane(split, headFolders);
    std::map<std::string, std::vector<const QuestionTemplate*>> byTask;
    for (const QuestionTemplate& t : questionTemplates())
        byTask[t.task].push_back(&t);
    double total = 0.0;
    for (auto& [task, templates] : byTask) {
        const auto weight = recipe_.tasks.find(task);
        total += recipe_.tasks.empty() ? 1.0 : weight == recipe_.tasks.end() ? 0.0 : weight->second;
        weights_.push_back(total);
        byTask_.push_back(std::move(templates));
    }
}

ItemMaker::Lane ItemMaker::makeLane(Split split, const std::vector<std::filesystem::path>& headFolders) const
{
    SamplerOptions scene = recipe_.scene;
    scene.split = split;
    HeadPoolOptions pool;
    pool.split = split;
    pool.folders = headFolders;
    pool.variantsPerHead = split == Split::Train ? recipe_.headVariants : 1;
    pool.itdScaleLow = recipe_.headItdScale.low;
    pool.itdScaleHigh = recipe_.headItdScale.high;
    pool.blendedShare = recipe_.headBlendedShare;
    pool.load = false;
    Lane lane;
    lane.sampler = std::make_shared<const SceneSampler>(
        scene, std::make_shared<const SoundCatalogue>(SoundCatalogue::read(recipe_.sounds)),
        std::make_shared<const HeadPool>(pool, recipe_.seed));
    lane.questions = std::make_shared<const QuestionMaker>(split, lane.sampler->labels());
    return lane;
}

const QuestionTemplate& ItemMaker::drawTemplate(RandomStream& random) const
{
    const double pick = random.uniform() * weights_.back();
    const auto task = std::upper_bound(weights_.begin(), weights_.end(), pick) - weights_.begin();
    const auto& templates = byTask_[std::min(static_cast<std::size_t>(task), byTask_.size() - 1)];
    return *templates[random.below(templates.size())];
}

std::vector<Item> ItemMaker::search(const QuestionTemplate& t, const Lane& lane, std::int64_t index, int attempt,
                                    RandomStream& random) const
{
    const AnswerWish wanted = lane.questions->drawAnswer(t, random);
    for (int k = 0; k < sceneTries; ++k) {
        const auto number = static_cast<std::uint64_t>(index * 256 + attempt * sceneTries + k);
        const auto sample = lane.sampler->sample(recipe_.seed, number, t.wish);
        if (static_cast<int>(sample.scene.sources.size()) < t.wish.sources)
            continue;
        const Scene scene = portableScene(sample.scene);
        auto item = lane.questions->ask(t, factsOf(scene), random, wanted);
        if (!item)
            continue;
        item->id = recipe_.name + "-" + std::to_string(index);
        item->scene = sceneToJson(scene);
        item->head = headToJson(sample);
        if (t.task != "swap")
            return {std::move(*item)};
        const Scene twinScene = exchanged(scene);
        Item twin = *item;
        const auto answer = evaluateProgram(item->program, twinScene);
        if (!answer || *answer == item->answer)
            continue;
        twin.answer = *answer;
        twin.scene = sceneToJson(twinScene);
        const auto facts = factsOf(twinScene);
        twin.evidence = evidenceOf(twin.program, twin.answer, facts);
        twin.margins = marginsOf(twin.program, twin.answer, facts);
        item->id += "-a";
        twin.id += "-b";
        item->pair = twin.id;
        twin.pair = item->id;
        return {std::move(*item), std::move(twin)};
    }
    return {};
}

std::vector<Item> ItemMaker::unit(std::int64_t index) const
{
    const Split split = splitOfUnit(recipe_, index);
    RandomStream random(recipe_.seed, "item " + splitId(split), static_cast<std::uint64_t>(index));
    for (int attempt = 0; attempt < templateTries; ++attempt) {
        const QuestionTemplate& t = drawTemplate(random);
        auto items = search(t, lanes_[static_cast<std::size_t>(split)], index, attempt, random);
        if (!items.empty())
            return items;
    }
    return {};
}

} // namespace binaurium
