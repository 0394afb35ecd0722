/* Sums of the exponentials of rows that differ little from those of the base. */
#include "layers/lanes_softmax.h"

#include <math.h>
#include <string.h>

#include "core/clones.h"
#include "core/vector_exp.h"
#include "layers/lanes_rows.h"

enum { FEW = GCHK_LANE_STEP / 2 };

static const double small = 0x1p-5;            /* |d| up to which the polynomial is exp(d) */
static const double near_largest = 1 - 0x1p-3; /* below exp(-2 small): smaller e[c] stay below the largest, 1 */

/* |d| <= small */
GCHK_IN_CLONES double exp_of_small(double d) {
  return 1 + d * (1 + d * (1.0 / 2 +
                           d * (1.0 / 6 + d * (1.0 / 24 + d * (1.0 / 120 + d * (1.0 / 720 + d * (1.0 / 5040)))))));
}

void gchk_lanes_softmax_base(size_t rows, size_t classes, const double *x, double *base) {
  for (size_t n = 0; n < rows; n++) {
    const double *from = x + n * classes;
    double *score = base + 2 * n * classes, m = from[0];
    for (size_t c = 1; c < classes; c++)
      m = from[c] > m ? from[c] : m;
    for (size_t c = 0; c < classes; c++)
      score[c] = from[c] - m;
    gchk_exp_array(score + classes, score, classes);
  }
}

/* A run's row: its scores and their exponentials, and the factors of its changes, `stride` apart. */
typedef struct row {
  const double *score, *e, *factor;
  size_t classes, stride;
  size_t single; /* the one class that changes, by the change itself; that of none where `factor` says how */
} row;

