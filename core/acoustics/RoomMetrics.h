// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"
#include "core/support/Json.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace binaurium {

// Room-acoustic parameters of one channel in one band, ISO 3382-1:2009. Values that the response does not carry (too
// little decay above the noise, nothing after the direct sound) are absent, never guessed.
struct BandMetrics
{
    double centreHz = 0.0;                  // of the octave; 0: all frequencies
    std::optional<double> edtS;             // slope of the decay from 0 to -10 dB, as a time for 60 dB
    std::optional<double> t20S;             // from -5 to -25 dB
    std::optional<double> t30S;             // from -5 to -35 dB
    std::optional<double> curvaturePercent; // 100 (T30 / T20 - 1), ISO 3382-2; above 10: not one slope
    std::optional<double> c50Db;            // early (50 ms) to late energy
    std::optional<double> c80Db;
    std::optional<double> d50;     // share of the energy in the first 50 ms, 0 .. 1
    std::optional<double> tsS;     // centre time
    std::optional<double> drrDb;   // direct (to 2.5 ms after the onset) to everything after it
    std::optional<double> rangeDb; // level of the decay's start above the noise; absent: no noise found
    std::vector<float> decayDb;    // backward integral from the onset on, one value per decay step
};

// Interaural cross-correlation coefficient, lags up to 1 ms: 0 to 80 ms and from 80 ms to 1 s after the onset.
struct BandCoherence
{
    double centreHz = 0.0; // 0: all frequencies
    std::optional<double> early;
    std::optional<double> late;
};

struct RoomMetrics
{
    static constexpr double decayStepS = 0.005;
    struct Channel
    {
        std::string name; // "omni", "left", "right", "mono"
        double onsetS = 0.0;
        std::vector<BandMetrics> bands; // all frequencies first, then the octaves
    };
    double rateHz = 0.0;
    double durationS = 0.0;
    std::vector<Channel> channels;
    std::vector<BandCoherence> coherence; // empty without two ears
};

// Parameters of one channel: all frequencies and the octaves from 125 Hz that lie below the Nyquist frequency. The
// response starts where it first exceeds -20 dB of its peak. `name` starts every error sentence. Throws BadInput:
// silent, not finite, or shorter than 50 ms after the onset.
//
// Octaves are cut by a filter without phase (sixth-order Butterworth magnitude), so nothing is delayed. The noise is
// found by the method of Lundeby et al., Acustica 81 (1995): the decay is cut where it meets the noise and the energy
// that an exponential decay would still bring is added. T20 and T30 need 35 and 45 dB between start and noise, EDT 20
// dB. Decays of less than 20 ms or ten periods of the band are not told apart from those of a filter or a head.
[[nodiscard]] RoomMetrics::Channel channelMetrics(std::span<const float> response, double rateHz,
                                                  const std::string& channel, const std::string& name);

// Of two ears; the onset is that of the earlier ear. Throws like channelMetrics().
[[nodiscard]] std::vector<BandCoherence> interauralCoherence(std::span<const float> left, std::span<const float> right,
                                                             double rateHz, const std::string& name);

// Of a response with one channel or two ears.
[[nodiscard]] RoomMetrics roomMetrics(const AudioBuffer& response, const std::string& name);

// "binaurium-response" version 1 (docs/formats.md).
[[nodiscard]] Json metricsToJson(const RoomMetrics& metrics);

} // namespace binaurium
