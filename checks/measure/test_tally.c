/* Elements are counted by what is known of them; what is decided is what could have shown a mistake. */
#include "measure/tally.h"

#include "measure_tests.h"

static const bool all[GCHK_MUTATIONS] = {true, true, true, true, true, true};
static const bool coarse[GCHK_MUTATIONS] = {true, true, true, false, false, false};
static const bool none[GCHK_MUTATIONS] = {false};

static const struct {
  double g[2];
  gchk_verdict verdict;
  gchk_element_class class;
  const bool *caught;
  bool is_nonzero, is_decided, is_evidence;
} elements[] = {
    {{1, 1}, GCHK_PASS, GCHK_RESOLVED, all, true, true, true},
    {{1, 1}, GCHK_PASS, GCHK_RESOLVED, coarse, true, true, true},
    {{1, 1}, GCHK_PASS, GCHK_RESOLVED, none, true, true, false},
    {{0, 1}, GCHK_PASS, GCHK_RESOLVED, all, true, true, true}, // not zero in every draw
    {{0, 0}, GCHK_PASS, GCHK_EXACT_ZERO, none, false, false, false},
    {{0, 0}, GCHK_PASS, GCHK_FLAT, none, false, false, false},
    {{1, 1}, GCHK_PASS, GCHK_UNRESOLVED, coarse, true, false, true},
    {{1, 1}, GCHK_PASS, GCHK_UNRESOLVED, none, true, false, false},
    {{1, 1}, GCHK_FAIL, GCHK_RESOLVED, all, true, false, true},
    {{1, 1}, GCHK_KINK, GCHK_RESOLVED, coarse, true, false, true},
    {{1, 1}, GCHK_INCONCLUSIVE, GCHK_RESOLVED, all, true, false, false},
    {{0, 0}, GCHK_INCONCLUSIVE, GCHK_RESOLVED, none, true, false, false}, // may well be something else than 0
};
enum { COUNT = sizeof elements / sizeof elements[0] };

START_TEST(elements_are_counted_by_what_is_known_of_them) {
  double g0[COUNT], g1[COUNT];
  unsigned char verdict[COUNT], evidence[COUNT] = {0};
  gchk_tensor_work tensor = {.total = COUNT, .analytic = {g0, g1}, .verdict = verdict, .is_evidence = evidence};
  size_t decided = 0;
  for (size_t e = 0; e < COUNT; e++) {
    g0[e] = elements[e].g[0];
    g1[e] = elements[e].g[1];
    verdict[e] = (unsigned char)elements[e].verdict;
    gchk_tally_element(&tensor, e, elements[e].verdict, elements[e].class, 1e-9 * (double)e, elements[e].caught);
    ck_assert_msg(gchk_element_is_nonzero(&tensor, e) == elements[e].is_nonzero, "element %zu", e);
    ck_assert_msg((evidence[e] != 0) == elements[e].is_evidence, "element %zu", e);
    decided += elements[e].is_decided;
  }
  ck_assert_uint_eq(tensor.decided_count, decided);
  ck_assert_uint_eq(tensor.decided_coarse, 3);
  ck_assert_uint_eq(tensor.decided_caught[0], 3);                  // a wrong sign
  ck_assert_uint_eq(tensor.decided_caught[GCHK_MUTATIONS - 1], 2); // 0.1 %
  ck_assert_uint_eq(tensor.exact_zero, 1);
  ck_assert_uint_eq(tensor.flat, 1);
  ck_assert_uint_eq(tensor.unresolved, 2);
  ck_assert_uint_eq(tensor.below_resolution, 3);
  ck_assert_double_eq(tensor.hidden, 5e-9); // of the flat one
  ck_assert_uint_eq(tensor.mutable_count, 9);
  ck_assert_uint_eq(tensor.caught[0], 7); // unresolved ones are in the sensitivity
}
END_TEST

TCase *tally_tests(void) {
  TCase *tests = tcase_create("tally");
  tcase_add_test(tests, elements_are_counted_by_what_is_known_of_them);
  return tests;
}
