/*
 * Rows of scores that differ from those of the base: sums, exponentials and scores against long double, whatever the
 * size of the difference; mistakes that are put into them show.
 */
#include "layers/lanes_softmax.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gradcheck/random.h"
#include "main.h"

enum { ROWS = 3, MOST_CLASSES = 11, INPUTS = 2, WIDTH = 112, RUNS = 6 };
static const double eps = 0x1p-10;
static const long double least = 0x1p-1000L; /* beyond which quotients may be denormal */

/* What one lane comes to. */
typedef struct lane {
  long double sum, e[MOST_CLASSES], score[MOST_CLASSES];
} lane;

static struct {
  size_t classes;
  bool is_single;
  double x[ROWS * MOST_CLASSES], factor[INPUTS * MOST_CLASSES], change[WIDTH];
  double base[ROWS * (2 * MOST_CLASSES + 1)], wanted[ROWS];
  double room[WIDTH * MOST_CLASSES], shift[WIDTH], sum[WIDTH], e[MOST_CLASSES][WIDTH], score[MOST_CLASSES][WIDTH];
  double part[WIDTH], part_score[WIDTH]; // of the class that is wanted
} g;

/* Lengths below, at and beyond a step of lanes; one lane of none. */
static const gchk_lane_run runs[RUNS] = {{0, 1, 0, 1},   {2, 0, 1, 15},  {1, 1, 16, 16},
                                         {2, 1, 32, 31}, {0, 0, 63, 33}, {1, 0, 97, 14}};

/* Differences of all sizes, those about the largest that the polynomial is for among them. */
static void fill(size_t classes, bool is_single, double size) {
  gchk_random random = gchk_random_seeded(3 + classes);
  g.classes = classes;
  g.is_single = is_single;
  for (size_t i = 0; i < ROWS * classes; i++)
    g.x[i] = gchk_random_uniform(&random, -4, 4);
  for (size_t n = 0; n < ROWS; n++)
    g.wanted[n] = (double)(n % classes);
  for (size_t i = 0; i < INPUTS * classes; i++)
    g.factor[i] = gchk_random_uniform(&random, -1, 1);
  for (size_t k = 0; k < WIDTH; k++)
    g.change[k] = k % 7 == 0 ? 0 : ldexp(gchk_random_uniform(&random, -1, 1), -(int)(k % 5)) * size;
}

static gchk_lane_changes changes_of(size_t first) {
  return (gchk_lane_changes){
      .change = g.change + first, .factor = g.is_single ? NULL : g.factor, .by_changed = 1, .by_element = INPUTS};
}

static void find(const gchk_lane_block *block, size_t first) {
  const gchk_lane_changes changes = changes_of(first);
  gchk_softmax_by by = {&changes, g.classes, g.base,          eps,           g.wanted,
                        true,     g.room,    g.shift + first, g.sum + first, g.part_score + first};
  gchk_lanes_sums_by(block, &by);
  by.wants_score = false;
  by.part = g.part + first;
  gchk_lanes_sums_by(block, &by);
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++)
    for (size_t c = 0; c < g.classes; c++) {
      gchk_lanes_exp_by(run, &by, c, &g.e[c][first + run->start]);
      gchk_lanes_score_by(run, &by, c, &g.score[c][first + run->start]);
    }
}

static void find_all(void) {
  gchk_lanes_softmax_base(ROWS, g.classes, g.x, g.base);
  find(&(gchk_lane_block){WIDTH, runs, RUNS}, 0);
}

/* By the definition, from the largest of the row as it is then. */
static lane exact(const gchk_lane_run *run, size_t k) {
  lane l = {.sum = 0};
  long double x[MOST_CLASSES], m = -HUGE_VALL;
  for (size_t c = 0; c < g.classes; c++) {
    const long double factor =
        g.is_single ? (long double)(c == run->unit) : (long double)g.factor[run->unit + c * INPUTS];
    x[c] = (long double)g.x[run->row * g.classes + c] + (long double)g.change[k] * factor;
    m = x[c] > m ? x[c] : m;
  }
  for (size_t c = 0; c < g.classes; c++) {
    l.score[c] = x[c] - m;
    l.e[c] = expl(l.score[c]);
    l.sum += l.e[c];
  }
  l.sum += (long double)eps;
  return l;
}