static row row_of(const gchk_lane_run *run, const gchk_lane_changes *changes, size_t classes, const double *base) {
  const double *score = base + 2 * run->row * classes;
  row r = {.score = score, .e = score + classes, .classes = classes, .single = run->unit};
  if (changes->factor != NULL) {
    r.factor = changes->factor + run->unit * changes->by_changed;
    r.stride = changes->by_element;
    r.single = classes;
  }
  return r;
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

/* S of `lanes` lanes, GCHK_LANE_STEP at most, whose d are small. */
GCHK_IN_CLONES void sums_of_products(const row *r, const double *restrict change, double eps, size_t lanes,
                                     double *restrict to) {
  double sum[GCHK_LANE_STEP] = {0}, most[GCHK_LANE_STEP] = {0};
  for (size_t c = 0; c < r->classes; c++) {
    const double factor = r->factor[c * r->stride], e = r->e[c];
    double changed[GCHK_LANE_STEP];
    for (size_t k = 0; k < lanes; k++) {
      changed[k] = e * exp_of_small(change[k] * factor);
      sum[k] += changed[k];
    }
    for (size_t k = 0; k < lanes && e >= near_largest; k++)
      most[k] = changed[k] > most[k] ? changed[k] : most[k];
  }
  for (size_t k = 0; k < lanes; k++)
    to[k] = sum[k] + eps * most[k];
}

/* The same where one class changes; the terms are added in their order. */
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

GCHK_IN_CLONES void sums_of(const row *r, const double *restrict change, double eps, size_t lanes,
                            double *restrict to) {
  if (r->factor != NULL)
    sums_of_products(r, change, eps, lanes, to);
  else
    sums_of_single(r, change, eps, lanes, to);
}

/* Do all d of a lane fit the polynomial? */
GCHK_IN_CLONES bool is_small(double change, double steepest) {
  return fabs(change) * steepest <= small;
}

/* Fewer lanes than `lanes`: zeros take the place of the rest. */
GCHK_IN_CLONES void sums_of_few(const row *r, const double *restrict change, double eps, size_t count, size_t lanes,
                                double *restrict sum) {
  double some[GCHK_LANE_STEP] = {0}, to[GCHK_LANE_STEP];
  for (size_t i = 0; i < count; i++)
    some[i] = change[i];
  sums_of(r, some, eps, lanes, to);
  for (size_t i = 0; i < count; i++)
    sum[i] = to[i];
}

/*
 * S of `count` lanes as if all were small, and how many are. The last step has some of the lanes before it once more,
 * with the same sums.
 */
GCHK_CLONES static size_t sums_of_small(const row *given, const double *restrict change, double steepest, double eps,
                                        size_t count, double *restrict sum) {
  const row r = *given;
  uint64_t fit = 0; // as wide as what is compared
  for (size_t i = 0; i < count; i++)
    fit += is_small(change[i], steepest);
  for (size_t k = 0; k < count && count >= GCHK_LANE_STEP; k += GCHK_LANE_STEP) {
    const size_t at = k + GCHK_LANE_STEP <= count ? k : count - GCHK_LANE_STEP;
    sums_of(&r, change + at, eps, GCHK_LANE_STEP, sum + at);
  }
  if (count <= FEW)
    sums_of_few(&r, change, eps, count, FEW, sum);
  else if (count < GCHK_LANE_STEP)
    sums_of_few(&r, change, eps, count, GCHK_LANE_STEP, sum);
  return (size_t)fit;
}

/* Lanes that do not fit, of any runs: where they are, their rows and changes. */
typedef struct large_lanes {
  size_t count, lane[GCHK_LANE_STEP];
  row row[GCHK_LANE_STEP];
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

/* s and S of these lanes, of which there are none then; x is room for their scores. */
static void find_large(large_lanes *l, double eps, double *x, double *shift, double *sum) {
  double s[GCHK_LANE_STEP], total[GCHK_LANE_STEP];
  const size_t classes = l->row->classes;
  if (l->count == GCHK_LANE_STEP && l->row->factor != NULL && are_of_one_row(l))
    scores_of_row(l->row, l->change, x);
  else
    find_scores(l, x);
  largest_scores(classes, x, s);
  gchk_lanes_exp(GCHK_LANE_STEP, classes, x, x, total);
  for (size_t k = 0; k < l->count; k++) {
    shift[l->lane[k]] = s[k];
    sum[l->lane[k]] = total[k] + eps;
  }
  l->count = 0;
}

bool gchk_lanes_sums_by(const gchk_lane_block *block, const gchk_lane_changes *changes, size_t classes,
                        const double *base, double eps, double *x, double *shift, double *sum) {
  bool are_small = true;
  double steepest = 0;
  large_lanes l;
  l.count = 0;
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++) {
    const row r = row_of(run, changes, classes, base);
    const double *change = changes->change + run->start;
    if (run == block->runs || run->unit != run[-1].unit)
      steepest = steepest_of(&r);
    const size_t fit = sums_of_small(&r, change, steepest, eps, run->count, sum + run->start);
    are_small = are_small && fit == run->count;
    for (size_t k = 0; k < run->count; k++)
      shift[run->start + k] = 0;
    for (size_t k = 0; fit < run->count && k < run->count; k++) {
      if (is_small(change[k], steepest))
        continue;
      l.lane[l.count] = run->start + k;
      l.row[l.count] = r;
      l.change[l.count++] = change[k];
      if (l.count == GCHK_LANE_STEP)
        find_large(&l, eps, x, shift, sum);
    }
  }
  if (l.count > 0)
    find_large(&l, eps, x, shift, sum);
  return are_small;
}

/* Of `count` changes. */
GCHK_CLONES static bool all_are_small(const double *restrict change, double steepest, size_t count) {
  uint64_t fit = 0; // as wide as what is compared
  for (size_t k = 0; k < count; k++)
    fit += is_small(change[k], steepest);
  return fit == count;
}

GCHK_CLONES static void exps_of_small(double *restrict to, double e, double factor, const double *restrict change,
                                      size_t count) {
  for (size_t k = 0; k < count; k++)
    to[k] = e * exp_of_small(change[k] * factor);
}

void gchk_lanes_exp_by(const gchk_lane_run *run, const gchk_lane_changes *changes, size_t classes, const double *base,
                       size_t c, const double *shift, bool are_small, double *to) {
  const row r = row_of(run, changes, classes, base);
  const double *change = changes->change + run->start;
  const double steepest = are_small ? 0 : steepest_of(&r);
  const bool is_done = are_small || all_are_small(change, steepest, run->count);
  exps_of_small(to, r.e[c], r.factor != NULL ? r.factor[c * r.stride] : c == r.single, change, run->count);
  for (size_t k = 0; !is_done && k < run->count;) {
    double x[GCHK_LANE_STEP];
    size_t lane[GCHK_LANE_STEP], count = 0;
    for (; k < run->count && count < GCHK_LANE_STEP; k++)
      if (!is_small(change[k], steepest)) {
        x[count] = score_of(&r, c, change[k]) - shift[run->start + k];
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

void gchk_lanes_score_by(const gchk_lane_run *run, const gchk_lane_changes *changes, size_t classes, const double *base,
                         size_t c, const double *shift, double *to) {
  const row r = row_of(run, changes, classes, base);
  if (r.factor != NULL || c == r.single)
    scores_of(to, r.score[c], r.factor != NULL ? r.factor[c * r.stride] : 1, changes->change + run->start,
              shift + run->start, run->count);
  else
    for (size_t k = 0; k < run->count; k++)
      to[k] = r.score[c] - shift[run->start + k];
}
