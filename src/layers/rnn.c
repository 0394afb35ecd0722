/*
 * rnn: plain recurrence over T steps, h[t] = tanh(x[t] W_ih^T + b_ih + h[t-1] W_hh^T + b_hh).
 *
 *     rnn: { x: a, H: 8 }                       from zeros
 *     rnn: { x: a, h0: h, H: 8, relu: 1 }       from h0, and with the last state as an output; relu in place of tanh
 *
 *     x (T, N, I),  w_ih (H, I),  w_hh (H, H),  b_ih, b_hh (H),  y (T, N, H) = h,  h0, h_n (N, H)
 *
 *     dh[t] = dy[t] + da[t+1] W_hh              behind the last step dh_n in place of what comes from t + 1
 *     da[t] = dh[t] (1 - h[t]^2)                relu: dh[t] where h[t] > 0, else 0
 *
 * The rest is in recurrence.h. Torch's nn.RNN, one layer, one direction. Elman, Finding structure in time (Cognitive
 * Science 14(2), 1990).
 */
#include "layers/recurrence.h"

enum { DA = OWN, DH, H0, H_N };
enum { RELU };

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const recurrence r = recurrence_of(call, H0);
  const bool is_relu = call->option[RELU] != 0;
  real *y = call->t[Y].value;
  GCHK_TRY(take_inputs(&r, y, error));
  for (size_t t = 0; t < r.steps; t++, y += r.state) {
    GCHK_TRY(add_state(&r, t, y, error));
    for (size_t k = 0; k < r.state; k++)
      y[k] = !is_relu ? real_tanh(y[k]) : y[k] > 0 ? y[k] : 0;
  }
  hand_out(&r, call->t[Y].value, r.h_n);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  const recurrence r = recurrence_of(call, H0);
  const bool is_relu = call->option[RELU] != 0;
  real *dh = call->t[DH].value;
  begin_gradient(&r, dh, r.h_n);
  for (size_t t = r.steps; t-- > 0;) {
    const real *y = (const real *)call->t[Y].value + t * r.state, *dy = (const real *)call->t[Y].grad + t * r.state;
    real *da = (real *)call->t[DA].value + t * r.state;
    for (size_t k = 0; k < r.state; k++)
      da[k] = (dh[k] + dy[k]) * (is_relu ? (real)(y[k] > 0) : 1 - y[k] * y[k]);
    GCHK_TRY(through_weights(&r, da, dh, 0, error));
  }
  end_gradient(&r, dh, r.h0);
  GCHK_TRY(leave_by_inputs(&r, call->t[DA].value, error));
  return leave_by_states(&r, call->t[DA].value, error);
}

#define ROWS                                                                                                           \
  RECURRENT_ROWS("H"), [DA] = GCHK_TENSOR("da", GCHK_SCRATCH, "T N H"), [DH] = GCHK_TENSOR("dh", GCHK_SCRATCH, "N H")
static const gchk_tensor_spec tensors[] = {ROWS};
static const gchk_tensor_spec carried_tensors[] = {ROWS, [H0] = CARRIED_IN("h0"), [H_N] = CARRIED_OUT("h_n")};

static const gchk_option_spec options[] = {
    [RELU] = {.name = "relu", .initial = 0, .minimum = 0, .maximum = 1, .doc = "1: max(a, 0) in place of tanh(a)"},
};

DECLARE_LAYER(rnn);
DECLARE_LAYER(rnn_carried);
const gchk_layer LAYER(rnn) = {LAYER_HEAD(rnn, "rnn"), GCHK_OPTION_TABLE(options), FROM_ZEROS(tensors, "H")};
const gchk_layer LAYER(rnn_carried) = {LAYER_HEAD(rnn_carried, "rnn"), GCHK_OPTION_TABLE(options),
                                       CARRIED(carried_tensors, "H")};
