/* Fills: each kind gives what it says, and refuses what it cannot. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "instance/fill.h"
#include "instance_tests.h"

enum { N = 60 };

typedef struct fixture {
  double real[N];
  int32_t whole[N];
  gchk_tensor t;
  gchk_sizes sizes;
  gchk_random random;
} fixture;

static void prepare(fixture *f, gchk_dtype dtype) {
  *f = (fixture){.random = gchk_random_seeded(5)};
  f->t = (gchk_tensor){.name = "x", .role = GCHK_INPUT, .dtype = dtype, .shape = {2, {12, 5}}, .count = N};
  f->t.value = dtype == GCHK_I32 ? (void *)f->whole : (void *)f->real;
  ck_assert_int_eq(gchk_sizes_parse(&f->sizes, "V=9", NULL), GCHK_OK);
}

static gchk_status fill(fixture *f, gchk_fill how, double keep_away) {
  return gchk_fill_tensor(&f->t, &how, keep_away, 0, &f->sizes, &f->random, NULL);
}

START_TEST(reals_are_where_they_are_said_to_be) {
  fixture f;
  prepare(&f, GCHK_F64);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_NORMAL, .a = 100, .b = 0.01}, 0), GCHK_OK);
  for (int i = 0; i < N; i++)
    ck_assert(fabs(f.real[i] - 100) < 0.06 && f.real[i] != 100);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_UNIFORM, .a = 2, .b = 3}, 0), GCHK_OK);
  for (int i = 0; i < N; i++)
    ck_assert(f.real[i] >= 2 && f.real[i] < 3);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_POSITIVE}, 0), GCHK_OK);
  for (int i = 0; i < N; i++)
    ck_assert(f.real[i] >= 0.5 && f.real[i] < 2);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_CONSTANT, .a = 4}, 0), GCHK_OK);
  for (int i = 0; i < N; i++)
    ck_assert_double_eq(f.real[i], 4);
}
END_TEST

START_TEST(distinct_values_keep_their_distance) {
  fixture f;
  prepare(&f, GCHK_F64);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_DISTINCT, .b = 0.2}, 0), GCHK_OK);
  bool is_sorted = true;
  for (int i = 0; i < N; i++) {
    is_sorted = is_sorted && (i == 0 || f.real[i] > f.real[i - 1]);
    for (int k = 0; k < i; k++)
      ck_assert_double_ge(fabs(f.real[i] - f.real[k]), 0.2);
  }
  ck_assert(!is_sorted);
}
END_TEST

START_TEST(one_hot_rows_have_one_one) {
  fixture f;
  prepare(&f, GCHK_F64);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_ONE_HOT}, 0), GCHK_OK);
  for (int row = 0; row < 12; row++) {
    double sum = 0;
    for (int k = 0; k < 5; k++) {
      ck_assert(f.real[row * 5 + k] == 0 || f.real[row * 5 + k] == 1);
      sum += f.real[row * 5 + k];
    }
    ck_assert_double_eq(sum, 1);
  }
}
END_TEST

START_TEST(indices_repeat_and_leave_some_out) {
  fixture f;
  prepare(&f, GCHK_I32);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_INDICES, .below = "V"}, 0), GCHK_OK);
  int counts[9] = {0};
  for (int i = 0; i < N; i++) {
    ck_assert(f.whole[i] >= 0 && f.whole[i] < 9);
    counts[f.whole[i]]++;
  }
  bool is_unused = false, is_repeated = false;
  for (int k = 0; k < 9; k++) {
    is_unused = is_unused || counts[k] == 0;
    is_repeated = is_repeated || counts[k] > 1;
  }
  ck_assert(is_unused && is_repeated);
}
END_TEST

START_TEST(keep_away_moves_values_from_the_kink) {
  fixture f;
  prepare(&f, GCHK_F64);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_NORMAL}, 0.3), GCHK_OK);
  int negative = 0;
  for (int i = 0; i < N; i++) {
    ck_assert_double_ge(fabs(f.real[i]), 0.3);
    negative += f.real[i] < 0;
  }
  ck_assert(negative > 10 && negative < 50);
}
END_TEST

START_TEST(what_does_not_fit_is_refused) {
  fixture f;
  const double values[] = {1, 2};
  prepare(&f, GCHK_I32);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_NORMAL}, 0), GCHK_INVALID);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_LABELS}, 0), GCHK_INVALID);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_LABELS, .below = "W"}, 0), GCHK_INVALID);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_LABELS, .below = "V-V"}, 0), GCHK_INVALID);
  prepare(&f, GCHK_F64);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_LABELS, .below = "V"}, 0), GCHK_INVALID);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_UNIFORM, .a = 3, .b = 2}, 0), GCHK_INVALID);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_VALUES, .values = values, .value_count = 2}, 0),
                   GCHK_INVALID);
  ck_assert_int_eq(fill(&f, (gchk_fill){.kind = GCHK_FILL_VALUES, .values = values, .value_count = 1}, 0), GCHK_OK);
  ck_assert_double_eq(f.real[N - 1], 1);
}
END_TEST

TCase *fill_tests(void) {
  TCase *tests = tcase_create("fill");
  tcase_add_test(tests, reals_are_where_they_are_said_to_be);
  tcase_add_test(tests, distinct_values_keep_their_distance);
  tcase_add_test(tests, one_hot_rows_have_one_one);
  tcase_add_test(tests, indices_repeat_and_leave_some_out);
  tcase_add_test(tests, keep_away_moves_values_from_the_kink);
  tcase_add_test(tests, what_does_not_fit_is_refused);
  return tests;
}
