/* Figures of many elements, all or some of them, against the same sums and sorted arrays one element after the other. */
#include "check/figures.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_tests.h"
#include "gradcheck/random.h"

enum { MOST = 5000 };

typedef struct bench {
  gchk_case_work work;
  gchk_tensor_work tensor;
  double analytic[MOST], numeric[MOST], bound[MOST], numeric_bound[MOST], step[MOST];
  unsigned char verdict[MOST];
  size_t checked[MOST];
} bench;

/* Of kinds 1 and 3 some are no numbers; from 2 on most are exact zeros and steps are the same. */
static void fill(bench *b, gchk_random *random, int kind, bool all, bool fixed) {
  static const double odd[] = {(double)NAN, HUGE_VAL, -HUGE_VAL, DBL_MAX, -0.0};
  static const unsigned char verdicts[] = {GCHK_PASS, GCHK_KINK, GCHK_INCONCLUSIVE, GCHK_FAIL, GCHK_ERROR};
  const size_t total = 1 + gchk_random_below(random, MOST);
  b->tensor = (gchk_tensor_work){.total = total,
                                 .checked = b->checked,
                                 .analytic = {b->analytic},
                                 .numeric = {b->numeric},
                                 .bound = {b->bound},
                                 .numeric_bound = {b->numeric_bound},
                                 .step = b->step,
                                 .verdict = b->verdict,
                                 .has_fixed_step = fixed};
  for (size_t e = 0; e < total; e++) {
    const bool is_zero = kind >= 2 && gchk_random_below(random, 300) > 0;
    b->analytic[e] = is_zero ? 0 : gchk_random_signed(random) * pow(10, gchk_random_uniform(random, -12, 3));
    b->numeric[e] = is_zero ? 0 : b->analytic[e] * (1 + 1e-9 * gchk_random_signed(random));
    b->bound[e] = is_zero ? 0 : fabs(b->analytic[e]) * pow(10, gchk_random_uniform(random, -12, 1));
    b->numeric_bound[e] = b->bound[e] / 2;
    b->step[e] = kind >= 2 ? 1e-4 : pow(2, -(double)gchk_random_below(random, 20));
    b->verdict[e] = verdicts[gchk_random_below(random, 5)];
    double *const arrays[] = {b->analytic, b->numeric, b->bound, b->numeric_bound, b->step};
    const size_t which = gchk_random_below(random, 40);
    if (kind % 2 == 1 && which < 5)
      arrays[which][e] = which >= 2 ? (double)NAN : odd[gchk_random_below(random, 5)];
    if (all || gchk_random_below(random, 2) == 0)
      b->checked[b->tensor.checked_count++] = e;
  }
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *x, size_t count) {
  qsort(x, count, sizeof *x, compare);
  if (count == 0)
    return (double)NAN;
  const double a = x[(count - 1) / 2], b = x[count / 2];
  return a == b ? a : 0.5 * a + 0.5 * b;
}

static void expect(const bench *b, gchk_tensor_result *r) {
  static double bounds[MOST], parts[MOST], steps[MOST];
  const gchk_tensor_work *w = &b->tensor;
  size_t compared = 0, bound_count = 0, part_count = 0, step_count = 0;
  double mean = 0, bound = 0, gd = 0, gg = 0, dd = 0;
  bool any = false;
  *r = (gchk_tensor_result){0};
  for (size_t k = 0; k < w->checked_count; k++) {
    const unsigned char verdict = b->verdict[w->checked[k]];
    any = any || verdict == GCHK_PASS || verdict == GCHK_FAIL || verdict == GCHK_ERROR;
  }
  for (size_t k = 0; k < w->checked_count; k++) {
    const size_t e = w->checked[k];
    const double g = b->analytic[e], d = b->numeric[e], diff = fabs(g - d);
    const bool judged = b->verdict[e] == GCHK_PASS || b->verdict[e] == GCHK_FAIL || b->verdict[e] == GCHK_ERROR;
    const double size = fmax(fabs(g), fabs(d)), uncertainty = fmax(b->numeric_bound[e], diff);
    if (size > 0 && uncertainty < size)
      parts[part_count++] = uncertainty / size;
    if (!isnan(b->step[e]))
      steps[step_count++] = b->step[e];
    if ((any && !w->has_fixed_step && !judged) || (isfinite(g) && !isfinite(d)))
      continue;
    compared++;
    mean += isfinite(diff) ? diff : (double)NAN;
    bound += b->bound[e];
    gd += g * d;
    gg += g * g;
    dd += d * d;
    r->max_abs_diff = fmax(r->max_abs_diff, diff);
    r->max_rel_diff =
        size > 0 ? fmax(r->max_rel_diff, diff / (fabs(d) > fabs(g) ? fabs(d) : fabs(g))) : r->max_rel_diff;
    r->bound_max = fmax(r->bound_max, b->bound[e]);
    if (!isnan(b->bound[e]))
      bounds[bound_count++] = b->bound[e];
  }
  r->mean_abs_diff = compared > 0 ? mean / (double)compared : (double)NAN;
  r->bound_mean = compared > 0 ? bound / (double)compared : (double)NAN;
  if (compared == 0)
    r->max_abs_diff = r->max_rel_diff = r->bound_max = (double)NAN;
  else if (isnan(mean))
    r->max_abs_diff = r->max_rel_diff = HUGE_VAL;
  r->cosine = gg > 0 && dd > 0 ? fmax(-1, fmin(gd / (sqrt(gg) * sqrt(dd)), 1)) : (double)NAN;
  r->bound_median = median(bounds, bound_count);
  r->step = median(steps, step_count);
  for (size_t k = 0; k < part_count; k++)
    parts[k] = parts[k] > 0 ? fmin(17, -log10(parts[k])) : 17;
  r->digits = median(parts, part_count);
}

static bool are_same(double a, double b) {
  return (isnan(a) && isnan(b)) || a == b;
}

START_TEST(figures_are_those_of_one_element_after_the_other) {
  static bench b;
  gchk_random random = gchk_random_seeded(21);
  b.work = (gchk_case_work){.scratch = gchk_arena_new(), .draw_count = 1};
  for (int trial = 0; trial < 64; trial++) {
    gchk_tensor_result found = {0}, expected;
    fill(&b, &random, _i, trial % 2 == 0, trial % 4 < 2);
    expect(&b, &expected);
    ck_assert(gchk_describe_figures(&b.work, &b.tensor, 0, &found));
    ck_assert(are_same(found.mean_abs_diff, expected.mean_abs_diff) && are_same(found.bound_mean, expected.bound_mean));
    ck_assert(are_same(found.max_abs_diff, expected.max_abs_diff) &&
              are_same(found.max_rel_diff, expected.max_rel_diff));
    ck_assert(are_same(found.cosine, expected.cosine) && are_same(found.bound_max, expected.bound_max));
    ck_assert_msg(are_same(found.bound_median, expected.bound_median), "%g %g", found.bound_median,
                  expected.bound_median);
    ck_assert(are_same(found.step, expected.step));
    ck_assert_msg(are_same(found.digits, expected.digits), "%.17g %.17g", found.digits, expected.digits);
    const gchk_difference mean = gchk_mean_difference(&b.tensor, 0);
    ck_assert(are_same(mean.mean, expected.mean_abs_diff) && are_same(mean.bound, expected.bound_mean));
  }
  gchk_arena_free(b.work.scratch);
}
END_TEST

TCase *figure_tests(void) {
  TCase *tests = tcase_create("figures");
  tcase_add_loop_test(tests, figures_are_those_of_one_element_after_the_other, 0, 4);
  return tests;
}
