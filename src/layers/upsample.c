/*
 * upsample_nearest and upsample_bilinear: images, `scale` times as high and as wide.
 *
 *     upsample_nearest:  { x: a, scale: 2 }
 *     upsample_bilinear: { x: a, scale: 2, align_corners: 1 }        0 unless it is given
 *
 *     x (N, C, H, W),  y (N, C, H scale, W scale)
 *
 *     nearest:  y[i,j] = x[i/scale, j/scale], rounded down
 *     bilinear: along each axis, output i lies at s = max((i + 1/2)/scale - 1/2, 0); its neighbours are a = floor(s)
 *               and b = min(a + 1, H - 1), with the weights 1 - (s - a) and s - a. torch's
 *               interpolate(align_corners=False). With align_corners the corners of both images are the same points:
 *               s = i (H - 1)/(H scale - 1), and 0 where that divides by 0.
 *
 * Both are linear: y = sum of weights times x, dx += weight dy for each.
 */
#include <string.h>

#include "layers/real.h"

enum { X, Y };
enum { ALIGN_CORNERS };

/* The two elements that an output is made of, along one axis. */
typedef struct neighbours {
  size_t at[2];
  real weight[2];
} neighbours;

static neighbours nearest(const gchk_call *call, size_t i, size_t scale, size_t length) {
  (void)call, (void)length;
  return (neighbours){.at = {i / scale, i / scale}, .weight = {1, 0}};
}

/* Where output i lies among the elements. */
static real place_of(const gchk_call *call, size_t i, size_t scale, size_t length) {
  if (call->option[ALIGN_CORNERS] != 0)
    return length == 1 ? 0 : (real)(i * (length - 1)) / (real)(length * scale - 1);
  const real place = ((real)i + (real)0.5) / (real)scale - (real)0.5;
  return place > 0 ? place : 0;
}

static neighbours linear(const gchk_call *call, size_t i, size_t scale, size_t length) {
  const real s = place_of(call, i, scale, length);
  const size_t a = (size_t)s, b = a + 1 < length ? a + 1 : length - 1;
  return (neighbours){.at = {a, b}, .weight = {1 - (s - (real)a), s - (real)a}};
}

typedef neighbours (*neighbours_fn)(const gchk_call *call, size_t i, size_t scale, size_t length);

enum { CORNERS = 4 };

/* The four elements that an output is made of: where they are, and what they weigh. */
typedef struct corners {
  size_t at[CORNERS];
  real weight[CORNERS];
} corners;

static corners corners_of(const gchk_call *call, neighbours_fn find, size_t at) {
  const gchk_shape *x = &call->t[X].shape;
  const size_t scale = gchk_size(call, "scale"), rows = x->dim[2] * scale, columns = x->dim[3] * scale;
  const neighbours r = find(call, at / columns % rows, scale, x->dim[2]);
  const neighbours c = find(call, at % columns, scale, x->dim[3]);
  corners all;
  for (size_t k = 0; k < CORNERS; k++) {
    all.at[k] = (at / (rows * columns) * x->dim[2] + r.at[k / 2]) * x->dim[3] + c.at[k % 2];
    all.weight[k] = r.weight[k / 2] * c.weight[k % 2];
  }
  return all;
}

static void interpolate_at(const gchk_call *call, neighbours_fn find, size_t at) {
  const real *x = call->t[X].value;
  real *y = call->t[Y].value;
  const corners from = corners_of(call, find, at);
  y[at] = 0;
  for (size_t k = 0; k < CORNERS; k++)
    y[at] += from.weight[k] == 0 ? 0 : from.weight[k] * x[from.at[k]];
}

static void interpolate(const gchk_call *call, neighbours_fn find) {
  for (size_t at = 0; at < call->t[Y].count; at++)
    interpolate_at(call, find, at);
}

/* Whether output i of an axis is made of element `at`. */
static bool is_made_of(const gchk_call *call, neighbours_fn find, size_t i, size_t at, size_t scale, size_t length) {
  const neighbours n = find(call, i, scale, length);
  return n.at[0] == at || n.at[1] == at;
}

/* The outputs that an element is in. */
static void interpolate_around(const gchk_call *call, neighbours_fn find, size_t element) {
  const size_t *x = call->t[X].shape.dim, scale = gchk_size(call, "scale"), rows = x[2] * scale, columns = x[3] * scale;
  const size_t row = element / x[3] % x[2], column = element % x[3], plane = element / (x[2] * x[3]);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; is_made_of(call, find, i, row, scale, x[2]) && j < columns; j++)
      if (is_made_of(call, find, j, column, scale, x[3]))
        interpolate_at(call, find, (plane * rows + i) * columns + j);
}

static void spread(const gchk_call *call, neighbours_fn find) {
  const real *dy = call->t[Y].grad;
  real *dx = call->t[X].grad;
  memset(dx, 0, call->t[X].count * sizeof(real));
  for (size_t at = 0; at < call->t[Y].count; at++) {
    const corners to = corners_of(call, find, at);
    for (size_t k = 0; k < CORNERS; k++)
      dx[to.at[k]] += to.weight[k] == 0 ? 0 : to.weight[k] * dy[at];
  }
}

static const gchk_tensor_spec tensors[] = {
    [X] = TENSOR("x", GCHK_INPUT, "N C H W", .update_operations = "256*scale*(scale+H+W)"),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "N C H*scale W*scale"),
};

static const char *const cases[] = {"N=2 C=1 H=4 W=3 scale=2", "N=2 C=2 H=2 W=2 scale=2", "N=1 C=2 H=1 W=3 scale=3",
                                    "N=3 C=2 H=3 W=2 scale=1", NULL};

static const gchk_option_spec bilinear_options[] = {
    [ALIGN_CORNERS] = {.name = "align_corners",
                       .minimum = 0,
                       .maximum = 1,
                       .doc = "1: the corners of both images are the same points"},
};

#define UPSAMPLE(id, find, ...)                                                                                        \
  static gchk_status id##_forward(const gchk_call *call, gchk_error *error) {                                          \
    (void)error;                                                                                                       \
    interpolate(call, find);                                                                                           \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_backward(const gchk_call *call, gchk_error *error) {                                         \
    (void)error;                                                                                                       \
    spread(call, find);                                                                                                \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static gchk_status id##_update(const gchk_call *call, size_t tensor, size_t element, bool *done,                     \
                                 gchk_error *error) {                                                                  \
    (void)tensor, (void)error;                                                                                         \
    interpolate_around(call, find, element);                                                                           \
    *done = true;                                                                                                      \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  DECLARE_LAYER(id);                                                                                                   \
  const gchk_layer LAYER(id) = {                                                                                       \
      LAYER_HEAD(id, #id),       GCHK_TENSORS(tensors), .shape_cases = cases, .forward = id##_forward,                 \
      .backward = id##_backward, .update = id##_update, __VA_ARGS__};

UPSAMPLE(upsample_nearest, nearest, .options = NULL)
UPSAMPLE(upsample_bilinear, linear, GCHK_OPTION_TABLE(bilinear_options))
