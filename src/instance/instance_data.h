/* An instance of a layer, the struct alone: what is done with it is declared by the file that does it. */
#ifndef GCHK_INSTANCE_INSTANCE_DATA_H
#define GCHK_INSTANCE_INSTANCE_DATA_H

#include "instance/guard.h"
#include "instance/sizes.h"

/* How the callbacks are called, where it is not the plain way (conventions.h). */
typedef struct gchk_conventions {
  gchk_tensor *seen; /* what the callbacks see; NULL: gchk_instance.t itself */
  size_t *place;     /* of the input in whose buffers tensor i lies, or tensor_count; as many as `seen` */
  double rate;       /* of a training step; 0: backward gives gradients */
  double roundings;  /* of a weight in one training step, in units of its own */
  size_t steps;      /* time steps */
  bool is_used_up;   /* backward used up what forward left */
} gchk_conventions;

typedef struct gchk_instance {
  const gchk_layer *layer;
  gchk_sizes sizes;
  size_t tensor_count;
  gchk_tensor *t;      /* grad points into gradients[i], or is NULL */
  gchk_buffer *values; /* one a tensor */
  gchk_buffer *grads;  /* one a tensor; data NULL where it has no gradient */
  double *options;
  gchk_call call;
  uint64_t forward_calls; /* forward, update and loss evaluations */
  gchk_conventions conventions;
} gchk_instance;

#endif
