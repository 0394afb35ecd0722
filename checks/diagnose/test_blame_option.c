/* Options that forward uses and backward ignores are named, and innocent ones are not. */
#include "evidence/blame_option.h"

#include <check.h>
#include <math.h>
#include <string.h>

#include "diagnose_tests.h"
#include "measure/work_fixture.h"

/*
 * y = gain x/(x^2 + eps) + shift.  dy/dx = gain (eps - x^2)/(x^2 + eps)^2, of which backward leaves out what the layer says.
 */
enum { N = 24 };
enum { EPS, GAIN, SHIFT, OPTIONS };
enum { IGNORES_EPS = 1, IGNORES_GAIN = 2, NEGATES = 4 };
static const gchk_option_spec options[OPTIONS] = {[EPS] = {"eps", 1, 0.01, 10, "keeps the quotient finite"},
                                                  [GAIN] = {"gain", 1, 0, 10, ""},
                                                  [SHIFT] = {"shift", 0, -10, 10, ""}};

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *o = c->option;
  double *y = c->t[1].value;
  for (size_t i = 0; i < N; i++)
    y[i] = o[GAIN] * x[i] / (x[i] * x[i] + o[EPS]) + o[SHIFT];
  return GCHK_OK;
}

// `ignores` is the same in every run: it comes with the layer, not with its options.
static gchk_status backward_that_ignores(const gchk_call *c, unsigned ignores) {
  const double *x = c->t[0].value, *dy = c->t[1].grad, *o = c->option;
  double *dx = c->t[0].grad;
  const double eps = ignores & IGNORES_EPS ? options[EPS].initial : o[EPS];
  const double gain = ignores & IGNORES_GAIN ? options[GAIN].initial : o[GAIN];
  for (size_t i = 0; i < N; i++) {
    double d = x[i] * x[i] + eps;
    dx[i] = (ignores & NEGATES ? -1 : 1) * gain * (eps - x[i] * x[i]) / (d * d) * dy[i];
  }
  return GCHK_OK;
}

GCHK_CALLBACK(backward, (void)backward_that_ignores(c, *(const unsigned *)c->layer->user))

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

/* The work after blaming: which options are named, as a text of their names with a blank after each. */
static void blame(unsigned ignores, const double *set, gchk_verdict verdict, const char *names, const char *part) {
  const gchk_layer layer = {.name = "quotient",
                            .dtype = GCHK_F64,
                            GCHK_TENSORS(rows),
                            .forward = forward,
                            .backward = backward,
                            .sizes = "N=24",
                            GCHK_OPTION_TABLE(options),
                            .user = &ignores};
  const gchk_case spec = {.name = "quotient", .layer = &layer, .options = set};
  work_fixture f;
  work_fixture_open(&f, &spec, NULL);
  work_fixture_differentiate(&f);
  const gchk_tensor_work *x = &f.work.tensors[0];
  ck_assert_int_eq(x->tally.worst, verdict);
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(gchk_blame_options(&f.work, &error) == GCHK_OK, "%s", error.message);
  char named[128] = "";
  for (size_t k = 0; k < x->findings.count; k++) {
    const gchk_finding *finding = &x->findings.findings[k];
    ck_assert(gchk_finding_is(finding, GCHK_CODE_OPTION_IGNORED) && !finding->is_note);
    (void)strncat(named, evidence_text(finding, "option"), 30);
    (void)strcat(named, " ");
    for (size_t o = 0; o < OPTIONS; o++)
      if (strcmp(options[o].name, evidence_text(finding, "option")) == 0)
        ck_assert_double_eq(evidence_number(finding, "value"), set[o]);
    ck_assert_msg(part == NULL || strstr(finding->text, part) != NULL, "%s", finding->text);
  }
  ck_assert_str_eq(named, names);
  work_fixture_close(&f);
}

START_TEST(an_option_that_backward_ignores_is_named) {
  const double eps[OPTIONS] = {0.5, 1, 0}, both[OPTIONS] = {0.5, 1, 3}, gain[OPTIONS] = {1, 2, 0};
  blame(IGNORES_EPS, eps, GCHK_FAIL, "eps ", "keeps the quotient finite");
  blame(IGNORES_EPS, both, GCHK_FAIL, "eps ", "eps = 1 instead of 0.5"); // shift is set too, and innocent
  blame(IGNORES_GAIN, gain, GCHK_FAIL, "gain ", "gain = 1 instead of 2");
}
END_TEST

START_TEST(an_innocent_option_is_not) {
  const double all[OPTIONS] = {0.5, 2, 3};
  blame(NEGATES, all, GCHK_FAIL, "", NULL);
  blame(0, all, GCHK_PASS, "", NULL);
}
END_TEST

/* At their initial values nothing is ignored: what fails there fails for another reason. */
START_TEST(an_option_that_was_not_set_is_not_tried) {
  const double initial[OPTIONS] = {1, 1, 0};
  blame(IGNORES_EPS | IGNORES_GAIN, initial, GCHK_PASS, "", NULL);
  blame(NEGATES, initial, GCHK_FAIL, "", NULL);
}
END_TEST

/* Neither alone makes it right; eps, which changes little here, takes away no half of it. */
START_TEST(of_several_those_are_named_that_take_away_most) {
  const double both[OPTIONS] = {0.999, 5, 0};
  blame(IGNORES_EPS | IGNORES_GAIN, both, GCHK_FAIL, "gain ", "with all options at their initial values");
}
END_TEST

TCase *blame_option_tests(void) {
  TCase *tests = tcase_create("blame option");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, an_option_that_backward_ignores_is_named);
  tcase_add_test(tests, an_innocent_option_is_not);
  tcase_add_test(tests, an_option_that_was_not_set_is_not_tried);
  tcase_add_test(tests, of_several_those_are_named_that_take_away_most);
  return tests;
}
