/*
 * conv_transpose2d: the transposed convolution: forward is what conv2d is backward, from its output to its input.
 *
 *     conv_transpose2d: { Co: 4, kernel: 3, stride: 2, output_padding: 1 }
 *     conv_transpose2d: { Co: 4, KH: 3, KW: 5, SH: 2, OH: 1 }
 *
 *     stride and dilation are 1, padding and output_padding 0, and groups 1 unless they are given
 *
 *     x (N, Ci, H, W),  w (Ci, Co/groups, KH, KW),  b (Co),  y (N, Co, Ho, Wo)
 *
 *     Ho = (H - 1) SH + DH (KH - 1) + 1 + OH - 2 PH; likewise Wo. Kernel KH and KW, stride SH and SW, padding PH and
 *     PW, dilation DH and DW, output padding OH and OW are the same along both axes where kernel, stride, padding,
 *     dilation and output_padding say them. The output padding is added at the end, where only the bias may be.
 *
 *     formulas: convolve.h, in which x is y and y is x;        Dumoulin and Visin (2016), chapter 4
 */
#include "layers/convolve.h"

enum { X, W, B, Y };

/* The convolution whose transpose this is: from y to x. */
static convolution geometry(const gchk_call *call) {
  const gchk_shape *x = &call->t[X].shape, *y = &call->t[Y].shape, *w = &call->t[W].shape;
  return (convolution){.samples = x->dim[0],
                       .in_channels = y->dim[1],
                       .out_channels = x->dim[1],
                       .groups = gchk_size(call, "groups"),
                       .rows = window_axis_of(call, row_names, y->dim[2], x->dim[2], w->dim[2]),
                       .columns = window_axis_of(call, column_names, y->dim[3], x->dim[3], w->dim[3])};
}

/* Part of the outputs, from scratch: inputs of that convolution. */
static void compute(const gchk_call *call, const convolution *c, const part *p) {
  real *y = call->t[Y].value;
  fill_with_bias(y, call->t[B].value, p->samples, p->in, c->in_channels, c->rows.in, c->columns.in);
  for_every_tap(&(visit){c, p, add_to_input, false, y, call->t[X].value, call->t[W].value});
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const convolution c = geometry(call);
  const part all = whole(&c);
  compute(call, &c, &all);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const convolution c = geometry(call);
  const part all = whole(&c);
  const real *dy = call->t[Y].grad;
  real *dx = call->t[X].grad, *dw = call->t[W].grad;
  memset(dx, 0, call->t[X].count * sizeof(real));
  memset(dw, 0, call->t[W].count * sizeof(real));
  for_every_tap(&(visit){&c, &all, add_to_output, true, dx, dy, call->t[W].value});
  for_every_tap(&(visit){&c, &all, add_to_weight, false, dw, call->t[X].value, dy});
  sum_to_bias(call->t[B].grad, dy, c.samples, c.in_channels, c.rows.in, c.columns.in);
  return GCHK_OK;
}

/* w[i,o,...] and b[o'] change one channel; an element of x what its kernel covers, of its sample and group. */
static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)error;
  const convolution c = geometry(call);
  const size_t taps = c.rows.kernel * c.columns.kernel, per_group = c.in_channels / c.groups;
  part p = whole(&c);
  if (tensor == X) {
    const size_t column = element % c.columns.out, row = element / c.columns.out % c.rows.out;
    const size_t plane = element / (c.columns.out * c.rows.out);
    p.samples = one(plane / c.out_channels);
    p.in = (box){of_its_group(plane % c.out_channels, c.out_channels, c.in_channels, c.groups),
                 inputs_of_output(&c.rows, row), inputs_of_output(&c.columns, column)};
  } else if (tensor == W) {
    const span of_group = of_its_group(element / (per_group * taps), c.out_channels, c.in_channels, c.groups);
    p.in.channels = one(of_group.first + element / taps % per_group);
  } else {
    p.in.channels = one(element);
  }
  compute(call, &c, &p);
  *done = true;
  return GCHK_OK;
}

#define FULL_ROWS    "(H-1)*SH+DH*(KH-1)+1+OH"
#define FULL_COLUMNS "(W-1)*SW+DW*(KW-1)+1+OW"
#define OF_CHANNEL   "8*N*(Ci/groups)*KH*KW*H*W"
static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "N Ci H W", .update_operations = "32*(Ci/groups)*(Co/groups)*" TAPS_OF_ELEMENT),
    [W] = TENSOR("w", GCHK_PARAMETER, "Ci Co/groups KH KW", .fill = {.kind = GCHK_FILL_NORMAL, .b = 0.5},
                 .update_operations = OF_CHANNEL),
    [B] = TENSOR("b", GCHK_PARAMETER, "Co", .update_operations = OF_CHANNEL),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "N Co " FULL_ROWS "-2*PH " FULL_COLUMNS "-2*PW"),
};

/* Groups, output padding; square; one sample, dilation, wide padding; one group a channel; axes that differ. */
static const char *const cases[] = {
    "N=2 Ci=4 H=3 W=4 Co=2 KH=3 KW=2 stride=2 padding=1 dilation=1 groups=2 output_padding=1",
    "N=3 Ci=3 H=3 W=3 Co=3 KH=3 KW=3 stride=1 padding=1 dilation=1 groups=1 output_padding=0",
    "N=1 Ci=2 H=4 W=3 Co=3 KH=2 KW=3 stride=3 padding=3 dilation=2 groups=1 output_padding=2",
    "N=2 Ci=3 H=2 W=4 Co=3 KH=1 KW=2 stride=2 padding=0 dilation=1 groups=3 output_padding=0",
    "N=2 Ci=2 H=3 W=2 Co=2 kernel=3 SH=1 SW=3 PH=2 PW=0 DH=2 DW=1 OH=0 OW=2",
    NULL,
};

DECLARE_LAYER(conv_transpose2d);
const gchk_layer LAYER(conv_transpose2d) = {
    LAYER_HEAD(conv_transpose2d, "conv_transpose2d"),
    GCHK_TENSORS(tensors),
    .shape_cases = cases,
    .sizes_require = AXES_REQUIRE ", Ci%groups==0, Co%groups==0, OH<SH, OW<SW, " FULL_ROWS ">2*PH, " FULL_COLUMNS
                                  ">2*PW",
    .sizes_default = "stride=1 padding=0 dilation=1 groups=1 output_padding=0" AXES_DEFAULT
                     " OH=output_padding OW=output_padding",
    .forward = forward,
    .backward = backward,
    .update = update,
    .operations = "8*N*Ci*(Co/groups)*KH*KW*H*W",
};
