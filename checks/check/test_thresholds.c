/* Thresholds: they gate and waive, and the nearest one holds. */
#include "check/thresholds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_tests.h"
#include "gradcheck/random.h"
#include "measure/work_fixture.h"

START_TEST(the_nearest_threshold_holds) {
  const gchk_tensor_setting settings[] = {{.size = sizeof(gchk_tensor_setting), .name = "x", .threshold = 2},
                                          {.size = sizeof(gchk_tensor_setting), .name = "w"}};
  static const struct {
    double run, in_case;
    double x, w, other; // -1: none
  } rows[] = {{0, 0, 2, -1, -1}, {0, 3, 2, 3, 3}, {4, 3, 4, 4, 4}, {4, 0, 4, 4, 4}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const gchk_options run = {.threshold = rows[i].run};
    const gchk_layer layer = {.dtype = GCHK_F64};
    const gchk_case spec = {.layer = &layer, .threshold = rows[i].in_case, .settings = settings, .setting_count = 2};
    const gchk_case_work work = {.spec = &spec, .options = &run};
    const double wanted[] = {rows[i].x, rows[i].w, rows[i].other};
    static const char *const names[] = {"x", "w", "other"};
    for (size_t k = 0; k < 3; k++) {
      double threshold = gchk_threshold_of(&work, names[k]);
      ck_assert_msg(wanted[k] < 0 ? isnan(threshold) : threshold == wanted[k], "row %zu, %s: %g", i, names[k],
                    threshold);
    }
  }
}
END_TEST

// A factor of 1 + 1e-6 on gradients of about 2: far outside the error bound, mean difference about 1e-6.
START_TEST(a_threshold_waives_with_a_note_and_gates) {
  gchk_result *r = check_curve_factor(1 + 1e-6, 1e-4);
  const gchk_tensor_result *t = &r->cases[0].tensors[0];
  assert_curve_verdict(r, GCHK_PASS, 0);
  const gchk_finding *note = find_finding(t->findings, t->finding_count, "systematic-mismatch");
  ck_assert_ptr_nonnull(note);
  ck_assert(note->is_note);
  ck_assert_uint_eq(t->elements.fail, 40);
  gchk_result_free(r);

  r = check_curve_factor(1 + 1e-6, 1e-8);
  t = &r->cases[0].tensors[0];
  assert_curve_verdict(r, GCHK_FAIL, 1);
  ck_assert_ptr_nonnull(find_finding(t->findings, t->finding_count, "threshold-exceeded"));
  gchk_result_free(r);

  r = check_curve_factor(1, 1e-4); // within the threshold and within the bound: nothing to say
  t = &r->cases[0].tensors[0];
  assert_curve_verdict(r, GCHK_PASS, 0);
  ck_assert_ptr_null(find_finding(t->findings, t->finding_count, "systematic-mismatch"));
  gchk_result_free(r);

  r = check_curve_factor(1, 1e-300); // right, but the user wants what no difference can tell
  t = &r->cases[0].tensors[0];
  assert_curve_verdict(r, GCHK_INCONCLUSIVE, 5);
  ck_assert_ptr_nonnull(strstr(t->reason, "cannot tell at this threshold"));
  ck_assert_ptr_null(find_finding(t->findings, t->finding_count, "threshold-exceeded"));
  gchk_result_free(r);
}
END_TEST

// loss = sum of squares; backward takes the upstream gradient to be 1 and does not say so.
static gchk_status loss_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double sum = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    sum += x[i] * x[i];
  *(double *)c->t[1].value = sum;
  return GCHK_OK;
}

static gchk_status deaf_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 2 * ((const double *)c->t[0].value)[i];
  return GCHK_OK;
}

static const gchk_tensor_spec loss_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"),
                                                GCHK_TENSOR("loss", GCHK_OUTPUT, "")};
static const gchk_layer loss_layer = {.name = "deaf",
                                      GCHK_HERE,
                                      .dtype = GCHK_F64,
                                      GCHK_TENSORS(loss_tensors),
                                      .forward = loss_forward,
                                      .backward = deaf_backward,
                                      .sizes = "N=6"};

START_TEST(a_threshold_does_not_waive_what_only_another_upstream_gradient_shows) {
  gchk_layer deaf = loss_layer;
  gchk_case c = {.name = "deaf", .layer = &deaf, .threshold = 1e-3};
  gchk_options check = GCHK_OPTIONS_INIT;
  check.probes = false; // they would find it too
  gchk_result *r;
  ck_assert_int_eq(gchk_check_cases(&c, 1, &check, &r, NULL), GCHK_OK);
  // The first upstream gradient, 1, shows nothing: the figures are those of the one that does.
  ck_assert_uint_eq(r->cases[0].tensors[0].draw, 1);
  ck_assert_double_gt(r->cases[0].tensors[0].mean_abs_diff, 1e-3);
  ck_assert_int_eq(r->cases[0].tensors[0].worst[0].verdict, GCHK_FAIL);
  assert_curve_verdict(r, GCHK_FAIL, 1);
  gchk_result_free(r);
  deaf.flags = GCHK_IGNORES_UPSTREAM; // declared, it is right
  ck_assert_int_eq(gchk_check_cases(&c, 1, &check, &r, NULL), GCHK_OK);
  assert_curve_verdict(r, GCHK_PASS, 0);
  gchk_result_free(r);
}
END_TEST

