// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/OpenAnswers.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <set>
#include <utility>
#include <vector>

namespace binaurium {
namespace {

constexpr double sameLengthRatio = 1.1; // "60 cm, that is 0.6 m" says one length twice

bool isLetter(char c)
{
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool isDigit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// Lower-case words and numbers; a number keeps its decimal mark, letters and digits part ("60cm" are two).
std::vector<std::string> piecesOf(const std::string& text)
{
    std::vector<std::string> pieces;
    for (std::size_t i = 0; i < text.size();) {
        std::string piece;
        if (isDigit(text[i])) {
            while (i < text.size() && (isDigit(text[i]) || ((text[i] == '.' || text[i] == ',') && i + 1 < text.size() &&
                                                            isDigit(text[i + 1])))) {
                piece += text[i] == ',' ? '.' : text[i];
                ++i;
            }
        } else if (isLetter(text[i])) {
            for (; i < text.size() && isLetter(text[i]); ++i)
                piece += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
        } else {
            if (text[i] == '/' || text[i] == '-')
                pieces.emplace_back(1, text[i]);
            ++i;
            continue;
        }
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

std::optional<double> wordNumber(const std::string& word)
{
    static constexpr std::array<std::pair<const char*, double>, 15> numbers{{{"zero", 0.0},
                                                                             {"one", 1.0},
                                                                             {"two", 2.0},
                                                                             {"three", 3.0},
                                                                             {"four", 4.0},
                                                                             {"five", 5.0},
                                                                             {"six", 6.0},
                                                                             {"seven", 7.0},
                                                                             {"eight", 8.0},
                                                                             {"nine", 9.0},
                                                                             {"ten", 10.0},
                                                                             {"twelve", 12.0},
                                                                             {"twenty", 20.0},
                                                                             {"half", 0.5},
                                                                             {"quarter", 0.25}}};
    const auto* found = std::find_if(numbers.begin(), numbers.end(), [&](const auto& n) { return word == n.first; });
    return found == numbers.end() ? std::nullopt : std::optional(found->second);
}

std::optional<double> numberAt(const std::vector<std::string>& pieces, std::size_t& i)
{
    const auto at = [&](std::size_t k) { return k < pieces.size() ? pieces[k] : std::string(); };
    const auto first = at(i);
    if (!first.empty() && isDigit(first[0])) {
        if (std::count(first.begin(), first.end(), '.') > 1)
            return std::nullopt;
        double value = std::strtod(first.c_str(), nullptr);
        ++i;
        if (at(i) == "/" && !at(i + 1).empty() && isDigit(at(i + 1)[0])) {
            value /= std::max(1e-9, std::strtod(at(i + 1).c_str(), nullptr));
            i += 2;
        }
        return value;
    }
    auto value = wordNumber(first);
    if (!value)
        return std::nullopt;
    ++i;
    // "two and a half", "half a metre", "three point five", "one hundred"
    if (at(i) == "and" && at(i + 1) == "a" && wordNumber(at(i + 2)).value_or(1.0) < 1.0) {
        *value += *wordNumber(at(i + 2));
        i += 3;
    } else if (at(i) == "point" && wordNumber(at(i + 1))) {
        *value += *wordNumber(at(i + 1)) / 10.0;
        i += 2;
    }
    while (at(i) == "a" || at(i) == "of")
        ++i;
    return value;
}

// Metres per unit; 0 where the word is no unit of length.
double metresPer(const std::string& unit)
{
    static constexpr std::array<std::pair<const char*, double>, 18> units{{{"m", 1.0},
                                                                           {"metre", 1.0},
                                                                           {"metres", 1.0},
                                                                           {"meter", 1.0},
                                                                           {"meters", 1.0},
                                                                           {"cm", 0.01},
                                                                           {"centimetre", 0.01},
                                                                           {"centimetres", 0.01},
                                                                           {"centimeter", 0.01},
                                                                           {"centimeters", 0.01},
                                                                           {"mm", 0.001},
                                                                           {"ft", 0.3048},
                                                                           {"foot", 0.3048},
                                                                           {"feet", 0.3048},
                                                                           {"inch", 0.0254},
                                                                           {"inches", 0.0254},
                                                                           {"yard", 0.9144},
                                                                           {"yards", 0.9144}}};
    const auto* found = std::find_if(units.begin(), units.end(), [&](const auto& u) { return unit == u.first; });
    return found == units.end() ? 0.0 : found->second;
}

struct PlaceWord
{
    const char* word;
    const char* means;
};
constexpr std::array placeWords{
    PlaceWord{"front", "front"}, PlaceWord{"ahead", "front"},   PlaceWord{"forward", "front"},
    PlaceWord{"back", "back"},   PlaceWord{"behind", "back"},   PlaceWord{"rear", "back"},
    PlaceWord{"left", "left"},   PlaceWord{"right", "right"},   PlaceWord{"above", "above"},
    PlaceWord{"below", "below"}, PlaceWord{"beneath", "below"}, PlaceWord{"near", "near"},
    PlaceWord{"close", "near"},  PlaceWord{"nearby", "near"},   PlaceWord{"steps", "steps"},
    PlaceWord{"far", "far"},     PlaceWord{"distant", "far"}};

std::set<std::string> placesIn(const std::string& text)
{
    std::set<std::string> places;
    for (const auto& piece : piecesOf(text))
        for (const auto& word : placeWords)
            if (piece == word.word)
                places.insert(word.means);
    if (places.contains("steps"))
        places.erase("far"); // "a few steps far"
    return places;
}

bool isNumber(const std::string& reference)
{
    char* end = nullptr;
    const double value = std::strtod(reference.c_str(), &end);
    return end != reference.c_str() && *end == '\0' && std::isfinite(value) && value > 0.0;
}

// A length in metres: what has a unit, or else, unless `needsUnit`, a bare number.
std::optional<double> lengthIn(const std::string& text, bool needsUnit)
{
    const auto pieces = piecesOf(text);
    std::optional<double> bare;
    std::optional<double> measured;
    bool bareAgree = true;
    const auto say = [](std::optional<double>& slot, double value) {
        if (slot && std::max(*slot, value) > sameLengthRatio * std::min(*slot, value))
            return false;
        slot = slot.value_or(value);
        return true;
    };
    for (std::size_t i = 0; i < pieces.size();) {
        const auto number = numberAt(pieces, i);
        if (!number) {
            ++i;
            continue;
        }
        const double unit = i < pieces.size() ? metresPer(pieces[i]) : 0.0;
        if (unit > 0.0 && !say(measured, *number * unit))
            return std::nullopt;
        bareAgree = (unit > 0.0 || say(bare, *number)) && bareAgree;
    }
    if (measured) // "one of the two, 3 m": what has a unit is the length
        return measured;
    return bareAgree && !needsUnit ? bare : std::nullopt;
}

} // namespace

std::optional<double> parseMetres(const std::string& text)
{
    return lengthIn(text, false);
}

OpenScore scoreOpenAnswer(const std::string& text, const std::string& reference)
{
    OpenScore score;
    const auto isLength = [&](double truth) {
        const auto heard = parseMetres(text);
        score.understood = score.understood && heard.has_value();
        return heard && *heard <= truth * openDistanceRatio && *heard >= truth / openDistanceRatio;
    };
    if (isNumber(reference)) {
        score.understood = true;
        score.right = isLength(std::strtod(reference.c_str(), nullptr));
        return score;
    }
    const auto wanted = placesIn(reference);
    if (!wanted.empty()) {
        const auto said = placesIn(text);
        score.understood = !said.empty();
        score.right = said == wanted;
        if (const auto truth = lengthIn(reference, true)) // "left, front, above; 3.5 m"
            score.right = isLength(*truth) && score.right;
        return score;
    }
    if (const auto truth = lengthIn(reference, true)) {
        score.understood = true;
        score.right = isLength(*truth);
        return score;
    }
    const auto pieces = piecesOf(text);
    score.understood = !pieces.empty();
    score.right = score.understood && pieces == piecesOf(reference);
    return score;
}

} // namespace binaurium
