// SPDX-License-Identifier: GPL-3.0-or-later
// The other end of app/sofa/main.cpp. Its answer is a line of JSON, {"attributes": {name: text}, "dimensions": {"M",
// "R", "E", "N"}, "arrays": [{"name", "count", "attributes"}, ...]} with the arrays of SofaContents::fieldNames, and
// behind it their values as float32 of this machine.
#include "core/acoustics/SofaContents.h"

#include "core/support/ChildProcess.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "core/support/Json.h"
#include "core/support/Text.h"

#include <cstring>

namespace binaurium {
namespace {

constexpr std::size_t answerLimit = 2048ULL << 20;
constexpr std::size_t longestSentence = 300;

// There are as many responses as the sizes say, and some.
void requireResponses(const SofaContents& c, const std::string& name)
{
    auto left = c.arrays.front().values.size();
    bool fits = left > 0;
    for (const auto size : {c.measurements, c.receivers, c.emitters, c.taps}) {
        fits = fits && size > 0 && left % size == 0;
        if (fits)
            left /= size;
    }
    if (!fits || left != 1)
        throw badInput(
            name, "is not a readable SOFA file: Data.IR holds another number of values than its sizes say, or none");
}

SofaContents contentsOf(const std::string& answer, const std::string& name)
{
    const auto lineEnd = answer.find('\n');
    const Json head = parseJson(answer.substr(0, lineEnd), name);
    const JsonObject root(head, name);
    SofaContents contents;
    contents.attributes = root.texts("attributes");
    const auto dimensions = root.object("dimensions");
    const auto dimension = [&](const char* key) {
        return static_cast<std::size_t>(dimensions.integer(key, 0, SofaContents::mostResponses));
    };
    contents.measurements = dimension("M");
    contents.receivers = dimension("R");
    contents.emitters = dimension("E");
    contents.taps = dimension("N");
    const auto arrays = root.objects("arrays", contents.arrays.size());
    std::size_t at = std::min(lineEnd, answer.size() - 1) + 1;
    for (std::size_t i = 0; i < arrays.size(); ++i) {
        const auto count = static_cast<std::size_t>(arrays[i].integer("count", 0, SofaContents::mostResponses));
        if (count * sizeof(float) > answer.size() - at)
            throw badInput(name, "is not a readable SOFA file: its values end early");
        auto& array = contents.arrays[i];
        array.attributes = arrays[i].texts("attributes");
        array.rank = static_cast<int>(arrays[i].integer("rank", 0, 8));
        array.values.resize(count);
        if (count > 0)
            std::memcpy(array.values.data(), answer.data() + at, count * sizeof(float));
        at += count * sizeof(float);
    }
    requireResponses(contents, name);
    return contents;
}

} // namespace

SofaContents readSofa(const std::filesystem::path& path)
{
    const auto program = requireHelper("binaurium-sofa");
    const auto answer = runProgram({program.string(), std::filesystem::absolute(path).string()}, {}, answerLimit);
    const auto name = path.string();
    if (answer.exitCode != 0) {
        const auto said = trimmed(answer.errors.substr(0, longestSentence));
        throw badInput(name, "is not a readable SOFA file: " +
                                 (answer.exitCode == 3 && !said.empty() ? said : "it is damaged"));
    }
    return contentsOf(answer.output, name);
}

} // namespace binaurium
