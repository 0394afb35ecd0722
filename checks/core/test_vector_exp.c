/* exp and log of arrays. The oracle is the long double function; what is wrong by a little more is told apart. */
#include "core/vector_exp.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core_tests.h"
#include "gradcheck/random.h"

typedef void array_function(double *to, const double *from, size_t count);

/* The same source, compiled without clones. */
array_function plain_exp_array, plain_log_array;

enum { VALUES = 1000, ROUNDS = 40 };

/* The spacing of doubles at |y|. */
static double ulp_at(double y) {
  int exponent;
  frexp(y, &exponent);
  return ldexp(1, (exponent < DBL_MIN_EXP ? DBL_MIN_EXP : exponent) - DBL_MANT_DIG);
}

/* The largest error of `function` in ulps, at arguments that `draw` gives. */
static double worst_error(array_function *function, long double (*exact)(long double),
                          double (*draw)(gchk_random *, int)) {
  static double from[VALUES], to[VALUES];
  gchk_random random = gchk_random_seeded(14);
  double worst = 0;
  for (int round = 0; round < ROUNDS; round++) {
    for (size_t i = 0; i < VALUES; i++)
      from[i] = draw(&random, round);
    function(to, from, VALUES);
    for (size_t i = 0; i < VALUES; i++) {
      const long double wanted = exact((long double)from[i]), error = (long double)to[i] - wanted;
      if (wanted <= (long double)DBL_MAX && wanted != 0)
        worst = fmax(worst, (double)(fabsl(error) / (long double)ulp_at((double)wanted)));
    }
  }
  return worst;
}

/* Arguments of exp: all whose result is not 0 or infinite, those of networks, those about 0. */
static double any_exponent(gchk_random *random, int round) {
  static const double widths[] = {745, 20, 1, 1e-9};
  double width = widths[round % 4], x = gchk_random_uniform(random, -width, width);
  return x > 709.7 ? 709.7 : x;
}

/* Arguments of log: every exponent, denormal numbers too, and those about 1. */
static double any_number(gchk_random *random, int round) {
  double u = gchk_random_uniform(random, 1, 2);
  if (round % 2 == 0)
    return ldexp(u, (int)gchk_random_below(random, 2098) - 1074);
  return 1 + ldexp(u - 1.5, -(int)gchk_random_below(random, 40));
}

static void bent_exp(double *to, const double *from, size_t count) {
  gchk_exp_array(to, from, count);
  for (size_t i = 0; i < count; i++)
    to[i] *= 1 + DBL_EPSILON;
}

static void bent_log(double *to, const double *from, size_t count) {
  for (size_t i = 0; i < count; i++)
    to[i] = log(from[i] * (1 + DBL_EPSILON));
}

START_TEST(errors_are_below_one_ulp) {
  ck_assert_double_lt(worst_error(gchk_exp_array, expl, any_exponent), 1);
  ck_assert_double_lt(worst_error(gchk_log_array, logl, any_number), 1);
  ck_assert_double_ge(worst_error(bent_exp, expl, any_exponent), 1);
  ck_assert_double_ge(worst_error(bent_log, logl, any_number), 1);
}
END_TEST

/* Whatever the instruction set. */
START_TEST(every_clone_gives_the_same_bits) {
  static double from[VALUES], to[VALUES], plain[VALUES];
  gchk_random random = gchk_random_seeded(5);
  for (int round = 0; round < ROUNDS; round++) {
    for (size_t i = 0; i < VALUES; i++)
      from[i] = any_exponent(&random, round);
    gchk_exp_array(to, from, VALUES);
    plain_exp_array(plain, from, VALUES);
    ck_assert_mem_eq(to, plain, sizeof to);
    for (size_t i = 0; i < VALUES; i++)
      from[i] = any_number(&random, round);
    gchk_log_array(to, from, VALUES);
    plain_log_array(plain, from, VALUES);
    ck_assert_mem_eq(to, plain, sizeof to);
  }
}
END_TEST

static bool is_same(double a, double b) {
  return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b);
}

START_TEST(special_values) {
  static const double infinity = HUGE_VAL, undefined = (double)NAN;
  const double exps[][2] = {{0, 1},
                            {-0.0, 1},
                            {infinity, infinity},
                            {-infinity, 0},
                            {undefined, undefined},
                            {DBL_MAX, infinity},
                            {-DBL_MAX, 0},
                            {709.79, infinity},
                            {-745.2, 0},
                            {-745.1, DBL_TRUE_MIN},
                            {DBL_TRUE_MIN, 1}};
  const double logs[][2] = {{1, 0},
                            {0, -infinity},
                            {-0.0, -infinity},
                            {infinity, infinity},
                            {-infinity, undefined},
                            {undefined, undefined},
                            {-DBL_TRUE_MIN, undefined},
                            {-3, undefined}};
  for (size_t i = 0; i < sizeof exps / sizeof exps[0]; i++) {
    double y;
    gchk_exp_array(&y, &exps[i][0], 1);
    ck_assert_msg(is_same(y, exps[i][1]), "exp(%g) is %g", exps[i][0], y);
  }
  for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
    double y;
    gchk_log_array(&y, &logs[i][0], 1);
    ck_assert_msg(is_same(y, logs[i][1]), "log(%g) is %g", logs[i][0], y);
  }
}
END_TEST

/* Of any length, in place too, and nothing behind it. */
START_TEST(arrays_of_any_length) {
  static double from[VALUES], all[VALUES], here[VALUES];
  gchk_random random = gchk_random_seeded(6);
  for (size_t i = 0; i < VALUES; i++)
    from[i] = gchk_random_uniform(&random, 0.1, 3);
  for (size_t count = 0; count < VALUES; count += count < 20 ? 1 : 119) {
    gchk_exp_array(all, from, VALUES);
    memcpy(here, from, sizeof here);
    gchk_exp_array(here, here, count);
    ck_assert(memcmp(here, all, count * sizeof *here) == 0);
    ck_assert_mem_eq(here + count, from + count, (VALUES - count) * sizeof *here);
    gchk_log_array(here, here, count);
    for (size_t i = 0; i < count; i++)
      ck_assert_double_eq_tol(here[i], from[i], 2 * DBL_EPSILON * (1 + from[i]));
  }
}
END_TEST

TCase *vector_exp_tests(void) {
  TCase *tests = tcase_create("vector_exp");
  tcase_add_test(tests, errors_are_below_one_ulp);
  tcase_add_test(tests, every_clone_gives_the_same_bits);
  tcase_add_test(tests, special_values);
  tcase_add_test(tests, arrays_of_any_length);
  return tests;
}
