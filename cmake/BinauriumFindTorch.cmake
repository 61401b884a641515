# SPDX-License-Identifier: GPL-3.0-or-later
# The folder of libtorch: the one given by BINAURIUM_TORCH_DIR, else the one that packaging/quickstart puts below
# build/deps, else nothing. Stops where a GPU is wanted that it cannot use.
function(binaurium_find_torch result)
    set(folder "${BINAURIUM_TORCH_DIR}")
    if(NOT folder)
        file(GLOB folders "${CMAKE_SOURCE_DIR}/build/deps/venv/lib/python3*/site-packages/torch")
        if(folders)
            list(GET folders 0 folder)
        endif()
    endif()
    if(BINAURIUM_REQUIRE_CUDA AND NOT EXISTS "${folder}/lib/libtorch_cuda.so")
        message(FATAL_ERROR "The libtorch in '${folder}' cannot use a GPU. Give a CUDA build with -DBINAURIUM_TORCH_DIR=DIR.")
    endif()
    set(${result} "${folder}" PARENT_SCOPE)
endfunction()
