/*
 * Convolutions, forward and backward, bit for bit beside the plainest loops there are: every output and tap is visited
 * in turn, and what would lie in the padding is passed over. What an update makes of them is what forward does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/random.h"
#include "layers/layer_fixture.h"
#include "main.h"

enum { IMAGE_AXES = 2, MOST = 12 };

/* Sizes along an axis. */
typedef struct axis {
  size_t in, out, kernel, stride, padding, dilation;
} axis;

/* A convolution from x to y, whichever of them a layer reads. */
typedef struct geometry {
  size_t samples, in_channels, out_channels, groups;
  axis axes[IMAGE_AXES];
} geometry;

/* What is read and what is added to, as double: numbers of either precision. */
typedef struct arrays {
  double *x, *w, *y;
  bool is_float;
} arrays;

/* a + b c in the precision of the layer: the product of two floats is exact in double, and a sum of two rounds once. */
static void add_product(const arrays *a, double *sum, double b, double c) {
  const double product = a->is_float ? (double)(float)(b * c) : b * c;
  *sum = a->is_float ? (double)(float)(*sum + product) : *sum + product;
}

typedef enum target { TO_X, TO_W, TO_Y } target;

/* Where a tap lies; false in the padding. */
static bool find_tap(const axis *a, size_t i, size_t k, size_t *at) {
  const size_t padded = i * a->stride + k * a->dilation;
  *at = padded - a->padding;
  return padded >= a->padding && *at < a->in;
}

static void visit(const arrays *a, target to, size_t y, size_t x, size_t w) {
  if (to == TO_X)
    add_product(a, &a->x[x], a->y[y], a->w[w]);
  else if (to == TO_W)
    add_product(a, &a->w[w], a->y[y], a->x[x]);
  else
    add_product(a, &a->y[y], a->x[x], a->w[w]);
}

/* All products of one sample, output channel and tap of the kernel, (channel, k, l). */
static void visit_outputs(const geometry *g, const arrays *a, target to, size_t n, size_t o, size_t tap) {
  const axis *rows = &g->axes[0], *columns = &g->axes[1];
  const size_t per_group = g->in_channels / g->groups, taps = rows->kernel * columns->kernel;
  const size_t channel = o / (g->out_channels / g->groups) * per_group + tap / taps;
  for (size_t i = 0, row, column; i < rows->out; i++)
    for (size_t j = 0; j < columns->out; j++)
      if (find_tap(rows, i, tap % taps / columns->kernel, &row) && find_tap(columns, j, tap % columns->kernel, &column))
        visit(a, to, ((n * g->out_channels + o) * rows->out + i) * columns->out + j,
              ((n * g->in_channels + channel) * rows->in + row) * columns->in + column, o * per_group * taps + tap);
}

static void convolve(const geometry *g, const arrays *a, target to) {
  const size_t taps = g->in_channels / g->groups * g->axes[0].kernel * g->axes[1].kernel;
  for (size_t n = 0; n < g->samples; n++)
    for (size_t o = 0; o < g->out_channels; o++)
      for (size_t k = 0; k < taps; k++)
        visit_outputs(g, a, to, n, o, k);
}

static double *copy_of(const gchk_tensor *t, const void *buffer) {
  double *copy = malloc(t->count * sizeof *copy);
  ck_assert_ptr_nonnull(copy);
  for (size_t i = 0; i < t->count; i++)
    copy[i] = gchk_tensor_get(t, buffer, i);
  return copy;
}

static void expect_same(const gchk_instance *l, const char *sizes, const char *what, const gchk_tensor *t,
                        const void *buffer, const double *expected) {
  for (size_t i = 0; i < t->count; i++) {
    const double actual = gchk_tensor_get(t, buffer, i);
    if (memcmp(&actual, &expected[i], sizeof actual) != 0)
      ck_abort_msg("%s %s %s: %s of %s[%zu] is %a, not %a", l->layer->name, gchk_dtype_name(l->layer->dtype), sizes,
                   what, t->name, i, actual, expected[i]);
  }
}

