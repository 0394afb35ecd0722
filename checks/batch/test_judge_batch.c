/* Verdicts of a block against gchk_judge, element by element; of other data the comparison tells. */
#include "batch/judge_batch.h"

#include <math.h>

#include "batch/batch.h"
#include "batch_tests.h"
#include "gradcheck/random.h"

enum { BLOCK = 700 };

typedef struct verdicts {
  gchk_batch batch;
  double analytic[GCHK_MAX_DRAWS][BLOCK], slack[GCHK_MAX_DRAWS][BLOCK];
  unsigned char resolution[BLOCK], caught[BLOCK];
} verdicts;

/* Numbers of all sizes, zeros of several kinds, and what is not finite. */
static void fill_draw(verdicts *v, size_t d, gchk_random *random) {
  static const double bars[] = {0, 0.5, 2.9, 3.1, 50}, odd[] = {(double)NAN, HUGE_VAL, -HUGE_VAL};
  gchk_batch *b = &v->batch;
  double *value = b->value[d], *bound = b->bound[d], *analytic = v->analytic[d];
  for (size_t i = 0; i < BLOCK; i++) {
    bool is_flat = b->state[i] >= GCHK_BATCH_FLAT;
    value[i] = is_flat || i % 31 == 0 ? 0 : gchk_random_signed(random) * pow(10, gchk_random_uniform(random, -9, 1));
    bound[i] = pow(10, gchk_random_uniform(random, -13, -1)) * (i % 3 == 0 ? 1 : fabs(value[i]));
    b->rounding[d][i] = bound[i] / 2;
    double side = gchk_random_below(random, 2) == 0 ? -1 : 1;
    analytic[i] = value[i] + side * bars[gchk_random_below(random, 5)] * bound[i];
    if (is_flat && gchk_random_below(random, 3) > 0)
      analytic[i] = 0;
    if (i % 97 == 5)
      analytic[i] = odd[i % 3];
    v->slack[d][i] = gchk_random_below(random, 3) == 0 ? fabs(analytic[i]) * 1e-3 : 0;
  }
}

static void fill(verdicts *v, gchk_random *random) {
  for (size_t i = 0; i < BLOCK; i++)
    v->batch.state[i] = (unsigned char)gchk_random_below(random, 4);
  for (size_t d = 0; d < v->batch.line.draw_count; d++)
    fill_draw(v, d, random);
}

/* By gchk_judge, one draw after the other. */
typedef struct expected {
  bool passes;
  gchk_resolution resolution;
  unsigned caught;
} expected;

static void judge_draw(const verdicts *v, size_t d, size_t i, unsigned char before, gchk_allowance allowance,
                       expected *all) {
  const gchk_batch *b = &v->batch;
  const gchk_derivative derivative = {.value = b->value[d][i],
                                      .bound = b->bound[d][i],
                                      .rounding = b->rounding[d][i],
                                      .is_flat = before >= GCHK_BATCH_FLAT,
                                      .is_exact_zero = before == GCHK_BATCH_EXACT_ZERO};
  allowance.slack = v->slack[d][i];
  const gchk_judgement judgement = gchk_judge(v->analytic[d][i], &derivative, &allowance);
  bool caught[GCHK_MUTATIONS];
  gchk_judge_mutations(derivative.value, &derivative, &allowance, caught);
  for (size_t m = 0; m < GCHK_MUTATIONS; m++)
    all->caught |= (unsigned)caught[m] << m;
  all->passes = all->passes && judgement.verdict == GCHK_PASS;
  const bool is_known = judgement.resolution == GCHK_RESOLVED || (d > 0 && all->resolution == GCHK_RESOLVED);
  if (d == 0 || is_known || judgement.resolution > all->resolution)
    all->resolution = is_known ? GCHK_RESOLVED : judgement.resolution;
}

/* How many elements came out in another way than gchk_judge has them. */
static size_t compare(verdicts *v, const unsigned char *before, gchk_allowance allowance) {
  const gchk_batch *b = &v->batch;
  size_t wrong = 0;
  for (size_t i = 0; i < BLOCK; i++) {
    expected all = {.passes = before[i] != GCHK_BATCH_OPEN};
    for (size_t d = 0; d < b->line.draw_count; d++)
      judge_draw(v, d, i, before[i], allowance, &all);
    bool is_same = b->state[i] == (all.passes ? before[i] : GCHK_BATCH_OPEN);
    if (all.passes)
      is_same = is_same && v->resolution[i] == all.resolution && v->caught[i] == all.caught;
    wrong += !is_same;
  }
  return wrong;
}

