/* The figures of a tensor's row, from six elements whose figures are worked out by hand. */
#include "check/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_tests.h"
#include "gradcheck/random.h"

enum { TOTAL = 6 };

/* A tensor (2,3) of differences 0, 0.5, 0.03, 4, NaN (no derivative), 0.002, as the verdicts say. */
typedef struct bench {
  gchk_case_work work;
  gchk_tensor_work tensor;
  double analytic[TOTAL], numeric[TOTAL], bound[TOTAL], step[TOTAL];
  unsigned char verdict[TOTAL], doubt[TOTAL], resolution[TOTAL], is_evidence[TOTAL];
  size_t checked[TOTAL];
  gchk_tensor_result row;
  gchk_layer layer;
  gchk_case spec;
} bench;

static bench *bench_new(void) {
  static bench b;
  b = (bench){.analytic = {1, 2, -3, 5, 7, 0.002},
              .numeric = {1, 1.5, -3.03, 1, (double)NAN, 0},
              .bound = {1e-8, 1e-3, 1e-2, 1e-4, (double)INFINITY, 1},
              .step = {1e-3, 1e-4, 1e-5, 1e-6, (double)NAN, 1e-2},
              .verdict = {GCHK_PASS, GCHK_FAIL, GCHK_PASS, GCHK_FAIL, GCHK_INCONCLUSIVE, GCHK_KINK},
              .checked = {0, 1, 2, 3, 4, 5},
              .row = {.shape = {2, {2, 3}}, .checked = TOTAL}};
  b.layer = (gchk_layer){.dtype = GCHK_F64};
  b.spec = (gchk_case){.layer = &b.layer};
  b.work = (gchk_case_work){.spec = &b.spec, .arena = gchk_arena_new(), .scratch = gchk_arena_new(), .draw_count = 1};
  b.tensor = (gchk_tensor_work){.total = TOTAL,
                                .checked_count = TOTAL,
                                .checked = b.checked,
                                .analytic = {b.analytic},
                                .numeric = {b.numeric},
                                .bound = {b.bound},
                                .step = b.step,
                                .verdict = b.verdict,
                                .doubt = b.doubt,
                                .resolution = b.resolution,
                                .is_evidence = b.is_evidence,
                                .numeric_bound = {b.bound},
                                .tally = {.flat = 1, .nonzero = 4, .caught = {4, 3, 2, 1, 0, 4}}};
  return &b;
}

static void bench_free(bench *b) {
  gchk_arena_free(b->work.arena);
  gchk_arena_free(b->work.scratch);
}

static bool is_about(double x, double y) {
  return fabs(x - y) <= 1e-12 * fabs(y);
}

START_TEST(figures_are_over_what_was_compared) {
  bench *b = bench_new();
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  // Four: an undecided element is off by nobody knows how much, and at a kink there is no one slope to be off from.
  ck_assert(is_about(b->row.mean_abs_diff, (0 + 0.5 + (3.03 - 3) + 4) / 4));
  ck_assert(is_about(b->row.bound_mean, (1e-8 + 1e-3 + 1e-2 + 1e-4) / 4));
  ck_assert_double_eq(b->row.max_abs_diff, 4);
  ck_assert(is_about(b->row.max_rel_diff, 0.8)); // of 5 against 1
  double gd = 1 + 2 * 1.5 + 3 * 3.03 + 5, gg = 1 + 4 + 9 + 25, dd = 1 + 2.25 + 3.03 * 3.03 + 1;
  ck_assert(is_about(b->row.cosine, gd / sqrt(gg * dd)));
  ck_assert_double_eq(b->row.bound_max, 1e-2);
  ck_assert_double_eq(b->row.step, 1e-4); // the median of five
  bench_free(b);
}
END_TEST

START_TEST(verdicts_are_counted) {
  bench *b = bench_new();
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  ck_assert_uint_eq(b->row.elements.pass, 2);
  ck_assert_uint_eq(b->row.elements.fail, 2);
  ck_assert_uint_eq(b->row.elements.undecided, 1);
  ck_assert_uint_eq(b->row.elements.kink, 1);
  ck_assert_uint_eq(b->row.elements.below_resolution, 1);
  ck_assert_double_eq(b->row.sensitivity.sign, 1);
  ck_assert_double_eq(b->row.sensitivity.zero, 0.75);
  ck_assert_double_eq(b->row.sensitivity.factor_two, 0.5);
  ck_assert_double_eq(b->row.sensitivity.ten_percent, 0.25);
  ck_assert_double_eq(b->row.sensitivity.one_percent, 0);
  ck_assert_double_eq(b->row.sensitivity.tenth_percent, 1);
  bench_free(b);
}
END_TEST

