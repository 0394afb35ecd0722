/*
 * Lanes of affine, y = x W + b, and of linear, y = x W^T + b.
 *
 *     a weight of input i and unit j:   y[n,j] += (new - old) x[n,i]
 *     b[j]:                             y[n,j] += new - old
 *     one changed input i of a row:     y[n,:] += (new - old) W[i,:]      rank one
 *     rows that are changed throughout: y[n,:] = b + sum_i x[n,i] W[i,:]  in the order of i
 */
#include "layers/lanes_product.h"

#include "core/clones.h"

enum { X, W, B, Y };

/* w[i * by_input + j * by_unit] is the weight of input i and unit j. */
typedef struct weights {
  const double *at;
  size_t inputs, units, by_input, by_unit;
} weights;

static weights columns_of(const gchk_call *call) {
  const size_t *w = call->t[W].shape.dim;
  return (weights){call->t[W].value, w[0], w[1], w[1], 1};
}

static weights rows_of(const gchk_call *call) {
  const size_t *w = call->t[W].shape.dim;
  return (weights){call->t[W].value, w[1], w[0], 1, w[1]};
}

static bool head_of(const gchk_call *call, weights w, size_t tensor, gchk_lane_head *head) {
  static const double one = 1;
  *head = tensor == B ? (gchk_lane_head){.columns = w.units, .factor = &one}
                      : (gchk_lane_head){.columns = call->t[W].shape.dim[1],
                                         .unit_is_row = w.by_input == 1,
                                         .factor = call->t[X].value,
                                         .stride = w.inputs};
  return tensor == B || tensor == W;
}

GCHK_CLONES static void add_change(const gchk_lane_run *run, size_t width, weights w, const double *base,
                                   const double *restrict change, double *restrict y) {
  for (size_t j = 0; j < w.units; j++) {
    const double z = base[run->row * w.units + j], weight = w.at[run->unit * w.by_input + j * w.by_unit];
    double *restrict to = y + j * width + run->start;
    for (size_t k = 0; k < run->count; k++)
      to[k] = z + change[run->start + k] * weight;
  }
}

static void change_of(const gchk_call *call, weights w, const gchk_lane_block *block, const double *change, double *y) {
  for (size_t r = 0; r < block->run_count; r++)
    add_change(&block->runs[r], block->width, w, call->t[Y].value, change, y);
}

/* One unit, in GCHK_LANE_STEP lanes. */
GCHK_IN_CLONES void one_unit(size_t width, const weights *w, double b, const double *restrict x, double *restrict y) {
  double sum[GCHK_LANE_STEP];
  for (size_t k = 0; k < GCHK_LANE_STEP; k++)
    sum[k] = b;
  for (size_t i = 0; i < w->inputs; i++)
    for (size_t k = 0; k < GCHK_LANE_STEP; k++)
      sum[k] += x[i * width + k] * w->at[i * w->by_input];
  for (size_t k = 0; k < GCHK_LANE_STEP; k++)
    y[k] = sum[k];
}

/* Four units at once, whose sums stay in registers: as separate arrays, for compilers keep those there. */
GCHK_IN_CLONES void four_units(size_t width, const weights *w, const double *b, const double *restrict x,
                               double *restrict y) {
  double sum0[GCHK_LANE_STEP], sum1[GCHK_LANE_STEP], sum2[GCHK_LANE_STEP], sum3[GCHK_LANE_STEP];
  for (size_t k = 0; k < GCHK_LANE_STEP; k++) {
    sum0[k] = b[0];
    sum1[k] = b[1];
    sum2[k] = b[2];
    sum3[k] = b[3];
  }
  for (size_t i = 0; i < w->inputs; i++) {
    const double *at = w->at + i * w->by_input, *from = x + i * width;
    const double w0 = at[0], w1 = at[w->by_unit], w2 = at[2 * w->by_unit], w3 = at[3 * w->by_unit];
    for (size_t k = 0; k < GCHK_LANE_STEP; k++) {
      sum0[k] += from[k] * w0;
      sum1[k] += from[k] * w1;
      sum2[k] += from[k] * w2;
      sum3[k] += from[k] * w3;
    }
  }
  for (size_t k = 0; k < GCHK_LANE_STEP; k++) {
    y[k] = sum0[k];
    y[width + k] = sum1[k];
    y[2 * width + k] = sum2[k];
    y[3 * width + k] = sum3[k];
  }
}

enum { UNITS = 4 };

/* The last four may have some of those before them once more, with the same sums. */
GCHK_CLONES static void product(size_t width, weights w, const double *b, const double *x, double *y) {
  const bool is_narrow = w.units < UNITS;
  for (size_t k = 0; k < width; k += GCHK_LANE_STEP)
    for (size_t j = 0; j < w.units; j += is_narrow ? 1 : UNITS) {
      const size_t first = is_narrow || j + UNITS <= w.units ? j : w.units - UNITS;
      const weights from = {w.at + first * w.by_unit, w.inputs, w.units, w.by_input, w.by_unit};
      if (is_narrow)
        one_unit(width, &from, b[first], x + k, y + first * width + k);
      else
        four_units(width, &from, b + first, x + k, y + first * width + k);
    }
}

/* The lanes of one orientation of W. */
#define PRODUCT_LANES(name, weights_of)                                                                                \
  static bool name##_head(const gchk_call *call, size_t tensor, gchk_lane_head *head) {                                \
    return head_of(call, weights_of(call), tensor, head);                                                              \
  }                                                                                                                    \
  static void name##_forward(const gchk_call *call, const gchk_lane_block *block, const double *x, double *y) {        \
    product(block->width, weights_of(call), call->t[B].value, x, y);                                                   \
  }                                                                                                                    \
  static void name##_change(const gchk_call *call, const gchk_lane_block *block, const double *change, double *y) {    \
    change_of(call, weights_of(call), block, change, y);                                                               \
  }                                                                                                                    \
  static void name##_factors(const gchk_call *call, gchk_lane_changes *changes) {                                      \
    const weights w = weights_of(call);                                                                                \
    changes->factor = w.at;                                                                                            \
    changes->by_changed = w.by_input;                                                                                  \
    changes->by_element = w.by_unit;                                                                                   \
  }                                                                                                                    \
  const gchk_lanes gchk_##name##_lanes = {.x = X,                                                                      \
                                          .y = Y,                                                                      \
                                          .head = name##_head,                                                         \
                                          .forward = name##_forward,                                                   \
                                          .change = name##_change,                                                     \
                                          .factors = name##_factors};
PRODUCT_LANES(affine, columns_of)
PRODUCT_LANES(linear, rows_of)
