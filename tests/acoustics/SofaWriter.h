// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace binaurium::test {

// Writes small SOFA files for tests: the part of HDF5 (superblock 2, object headers 2, one fractal heap of links,
// contiguous doubles) that netCDF-4 files use and libmysofa reads. Checksums are left 0, which readers of SOFA do not
// check.
class SofaWriter
{
public:
    using Attributes = std::vector<std::pair<std::string, std::string>>;

    explicit SofaWriter(const std::string& conventions)
    {
        attributes = {{"Conventions", "SOFA"}, {"SOFAConventions", conventions}, {"Title", "test"}};
    }

    struct Variable
    {
        std::vector<std::size_t> shape;
        std::vector<double> values;
        Attributes attributes;
    };

    Attributes attributes;
    std::map<std::string, unsigned> dimensions{{"I", 1}, {"C", 3}, {"R", 2}, {"E", 1}, {"M", 0}, {"N", 0}};
    std::map<std::string, Variable> variables;

    [[nodiscard]] std::string bytes() const
    {
        std::string file(superblockSize, '\0');
        std::map<std::string, std::size_t> addresses;
        for (const auto& [name, size] : dimensions) {
            std::string number = std::to_string(size);
            number.insert(0, 10 - number.size(), ' ');
            addresses[name] = file.size();
            file += header(attribute("CLASS", "DIMENSION_SCALE") +
                           attribute("NAME", "This is a netCDF dimension but not a netCDF variable." + number));
        }
        for (const auto& [name, variable] : variables) {
            const std::size_t data = file.size();
            file.append(reinterpret_cast<const char*>(variable.values.data()), variable.values.size() * 8);
            addresses[name] = file.size();
            file += header(dataset(variable, data));
        }
        const std::size_t block = file.size();
        file += directBlock(addresses);
        const std::size_t heap = file.size();
        file += fractalHeap(block);
        const std::size_t root = file.size();
        std::string messages;
        for (const auto& [name, value] : attributes)
            messages += attribute(name, value);
        messages += message(2, std::string(2, '\0') + number(heap, 8) + number(~std::uint64_t{0}, 8));
        file += header(messages);
        const std::string superblock = "\x89HDF\r\n\x1a\n" + std::string("\x02\x08\x08\x00", 4) + number(0, 8) +
                                       number(~std::uint64_t{0}, 8) + number(file.size(), 8) + number(root, 8) +
                                       number(0, 4);
        file.replace(0, superblock.size(), superblock);
        return file;
    }

private:
    static constexpr std::size_t superblockSize = 48;

    static std::string number(std::uint64_t value, std::size_t size)
    {
        std::string text(size, '\0');
        std::memcpy(text.data(), &value, size); // little endian, as this machine
        return text;
    }
    static std::string message(int type, const std::string& data)
    {
        return number(static_cast<std::uint64_t>(type), 1) + number(data.size(), 2) + number(0, 1) + data;
    }
    static std::string header(const std::string& messages)
    {
        return "OHDR" + std::string("\x02\x02", 2) + number(messages.size(), 4) + messages + number(0, 4);
    }
    static std::string attribute(const std::string& name, const std::string& value)
    {
        const std::string type = std::string("\x13\x00\x00\x00", 4) + number(value.size(), 4);
        const std::string space("\x02\x00\x00\x00", 4);
        return message(12, std::string("\x03\x00", 2) + number(name.size() + 1, 2) + number(type.size(), 2) +
                               number(space.size(), 2) + number(0, 1) + name + '\0' + type + space + value);
    }
    static std::string dataset(const Variable& variable, std::size_t data)
    {
        std::string space = std::string("\x02", 1) + number(variable.shape.size(), 1) + std::string("\x00\x01", 2);
        for (const std::size_t extent : variable.shape)
            space += number(extent, 8);
        const std::string type =
            std::string("\x11\x20\x3f\x00\x08\x00\x00\x00\x00\x00\x40\x00\x34\x0b\x00\x34", 16) + number(1023, 4);
        std::string messages = message(1, space) + message(3, type);
        messages += message(8, std::string("\x03\x01", 2) + number(data, 8) + number(variable.values.size() * 8, 8));
        for (const auto& [name, value] : variable.attributes)
            messages += attribute(name, value);
        return messages;
    }
    static std::string directBlock(const std::map<std::string, std::size_t>& addresses)
    {
        std::string block = "FHDB" + number(0, 1) + number(0, 8) + number(0, 5);
        for (const auto& [name, address] : addresses)
            block += std::string("\x01\x04", 2) + number(0, 8) + number(name.size(), 1) + name + number(address, 8);
        return block + std::string(32, '\0');
    }
    static std::string fractalHeap(std::size_t rootBlock)
    {
        std::string heap = "FRHP" + number(0, 1) + number(8, 2) + number(0, 2) + number(0, 1) + number(4096, 4);
        for (int i = 0; i < 12; ++i)
            heap += number(i == 1 || i == 3 ? ~std::uint64_t{0} : 0, 8);
        return heap + number(4, 2) + number(65536, 8) + number(65536, 8) + number(40, 2) + number(1, 2) +
               number(rootBlock, 8) + number(0, 2) + number(0, 4);
    }
};

} // namespace binaurium::test