/* Fails by error bars, 40000 before 500; then what is inconclusive; then the rest by error bars, 3 before 0.002 and 0. */
START_TEST(the_worst_come_first) {
  static const size_t order[TOTAL] = {3, 1, 4, 2, 5, 0};
  bench *b = bench_new();
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  ck_assert_uint_eq(b->row.worst_count, TOTAL);
  for (size_t k = 0; k < TOTAL; k++)
    ck_assert_msg(b->row.worst[k].flat == order[k], "%zu. is %zu", k, b->row.worst[k].flat);
  ck_assert_double_eq(b->row.worst[0].analytic, 5);
  ck_assert_double_eq(b->row.worst[0].numeric, 1);
  ck_assert_uint_eq(b->row.scatter_count, TOTAL); // each once
  for (size_t k = 0; k < TOTAL; k++)
    for (size_t l = 0; l < k; l++)
      ck_assert_uint_ne(b->row.scatter[k].flat, b->row.scatter[l].flat);
  bench_free(b);
}
END_TEST

/* Half decades from 10^-3: 0.002 in the first, 0.03 in 10^-2 .. 10^-1.5, 0.5 in 10^-0.5 .. 1, 4 in 10^0.5 .. 10. */
START_TEST(differences_are_sorted_into_half_decades) {
  bench *b = bench_new();
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  const gchk_histogram *h = &b->row.histogram;
  static const size_t bins[] = {1, 0, 1, 0, 0, 1, 0, 1};
  ck_assert_double_eq(h->low, -3);
  ck_assert_uint_eq(h->bin_count, 8);
  ck_assert_mem_eq(h->bins, bins, sizeof bins);
  ck_assert_uint_eq(h->zero, 1);
  ck_assert_uint_eq(h->non_finite, 1);
  bench_free(b);
}
END_TEST

START_TEST(a_matrix_is_a_map) {
  bench *b = bench_new();
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  const gchk_heatmap *map = &b->row.heatmap;
  ck_assert(map->rows == 2 && map->columns == 3 && map->row_pool == 1 && map->column_pool == 1);
  static const double cells[] = {0, 0.5, 3.03 - 3, 4, HUGE_VAL, 0.002};
  for (size_t i = 0; i < TOTAL; i++)
    ck_assert_msg(map->cells[i] == cells[i] || is_about(map->cells[i], cells[i]), "cell %zu is %g", i, map->cells[i]);
  bench_free(b);
  b = bench_new();
  b->row.shape = (gchk_shape){1, {TOTAL}};
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  ck_assert_ptr_null(b->row.heatmap.cells);
  bench_free(b);
}
END_TEST

enum {
  MANY = 1000,
  MOST = 5000,
  STRIDE = 379,
  SHOWN_FAILS = 200,
  BINS = 70
}; // STRIDE and MANY have no factor in common

/* The arrays of many elements. */
typedef struct many {
  double analytic[MOST], numeric[MOST], bound[MOST], step[MOST];
  unsigned char verdict[MOST], doubt[MOST], resolution[MOST], is_evidence[MOST];
  size_t checked[MOST];
} many;

// A tensor of `count` elements, all of them of one verdict.
static many *use_many(bench *b, size_t count, gchk_verdict verdict) {
  static many m;
  ck_assert_uint_le(count, MOST);
  memset(&m, 0, sizeof m);
  memset(m.verdict, (int)verdict, sizeof m.verdict);
  for (size_t e = 0; e < count; e++) {
    m.bound[e] = m.step[e] = 1e-3;
    m.checked[e] = e;
  }
  b->tensor.total = b->tensor.checked_count = count;
  b->tensor.checked = m.checked;
  b->tensor.analytic[0] = m.analytic;
  b->tensor.numeric[0] = m.numeric;
  b->tensor.bound[0] = b->tensor.numeric_bound[0] = m.bound;
  b->tensor.step = m.step;
  b->tensor.verdict = m.verdict;
  b->tensor.resolution = m.resolution;
  b->tensor.doubt = m.doubt;
  b->tensor.is_evidence = m.is_evidence;
  b->row.shape = (gchk_shape){1, {count}};
  return &m;
}

