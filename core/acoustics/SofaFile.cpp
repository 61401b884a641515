// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/SofaFile.h"

#include "core/support/Error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <mysofa.h>

namespace binaurium {
namespace {

constexpr std::uintmax_t fileLimit = 512ULL << 20;
constexpr unsigned directionsMin = 12;
constexpr unsigned directionsMax = 200'000;
constexpr unsigned tapsMin = 16;
constexpr unsigned tapsMax = 65'536;

using Hrtf = std::unique_ptr<MYSOFA_HRTF, decltype(&mysofa_free)>;

std::string attribute(MYSOFA_ATTRIBUTE* list, const char* name)
{
    char* value = mysofa_getAttribute(list, const_cast<char*>(name));
    return value != nullptr ? value : "";
}

class SofaReader
{
public:
    explicit SofaReader(const std::filesystem::path& path) : name_(path.string()), hrtf_(open(path)) {}

    HeadMeasurements read()
    {
        checkShape();
        head_.title = attribute(hrtf_->attributes, "Title");
        head_.licence = attribute(hrtf_->attributes, "License");
        readDirections();
        readResponses();
        checkSides();
        return std::move(head_);
    }

private:
    [[noreturn]] void fail(const std::string& what) const { throw badInput(name_, what); }

    Hrtf open(const std::filesystem::path& path) const
    {
        std::error_code code;
        const auto size = std::filesystem::file_size(path, code);
        if (code)
            throw missing(name_ + ": no such head (SOFA) file", "choose another head or 'default'");
        if (size > fileLimit)
            fail("is larger than " + std::to_string(fileLimit >> 20) + " MiB, which no head needs");
        int error = MYSOFA_OK;
        Hrtf hrtf(mysofa_load(path.c_str(), &error), mysofa_free);
        if (!hrtf)
            fail("is not a readable SOFA file (libmysofa error " + std::to_string(error) + ")");
        return hrtf;
    }

    void checkArray(const MYSOFA_ARRAY& array, std::size_t wanted, const char* field) const
    {
        if (array.values == nullptr || array.elements != wanted)
            fail(std::string(field) + " holds " + std::to_string(array.elements) + " values, must hold " +
                 std::to_string(wanted));
        for (std::size_t i = 0; i < wanted; ++i)
            if (!std::isfinite(array.values[i]))
                fail(std::string(field) + " holds a value that is not a number at index " + std::to_string(i));
    }

    void checkShape()
    {
        const auto conventions = attribute(hrtf_->attributes, "SOFAConventions");
        if (conventions != "SimpleFreeFieldHRIR")
            fail("has the conventions '" + conventions + "'; a head must be SimpleFreeFieldHRIR");
        if (hrtf_->R != 2)
            fail("dimension R (receivers) is " + std::to_string(hrtf_->R) + ", a head has 2 ears");
        if (hrtf_->M < directionsMin || hrtf_->M > directionsMax)
            fail("dimension M (directions) is " + std::to_string(hrtf_->M) + ", must be " +
                 std::to_string(directionsMin) + " to " + std::to_string(directionsMax));
        if (hrtf_->N < tapsMin || hrtf_->N > tapsMax)
            fail("dimension N (taps) is " + std::to_string(hrtf_->N) + ", must be " + std::to_string(tapsMin) + " to " +
                 std::to_string(tapsMax));
        checkArray(hrtf_->DataIR, std::size_t{hrtf_->M} * 2 * hrtf_->N, "Data.IR");
        checkArray(hrtf_->SourcePosition, std::size_t{hrtf_->M} * 3, "SourcePosition");
        if (hrtf_->DataSamplingRate.values == nullptr || hrtf_->DataSamplingRate.elements < 1)
            fail("Data.SamplingRate is missing");
        head_.rateHz = hrtf_->DataSamplingRate.values[0];
        if (!(head_.rateHz >= 8000.0 && head_.rateHz <= 400'000.0))
            fail("Data.SamplingRate is " + std::to_string(head_.rateHz) + " Hz, must be 8000 to 400000");
        head_.taps = hrtf_->N;
    }

    void readDirections()
    {
        const auto type = attribute(hrtf_->SourcePosition.attributes, "Type");
        const auto units = attribute(hrtf_->SourcePosition.attributes, "Units");
        const bool spherical = type == "spherical";
        if (!spherical && type != "cartesian")
            fail("SourcePosition has the type '" + type + "', must be spherical or cartesian");
        const bool inRadians = units.starts_with("rad");
        for (unsigned m = 0; m < hrtf_->M; ++m) {
            const float* p = hrtf_->SourcePosition.values + std::size_t{m} * 3;
            Vec3 d{p[0], p[1], p[2]};
            if (spherical) {
                const double scale = inRadians ? degrees(1.0) : 1.0;
                if (std::abs(p[1] * scale) > 90.5 || std::abs(p[0] * scale) > 720.0)
                    fail("SourcePosition " + std::to_string(m) + " is azimuth " + std::to_string(p[0]) +
                         ", elevation " + std::to_string(p[1]) + " (" + units + "), outside the sphere");
                d = unitVector({p[0] * scale, p[1] * scale});
            }
            const double r = length(d);
            if (r < 1e-6)
                fail("SourcePosition " + std::to_string(m) + " lies in the centre of the head");
            head_.directions.push_back((1.0 / r) * d);
        }
    }

    void readResponses()
    {
        const std::size_t m = hrtf_->M;
        const std::size_t n = hrtf_->N;
        const MYSOFA_ARRAY& delay = hrtf_->DataDelay;
        const bool perDirection = delay.values != nullptr && delay.elements == m * 2;
        const bool perEar = delay.values != nullptr && delay.elements == 2;
        if (delay.values != nullptr && delay.elements != 0 && !perDirection && !perEar)
            fail("Data.Delay holds " + std::to_string(delay.elements) + " values, must hold 2 or " +
                 std::to_string(m * 2));
        for (std::size_t ear = 0; ear < 2; ++ear) {
            for (std::size_t i = 0; i < m; ++i) {
                const float* ir = hrtf_->DataIR.values + (i * 2 + ear) * n;
                head_.responses[ear].insert(head_.responses[ear].end(), ir, ir + n);
                const double d = perDirection ? delay.values[i * 2 + ear] : perEar ? delay.values[ear] : 0.0;
                if (!(std::abs(d) < 1e5))
                    fail("Data.Delay of direction " + std::to_string(i) + " is not a usable number of samples");
                head_.delaySamples[ear].push_back(d);
            }
        }
        if (std::all_of(head_.responses[0].begin(), head_.responses[0].end(), [](float s) { return s == 0.0F; }))
            fail("Data.IR of the left ear is all zero");
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
        const MYSOFA_ARRAY& receivers = hrtf_->ReceiverPosition;
        return receivers.values != nullptr && receivers.elements >= 6 &&
               attribute(receivers.attributes, "Type") != "spherical" && receivers.values[1] < receivers.values[4];
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
            fail("its time and level differences contradict each other (one ear leads, the other is louder); "
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

    std::string name_;
    Hrtf hrtf_;
    HeadMeasurements head_;
};

} // namespace

HeadMeasurements readSofaHead(const std::filesystem::path& path)
{
    return SofaReader(path).read();
}

} // namespace binaurium
