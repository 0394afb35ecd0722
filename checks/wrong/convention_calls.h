/*
 * Layers that are called in other ways than forward, then backward, with buffers of their own: in place, once after
 * each forward, the upstream gradient set after forward, a training step, step by step through time, no backward.
 *
 * Compiled for double and for float: the including file sets `real`, REAL_DTYPE and NAMED(id), its own name of a layer.
 * The kernels are as libraries have them; what lies between "wrapping" and "end" is all that it takes to check one.
 */
#include <stdlib.h>

#include "toolbox.h"

enum { NONE };

#define X(i)     ((real *)c->t[i].value)
#define D(i)     ((real *)c->t[i].grad)
#define INT(one) gchk_int(c, #one)
#define CALLED(id, label, table, f, b, which, ...)                                                                     \
  extern const gchk_layer NAMED(id);                                                                                   \
  const gchk_layer NAMED(id) = {.name = (label),                                                                       \
                                GCHK_HERE,                                                                             \
                                .dtype = REAL_DTYPE,                                                                   \
                                GCHK_TENSORS(table),                                                                   \
                                .forward = (f),                                                                        \
                                .backward = (b),                                                                       \
                                .user = &(int){which},                                                                 \
                                __VA_ARGS__};

static real of(double x) {
  return (real)x;
}

/* ---- in place: x becomes y, dy becomes dx ---- */

static void relu_inplace(real *x, int n) {
  for (int i = 0; i < n; i++)
    x[i] = x[i] > 0 ? x[i] : 0;
}

static void relu_inplace_backward(real *d, const real *y, int n, int made) {
  for (int i = 0; i < n; i++)
    if (made ? !(y[i] < 0) : !(y[i] > 0)) // wrong: where x was negative y is 0
      d[i] = 0;
}

/* wrapping: in place */
static const gchk_tensor_spec relu_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C", .keep_away = 0.05),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N C", .in_place_of = "x")};
GCHK_CALLBACK(relu_f, relu_inplace(c->t[0].value, INT(N) * INT(C)))
GCHK_CALLBACK(relu_b, relu_inplace_backward(c->t[0].grad, c->t[0].value, INT(N) * INT(C), mistake(c)))
/* end */

CALLED(in_place_relu, "relu in place", relu_tensors, relu_f, relu_b, NONE, .time = NULL)
CALLED(in_place_relu_wrong, "relu in place, the sign of x looked for in y", relu_tensors, relu_f, relu_b, 1,
       .time = NULL)

/* x sigmoid(x), with s = sigmoid(x) kept: dx = dy (s + x s (1 - s)), and x s is y. */
static void silu_inplace(real *x, real *s, int n) {
  for (int i = 0; i < n; i++) {
    s[i] = of(1 / (1 + exp(-(double)x[i])));
    x[i] *= s[i];
  }
}

static void silu_inplace_backward(real *d, const real *y, const real *s, int n, int made) {
  for (int i = 0; i < n; i++) // wrong: takes what is in the buffer for x
    d[i] *= s[i] + (made ? y[i] * s[i] : y[i]) * (1 - s[i]);
}

static const gchk_tensor_spec silu_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                GCHK_TENSOR("s", GCHK_CACHE, "N C"),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N C", .in_place_of = "x")};
GCHK_CALLBACK(silu_f, silu_inplace(c->t[0].value, c->t[1].value, INT(N) * INT(C)))
GCHK_CALLBACK(silu_b, silu_inplace_backward(c->t[2].grad, c->t[2].value, c->t[1].value, INT(N) * INT(C), mistake(c)))
CALLED(in_place_silu, "silu in place", silu_tensors, silu_f, silu_b, NONE, .time = NULL)
CALLED(in_place_silu_wrong, "silu in place, the overwritten x read in backward", silu_tensors, silu_f, silu_b, 1,
       .time = NULL)

static void tanh_inplace(real *x, int n) {
  for (int i = 0; i < n; i++)
    x[i] = of(tanh((double)x[i]));
}

static void tanh_inplace_backward(real *d, const real *y, int n, int made) {
  for (int i = 0; i < n; i++) {
    const real t = made ? of(tanh((double)y[i])) : y[i]; // wrong: tanh once more
    d[i] *= 1 - t * t;
  }
}

