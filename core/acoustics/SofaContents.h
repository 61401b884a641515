// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace binaurium {

// What a SOFA file holds, as far as it is looked at: there are as many responses as the sizes say, and some; nothing
// else is checked.
struct SofaContents
{
    struct Array
    {
        std::vector<float> values; // empty where the file has none
        int rank = 0;              // number of dimensions
        std::map<std::string, std::string> attributes;
    };
    static constexpr std::array fieldNames{"Data.IR",          "Data.SamplingRate", "Data.Delay",
                                           "ListenerPosition", "ListenerView",      "ListenerUp",
                                           "ReceiverPosition", "SourcePosition",    "EmitterPosition"};

    static constexpr std::int64_t mostResponses = 256LL << 20; // values of Data.IR, 1 GiB

    std::map<std::string, std::string> attributes; // of the file
    std::array<Array, fieldNames.size()> arrays;   // in the order of fieldNames
    std::size_t measurements = 0, receivers = 0, emitters = 0, taps = 0;
};

// Reads the file in a process of its own (binaurium-sofa), whose crash or endless loop is a sentence here. Throws
// BadInput with what it says, Missing when that program is not there.
[[nodiscard]] SofaContents readSofa(const std::filesystem::path& path);

} // namespace binaurium
