// SPDX-License-Identifier: GPL-3.0-or-later
// One small class per layout.
#include "core/audio/AudioFile.h"
#include "core/dataset/Labels.h"
#include "core/dataset/exchange/Exchange.h"
#include "core/dataset/exchange/ExportJournal.h"
#include "core/dataset/exchange/TarWriter.h"
#include "core/scene/SceneFile.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace binaurium {
namespace {

constexpr std::size_t mostIds = 16'000'000;

// Audio within full scale, and the factor that brought it there.
std::pair<AudioBuffer, double> withinFullScale(const AudioBuffer& audio)
{
    float peak = 0.0F;
    for (const float x : audio.all())
        peak = std::max(peak, std::abs(x));
    AudioBuffer result = audio;
    const float gain = peak > 1.0F ? 1.0F / peak : 1.0F;
    for (float& x : result.all())
        x *= gain;
    return {std::move(result), gain};
}

// File names made of ids: letters, digits, '-', '_' and '.'; all else becomes '_'.
std::string fileName(const std::string& id)
{
    std::string name = id;
    for (char& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_' && c != '.')
            c = '_';
    return name;
}

std::string letterOf(const Item& item)
{
    const auto place = std::find(item.options.begin(), item.options.end(), item.answer) - item.options.begin();
    return item.options.empty() ? std::string() : std::string(1, static_cast<char>('A' + place));
}

// Everything of an item but its recipe: for those who only have the audio.
Json publicFields(const Item& item)
{
    return {{"sample_id", item.id},     {"question", item.question},       {"options", item.options},
            {"answer", item.answer},    {"answer_letter", letterOf(item)}, {"level", item.level},
            {"task", item.task},        {"template", item.templateId},     {"pair", item.pair},
            {"evidence", item.evidence}};
}

class AudioFolderWriter : public ExchangeWriter
{
public:
    AudioFolderWriter(std::filesystem::path folder, ExportJournal& journal)
        : folder_(std::move(folder)), journal_(journal)
    {
        for (const Json& line : journal.earlier()) {
            const JsonObject file(line, "export.partial");
            gains_[file.string("id")] = file.number("gain", 0.0, 1.0);
        }
    }
    bool isWritten(const Item& item) const override { return gains_.contains(item.id); }
    void add(const Item& item, const RenderResult* rendered) override
    {
        Json line;
        const auto name = fileName(item.id) + ".flac";
        if (rendered != nullptr) {
            const auto [audio, gain] = withinFullScale(rendered->audio);
            std::filesystem::create_directories(folder_ / item.split);
            writeAudio(audio, folder_ / item.split / name, SampleFormat::Pcm16);
            journal_.add({{"id", item.id}, {"gain", gain}});
            gains_[item.id] = gain;
        }
        if (const auto gain = gains_.find(item.id); gain != gains_.end()) {
            line["file_name"] = name;
            line["gain"] = gain->second;
        }
        line.update(publicFields(item));
        text_[item.split] += line.dump() + "\n";
    }
    void finish() override
    {
        for (const auto& [split, text] : text_) {
            std::filesystem::create_directories(folder_ / split);
            writeFileAtomically(folder_ / split / "metadata.jsonl", text);
        }
    }

private:
    std::filesystem::path folder_;
    ExportJournal& journal_;
    std::map<std::string, double> gains_; // of the files that are there, by item
    std::map<std::string, std::string> text_;
};

class WebDatasetWriter : public ExchangeWriter
{
public:
    WebDatasetWriter(std::filesystem::path folder, std::size_t shardBytes, ExportJournal& journal)
        : folder_(std::move(folder)), shardBytes_(shardBytes), journal_(journal)
    {
        for (const Json& line : journal.earlier()) {
            const JsonObject file(line, "export.partial");
            ++shards_[file.string("split")].number;
            for (auto& id : file.strings("ids", mostIds))
                written_.insert(std::move(id));
        }
    }
    bool isWritten(const Item& item) const override { return written_.contains(item.id); }
    void add(const Item& item, const RenderResult* rendered) override
    {
        if (isWritten(item))
            return; // in a shard that is whole
        auto& shard = shards_[item.split];
        const auto key = fileName(item.id);
        if (key.find('.') != std::string::npos)
            throw badInput("item " + item.id, "has a dot in its id, which ends the key of a WebDataset member");
        Json fields = publicFields(item);
        if (rendered != nullptr) {
            const auto [audio, gain] = withinFullScale(rendered->audio);
            const auto scratch = folder_ / ("scratch-" + key + ".flac");
            writeAudio(audio, scratch, SampleFormat::Pcm16);
            shard.tar.add(key + ".flac", readFile(scratch));
            std::filesystem::remove(scratch);
            fields["gain"] = gain;
        }
        shard.tar.add(key + ".json", fields.dump());
        shard.ids.push_back(item.id);
        if (shard.tar.size() >= shardBytes_)
            write(item.split, shard);
    }
    void finish() override
    {
        for (auto& [split, shard] : shards_)
            if (shard.tar.size() > 0)
                write(split, shard);
    }

private:
    struct Shard
    {
        TarWriter tar;
        std::vector<std::string> ids;
        int number = 0;
    };
    void write(const std::string& split, Shard& shard)
    {
        char number[16];
        std::snprintf(number, sizeof number, "-%06d.tar", shard.number++);
        writeFileAtomically(folder_ / (split + number), shard.tar.finish());
        journal_.add({{"split", split}, {"ids", shard.ids}});
        shard.ids.clear();
    }
    std::filesystem::path folder_;
    std::size_t shardBytes_;
    ExportJournal& journal_;
    std::set<std::string> written_; // items in shards of earlier calls
    std::map<std::string, Shard> shards_;
};

class TwnmFoaWriter : public ExchangeWriter
{
public:
    explicit TwnmFoaWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}
    OutputFormat audioFormat() const override { return OutputFormat::Foa; }
    void add(const Item& item, const RenderResult* rendered) override
    {
        if (item.options.size() != 4)
            return; // the layout knows four options only
        const auto split = item.split == "test" ? "test" : item.split == "validation" ? "dev" : "train";
        Json line;
        line["file_name"] = fileName(item.id) + ".wav";
        line["sample_id"] = item.id;
        line["question"] = item.question;
        for (std::size_t i = 0; i < 4; ++i)
            line[std::string("option_") + static_cast<char>('a' + i)] = item.options[i];
        line["answer_letter"] = letterOf(item);
        line["answer_text"] = item.answer;
        line["level"] = item.level;
        line["task"] = item.task;
        const auto folder = folder_ / "data" / split;
        std::filesystem::create_directories(folder);
        if (rendered != nullptr)
            writeAudio(withinFullScale(rendered->audio).first, folder / (fileName(item.id) + ".wav"),
                       SampleFormat::Pcm16);
        text_[split] += line.dump() + "\n";
    }
    void finish() override
    {
        for (const auto& [split, text] : text_)
            writeFileAtomically(folder_ / "data" / split / "metadata.jsonl", text);
    }

private:
    std::filesystem::path folder_;
    std::map<std::string, std::string> text_;
};

class SpatialSoundQaWriter : public ExchangeWriter
{
public:
    explicit SpatialSoundQaWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}
    void add(const Item& item, const RenderResult* rendered) override
    {
        const auto key = fileName(item.id);
        if (rendered != nullptr) {
            std::filesystem::create_directories(folder_ / "audio");
            writeAudio(withinFullScale(rendered->audio).first, folder_ / "audio" / (key + ".wav"), SampleFormat::Pcm16);
        }
        std::string question = item.question;
        for (std::size_t i = 0; i < item.options.size(); ++i)
            question += (i == 0 ? " Options: " : ", ") + item.options[i];
        data_.push_back({{"audio_id", "audio/" + key},
                         {"reverb_id", ""}, // our audio is rendered, reverberation included
                         {"audio_id2", ""},
                         {"reverb_id2", ""},
                         {"question_id", data_.size()},
                         {"question_type", item.task},
                         {"question", question},
                         {"answer", item.answer}});
    }
    void finish() override { writeFileAtomically(folder_ / "questions.json", Json{{"data", data_}}.dump(1) + "\n"); }

private:
    std::filesystem::path folder_;
    Json data_ = Json::array();
};