// Differences 1 .. MANY out of order, all failing: the worst are the largest, one after the other.
START_TEST(of_many_the_worst_come_first) {
  bench *b = bench_new();
  many *m = use_many(b, MANY, GCHK_FAIL);
  for (size_t e = 0; e < MANY; e++)
    m->analytic[e] = (double)(e * STRIDE % MANY + 1);
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  ck_assert_uint_eq(b->row.worst_count, 10);
  for (size_t k = 0; k < b->row.worst_count; k++)
    ck_assert_double_eq(b->row.worst[k].analytic, (double)(MANY - k));
  ck_assert_uint_ge(b->row.scatter_count, SHOWN_FAILS);
  for (size_t k = 0; k < SHOWN_FAILS; k++)
    ck_assert_double_eq(b->row.scatter[k].analytic, (double)(MANY - k));
  bench_free(b);
}
END_TEST

// The same of what passes, most of which is far from the last that is shown; and one that is no number comes first.
START_TEST(of_many_passes_the_worst_come_first) {
  bench *b = bench_new();
  many *m = use_many(b, MANY, GCHK_PASS);
  for (size_t e = 0; e < MANY; e++) {
    m->analytic[e] = (double)(e * STRIDE % MANY + 1);
    m->verdict[e] = e % 5 == 0 ? GCHK_KINK : GCHK_PASS;
  }
  m->bound[900] = (double)NAN;
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  ck_assert_uint_eq(b->row.worst_count, 10);
  ck_assert_uint_eq(b->row.worst[0].flat, 900);
  for (size_t k = 1; k < b->row.worst_count; k++)
    ck_assert_double_eq(b->row.worst[k].analytic, (double)(MANY - k + 1));
  bench_free(b);
}
END_TEST

/* The largest difference of the elements of a cell, one after the other. */
static double expected_cell(const many *m, const gchk_heatmap *map, size_t columns, size_t cell, size_t left_out) {
  double largest = (double)NAN;
  for (size_t e = 0; e < MOST; e++) {
    if (e / columns / map->row_pool * map->columns + e % columns / map->column_pool != cell || e == left_out)
      continue;
    const double difference = fabs(m->analytic[e]);
    largest = isnan(difference) ? HUGE_VAL : isnan(largest) ? difference : fmax(largest, difference);
  }
  return largest;
}

/* Cells of one row and of one column of several elements, of all of them and of all but one. */
START_TEST(a_cell_has_the_largest_difference_of_its_elements) {
  static const size_t rows[] = {100, 5, 2500};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    for (size_t left_out = MOST - 1; left_out <= MOST; left_out++) {
      bench *b = bench_new();
      many *m = use_many(b, MOST, GCHK_PASS);
      for (size_t e = 0; e < MOST; e++)
        m->analytic[e] = e % 91 == 5 ? (double)NAN : (double)(e * STRIDE % MOST) - 1300;
      b->row.shape = (gchk_shape){2, {rows[i], MOST / rows[i]}};
      b->tensor.checked_count = left_out;
      ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
      const gchk_heatmap *map = &b->row.heatmap;
      for (size_t c = 0; c < map->rows * map->columns; c++) {
        const double expected = expected_cell(m, map, MOST / rows[i], c, left_out);
        ck_assert(map->cells[c] == expected || (isnan(map->cells[c]) && isnan(expected)));
      }
      bench_free(b);
    }
}
END_TEST

// Sizes of any exponent, all edges of bins and numbers beside them: in the bin that the logarithm of each says.
START_TEST(many_differences_are_in_the_bins_of_their_logarithms) {
  enum { EDGES = 80, OFFS = 7 };
  static const double off[OFFS] = {0, -0x1p-53, 0x1p-52, -1e-11, 1e-11, -2e-9, 2e-9};
  gchk_random random = gchk_random_seeded(3);
  size_t expected[BINS] = {0};
  bench *b = bench_new();
  many *m = use_many(b, MOST, GCHK_PASS);
  for (size_t e = 0; e < MOST; e++) {
    const double edge = pow(10, (double)(e % EDGES) / 2 - 27);
    m->analytic[e] = e < OFFS * EDGES ? edge * (1 + off[e / EDGES]) : pow(10, gchk_random_uniform(&random, -28, 13));
    const double place = floor((log10(m->analytic[e]) + 25) * 2);
    expected[(size_t)fmax(0, fmin(place, BINS - 1))]++;
  }
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  ck_assert_double_eq(b->row.histogram.low, -25);
  ck_assert_uint_eq(b->row.histogram.bin_count, BINS);
  ck_assert_mem_eq(b->row.histogram.bins, expected, sizeof expected);
  bench_free(b);
}
END_TEST