static const gchk_tensor_spec tanh_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N C", .in_place_of = "x")};
GCHK_CALLBACK(tanh_f, tanh_inplace(c->t[0].value, INT(N) * INT(C)))
GCHK_CALLBACK(tanh_b, tanh_inplace_backward(c->t[0].grad, c->t[1].value, INT(N) * INT(C), mistake(c)))
CALLED(in_place_tanh, "tanh in place", tanh_tensors, tanh_f, tanh_b, NONE, .time = NULL)
CALLED(in_place_tanh_wrong, "tanh in place, y taken for x", tanh_tensors, tanh_f, tanh_b, 1, .time = NULL)

/* Pairs of q and of k turned by an angle that grows with the row: two outputs in place, and a struct that is bound. */
static void rotate_inplace(real *x, int rows, int pairs, double sign, int made) {
  for (int r = 0; r < rows; r++) {
    for (int p = 0; p < pairs; p++) {
      real *a = x + 2 * (r * pairs + p), *b = a + 1;
      const real co = of(cos(0.3 * r + 0.1 * p)), si = of(sign * sin(0.3 * r + 0.1 * p));
      const real first = *a;
      *a = first * co - *b * si;
      *b = *b * co + (made ? *a : first) * si; // wrong: of the new first one
    }
  }
}

typedef struct rotary {
  real *q, *k, *dq, *dk;
} rotary;

static const gchk_tensor_spec rotary_tensors[] = {GCHK_TENSOR("q", GCHK_INPUT, "T 2*P"),
                                                  GCHK_TENSOR("k", GCHK_INPUT, "T 2*P"),
                                                  GCHK_TENSOR("q_out", GCHK_OUTPUT, "T 2*P", .in_place_of = "q"),
                                                  GCHK_TENSOR("k_out", GCHK_OUTPUT, "T 2*P", .in_place_of = "k")};

static gchk_status rotary_create(const gchk_call *c, void **state, gchk_error *error) {
  (void)c;
  *state = calloc(1, sizeof(rotary));
  return *state != NULL ? GCHK_OK : gchk_fail(error, GCHK_NO_MEMORY, "no memory");
}

CALL(rotary_bind) {
  *(rotary *)c->state = (rotary){X(0), X(1), D(0), D(1)};
}

CALL(rotary_f) {
  const rotary *r = c->state;
  rotate_inplace(r->q, INT(T), INT(P), 1, 0);
  rotate_inplace(r->k, INT(T), INT(P), 1, 0);
}

CALL(rotary_b) {
  const rotary *r = c->state;
  rotate_inplace(r->dq, INT(T), INT(P), -1, 0);
  rotate_inplace(r->dk, INT(T), INT(P), -1, mistake(c));
}

CALLED(in_place_rotary, "rotary in place", rotary_tensors, rotary_f, rotary_b, NONE, .create = rotary_create,
       .destroy = free, .bind = rotary_bind)
CALLED(in_place_rotary_wrong, "rotary in place, overwritten too early in backward", rotary_tensors, rotary_f, rotary_b,
       1, .create = rotary_create, .destroy = free, .bind = rotary_bind)

/* ---- once after each forward ---- */

/* y = e sigmoid(e) g; backward puts the gradients where e and g were saved, as fused kernels do. */
static void swiglu(real *y, real *e_saved, real *g_saved, const real *e, const real *g, int n) {
  for (int i = 0; i < n; i++) {
    e_saved[i] = e[i];
    g_saved[i] = g[i];
    y[i] = of((double)e[i] / (1 + exp(-(double)e[i]))) * g[i];
  }
}

static void swiglu_backward(real *de, real *dg, real *e, real *g, const real *dy, int n, int made) {
  for (int i = 0; i < n; i++) {
    const real old = e[i], s = of(1 / (1 + exp(-(double)old)));
    e[i] = dy[i] * g[i] * s * (1 + old * (1 - s));
    g[i] = dy[i] * (made ? e[i] : old) * s; // wrong: e holds its gradient by now
  }
  memcpy(de, e, (size_t)n * sizeof *de);
  memcpy(dg, g, (size_t)n * sizeof *dg);
}

/* wrapping: once after each forward */
static const gchk_tensor_spec swiglu_tensors[] = {
    GCHK_TENSOR("e", GCHK_INPUT, "N C"), GCHK_TENSOR("g", GCHK_INPUT, "N C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N C"),
    GCHK_TENSOR("e_saved", GCHK_CACHE, "N C"), GCHK_TENSOR("g_saved", GCHK_CACHE, "N C")};
