/*
 * pad: an array with more around it, all of one value.
 *
 *     pad: { x: a, top: 1, bottom: 1, left: 2, right: 2 }        the last two axes; 0 of what is not given
 *     pad: { x: a, axis: 1, before: 2, after: 1 }                one axis; numpy's pad(constant_values=value)
 *     pad: { x: a, left: 1, value: -1 }                          the value is 0 unless it is given
 *
 *     x (S..., H, W),       y (S..., top+H+bottom, left+W+right)
 *     x (A..., M, Z...),    y (A..., before+M+after, Z...), A being `axis` dimensions (the second table)
 *
 *     dx is the part of dy that x became.
 */
#include <string.h>

#include "layers/real.h"

enum { X, Y };
enum { VALUE };

/* An axis: how much of it there is before x, in x, and in y. */
typedef struct padding {
  size_t before, in, out;
} padding;

/* Rows of columns, for each of the dimensions before; one axis alone has whole rows of what is behind it. */
typedef struct frame {
  size_t outer;
  padding rows, columns;
} frame;

static frame frame_of(const gchk_call *call) {
  const gchk_shape *x = &call->t[X].shape, *y = &call->t[Y].shape;
  const size_t last = x->rank - 1, axis = gchk_size(call, "axis"), inner = gchk_size(call, "Z");
  if (inner > 0) // the second table
    return (frame){gchk_size(call, "A"), {gchk_size(call, "before"), x->dim[axis], y->dim[axis]}, {0, inner, inner}};
  return (frame){gchk_size(call, "S"),
                 {gchk_size(call, "top"), x->dim[last - 1], y->dim[last - 1]},
                 {gchk_size(call, "left"), x->dim[last], y->dim[last]}};
}

/* Copies x into its place in y, or what is in that place into x. */
static void copy_inside(const gchk_call *call, real *x, real *y, bool is_back) {
  const frame f = frame_of(call);
  for (size_t at = 0; at < f.outer * f.rows.in; at++) {
    const size_t row = at / f.rows.in * f.rows.out + f.rows.before + at % f.rows.in;
    real *inside = y + row * f.columns.out + f.columns.before, *whole = x + at * f.columns.in;
    memcpy(is_back ? whole : inside, is_back ? inside : whole, f.columns.in * sizeof(real));
  }
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  real *y = call->t[Y].value;
  for (size_t i = 0; i < call->t[Y].count; i++)
    y[i] = (real)call->option[VALUE];
  copy_inside(call, call->t[X].value, y, false);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  copy_inside(call, call->t[X].grad, call->t[Y].grad, true);
  return GCHK_OK;
}

static const gchk_option_spec options[] = {
    [VALUE] = {.name = "value", .minimum = -1e30, .maximum = 1e30, .doc = "what is put around it"},
};

#define PAD(id, x_shape, y_shape, defaults)                                                                            \
  static const gchk_tensor_spec id##_tensors[] = {                                                                     \
      [X] = TENSOR("x", GCHK_INPUT, x_shape), [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, y_shape)};                           \
  DECLARE_LAYER(id);                                                                                                   \
  const gchk_layer LAYER(id) = {LAYER_HEAD(id, "pad"),     GCHK_TENSORS(id##_tensors), GCHK_OPTION_TABLE(options),     \
                                .shape_cases = id##_cases, .sizes_default = defaults,  .forward = forward,             \
                                .backward = backward};

static const char *const pad_cases[] = {"S=2x3 H=4 W=2 top=1 bottom=2 left=3 right=0",
                                        "S=3 H=3 W=3 top=1 bottom=1 left=1 right=1",
                                        "S=() H=2 W=5 top=0 bottom=0 left=1 right=2", NULL};
static const char *const pad_axis_cases[] = {"axis=1 A=3 M=2 Z=4 before=2 after=1",
                                             "axis=0 A=() M=3 Z=2x2 before=0 after=2",
                                             "axis=2 A=2x3 M=4 Z=() before=1 after=1", NULL};

PAD(pad, "S... H W", "S... top+H+bottom left+W+right", "top=0 bottom=0 left=0 right=0")
PAD(pad_axis, "A...axis M Z...", "A...axis before+M+after Z...", "axis=0 before=0 after=0")
