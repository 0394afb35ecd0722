/* Normalised rows in lanes: sums have their terms in the order of forward's. */
#include "layers/lanes_norm.h"

#include <assert.h>
#include <math.h>

#include "core/clones.h"

enum { LANES = 128 }; /* of a run that a loop works on at once */

/* What elements are shifted and multiplied by: (z - shift[k]) factor[k]. */
typedef struct moments {
  double shift[LANES], factor[LANES];
} moments;

/* Of so many lanes alone: there are few often. */
static void clear(moments *m, size_t lanes) {
  for (size_t k = 0; k < lanes; k++)
    m->shift[k] = m->factor[k] = 0;
}

/* In `lanes` lanes, shift[k] and the sum of squared distances from it, in factor[k], becoming the factor. */
static void find_factors(const gchk_lane_norm *s, size_t lanes, moments *m) {
  for (size_t k = 0; k < lanes; k++) {
    const double squares = m->factor[k], length = sqrt(squares);
    if (s->kind == GCHK_NORM_LENGTH)
      m->factor[k] = length > s->eps ? length : s->eps;
    else
      m->factor[k] = 1 / sqrt(squares / (double)s->n + s->eps);
  }
}

/* mean = sum x/n, in GCHK_LANE_STEP lanes. */
GCHK_CLONES static void find_means(size_t n, size_t width, const double *restrict x, double *restrict mean) {
  double sum[GCHK_LANE_STEP] = {0};
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < GCHK_LANE_STEP; k++)
      sum[k] += x[i * width + k];
  for (size_t k = 0; k < GCHK_LANE_STEP; k++)
    mean[k] = sum[k] / (double)n;
}

/* squares = sum (x - shift)^2, in GCHK_LANE_STEP lanes. */
GCHK_CLONES static void find_squares(size_t n, size_t width, const double *restrict x, const double *restrict shift,
                                     double *restrict squares) {
  double sum[GCHK_LANE_STEP] = {0}, from[GCHK_LANE_STEP];
  for (size_t k = 0; k < GCHK_LANE_STEP; k++)
    from[k] = shift[k];
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < GCHK_LANE_STEP; k++) {
      const double distance = x[i * width + k] - from[k];
      sum[k] += distance * distance;
    }
  for (size_t k = 0; k < GCHK_LANE_STEP; k++)
    squares[k] = sum[k];
}

/* y = gamma ((x - shift) factor) + beta, of one element in each lane. */
GCHK_CLONES static void write_products(size_t lanes, const double *restrict x, const moments *restrict m, double gamma,
                                       double beta, double *restrict y) {
  for (size_t k = 0; k < lanes; k++)
    y[k] = gamma * ((x[k] - m->shift[k]) * m->factor[k]) + beta;
}

/* The same where x is one number in all of them. */
GCHK_CLONES static void write_products_of(size_t lanes, double x, const moments *restrict m, double gamma, double beta,
                                          double *restrict y) {
  for (size_t k = 0; k < lanes; k++)
    y[k] = gamma * ((x - m->shift[k]) * m->factor[k]) + beta;
}

GCHK_CLONES static void write_quotients(size_t lanes, const double *restrict x, const moments *restrict m,
                                        double *restrict y) {
  for (size_t k = 0; k < lanes; k++)
    y[k] = x[k] / m->factor[k];
}

GCHK_CLONES static void write_quotients_of(size_t lanes, double x, const moments *restrict m, double *restrict y) {
  for (size_t k = 0; k < lanes; k++)
    y[k] = x / m->factor[k];
}

/* Element i of the row: x[k] in lane k, or where that is NULL, z in all lanes. */
static void write_element(const gchk_lane_norm *s, size_t i, size_t lanes, const double *x, double z, const moments *m,
                          double *y) {
  assert(s->inner > 0 && s->channels > 0);
  const size_t c = s->inner == 1 && i < s->channels ? i : i / s->inner % s->channels;
  const double gamma = s->gamma != NULL ? s->gamma[c] : 1, beta = s->beta != NULL ? s->beta[c] : 0;
  if (s->kind == GCHK_NORM_LENGTH && x != NULL)
    write_quotients(lanes, x, m, y);
  else if (s->kind == GCHK_NORM_LENGTH)
    write_quotients_of(lanes, z, m, y);
  else if (x != NULL)
    write_products(lanes, x, m, gamma, beta, y);
  else
    write_products_of(lanes, z, m, gamma, beta, y);
}

void gchk_lanes_norm(const gchk_lane_norm *s, const gchk_lane_block *block, const double *x, double *y) {
  const size_t width = block->width;
  for (size_t k = 0; k < width; k += GCHK_LANE_STEP)
    for (size_t first = 0; first < s->units; first += s->n) {
      moments m;
      clear(&m, GCHK_LANE_STEP);
      if (s->kind == GCHK_NORM_MOMENTS)
        find_means(s->n, width, x + first * width + k, m.shift);
      find_squares(s->n, width, x + first * width + k, m.shift, m.factor);
      find_factors(s, GCHK_LANE_STEP, &m);
      for (size_t i = first; i < first + s->n; i++)
        write_element(s, i, GCHK_LANE_STEP, x + i * width + k, 0, &m, y + i * width + k);
    }
}

/* sum += x */
GCHK_CLONES static void add_lanes(size_t lanes, double *restrict sum, const double *restrict x) {
  for (size_t k = 0; k < lanes; k++)
    sum[k] += x[k];
}

