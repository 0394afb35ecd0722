/* Sums of the exponentials of rows that differ little from those of the base. */
#include "layers/lanes_softmax.h"

#include <math.h>

#include "core/arrays.h"
#include "core/clones.h"
#include "core/vector_exp.h"
#include "layers/lanes_rows.h"

enum { TERMS = 8, STEP = GCHK_LANE_STEP / 2 };

static const double small = 0x1p-5;            /* |d| up to which the polynomial is exp(d) */
static const double near_largest = 1 - 0x1p-3; /* below exp(-2 small): smaller e[c] stay below the largest, 1 */

static const double inverse_factorial[TERMS] = {1, 1, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040};

/* a[0] + a[1] u + .. */
GCHK_IN_CLONES double polynomial(const double *a, double u) {
  return a[0] + u * (a[1] + u * (a[2] + u * (a[3] + u * (a[4] + u * (a[5] + u * (a[6] + u * a[7]))))));
}

/* |d| <= small */
GCHK_IN_CLONES double exp_of_small(double d) {
  return polynomial(inverse_factorial, d);
}

/* The class of the largest, where no other is near; or how many classes there are. */
static size_t alone_in(const double *e, size_t classes) {
  size_t alone = classes, near = 0;
  for (size_t c = 0; c < classes; c++)
    if (e[c] >= near_largest) {
      alone = c;
      near++;
    }
  return near == 1 ? alone : classes;
}

void gchk_lanes_softmax_base(size_t rows, size_t classes, const double *x, double *base) {
  for (size_t n = 0; n < rows; n++) {
    const double *from = x + n * classes;
    double *score = base + n * gchk_softmax_numbers(classes), m = from[0];
    for (size_t c = 1; c < classes; c++)
      m = from[c] > m ? from[c] : m;
    for (size_t c = 0; c < classes; c++)
      score[c] = from[c] - m;
    gchk_exp_array(score + classes, score, classes);
    score[2 * classes] = (double)alone_in(score + classes, classes);
  }
}

/* A run's row: its scores and their exponentials, and the factors of its changes, `stride` apart. */
typedef struct row {
  const double *score, *e, *factor;
  size_t classes, stride;
  size_t single; /* the one class that changes, by the change itself; that of none where `factor` says how */
  size_t alone;  /* the class that has the largest e[c], 1, whatever small d are; that of none: there are several */
} row;

static row row_of(const gchk_lane_run *run, const gchk_softmax_by *by) {
  const gchk_lane_changes *changes = by->changes;
  const size_t classes = by->classes;
  const double *score = by->base + run->row * gchk_softmax_numbers(classes);
  row r = {.score = score, .e = score + classes, .classes = classes, .single = run->unit};
  r.alone = (size_t)score[2 * classes];
  if (changes->factor != NULL) {
    r.factor = changes->factor + run->unit * changes->by_changed;
    r.stride = changes->by_element;
    r.single = classes;
  }
  return r;
}

GCHK_IN_CLONES double factor_of(const row *r, size_t c) {
  return r->factor != NULL ? r->factor[c * r->stride] : c == r->single;
}

/* The largest |factor|; NaN where one is. */
static double steepest_of(const row *r) {
  double steepest = r->factor == NULL;
  for (size_t c = 0; r->factor != NULL && c < r->classes; c++) {
    const double size = fabs(r->factor[c * r->stride]);
    steepest = size <= steepest ? steepest : size;
  }
  return steepest;
}

/*
 * What rows have in common in which the same unit is changed. Factors are divided by the steepest of them, which the
 * changes are multiplied with instead: no power of the one overflows, and none of the other where d is small.
 */
typedef struct slope {
  double steepest, scale; /* the same, or 1 for 0 */
  bool has_powers;
  double *power; /* of class c, at [c * TERMS + n]: (factor/scale)^n/n! */
} slope;

static slope slope_of(const row *r, double *room) {
  const double steepest = steepest_of(r);
  return (slope){.steepest = steepest, .scale = steepest > 0 ? steepest : 1, .power = room};
}

static void find_powers(slope *s, const row *r) {
  for (size_t c = 0; c < r->classes; c++) {
    const double f = r->factor[c * r->stride] / s->scale;
    double power = 1;
    for (size_t n = 0; n < TERMS; n++) {
      s->power[c * TERMS + n] = power * inverse_factorial[n];
      power *= f;
    }
  }
  s->has_powers = true;
}

/* What a run's lanes come to: term[0] + term[1] u + .., u = scale change, and e exp(factor change) of one class. */
typedef struct series {
  double term[TERMS], scale;
  double e, factor;
} series;

