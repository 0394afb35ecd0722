/* Screening and bisection, with gradients that are right but for the elements that the test spoils. */
#include "screen/screen.h"

#include <stdlib.h>

#include "decide_tests.h"
#include "gradcheck/random.h"
#include "noise_at.h"

enum { ELEMENTS = 1000, OUTPUTS = 37 };

/* y_j = tanh(sum_i w_ji x_i), or the sum alone, with the weights from a hash. */
typedef struct network {
  double x[ELEMENTS], moved[ELEMENTS];
  double y0[OUTPUTS], v[2][OUTPUTS], g[2][ELEMENTS];
  bool is_float, is_bent, is_linear;
  size_t calls, fails_at;
} network;

static double weight(size_t j, size_t i) {
  return noise_at((double)i + 0.5, j) / 16;
}

static void outputs(const network *net, const double *x, double *y) {
  for (size_t j = 0; j < OUTPUTS; j++) {
    double sum = 0.1;
    for (size_t i = 0; i < ELEMENTS; i++)
      sum += weight(j, i) * (net->is_float ? (double)(float)x[i] : x[i]);
    y[j] = net->is_bent ? fabs(sum - 0.1) : net->is_linear ? sum : tanh(sum);
    if (net->is_float)
      y[j] = (double)(float)y[j];
  }
}

static gchk_status evaluate(void *context, size_t first, const double *direction, size_t count, double t, double *y,
                            gchk_error *error) {
  network *net = context;
  net->calls++;
  if (net->calls == net->fails_at)
    return gchk_fail(error, GCHK_LAYER_FAILED, "call %zu", net->calls);
  memcpy(net->moved, net->x, sizeof net->x);
  for (size_t k = 0; k < count; k++)
    net->moved[first + k] += t * direction[k];
  outputs(net, net->moved, y);
  return GCHK_OK;
}

static void init(network *net, bool is_float, bool is_linear) {
  memset(net, 0, sizeof *net);
  net->is_float = is_float;
  net->is_linear = is_linear;
  for (size_t i = 0; i < ELEMENTS; i++)
    net->x[i] = is_float ? (double)(float)noise_at(3, i) : noise_at(3, i);
  outputs(net, net->x, net->y0);
  for (size_t d = 0; d < 2; d++)
    for (size_t j = 0; j < OUTPUTS; j++) {
      double r = noise_at((double)d + 11, j);
      net->v[d][j] = copysign(0.5 + 1.5 * fabs(r), r);
      for (size_t i = 0; i < ELEMENTS; i++)
        net->g[d][i] += net->v[d][j] * (is_linear ? 1 : 1 - net->y0[j] * net->y0[j]) * weight(j, i);
    }
}

static void network_init(network *net, bool is_float) {
  init(net, is_float, false);
}

static gchk_screen screen_of(network *net) {
  double unit = net->is_float ? 0x1p-24 : 0x1p-53;
  return (gchk_screen){.evaluate = evaluate,
                       .context = net,
                       .element_count = ELEMENTS,
                       .x = net->x,
                       .g = {net->g[0], net->g[1]},
                       .scale = 0.58,
                       .gradient_rounding = 32 * unit,
                       .variable_unit = unit,
                       .output_unit = unit,
                       .output_count = OUTPUTS,
                       .y0 = net->y0,
                       .y0_is_exact = true,
                       .draw_count = 2,
                       .v = {net->v[0], net->v[1]},
                       .seed = 4};
}

static network net;
static gchk_screening result;
static size_t culprits[64];

START_TEST(a_right_gradient_passes_in_two_directions) {
  network_init(&net, _i == 1);
  for (uint64_t seed = 0; seed < 30; seed++) {
    gchk_screen screen = screen_of(&net);
    screen.seed = seed;
    net.calls = 0;
    ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 64, &result, NULL), GCHK_OK);
    ck_assert_msg(result.verdict == GCHK_PASS, "seed %u: %g against %g +- %g", (unsigned)seed, result.analytic,
                  result.numeric, result.bound);
    ck_assert_uint_eq(result.direction_count, 2);
    // Three steps a direction, four in float; the noise at three spacings.
    ck_assert_uint_le(net.calls, 2 * (_i == 1 ? 8 : 6) + 3 * 6);
    ck_assert_uint_eq(result.culprit_count, 0);
  }
}
END_TEST

