/* Loading a suite from memory: for tests and fuzzing. */
#ifndef GCHK_SUITE_SUITE_TEXT_H
#define GCHK_SUITE_SUITE_TEXT_H

#include "gradcheck/suite.h"

/* As gchk_suite_load, of `size` bytes with a zero byte behind them; `path` is for messages and for the folder of data.
 */
gchk_status gchk_suite_load_text(gchk_suite **suite, const char *path, const char *text, size_t size, gchk_dtype dtype,
                                 gchk_error *error) GCHK_MUST_USE;

#endif
