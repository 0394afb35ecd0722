/* The policy of undecided elements, on results made by hand: it is a function of what was measured, and of all shapes. */
#include "main.h"

#include <math.h>
#include <string.h>

#include "core/arena.h"
#include "gradcheck/report.h"
#include "result/plain_tensor.h"
#include "summary/settle.h"

enum { CASES = 4 };

/* Cases of one layer in several shapes, each with a tensor x of 100 decided elements and `undecided` more. */
typedef struct run {
  gchk_result *result;
  gchk_case_result cases[CASES];
  gchk_tensor_result x[CASES];
} run;

static gchk_tensor_result tensor_with(size_t undecided) {
  const double none = (double)NAN;
  return (gchk_tensor_result){.name = "x",
                              .dtype = GCHK_F64,
                              .shape = {1, {200}},
                              .verdict = GCHK_PASS,
                              .reason = "",
                              .checked = 100 + undecided,
                              .total = 100 + undecided,
                              .threshold = none,
                              .bound_mean = none,
                              .elements = {.pass = 100, .undecided = undecided},
                              .sample_fraction = none,
                              .sample_probability = none,
                              .reference = {.source = ""},
                              .undecided = {.nonzero = 100 + undecided,
                                            .decided = 100,
                                            .block = "",
                                            .borders_shown = 3,
                                            .caught = 1,
                                            .caught_wanted = 0.95,
                                            .error = "a 1 % error",
                                            .why_not = "",
                                            .is_only_lack = undecided > 0}};
}

static void start(run *r, const size_t undecided[CASES]) {
  static const char *const names[CASES] = {"layer/1", "layer/2", "layer/3", "layer/4"};
  memset(r, 0, sizeof *r);
  r->result = gchk_result_new();
  for (size_t i = 0; i < CASES; i++) {
    r->x[i] = tensor_with(undecided[i]);
    r->cases[i] = plain_case(names[i], "layer", &r->x[i], 1);
    r->cases[i].verdict = undecided[i] > 0 ? GCHK_INCONCLUSIVE : GCHK_PASS;
  }
  r->result->case_count = CASES;
  r->result->cases = r->cases;
}

static void expect(run *r, size_t i, const char *lack, int line) {
  gchk_result_summarise(r->result);
  gchk_result_summarise(r->result); // as often as one likes
  const gchk_tensor_result *x = &r->x[i];
  bool passes = lack == NULL;
  ck_assert_msg(x->verdict == (passes ? GCHK_PASS : GCHK_INCONCLUSIVE) && r->cases[i].verdict == x->verdict,
                "line %d: %s", line, x->reason);
  ck_assert_int_eq(x->undecided.is_tolerated, passes);
  ck_assert_msg(passes ? *x->reason == '\0' : strstr(x->reason, lack) != NULL, "line %d: no \"%s\" in \"%s\"", line,
                lack, x->reason);
}
#define EXPECT(r, i, lack) expect(r, i, lack, __LINE__)

START_TEST(few_of_all_shapes_are_tolerated) {
  run r;
  start(&r, (const size_t[CASES]){3, 0, 0, 0});
  EXPECT(&r, 0, NULL);
  ck_assert_int_eq(r.result->exit_code, 0);
  ck_assert_int_eq(r.result->verdict, GCHK_PASS);
  ck_assert_uint_eq(r.result->summary.pass, CASES);
  ck_assert_uint_eq(r.result->summary.with_undecided, 1);
  ck_assert_uint_eq(r.result->summary.elements_undecided, 3);
  gchk_result_free(r.result);
  // 20 of 420 are less than 5 %, though they are a sixth of their own shape.
  start(&r, (const size_t[CASES]){20, 0, 0, 0});
  EXPECT(&r, 0, NULL);
  gchk_result_free(r.result);
  // 22 of 422 are more; so says each shape.
  start(&r, (const size_t[CASES]){20, 2, 0, 0});
  EXPECT(&r, 0, "5.21 % of the 422 that are not zero");
  EXPECT(&r, 1, "5.21 % of the 422 that are not zero");
  ck_assert_int_eq(r.result->exit_code, 5);
  ck_assert_uint_eq(r.result->summary.with_undecided, 0);
  ck_assert_uint_eq(r.result->summary.inconclusive, 2);
  gchk_result_free(r.result);
}
END_TEST

