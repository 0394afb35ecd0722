/* Shards put together. */
#include "main.h"

#include "core/memory.h"
#include "report/render.h"
#include "report/sample_result.h"
#include "result/baseline.h"

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

/* Merges `count` results and asserts that they are `whole`, to the byte; both are freed. */
static void assert_merges_to(gchk_result **parts, size_t count, gchk_result *whole) {
  static const char *const names[] = {"a.json", "b.json", "c.json", "d.json"};
  static const char *argv[] = {"gradcheck", "run", "many.yaml"};
  gchk_result *merged;
  gchk_error error = {0};
  const gchk_status status = gchk_merge((const gchk_result *const *)parts, names, count, &merged, &error);
  ck_assert_msg(status == GCHK_OK, "%s", error.message);
  whole->argv = argv;
  whole->argc = sizeof argv / sizeof argv[0];
  char *a = without_machine(merged), *b = without_machine(whole);
  ck_assert_str_eq(a, b);
  ck_assert_int_eq(merged->exit_code, whole->exit_code);
  free(a);
  free(b);
  gchk_result_free(merged);
  gchk_result_free(whole);
}

START_TEST(shards_make_the_bytes_of_one_run) {
  size_t cases = (size_t)_i, shards = 4;
  gchk_result *parts[4];
  static const size_t order[] = {2, 0, 3, 1};
  for (size_t i = 0; i < shards; i++)
    parts[i] = shard_of(cases, order[i] + 1, shards);
  assert_merges_to(parts, shards, sample_many(cases));
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

// Where the shards divided every second case, what one more result has of these makes the bytes of one run.
START_TEST(divided_cases_are_taken_from_their_result) {
  enum { CASES = 9, SHARDS = 2 };
  gchk_result *parts[SHARDS + 1] = {shard_of(CASES, 1, SHARDS), sample_many(CASES), shard_of(CASES, 2, SHARDS)};
  gchk_result *divided = parts[1], *merged;
  const char *const names[] = {"1.json", "divided.json", "2.json"};
  gchk_error error = {0};
  divided->case_count = 0;
  for (size_t i = 0; i < CASES; i += 2) {
    gchk_case_result *row = &parts[i % SHARDS == 0 ? 0 : 2]->cases[i / SHARDS];
    divided->cases[divided->case_count++] = divided->cases[i];
    *row = (gchk_case_result){
        .name = row->name, .target = row->target, .dtype = row->dtype, .verdict = GCHK_SKIPPED, .reason = GCHK_DIVIDED};
  }
  static const char *argv[] = {"gradcheck", "run", "many.yaml"};
  divided->argv = argv;
  divided->argc = sizeof argv / sizeof argv[0];
  gchk_result *const shards[] = {parts[0], parts[2]};
  ck_assert_int_eq(gchk_merge((const gchk_result *const *)shards, names, SHARDS, &merged, &error), GCHK_INVALID);
  ASSERT_HAS(error.message, "is divided among the shards, and its result is not there");
  assert_merges_to(parts, SHARDS + 1, sample_many(CASES));
  divided->case_count--; // one of them is not there
  ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, SHARDS + 1, &merged, &error), GCHK_INVALID);
  ASSERT_HAS(error.message, "is divided among the shards, and its result is not there");
  divided->complete = false; // and nobody says that it should be
  ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, SHARDS + 1, &merged, &error), GCHK_OK);
  ck_assert(!merged->complete && merged->exit_code != 0);
  gchk_result_free(merged);
  for (size_t i = 0; i <= SHARDS; i++)
    gchk_result_free(parts[i]);
}
END_TEST

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
  parts[1]->cases[3].target = parts[0]->cases[1].target;
  assert_refused(parts, 2, "case \"case-2\" has a result in shard 1");
  parts[1]->cases[3].dtype = GCHK_F32; // or the same in another precision
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
  gchk_result *parts[] = {shard_of(5, 1, 2), shard_of(5, 2, 2)}, *base = sample_many(5), *whole = sample_many(5);
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
  assert_merges_to(parts, 2, whole);
  gchk_result_free(base);
  gchk_result_free(parts[0]);
  gchk_result_free(parts[1]);
}
END_TEST

/* What a shard knows of the others' cases. */
static void tell_elsewhere(gchk_result *part, const gchk_result *whole, uint64_t shards) {
  gchk_case_result *elsewhere = gchk_arena_alloc(part->arena, whole->case_count, sizeof *elsewhere);
  for (size_t i = 0; i < whole->case_count; i++)
    if (i % shards != part->config.shard - 1)
      elsewhere[part->elsewhere_count++] = (gchk_case_result){.name = whole->cases[i].name,
                                                              .layer = whole->cases[i].layer,
                                                              .target = whole->cases[i].target,
                                                              .dtype = whole->cases[i].dtype};
  part->elsewhere = elsewhere;
  part->config.cases = whole->case_count;
}

