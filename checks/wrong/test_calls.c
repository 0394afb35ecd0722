/*
 * Conventions of calling: over many seeds no probe says anything about a right layer, in double, in float, and in float
 * with its double twin, and every wrong one is found; what is not declared is accused; no backward is no pass.
 */
#include <stdio.h>
#include <string.h>

#include "gradcheck/gradcheck.h"
#include "lists.h"
#include "main.h"
#include "sanitized.h"

enum { SEEDS = REPEATED(20, 2) };

typedef struct pair {
  const gchk_layer *exact, *single;
} pair;

#define PAIR(id)                        {&id, &id##_f32},
#define WRONG_PAIR(bug_class, id, code) PAIR(id)
static const pair right[] = {RIGHT_CALLS(PAIR)};
static const pair wrong[] = {WRONG_CALLS(WRONG_PAIR)};
enum { RIGHT = sizeof right / sizeof right[0], WRONG = sizeof wrong / sizeof wrong[0] };

// The first shape case and the planted one: the other shapes are in test_classes.c.
static gchk_result *check(const gchk_layer *layer, uint64_t seed) {
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_case_list list;
  gchk_result *result = NULL;
  gchk_error error;
  options.seed = seed;
  ck_assert_msg(gchk_layer_cases(layer, &list, &error) == GCHK_OK, "%s: %s", layer->name, error.message);
  size_t last = 0; // the planted one, or the last of its own shapes
  for (size_t i = 0; i < list.count; i++)
    last = list.cases[i].planted == GCHK_PLANT_USUAL || list.cases[i].auxiliary != GCHK_VARIED ? i : last;
  const gchk_case cases[] = {list.cases[0], list.cases[last]};
  ck_assert_msg(gchk_check_cases(cases, list.count > 1 ? 2 : 1, &options, &result, &error) == GCHK_OK, "%s: %s",
                layer->name, error.message);
  gchk_case_list_deinit(&list);
  return result;
}

static const char *first_finding(const gchk_result *result) {
  for (size_t c = 0; c < result->case_count; c++) {
    if (result->cases[c].finding_count > 0)
      return result->cases[c].findings[0].text;
    for (size_t t = 0; t < result->cases[c].tensor_count; t++)
      if (result->cases[c].tensors[t].finding_count > 0)
        return result->cases[c].tensors[t].findings[0].text;
  }
  return "";
}

static void assert_right(const gchk_layer *layer, uint64_t seed, const char *as) {
  gchk_result *result = check(layer, seed);
  ck_assert_msg(result->verdict == GCHK_PASS && first_finding(result)[0] == '\0', "%s, %s, seed %d: %s: %s",
                layer->name, as, (int)seed, gchk_verdict_name(result->verdict), first_finding(result));
  gchk_result_free(result);
}

START_TEST(no_probe_says_anything_about_a_right_layer) {
  const pair *p = &right[_i];
  gchk_layer with_twin = *p->single;
  with_twin.twin = p->exact;
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    assert_right(p->exact, seed, "f64");
    assert_right(p->single, seed, "f32");
    assert_right(&with_twin, seed, "f32 with its twin");
  }
}
END_TEST

START_TEST(every_wrong_layer_is_found) {
  const pair *p = &wrong[_i];
  gchk_layer with_twin = *p->single;
  with_twin.twin = p->exact;
  const gchk_layer *const layers[] = {p->exact, p->single, &with_twin};
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    for (size_t k = 0; k < 3; k++) {
      gchk_result *result = check(layers[k], seed);
      ck_assert_msg(result->verdict == GCHK_FAIL && result->exit_code == 1, "%s, %zu, seed %d: %s", p->exact->name, k,
                    (int)seed, gchk_verdict_name(result->verdict));
      ck_assert(first_finding(result)[0] != '\0');
      gchk_result_free(result);
    }
  }
}
END_TEST

static bool has_code(const gchk_result *result, const char *code) {
  for (size_t c = 0; c < result->case_count; c++)
    for (size_t f = 0; f < result->cases[c].finding_count; f++)
      if (strcmp(result->cases[c].findings[f].code, code) == 0)
        return true;
  return false;
}

static const char *text_of(const gchk_result *result, const char *code) {
  for (size_t c = 0; c < result->case_count; c++)
    for (size_t f = 0; f < result->cases[c].finding_count; f++)
      if (strcmp(result->cases[c].findings[f].code, code) == 0)
        return result->cases[c].findings[f].text;
  return "";
}

