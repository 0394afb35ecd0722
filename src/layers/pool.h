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

/* A window: the elements from first to end of the image, and how many there were with the padding. */
typedef struct window {
  size_t first_row, end_row, first_column, end_column;
  size_t plane; /* where the image of this sample and channel begins */
  size_t padded;
} window;

/* From `first` to `end` on an axis of `length`, and how many with the padding. */
static inline size_t clip(const gchk_call *call, size_t i, size_t length, size_t *first, size_t *end) {
  const size_t kernel = gchk_size(call, "kernel"), padding = gchk_size(call, "padding");
  const size_t start = i * gchk_size(call, "stride"); // from the beginning of the padding
  const size_t stop = start + kernel < length + 2 * padding ? start + kernel : length + 2 * padding;
  *first = start > padding ? start - padding : 0;
  *end = stop - padding < length ? stop - padding : length;
  return stop - start;
}

/* The window of output `at`. */
static inline window window_of(const gchk_call *call, size_t at) {
  const gchk_shape *x = &call->t[X].shape, *y = &call->t[Y].shape;
  const size_t rows = y->dim[2], columns = y->dim[3];
  window w = {.plane = at / (rows * columns) * x->dim[2] * x->dim[3]};
  w.padded = clip(call, at / columns % rows, x->dim[2], &w.first_row, &w.end_row) *
             clip(call, at % columns, x->dim[3], &w.first_column, &w.end_column);
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