/* The largest error of a quotient e/S, and of a score less log S, which is what losses are made of. */
static double worst_error(void) {
  double worst = 0;
  for (size_t r = 0; r < RUNS; r++)
    for (size_t k = runs[r].start; k < runs[r].start + runs[r].count; k++) {
      const lane l = exact(&runs[r], k);
      for (size_t c = 0; c < g.classes; c++) {
        const long double p = (long double)g.e[c][k] / (long double)g.sum[k], wanted = l.e[c] / l.sum;
        const long double q = (long double)g.score[c][k] - logl((long double)g.sum[k]);
        if (wanted > least)
          worst = fmax(worst, (double)(fabsl(p - wanted) / wanted));
        worst = fmax(worst, (double)(fabsl(q - l.score[c] + logl(l.sum)) / (1 + fabsl(l.score[c]))));
        worst = isnan((double)p) ? HUGE_VAL : worst;
      }
      const size_t c = (size_t)g.wanted[runs[r].row];
      const long double p = (long double)g.part[k] / (long double)g.sum[k], wanted = l.e[c] / l.sum;
      const long double q = (long double)g.part_score[k] - logl((long double)g.sum[k]);
      if (wanted > least)
        worst = fmax(worst, (double)(fabsl(p - wanted) / wanted));
      worst = fmax(worst, (double)(fabsl(q - l.score[c] + logl(l.sum)) / (1 + fabsl(l.score[c]))));
    }
  return worst / DBL_EPSILON;
}

static const double sizes[] = {0x1p-30, 0x1p-12, 0x1p-5, 0.2, 8, 600};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

/* A row of `classes` terms, each within a few units, and scores up to 600 whose own rounding is that of a unit. */
START_TEST(losses_are_made_of_right_numbers) {
  for (size_t classes = 1; classes <= MOST_CLASSES; classes += 5)
    for (int is_single = 0; is_single < 2; is_single++) {
      fill(classes, is_single != 0, sizes[_i]);
      find_all();
      // Differences are rounded to a unit of their own size, which the exponential multiplies with it.
      const double allowed = sizes[_i] <= 0x1p-5 ? 3 : 6 + 2 * sizes[_i];
      ck_assert_msg(worst_error() <= allowed, "%zu classes, single %d: %g", classes, is_single, worst_error());
      for (size_t k = 0; k < WIDTH; k++)
        g.change[k] *= 1 + 0x1p-20;
      ck_assert(classes == 1 || worst_error() > allowed || sizes[_i] < 0x1p-20); // what is off by little shows
    }
}
END_TEST

/* Alone and without those before it, to the last bit. */
START_TEST(lanes_do_not_depend_on_their_company) {
  fill(MOST_CLASSES, _i % 2 != 0, sizes[_i / 2]);
  find_all();
  double sum[WIDTH], part[WIDTH], part_score[WIDTH], e[MOST_CLASSES][WIDTH], score[MOST_CLASSES][WIDTH];
  memcpy(sum, g.sum, sizeof sum);
  memcpy(part, g.part, sizeof part);
  memcpy(part_score, g.part_score, sizeof part_score);
  memcpy(e, g.e, sizeof e);
  memcpy(score, g.score, sizeof score);
  for (size_t r = 0; r < RUNS; r++)
    for (size_t k = runs[r].start; k < runs[r].start + runs[r].count; k++) {
      const gchk_lane_run alone = {runs[r].row, runs[r].unit, 0, 1};
      find(&(gchk_lane_block){GCHK_LANE_STEP, &alone, 1}, k);
      ck_assert(g.sum[k] == sum[k] && g.part[k] == part[k] && g.part_score[k] == part_score[k]);
      for (size_t c = 0; c < g.classes; c++)
        ck_assert(g.e[c][k] == e[c][k] && g.score[c][k] == score[c][k]);
    }
}
END_TEST

