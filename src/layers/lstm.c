/*
 * lstm: long short-term memory over T steps.
 *
 *     lstm: { x: a, H: 8 }                       from zeros
 *     lstm: { x: a, h0: h, c0: c, H: 8 }         from h0 and c0, and with the last state and cell as outputs
 *
 *     x (T, N, I),  w_ih (4H, I),  w_hh (4H, H),  b_ih, b_hh (4H),  y (T, N, H)
 *     h0, c0, h_n, c_n (N, H)
 *
 *     i, f, g, o  = the four parts of a[t], in this order (recurrence.h): torch's nn.LSTM, one layer, one direction
 *     c[t] = s(f) c[t-1] + s(i) tanh(g),        h[t] = y[t] = s(o) tanh(c[t]),        s(x) = 1/(1 + exp(-x))
 *
 * Backward, from the last step to the first; i f g o are the activated gates from here on:
 *
 *     dh = dy[t] + da[t+1] W_hh                 behind the last step dh_n, dc_n in place of what comes from t + 1
 *     dc = dc of step t+1 + dh o (1 - tanh(c[t])^2)
 *     da = dc g i (1 - i),  dc c[t-1] f (1 - f),  dc i (1 - g^2),  dh tanh(c[t]) o (1 - o)
 *     dc of step t = dc f
 *
 * Hochreiter and Schmidhuber, Long short-term memory (Neural Computation 9(8), 1997); Gers, Schmidhuber and Cummins,
 * Learning to forget (Neural Computation 12(10), 2000).
 */
#include "layers/logistic.h"
#include "layers/recurrence.h"

enum { GATES = OWN, CELLS, DA, DH, DC, H0, H_N, C0, C_N };

/* The four gates of one element of a state. */
typedef struct lstm_gates {
  real *i, *f, *g, *o;
} lstm_gates;

/* Those of element k of step t, in values or gradients of all gates. */
static lstm_gates gates_of(const recurrence *r, real *gates, size_t t, size_t k) {
  real *i = gates + (t * r->samples + k / r->units) * r->gates + k % r->units;
  return (lstm_gates){i, i + r->units, i + 2 * r->units, i + 3 * r->units};
}

static const gchk_tensor *cell_carry(const recurrence *r, size_t carry) {
  return r->h0 != NULL ? &r->t[carry] : NULL;
}

static void forward_step(const recurrence *r, size_t t) {
  real *y = (real *)r->t[Y].value + t * r->state, *c = (real *)r->t[CELLS].value + t * r->state;
  const real *earlier = before(r, r->t[CELLS].value, cell_carry(r, C0), t);
  for (size_t k = 0; k < r->state; k++) {
    const lstm_gates a = gates_of(r, r->t[GATES].value, t, k);
    *a.i = logistic(*a.i);
    *a.f = logistic(*a.f);
    *a.g = real_tanh(*a.g);
    *a.o = logistic(*a.o);
    c[k] = *a.i * *a.g + (earlier != NULL ? *a.f * earlier[k] : 0);
    y[k] = *a.o * real_tanh(c[k]);
  }
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const recurrence r = recurrence_of(call, H0);
  real *gates = call->t[GATES].value;
  GCHK_TRY(take_inputs(&r, gates, error));
  for (size_t t = 0; t < r.steps; t++) {
    GCHK_TRY(add_state(&r, t, gates + t * r.samples * r.gates, error));
    forward_step(&r, t);
  }
  hand_out(&r, call->t[Y].value, r.h_n);
  hand_out(&r, call->t[CELLS].value, cell_carry(&r, C_N));
  return GCHK_OK;
}

/* da of step t; dc becomes that of the step before. */
static void backward_step(const recurrence *r, size_t t, const real *dh, real *dc) {
  const real *dy = (const real *)r->t[Y].grad + t * r->state, *c = (const real *)r->t[CELLS].value + t * r->state;
  const real *earlier = before(r, r->t[CELLS].value, cell_carry(r, C0), t);
  for (size_t k = 0; k < r->state; k++) {
    const lstm_gates gate = gates_of(r, r->t[GATES].value, t, k);
    const real i = *gate.i, f = *gate.f, g = *gate.g, o = *gate.o;
    const real of_state = dh[k] + dy[k], squashed = real_tanh(c[k]);
    const real of_cell = dc[k] + of_state * o * (1 - squashed * squashed);
    const lstm_gates da = gates_of(r, r->t[DA].value, t, k);
    *da.i = of_cell * g * i * (1 - i);
    *da.f = earlier != NULL ? of_cell * earlier[k] * f * (1 - f) : 0;
    *da.g = of_cell * i * (1 - g * g);
    *da.o = of_state * squashed * o * (1 - o);
    dc[k] = of_cell * f;
  }
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  const recurrence r = recurrence_of(call, H0);
  real *da = call->t[DA].value, *dh = call->t[DH].value, *dc = call->t[DC].value;
  begin_gradient(&r, dh, r.h_n);
  begin_gradient(&r, dc, cell_carry(&r, C_N));
  for (size_t t = r.steps; t-- > 0;) {
    backward_step(&r, t, dh, dc);
    GCHK_TRY(through_weights(&r, da + t * r.samples * r.gates, dh, 0, error));
  }
  end_gradient(&r, dh, r.h0);
  end_gradient(&r, dc, cell_carry(&r, C0));
  GCHK_TRY(leave_by_inputs(&r, da, error));
  return leave_by_states(&r, da, error);
}

#define ROWS                                                                                                           \
  RECURRENT_ROWS("4*H"),                                                                                               \
      [GATES] = GCHK_TENSOR("gates", GCHK_CACHE, "T N 4*H"), [CELLS] = GCHK_TENSOR("cells", GCHK_CACHE, "T N H"),      \
      [DA] = GCHK_TENSOR("da", GCHK_SCRATCH, "T N 4*H"), [DH] = GCHK_TENSOR("dh", GCHK_SCRATCH, "N H"),                \
      [DC] = GCHK_TENSOR("dc", GCHK_SCRATCH, "N H")
static const gchk_tensor_spec tensors[] = {ROWS};
static const gchk_tensor_spec carried_tensors[] = {
    ROWS, [H0] = CARRIED_IN("h0"), [H_N] = CARRIED_OUT("h_n"), [C0] = CARRIED_IN("c0"), [C_N] = CARRIED_OUT("c_n")};

DECLARE_LAYER(lstm);
DECLARE_LAYER(lstm_carried);
const gchk_layer LAYER(lstm) = {LAYER_HEAD(lstm, "lstm"), FROM_ZEROS(tensors, "4*H")};
const gchk_layer LAYER(lstm_carried) = {LAYER_HEAD(lstm_carried, "lstm"), CARRIED(carried_tensors, "4*H")};
