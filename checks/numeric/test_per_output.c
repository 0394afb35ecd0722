/* Outputs by themselves: a kink of one takes nothing from the others; and the record. */
#include "core/double_bits.h"
#include "numeric/per_output.h"
#include "numeric/recorder.h"
#include "numeric_tests.h"

enum { OUTPUTS = 24, ROOM = 1 << 20 };

static double at; /* where the output KINK has its kink */
enum { KINK = 5, STILL = 7, FAR_OFF = 9 };

static void mixed(double x, double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = j == KINK      ? 1 + (x > at ? 3 * (x - at) : 0.5 * (x - at))
           : j == STILL   ? 4
           : j == FAR_OFF ? (x > 3 ? x - 3 : 0)
                          : sin(x * (1 + (double)j / 8)) * (1 + (double)j);
}

static double exact(size_t j, double x) {
  double w = 1 + (double)j / 8;
  return j == KINK ? (x > at ? 3 : 0.5) : j == STILL || j == FAR_OFF ? 0 : w * cos(w * x) * (1 + (double)j);
}

static gchk_output_derivative results[MOST_OUTPUTS];

static const double distances[] = {0, 2e-15, 1e-3, -1e-3, 0.1};

START_TEST(every_output_has_its_own_bound) {
  static probe_line probe;
  for (int is_float = 0; is_float < 2; is_float++) {
    double d = distances[_i];
    at = 0.75 + d;
    probe_line_init(&probe, mixed, OUTPUTS, 0.75);
    if (is_float)
      probe_line_as_float(&probe);
    bool is_done;
    probe.calls = 0;
    ck_assert_int_eq(gchk_differentiate_outputs(&probe.line, ROOM, results, &is_done, NULL), GCHK_OK);
    ck_assert(is_done);
    ck_assert_uint_le(probe.calls, 320);
    for (size_t j = 0; j < OUTPUTS; j++) {
      const gchk_output_derivative *r = &results[j];
      if (j == KINK && fabs(d) < 1e-9) {
        ck_assert(r->has_kink && r->is_useless);
        ck_assert_double_eq_tol(r->slope_low, 0.5, 0.01);
        ck_assert_double_eq_tol(r->slope_high, 3, 0.01);
        continue;
      }
      ck_assert_msg(fabs(r->value - exact(j, 0.75)) <= 3 * r->bound, "output %zu, kink at %g: %g +- %g, not %g", j, d,
                    r->value, r->bound, exact(j, 0.75));
      ck_assert_int_eq(r->is_flat, j == STILL || j == FAR_OFF);
      ck_assert_int_eq(r->is_exact_zero, j == STILL);
      // What floats leave of 1e-3 beside a kink is not much.
      if (j != KINK || !is_float)
        ck_assert_msg(!r->is_useless && !r->has_kink, "output %zu, kink at %g: +- %g", j, d, r->bound);
    }
  }
}
END_TEST

/*
 * Most do not move, whatever their size; one moves far off and one on one side alone, one kinks, one ends, one steps
 * between the usual steps, and some are smooth.
 */
static const double sizes[] = {0, 1, -3, 0x1p-1074, 1e-300, 1e300, 0x1p-149, -1e-30, 7e30, 0.1, 0x1p1023};
enum { SIZES = sizeof sizes / sizeof sizes[0], MANY = 16 * SIZES };

static double one_of_many(size_t j, double x) {
  switch (j % 16) {
  case 3:
    return x * x * x;
  case 5:
    return x > at + 6 ? x : 2;
  case 7:
    return x > at ? 1 + 1e-3 * (x - at) : 1;
  case 8:
    return fabs(x - at);
  case 9:
    return sqrt(x + 1e-3 - at);
  case 11:
    return x > at + 1e-5 ? 3 : 1;
  default:
    return sizes[j % SIZES];
  }
}

static void many(double x, double *y, size_t count) {
  for (size_t j = 0; j < count; j++)
    y[j] = one_of_many(j, x);
}

static size_t only;

static void one(double x, double *y, size_t count) {
  (void)count;
  y[0] = one_of_many(only, x);
}

static void check_same(size_t j, const gchk_output_derivative *a, const gchk_output_derivative *b) {
  const double of_a[] = {a->value, a->bound, a->step, a->rounding, a->slope_low, a->slope_high};
  const double of_b[] = {b->value, b->bound, b->step, b->rounding, b->slope_low, b->slope_high};
  bool are_same = true;
  for (size_t i = 0; i < sizeof of_a / sizeof of_a[0]; i++)
    are_same = are_same && gchk_bits_of(of_a[i]) == gchk_bits_of(of_b[i]);
  ck_assert_msg(are_same, "output %zu at %g: %g +- %g, alone %g +- %g", j, at, a->value, a->bound, b->value, b->bound);
  ck_assert_int_eq(a->smoothness, b->smoothness);
  ck_assert(a->is_flat == b->is_flat && a->is_exact_zero == b->is_exact_zero);
  ck_assert(a->is_useless == b->is_useless && a->has_kink == b->has_kink);
}

