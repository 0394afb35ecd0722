/*
 * A small network with many kinks: affine, relu (after a normalisation or not), affine, softmax or not, in double and
 * in float; every element of every tensor, two draws, noise measured at three elements of a tensor, starts handed on
 * from element to element. The exact gradients are differences of the same network in quad precision.
 */
#include <math.h>
#include <stdio.h>

#include "gradcheck/random.h"
#include "main.h"
#include "measure/judge.h"
#include "numeric/hard.h"

enum { BATCH = 6, INPUTS = 9, HIDDEN = 16, OUT = 7, OUTPUTS = BATCH * OUT, TENSORS = 5 };
enum { COUNT = BATCH * INPUTS + INPUTS * HIDDEN + HIDDEN + HIDDEN * OUT + OUT };
typedef enum net_kind { SOFTMAX, NORMALISED, PLAIN, KINDS } net_kind;

typedef struct net {
  net_kind kind;
  bool is_float;
  double values[COUNT], v[2][OUTPUTS], y0[OUTPUTS];
  size_t element, calls;
} net;

#define REAL       float
#define NAME(name) name##_float
#define M(name)    name##f
#include "numeric/net_values.inc"
#undef REAL
#undef NAME
#undef M
#define REAL       double
#define NAME(name) name##_double
#define M(name)    name
#include "numeric/net_values.inc"
#undef REAL
#undef NAME
#undef M
#define REAL       quad
#define NAME(name) name##_quad
#define M(name)    name##q
#include "numeric/differentiate.h"
#include "numeric/net_values.inc"
#include "numeric/noise.h"

static void forward(const net *n, double *y) {
  if (!n->is_float) {
    outputs_double(n, n->values, y);
    return;
  }
  float narrow[OUTPUTS];
  outputs_float(n, n->values, narrow);
  for (size_t j = 0; j < OUTPUTS; j++)
    y[j] = (double)narrow[j];
}

static gchk_status evaluate(void *context, double x, double *y, gchk_error *error) {
  (void)error;
  net *n = context;
  n->calls++;
  n->values[n->element] = x;
  forward(n, y);
  return GCHK_OK;
}

static quad projected(net *n, size_t draw, double x) {
  quad y[OUTPUTS], sum = 0;
  double kept = n->values[n->element];
  n->values[n->element] = x;
  outputs_quad(n, n->values, y);
  n->values[n->element] = kept;
  for (size_t j = 0; j < OUTPUTS; j++)
    sum += (quad)n->v[draw][j] * y[j];
  return sum;
}

/* Error of order 1e-22, unless a kink is nearer than 1e-12. */
static double exact_gradient(net *n, size_t draw, size_t element) {
  n->element = element;
  double x = n->values[element], h = 0x1p-40;
  return (double)((projected(n, draw, x + h) - projected(n, draw, x - h)) / (quad)(2 * h));
}

static void net_init(net *n, net_kind kind, bool is_float, uint64_t seed) {
  gchk_random random = gchk_random_seeded(seed);
  n->kind = kind;
  n->is_float = is_float;
  for (size_t i = 0; i < COUNT; i++) {
    n->values[i] = gchk_random_uniform(&random, -0.7, 0.7);
    if (is_float)
      n->values[i] = (double)(float)n->values[i];
  }
  for (size_t d = 0; d < 2; d++)
    for (size_t j = 0; j < OUTPUTS; j++)
      n->v[d][j] = gchk_random_signed(&random);
  forward(n, n->y0);
}

typedef struct counts {
  size_t all, covered, alarms, inconclusive, kinks, elements, calls;
  size_t nonzero, sign_passed, zero_passed, caught_tenth;
} counts;

static void judge_element(counts *c, const gchk_derivative *d, double exact, double unit, double largest) {
  double g = unit > 0x1p-50 ? (double)(float)exact : exact;
  gchk_judgement judgement = gchk_judge(g, d, &(gchk_allowance){.unit = unit, .largest = largest});
  c->all++;
  c->covered += fabs(d->value - exact) <= d->bound + 4 * unit * largest;
  c->alarms += judgement.verdict == GCHK_FAIL;
  c->inconclusive += judgement.verdict == GCHK_INCONCLUSIVE;
  c->kinks += judgement.verdict == GCHK_KINK;
  gchk_judgement sign = gchk_judge(-g, d, &(gchk_allowance){.unit = unit, .largest = largest}),
                 zero = gchk_judge(0, d, &(gchk_allowance){.unit = unit, .largest = largest});
  c->sign_passed += g != 0 && sign.verdict == GCHK_PASS && sign.resolution == GCHK_RESOLVED;
  c->zero_passed += g != 0 && zero.verdict == GCHK_PASS && zero.resolution == GCHK_RESOLVED;
  c->nonzero += g != 0;
  c->caught_tenth +=
      g != 0 && gchk_judge(1.001 * g, d, &(gchk_allowance){.unit = unit, .largest = largest}).verdict == GCHK_FAIL;
}

