// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/QuestionCache.h"

#include "core/acoustics/Renderer.h"
#include "core/dataset/Description.h"
#include "core/dataset/Questions.h"
#include "core/dataset/VisibleSources.h"
#include "core/model/nn/TensorFile.h"
#include "core/support/Parallel.h"
#include "core/training/run/CacheFolder.h"

#include <ATen/Parallel.h>
#include <tuple>

namespace binaurium {
namespace {

constexpr int questionCacheVersion = 2;
constexpr std::int64_t renderBlock = 64; // scenes rendered in parallel before the encoders read them

AudioBuffer rendered(const SampledScene& sample)
{
    RenderOptions options;
    options.rateHz = SpatialFeatureLayout::rateHz;
    options.head = sample.head;
    options.allowOutside = true; // catalogue sounds have absolute names
    options.threads = 1;
    return renderScene(sample.scene, options).audio;
}

// What a scene is asked and how it is described. Both follow from the seed and the scene's index alone, so they are
// drawn, not stored.
std::pair<std::vector<Item>, SceneWords> askedAbout(const SceneSampler& sampler, std::uint64_t seed, std::int64_t index)
{
    const auto sample = sampler.sample(seed, static_cast<std::uint64_t>(index));
    RandomStream random(seed, "questions", static_cast<std::uint64_t>(index));
    const auto split = sampler.options().split;
    const auto id = splitId(split) + "-" + std::to_string(index);
    auto questions = makeQuestions(sample.scene, split, id, random, sampler.labels());
    if (auto unseen = unseenQuestion(sample.scene, split, random, sampler.labels())) {
        unseen->id = id + "-unseen";
        questions.push_back(std::move(*unseen));
    }
    for (Item& item : questions)
        item.scene = nullptr; // the recipe stands in (seed, index)
    return {std::move(questions),
            {describeScene(factsOf(sample.scene)), visibleSentence(visibleObjects(sample.scene, fieldOfViewDeg))}};
}

} // namespace

QuestionCache::QuestionCache(torch::Tensor semantic, torch::Tensor spatial, std::vector<std::vector<Item>> questions,
                             std::vector<SceneWords> words)
    : semantic_(std::move(semantic)), spatial_(std::move(spatial)), questions_(std::move(questions)),
      words_(std::move(words))
{
    listAsked();
}

void QuestionCache::listAsked()
{
    for (std::size_t i = 0; i < questions_.size(); ++i)
        if (!questions_[i].empty())
            asked_.push_back(static_cast<std::int64_t>(i));
}

QuestionCache QuestionCache::openOrMake(const std::filesystem::path& folder, double durationS,
                                        const SamplerMaker& makeSampler, const Json& recipe, std::uint64_t seed,
                                        std::int64_t count, nn::FrontEnd& frontEnd, const std::string& encoderHash,
                                        const ProgressCallback& progress)
{
    const Json key = {{"format", "binaurium-question-cache"},
                      {"version", questionCacheVersion},
                      {"recipe", recipe},
                      {"seed", seed},
                      {"count", count},
                      {"duration_s", durationS},
                      {"encoder", encoderHash}};
    const auto dataFile = folder / "features.safetensors";
    const bool ready = holdsCache(folder, key);
    const auto sampler = makeSampler(!ready);
    QuestionCache cache;
    cache.questions_.resize(static_cast<std::size_t>(count));
    cache.words_.resize(static_cast<std::size_t>(count));
    parallelFor(count, 0, [&](std::int64_t i) {
        const auto index = static_cast<std::size_t>(i);
        std::tie(cache.questions_[index], cache.words_[index]) = askedAbout(*sampler, seed, i);
    });
    cache.listAsked();
    if (ready) {
        const SafetensorsFile file(dataFile);
        cache.semantic_ = nn::toTensor(file.tensor("semantic"));
        cache.spatial_ = nn::toTensor(file.tensor("spatial"));
        return cache;
    }
    std::filesystem::create_directories(folder);
    for (std::int64_t start = 0; start < count; start += renderBlock) {
        reportProgress(progress, {"scenes", start, count, {}});
        const auto block = std::min(renderBlock, count - start);
        std::vector<AudioBuffer> audio(static_cast<std::size_t>(block));
        parallelFor(block, 0, [&](std::int64_t i) {
            audio[static_cast<std::size_t>(i)] = rendered(sampler->sample(seed, static_cast<std::uint64_t>(start + i)));
        });
        for (std::int64_t i = 0; i < block; ++i) {
            const auto features = frontEnd.extract(audio[static_cast<std::size_t>(i)]);
            if (!cache.semantic_.defined()) {
                cache.semantic_ = torch::empty({count, features.tokens(), features.semantic.size(1)}, torch::kHalf);
                cache.spatial_ = torch::empty({count, features.tokens(), features.spatial.size(1)}, torch::kHalf);
            }
            cache.semantic_[start + i].copy_(features.semantic);
            cache.spatial_[start + i].copy_(features.spatial);
        }
    }
    nn::saveTensors(dataFile, {{"semantic", cache.semantic_}, {"spatial", cache.spatial_}}, {});
    finishCache(folder, key);
    return cache;
}

} // namespace binaurium
