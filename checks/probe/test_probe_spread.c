/*
 * Layers that vary from call to call, through all probes: by rounding, which is no finding, however rarely it shows;
 * by more, which is one finding and always that; and with a broken contract beside it, which is found all the same.
 */
#include "calls/probe_spread.h"

#include <string.h>

#include "measure/sum_layer.h"
#include "probe_bench.h"

static const struct {
  double calls;
  const char *text;
} periods[] = {{1, "every call"}, {2, "every second"}, {3, "every third"}, {5, "every fifth"}, {7, "every seventh"}};
enum { PERIODS = sizeof periods / sizeof periods[0], SEEDS = 10 };

START_TEST(another_order_of_additions_is_no_finding) {
  const gchk_layer *layer = _i % 2 == 0 ? &sum_f64 : &sum_f32;
  for (size_t p = 0; p < PERIODS; p++) {
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      const double set[SUM_OPTIONS] = {
          [SUM_HABIT] = SUM_REORDERS, [SUM_PERIOD] = periods[p].calls, [SUM_BACKWARD] = _i / 2};
      probe_bench *b = probe_bench_new(layer, "N=20 C=3", set, seed);
      probe_bench_expect(b, NULL, periods[p].text);
      probe_bench_free(b);
    }
  }
}
END_TEST

START_TEST(noise_of_the_last_bit_is_no_finding_and_more_is_refused) {
  static const struct {
    double amount;
    const char *code;
  } rows[] = {{0x1p-24, NULL},
              {1e-3, "forward-not-repeatable"},
              {1e-5, "forward-not-repeatable"},
              {0.5, "forward-not-repeatable"}};
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    const double set[SUM_OPTIONS] = {[SUM_HABIT] = SUM_NOISE, [SUM_PERIOD] = 1, [SUM_AMOUNT] = rows[k].amount};
    probe_bench *b = probe_bench_new(&sum_f32, "N=20 C=3", set, 1);
    probe_bench_expect(b, rows[k].code, "noise");
    ck_assert((b->work.refused != NULL) == (rows[k].code != NULL));
    probe_bench_free(b);
  }
  const double set[SUM_OPTIONS] = {[SUM_HABIT] = SUM_DROPS, [SUM_PERIOD] = 1};
  probe_bench *b = probe_bench_new(&sum_f32, "N=20 C=3", set, 1);
  probe_bench_expect(b, "forward-not-repeatable", "dropped");
  ck_assert_ptr_nonnull(b->work.refused);
  probe_bench_free(b);
}
END_TEST

// As of two threads that add to one sum: however rarely, and in whichever probe it shows first, it is called what it is.
START_TEST(a_lost_addition_among_ten_thousand_is_one_finding) {
  const gchk_layer *layer = _i % 2 == 0 ? &sum_f64 : &sum_f32;
  for (size_t p = 0; p < PERIODS; p++) {
    for (uint64_t seed = 0; seed < 3; seed++) {
      const double set[SUM_OPTIONS] = {
          [SUM_HABIT] = SUM_LOSES, [SUM_PERIOD] = periods[p].calls, [SUM_BACKWARD] = _i / 2};
      probe_bench *b = probe_bench_new(layer, "N=10000 C=3", set, seed);
      probe_bench_expect(b, _i / 2 == 0 ? "forward-not-repeatable" : "backward-not-repeatable", periods[p].text);
      probe_bench_free(b);
    }
  }
}
END_TEST

START_TEST(what_forward_reads_unwritten_is_found_beside_it) {
  for (size_t p = 0; p < PERIODS; p++) {
    // What was in y comes back small, so that the same call twice differs by rounding alone.
    const double set[SUM_OPTIONS] = {[SUM_HABIT] = SUM_REORDERS, [SUM_PERIOD] = periods[p].calls, [SUM_READS] = 1e-8};
    probe_bench *b = probe_bench_new(&sum_f32, "N=20 C=3", set, 1);
    probe_bench_expect(b, "reads-unwritten", periods[p].text);
    probe_bench_free(b);
  }
}
END_TEST

static TCase *spread_tests(void) {
  TCase *tests = tcase_create("probe_spread");
  tcase_add_loop_test(tests, another_order_of_additions_is_no_finding, 0, 4);
  tcase_add_test(tests, noise_of_the_last_bit_is_no_finding_and_more_is_refused);
  tcase_add_loop_test(tests, a_lost_addition_among_ten_thousand_is_one_finding, 0, 4);
  tcase_add_test(tests, what_forward_reads_unwritten_is_found_beside_it);
  return tests;
}

TEST_MAIN("probe_spread", spread_tests)
