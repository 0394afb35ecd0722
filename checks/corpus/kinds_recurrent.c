/*
 * Recurrent layers. Gates of an LSTM in the order i f g o, of a GRU r z n.
 */
#include "corpus/real.h"

static real sigmoid(real x) {
  return R(1.0) / (R(1.0) + F(exp)(-x));
}

// z (B,G) = x (B,I) W (I,G) + h (B,H) U (H,G) + b
static void gates(real *z, const real *x, const real *w, const real *h, const real *u, const real *b, size_t B,
                  size_t I, size_t H, size_t G) {
  for (size_t n = 0; n < B; n++) {
    for (size_t k = 0; k < G; k++) {
      real sum = b[k];
      for (size_t i = 0; i < I; i++)
        sum += x[n * I + i] * w[i * G + k];
      for (size_t j = 0; j < H; j++)
        sum += h[n * H + j] * u[j * G + k];
      z[n * G + k] = sum;
    }
  }
}

// dx = dz W^T, dh = dz U^T, dW += x^T dz, dU += h^T dz, db += sum dz
static void gates_backward(real *dx, real *dw, real *dh, real *du, real *db, const real *dz, const real *x,
                           const real *w, const real *h, const real *u, size_t B, size_t I, size_t H, size_t G) {
  for (size_t n = 0; n < B; n++) {
    const real *d = dz + n * G;
    for (size_t i = 0; i < I; i++) {
      real sum = 0;
      for (size_t k = 0; k < G; k++) {
        sum += d[k] * w[i * G + k];
        dw[i * G + k] += x[n * I + i] * d[k];
      }
      dx[n * I + i] = sum;
    }
    for (size_t j = 0; j < H; j++) {
      real sum = 0;
      for (size_t k = 0; k < G; k++) {
        sum += d[k] * u[j * G + k];
        du[j * G + k] += h[n * H + j] * d[k];
      }
      dh[n * H + j] = sum;
    }
    for (size_t k = 0; k < G; k++)
      db[k] += d[k];
  }
}

// Activates z (B,4H) in place; c' = f c + i g, h' = o tanh(c').
static void lstm_step(real *h_new, real *c_new, real *z, const real *c_old, size_t B, size_t H) {
  for (size_t n = 0; n < B; n++) {
    real *gate = z + n * 4 * H;
    for (size_t j = 0; j < H; j++) {
      gate[j] = sigmoid(gate[j]);
      gate[H + j] = sigmoid(gate[H + j]);
      gate[2 * H + j] = F(tanh)(gate[2 * H + j]);
      gate[3 * H + j] = sigmoid(gate[3 * H + j]);
      c_new[n * H + j] = gate[H + j] * c_old[n * H + j] + gate[j] * gate[2 * H + j];
      h_new[n * H + j] = gate[3 * H + j] * F(tanh)(c_new[n * H + j]);
    }
  }
}

// Mistakes: 1 dc forgets what comes through h, 2 the forget gate's slope without (1 - f), 3 the wrong sign of dg.
static void lstm_step_backward(real *dz, real *dc_old, const real *dh, const real *dc, const real *z, const real *c_new,
                               const real *c_old, size_t B, size_t H, int wrong) {
  for (size_t n = 0; n < B; n++) {
    const real *gate = z + n * 4 * H;
    real *d = dz + n * 4 * H;
    for (size_t j = 0; j < H; j++) {
      const real i = gate[j], f = gate[H + j], g = gate[2 * H + j], o = gate[3 * H + j];
      const real t = F(tanh)(c_new[n * H + j]);
      const real through_h = wrong == 1 ? R(0.0) : dh[n * H + j] * o * (R(1.0) - t * t);
      const real total = dc[n * H + j] + through_h;
      d[j] = total * g * i * (R(1.0) - i);
      d[H + j] = total * c_old[n * H + j] * f * (wrong == 2 ? R(1.0) : R(1.0) - f);
      d[2 * H + j] = total * i * (R(1.0) - g * g) * (wrong == 3 ? R(-1.0) : R(1.0));
      d[3 * H + j] = dh[n * H + j] * t * o * (R(1.0) - o);
      dc_old[n * H + j] = total * f;
    }
  }
}

enum { CELL_X, CELL_H, CELL_C, CELL_W, CELL_U, CELL_B, CELL_Z, CELL_DZ, CELL_H_NEW, CELL_C_NEW };
static const gchk_tensor_spec lstm_cell_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B I"),       GCHK_TENSOR("h", GCHK_INPUT, "B H"),
    GCHK_TENSOR("c", GCHK_INPUT, "B H"),       GCHK_TENSOR("w", GCHK_PARAMETER, "I 4*H"),
    GCHK_TENSOR("u", GCHK_PARAMETER, "H 4*H"), GCHK_TENSOR("b", GCHK_PARAMETER, "4*H"),
    GCHK_TENSOR("gates", GCHK_CACHE, "B 4*H"), GCHK_TENSOR("dgates", GCHK_SCRATCH, "B 4*H"),
    GCHK_TENSOR("h_new", GCHK_OUTPUT, "B H"),  GCHK_TENSOR("c_new", GCHK_OUTPUT, "B H")};