/* The bias in every element of a channel. */
static void begin_outputs(const gchk_instance *l, double *y) {
  const gchk_tensor *b = &l->t[2], *out = &l->t[3];
  const size_t plane = out->count / out->shape.dim[0] / b->count;
  for (size_t i = 0; i < out->count; i++)
    y[i] = gchk_tensor_get(b, b->value, i / plane % b->count);
}

static void begin_gradient(const gchk_tensor *t, double *gradient) {
  memset(gradient, 0, t->count * sizeof *gradient);
}

enum { X, W, B, Y };

static void compare(const gchk_instance *l, const char *sizes, const geometry *g, bool is_transposed) {
  const bool is_float = l->layer->dtype == GCHK_F32;
  double *x = copy_of(&l->t[X], l->t[X].value), *w = copy_of(&l->t[W], l->t[W].value);
  double *y = copy_of(&l->t[Y], l->t[Y].value), *dy = copy_of(&l->t[Y], l->t[Y].grad);
  double *dx = copy_of(&l->t[X], l->t[X].value), *dw = copy_of(&l->t[W], l->t[W].value);
  begin_outputs(l, y);
  begin_gradient(&l->t[X], dx);
  begin_gradient(&l->t[W], dw);
  if (is_transposed) {
    convolve(g, &(arrays){y, w, x, is_float}, TO_X);
    convolve(g, &(arrays){dy, w, dx, is_float}, TO_Y);
    convolve(g, &(arrays){dy, dw, x, is_float}, TO_W);
  } else {
    convolve(g, &(arrays){x, w, y, is_float}, TO_Y);
    convolve(g, &(arrays){dx, w, dy, is_float}, TO_X);
    convolve(g, &(arrays){x, dw, dy, is_float}, TO_W);
  }
  expect_same(l, sizes, "value", &l->t[Y], l->t[Y].value, y);
  expect_same(l, sizes, "gradient", &l->t[X], l->t[X].grad, dx);
  expect_same(l, sizes, "gradient", &l->t[W], l->t[W].grad, dw);
  free(x), free(w), free(y), free(dy), free(dx), free(dw);
}

static size_t draw(gchk_random *random, size_t least, size_t most) {
  return least + gchk_random_below(random, most - least + 1);
}

/* An axis from in to out; a transposed layer's input is its out. Half of all steps are 1. */
static axis draw_axis(gchk_random *random, bool is_transposed) {
  axis a = {.kernel = draw(random, 1, 4), .dilation = draw(random, 1, 3), .padding = draw(random, 0, 4)};
  a.stride = draw(random, 0, 1) == 0 ? 1 : draw(random, 2, 4);
  const size_t reach = (a.kernel - 1) * a.dilation + 1, length = draw(random, 1, MOST);
  if (is_transposed) {
    const size_t full = (length - 1) * a.stride + reach + draw(random, 0, a.stride - 1);
    a.padding = full > 2 * a.padding ? a.padding : (full - 1) / 2;
    a.out = length;
    a.in = full - 2 * a.padding;
  } else {
    a.in = length + 2 * a.padding >= reach ? length : reach;
    a.out = (a.in + 2 * a.padding - reach) / a.stride + 1;
  }
  return a;
}

static geometry draw_geometry(gchk_random *random, bool is_transposed) {
  const size_t groups = draw(random, 1, 3);
  geometry g = {.samples = draw(random, 1, 2),
                .in_channels = groups * draw(random, 1, 2),
                .out_channels = groups * draw(random, 1, 3),
                .groups = groups};
  for (size_t k = 0; k < IMAGE_AXES; k++)
    g.axes[k] = draw_axis(random, is_transposed);
  return g;
}

