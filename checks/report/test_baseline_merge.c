/* A run against an earlier one, and shards put together. */
#include "main.h"

#include <math.h>

#include "core/arena.h"
#include "report/render.h"
#include "report/sample_result.h"
#include "report/text_baseline.h"
#include "result/baseline.h"

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

/* The shard that a run with --shard I/N would have given. */
static gchk_result *shard_of(size_t cases, uint64_t shard, uint64_t shards) {
  gchk_result *result = sample_many(cases);
  size_t kept = 0;
  for (size_t i = 0; i < result->case_count; i++)
    if (i % shards == shard - 1)
      result->cases[kept++] = result->cases[i];
  result->case_count = kept;
  result->config.shard = shard;
  result->config.shards = shards;
  static const char *argv[] = {"gradcheck", "run", "--shard", "1/4", "many.yaml", "--json=part.json"};
  result->argv = argv;
  result->argc = sizeof argv / sizeof argv[0];
  gchk_result_summarise(result);
  return result;
}

static char *without_machine(const gchk_result *result) {
  char *text = render(result, GCHK_JSON, NULL), *cut = strstr(text, "\n  \"environment\":");
  ck_assert_ptr_nonnull(cut);
  *cut = '\0';
  return text;
}

START_TEST(shards_make_the_bytes_of_one_run) {
  size_t cases = (size_t)_i, shards = 4;
  gchk_result *parts[4], *merged;
  const char *names[4] = {"a.json", "b.json", "c.json", "d.json"};
  static const size_t order[] = {2, 0, 3, 1};
  gchk_error error = {0};
  for (size_t i = 0; i < shards; i++)
    parts[i] = shard_of(cases, order[i] + 1, shards);
  gchk_status status = gchk_merge((const gchk_result *const *)parts, names, shards, &merged, &error);
  ck_assert_msg(status == GCHK_OK, "%s", error.message);
  gchk_result *whole = sample_many(cases);
  static const char *argv[] = {"gradcheck", "run", "many.yaml"};
  whole->argv = argv;
  whole->argc = 3;
  char *a = without_machine(merged), *b = without_machine(whole);
  ck_assert_str_eq(a, b);
  ck_assert_int_eq(merged->exit_code, whole->exit_code);
  free(a);
  free(b);
  gchk_result_free(merged);
  gchk_result_free(whole);
  for (size_t i = 0; i < shards; i++)
    gchk_result_free(parts[i]);
}
END_TEST

static void assert_refused(gchk_result **parts, size_t count, const char *message) {
  static const char *const names[] = {"a.json", "b.json", "c.json", "d.json"};
  gchk_result *merged;
  gchk_error error = {0};
  ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, count, &merged, &error), GCHK_INVALID);
  ck_assert_ptr_null(merged);
  ASSERT_HAS(error.message, message);
}

START_TEST(what_is_not_one_run_is_refused) {
  gchk_result *parts[3];
  for (size_t i = 0; i < 3; i++)
    parts[i] = shard_of(10, i + 1, 3);
  assert_refused(parts, 0, "nothing to merge");
  assert_refused(parts, 2, "shard 3 of 3 is missing");
  gchk_result *twice[] = {parts[0], parts[1], parts[1]};
  assert_refused(twice, 3, "c.json: is shard 2 of 3, and so is b.json");
  parts[1]->seed = 5;
  assert_refused(parts, 3, "b.json: its seed is not that of a.json");
  parts[1]->seed = 0;
  parts[2]->config.step = 1e-4;
  assert_refused(parts, 3, "c.json: its step is not that of a.json");
  parts[2]->config.step = (double)NAN;
  parts[2]->title = "other.yaml";
  assert_refused(parts, 3, "suite");
  parts[2]->title = "many.yaml";
  parts[0]->case_count -= 2;
  assert_refused(parts, 3, "a shard is not whole");
  parts[0]->case_count += 2;
  gchk_result *merged;
  gchk_error error = {0};
  static const char *const names[] = {"a.json", "b.json", "c.json"};
  ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, 3, &merged, &error), GCHK_OK);
  gchk_result_free(merged);
  for (size_t i = 0; i < 3; i++)
    gchk_result_free(parts[i]);
}
END_TEST

