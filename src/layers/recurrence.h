/*
 * Recurrent layers over T steps of N samples: their weights, the state that one step hands to the next, and what all of
 * them compute before and after their gates.
 *
 *     x (T, N, I),  y (T, N, H)              y[t] is the state after step t, and h[t] = y[t] in what follows
 *     w_ih (G, I), w_hh (G, H)               torch's layout; G = H for each gate, one after the other
 *     b_ih, b_hh (G)
 *     h0 (N, H)                              h[-1]: an input, in the tables that have it, else zeros
 *     h_n (N, H)                             h[T-1], in the same tables
 *
 *     a[t] = x[t] W_ih^T + b_ih + h[t-1] W_hh^T + b_hh           what the gates of step t are computed from
 *
 * Its gradients, from da[t] of all steps, of which those of h[t-1] are added to what else comes from step t:
 *
 *     dx[t] = da[t] W_ih,  dW_ih = sum_t da[t]^T x[t],    db_ih = sum_(t,n) da[t,n]
 *     dh[t-1] = da[t] W_hh, dW_hh = sum_t da[t]^T h[t-1], db_hh = sum_(t,n) da[t,n]
 *
 * Werbos, Backpropagation through time (Proceedings of the IEEE 78(10), 1990).
 */
#ifndef GCHK_LAYERS_RECURRENCE_H
#define GCHK_LAYERS_RECURRENCE_H

#include <string.h>

#include "layers/gemm.h"

/* A layer's own tensors follow; the carries of the tables that have them, h0 and h_n first, are the last. */
enum { X, W_IH, W_HH, B_IH, B_HH, Y, OWN };

typedef struct recurrence {
  const gchk_tensor *t;
  size_t steps, samples, inputs, units, gates; /* T, N, I, H, G */
  size_t state;                                /* N H: the elements of a state */
  const gchk_tensor *h0, *h_n;                 /* NULL in tables without */
} recurrence;

/* `carry` is where h0 is in the tables that have it. */
static inline recurrence recurrence_of(const gchk_call *call, size_t carry) {
  const size_t *x = call->t[X].shape.dim, *w = call->t[W_HH].shape.dim;
  const bool has_carries = call->tensor_count > carry;
  return (recurrence){.t = call->t,
                      .steps = x[0],
                      .samples = x[1],
                      .inputs = x[2],
                      .units = w[1],
                      .gates = w[0],
                      .state = x[1] * w[1],
                      .h0 = has_carries ? &call->t[carry] : NULL,
                      .h_n = has_carries ? &call->t[carry + 1] : NULL};
}

/* What is before step t, of states one after the other: NULL for zeros. */
static inline const real *before(const recurrence *r, const real *states, const gchk_tensor *first, size_t t) {
  return t > 0 ? states + (t - 1) * r->state : first != NULL ? first->value : NULL;
}

/* a[n] += bias, for some rows. */
static inline void add_bias(const recurrence *r, real *a, size_t rows, const real *bias) {
  for (size_t n = 0; n < rows; n++)
    for (size_t k = 0; k < r->gates; k++)
      a[n * r->gates + k] += bias[k];
}

// a[t] = x[t] W_ih^T + b_ih, for all steps at once
static inline gchk_status take_inputs(const recurrence *r, real *a, gchk_error *error) {
  const matrix x = {r->t[X].value, r->steps * r->samples, r->inputs, false};
  GCHK_TRY(multiply(a, x, (matrix){r->t[W_IH].value, r->gates, r->inputs, true}, 0, error));
  add_bias(r, a, x.rows, r->t[B_IH].value);
  return GCHK_OK;
}

// a (N, G) += h[t-1] W_hh^T + b_hh
static inline gchk_status add_state(const recurrence *r, size_t t, real *a, gchk_error *error) {
  const matrix h = {before(r, r->t[Y].value, r->h0, t), r->samples, r->units, false};
  add_bias(r, a, r->samples, r->t[B_HH].value);
  return h.at == NULL ? GCHK_OK : multiply(a, h, (matrix){r->t[W_HH].value, r->gates, r->units, true}, 1, error);
}

/* The last state of `states` into an output, in tables that have it. */
static inline void hand_out(const recurrence *r, const real *states, const gchk_tensor *last) {
  if (last != NULL)
    memcpy(last->value, states + (r->steps - 1) * r->state, r->state * sizeof(real));
}

