# SPDX-License-Identifier: GPL-3.0-or-later
binaurium_find_torch(_binaurium_torch_dir)
if(_binaurium_torch_dir)
    list(PREPEND CMAKE_PREFIX_PATH "${_binaurium_torch_dir}")
endif()

# A CUDA build of libtorch cannot be configured without the toolkit; say so before CMake fails in a longer way.
if(EXISTS "${_binaurium_torch_dir}/lib/libtorch_cuda.so")
    find_program(BINAURIUM_NVCC nvcc PATHS /usr/local/cuda/bin)
    if(NOT BINAURIUM_NVCC)
        message(FATAL_ERROR "The libtorch in ${_binaurium_torch_dir} is a CUDA build, but no CUDA toolkit is installed. "
            "Install nvidia-cuda-toolkit, or give a CPU build with -DBINAURIUM_TORCH_DIR=DIR.")
    endif()
endif()

# Torch's own configuration changes CMAKE_CXX_FLAGS (the C++ ABI macro) in this directory scope; every target of the
# project has to see the same macro, so it is called from the top-level scope.
find_package(Torch 2.11 REQUIRED)
set_package_properties(Torch PROPERTIES PURPOSE "models, training, benchmark")

# Installed programs look for libtorch beside themselves (component "torch"), then where it was at configuration.
get_filename_component(BINAURIUM_TORCH_LIBRARIES "${TORCH_INSTALL_PREFIX}/lib" ABSOLUTE)
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib/binaurium" "${BINAURIUM_TORCH_LIBRARIES}")

# The imported target drags in -D and -I only; keep its headers out of our warnings.
add_library(binaurium_torch INTERFACE)
target_link_libraries(binaurium_torch INTERFACE "${TORCH_LIBRARIES}")
target_include_directories(binaurium_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
