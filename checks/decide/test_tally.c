/* Elements are counted by what is known of them; what is decided is what could have shown a mistake. */
#include "decide/tally.h"

#include "decide_tests.h"
#include "gradcheck/random.h"

/* Bit m: mutation m was caught. */
enum { NONE = 0, COARSE = 7, ALL = 63 };

static const struct {
  double g[2];
  gchk_verdict verdict;
  gchk_resolution resolution;
  unsigned char caught;
  bool is_nonzero, is_decided, is_evidence;
} elements[] = {
    {{1, 1}, GCHK_PASS, GCHK_RESOLVED, ALL, true, true, true},
    {{1, 1}, GCHK_PASS, GCHK_RESOLVED, COARSE, true, true, true},
    {{1, 1}, GCHK_PASS, GCHK_RESOLVED, NONE, true, true, false},
    {{0, 1}, GCHK_PASS, GCHK_RESOLVED, ALL, true, true, true}, // not zero in every draw
    {{0, 0}, GCHK_PASS, GCHK_EXACT_ZERO, NONE, false, false, false},
    {{0, 0}, GCHK_PASS, GCHK_FLAT, NONE, false, false, false},
    {{1, 1}, GCHK_PASS, GCHK_FLAT, NONE, true, false, false},               // but for its gradient as the one before
    {{1e-18, 1e-17}, GCHK_PASS, GCHK_CANCELLED, NONE, false, false, false}, // rounding
    {{1e-18, 1e-17}, GCHK_INCONCLUSIVE, GCHK_CANCELLED, NONE, true, false, false},
    {{1, 1}, GCHK_PASS, GCHK_UNRESOLVED, COARSE, true, false, true},
    {{1, 1}, GCHK_PASS, GCHK_UNRESOLVED, NONE, true, false, false},
    {{1, 1}, GCHK_FAIL, GCHK_RESOLVED, ALL, true, false, true},
    {{1, 1}, GCHK_KINK, GCHK_RESOLVED, COARSE, true, false, true},
    {{1, 1}, GCHK_INCONCLUSIVE, GCHK_RESOLVED, ALL, true, false, false},
    {{0, 0}, GCHK_INCONCLUSIVE, GCHK_RESOLVED, NONE, true, false, false}, // may well be something else than 0
};
enum { COUNT = sizeof elements / sizeof elements[0] };

START_TEST(elements_are_counted_by_what_is_known_of_them) {
  double g0[COUNT], g1[COUNT];
  unsigned char verdict[COUNT], evidence[COUNT] = {0}, resolution[COUNT], caught[COUNT];
  size_t checked[COUNT], decided = 0;
  gchk_tensor_work tensor = {.total = COUNT,
                             .checked_count = COUNT,
                             .checked = checked,
                             .analytic = {g0, g1},
                             .verdict = verdict,
                             .resolution = resolution,
                             .caught = caught,
                             .is_evidence = evidence};
  for (size_t e = 0; e < COUNT; e++) {
    checked[e] = e;
    g0[e] = elements[e].g[0];
    g1[e] = elements[e].g[1];
    verdict[e] = (unsigned char)elements[e].verdict;
    resolution[e] = (unsigned char)elements[e].resolution;
    caught[e] = elements[e].caught;
    decided += elements[e].is_decided;
  }
  // Twice: what was counted before goes.
  gchk_tally_tensor(&tensor);
  gchk_tally_tensor(&tensor);
  for (size_t e = 0; e < COUNT; e++) {
    ck_assert_msg(gchk_element_is_nonzero(&tensor, e) == elements[e].is_nonzero, "element %zu", e);
    ck_assert_msg((evidence[e] != 0) == elements[e].is_evidence, "element %zu", e);
  }
  const gchk_tally *tally = &tensor.tally;
  ck_assert_int_eq(tally->worst, GCHK_FAIL);
  ck_assert_uint_eq(tally->decided, decided);
  ck_assert_uint_eq(tally->decided_coarse, 3);
  ck_assert_uint_eq(tally->decided_caught[0], 3);                  // a wrong sign
  ck_assert_uint_eq(tally->decided_caught[GCHK_MUTATIONS - 1], 2); // 0.1 %
  ck_assert_uint_eq(tally->exact_zero, 1);
  ck_assert_uint_eq(tally->flat, 2);
  ck_assert_uint_eq(tally->unresolved, 2);
  ck_assert_uint_eq(tally->nonzero, 11);
  ck_assert_uint_eq(tally->caught[0], 7); // unresolved ones are in the sensitivity
}
END_TEST

/* Elements of one kind after the other, in runs, against each counted by itself. */
START_TEST(runs_count_as_their_elements) {
  enum { MOST = 300 };
  double g0[MOST], g1[MOST];
  unsigned char verdict[MOST], evidence[MOST], resolution[MOST], caught[MOST];
  size_t checked[MOST];
  gchk_random random = gchk_random_seeded(9);
  for (size_t e = 0, kind = 0; e < MOST; e++) {
    kind = gchk_random_below(&random, 6) == 0 ? gchk_random_below(&random, COUNT) : kind;
    checked[e] = e;
    g0[e] = elements[kind].g[0];
    g1[e] = elements[kind].g[1];
    verdict[e] = (unsigned char)elements[kind].verdict;
    resolution[e] = (unsigned char)elements[kind].resolution;
    caught[e] = elements[kind].caught;
  }
  gchk_tensor_work tensor = {.total = MOST,
                             .checked_count = 1,
                             .analytic = {g0, g1},
                             .verdict = verdict,
                             .resolution = resolution,
                             .caught = caught,
                             .is_evidence = evidence};
  gchk_tally sum = {.worst = GCHK_PASS};
  bool expected[MOST];
  for (size_t e = 0; e < MOST; e++) {
    tensor.checked = &checked[e];
    gchk_tally_tensor(&tensor);
    sum.exact_zero += tensor.tally.exact_zero;
    sum.flat += tensor.tally.flat;
    sum.unresolved += tensor.tally.unresolved;
    sum.nonzero += tensor.tally.nonzero;
    sum.decided += tensor.tally.decided;
    sum.decided_coarse += tensor.tally.decided_coarse;
    sum.caught[3] += tensor.tally.caught[3];
    sum.decided_caught[3] += tensor.tally.decided_caught[3];
    expected[e] = evidence[e] != 0;
    evidence[e] = 2;
  }
  tensor.checked = checked;
  tensor.checked_count = MOST;
  gchk_tally_tensor(&tensor);
  const gchk_tally *found = &tensor.tally;
  ck_assert_int_eq(found->worst, GCHK_FAIL);
  ck_assert(found->exact_zero == sum.exact_zero && found->flat == sum.flat && found->unresolved == sum.unresolved);
  ck_assert(found->nonzero == sum.nonzero && found->decided == sum.decided);
  ck_assert(found->decided_coarse == sum.decided_coarse && found->caught[3] == sum.caught[3]);
  ck_assert_uint_eq(found->decided_caught[3], sum.decided_caught[3]);
  for (size_t e = 0; e < MOST; e++)
    ck_assert_int_eq(evidence[e], expected[e]);
}
END_TEST

TCase *tally_tests(void) {
  TCase *tests = tcase_create("tally");
  tcase_add_test(tests, elements_are_counted_by_what_is_known_of_them);
  tcase_add_test(tests, runs_count_as_their_elements);
  return tests;
}
