# SPDX-License-Identifier: GPL-3.0-or-later
# One call per library, so that all of them are built alike.

# binaurium_add_library(NAME SOURCES ... [PUBLIC deps...] [PRIVATE deps...]); with libtorch among PRIVATE its headers are
# precompiled.
# Creates the static library binaurium_NAME with the alias Binaurium::NAME. Includes are written from the source root
# ("core/scene/Scene.h"); whether a layer may use another one is decided by the link line and checked by tests/layers.
function(binaurium_add_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(binaurium_${name} STATIC ${ARG_SOURCES})
    add_library(Binaurium::${name} ALIAS binaurium_${name})
    target_include_directories(binaurium_${name} PUBLIC "${CMAKE_SOURCE_DIR}")
    target_link_libraries(binaurium_${name} PUBLIC ${ARG_PUBLIC} PRIVATE binaurium_compiler ${ARG_PRIVATE})
    if("binaurium_torch" IN_LIST ARG_PRIVATE)
        target_precompile_headers(binaurium_${name} REUSE_FROM binaurium_torch_headers)
    else()
        target_precompile_headers(binaurium_${name} REUSE_FROM binaurium_common_headers)
    endif()
    binaurium_compile_together(binaurium_${name})
endfunction()

# Several sources of a library at once where BINAURIUM_UNITY_BUILD wants it: what their headers instantiate (libtorch's
# above all) is then compiled once for all of them. A name that is meant for one file alone must be the only one of its
# kind in the library.
option(BINAURIUM_UNITY_BUILD "Compile several sources at once: fast from scratch, slow for one changed file" OFF)
function(binaurium_compile_together target)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ${BINAURIUM_UNITY_BUILD} UNITY_BUILD_BATCH_SIZE 6)
endfunction()

# binaurium_add_test(NAME SOURCES ... LIBS ... [LABELS ...] [WIDGETS])
# One Qt Test executable and one ctest entry; Qt warnings that the test did not announce fail it (tests/TestMain.h).
function(binaurium_add_test name)
    cmake_parse_arguments(ARG "WIDGETS" "" "SOURCES;LIBS;LABELS" ${ARGN})
    add_executable(test_${name} ${ARG_SOURCES})
    set_target_properties(test_${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    target_link_libraries(test_${name} PRIVATE binaurium_compiler Qt6::Test ${ARG_LIBS})
    target_compile_definitions(test_${name} PRIVATE
        BINAURIUM_SOURCE_DIR="${CMAKE_SOURCE_DIR}" BINAURIUM_BINARY_DIR="${CMAKE_BINARY_DIR}")
    if(ARG_WIDGETS)
        target_precompile_headers(test_${name} REUSE_FROM binaurium_widget_test_headers)
    elseif("binaurium_torch" IN_LIST ARG_LIBS)
        target_precompile_headers(test_${name} REUSE_FROM binaurium_torch_headers)
    else()
        target_precompile_headers(test_${name} REUSE_FROM binaurium_test_headers)
    endif()
    add_test(NAME ${name} COMMAND test_${name})
    # Sanitizers and little optimisation make a test several times as slow.
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8"
        TIMEOUT $<IF:$<BOOL:${BINAURIUM_SANITIZE}>,900,300>)
    if(ARG_LABELS)
        set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}")
    endif()
endfunction()
