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

/*
 * y = q(a) + q(b), where q is the quotient above and backward takes eps to be its initial 1. Both are 2 everywhere. With
 * that eps forward fails where the tensor `fragile` was moved.
 */
enum { A, B, Y, NOBODY };
static const gchk_tensor_spec rows_of_two[] = {
    [A] = GCHK_TENSOR("a", GCHK_INPUT, "N", .fill = {.kind = GCHK_FILL_CONSTANT, .a = 2}),
    [B] = GCHK_TENSOR("b", GCHK_INPUT, "N", .fill = {.kind = GCHK_FILL_CONSTANT, .a = 2}),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

typedef struct two {
  size_t fragile, instances;
} two;

GCHK_CALLBACK(count_instances, ((two *)c->layer->user)->instances++)

static gchk_status forward_of_two(const gchk_call *c, gchk_error *error) {
  const size_t fragile = ((const two *)c->layer->user)->fragile;
  const double *a = c->t[A].value, *b = c->t[B].value, eps = c->option[EPS];
  double *y = c->t[Y].value;
  for (size_t i = 0; i < N; i++) {
    if (eps == options[EPS].initial && ((fragile == A && a[i] != 2) || (fragile == B && b[i] != 2)))
      return gchk_fail(error, GCHK_LAYER_FAILED, "not there");
    y[i] = a[i] / (a[i] * a[i] + eps) + b[i] / (b[i] * b[i] + eps);
  }
  return GCHK_OK;
}

static gchk_status backward_of_two(const gchk_call *c, gchk_error *error) {
  const double *dy = c->t[Y].grad, eps = options[EPS].initial;
  (void)error;
  for (size_t k = A; k <= B; k++) {
    const double *x = c->t[k].value;
    double *dx = c->t[k].grad;
    for (size_t i = 0; i < N; i++)
      dx[i] = (eps - x[i] * x[i]) / (x[i] * x[i] + eps) / (x[i] * x[i] + eps) * dy[i];
  }
  return GCHK_OK;
}

/* Of which tensors eps is named, and how many instances blaming makes. */
static void blame_two(size_t fragile, bool names_a, bool names_b, size_t instances) {
  const double eps[] = {0.5};
  two t = {.fragile = fragile};
  const gchk_layer layer = {.name = "two quotients",
                            .dtype = GCHK_F64,
                            GCHK_TENSORS(rows_of_two),
                            .forward = forward_of_two,
                            .backward = backward_of_two,
                            .set_mode = count_instances,
                            .sizes = "N=24",
                            .options = options,
                            .option_count = 1,
                            .user = &t};
  const gchk_case spec = {.name = "two quotients", .layer = &layer, .options = eps};
  gchk_error error = {GCHK_OK, ""};
  work_fixture f;
  work_fixture_open(&f, &spec, NULL);
  work_fixture_differentiate(&f);
  t.instances = 0;
  ck_assert_msg(gchk_blame_options(&f.work, &error) == GCHK_OK, "%s", error.message);
  ck_assert_uint_eq(count_findings(&work_fixture_tensor(&f, "a")->findings, GCHK_CODE_OPTION_IGNORED), names_a);
  ck_assert_uint_eq(count_findings(&work_fixture_tensor(&f, "b")->findings, GCHK_CODE_OPTION_IGNORED), names_b);
  ck_assert_uint_eq(t.instances, instances);
  work_fixture_close(&f);
}

/* One instance with the initial eps and one half way there; where the layer fails the rest are tried in a fresh one. */
START_TEST(a_tensor_that_other_options_cannot_be_tried_of_leaves_the_others_theirs) {
  blame_two(NOBODY, true, true, 2);
  blame_two(A, false, true, 3);
  blame_two(B, true, false, 2);
}
END_TEST

TCase *blame_option_tests(void) {
  TCase *tests = tcase_create("blame option");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, an_option_that_backward_ignores_is_named);
  tcase_add_test(tests, an_innocent_option_is_not);
  tcase_add_test(tests, an_option_that_was_not_set_is_not_tried);
  tcase_add_test(tests, of_several_those_are_named_that_take_away_most);
  tcase_add_test(tests, a_tensor_that_other_options_cannot_be_tried_of_leaves_the_others_theirs);
  return tests;
}
