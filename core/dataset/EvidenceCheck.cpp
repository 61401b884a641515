// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/EvidenceCheck.h"

#include "core/scene/Geometry.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace binaurium {
namespace {

constexpr double angleToleranceDeg = 30.0;
constexpr double factorTolerance = 1.5;
constexpr const char* answerLead = "Answer: ";
constexpr std::size_t longestEvidence = 4096; // of a model's text; what follows says nothing new

struct Quantity
{
    double value = 0.0;
    bool isAngle = false;
};

// One sentence: its words with '#' for every number, and the numbers.
struct Claim
{
    std::string words;
    std::vector<Quantity> quantities;
};

bool startsNumber(const std::string& text, std::size_t at)
{
    const auto digit = [&](std::size_t i) {
        return i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0;
    };
    return digit(at) || (text[at] == '-' && digit(at + 1));
}

Claim claimOf(const std::string& sentence)
{
    Claim claim;
    for (std::size_t at = 0; at < sentence.size();) {
        if (!startsNumber(sentence, at)) {
            claim.words += static_cast<char>(std::tolower(static_cast<unsigned char>(sentence[at++])));
            continue;
        }
        char* end = nullptr;
        const double value = std::strtod(sentence.c_str() + at, &end);
        at = static_cast<std::size_t>(end - sentence.c_str());
        claim.words += '#';
        claim.quantities.push_back({value, sentence.compare(at, 8, " degrees") == 0});
    }
    return claim;
}

// Sentences end with a full stop that no digit follows.
std::vector<Claim> claimsOf(const std::string& text)
{
    std::vector<Claim> claims;
    std::string sentence;
    for (std::size_t i = 0; i < std::min(text.size(), longestEvidence); ++i) {
        const bool ends = text[i] == '.' && (i + 1 == text.size() || text[i + 1] == ' ');
        if (!ends) {
            if (!sentence.empty() || text[i] != ' ')
                sentence += text[i];
            continue;
        }
        claims.push_back(claimOf(sentence));
        sentence.clear();
    }
    if (!sentence.empty())
        claims.push_back(claimOf(sentence)); // one that was cut off agrees with nothing, but counts
    return claims;
}

bool agrees(const Quantity& claimed, const Quantity& truth)
{
    if (truth.isAngle)
        return std::abs(azimuthDifferenceDeg(claimed.value, truth.value)) <= angleToleranceDeg;
    if (claimed.value <= 0.0 || truth.value <= 0.0)
        return claimed.value == truth.value;
    const double ratio = claimed.value / truth.value;
    return ratio <= factorTolerance && 1.0 / ratio <= factorTolerance;
}

double agreement(const Claim& claimed, const Claim& truth)
{
    if (claimed.words != truth.words || claimed.quantities.size() != truth.quantities.size())
        return 0.0;
    if (truth.quantities.empty())
        return 1.0;
    int right = 0;
    for (std::size_t i = 0; i < truth.quantities.size(); ++i)
        right += agrees(claimed.quantities[i], truth.quantities[i]) ? 1 : 0;
    return static_cast<double>(right) / static_cast<double>(truth.quantities.size());
}

} // namespace

EvidenceAndAnswer splitEvidence(const std::string& text)
{
    const auto at = text.rfind(answerLead);
    if (at == std::string::npos)
        return {{}, text};
    auto evidence = text.substr(0, at);
    while (!evidence.empty() && std::isspace(static_cast<unsigned char>(evidence.back())) != 0)
        evidence.pop_back();
    return {std::move(evidence), text.substr(at + std::string(answerLead).size())};
}

std::string joinEvidence(const std::string& evidence, const std::string& answer)
{
    return evidence.empty() ? answer : evidence + " " + answerLead + answer;
}

double evidenceAgreement(const std::string& claimed, const std::string& truth)
{
    const auto claims = claimsOf(claimed);
    auto truths = claimsOf(truth);
    const auto sentences = std::max(claims.size(), truths.size());
    if (sentences == 0)
        return 0.0;
    double sum = 0.0;
    for (const Claim& claim : claims) { // each true sentence can be claimed once
        const auto best = std::ranges::max_element(truths, {}, [&](const Claim& t) { return agreement(claim, t); });
        if (best == truths.end())
            break;
        sum += agreement(claim, *best);
        if (agreement(claim, *best) > 0.0)
            truths.erase(best);
    }
    return sum / static_cast<double>(sentences);
}

} // namespace binaurium
