/*
 * Layers of one input that act element by element, y[i] = f(x[i]): their callbacks and their table.
 *
 * The file that includes this writes the two functions below, and its layer with ELEMENTWISE:
 *
 *     static real formula(point p) { return real_tanh(p.x); }
 *     static real gradient(point p) { return p.dy * (1 - p.y * p.y); }
 *     static const gchk_tensor_spec tensors[] = ONE_INPUT("S...");
 *     const gchk_layer LAYER(tanh) = {LAYER_HEAD(tanh, "tanh"), ELEMENTWISE(tensors)};
 */
#ifndef GCHK_LAYERS_ELEMENTWISE_H
#define GCHK_LAYERS_ELEMENTWISE_H

#include "layers/real.h"

enum { X, Y };

/* One element, with the layer's options; dy is the upstream gradient. */
typedef struct point {
  real x, y, dy;
  const double *option;
} point;

static real formula(point p);  /* y of p.x; the rest of p is not set, but for the options */
static real gradient(point p); /* dx = dy times the derivative, of all of p */

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const real *x = call->t[X].value;
  real *y = call->t[Y].value;
  for (size_t i = 0; i < call->t[X].count; i++)
    y[i] = formula((point){.x = x[i], .option = call->option});
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const real *x = call->t[X].value, *y = call->t[Y].value, *dy = call->t[Y].grad;
  real *dx = call->t[X].grad;
  for (size_t i = 0; i < call->t[X].count; i++)
    dx[i] = gradient((point){x[i], y[i], dy[i], call->option});
  return GCHK_OK;
}

static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor, (void)error;
  const real *x = call->t[X].value;
  real *y = call->t[Y].value;
  y[element] = formula((point){.x = x[element], .option = call->option});
  *done = true;
  return GCHK_OK;
}

/* The table: x of any shape, with a fill or a distance from a kink where those are wanted, and y. */
#define ONE_INPUT(...)                                                                                                 \
  { [X] = TENSOR("x", GCHK_INPUT, __VA_ARGS__), [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S...") }

/* The fields that follow the head. */
#define ELEMENTWISE(table)                                                                                             \
  GCHK_TENSORS(table), .sizes = "S=3x5x7", .rowwise = "S", .forward = forward, .backward = backward, .update = update, \
                       .operations = "16*S"

#endif
