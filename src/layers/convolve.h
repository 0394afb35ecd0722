/*
 * Convolution (cross-correlation) of images with kernels, and its two gradients, by plain loops.
 *
 *     y[n,o,i,j]   = sum_(c,k,l) x[n, first_c + c, i s - p + k d, j s - p + l d] w[o,c,k,l]
 *     dx[n,c',a,b] = sum of dy[n,o,i,j] w[o,c,k,l] over all (o,c,k,l,i,j) that y takes from x[n,c',a,b]
 *     dw[o,c,k,l]  = sum_(n,i,j) dy[n,o,i,j] x[n, first_c + c, i s - p + k d, j s - p + l d]
 *
 * with stride s, padding p by zeros, dilation d. The channels are in groups: output channel o reads the input channels
 * of its own, from first_c on. The second sum is what a transposed convolution computes forward, and the first what it
 * computes backward: both are here, and the layers put them together.
 */
#ifndef GCHK_LAYERS_CONVOLVE_H
#define GCHK_LAYERS_CONVOLVE_H

#include <string.h>

#include "layers/real.h"

/* One axis of an image: how long it is before and after, and how the kernel lies on it. */
typedef struct window_axis {
  size_t in, out, kernel, stride, padding, dilation;
} window_axis;

/* The names of stride, padding and dilation along an axis of an image; what they are where the axes do not differ. */
static const char *const row_names[] = {"SH", "PH", "DH"}, *const column_names[] = {"SW", "PW", "DW"};
#define AXES_DEFAULT " KH=kernel KW=kernel SH=stride SW=stride PH=padding PW=padding DH=dilation DW=dilation"
#define AXES_REQUIRE "SH>0, SW>0, DH>0, DW>0"

static inline window_axis window_axis_of(const gchk_call *call, const char *const names[3], size_t in, size_t out,
                                         size_t kernel) {
  return (window_axis){in,
                       out,
                       kernel,
                       .stride = gchk_size(call, names[0]),
                       .padding = gchk_size(call, names[1]),
                       .dilation = gchk_size(call, names[2])};
}

typedef struct convolution {
  size_t samples, in_channels, out_channels, groups;
  window_axis rows, columns;
} convolution;

/* Where tap k of output i lies; false in the padding. */
static inline bool find_tap(const window_axis *a, size_t i, size_t k, size_t *at) {
  const size_t padded = i * a->stride + k * a->dilation;
  *at = padded - a->padding;
  return padded >= a->padding && padded < a->padding + a->in;
}

/* A pass over all products x w that go into y: of one sample, output channel, and tap. */
typedef struct tap {
  const convolution *c;
  size_t k, l;                /* row and column of the kernel */
  size_t x_plane, y_plane, w; /* where the input's and the output's plane begin, and the weight is */
} tap;

/* What is done with all outputs of a tap. */
typedef void (*tap_fn)(const tap *t, real *target, const real *a, const real *b);

static inline void for_every_tap(const convolution *c, tap_fn visit, real *target, const real *a, const real *b) {
  const size_t per_group = c->in_channels / c->groups, taps = c->rows.kernel * c->columns.kernel;
  for (size_t n = 0; n < c->samples; n++)
    for (size_t o = 0; o < c->out_channels; o++)
      for (size_t k = 0; k < per_group * taps; k++) {
        const size_t channel = o / (c->out_channels / c->groups) * per_group + k / taps;
        const tap t = {.c = c,
                       .k = k % taps / c->columns.kernel,
                       .l = k % c->columns.kernel,
                       .x_plane = (n * c->in_channels + channel) * c->rows.in * c->columns.in,
                       .y_plane = (n * c->out_channels + o) * c->rows.out * c->columns.out,
                       .w = o * per_group * taps + k};
        visit(&t, target, a, b);
      }
}

// y += x w
static inline void add_to_output(const tap *t, real *y, const real *x, const real *w) {
  const window_axis *rows = &t->c->rows, *columns = &t->c->columns;
  for (size_t i = 0, a, b; i < rows->out; i++)
    for (size_t j = 0; find_tap(rows, i, t->k, &a) && j < columns->out; j++)
      if (find_tap(columns, j, t->l, &b))
        y[t->y_plane + i * columns->out + j] += x[t->x_plane + a * columns->in + b] * w[t->w];
}

// dx += dy w
static inline void add_to_input(const tap *t, real *dx, const real *dy, const real *w) {
  const window_axis *rows = &t->c->rows, *columns = &t->c->columns;
  for (size_t i = 0, a, b; i < rows->out; i++)
    for (size_t j = 0; find_tap(rows, i, t->k, &a) && j < columns->out; j++)
      if (find_tap(columns, j, t->l, &b))
        dx[t->x_plane + a * columns->in + b] += dy[t->y_plane + i * columns->out + j] * w[t->w];
}

// dw += dy x
static inline void add_to_weight(const tap *t, real *dw, const real *dy, const real *x) {
  const window_axis *rows = &t->c->rows, *columns = &t->c->columns;
  for (size_t i = 0, a, b; i < rows->out; i++)
    for (size_t j = 0; find_tap(rows, i, t->k, &a) && j < columns->out; j++)
      if (find_tap(columns, j, t->l, &b))
        dw[t->w] += dy[t->y_plane + i * columns->out + j] * x[t->x_plane + a * columns->in + b];
}

/* y[n,c,...] = b[c], for `plane` elements of each of the channels. */
static inline void fill_with_bias(real *y, const real *b, size_t samples, size_t channels, size_t plane) {
  for (size_t i = 0; i < samples * channels * plane; i++)
    y[i] = b[i / plane % channels];
}

// db[c] = sum_(n,...) dy[n,c,...]; plane by plane, and row by row within: one running sum would round more
static inline void sum_to_bias(real *db, const real *dy, size_t samples, size_t channels, size_t rows, size_t columns) {
  memset(db, 0, channels * sizeof(real));
  for (size_t i = 0; i < samples * channels; i++) {
    real of_plane = 0;
    for (size_t r = 0; r < rows; r++) {
      real of_row = 0;
      for (size_t k = 0; k < columns; k++)
        of_row += *dy++;
      of_plane += of_row;
    }
    db[i % channels] += of_plane;
  }
}

#endif
