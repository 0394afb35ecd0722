/* A small layer: y[r,c] = w[c] x[r,c]^2 + slope x[r,c], dx = dy (2 w x + slope), dw[c] = sum over r of dy x^2. */
#include "memory/small_layer.h"

#include <stdlib.h>

enum { X, W, Y };

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "R C"), GCHK_TENSOR("w", GCHK_PARAMETER, "C"),
                                           GCHK_TENSOR("y", GCHK_OUTPUT, "R C")};
static const gchk_option_spec options[] = {{"slope", 0.7, -10, 10, "of the linear part"}};

static small_mistake mistake_of(const gchk_call *call) {
  return *(const small_mistake *)call->layer->user;
}

static gchk_status create(const gchk_call *call, void **state, gchk_error *error) {
  (void)call;
  *state = calloc(1, sizeof(double));
  return *state == NULL ? gchk_fail(error, GCHK_NO_MEMORY, "out of memory for a count") : GCHK_OK;
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  double *calls = call->state;
  const double remembered = mistake_of(call) == SMALL_REMEMBERS ? (*calls)++ : 0;
  const gchk_tensor *x = &call->t[X], *w = &call->t[W], *y = &call->t[Y];
  for (size_t i = 0; i < x->count; i++) {
    const double value = gchk_tensor_get(x, x->value, i);
    gchk_tensor_set(y, y->value, i,
                    gchk_tensor_get(w, w->value, i % w->count) * value * value + call->option[0] * value + remembered);
  }
  return GCHK_OK;
}

static void add(const gchk_tensor *t, size_t i, double change) {
  gchk_tensor_set(t, t->grad, i, gchk_tensor_get(t, t->grad, i) + change);
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const small_mistake m = mistake_of(call);
  const gchk_tensor *x = &call->t[X], *w = &call->t[W], *y = &call->t[Y];
  const size_t columns = w->count, count = x->count - (m == SMALL_ROW_LEFT_OUT ? columns : 0);
  for (size_t i = 0; i < count; i++) {
    const double value = gchk_tensor_get(x, x->value, i), weight = gchk_tensor_get(w, w->value, i % columns);
    const double dy = gchk_tensor_get(y, y->grad, i);
    const double slope = m == SMALL_OPTION_IGNORED ? 0 : call->option[0];
    add(x, i, dy * ((m == SMALL_FACTOR ? 1 : 2) * weight * value + slope));
    if (m != SMALL_PARAMETER_ZERO)
      add(w, i % columns, dy * value * value);
  }
  if (m == SMALL_CHANGES_INPUT)
    gchk_tensor_set(x, x->value, 0, 0);
  return GCHK_OK;
}

static small_mistake mistakes[] = {SMALL_RIGHT,          SMALL_FACTOR,        SMALL_OPTION_IGNORED, SMALL_ROW_LEFT_OUT,
                                   SMALL_PARAMETER_ZERO, SMALL_CHANGES_INPUT, SMALL_REMEMBERS};

gchk_layer small_layer(small_mistake mistake) {
  return (gchk_layer){.name = "small",
                      GCHK_HERE,
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(tensors),
                      .forward = forward,
                      .backward = backward,
                      .create = create,
                      .destroy = free,
                      .sizes = "R=2 C=3",
                      GCHK_OPTION_TABLE(options),
                      .user = &mistakes[mistake]};
}

gchk_layer small_float_layer(void) {
  static gchk_layer twin;
  twin = small_layer(SMALL_RIGHT);
  gchk_layer layer = twin;
  layer.dtype = GCHK_F32;
  layer.twin = &twin;
  return layer;
}

/* y = x w in place, x kept. dx = dy w, w -= dy x / 2. */
enum { KEPT = 3 };
static const gchk_tensor_spec declaring[] = {GCHK_TENSOR("x", GCHK_INPUT, "R C"), GCHK_TENSOR("w", GCHK_PARAMETER, "C"),
                                             GCHK_TENSOR("y", GCHK_OUTPUT, "R C", .in_place_of = "x"),
                                             GCHK_TENSOR("kept", GCHK_CACHE, "R C")};

static gchk_status forward_in_place(const gchk_call *call, gchk_error *error) {
  double *x = call->t[X].value, *kept = call->t[KEPT].value;
  const double *w = call->t[W].value;
  (void)error;
  for (size_t i = 0; i < call->t[X].count; i++) {
    kept[i] = x[i];
    x[i] *= w[i % call->t[W].count];
  }
  return GCHK_OK;
}

static gchk_status backward_in_place(const gchk_call *call, gchk_error *error) {
  double *d = call->t[X].grad, *kept = call->t[KEPT].value, *w = call->t[W].value;
  const size_t columns = call->t[W].count;
  (void)error;
  for (size_t i = 0; i < call->t[X].count; i++)
    kept[i] *= d[i];
  for (size_t i = 0; i < call->t[X].count; i++)
    d[i] *= w[i % columns];
  for (size_t i = 0; i < call->t[X].count; i++)
    w[i % columns] -= 0.5 * kept[i];
  return GCHK_OK;
}

gchk_layer small_declaring_layer(void) {
  gchk_layer layer = small_layer(SMALL_RIGHT);
  layer.tensors = declaring;
  layer.tensor_count = sizeof declaring / sizeof declaring[0];
  layer.forward = forward_in_place;
  layer.backward = backward_in_place;
  layer.flags = GCHK_CONSUMES_CACHE;
  layer.learning_rate = 0.5;
  return layer;
}