GCHK_CALLBACK(swiglu_f, swiglu(X(2), X(3), X(4), X(0), X(1), INT(N) * INT(C)))
GCHK_CALLBACK(swiglu_b, swiglu_backward(D(0), D(1), X(3), X(4), D(2), INT(N) * INT(C), mistake(c)))
/* end */

CALLED(once_swiglu, "swiglu, gradients in the caches", swiglu_tensors, swiglu_f, swiglu_b, NONE,
       .flags = GCHK_CONSUMES_CACHE)
CALLED(once_swiglu_wrong, "swiglu, a cache overwritten before its last use", swiglu_tensors, swiglu_f, swiglu_b, 1,
       .flags = GCHK_CONSUMES_CACHE)
CALLED(once_undeclared, "swiglu, gradients in the caches, undeclared", swiglu_tensors, swiglu_f, swiglu_b, NONE,
       .flags = 0)

/* y = x^3; forward allocates what backward frees, and a second backward fails. */
typedef struct saved {
  real *squares;
} saved;

static const gchk_tensor_spec cube_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

static gchk_status cube_create(const gchk_call *c, void **state, gchk_error *error) {
  (void)c;
  *state = calloc(1, sizeof(saved));
  return *state != NULL ? GCHK_OK : gchk_fail(error, GCHK_NO_MEMORY, "no memory");
}

CALL(cube_reset) {
  saved *s = c->state;
  free(s->squares);
  s->squares = NULL;
}

static void cube_destroy(void *state) {
  free(((saved *)state)->squares);
  free(state);
}

static gchk_status cube_f(const gchk_call *c, gchk_error *error) {
  saved *s = c->state;
  s->squares = malloc((c->t[0].count + 1) * sizeof *s->squares);
  if (s->squares == NULL)
    return gchk_fail(error, GCHK_NO_MEMORY, "no memory");
  for (size_t i = 0; i < c->t[0].count; i++) {
    s->squares[i] = X(0)[i] * X(0)[i];
    X(1)[i] = s->squares[i] * X(0)[i];
  }
  return GCHK_OK;
}

static gchk_status cube_b(const gchk_call *c, gchk_error *error) {
  saved *s = c->state;
  if (s->squares == NULL)
    return gchk_fail(error, GCHK_LAYER_FAILED, "backward came twice");
  for (size_t i = 0; i < c->t[0].count; i++)
    D(0)[i] += (mistake(c) ? 2 : 3) * s->squares[i] * D(1)[i];
  free(s->squares);
  s->squares = NULL;
  return GCHK_OK;
}

CALLED(once_freed, "cube, backward frees", cube_tensors, cube_f, cube_b, NONE, .create = cube_create,
       .destroy = cube_destroy, .reset = cube_reset, .flags = GCHK_CONSUMES_CACHE)
CALLED(once_freed_wrong, "cube, backward frees, 2 for 3", cube_tensors, cube_f, cube_b, 1, .create = cube_create,
       .destroy = cube_destroy, .reset = cube_reset, .flags = GCHK_CONSUMES_CACHE)

/* ---- the upstream gradient is set after forward ---- */

/* y = w x / r, r^2 = mean x^2 + 0.1, a row at a time: forward works in dx, and clears dw. */
static void rms_forward(real *y, real *rstd, real *dx, real *dw, real *dy, const real *x, const real *w, int n, int k,
                        int made) {
  memset(dw, 0, (size_t)k * sizeof *dw);
  for (int r = 0; r < n; r++) {
    real *squares = dx + r * k, sum = 0;
    for (int i = 0; i < k; i++)
      sum += squares[i] = x[r * k + i] * x[r * k + i];
    rstd[r] = 1 / of(sqrt((double)sum / k + 0.1));
    for (int i = 0; i < k; i++)
      y[r * k + i] = w[i] * x[r * k + i] * rstd[r];
    if (made) // wrong: for backward, which finds the upstream gradient there
      dy[r * k] = rstd[r];
  }
}

// dx = (w dy - x r^-2 mean(w dy x)) / r, added; dw += dy x / r.
static void rms_backward(real *dx, real *dw, const real *dy, const real *rstd, const real *x, const real *w, int n,
                         int k, int made) {
  for (int r = 0; r < n; r++) {
    real mean = 0;
    const real s = made ? dy[r * k] : rstd[r];
    for (int i = 0; i < k; i++)
      mean += w[i] * dy[r * k + i] * x[r * k + i] / of(k);
    for (int i = 0; i < k; i++) {
      dx[r * k + i] += (w[i] * dy[r * k + i] - x[r * k + i] * s * s * mean) * s;
      dw[i] += dy[r * k + i] * x[r * k + i] * s;
    }
  }
}

