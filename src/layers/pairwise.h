/*
 * Layers of two inputs that act element by element, out[i] = f(x[i], y[i]): their callbacks and their table.
 *
 * The file that includes this writes the three functions below, and its layer with PAIRWISE:
 *
 *     static real formula(pair p) { return p.x * p.y; }
 *     static real gradient_of_x(pair p) { return p.dout * p.y; }
 *     static real gradient_of_y(pair p) { return p.dout * p.x; }
 *     static const gchk_tensor_spec tensors[] = TWO_INPUTS(TENSOR("x", ...), TENSOR("y", ...));
 *     const gchk_layer LAYER(mul) = {LAYER_HEAD(mul, "mul"), PAIRWISE(tensors)};
 *
 * Their shapes are broadcast as numpy does it: dimensions, counted from the last, are the same or one of them is 1 or
 * missing. A gradient is then summed over what its operand was repeated along.
 */
#ifndef GCHK_LAYERS_PAIRWISE_H
#define GCHK_LAYERS_PAIRWISE_H

#include <string.h>

#include "layers/lanes.h"
#include "layers/real.h"

enum { X, Y, OUT };

/* Two elements and what became of them; dout is the upstream gradient. */
typedef struct pair {
  real x, y, out, dout;
} pair;

static real formula(pair p);       /* out of p.x and p.y; the rest of p is not set */
static real gradient_of_x(pair p); /* dx = dout times the derivative by x */
static real gradient_of_y(pair p);

/* Which element of t is read for element i of out. */
static size_t element_of(const gchk_tensor *t, const gchk_tensor *out, size_t i) {
  size_t at = 0, stride = 1;
  if (t->count == out->count)
    return i;
  for (size_t k = 1; k <= t->shape.rank; k++) {
    const size_t dim = t->shape.dim[t->shape.rank - k], length = out->shape.dim[out->shape.rank - k];
    at += dim == 1 ? 0 : i % length * stride;
    stride *= dim;
    i /= length;
  }
  return at;
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const real *x = call->t[X].value, *y = call->t[Y].value;
  real *out = call->t[OUT].value;
  for (size_t i = 0; i < call->t[OUT].count; i++)
    out[i] = formula(
        (pair){.x = x[element_of(&call->t[X], &call->t[OUT], i)], .y = y[element_of(&call->t[Y], &call->t[OUT], i)]});
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const real *x = call->t[X].value, *y = call->t[Y].value, *out = call->t[OUT].value, *dout = call->t[OUT].grad;
  real *dx = call->t[X].grad, *dy = call->t[Y].grad;
  memset(dx, 0, call->t[X].count * sizeof(real));
  memset(dy, 0, call->t[Y].count * sizeof(real));
  for (size_t i = 0; i < call->t[OUT].count; i++) {
    const size_t j = element_of(&call->t[X], &call->t[OUT], i), k = element_of(&call->t[Y], &call->t[OUT], i);
    const pair p = {x[j], y[k], out[i], dout[i]};
    dx[j] += gradient_of_x(p);
    dy[k] += gradient_of_y(p);
  }
  return GCHK_OK;
}

/* The element of out that reads this element of t, for each time that it is repeated. */
static size_t place_in_out(const gchk_tensor *t, const gchk_tensor *out, size_t element, size_t repeat) {
  size_t at = 0, stride = 1;
  for (size_t k = 1; k <= out->shape.rank; k++) {
    const size_t length = out->shape.dim[out->shape.rank - k];
    const size_t dim = k <= t->shape.rank ? t->shape.dim[t->shape.rank - k] : 1;
    size_t *index = dim == 1 ? &repeat : &element;
    at += *index % length * stride;
    *index /= length;
    stride *= length;
  }
  return at;
}

static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)error;
  const gchk_tensor *t = &call->t[tensor], *out = &call->t[OUT];
  const real *x = call->t[X].value, *y = call->t[Y].value;
  for (size_t k = 0; k < out->count / t->count; k++) {
    const size_t i = place_in_out(t, out, element, k);
    ((real *)out->value)[i] =
        formula((pair){.x = x[element_of(&call->t[X], out, i)], .y = y[element_of(&call->t[Y], out, i)]});
  }
  *done = true;
  return GCHK_OK;
}

#if !GCHK_REAL_IS_FLOAT
static void lane_elements(const gchk_call *call, size_t at, const double *x, const double *y, double *out,
                          size_t count) {
  const double left = ((const double *)call->t[X].value)[element_of(&call->t[X], &call->t[OUT], at)],
               right = ((const double *)call->t[Y].value)[element_of(&call->t[Y], &call->t[OUT], at)];
  if (x == NULL)
    for (size_t k = 0; k < count; k++)
      out[k] = formula((pair){.x = left, .y = y[k]});
  else if (y == NULL)
    for (size_t k = 0; k < count; k++)
      out[k] = formula((pair){.x = x[k], .y = right});
  else
    for (size_t k = 0; k < count; k++)
      out[k] = formula((pair){.x = x[k], .y = y[k]});
}

static const gchk_lanes gchk_pairwise_lanes = {
    .x = X, .other = Y, .y = OUT, .elements = lane_elements, .operations = 16};
#endif

/* One shape; a vector along the last axis; one number a channel; both repeated. */
static const char *const pairwise_cases[] = {"S=3x5x7 T=3x5x7", "S=4x3x5 T=5", "S=2x3x2x2 T=3x1x1", "S=4x1 T=2x1x3",
                                             NULL};

/* The table: x of the shape "S...", y "T...", and out. */
#define TWO_INPUTS(x_row, y_row)                                                                                       \
  { [X] = x_row, [Y] = y_row, [OUT] = GCHK_TENSOR("out", GCHK_OUTPUT, "S...^T...") }

/* The fields that follow the head. */
#define PAIRWISE(table)                                                                                                \
  GCHK_TENSORS(table), .shape_cases = pairwise_cases, .sizes_default = "T=S S=T", .forward = forward,                  \
                       .backward = backward, .update = update, .operations = "16*S+16*T", .lanes = LANES(pairwise)

#endif