/* Cases that no shard has are gone, once; those that another has are not; and nobody can tell who was not told. */
START_TEST(what_vanished_is_told_once) {
  enum { SHARDS = 3 };
  gchk_result *base = sample_many(8), *whole = sample_many(5), *parts[SHARDS];
  gchk_error error = {0};
  base->cases[6].name = "case-1"; // in another precision: not the one that is there
  base->cases[6].dtype = GCHK_F32;
  whole->config.cases = 5;
  ck_assert_int_eq(gchk_baseline_compare(whole->arena, "base.json", base, whole, &whole->baseline, &error), GCHK_OK);
  gchk_result_summarise(whole);
  ck_assert_uint_eq(whole->baseline.regression_count, 3);
  for (size_t i = 0; i < SHARDS; i++) {
    parts[i] = shard_of(5, i + 1, SHARDS);
    ck_assert_int_eq(gchk_baseline_compare(parts[i]->arena, "base.json", base, parts[i], &parts[i]->baseline, &error),
                     GCHK_OK);
    ck_assert_uint_eq(parts[i]->baseline.change_count, 0);
    tell_elsewhere(parts[i], whole, SHARDS);
    ck_assert_int_eq(gchk_baseline_compare(parts[i]->arena, "base.json", base, parts[i], &parts[i]->baseline, &error),
                     GCHK_OK);
    ck_assert_uint_eq(parts[i]->baseline.regression_count, 3);
    gchk_result_summarise(parts[i]);
  }
  assert_merges_to(parts, SHARDS, whole);
  gchk_result_free(base);
  for (size_t i = 0; i < SHARDS; i++)
    gchk_result_free(parts[i]);
}
END_TEST

/* Case 1 is one that gradcheck chose: it tells nothing more where another of its layer fails, in whatever shard. */
START_TEST(what_tells_nothing_more_is_passed_over) {
  static const struct {
    gchk_verdict verdict; /* of case 0 */
    bool is_varied;       /* it too */
    const char *layer;
    gchk_dtype dtype;
    bool is_passed_over;
  } rows[] = {
      {GCHK_FAIL, false, "layer", GCHK_F64, true},  {GCHK_ERROR, false, "layer", GCHK_F64, true},
      {GCHK_PASS, false, "layer", GCHK_F64, false}, {GCHK_INCONCLUSIVE, false, "layer", GCHK_F64, false},
      {GCHK_FAIL, true, "layer", GCHK_F64, false},  {GCHK_FAIL, false, "another", GCHK_F64, false},
      {GCHK_FAIL, false, "layer", GCHK_F32, false},
  };
  static const char *const names[] = {"a.json", "b.json"};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_result *parts[] = {shard_of(4, 1, 2), shard_of(4, 2, 2)}, *merged;
    gchk_change change = {.case_name = "case-1", .tensor = "x", .what = "added"};
    gchk_case_result *first = &parts[0]->cases[0], *second = &parts[1]->cases[0];
    ck_assert_uint_gt(second->tensor_count, 0);
    first->verdict = rows[i].verdict;
    first->varied = rows[i].is_varied;
    first->layer = rows[i].layer;
    first->dtype = rows[i].dtype;
    second->varied = second->auxiliary = true;
    second->forward_calls = 7;
    parts[0]->baseline.file = parts[1]->baseline.file = "base.json";
    parts[1]->baseline.changes = &change;
    parts[1]->baseline.change_count = 1;
    ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, 2, &merged, NULL), GCHK_OK);
    const gchk_case_result *c = &merged->cases[1];
    ck_assert_str_eq(c->name, "case-1");
    ck_assert_int_eq(c->verdict, rows[i].is_passed_over ? GCHK_SKIPPED : GCHK_PASS);
    ck_assert_uint_eq(c->tensor_count, rows[i].is_passed_over ? 0 : second->tensor_count);
    ck_assert_uint_eq(c->forward_calls, rows[i].is_passed_over ? 0 : 7);
    ck_assert_uint_eq(merged->baseline.change_count, !rows[i].is_passed_over);
    ck_assert(c->varied && c->auxiliary);
    gchk_result_free(merged);
    gchk_result_free(parts[0]);
    gchk_result_free(parts[1]);
  }
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

