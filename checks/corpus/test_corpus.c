/* Right code comes out right and its wrong twins wrong, in every precision; the bounded part of checks/corpus. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "corpus/corpus.h"
#include "corpus/oracle.h"
#include "main.h"

enum { SEEDS = 2, ORACLE_LIMIT = 40 };

static const char *describe(const corpus_sample *sample) {
  static char text[256];
  (void)snprintf(text, sizeof text, "%s, seed %llu, %s, mistake %d, %s", sample->kind->name,
                 (unsigned long long)sample->seed, corpus_precision_name(sample->precision), sample->mistake,
                 sample->size_text);
  return text;
}

static oracle_count ask_oracle(const corpus_kind *kind, uint64_t seed, int mistake) {
  corpus_sample sample;
  corpus_sample_init(&sample, kind, seed, CORPUS_F64, mistake, true);
  const oracle_count count = oracle_compare(&sample, ORACLE_LIMIT);
  corpus_sample_deinit(&sample);
  return count;
}

// The corpus itself: what is called right is right, and every mistake is one.
START_TEST(the_oracle_finds_right_code_right_and_mistakes_wrong) {
  const corpus_kind *kind = &corpus_kinds[_i];
  if (!oracle_is_there())
    return;
  size_t kinked = 0, elements = 0;
  for (uint64_t seed = 0; seed < 3; seed++) {
    const oracle_count count = ask_oracle(kind, seed, 0);
    ck_assert_msg(count.wrong == 0, "%s, seed %d: %zu of %zu are wrong, by %g", kind->name, (int)seed, count.wrong,
                  count.elements, count.worst);
    kinked += count.kinked;
    elements += count.elements;
  }
  const size_t most = kind->fills[0].first_row_zero ? elements / 4 : elements / 10;
  ck_assert_msg(elements > 0 && kinked <= most, "%s: %zu of %zu on a kink", kind->name, kinked, elements);
  for (size_t mistake = 1; mistake <= corpus_mistake_count(kind); mistake++) {
    size_t wrong = 0;
    for (uint64_t seed = 0; seed < 8 && wrong == 0; seed++)
      wrong = ask_oracle(kind, seed, (int)mistake).wrong;
    ck_assert_msg(wrong > 0, "%s: %s is no mistake", kind->name, kind->mistakes[mistake - 1]);
  }
}
END_TEST

static int exit_code_of(const corpus_kind *kind, uint64_t seed, corpus_precision precision) {
  corpus_sample sample;
  corpus_sample_init(&sample, kind, seed, precision, 0, true);
  gchk_result *result = corpus_check(&sample, NULL);
  const int code = result->exit_code;
  gchk_result_free(result);
  corpus_sample_deinit(&sample);
  return code;
}

START_TEST(right_code_passes_in_f64) {
  for (uint64_t seed = 0; seed < SEEDS; seed++)
    ck_assert_msg(exit_code_of(&corpus_kinds[_i], seed, CORPUS_F64) == 0, "%s, seed %d", corpus_kinds[_i].name,
                  (int)seed);
}
END_TEST

START_TEST(right_code_passes_in_f32_with_a_twin) {
  for (uint64_t seed = 0; seed < SEEDS; seed++)
    ck_assert_msg(exit_code_of(&corpus_kinds[_i], seed, CORPUS_F32_TWIN) == 0, "%s, seed %d", corpus_kinds[_i].name,
                  (int)seed);
}
END_TEST

START_TEST(right_code_never_fails_in_f32) {
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    const int code = exit_code_of(&corpus_kinds[_i], seed, CORPUS_F32);
    ck_assert_msg(code == 0 || code == 5, "%s, seed %d: exit %d", corpus_kinds[_i].name, (int)seed, code);
  }
}
END_TEST

// Without a twin float code may stay undecided, but not often.
START_TEST(nearly_all_right_code_passes_in_f32) {
  size_t pass = 0;
  for (size_t k = 0; k < corpus_kind_count; k++)
    for (uint64_t seed = 0; seed < SEEDS; seed++)
      pass += exit_code_of(&corpus_kinds[k], seed, CORPUS_F32) == 0;
  ck_assert_uint_ge(100 * pass, 85 * SEEDS * corpus_kind_count);
}
END_TEST

/* The analytic gradients of a run, one after the other, each tensor with its largest. */
typedef struct gradients {
  double *value, *largest;
  size_t count, capacity;
} gradients;

