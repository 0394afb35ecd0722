# Debian packages: `cpack -G DEB` in a build writes, of the components of install.cmake,
#
#     gradcheck                 the program, its built-in suite, man pages, completions, files for CI
#     libgradcheckABI           the shared library; ABI is that of its SONAME
#     libgradcheck-dev          headers, static libraries, CMake package, pkg-config files
#     gradcheck-doc             README, changelog, schemas, API reference where it was built
#
# Into /usr whatever the build's own prefix is; a build that was configured for /usr has multi-arch folders.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME gradcheck)
set(CPACK_PACKAGE_VENDOR "the gradcheck authors")
set(GRADCHECK_MAINTAINER "the gradcheck authors <gradcheck@localhost>" CACHE STRING "Maintainer field of packages")
set(CPACK_PACKAGE_CONTACT ${GRADCHECK_MAINTAINER})
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL library dev doc)
if(GRADCHECK_LAYERS)
  list(APPEND CPACK_COMPONENTS_ALL runtime)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/package-finish.cmake)

set(library libgradcheck${GRADCHECK_ABI})
set(same "(= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(names RUNTIME gradcheck LIBRARY ${library} DEV libgradcheck-dev DOC gradcheck-doc)
set(CPACK_GRADCHECK_NAMES ${names}) # for package-finish.cmake
set(CPACK_GRADCHECK_SOURCE ${CMAKE_SOURCE_DIR})
while(names)
  list(POP_FRONT names component name)
  set(CPACK_DEBIAN_${component}_PACKAGE_NAME ${name})
endwhile()

set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SUGGESTS "libgradcheck-dev, gradcheck-doc, gcc")
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION
  "Differentiates layers and networks by central differences with a measured
error bound, compares the result with the gradients of backpropagation,
probes the calling contract, and names the mistake.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/control/shlibs "libgradcheck ${GRADCHECK_ABI} ${library} (>= ${PROJECT_VERSION})\n")
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/control/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_BINARY_DIR}/control/shlibs
  ${CMAKE_CURRENT_BINARY_DIR}/control/triggers)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION
  "What gradcheck does, for programs that check layers of their own: measured
differentiation, probes, diagnosis and reports. It needs no BLAS.")

set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "${library} ${same}, libc6-dev, libjansson-dev, pkgconf | pkg-config")
set(CPACK_DEBIAN_DEV_PACKAGE_RECOMMENDS "gradcheck ${same}")
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS "cmake, libopenblas-dev, libfyaml-dev, zlib1g-dev")
set(CPACK_DEBIAN_DEV_DESCRIPTION
  "Headers, static libraries, CMake functions that build plug-ins and make tests
of them, and pkg-config files. Built-in layers need libopenblas-dev, suites
libfyaml-dev and zlib1g-dev too.")

set(CPACK_DEBIAN_DOC_PACKAGE_SECTION doc)
set(CPACK_DEBIAN_DOC_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DOC_DESCRIPTION
  "How to use gradcheck, what changed, and the schemas of what it writes.")

include(CPack)
