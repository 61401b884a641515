// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/SofaTable.h"

#include "core/support/Error.h"

#include <cmath>

namespace binaurium {
namespace {

constexpr std::uintmax_t fileLimit = 1024ULL << 20;
constexpr double largestDelay = 1e5; // samples
constexpr float largestValue = 1e9F; // squares of it add up

const std::string& find(const std::map<std::string, std::string>& attributes, const char* name)
{
    static const std::string none;
    const auto found = attributes.find(name);
    return found == attributes.end() ? none : found->second;
}

// [M R N E], as the data type FIR-E has it, to [M R E N].
void putTapsLast(SofaContents& c)
{
    auto& values = c.arrays.front().values;
    if (find(c.attributes, "DataType") != "FIR-E")
        return;
    std::vector<float> turned(values.size());
    for (std::size_t block = 0; block < c.measurements * c.receivers; ++block)
        for (std::size_t n = 0; n < c.taps; ++n)
            for (std::size_t e = 0; e < c.emitters; ++e)
                turned[(block * c.emitters + e) * c.taps + n] = values[(block * c.taps + n) * c.emitters + e];
    values = std::move(turned);
}

} // namespace

SofaTable::SofaTable(const std::filesystem::path& path) : name_(path.string())
{
    std::error_code code;
    const auto size = std::filesystem::file_size(path, code);
    if (code)
        throw missing(name_ + ": no such SOFA file", "choose another one, or the head 'default'");
    if (size > fileLimit)
        fail("is larger than " + std::to_string(fileLimit >> 20) + " MiB");
    contents_ = readSofa(path);
    if (attribute("Conventions") != "SOFA")
        fail("is not a readable SOFA file: its attribute Conventions is '" + attribute("Conventions") + "', not SOFA");
    putTapsLast(contents_);
}

std::string SofaTable::nameOf(Field field)
{
    return SofaContents::fieldNames[static_cast<std::size_t>(field)];
}

void SofaTable::fail(const std::string& what) const
{
    throw badInput(name_, what);
}

const SofaContents::Array& SofaTable::array(Field field) const noexcept
{
    return contents_.arrays[static_cast<std::size_t>(field)];
}

std::string SofaTable::attribute(const char* name) const
{
    return find(contents_.attributes, name);
}

std::string SofaTable::attribute(Field field, const char* name) const
{
    return find(array(field).attributes, name);
}

bool SofaTable::has(Field field) const noexcept
{
    return count(field) > 0;
}

std::size_t SofaTable::count(Field field) const noexcept
{
    return array(field).values.size();
}

std::span<const float> SofaTable::values(Field field, std::size_t wanted) const
{
    if (count(field) != wanted)
        fail(nameOf(field) + " holds " + std::to_string(count(field)) + " values, must hold " + std::to_string(wanted));
    const std::span<const float> values(array(field).values);
    for (std::size_t i = 0; i < wanted; ++i)
        if (!(std::abs(values[i]) < largestValue))
            fail(nameOf(field) + " holds a value that is not a number, or beyond 1e9, at index " + std::to_string(i));
    return values;
}

std::vector<Vec3> SofaTable::triples(Field field, bool radiusIsOne) const
{
    const std::string name = nameOf(field);
    // AES69: "ListenerUp" has the type and units of "ListenerView"; many files say them of both.
    const bool followsView = field == Field::ListenerUp && attribute(field, "Type").empty() && has(Field::ListenerView);
    const Field described = followsView ? Field::ListenerView : field;
    const auto type = attribute(described, "Type");
    const auto units = attribute(described, "Units");
    const bool spherical = type == "spherical";
    if (!spherical && type != "cartesian")
        fail(name + " has the type '" + type + "', must be spherical or cartesian");
    const bool inRadians = units.starts_with("rad");
    if (spherical && !inRadians && !units.starts_with("deg"))
        fail(name + " has the units '" + units + "', must be degree or radian, and metre");
    if (!spherical && !units.empty() && !units.starts_with("met") && !units.starts_with("m,") && units != "m")
        fail(name + " has the units '" + units + "', must be metre");
    const auto triples = values(field, count(field));
    if (triples.empty() || triples.size() % 3 != 0)
        fail(name + " holds " + std::to_string(triples.size()) + " values, must hold triples");
    std::vector<Vec3> result;
    for (std::size_t i = 0; i < triples.size(); i += 3) {
        const float* p = triples.data() + i;
        if (!spherical) {
            result.push_back({p[0], p[1], p[2]});
            continue;
        }
        const double scale = inRadians ? degrees(1.0) : 1.0;
        if (std::abs(p[1] * scale) > 90.5 || std::abs(p[0] * scale) > 720.0)
            fail(name + " " + std::to_string(i / 3) + " is azimuth " + std::to_string(p[0]) + ", elevation " +
                 std::to_string(p[1]) + " (" + units + "), outside the sphere");
        const Vec3 unit = unitVector({p[0] * scale, p[1] * scale});
        result.push_back(radiusIsOne ? unit : static_cast<double>(p[2]) * unit);
    }
    return result;
}

std::vector<Vec3> SofaTable::positions(Field field) const
{
    return triples(field, false);
}

std::vector<Vec3> SofaTable::directions(Field field) const
{
    auto result = triples(field, true);
    for (std::size_t i = 0; i < result.size(); ++i) {
        const double r = length(result[i]);
        if (r < 1e-6)
            fail(nameOf(field) + " " + std::to_string(i) +
                 (field == Field::Source ? " lies in the centre of the head" : " has no length"));
        result[i] = (1.0 / r) * result[i];
    }
    return result;
}

double SofaTable::rateHz() const
{
    if (!has(Field::SamplingRate))
        fail("Data.SamplingRate is missing");
    const auto units = attribute(Field::SamplingRate, "Units");
    if (!units.empty() && units != "hertz" && units != "Hertz" && units != "Hz")
        fail("Data.SamplingRate has the units '" + units + "', must be hertz");
    const double rate = array(Field::SamplingRate).values[0];
    if (!(rate >= 8000.0 && rate <= 400'000.0))
        fail("Data.SamplingRate is " + std::to_string(rate) + " Hz, must be 8000 to 400000");
    return rate;
}

void SofaTable::checkDelays() const
{
    const std::size_t perMeasurement = receivers() * std::max<std::size_t>(1, emitters());
    const std::size_t found = count(Field::Delay);
    if (found != 0 && found != receivers() && found != perMeasurement && found != measurements() * receivers() &&
        found != measurements() * perMeasurement)
        fail("Data.Delay holds " + std::to_string(found) + " values, must hold " + std::to_string(receivers()) +
             " or that for each of " + std::to_string(measurements()) + " measurements");
    for (std::size_t i = 0; i < found; ++i)
        if (!(std::abs(array(Field::Delay).values[i]) < largestDelay))
            fail("Data.Delay " + std::to_string(i) + " is not a usable number of samples");
}

double SofaTable::delaySamples(std::size_t measurement, std::size_t receiver, std::size_t emitter) const
{
    const std::size_t found = count(Field::Delay);
    if (found == 0)
        return 0.0;
    const std::size_t perMeasurement = receivers() * std::max<std::size_t>(1, emitters());
    const auto& values = array(Field::Delay).values;
    const std::size_t inMeasurement = receiver * std::max<std::size_t>(1, emitters()) + emitter;
    if (found == measurements() * perMeasurement)
        return values[measurement * perMeasurement + inMeasurement];
    // As many measurements as emitters: [M R] or, with three dimensions, [1 R E].
    if (found == measurements() * receivers() && array(Field::Delay).rank != 3)
        return values[measurement * receivers() + receiver];
    return values[found == perMeasurement ? inMeasurement : receiver];
}

} // namespace binaurium
