/* Layers that compute in bf16, f16 or tf32 within f32 buffers, right and with a mistake, declared and not. */
#ifndef CHECKS_PRECISION_COARSE_LAYERS_H
#define CHECKS_PRECISION_COARSE_LAYERS_H

#include "gradcheck/layer.h"

/* The same source compiled as double (gradcheck/as_double.h), where nothing is rounded: the double twins. */
#ifdef GRADCHECK_AS_DOUBLE_H
#define coarse_layers coarse_twins
#endif

/* What a backward does wrong; a layer's `user`. {1, false} is right. */
typedef struct mistake {
  double factor; /* of every gradient */
  bool forgets;  /* a term, which one is said beside each backward */
} mistake;

/*
 * What holds of every seed without the double twin; with it all pass. Rounding of outputs hides small elements at every
 * step, and backward is taken to be as coarse as the coarsest tensor: then they stay open. Differences at steps as wide
 * as tanh may agree by chance, and then a right net fails.
 */
typedef enum holding { ALONE_IT_DOES_NOT_FAIL = 1, ALONE_IT_PASSES = 3, SIGN_IS_NAMED = 4 } holding;

/* A layer as it should be declared; without `unit`, `product_unit` and the units of its rows it is undeclared. */
typedef struct coarse_layer {
  gchk_layer layer;
  const gchk_tensor_spec *undeclared; /* rows without units */
  unsigned holds;                     /* of holding */
} coarse_layer;

enum { COARSE_LAYERS = 11 };
extern const coarse_layer coarse_layers[COARSE_LAYERS];
#ifndef GRADCHECK_AS_DOUBLE_H
extern const coarse_layer coarse_twins[COARSE_LAYERS]; /* in the same order */
#endif

#endif
