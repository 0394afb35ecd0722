/*
 * What gradients and tensors may mean, each declared in one field: nothing is said of a right layer on any of twenty
 * seeds, in double, in float, and in float with its double twin; and each wrong one fails on every seed, and is named.
 */
#include <stdio.h>
#include <string.h>

#include "gradcheck/gradcheck.h"
#include "lists.h"
#include "main.h"
#include "sanitized.h"

#define DECLARE_FLOAT(id)                   extern const gchk_layer id##_f32;
#define DECLARE_FLOAT_WRONG(kind, id, code) extern const gchk_layer id##_f32;
MEANINGS(DECLARE_FLOAT)
WRONG_MEANINGS(DECLARE_FLOAT_WRONG)

typedef struct pair {
  const gchk_layer *in_double, *in_float;
  const char *codes; // that fit; NULL: it is right
} pair;

#define ROW_RIGHT(id)             {&id, &id##_f32, NULL},
#define ROW_WRONG(kind, id, code) {&id, &id##_f32, code},
static const pair right[] = {MEANINGS(ROW_RIGHT)};
static const pair wrong[] = {WRONG_MEANINGS(ROW_WRONG)};
enum { RIGHT = sizeof right / sizeof right[0], WRONG = sizeof wrong / sizeof wrong[0], SEEDS = REPEATED(20, 2) };

static gchk_result *check(const gchk_layer *layer, uint64_t seed) {
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error;
  options.seed = seed;
  ck_assert_msg(gchk_check_layer(layer, &options, &result, &error) == GCHK_OK, "%s: %s", layer->name, error.message);
  return result;
}

static bool is_listed(const char *list, const char *code) {
  const char *at = strstr(list, code);
  size_t length = strlen(code);
  return at != NULL && (at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0');
}

typedef struct told {
  size_t findings, fitting;
  const char *first;
} told;

static void add(told *t, const gchk_finding *findings, size_t count, const char *codes) {
  for (size_t i = 0; i < count; i++) {
    if (findings[i].is_note)
      continue;
    t->first = t->findings++ == 0 ? findings[i].text : t->first;
    t->fitting += codes != NULL && is_listed(codes, findings[i].code);
  }
}

static told what_is_told(const gchk_result *result, const char *codes) {
  told t = {0, 0, "no finding"};
  for (size_t c = 0; c < result->case_count; c++) {
    const gchk_case_result *one = &result->cases[c];
    add(&t, one->findings, one->finding_count, codes);
    for (size_t k = 0; k < one->tensor_count; k++)
      add(&t, one->tensors[k].findings, one->tensors[k].finding_count, codes);
  }
  return t;
}

static void assert_right(const gchk_layer *layer, const char *how) {
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    gchk_result *result = check(layer, seed);
    told t = what_is_told(result, NULL);
    ck_assert_msg(result->exit_code == 0 && t.findings == 0, "%s %s, seed %d: exit %d, %s", layer->name, how, (int)seed,
                  result->exit_code, t.first);
    gchk_result_free(result);
  }
}

static void assert_wrong(const gchk_layer *layer, const char *codes, const char *how) {
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    gchk_result *result = check(layer, seed);
    told t = what_is_told(result, codes);
    ck_assert_msg(result->exit_code == 1 && t.fitting > 0, "%s %s, seed %d: exit %d, %s", layer->name, how, (int)seed,
                  result->exit_code, t.first);
    gchk_result_free(result);
  }
}

START_TEST(right_layers_in_double) {
  assert_right(right[_i].in_double, "in double");
}
END_TEST

START_TEST(right_layers_in_float) {
  assert_right(right[_i].in_float, "in float");
}
END_TEST

START_TEST(right_layers_with_a_twin) {
  gchk_layer with_twin = *right[_i].in_float;
  with_twin.twin = right[_i].in_double;
  assert_right(&with_twin, "with a twin");
}
END_TEST

START_TEST(wrong_layers_in_double) {
  assert_wrong(wrong[_i].in_double, wrong[_i].codes, "in double");
}
END_TEST

// Without a twin less is known of what is wrong, but that it is.
START_TEST(wrong_layers_in_float) {
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    gchk_result *result = check(wrong[_i].in_float, seed);
    told t = what_is_told(result, NULL);
    ck_assert_msg(result->exit_code == 1 && t.findings > 0, "%s in float, seed %d: exit %d", wrong[_i].in_float->name,
                  (int)seed, result->exit_code);
    gchk_result_free(result);
  }
}
END_TEST

START_TEST(wrong_layers_with_a_twin) {
  gchk_layer with_twin = *wrong[_i].in_float;
  with_twin.twin = wrong[_i].in_double;
  assert_wrong(&with_twin, wrong[_i].codes, "with a twin");
}
END_TEST

/* The gradient of log det (A + 4 n I) is the same whichever way a reference divides it between (i,j) and (j,i). */
START_TEST(references_of_a_symmetric_matrix_may_divide_it_otherwise) {
  // A = ((1, 2), (2, 3)), n = 2: inv((9, 2), (2, 11)) = ((11, -2), (-2, 9))/95.
  static const double a[] = {1, 2, 2, 3};
  static const double lower[] = {11 / 95., 0, -4 / 95., 9 / 95.}, full[] = {11 / 95., -2 / 95., -2 / 95., 9 / 95.};
  static const double doubled[] = {11 / 95., -4 / 95., -4 / 95., 9 / 95.};
  static const struct {
    const double *gradient;
    int exit_code;
  } references[] = {{lower, 0}, {full, 0}, {doubled, 1}};
  for (size_t i = 0; i < 3; i++) {
    const gchk_tensor_setting setting = {.name = "A",
                                         .fill = {GCHK_FILL_VALUES, .values = a, .value_count = 4},
                                         .reference = references[i].gradient,
                                         .reference_count = 4};
    const gchk_case one = {
        .name = "one", .layer = &logdet_full, .sizes = "N=2", .settings = &setting, .setting_count = 1};
    gchk_result *result = NULL;
    ck_assert_int_eq(gchk_check_cases(&one, 1, NULL, &result, NULL), GCHK_OK);
    ck_assert_int_eq(result->exit_code, references[i].exit_code);
    ck_assert(result->cases[0].tensors[0].reference.numeric_max_abs_diff < (i < 2 ? 1e-9 : 1));
    gchk_result_free(result);
  }
}
END_TEST

static TCase *meaning(void) {
  TCase *tc = tcase_create("meaning");
  tcase_set_timeout(tc, 300);
  tcase_add_test(tc, references_of_a_symmetric_matrix_may_divide_it_otherwise);
  tcase_add_loop_test(tc, right_layers_in_double, 0, RIGHT);
  tcase_add_loop_test(tc, right_layers_in_float, 0, RIGHT);
  tcase_add_loop_test(tc, right_layers_with_a_twin, 0, RIGHT);
  tcase_add_loop_test(tc, wrong_layers_in_double, 0, WRONG);
  tcase_add_loop_test(tc, wrong_layers_in_float, 0, WRONG);
  tcase_add_loop_test(tc, wrong_layers_with_a_twin, 0, WRONG);
  return tc;
}

TEST_MAIN("meaning", meaning)
