// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/SpatialWords.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace binaurium {
namespace {

constexpr std::array<std::string_view, 37> words{
    "above",   "ahead",   "apart",     "azimuth",  "back",      "behind", "below",   "clockwise", "close", "closer",
    "closest", "degrees", "direction", "distance", "elevation", "far",    "farther", "farthest",  "front", "further",
    "higher",  "left",    "lower",     "meter",    "meters",    "metre",  "metres",  "move",      "moves", "moving",
    "near",    "nearer",  "nearest",   "right",    "side",      "turn",   "where"};
static_assert(std::ranges::is_sorted(words));

bool speaksOfSpace(const std::string& text)
{
    std::string word;
    const auto isSpatial = [&] { return std::ranges::binary_search(words, std::string_view(word)); };
    for (const char c : text) {
        if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            continue;
        }
        if (isSpatial())
            return true;
        word.clear();
    }
    return isSpatial();
}

} // namespace

bool asksAboutSpace(const std::string& question, const std::vector<std::string>& options)
{
    return speaksOfSpace(question) || std::ranges::any_of(options, speaksOfSpace);
}

} // namespace binaurium
