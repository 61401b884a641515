// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/SofaTable.h"

#include "core/support/Error.h"

#include <cmath>
#include <mysofa.h>

namespace binaurium {
namespace {

constexpr std::uintmax_t fileLimit = 1024ULL << 20;
constexpr double largestDelay = 1e5; // samples

const char* nameOf(SofaTable::Field field)
{
    static constexpr const char* names[] = {"Data.IR",          "Data.SamplingRate", "Data.Delay",
                                            "ListenerPosition", "ListenerView",      "ListenerUp",
                                            "ReceiverPosition", "SourcePosition",    "EmitterPosition"};
    return names[static_cast<std::size_t>(field)];
}

// What libmysofa says with a number.
std::string sentenceOf(int error)
{
    switch (error) {
    case MYSOFA_INVALID_FORMAT:
        return "it is damaged, ends early, or is HDF5 in a layout that libmysofa does not read";
    case MYSOFA_UNSUPPORTED_FORMAT:
        return "it is damaged, or HDF5 in a layout that libmysofa does not read (it stops at 25 continued headers: "
               "leave out variables and attributes that are not needed)";
    case MYSOFA_NO_MEMORY:
        return "it asks for more memory than there is";
    case MYSOFA_READ_ERROR:
        return "it ends early";
    case MYSOFA_INVALID_ATTRIBUTES:
        return "an attribute that SOFA asks for is missing or has an unknown value";
    case MYSOFA_INVALID_DIMENSIONS:
    case MYSOFA_INVALID_DIMENSION_LIST:
        return "its dimensions (M, R, N, C, I, E) are missing or contradict each other";
    case MYSOFA_INVALID_COORDINATE_TYPE:
        return "a position is neither spherical nor cartesian";
    default:
        return "it is damaged (libmysofa error " + std::to_string(error) + ")";
    }
}

std::string find(MYSOFA_ATTRIBUTE* list, const char* name)
{
    const char* value = mysofa_getAttribute(list, const_cast<char*>(name));
    return value != nullptr ? value : "";
}

} // namespace

void SofaTable::Free::operator()(MYSOFA_HRTF* hrtf) const noexcept
{
    mysofa_free(hrtf);
}

SofaTable::SofaTable(const std::filesystem::path& path) : name_(path.string())
{
    std::error_code code;
    const auto size = std::filesystem::file_size(path, code);
    if (code)
        throw missing(name_ + ": no such SOFA file", "choose another one, or the head 'default'");
    if (size > fileLimit)
        fail("is larger than " + std::to_string(fileLimit >> 20) + " MiB");
    int error = MYSOFA_OK;
    hrtf_.reset(mysofa_load(path.c_str(), &error));
    if (!hrtf_)
        fail("is not a readable SOFA file: " + sentenceOf(error));
}

void SofaTable::fail(const std::string& what) const
{
    throw badInput(name_, what);
}

const MYSOFA_ARRAY& SofaTable::array(Field field) const noexcept
{
    switch (field) {
    case Field::Response:
        return hrtf_->DataIR;
    case Field::SamplingRate:
        return hrtf_->DataSamplingRate;
    case Field::Delay:
        return hrtf_->DataDelay;
    case Field::Listener:
        return hrtf_->ListenerPosition;
    case Field::ListenerView:
        return hrtf_->ListenerView;
    case Field::ListenerUp:
        return hrtf_->ListenerUp;
    case Field::Receiver:
        return hrtf_->ReceiverPosition;
    case Field::Source:
        return hrtf_->SourcePosition;
    case Field::Emitter:
        break;
    }
    return hrtf_->EmitterPosition;
}

std::string SofaTable::attribute(const char* name) const
{
    return find(hrtf_->attributes, name);
}

std::string SofaTable::attribute(Field field, const char* name) const
{
    return find(array(field).attributes, name);
}

std::size_t SofaTable::measurements() const noexcept
{
    return hrtf_->M;
}

std::size_t SofaTable::receivers() const noexcept
{
    return hrtf_->R;
}

std::size_t SofaTable::emitters() const noexcept
{
    return hrtf_->E;
}

std::size_t SofaTable::taps() const noexcept
{
    return hrtf_->N;
}

bool SofaTable::has(Field field) const noexcept
{
    return count(field) > 0;
}

std::size_t SofaTable::count(Field field) const noexcept
{
    return array(field).values != nullptr ? array(field).elements : 0;
}

std::span<const float> SofaTable::values(Field field, std::size_t wanted) const
{
    if (count(field) != wanted)
        fail(std::string(nameOf(field)) + " holds " + std::to_string(count(field)) + " values, must hold " +
             std::to_string(wanted));
    const std::span<const float> values(array(field).values, wanted);
    for (std::size_t i = 0; i < wanted; ++i)
        if (!std::isfinite(values[i]))
            fail(std::string(nameOf(field)) + " holds a value that is not a number at index " + std::to_string(i));
    return values;
}

std::vector<Vec3> SofaTable::triples(Field field, bool radiusIsOne) const
{
    const std::string name = nameOf(field);
    const auto type = attribute(field, "Type");
    const auto units = attribute(field, "Units");
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
            fail(std::string(nameOf(field)) + " " + std::to_string(i) + " lies in the centre of the head");
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
    const float* values = array(Field::Delay).values;
    const std::size_t inMeasurement = receiver * std::max<std::size_t>(1, emitters()) + emitter;
    if (found == measurements() * perMeasurement)
        return values[measurement * perMeasurement + inMeasurement];
    if (found == measurements() * receivers())
        return values[measurement * receivers() + receiver];
    return values[found == perMeasurement ? inMeasurement : receiver];
}

} // namespace binaurium
