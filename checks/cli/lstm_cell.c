/*
 * An LSTM cell in float: gates i f g o side by side, outputs h and c. With -DFORGET_DC its backward forgets the upstream
 * gradient of c: one mistake, which makes all six gradients wrong in every shape.
 */
#include <math.h>

#include "gradcheck/gradcheck.h"

enum { X, H_PREV, C_PREV, W, U, B, H_OUT, C_OUT, GATES };

static const gchk_tensor_spec tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N D"),       GCHK_TENSOR("h_prev", GCHK_INPUT, "N H"),
    GCHK_TENSOR("c_prev", GCHK_INPUT, "N H"),  GCHK_TENSOR("W", GCHK_PARAMETER, "D 4*H"),
    GCHK_TENSOR("U", GCHK_PARAMETER, "H 4*H"), GCHK_TENSOR("b", GCHK_PARAMETER, "4*H"),
    GCHK_TENSOR("h", GCHK_OUTPUT, "N H"),      GCHK_TENSOR("c", GCHK_OUTPUT, "N H"),
    GCHK_TENSOR("gates", GCHK_CACHE, "N 4*H"),
};

static float sigmoid(float x) {
  return 1 / (1 + expf(-x));
}

// gates = act(x W + h U + b), row n.
static void find_gates(const gchk_call *c, int n, int D, int H) {
  const float *x = c->t[X].value, *h = c->t[H_PREV].value, *w = c->t[W].value, *u = c->t[U].value, *b = c->t[B].value;
  float *gates = (float *)c->t[GATES].value + n * 4 * H;
  for (int k = 0; k < 4 * H; k++) {
    float sum = b[k];
    for (int d = 0; d < D; d++)
      sum += x[n * D + d] * w[d * 4 * H + k];
    for (int j = 0; j < H; j++)
      sum += h[n * H + j] * u[j * 4 * H + k];
    gates[k] = k / H == 2 ? tanhf(sum) : sigmoid(sum);
  }
}

GCHK_CALLBACK(forward, {
  const int N = gchk_int(c, "N"), D = gchk_int(c, "D"), H = gchk_int(c, "H");
  const float *before = c->t[C_PREV].value;
  float *h = c->t[H_OUT].value, *now = c->t[C_OUT].value;
  for (int n = 0; n < N; n++) {
    find_gates(c, n, D, H);
    const float *g = (const float *)c->t[GATES].value + n * 4 * H;
    for (int j = 0; j < H; j++) {
      now[n * H + j] = g[H + j] * before[n * H + j] + g[j] * g[2 * H + j];
      h[n * H + j] = g[3 * H + j] * tanhf(now[n * H + j]);
    }
  }
})

// `da` is the gradient of what gate k of row n is a function of.
static void add_gate(const gchk_call *c, int n, int k, float da, int D, int H) {
  const float *x = c->t[X].value, *h = c->t[H_PREV].value, *w = c->t[W].value, *u = c->t[U].value;
  float *dx = c->t[X].grad, *dh = c->t[H_PREV].grad, *dw = c->t[W].grad, *du = c->t[U].grad, *db = c->t[B].grad;
  db[k] += da;
  for (int d = 0; d < D; d++) {
    dw[d * 4 * H + k] += da * x[n * D + d];
    dx[n * D + d] += da * w[d * 4 * H + k];
  }
  for (int i = 0; i < H; i++) {
    du[i * 4 * H + k] += da * h[n * H + i];
    dh[n * H + i] += da * u[i * 4 * H + k];
  }
}

GCHK_CALLBACK(backward, {
  const int N = gchk_int(c, "N"), D = gchk_int(c, "D"), H = gchk_int(c, "H");
  const float *before = c->t[C_PREV].value, *now = c->t[C_OUT].value, *dh = c->t[H_OUT].grad, *dc = c->t[C_OUT].grad;
  float *dbefore = c->t[C_PREV].grad;
  for (int n = 0; n < N; n++) {
    const float *g = (const float *)c->t[GATES].value + n * 4 * H;
    for (int j = 0; j < H; j++) {
      const int at = n * H + j;
      const float i = g[j], f = g[H + j], a = g[2 * H + j], o = g[3 * H + j], t = tanhf(now[at]);
      float dct = dh[at] * o * (1 - t * t);
#ifndef FORGET_DC
      dct += dc[at];
#else
      (void)dc;
#endif
      dbefore[at] += dct * f;
      add_gate(c, n, j, dct * a * i * (1 - i), D, H);
      add_gate(c, n, H + j, dct * before[at] * f * (1 - f), D, H);
      add_gate(c, n, 2 * H + j, dct * i * (1 - a * a), D, H);
      add_gate(c, n, 3 * H + j, dh[at] * t * o * (1 - o), D, H);
    }
  }
})

static const gchk_layer cell = {"lstm_cell",           GCHK_HERE,          .dtype = GCHK_F32,
                                GCHK_TENSORS(tensors), .forward = forward, .backward = backward};
GCHK_PLUGIN(&cell)
