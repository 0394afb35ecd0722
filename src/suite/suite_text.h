/* A suite in memory: what it holds, and loading it from text, which tests and fuzzing do too. */
#ifndef GCHK_SUITE_SUITE_TEXT_H
#define GCHK_SUITE_SUITE_TEXT_H

#include "gradcheck/suite.h"
#include "suite/suite_reader.h"

struct gchk_suite {
  gchk_arena *arena;
  gchk_suite_reader reader; /* its plug-ins and networks live as long as the cases */
  gchk_case *cases;
  const gchk_yaml **nodes; /* the map of each */
  size_t count;
};

/* As gchk_suite_load, of `size` bytes with a zero byte behind them; `path` is for messages and for the folder of data.
 */
gchk_status gchk_suite_load_text(gchk_suite **suite, const char *path, const char *text, size_t size, gchk_dtype dtype,
                                 gchk_error *error) GCHK_MUST_USE;

/* The same as gchk_suite_load_some; all fields of the options are known. */
gchk_status gchk_suite_load_text_with(gchk_suite **suite, const char *path, const char *text, size_t size,
                                      const gchk_suite_options *options, gchk_error *error) GCHK_MUST_USE;

#endif
