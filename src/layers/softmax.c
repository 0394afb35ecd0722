/*
 * softmax: y[c] = exp(x[c])/sum_k exp(x[k]), along the last axis or one that is given.
 *
 *     softmax: { x: scores }                 x (S..., C), y the same
 *     softmax: { x: scores, axis: 1 }        x (A..., C, Z...), y the same (the second table)
 *
 *     dx[c] = y[c] (dy[c] - sum_k dy[k] y[k]),        from dy[k]/dx[c] = y[k] ((k == c) - y[c])
 */
#include <string.h>

#include "layers/lanes_rows.h"
#include "layers/softmax_row.h"

enum { X, Y };

/* How the scores of one softmax lie: so many of them, `stride` apart. */
typedef struct row_layout {
  size_t classes, stride;
} row_layout;

static row_layout layout_of(const gchk_call *call) {
  const size_t behind = gchk_size(call, "Z"); // 0: the last axis, of the first table
  return (row_layout){gchk_size(call, "C"), behind == 0 ? 1 : behind};
}

/* Where the row-th of them begins. */
static size_t start_of(row_layout l, size_t row) {
  return row / l.stride * l.classes * l.stride + row % l.stride;
}

static void forward_row(const gchk_call *call, row_layout l, size_t row) {
  const real *x = call->t[X].value;
  real *y = (real *)call->t[Y].value + start_of(l, row), largest;
  const real sum = exp_row(x + start_of(l, row), y, l.classes, l.stride, &largest);
  for (size_t c = 0; c < l.classes; c++)
    y[c * l.stride] /= sum;
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const row_layout l = layout_of(call);
  for (size_t row = 0; row < call->t[X].count / l.classes; row++)
    forward_row(call, l, row);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const row_layout l = layout_of(call);
  const real *y = call->t[Y].value, *dy = call->t[Y].grad;
  real *dx = call->t[X].grad;
  for (size_t row = 0; row < call->t[X].count / l.classes; row++) {
    const size_t at = start_of(l, row);
    softmax_gradient(y + at, dy + at, dx + at, l.classes, l.stride, 1);
  }
  return GCHK_OK;
}

static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor, (void)error;
  const row_layout l = layout_of(call);
  forward_row(call, l, element / (l.classes * l.stride) * l.stride + element % l.stride);
  *done = true;
  return GCHK_OK;
}

#if !GCHK_REAL_IS_FLOAT
/* Along the last axis: a row is one softmax or several. */
static void lane_forward(const gchk_call *call, const gchk_lane_block *block, const double *x, double *y) {
  const size_t units = call->t[X].count / gchk_lane_rows(&call->t[X]), step = gchk_size(call, "C") * block->width;
  memcpy(y, x, units * block->width * sizeof *y);
  for (size_t at = 0; at < units * block->width; at += step)
    gchk_lanes_softmax(block->width, gchk_size(call, "C"), y + at);
}

static const gchk_lanes gchk_softmax_lanes = {.x = X, .y = Y, .forward = lane_forward};
#endif

static const gchk_tensor_spec softmax_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "S... C"),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "S... C"),
};
static const gchk_tensor_spec softmax_axis_tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "A...axis C Z..."),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "A...axis C Z..."),
};

static const char *const axis_cases[] = {"axis=1 A=3 C=5 Z=4", "axis=0 A=() C=4 Z=3x2", "axis=2 A=2x3 C=5 Z=()", NULL};

DECLARE_LAYER(softmax);
const gchk_layer LAYER(softmax) = {
    LAYER_HEAD(softmax, "softmax"),
    GCHK_TENSORS(softmax_tensors),
    .sizes = "S=3 C=5",
    .forward = forward,
    .backward = backward,
    .update = update,
    .lanes = LANES(softmax),
};

DECLARE_LAYER(softmax_axis);
const gchk_layer LAYER(softmax_axis) = {
    LAYER_HEAD(softmax_axis, "softmax"),
    GCHK_TENSORS(softmax_axis_tensors),
    .shape_cases = axis_cases,
    .forward = forward,
    .backward = backward,
    .update = update,
};