PASS(lstm_cell_forward) {
  const size_t B = SIZE(B), I = SIZE(I), H = SIZE(H);
  gates(VALUE(CELL_Z), VALUE(CELL_X), VALUE(CELL_W), VALUE(CELL_H), VALUE(CELL_U), VALUE(CELL_B), B, I, H, 4 * H);
  lstm_step(VALUE(CELL_H_NEW), VALUE(CELL_C_NEW), VALUE(CELL_Z), VALUE(CELL_C), B, H);
  return GCHK_OK;
}

PASS(lstm_cell_backward) {
  const size_t B = SIZE(B), I = SIZE(I), H = SIZE(H);
  lstm_step_backward(VALUE(CELL_DZ), GRAD(CELL_C), GRAD(CELL_H_NEW), GRAD(CELL_C_NEW), VALUE(CELL_Z), VALUE(CELL_C_NEW),
                     VALUE(CELL_C), B, H, WRONG);
  gates_backward(GRAD(CELL_X), GRAD(CELL_W), GRAD(CELL_H), GRAD(CELL_U), GRAD(CELL_B), VALUE(CELL_DZ), VALUE(CELL_X),
                 VALUE(CELL_W), VALUE(CELL_H), VALUE(CELL_U), B, I, H, 4 * H);
  return GCHK_OK;
}
DEFINE_KIND(lstm_cell, lstm_cell_rows)

// The cell over T steps, from zeros; the states of all times are kept, time 0 first.
enum { SEQ_X, SEQ_W, SEQ_U, SEQ_B, SEQ_Z, SEQ_HS, SEQ_CS, SEQ_DZ, SEQ_DH, SEQ_DC, SEQ_DC_OLD, SEQ_Y };
static const gchk_tensor_spec lstm_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "T B I"),       GCHK_TENSOR("w", GCHK_PARAMETER, "I 4*H"),
    GCHK_TENSOR("u", GCHK_PARAMETER, "H 4*H"),   GCHK_TENSOR("b", GCHK_PARAMETER, "4*H"),
    GCHK_TENSOR("gates", GCHK_CACHE, "T B 4*H"), GCHK_TENSOR("hs", GCHK_CACHE, "T+1 B H"),
    GCHK_TENSOR("cs", GCHK_CACHE, "T+1 B H"),    GCHK_TENSOR("dgates", GCHK_SCRATCH, "B 4*H"),
    GCHK_TENSOR("dh", GCHK_SCRATCH, "B H"),      GCHK_TENSOR("dc", GCHK_SCRATCH, "B H"),
    GCHK_TENSOR("dc_old", GCHK_SCRATCH, "B H"),  GCHK_TENSOR("y", GCHK_OUTPUT, "T B H")};

PASS(lstm_forward) {
  const size_t B = SIZE(B), I = SIZE(I), H = SIZE(H), T = SIZE(T);
  real *hs = VALUE(SEQ_HS), *cs = VALUE(SEQ_CS);
  for (size_t i = 0; i < B * H; i++)
    hs[i] = cs[i] = 0;
  for (size_t t = 0; t < T; t++) {
    real *z = VALUE(SEQ_Z) + t * B * 4 * H;
    gates(z, VALUE(SEQ_X) + t * B * I, VALUE(SEQ_W), hs + t * B * H, VALUE(SEQ_U), VALUE(SEQ_B), B, I, H, 4 * H);
    lstm_step(hs + (t + 1) * B * H, cs + (t + 1) * B * H, z, cs + t * B * H, B, H);
    for (size_t i = 0; i < B * H; i++)
      VALUE(SEQ_Y)[t * B * H + i] = hs[(t + 1) * B * H + i];
  }
  return GCHK_OK;
}

// Mistake 4: the first time step is left out.
PASS(lstm_backward) {
  const size_t B = SIZE(B), I = SIZE(I), H = SIZE(H), T = SIZE(T);
  const real *hs = VALUE(SEQ_HS), *cs = VALUE(SEQ_CS);
  real *dh = VALUE(SEQ_DH), *dc = VALUE(SEQ_DC), *dc_old = VALUE(SEQ_DC_OLD);
  for (size_t i = 0; i < B * H; i++)
    dh[i] = dc[i] = 0;
  for (size_t i = 0; i < T * B * I; i++)
    GRAD(SEQ_X)[i] = 0;
  for (size_t t = T; t-- > (WRONG == 4 ? 1u : 0u);) {
    for (size_t i = 0; i < B * H; i++)
      dh[i] += GRAD(SEQ_Y)[t * B * H + i];
    lstm_step_backward(VALUE(SEQ_DZ), dc_old, dh, dc, VALUE(SEQ_Z) + t * B * 4 * H, cs + (t + 1) * B * H,
                       cs + t * B * H, B, H, WRONG);
    gates_backward(GRAD(SEQ_X) + t * B * I, GRAD(SEQ_W), dh, GRAD(SEQ_U), GRAD(SEQ_B), VALUE(SEQ_DZ),
                   VALUE(SEQ_X) + t * B * I, VALUE(SEQ_W), hs + t * B * H, VALUE(SEQ_U), B, I, H, 4 * H);
    for (size_t i = 0; i < B * H; i++)
      dc[i] = dc_old[i];
  }
  return GCHK_OK;
}
DEFINE_KIND(lstm, lstm_rows)

