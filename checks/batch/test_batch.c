/*
 * The batch against gchk_differentiate on functions of many kinds: what is settled has the same value, bound and step,
 * bit for bit, and what gchk_differentiate settles with six evaluations is settled. Where the two are given data that
 * differ by little, the comparison tells.
 */
#include "batch/batch.h"

#include <float.h>
#include <math.h>

#include "batch_tests.h"
#include "gradcheck/random.h"
#include "numeric/differentiate.h"

enum { BLOCK = 500, KINDS = 16, BEYOND = KINDS, BEYOND_KINDS = 8 };

/* What an element does to the loss: y0 + g(x) - g(base). */
typedef struct element {
  int kind;
  double base, slope, rate, place, edge;
} element;

typedef struct block {
  gchk_batch_line line;
  bool is_float;
  element elements[BLOCK];
  double scale[BLOCK];
} block;

static double g(const element *e, double x) {
  double t = e->rate * (x - e->base), far = fabs(x - e->base);
  switch (e->kind) {
  case 0:
    return e->slope * x;
  case 1:
    return e->slope * exp(t);
  case 2:
    return e->slope * sin(t + e->place);
  case 3:
    return e->slope * x + e->slope * t * t;
  case 4:
    return e->slope / (1 + exp(-t - e->place));
  case 5:
    return e->slope * x * x * x;
  case 6:
    return e->slope * log(1 + exp(e->place + t));
  case 7:
    return 0;
  case 8: // a kink at the point
    return e->slope * fabs(t) + x;
  case 9: // a kink beside it
    return e->slope * fmax(0, t - 1e-3 * e->place);
  case 10: // noise
    return e->slope * t + 1e-11 * sin(1e17 * t);
  case 11: // a staircase
    return e->slope * floor(64 * t);
  case 12: // an edge of the domain, at or beside the point
    return e->slope * sqrt(x - e->base + 1e-4 * fmax(0, e->place));
  case 13: // moves far away only
    return far > 4 * fabs(e->base) ? e->slope * x : 0;
  case 14: // a minimum
    return e->slope * t * t;
  case BEYOND: // a unit that is off, and on one side on
    return e->slope * fmax(0, t - e->edge);
  case BEYOND + 1: // on either side
    return far > e->edge ? e->slope * x : 0;
  case BEYOND + 2: // so that D is as the step, and X is none
    return far > e->edge ? e->slope * (x - e->base) * far : 0;
  case BEYOND + 3: // so that X is 0
    return far > e->edge ? e->slope * (x - e->base) * far * far : 0;
  case BEYOND + 4: // and off again
    return far > e->edge && far < 9 * e->edge ? e->slope * x : 0;
  case BEYOND + 5: // an even function, D of which is 0
    return far > e->edge ? e->slope * far : 0;
  case BEYOND + 6: // hardly more than rounding
    return far > e->edge ? 1e-11 * e->place * x / e->edge : 0;
  case BEYOND + 7: // and close by, where only the smallest step is
    return far > e->edge || far < 3e-4 ? e->slope * x : 0;
  default: // moves from close to the step on
    return far > 1e-5 * e->place ? e->slope * x : 0;
  }
}

static double loss_of(const block *b, size_t i, double x) {
  const element *e = &b->elements[i];
  double y = x == e->base ? b->line.y0 : b->line.y0 + (g(e, x) - g(e, e->base));
  return b->is_float ? (double)(float)y : y;
}

static void fill(block *b, gchk_random *random, bool only_smooth) {
  for (size_t i = 0; i < BLOCK; i++) {
    element *e = &b->elements[i];
    e->kind = (int)gchk_random_below(random, only_smooth ? 7 : KINDS);
    e->edge = 0;
    e->base = gchk_random_signed(random) * pow(10, gchk_random_uniform(random, -3, 0.5));
    if (i % 50 == 7)
      e->base = i % 100 == 7 ? 0 : 0.25;
    if (i % 50 == 8 && !only_smooth)
      e->base = i % 100 == 8 ? 1e300 : 1e-310;
    e->base = b->is_float ? (double)(float)e->base : e->base;
    e->slope = gchk_random_signed(random) * pow(10, gchk_random_uniform(random, -3, 1));
    e->rate = gchk_random_uniform(random, 0.2, 2);
    e->place = gchk_random_uniform(random, -1, 1);
    b->scale[i] = fmax(fabs(e->base), i % 3 == 0 || only_smooth ? 1 : 0.05);
  }
}

