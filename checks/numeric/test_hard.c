/*
 * The hard functions: their derivatives held against differences in quad precision, then the bound and the verdict held
 * against them, in both halves of the set apart.
 */
#include <math.h>
#include <stdio.h>

#include "main.h"
#include "numeric/trial.h"

static double value64(void *context, double x) {
  return (*(const hard_function *const *)context)->value(x);
}

static double value32(void *context, double x) {
  return (double)(*(const hard_function *const *)context)->value32((float)x);
}

/* Central differences in quad precision, extrapolated once: error of order 1e-20 where the function is smooth around x. */
static quad difference(const hard_function *f, quad x, quad h) {
  quad near = (f->exact(x + h) - f->exact(x - h)) / (2 * h);
  quad far = (f->exact(x + 2 * h) - f->exact(x - 2 * h)) / (4 * h);
  return (4 * near - far) / 3;
}

/* The oracle proves itself: no closed form is taken on trust. */
START_TEST(derivatives_are_right) {
  size_t checked = 0;
  for (size_t i = 0; i < hard_function_count; i++) {
    const hard_function *f = &hard_functions[i];
    for (const double *p = f->points; f->exact && !isnan(*p); p++) {
      quad x = (quad)*p, h = (quad)(*p == 0 ? 1e-9 : fabs(*p) * 1e-9);
      quad found = difference(f, x, h), exact = f->derivative(x);
      quad size = exact < 0 ? -exact : exact, error = found > exact ? found - exact : exact - found;
      if (!isfinite((double)found))
        continue; // an edge of the domain
      // What quad precision leaves where the value itself cancels.
      quad value = f->exact(x);
      quad lost = (value < 0 ? -value : value) * (quad)1e-25 / h;
      checked++;
      ck_assert_msg(error <= size * (quad)1e-11 + lost, "%s at %g: %g, not %g", f->name, *p, (double)found,
                    (double)exact);
    }
  }
  ck_assert_uint_ge(checked, 250);
}
END_TEST

typedef struct figures {
  tally all, without_staircases, half[2];
} figures;

static void judge_set(figures *to, bool is_float) {
  for (size_t i = 0; i < hard_function_count; i++) {
    const hard_function *f = &hard_functions[i];
    if (f->kind == HARD_KINK || (is_float && !f->value32))
      continue;
    const double *p = is_float && f->points32 ? f->points32 : f->points;
    for (; !isnan(*p); p++) {
      trial_function function = {is_float ? value32 : value64, &f, is_float};
      double x = is_float ? (double)(float)*p : *p;
      quad exact = (is_float && f->derivative32 ? f->derivative32 : f->derivative)((quad)x);
      trial result;
      trial_run(&result, &function, x, 0, exact, NOISE_MEASURED);
      tally_add(&to->all, &result);
      tally_add(&to->half[i % 2], &result);
      if (f->kind != HARD_STAIRCASE) {
        tally_add(&to->without_staircases, &result);
        ck_assert_msg(result.judgement.verdict != GCHK_FAIL, "false alarm: %s at %g: %g against %g +- %g", f->name, x,
                      result.g, result.derivative.value, result.derivative.bound);
      }
    }
  }
}

static void print(const figures *of, const char *type) {
  char title[64];
  snprintf(title, sizeof title, "%s, all", type);
  tally_print(&of->all, title);
  snprintf(title, sizeof title, "%s, without staircases", type);
  tally_print(&of->without_staircases, title);
  snprintf(title, sizeof title, "%s, even half", type);
  tally_print(&of->half[0], title);
  snprintf(title, sizeof title, "%s, odd half", type);
  tally_print(&of->half[1], title);
}

static double share(size_t part, size_t whole) {
  return (double)part / (double)whole;
}

