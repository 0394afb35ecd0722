/* Sums that vary from call to call. */
#include "measure/sum_layer.h"

#include <stdlib.h>

typedef struct varying {
  gchk_random random;
  size_t calls[2]; // of forward and of backward
} varying;

static gchk_status create(const gchk_call *call, void **state, gchk_error *error) {
  varying *v = calloc(1, sizeof *v);
  *state = v;
  if (v == NULL)
    return gchk_fail(error, GCHK_NO_MEMORY, "no memory");
  // Two copies of a layer that is random differ.
  v->random = gchk_random_seeded(call->seed + (uint64_t)(size_t)v);
  return GCHK_OK;
}

static double element(const gchk_tensor *t, size_t i) {
  return t->dtype == GCHK_F32 ? (double)((const float *)t->value)[i] : ((const double *)t->value)[i];
}

static double rounded(const gchk_tensor *t, double x) {
  return t->dtype == GCHK_F32 ? (double)(float)x : x;
}

// The sum of column c, in the precision of x.
static double sum_column(const gchk_call *call, size_t c, bool is_backward, bool is_due) {
  varying *v = call->state;
  const gchk_tensor *x = &call->t[0];
  const size_t columns = x->shape.dim[1], n = x->shape.dim[0];
  const int habit =
      !is_due || (call->option[SUM_BACKWARD] != 0) != is_backward ? SUM_EXACT : (int)call->option[SUM_HABIT];
  const size_t start = habit == SUM_REORDERS ? gchk_random_below(&v->random, n) : 0;
  const size_t lost = habit == SUM_LOSES ? gchk_random_below(&v->random, n) : n;
  double sum = 0;
  for (size_t k = 0; k < n; k++) {
    const size_t i = (k + start) % n;
    double term = element(x, i * columns + c);
    if (habit == SUM_DROPS)
      term *= (double)(2 * gchk_random_below(&v->random, 2));
    if (i != lost)
      sum = rounded(x, sum + term);
  }
  if (habit == SUM_NOISE)
    sum *= 1 + call->option[SUM_AMOUNT] * gchk_random_uniform(&v->random, -1, 1);
  return sum;
}

static bool is_due(const gchk_call *call, size_t which) {
  varying *v = call->state;
  return ++v->calls[which] % (size_t)call->option[SUM_PERIOD] == 0;
}

static void set(const gchk_tensor *t, void *buffer, size_t i, double x) {
  if (t->dtype == GCHK_F32)
    ((float *)buffer)[i] = (float)x;
  else
    ((double *)buffer)[i] = x;
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const gchk_tensor *w = &call->t[1], *y = &call->t[2];
  const bool due = is_due(call, 0);
  for (size_t c = 0; c < w->count; c++) {
    const double before = call->option[SUM_READS] != 0 ? call->option[SUM_READS] * element(y, c) : 0;
    set(y, y->value, c, element(w, c) * sum_column(call, c, false, due) + before);
  }
  return GCHK_OK;
}

static double upstream(const gchk_tensor *y, size_t c) {
  return y->dtype == GCHK_F32 ? (double)((const float *)y->grad)[c] : ((const double *)y->grad)[c];
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const gchk_tensor *x = &call->t[0], *w = &call->t[1], *y = &call->t[2];
  const bool due = is_due(call, 1);
  const double factor = call->option[SUM_FACTOR] != 0 ? call->option[SUM_FACTOR] : 1;
  for (size_t c = 0; c < w->count; c++) {
    set(w, w->grad, c, factor * upstream(y, c) * sum_column(call, c, true, due));
    for (size_t n = 0; n < x->shape.dim[0]; n++)
      set(x, x->grad, n * w->count + c, upstream(y, c) * element(w, c));
  }
  return GCHK_OK;
}

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("w", GCHK_PARAMETER, "C"),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "C")};
static const gchk_option_spec options[SUM_OPTIONS] = {{"habit", SUM_EXACT, 0, 0, ""}, {"period", 1, 1, 1e9, ""},
                                                      {"amount", 0, 0, 0, ""},        {"backward", 0, 0, 0, ""},
                                                      {"reads", 0, 0, 0, ""},         {"factor", 0, 0, 0, ""}};
#define LAYER(type)                                                                                                    \
  {                                                                                                                    \
    .name = "sum", .dtype = (type), GCHK_TENSORS(rows), .forward = forward, .backward = backward, .create = create,    \
    .destroy = free, .sizes = "N=20 C=3", GCHK_OPTION_TABLE(options)                                                   \
  }
const gchk_layer sum_f64 = LAYER(GCHK_F64), sum_f32 = LAYER(GCHK_F32);