static int compare_numbers(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// The middle of all digits in order, of an odd and of an even number of elements.
START_TEST(digits_are_the_median_of_those_of_all) {
  gchk_random random = gchk_random_seeded(4);
  for (size_t count = MOST - 7; count <= MOST; count++) {
    static double digits[MOST];
    size_t known = 0;
    bench *b = bench_new();
    many *m = use_many(b, count, GCHK_PASS);
    for (size_t e = 0; e < count; e++) {
      m->analytic[e] = gchk_random_uniform(&random, -1, 1);
      m->numeric[e] =
          e % 9 == 0 ? m->analytic[e] : m->analytic[e] * (1 + pow(10, gchk_random_uniform(&random, -20, 1)));
      m->bound[e] = e % 9 == 0 ? 0 : pow(10, gchk_random_uniform(&random, -20, 1));
      if (e % 11 == 0)
        *(e % 2 == 0 ? &m->numeric[e] : &m->bound[e]) = (double)NAN;
      const double size = fmax(fabs(m->analytic[e]), fabs(m->numeric[e]));
      const double uncertainty = fmax(m->bound[e], fabs(m->analytic[e] - m->numeric[e]));
      if (uncertainty < size)
        digits[known++] = uncertainty > 0 ? fmin(17, -log10(uncertainty / size)) : 17;
    }
    qsort(digits, known, sizeof *digits, compare_numbers);
    ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
    ck_assert_double_eq(b->row.digits, (digits[(known - 1) / 2] + digits[known / 2]) / 2);
    bench_free(b);
  }
}
END_TEST

START_TEST(only_what_was_checked_counts) {
  bench *b = bench_new();
  b->tensor.checked[0] = 1;
  b->tensor.checked[1] = 2;
  b->tensor.checked_count = 2;
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  ck_assert(is_about(b->row.mean_abs_diff, (0.5 + (3.03 - 3)) / 2));
  ck_assert_double_eq(b->row.max_abs_diff, 0.5);
  ck_assert_uint_eq(b->row.worst_count, 2);
  ck_assert_uint_eq(b->row.elements.pass + b->row.elements.fail, 2);
  ck_assert(isnan(b->row.heatmap.cells[0]));
  bench_free(b);
}
END_TEST

/* A gradient that is not finite is no small difference. */
START_TEST(what_is_not_finite_shows_in_every_figure) {
  bench *b = bench_new();
  b->analytic[2] = (double)NAN;
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  ck_assert(isnan(b->row.mean_abs_diff));
  ck_assert(isinf(b->row.max_abs_diff) && isinf(b->row.max_rel_diff));
  bench_free(b);
  b = bench_new();
  for (size_t i = 0; i < TOTAL; i++)
    b->numeric[i] = (double)NAN; // nothing was compared
  ck_assert(gchk_describe_tensor(&b->work, &b->tensor, &b->row));
  ck_assert(isnan(b->row.mean_abs_diff) && isnan(b->row.max_abs_diff) && isnan(b->row.bound_max));
  bench_free(b);
}
END_TEST

TCase *describe_tests(void) {
  TCase *tests = tcase_create("describe");
  tcase_add_test(tests, figures_are_over_what_was_compared);
  tcase_add_test(tests, verdicts_are_counted);
  tcase_add_test(tests, the_worst_come_first);
  tcase_add_test(tests, of_many_the_worst_come_first);
  tcase_add_test(tests, of_many_passes_the_worst_come_first);
  tcase_add_test(tests, a_cell_has_the_largest_difference_of_its_elements);
  tcase_add_test(tests, differences_are_sorted_into_half_decades);
  tcase_add_test(tests, many_differences_are_in_the_bins_of_their_logarithms);
  tcase_add_test(tests, digits_are_the_median_of_those_of_all);
  tcase_add_test(tests, a_matrix_is_a_map);
  tcase_add_test(tests, only_what_was_checked_counts);
  tcase_add_test(tests, what_is_not_finite_shows_in_every_figure);
  return tests;
}
