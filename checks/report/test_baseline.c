/* A run against an earlier one. */
#include "main.h"

#include <math.h>

#include "core/arena.h"
#include "report/render.h"
#include "report/sample_result.h"
#include "report/text_baseline.h"
#include "result/baseline.h"
#include "result/passed_over.h"

typedef struct fixture {
  gchk_result *before, *now;
  gchk_baseline_result changes;
} fixture;

static fixture two_runs(void) {
  return (fixture){.before = sample_passing(), .now = sample_passing()};
}

static void compare(fixture *f) {
  gchk_error error = {0};
  ck_assert_msg(gchk_baseline_compare(f->now->arena, "base.json", f->before, f->now, &f->changes, &error) == GCHK_OK,
                "%s", error.message);
}

static void end(fixture *f) {
  gchk_result_free(f->before);
  gchk_result_free(f->now);
}

static void assert_change(const fixture *f, size_t i, const char *case_name, const char *tensor, const char *what,
                          bool is_regression) {
  ck_assert_uint_lt(i, f->changes.change_count);
  const gchk_change *change = &f->changes.changes[i];
  ck_assert_str_eq(change->case_name, case_name);
  ck_assert_str_eq(change->tensor, tensor);
  ck_assert_str_eq(change->what, what);
  ck_assert_int_eq(change->is_regression, is_regression);
}

START_TEST(another_machine_thread_count_and_date_are_no_change) {
  fixture f = two_runs();
  f.now->environment = (gchk_environment){
      .cpu = "other", .compiler = "clang", .os = "BSD", .blas_library = "BLIS", .blas_core = "zen", .blas_threads = 64};
  f.now->wall_s = 100;
  f.now->seed = 7;
  f.now->cases[0].wall_s = 3;
  f.now->cases[0].forward_calls = 9;
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 0);
  ck_assert_str_eq(f.changes.file, "base.json");
  f.now->baseline = f.changes;
  gchk_result_summarise(f.now);
  ck_assert_int_eq(f.now->exit_code, 0);
  end(&f);
}
END_TEST

/* Still below its threshold, still a pass: only the baseline sees it. */
START_TEST(a_gradient_made_worse_by_a_factor_of_20_is_a_regression) {
  fixture f = two_runs();
  gchk_tensor_result *t = &f.now->cases[0].tensors[1];
  t->threshold = 1e-3;
  t->mean_abs_diff = 20 * f.before->cases[0].tensors[1].mean_abs_diff;
  t->bound_median = t->bound_mean = t->mean_abs_diff / 2;
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 1);
  ck_assert_uint_eq(f.changes.regression_count, 1);
  assert_change(&f, 0, "two-layer-net", "W1", "mean difference", true);
  ck_assert(f.changes.changes[0].after == 20 * f.changes.changes[0].before);
  f.now->baseline = f.changes;
  gchk_result_summarise(f.now);
  ck_assert_int_eq(f.now->exit_code, 1);
  ck_assert_int_eq(f.now->verdict, GCHK_FAIL);
  end(&f);
}
END_TEST

/* factor of the mean, and of the bound against the new mean: both must be passed. */
static const struct {
  double factor, bound;
  bool is_regression;
} growths[] = {{9.9, 0.1, false}, {10.1, 0.1, true}, {10.1, 1.1, false},
               {1000, 0.9, true}, {1000, 2, false},  {0.01, 0.1, false}};

START_TEST(a_decade_above_the_bound_is_the_limit) {
  fixture f = two_runs();
  gchk_tensor_result *t = &f.now->cases[0].tensors[2];
  t->mean_abs_diff *= growths[_i].factor;
  t->bound_median = t->bound_mean = t->mean_abs_diff * growths[_i].bound;
  compare(&f);
  ck_assert_uint_eq(f.changes.regression_count, growths[_i].is_regression);
  end(&f);
}
END_TEST

START_TEST(from_exactly_zero_any_growth_above_the_bound_counts_and_nan_always) {
  fixture f = two_runs();
  f.before->cases[0].tensors[0].mean_abs_diff = 0;
  f.now->cases[0].tensors[0].bound_median = f.now->cases[0].tensors[0].bound_mean =
      f.now->cases[0].tensors[0].mean_abs_diff / 10;
  f.now->cases[0].tensors[1].mean_abs_diff = (double)NAN;
  compare(&f);
  ck_assert_uint_eq(f.changes.regression_count, 2);
  assert_change(&f, 0, "two-layer-net", "x", "mean difference", true);
  assert_change(&f, 1, "two-layer-net", "W1", "mean difference", true);
  end(&f);
}
END_TEST

