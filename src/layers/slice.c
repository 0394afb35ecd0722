/*
 * slice: part of an array along an axis, numpy's x[start:stop:step].
 *
 *     slice: { x: a, axis: 1, start: 2, stop: 5 }        axis 0, start 0 and step 1 unless they are given
 *
 *     x (A..., M, Z...),  y (A..., L, Z...), A being `axis` dimensions;        L = (stop - start)/step, rounded up
 *
 *     dx = dy where y was taken from, 0 elsewhere
 */
#include "layers/axis_rows.h"

enum { X, Y };

static axis_rows rows_of_x(const gchk_call *call, real *x) {
  return (axis_rows){x, gchk_size(call, "M"), gchk_size(call, "start"), gchk_size(call, "step")};
}

static axis_rows rows_of_y(const gchk_call *call, real *y) {
  return (axis_rows){y, call->t[Y].count / (gchk_size(call, "A") * gchk_size(call, "Z")), 0, 1};
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const axis_rows y = rows_of_y(call, call->t[Y].value);
  copy_rows(call, y.length, y, rows_of_x(call, call->t[X].value));
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const axis_rows dy = rows_of_y(call, call->t[Y].grad);
  memset(call->t[X].grad, 0, call->t[X].count * sizeof(real));
  copy_rows(call, dy.length, rows_of_x(call, call->t[X].grad), dy);
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "A...axis M Z..."),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "A...axis (stop-start+step-1)//step Z..."),
};

static const char *const cases[] = {"axis=1 A=3 M=7 Z=2 start=2 stop=5 step=1",
                                    "axis=0 A=() M=5 Z=3x2 start=0 stop=2 step=1",
                                    "axis=2 A=2x3 M=8 Z=() start=1 stop=8 step=3", NULL};

DECLARE_LAYER(slice);
const gchk_layer LAYER(slice) = {
    LAYER_HEAD(slice, "slice"),
    GCHK_TENSORS(tensors),
    .shape_cases = cases,
    .sizes_default = "axis=0 start=0 step=1",
    .sizes_require = "step>0, start<stop, stop<=M",
    .forward = forward,
    .backward = backward,
};