START_TEST(what_does_not_differ_is_the_base) {
  for (int is_single = 0; is_single < 2; is_single++) {
    fill(MOST_CLASSES, is_single != 0, 1);
    find_all();
    double first[ROWS];
    for (size_t r = 0; r < RUNS; r++)
      for (size_t k = runs[r].start; k < runs[r].start + runs[r].count; k++) {
        const gchk_lane_run alone = {runs[r].row, runs[r].unit, 0, 1};
        g.change[k] = k % 2 == 0 ? 0.0 : -0.0;
        find(&(gchk_lane_block){GCHK_LANE_STEP, &alone, 1}, k);
        if (k == runs[r].start && r < ROWS)
          first[runs[r].row] = g.sum[k];
        ck_assert(g.sum[k] == first[runs[r].row] && g.shift[k] == 0);
        for (size_t c = 0; c < g.classes; c++)
          ck_assert(g.e[c][k] == g.base[runs[r].row * gchk_softmax_numbers(g.classes) + g.classes + c]);
      }
  }
}
END_TEST

/* Factors of any size, with changes that make the same differences of them: the same to the last bit. */
START_TEST(factors_may_be_of_any_size) {
  static const int exponents[] = {900, -900};
  double sum[WIDTH], part[WIDTH];
  for (size_t i = 0; i < sizeof exponents / sizeof exponents[0]; i++) {
    fill(MOST_CLASSES, false, 0x1p-6);
    find_all();
    memcpy(sum, g.sum, sizeof sum);
    memcpy(part, g.part, sizeof part);
    for (size_t k = 0; k < INPUTS * MOST_CLASSES; k++)
      g.factor[k] = ldexp(g.factor[k], exponents[i]);
    for (size_t k = 0; k < WIDTH; k++)
      g.change[k] = ldexp(g.change[k], -exponents[i]);
    find_all();
    for (size_t r = 0; r < RUNS; r++)
      for (size_t k = runs[r].start; k < runs[r].start + runs[r].count; k++)
        ck_assert(g.sum[k] == sum[k] && g.part[k] == part[k]);
  }
}
END_TEST

/* Where no factor differs from 0 nothing does; a row without a class that is wanted is told of another. */
START_TEST(nothing_differs_without_factors) {
  fill(MOST_CLASSES, false, 1);
  find_all();
  memset(g.change, 0, sizeof g.change);
  find_all();
  double sum[WIDTH];
  memcpy(sum, g.sum, sizeof sum);
  memset(g.factor, 0, sizeof g.factor);
  for (size_t k = 0; k < WIDTH; k++)
    g.change[k] = (double)k;
  g.wanted[1] = MOST_CLASSES;
  find_all();
  for (size_t r = 0; r < RUNS; r++)
    for (size_t k = runs[r].start; k < runs[r].start + runs[r].count; k++)
      ck_assert(g.sum[k] == sum[k]);
}
END_TEST

START_TEST(what_is_no_number_stays_none) {
  for (int is_single = 0; is_single < 2; is_single++) {
    fill(MOST_CLASSES, is_single != 0, 1e-3);
    g.change[3] = (double)NAN;
    g.change[20] = HUGE_VAL;
    find_all();
    ck_assert(isnan(g.sum[3]) && !isfinite(g.sum[20]));
    ck_assert(isfinite(g.sum[2]) && isfinite(g.sum[4]) && isfinite(g.sum[21]));
  }
}
END_TEST

static TCase *lanes_softmax(void) {
  TCase *t = tcase_create("lanes_softmax");
  tcase_add_loop_test(t, losses_are_made_of_right_numbers, 0, SIZES);
  tcase_add_loop_test(t, lanes_do_not_depend_on_their_company, 0, 2 * SIZES);
  tcase_add_test(t, what_does_not_differ_is_the_base);
  tcase_add_test(t, factors_may_be_of_any_size);
  tcase_add_test(t, nothing_differs_without_factors);
  tcase_add_test(t, what_is_no_number_stays_none);
  return t;
}

TEST_MAIN("softmax of rows that differ from others", lanes_softmax)
