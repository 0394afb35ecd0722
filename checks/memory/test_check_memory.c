/* A check of a right and of wrong layers with one of its allocations refused: diagnosis, blame and probes included. */
#include <string.h>

#include "gradcheck/check.h"
#include "main.h"
#include "memory/failing.h"
#include "memory/small_layer.h"
#include "memory/sweep.h"

typedef struct check {
  gchk_layer layer;
  gchk_options options;
} check;

static gchk_status check_layer(void *context, char **text, gchk_error *error) {
  const check *c = context;
  gchk_result *result = NULL;
  const gchk_status status = gchk_check_layer(&c->layer, &c->options, &result, error);
  failing_disarm();
  ck_assert((status == GCHK_OK) == (result != NULL));
  if (status == GCHK_OK)
    *text = sweep_text(result);
  gchk_result_free(result);
  return status;
}

START_TEST(a_layer_is_checked_or_memory_is_out) {
  check c = {.layer = small_layer((small_mistake)_i), .options = GCHK_OPTIONS_INIT};
  sweep_allocations(check_layer, &c);
}
END_TEST

START_TEST(a_sample_is_checked_or_memory_is_out) {
  check c = {.layer = small_layer(_i == 0 ? SMALL_RIGHT : SMALL_FACTOR), .options = GCHK_OPTIONS_INIT};
  c.options.budget = 4;
  sweep_allocations(check_layer, &c);
}
END_TEST

START_TEST(a_float_layer_with_a_twin_is_checked_or_memory_is_out) {
  check c = {.layer = small_float_layer(), .options = GCHK_OPTIONS_INIT};
  sweep_allocations(check_layer, &c);
}
END_TEST

START_TEST(a_layer_that_is_called_in_other_ways_is_checked_or_memory_is_out) {
  check c = {.layer = small_declaring_layer(), .options = GCHK_OPTIONS_INIT};
  gchk_result *result = NULL;
  ck_assert_int_eq(gchk_check_layer(&c.layer, &c.options, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result->verdict, GCHK_PASS);
  gchk_result_free(result);
  sweep_allocations(check_layer, &c);
}
END_TEST

START_TEST(shape_cases_are_listed_or_memory_is_out) {
  check c = {.layer = small_layer(SMALL_RIGHT), .options = GCHK_OPTIONS_INIT};
  c.layer.sizes = NULL;
  c.layer.flags = GCHK_HAS_MODES;
  c.options.budget = 1;
  c.options.probes = false;
  sweep_allocations(check_layer, &c);
}
END_TEST

static TCase *memory(void) {
  TCase *tc = tcase_create("memory");
  tcase_set_timeout(tc, 300);
  tcase_add_loop_test(tc, a_layer_is_checked_or_memory_is_out, 0, SMALL_MISTAKES);
  tcase_add_loop_test(tc, a_sample_is_checked_or_memory_is_out, 0, 2);
  tcase_add_test(tc, a_float_layer_with_a_twin_is_checked_or_memory_is_out);
  tcase_add_test(tc, a_layer_that_is_called_in_other_ways_is_checked_or_memory_is_out);
  tcase_add_test(tc, shape_cases_are_listed_or_memory_is_out);
  return tc;
}

TEST_MAIN("check memory", memory)
