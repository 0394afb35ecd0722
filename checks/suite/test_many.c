/*
 * Suites with much of one kind: reading four times as much takes about four times the processor time, where comparing
 * all pairs would take sixteen times.
 */
#include <time.h>

#include "core/text.h"
#include "suite_fixture.h"

enum { FEW = 4000, TRIES = 5 };

static double cpu_s(void) {
  struct timespec t;
  ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Ends with what `item` makes of the numbers below `count`. */
static void put(gchk_text *text, const char *before, const char *item, size_t count, const char *after) {
  gchk_text_put(text, before);
  for (size_t i = 0; i < count; i++)
    gchk_text_format(text, "%s%s%zu%s", i > 0 ? ", " : "", item, i, strcmp(item, "v") == 0 ? ": [1]" : "}}");
  gchk_text_put(text, after);
}

/* `count` nodes that read one value. */
static void make_branches(gchk_text *text, size_t count) {
  put(text, "cases:\n- name: c\n  values: {x: [1]}\n  network: [", "{relu: {in: x, as: r", count, "]\n");
}

/* `count` values that are trained on; none of them is read, which is said once all of them are there. */
static void make_values(gchk_text *text, size_t count) {
  put(text, "cases:\n- name: c\n  network: [{relu: {in: v0}}]\n  values: {", "v", count, "}\n");
  put(text, "  train: {", "v", count, "}\n");
  put(text, "  test: {", "v", count, "}\n");
}

static double seconds_for(void (*make)(gchk_text *text, size_t count), size_t count, gchk_status wanted) {
  gchk_text text = {0};
  make(&text, count);
  ck_assert(!text.failed);
  double least = 1e9;
  for (int i = 0; i < TRIES; i++) {
    gchk_suite *suite = NULL;
    gchk_error error = {GCHK_OK, ""};
    const double began = cpu_s();
    const gchk_status status =
        gchk_suite_load_text(&suite, "many.yaml", text.data, text.length, GCHK_DTYPE_UNSET, &error);
    const double took = cpu_s() - began;
    ck_assert_msg(status == wanted, "%s", error.message);
    least = took < least ? took : least;
    gchk_suite_free(suite);
  }
  gchk_text_deinit(&text);
  return least;
}

static void assert_linear(void (*make)(gchk_text *text, size_t count), gchk_status wanted) {
  const double few = seconds_for(make, FEW, wanted), many = seconds_for(make, 4 * FEW, wanted);
  ck_assert_msg(many < 9 * few, "%g s for %d, %g s for four times as many", few, (int)FEW, many);
}

START_TEST(many_nodes) {
  assert_linear(make_branches, GCHK_OK);
}
END_TEST

START_TEST(many_values) {
  assert_linear(make_values, GCHK_INVALID);
}
END_TEST

static TCase *many(void) {
  TCase *tests = tcase_create("many");
  tcase_set_timeout(tests, 300);
  tcase_add_test(tests, many_nodes);
  tcase_add_test(tests, many_values);
  return tests;
}

TEST_MAIN("many", many)
