# SPDX-License-Identifier: GPL-3.0-or-later
# A relocatable tree: programs find their data relative to themselves (core/support/DataPaths.h) and libtorch where it was
# at configuration; nothing that is installed contains libtorch itself.
install(DIRECTORY scenes models sounds DESTINATION "${CMAKE_INSTALL_DATADIR}/binaurium")
install(FILES LICENSE README.md THIRD_PARTY.md CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DOCDIR}")
if(BINAURIUM_BUILD_GUI)
    install(FILES packaging/desktop/org.binaurium.Binaurium.desktop DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
    install(FILES packaging/desktop/org.binaurium.Binaurium.metainfo.xml DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
    install(FILES packaging/desktop/org.binaurium.Binaurium.svg DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps")
endif()
# For a tree of one's own that needs nothing else on the machine: cmake --install BUILD --component torch. Not for
# distribution, and not part of a plain install.
if(BINAURIUM_WITH_TORCH)
    install(DIRECTORY "${BINAURIUM_TORCH_LIBRARIES}/" DESTINATION lib/binaurium COMPONENT torch EXCLUDE_FROM_ALL
        FILES_MATCHING PATTERN "*.so*" PATTERN "libtorch_python*" EXCLUDE)
endif()