static const size_t places[] = {0, 1, 499, 500, 511, 512, 998, 999};

START_TEST(one_culprit_costs_log_n_directions) {
  network_init(&net, false);
  size_t at = places[_i];
  net.g[0][at] += 1e-3;
  gchk_screen screen = screen_of(&net);
  ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 64, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result.verdict, GCHK_FAIL);
  ck_assert_double_lt(result.detectable, 1e-3);
  ck_assert_uint_eq(result.culprit_count, 1);
  ck_assert_uint_eq(culprits[0], at);
  ck_assert(!result.has_more);
  ck_assert_uint_le(result.direction_count, 11); // 1 + log2 1000
}
END_TEST

/* e_i r_i + e_j r_j = 0 along the first direction, whose numbers are those of the seed; the second has others. */
START_TEST(what_cancels_along_one_direction_shows_along_another) {
  static const size_t pairs[][2] = {{0, 999}, {100, 101}, {250, 750}};
  network_init(&net, false);
  gchk_screen screen = screen_of(&net);
  gchk_random random = gchk_random_seeded(screen.seed);
  double r[ELEMENTS];
  for (size_t i = 0; i < ELEMENTS; i++)
    r[i] = gchk_random_signed(&random);
  const size_t *pair = pairs[_i];
  net.g[0][pair[0]] += 1e-3;
  net.g[0][pair[1]] -= 1e-3 * r[pair[0]] / r[pair[1]];
  ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 64, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result.verdict, GCHK_FAIL);
  ck_assert_uint_gt(result.direction_count, 2); // the first was consistent
  ck_assert_uint_eq(result.culprit_count, 2);
  ck_assert(culprits[0] == pair[0] && culprits[1] == pair[1]);
}
END_TEST

/* sum r_i along both directions of a seed. */
static void sums_of(uint64_t seed, double along[2]) {
  gchk_random random = gchk_random_seeded(seed);
  for (size_t k = 0; k < 2; k++) {
    along[k] = 0;
    for (size_t i = 0; i < ELEMENTS; i++)
      along[k] += gchk_random_signed(&random);
  }
}

/*
 * The same error everywhere, which just shows along the first direction and in no element, and is larger along the
 * second: it is measured there too.
 */
START_TEST(what_has_no_culprit_is_measured_along_both_directions) {
  double along[2] = {0, 0};
  network_init(&net, false);
  gchk_screen screen = screen_of(&net);
  int found = -1;
  while (found < _i) {
    sums_of(++screen.seed, along);
    if (fabs(along[0]) > 20 && fabs(along[1]) > 4 * fabs(along[0]))
      found++;
  }
  ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 64, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result.verdict, GCHK_PASS);
  const double allowed = result.detectable / 4, error = 1.5 * allowed / fabs(along[0]); // 2 allowed/0.5 is detectable
  for (size_t i = 0; i < ELEMENTS; i++)
    net.g[0][i] += error;
  ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 64, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result.verdict, GCHK_FAIL);
  ck_assert_uint_eq(result.culprit_count, 0);
  ck_assert(result.has_more);
  const double most = error * fabs(along[1]);
  ck_assert_msg(result.off[0] >= most / 2 && result.off[0] <= 2 * most, "%g, and it is %g", result.off[0], most);
}
END_TEST

START_TEST(several_culprits_are_found) {
  network_init(&net, _i == 1);
  static const size_t bad[] = {3, 4, 250, 777, 999};
  for (size_t k = 0; k < 5; k++)
    net.g[k % 2][bad[k]] += _i == 1 ? 2 : -0.01 * (double)(k + 1);
  gchk_screen screen = screen_of(&net);
  ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 64, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result.verdict, GCHK_FAIL);
  ck_assert_uint_eq(result.culprit_count, 5);
  for (size_t k = 0; k < 5; k++)
    ck_assert_uint_eq(culprits[k], bad[k]);
  ck_assert_uint_le(result.direction_count, 5 * 10 + 1);
  ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 2, &result, NULL), GCHK_OK);
  ck_assert_uint_eq(result.culprit_count, 2);
  ck_assert(result.has_more);
}
END_TEST

/* A wrong sign throughout, which one fixed positive direction may let pass. */
START_TEST(a_wrong_sign_fails) {
  network_init(&net, false);
  for (size_t i = 0; i < ELEMENTS; i++)
    net.g[0][i] = -net.g[0][i];
  gchk_screen screen = screen_of(&net);
  ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 8, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result.verdict, GCHK_FAIL);
  ck_assert_uint_eq(result.culprit_count, 8);
}
END_TEST

