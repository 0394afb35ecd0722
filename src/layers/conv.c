/*
 * conv1d and conv2d: convolution (cross-correlation, as all libraries call it) with stride, padding, dilation, groups.
 *
 *     conv1d: { Co: 4, kernel: 3, stride: 2, padding: 1, dilation: 2, groups: 2 }
 *     conv2d: { Co: 4, kernel: 3 }           stride 1, padding 0, dilation 1, groups 1 unless they are given
 *     conv2d: { Co: 4, KH: 3, KW: 5, SH: 2, PW: 2 }
 *
 *     conv1d: x (N, Ci, L),     w (Co, Ci/groups, K),       b (Co),  y (N, Co, Lo)
 *     conv2d: x (N, Ci, H, W),  w (Co, Ci/groups, KH, KW),  b (Co),  y (N, Co, Ho, Wo)
 *
 *     Lo = (L + 2 padding - dilation (K - 1) - 1)/stride + 1, rounded down; likewise Ho and Wo, of conv2d's kernel KH
 *     and KW, stride SH and SW, padding PH and PW, dilation DH and DW, which are the same along both axes where
 *     kernel, stride, padding and dilation say them. They are sizes, not options, for shapes follow from them.
 *
 *     formulas: convolve.h;        Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016)
 */
#include "layers/convolve.h"

enum { X, W, B, Y };

static const char *const line_names[] = {"stride", "padding", "dilation"};

static convolution geometry(const gchk_call *call) {
  const gchk_shape *x = &call->t[X].shape, *y = &call->t[Y].shape, *w = &call->t[W].shape;
  const bool is_image = x->rank == 4; // else it has one row
  const size_t last = x->rank - 1;
  convolution c = {.samples = x->dim[0],
                   .in_channels = x->dim[1],
                   .out_channels = y->dim[1],
                   .groups = gchk_size(call, "groups"),
                   .rows = {.in = 1, .out = 1, .kernel = 1, .stride = 1, .dilation = 1}};
  if (is_image)
    c.rows = window_axis_of(call, row_names, x->dim[2], y->dim[2], w->dim[2]);
  c.columns = window_axis_of(call, is_image ? column_names : line_names, x->dim[last], y->dim[last], w->dim[last]);
  return c;
}

/* Part of the outputs, from scratch. */
static void compute(const gchk_call *call, const convolution *c, const part *p) {
  real *y = call->t[Y].value;
  fill_with_bias(y, call->t[B].value, p->samples, p->out, c->out_channels, c->rows.out, c->columns.out);
  for_every_tap(&(visit){c, p, add_to_output, true, y, call->t[X].value, call->t[W].value});
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
  for_every_tap(&(visit){&c, &all, add_to_input, false, dx, dy, call->t[W].value});
  for_every_tap(&(visit){&c, &all, add_to_weight, false, dw, dy, call->t[X].value});
  sum_to_bias(call->t[B].grad, dy, c.samples, c.out_channels, c.rows.out, c.columns.out);
  return GCHK_OK;
}

/* w[o,...] and b[o] change channel o; an element of x the outputs around it, of its sample and group. */
static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)error;
  const convolution c = geometry(call);
  part p = whole(&c);
  if (tensor == X) {
    const size_t column = element % c.columns.in, row = element / c.columns.in % c.rows.in;
    const size_t plane = element / (c.columns.in * c.rows.in);
    p.samples = one(plane / c.in_channels);
    p.out = (box){of_its_group(plane % c.in_channels, c.in_channels, c.out_channels, c.groups),
                  outputs_of_input(&c.rows, row), outputs_of_input(&c.columns, column)};
  } else {
    p.out.channels = one(element / (call->t[tensor].count / c.out_channels));
  }
  compute(call, &c, &p);
  *done = true;
  return GCHK_OK;
}

/* Rows with a remainder and groups; square; one sample with dilation and wide padding; one group a channel; axes that
   differ. */
static const char *const conv1d_cases[] = {
    "N=2 Ci=4 L=9 Co=6 K=3 stride=2 padding=2 dilation=2 groups=2",
    "N=3 Ci=3 L=3 Co=3 K=3 stride=1 padding=1 dilation=1 groups=1",
    "N=1 Ci=2 L=8 Co=3 K=2 stride=3 padding=3 dilation=2 groups=1",
    "N=2 Ci=3 L=7 Co=6 K=1 stride=1 padding=0 dilation=1 groups=3",
    NULL,
};
static const char *const conv2d_cases[] = {
    "N=2 Ci=4 H=6 W=5 Co=2 KH=3 KW=2 stride=2 padding=1 dilation=1 groups=2",
    "N=3 Ci=3 H=3 W=3 Co=3 KH=3 KW=3 stride=1 padding=1 dilation=1 groups=1",
    "N=1 Ci=2 H=7 W=5 Co=3 KH=2 KW=3 stride=3 padding=2 dilation=2 groups=1",
    "N=2 Ci=3 H=4 W=3 Co=6 KH=1 KW=2 stride=1 padding=0 dilation=1 groups=3",
    "N=2 Ci=2 H=5 W=7 Co=2 kernel=3 SH=2 SW=1 PH=0 PW=2 DH=1 DW=2",
    NULL,
};

#define CONVOLUTION(id, x_shape, w_shape, y_shape, taps, taps_of_element, defaults, required)                          \
  static const gchk_tensor_spec id##_tensors[] = {                                                                     \
      [X] = TENSOR("x", GCHK_INPUT, x_shape, .update_operations = "32*(Co/groups)*(Ci/groups)*" taps_of_element),      \
      [W] = TENSOR("w", GCHK_PARAMETER, w_shape, .fill = {.kind = GCHK_FILL_NORMAL, .b = 0.5},                         \
                   .update_operations = "8*N*(Ci/groups)*" taps),                                                      \
      [B] = TENSOR("b", GCHK_PARAMETER, "Co", .update_operations = "8*N*(Ci/groups)*" taps),                           \
      [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, y_shape),                                                                    \
  };                                                                                                                   \
  DECLARE_LAYER(id);                                                                                                   \
  const gchk_layer LAYER(id) = {LAYER_HEAD(id, #id),                                                                   \
                                GCHK_TENSORS(id##_tensors),                                                            \
                                .shape_cases = id##_cases,                                                             \
                                .sizes_require = "Ci%groups==0, Co%groups==0, " required,                              \
                                .sizes_default = "stride=1 padding=0 dilation=1 groups=1" defaults,                    \
                                .forward = forward,                                                                    \
                                .backward = backward,                                                                  \
                                .update = update,                                                                      \
                                .operations = "8*N*Co*(Ci/groups)*" taps};

CONVOLUTION(conv1d, "N Ci L", "Co Ci/groups K", "N Co (L+2*padding-dilation*(K-1)-1)//stride+1",
            "K*((L+2*padding-dilation*(K-1)-1)//stride+1)", "K*(dilation*(K-1)//stride+1)", " K=kernel",
            "stride>0, dilation>0, dilation*(K-1)<L+2*padding")
CONVOLUTION(conv2d, "N Ci H W", "Co Ci/groups KH KW", "N Co (H+2*PH-DH*(KH-1)-1)//SH+1 (W+2*PW-DW*(KW-1)-1)//SW+1",
            "KH*KW*((H+2*PH-DH*(KH-1)-1)//SH+1)*((W+2*PW-DW*(KW-1)-1)//SW+1)", TAPS_OF_ELEMENT, AXES_DEFAULT,
            AXES_REQUIRE ", DH*(KH-1)<H+2*PH, DW*(KW-1)<W+2*PW")
