/*
 * What the analyser, which sees one file at a time, has to know of the others: a failure is never GCHK_OK, and what
 * gchk_calloc gives is zero.
 *
 * Put before every file of src but core's by lint.sh; no part of any build.
 */
#ifndef CHECKS_ANALYSER_H
#define CHECKS_ANALYSER_H

#include <stdlib.h>

#include "core/memory.h"

#define gchk_fail(error, status, ...) (gchk_fail(error, status, __VA_ARGS__), (status))
#define gchk_fail_memory(error, what) (gchk_fail_memory(error, what), GCHK_NO_MEMORY)
#define gchk_calloc(count, size)      calloc((count) > 0 ? (count) : 1, size)

#endif
