# Install: headers, the libraries, the command line with its man page, the built-in suite with its data, a CMake package
# and pkg-config files.
#
#     gradcheck::gradcheck, gradcheck::static    gradcheck.pc          the checker
#     gradcheck::layers  (COMPONENTS layers)     gradcheck-layers.pc   built-in layers and networks; needs OpenBLAS
#     gradcheck::suite   (COMPONENTS suite)      gradcheck-suite.pc    suites and training; needs libfyaml and zlib too
#
# Layers and suites are static only and use what the shared library hides: they bring the static one with them.
#
# Components, which package.cmake makes packages of: runtime (the program), library, dev, doc.
include(CMakePackageConfigHelpers)

install(TARGETS gradcheck_shared gradcheck_static EXPORT gradcheck-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT dev)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/gradcheck DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
install(EXPORT gradcheck-targets NAMESPACE gradcheck:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gradcheck COMPONENT dev)
configure_package_config_file(${CMAKE_CURRENT_SOURCE_DIR}/gradcheck-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/gradcheck-config.cmake INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gradcheck
  PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/gradcheck-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/gradcheck-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/gradcheck-config-version.cmake
  ${CMAKE_CURRENT_SOURCE_DIR}/gradcheck-plugin.cmake ${CMAKE_CURRENT_SOURCE_DIR}/gradcheck-test.cmake
  ${CMAKE_CURRENT_SOURCE_DIR}/gradcheck-discover.cmake ${CMAKE_CURRENT_SOURCE_DIR}/gradcheck-mutate.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gradcheck COMPONENT dev)
# pkg-config files say where things are from where they are themselves, so that the tree can be moved.
set(pc_prefix ${CMAKE_INSTALL_PREFIX})
if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  file(RELATIVE_PATH up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
  string(REGEX REPLACE "/$" "" up ${up})
  set(pc_prefix "\${pcfiledir}/${up}")
endif()
foreach(folder libdir includedir)
  string(TOUPPER CMAKE_INSTALL_${folder} variable)
  cmake_path(IS_ABSOLUTE ${variable} is_elsewhere)
  set(pc_${folder} "\${prefix}/${${variable}}")
  if(is_elsewhere)
    set(pc_${folder} ${${variable}})
  endif()
endforeach()
configure_file(gradcheck.pc.in gradcheck.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/gradcheck.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)

if(GRADCHECK_LAYERS)
  install(TARGETS gradcheck RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)
  # Of each component an export of its own, so that its dependencies are looked for only when it is asked for.
  foreach(component layers suite)
    install(TARGETS gradcheck_${component} EXPORT gradcheck-${component}-targets
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
    install(EXPORT gradcheck-${component}-targets NAMESPACE gradcheck::
      DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gradcheck COMPONENT dev)
    configure_file(gradcheck-${component}.pc.in gradcheck-${component}.pc @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/gradcheck-${component}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
      COMPONENT dev)
  endforeach()
  install(DIRECTORY ${CMAKE_BINARY_DIR}/share/man/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT runtime)
  install(DIRECTORY ${CMAKE_BINARY_DIR}/share/bash-completion ${CMAKE_BINARY_DIR}/share/zsh ${CMAKE_BINARY_DIR}/share/fish
    DESTINATION ${CMAKE_INSTALL_DATADIR} COMPONENT runtime)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/fixtures/suites ${CMAKE_SOURCE_DIR}/fixtures/mnist ${CMAKE_SOURCE_DIR}/fixtures/digits
    ${CMAKE_SOURCE_DIR}/fixtures/reference DESTINATION ${CMAKE_INSTALL_DATADIR}/gradcheck COMPONENT runtime
    PATTERN full EXCLUDE)
  install(FILES ${CMAKE_CURRENT_SOURCE_DIR}/ci/gitlab.yml ${CMAKE_CURRENT_SOURCE_DIR}/ci/Jenkinsfile
    DESTINATION ${CMAKE_INSTALL_DATADIR}/gradcheck/ci COMPONENT runtime)
endif()
file(GLOB guides CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/doc/*.md)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${guides}
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/gradcheck COMPONENT doc)
install(FILES ${CMAKE_SOURCE_DIR}/reports/schema.json ${CMAKE_SOURCE_DIR}/reports/list-schema.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/gradcheck COMPONENT doc)

# cmake --build BUILD --target uninstall: removes what the last cmake --install BUILD put somewhere.
add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -DMANIFEST=${CMAKE_BINARY_DIR}/install_manifest.txt
  -P ${CMAKE_CURRENT_SOURCE_DIR}/uninstall.cmake VERBATIM)