/* to[n] = sum_c e[c] power[c][n], added in the order of classes. */
GCHK_CLONES static void find_moments(size_t classes, const double *restrict e, const double *restrict power,
                                     double *restrict to) {
  for (size_t n = 0; n < TERMS; n++)
    to[n] = 0;
  for (size_t c = 0; c < classes; c++) {
    GCHK_SHORT_LOOP
    for (size_t n = 0; n < TERMS; n++)
      to[n] += e[c] * power[c * TERMS + n];
  }
}

/* STEP lanes. */
GCHK_IN_CLONES void evaluate_step(const series *s, const double *restrict change, double *restrict sum,
                                  double *restrict part) {
  GCHK_SHORT_LOOP
  for (size_t k = 0; k < STEP; k++) {
    sum[k] = polynomial(s->term, change[k] * s->scale);
    part[k] = s->e * exp_of_small(change[k] * s->factor);
  }
}

/* The last step has some of the lanes before it once more, with the same results. */
GCHK_CLONES static void evaluate(const series *given, const double *restrict change, size_t count, double *restrict sum,
                                 double *restrict part) {
  const series s = *given;
  double some[STEP] = {0}, sums[STEP], parts[STEP];
  for (size_t k = 0; k < count && count >= STEP; k += STEP) {
    const size_t at = k + STEP <= count ? k : count - STEP;
    evaluate_step(&s, change + at, sum + at, part + at);
  }
  if (count >= STEP)
    return;
  for (size_t k = 0; k < count; k++)
    some[k] = change[k];
  evaluate_step(&s, some, sums, parts);
  for (size_t k = 0; k < count; k++) {
    sum[k] = sums[k];
    part[k] = parts[k];
  }
}

/* sum += eps max_c e[c], in lanes that are small, GCHK_LANE_STEP at most. */
GCHK_CLONES static void add_largest(const row *given, double eps, const double *restrict change, size_t lanes,
                                    double *restrict sum) {
  const row r = *given;
  double most[GCHK_LANE_STEP] = {0};
  for (size_t c = 0; c < r.classes; c++) {
    const double e = r.e[c], factor = factor_of(&r, c);
    for (size_t k = 0; k < lanes && e >= near_largest; k++) {
      const double changed = e * exp_of_small(change[k] * factor);
      most[k] = changed > most[k] ? changed : most[k];
    }
  }
  for (size_t k = 0; k < lanes; k++)
    sum[k] += eps * most[k];
}

/* S of lanes that are small where one class changes, GCHK_LANE_STEP at most; the terms are added in their order. */
GCHK_IN_CLONES void sums_of_single(const row *r, const double *restrict change, double eps, size_t lanes,
                                   double *restrict to) {
  double sum[GCHK_LANE_STEP], most[GCHK_LANE_STEP], before = 0, others = 0;
  for (size_t c = 0; c < r->classes; c++)
    others = c != r->single && r->e[c] > others ? r->e[c] : others;
  for (size_t c = 0; c < r->single; c++)
    before += r->e[c];
  for (size_t k = 0; k < lanes; k++) {
    const double changed = r->e[r->single] * exp_of_small(change[k]);
    sum[k] = before + changed;
    most[k] = changed > others ? changed : others;
  }
  for (size_t c = r->single + 1; c < r->classes; c++)
    for (size_t k = 0; k < lanes; k++)
      sum[k] += r->e[c];
  for (size_t k = 0; k < lanes; k++)
    to[k] = sum[k] + eps * most[k];
}

/* Fewer lanes than `lanes`: zeros take the place of the rest. */
GCHK_IN_CLONES void sums_of_few(const row *r, const double *restrict change, double eps, size_t count, size_t lanes,
                                double *restrict sum) {
  double some[GCHK_LANE_STEP] = {0}, to[GCHK_LANE_STEP];
  for (size_t i = 0; i < count; i++)
    some[i] = change[i];
  sums_of_single(r, some, eps, lanes, to);
  for (size_t i = 0; i < count; i++)
    sum[i] = to[i];
}

/* Of a run. The last step has some of the lanes before it once more, with the same sums. */
GCHK_CLONES static void sums_of_singles(const row *given, const double *restrict change, double eps, size_t count,
                                        double *restrict sum) {
  const row r = *given;
  for (size_t k = 0; k < count && count >= GCHK_LANE_STEP; k += GCHK_LANE_STEP) {
    const size_t at = k + GCHK_LANE_STEP <= count ? k : count - GCHK_LANE_STEP;
    sums_of_single(&r, change + at, eps, GCHK_LANE_STEP, sum + at);
  }
  if (count <= STEP)
    sums_of_few(&r, change, eps, count, STEP, sum);
  else if (count < GCHK_LANE_STEP)
    sums_of_few(&r, change, eps, count, GCHK_LANE_STEP, sum);
}

