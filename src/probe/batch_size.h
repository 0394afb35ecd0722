/* Which size of a layer is its batch. */
#ifndef GCHK_PROBE_BATCH_SIZE_H
#define GCHK_PROBE_BATCH_SIZE_H

#include "instance/instance.h"

/* Is the size the whole first dimension of the shape, and nowhere else in it? */
bool gchk_size_leads(const char *name, const char *shape);

/*
 * The size named B or N that leads the shapes of the first input and of the outputs (or these have no batch: they are a
 * loss), and is nowhere else but in front, nor part of another size's name. False where there is none.
 */
bool gchk_find_batch_size(const gchk_instance *instance, const char **name, size_t *size, bool *is_loss);

#endif