START_TEST(nan_never_passes) {
  network_init(&net, false);
  net.g[1][321] = (double)NAN;
  gchk_screen screen = screen_of(&net);
  ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 8, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result.verdict, GCHK_FAIL);
  ck_assert_uint_ge(result.culprit_count, 1);
  bool is_found = false;
  for (size_t k = 0; k < result.culprit_count; k++)
    is_found = is_found || culprits[k] == 321;
  ck_assert(is_found || result.has_more);
}
END_TEST

/* All outputs on their kinks: there is no derivative along a direction, and so no verdict. */
START_TEST(kinks_are_left_to_samples) {
  network_init(&net, false);
  net.is_bent = true;
  memset(net.x, 0, sizeof net.x);
  outputs(&net, net.x, net.y0);
  gchk_screen screen = screen_of(&net);
  ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 8, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result.verdict, GCHK_INCONCLUSIVE);
}
END_TEST

/* Values of bf16, whose rounding moves the outputs by more than a gradient would: nothing would have been seen. */
START_TEST(a_screening_that_would_have_seen_nothing_says_nothing) {
  static const struct {
    double unit;
    bool is_wrong;
    gchk_verdict verdict;
  } rows[] = {{0x1p-53, false, GCHK_PASS},
              {0x1p-53, true, GCHK_FAIL},
              {0x1p-8, false, GCHK_INCONCLUSIVE},
              {0x1p-8, true, GCHK_INCONCLUSIVE}};
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    init(&net, false, true);
    if (rows[k].is_wrong)
      net.g[0][500] = -net.g[0][500];
    double largest = 0;
    for (size_t i = 0; i < ELEMENTS; i++)
      largest = fmax(largest, fmax(fabs(net.g[0][i]), fabs(net.g[1][i])));
    gchk_screen screen = screen_of(&net);
    screen.variable_unit = rows[k].unit;
    ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 8, &result, NULL), GCHK_OK);
    ck_assert_msg(result.verdict == rows[k].verdict, "row %zu: verdict %d", k, (int)result.verdict);
    ck_assert_msg(result.largest == largest, "row %zu: largest %g, detectable %g", k, result.largest,
                  result.detectable);
    ck_assert_int_eq(result.detectable <= largest, rows[k].unit < 0x1p-8);
    ck_assert_uint_eq(result.culprit_count, rows[k].unit < 0x1p-8 && rows[k].is_wrong ? 1 : 0);
  }
}
END_TEST

START_TEST(errors_are_passed_on) {
  network_init(&net, false);
  net.g[0][5] += 1;
  for (size_t at = 1; at < 30; at += 3) {
    net.calls = 0;
    net.fails_at = at;
    gchk_screen screen = screen_of(&net);
    gchk_error error;
    ck_assert_int_eq(gchk_screen_tensor(&screen, culprits, 8, &result, &error), GCHK_LAYER_FAILED);
  }
  gchk_screen none = screen_of(&net);
  none.element_count = 0;
  ck_assert_int_eq(gchk_screen_tensor(&none, culprits, 8, &result, NULL), GCHK_OK);
  ck_assert_int_eq(result.verdict, GCHK_INCONCLUSIVE);
}
END_TEST

TCase *screen_tests(void) {
  TCase *tests = tcase_create("screen");
  tcase_add_loop_test(tests, a_right_gradient_passes_in_two_directions, 0, 2);
  tcase_add_loop_test(tests, one_culprit_costs_log_n_directions, 0, sizeof places / sizeof places[0]);
  tcase_add_loop_test(tests, what_cancels_along_one_direction_shows_along_another, 0, 3);
  tcase_add_loop_test(tests, what_has_no_culprit_is_measured_along_both_directions, 0, 4);
  tcase_add_loop_test(tests, several_culprits_are_found, 0, 2);
  tcase_add_test(tests, a_wrong_sign_fails);
  tcase_add_test(tests, nan_never_passes);
  tcase_add_test(tests, kinks_are_left_to_samples);
  tcase_add_test(tests, a_screening_that_would_have_seen_nothing_says_nothing);
  tcase_add_test(tests, errors_are_passed_on);
  tcase_set_timeout(tests, 60);
  return tests;
}