GCHK_CLONES static void exps_of_small(double *restrict to, double e, double factor, const double *restrict change,
                                      size_t count) {
  for (size_t k = 0; k < count; k++)
    to[k] = e * exp_of_small(change[k] * factor);
}

/* Lanes that do not fit, of any runs: where they are, their rows and changes, and the class that is asked about. */
typedef struct large_lanes {
  size_t count, lane[GCHK_LANE_STEP];
  row row[GCHK_LANE_STEP];
  size_t wanted[GCHK_LANE_STEP];
  double change[GCHK_LANE_STEP];
} large_lanes;

static double score_of(const row *r, size_t c, double change) {
  if (r->factor != NULL)
    return r->score[c] + change * r->factor[c * r->stride];
  return c == r->single ? r->score[c] + change : r->score[c];
}

static bool are_of_one_row(const large_lanes *l) {
  for (size_t k = 1; k < l->count; k++)
    if (l->row[k].score != l->row[0].score || l->row[k].factor != l->row[0].factor ||
        l->row[k].single != l->row[0].single)
      return false;
  return true;
}

/* Their scores, as GCHK_LANE_STEP lanes. */
static void find_scores(const large_lanes *l, double *x) {
  for (size_t c = 0; c < l->row->classes; c++)
    for (size_t k = 0; k < GCHK_LANE_STEP; k++)
      x[c * GCHK_LANE_STEP + k] = k < l->count ? score_of(&l->row[k], c, l->change[k]) : 0;
}

/* The same of one row whose changes have factors, in all lanes. */
GCHK_CLONES static void scores_of_row(const row *given, const double *restrict change, double *restrict x) {
  const row r = *given;
  for (size_t c = 0; c < r.classes; c++) {
    const double score = r.score[c], factor = r.factor[c * r.stride];
    for (size_t k = 0; k < GCHK_LANE_STEP; k++)
      x[c * GCHK_LANE_STEP + k] = score + change[k] * factor;
  }
}

/* As gchk_lanes_exp finds it. */
GCHK_CLONES static void largest_scores(size_t classes, const double *restrict x, double *restrict largest) {
  for (size_t k = 0; k < GCHK_LANE_STEP; k++)
    largest[k] = x[k];
  for (size_t c = 1; c < classes; c++)
    for (size_t k = 0; k < GCHK_LANE_STEP; k++)
      largest[k] = x[c * GCHK_LANE_STEP + k] > largest[k] ? x[c * GCHK_LANE_STEP + k] : largest[k];
}

/* All that is asked of lanes of any rows, of which there are none then. */
static void find_large(const gchk_softmax_by *by, large_lanes *l) {
  double s[GCHK_LANE_STEP], total[GCHK_LANE_STEP], *x = by->x;
  if (l->count == GCHK_LANE_STEP && l->row->factor != NULL && are_of_one_row(l))
    scores_of_row(l->row, l->change, x);
  else
    find_scores(l, x);
  largest_scores(by->classes, x, s);
  gchk_lanes_exp(GCHK_LANE_STEP, by->classes, x, x, total);
  for (size_t k = 0; k < l->count; k++) {
    const size_t lane = l->lane[k], c = l->wanted[k];
    by->shift[lane] = s[k];
    by->sum[lane] = total[k] + by->eps;
    by->part[lane] = by->wants_score ? score_of(&l->row[k], c, l->change[k]) - s[k] : x[c * GCHK_LANE_STEP + k];
  }
  l->count = 0;
}

/* Do all d of a lane fit the polynomial? */
GCHK_IN_CLONES bool is_small(double change, double steepest) {
  return fabs(change) * steepest <= small;
}

/* Of `count` changes. */
GCHK_CLONES static bool all_are_small(const double *restrict change, double steepest, size_t count) {
  uint64_t fit = 0; // as wide as what is compared
  for (size_t k = 0; k < count; k++)
    fit += is_small(change[k], steepest);
  return fit == count;
}

static void add_lane(large_lanes *l, size_t lane, const row *r, size_t wanted, double change) {
  l->lane[l->count] = lane;
  l->row[l->count] = *r;
  l->wanted[l->count] = wanted;
  l->change[l->count++] = change;
}

