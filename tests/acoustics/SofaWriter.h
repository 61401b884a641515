// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <hdf5.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace binaurium::test {

// Small SOFA files for tests, written by the HDF5 library in memory.
class SofaWriter
{
public:
    using Attributes = std::vector<std::pair<std::string, std::string>>;

    explicit SofaWriter(const std::string& conventions)
    {
        attributes = {{"Conventions", "SOFA"}, {"SOFAConventions", conventions}, {"Title", "test"}};
    }

    // Doubles; where there are not as many as the shape wants, all in a row.
    struct Variable
    {
        std::vector<std::size_t> shape;
        std::vector<double> values;
        Attributes attributes;
    };

    Attributes attributes;
    std::map<std::string, Variable> variables;

    [[nodiscard]] std::string bytes() const
    {
        constexpr std::size_t step = 1 << 16;
        const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
        H5Pset_fapl_core(access, step, false);
        const hid_t file = H5Fcreate("test.sofa", H5F_ACC_TRUNC, H5P_DEFAULT, access);
        for (const auto& [name, text] : attributes)
            write(file, name, text);
        for (const auto& [name, variable] : variables)
            write(file, name, variable);
        H5Fflush(file, H5F_SCOPE_GLOBAL);
        std::string image(static_cast<std::size_t>(H5Fget_file_image(file, nullptr, 0)), '\0');
        H5Fget_file_image(file, image.data(), image.size());
        H5Fclose(file);
        H5Pclose(access);
        return image;
    }

private:
    static void write(hid_t object, const std::string& name, const std::string& text)
    {
        const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
        H5Tset_size(type, text.size());
        const hid_t attribute = H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
        H5Awrite(attribute, type, text.data());
        H5Aclose(attribute);
        H5Sclose(space);
        H5Tclose(type);
    }
    static void write(hid_t file, const std::string& name, const Variable& variable)
    {
        std::vector<hsize_t> shape(variable.shape.begin(), variable.shape.end());
        hsize_t count = 1;
        for (const auto extent : shape)
            count *= extent;
        if (count != variable.values.size())
            shape = {variable.values.size()};
        const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
        const hid_t set = H5Dcreate2(file, name.c_str(), H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, variable.values.data());
        for (const auto& [key, text] : variable.attributes)
            write(set, key, text);
        H5Dclose(set);
        H5Sclose(space);
    }
};

} // namespace binaurium::test
