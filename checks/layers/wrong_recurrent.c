/*
 * Mistakes in the gradients of recurrent layers: backpropagation through time in double, written once more from the
 * formulas, with one of them wrong.
 */
#include <math.h>
#include <string.h>

#include "gradcheck/bind.h"
#include "layers/wrong_twins.h"

typedef enum mistake {
  RECURRENT_TERM_LOST, /* what comes back through W_hh */
  CARRY_LOST,          /* what comes back from h[t] to h[t-1], c[t] to c[t-1] beside it */
  SLOPE_OF_GATE,       /* the slope of one gate without its (1 - s) */
  SLOPE_OF_OUTPUT,     /* another slope of the tanh that the state goes through */
  RESET_LOST,          /* of a GRU: dah_n = dax_n, without the reset gate */
  NO_CARRY_IN,         /* dh0 = 0 */
  NO_CARRY_OUT         /* the gradient of h_n is not looked at */
} mistake;

enum { MOST = 4096 };

/* Element (n, j) of step t, and what is known of it. */
typedef struct unit {
  const gchk_call *c;
  size_t t, n, j, samples, units, gates;
  double dh;         /* of the state behind the step */
  double *dc;        /* of the cell behind the step, then before it */
  double *da, *da_h; /* of its gates by the input's product, and by the state's */
  double *direct;    /* dh before the step that does not go through W_hh */
} unit;

typedef void (*cell_fn)(const unit *u, mistake m);

static double cache(const unit *u, const char *name, size_t gate, size_t gates) {
  return value_of(tensor_called(u->c, name), (u->t * u->samples + u->n) * gates * u->units + gate * u->units + u->j);
}

/* A state before the step: of y or cells, or the carry that it begins with. */
static double earlier(const unit *u, const char *states, const char *first) {
  const size_t k = u->n * u->units + u->j;
  const gchk_tensor *carry = gchk_tensor_named(u->c, first);
  if (u->t > 0)
    return value_of(tensor_called(u->c, states), (u->t - 1) * u->samples * u->units + k);
  return carry != NULL ? value_of(carry, k) : 0;
}

static void lstm_cell(const unit *u, mistake m) {
  const double i = cache(u, "gates", 0, 4), f = cache(u, "gates", 1, 4), g = cache(u, "gates", 2, 4),
               o = cache(u, "gates", 3, 4), c = tanh(cache(u, "cells", 0, 1));
  const double dc = *u->dc + u->dh * o * (m == SLOPE_OF_OUTPUT ? 1 : 1 - c * c);
  u->da[0] = dc * g * i * (1 - i);
  u->da[u->units] = dc * earlier(u, "cells", "c0") * f * (m == SLOPE_OF_GATE ? 1 : 1 - f);
  u->da[2 * u->units] = dc * i * (1 - g * g);
  u->da[3 * u->units] = u->dh * c * o * (1 - o);
  *u->dc = m == CARRY_LOST ? 0 : dc * f;
  for (size_t k = 0; k < 4; k++)
    u->da_h[k * u->units] = u->da[k * u->units];
}

static void gru_cell(const unit *u, mistake m) {
  const double r = cache(u, "gates", 0, 3), z = cache(u, "gates", 1, 3), n = cache(u, "gates", 2, 3),
               ah_n = cache(u, "ah_n", 0, 1), h = earlier(u, "y", "h0");
  u->da[2 * u->units] = u->dh * (1 - z) * (m == SLOPE_OF_OUTPUT ? 1 : 1 - n * n);
  u->da[0] = u->da[2 * u->units] * ah_n * r * (m == SLOPE_OF_GATE ? 1 : 1 - r);
  u->da[u->units] = u->dh * (m == CARRY_LOST ? -n : h - n) * z * (1 - z);
  *u->direct = m == CARRY_LOST ? 0 : u->dh * z;
  for (size_t k = 0; k < 3; k++)
    u->da_h[k * u->units] = u->da[k * u->units] * (k == 2 && m != RESET_LOST ? r : 1);
}