/* What the gradient of a state begins with, behind the last step: that of the output it was handed to, or 0. */
static inline void begin_gradient(const recurrence *r, real *d, const gchk_tensor *last) {
  memset(d, 0, r->state * sizeof(real));
  if (last != NULL)
    memcpy(d, last->grad, r->state * sizeof(real));
}

/* And what is left of it before the first. */
static inline void end_gradient(const recurrence *r, const real *d, const gchk_tensor *first) {
  if (first != NULL)
    memcpy(first->grad, d, r->state * sizeof(real));
}

// dh[t-1] = da[t] W_hh + beta dh
static inline gchk_status through_weights(const recurrence *r, const real *da, real *dh, real beta, gchk_error *error) {
  return multiply(dh, (matrix){da, r->samples, r->gates, false}, (matrix){r->t[W_HH].value, r->gates, r->units, false},
                  beta, error);
}

// db = sum over all rows of da
static inline void sum_rows(const recurrence *r, real *db, const real *da) {
  memset(db, 0, r->gates * sizeof(real));
  for (size_t row = 0; row < r->steps * r->samples; row++)
    for (size_t k = 0; k < r->gates; k++)
      db[k] += da[row * r->gates + k];
}

/* Gradients of x, w_ih, b_ih from da of all steps. */
static inline gchk_status leave_by_inputs(const recurrence *r, real *da, gchk_error *error) {
  const matrix all = {da, r->steps * r->samples, r->gates, false};
  sum_rows(r, r->t[B_IH].grad, da);
  GCHK_TRY(multiply(r->t[X].grad, all, (matrix){r->t[W_IH].value, r->gates, r->inputs, false}, 0, error));
  return multiply(r->t[W_IH].grad, transposed(all), (matrix){r->t[X].value, all.rows, r->inputs, false}, 0, error);
}

/* Gradients of w_hh and b_hh from da of all steps. */
static inline gchk_status leave_by_states(const recurrence *r, real *da, gchk_error *error) {
  gchk_status status = GCHK_OK;
  sum_rows(r, r->t[B_HH].grad, da);
  memset(r->t[W_HH].grad, 0, r->t[W_HH].count * sizeof(real));
  for (size_t t = 0; t < r->steps && status == GCHK_OK; t++) {
    const real *h = before(r, r->t[Y].value, r->h0, t);
    const matrix of_step = {da + t * r->samples * r->gates, r->samples, r->gates, false};
    if (h != NULL)
      status = multiply(r->t[W_HH].grad, transposed(of_step), (matrix){h, r->samples, r->units, false}, 1, error);
  }
  return status;
}

/* The rows that all tables have, for G = "4*H" or likewise. Weights of 0.3 leave gates where their slopes are. */
#define RECURRENT_WEIGHT(name, ...)                                                                                    \
  TENSOR(name, GCHK_PARAMETER, __VA_ARGS__, .fill = {.kind = GCHK_FILL_NORMAL, .b = 0.3})
#define RECURRENT_ROWS(g)                                                                                              \
  [X] = TENSOR("x", GCHK_INPUT, "T N I"), [W_IH] = RECURRENT_WEIGHT("w_ih", g " I"),                                   \
  [W_HH] = RECURRENT_WEIGHT("w_hh", g " H"), [B_IH] = RECURRENT_WEIGHT("b_ih", g),                                     \
  [B_HH] = RECURRENT_WEIGHT("b_hh", g), [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "T N H")
#define CARRIED_IN(name)  TENSOR(name, GCHK_INPUT, "N H")
#define CARRIED_OUT(name) GCHK_TENSOR(name, GCHK_OUTPUT, "N H")

/*
 * The fields of a layer's table after the head, for G gates as text, "4*H": one with the carries, and one that begins
 * with zeros. The second says its own shapes, all of more than one step: in the first step from zeros nothing depends
 * on w_hh.
 */
#define RECURRENT(table, g)                                                                                            \
  GCHK_TENSORS(table), .forward = forward, .backward = backward, .operations = "T*N*" g "*(2*I+2*H+64)"
#define CARRIED(table, g) RECURRENT(table, g), .sizes = "T=4 N=2 I=5 H=3"
#define FROM_ZEROS(table, g)                                                                                           \
  RECURRENT(table, g), .shape_cases = (const char *const[]) {                                                          \
    "T=4 N=2 I=5 H=3", "T=2 N=3 I=1 H=4", "T=5 N=1 I=3 H=2", "T=3 N=2 I=4 H=1", NULL                                   \
  }

#endif
