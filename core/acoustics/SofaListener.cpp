// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/SofaListener.h"

#include <algorithm>

namespace binaurium {
namespace {

using Field = SofaTable::Field;

constexpr double parallelSine = 1e-3;

void checkCount(const SofaTable& table, Field field, std::size_t count)
{
    if (count != 1 && count != table.measurements())
        table.fail(SofaTable::nameOf(field) + " is given " + std::to_string(count) +
                   " times, must be once or for each of " + std::to_string(table.measurements()) + " measurements");
}

// Unit vectors of a field. Often seen: the cartesian `fallback` under the type spherical, where it would have no length
// or, of ListenerUp, lie in front.
std::vector<Vec3> directionsOr(const SofaTable& table, Field field, const Vec3& fallback)
{
    if (!table.has(field))
        return {fallback};
    auto directions = table.directions(field);
    checkCount(table, field, directions.size());
    const auto stored = table.values(field, table.count(field));
    for (std::size_t i = 0; i < directions.size(); ++i)
        if (Vec3{stored[3 * i], stored[3 * i + 1], stored[3 * i + 2]} == fallback)
            directions[i] = fallback;
    return directions;
}

} // namespace

std::vector<Vec3> onceOrPerMeasurement(const SofaTable& table, Field field, const Vec3& fallback)
{
    if (!table.has(field))
        return {fallback};
    auto values = table.positions(field);
    checkCount(table, field, values.size());
    return values;
}

const Vec3& elementFor(const std::vector<Vec3>& values, std::size_t measurement)
{
    return values[values.size() == 1 ? 0 : measurement];
}

SofaListener::SofaListener(const SofaTable& table)
    : positions_(onceOrPerMeasurement(table, Field::Listener, {})),
      views_(directionsOr(table, Field::ListenerView, {1, 0, 0})),
      ups_(directionsOr(table, Field::ListenerUp, {0, 0, 1}))
{
    for (std::size_t m = 0; m < std::max(views_.size(), ups_.size()); ++m)
        if (length(cross(elementFor(ups_, m), elementFor(views_, m))) < parallelSine)
            table.fail("ListenerView " + std::to_string(m) + " looks along ListenerUp");
}

Vec3 SofaListener::toHead(const Vec3& vector, std::size_t measurement) const
{
    const Vec3& front = elementFor(views_, measurement);
    Vec3 left = cross(elementFor(ups_, measurement), front);
    left = (1.0 / length(left)) * left;
    return {dot(vector, front), dot(vector, left), dot(vector, cross(front, left))};
}

const Vec3& SofaListener::positionM(std::size_t measurement) const
{
    return elementFor(positions_, measurement);
}

} // namespace binaurium