/* wrapping: upstream after forward */
static const gchk_tensor_spec rms_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C", .grad = GCHK_GRAD_ACCUMULATE),
                                               GCHK_TENSOR("w", GCHK_PARAMETER, "C", .grad = GCHK_GRAD_ACCUMULATE),
                                               GCHK_TENSOR("y", GCHK_OUTPUT, "N C"),
                                               GCHK_TENSOR("rstd", GCHK_CACHE, "N")};
GCHK_CALLBACK(rms_f, rms_forward(X(2), X(3), D(0), D(1), D(2), X(0), X(1), INT(N), INT(C), mistake(c)))
GCHK_CALLBACK(rms_b, rms_backward(D(0), D(1), D(2), X(3), X(0), X(1), INT(N), INT(C), mistake(c)))
/* end */

CALLED(upstream_after, "rms norm, forward works in gradients", rms_tensors, rms_f, rms_b, NONE,
       .flags = GCHK_UPSTREAM_AFTER_FORWARD)
CALLED(upstream_after_wrong, "rms norm, forward leaves something in the upstream gradient", rms_tensors, rms_f, rms_b,
       1, .flags = GCHK_UPSTREAM_AFTER_FORWARD)
CALLED(upstream_after_undeclared, "rms norm, forward works in gradients, undeclared", rms_tensors, rms_f, rms_b, NONE,
       .flags = 0)

/* ---- a training step: w -= rate dw, and no dw ---- */

static void dense(real *y, const real *x, const real *w, int n, int k, int m) {
  for (int r = 0; r < n; r++) {
    for (int o = 0; o < m; o++) {
      real sum = 0;
      for (int i = 0; i < k; i++)
        sum += x[r * k + i] * w[i * m + o];
      y[r * m + o] = sum + of(0.5) * sum * sum;
    }
  }
}

enum { NEW_WEIGHTS = 1, MEAN, DECAY };

static void dense_step(real *dx, real *w, const real *dy, const real *x, int n, int k, int m, real rate, int made) {
  real *step = calloc((size_t)(k * m), sizeof *step);
  for (int r = 0; r < n && step != NULL; r++) {
    for (int o = 0; o < m; o++) {
      real sum = 0;
      for (int i = 0; i < k; i++)
        sum += x[r * k + i] * w[i * m + o];
      const real d = dy[r * m + o] * (1 + sum);
      for (int i = 0; i < k; i++) {
        dx[r * k + i] += d * w[i * m + o];
        if (made == NEW_WEIGHTS) // wrong: the next row gets the gradient at the weights that this one changed
          w[i * m + o] -= rate * d * x[r * k + i];
        else
          step[i * m + o] += (made == MEAN ? 1 / of(n) : 1) * d * x[r * k + i];
      }
    }
  }
  for (int i = 0; i < k * m && step != NULL && made != NEW_WEIGHTS; i++)
    w[i] -= rate * (step[i] + (made == DECAY ? of(0.1) * w[i] : 0));
  free(step);
}

/* wrapping: a training step */
static const gchk_tensor_spec dense_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N K"), GCHK_TENSOR("w", GCHK_PARAMETER, "K M"), GCHK_TENSOR("y", GCHK_OUTPUT, "N M")};
GCHK_CALLBACK(dense_f, dense(X(2), X(0), X(1), INT(N), INT(K), INT(M)))
GCHK_CALLBACK(dense_b, dense_step(D(0), X(1), D(2), X(0), INT(N), INT(K), INT(M), of(0.1), mistake(c)))
/* end */

#define STEP(id, label, which) CALLED(id, label, dense_tensors, dense_f, dense_b, which, .learning_rate = 0.1)
STEP(step_dense, "dense, a training step", NONE)
STEP(step_dense_new_weights, "dense, a training step on weights that change on the way", NEW_WEIGHTS)
STEP(step_dense_mean, "dense, a training step with a mean for the sum", MEAN)
STEP(step_dense_decay, "dense, a training step with weight decay", DECAY)

/* The rate is an option, and small: the gradient is what is left of w - w' after rounding. */
static const gchk_option_spec step_options[] = {{"momentum", 0, 0, 1, "unused"}, {"rate", 0.01, 1e-6, 1, "of a step"}};
GCHK_CALLBACK(dense_option_b, dense_step(D(0), X(1), D(2), X(0), INT(N), INT(K), INT(M), of(c->option[1]), mistake(c)))
CALLED(step_option, "dense, a training step whose rate is an option", dense_tensors, dense_f, dense_option_b, NONE,
       GCHK_OPTION_TABLE(step_options), .learning_rate_option = "rate")
