// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"
#include "core/dataset/SceneSampler.h"
#include "core/model/nn/FrontEnd.h"
#include "core/support/Progress.h"

namespace binaurium {

// What can be said about a scene beside its questions.
struct SceneWords
{
    std::string description; // describeScene()
    std::string inView;      // visibleSentence()
};

// Frozen features of many sampled scenes with their questions: alignment and SFT read them, so neither audio nor
// encoders run during training. Kept on disk beside the run.
class QuestionCache
{
public:
    // Makes the sampler; its heads need not be loaded for scenes that are not rendered.
    using SamplerMaker = std::function<std::shared_ptr<const SceneSampler>(bool loadHeads)>;
    // Opens `folder` when it was made from the same recipe, seed, count and encoder; makes it otherwise. `frontEnd` is
    // called from one thread. Interrupted leaves no cache.
    [[nodiscard]] static QuestionCache openOrMake(const std::filesystem::path& folder, double durationS,
                                                  const SamplerMaker& makeSampler, const Json& recipe,
                                                  std::uint64_t seed, std::int64_t count, nn::FrontEnd& frontEnd,
                                                  const std::string& encoderHash, const ProgressCallback& progress);

    // From features [scene, N, width] and the questions and, where they are wanted, words of each scene.
    QuestionCache(torch::Tensor semantic, torch::Tensor spatial, std::vector<std::vector<Item>> questions,
                  std::vector<SceneWords> words = {});

    [[nodiscard]] std::int64_t scenes() const { return semantic_.size(0); }
    [[nodiscard]] const torch::Tensor& semantic() const { return semantic_; } // [scene, N, width] half
    [[nodiscard]] const torch::Tensor& spatial() const { return spatial_; }
    // Questions of one scene; never empty for a scene that is asked about, may be empty for others.
    [[nodiscard]] const std::vector<Item>& questions(std::int64_t scene) const
    {
        return questions_[static_cast<std::size_t>(scene)];
    }
    // Empty words where the cache was made without.
    [[nodiscard]] const SceneWords& words(std::int64_t scene) const
    {
        static const SceneWords none;
        return words_.empty() ? none : words_[static_cast<std::size_t>(scene)];
    }
    // Scenes that have questions.
    [[nodiscard]] const std::vector<std::int64_t>& asked() const { return asked_; }

private:
    QuestionCache() = default;
    void listAsked();
    torch::Tensor semantic_, spatial_;
    std::vector<std::vector<Item>> questions_;
    std::vector<SceneWords> words_; // empty, or of every scene
    std::vector<std::int64_t> asked_;
};

} // namespace binaurium
