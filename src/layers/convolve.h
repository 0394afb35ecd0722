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

#include "layers/add_multiples.h"

/* One axis of an image: how long it is before and after, and how the kernel lies on it. */
typedef struct window_axis {
  size_t in, out, kernel, stride, padding, dilation;
} window_axis;

/* The names of stride, padding and dilation along an axis of an image; what they are where the axes do not differ. */
static const char *const row_names[] = {"SH", "PH", "DH"}, *const column_names[] = {"SW", "PW", "DW"};
#define AXES_DEFAULT " KH=kernel KW=kernel SH=stride SW=stride PH=padding PW=padding DH=dilation DW=dilation"
#define AXES_REQUIRE "SH>0, SW>0, DH>0, DW>0"
/* The products of one channel's outputs that an element has a part in. */
#define TAPS_OF_ELEMENT "KH*KW*(DH*(KH-1)//SH+1)*(DW*(KW-1)//SW+1)"

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

/* From the first on, before the end. */
typedef struct span {
  size_t first, end;
} span;

static inline span one(size_t i) {
  return (span){i, i + 1};
}

/* The channels on the other side, of `others`, that are in the group of this one, of `channels`. */
static inline span of_its_group(size_t channel, size_t channels, size_t others, size_t groups) {
  const size_t group = channel / (channels / groups), per_group = others / groups;
  return (span){group * per_group, (group + 1) * per_group};
}

/* A part of the images of a sample. */
typedef struct box {
  span channels, rows, columns;
} box;

/* What of a convolution is computed: all of it, or what an update does again, of its inputs or of its outputs. */
typedef struct part {
  span samples;
  box in, out;
} part;

static inline part whole(const convolution *c) {
  return (part){.samples = {0, c->samples},
                .in = {{0, c->in_channels}, {0, c->rows.in}, {0, c->columns.in}},
                .out = {{0, c->out_channels}, {0, c->rows.out}, {0, c->columns.out}}};
}

/* How often a step fits into what is left of a length, rounded up; most steps are 1, and a division takes its time. */
static inline size_t steps_in(size_t length, size_t taken, size_t step) {
  const size_t left = length > taken ? length - taken : 0;
  return step == 1 ? left : (left + step - 1) / step;
}

/* The outputs whose tap k lies in the inputs of a part. */
static inline span outputs_of_tap(const window_axis *a, size_t k, span inputs, span outputs) {
  const size_t taken = k * a->dilation, first = steps_in(inputs.first + a->padding, taken, a->stride);
  const size_t end = steps_in(inputs.end + a->padding, taken, a->stride);
  outputs.first = first > outputs.first ? first : outputs.first;
  outputs.end = end < outputs.end ? end : outputs.end;
  return outputs;
}

/* All outputs that input `at` goes into by some tap, and maybe others between them. */
static inline span outputs_of_input(const window_axis *a, size_t at) {
  const size_t end = (at + a->padding) / a->stride + 1;
  return (span){steps_in(at + a->padding, (a->kernel - 1) * a->dilation, a->stride), end < a->out ? end : a->out};
}

/* All inputs that output i takes by some tap, and maybe others between them. */
static inline span inputs_of_output(const window_axis *a, size_t i) {
  const size_t start = i * a->stride, end = start + (a->kernel - 1) * a->dilation + 1;
  const size_t first = start > a->padding ? start - a->padding : 0, last = end > a->padding ? end - a->padding : 0;
  return (span){first, last < a->in ? last : a->in};
}

/*
 * All products x w of one sample and tap, of one channel with those on the other side: elements of x for those of y.
 * From one product to the next of another channel, either x or y stays where it is.
 */
typedef struct tap {
  size_t channels, rows, columns;
  grid x, y;
  size_t w, w_apart; /* where the weights are */
} tap;

/* What is done with all outputs of a tap. */
typedef void (*tap_fn)(const tap *t, real *target, const real *a, const real *b);

/* What a pass over all taps does. */
typedef struct visit {
  const convolution *c;
  const part *p;
  tap_fn fn;
  bool is_to_outputs; /* else to inputs, or to weights */
  real *target;
  const real *a, *b;
} visit;

/* The taps of these channels, one of those that are read and some that are added to; t tells where they begin. */
static inline void for_taps_of_planes(const visit *v, tap t) {
  const window_axis *rows = &v->c->rows, *columns = &v->c->columns;
  const part *p = v->p;
  const tap planes = t;
  t.x.below = rows->stride * columns->in;
  t.x.beside = columns->stride;
  t.y.below = columns->out;
  t.y.beside = 1;
  for (size_t k = 0; k < rows->kernel; k++) {
    const span i = outputs_of_tap(rows, k, p->in.rows, p->out.rows);
    for (size_t l = 0; l < columns->kernel && i.first < i.end; l++) {
      const span j = outputs_of_tap(columns, l, p->in.columns, p->out.columns);
      if (j.first >= j.end)
        continue;
      const size_t row = i.first * rows->stride + k * rows->dilation - rows->padding;
      const size_t column = j.first * columns->stride + l * columns->dilation - columns->padding;
      t.rows = i.end - i.first;
      t.columns = j.end - j.first;
      t.x.first = planes.x.first + row * columns->in + column;
      t.y.first = planes.y.first + i.first * columns->out + j.first;
      t.w = planes.w + k * columns->kernel + l;
      v->fn(&t, v->target, v->a, v->b);
    }
  }
}

