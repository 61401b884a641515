// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/BenchmarkRun.h"

#include "core/benchmark/HeardBaselines.h"
#include "core/benchmark/LocalizationLane.h"
#include "core/benchmark/report/Scoring.h"
#include "core/support/Error.h"
#include "core/support/Random.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <tuple>

namespace binaurium {
namespace {

constexpr std::int64_t quickItems = 120;
constexpr int quickRotations = 30;

using Way = std::tuple<std::string, std::string, int>; // id, control, rotation

class Run
{
public:
    Run(const BenchmarkOptions& options, HearingModel& model, const ProgressCallback& progress)
        : options_(options), model_(model), progress_(progress), data_(readBenchmarkData(options.data, options.sample)),
          sounds_(data_.folder, options.headFolders)
    {
        input_.key = {model.name(), model.sha256(), data_.sha256, options.sample.seed};
        input_.dataName = data_.name;
        input_.split = options.sample.split;
        input_.population = data_.population;
        input_.source = data_.source;
        input_.bootstrap = options.bootstrap;
        drawRotations();
        for (const Item& item : data_.items)
            input_.expected += static_cast<int>(waysOf(item).size());
        prepareReportFolder(options_.output, options_.resume);
    }

    BenchmarkReport work()
    {
        ResultFile file(options_.output / "results.jsonl", input_.key);
        lines_ = file.earlier();
        checkEarlier();
        writeItems(data_.items, options_.output / "items.jsonl"); // a resumed run may ask more
        LocalizationLane lane(options_.output / "localization.jsonl", input_.key, options_.localization);
        HeardBaselines baselines(options_.output, input_.key, options_.baselines);
        std::set<Way> done;
        for (const auto& line : lines_)
            done.emplace(line.id, line.control, line.rotation);
        std::vector<const Item*> open;
        for (const Item& item : data_.items) {
            const auto ways = waysOf(item);
            const bool asked = std::all_of(ways.begin(), ways.end(), [&](const ResultLine& way) {
                return done.contains({way.id, way.control, way.rotation});
            });
            if (!asked || lane.wants(item) || baselines.wants(item))
                open.push_back(&item);
        }
        try {
            for (std::size_t start = 0; start < open.size(); start += itemsTogether) {
                report("ask", data_.items.size() - open.size() + start);
                const auto end = std::min(open.size(), start + itemsTogether);
                askTogether({open.begin() + static_cast<std::ptrdiff_t>(start),
                             open.begin() + static_cast<std::ptrdiff_t>(end)},
                            done, file, lane, baselines);
            }
            report("ask", data_.items.size());
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Interrupted && !lines_.empty())
                (void)finish(lane);
            throw;
        }
        return finish(lane);
    }

private:
    void report(const char* stage, std::size_t done)
    {
        reportProgress(progress_, {stage, static_cast<std::int64_t>(done),
                                   static_cast<std::int64_t>(data_.items.size()), data_.name});
    }

    BenchmarkReport finish(const LocalizationLane& lane)
    {
        input_.localization = lane.report(options_.bootstrap);
        return writeReport(options_.output, data_.items, lines_, input_);
    }

    void drawRotations()
    {
        std::vector<std::string> ids;
        for (const Item& item : data_.items)
            if (!item.options.empty())
                ids.push_back(item.id);
        RandomStream(options_.sample.seed, "benchmark rotations").shuffle(std::span(ids));
        ids.resize(std::min(ids.size(), static_cast<std::size_t>(options_.rotationItems)));
        rotated_.insert(ids.begin(), ids.end());
    }

    // A report keeps the items that its answers are about.
    void checkEarlier() const
    {
        std::set<std::string> ids;
        for (const Item& item : data_.items)
            ids.insert(item.id);
        for (const ResultLine& line : lines_)
            if (!ids.contains(line.id))
                throw badInput(options_.output.string(),
                               "answers the item '" + line.id +
                                   "', which is not among these; go on with the limit and tasks of before, or in "
                                   "another folder");
    }

    // Empty lines, one for each way in which the item is to be asked.
    std::vector<ResultLine> waysOf(const Item& item) const
    {
        std::vector<ResultLine> ways{{item.id, controlId(Control::None), 0, {}, {}, false, {}}};
        if (item.options.empty())
            return ways; // likelihoods need options
        for (const Control control : options_.controls)
            ways.push_back({item.id, controlId(control), 0, {}, {}, false, {}});
        if (rotated_.contains(item.id))
            for (int r = 1; r < static_cast<int>(item.options.size()); ++r)
                ways.push_back({item.id, controlId(Control::None), r, {}, {}, false, {}});
        return ways;
    }

    AskOptions askOptions(const Item& item, const ResultLine& way) const
    {
        AskOptions ask;
        ask.options = rotatedOptions(item.options, way.rotation);
        ask.control = *controlFromId(way.control);
        ask.maxTokens = options_.maxTokens;
        ask.likelihoodOnly = way.control != "none" || way.rotation > 0;
        ask.seed = hash64(item.id) ^ options_.sample.seed; // noise differs from item to item
        return ask;
    }

