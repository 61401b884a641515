// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/exchange/Exchange.h"
#include "core/scene/Geometry.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/LineFile.h"

namespace binaurium {
namespace {

constexpr std::size_t mostItems = 5'000'000;
constexpr std::uintmax_t largestFile = 2ULL << 30;

// TWNM-FOA-Benchmark: one object a line; the hidden test has no answers.
std::vector<Item> readTwnmFoa(const std::filesystem::path& file)
{
    std::vector<Item> items;
    for (LineFile lines(file); items.size() < mostItems && lines.next();) {
        const auto place = lines.place();
        const Json json = parseJson(lines.line(), place);
        const JsonObject o(json, place);
        Item item;
        item.id = o.string("sample_id");
        item.question = o.string("question");
        for (const char* key : {"option_a", "option_b", "option_c", "option_d"})
            item.options.push_back(o.string(key));
        item.level = o.string("level", "");
        item.task = o.string("task", "");
        const auto letter = o.string("answer_letter", "");
        if (!letter.empty()) {
            if (letter.size() != 1 || letter[0] < 'A' || letter[0] > 'D')
                o.fail("answer_letter", "is '" + letter + "', must be A to D");
            item.answer = item.options[static_cast<std::size_t>(letter[0] - 'A')];
            if (o.string("answer_text", item.answer) != item.answer)
                o.fail("answer_text", "is not the option that answer_letter names");
        }
        item.split = item.answer.empty() ? "test" : "validation";
        item.origin = "twnm-foa";
        item.margins["audio"] = o.string("file_name");
        items.push_back(std::move(item));
    }
    return items;
}

std::vector<Item> readSpatialSoundQa(const std::filesystem::path& file)
{
    const Json json = parseJson(readFile(file, largestFile), file.string());
    const JsonObject root(json, file.string());
    std::vector<Item> items;
    for (const JsonObject& o : root.objects("data", mostItems)) {
        Item item;
        const Json& number = o.raw("question_id");
        item.id = "spatialsoundqa-" + (number.is_string() ? number.get<std::string>() : number.dump());
        item.task = o.string("question_type", "");
        item.question = o.string("question");
        item.answer = o.string("answer");
        item.split = "test";
        item.origin = "spatialsoundqa";
        for (const char* key : {"audio_id", "reverb_id", "audio_id2", "reverb_id2"})
            if (o.has(key) && o.raw(key).is_string())
                item.margins[key] = o.raw(key);
        items.push_back(std::move(item));
    }
    return items;
}

} // namespace

double azimuthFromSpatialSoundQa(double azimuthDeg)
{
    return wrapDegrees(azimuthDeg - 90.0);
}

double azimuthToSpatialSoundQa(double azimuthDeg)
{
    const double turned = std::fmod(azimuthDeg + 90.0, 360.0);
    return turned < 0.0 ? turned + 360.0 : turned;
}

std::vector<Item> importItems(const std::filesystem::path& file, ExchangeFormat format)
{
    if (format == ExchangeFormat::TwnmFoa)
        return readTwnmFoa(file);
    if (format == ExchangeFormat::SpatialSoundQa)
        return readSpatialSoundQa(file);
    throw Error(ErrorKind::Usage, "questions are read from twnm-foa and spatialsoundqa");
}

} // namespace binaurium
