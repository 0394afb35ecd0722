/*
 * Elements that move nothing, settled without points: bit for bit what the rounds come to where the loss is y0 at every
 * point, in every draw, and as many points as these ask for; what has a point missing stays open.
 */
#include "batch/batch_still.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "batch/batch.h"
#include "batch_tests.h"
#include "core/double_bits.h"
#include "gradcheck/random.h"

enum { BLOCK = 700 };

typedef struct setting {
  gchk_batch_line line;
  bool is_float;
  double smallest; // 10^ of it to 10^3 of |x|
} setting;

/* Numbers of all sizes, zeros of both signs, and such that points beside them are none. */
static void fill(gchk_batch *batch, const setting *s, gchk_random *random) {
  for (size_t i = 0; i < BLOCK; i++) {
    double x = gchk_random_signed(random) * pow(10, gchk_random_uniform(random, s->smallest, 3));
    const double largest = s->is_float ? (double)FLT_MAX : DBL_MAX;
    const double some[] = {0, -0.0, largest, -largest, largest / 5, DBL_MIN / 8, 0.25, -1};
    if (i % 23 == 5)
      x = some[i / 23 % (sizeof some / sizeof some[0])];
    batch->x[i] = s->is_float ? (double)(float)x : x;
    batch->scale[i] = fmax(fabs(batch->x[i]), i % 3 == 0 ? 1 : 0.05);
  }
}

/* What came of a block. */
typedef struct outcome {
  unsigned char state[BLOCK];
  size_t points[BLOCK];
  double of_draw[3][GCHK_MAX_DRAWS][BLOCK], step[BLOCK], hidden[BLOCK], row[BLOCK];
} outcome;

static void take(outcome *to, const gchk_batch *b) {
  memcpy(to->state, b->state, BLOCK);
  for (size_t d = 0; d < b->line.draw_count; d++) {
    memcpy(to->of_draw[0][d], b->value[d], sizeof to->step);
    memcpy(to->of_draw[1][d], b->bound[d], sizeof to->step);
    memcpy(to->of_draw[2][d], b->rounding[d], sizeof to->step);
  }
  memcpy(to->step, b->step, sizeof to->step);
  memcpy(to->hidden, b->hidden, sizeof to->hidden);
  memcpy(to->row, b->row, sizeof to->row);
}

static void run_rounds(gchk_batch *b, const setting *s, outcome *to) {
  memset(to, 0, sizeof *to);
  gchk_batch_start(b, &s->line, BLOCK);
  while (gchk_batch_next(b))
    for (size_t at = 0; at < b->asked_kinds * b->asked_width; at++) {
      b->asked_loss[at] = s->line.y0;
      to->points[b->asked_element[at % b->asked_width]]++;
    }
  take(to, b);
}

static bool is_same(const outcome *a, const outcome *b, size_t i, size_t draws) {
  uint64_t differ = (gchk_bits_of(a->step[i]) ^ gchk_bits_of(b->step[i])) |
                    (gchk_bits_of(a->hidden[i]) ^ gchk_bits_of(b->hidden[i])) |
                    (gchk_bits_of(a->row[i]) ^ gchk_bits_of(b->row[i]));
  for (size_t d = 0; d < draws; d++)
    for (size_t k = 0; k < 3; k++)
      differ |= gchk_bits_of(a->of_draw[k][d][i]) ^ gchk_bits_of(b->of_draw[k][d][i]);
  return a->state[i] == b->state[i] && differ == 0;
}

static setting setting_of(size_t k) {
  static const double starts[] = {0, 0x1p-13, 3e-5, 0x1p-30, 0x1p3}, fixed[] = {0, 0, 0, 1e-5, 1e-2};
  static const double y0[] = {2.3, -0.7, 1e3, 0, 1e-290};
  const bool is_float = k % 3 == 2;
  const double unit = is_float ? 0x1p-24 : 0x1p-53;
  return (setting){.line = {.y0 = y0[k / 5 % 5],
                            .draw_count = 1 + k % 2,
                            .v = {k % 4 < 2 ? 1 : -0.8, 1.7},
                            .sigma = {k % 7 == 0 ? 1e-12 : 0, 1e-11},
                            .variable_unit = k % 11 == 10 ? 0x1p-11 : unit,
                            .output_unit = unit,
                            .start = starts[k % 5],
                            .fixed_step = fixed[k / 3 % 5]},
                   .is_float = is_float,
                   .smallest = k % 2 == 0 ? -3 : -30};
}

START_TEST(what_moves_nothing_is_what_the_rounds_find) {
  static outcome rounds, still;
  gchk_batch batch;
  gchk_random random = gchk_random_seeded(21);
  size_t settled = 0, open = 0;
  ck_assert_int_eq(gchk_batch_init(&batch, BLOCK + 3, NULL), GCHK_OK);
  for (size_t k = 0; k < 2 * 3 * 5 * 7; k++) {
    const setting s = setting_of(k);
    fill(&batch, &s, &random);
    run_rounds(&batch, &s, &rounds);
    memset(batch.step, 0xff, BLOCK * sizeof *batch.step);
    gchk_batch_start(&batch, &s.line, BLOCK);
    const size_t points = gchk_batch_settle_still(&batch);
    take(&still, &batch);
    for (size_t i = 0; i < BLOCK; i++) {
      settled += still.state[i] != GCHK_BATCH_OPEN;
      open += still.state[i] == GCHK_BATCH_OPEN;
      if (still.state[i] == GCHK_BATCH_OPEN)
        continue;
      ck_assert_msg(is_same(&rounds, &still, i, s.line.draw_count), "setting %zu, element %zu, x %.17g", k, i,
                    batch.x[i]);
      ck_assert_uint_eq(rounds.points[i], points);
    }
    // What the rounds settle with all points there is settled: all but a few.
    for (size_t i = 0; i < BLOCK; i++)
      if (still.state[i] == GCHK_BATCH_OPEN && rounds.state[i] == GCHK_BATCH_EXACT_ZERO)
        ck_abort_msg("setting %zu: element %zu, x %.17g, is open", k, i, batch.x[i]);
  }
  ck_assert_uint_gt(settled, 100 * BLOCK);
  ck_assert_uint_gt(open, 2 * BLOCK);
  gchk_batch_deinit(&batch);
}
END_TEST

TCase *batch_still_tests(void) {
  TCase *tcase = tcase_create("batch_still");
  tcase_add_test(tcase, what_moves_nothing_is_what_the_rounds_find);
  return tcase;
}
