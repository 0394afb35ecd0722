/* What cases took together, and whether it is enough. */
#include <check.h>
#include <string.h>

#include "core/arena.h"
#include "reach/reach_gate.h"
#include "reach/reach_layers.h"
#include "reach_tests.h"

/* A function of four branches: two begin in line 10, one each in 20 and 30; some of them were not taken. */
static gchk_untaken_branch ten_0 = {"k.c", 10, 0, 2, ""}, ten_1 = {"k.c", 10, 1, 2, ""}, twenty = {"k.c", 20, 0, 1, ""},
                           thirty = {"k.c", 30, 0, 1, ""};

static void make_case(gchk_case_result *c, const char *layer, gchk_reached_function *f, gchk_untaken_branch *untaken,
                      size_t untaken_count, size_t lines_taken) {
  *f = (gchk_reached_function){.function = "kernel",
                               .file = "k.c",
                               .callback = "backward",
                               .branches = 4,
                               .taken = 4 - untaken_count,
                               .lines = 3,
                               .lines_taken = lines_taken,
                               .untaken_count = untaken_count,
                               .untaken = untaken};
  *c = (gchk_case_result){.name = layer,
                          .layer = layer,
                          .target = "",
                          .dtype = GCHK_F64,
                          .reach = {.why_not = "", .function_count = 1, .functions = f}};
}

typedef struct two {
  gchk_arena *arena;
  gchk_untaken_branch a[3], b[2];
  gchk_reached_function functions[2];
  gchk_case_result cases[2];
  gchk_result result;
} two;

static void make_two(two *t, const char *first, const char *second) {
  *t = (two){.arena = gchk_arena_new(), .a = {ten_0, ten_1, twenty}, .b = {ten_1, thirty}};
  make_case(&t->cases[0], first, &t->functions[0], t->a, 3, 1);
  make_case(&t->cases[1], second, &t->functions[1], t->b, 2, 2);
  t->result = (gchk_result){.arena = t->arena, .case_count = 2, .cases = t->cases};
}

START_TEST(together_they_took_what_one_of_them_did) {
  two t;
  gchk_layer_reach *layers;
  size_t count;
  make_two(&t, "a", "a");
  ck_assert_int_eq(gchk_reach_of_layers(&t.result, t.arena, &layers, &count, NULL), GCHK_OK);
  ck_assert_uint_eq(count, 1);
  const gchk_reach_counts backward = gchk_reach_count(&layers[0].reach, "backward");
  ck_assert_uint_eq(backward.branches, 4);
  ck_assert_uint_eq(backward.taken, 3);
  ck_assert_uint_eq(backward.lines_taken, 3); // the other branch of line 10 was taken
  ck_assert_int_eq(layers[0].reach.functions[0].untaken[0].line, 10);
  ck_assert_uint_eq(layers[0].reach.functions[0].untaken[0].nth, 1);
  ck_assert_uint_eq(gchk_reach_count(&layers[0].reach, "forward").branches, 0);
  ck_assert_uint_eq(t.functions[0].untaken_count, 3); // the cases' own are as they were
  gchk_arena_free(t.arena);
}
END_TEST

START_TEST(another_layer_is_another) {
  two t;
  gchk_layer_reach *layers;
  size_t count;
  make_two(&t, "a", "b");
  ck_assert_int_eq(gchk_reach_of_layers(&t.result, t.arena, &layers, &count, NULL), GCHK_OK);
  ck_assert_uint_eq(count, 2);
  ck_assert_uint_eq(gchk_reach_count(&layers[0].reach, "backward").taken, 1);
  ck_assert_uint_eq(gchk_reach_count(&layers[0].reach, "backward").lines_taken, 1);
  ck_assert_uint_eq(gchk_reach_count(&layers[1].reach, "backward").taken, 2);
  gchk_arena_free(t.arena);
}
END_TEST

static gchk_verdict gate(const char *second, double least, bool is_skipped) {
  two t;
  make_two(&t, "a", second);
  t.cases[0].verdict = t.cases[1].verdict = is_skipped ? GCHK_SKIPPED : GCHK_PASS;
  ck_assert_int_eq(gchk_reach_gate(&t.result, least, NULL), GCHK_OK);
  const gchk_verdict verdict = t.cases[0].verdict;
  gchk_arena_free(t.arena);
  return verdict;
}

START_TEST(a_share_is_of_all_cases_of_a_layer) {
  ck_assert_int_eq(gate("a", 0.75, false), GCHK_PASS);
  ck_assert_int_eq(gate("a", 0.76, false), GCHK_FAIL);
  ck_assert_int_eq(gate("b", 0.75, false), GCHK_FAIL);
  ck_assert_int_eq(gate("b", 0.25, false), GCHK_PASS);
  ck_assert_int_eq(gate("b", 1, true), GCHK_SKIPPED);
}
END_TEST

START_TEST(what_is_not_known_is_not_enough) {
  two t;
  make_two(&t, "a", "a");
  for (size_t i = 0; i < 2; i++)
    t.cases[i].reach = (gchk_reach_result){.why_not = ""};
  ck_assert_int_eq(gchk_reach_gate(&t.result, 0.01, NULL), GCHK_OK);
  ck_assert_int_eq(t.cases[0].verdict, GCHK_FAIL);
  ck_assert_str_eq(t.cases[0].findings[0].code, "reach-unknown");
  ck_assert_int_eq(t.cases[1].verdict, GCHK_PASS);
  gchk_arena_free(t.arena);
}
END_TEST

TCase *reach_layers_tests(void) {
  TCase *tests = tcase_create("layers");
  tcase_add_test(tests, together_they_took_what_one_of_them_did);
  tcase_add_test(tests, another_layer_is_another);
  tcase_add_test(tests, a_share_is_of_all_cases_of_a_layer);
  tcase_add_test(tests, what_is_not_known_is_not_enough);
  return tests;
}
