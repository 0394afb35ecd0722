/* Limits of reordered sums: above every order of the same terms, and below a single lost one. */
#include "measure/reordering.h"

#include "instance/instance.h"
#include "measure/sum_layer.h"
#include "measure_tests.h"

typedef struct setting {
  const gchk_layer *layer;
  const char *sizes;
  size_t n;
  double low, high; /* of the terms */
} setting;

static const setting settings[] = {
    {&sum_f32, "N=10 C=2", 10, 0.5, 2},     {&sum_f32, "N=1000 C=2", 1000, 0.5, 2},
    {&sum_f32, "N=5000 C=2", 5000, 0.5, 2}, {&sum_f32, "N=1000 C=2", 1000, -1, 1},
    {&sum_f32, "N=5000 C=2", 5000, -1, 1},  {&sum_f64, "N=5000 C=2", 5000, 0.5, 2},
    {&sum_f64, "N=5000 C=2", 5000, -1, 1},
};
enum { SETTINGS = sizeof settings / sizeof settings[0], C = 2 };

typedef struct bench {
  gchk_instance *instance;
  gchk_arena *arena;
  gchk_results base, limits, again;
  double v[C], options[SUM_OPTIONS];
} bench;

static void open(bench *b, const setting *s, int habit, double amount, bool is_backward) {
  gchk_error error = {GCHK_OK, ""};
  gchk_sizes sizes = {0};
  gchk_random random = gchk_random_seeded(7);
  *b = (bench){.arena = gchk_arena_new(), .v = {1.25, -0.75}};
  b->options[SUM_PERIOD] = 1;
  b->options[SUM_AMOUNT] = amount;
  b->options[SUM_BACKWARD] = is_backward;
  ck_assert_int_eq(gchk_sizes_parse(&sizes, s->sizes, &error), GCHK_OK);
  ck_assert_int_eq(gchk_instance_new(&b->instance, s->layer, &sizes, b->options, GCHK_TRAIN, 3, &error), GCHK_OK);
  for (size_t i = 0; i < 2; i++)
    for (size_t k = 0; k < b->instance->t[i].count; k++)
      gchk_tensor_set(&b->instance->t[i], b->instance->t[i].value, k, gchk_random_uniform(&random, s->low, s->high));
  ck_assert_int_eq(gchk_results_new(b->arena, b->instance, &b->base, &error), GCHK_OK);
  ck_assert_int_eq(gchk_results_new(b->arena, b->instance, &b->again, &error), GCHK_OK);
  ck_assert_int_eq(gchk_results_take(b->instance, b->v, &b->base, &error), GCHK_OK);
  b->instance->options[SUM_HABIT] = habit; // what the others are compared with is exact
  ck_assert_int_eq(gchk_reordering_limits(b->arena, b->instance, b->v, &b->base, &random, &b->limits, &error), GCHK_OK);
}

static void done(bench *b) {
  gchk_instance_free(b->instance);
  gchk_arena_free(b->arena);
}

// How many of some repeats are beyond the limits, in y or, of backward, in dw.
static size_t beyond(bench *b, size_t repeats, bool is_backward) {
  size_t count = 0;
  for (size_t r = 0; r < repeats; r++) {
    ck_assert_int_eq(gchk_results_take(b->instance, b->v, &b->again, NULL), GCHK_OK);
    count += is_backward ? gchk_first_beyond(b->base.gradient[1], b->again.gradient[1], b->limits.gradient[1], C) < C
                         : gchk_first_beyond(b->base.y, b->again.y, b->limits.y, C) < C;
    ck_assert_uint_eq(gchk_first_beyond(b->base.gradient[0], b->again.gradient[0], NULL, b->instance->t[0].count),
                      b->instance->t[0].count); // dx has no sum
  }
  return count;
}

START_TEST(every_order_of_the_same_terms_is_within_them) {
  bench b;
  open(&b, &settings[_i / 2], SUM_REORDERS, 0, _i % 2 == 1);
  ck_assert_uint_eq(beyond(&b, 100, _i % 2 == 1), 0);
  done(&b);
}
END_TEST

// Terms of mixed signs may be as small as one likes: one in a hundred at most is.
START_TEST(a_lost_term_is_not) {
  bench b;
  open(&b, &settings[_i / 2], SUM_LOSES, 0, _i % 2 == 1);
  ck_assert_uint_ge(beyond(&b, 100, _i % 2 == 1), 98);
  done(&b);
}
END_TEST

// The noise is in what the limits are measured from, and must not explain itself.
START_TEST(noise_is_not_though_they_are_measured_with_it) {
  static const double amounts[] = {1e-3, 1e-2, 0.5};
  for (size_t k = 0; k < sizeof amounts / sizeof amounts[0]; k++) {
    bench b;
    open(&b, &settings[_i], SUM_NOISE, amounts[k], false);
    ck_assert_msg(beyond(&b, 20, false) >= 15, "noise %g", amounts[k]);
    done(&b);
  }
  bench b;
  open(&b, &settings[_i], SUM_DROPS, 0, false);
  ck_assert_uint_ge(beyond(&b, 20, false), 15);
  done(&b);
}
END_TEST

START_TEST(the_last_bit_of_the_result_is_within_them) {
  bench b;
  open(&b, &settings[_i], SUM_NOISE, settings[_i].layer->dtype == GCHK_F32 ? 0x1p-24 : 0x1p-53, false);
  ck_assert_uint_eq(beyond(&b, 100, false), 0);
  done(&b);
}
END_TEST

START_TEST(values_are_put_back) {
  bench b, fresh;
  open(&b, &settings[0], SUM_EXACT, 0, false);
  open(&fresh, &settings[0], SUM_EXACT, 0, false);
  for (size_t i = 0; i < 2; i++)
    ck_assert_mem_eq(b.instance->t[i].value, fresh.instance->t[i].value, b.instance->values[i].bytes);
  ck_assert_uint_eq(b.instance->forward_calls, 5);
  done(&b);
  done(&fresh);
}
END_TEST

START_TEST(nan_is_like_nan_and_unlike_numbers) {
  const double nan = (double)NAN, a[] = {1, nan, -0.0}, same[] = {1, nan, 0}, other[] = {1, 2, 0}, limit[] = {9, 9, 9};
  ck_assert_uint_eq(gchk_first_beyond(a, same, NULL, 3), 3);
  ck_assert_uint_eq(gchk_first_beyond(a, other, limit, 3), 1);
  ck_assert_uint_eq(gchk_first_beyond(other, a, limit, 3), 1);
}
END_TEST

TCase *reordering_tests(void) {
  TCase *tests = tcase_create("reordering");
  tcase_add_loop_test(tests, every_order_of_the_same_terms_is_within_them, 0, 2 * SETTINGS);
  tcase_add_loop_test(tests, a_lost_term_is_not, 0, 2 * SETTINGS);
  tcase_add_loop_test(tests, noise_is_not_though_they_are_measured_with_it, 0, SETTINGS);
  tcase_add_loop_test(tests, the_last_bit_of_the_result_is_within_them, 0, SETTINGS);
  tcase_add_test(tests, values_are_put_back);
  tcase_add_test(tests, nan_is_like_nan_and_unlike_numbers);
  return tests;
}
