/*
 * concat: two arrays one after the other along an axis.
 *
 *     concat: { x: a, y: b, axis: 1 }        the axis is 0 unless it is given
 *
 *     x (A..., M, Z...),  y (A..., K, Z...),  out (A..., M+K, Z...), A being `axis` dimensions
 *
 *     dx and dy are the parts of dout.
 */
#include "layers/axis_rows.h"

enum { X, Y, OUT };

/* The rows of both, and the rows of out that they are, in values or in gradients. */
typedef struct parts {
  axis_rows x, y, x_in_out, y_in_out;
} parts;

static parts parts_of(const gchk_call *call, real *x, real *y, real *out) {
  const size_t m = gchk_size(call, "M"), k = gchk_size(call, "K");
  return (parts){{x, m, 0, 1}, {y, k, 0, 1}, {out, m + k, 0, 1}, {out, m + k, m, 1}};
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const parts p = parts_of(call, call->t[X].value, call->t[Y].value, call->t[OUT].value);
  copy_rows(call, p.x.length, p.x_in_out, p.x);
  copy_rows(call, p.y.length, p.y_in_out, p.y);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const parts p = parts_of(call, call->t[X].grad, call->t[Y].grad, call->t[OUT].grad);
  copy_rows(call, p.x.length, p.x, p.x_in_out);
  copy_rows(call, p.y.length, p.y, p.y_in_out);
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "A...axis M Z..."),
    [Y] = TENSOR("y", GCHK_INPUT, "A...axis K Z..."),
    [OUT] = GCHK_TENSOR("out", GCHK_OUTPUT, "A...axis M+K Z..."),
};

static const char *const cases[] = {"axis=1 A=3 M=2 K=4 Z=5", "axis=0 A=() M=3 K=1 Z=2x2", "axis=2 A=2x3 M=4 K=4 Z=()",
                                    NULL};

DECLARE_LAYER(concat);
const gchk_layer LAYER(concat) = {
    LAYER_HEAD(concat, "concat"), GCHK_TENSORS(tensors), .shape_cases = cases,
    .sizes_default = "axis=0",    .forward = forward,    .backward = backward,
};
