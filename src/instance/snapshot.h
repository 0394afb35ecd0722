/* What the buffers of an instance held at one moment, to be put back or compared with. */
#ifndef GCHK_INSTANCE_SNAPSHOT_H
#define GCHK_INSTANCE_SNAPSHOT_H

#include "instance/instance_data.h"

typedef struct gchk_snapshot gchk_snapshot;

typedef enum gchk_snapshot_part {
  GCHK_SNAPSHOT_VALUES = 0, /* the values of all tensors */
  GCHK_SNAPSHOT_MADE,       /* the values that forward makes: outputs, caches, scratch */
  GCHK_SNAPSHOT_ALL,        /* the values and the gradients of all tensors */
  GCHK_SNAPSHOT_GRADIENTS,  /* the gradients of all tensors */
  GCHK_SNAPSHOT_PARAMETERS  /* the values of parameters */
} gchk_snapshot_part;

/* NULL when out of memory. */
gchk_snapshot *gchk_snapshot_new(const gchk_instance *instance, gchk_snapshot_part part);
void gchk_snapshot_free(gchk_snapshot *snapshot);
/* Takes the same part again, of the same instance. */
void gchk_snapshot_retake(gchk_snapshot *snapshot, const gchk_instance *instance);

/* Puts back what was taken, into the instance that it was taken of. Allocates nothing. */
void gchk_snapshot_restore(const gchk_snapshot *snapshot, gchk_instance *instance);

/* The bytes of one tensor, as they were; NULL where they were not taken. */
const unsigned char *gchk_snapshot_value(const gchk_snapshot *snapshot, size_t tensor);
const unsigned char *gchk_snapshot_gradient(const gchk_snapshot *snapshot, size_t tensor);

#endif
