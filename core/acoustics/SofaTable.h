// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/SofaContents.h"
#include "core/scene/Geometry.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace binaurium {

// The arrays of a SOFA file, checked before anybody looks at them: hostile bytes end in BadInput with the file and the
// field.
class SofaTable
{
public:
    // Throws Missing or BadInput.
    explicit SofaTable(const std::filesystem::path& path);

    // In the order of SofaContents::fieldNames.
    enum class Field { Response, SamplingRate, Delay, Listener, ListenerView, ListenerUp, Receiver, Source, Emitter };

    [[nodiscard]] static std::string nameOf(Field field);
    [[nodiscard]] std::string attribute(const char* name) const; // of the file; "" when there is none
    [[nodiscard]] std::string attribute(Field field, const char* name) const;
    [[nodiscard]] std::size_t measurements() const noexcept { return contents_.measurements; }
    [[nodiscard]] std::size_t receivers() const noexcept { return contents_.receivers; }
    [[nodiscard]] std::size_t emitters() const noexcept { return contents_.emitters; }
    [[nodiscard]] std::size_t taps() const noexcept { return contents_.taps; }

    [[nodiscard]] bool has(Field field) const noexcept;
    // All values, of which there must be `wanted`, finite and below 1e9.
    [[nodiscard]] std::span<const float> values(Field field, std::size_t wanted) const;
    // Number of values, 0 when the field is missing.
    [[nodiscard]] std::size_t count(Field field) const noexcept;
    // Positions in metres, cartesian, from a field of triples in its own type and units.
    [[nodiscard]] std::vector<Vec3> positions(Field field) const;
    // Unit vectors from the same, whatever the radius; none may be without length.
    [[nodiscard]] std::vector<Vec3> directions(Field field) const;
    // 8 kHz to 400 kHz.
    [[nodiscard]] double rateHz() const;
    // Data.Delay of a measurement, receiver and emitter in samples: given per measurement, once for all, or not at all.
    // checkDelays() must have been called.
    [[nodiscard]] double delaySamples(std::size_t measurement, std::size_t receiver, std::size_t emitter = 0) const;

    void checkDelays() const;

    [[noreturn]] void fail(const std::string& what) const;

private:
    [[nodiscard]] const SofaContents::Array& array(Field field) const noexcept;
    [[nodiscard]] std::vector<Vec3> triples(Field field, bool radiusIsOne) const;

    std::string name_;
    SofaContents contents_;
};

} // namespace binaurium
