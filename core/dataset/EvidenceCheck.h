// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace binaurium {

// A model's text that may say evidence before the answer: "The kettle is at azimuth 80 degrees, ... Answer: left".
struct EvidenceAndAnswer
{
    std::string evidence; // empty where there is none
    std::string answer;
};
[[nodiscard]] EvidenceAndAnswer splitEvidence(const std::string& text);
[[nodiscard]] std::string joinEvidence(const std::string& evidence, const std::string& answer);

// How far claimed evidence agrees with the true one (Evidence.h), 0 to 1: each claimed sentence counts with the share
// of its numbers that are right, next to the best true sentence of the same words, and what is missing or made up
// counts 0. Right is: angles within 30 degrees, other quantities within a factor of 1.5.
[[nodiscard]] double evidenceAgreement(const std::string& claimed, const std::string& truth);

} // namespace binaurium
