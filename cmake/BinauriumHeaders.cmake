# SPDX-License-Identifier: GPL-3.0-or-later
# Precompiled headers: what most sources include takes longer to read than to compile. Each owner below compiles one set
# once, and targets that are built alike borrow it (target_precompile_headers(... REUSE_FROM owner)). Sources still name
# every header that they use.

# binaurium_add_headers(OWNER HEADERS ... [LIBS ...]); for libraries, and for programs with Qt, which is compiled alike
# (-fPIC).
function(binaurium_add_headers owner)
    cmake_parse_arguments(ARG "" "" "HEADERS;LIBS" ${ARGN})
    add_library(${owner} OBJECT "${CMAKE_SOURCE_DIR}/cmake/Headers.cpp")
    target_link_libraries(${owner} PRIVATE binaurium_compiler ${ARG_LIBS})
    target_precompile_headers(${owner} PRIVATE ${ARG_HEADERS})
endfunction()

set(BINAURIUM_COMMON_HEADERS <algorithm> <cmath> <filesystem> <functional> <map> <memory> <nlohmann/json.hpp> <optional> <set>
    <span> <string> <vector>)
binaurium_add_headers(binaurium_common_headers HEADERS ${BINAURIUM_COMMON_HEADERS} LIBS nlohmann_json::nlohmann_json)
if(BINAURIUM_WITH_TORCH)
    binaurium_add_headers(binaurium_torch_headers HEADERS <torch/torch.h> ${BINAURIUM_COMMON_HEADERS}
        LIBS nlohmann_json::nlohmann_json binaurium_torch)
endif()
# For programs without Qt that use libtorch.
function(binaurium_borrow_torch_headers target)
    target_precompile_headers(${target} REUSE_FROM binaurium_torch_headers)
    target_compile_options(${target} PRIVATE -fPIC) # as those headers were compiled
endfunction()
# Not QtTest, whose macros differ from folder to folder; and no Qt beside libtorch, which has members named like its macros.
if(BINAURIUM_BUILD_TESTS AND BINAURIUM_WITH_QT)
    binaurium_add_headers(binaurium_test_headers HEADERS <QtCore/QtCore> ${BINAURIUM_COMMON_HEADERS}
        LIBS nlohmann_json::nlohmann_json Qt6::Core)
    if(BINAURIUM_BUILD_GUI)
        binaurium_add_headers(binaurium_widget_test_headers
            HEADERS <QtWidgets/QtWidgets> ${BINAURIUM_COMMON_HEADERS} LIBS nlohmann_json::nlohmann_json Qt6::Widgets)
    endif()
endif()