START_TEST(what_stands_apart_is_settled_apart) {
  run r;
  start(&r, (const size_t[CASES]){20, 0, 0, 0});
  r.cases[1].layer = "another"; // leaves 20 of 320
  EXPECT(&r, 0, "6.25 %");
  r.cases[1].layer = "layer";
  EXPECT(&r, 0, NULL);
  r.cases[1].target = "other.so";
  EXPECT(&r, 0, "6.25 %");
  r.cases[1].target = "mine.so";
  r.cases[1].dtype = GCHK_F32;
  EXPECT(&r, 0, "6.25 %");
  r.cases[1].dtype = GCHK_F64;
  r.x[1].name = "w";
  EXPECT(&r, 0, "6.25 %");
  r.x[1].name = "x";
  r.x[1].verdict = GCHK_SKIPPED; // what was not checked decides nothing
  EXPECT(&r, 0, "6.25 %");
  gchk_result_free(r.result);
}
END_TEST

START_TEST(each_condition_says_that_it_is_not_met) {
  run r;
  start(&r, (const size_t[CASES]){2, 1, 0, 0});
  r.x[1].undecided.block = "row 3";
  EXPECT(&r, 0, "they fill row 3 of layer/2: a mistake there would not show");
  EXPECT(&r, 1, "they fill row 3: a mistake there would not show");
  r.x[1].undecided.block = "";
  r.x[0].undecided.decided = 0;
  EXPECT(&r, 0, "none is decided in this case");
  EXPECT(&r, 1, NULL);
  r.x[0].undecided.decided = 100;
  r.x[0].elements.fail = 1; // waived
  EXPECT(&r, 0, "others differ by more than their bounds");
  r.x[0].elements.fail = 0;
  EXPECT(&r, 0, NULL);
  r.result->config.strict = true;
  EXPECT(&r, 0, "--strict tolerates none");
  ck_assert_int_eq(r.result->exit_code, 1);
  gchk_result_free(r.result);
}
END_TEST

START_TEST(a_border_is_hidden_where_no_shape_shows_it) {
  run r;
  start(&r, (const size_t[CASES]){1, 0, 0, 0});
  r.x[0].undecided.borders = 1;
  r.x[0].undecided.borders_shown = 2;
  EXPECT(&r, 0, NULL); // shown by the others
  for (size_t i = 1; i < CASES; i++)
    r.x[i].undecided.borders_shown = 2; // nothing but zeros there
  EXPECT(&r, 0, "the first index of axis 0");
  r.x[0].undecided.borders = 8;
  EXPECT(&r, 0, "the last index of axis 1");
  gchk_result_free(r.result);
}
END_TEST

START_TEST(the_decided_ones_must_have_shown_a_wrong_gradient) {
  run r;
  start(&r, (const size_t[CASES]){1, 0, 0, 0});
  for (size_t i = 0; i < CASES; i++)
    r.x[i].undecided.caught = i == 0 ? 0.81 : 1; // 381 of 400
  EXPECT(&r, 0, NULL);
  r.x[1].undecided.caught = 0.98; // 379
  EXPECT(&r, 0, "a 1 % error would have shown in 94.8 % of the decided ones, and it takes 95 %");
  for (size_t i = 0; i < CASES; i++) {
    r.x[i].undecided.caught = 1;
    r.x[i].undecided.caught_wanted = 1;
    r.x[i].undecided.error = "a wrong sign, a zero and a factor of 2";
  }
  EXPECT(&r, 0, NULL);
  r.x[3].undecided.caught = 0.99; // one of 400 is one too many
  EXPECT(&r, 0, "a factor of 2 would have shown in 99.8 %");
  gchk_result_free(r.result);
}
END_TEST

