/* Where a result was made, and of which files: a part of it (gradcheck/result.h). */
#ifndef GRADCHECK_ENVIRONMENT_H
#define GRADCHECK_ENVIRONMENT_H

#include <stddef.h>

/* A file whose bytes decide what a result says. */
typedef struct gchk_origin {
  const char *name;   /* without its folder */
  const char *digest; /* of its bytes: 16 hexadecimal digits; "absent"; "unknown": a pipe, or replaced during the run */
} gchk_origin;

typedef struct gchk_environment {
  const char *cpu, *compiler, *os;
  const char *blas_library, *blas_core; /* "" without BLAS */
  size_t blas_threads;
  const char *blas_better_core; /* that the processor could use, where the environment chose a slower one; or NULL */
  size_t code_count;
  gchk_origin *code; /* the program, plug-ins, and what was loaded with these */
} gchk_environment;

#endif