/* Of a run whose changes have factors. Where a class has the largest e[c] alone, eps e[c] has the powers as terms. */
static series series_of(const row *r, const slope *s, size_t wanted, double eps) {
  series to = {.scale = s->scale, .e = r->e[wanted], .factor = r->factor[wanted * r->stride]};
  find_moments(r->classes, r->e, s->power, to.term);
  for (size_t n = 0; n < TERMS && r->alone < r->classes && eps > 0; n++)
    to.term[n] += eps * s->power[r->alone * TERMS + n];
  return to;
}

/* S and e[c] of a run's lanes as if all of them were small. */
static void sum_small(const gchk_softmax_by *by, const gchk_lane_run *run, const row *r, const slope *s,
                      size_t wanted) {
  const double *change = by->changes->change + run->start, eps = by->eps;
  double *sum = by->sum + run->start, *part = by->part + run->start;
  if (r->factor == NULL) {
    sums_of_singles(r, change, eps, run->count, sum);
    exps_of_small(part, r->e[wanted], wanted == r->single, change, run->count);
  } else {
    const series terms = series_of(r, s, wanted, eps);
    evaluate(&terms, change, run->count, sum, part);
    for (size_t k = 0; k < run->count && r->alone == r->classes && eps > 0; k += GCHK_LANE_STEP)
      add_largest(r, eps, change + k, run->count - k < GCHK_LANE_STEP ? run->count - k : GCHK_LANE_STEP, sum + k);
  }
  if (by->wants_score)
    gchk_lanes_score_by(run, by, wanted, part);
}

/* The lanes of a run that are not, where there are some; a full `large` is worked off. */
static void add_large(const gchk_softmax_by *by, const gchk_lane_run *run, const row *r, slope *s, size_t wanted,
                      large_lanes *large) {
  const double *change = by->changes->change + run->start;
  if (all_are_small(change, s->steepest, run->count))
    return;
  for (size_t k = 0; k < run->count; k++) {
    if (is_small(change[k], s->steepest))
      continue;
    add_lane(large, run->start + k, r, wanted, change[k]);
    if (large->count == GCHK_LANE_STEP) {
      find_large(by, large);
      s->has_powers = false; // their room is written
    }
  }
}

/* Of a row about which nothing is asked it is the first class that is told of. */
static size_t wanted_of(const gchk_softmax_by *by, size_t n) {
  const size_t c = by->wanted != NULL ? (size_t)by->wanted[n] : 0;
  return c < by->classes ? c : 0;
}

void gchk_lanes_sums_by(const gchk_lane_block *block, const gchk_softmax_by *by) {
  slope s = {.steepest = 0};
  large_lanes large;
  large.count = 0;
  gchk_array_fill(by->shift, 0, block->width);
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++) {
    const row r = row_of(run, by);
    const size_t wanted = wanted_of(by, run->row);
    if (run == block->runs || run->unit != run[-1].unit)
      s = slope_of(&r, by->x);
    if (r.factor != NULL && !s.has_powers)
      find_powers(&s, &r);
    sum_small(by, run, &r, &s, wanted);
    add_large(by, run, &r, &s, wanted, &large);
  }
  if (large.count > 0)
    find_large(by, &large);
}

void gchk_lanes_exp_by(const gchk_lane_run *run, const gchk_softmax_by *by, size_t c, double *to) {
  const row r = row_of(run, by);
  const double *change = by->changes->change + run->start, steepest = steepest_of(&r);
  const bool is_done = all_are_small(change, steepest, run->count);
  exps_of_small(to, r.e[c], factor_of(&r, c), change, run->count);
  for (size_t k = 0; !is_done && k < run->count;) {
    double x[GCHK_LANE_STEP];
    size_t lane[GCHK_LANE_STEP], count = 0;
    for (; k < run->count && count < GCHK_LANE_STEP; k++)
      if (!is_small(change[k], steepest)) {
        x[count] = score_of(&r, c, change[k]) - by->shift[run->start + k];
        lane[count++] = k;
      }
    gchk_exp_array(x, x, count);
    for (size_t i = 0; i < count; i++)
      to[lane[i]] = x[i];
  }
}

GCHK_CLONES static void scores_of(double *restrict to, double score, double factor, const double *restrict change,
                                  const double *restrict shift, size_t count) {
  for (size_t k = 0; k < count; k++)
    to[k] = score + change[k] * factor - shift[k];
}

void gchk_lanes_score_by(const gchk_lane_run *run, const gchk_softmax_by *by, size_t c, double *to) {
  const row r = row_of(run, by);
  const double *shift = by->shift + run->start;
  if (r.factor != NULL || c == r.single)
    scores_of(to, r.score[c], factor_of(&r, c), by->changes->change + run->start, shift, run->count);
  else
    for (size_t k = 0; k < run->count; k++)
      to[k] = r.score[c] - shift[k];
}
