/*
 * Layers of which another mistake's claim is true by accident: at one base point, for a coarse precision, or because the
 * layer has a shape in which every mistake looks like that. In the precision of the file that includes this: REAL, DTYPE
 * and NAME(id).
 */
#include <math.h>
#include <stdlib.h>

#include "coincidence_list.h"
#include "gradcheck/gradcheck.h"

#define V(i)      ((REAL *)c->t[i].value)
#define G(i)      ((REAL *)c->t[i].grad)
#define SIZE(n)   gchk_size(c, #n)
#define FOR(i, n) for (size_t i = 0; i < (n); i++)
#define R(x)      ((REAL)(x))
#define MADE      (*(const int *)c->layer->user)

#define LAYER(id, table, f, b, mistake, ...)                                                                           \
  const gchk_layer NAME(id) = {.name = #id,                                                                            \
                               .dtype = DTYPE,                                                                         \
                               GCHK_TENSORS(table),                                                                    \
                               .forward = (f),                                                                         \
                               .backward = (b),                                                                        \
                               .user = &(int){mistake},                                                                \
                               __VA_ARGS__};

static REAL logistic(REAL x) {
  return 1 / (1 + R(exp(-(double)x)));
}
static REAL tangent(REAL x) {
  return R(tanh((double)x));
}
static REAL root(REAL x) {
  return R(sqrt((double)x));
}

/* An LSTM cell; gates i f g o side by side. Saturated gates fall with the inputs as an eps does, for a while. */
enum { X, H_PREV, C_PREV, W, U, BIAS, H, C, GATES };
static const gchk_tensor_spec cell_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N D"),       GCHK_TENSOR("h_prev", GCHK_INPUT, "N H"),
    GCHK_TENSOR("c_prev", GCHK_INPUT, "N H"),  GCHK_TENSOR("W", GCHK_PARAMETER, "D 4*H"),
    GCHK_TENSOR("U", GCHK_PARAMETER, "H 4*H"), GCHK_TENSOR("b", GCHK_PARAMETER, "4*H"),
    GCHK_TENSOR("h", GCHK_OUTPUT, "N H"),      GCHK_TENSOR("c", GCHK_OUTPUT, "N H"),
    GCHK_TENSOR("gates", GCHK_CACHE, "N 4*H")};
static void cell(const gchk_call *c) {
  const size_t h = SIZE(H), d = SIZE(D);
  FOR(n, SIZE(N)) {
    REAL *g = V(GATES) + n * 4 * h;
    FOR(k, 4 * h) {
      REAL s = V(BIAS)[k];
      FOR(i, d) s += V(X)[n * d + i] * V(W)[i * 4 * h + k];
      FOR(j, h) s += V(H_PREV)[n * h + j] * V(U)[j * 4 * h + k];
      g[k] = k / h == 2 ? tangent(s) : logistic(s);
    }
    FOR(j, h) {
      V(C)[n * h + j] = g[h + j] * V(C_PREV)[n * h + j] + g[j] * g[2 * h + j];
      V(H)[n * h + j] = g[3 * h + j] * tangent(V(C)[n * h + j]);
    }
  }
}
enum { ONE_MINUS_T = 1, T_LOST, C_FOR_C_PREV, DC_LOST };
static void cell_back(const gchk_call *c) {
  const size_t h = SIZE(H), d = SIZE(D);
  FOR(n, SIZE(N)) FOR(j, h) {
    const REAL *g = V(GATES) + n * 4 * h, t = tangent(V(C)[n * h + j]), dh = G(H)[n * h + j];
    const REAL i = g[j], f = g[h + j], u = g[2 * h + j], o = g[3 * h + j];
    const REAL slope = MADE == ONE_MINUS_T ? 1 - t : MADE == T_LOST ? 1 : 1 - t * t;
    const REAL dc = (MADE == DC_LOST ? 0 : G(C)[n * h + j]) + dh * o * slope;
    const REAL before = V(MADE == C_FOR_C_PREV ? C : C_PREV)[n * h + j];
    const REAL da[] = {dc * u * i * (1 - i), dc * before * f * (1 - f), dc * i * (1 - u * u), dh * t * o * (1 - o)};
    G(C_PREV)[n * h + j] += dc * f;
    FOR(q, 4) {
      const size_t k = q * h + j;
      G(BIAS)[k] += da[q];
      FOR(r, d) {
        G(W)[r * 4 * h + k] += da[q] * V(X)[n * d + r];
        G(X)[n * d + r] += da[q] * V(W)[r * 4 * h + k];
      }
      FOR(r, h) {
        G(U)[r * 4 * h + k] += da[q] * V(H_PREV)[n * h + r];
        G(H_PREV)[n * h + r] += da[q] * V(U)[r * 4 * h + k];
      }
    }
  }
}
GCHK_CALLBACK(cell_forward, cell(c))
GCHK_CALLBACK(cell_backward, cell_back(c))
#define CELL(id, mistake) LAYER(id, cell_rows, cell_forward, cell_backward, mistake, .sizes = "N=2 D=3 H=3")
CELL(cell_right, 0)
CELL(cell_one_minus_t, ONE_MINUS_T)
CELL(cell_t_lost, T_LOST)
CELL(cell_c_for_c_prev, C_FOR_C_PREV)
CELL(cell_dc_lost, DC_LOST)

