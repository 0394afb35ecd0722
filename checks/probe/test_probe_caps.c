/*
 * What is far down a long list is probed as what is at its start: a mistake in the last of many tied groups, in a batch of
 * hundreds, in the gradient of the fortieth parameter. Right twins have no finding. Where a part alone is probed, it is
 * said, in a note.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adders.h"
#include "gradcheck/gradcheck.h"
#include "probe_bench.h"

#if defined __linux__ && defined __x86_64__
#define IS_SURE 1 // races are provoked
#else
#define IS_SURE 0
#endif

#define V(i) ((double *)c->t[i].value)
#define G(i) ((double *)c->t[i].grad)

enum { RIGHT, WRONG_IN_LAST, WRONG_EVERYWHERE };
static const gchk_option_spec which[] = {{"which", 0, 0, 2, ""}};

static size_t count_code(const probe_bench *b, const char *code, const gchk_finding **finding) {
  size_t count = 0;
  for (size_t i = 0; i < b->work.findings.count; i++)
    if (strcmp(b->work.findings.findings[i].code, code) == 0) {
      *finding = &b->work.findings.findings[i];
      count++;
    }
  return count;
}

// One finding that the layer is wrong, if it is, and one note that part of it was probed, if it was.
static void expect(const gchk_layer *layer, const char *sizes, double mistake, const char *code, const char *part) {
  probe_bench *b = probe_bench_new(layer, sizes, &mistake, 3);
  const gchk_finding *finding = NULL;
  const size_t wrong = mistake != RIGHT, noted = part != NULL;
  ck_assert_msg(count_code(b, code, &finding) == wrong, "%s, %g: %s", sizes, mistake, code);
  ck_assert_msg(count_code(b, "partly-probed", &finding) == noted, "%s, %g: partly-probed", sizes, mistake);
  ck_assert_uint_eq(b->work.findings.count, wrong + noted);
  if (noted) {
    ck_assert(finding->is_note);
    ck_assert_msg(strstr(finding->text, part) != NULL, "%s", finding->text);
  }
  probe_bench_free(b);
}

/* ---- ties: y[n] = max_c x[n,c]; the wrong one gives all of the gradient to every tied one, in the last row or in all ---- */

GCHK_CALLBACK(max_forward, {
  const size_t k = gchk_size(c, "C");
  for (size_t i = 0; i < gchk_size(c, "R"); i++) {
    V(1)[i] = V(0)[i * k];
    for (size_t j = 1; j < k; j++)
      V(1)[i] = V(0)[i * k + j] > V(1)[i] ? V(0)[i * k + j] : V(1)[i];
  }
})

GCHK_CALLBACK(max_backward, {
  const size_t n = gchk_size(c, "R");
  const size_t k = gchk_size(c, "C");
  for (size_t i = 0; i < n; i++) {
    const bool all = c->option[0] == WRONG_EVERYWHERE || (c->option[0] == WRONG_IN_LAST && i == n - 1);
    bool is_taken = false;
    for (size_t j = 0; j < k; j++) {
      const bool takes = V(0)[i * k + j] == V(1)[i] && !(is_taken && !all);
      G(0)[i * k + j] = takes ? G(1)[i] : 0;
      is_taken = is_taken || takes;
    }
  }
})

// Rows of k whose first two are tied and the largest; of each row another value, or one for all.
static double *tied_rows(size_t n, size_t k, bool is_one_value) {
  double *x = calloc(n * k, sizeof *x);
  ck_assert(x != NULL);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < k; j++)
      x[i * k + j] = j < 2 ? (is_one_value ? 7 : 7 + 0.01 * (double)i) : -1 - 0.37 * (double)j - 0.0013 * (double)i;
  return x;
}

