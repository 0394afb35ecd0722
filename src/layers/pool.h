/*
 * Windows of a pooling layer over the rows and columns of images, (N, C, H, W).
 *
 *     Ho = (H + 2 padding - kernel)/stride + 1, rounded down, or up where ceil is 1; likewise Wo
 *
 * The windows are square. A size that would put a window wholly behind the image is refused (torch leaves such a
 * window out), and so is padding of more than half a window.
 */
#ifndef GCHK_LAYERS_POOL_H
#define GCHK_LAYERS_POOL_H

#include <string.h>

#include "layers/real.h"

enum { X, Y };

/* What a call is given of sizes, looked up once. */
typedef struct pooling {
  size_t kernel, stride, padding;
  size_t in[2], out[2]; /* rows and columns of images */
} pooling;

static inline pooling pooling_of(const gchk_call *call) {
  const size_t *in = call->t[X].shape.dim, *out = call->t[Y].shape.dim;
  return (pooling){.kernel = gchk_size(call, "kernel"),
                   .stride = gchk_size(call, "stride"),
                   .padding = gchk_size(call, "padding"),
                   .in = {in[2], in[3]},
                   .out = {out[2], out[3]}};
}

/* A window: the elements from first to end of the image, and how many there were with the padding. */
typedef struct window {
  size_t first_row, end_row, first_column, end_column;
  size_t plane; /* where the image of this sample and channel begins */
  size_t padded;
} window;

/* From `first` to `end` on an axis of `length`, and how many with the padding. */
static inline size_t clip(const pooling *p, size_t i, size_t length, size_t *first, size_t *end) {
  const size_t start = i * p->stride; // from the beginning of the padding
  const size_t stop = start + p->kernel < length + 2 * p->padding ? start + p->kernel : length + 2 * p->padding;
  *first = start > p->padding ? start - p->padding : 0;
  *end = stop - p->padding < length ? stop - p->padding : length;
  return stop - start;
}

/* The window of output `at`. */
static inline window window_of(const pooling *p, size_t at) {
  window w = {.plane = at / (p->out[0] * p->out[1]) * p->in[0] * p->in[1]};
  w.padded = clip(p, at / p->out[1] % p->out[0], p->in[0], &w.first_row, &w.end_row) *
             clip(p, at % p->out[1], p->in[1], &w.first_column, &w.end_column);
  return w;
}

#define POOL_OUTPUT(length) "(" length "+2*padding-kernel+ceil*(stride-1))//stride"
#define POOL_TENSORS(...)                                                                                              \
  {                                                                                                                    \
    [X] = TENSOR("x", GCHK_INPUT, "N C H W", __VA_ARGS__), [Y] = GCHK_TENSOR(                                          \
                                                               "y", GCHK_OUTPUT,                                       \
                                                               "N C " POOL_OUTPUT("H") "+1 " POOL_OUTPUT("W") "+1")    \
  }
#define POOL_SIZES "N=2 C=3 H=5 W=7 kernel=3 stride=2 padding=1 ceil=0"
#define POOL_REQUIRES                                                                                                  \
  "stride>0, ceil<=1, 2*padding<=kernel, kernel<=H+2*padding, kernel<=W+2*padding, " POOL_OUTPUT(                      \
      "H") "*stride<H+padding, " POOL_OUTPUT("W") "*stride<W+padding"

#endif
