/*
 * Windows of a pooling layer over the rows and columns of images, (N, C, H, W).
 *
 *     Ho = (H + 2 PH - KH)/SH + 1, rounded down, or up where ceil is 1; likewise Wo
 *
 * kernel says KH and KW where these are not given; stride SH and SW, which are KH and KW where nothing says them;
 * padding PH and PW, which are 0. A size that would put a window wholly behind the image is refused (torch leaves such
 * a window out), and so is padding of more than half a window.
 */
#ifndef GCHK_LAYERS_POOL_H
#define GCHK_LAYERS_POOL_H

#include <string.h>

#include "layers/real.h"

enum { X, Y };

/* One axis of an image: how long it is before and after, and how windows lie on it. */
typedef struct pool_axis {
  size_t in, out, kernel, stride, padding;
} pool_axis;

/* What a call is given of sizes, looked up once. */
typedef struct pooling {
  pool_axis rows, columns;
} pooling;

static inline pooling pooling_of(const gchk_call *call) {
  const size_t *in = call->t[X].shape.dim, *out = call->t[Y].shape.dim;
  return (pooling){.rows = {in[2], out[2], gchk_size(call, "KH"), gchk_size(call, "SH"), gchk_size(call, "PH")},
                   .columns = {in[3], out[3], gchk_size(call, "KW"), gchk_size(call, "SW"), gchk_size(call, "PW")}};
}

/* A window: the elements from first to end of the image, and how many there were with the padding. */
typedef struct window {
  size_t first_row, end_row, first_column, end_column;
  size_t plane; /* where the image of this sample and channel begins */
  size_t padded;
} window;

/* From `first` to `end` on an axis, for output i; and how many with the padding. */
static inline size_t clip(const pool_axis *p, size_t i, size_t *first, size_t *end) {
  const size_t start = i * p->stride, all = p->in + 2 * p->padding; // from the beginning of the padding
  const size_t stop = start + p->kernel < all ? start + p->kernel : all;
  *first = start > p->padding ? start - p->padding : 0;
  *end = stop - p->padding < p->in ? stop - p->padding : p->in;
  return stop - start;
}

/* From the first output on whose window input `at` is in, before the end; another may be in between. */
static inline void clip_outputs(const pool_axis *p, size_t at, size_t *first, size_t *end) {
  const size_t padded = at + p->padding;
  *first = padded < p->kernel ? 0 : (padded - p->kernel) / p->stride + 1;
  *end = padded / p->stride < p->out ? padded / p->stride + 1 : p->out;
}

/* The window of output `at`. */
static inline window window_of(const pooling *p, size_t at) {
  const pool_axis *rows = &p->rows, *columns = &p->columns;
  window w = {.plane = at / (rows->out * columns->out) * rows->in * columns->in};
  w.padded = clip(rows, at / columns->out % rows->out, &w.first_row, &w.end_row) *
             clip(columns, at % columns->out, &w.first_column, &w.end_column);
  return w;
}

/* What a layer makes of a window. */
static real pool(const gchk_call *call, const real *x, window w, size_t columns);

/* Outputs: those that an element of x is in. */
typedef struct patch {
  size_t first_plane, end_plane, first_row, end_row, first_column, end_column;
} patch;

static void pool_patch(const gchk_call *call, const pooling *p, patch out) {
  const pool_axis *rows = &p->rows, *columns = &p->columns;
  const real *x = call->t[X].value;
  real *y = call->t[Y].value;
  for (size_t plane = out.first_plane; plane < out.end_plane; plane++)
    for (size_t i = out.first_row; i < out.end_row; i++) {
      window w = {.plane = plane * rows->in * columns->in};
      const size_t padded = clip(rows, i, &w.first_row, &w.end_row);
      for (size_t j = out.first_column; j < out.end_column; j++) {
        w.padded = padded * clip(columns, j, &w.first_column, &w.end_column);
        y[(plane * rows->out + i) * columns->out + j] = pool(call, x, w, columns->in);
      }
    }
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const pooling p = pooling_of(call);
  const size_t *y = call->t[Y].shape.dim;
  pool_patch(call, &p, (patch){0, y[0] * y[1], 0, y[2], 0, y[3]});
  return GCHK_OK;
}

static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor, (void)error;
  const pooling p = pooling_of(call);
  const size_t plane = element / (p.rows.in * p.columns.in);
  patch out = {.first_plane = plane, .end_plane = plane + 1};
  clip_outputs(&p.rows, element / p.columns.in % p.rows.in, &out.first_row, &out.end_row);
  clip_outputs(&p.columns, element % p.columns.in, &out.first_column, &out.end_column);
  pool_patch(call, &p, out);
  *done = true;
  return GCHK_OK;
}

#define POOL_OUTPUT(length, k, s, p) "(" length "+2*" p "-" k "+ceil*(" s "-1))//" s
#define POOL_ROWS                    POOL_OUTPUT("H", "KH", "SH", "PH")
#define POOL_COLUMNS                 POOL_OUTPUT("W", "KW", "SW", "PW")
/* The windows that an element is in, and what is done for them. */
#define POOL_UPDATE "64*KH*KW*((KH-1)//SH+1)*((KW-1)//SW+1)"
#define POOL_SHAPE  "N C " POOL_ROWS "+1 " POOL_COLUMNS "+1"
#define POOL_TENSORS(...)                                                                                              \
  {                                                                                                                    \
    [X] = TENSOR("x", GCHK_INPUT, "N C H W", __VA_ARGS__, .update_operations = POOL_UPDATE),                           \
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, POOL_SHAPE),                                                                   \
  }
#define POOL_DEFAULTS "KH=kernel KW=kernel SH=stride SW=stride SH=KH SW=KW padding=0 PH=padding PW=padding ceil=0"
#define POOL_REQUIRES                                                                                                  \
  "SH>0, SW>0, ceil<=1, 2*PH<=KH, 2*PW<=KW, KH<=H+2*PH, KW<=W+2*PW, " POOL_ROWS "*SH<H+PH, " POOL_COLUMNS "*SW<W+PW"

/* Overlapping windows and padding; square; another window and step along each axis, with a remainder. */
static const char *const pool_cases[] = {
    "N=2 C=3 H=5 W=7 kernel=3 stride=2 padding=1 ceil=0",
    "N=3 C=2 H=4 W=4 kernel=2 stride=2 padding=0 ceil=0",
    "N=1 C=2 H=5 W=6 KH=2 KW=3 SH=1 SW=2 PH=0 PW=1 ceil=1",
    NULL,
};

#endif
