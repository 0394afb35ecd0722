/* Results as large as a file of them may be: what is done with their rows takes time in proportion to them. */
#include "main.h"

#include <stdio.h>
#include <time.h>

#include "core/arena.h"
#include "gradcheck/report.h"
#include "result/baseline.h"
#include "result/plain_tensor.h"
#include "summary/settle.h"

enum { MANY = 100000, NAME = 24 };
static const double most_seconds = 20; // each with each takes minutes, in order it is a part of one

static double seconds_from(clock_t began) {
  return (double)(clock() - began) / (double)CLOCKS_PER_SEC;
}

/* "<word><number>" for each of MANY, to be freed. */
typedef char many_name[NAME];
static many_name *make_names(const char *word) {
  many_name *names = calloc(MANY, sizeof *names);
  ck_assert_ptr_nonnull(names);
  for (size_t i = 0; i < MANY; i++)
    (void)snprintf(names[i], NAME, "%s%zu", word, i);
  return names;
}

/* MANY tensors, each in a case of its own. */
static gchk_result *many_cases(many_name *names) {
  gchk_result *r = gchk_result_new();
  ck_assert_ptr_nonnull(r);
  r->cases = gchk_arena_alloc(r->arena, MANY, sizeof *r->cases);
  gchk_tensor_result *x = gchk_arena_alloc(r->arena, MANY, sizeof *x);
  ck_assert(r->cases != NULL && x != NULL);
  for (size_t i = 0; i < MANY; i++) {
    x[i] = plain_tensor("x");
    r->cases[i] = plain_case(names[i], "layer", &x[i], 1);
  }
  r->case_count = MANY;
  return r;
}

/* Of a hundred elements in each of the cases one is undecided; 0: all are of one layer, 1: each is of its own. */
START_TEST(undecided_rows_of_many_cases_are_settled) {
  many_name *names = make_names("case"), *layers = make_names("layer");
  gchk_result *r = many_cases(names);
  for (size_t i = 0; i < MANY; i++) {
    gchk_tensor_result *x = r->cases[i].tensors;
    x->checked = x->total = 100;
    x->elements.undecided = 1;
    x->undecided = (gchk_undecided_result){.nonzero = 100,
                                           .decided = 99,
                                           .block = "",
                                           .caught = 1,
                                           .caught_wanted = 0.95,
                                           .error = "a 1 % error",
                                           .why_not = "",
                                           .is_only_lack = true};
    x->verdict = r->cases[i].verdict = GCHK_INCONCLUSIVE;
    if (_i == 1)
      r->cases[i].layer = layers[i];
  }
  r->cases[MANY / 2].tensors[0].undecided.block = "row 3"; // a lack of all that are of its layer
  const clock_t began = clock();
  gchk_settle(r);
  ck_assert_double_lt(seconds_from(began), most_seconds);
  size_t passed = 0;
  for (size_t i = 0; i < MANY; i++)
    passed += r->cases[i].verdict == GCHK_PASS;
  ck_assert_uint_eq(passed, _i == 1 ? MANY - 1 : 0);
  gchk_result_free(r);
  free(names);
  free(layers);
}
END_TEST

/* One case with MANY tensors, in the other order where `is_reversed`. */
static gchk_result *many_tensors(many_name *names, bool is_reversed) {
  gchk_result *r = many_cases(names);
  r->case_count = 1;
  gchk_case_result *c = &r->cases[0];
  c->tensors = gchk_arena_alloc(r->arena, MANY, sizeof *c->tensors);
  ck_assert_ptr_nonnull(c->tensors);
  c->tensor_count = MANY;
  for (size_t i = 0; i < MANY; i++)
    c->tensors[i] = plain_tensor(names[is_reversed ? MANY - 1 - i : i]);
  return r;
}

START_TEST(tensors_of_one_case_are_compared_with_a_baseline) {
  many_name *names = make_names("t");
  gchk_result *before = many_tensors(names, false), *now = many_tensors(names, true);
  gchk_baseline_result changes;
  const clock_t began = clock();
  ck_assert_int_eq(gchk_baseline_compare(now->arena, "base.json", before, now, &changes, NULL), GCHK_OK);
  ck_assert_uint_eq(changes.change_count, 0);
  now->cases[0].tensors[7].shape.dim[0] = 4; // another tensor: the one is gone, and the other new
  now->cases[0].tensors[8].dtype = GCHK_F32;
  now->cases[0].tensors[9].verdict = GCHK_FAIL;
  ck_assert_int_eq(gchk_baseline_compare(now->arena, "base.json", before, now, &changes, NULL), GCHK_OK);
  ck_assert_uint_eq(changes.change_count, 5);
  ck_assert_uint_eq(changes.regression_count, 3);
  ck_assert_double_lt(seconds_from(began), most_seconds);
  gchk_result_free(before);
  gchk_result_free(now);
  free(names);
}
END_TEST

/* Two shards, of which every case has a change: the merged changes are in the order of the cases. */
START_TEST(changes_of_many_cases_are_merged) {
  many_name *names = make_names("case");
  gchk_origin code = {"gradcheck", "fedcba9876543210"};
  gchk_result *all = many_cases(names), *parts[2], *merged;
  for (size_t i = 0; i < 2; i++) {
    gchk_result *part = parts[i] = gchk_result_new();
    ck_assert_ptr_nonnull(part);
    part->config.shard = i + 1;
    part->config.shards = 2;
    part->complete = true;
    part->title = "x";
    part->environment.code = &code;
    part->environment.code_count = 1;
    part->case_count = MANY / 2;
    part->cases = gchk_arena_alloc(part->arena, MANY / 2, sizeof *part->cases);
    part->baseline = (gchk_baseline_result){.file = "base.json", .change_count = MANY / 2};
    part->baseline.changes = gchk_arena_alloc(part->arena, MANY / 2, sizeof *part->baseline.changes);
    ck_assert(part->cases != NULL && part->baseline.changes != NULL);
    for (size_t k = 0; k < MANY / 2; k++) {
      part->cases[k] = all->cases[2 * k + i];
      part->baseline.changes[MANY / 2 - 1 - k] =
          (gchk_change){.case_name = part->cases[k].name, .tensor = "x", .what = "added"};
    }
  }
  const clock_t began = clock();
  gchk_error error = {0};
  ck_assert_msg(gchk_merge((const gchk_result *const *)parts, (const char *const[]){"1", "2"}, 2, &merged, &error) ==
                    GCHK_OK,
                "%s", error.message);
  ck_assert_double_lt(seconds_from(began), most_seconds);
  ck_assert_uint_eq(merged->baseline.change_count, MANY);
  for (size_t i = 0; i < MANY; i++)
    ck_assert_str_eq(merged->baseline.changes[i].case_name, names[i]);
  gchk_result_free(merged);
  gchk_result_free(parts[0]);
  gchk_result_free(parts[1]);
  gchk_result_free(all);
  free(names);
}
END_TEST

static TCase *many_rows(void) {
  TCase *t = tcase_create("many rows");
  tcase_set_timeout(t, 120);
  tcase_add_loop_test(t, undecided_rows_of_many_cases_are_settled, 0, 2);
  tcase_add_test(t, tensors_of_one_case_are_compared_with_a_baseline);
  tcase_add_test(t, changes_of_many_cases_are_merged);
  return t;
}

TEST_MAIN("many rows", many_rows)
