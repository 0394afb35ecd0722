/*
 * What the files of the built-in layers share: each is written once over `real` and compiled twice.
 *
 * The build compiles every layer's file with GCHK_REAL_IS_FLOAT 0 and 1, so that gchk_layer_relu_f64 and
 * gchk_layer_relu_f32 come from one source and the first is the twin of the second.
 * A function that is compiled for several instruction sets as well (core/clones.h) is REAL(name): what chooses among
 * them goes by its name in the whole library, even where it is static.
 */
#ifndef GCHK_LAYERS_REAL_H
#define GCHK_LAYERS_REAL_H

#include <math.h>

#include "gradcheck/layer.h"

#if GCHK_REAL_IS_FLOAT
typedef float real;
#define REAL_DTYPE  GCHK_F32
#define LAYER(name) gchk_layer_##name##_f32
#define TWIN(name)  (&gchk_layer_##name##_f64)
#define REAL(name)  name##_f32
#define real_abs    fabsf
#define real_erf    erff
#define real_erfc   erfcf
#define real_exp    expf
#define real_expm1  expm1f
#define real_log    logf
#define real_log1p  log1pf
#define real_pow    powf
#define real_sqrt   sqrtf
#define real_tanh   tanhf
#else
typedef double real;
#define REAL_DTYPE  GCHK_F64
#define LAYER(name) gchk_layer_##name##_f64
#define TWIN(name)  NULL
#define REAL(name)  name##_f64
#define real_abs    fabs
#define real_erf    erf
#define real_erfc   erfc
#define real_exp    exp
#define real_expm1  expm1
#define real_log    log
#define real_log1p  log1p
#define real_pow    pow
#define real_sqrt   sqrt
#define real_tanh   tanh
#endif

/*
 * Declares both layers that a file defines, before it defines one of them:
 *
 *     DECLARE_LAYER(relu);
 *     const gchk_layer LAYER(relu) = {LAYER_HEAD(relu, "relu"), GCHK_TENSORS(tensors), .forward = forward, ...};
 */
#define DECLARE_LAYER(name) extern const gchk_layer gchk_layer_##name##_f64, gchk_layer_##name##_f32

/* The fields that every layer's table begins with. The layer that `id` identifies may have another name. */
#define LAYER_HEAD(id, layer_name)                                                                                     \
  .name = (layer_name), GCHK_HERE, .dtype = REAL_DTYPE, .twin = TWIN(id), .leaves_nothing = true

/* The field `lanes` of a layer's table (lanes.h): in double, none in float. */
#if GCHK_REAL_IS_FLOAT
#define LANES(name) NULL
#else
#define LANES(name) (&gchk_##name##_lanes)
#endif

/* Rows of a built-in layer's table: its gradients are overwritten. */
#define TENSOR(name, role, ...) GCHK_TENSOR(name, role, __VA_ARGS__, .grad = GCHK_GRAD_OVERWRITE)

#endif
