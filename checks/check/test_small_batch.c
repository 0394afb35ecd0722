/*
 * A batch of three names the missing term of a batch norm, and names nothing where the residual only happens to be
 * there.
 */
#include <math.h>

#include "check_tests.h"

enum { VARIANCE_TERM, NOISE, OPTIONS };

// y = (x - mean)/sqrt(var + eps) over the batch.
static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double *y = c->t[1].value, *rstd = c->t[2].value;
  size_t rows = gchk_size(c, "N"), columns = gchk_size(c, "C");
  for (size_t k = 0; k < columns; k++) {
    double mean = 0, variance = 0;
    for (size_t n = 0; n < rows; n++)
      mean += x[n * columns + k] / (double)rows;
    for (size_t n = 0; n < rows; n++)
      variance += (x[n * columns + k] - mean) * (x[n * columns + k] - mean) / (double)rows;
    rstd[k] = 1 / sqrt(variance + 1e-5);
    for (size_t n = 0; n < rows; n++)
      y[n * columns + k] = (x[n * columns + k] - mean) * rstd[k];
  }
  return GCHK_OK;
}

// dx = rstd (dy - mean(dy) - y mean(dy y)); the last term times an option, and something that is no term of it.
static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *y = c->t[1].value, *dy = c->t[1].grad, *rstd = c->t[2].value;
  double *dx = c->t[0].grad;
  size_t rows = gchk_size(c, "N"), columns = gchk_size(c, "C");
  for (size_t k = 0; k < columns; k++) {
    double mean = 0, along = 0;
    for (size_t n = 0; n < rows; n++) {
      mean += dy[n * columns + k] / (double)rows;
      along += dy[n * columns + k] * y[n * columns + k] / (double)rows;
    }
    for (size_t n = 0; n < rows; n++) {
      size_t i = n * columns + k;
      dx[i] = rstd[k] * (dy[i] - mean - c->option[VARIANCE_TERM] * y[i] * along) +
              c->option[NOISE] * sin(7.0 * (double)(i * i));
    }
  }
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N C"),
                                           GCHK_TENSOR("rstd", GCHK_CACHE, "C")};
static const gchk_option_spec options[OPTIONS] = {
    [VARIANCE_TERM] = {"variance_term", 1, 0, 0, ""}, [NOISE] = {"noise", 0, 0, 0, ""}};
static const gchk_layer layer = {.name = "norm",
                                 GCHK_HERE,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 GCHK_OPTION_TABLE(options),
                                 .forward = forward,
                                 .backward = backward};

// Is the missing variance term named with these sizes? As its own layer, so that no option is there to be blamed.
static bool is_named(const char *sizes, double variance_term, double noise, int exit_code) {
  const gchk_option_spec fixed[OPTIONS] = {
      [VARIANCE_TERM] = {"variance_term", variance_term, 0, 0, ""}, [NOISE] = {"noise", noise, 0, 0, ""}};
  gchk_layer built = layer;
  built.options = fixed;
  gchk_case c = {.name = "norm", .layer = &built, .sizes = sizes};
  gchk_result *r;
  ck_assert_int_eq(gchk_check_cases(&c, 1, NULL, &r, NULL), GCHK_OK);
  ck_assert_int_eq(r->exit_code, exit_code);
  const gchk_tensor_result *t = &r->cases[0].tensors[0];
  bool found = find_finding(t->findings, t->finding_count, "missing-variance-term") != NULL;
  gchk_result_free(r);
  return found;
}

START_TEST(the_missing_term_is_named_for_a_batch_of_three) {
  ck_assert(!is_named("N=3 C=5", 1, 0, 0));
  ck_assert(is_named("N=3 C=5", 0, 0, 1));
  ck_assert(is_named("N=4 C=4", 0, 0, 1));
}
END_TEST

START_TEST(what_does_not_determine_it_names_nothing) {
  ck_assert(!is_named("N=3 C=5", 1, 0.1, 1)); // wrong, and by no term of it
  ck_assert(!is_named("N=3 C=1", 0, 0, 1));   // three numbers and two terms: anything would nearly fit
}
END_TEST

TCase *small_batch_tests(void) {
  TCase *tests = tcase_create("small batch");
  tcase_add_test(tests, the_missing_term_is_named_for_a_batch_of_three);
  tcase_add_test(tests, what_does_not_determine_it_names_nothing);
  return tests;
}