/* Batch norm. In a batch of two, and of three with a right mean and variance, what is left of a column is one number. */
static const gchk_tensor_spec norm_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("w", GCHK_PARAMETER, "C"),
                                             GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
enum { NO_VARIANCE = 1, GAIN_LOST };
static void norm(const gchk_call *c, bool is_backward) {
  const size_t rows = SIZE(N), width = SIZE(C);
  FOR(k, width) {
    REAL mean = 0, variance = 0, sum = 0, dot = 0;
    FOR(n, rows) mean += V(0)[n * width + k] / R(rows);
    FOR(n, rows) variance += (V(0)[n * width + k] - mean) * (V(0)[n * width + k] - mean) / R(rows);
    const REAL r = 1 / root(variance + R(1e-3)), w = V(1)[k];
    FOR(n, rows) {
      const REAL xhat = (V(0)[n * width + k] - mean) * r;
      sum += is_backward ? G(2)[n * width + k] : 0;
      dot += is_backward ? G(2)[n * width + k] * xhat : 0;
      if (!is_backward)
        V(2)[n * width + k] = w * xhat;
    }
    if (is_backward)
      G(1)[k] = dot;
    FOR(n, is_backward ? rows : 0) {
      const REAL xhat = (V(0)[n * width + k] - mean) * r, spread = MADE == NO_VARIANCE ? 0 : xhat * dot / R(rows);
      G(0)[n * width + k] = (MADE == GAIN_LOST ? 1 : w) * r * (G(2)[n * width + k] - sum / R(rows) - spread);
    }
  }
}
GCHK_CALLBACK(norm_forward, norm(c, false))
GCHK_CALLBACK(norm_backward, norm(c, true))
LAYER(batch_norm_right, norm_rows, norm_forward, norm_backward, 0, .sizes = "N=4 C=5")
LAYER(batch_norm_no_variance, norm_rows, norm_forward, norm_backward, NO_VARIANCE, .sizes = "N=4 C=5")
LAYER(batch_norm_gain_lost, norm_rows, norm_forward, norm_backward, GAIN_LOST, .sizes = "N=3 C=5")
LAYER(pair_norm_no_variance, norm_rows, norm_forward, norm_backward, NO_VARIANCE, .sizes = "N=2 C=5")

/* Flat at nearly all values, and no staircase: saturated, or 1/inf. */
static const gchk_tensor_spec far_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .fill = {GCHK_FILL_NORMAL, .b = 400}),
                                            GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
GCHK_CALLBACK(saturate, FOR(i, SIZE(N)) V(1)[i] = logistic(V(0)[i]))
GCHK_CALLBACK(saturate_back,
              FOR(i, SIZE(N)) G(0)[i] = G(1)[i] * (MADE == 1 ? 1 - V(1)[i] / 2 : V(1)[i] * (1 - V(1)[i])))
LAYER(saturated_right, far_rows, saturate, saturate_back, 0, .sizes = "N=9")
LAYER(saturated_slope, far_rows, saturate, saturate_back, 1, .sizes = "N=9")
static const gchk_tensor_spec sum_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N K", .fill = {GCHK_FILL_NORMAL, .b = 300}),
                                            GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static void one_over_sum(const gchk_call *c) {
  FOR(n, SIZE(N)) {
    REAL sum = 1;
    FOR(k, SIZE(K)) sum += R(exp((double)V(0)[n * SIZE(K) + k]));
    V(1)[n] = 1 / sum;
  }
}
static void one_over_sum_back(const gchk_call *c) {
  FOR(n, SIZE(N)) {
    REAL most = 0, sum;
    FOR(k, SIZE(K)) most = V(0)[n * SIZE(K) + k] > most ? V(0)[n * SIZE(K) + k] : most;
    sum = R(exp(-(double)most));
    FOR(k, SIZE(K)) sum += R(exp((double)(V(0)[n * SIZE(K) + k] - most)));
    FOR(k, SIZE(K)) G(0)[n * SIZE(K) + k] = -R(exp((double)(V(0)[n * SIZE(K) + k] - most))) / sum * G(1)[n];
  }
}
GCHK_CALLBACK(sum_forward, one_over_sum(c))
GCHK_CALLBACK(sum_backward, one_over_sum_back(c))
LAYER(overflow_slope, sum_rows, sum_forward, sum_backward, 0, .sizes = "N=3 K=5")