/*
 * Of a sample in which all is right random directions show a mismatch that adds up to `along` times sqrt(n) T in one of
 * the draws: up to a tenth of that a threshold waives, in each as much as its upstream gradient makes it.
 */
START_TEST(a_threshold_waives_along_directions_a_tenth_of_what_its_mean_makes) {
  static const double threshold = 1e-6;
  static const struct {
    double along[2];
    bool has_threshold, is_waived;
  } rows[] = {{{0.099, 0.099}, true, true}, {{0.101, 0.099}, true, false},  {{0.099, 0.101}, true, false},
              {{1e-9, 0}, true, true},      {{0.099, 0.099}, false, false}, {{HUGE_VAL, 0}, true, false},
              {{0, HUGE_VAL}, true, false}};
  const gchk_case spec = {.name = "deaf", .layer = &loss_layer};
  work_fixture f;
  work_fixture_open(&f, &spec, NULL);
  gchk_tensor_work *x = work_fixture_tensor(&f, "x");
  ck_assert_uint_eq(f.work.draw_count, 2);
  for (size_t d = 0; d < 2; d++)
    for (size_t e = 0; e < x->total; e++) {
      x->numeric[d][e] = x->analytic[d][e];
      x->bound[d][e] = threshold / 1000;
      x->verdict[e] = GCHK_PASS;
    }
  const double full = threshold * sqrt((double)x->total), larger = fabs(f.work.v[1][0] / f.work.v[0][0]);
  x->along[0] = rows[_i].along[0] * full;
  x->along[1] = rows[_i].along[1] * full * larger;
  gchk_tensor_result row = {.reason = "",
                            .checked = x->total,
                            .total = x->total,
                            .threshold = rows[_i].has_threshold ? threshold : (double)NAN,
                            .elements = {.pass = x->total}};
  gchk_judge_tensor(&f.work, x, false, &row);
  ck_assert_int_eq(row.verdict, rows[_i].is_waived ? GCHK_PASS : GCHK_INCONCLUSIVE);
  ck_assert_int_eq(strstr(row.reason, "along a random direction") != NULL, !rows[_i].is_waived);
  ck_assert_uint_eq(count_findings(&x->findings, GCHK_CODE_SYSTEMATIC_MISMATCH), rows[_i].is_waived);
  work_fixture_close(&f);
}
END_TEST

/* Errors of n elements whose mean size is 1. */
static double error_of(int kind, size_t n, size_t i) {
  const double sign = i % 3 == 0 ? -1 : 1;
  switch (kind) {
  case 0:
    return 1;
  case 1:
    return sign;
  case 2:
    return i == 0 ? (double)n : 0;
  case 3:
    return i < 2 ? (double)n / 2 : 0; // may cancel
  case 4:
    return i < 2 ? sign * (double)n / 2 : 0;
  default:
    return 2 * sign * ((double)i + 0.5) / (double)n;
  }
}

/* That tenth: whatever the errors are, both directions stay below it in less than one run of a hundred. */
START_TEST(no_mismatch_above_the_threshold_hides_along_both_directions) {
  enum { RUNS = 40000 };
  static const size_t sizes[] = {2, 3, 10, 100};
  gchk_random random = gchk_random_seeded((uint64_t)_i);
  for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
    const size_t n = sizes[s];
    size_t hidden = 0;
    for (size_t run = 0; run < RUNS; run++) {
      double most = 0;
      for (int direction = 0; direction < 2; direction++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
          sum += error_of(_i, n, i) * gchk_random_signed(&random);
        most = fmax(most, fabs(sum));
      }
      hidden += most <= 0.1 * sqrt((double)n);
    }
    ck_assert_msg(hidden <= RUNS / 100, "%zu of %d for errors %d of %zu elements", hidden, RUNS, _i, n);
  }
}
END_TEST

START_TEST(a_threshold_of_the_case_s_precision_comes_before_that_of_all) {
  static const struct {
    gchk_dtype dtype;
    double all, f64, f32, wanted; // 0: none
  } rows[] = {{GCHK_F64, 1, 2, 3, 2}, {GCHK_F32, 1, 2, 3, 3}, {GCHK_F64, 1, 0, 3, 1}, {GCHK_F32, 0, 2, 0, 0}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const gchk_options run = {.threshold = rows[i].all, .threshold_f64 = rows[i].f64, .threshold_f32 = rows[i].f32};
    const gchk_layer layer = {.dtype = rows[i].dtype};
    const gchk_case spec = {.layer = &layer};
    const gchk_case_work work = {.spec = &spec, .options = &run};
    double threshold = gchk_threshold_of(&work, "x");
    ck_assert_msg(rows[i].wanted > 0 ? threshold == rows[i].wanted : isnan(threshold), "row %zu: %g", i, threshold);
  }
}
END_TEST

