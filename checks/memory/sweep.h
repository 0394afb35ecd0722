/* A sweep: some work with its allocations refused, one after the other. */
#ifndef CHECKS_MEMORY_SWEEP_H
#define CHECKS_MEMORY_SWEEP_H

#include "gradcheck/result.h"

/*
 * Work whose allocations are swept. It leaves nothing behind but *text, a string of what it made, which the sweep
 * frees. It calls failing_disarm before it writes that, and looks at its out-parameters when it fails.
 */
typedef gchk_status (*sweep_work)(void *context, char **text, gchk_error *error);

/*
 * Does the work, and at each allocation that is reached by other calls than those before it, and at some that are not,
 * in a child process, what follows where that one is refused, alone and with all after it. Each time it ends with
 * GCHK_NO_MEMORY, or with what says that the memory of a layer was out: an error of the case where it is checked,
 * GCHK_LAYER_FAILED where the layer was wanted itself. No block of memory lives that did not before, and in some of the
 * children the same work with all the memory makes the same text as ever. The work has no threads when it asks for
 * memory.
 */
void sweep_allocations(sweep_work work, void *context);

/* The result as JSON without its times, for a text. */
char *sweep_text(gchk_result *result);

#endif
