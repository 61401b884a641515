// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/SofaTable.h"

#include <vector>

namespace binaurium {

// Where the listener of a SOFA file is and looks, once or for each measurement. ListenerUp has no type and units of its
// own in AES69: it follows ListenerView.
class SofaListener
{
public:
    // Throws BadInput where a field has neither one element nor one per measurement, or a view has no length.
    explicit SofaListener(const SofaTable& table);

    // A vector of the file in the listener's frame (x front, y left, z up).
    [[nodiscard]] Vec3 toHead(const Vec3& vector, std::size_t measurement) const;
    [[nodiscard]] const Vec3& positionM(std::size_t measurement) const;

private:
    std::vector<Vec3> positions_, views_, ups_;
};

// A field that is given once or per measurement; `fallback` where it is missing. Metres, cartesian.
[[nodiscard]] std::vector<Vec3> onceOrPerMeasurement(const SofaTable& table, SofaTable::Field field,
                                                     const Vec3& fallback);
// Its element for a measurement.
[[nodiscard]] const Vec3& elementFor(const std::vector<Vec3>& values, std::size_t measurement);

} // namespace binaurium
