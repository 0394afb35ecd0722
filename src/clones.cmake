# Loops over arrays: vectorised, and where compiler and system can, compiled for several instruction sets of which the
# machine's best one runs (core/clones.h). Not where sanitizers or coverage look on: what chooses runs before them.
include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_FLAGS "-O2 -Werror")
check_c_source_compiles("__attribute__((target_clones(\"avx512f\", \"avx2\", \"default\"))) static int twice(int x) { return 2 * x; }
  int main(int count, char **words) { (void)words; return twice(count) == 0; }" GRADCHECK_HAS_CLONES)
unset(CMAKE_REQUIRED_FLAGS)

# gradcheck_loops(target FILE...): files of the current folder.
function(gradcheck_loops target)
  if(GRADCHECK_SANITIZE OR NOT CMAKE_BUILD_TYPE MATCHES "^Rel")
    return()
  endif()
  # -fno-trapping-math, -fno-math-errno: nobody asks for the flags that an operation would have raised, or for errno.
  set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES COMPILE_OPTIONS "-O3;-fno-trapping-math;-fno-math-errno"
    COMPILE_DEFINITIONS "$<$<BOOL:${GRADCHECK_HAS_CLONES}>:GCHK_HAS_CLONES>")
endfunction()