/* A shape whose terms cancel is left to the others: where all its undecided elements are such, and these are decided. */
START_TEST(shapes_whose_terms_cancel_are_left_to_the_others) {
  run r;
  start(&r, (const size_t[CASES]){60, 1, 0, 0});
  gchk_undecided_result *u = &r.x[0].undecided, *other = &r.x[1].undecided;
  size_t *cancelled = &r.x[0].cancelled;
  u->block = "the whole tensor";
  u->decided = 0;
  u->borders = 3;
  u->borders_shown = 0;
  EXPECT(&r, 0, "13.2 % of the 461");
  *cancelled = 60;
  EXPECT(&r, 0, NULL);
  EXPECT(&r, 1, NULL); // the undecided one of the others is judged without them
  ck_assert_int_eq(r.result->exit_code, 0);
  ck_assert_uint_eq(r.result->summary.elements_undecided, 61);
  *cancelled = 59;
  EXPECT(&r, 0, "13.2 %");
  EXPECT(&r, 1, "13.2 %");
  *cancelled = 60;
  r.x[0].elements.fail = 1;
  EXPECT(&r, 0, "others differ by more than their bounds");
  r.x[0].elements.fail = 0;
  r.x[2].elements.fail = 1; // nor are the others decided then
  EXPECT(&r, 0, "13.2 %");
  r.x[2].elements.fail = 0;
  r.x[2].undecided.caught = 0.5;
  EXPECT(&r, 0, "13.2 %");
  r.x[2].undecided.caught = 1;
  other->block = "row 3";
  EXPECT(&r, 0, "13.2 %");
  other->block = "";
  other->borders = 4;
  EXPECT(&r, 0, "13.2 %");
  other->borders = 0;
  r.x[1].elements.undecided = 30; // too many of the others
  EXPECT(&r, 0, "%");
  r.x[1].elements.undecided = 1;
  EXPECT(&r, 0, NULL);
  r.result->config.strict = true;
  EXPECT(&r, 0, "--strict tolerates none");
  r.result->config.strict = false;
  // The same where all pass, and none of them is told from zero.
  r.x[0].elements.undecided = *cancelled = 0;
  EXPECT(&r, 0, NULL);
  r.x[2].undecided.caught = 0.5;
  EXPECT(&r, 0, "every element is below resolution");
  r.x[2].undecided.caught = 1;
  r.result->config.strict = true;
  EXPECT(&r, 0, "every element is below resolution");
  r.result->config.strict = false;
  r.x[0].elements.undecided = *cancelled = 60;
  for (size_t i = 1; i < CASES; i++)
    r.cases[i].layer = "another"; // there are no others
  EXPECT(&r, 0, "% of the 160");
  gchk_result_free(r.result);
}
END_TEST

/* What other judgements say stays, whatever the undecided elements do. */
START_TEST(nothing_else_is_settled) {
  run r;
  start(&r, (const size_t[CASES]){1, 1, 1, 1});
  r.x[1].undecided.is_only_lack = false;
  r.x[1].verdict = GCHK_INCONCLUSIVE;
  r.x[1].reason = "cannot tell at this threshold";
  r.x[2].undecided.is_only_lack = false;
  r.x[2].verdict = r.cases[2].verdict = GCHK_FAIL;
  r.cases[3].verdict = GCHK_FAIL; // of a broken contract
  gchk_result_summarise(r.result);
  ck_assert_int_eq(r.cases[0].verdict, GCHK_PASS);
  ck_assert_int_eq(r.cases[1].verdict, GCHK_INCONCLUSIVE);
  ck_assert_str_eq(r.x[1].reason, "cannot tell at this threshold");
  ck_assert_int_eq(r.cases[2].verdict, GCHK_FAIL);
  ck_assert_int_eq(r.x[3].verdict, GCHK_PASS);
  ck_assert_int_eq(r.cases[3].verdict, GCHK_FAIL);
  ck_assert_int_eq(r.result->exit_code, 1);
  gchk_result_free(r.result);
}
END_TEST