START_TEST(ties_are_found_wherever_they_are) {
  static const struct {
    size_t n, k;
    bool is_one_value;
    const char *operations, *part;
  } rows[] = {{40, 5, false, NULL, NULL},   // the fortieth group of two
              {100, 12, false, NULL, NULL}, // of more than a thousand elements
              {50, 2, true, NULL, NULL},    // one group of a hundred
              {75, 3, true, NULL, NULL},
              {400, 2, false, NULL, "of 400 sets"}, // more than are tried: the one that is wrong may be left out
              // 20 forwards a set, and 240 elements of 128 operations: 40 sets are the 2e10 operations that may be
              {40, 5, false, "24969280", NULL},
              {40, 5, false, "26969280", "of 40 sets of elements of x that have one value 37,"},
              {40, 5, false, "1000000000", "of 40 sets of elements of x that have one value 8,"},
              {2048, 2, true, NULL, NULL}, // all of a hundred and seventy sets
              // 98,304 elements a forward: of as many sets as there are elements' two dozens, what 2e10 operations pay
              {32768, 2, true, "R*C", "of 2731 sets of elements of x that have one value 79,"}};
  const size_t n = rows[_i].n, k = rows[_i].k;
  double *x = tied_rows(n, k, rows[_i].is_one_value);
  const gchk_tensor_spec tensors[] = {
      GCHK_TENSOR("x", GCHK_INPUT, "R C", .fill = {.kind = GCHK_FILL_VALUES, .values = x, .value_count = n * k}),
      GCHK_TENSOR("y", GCHK_OUTPUT, "R")};
  const gchk_layer layer = {.name = "maximum",
                            .dtype = GCHK_F64,
                            GCHK_TENSORS(tensors),
                            .forward = max_forward,
                            .backward = max_backward,
                            GCHK_OPTION_TABLE(which),
                            .operations = rows[_i].operations};
  char sizes[64];
  (void)snprintf(sizes, sizeof sizes, "R=%zu C=%zu", n, k);
  expect(&layer, sizes, RIGHT, "wrong-at-ties", rows[_i].part);
  expect(&layer, sizes, WRONG_EVERYWHERE, "wrong-at-ties", rows[_i].part);
  if (rows[_i].part == NULL)
    expect(&layer, sizes, WRONG_IN_LAST, "wrong-at-ties", NULL);
  free(x);
}
END_TEST

/* ---- batches: y = w x, of which the wrong one takes the upstream gradient of the first row in the last, or in all ---- */

GCHK_CALLBACK(scale_forward, {
  const size_t k = gchk_size(c, "C");
  for (size_t i = 0; i < c->t[0].count; i++)
    V(2)[i] = V(1)[i % k] * V(0)[i];
})

GCHK_CALLBACK(scale_backward, {
  const size_t n = gchk_size(c, "B");
  const size_t k = gchk_size(c, "C");
  for (size_t j = 0; j < c->t[1].count; j++)
    G(1)[j] = 0;
  for (size_t i = 0; i < n * k; i++) {
    const bool is_wrong = c->option[0] == WRONG_EVERYWHERE || (c->option[0] == WRONG_IN_LAST && i / k == n - 1);
    const double dy = G(2)[is_wrong ? i % k : i];
    G(0)[i] = V(1)[i % k] * dy;
    G(1)[i % k] += V(0)[i] * G(2)[i];
  }
})

static const gchk_tensor_spec scale_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B C"), GCHK_TENSOR("w", GCHK_PARAMETER, "D"), GCHK_TENSOR("y", GCHK_OUTPUT, "B C")};
static const gchk_layer scale = {.name = "scale",
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(scale_tensors),
                                 .forward = scale_forward,
                                 .backward = scale_backward,
                                 GCHK_OPTION_TABLE(which)};

START_TEST(large_batches_are_their_samples) {
  static const char *const sizes[] = {"B=128 C=2 D=2", "B=129 C=2 D=2", "B=700 C=3 D=3"};
  for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
    for (int mistake = RIGHT; mistake <= WRONG_EVERYWHERE; mistake++)
      expect(&scale, sizes[s], mistake, "batch-inconsistent", NULL);
}
END_TEST