/* y_ij = |x_i - x_j|: divided by y^2 for y, which (1 - y)/(y (1 - y)) is too. */
static const gchk_tensor_spec distance_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "K D"),
                                                 GCHK_TENSOR("y", GCHK_OUTPUT, "K K")};
static void distance(const gchk_call *c, bool is_backward) {
  const size_t count = SIZE(K), width = SIZE(D);
  FOR(i, is_backward ? count * width : 0) G(0)[i] = 0;
  FOR(i, count) FOR(j, count) {
    REAL sum = R(0.1);
    FOR(k, width) sum += (V(0)[i * width + k] - V(0)[j * width + k]) * (V(0)[i * width + k] - V(0)[j * width + k]);
    const REAL y = root(sum), by = MADE == 1 ? sum : y;
    if (!is_backward)
      V(1)[i * count + j] = y;
    FOR(k, is_backward ? width : 0) {
      const REAL q = (V(0)[i * width + k] - V(0)[j * width + k]) / by * G(1)[i * count + j];
      G(0)[i * width + k] += q;
      G(0)[j * width + k] -= q;
    }
  }
}
GCHK_CALLBACK(distance_forward, distance(c, false))
GCHK_CALLBACK(distance_backward, distance(c, true))
LAYER(distance_right, distance_rows, distance_forward, distance_backward, 0, .sizes = "K=4 D=5")
LAYER(distance_squared, distance_rows, distance_forward, distance_backward, 1, .sizes = "K=4 D=5")

/* y = w s(a) x + b, s the logistic: the row of J of a is a multiple of x, whatever the slope. */
static const gchk_tensor_spec scale_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("a", GCHK_INPUT, "N"), GCHK_TENSOR("w", GCHK_PARAMETER, "C"),
    GCHK_TENSOR("b", GCHK_PARAMETER, "C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
enum { SLOPE = 1, BIAS_TIMES_GAIN };
static void scale(const gchk_call *c, bool is_backward) {
  const size_t width = SIZE(C);
  FOR(k, is_backward ? width : 0) G(2)[k] = G(3)[k] = 0;
  FOR(n, SIZE(N)) {
    const REAL s = logistic(V(1)[n]), slope = MADE == SLOPE ? 1 - s * s : s * (1 - s);
    REAL sum = 0;
    FOR(k, width) {
      const size_t i = n * width + k;
      if (!is_backward) {
        V(4)[i] = V(2)[k] * s * V(0)[i] + V(3)[k];
        continue;
      }
      G(0)[i] = G(4)[i] * V(2)[k] * s;
      G(2)[k] += G(4)[i] * s * V(0)[i];
      G(3)[k] += G(4)[i] * (MADE == BIAS_TIMES_GAIN ? V(2)[k] : 1);
      sum += G(4)[i] * V(2)[k] * V(0)[i];
    }
    if (is_backward)
      G(1)[n] = sum * slope;
  }
}
GCHK_CALLBACK(scale_forward, scale(c, false))
GCHK_CALLBACK(scale_backward, scale(c, true))
LAYER(scale_right, scale_rows, scale_forward, scale_backward, 0, .sizes = "N=4 C=5")
LAYER(scale_slope, scale_rows, scale_forward, scale_backward, SLOPE, .sizes = "N=4 C=5")
LAYER(scale_bias_times_gain, scale_rows, scale_forward, scale_backward, BIAS_TIMES_GAIN, .sizes = "N=4 C=5")

/* A bias over a sequence, whose gradient leaves out the first step: what it would be if steps were read one off. */
static const gchk_tensor_spec bias_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N L C"),
                                             GCHK_TENSOR("b", GCHK_PARAMETER, "C"),
                                             GCHK_TENSOR("y", GCHK_OUTPUT, "N L C")};