/* Weights of about `size`, of units that are off. */
static void fill_beyond(block *b, double size, gchk_random *random) {
  for (size_t i = 0; i < BLOCK; i++) {
    element *e = &b->elements[i];
    e->kind = BEYOND + (int)gchk_random_below(random, BEYOND_KINDS);
    e->base = gchk_random_signed(random) * size;
    e->base = b->is_float ? (double)(float)e->base : e->base;
    e->slope = gchk_random_signed(random) * pow(10, gchk_random_uniform(random, -6, i % 10 == 0 ? 10 : 1));
    e->rate = gchk_random_uniform(random, 0.2, 2);
    e->place = gchk_random_signed(random);
    e->edge = pow(2, gchk_random_uniform(random, i % 2 == 0 ? -25 : -12, 1));
    b->scale[i] = fmax(fabs(e->base), size / 2);
  }
}

/* How the batch is given other data than the scalar code: not at all, or a little. */
typedef enum bend {
  STRAIGHT,
  BENT_UNIT,
  BENT_SIGMA,
  BENT_V,
  BENT_OTHER_V, // of the second draw alone
  BENT_START,
  BENT_LOSS,
  BENT_SCALE,
  BENDS
} bend;

static void run_batch(gchk_batch *batch, const block *b, bend how) {
  gchk_batch_line line = b->line;
  line.output_unit *= how == BENT_UNIT ? 1 + DBL_EPSILON : 1;
  line.sigma[0] += how == BENT_SIGMA ? 1e-12 : 0;
  line.v[0] *= how == BENT_V ? 1 + DBL_EPSILON : 1;
  line.v[1] *= how == BENT_OTHER_V ? 1 + DBL_EPSILON : 1;
  line.start = how == BENT_START ? 0x1p-9 : line.start;
  for (size_t i = 0; i < BLOCK; i++) {
    batch->x[i] = b->elements[i].base;
    batch->scale[i] = b->scale[i] * (how == BENT_SCALE ? 4 : 1);
  }
  gchk_batch_start(batch, &line, BLOCK);
  for (int rounds = 0; gchk_batch_next(batch); rounds++) {
    ck_assert_int_lt(rounds, 4);
    for (size_t k = 0; k < batch->asked_kinds; k++)
      for (size_t i = 0; i < batch->asked_width; i++) {
        size_t at = k * batch->asked_width + i, e = batch->asked_element[i];
        double x = batch->asked_value[at], y = loss_of(b, e, x);
        ck_assert(rounds == 0 || batch->state[e] == GCHK_BATCH_OPEN); // what is settled is not asked again
        // What was not asked for may be anything.
        batch->asked_loss[at] = x == b->elements[e].base ? 1e9 : y * (how == BENT_LOSS && k == 5 ? 1 - 1e-9 : 1);
      }
  }
}

/* One element by the scalar code. */
typedef struct counted {
  const block *block;
  size_t element, calls;
} counted;

static gchk_status evaluate(void *context, double x, double *y, gchk_error *error) {
  (void)error;
  counted *c = context;
  c->calls++;
  *y = loss_of(c->block, c->element, x);
  return GCHK_OK;
}

static size_t run_scalar(const block *b, size_t i, gchk_derivative *derivative, double *row) {
  counted c = {b, i, 0};
  const gchk_batch_line *l = &b->line;
  double space[GCHK_DIFFERENTIATE_ONE];
  const gchk_line line = {.evaluate = evaluate,
                          .context = &c,
                          .output_count = 1,
                          .x = b->elements[i].base,
                          .scale = b->scale[i],
                          .variable_unit = l->variable_unit,
                          .output_unit = l->output_unit,
                          .y0 = &l->y0,
                          .y0_is_exact = true,
                          .draw_count = l->draw_count,
                          .v = {&l->v[0], &l->v[1]},
                          .sigma = {l->sigma[0], l->sigma[1]},
                          .jacobian_row = NULL};
  const gchk_ladder ladder = {.fixed_step = l->fixed_step, .start = l->start};
  ck_assert_int_eq(gchk_differentiate(&line, &ladder, space, derivative, NULL), GCHK_OK);
  size_t calls = c.calls;
  gchk_line again = line;
  again.jacobian_row = row;
  ck_assert_int_eq(gchk_differentiate(&again, &ladder, space, derivative, NULL), GCHK_OK);
  return calls;
}