static void write_sizes(const geometry *g, bool is_transposed, char *text, size_t size) {
  const axis *r = &g->axes[0], *c = &g->axes[1];
  const size_t ci = is_transposed ? g->out_channels : g->in_channels;
  const size_t co = is_transposed ? g->in_channels : g->out_channels;
  char more[64] = "";
  if (is_transposed)
    (void)snprintf(more, sizeof more, " OH=%zu OW=%zu",
                   r->in + 2 * r->padding - ((r->out - 1) * r->stride + (r->kernel - 1) * r->dilation + 1),
                   c->in + 2 * c->padding - ((c->out - 1) * c->stride + (c->kernel - 1) * c->dilation + 1));
  (void)snprintf(text, size,
                 "N=%zu Ci=%zu H=%zu W=%zu Co=%zu KH=%zu KW=%zu SH=%zu SW=%zu PH=%zu PW=%zu DH=%zu DW=%zu groups=%zu%s",
                 g->samples, ci, is_transposed ? r->out : r->in, is_transposed ? c->out : c->in, co, r->kernel,
                 c->kernel, r->stride, c->stride, r->padding, c->padding, r->dilation, c->dilation, g->groups, more);
}

/* Some elements, by update and by forward. */
static void compare_updates(gchk_instance *l, const char *sizes, gchk_random *random) {
  enum { DRAWN = 4 };
  for (size_t k = 0; k < DRAWN * Y; k++) {
    const size_t tensor = k % Y, element = gchk_random_below(random, l->t[tensor].count);
    const double x = (double)value_at(l, tensor, element);
    bool done;
    ck_assert_int_eq(gchk_instance_forward(l, NULL), GCHK_OK);
    set_value(l, tensor, element, x + 0.5);
    ck_assert_int_eq(gchk_instance_update(l, tensor, element, &done, NULL), GCHK_OK);
    ck_assert(done);
    double *updated = copy_of(&l->t[Y], l->t[Y].value);
    ck_assert_int_eq(gchk_instance_forward(l, NULL), GCHK_OK);
    expect_same(l, sizes, "value without update", &l->t[Y], l->t[Y].value, updated);
    set_value(l, tensor, element, x);
    free(updated);
  }
}

static void compare_one(const char *layer, gchk_dtype dtype, uint64_t seed) {
  const bool is_transposed = strcmp(layer, "conv_transpose2d") == 0;
  char sizes[256];
  gchk_random random = gchk_random_seeded(seed);
  geometry g = draw_geometry(&random, is_transposed);
  write_sizes(&g, is_transposed, sizes, sizeof sizes);
  if (strcmp(layer, "conv1d") == 0) {
    const axis *c = &g.axes[1];
    g.axes[0] = (axis){.in = 1, .out = 1, .kernel = 1, .stride = 1, .dilation = 1};
    (void)snprintf(sizes, sizeof sizes,
                   "N=%zu Ci=%zu L=%zu Co=%zu K=%zu stride=%zu padding=%zu dilation=%zu groups=%zu", g.samples,
                   g.in_channels, c->in, g.out_channels, c->kernel, c->stride, c->padding, c->dilation, g.groups);
  }
  gchk_instance *l = make_layer(layer, 0, dtype, sizes, NULL, seed);
  set_value(l, X, 0, -0.0);
  run_layer(l, seed);
  compare(l, sizes, &g, is_transposed);
  compare_updates(l, sizes, &random);
  gchk_instance_free(l);
}

static const char *const layers[] = {"conv1d", "conv2d", "conv_transpose2d"};

START_TEST(every_product_in_its_place_and_order) {
  enum { DRAWN = 300 };
  for (uint64_t seed = 0; seed < DRAWN; seed++) {
    compare_one(layers[_i], GCHK_F64, seed);
    compare_one(layers[_i], GCHK_F32, seed);
  }
}
END_TEST

static TCase *convolutions(void) {
  TCase *t = tcase_create("convolutions");
  tcase_add_loop_test(t, every_product_in_its_place_and_order, 0, sizeof layers / sizeof layers[0]);
  return t;
}

TEST_MAIN("convolutions", convolutions)