/* Either shard alone has too many or a hidden border; the run as a whole has not. The shards stay as they were. */
START_TEST(merged_shards_are_settled_as_one_run) {
  run parts[2];
  const gchk_result *shards[2];
  gchk_origin code = {"gradcheck", "fedcba9876543210"};
  static const char *const names[] = {"1.json", "2.json"}, *const case_names[] = {"a", "b", "c", "d"};
  for (size_t i = 0; i < 2; i++) {
    start(&parts[i], (const size_t[CASES]){i == 0 ? 20 : 0, 0, 0, 0});
    parts[i].result->case_count = 2;
    parts[i].result->title = "x";
    parts[i].result->environment.code = &code;
    parts[i].result->environment.code_count = 1;
    parts[i].result->config.shards = 2;
    parts[i].result->config.shard = i + 1;
    for (size_t k = 0; k < 2; k++)
      parts[i].result->cases[k].name = case_names[2 * i + k];
    gchk_result_summarise(parts[i].result);
    shards[i] = parts[i].result;
  }
  ck_assert_int_eq(parts[0].x[0].verdict, GCHK_INCONCLUSIVE);
  gchk_result *merged;
  gchk_error error;
  ck_assert_int_eq(gchk_merge(shards, names, 2, &merged, &error), GCHK_OK);
  ck_assert_int_eq(merged->cases[0].tensors[0].verdict, GCHK_PASS);
  ck_assert_int_eq(merged->exit_code, 0);
  ck_assert_uint_eq(merged->summary.with_undecided, 1);
  ck_assert_int_eq(parts[0].x[0].verdict, GCHK_INCONCLUSIVE);
  gchk_result_free(merged);
  for (size_t i = 0; i < 2; i++)
    gchk_result_free(parts[i].result);
}
END_TEST

/* A pass with undecided elements is a pass: no change against a plain one, on either side. */
START_TEST(a_pass_with_undecided_elements_is_no_regression) {
  run before, now;
  gchk_error error;
  for (int swap = 0; swap < 2; swap++) {
    start(&before, (const size_t[CASES]){swap ? 3 : 0, 0, 0, 0});
    start(&now, (const size_t[CASES]){swap ? 0 : 3, 0, 0, 0});
    gchk_result_summarise(before.result);
    gchk_result_summarise(now.result);
    ck_assert_int_eq(gchk_result_compare(now.result, before.result, "before.json", &error), GCHK_OK);
    ck_assert_uint_eq(now.result->baseline.change_count, 0);
    ck_assert_int_eq(now.result->exit_code, 0);
    gchk_result_free(before.result);
    gchk_result_free(now.result);
  }
  start(&before, (const size_t[CASES]){3, 0, 0, 0});
  start(&now, (const size_t[CASES]){60, 0, 0, 0}); // too many: inconclusive, and that is a regression
  gchk_result_summarise(before.result);
  gchk_result_summarise(now.result);
  ck_assert_int_eq(gchk_result_compare(now.result, before.result, "before.json", &error), GCHK_OK);
  ck_assert_uint_eq(now.result->baseline.regression_count, 1);
  ck_assert_int_eq(now.result->exit_code, 1);
  gchk_result_free(before.result);
  gchk_result_free(now.result);
}
END_TEST

static TCase *settle_tests(void) {
  TCase *tests = tcase_create("settle");
  tcase_add_test(tests, few_of_all_shapes_are_tolerated);
  tcase_add_test(tests, what_stands_apart_is_settled_apart);
  tcase_add_test(tests, each_condition_says_that_it_is_not_met);
  tcase_add_test(tests, a_border_is_hidden_where_no_shape_shows_it);
  tcase_add_test(tests, the_decided_ones_must_have_shown_a_wrong_gradient);
  tcase_add_test(tests, shapes_whose_terms_cancel_are_left_to_the_others);
  tcase_add_test(tests, nothing_else_is_settled);
  tcase_add_test(tests, merged_shards_are_settled_as_one_run);
  tcase_add_test(tests, a_pass_with_undecided_elements_is_no_regression);
  return tests;
}

TEST_MAIN("settle", settle_tests)
