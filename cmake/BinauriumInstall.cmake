# SPDX-License-Identifier: GPL-3.0-or-later
# A relocatable tree: programs find their data relative to themselves and libtorch where it was at configuration.
install(DIRECTORY "${CMAKE_SOURCE_DIR}/scenes" "${CMAKE_SOURCE_DIR}/models"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/binaurium")
install(FILES LICENSE README.md THIRD_PARTY.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
