// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/NpyFile.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace binaurium {
namespace {

constexpr std::size_t mostChannels = 16;
constexpr std::uintmax_t largestFile = 1ULL << 30;

struct Header
{
    std::string type; // "<f4"
    std::vector<std::size_t> shape;
    std::size_t dataAt = 0;
};

// The text behind 'key': of the dictionary that the header is.
std::string valueOf(const std::string& header, const std::string& key, const std::string& file)
{
    const auto at = header.find("'" + key + "'");
    const auto colon = at == std::string::npos ? at : header.find(':', at);
    if (colon == std::string::npos)
        throw badInput(file, "has no '" + key + "' in its header");
    const auto first = header.find_first_not_of(' ', colon + 1);
    if (first == std::string::npos)
        throw badInput(file, "has a damaged header");
    const auto end = header[first] == '(' ? header.find(')', first) : header.find_first_of(",}", first);
    if (end == std::string::npos)
        throw badInput(file, "has a damaged header");
    return header.substr(first, end - first);
}

Header readHeader(const std::string& bytes, const std::string& file)
{
    if (bytes.size() < 12 || bytes.compare(0, 6, "\x93NUMPY") != 0)
        throw badInput(file, "is no array of NumPy");
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    const std::size_t major = byte(6);
    if (major < 1 || major > 3)
        throw badInput(file, "has the format " + std::to_string(major) + "; this program reads 1 to 3");
    const std::size_t start = major == 1 ? 10 : 12;
    std::size_t length = byte(8) + (byte(9) << 8);
    if (major > 1)
        length += (byte(10) << 16) + (byte(11) << 24);
    if (length > bytes.size() - start)
        throw badInput(file, "ends within its header");
    const auto text = bytes.substr(start, length);
    Header header;
    header.dataAt = start + length;
    header.type = valueOf(text, "descr", file);
    std::erase(header.type, '\'');
    if (valueOf(text, "fortran_order", file) != "False")
        throw badInput(file, "is stored in Fortran order");
    const auto shape = valueOf(text, "shape", file);
    for (std::size_t i = 0; i < shape.size();) {
        if (shape[i] < '0' || shape[i] > '9') {
            ++i;
            continue;
        }
        std::size_t value = 0;
        for (; i < shape.size() && shape[i] >= '0' && shape[i] <= '9'; ++i) {
            value = 10 * value + static_cast<std::size_t>(shape[i] - '0');
            if (value > largestFile)
                throw badInput(file, "has a side that is too long");
        }
        header.shape.push_back(value);
    }
    return header;
}

template <typename T>
std::vector<float> numbers(const char* data, std::size_t count, double scale)
{
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        T value;
        std::memcpy(&value, data + i * sizeof(T), sizeof(T));
        values[i] = static_cast<float>(scale * static_cast<double>(value));
    }
    return values;
}

} // namespace

AudioBuffer readNpy(const std::filesystem::path& path, double rateHz, std::size_t limitFrames)
{
    const auto file = path.string();
    const auto bytes = readFile(path, largestFile);
    const auto header = readHeader(bytes, file);
    if (header.shape.empty() || header.shape.size() > 2)
        throw badInput(file, "has " + std::to_string(header.shape.size()) + " dimensions; a response has one or two");
    const std::size_t a = header.shape[0];
    const std::size_t b = header.shape.size() == 2 ? header.shape[1] : 1;
    const std::size_t size = header.type == "<f4" ? 4 : header.type == "<f8" ? 8 : header.type == "<i2" ? 2 : 0;
    if (size == 0)
        throw badInput(file, "holds numbers of the type " + header.type + "; this program reads <f4, <f8 and <i2");
    if (a == 0 || b == 0 || std::min(a, b) > mostChannels || std::max(a, b) > limitFrames)
        throw badInput(file, "has the shape " + std::to_string(a) + " x " + std::to_string(b) +
                                 ", which is no impulse response");
    if ((bytes.size() - header.dataAt) / size < a * b)
        throw badInput(file, "ends before its last number");
    const char* data = bytes.data() + header.dataAt;
    const auto values = size == 4   ? numbers<float>(data, a * b, 1.0)
                        : size == 8 ? numbers<double>(data, a * b, 1.0)
                                    : numbers<std::int16_t>(data, a * b, 1.0 / 32768.0);
    if (std::any_of(values.begin(), values.end(), [](float v) { return !std::isfinite(v); }))
        throw badInput(file, "holds NaN or infinite numbers");
    const bool channelsFirst = a < b;
    AudioBuffer audio(std::min(a, b), std::max(a, b), rateHz);
    for (std::size_t c = 0; c < audio.channels(); ++c)
        for (std::size_t n = 0; n < audio.frames(); ++n)
            audio.channel(c)[n] = channelsFirst ? values[c * b + n] : values[n * b + c];
    return audio;
}

} // namespace binaurium