/* A shard that is left from another run: what it was made of differs, or it does not say. */
START_TEST(shards_of_other_code_or_data_are_refused) {
  gchk_result *parts[2] = {shard_of(10, 1, 2), shard_of(10, 2, 2)};
  gchk_environment *environment = &parts[1]->environment;
  environment->code[1].digest = "fedcba9876543211";
  assert_refused(parts, 2,
                 "b.json: was made with another mylayers.so (digest fedcba9876543211) than a.json (fedcba9876543210)");
  assert_refused(parts, 2, "run that shard again");
  environment->code[1].digest = "fedcba9876543210";
  environment->code[1].name = "other.so";
  assert_refused(parts, 2, "b.json: was made with other.so, and a.json with mylayers.so");
  environment->code[1].name = "mylayers.so";
  environment->code_count = 1;
  assert_refused(parts, 2, "b.json: was made without mylayers.so, and a.json with it");
  parts[0]->environment.code_count = environment->code_count = 2;
  parts[1]->input_count = 0;
  assert_refused(parts, 2, "b.json: was made without textbook.yaml, and a.json with it");
  parts[1]->input_count = 2;
  parts[0]->input_count = 1;
  assert_refused(parts, 2, "b.json: was made with train-images.gz, and a.json with nothing in its place");
  parts[0]->input_count = 2;
  parts[1]->inputs[0].digest = "00112233445566fe";
  assert_refused(parts, 2, "b.json: was made with another textbook.yaml");
  parts[0]->inputs[0].digest = parts[1]->inputs[0].digest = "unknown"; // each its own, perhaps
  assert_refused(parts, 2, "b.json: what its textbook.yaml was is not known");
  parts[0]->inputs[0].digest = parts[1]->inputs[0].digest = "00112233445566ff";
  environment->code_count = 0;
  assert_refused(parts, 2, "b.json: does not say what code it is made of");
  parts[0]->environment.code_count = 0; // nor do two of an older version together
  assert_refused(parts, 2, "does not say what code it is made of");
  parts[0]->environment.code_count = environment->code_count = 2;
  assert_merges_to(parts, 2, sample_many(10));
  gchk_result_free(parts[0]);
  gchk_result_free(parts[1]);
}
END_TEST

/* What the values of options are that stand nowhere else. */
START_TEST(shards_of_other_values_of_options_are_refused) {
  static const char *pairs[][2] = {
      {"--seeds=2", "--seeds=3"}, {"--xfail=a=why", "--xfail=b=why"}, {"--compare=relu", "--compare=tanh"}};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    gchk_result *parts[2] = {shard_of(10, 1, 2), shard_of(10, 2, 2)};
    for (size_t k = 0; k < 2; k++) {
      parts[k]->argv = &pairs[i][k];
      parts[k]->argc = 1;
    }
    assert_refused(parts, 2, "b.json: its set of options is not that of a.json");
    parts[1]->argv = parts[0]->argv;
    gchk_result *merged;
    static const char *const names[] = {"a.json", "b.json"};
    ck_assert_int_eq(gchk_merge((const gchk_result *const *)parts, names, 2, &merged, NULL), GCHK_OK);
    gchk_result_free(merged);
    gchk_result_free(parts[0]);
    gchk_result_free(parts[1]);
  }
}
END_TEST

static TCase *merge(void) {
  TCase *tc = tcase_create("merge");
  tcase_set_timeout(tc, 60);
  tcase_add_test(tc, divided_cases_are_taken_from_their_result);
  tcase_add_loop_test(tc, shards_make_the_bytes_of_one_run, 0,
                      14); // 0 to 13 cases: shards of unequal size, and empty ones
  tcase_add_test(tc, what_is_not_one_run_is_refused);
  tcase_add_test(tc, a_case_of_two_shards_is_refused);
  tcase_add_test(tc, shards_of_other_options_are_refused);
  tcase_add_test(tc, shards_of_other_code_or_data_are_refused);
  tcase_add_test(tc, shards_of_other_values_of_options_are_refused);
  tcase_add_test(tc, shards_that_lack_the_last_cases_of_the_run_are_refused);
  tcase_add_test(tc, an_interrupted_shard_makes_the_whole_incomplete);
  tcase_add_test(tc, baselines_of_shards_are_put_together);
  tcase_add_test(tc, what_vanished_is_told_once);
  tcase_add_test(tc, what_tells_nothing_more_is_passed_over);
  tcase_add_test(tc, a_change_of_two_cases_of_one_name_counts_once);
  return tc;
}

TEST_MAIN("merge", merge)