// Labels in time of the scene an item stands for; items without a scene are left out.
class DcaseWriter : public ExchangeWriter
{
public:
    explicit DcaseWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}
    void add(const Item& item, const RenderResult* rendered) override
    {
        if (rendered == nullptr)
            throw Error(ErrorKind::Usage, "the DCASE layout needs the audio: activity is measured on it");
        const auto key = fileName(item.id);
        std::filesystem::create_directories(folder_ / item.split);
        writeAudio(withinFullScale(rendered->audio).first, folder_ / item.split / (key + ".wav"), SampleFormat::Pcm16);
        writeFileAtomically(folder_ / item.split / (key + ".csv"),
                            labelsToDcase(rendered->labels, sceneFromJson(item.scene, item.id), labelIndex));
    }
    void finish() override
    {
        std::string classes;
        for (const Label& label : labels())
            classes += std::to_string(labelIndex(label.id)) + "," + label.id + "\n";
        writeFileAtomically(folder_ / "classes.csv", classes);
    }

private:
    std::filesystem::path folder_;
};

class TestkitWriter : public ExchangeWriter
{
public:
    explicit TestkitWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}
    void add(const Item& item, const RenderResult* rendered) override
    {
        if (rendered == nullptr)
            throw Error(ErrorKind::Usage, "the reference layout needs the audio: activity is measured on it");
        const auto key = fileName(item.id);
        std::filesystem::create_directories(folder_ / "audio");
        writeAudio(withinFullScale(rendered->audio).first, folder_ / "audio" / (key + ".wav"), SampleFormat::Pcm16);
        const auto scene = sceneFromJson(item.scene, item.id);
        const auto frames = static_cast<std::size_t>(std::lround(scene.durationS / labelFrameS));
        for (std::size_t t = 0; t < frames; ++t) {
            Json sources = Json::array();
            for (const SourceLabel& s : rendered->labels)
                if (s.activeAt(t))
                    sources.push_back({{"azimuth_deg", s.positionAt(t).direction.azimuthDeg},
                                       {"elevation_deg", s.positionAt(t).direction.elevationDeg}});
            text_ += Json{{"scene_id", item.id},
                          {"time_s", std::round(10.0 * static_cast<double>(t)) / 100.0},
                          {"sources", sources}}
                         .dump() +
                     "\n";
        }
    }
    void finish() override { writeFileAtomically(folder_ / "reference.jsonl", text_); }

private:
    std::filesystem::path folder_;
    std::string text_;
};

} // namespace

std::unique_ptr<ExchangeWriter> makeExchangeWriter(ExchangeFormat format, const std::filesystem::path& folder,
                                                   const ExportOptions& options, ExportJournal* journal)
{
    switch (format) {
    case ExchangeFormat::AudioFolder:
        return std::make_unique<AudioFolderWriter>(folder, *journal);
    case ExchangeFormat::WebDataset:
        return std::make_unique<WebDatasetWriter>(folder, options.shardBytes, *journal);
    case ExchangeFormat::TwnmFoa:
        return std::make_unique<TwnmFoaWriter>(folder);
    case ExchangeFormat::SpatialSoundQa:
        return std::make_unique<SpatialSoundQaWriter>(folder);
    case ExchangeFormat::Dcase:
        return std::make_unique<DcaseWriter>(folder);
    case ExchangeFormat::Testkit:
        break;
    }
    return std::make_unique<TestkitWriter>(folder);
}

} // namespace binaurium