/* Shards of two states of a suite: as many cases in each, and not the same ones. */
START_TEST(a_case_of_two_shards_is_refused) {
  gchk_result *parts[2] = {shard_of(10, 1, 2), shard_of(10, 2, 2)};
  parts[1]->cases[3].name = parts[0]->cases[1].name;
  assert_refused(parts, 2, "case \"case-2\" has a result in shard 1 (pass) and another in shard 2 (pass)");
  parts[1]->complete = false; // also where something is missing anyway
  assert_refused(parts, 2, "case \"case-2\" has a result in shard 1");
  parts[1]->complete = true;
  parts[1]->cases[3].target = "other.so"; // another layer of that name
  gchk_result *merged;
  static const char *const names[] = {"a.json", "b.json"};
  ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, 2, &merged, NULL), GCHK_OK);
  gchk_result_free(merged);
  gchk_result_free(parts[0]);
  gchk_result_free(parts[1]);
}
END_TEST

/* What is in no field of the configuration, such as --no-twin; the order and the paths are each machine's own. */
START_TEST(shards_of_other_options_are_refused) {
  static const char *one[] = {"gradcheck", "run", "a/many.yaml", "--twin", "a/t.so", "--seed=3", "--shard=1/2", "-v"};
  static const char *two[] = {"gradcheck", "run", "--seed", "3", "--twin=b/t.so", "--shard", "2/2", "b/many.yaml"};
  static const char *fewer[] = {"gradcheck", "run", "a/many.yaml", "--seed", "3"};
  static const char *other[] = {"gradcheck", "run", "--seed", "3", "--no-twin", "a/many.yaml", "--shard", "2/2"};
  static const struct {
    const char **argv;
    size_t argc;
    bool is_other;
  } rows[] = {{two, 8, false}, {one, 8, false}, {fewer, 5, true}, {other, 8, true}};
  static const char *const names[] = {"a.json", "b.json"};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_result *parts[2] = {shard_of(10, 1, 2), shard_of(10, 2, 2)}, *merged = NULL;
    parts[0]->argv = one;
    parts[0]->argc = sizeof one / sizeof one[0];
    parts[1]->argv = rows[i].argv;
    parts[1]->argc = rows[i].argc;
    if (rows[i].is_other)
      assert_refused(parts, 2, "b.json: its set of options is not that of a.json");
    else
      ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, 2, &merged, NULL), GCHK_OK);
    gchk_result_free(merged);
    gchk_result_free(parts[0]);
    gchk_result_free(parts[1]);
  }
}
END_TEST

/* Without the number of the run's cases, five and five look like all of them. */
START_TEST(shards_that_lack_the_last_cases_of_the_run_are_refused) {
  gchk_result *parts[2] = {shard_of(10, 1, 2), shard_of(10, 2, 2)}, *merged;
  static const char *const names[] = {"a.json", "b.json"};
  parts[0]->config.cases = parts[1]->config.cases = 12;
  assert_refused(parts, 2, "the shards have 10 cases, and the run has 12");
  parts[0]->config.cases = parts[1]->config.cases = 8;
  assert_refused(parts, 2, "the shards have 10 cases, and the run has 8");
  parts[1]->config.cases = 10;
  assert_refused(parts, 2, "b.json: its number of cases of the run is not that of a.json");
  parts[0]->config.cases = 10;
  ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, 2, &merged, NULL), GCHK_OK);
  ck_assert_uint_eq(merged->config.cases, 10);
  gchk_result_free(merged);
  parts[1]->complete = false;
  parts[1]->case_count = 2;
  ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, 2, &merged, NULL), GCHK_OK);
  ck_assert_int_eq(merged->exit_code, 3);
  ck_assert_int_eq(merged->verdict, GCHK_ERROR);
  gchk_result_free(merged);
  gchk_result_free(parts[0]);
  gchk_result_free(parts[1]);
}
END_TEST

START_TEST(an_interrupted_shard_makes_the_whole_incomplete) {
  gchk_result *parts[] = {shard_of(9, 1, 2), shard_of(9, 2, 2)}, *merged;
  static const char *const names[] = {"a.json", "b.json"};
  gchk_error error = {0};
  parts[0]->complete = false;
  parts[0]->case_count = 1;
  ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, 2, &merged, &error), GCHK_OK);
  ck_assert(!merged->complete);
  ck_assert_int_eq(merged->exit_code, 3);
  ck_assert_uint_eq(merged->case_count, 5);
  ck_assert_str_eq(merged->cases[0].name, "case-0");
  ck_assert_str_eq(merged->cases[1].name, "case-1");
  ck_assert_str_eq(merged->cases[2].name, "case-3");
  gchk_result_free(merged);
  gchk_result_free(parts[0]);
  gchk_result_free(parts[1]);
}
END_TEST