/*
 * Two elements that pass, |g - D| = 3e-4 and 1e-4 with bounds 2e-4 and 1e-4: the mean is 2e-4, known within 1.5e-4. The
 * threshold is met from 3.5e-4 on, exceeded below 0.5e-4, and in between nobody can tell.
 */
START_TEST(a_threshold_within_the_bound_of_the_mean_cannot_be_told) {
  static const struct {
    double threshold;
    gchk_verdict verdict;
  } rows[] = {{4e-4, GCHK_PASS},         {3e-4, GCHK_INCONCLUSIVE}, {1.5e-4, GCHK_INCONCLUSIVE},
              {6e-5, GCHK_INCONCLUSIVE}, {4e-5, GCHK_FAIL},         {1e-12, GCHK_FAIL}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    double analytic[] = {1 + 3e-4, 2 + 1e-4}, numeric[] = {1, 2}, bound[] = {2e-4, 1e-4}, y = 1, v = 1;
    unsigned char verdict[] = {GCHK_PASS, GCHK_PASS}, evidence[] = {1, 1};
    size_t checked[] = {0, 1};
    const gchk_layer layer = {.dtype = GCHK_F64};
    const gchk_case spec = {.layer = &layer};
    gchk_case_work work = {.spec = &spec,
                           .arena = gchk_arena_new(),
                           .scratch = gchk_arena_new(),
                           .draw_count = 1,
                           .output_count = 1,
                           .y = &y,
                           .v = {&v}};
    gchk_tensor_work tensor = {.total = 2,
                               .checked_count = 2,
                               .checked = checked,
                               .analytic = {analytic},
                               .numeric = {numeric},
                               .bound = {bound},
                               .verdict = verdict,
                               .is_evidence = evidence,
                               .findings = {.arena = work.arena}};
    gchk_tensor_result row = {.checked = 2, .threshold = rows[i].threshold, .reason = "", .elements = {.pass = 2}};
    gchk_judge_tensor(&work, &tensor, false, &row);
    ck_assert_msg(row.verdict == rows[i].verdict, "%g: %s", rows[i].threshold, gchk_verdict_name(row.verdict));
    const bool says_so = strstr(row.reason, "cannot tell at this threshold") != NULL;
    ck_assert_int_eq(says_so, rows[i].verdict == GCHK_INCONCLUSIVE);
    ck_assert(!row.undecided.is_only_lack); // no policy of undecided elements makes a pass of it
    gchk_arena_free(work.arena);
    gchk_arena_free(work.scratch);
  }
}
END_TEST

START_TEST(the_run_s_threshold_comes_first) {
  double o[CURVE_OPTIONS];
  curve_right(o);
  o[CURVE_FACTOR] = 1 + 1e-6;
  gchk_case settings = {.threshold = 1e-4};
  gchk_options check = GCHK_OPTIONS_INIT;
  check.threshold = 1e-8;
  gchk_result *r = check_curve(o, &settings, &check);
  assert_curve_verdict(r, GCHK_FAIL, 1);
  gchk_result_free(r);
}
END_TEST

START_TEST(senseless_thresholds_and_steps_are_refused) {
  const double bad[] = {-1, (double)NAN, -(double)INFINITY};
  gchk_case c = {.name = "curve", .layer = &curve_layer};
  gchk_result *r;
  gchk_error error;
  for (size_t i = 0; i < 3; i++) {
    gchk_options check = GCHK_OPTIONS_INIT;
    check.threshold = bad[i];
    ck_assert_int_eq(gchk_check_cases(&c, 1, &check, &r, &error), GCHK_INVALID);
    ck_assert_ptr_null(r);
    check.threshold = 0;
    check.step = bad[i];
    ck_assert_int_eq(gchk_check_cases(&c, 1, &check, &r, &error), GCHK_INVALID);
    c.threshold = bad[i];
    ck_assert_int_eq(gchk_check_cases(&c, 1, NULL, &r, &error), GCHK_INVALID);
    c.threshold = 0;
  }
}
END_TEST

TCase *threshold_tests(void) {
  TCase *tests = tcase_create("thresholds");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, the_nearest_threshold_holds);
  tcase_add_test(tests, a_threshold_waives_with_a_note_and_gates);
  tcase_add_test(tests, a_threshold_does_not_waive_what_only_another_upstream_gradient_shows);
  tcase_add_loop_test(tests, a_threshold_waives_along_directions_a_tenth_of_what_its_mean_makes, 0, 7);
  tcase_add_loop_test(tests, no_mismatch_above_the_threshold_hides_along_both_directions, 0, 6);
  tcase_add_test(tests, the_run_s_threshold_comes_first);
  tcase_add_test(tests, a_threshold_of_the_case_s_precision_comes_before_that_of_all);
  tcase_add_test(tests, a_threshold_within_the_bound_of_the_mean_cannot_be_told);
  tcase_add_test(tests, senseless_thresholds_and_steps_are_refused);
  return tests;
}
