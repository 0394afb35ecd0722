/* Which tensor of a layer is which of its reference: the structs that pairing.c fills. */
#ifndef GCHK_COMPARE_PAIR_H
#define GCHK_COMPARE_PAIR_H

#include "core/arena.h"
#include "gradcheck/layer.h"

/* What a tensor of the reference gets, or gives. */
typedef enum gchk_pair_kind {
  GCHK_PAIR_NONE = 0, /* an output that the layer does not have; what the reference keeps for itself */
  GCHK_PAIR_TENSOR,
  GCHK_PAIR_LOSS,    /* the layer's loss, which comes from a callback */
  GCHK_PAIR_CONSTANT /* a number */
} gchk_pair_kind;

typedef struct gchk_pair {
  gchk_pair_kind kind;
  size_t own; /* tensor of the layer */
  double constant;
  size_t rank;                /* 0: the axes are in the same order */
  size_t axis[GCHK_MAX_RANK]; /* axis k of the layer's is axis[k] of the reference's */
} gchk_pair;

typedef struct gchk_pairing {
  const gchk_layer *layer, *reference;
  const gchk_sizes *own_sizes;
  const double *own_options; /* NULL: the initial ones */
  gchk_sizes sizes;          /* of the reference */
  double *options;
  gchk_pair *pairs; /* one for each tensor of the reference */
} gchk_pairing;

#endif