/* sum += x, one number in all lanes */
GCHK_CLONES static void add_number(size_t lanes, double *restrict sum, double x) {
  for (size_t k = 0; k < lanes; k++)
    sum[k] += x;
}

/* sum += (x - from)^2 */
GCHK_CLONES static void add_squares(size_t lanes, double *restrict sum, const double *restrict x,
                                    const double *restrict from) {
  for (size_t k = 0; k < lanes; k++) {
    const double distance = x[k] - from[k];
    sum[k] += distance * distance;
  }
}

void gchk_lanes_norm_column(const gchk_lane_column *c, const double *x, double *y) {
  const gchk_lane_norm s = {.kind = GCHK_NORM_MOMENTS, .n = c->rows, .eps = c->eps};
  for (size_t k = 0; k < c->count; k += LANES, x += LANES, y += LANES) {
    const size_t lanes = c->count - k < LANES ? c->count - k : LANES;
    moments m;
    clear(&m, lanes);
    for (size_t n = 0; n < c->rows; n++)
      add_lanes(lanes, m.shift, x + n * c->stride);
    for (size_t j = 0; j < lanes; j++)
      m.shift[j] /= (double)c->rows;
    for (size_t n = 0; n < c->rows; n++)
      add_squares(lanes, m.factor, x + n * c->stride, m.shift);
    find_factors(&s, lanes, &m);
    for (size_t n = 0; n < c->rows; n++)
      write_products(lanes, x + n * c->stride, &m, c->gamma, c->beta, y + n * c->stride);
  }
}

/* The n - 1 elements of a group besides one: their mean, in two parts, and the sum of squared distances from it. */
typedef struct others {
  double mean, rest, squares;
} others;

static others find_others(const gchk_lane_norm *s, const double *x, size_t left_out) {
  const double count = s->n > 1 ? (double)(s->n - 1) : 1;
  others o = {0, 0, 0};
  for (size_t i = 0; i < s->n && s->kind == GCHK_NORM_MOMENTS; i++)
    o.mean += i == left_out ? 0 : x[i];
  o.mean /= count;
  for (size_t i = 0; i < s->n && s->kind == GCHK_NORM_MOMENTS; i++)
    o.rest += i == left_out ? 0 : x[i] - o.mean;
  o.rest /= count;
  for (size_t i = 0; i < s->n; i++) {
    const double distance = x[i] - o.mean - o.rest;
    o.squares += i == left_out ? 0 : distance * distance;
  }
  return o;
}

/* mean = sum x/n in forward's order, with x[k] in place of element `changed` of `base`. */
static void find_changed_means(size_t n, const double *base, size_t changed, size_t lanes, const double *x,
                               double *mean) {
  double before = 0;
  for (size_t i = 0; i < changed; i++)
    before += base[i];
  for (size_t k = 0; k < lanes; k++)
    mean[k] = before;
  add_lanes(lanes, mean, x);
  for (size_t i = changed + 1; i < n; i++)
    add_number(lanes, mean, base[i]);
  for (size_t k = 0; k < lanes; k++)
    mean[k] /= (double)n;
}

/* factor[k] of the group that is x[k] and the others. */
static void find_changed_factors(const gchk_lane_norm *s, const others *o, size_t lanes, const double *x, moments *m) {
  const double n = (double)s->n, part = s->kind == GCHK_NORM_MOMENTS ? (n - 1) / n : 1;
  for (size_t k = 0; k < lanes; k++) {
    const double distance = x[k] - o->mean - o->rest;
    m->factor[k] = o->squares + distance * (distance * part);
  }
  find_factors(s, lanes, m);
}

static void fill(double *to, double value, size_t count) {
  for (size_t k = 0; k < count; k++)
    to[k] = value;
}

/* Lanes of one run, from `start` on. */
static void change_lanes(const gchk_lane_norm *s, const gchk_lane_run *run, size_t width, size_t start, size_t lanes,
                         const double *change, double *y) {
  const double *base = s->x + run->row * s->units, *left = s->y + run->row * s->units;
  const size_t first = run->unit / s->n * s->n;
  const others o = find_others(s, base + first, run->unit - first);
  double x[LANES];
  moments m;
  clear(&m, lanes);
  for (size_t k = 0; k < lanes; k++)
    x[k] = base[run->unit] + change[start + k];
  if (s->kind == GCHK_NORM_MOMENTS)
    find_changed_means(s->n, base + first, run->unit - first, lanes, x, m.shift);
  find_changed_factors(s, &o, lanes, x, &m);
  for (size_t i = 0; i < s->units; i++)
    if (i < first || i >= first + s->n)
      fill(y + i * width + start, left[i], lanes);
    else
      write_element(s, i, lanes, i == run->unit ? x : NULL, base[i], &m, y + i * width + start);
}

void gchk_lanes_norm_change(const gchk_lane_norm *s, const gchk_lane_block *block, const double *change, double *y) {
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++)
    for (size_t k = 0; k < run->count; k += LANES) {
      const size_t left = run->count - k;
      change_lanes(s, run, block->width, run->start + k, left < LANES ? left : LANES, change, y);
    }
}

bool gchk_lanes_norm_head(const gchk_lane_norm *s, double (*of_unit)(const gchk_call *, size_t, size_t),
                          gchk_lane_head *head) {
  static const double one = 1;
  *head = (gchk_lane_head){.columns = s->units, .factor = &one, .of_unit = of_unit};
  return s->units == s->channels && s->inner == 1;
}