static gchk_status keep_gradients(void *context, const gchk_case *c, const gchk_tensor_result *tensor,
                                  const double *analytic, const double *numeric, gchk_error *error) {
  gradients *g = context;
  (void)numeric, (void)error;
  double largest = 0;
  if (c->auxiliary) // not made where the own shape is wrong
    return GCHK_OK;
  for (size_t e = 0; e < tensor->total; e++)
    largest = fmax(largest, fabs(analytic[e]));
  if (g->count + tensor->total > g->capacity) {
    g->capacity = 2 * (g->count + tensor->total);
    g->value = realloc(g->value, g->capacity * sizeof *g->value);
    g->largest = realloc(g->largest, g->capacity * sizeof *g->largest);
    ck_assert_ptr_nonnull(g->value);
    ck_assert_ptr_nonnull(g->largest);
  }
  for (size_t e = 0; e < tensor->total; e++, g->count++) {
    g->value[g->count] = analytic[e];
    g->largest[g->count] = largest;
  }
  return GCHK_OK;
}

static int run_keeping(const corpus_sample *sample, gradients *g) {
  gchk_options options = GCHK_OPTIONS_INIT;
  options.gradients = keep_gradients;
  options.gradients_context = g;
  gchk_result *result = corpus_check(sample, &options);
  const int code = result->exit_code;
  gchk_result_free(result);
  return code;
}

/*
 * Does the mistake change a gradient that matters by a third, with the values of this run? A mask forgotten where all
 * units are active is none.
 */
static bool differs(const gradients *right, const gradients *wrong) {
  ck_assert_uint_eq(right->count, wrong->count);
  for (size_t i = 0; i < right->count; i++) {
    const double change = fabs(wrong->value[i] - right->value[i]);
    if (change > 0.33 * fabs(right->value[i]) && change > 0.1 * right->largest[i])
      return true;
  }
  return false;
}

static void free_gradients(gradients *g) {
  free(g->value);
  free(g->largest);
}

// True when this sample shows the mistake; it must then be found.
static bool is_found(const corpus_kind *kind, uint64_t seed, corpus_precision precision, int mistake) {
  corpus_sample right, wrong;
  gradients good = {0}, bad = {0};
  corpus_sample_init(&right, kind, seed, precision, 0, true);
  corpus_sample_init(&wrong, kind, seed, precision, mistake, true);
  (void)run_keeping(&right, &good);
  const int code = run_keeping(&wrong, &bad);
  const bool is_visible = differs(&good, &bad);
  ck_assert_msg(code == 1 || !is_visible, "exit %d: %s (%s)", code, describe(&wrong), kind->mistakes[mistake - 1]);
  free_gradients(&good);
  free_gradients(&bad);
  corpus_sample_deinit(&right);
  corpus_sample_deinit(&wrong);
  return is_visible;
}

START_TEST(wrong_twins_fail) {
  const corpus_kind *kind = &corpus_kinds[_i / CORPUS_PRECISIONS];
  const corpus_precision precision = (corpus_precision)(_i % CORPUS_PRECISIONS);
  for (size_t mistake = 1; mistake <= corpus_mistake_count(kind); mistake++) {
    bool found = false;
    for (uint64_t seed = 0; seed < 8 && !found; seed++)
      found = is_found(kind, seed, precision, (int)mistake);
    ck_assert_msg(found, "%s: %s never shows", kind->name, kind->mistakes[mistake - 1]);
  }
}
END_TEST

// One judgement: every tenth element of small samples, right and wrong.
START_TEST(run_and_explain_agree) {
  const corpus_kind *kind = &corpus_kinds[_i];
  if (kind->budget > 0)
    return; // its elements are a sample; those of the short ones are enough
  for (int p = 0; p < CORPUS_PRECISIONS; p++) {
    for (int mistake = 0; mistake < 2; mistake++) {
      corpus_sample sample;
      corpus_agreement agreement = {0};
      corpus_sample_init(&sample, kind, 1, (corpus_precision)p, mistake, true);
      corpus_agree(&sample, 10, &agreement);
      ck_assert_uint_gt(agreement.elements, 0);
      ck_assert_msg(agreement.disagree == 0, "%zu of %zu: %s", agreement.disagree, agreement.elements, agreement.first);
      corpus_sample_deinit(&sample);
    }
  }
}
END_TEST

static TCase *corpus_tests(void) {
  TCase *tests = tcase_create("corpus");
  const int kinds = (int)corpus_kind_count;
  tcase_add_loop_test(tests, the_oracle_finds_right_code_right_and_mistakes_wrong, 0, kinds);
  tcase_add_loop_test(tests, right_code_passes_in_f64, 0, kinds);
  tcase_add_loop_test(tests, right_code_passes_in_f32_with_a_twin, 0, kinds);
  tcase_add_loop_test(tests, right_code_never_fails_in_f32, 0, kinds);
  tcase_add_test(tests, nearly_all_right_code_passes_in_f32);
  tcase_add_loop_test(tests, wrong_twins_fail, 0, kinds * CORPUS_PRECISIONS);
  tcase_add_loop_test(tests, run_and_explain_agree, 0, kinds);
  return tests;
}

TEST_MAIN("corpus", corpus_tests)