START_TEST(verdicts_that_got_worse_are_regressions_and_better_ones_are_not) {
  fixture f = two_runs();
  f.now->cases[0].tensors[0].verdict = GCHK_FAIL;
  f.now->cases[0].tensors[1].verdict = GCHK_INCONCLUSIVE;
  f.now->cases[0].tensors[2].verdict = GCHK_SKIPPED;
  f.before->cases[0].tensors[3].verdict = GCHK_FAIL;
  f.before->cases[0].tensors[4].verdict = GCHK_KINK; // as good as a pass
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 4);
  ck_assert_uint_eq(f.changes.regression_count, 3);
  assert_change(&f, 0, "two-layer-net", "x", "new fail", true);
  assert_change(&f, 1, "two-layer-net", "W1", "verdict", true);
  assert_change(&f, 2, "two-layer-net", "b1", "verdict", true);
  assert_change(&f, 3, "two-layer-net", "W2", "better", false);
  end(&f);
}
END_TEST

START_TEST(what_vanished_is_a_regression_and_what_came_is_not_unless_it_fails) {
  fixture f = two_runs();
  f.now->cases[0].tensor_count = 4;             // b2 is gone
  f.now->cases[0].tensors[1].shape.dim[0] = 29; // another shape: the old W1 is gone, a new one came
  f.now->cases[1] = f.now->cases[2];            // relu is gone
  f.now->case_count = 2;
  gchk_case_result *fresh = sample_add_case(f.now, "fresh", "layer", GCHK_PASS);
  fresh->tensors[fresh->tensor_count++] = f.before->cases[0].tensors[0];
  fresh->tensors[fresh->tensor_count++] = f.before->cases[0].tensors[1];
  fresh->tensors[1].verdict = GCHK_FAIL;
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 6);
  ck_assert_uint_eq(f.changes.regression_count, 4);
  assert_change(&f, 0, "two-layer-net", "W1", "added", false);
  assert_change(&f, 1, "two-layer-net", "W1", "vanished", true);
  assert_change(&f, 2, "two-layer-net", "b2", "vanished", true);
  assert_change(&f, 3, "fresh", "x", "added", false);
  assert_change(&f, 4, "fresh", "W1", "new fail", true);
  assert_change(&f, 5, "relu", "", "vanished", true);
  end(&f);
}
END_TEST

START_TEST(what_was_not_asked_for_has_not_vanished) {
  for (int i = 0; i < 3; i++) {
    fixture f = two_runs();
    f.now->case_count = 1;
    if (i == 0)
      f.now->config.filter = "two*";
    else if (i == 1)
      f.now->config.shards = 3;
    else
      f.now->complete = false;
    compare(&f);
    ck_assert_uint_eq(f.changes.change_count, 0);
    end(&f);
  }
  fixture f = two_runs(); // but with the same filter it has
  f.now->case_count = 1;
  f.now->config.filter = f.before->config.filter = "*";
  compare(&f);
  ck_assert_uint_eq(f.changes.regression_count, 2);
  end(&f);
}
END_TEST

START_TEST(a_case_that_crashed_is_one_change) {
  fixture f = two_runs();
  f.now->cases[0].verdict = GCHK_ERROR;
  f.now->cases[0].tensor_count = 0;
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 1);
  assert_change(&f, 0, "two-layer-net", "", "new fail", true);
  ck_assert_int_eq(f.changes.changes[0].verdict_after, GCHK_ERROR);
  end(&f);
}
END_TEST

START_TEST(a_broken_contract_is_a_change_of_the_case) {
  fixture f = two_runs();
  f.now->cases[1].verdict = GCHK_FAIL;
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 1);
  assert_change(&f, 0, "relu", "", "new fail", true);
  end(&f);
}
END_TEST

START_TEST(another_step_makes_means_incomparable_and_says_so) {
  fixture f = two_runs();
  f.now->config.step = 1e-4;
  f.now->cases[0].tensors[1].mean_abs_diff = 1;
  f.now->cases[0].tensors[2].verdict = GCHK_FAIL;
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 2);
  assert_change(&f, 0, "", "", "scheme", true);
  assert_change(&f, 1, "two-layer-net", "b1", "new fail", true);
  gchk_text text = {0};
  gchk_text_baseline(&f.changes, NULL, &text);
  ASSERT_HAS(text.data, "REGRESSION  the baseline was taken with step NaN and this run with 0.0001 (NaN: auto)");
  gchk_text_deinit(&text);
  end(&f);
}
END_TEST

