// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Audit.h"

#include "core/dataset/BlindAnswerer.h"
#include "core/dataset/DatasetFolder.h"
#include "core/dataset/Identity.h"
#include "core/dataset/ItemAudio.h"
#include "core/dataset/Program.h"
#include "core/scene/SceneFile.h"
#include "core/support/Parallel.h"
#include "core/support/Random.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

namespace binaurium {
namespace {

constexpr std::size_t leaksListed = 100;
constexpr std::size_t pendingItems = 4096; // checked in parallel at a time
constexpr std::int64_t blindTrainingLimit = 40'000;
constexpr std::int64_t blindTestLimit = 20'000;
constexpr int blindEpochs = 3;
constexpr std::uint64_t sampleSeed = 1;

// Splits as bits, per identity.
class IdentityTable
{
public:
    void add(const std::string& kind, const std::string& name, const std::string& split)
    {
        const auto bit = static_cast<std::uint8_t>(1U << indexOf(split));
        auto& entry = table_[hash64(kind + '\n' + name)];
        const bool wasShared = std::popcount(entry) > 1;
        entry |= bit;
        if (!wasShared && std::popcount(entry) > 1) {
            ++leaks;
            if (listed.size() < leaksListed)
                listed.push_back({kind, name, namesOf(entry)});
        }
    }
    std::int64_t leaks = 0;
    std::vector<Leak> listed;

private:
    std::size_t indexOf(const std::string& split)
    {
        const auto found = std::find(splits_.begin(), splits_.end(), split);
        if (found == splits_.end()) {
            if (splits_.size() == 7)
                return 7; // all further ones together
            splits_.push_back(split);
            return splits_.size() - 1;
        }
        return static_cast<std::size_t>(found - splits_.begin());
    }
    std::string namesOf(std::uint8_t bits) const
    {
        std::string names;
        for (std::size_t i = 0; i < splits_.size(); ++i)
            if ((bits >> i & 1U) != 0)
                names += (names.empty() ? "" : ", ") + splits_[i];
        return names;
    }
    std::unordered_map<std::uint64_t, std::uint8_t>
        table_; // 64-bit hashes: a false leak once in 10^9 pairs of 10^5 names
    std::vector<std::string> splits_;
};

// Words alone, for the blind answerer: scene and program are not kept.
Item wordsOnly(const Item& item)
{
    Item words;
    words.task = item.task;
    words.question = item.question;
    words.options = item.options;
    words.answer = item.answer;
    return words;
}

// A seeded sample of fixed size from a stream (reservoir, Vitter 1985).
class Reservoir
{
public:
    explicit Reservoir(std::int64_t size) : size_(size) {}
    void offer(const Item& item)
    {
        ++seen;
        if (size_ < 0 || static_cast<std::int64_t>(items.size()) < size_)
            items.push_back(item);
        else if (const auto k = random_.below(static_cast<std::uint64_t>(seen)); k < items.size())
            items[k] = item;
    }
    std::int64_t seen = 0;
    std::vector<Item> items;

private:
    std::int64_t size_;
    RandomStream random_{sampleSeed, "audit sample"};
};

bool hasProgram(const Item& item)
{
    return item.scene.is_object() && item.program.is_object();
}

bool oracleAgrees(const Item& item)
{
    if (!hasProgram(item))
        return item.origin != "template"; // imported items have neither
    const auto scene = sceneFromJson(item.scene, "item " + item.id);
    const auto answer = evaluateProgram(item.program, scene);
    const auto place = std::find(item.options.begin(), item.options.end(), item.answer);
    return answer && *answer == item.answer && (item.options.empty() || place != item.options.end());
}

class Auditor
{
public:
    Auditor(const AuditOptions& options, const ProgressCallback& progress)
        : options_(options), progress_(progress), audio_(options.audioSample)
    {}

    void add(Item&& item)
    {
        count(item);
        if (options_.audioSample != 0 && item.scene.is_object())
            audio_.offer(item);
        if (item.split == "train" && static_cast<std::int64_t>(train_.size()) < blindTrainingLimit)
            train_.push_back(wordsOnly(item));
        if (item.split == "test" && static_cast<std::int64_t>(test_.size()) < blindTestLimit)
            test_.push_back(wordsOnly(item));
        pending_.push_back(std::move(item));
        if (pending_.size() >= pendingItems)
            askOracle();
    }

