/*
 * What a file of C declares: functions with their parameters, structs with their members. Enough of the grammar for
 * headers as people write them; what is not understood is passed over, or noted where it looks like a function.
 */
#ifndef GCHK_AUTHOR_C_SOURCE_H
#define GCHK_AUTHOR_C_SOURCE_H

#include "author/c_types.h"

typedef struct gchk_c_function {
  const char *name;
  int line;
  gchk_c_variable returns;
  gchk_c_variable *parameters;
  size_t parameter_count;
  const char *problem; /* why nothing can be made of it; NULL: none */
} gchk_c_function;

typedef struct gchk_c_source {
  const char *path;
  gchk_c_function *functions; /* of several with one name the first */
  size_t function_count;
} gchk_c_source;

/* Reads the declarations out of `tokens`. All is of `arena`. GCHK_NO_MEMORY. */
gchk_status gchk_c_source_read(gchk_c_source *source, const gchk_tokens *tokens, gchk_arena *arena,
                               gchk_error *error) GCHK_MUST_USE;

#endif
