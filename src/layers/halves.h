/*
 * Layers of two inputs (pairwise.h) that can also be given both as the halves of one, along its last axis: the first
 * half is x and the second is y.
 *
 *     x (S..., D), D even,  out (S..., D/2)
 */
#ifndef GCHK_LAYERS_HALVES_H
#define GCHK_LAYERS_HALVES_H

#include "layers/pairwise.h"

enum { BOTH, OUT_OF_BOTH };

/* Where the elements of out number i are in the input. */
typedef struct halves_place {
  size_t x, y;
} halves_place;

static halves_place place_of_halves(const gchk_call *call, size_t i) {
  const size_t half = gchk_size(call, "D") / 2, at = i / half * 2 * half + i % half;
  return (halves_place){at, at + half};
}

static gchk_status halves_forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const real *both = call->t[BOTH].value;
  real *out = call->t[OUT_OF_BOTH].value;
  for (size_t i = 0; i < call->t[OUT_OF_BOTH].count; i++) {
    const halves_place at = place_of_halves(call, i);
    out[i] = formula((pair){.x = both[at.x], .y = both[at.y]});
  }
  return GCHK_OK;
}

static gchk_status halves_backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const real *both = call->t[BOTH].value, *out = call->t[OUT_OF_BOTH].value, *dout = call->t[OUT_OF_BOTH].grad;
  real *dboth = call->t[BOTH].grad;
  for (size_t i = 0; i < call->t[OUT_OF_BOTH].count; i++) {
    const halves_place at = place_of_halves(call, i);
    const pair p = {both[at.x], both[at.y], out[i], dout[i]};
    dboth[at.x] = gradient_of_x(p);
    dboth[at.y] = gradient_of_y(p);
  }
  return GCHK_OK;
}

static const gchk_tensor_spec halves_tensors[] = {
    [BOTH] = TENSOR("x", GCHK_INPUT, "S... D"),
    [OUT_OF_BOTH] = GCHK_TENSOR("out", GCHK_OUTPUT, "S... D/2"),
};

static const char *const halves_cases[] = {"S=3x5 D=4", "S=4 D=6", "S=() D=2", NULL};

/* The fields that follow the head. */
#define HALVES                                                                                                         \
  GCHK_TENSORS(halves_tensors), .shape_cases = halves_cases, .sizes_require = "D%2==0", .forward = halves_forward,     \
                                .backward = halves_backward

#endif