/* The oracle is a line that has no other output. */
START_TEST(an_output_among_many_is_as_it_is_alone) {
  static const double points[] = {0, 0.75, -3e-9, 1e12, 0x1p-140};
  static probe_line probe, alone;
  bool is_done;
  at = points[_i];
  for (int is_float = 0; is_float < 2; is_float++) {
    at = is_float ? (double)(float)points[_i] : points[_i];
    probe_line_init(&probe, many, MANY, at);
    if (is_float)
      probe_line_as_float(&probe);
    probe.calls = 0;
    ck_assert_int_eq(gchk_differentiate_outputs(&probe.line, ROOM, results, &is_done, NULL), GCHK_OK);
    ck_assert(is_done);
    ck_assert_uint_le(probe.calls, 320);
    for (only = 0; only < MANY; only++) {
      gchk_output_derivative by_itself;
      probe_line_init(&alone, one, 1, at);
      if (is_float)
        probe_line_as_float(&alone);
      ck_assert_int_eq(gchk_differentiate_outputs(&alone.line, ROOM, &by_itself, &is_done, NULL), GCHK_OK);
      ck_assert(is_done);
      check_same(only, &results[only], &by_itself);
    }
  }
}
END_TEST

START_TEST(a_record_evaluates_each_point_once) {
  static probe_line probe;
  probe_line_init(&probe, mixed, OUTPUTS, 0.75);
  gchk_recorder recorder;
  bool fits;
  ck_assert_int_eq(gchk_recorder_init(&recorder, &probe.line, ROOM, &fits, NULL), GCHK_OK);
  ck_assert(fits);
  probe.calls = 0;
  for (int round = 0; round < 3; round++)
    for (int i = 0; i < 50; i++) {
      const double *outputs;
      double expected[OUTPUTS], x = 0.75 + i / 64.0;
      ck_assert_int_eq(gchk_recorder_at(&recorder, x, &outputs, NULL), GCHK_OK);
      mixed(x, expected, OUTPUTS);
      ck_assert_mem_eq(outputs, expected, sizeof expected);
    }
  ck_assert_uint_eq(probe.calls, 49); // x itself was there
  gchk_recorder_deinit(&recorder);
}
END_TEST

START_TEST(a_record_keeps_to_its_limit) {
  static probe_line probe;
  probe_line_init(&probe, mixed, OUTPUTS, 0.75);
  gchk_recorder recorder;
  bool fits, is_done;
  probe.calls = 0;
  ck_assert_int_eq(gchk_recorder_init(&recorder, &probe.line, 4096, &fits, NULL), GCHK_OK);
  ck_assert(!fits);
  ck_assert_int_eq(gchk_differentiate_outputs(&probe.line, 4096, results, &is_done, NULL), GCHK_OK);
  ck_assert(!is_done);
  ck_assert_uint_eq(probe.calls, 0);
  // Full, it evaluates again and is still right.
  ck_assert_int_eq(gchk_recorder_init(&recorder, &probe.line, 100 * (OUTPUTS + 1) * 8, &fits, NULL), GCHK_OK);
  ck_assert(fits);
  ck_assert_uint_lt(recorder.capacity, 100);
  for (int round = 0; round < 2; round++)
    for (int i = 0; i < 200; i++) {
      const double *outputs;
      double expected[OUTPUTS], x = 0.75 + i / 64.0;
      ck_assert_int_eq(gchk_recorder_at(&recorder, x, &outputs, NULL), GCHK_OK);
      mixed(x, expected, OUTPUTS);
      ck_assert_mem_eq(outputs, expected, sizeof expected);
    }
  gchk_recorder_deinit(&recorder);
}
END_TEST

START_TEST(errors_of_the_function_are_passed_on) {
  static probe_line probe;
  probe_line_init(&probe, mixed, OUTPUTS, 0.75);
  probe.fails_at = 20;
  probe.calls = 0;
  bool is_done;
  gchk_error error;
  ck_assert_int_eq(gchk_differentiate_outputs(&probe.line, ROOM, results, &is_done, &error), GCHK_LAYER_FAILED);
}
END_TEST

TCase *per_output_tests(void) {
  TCase *tests = tcase_create("per output");
  tcase_add_loop_test(tests, every_output_has_its_own_bound, 0, sizeof distances / sizeof distances[0]);
  tcase_add_loop_test(tests, an_output_among_many_is_as_it_is_alone, 0, 5);
  tcase_add_test(tests, a_record_evaluates_each_point_once);
  tcase_add_test(tests, a_record_keeps_to_its_limit);
  tcase_add_test(tests, errors_of_the_function_are_passed_on);
  return tests;
}