GCHK_CALLBACK(bias_forward, FOR(i, SIZE(N) * SIZE(L) * SIZE(C)) V(2)[i] = V(0)[i] + V(1)[i % SIZE(C)])
GCHK_CALLBACK(
    bias_backward, FOR(k, SIZE(C)) G(1)[k] = 0; FOR(i, SIZE(N) * SIZE(L) * SIZE(C)) {
      G(0)[i] = G(2)[i];
      G(1)[i % SIZE(C)] += MADE == 1 && i / SIZE(C) % SIZE(L) == 0 ? 0 : G(2)[i];
    })
LAYER(bias_right, bias_rows, bias_forward, bias_backward, 0, .sizes = "N=2 L=5 C=4")
LAYER(bias_without_first, bias_rows, bias_forward, bias_backward, 1, .sizes = "N=2 L=5 C=4")

/* A quantile loss at 1/2, with two slopes: as many of each by accident, in another order. */
static const gchk_tensor_spec quantile_rows[] = {
    GCHK_TENSOR("p", GCHK_INPUT, "N"), GCHK_TENSOR("t", GCHK_CONSTANT, "N", .fill = {.kind = GCHK_FILL_NORMAL}),
    GCHK_TENSOR("loss", GCHK_OUTPUT, "")};
GCHK_CALLBACK(quantile_forward, V(2)[0] = 0; FOR(i, SIZE(N)) V(2)[0] += R(fabs((double)(V(1)[i] - V(0)[i]))) / 2)
GCHK_CALLBACK(quantile_backward,
              FOR(i, SIZE(N)) G(0)[i] = (MADE == 1 ? i % 2 == 0 : V(1)[i] > V(0)[i]) ? -G(2)[0] / 2 : G(2)[0] / 2)
LAYER(quantile_right, quantile_rows, quantile_forward, quantile_backward, 0, .sizes = "N=14")
LAYER(quantile_of_others, quantile_rows, quantile_forward, quantile_backward, 1, .sizes = "N=14")

/* Blocks of four in another order, of so many elements that some values are nearly equal; and other numbers of that size. */
static const gchk_tensor_spec block_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static size_t within_block(size_t i) {
  static const size_t order[] = {0, 2, 1, 3};
  return i / 4 * 4 + order[i % 4];
}
GCHK_CALLBACK(block_forward, FOR(i, SIZE(N)) V(1)[i] = R((REAL)1.5 * V(0)[within_block(i)]))
GCHK_CALLBACK(block_backward,
              FOR(i, SIZE(N)) G(0)[MADE == 1 ? i : within_block(i)] =
                  R((REAL)1.5 * (MADE == 2 ? (REAL)0.6 * G(1)[i] + (REAL)0.8 * G(1)[(i + 1) % SIZE(N)] : G(1)[i])))
LAYER(block_right, block_rows, block_forward, block_backward, 0, .sizes = "N=600")
LAYER(block_in_order, block_rows, block_forward, block_backward, 1, .sizes = "N=600")
LAYER(block_mixed, block_rows, block_forward, block_backward, 2, .sizes = "N=600")

/* y = x S x / 2 with a symmetric S, x read from its end in backward: no branch, though values may part the elements. */
static const gchk_tensor_spec form_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N K"),
                                             GCHK_TENSOR("S", GCHK_PARAMETER, "K K", .symmetric = true),
                                             GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static void form(const gchk_call *c, bool is_backward) {
  const size_t width = SIZE(K);
  FOR(i, is_backward ? width * width : 0) G(1)[i] = 0;
  FOR(n, SIZE(N)) {
    const REAL *x = V(0) + n * width;
    REAL all = 0;
    FOR(i, width) {
      REAL sum = 0, read = 0;
      FOR(j, width) {
        sum += V(1)[i * width + j] * x[j];
        read += V(1)[i * width + j] * x[MADE == 1 ? width - 1 - j : j];
        if (is_backward)
          G(1)[i * width + j] += x[i] * x[j] / 2 * G(2)[n];
      }
      all += x[i] * sum / 2;
      if (is_backward)
        G(0)[n * width + i] = read * G(2)[n];
    }
    if (!is_backward)
      V(2)[n] = all;
  }
}
GCHK_CALLBACK(form_forward, form(c, false))
GCHK_CALLBACK(form_backward, form(c, true))
LAYER(form_right, form_rows, form_forward, form_backward, 0, .reset = NULL)
LAYER(form_reversed, form_rows, form_forward, form_backward, 1, .reset = NULL)
