# SPDX-License-Identifier: GPL-3.0-or-later
# The CUDA compiler, where there is one. Nothing that people use every day depends on it.
find_program(BINAURIUM_NVCC nvcc PATHS /usr/local/cuda/bin DOC "CUDA compiler; without it the response kernel for batches runs on the processor only")
set(BINAURIUM_WITH_CUDA OFF)
if(BINAURIUM_NVCC AND NOT BINAURIUM_SANITIZE)
    set(CMAKE_CUDA_COMPILER "${BINAURIUM_NVCC}")
    set(CMAKE_CUDA_ARCHITECTURES "80;90")
    enable_language(CUDA)
    set(BINAURIUM_WITH_CUDA ON)
    message(STATUS "CUDA: ${BINAURIUM_NVCC}")
else()
    message(STATUS "CUDA: no nvcc, the response kernel for batches is built for the processor only")
endif()
