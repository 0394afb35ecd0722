/* Verdicts of a block against gchk_judge, element by element; of other data the comparison tells. */
#include "batch/judge_batch.h"

#include <math.h>

#include "batch/batch.h"
#include "batch_tests.h"
#include "gradcheck/random.h"

enum { BLOCK = 700 };

typedef struct verdicts {
  gchk_batch batch;
  double analytic[BLOCK], slack[BLOCK];
  unsigned char resolution[BLOCK], caught[BLOCK];
} verdicts;

/* Numbers of all sizes, zeros of several kinds, and what is not finite. */
static void fill(verdicts *v, gchk_random *random) {
  static const double bars[] = {0, 0.5, 2.9, 3.1, 50}, odd[] = {(double)NAN, HUGE_VAL, -HUGE_VAL};
  for (size_t i = 0; i < BLOCK; i++) {
    gchk_batch *b = &v->batch;
    b->state[i] = (unsigned char)gchk_random_below(random, 4);
    bool is_flat = b->state[i] >= GCHK_BATCH_FLAT;
    b->value[i] = is_flat || i % 31 == 0 ? 0 : gchk_random_signed(random) * pow(10, gchk_random_uniform(random, -9, 1));
    b->bound[i] = pow(10, gchk_random_uniform(random, -13, -1)) * (i % 3 == 0 ? 1 : fabs(b->value[i]));
    b->rounding[i] = b->bound[i] / 2;
    double side = gchk_random_below(random, 2) == 0 ? -1 : 1;
    v->analytic[i] = b->value[i] + side * bars[gchk_random_below(random, 5)] * b->bound[i];
    if (is_flat && gchk_random_below(random, 3) > 0)
      v->analytic[i] = 0;
    if (i % 97 == 5)
      v->analytic[i] = odd[i % 3];
    v->slack[i] = gchk_random_below(random, 3) == 0 ? fabs(v->analytic[i]) * 1e-3 : 0;
  }
}

/* How many elements came out in another way than gchk_judge has them. */
static size_t compare(verdicts *v, const unsigned char *before, gchk_allowance allowance) {
  size_t wrong = 0;
  for (size_t i = 0; i < BLOCK; i++) {
    const gchk_batch *b = &v->batch;
    const gchk_derivative d = {.value = b->value[i],
                               .bound = b->bound[i],
                               .rounding = b->rounding[i],
                               .is_flat = before[i] >= GCHK_BATCH_FLAT,
                               .is_exact_zero = before[i] == GCHK_BATCH_EXACT_ZERO};
    allowance.slack = v->slack[i];
    gchk_judgement judgement = gchk_judge(v->analytic[i], &d, &allowance);
    bool caught[GCHK_MUTATIONS], passes = before[i] != GCHK_BATCH_OPEN && judgement.verdict == GCHK_PASS;
    unsigned bits = 0;
    gchk_judge_mutations(d.value, &d, &allowance, caught);
    for (size_t m = 0; m < GCHK_MUTATIONS; m++)
      bits |= (unsigned)caught[m] << m;
    bool is_same = b->state[i] == (passes ? before[i] : GCHK_BATCH_OPEN);
    if (passes)
      is_same = is_same && v->resolution[i] == judgement.resolution && v->caught[i] == bits;
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
  const gchk_batch_gradients g = {v->analytic, v->slack, v->resolution, v->caught};
  gchk_judge_batch(&v->batch, &g, given.unit, given.largest);
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
  for (size_t k = 0; k < 2; k++)
    ck_assert_uint_gt(wrong_of(&v, &random, others[k], right), 0);
  gchk_batch_deinit(&v.batch);
}
END_TEST

TCase *judge_batch_tests(void) {
  TCase *tests = tcase_create("judge_batch");
  tcase_add_test(tests, verdicts_are_those_of_the_scalar_rule);
  tcase_add_test(tests, verdicts_by_other_limits_are_told);
  return tests;
}
