// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

// What the acoustic validation measures; the program prints it, the test holds it to the gates.
namespace binaurium::validation {

struct Check
{
    std::string name;
    double value = 0.0;
    double limit = 0.0; // passed when value <= limit
    std::string unit;
    [[nodiscard]] bool passed() const { return value <= limit; }
};

struct Series
{
    std::string name;
    std::vector<double> x, y;
};

// A figure; x may be logarithmic.
struct Plot
{
    std::string file; // without folder and extension
    std::string title, xLabel, yLabel;
    bool logX = false;
    std::vector<Series> series;
};

struct Report
{
    std::vector<Check> checks;
    std::vector<std::string> notes; // of things that could not be checked here
    std::vector<Plot> plots;
};

void checkPaths(Report& report);    // image sources against exact sums, reciprocity, flat walls, threads
void checkDecays(Report& report);   // the tail against full image sources and Eyring, reverberation times asked for
void checkHeads(Report& report);    // ITD, interpolation, coherence of the tail
void checkMovement(Report& report); // tones on circles

// The figure as SVG.
[[nodiscard]] std::string toSvg(const Plot& plot);

} // namespace binaurium::validation
