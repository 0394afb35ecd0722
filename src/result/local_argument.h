/*
 * The arguments of a recorded command line that a result does not depend on. `gradcheck run` records none of them;
 * other writers of results may.
 */
#ifndef GCHK_RESULT_LOCAL_ARGUMENT_H
#define GCHK_RESULT_LOCAL_ARGUMENT_H

#include <stdbool.h>
#include <stddef.h>

/* Is argument i only about where reports go, how they look, or which shard runs? `*uses` is 1 or 2 arguments. */
bool gchk_argument_is_local(const char *const *argv, size_t argc, size_t i, size_t *uses);

#endif
