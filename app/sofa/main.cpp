// SPDX-License-Identifier: GPL-3.0-or-later
// binaurium-sofa FILE: the arrays of a SOFA file on stdout. The HDF5 library was not made for hostile bytes, so it
// reads them in this process of its own, with bounds on time and memory; whatever happens here is a sentence there
// (core/acoustics/SofaContents.cpp, which says what is written).
#include "core/acoustics/SofaContents.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <hdf5.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace {

using Json = nlohmann::json;
using binaurium::SofaContents;

constexpr std::array fileAttributes{"Conventions", "SOFAConventions", "Title", "License", "DataType"};
constexpr std::array fieldAttributes{"Type", "Units"};
constexpr hssize_t mostOthers = 4LL << 20; // values of an array other than the responses
constexpr std::size_t longestText = 65'536;

std::runtime_error refused(const std::string& name, const char* what)
{
    return std::runtime_error(name + " " + what);
}

// An HDF5 object that is closed in the end.
class Handle
{
public:
    Handle(hid_t id, herr_t (*close)(hid_t), const std::string& name) : id_(id), close_(close)
    {
        if (id < 0)
            throw refused(name, "cannot be read");
    }
    ~Handle() { close_(id_); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    operator hid_t() const noexcept { return id_; }

private:
    hid_t id_;
    herr_t (*close_)(hid_t);
};

// Text of an attribute, empty where there is none.
std::string textOf(hid_t object, const char* name)
{
    if (H5Aexists(object, name) <= 0)
        return {};
    const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, name);
    const Handle type(H5Aget_type(attribute), H5Tclose, name);
    const Handle space(H5Aget_space(attribute), H5Sclose, name);
    if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1)
        return {};
    if (H5Tis_variable_str(type) > 0) {
        char* text = nullptr;
        if (H5Aread(attribute, type, static_cast<void*>(&text)) < 0 || text == nullptr)
            return {};
        const std::string copy(text, strnlen(text, longestText));
        H5free_memory(text);
        return copy;
    }
    const auto size = H5Tget_size(type);
    if (size == 0 || size > longestText)
        throw refused(name, "is a text of a strange length");
    std::string text(size, '\0');
    if (H5Aread(attribute, type, text.data()) < 0)
        throw refused(name, "cannot be read");
    return text.substr(0, text.find('\0'));
}

// Data in other files are not read.
void requireOwn(hid_t set, const char* name)
{
    const Handle creation(H5Dget_create_plist(set), H5Pclose, name);
    if (H5Pget_layout(creation) == H5D_VIRTUAL || H5Pget_external_count(creation) > 0)
        throw refused(name, "lies in another file");
}

struct Array
{
    std::vector<hsize_t> shape;
    std::vector<float> values;
    Json attributes = Json::object();
};

Array arrayOf(hid_t file, const char* name, hssize_t most)
{
    Array array;
    if (H5Lexists(file, name, H5P_DEFAULT) <= 0)
        return array;
    H5L_info_t link{};
    if (H5Lget_info(file, name, &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD)
        throw refused(name, "is a link");
    const Handle set(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose, name);
    requireOwn(set, name);
    const Handle space(H5Dget_space(set), H5Sclose, name);
    const Handle type(H5Dget_type(set), H5Tclose, name);
    const auto kind = H5Tget_class(type);
    if (kind != H5T_FLOAT && kind != H5T_INTEGER)
        throw refused(name, "does not hold numbers");
    const int rank = H5Sget_simple_extent_ndims(space);
    const auto count = H5Sget_simple_extent_npoints(space);
    if (rank < 0 || rank > 8 || count < 0 || count > most)
        throw refused(name, "has a shape that no SOFA file has");
    // A damaged size must not cost a gigabyte: nothing that was measured packs a thousandfold.
    constexpr hsize_t alwaysBytes = 1 << 20, mostPacked = 1000;
    if (static_cast<hsize_t>(count) * sizeof(float) > alwaysBytes + mostPacked * H5Dget_storage_size(set))
        throw refused(name, "says that it is larger than its bytes can be");
    array.shape.resize(static_cast<std::size_t>(rank));
    H5Sget_simple_extent_dims(space, array.shape.data(), nullptr);
    array.values.resize(static_cast<std::size_t>(count));
    if (count > 0 && H5Dread(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0)
        throw refused(name, "cannot be read: it is damaged or packed in a way that this HDF5 library does not know");
    for (const char* attribute : fieldAttributes)
        array.attributes[attribute] = textOf(set, attribute);
    return array;
}

// M, R, E and N from the responses: [M R N], [M R E N], or [M R N E] where the data type is FIR-E.
Json dimensionsOf(const Array& responses, const std::string& dataType)
{
    const auto& s = responses.shape;
    if (s.size() == 3)
        return {{"M", s[0]}, {"R", s[1]}, {"E", 1}, {"N", s[2]}};
    if (s.size() != 4)
        throw refused("Data.IR", "is missing or has another number of dimensions than 3 or 4");
    const bool tapsLast = dataType != "FIR-E";
    return {{"M", s[0]}, {"R", s[1]}, {"E", s[tapsLast ? 2 : 3]}, {"N", s[tapsLast ? 3 : 2]}};
}

void limitResources()
{
    constexpr rlim_t seconds = 60, bytes = 6ULL << 30;
    const rlimit time{seconds, seconds}, core{0, 0};
    alarm(2 * seconds); // also where it waits for a disk or a network
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    setrlimit(RLIMIT_CPU, &time);
    setrlimit(RLIMIT_CORE, &core);
#ifndef BINAURIUM_SANITIZED // sanitizers map terabytes that they do not use
    const rlimit memory{bytes, bytes};
    setrlimit(RLIMIT_AS, &memory);
#else
    (void)bytes;
#endif
}

void write(const char* path)
{
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0); // no code from elsewhere
    const Handle file(H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "the file");
    Json head;
    for (const char* name : fileAttributes)
        head["attributes"][name] = textOf(file, name);
    std::vector<Array> arrays;
    for (const char* name : SofaContents::fieldNames) {
        const auto& array =
            arrays.emplace_back(arrayOf(file, name, arrays.empty() ? SofaContents::mostResponses : mostOthers));
        head["arrays"].push_back({{"name", name},
                                  {"count", array.values.size()},
                                  {"rank", array.shape.size()},
                                  {"attributes", array.attributes}});
    }
    head["dimensions"] = dimensionsOf(arrays.front(), head["attributes"]["DataType"]);
    std::puts(head.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    for (const auto& array : arrays)
        if (!array.values.empty() &&
            std::fwrite(array.values.data(), sizeof(float), array.values.size(), stdout) != array.values.size())
            throw std::runtime_error("the answer was not taken");
    if (std::fflush(stdout) != 0)
        throw std::runtime_error("the answer was not taken");
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fputs("usage: binaurium-sofa FILE.sofa\n", stderr);
        return 2;
    }
    limitResources();
    try {
        write(argv[1]);
        std::_Exit(0); // what the library still holds needs no farewell
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what()); // unbuffered
        std::_Exit(3);
    }
}