    void askTogether(const std::vector<const Item*>& items, const std::set<Way>& done, ResultFile& file,
                     LocalizationLane& lane, HeardBaselines& baselines)
    {
        // Where the first item of a run lacks its head, all of them will.
        const auto [audio, errors] =
            sounds_.audioOf(items, [&](const Item& item) { return &item == &data_.items.front(); });
        std::vector<ResultLine> fresh;
        std::vector<AskJob> jobs;
        std::vector<std::size_t> asked; // places in `fresh`, in the order of the jobs' ways
        for (std::size_t i = 0; i < items.size(); ++i) {
            AskJob job{audio[i], items[i]->question, {}};
            for (auto& way : waysOf(*items[i])) {
                if (done.contains({way.id, way.control, way.rotation}))
                    continue;
                if (errors[i].empty()) {
                    job.ways.push_back(askOptions(*items[i], way));
                    asked.push_back(fresh.size());
                }
                way.error = errors[i];
                fresh.push_back(std::move(way));
            }
            if (!job.ways.empty())
                jobs.push_back(std::move(job));
        }
        auto next = asked.begin();
        for (auto& answers : answered(jobs))
            for (Answer& answer : answers)
                fill(fresh[*next++], std::move(answer), items);
        file.add(fresh);
        localizeTogether(items, audio, errors, lane, baselines);
        lines_.insert(lines_.end(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
    }

    // Who is where, once per item, for the lane and for the baselines that hear.
    void localizeTogether(const std::vector<const Item*>& items, const std::vector<AudioBuffer>& audio,
                          const std::vector<std::string>& errors, LocalizationLane& lane, HeardBaselines& baselines)
    {
        std::vector<HeardBaselines::Heard> heard;
        for (std::size_t i = 0; i < items.size(); ++i) {
            const bool forLane = lane.wants(*items[i]);
            const bool forBaselines = baselines.wants(*items[i]);
            if (!forLane && !forBaselines)
                continue;
            HeardBaselines::Heard h{items[i], &audio[i], {}, errors[i]};
            try {
                if (h.error.empty())
                    h.localization = model_.localize(audio[i], {});
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::BadInput)
                    throw;
                h.error = error.what(); // too short, say
            }
            if (forLane && h.error.empty())
                lane.add(*items[i], audio[i], h.localization);
            if (forBaselines)
                heard.push_back(std::move(h));
        }
        baselines.add(heard, model_);
    }

    // An item that the model refuses (audio too long or too short) must not stop the others.
    std::vector<std::vector<Answer>> answered(const std::vector<AskJob>& jobs)
    {
        try {
            return model_.askMany(jobs);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::BadInput)
                throw;
        }
        std::vector<std::vector<Answer>> answers;
        for (const AskJob& job : jobs) {
            try {
                answers.push_back(model_.askMany({job}).front());
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::BadInput)
                    throw;
                Answer refused;
                refused.evidence = error.what();
                answers.emplace_back(job.ways.size(), refused);
            }
        }
        return answers;
    }

    static void fill(ResultLine& line, Answer&& answer, const std::vector<const Item*>& items)
    {
        if (answer.optionScores.empty() && answer.model.empty() && !answer.evidence.empty()) {
            line.error = answer.evidence;
            return;
        }
        const auto& item = **std::find_if(items.begin(), items.end(), [&](const Item* i) { return i->id == line.id; });
        const auto count = item.options.size();
        if (!answer.optionScores.empty()) {
            line.scores.resize(count);
            for (std::size_t place = 0; place < count; ++place)
                line.scores[indexFromPlace(place, static_cast<std::size_t>(line.rotation), count)] =
                    answer.optionScores[place];
        }
        if (line.control == "none" && line.rotation == 0) {
            line.generated = std::move(answer.generated);
            line.cut = answer.cut;
        }
    }

    const BenchmarkOptions& options_;
    HearingModel& model_;
    const ProgressCallback& progress_;
    BenchmarkData data_;
    ItemSounds sounds_;
    ReportInput input_;
    std::set<std::string> rotated_;
    std::vector<ResultLine> lines_;
};

} // namespace

bool BenchmarkOptions::isValid(std::string* error) const
{
    const auto fail = [&](const char* what) {
        if (error != nullptr)
            *error = what;
        return false;
    };
    if (output.empty())
        return fail("give a folder for the report (-o)");
    if (rotationItems < 0 || maxTokens < 1 || maxTokens > 2048)
        return fail("rotations must not be negative and max tokens 1 to 2048");
    if (std::find(controls.begin(), controls.end(), Control::None) != controls.end())
        return fail("'none' is always asked and is no control");
    return bootstrap.isValid(error);
}

std::vector<Control> allControls()
{
    return {Control::PromptOnly, Control::Silence,     Control::Noise,          Control::Mono,
            Control::Swap,       Control::ZeroSpatial, Control::ShuffleSpatial, Control::NoSemantic};
}

void makeQuick(BenchmarkOptions& options)
{
    options.sample.limit = options.sample.limit < 0 ? quickItems : std::min(options.sample.limit, quickItems);
    options.rotationItems = std::min(options.rotationItems, quickRotations);
}

BenchmarkReport runBenchmark(const BenchmarkOptions& options, HearingModel& model, const ProgressCallback& progress)
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "bench: " + error);
    return Run(options, model, progress).work();
}

BenchmarkReport runBenchmark(const BenchmarkOptions& options, const ProgressCallback& progress)
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "bench: " + error);
    (void)readBenchmarkData(options.data, options.sample); // its faults before the model is loaded
    const auto model = HearingModel::load(options.model, progress);
    return runBenchmark(options, *model, progress);
}

} // namespace binaurium
