/*
 * dropout (inverted): y = x mask/(1 - p), element by element. The mask, 0 or 1, is drawn from a seed, or handed in.
 *
 *     dropout: { x: a, p: 0.1, seed: 3 }           p is 0.5 and seed 0 unless they are given
 *     dropout: { x: a, mask: kept, p: 0.1 }        a constant (the second table)
 *
 *     x, mask, y of one shape, of any rank;  dx = dy mask/(1 - p)
 *
 * Of a seed: forward draws a number of [0, 1) for every element, in their order, from gchk_random_seeded(seed)
 * (gradcheck/random.h), and drops the elements whose number is less than p. So the mask is the same in each forward, on
 * every machine, in double and in float, and layers with other seeds drop others. In eval mode nothing is dropped, and
 * y = x. forward leaves the mask in a cache, and backward reads it there.
 *
 * Srivastava et al., Dropout (JMLR 15, 2014), who divide when they test, not when they train.
 */
#include <string.h>

#include "gradcheck/random.h"
#include "layers/lanes.h"
#include "layers/real.h"

enum { X, MASK, Y };
enum { DROPPED, SEED };

static void pass(const gchk_call *call, const real *from, real *to) {
  const real *mask = call->t[MASK].value, scale = (real)(1 / (1 - call->option[DROPPED]));
  for (size_t i = 0; i < call->t[X].count; i++)
    to[i] = from[i] * mask[i] * scale;
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  pass(call, call->t[X].value, call->t[Y].value);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  pass(call, call->t[Y].grad, call->t[X].grad);
  return GCHK_OK;
}

static void draw_mask(const gchk_call *call) {
  gchk_random random = gchk_random_seeded((uint64_t)call->option[SEED]);
  real *mask = call->t[MASK].value;
  for (size_t i = 0; i < call->t[MASK].count; i++)
    mask[i] = gchk_random_uniform(&random, 0, 1) >= call->option[DROPPED];
}

static void copy(const gchk_call *call, const real *from, real *to) {
  memcpy(to, from, call->t[X].count * sizeof(real));
}

static gchk_status seeded_forward(const gchk_call *call, gchk_error *error) {
  draw_mask(call);
  if (call->mode == GCHK_TRAIN)
    return forward(call, error);
  copy(call, call->t[X].value, call->t[Y].value);
  return GCHK_OK;
}

static gchk_status seeded_backward(const gchk_call *call, gchk_error *error) {
  if (call->mode == GCHK_TRAIN)
    return backward(call, error);
  copy(call, call->t[Y].grad, call->t[X].grad);
  return GCHK_OK;
}

#if !GCHK_REAL_IS_FLOAT
static void masked_elements(const gchk_call *call, size_t at, const double *x, const double *other, double *y,
                            size_t count) {
  (void)other;
  const double mask = ((const double *)call->t[MASK].value)[at], scale = 1 / (1 - call->option[DROPPED]);
  for (size_t k = 0; k < count; k++)
    y[k] = x[k] * mask * scale;
}

static void seeded_elements(const gchk_call *call, size_t at, const double *x, const double *other, double *y,
                            size_t count) {
  if (call->mode == GCHK_TRAIN)
    masked_elements(call, at, x, other, y, count);
  else
    memcpy(y, x, count * sizeof *y);
}

static const gchk_lanes gchk_dropout_lanes = {.x = X, .y = Y, .elements = seeded_elements, .operations = 16},
                        gchk_dropout_masked_lanes = {.x = X, .y = Y, .elements = masked_elements, .operations = 16};
#endif

#define ROWS(mask_row)                                                                                                 \
  { [X] = TENSOR("x", GCHK_INPUT, "S..."), [MASK] = mask_row, [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S...") }
static const gchk_tensor_spec seeded_tensors[] = ROWS(GCHK_TENSOR("mask", GCHK_CACHE, "S..."));
static const gchk_tensor_spec masked_tensors[] =
    ROWS(GCHK_TENSOR("mask", GCHK_CONSTANT, "S...", .fill = {.kind = GCHK_FILL_ONE_HOT}));

/* Integers up to 2^53 are doubles. */
#define P_OPTION                                                                                                       \
  [DROPPED] = {.name = "p", .initial = 0.5, .minimum = 0, .maximum = 0.999, .doc = "the part that is dropped"}
static const gchk_option_spec masked_options[] = {P_OPTION};
static const gchk_option_spec seeded_options[] = {
    P_OPTION,
    [SEED] = {.name = "seed", .minimum = 0, .maximum = 9007199254740992.0, .doc = "of the mask, where none is given"},
};

DECLARE_LAYER(dropout);
const gchk_layer LAYER(dropout) = {
    LAYER_HEAD(dropout, "dropout"),    GCHK_TENSORS(seeded_tensors),
    GCHK_OPTION_TABLE(seeded_options), .sizes = "S=3x5x2",
    .flags = GCHK_HAS_MODES,           .forward = seeded_forward,
    .backward = seeded_backward,       .lanes = LANES(dropout),
};

DECLARE_LAYER(dropout_masked);
const gchk_layer LAYER(dropout_masked) = {
    LAYER_HEAD(dropout_masked, "dropout"),
    GCHK_TENSORS(masked_tensors),
    GCHK_OPTION_TABLE(masked_options),
    .sizes = "S=3x5x2",
    .forward = forward,
    .backward = backward,
    .lanes = LANES(dropout_masked),
};
