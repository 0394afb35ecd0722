/*
 * Layers that vary from call to call, through all probes: by rounding, which is no finding, however rarely it shows;
 * by more, which is one finding and always that; and with a broken contract beside it, which is found all the same.
 */
#include "calls/probe_spread.h"

#include <string.h>

#include "main.h"
#include "measure/case_instance.h"
#include "measure/sum_layer.h"
#include "probe/probe.h"

typedef struct bench {
  double set[SUM_OPTIONS];
  gchk_case spec;
  gchk_options options;
  gchk_case_work work;
} bench;

static bench *probe(const gchk_layer *layer, const char *sizes, uint64_t seed, const double set[SUM_OPTIONS]) {
  bench *b = calloc(1, sizeof *b);
  ck_assert_ptr_nonnull(b);
  gchk_error error = {GCHK_OK, ""};
  memcpy(b->set, set, sizeof b->set);
  b->options = (gchk_options)GCHK_OPTIONS_INIT;
  b->options.seed = seed;
  b->spec = (gchk_case){.name = "sum", .layer = layer, .options = b->set, .sizes = sizes};
  b->work = (gchk_case_work){.spec = &b->spec,
                             .options = &b->options,
                             .arena = gchk_arena_new(),
                             .scratch = gchk_arena_new(),
                             .random = gchk_random_seeded(5)};
  b->work.findings.arena = b->work.arena;
  ck_assert_msg(gchk_case_instance(&b->spec, seed, &b->work.instance, &error) == GCHK_OK, "%s", error.message);
  b->work.output_count = gchk_instance_output_count(b->work.instance);
  b->work.y = gchk_arena_alloc(b->work.scratch, b->work.output_count, sizeof(double));
  ck_assert_int_eq(gchk_instance_forward(b->work.instance, &error), GCHK_OK);
  ck_assert_int_eq(gchk_instance_outputs(b->work.instance, b->work.y, &error), GCHK_OK);
  ck_assert_msg(gchk_probe_contract(&b->work, &error) == GCHK_OK, "%s", error.message);
  return b;
}

static void done(bench *b) {
  gchk_instance_free(b->work.instance);
  gchk_arena_free(b->work.arena);
  gchk_arena_free(b->work.scratch);
  free(b);
}

// The findings are this one alone, or none where it is NULL.
static void expect_only(const bench *b, const char *code, double period) {
  const gchk_finding_list *list = &b->work.findings;
  if (code == NULL) {
    ck_assert_msg(list->count == 0, "period %g: %s: %s", period, list->findings[0].code, list->findings[0].text);
    ck_assert_ptr_null(b->work.refused);
    return;
  }
  ck_assert_msg(list->count == 1, "period %g: %zu findings, the first %s", period, list->count,
                list->count > 0 ? list->findings[0].code : "none");
  ck_assert_msg(strcmp(list->findings[0].code, code) == 0, "period %g: %s: %s", period, list->findings[0].code,
                list->findings[0].text);
}

static const double periods[] = {1, 2, 3, 5, 7};
enum { PERIODS = sizeof periods / sizeof periods[0], SEEDS = 10 };

START_TEST(another_order_of_additions_is_no_finding) {
  const gchk_layer *layer = _i % 2 == 0 ? &sum_f64 : &sum_f32;
  for (size_t p = 0; p < PERIODS; p++) {
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      const double set[SUM_OPTIONS] = {[SUM_HABIT] = SUM_REORDERS, [SUM_PERIOD] = periods[p], [SUM_BACKWARD] = _i / 2};
      bench *b = probe(layer, "N=20 C=3", seed, set);
      expect_only(b, NULL, periods[p]);
      done(b);
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
    bench *b = probe(&sum_f32, "N=20 C=3", 1, set);
    expect_only(b, rows[k].code, rows[k].amount);
    ck_assert((b->work.refused != NULL) == (rows[k].code != NULL));
    done(b);
  }
  const double set[SUM_OPTIONS] = {[SUM_HABIT] = SUM_DROPS, [SUM_PERIOD] = 1};
  bench *b = probe(&sum_f32, "N=20 C=3", 1, set);
  expect_only(b, "forward-not-repeatable", 1);
  ck_assert_ptr_nonnull(b->work.refused);
  done(b);
}
END_TEST

// As of two threads that add to one sum: however rarely, and in whichever probe it shows first, it is called what it is.
START_TEST(a_lost_addition_among_ten_thousand_is_one_finding) {
  const gchk_layer *layer = _i % 2 == 0 ? &sum_f64 : &sum_f32;
  for (size_t p = 0; p < PERIODS; p++) {
    for (uint64_t seed = 0; seed < 3; seed++) {
      const double set[SUM_OPTIONS] = {[SUM_HABIT] = SUM_LOSES, [SUM_PERIOD] = periods[p], [SUM_BACKWARD] = _i / 2};
      bench *b = probe(layer, "N=10000 C=3", seed, set);
      expect_only(b, _i / 2 == 0 ? "forward-not-repeatable" : "backward-not-repeatable", periods[p]);
      done(b);
    }
  }
}
END_TEST

START_TEST(what_forward_reads_unwritten_is_found_beside_it) {
  for (size_t p = 0; p < PERIODS; p++) {
    // What was in y comes back small, so that the same call twice differs by rounding alone.
    const double set[SUM_OPTIONS] = {[SUM_HABIT] = SUM_REORDERS, [SUM_PERIOD] = periods[p], [SUM_READS] = 1e-8};
    bench *b = probe(&sum_f32, "N=20 C=3", 1, set);
    expect_only(b, "reads-unwritten", periods[p]);
    done(b);
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