START_TEST(a_batch_that_is_too_much_is_said) {
  expect(&scale, "B=1025 C=1 D=262144", RIGHT, "batch-inconsistent", "B=1025");
}
END_TEST

/* ---- races: y = (sum of all w) sum x; dw of the last by two threads ---- */

static void add_by_threads(const gchk_call *c, double *sum) {
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, *guard = c->option[0] == RIGHT ? &lock : NULL;
  const size_t n = c->t[0].count;
  *sum = 0;
  run_adders((adder[2]){{c->t[0].value, NULL, 0, n / 2, sum, guard}, {c->t[0].value, NULL, n / 2, n, sum, guard}}, 2);
}

static double sum_of(const gchk_tensor *t) {
  double sum = 0;
  for (size_t i = 0; i < t->count; i++)
    sum += ((const double *)t->value)[i];
  return sum;
}

GCHK_CALLBACK(sums_forward, {
  double w = 0;
  for (size_t i = 2; i < c->tensor_count; i++)
    w += V(i)[0];
  V(1)[0] = w * sum_of(&c->t[0]);
})

GCHK_CALLBACK(sums_backward, {
  double w = 0;
  for (size_t i = 2; i < c->tensor_count; i++)
    w += V(i)[0];
  for (size_t i = 0; i < c->t[0].count; i++)
    G(0)[i] = w * G(1)[0];
  for (size_t i = 2; i < c->tensor_count - 1; i++)
    G(i)[0] = sum_of(&c->t[0]) * G(1)[0];
  add_by_threads(c, G(c->tensor_count - 1));
  G(c->tensor_count - 1)[0] *= G(1)[0];
})

static void expect_race(size_t parameters, const char *part, int most) {
  const size_t count = 2 + parameters;
  gchk_tensor_spec *tensors = calloc(count, sizeof *tensors);
  char(*names)[8] = calloc(count, sizeof *names);
  ck_assert(tensors != NULL && names != NULL);
  tensors[0] = (gchk_tensor_spec)GCHK_TENSOR("x", GCHK_INPUT, "D");
  tensors[1] = (gchk_tensor_spec)GCHK_TENSOR("y", GCHK_OUTPUT, "1");
  for (size_t i = 2; i < count; i++) {
    (void)snprintf(names[i], sizeof names[i], "w%zu", i - 2);
    tensors[i] = (gchk_tensor_spec)GCHK_TENSOR(names[i], GCHK_PARAMETER, "1");
  }
  const gchk_layer layer = {.name = "sums",
                            .dtype = GCHK_F64,
                            .tensors = tensors,
                            .tensor_count = count,
                            .forward = sums_forward,
                            .backward = sums_backward,
                            .flags = GCHK_HAS_THREADS,
                            GCHK_OPTION_TABLE(which)};
  for (int mistake = RIGHT; mistake <= most; mistake++)
    expect(&layer, "D=10000", mistake, "backward-not-repeatable", part);
  free(tensors);
  free(names);
}

START_TEST(a_race_in_the_fortieth_buffer_is_found) {
  if (IS_SURE)
    expect_race(40, NULL, WRONG_IN_LAST);
}
END_TEST

START_TEST(more_buffers_than_are_tried_are_said) {
  if (IS_SURE)
    expect_race(140, "128 of the 142 buffers", RIGHT);
}
END_TEST

static TCase *cap_tests(void) {
  TCase *tests = tcase_create("probe caps");
  tcase_set_timeout(tests, 300);
  tcase_add_loop_test(tests, ties_are_found_wherever_they_are, 0, 10);
  tcase_add_test(tests, large_batches_are_their_samples);
  tcase_add_test(tests, a_batch_that_is_too_much_is_said);
  tcase_add_test(tests, a_race_in_the_fortieth_buffer_is_found);
  tcase_add_test(tests, more_buffers_than_are_tried_are_said);
  return tests;
}

TEST_MAIN("probe_caps", cap_tests)
