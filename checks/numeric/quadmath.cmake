# HAVE_QUADMATH: numbers of 113 bits and their functions (quad.h), in which the exact derivatives of the hard functions are
# computed; QUADMATH_LIBRARY has the functions.
include(CheckCSourceCompiles)
check_c_source_compiles("
  #include <float.h>
  int main(void) { int enough[LDBL_MANT_DIG == 113 ? 1 : -1]; return (int)sizeof enough == 0; }" HAVE_WIDE_LONG_DOUBLE)
if(HAVE_WIDE_LONG_DOUBLE)
  set(HAVE_QUADMATH TRUE)
  set(QUADMATH_LIBRARY m)
else()
  set(QUADMATH_LIBRARY quadmath)
  set(CMAKE_REQUIRED_LIBRARIES quadmath)
  check_c_source_compiles("
    __extension__ typedef __float128 quad;
    quad expq(quad);
    int main(int argc, char **argv) { return (int)expq((quad)argc) == 0 && argv[0][0]; }" HAVE_QUADMATH)
  unset(CMAKE_REQUIRED_LIBRARIES)
endif()