/* What the batch was compared with, and how it came out. */
typedef struct agreement {
  size_t settled, flat, exact, beyond, open, wrong;
} agreement;

static bool is_equal(const gchk_batch *batch, size_t i, const gchk_derivative *derivative, double row) {
  bool is_flat = batch->state[i] >= GCHK_BATCH_FLAT, is_exact = batch->state[i] == GCHK_BATCH_EXACT_ZERO;
  bool is_same = derivative->step == batch->step[i] && row == batch->row[i];
  for (size_t k = 0; k < batch->line.draw_count; k++) {
    const gchk_derivative *d = &derivative[k];
    is_same = is_same && d->smoothness == GCHK_SMOOTH && d->is_flat == is_flat && d->is_exact_zero == is_exact &&
              d->value == batch->value[k][i] && d->bound == batch->bound[k][i] &&
              d->rounding == batch->rounding[k][i] && d->hidden == batch->hidden[i];
  }
  return is_same;
}

/* Is there, in every draw, what three steps settle? */
static bool is_smooth(const gchk_derivative *derivative, size_t draw_count) {
  bool all = true;
  for (size_t k = 0; k < draw_count; k++)
    all = all && derivative[k].smoothness == GCHK_SMOOTH && isfinite(derivative[k].bound);
  return all;
}

static void compare(gchk_batch *batch, const block *b, bend how, agreement *all) {
  static gchk_derivative derivative[GCHK_MAX_DRAWS];
  const size_t fewest = b->line.fixed_step > 0 ? 4 : 6;
  run_batch(batch, b, how);
  for (size_t i = 0; i < BLOCK; i++) {
    double row;
    size_t calls = run_scalar(b, i, derivative, &row);
    bool is_open = batch->state[i] == GCHK_BATCH_OPEN;
    all->open += is_open;
    all->settled += !is_open;
    all->flat += batch->state[i] == GCHK_BATCH_FLAT;
    all->exact += batch->state[i] == GCHK_BATCH_EXACT_ZERO;
    all->beyond += batch->state[i] == GCHK_BATCH_SMOOTH && b->elements[i].kind >= BEYOND && batch->value[0][i] == 0;
    bool ended = calls == fewest && is_smooth(derivative, b->line.draw_count);
    bool is_right = is_open ? !ended : is_equal(batch, i, derivative, row);
    all->wrong += !is_right;
    if (!is_right && how == STRAIGHT)
      ck_abort_msg(
          "element %zu, kind %d, x %.17g, state %d: %.17g +- %.17g at %g, scalar %zu calls %.17g +- %.17g at %g", i,
          b->elements[i].kind, b->elements[i].base, batch->state[i], batch->value[0][i], batch->bound[0][i],
          batch->step[i], calls, derivative[0].value, derivative[0].bound, derivative[0].step);
  }
}

