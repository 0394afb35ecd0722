/*
 * gru: gated recurrent units over T steps.
 *
 *     gru: { x: a, H: 8 }                from zeros
 *     gru: { x: a, h0: h, H: 8 }         from h0, and with the last state as an output
 *
 *     x (T, N, I),  w_ih (3H, I),  w_hh (3H, H),  b_ih, b_hh (3H),  y (T, N, H),  h0, h_n (N, H)
 *
 *     With ax[t] = x[t] W_ih^T + b_ih and ah[t] = h[t-1] W_hh^T + b_hh, each in three parts r, z, n (recurrence.h), as
 *     torch's nn.GRU has them, one layer, one direction:
 *
 *     r = s(ax_r + ah_r),  z = s(ax_z + ah_z),  n = tanh(ax_n + r ah_n),        s(x) = 1/(1 + exp(-x))
 *     h[t] = y[t] = (1 - z) n + z h[t-1]
 *
 * The reset gate acts after the product with W_hh, bias included, as in version 1 of the paper (and in cuDNN); other
 * libraries multiply h[t-1] by r first.
 *
 * Backward, from the last step to the first:
 *
 *     dh = dy[t] + dah[t+1] W_hh + z dh of step t+1           behind the last step dh_n in place of these
 *     dax_n = dh (1 - z) (1 - n^2)                    dah_n = r dax_n
 *     dax_r = dah_r = dax_n ah_n r (1 - r)            dax_z = dah_z = dh (h[t-1] - n) z (1 - z)
 *
 * Cho et al., Learning phrase representations using RNN encoder-decoder (EMNLP 2014).
 */
#include "layers/logistic.h"
#include "layers/recurrence.h"

enum { GATES = OWN, AH_N, AH, DAX, DAH, DH, H0, H_N };

/* The three gates of one element of a state. */
typedef struct gru_gates {
  real *r, *z, *n;
} gru_gates;

/* Those of element k, in values or gradients of all gates of a step. */
static gru_gates gates_of(const recurrence *s, real *step, size_t k) {
  real *r = step + k / s->units * s->gates + k % s->units;
  return (gru_gates){r, r + s->units, r + 2 * s->units};
}

/* Step t of what is kept of all. */
static real *step_of(const recurrence *s, size_t tensor, size_t t) {
  return (real *)s->t[tensor].value + t * s->samples * s->gates;
}

static void forward_step(const recurrence *s, size_t t) {
  const real *h = before(s, s->t[Y].value, s->h0, t);
  real *y = (real *)s->t[Y].value + t * s->state, *ah_n = (real *)s->t[AH_N].value + t * s->state;
  for (size_t k = 0; k < s->state; k++) {
    const gru_gates a = gates_of(s, step_of(s, GATES, t), k), ah = gates_of(s, s->t[AH].value, k);
    ah_n[k] = *ah.n;
    *a.r = logistic(*a.r + *ah.r);
    *a.z = logistic(*a.z + *ah.z);
    *a.n = real_tanh(*a.n + *a.r * ah_n[k]);
    y[k] = (1 - *a.z) * *a.n + (h != NULL ? *a.z * h[k] : 0);
  }
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const recurrence s = recurrence_of(call, H0);
  real *ah = call->t[AH].value;
  GCHK_TRY(take_inputs(&s, call->t[GATES].value, error));
  for (size_t t = 0; t < s.steps; t++) {
    memset(ah, 0, call->t[AH].count * sizeof(real));
    GCHK_TRY(add_state(&s, t, ah, error));
    forward_step(&s, t);
  }
  hand_out(&s, call->t[Y].value, s.h_n);
  return GCHK_OK;
}

/* dax and dah of step t; of dh, what comes to the state before by z is left. */
static void backward_step(const recurrence *s, size_t t, real *dh) {
  const real *h = before(s, s->t[Y].value, s->h0, t), *dy = (const real *)s->t[Y].grad + t * s->state;
  const real *ah_n = (const real *)s->t[AH_N].value + t * s->state;
  for (size_t k = 0; k < s->state; k++) {
    const gru_gates gate = gates_of(s, step_of(s, GATES, t), k);
    const gru_gates dax = gates_of(s, step_of(s, DAX, t), k), dah = gates_of(s, step_of(s, DAH, t), k);
    const real r = *gate.r, z = *gate.z, n = *gate.n, of_state = dh[k] + dy[k];
    *dax.n = of_state * (1 - z) * (1 - n * n);
    *dah.n = r * *dax.n;
    *dax.r = *dah.r = *dax.n * ah_n[k] * r * (1 - r);
    *dax.z = *dah.z = of_state * ((h != NULL ? h[k] : 0) - n) * z * (1 - z);
    dh[k] = of_state * z;
  }
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  const recurrence s = recurrence_of(call, H0);
  real *dh = call->t[DH].value;
  begin_gradient(&s, dh, s.h_n);
  for (size_t t = s.steps; t-- > 0;) {
    backward_step(&s, t, dh);
    GCHK_TRY(through_weights(&s, step_of(&s, DAH, t), dh, 1, error));
  }
  end_gradient(&s, dh, s.h0);
  GCHK_TRY(leave_by_inputs(&s, call->t[DAX].value, error));
  return leave_by_states(&s, call->t[DAH].value, error);
}

#define ROWS                                                                                                           \
  RECURRENT_ROWS("3*H"),                                                                                               \
      [GATES] = GCHK_TENSOR("gates", GCHK_CACHE, "T N 3*H"), [AH_N] = GCHK_TENSOR("ah_n", GCHK_CACHE, "T N H"),        \
      [AH] = GCHK_TENSOR("ah", GCHK_SCRATCH, "N 3*H"), [DAX] = GCHK_TENSOR("dax", GCHK_SCRATCH, "T N 3*H"),            \
      [DAH] = GCHK_TENSOR("dah", GCHK_SCRATCH, "T N 3*H"), [DH] = GCHK_TENSOR("dh", GCHK_SCRATCH, "N H")
static const gchk_tensor_spec tensors[] = {ROWS};
static const gchk_tensor_spec carried_tensors[] = {ROWS, [H0] = CARRIED_IN("h0"), [H_N] = CARRIED_OUT("h_n")};

DECLARE_LAYER(gru);
DECLARE_LAYER(gru_carried);
const gchk_layer LAYER(gru) = {LAYER_HEAD(gru, "gru"), FROM_ZEROS(tensors, "3*H")};
const gchk_layer LAYER(gru_carried) = {LAYER_HEAD(gru_carried, "gru"), CARRIED(carried_tensors, "3*H")};
