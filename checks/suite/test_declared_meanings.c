/* What layers of a plug-in declare of their tensors and sizes, in suites and in networks. */
#include "gradcheck/check.h"
#include "suite_fixture.h"

#define START "plugins: [" BUILD_DIR "/checks/wrong/conventions.so]\ncases:\n"

static gchk_result *check_suite(const char *text) {
  size_t count = 0;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
  const gchk_case *cases = gchk_suite_cases(suite, &count);
  OK(gchk_check_cases(cases, count, &options, &result, &error), error);
  gchk_suite_free(suite);
  return result;
}

static void assert_passes(const char *text) {
  gchk_result *result = check_suite(text);
  for (size_t i = 0; i < result->case_count; i++)
    ck_assert_msg(result->cases[i].verdict == GCHK_PASS, "%s: %s", result->cases[i].name,
                  gchk_verdict_name(result->cases[i].verdict));
  ck_assert_int_eq(result->exit_code, 0);
  gchk_result_free(result);
}

START_TEST(labels_may_be_ignored) {
  static const char *const text = START
      "  - name: some\n    layer: cross entropy\n    values: {label: {shape: [9], labels: 5, ignored: -100}}\n"
      "  - name: listed\n    layer: cross entropy\n    sizes: {V: 4}\n    values: {label: [0, -100, 3, -100]}\n"
      "  - name: option\n    layer: cross entropy, ignore_index\n    options: {ignore_index: 2}\n    sizes: {V: 4}\n"
      "    values: {label: {shape: [9], labels: 4, ignored: 2}}\n";
  gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
  const gchk_tensor_setting *setting = setting_of(first_case(suite), "label");
  ck_assert(setting->has_ignored && setting->ignored == -100 && setting->fill.kind == GCHK_FILL_LABELS);
  gchk_suite_free(suite);
  assert_passes(text);
}
END_TEST

START_TEST(what_is_declared_holds_in_networks) {
  assert_passes(START "  - name: straight-through\n"
                      "    values: {x: {shape: [5]}, z: {shape: [5]}}\n"
                      "    network: [quantise: {in: x}, mul: {in: [.., z]}]\n"
                      "  - name: symmetric\n"
                      "    values: {A: {shape: [4, 4]}, z: {shape: []}}\n"
                      "    network: [\"log det, lower gradient\": {in: A}, mul: {in: [.., z]}]\n"
                      "  - name: zero\n"
                      "    values: {x: {shape: [5, 3]}}\n"
                      "    network: [bias before centring: {in: x}, sigmoid]\n"
                      "  - name: ignored\n"
                      "    values: {x: {shape: [6, 4]}, t: {shape: [6], labels: 4, ignored: -100}}\n"
                      "    network: [sigmoid: {in: x}, cross entropy: {in: [.., t]}]\n"
                      "  - name: sizes\n"
                      "    values: {x: {shape: [3, 8]}}\n"
                      "    network: [sums of groups: {in: x, G: 2}, sigmoid]\n");
}
END_TEST

START_TEST(rows_of_a_network_say_it_too) {
  gchk_suite *suite = suite_of(START "  - name: zero\n"
                                     "    values: {x: {shape: [5, 3]}}\n"
                                     "    network: [bias before centring: {in: x, b: shift}, sigmoid]\n",
                               GCHK_DTYPE_UNSET);
  ck_assert(row_of(first_case(suite), "shift")->gradient_is_zero);
  ck_assert(!row_of(first_case(suite), "x")->gradient_is_zero);
  gchk_suite_free(suite);
  suite = suite_of(START "  - name: symmetric\n"
                         "    values: {A: {shape: [4, 4]}}\n"
                         "    network: [\"log det, full gradient\": {in: A}]\n",
                   GCHK_DTYPE_UNSET);
  ck_assert(row_of(first_case(suite), "A")->symmetric);
  gchk_suite_free(suite);
}
END_TEST

START_TEST(what_breaks_a_declaration_is_refused_with_its_place) {
  static const struct {
    const char *cases, *part;
  } bad[] = {
      {"  - name: a\n    layer: sums of groups\n    sizes: {N: 3, C: 6, G: 1}\n",
       "test.yaml:5:12: sums of groups requires C%4==0 of its sizes, which does not hold for C=6"},
      {"  - name: a\n    layer: sums of groups\n    values: {x: {shape: [3, 8]}}\n    sizes: {G: 3}\n",
       "requires G<=C/4 of its sizes, which does not hold for G=3 C=8"},
      {"  - name: a\n    values: {x: {shape: [3, 6]}}\n    network: [sums of groups: {in: x, G: 1}]\n",
       "requires C%4==0"},
      {"  - name: a\n    layer: cross entropy\n    sizes: {V: 4}\n    values: {label: [0, -5, 3]}\n",
       "label 1 is -5, but there are 4 classes"},
      {"  - name: a\n    layer: cross entropy\n    values: {logits: {shape: [3, 4], ignored: -100}}\n",
       "test.yaml:5:47: ignored is for labels"},
      {"  - name: a\n    layer: cross entropy\n    values: {label: {shape: [3], labels: 4, ignored: 0.5}}\n",
       "ignored is 0.5; a label is a whole number"},
      {"  - name: a\n    values: {x: {shape: [5]}}\n    network: [\"quantise, a surrogate for x\": {in: x}]\n",
       "has a surrogate for its tensor x alone"},
  };
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    char text[1024];
    gchk_error error = {GCHK_OK, ""};
    gchk_suite *suite = NULL;
    (void)snprintf(text, sizeof(text), "%s%s", START, bad[i].cases);
    FAILS(gchk_suite_load_text(&suite, "test.yaml", text, strlen(text), GCHK_DTYPE_UNSET, &error), GCHK_INVALID, error,
          bad[i].part);
    ck_assert_ptr_null(suite);
  }
}
END_TEST

START_TEST(values_that_are_not_symmetric_are_an_error_of_the_case) {
  gchk_result *result = check_suite(START "  - name: a\n    layer: \"log det, full gradient\"\n"
                                          "    values: {A: [[1, 2], [3, 4]]}\n");
  ck_assert_int_eq(result->cases[0].verdict, GCHK_ERROR);
  ck_assert_ptr_nonnull(strstr(result->cases[0].reason, "declared symmetric, but [0,1] is 2 and [1,0] is 3"));
  gchk_result_free(result);
  assert_passes(START "  - name: a\n    layer: \"log det, full gradient\"\n    values: {A: [[1, 2], [2, 4]]}\n");
}
END_TEST

static TCase *declared_meanings(void) {
  TCase *tests = tcase_create("declared meanings");
  tcase_set_timeout(tests, 120);
  tcase_add_test(tests, labels_may_be_ignored);
  tcase_add_test(tests, what_is_declared_holds_in_networks);
  tcase_add_test(tests, rows_of_a_network_say_it_too);
  tcase_add_test(tests, what_breaks_a_declaration_is_refused_with_its_place);
  tcase_add_test(tests, values_that_are_not_symmetric_are_an_error_of_the_case);
  return tests;
}

TEST_MAIN("declared_meanings", declared_meanings)