START_TEST(changes_are_told_with_tensor_before_and_after) {
  fixture f = two_runs();
  f.before->cases[0].tensors[1].mean_abs_diff = 1e-12;
  f.now->cases[0].tensors[1].mean_abs_diff = 2e-10;
  f.now->cases[0].tensors[1].bound_median = f.now->cases[0].tensors[1].bound_mean = 1e-13;
  compare(&f);
  gchk_text text = {0};
  gchk_text_baseline(&f.changes, NULL, &text);
  ck_assert_str_eq(
      text.data,
      "Against base.json:\n  REGRESSION  two-layer-net W1: mean difference (pass), mean |difference| 1e-12 -> 2e-10\n");
  gchk_text_deinit(&text);
  f.changes.change_count = 0;
  gchk_text_baseline(&f.changes, NULL, &text);
  ck_assert_str_eq(text.data, "Against base.json: nothing changed\n");
  gchk_text_deinit(&text);
  end(&f);
}
END_TEST

// The two single layers of the sample get one name: of two targets, or in two precisions.
static fixture two_of_one_name(bool have_targets) {
  fixture f = two_runs();
  for (int is_now = 0; is_now < 2; is_now++) {
    gchk_result *result = is_now ? f.now : f.before;
    for (size_t i = 1; i < 3; i++) {
      gchk_case_result *c = &result->cases[i];
      c->name = "same";
      c->target = have_targets && i == 2 ? "b.so" : "a.so";
      c->dtype = !have_targets && i == 2 ? GCHK_F32 : GCHK_F64;
      c->tensor_count = 1;
      c->tensors[0].dtype = c->dtype;
    }
  }
  return f;
}

static void exchange(gchk_result *result) {
  const gchk_case_result kept = result->cases[1];
  result->cases[1] = result->cases[2];
  result->cases[2] = kept;
}

START_TEST(cases_of_one_name_are_told_apart_by_target_and_precision) {
  fixture f = two_of_one_name(_i == 0);
  exchange(f.now); // in another order
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 0);
  f.now->case_count = 2; // "same" of b.so, or in f32, is there; the other has vanished
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 1);
  assert_change(&f, 0, "same", "", "vanished", true);
  end(&f);
  // What got worse is found in the one that did, whatever stands at its place.
  f = two_of_one_name(_i == 0);
  f.now->cases[2].tensors[0].verdict = f.now->cases[2].verdict = GCHK_FAIL;
  exchange(f.now);
  f.before->cases[1].tensors[0].verdict = f.before->cases[1].verdict = GCHK_FAIL; // of the other, which got better
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 2);
  ck_assert_uint_eq(f.changes.regression_count, 1);
  end(&f);
  // Where all targets are called otherwise, the name alone says which it is.
  f = two_runs();
  for (size_t i = 0; i < f.now->case_count; i++)
    f.now->cases[i].target = "/elsewhere/mine.so";
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 0);
  f.now->case_count = 2;
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 1);
  end(&f);
}
END_TEST

// Skipped for that reason and no other.
START_TEST(what_is_passed_over_is_no_change) {
  fixture f = two_runs();
  gchk_case_result *c = &f.now->cases[1], pair[2] = {*c, *c};
  pair[0].verdict = GCHK_FAIL; // a shape of the layer's own
  pair[1].varied = pair[1].auxiliary = true;
  ck_assert(gchk_pass_over_if_told(pair, 2, &pair[1]));
  *c = pair[1];
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 0);
  c->reason = "another";
  compare(&f);
  ck_assert_uint_eq(f.changes.change_count, 1);
  assert_change(&f, 0, c->name, "", "verdict", true);
  end(&f);
}
END_TEST

static TCase *baseline(void) {
  TCase *tc = tcase_create("baseline");
  tcase_add_test(tc, another_machine_thread_count_and_date_are_no_change);
  tcase_add_test(tc, a_gradient_made_worse_by_a_factor_of_20_is_a_regression);
  tcase_add_loop_test(tc, a_decade_above_the_bound_is_the_limit, 0, (int)(sizeof growths / sizeof growths[0]));
  tcase_add_test(tc, from_exactly_zero_any_growth_above_the_bound_counts_and_nan_always);
  tcase_add_test(tc, verdicts_that_got_worse_are_regressions_and_better_ones_are_not);
  tcase_add_test(tc, what_vanished_is_a_regression_and_what_came_is_not_unless_it_fails);
  tcase_add_loop_test(tc, cases_of_one_name_are_told_apart_by_target_and_precision, 0, 2);
  tcase_add_test(tc, what_was_not_asked_for_has_not_vanished);
  tcase_add_test(tc, what_is_passed_over_is_no_change);
  tcase_add_test(tc, a_case_that_crashed_is_one_change);
  tcase_add_test(tc, a_broken_contract_is_a_change_of_the_case);
  tcase_add_test(tc, another_step_makes_means_incomparable_and_says_so);
  tcase_add_test(tc, changes_are_told_with_tensor_before_and_after);
  return tc;
}

TEST_MAIN("baseline", baseline)
