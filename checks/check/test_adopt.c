/* Callers that were built for another version of the header: their structs are shorter or longer than the library's. */
#include <string.h>

#include "check_tests.h"
#include "gradcheck/check.h"

enum { CASES = 2 };

/* As a later header might have them. */
typedef struct later_case {
  gchk_case known;
  double tempo;
} later_case;

typedef struct later_setting {
  gchk_tensor_setting known;
  double tempo;
} later_setting;

typedef struct later_options {
  gchk_options known;
  double tempo;
} later_options;

static gchk_status run(const gchk_case *cases, size_t count, const gchk_options *options, gchk_result **result) {
  gchk_error error = {GCHK_OK, ""};
  gchk_status status = gchk_check_cases(cases, count, options, result, &error);
  ck_assert_msg(status != GCHK_INVALID || strstr(error.message, "gchk_") != NULL, "%s", error.message);
  return status;
}

static later_case later(const char *name) {
  return (later_case){.known = {.size = sizeof(later_case), .name = name, .layer = &curve_layer}};
}

START_TEST(later_cases_that_ask_for_nothing_new_are_taken_one_by_one) {
  gchk_result *result;
  later_case cases[CASES] = {later("first"), later("second")};
  ck_assert_int_eq(run(&cases[0].known, CASES, NULL, &result), GCHK_OK);
  ck_assert_uint_eq(result->case_count, CASES);
  ck_assert_str_eq(result->cases[0].name, "first");
  ck_assert_str_eq(result->cases[1].name, "second");
  gchk_result_free(result);
}
END_TEST

START_TEST(what_is_new_in_a_later_struct_is_refused_where_it_is_asked_for) {
  gchk_result *result;
  later_case cases[CASES] = {later("first"), later("second")};
  cases[1].tempo = 1;
  ck_assert_int_eq(run(&cases[0].known, CASES, NULL, &result), GCHK_INVALID);
  ck_assert_ptr_null(result);

  later_options options = {.known = GCHK_OPTIONS_INIT};
  options.known.size = sizeof options;
  gchk_case plain = {.name = "plain", .layer = &curve_layer};
  ck_assert_int_eq(run(&plain, 1, &options.known, &result), GCHK_OK);
  gchk_result_free(result);
  options.tempo = 1;
  ck_assert_int_eq(run(&plain, 1, &options.known, &result), GCHK_INVALID);
}
END_TEST

START_TEST(later_settings_keep_their_own_stride) {
  gchk_result *result;
  later_setting settings[] = {{.known = {.size = sizeof(later_setting), .name = "nothing"}},
                              {.known = {.size = sizeof(later_setting), .name = "x", .skip = true}}};
  gchk_case c = {
      .size = sizeof c, .name = "skips", .layer = &curve_layer, .settings = &settings[0].known, .setting_count = 2};
  ck_assert_int_eq(run(&c, 1, NULL, &result), GCHK_OK);
  ck_assert_int_eq(result->cases[0].tensors[0].verdict, GCHK_SKIPPED);
  gchk_result_free(result);
  c.setting_count = 1; // the one that skips is not reached
  ck_assert_int_eq(run(&c, 1, NULL, &result), GCHK_OK);
  ck_assert_int_eq(result->cases[0].tensors[0].verdict, GCHK_PASS);
  gchk_result_free(result);
}
END_TEST

START_TEST(sizes_that_no_version_had_are_refused) {
  gchk_result *result;
  gchk_case c = {.size = sizeof(gchk_case) - 1, .name = "short", .layer = &curve_layer};
  ck_assert_int_eq(run(&c, 1, NULL, &result), GCHK_INVALID);
  c.size = (size_t)-1;
  ck_assert_int_eq(run(&c, 1, NULL, &result), GCHK_INVALID);
  c.size = sizeof c;
  ck_assert_int_eq(run(&c, 1, NULL, &result), GCHK_OK);
  gchk_result_free(result);
  gchk_options options = GCHK_OPTIONS_INIT;
  options.size = 4;
  ck_assert_int_eq(run(&c, 1, &options, &result), GCHK_INVALID);
  later_case mixed[CASES] = {later("first"), later("second")};
  mixed[1].known.size = 0;
  ck_assert_int_eq(run(&mixed[0].known, CASES, NULL, &result), GCHK_INVALID);
}
END_TEST

TCase *adopt_tests(void) {
  TCase *tests = tcase_create("adopt");
  tcase_add_test(tests, later_cases_that_ask_for_nothing_new_are_taken_one_by_one);
  tcase_add_test(tests, what_is_new_in_a_later_struct_is_refused_where_it_is_asked_for);
  tcase_add_test(tests, later_settings_keep_their_own_stride);
  tcase_add_test(tests, sizes_that_no_version_had_are_refused);
  return tests;
}