static void assert_accused(const gchk_layer *layer, const char *code, const char *advice) {
  for (uint64_t seed = 1; seed <= 5; seed++) {
    gchk_result *result = check(layer, seed);
    ck_assert_msg(has_code(result, code), "%s: %s, and no %s", layer->name, first_finding(result), code);
    ck_assert_msg(strstr(text_of(result, code), advice) != NULL, "%s", text_of(result, code));
    gchk_result_free(result);
  }
}

/* What a probe finds where nothing is declared names the field that declares it. */
START_TEST(what_is_not_declared_is_accused_and_the_field_is_named) {
  gchk_layer layer = in_place_tanh;
  gchk_tensor_spec rows[4];
  memcpy(rows, layer.tensors, layer.tensor_count * sizeof rows[0]);
  layer.tensors = rows;
  rows[1].in_place_of = NULL;
  assert_accused(&layer, "writes-input", ".in_place_of");
  layer = step_dense;
  layer.learning_rate = 0;
  assert_accused(&layer, "writes-input", ".learning_rate");
  layer = once_swiglu;
  layer.flags = 0;
  assert_accused(&layer, "writes-cache", "GCHK_CONSUMES_CACHE");
  layer = upstream_after;
  layer.flags = 0;
  assert_accused(&layer, "forward-writes-gradient", "GCHK_UPSTREAM_AFTER_FORWARD");
}
END_TEST

/* One call computes the first step alone. */
START_TEST(without_time_the_steps_are_not_taken) {
  gchk_layer layer = time_rnn;
  layer.time = NULL;
  gchk_result *result = check(&layer, 1);
  ck_assert_int_eq(result->verdict, GCHK_FAIL);
  ck_assert(has_code(result, "unwritten-output"));
  gchk_result_free(result);
}
END_TEST

/* A backward that fails when it comes twice is never called twice. */
START_TEST(without_its_flag_a_backward_that_frees_cannot_be_checked) {
  gchk_layer layer = once_freed;
  layer.flags = 0;
  gchk_result *result = check(&layer, 1);
  ck_assert_int_eq(result->verdict, GCHK_ERROR);
  ck_assert_ptr_nonnull(strstr(result->cases[0].reason, "backward came twice"));
  gchk_result_free(result);
}
END_TEST

START_TEST(no_backward_is_skipped_and_never_a_pass) {
  const gchk_layer *const layers[] = {&no_backward, &no_backward_f32};
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result;
  ck_assert_int_eq(gchk_check_layer(layers[_i], &options, &result, NULL), GCHK_OK);
  ck_assert_uint_eq(result->case_count, 1);
  ck_assert_int_eq(result->cases[0].verdict, GCHK_SKIPPED);
  ck_assert_str_eq(result->cases[0].reason, "no backward: nothing to verify");
  ck_assert_int_ne(result->verdict, GCHK_PASS);
  ck_assert_int_eq(result->exit_code, 4);
  gchk_result_free(result);
  const gchk_case both[] = {{.name = "none", .layer = layers[_i], .sizes = "N=2 C=3"},
                            {.name = "right", .layer = &in_place_tanh, .sizes = "N=2 C=3"}};
  ck_assert_int_eq(gchk_check_cases(both, 2, &options, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result->exit_code, 5);
  gchk_result_free(result);
  options.strict = true;
  ck_assert_int_eq(gchk_check_cases(both, 2, &options, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result->exit_code, 1);
  gchk_result_free(result);
}
END_TEST

static TCase *calls(void) {
  TCase *tc = tcase_create("calls");
  tcase_set_timeout(tc, 300);
  tcase_add_loop_test(tc, no_probe_says_anything_about_a_right_layer, 0, RIGHT);
  tcase_add_loop_test(tc, every_wrong_layer_is_found, 0, WRONG);
  tcase_add_test(tc, what_is_not_declared_is_accused_and_the_field_is_named);
  tcase_add_test(tc, without_time_the_steps_are_not_taken);
  tcase_add_test(tc, without_its_flag_a_backward_that_frees_cannot_be_checked);
  tcase_add_loop_test(tc, no_backward_is_skipped_and_never_a_pass, 0, 2);
  return tc;
}

TEST_MAIN("calls", calls)
