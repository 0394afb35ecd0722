/* When a candidate holds: what it explains, what it may miss, and what it must not be too vague for. */
#include "evidence/candidate.h"

#include <math.h>
#include <string.h>

#include "main.h"

/* FAILING elements whose analytic value is twice the numeric one, and PASSING ones where they are the same. */
enum { FAILING = 100, PASSING = 20, TOTAL = FAILING + PASSING, DRAWS = 2 };

typedef struct bench {
  gchk_tensor_work tensor;
  gchk_diagnosis d;
  gchk_candidate c; // twice the numeric value wherever it fails, the value itself elsewhere
  double analytic[DRAWS][TOTAL], numeric[DRAWS][TOTAL], bound[DRAWS][TOTAL];
  size_t checked[TOTAL];
  bool fails[TOTAL];
} bench;

static const double slack = 1e-9;

static void bench_init(bench *b) {
  memset(b, 0, sizeof *b);
  b->d = (gchk_diagnosis){.tensor = &b->tensor,
                          .arena = gchk_arena_new(),
                          .total = TOTAL,
                          .draws = DRAWS,
                          .fails = b->fails,
                          .fail_count = FAILING,
                          .pass_count = PASSING,
                          .unit = 0x1p-53};
  b->tensor.total = b->tensor.checked_count = TOTAL;
  b->tensor.checked = b->checked;
  for (size_t d = 0; d < DRAWS; d++) {
    b->tensor.analytic[d] = b->analytic[d];
    b->tensor.numeric[d] = b->numeric[d];
    b->tensor.bound[d] = b->bound[d];
  }
  ck_assert(gchk_candidate_new(&b->d, &b->c));
  for (size_t i = 0; i < TOTAL; i++) {
    b->checked[i] = i;
    b->fails[i] = i < FAILING;
    for (size_t d = 0; d < DRAWS; d++) {
      ck_assert(isnan(b->c.value[d][i])); // not known until it is said
      b->numeric[d][i] = 1 + 0.01 * (double)i + (double)d;
      b->analytic[d][i] = b->fails[i] ? 2 * b->numeric[d][i] : b->numeric[d][i];
      b->c.value[d][i] = b->analytic[d][i];
      b->c.slack[d][i] = slack;
    }
  }
}

static void bench_deinit(bench *b) {
  gchk_arena_free(b->d.arena);
}

static bool holds(const bench *b, bool everywhere, size_t *matched) {
  return gchk_candidate_holds(&b->d, &b->c, everywhere, matched);
}

static bench b;

START_TEST(one_that_equals_everything_holds) {
  size_t matched;
  bench_init(&b);
  ck_assert(holds(&b, true, &matched));
  ck_assert_uint_eq(matched, FAILING);
  ck_assert(holds(&b, false, NULL));
  bench_deinit(&b);
}
END_TEST

START_TEST(one_in_fifty_may_be_another) {
  bench_init(&b);
  size_t matched;
  for (size_t others = 0; others < 6; others++) {
    ck_assert_msg(holds(&b, true, &matched) == (others <= FAILING / 50), "%zu others", others);
    ck_assert_uint_eq(matched, FAILING - others);
    b.c.value[others % DRAWS][7 * others] += 1; // in one draw is enough
  }
  bench_deinit(&b);
}
END_TEST

START_TEST(it_must_know_half_of_them) {
  bench_init(&b);
  for (size_t unknown = 0; unknown <= FAILING; unknown++) {
    ck_assert_msg(holds(&b, true, NULL) == (2 * (FAILING - unknown) >= FAILING), "%zu unknown", unknown);
    if (unknown < FAILING)
      b.c.value[1][unknown] = (double)NAN;
  }
  bench_deinit(&b);
}
END_TEST

/* Six error bars, and 64 units of the value itself. */
START_TEST(equal_is_within_its_slack) {
  static const double bars[] = {0, 5.9, 6.1};
  for (size_t k = 0; k < 3; k++) {
    for (int sign = -1; sign <= 1; sign += 2) {
      bench_init(&b);
      for (size_t i = 0; i < FAILING; i++)
        b.c.value[0][i] += sign * bars[k] * slack;
      ck_assert_int_eq(holds(&b, true, NULL), k < 2);
      bench_deinit(&b);
    }
  }
}
END_TEST

/* The mistake is as large as the value: with a slack of a third of it, anything would equal it. */
START_TEST(a_slack_as_wide_as_the_mistake_explains_nothing) {
  bench_init(&b);
  for (size_t d = 0; d < DRAWS; d++)
    for (size_t i = 0; i < FAILING; i++)
      b.c.slack[d][i] = b.numeric[d][i] / 3;
  ck_assert(!holds(&b, false, NULL));
  bench_deinit(&b);
}
END_TEST

START_TEST(everywhere_is_what_passes_too) {
  bench_init(&b);
  for (size_t d = 0; d < DRAWS; d++)
    for (size_t i = FAILING; i < TOTAL; i++)
      b.c.value[d][i] *= 2; // the factor 2 would have made these fail
  ck_assert(holds(&b, false, NULL));
  ck_assert(!holds(&b, true, NULL));
  for (size_t i = FAILING; i < TOTAL; i++)
    b.c.value[0][i] = (double)NAN; // of these it says nothing
  ck_assert(holds(&b, true, NULL));
  bench_deinit(&b);
}
END_TEST

static TCase *candidate_tests(void) {
  TCase *tests = tcase_create("candidate");
  tcase_add_test(tests, one_that_equals_everything_holds);
  tcase_add_test(tests, one_in_fifty_may_be_another);
  tcase_add_test(tests, it_must_know_half_of_them);
  tcase_add_test(tests, equal_is_within_its_slack);
  tcase_add_test(tests, a_slack_as_wide_as_the_mistake_explains_nothing);
  tcase_add_test(tests, everywhere_is_what_passes_too);
  return tests;
}

TEST_MAIN("evidence", candidate_tests)