/* The changes of shards are those of the run, in its order, and each counted once. */
START_TEST(baselines_of_shards_are_put_together) {
  gchk_result *parts[] = {shard_of(5, 1, 2), shard_of(5, 2, 2)}, *base = sample_many(5), *whole = sample_many(5),
              *merged;
  static const char *const names[] = {"a.json", "b.json"};
  gchk_error error = {0};
  for (size_t i = 0; i < base->case_count; i++)
    base->cases[i].tensors[0].mean_abs_diff = 1e-30;
  for (size_t i = 0; i < 2; i++)
    for (size_t c = 0; c < parts[i]->case_count; c++)
      parts[i]->cases[c].tensors[0].bound_median = parts[i]->cases[c].tensors[0].bound_mean = 1e-29;
  for (size_t c = 0; c < whole->case_count; c++)
    whole->cases[c].tensors[0].bound_median = whole->cases[c].tensors[0].bound_mean = 1e-29;
  for (size_t i = 0; i < 2; i++) {
    ck_assert_int_eq(gchk_baseline_compare(parts[i]->arena, "base.json", base, parts[i], &parts[i]->baseline, &error),
                     GCHK_OK);
    gchk_result_summarise(parts[i]);
  }
  ck_assert_int_eq(gchk_baseline_compare(whole->arena, "base.json", base, whole, &whole->baseline, &error), GCHK_OK);
  gchk_result_summarise(whole);
  ck_assert_uint_eq(whole->baseline.regression_count, 5);
  gchk_status status = gchk_merge((const gchk_result *const *)parts, names, 2, &merged, &error);
  ck_assert_msg(status == GCHK_OK, "%s", error.message);
  static const char *argv[] = {"gradcheck", "run", "many.yaml"};
  whole->argv = argv;
  whole->argc = 3;
  char *a = without_machine(merged), *b = without_machine(whole);
  ck_assert_str_eq(a, b);
  free(a);
  free(b);
  gchk_result_free(merged);
  gchk_result_free(whole);
  gchk_result_free(base);
  gchk_result_free(parts[0]);
  gchk_result_free(parts[1]);
}
END_TEST

/* Two cases of one name, as a result from elsewhere may have them: their one change is there once. */
START_TEST(a_change_of_two_cases_of_one_name_counts_once) {
  enum { CASES = 12 };
  gchk_result *parts[] = {shard_of(CASES, 1, 1)}, *merged;
  static const char *const names[] = {"a.json"};
  gchk_change change = {.case_name = "twin", .tensor = "x", .what = "new fail", .is_regression = true};
  gchk_error error = {0};
  for (size_t c = 0; c < parts[0]->case_count; c++)
    parts[0]->cases[c].name = "twin";
  parts[0]->baseline = (gchk_baseline_result){.file = "base.json", .change_count = 1, .changes = &change};
  ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, 1, &merged, &error), GCHK_OK);
  ck_assert_uint_eq(merged->baseline.change_count, 1);
  ck_assert_uint_eq(merged->baseline.regression_count, 1);
  gchk_result_free(merged);
  gchk_result_free(parts[0]);
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
  tcase_add_test(tc, what_was_not_asked_for_has_not_vanished);
  tcase_add_test(tc, a_case_that_crashed_is_one_change);
  tcase_add_test(tc, a_broken_contract_is_a_change_of_the_case);
  tcase_add_test(tc, another_step_makes_means_incomparable_and_says_so);
  tcase_add_test(tc, changes_are_told_with_tensor_before_and_after);
  return tc;
}

static TCase *merge(void) {
  TCase *tc = tcase_create("merge");
  tcase_set_timeout(tc, 60);
  tcase_add_loop_test(tc, shards_make_the_bytes_of_one_run, 0,
                      14); // 0 to 13 cases: shards of unequal size, and empty ones
  tcase_add_test(tc, what_is_not_one_run_is_refused);
  tcase_add_test(tc, a_case_of_two_shards_is_refused);
  tcase_add_test(tc, shards_of_other_options_are_refused);
  tcase_add_test(tc, shards_that_lack_the_last_cases_of_the_run_are_refused);
  tcase_add_test(tc, an_interrupted_shard_makes_the_whole_incomplete);
  tcase_add_test(tc, baselines_of_shards_are_put_together);
  tcase_add_test(tc, a_change_of_two_cases_of_one_name_counts_once);
  return tc;
}

TEST_MAIN("baseline and merge", baseline, merge)