static void rnn_cell(const unit *u, mistake m) {
  const double y = cache(u, "y", 0, 1);
  u->da[0] = u->da_h[0] = u->dh * (m == SLOPE_OF_OUTPUT ? 1 - y : 1 - y * y);
}

/* One step: the gates of all its elements, and dh of the state before it. */
static void step(const unit *of_step, cell_fn cell, mistake m, double *dh, double *dc) {
  static double next[MOST];
  unit u = *of_step;
  const gchk_tensor *w = tensor_called(u.c, "w_hh"), *y = tensor_called(u.c, "y");
  const size_t state = u.samples * u.units;
  for (size_t k = 0; k < state; k++) {
    const size_t row = (u.t * u.samples + k / u.units) * u.gates + k % u.units;
    unit one = u;
    one.n = k / u.units, one.j = k % u.units;
    one.dh = dh[k] + grad_of(y, u.t * state + k);
    one.dc = dc + k, one.direct = next + k;
    one.da = u.da + row, one.da_h = u.da_h + row;
    next[k] = 0;
    cell(&one, m);
  }
  for (size_t k = 0; k < state * u.gates && m != RECURRENT_TERM_LOST; k++) {
    const size_t n = k / u.gates / u.units, j = k / u.gates % u.units, gate = k % u.gates;
    next[n * u.units + j] += u.da_h[(u.t * u.samples + n) * u.gates + gate] * value_of(w, gate * u.units + j);
  }
  memcpy(dh, next, state * sizeof *dh);
}

static void add_to(const gchk_tensor *t, size_t i, double g) {
  set_grad(t, i, grad_of(t, i) + g);
}

static void clear(const gchk_call *c) {
  static const char *const names[] = {"x", "w_ih", "w_hh", "b_ih", "b_hh"};
  for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
    for (size_t i = 0; i < tensor_called(c, names[k])->count; i++)
      set_grad(tensor_called(c, names[k]), i, 0);
}

/* Gradients of x and all weights from da of all steps. */
static void leave(const unit *u, size_t rows) {
  const gchk_tensor *x = tensor_called(u->c, "x"), *w_ih = tensor_called(u->c, "w_ih"), *y = tensor_called(u->c, "y");
  const gchk_tensor *w_hh = tensor_called(u->c, "w_hh"), *h0 = gchk_tensor_named(u->c, "h0");
  const size_t inputs = x->shape.dim[2], first = u->samples;
  clear(u->c);
  for (size_t at = 0; at < rows * u->gates; at++) {
    const size_t row = at / u->gates, gate = at % u->gates;
    add_to(tensor_called(u->c, "b_ih"), gate, u->da[at]);
    add_to(tensor_called(u->c, "b_hh"), gate, u->da_h[at]);
    for (size_t i = 0; i < inputs; i++) {
      add_to(x, row * inputs + i, u->da[at] * value_of(w_ih, gate * inputs + i));
      add_to(w_ih, gate * inputs + i, u->da[at] * value_of(x, row * inputs + i));
    }
    for (size_t j = 0; j < u->units && (row >= first || h0 != NULL); j++)
      add_to(w_hh, gate * u->units + j,
             u->da_h[at] *
                 (row >= first ? value_of(y, (row - first) * u->units + j) : value_of(h0, row * u->units + j)));
  }
}

/* The gradient of a last state, or of a first one, where the table has it. */
static void begin(const gchk_call *c, const char *name, size_t state, double *d, mistake m) {
  const gchk_tensor *last = gchk_tensor_named(c, name);
  for (size_t k = 0; k < state; k++)
    d[k] = last != NULL && m != NO_CARRY_OUT ? grad_of(last, k) : 0;
}

static void end(const gchk_call *c, const char *name, size_t state, const double *d, mistake m) {
  const gchk_tensor *first = gchk_tensor_named(c, name);
  for (size_t k = 0; first != NULL && k < state; k++)
    set_grad(first, k, m == NO_CARRY_IN ? 0 : d[k]);
}

