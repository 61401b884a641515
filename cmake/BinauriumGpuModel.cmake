# SPDX-License-Identifier: GPL-3.0-or-later
# Preset gpu-model: language model, spatial encoder, projectors and their steps, with tests and measurements, for a
# computer with a GPU that has a compiler, CMake, Ninja, pkg-config, a CUDA libtorch, nlohmann-json and PCRE2: no toolkit,
# no Qt. libtorch is linked as it lies in its folder, because its own configuration wants the toolkit.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
binaurium_find_torch(_torch)
if(NOT EXISTS "${_torch}/include/torch/csrc/api/include/torch/torch.h")
    message(FATAL_ERROR "There is no libtorch in '${_torch}'. Give one with -DBINAURIUM_TORCH_DIR=DIR (the folder that holds lib/ and include/).")
endif()

set(_header "${_torch}/include/torch/headeronly/version.h")
set(_version 0)
if(EXISTS "${_header}")
    file(READ "${_header}" _text)
    if(_text MATCHES "TORCH_VERSION_MAJOR ([0-9]+).*TORCH_VERSION_MINOR ([0-9]+)")
        set(_version "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}")
    endif()
endif()
if(_version VERSION_LESS 2.11)
    message(FATAL_ERROR "The libtorch in '${_torch}' is too old; 2.11 or newer is needed.")
endif()

add_library(binaurium_torch INTERFACE)
target_include_directories(binaurium_torch SYSTEM INTERFACE "${_torch}/include" "${_torch}/include/torch/csrc/api/include")
target_link_directories(binaurium_torch INTERFACE "${_torch}/lib")
target_link_libraries(binaurium_torch INTERFACE torch torch_cpu c10)
if(EXISTS "${_torch}/lib/libtorch_cuda.so")
    # Nothing names a symbol of it, and what it needs itself lies beside it or comes with the driver.
    target_link_libraries(binaurium_torch INTERFACE -Wl,--no-as-needed torch_cuda c10_cuda -Wl,--as-needed)
    target_link_options(binaurium_torch INTERFACE -Wl,--allow-shlib-undefined)
endif()

set(_sources
    support/AtomicFile support/Error support/Json support/Memory support/Parallel support/Random
    scene/Geometry dataset/Labels dataset/Sectors
    model/ComputeDevice
    model/files/BpeTokenizer model/files/Dequantise model/files/GgufFile model/files/MappedFile model/files/SafetensorsFile
    model/quantised/KernelAvx2 model/quantised/KernelAvx512 model/quantised/KernelGeneric model/quantised/Kernels
    model/quantised/QuantisedMatrix model/quantised/QuantisedVector model/quantised/WeightMemory
    model/nn/Branches model/nn/Continuations model/nn/Device model/nn/Generation model/nn/HybridProjector
    model/nn/KvCache model/nn/LanguageModel model/nn/Lora model/nn/Precision model/nn/QuantisedDecoder
    model/nn/RmsNorm model/nn/Rotary model/nn/SlotCourse model/nn/SlotPhrases
    model/nn/SpatialEncoder model/nn/SpatialEncoderFile model/nn/TensorFile
    training/EncoderLoss training/Grpo training/MixedPrecision training/Schedule)
list(TRANSFORM _sources PREPEND "${CMAKE_SOURCE_DIR}/core/")
list(TRANSFORM _sources APPEND ".cpp")
add_library(binaurium_gpu_model STATIC ${_sources})
target_include_directories(binaurium_gpu_model PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(binaurium_gpu_model
    PUBLIC nlohmann_json::nlohmann_json binaurium_torch Threads::Threads ${CMAKE_DL_LIBS} PRIVATE binaurium_compiler PkgConfig::PCRE2)
# libtorch's headers take longer to read than what stands here; the kernels have the same names for each set of instructions.
set_target_properties(binaurium_gpu_model PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
file(GLOB _kernels "${CMAKE_SOURCE_DIR}/core/model/quantised/*.cpp")
set_source_files_properties(${_kernels} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)

function(binaurium_borrow_torch_headers)
    # other options than those of the library
endfunction()
set(BINAURIUM_MODEL_LIBRARIES binaurium_gpu_model)
enable_testing()
add_subdirectory(tests/device)
add_subdirectory(tests/bench)