CALLED(step_option_wrong, "dense, the rate an option, weights that change on the way", dense_tensors, dense_f,
       dense_option_b, NEW_WEIGHTS, GCHK_OPTION_TABLE(step_options), .learning_rate_option = "rate")

/* ---- step by step through time, with a carry ---- */

enum { CARRY_LOST = 1, LAST_STEP, OVERWRITTEN };

/*
 * h_t = tanh(x_t + u h_(t-1)), h_(-1) = 1/2, all (B,H); `carry` is h_(t-1) on the way in and h_t on the way out, and
 * `before` keeps it.
 */
static void rnn_step(real *y, real *before, real *carry, const real *x, const real *u, int B, int H, bool is_first) {
  for (int i = 0; i < B * H; i++)
    before[i] = is_first ? of(0.5) : carry[i];
  for (int b = 0; b < B; b++) {
    for (int i = 0; i < H; i++) {
      real sum = x[b * H + i];
      for (int j = 0; j < H; j++)
        sum += u[i * H + j] * before[b * H + j];
      y[b * H + i] = of(tanh((double)sum));
    }
  }
  memcpy(carry, y, (size_t)(B * H) * sizeof *carry);
}

// da = (dy + dcarry) (1 - h^2), dx = da, du += da h_(t-1)^T, dcarry = u^T da
static void rnn_step_backward(real *dx, real *du, real *dcarry, const real *dy, const real *y, const real *before,
                              const real *u, int B, int H, int made) {
  if (made == OVERWRITTEN) // wrong: du of the first step alone is left
    memset(du, 0, (size_t)(H * H) * sizeof *du);
  for (int b = 0; b < B; b++) {
    for (int i = 0; i < H; i++) {
      const real h = y[b * H + i], d = dy[b * H + i] + (made == CARRY_LOST ? 0 : dcarry[b * H + i]);
      dx[b * H + i] = d * (1 - h * h);
      for (int j = 0; j < H; j++)
        du[i * H + j] += dx[b * H + i] * before[b * H + j];
    }
    for (int j = 0; j < H; j++) {
      dcarry[b * H + j] = 0;
      for (int i = 0; i < H; i++)
        dcarry[b * H + j] += u[i * H + j] * dx[b * H + i];
    }
  }
}

/* wrapping: step by step through time */
static const gchk_tensor_spec rnn_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "T B H"), GCHK_TENSOR("u", GCHK_PARAMETER, "H H"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "T B H"), GCHK_TENSOR("before", GCHK_CACHE, "T B H"),
    GCHK_TENSOR("carry", GCHK_CACHE, "B H", .grad = GCHK_GRAD_SCRATCH)};
#define AT(p, t) ((p) + (t)*SIZE(B) * SIZE(H))
GCHK_CALLBACK(rnn_f, rnn_step(AT(X(2), c->time), AT(X(3), c->time), X(4), AT(X(0), c->time), X(1), INT(B), INT(H),
                              c->time == 0))
GCHK_CALLBACK(rnn_b, rnn_step_backward(AT(D(0), c->time), D(1), D(4), AT(D(2), c->time), AT(X(2), c->time),
                                       AT(X(3), mistake(c) == LAST_STEP ? SIZE(T) - 1 : c->time), X(1), INT(B), INT(H),
                                       mistake(c)))
/* end */

#define TIMED(id, label, which) CALLED(id, label, rnn_tensors, rnn_f, rnn_b, which, .time = "T")
TIMED(time_rnn, "rnn, a call a step", NONE)
TIMED(time_rnn_carry_lost, "rnn, a call a step, the carry's gradient forgotten", CARRY_LOST)
TIMED(time_rnn_last_step, "rnn, a call a step, the last step's cache for all", LAST_STEP)
TIMED(time_rnn_overwritten, "rnn, a call a step, du overwritten by every step", OVERWRITTEN)

/* ---- no backward ---- */

static const gchk_tensor_spec forward_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                   GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
GCHK_CALLBACK(forward_f, memcpy(c->t[1].value, c->t[0].value, c->t[0].count * sizeof(real)))
CALLED(no_backward, "a copy without a backward", forward_tensors, forward_f, NULL, NONE, .time = NULL)