    AuditReport finish()
    {
        askOracle();
        report_.leaks = identities_.listed;
        report_.leakCount = identities_.leaks;
        askBlind();
        report_.audio = measureAudio(audio_.items, options_.headFolders, options_.threads, progress_);
        report_.audio.population = audio_.seen;
        return std::move(report_);
    }

private:
    void count(const Item& item)
    {
        ++report_.items[item.split];
        ++report_.tasks[item.task];
        ++report_.origins[item.origin];
        report_.duplicateIds += ids_.insert(hash64(item.id)).second ? 0 : 1;
        const auto place = std::find(item.options.begin(), item.options.end(), item.answer) - item.options.begin();
        if (!item.options.empty() && static_cast<std::size_t>(place) < report_.letters.size())
            ++report_.letters[static_cast<std::size_t>(place)];
        if (!item.options.empty())
            ++report_.answers[item.templateId.substr(0, item.templateId.rfind('-'))][item.answer];
        std::string sceneName;
        for (const auto& [kind, name] : identitiesOf(item)) {
            identities_.add(kind, name, item.split);
            if (kind == "scene")
                sceneName = name;
        }
        if (!sceneName.empty())
            report_.duplicates += asked_.insert(hash64(sceneName + item.question)).second ? 0 : 1;
    }

    void askOracle()
    {
        std::vector<char> right(pending_.size());
        parallelFor(static_cast<std::int64_t>(pending_.size()), options_.threads, [&](std::int64_t i) {
            right[static_cast<std::size_t>(i)] = oracleAgrees(pending_[static_cast<std::size_t>(i)]) ? 1 : 0;
        });
        for (std::size_t i = 0; i < right.size(); ++i) {
            ++(hasProgram(pending_[i]) ? report_.oracleAsked : report_.oracleMissing);
            if (right[i] != 0)
                continue;
            if (report_.oracleWrong++ == 0)
                report_.oracleProblem = pending_[i].id;
        }
        pending_.clear();
        reportProgress(progress_, {"audit", report_.oracleAsked + report_.oracleMissing, 0, {}});
    }

    void askBlind()
    {
        BlindAnswerer blind;
        for (int epoch = 0; epoch < blindEpochs; ++epoch)
            for (const Item& item : train_)
                blind.learn(item);
        report_.blind.learnt = static_cast<std::int64_t>(train_.size());
        for (const Item& item : test_) {
            if (item.options.empty())
                continue;
            for (BlindScore* score : {&report_.blind, &report_.blindByTask[item.task]}) {
                ++score->asked;
                score->expected += 1.0 / static_cast<double>(item.options.size());
            }
            if (item.options[blind.answer(item)] == item.answer) {
                ++report_.blind.right;
                ++report_.blindByTask[item.task].right;
            }
        }
    }

    const AuditOptions& options_;
    const ProgressCallback& progress_;
    AuditReport report_;
    IdentityTable identities_;
    Reservoir audio_;
    std::unordered_set<std::uint64_t> ids_;
    std::unordered_set<std::uint64_t> asked_;
    std::vector<Item> train_, test_, pending_;
};

} // namespace

bool AuditReport::isSound() const
{
    return leakCount == 0 && duplicateIds == 0 && oracleWrong == 0 && blind.excess() <= blindMargin;
}

double BlindScore::excessHigh() const
{
    constexpr double z95 = 1.959963984540054;
    if (asked == 0)
        return 1.0;
    const double n = static_cast<double>(asked);
    const double share = static_cast<double>(right) / n;
    return excess() + z95 * std::sqrt(share * (1.0 - share) / n);
}

std::vector<AuditGap> AuditReport::gaps() const
{
    const auto test = items.find("test");
    std::vector<AuditGap> found;
    if (test == items.end() || test->second == 0)
        return {AuditGap::NoTest};
    if (blind.learnt == 0)
        found.push_back(AuditGap::NoTraining);
    else if (blind.excessHigh() > blindMargin)
        found.push_back(AuditGap::FewQuestions);
    if (oracleMissing > 0)
        found.push_back(AuditGap::NoPrograms);
    if (audio.measured <= audio.failed)
        found.push_back(AuditGap::NoAudio);
    else if (audio.failed > 0)
        found.push_back(AuditGap::AudioNotRendered);
    return found;
}

AuditReport auditDatasets(const std::vector<std::filesystem::path>& sets, const AuditOptions& options,
                          const ProgressCallback& progress)
{
    Auditor auditor(options, progress);
    for (const auto& set : sets)
        readItems(set, [&](Item&& item) { auditor.add(std::move(item)); });
    return auditor.finish();
}

} // namespace binaurium