static void through_time(const gchk_call *c, cell_fn cell, mistake m) {
  static double dh[MOST], dc[MOST], da[MOST], da_h[MOST];
  const gchk_tensor *y = tensor_called(c, "y");
  unit u = {.c = c, .samples = y->shape.dim[1], .units = y->shape.dim[2], .da = da, .da_h = da_h};
  const size_t state = u.samples * u.units;
  u.gates = tensor_called(c, "w_hh")->shape.dim[0];
  begin(c, "h_n", state, dh, m);
  begin(c, "c_n", state, dc, m);
  for (u.t = y->shape.dim[0]; u.t-- > 0;)
    step(&u, cell, m, dh, dc);
  end(c, "h0", state, dh, m);
  end(c, "c0", state, dc, m);
  leave(&u, y->shape.dim[0] * u.samples);
}

#define MISTAKE(name, cell, which)                                                                                     \
  static void name(const gchk_call *c) {                                                                               \
    through_time(c, cell, which);                                                                                      \
  }
MISTAKE(lstm_recurrent, lstm_cell, RECURRENT_TERM_LOST)
MISTAKE(lstm_cell_carry, lstm_cell, CARRY_LOST)
MISTAKE(lstm_forget_slope, lstm_cell, SLOPE_OF_GATE)
MISTAKE(lstm_cell_slope, lstm_cell, SLOPE_OF_OUTPUT)
MISTAKE(lstm_no_carry_in, lstm_cell, NO_CARRY_IN)
MISTAKE(lstm_no_carry_out, lstm_cell, NO_CARRY_OUT)
MISTAKE(gru_recurrent, gru_cell, RECURRENT_TERM_LOST)
MISTAKE(gru_carry, gru_cell, CARRY_LOST)
MISTAKE(gru_reset, gru_cell, RESET_LOST)
MISTAKE(gru_reset_slope, gru_cell, SLOPE_OF_GATE)
MISTAKE(gru_no_carry_out, gru_cell, NO_CARRY_OUT)
MISTAKE(rnn_recurrent, rnn_cell, RECURRENT_TERM_LOST)
MISTAKE(rnn_slope, rnn_cell, SLOPE_OF_OUTPUT)
MISTAKE(rnn_no_carry_in, rnn_cell, NO_CARRY_IN)

#define TERM "path-lost one-contribution-only right-at-first-only contributions-lost unclassified"
const wrong_twin wrong_recurrent[] = {
    {.layer = "gru", .what = "recurrent term lost", .spoil = gru_recurrent, .codes = TERM},
    {.layer = "gru", .what = "h[t-1] lost", .spoil = gru_carry, .codes = TERM, .with = "h0"},
    {.layer = "gru", .what = "r lost in dah_n", .spoil = gru_reset, .codes = TERM},
    {.layer = "gru", .what = "r for r (1 - r)", .spoil = gru_reset_slope, .codes = TERM, .with = "h0"},
    {.layer = "gru", .what = "dh_n lost", .spoil = gru_no_carry_out, .codes = TERM, .with = "h0"},
    {.layer = "lstm", .what = "recurrent term lost", .spoil = lstm_recurrent, .codes = TERM},
    {.layer = "lstm", .what = "cell's carry lost", .spoil = lstm_cell_carry, .codes = TERM},
    {.layer = "lstm", .what = "f for f (1 - f)", .spoil = lstm_forget_slope, .codes = TERM, .with = "c0"},
    {.layer = "lstm", .what = "slope of tanh(c) lost", .spoil = lstm_cell_slope, .codes = TERM, .with = "c0"},
    {.layer = "lstm", .what = "dh0 lost", .spoil = lstm_no_carry_in, .codes = "zero-gradient", .with = "h0"},
    {.layer = "lstm", .what = "dh_n lost", .spoil = lstm_no_carry_out, .codes = TERM, .with = "h0"},
    {.layer = "rnn", .what = "recurrent term lost", .spoil = rnn_recurrent, .codes = TERM},
    {.layer = "rnn", .what = "1 - y for 1 - y^2", .spoil = rnn_slope, .codes = "wrong-derivative unclassified"},
    {.layer = "rnn", .what = "dh0 lost", .spoil = rnn_no_carry_in, .codes = "zero-gradient", .with = "h0"},
    {.layer = NULL},
};
