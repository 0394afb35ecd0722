/*
 * Losses that are a mean of terms, or with the option `sum` their sum, one for each element of x and of its target t:
 * their callbacks and their table.
 *
 *     loss = sum_i f(x[i], t[i])/n,        n is the number of elements, or what the file says; of a sum, 1
 *
 * The file that includes this writes the three functions below, TERMS(n), and its layer with LOSS. The target is an
 * input, so that its gradient is there too; a constant can be given for it.
 */
#ifndef GCHK_LAYERS_POINTWISE_LOSS_H
#define GCHK_LAYERS_POINTWISE_LOSS_H

#include "layers/lanes_rows.h"
#include "layers/loss_sum.h"

enum { X, T, LOSS_OUT };

/* One element, with the layer's options. */
typedef struct term {
  real x, t;
  const double *option;
} term;

static real formula(term e); /* the term of the loss */
static real by_x(term e);    /* its derivative by x */
static real by_t(term e);

static inline void add_terms(const gchk_call *call, size_t n) {
  const real *x = call->t[X].value, *t = call->t[T].value;
  real *loss = call->t[LOSS_OUT].value, sum = 0;
  for (size_t i = 0; i < call->t[X].count; i++)
    sum += formula((term){x[i], t[i], call->option});
  loss[0] = sum / divisor_of(call, n);
}

static inline void spread_loss(const gchk_call *call, size_t n) {
  const real *x = call->t[X].value, *t = call->t[T].value, *dloss = call->t[LOSS_OUT].grad;
  const real scale = dloss[0] / divisor_of(call, n);
  real *dx = call->t[X].grad, *dt = call->t[T].grad;
  for (size_t i = 0; i < call->t[X].count; i++) {
    const term e = {x[i], t[i], call->option};
    dx[i] = scale * by_x(e);
    dt[i] = scale * by_t(e);
  }
}

/* The callbacks, for a loss that is divided by `n`, an expression of the `call`. */
#define TERMS(n)                                                                                                       \
  static gchk_status forward(const gchk_call *call, gchk_error *error) {                                               \
    (void)error;                                                                                                       \
    add_terms(call, (n));                                                                                              \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status backward(const gchk_call *call, gchk_error *error) {                                              \
    (void)error;                                                                                                       \
    spread_loss(call, (n));                                                                                            \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  LANES_OF_TERMS(n)

#if GCHK_REAL_IS_FLOAT
#define LANES_OF_TERMS(n)
#else
static void lane_losses(const gchk_call *call, const gchk_lane_block *block, double *x, double *work, double *loss) {
  (void)work;
  const size_t units = call->t[X].count / gchk_lane_rows(&call->t[X]);
  for (size_t k = 0; k < block->width; k++)
    loss[k] = 0;
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++)
    for (size_t u = 0; u < units; u++) {
      const double t = ((const double *)call->t[T].value)[run->row * units + u];
      for (size_t k = run->start; k < run->start + run->count; k++)
        loss[k] += formula((term){x[u * block->width + k], t, call->option});
    }
}

#define LANES_OF_TERMS(n)                                                                                              \
  static double divisor(const gchk_call *call) {                                                                       \
    return divisor_of(call, (n));                                                                                      \
  }                                                                                                                    \
  static const gchk_lanes gchk_terms_lanes = {.x = X, .y = LOSS_OUT, .losses = lane_losses, .divisor = divisor};
#endif

/* The table: x and t of one shape, and the loss. */
#define LOSS_TENSORS(x_row, t_row)                                                                                     \
  { [X] = x_row, [T] = t_row, [LOSS_OUT] = GCHK_TENSOR("loss", GCHK_OUTPUT, "") }

/* The fields that follow the head; `options` are the file's, or: */
#define ONLY_SUM_OPTION static const gchk_option_spec options[] = {SUM_OPTION}
#define LOSS(table, own_sizes)                                                                                         \
  GCHK_TENSORS(table), .sizes = (own_sizes), GCHK_OPTION_TABLE(options), .forward = forward, .backward = backward,     \
                       .lanes = LANES(terms)

#endif
