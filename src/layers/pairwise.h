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
 * There is no broadcasting.
 */
#ifndef GCHK_LAYERS_PAIRWISE_H
#define GCHK_LAYERS_PAIRWISE_H

#include "layers/real.h"

enum { X, Y, OUT };

/* Two elements and what became of them; dout is the upstream gradient. */
typedef struct pair {
  real x, y, out, dout;
} pair;

static real formula(pair p);       /* out of p.x and p.y; the rest of p is not set */
static real gradient_of_x(pair p); /* dx = dout times the derivative by x */
static real gradient_of_y(pair p);

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const real *x = call->t[X].value, *y = call->t[Y].value;
  real *out = call->t[OUT].value;
  for (size_t i = 0; i < call->t[OUT].count; i++)
    out[i] = formula((pair){.x = x[i], .y = y[i]});
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const real *x = call->t[X].value, *y = call->t[Y].value, *out = call->t[OUT].value, *dout = call->t[OUT].grad;
  real *dx = call->t[X].grad, *dy = call->t[Y].grad;
  for (size_t i = 0; i < call->t[OUT].count; i++) {
    const pair p = {x[i], y[i], out[i], dout[i]};
    dx[i] = gradient_of_x(p);
    dy[i] = gradient_of_y(p);
  }
  return GCHK_OK;
}

static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor, (void)error;
  const real *x = call->t[X].value, *y = call->t[Y].value;
  real *out = call->t[OUT].value;
  out[element] = formula((pair){.x = x[element], .y = y[element]});
  *done = true;
  return GCHK_OK;
}

/* The table: x and y of one shape, "S...", and out. */
#define TWO_INPUTS(x_row, y_row)                                                                                       \
  { [X] = x_row, [Y] = y_row, [OUT] = GCHK_TENSOR("out", GCHK_OUTPUT, "S...") }

/* The fields that follow the head. */
#define PAIRWISE(table)                                                                                                \
  GCHK_TENSORS(table), .sizes = "S=3x5x7", .forward = forward, .backward = backward, .update = update

#endif