static const struct {
  bool is_float;
  size_t draw_count;
  double y0, v, sigma, start, fixed_step;
} settings[] = {
    {false, 1, 2.3, 1, 0, 0, 0},           {false, 2, 2.3, 1, 0, 0x1p-13, 0}, {false, 2, -0.7, -0.8, 1e-15, 0, 0},
    {false, 1, 1e3, 1.7, 0, 0x1p-16, 0},   {false, 1, 0, 1, 0, 0, 0},         {true, 2, 2.25, 1, 0, 0, 0},
    {true, 1, 2.25, 1.5, 1e-7, 0x1p-5, 0}, {false, 2, 2.3, 1, 0, 0, 1e-5},    {true, 1, 2.25, -1, 0, 0, 1e-2},
    {false, 1, 2.3, 1, 0, 3e-5, 0},        {false, 2, 2.3, 1, 1e-13, 0, 0},
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static block block_of(size_t k) {
  double unit = settings[k].is_float ? 0x1p-24 : 0x1p-53;
  return (block){.is_float = settings[k].is_float,
                 .line = {.y0 = settings[k].y0,
                          .draw_count = settings[k].draw_count,
                          .v = {settings[k].v, -0.37},
                          .sigma = {settings[k].sigma, 3 * settings[k].sigma},
                          .variable_unit = unit,
                          .output_unit = unit,
                          .start = settings[k].start,
                          .fixed_step = settings[k].fixed_step}};
}

START_TEST(what_is_settled_is_what_the_scalar_code_finds) {
  gchk_batch batch;
  gchk_random random = gchk_random_seeded(14);
  ck_assert_int_eq(gchk_batch_init(&batch, BLOCK + 13, NULL), GCHK_OK);
  agreement all = {0};
  for (size_t k = 0; k < SETTINGS; k++)
    for (int round = 0; round < 4; round++) {
      block b = block_of(k);
      fill(&b, &random, false);
      compare(&batch, &b, STRAIGHT, &all);
    }
  // Every kind of outcome was there.
  ck_assert_uint_gt(all.settled, 4 * BLOCK);
  ck_assert_uint_gt(all.open, 4 * BLOCK);
  ck_assert_uint_gt(all.flat, BLOCK / 4);
  ck_assert_uint_gt(all.exact, BLOCK / 4);
  gchk_batch_deinit(&batch);
}
END_TEST

START_TEST(what_moves_far_out_only_is_what_the_scalar_code_finds) {
  gchk_batch batch;
  gchk_random random = gchk_random_seeded(17);
  ck_assert_int_eq(gchk_batch_init(&batch, BLOCK, NULL), GCHK_OK);
  static const double starts[] = {0x1p-11, 0x1p-10, 0x1p-9, 0x1p-13, 0x1p-16, 0x1p-26};
  agreement all = {0};
  for (size_t k = 0; k < 36; k++) {
    block b = block_of(k % 6);
    b.line.start = starts[k / 6];
    if (k % 6 == 3) // noise of much of the output
      b.line.sigma[0] = 30;
    fill_beyond(&b, 0.02, &random);
    compare(&batch, &b, STRAIGHT, &all);
  }
  ck_assert_uint_gt(all.beyond, 4 * BLOCK);
  ck_assert_uint_gt(all.open, BLOCK / 4);
  gchk_batch_deinit(&batch);
}
END_TEST

/* They may be flat far beyond their own size, where gchk_differentiate chooses no step and looks closer by again. */
START_TEST(tiny_weights_that_move_far_out_only_are_what_the_scalar_code_finds) {
  gchk_batch batch;
  gchk_random random = gchk_random_seeded(18);
  ck_assert_int_eq(gchk_batch_init(&batch, BLOCK, NULL), GCHK_OK);
  agreement all = {0};
  for (size_t k = 0; k < 6 * 12; k++) {
    block b = block_of(k % 6);
    const int exponent = -6 - (int)(k / 6);
    b.line.start = ldexp(1, exponent - (k % 2 == 0 ? 3 : 5)); // as another element of the tensor may have left it
    fill_beyond(&b, ldexp(1, exponent), &random);
    compare(&batch, &b, STRAIGHT, &all);
  }
  ck_assert_uint_gt(all.beyond, 4 * BLOCK);
  ck_assert_uint_gt(all.open, 4 * BLOCK);
  gchk_batch_deinit(&batch);
}
END_TEST

/* Most next to one another stay where they are, or until far out; of some, points are beyond all numbers. */
static void fill_flat(block *b, gchk_random *random) {
  const double largest = b->is_float ? (double)FLT_MAX : DBL_MAX;
  fill(b, random, false);
  for (size_t i = 0; i < BLOCK; i++) {
    element *e = &b->elements[i];
    if (i / 130 % 2 == 0)
      e->kind = i % 5 == 0 ? 13 : 7;
    if (i % 17 == 3)
      e->base = i % 2 == 0 ? largest : -largest;
    b->scale[i] = fmax(fabs(e->base), i % 3 == 0 ? 1 : 0.05);
  }
}

START_TEST(what_stays_together_is_what_the_scalar_code_finds) {
  gchk_batch batch;
  gchk_random random = gchk_random_seeded(19);
  ck_assert_int_eq(gchk_batch_init(&batch, BLOCK, NULL), GCHK_OK);
  agreement all = {0};
  for (size_t k = 0; k < SETTINGS; k++) {
    block b = block_of(k);
    fill_flat(&b, &random);
    compare(&batch, &b, STRAIGHT, &all);
  }
  ck_assert_uint_gt(all.exact, SETTINGS * BLOCK / 3);
  ck_assert_uint_gt(all.flat, SETTINGS * BLOCK / 20);
  ck_assert_uint_gt(all.open, SETTINGS * BLOCK / 20);
  gchk_batch_deinit(&batch);
}
END_TEST

/* What came of a block, and how many points each element was asked for. */
typedef struct outcome {
  size_t asked[BLOCK];
  unsigned char state[BLOCK];
  double value[BLOCK], bound[BLOCK], step[BLOCK];
} outcome;

static void run_counted(gchk_batch *batch, const block *b, outcome *to) {
  *to = (outcome){.asked = {0}};
  for (size_t i = 0; i < BLOCK; i++) {
    batch->x[i] = b->elements[i].base;
    batch->scale[i] = b->scale[i];
  }
  gchk_batch_start(batch, &b->line, BLOCK);
  while (gchk_batch_next(batch))
    for (size_t at = 0; at < batch->asked_kinds * batch->asked_width; at++) {
      const size_t e = batch->asked_element[at % batch->asked_width];
      batch->asked_loss[at] = loss_of(b, e, batch->asked_value[at]);
      to->asked[e]++;
    }
  for (size_t i = 0; i < BLOCK; i++) {
    to->state[i] = batch->state[i];
    to->value[i] = batch->value[0][i];
    to->bound[i] = batch->bound[0][i];
    to->step[i] = batch->step[i];
  }
}

START_TEST(no_element_depends_on_its_neighbours) {
  static outcome alone, beside;
  gchk_batch batch;
  gchk_random random = gchk_random_seeded(20);
  ck_assert_int_eq(gchk_batch_init(&batch, BLOCK, NULL), GCHK_OK);
  for (size_t k = 0; k < SETTINGS; k++) {
    block b = block_of(k);
    fill_flat(&b, &random);
    for (size_t i = 0; i < BLOCK; i++)
      b.elements[i].kind = i % 5 == 0 ? 13 : 7;
    run_counted(&batch, &b, &alone);
    for (size_t i = 5; i < BLOCK; i += 29) // a few that move
      b.elements[i].kind = 0;
    run_counted(&batch, &b, &beside);
    for (size_t i = 0; i < BLOCK; i++) {
      if (b.elements[i].kind == 0)
        continue;
      ck_assert_uint_eq(alone.asked[i], beside.asked[i]);
      ck_assert_int_eq(alone.state[i], beside.state[i]);
      ck_assert(
          alone.state[i] == GCHK_BATCH_OPEN ||
          (alone.value[i] == beside.value[i] && alone.bound[i] == beside.bound[i] && alone.step[i] == beside.step[i]));
    }
  }
  gchk_batch_deinit(&batch);
}
END_TEST

START_TEST(other_data_are_told) {
  gchk_batch batch;
  ck_assert_int_eq(gchk_batch_init(&batch, BLOCK, NULL), GCHK_OK);
  for (bend how = STRAIGHT; how < BENDS; how++) {
    agreement all = {0};
    gchk_random random = gchk_random_seeded(15);
    block b = block_of(0);
    b.line.draw_count = 2;
    fill(&b, &random, false);
    compare(&batch, &b, how, &all);
    ck_assert_msg((all.wrong > BLOCK / 20) == (how != STRAIGHT), "bend %d: %zu", (int)how, all.wrong);
  }
  gchk_batch_deinit(&batch);
}
END_TEST

START_TEST(smooth_elements_are_settled) {
  gchk_batch batch;
  gchk_random random = gchk_random_seeded(16);
  ck_assert_int_eq(gchk_batch_init(&batch, BLOCK, NULL), GCHK_OK);
  agreement all = {0};
  for (size_t k = 0; k < SETTINGS; k++)
    for (int round = 0; round < 2; round++) {
      block b = block_of(k);
      fill(&b, &random, true);
      compare(&batch, &b, STRAIGHT, &all);
    }
  ck_assert_uint_lt(20 * all.open, all.open + all.settled);
  gchk_batch_deinit(&batch);
}
END_TEST

TCase *batch_tests(void) {
  TCase *tests = tcase_create("batch");
  tcase_add_test(tests, what_is_settled_is_what_the_scalar_code_finds);
  tcase_add_test(tests, what_moves_far_out_only_is_what_the_scalar_code_finds);
  tcase_add_test(tests, tiny_weights_that_move_far_out_only_are_what_the_scalar_code_finds);
  tcase_add_test(tests, what_stays_together_is_what_the_scalar_code_finds);
  tcase_add_test(tests, no_element_depends_on_its_neighbours);
  tcase_add_test(tests, other_data_are_told);
  tcase_add_test(tests, smooth_elements_are_settled);
  return tests;
}