/* The channels of one sample and group, from each of one side to all of the other. */
static inline void for_channels(const visit *v, size_t n, span in, span out) {
  const convolution *c = v->c;
  const size_t x_plane = c->rows.in * c->columns.in, y_plane = c->rows.out * c->columns.out;
  const size_t taps = c->rows.kernel * c->columns.kernel, per_group = c->in_channels / c->groups;
  const span from = v->is_to_outputs ? in : out;
  tap t = {.channels = v->is_to_outputs ? out.end - out.first : in.end - in.first,
           .x = {.apart = v->is_to_outputs ? 0 : x_plane},
           .y = {.apart = v->is_to_outputs ? y_plane : 0},
           .w_apart = v->is_to_outputs ? per_group * taps : taps};
  for (size_t k = from.first; k < from.end; k++) {
    const size_t channel = v->is_to_outputs ? k : in.first, o = v->is_to_outputs ? out.first : k;
    t.x.first = (n * c->in_channels + channel) * x_plane;
    t.y.first = (n * c->out_channels + o) * y_plane;
    t.w = (o * per_group + channel % per_group) * taps;
    for_taps_of_planes(v, t);
  }
}

static inline span both(span a, span b) {
  return (span){a.first > b.first ? a.first : b.first, a.end < b.end ? a.end : b.end};
}

/* How many channels are added to at once: what they hold in the box stays in the nearest cache. */
static inline size_t channels_at_once(box b) {
  enum { NEAR = 2048 };
  const size_t elements = (b.rows.end - b.rows.first) * (b.columns.end - b.columns.first);
  return elements < NEAR ? NEAR / elements : 1;
}

/* Every sum runs in the order of samples, of the channels that are not its own, and of taps. */
static inline void for_every_tap(const visit *v) {
  const convolution *c = v->c;
  const part *p = v->p;
  const box *to = v->is_to_outputs ? &p->out : &p->in;
  if (to->rows.first >= to->rows.end || to->columns.first >= to->columns.end)
    return;
  const size_t per_group = c->in_channels / c->groups, of_group = c->out_channels / c->groups;
  const size_t step = channels_at_once(*to);
  for (size_t n = p->samples.first; n < p->samples.end; n++)
    for (size_t g = 0; g < c->groups; g++) {
      const span in = both(p->in.channels, (span){g * per_group, (g + 1) * per_group});
      const span out = both(p->out.channels, (span){g * of_group, (g + 1) * of_group});
      const span all = v->is_to_outputs ? out : in;
      for (size_t first = all.first; first < all.end; first += step) {
        const span some = both(all, (span){first, first + step});
        for_channels(v, n, v->is_to_outputs ? in : some, v->is_to_outputs ? some : out);
      }
    }
}

// y += x w
static inline void add_to_output(const tap *t, real *y, const real *x, const real *w) {
  REAL(gchk_add_multiples)
  (y, t->y, x, t->x, (multiples){w + t->w, t->w_apart}, (extent){t->channels, t->rows, t->columns});
}

// dx += dy w
static inline void add_to_input(const tap *t, real *dx, const real *dy, const real *w) {
  REAL(gchk_add_multiples)
  (dx, t->x, dy, t->y, (multiples){w + t->w, t->w_apart}, (extent){t->channels, t->rows, t->columns});
}

// dw += dy x; of several channels of x
static inline void add_to_weight(const tap *t, real *dw, const real *dy, const real *x) {
  for (size_t c = 0; c < t->channels; c++) {
    const real *x_plane = x + t->x.first + c * t->x.apart;
    for (size_t i = 0; i < t->rows; i++)
      for (size_t j = 0; j < t->columns; j++)
        dw[t->w + c * t->w_apart] += dy[t->y.first + i * t->y.below + j] * x_plane[i * t->x.below + j * t->x.beside];
  }
}

/* y[n,c,i,j] = b[c] in a box of images of so many channels, rows and columns. */
static inline void fill_with_bias(real *y, const real *b, span samples, box in, size_t channels, size_t rows,
                                  size_t columns) {
  for (size_t n = samples.first; n < samples.end; n++)
    for (size_t c = in.channels.first; c < in.channels.end; c++)
      for (size_t i = in.rows.first; i < in.rows.end; i++)
        for (size_t j = in.columns.first; j < in.columns.end; j++)
          y[((n * channels + c) * rows + i) * columns + j] = b[c];
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
