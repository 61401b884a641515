// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/SofaFile.h"

#include "core/acoustics/SofaListener.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace binaurium {
namespace {

constexpr std::size_t directionsMin = 12;
constexpr std::size_t directionsMax = 200'000;
constexpr std::size_t tapsMin = 16;
constexpr std::size_t headTapsMax = 65'536;

constexpr double sameDirection = 1000.0; // in steps of the unit vector's coordinates: 0.06 degrees
constexpr double sameRadius = 0.01;

using Field = SofaTable::Field;

class SofaReader
{
public:
    explicit SofaReader(const std::filesystem::path& path) : table_(path) {}

    HeadMeasurements read()
    {
        checkShape();
        head_.title = table_.attribute("Title");
        head_.licence = table_.attribute("License");
        readDirections();
        readResponses();
        checkSides();
        return std::move(head_);
    }

private:
    void checkRange(const char* what, std::size_t value, std::size_t low, std::size_t high) const
    {
        if (value < low || value > high)
            table_.fail(std::string("dimension ") + what + " is " + std::to_string(value) + ", must be " +
                        std::to_string(low) + " to " + std::to_string(high));
    }

    void checkShape()
    {
        const auto conventions = table_.attribute("SOFAConventions");
        if (conventions != "SimpleFreeFieldHRIR")
            table_.fail("has the conventions '" + conventions + "'; a head must be SimpleFreeFieldHRIR");
        if (table_.receivers() != 2)
            table_.fail("dimension R (receivers) is " + std::to_string(table_.receivers()) + ", a head has 2 ears");
        checkRange("M (directions)", table_.measurements(), directionsMin, directionsMax);
        checkRange("N (taps)", table_.taps(), tapsMin, headTapsMax);
        (void)table_.values(Field::Source, table_.measurements() * 3);
        table_.checkDelays();
        head_.rateHz = table_.rateHz();
        head_.taps = table_.taps();
    }

    // As the listener sees them; of several distances in one direction the largest, which is nearest to the far field
    // that the renderer starts from.
    void readDirections()
    {
        const auto directions = table_.directions(Field::Source);
        const auto positions = table_.positions(Field::Source);
        const SofaListener listener(table_);
        std::map<std::array<long, 3>, std::size_t> farthest;
        std::size_t nearer = 0;
        for (std::size_t m = 0; m < directions.size(); ++m) {
            const Vec3& d = directions[m];
            const auto key = std::array{std::lround(d.x * sameDirection), std::lround(d.y * sameDirection),
                                        std::lround(d.z * sameDirection)};
            const auto [known, first] = farthest.try_emplace(key, m);
            if (first)
                continue; // a direction that is measured twice at one distance, as poles often are, keeps its first
            const double ratio = length(positions[m]) / std::max(1e-9, length(positions[known->second]));
            nearer += ratio > 1.0 + sameRadius || ratio < 1.0 - sameRadius ? 1 : 0;
            if (ratio > 1.0 + sameRadius)
                known->second = m;
        }
        for (const auto& [key, m] : farthest)
            kept_.push_back(m);
        std::sort(kept_.begin(), kept_.end());
        for (const std::size_t m : kept_)
            head_.directions.push_back(listener.toHead(directions[m], m));
        checkRange("M (different directions)", kept_.size(), directionsMin, directionsMax);
        if (nearer > 0)
            head_.corrections.push_back(std::to_string(nearer) + " of the responses were left out: their directions " +
                                        "are measured from farther away, too");
    }

    void readResponses()
    {
        const std::size_t n = head_.taps;
        const auto values = table_.values(Field::Response, table_.measurements() * 2 * n);
        for (std::size_t ear = 0; ear < 2; ++ear) {
            for (const std::size_t i : kept_) {
                const float* ir = values.data() + (i * 2 + ear) * n;
                head_.responses[ear].insert(head_.responses[ear].end(), ir, ir + n);
                head_.delaySamples[ear].push_back(table_.delaySamples(i, ear));
            }
            if (std::all_of(head_.responses[ear].begin(), head_.responses[ear].end(),
                            [](float s) { return s == 0.0F; }))
                table_.fail(std::string("Data.IR of the ") + (ear == 0 ? "left" : "right") + " ear is all zero");
        }
    }

    // Sample at which a response first reaches a tenth of its peak.
    double onset(std::size_t ear, std::size_t i) const
    {
        const float* ir = head_.response(ear, i);
        const auto larger = [](float a, float b) { return std::abs(a) < std::abs(b); };
        const float peak = std::abs(*std::max_element(ir, ir + head_.taps, larger));
        const auto* first = std::find_if(ir, ir + head_.taps, [&](float s) { return std::abs(s) >= 0.1F * peak; });
        return static_cast<double>(first - ir) + head_.delaySamples[ear][i];
    }

    double energy(std::size_t ear, std::size_t i) const
    {
        const float* ir = head_.response(ear, i);
        double sum = 1e-20;
        for (std::size_t n = 0; n < head_.taps; ++n)
            sum += static_cast<double>(ir[n]) * ir[n];
        return sum;
    }

    // Whether ReceiverPosition lists the right ear first (y < 0 is right).
    bool receiversSayRightFirst() const
    {
        if (table_.count(Field::Receiver) < 6 || table_.attribute(Field::Receiver, "Type") == "spherical")
            return false;
        const auto receivers = table_.values(Field::Receiver, table_.count(Field::Receiver));
        return receivers[1] < receivers[4];
    }

    // A source on the left must be earlier and louder in the left ear, on average over the measured sphere. The
    // responses decide, not the words: many files list the receivers as right, left although their first response is
    // the left one.
    void checkSides()
    {
        double lead = 0.0;  // > 0: left source, first receiver leads
        double level = 0.0; // > 0: left source, first receiver louder
        for (std::size_t i = 0; i < head_.directions.size(); ++i) {
            const double side = head_.directions[i].y;
            lead += side * (onset(1, i) - onset(0, i));
            level += side * std::log(energy(0, i) / energy(1, i));
        }
        if ((lead > 0.0) != (level > 0.0))
            table_.fail("its time and level differences contradict each other (one ear leads, the other is louder); "
                        "check SourcePosition and ReceiverPosition");
        const bool rightFirst = receiversSayRightFirst();
        if (lead > 0.0) {
            if (rightFirst)
                head_.corrections.emplace_back(
                    "ReceiverPosition names the right ear first, but the first responses are those of the left ear");
        } else if (rightFirst) {
            std::swap(head_.responses[0], head_.responses[1]);
            std::swap(head_.delaySamples[0], head_.delaySamples[1]);
            head_.corrections.emplace_back("the receivers are listed right, left and were exchanged");
        } else {
            for (Vec3& d : head_.directions)
                d.y = -d.y;
            head_.corrections.emplace_back(
                "azimuth runs clockwise in the file and was turned round (left ear must lead on the left)");
        }
    }

    SofaTable table_;
    std::vector<std::size_t> kept_; // measurements
    HeadMeasurements head_;
};

} // namespace

HeadMeasurements readSofaHead(const std::filesystem::path& path)
{
    return SofaReader(path).read();
}

} // namespace binaurium