START_TEST(figures_in_double) {
  figures f = {0};
  judge_set(&f, false);
  print(&f, "f64");
  const tally *t = &f.without_staircases;
  ck_assert_double_ge(share(f.all.covered, f.all.count), 0.98);
  ck_assert_uint_eq(t->covered, t->count);
  ck_assert_uint_eq(t->alarms, 0);
  // Of what is not out of reach of double altogether, which are the inconclusive ones.
  size_t told = t->nonzero - t->inconclusive;
  ck_assert_double_lt(share(t->inconclusive, t->count), 0.05);
  for (size_t m = 0; m < 4; m++)
    ck_assert_uint_ge(t->caught[m], told);
  ck_assert_double_ge(share(t->caught[4], told), 0.99);
  ck_assert_double_ge(share(t->caught[5], told), 0.95);
  // Of all.
  for (size_t m = 0; m < 3; m++) {
    ck_assert_double_ge(share(t->caught[m], t->nonzero), 0.99);
    ck_assert_uint_eq(t->passed[m], 0);
  }
  ck_assert_uint_eq(t->passed[3], 0);
  ck_assert_double_ge(share(t->caught[5], t->nonzero), 0.95);
  ck_assert_uint_le(tally_median_cost(&f.all), 6);
}
END_TEST

START_TEST(figures_in_float) {
  figures f = {0};
  judge_set(&f, true);
  print(&f, "f32");
  ck_assert_uint_eq(f.all.alarms, 0);
  ck_assert_double_lt(share(f.all.inconclusive, f.all.count), 0.08);
  for (size_t m = 0; m < 3; m++)
    ck_assert_uint_eq(f.all.passed[m], 0);
  ck_assert_uint_le(tally_median_cost(&f.all), 6);
}
END_TEST

/* With the noise not measured, the ladder itself shows it: no alarms here either. */
START_TEST(figures_without_a_measured_noise) {
  for (size_t i = 0; i < hard_function_count; i++) {
    const hard_function *f = &hard_functions[i];
    for (const double *p = f->points; f->kind == HARD_SMOOTH && !isnan(*p); p++) {
      trial_function function = {value64, &f, false};
      trial result;
      trial_run(&result, &function, *p, 0, f->derivative((quad)*p), NOISE_UNKNOWN);
      ck_assert_msg(result.judgement.verdict != GCHK_FAIL, "false alarm: %s at %g", f->name, *p);
    }
  }
}
END_TEST

START_TEST(kinks_take_their_subgradients) {
  size_t count = 0;
  for (int is_float = 0; is_float < 2; is_float++)
    for (size_t i = 0; i < hard_function_count; i++) {
      const hard_function *f = &hard_functions[i];
      for (const double *p = f->points; f->kind == HARD_KINK && !isnan(*p); p++) {
        trial_function function = {is_float ? value32 : value64, &f, is_float != 0};
        trial result;
        trial_run(&result, &function, *p, 0, 0, NOISE_MEASURED);
        double unit = is_float ? 0x1p-24 : 0x1p-53, gap = f->high - f->low;
        const gchk_derivative *d = &result.derivative;
        ck_assert_int_eq(gchk_judge(f->low, d, &(gchk_allowance){.unit = unit, .largest = 1}).verdict, GCHK_KINK);
        ck_assert_int_eq(gchk_judge((f->low + f->high) / 2, d, &(gchk_allowance){.unit = unit, .largest = 1}).verdict,
                         GCHK_KINK);
        ck_assert_int_eq(gchk_judge(f->high, d, &(gchk_allowance){.unit = unit, .largest = 1}).verdict, GCHK_KINK);
        ck_assert_int_eq(gchk_judge(f->low - gap, d, &(gchk_allowance){.unit = unit, .largest = 1}).verdict, GCHK_FAIL);
        ck_assert_int_eq(gchk_judge(f->high + gap, d, &(gchk_allowance){.unit = unit, .largest = 1}).verdict,
                         GCHK_FAIL);
        count++;
      }
    }
  ck_assert_uint_ge(count, 14);
}
END_TEST

static TCase *hard_tests(void) {
  TCase *tests = tcase_create("hard functions");
  tcase_add_test(tests, derivatives_are_right);
  tcase_add_test(tests, figures_in_double);
  tcase_add_test(tests, figures_in_float);
  tcase_add_test(tests, figures_without_a_measured_noise);
  tcase_add_test(tests, kinks_take_their_subgradients);
  tcase_set_timeout(tests, 60);
  return tests;
}

TEST_MAIN("hard", hard_tests)