// h' = (1 - z) n + z h with n = tanh(x W_n + b_n + r (h U_n + c_n)); c is the bias of the recurrent part.
enum { GRU_X, GRU_H, GRU_W, GRU_U, GRU_B, GRU_BH, GRU_GATES, GRU_HN, GRU_Y };
static const gchk_tensor_spec gru_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B I"),       GCHK_TENSOR("h", GCHK_INPUT, "B H"),
    GCHK_TENSOR("w", GCHK_PARAMETER, "3*H I"), GCHK_TENSOR("u", GCHK_PARAMETER, "3*H H"),
    GCHK_TENSOR("bx", GCHK_PARAMETER, "3*H"),  GCHK_TENSOR("bh", GCHK_PARAMETER, "3*H"),
    GCHK_TENSOR("gates", GCHK_CACHE, "B 3*H"), GCHK_TENSOR("hn", GCHK_CACHE, "B H"),
    GCHK_TENSOR("h_new", GCHK_OUTPUT, "B H")};

static real dot(const real *a, const real *b, size_t count) {
  real sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += a[i] * b[i];
  return sum;
}

PASS(gru_forward) {
  const size_t B = SIZE(B), I = SIZE(I), H = SIZE(H);
  const real *w = VALUE(GRU_W), *u = VALUE(GRU_U), *bx = VALUE(GRU_B), *bh = VALUE(GRU_BH);
  for (size_t b = 0; b < B; b++) {
    const real *x = VALUE(GRU_X) + b * I, *h = VALUE(GRU_H) + b * H;
    real *gate = VALUE(GRU_GATES) + b * 3 * H;
    for (size_t j = 0; j < H; j++) {
      const real hn = dot(h, u + (2 * H + j) * H, H) + bh[2 * H + j];
      const real r = sigmoid(dot(x, w + j * I, I) + bx[j] + dot(h, u + j * H, H) + bh[j]);
      const real z = sigmoid(dot(x, w + (H + j) * I, I) + bx[H + j] + dot(h, u + (H + j) * H, H) + bh[H + j]);
      const real n = F(tanh)(dot(x, w + (2 * H + j) * I, I) + bx[2 * H + j] + r * hn);
      gate[j] = r;
      gate[H + j] = z;
      gate[2 * H + j] = n;
      VALUE(GRU_HN)[b * H + j] = hn;
      VALUE(GRU_Y)[b * H + j] = (R(1.0) - z) * n + z * h[j];
    }
  }
  return GCHK_OK;
}

// dx += d w, dw += d x for one gate of one unit.
static void gate_backward(real d, real *dx, real *dw, const real *x, const real *w, size_t count) {
  for (size_t i = 0; i < count; i++) {
    dx[i] += d * w[i];
    dw[i] += d * x[i];
  }
}

// Mistakes: 1 dh forgets z h, 2 the reset gate left out of the recurrent candidate, 3 dz with the wrong sign of n.
PASS(gru_backward) {
  const size_t B = SIZE(B), I = SIZE(I), H = SIZE(H);
  for (size_t b = 0; b < B; b++) {
    const real *x = VALUE(GRU_X) + b * I, *h = VALUE(GRU_H) + b * H, *gate = VALUE(GRU_GATES) + b * 3 * H;
    for (size_t j = 0; j < H; j++) {
      const real r = gate[j], z = gate[H + j], n = gate[2 * H + j], dy = GRAD(GRU_Y)[b * H + j];
      const real dn = dy * (R(1.0) - z) * (R(1.0) - n * n);
      const real dr = dn * VALUE(GRU_HN)[b * H + j] * r * (R(1.0) - r);
      const real dz = dy * (WRONG == 3 ? h[j] + n : h[j] - n) * z * (R(1.0) - z);
      const real d[3] = {dr, dz, dn}, dh[3] = {dr, dz, WRONG == 2 ? dn : dn * r};
      for (size_t g = 0; g < 3; g++) {
        const size_t row = g * H + j;
        gate_backward(d[g], GRAD(GRU_X) + b * I, GRAD(GRU_W) + row * I, x, VALUE(GRU_W) + row * I, I);
        gate_backward(dh[g], GRAD(GRU_H) + b * H, GRAD(GRU_U) + row * H, h, VALUE(GRU_U) + row * H, H);
        GRAD(GRU_B)[row] += d[g];
        GRAD(GRU_BH)[row] += dh[g];
      }
      if (WRONG != 1)
        GRAD(GRU_H)[b * H + j] += dy * z;
    }
  }
  return GCHK_OK;
}
DEFINE_KIND(gru, gru_rows)