/* The batch judged with `given`, gchk_judge with `allowance`. */
static size_t wrong_of(verdicts *v, gchk_random *random, gchk_allowance given, gchk_allowance allowance) {
  unsigned char before[BLOCK];
  fill(v, random);
  for (size_t i = 0; i < BLOCK; i++)
    before[i] = v->batch.state[i];
  const gchk_batch_gradients g = {
      {v->analytic[0], v->analytic[1]}, {v->slack[0], v->slack[1]}, v->resolution, v->caught};
  const double largest[GCHK_MAX_DRAWS] = {given.largest, given.largest};
  gchk_judge_batch(&v->batch, &g, given.unit, largest);
  return compare(v, before, allowance);
}

static verdicts v;

START_TEST(verdicts_are_those_of_the_scalar_rule) {
  static const double units[] = {0x1p-53, 0x1p-24, 0x1p-11}, largest[] = {1, 0, 1e-5, HUGE_VAL, (double)NAN};
  gchk_random random = gchk_random_seeded(3);
  ck_assert_int_eq(gchk_batch_init(&v.batch, BLOCK, NULL), GCHK_OK);
  v.batch.count = BLOCK;
  for (size_t k = 0; k < 30; k++) {
    const gchk_allowance allowance = {.unit = units[k % 3], .largest = largest[k % 5]};
    v.batch.line.draw_count = 1 + k % 2;
    ck_assert_uint_eq(wrong_of(&v, &random, allowance, allowance), 0);
  }
  gchk_batch_deinit(&v.batch);
}
END_TEST

START_TEST(verdicts_by_other_limits_are_told) {
  gchk_random random = gchk_random_seeded(4);
  ck_assert_int_eq(gchk_batch_init(&v.batch, BLOCK, NULL), GCHK_OK);
  v.batch.count = BLOCK;
  const gchk_allowance right = {.unit = 0x1p-24, .largest = 1};
  const gchk_allowance others[] = {{.unit = 0x1p-53, .largest = 1}, {.unit = 0x1p-24, .largest = 1e3}};
  v.batch.line.draw_count = 1;
  for (size_t k = 0; k < 2; k++)
    ck_assert_uint_gt(wrong_of(&v, &random, others[k], right), 0);
  gchk_batch_deinit(&v.batch);
}
END_TEST

/* All elements are as they should be but one, and that one in the second draw alone. */
START_TEST(an_element_that_fails_in_the_second_draw_is_open) {
  const double largest[GCHK_MAX_DRAWS] = {1, 1};
  const gchk_batch_gradients g = {{v.analytic[0], v.analytic[1]}, {v.slack[0], v.slack[1]}, v.resolution, v.caught};
  ck_assert_int_eq(gchk_batch_init(&v.batch, BLOCK, NULL), GCHK_OK);
  v.batch.count = BLOCK;
  v.batch.line.draw_count = 2;
  for (size_t d = 0; d < GCHK_MAX_DRAWS; d++)
    for (size_t i = 0; i < BLOCK; i++) {
      v.batch.state[i] = GCHK_BATCH_SMOOTH;
      v.batch.value[d][i] = v.analytic[d][i] = d == 0 ? 1 : -0.3;
      v.batch.bound[d][i] = 1e-9;
      v.slack[d][i] = 0;
    }
  v.analytic[1][BLOCK - 1] *= 1.001;
  gchk_judge_batch(&v.batch, &g, 0x1p-53, largest);
  for (size_t i = 0; i < BLOCK; i++)
    ck_assert_int_eq(v.batch.state[i], i == BLOCK - 1 ? GCHK_BATCH_OPEN : GCHK_BATCH_SMOOTH);
  gchk_batch_deinit(&v.batch);
}
END_TEST

TCase *judge_batch_tests(void) {
  TCase *tests = tcase_create("judge_batch");
  tcase_add_test(tests, verdicts_are_those_of_the_scalar_rule);
  tcase_add_test(tests, verdicts_by_other_limits_are_told);
  tcase_add_test(tests, an_element_that_fails_in_the_second_draw_is_open);
  return tests;
}