static void judge_tensor(counts *c, net *n, size_t first, size_t count) {
  static double g[2][COUNT], work[6 * OUTPUTS];
  double squares = 0, largest[2] = {0, 0}, unit = n->is_float ? 0x1p-24 : 0x1p-53;
  for (size_t i = 0; i < count; i++) {
    squares += n->values[first + i] * n->values[first + i];
    for (size_t d = 0; d < 2; d++) {
      g[d][i] = exact_gradient(n, d, first + i);
      largest[d] = fmax(largest[d], fabs(g[d][i]));
    }
  }
  gchk_line line = {.evaluate = evaluate,
                    .context = n,
                    .output_count = OUTPUTS,
                    .variable_unit = unit,
                    .output_unit = unit,
                    .y0 = n->y0,
                    .y0_is_exact = true,
                    .draw_count = 2,
                    .v = {n->v[0], n->v[1]}};
  double rms = sqrt(squares / (double)count), sigma[2] = {0, 0};
  const size_t places[] = {0, count / 2, count - 1};
  for (size_t k = 0; k < 3; k++) {
    double here[GCHK_MAX_DRAWS];
    n->element = first + places[k];
    line.x = n->values[n->element];
    line.scale = fmax(fabs(line.x), rms);
    ck_assert_int_eq(gchk_measure_noise(&line, work, here, NULL, NULL), GCHK_OK);
    n->values[n->element] = line.x;
    for (size_t d = 0; d < 2; d++)
      sigma[d] = fmax(sigma[d], here[d]);
  }
  gchk_ladder ladder = {0};
  for (size_t i = 0; i < count; i++) {
    static gchk_derivative derivative[GCHK_MAX_DRAWS];
    n->element = first + i;
    n->calls = 0;
    line.x = n->values[n->element];
    line.scale = fmax(fabs(line.x), rms);
    line.sigma[0] = sigma[0];
    line.sigma[1] = sigma[1];
    ladder.seek_best = !(ladder.start > 0);
    ck_assert_int_eq(gchk_differentiate(&line, &ladder, work, derivative, NULL), GCHK_OK);
    n->values[n->element] = line.x;
    if (!(ladder.start > 0) && !derivative[0].is_flat && derivative[0].smoothness == GCHK_SMOOTH)
      ladder.start = derivative[0].step;
    c->elements++;
    c->calls += n->calls;
    for (size_t d = 0; d < 2; d++)
      judge_element(c, &derivative[d], g[d][i], unit, largest[d]);
  }
}

static counts judge_net(net_kind kind, bool is_float) {
  static const size_t sizes[TENSORS] = {BATCH * INPUTS, INPUTS * HIDDEN, HIDDEN, HIDDEN * OUT, OUT};
  counts c = {0};
  for (uint64_t seed = 1; seed <= 4; seed++) {
    static net n;
    net_init(&n, kind, is_float, seed);
    for (size_t t = 0, first = 0; t < TENSORS; first += sizes[t++])
      judge_tensor(&c, &n, first, sizes[t]);
  }
  printf("net %d %s: %zu, covered %.2f%%, alarms %zu, inconclusive %.2f%%, kinks %zu, 1.001 g caught %.1f%%, "
         "evaluations mean %.1f\n",
         (int)kind, is_float ? "f32" : "f64", c.all, 100 * (double)c.covered / (double)c.all, c.alarms,
         100 * (double)c.inconclusive / (double)c.all, c.kinks, 100 * (double)c.caught_tenth / (double)c.nonzero,
         (double)c.calls / (double)c.elements);
  return c;
}

START_TEST(every_element_in_double) {
  counts c = judge_net((net_kind)_i, false);
  ck_assert_uint_eq(c.alarms, 0);
  ck_assert_uint_eq(c.covered, c.all);
  ck_assert_uint_eq(c.sign_passed + c.zero_passed, 0);
  ck_assert_uint_le(c.inconclusive + c.kinks, c.all / 200);
  ck_assert_uint_ge(20 * c.caught_tenth, 19 * c.nonzero);
  ck_assert_uint_le(c.calls, 7 * c.elements);
}
END_TEST

START_TEST(every_element_in_float) {
  counts c = judge_net((net_kind)_i, true);
  ck_assert_uint_eq(c.alarms, 0);
  ck_assert_uint_eq(c.sign_passed + c.zero_passed, 0);
  ck_assert_uint_le(100 * (c.inconclusive + c.kinks), 8 * c.all);
  ck_assert_uint_le(c.calls, 10 * c.elements);
}
END_TEST

static TCase *net_tests(void) {
  TCase *tests = tcase_create("a small network");
  tcase_add_loop_test(tests, every_element_in_double, 0, KINDS);
  tcase_add_loop_test(tests, every_element_in_float, 0, KINDS);
  tcase_set_timeout(tests, 120);
  return tests;
}

TEST_MAIN("net", net_tests)
