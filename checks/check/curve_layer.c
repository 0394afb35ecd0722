/* The small layer of these tests. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_tests.h"

static gchk_status create(const gchk_call *c, void **state, gchk_error *error) {
  (void)c;
  *state = calloc(1, sizeof(int));
  return *state != NULL ? GCHK_OK : gchk_fail(error, GCHK_NO_MEMORY, "no memory");
}

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  int *calls = c->state;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = c->option[CURVE_SCALE] * x[i] * x[i] + c->option[CURVE_DRIFT] * *calls;
  if (c->option[CURVE_FORWARD_NAN] != 0)
    y[0] = (double)NAN;
  ++*calls;
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  size_t n = c->t[0].count;
  for (size_t i = 0; i < n; i++)
    dx[i] = c->option[CURVE_FACTOR] * 2 * x[i] * c->option[CURVE_SCALE] * dy[i];
  if (c->option[CURVE_ONE_WRONG] != 0)
    dx[n - 1] = -dx[n - 1];
  if (c->option[CURVE_POISON] != 0)
    dx[0] = c->option[CURVE_POISON] > 1 ? (double)INFINITY : (double)NAN;
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N", .keep_away = 0.2, .grad = GCHK_GRAD_OVERWRITE),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_option_spec options[CURVE_OPTIONS] = {[CURVE_FACTOR] = {"factor", 1, 0, 0, ""},
                                                        [CURVE_POISON] = {"poison", 0, 0, 0, ""},
                                                        [CURVE_FORWARD_NAN] = {"forward_nan", 0, 0, 0, ""},
                                                        [CURVE_SCALE] = {"scale", 1, 0, 0, ""},
                                                        [CURVE_DRIFT] = {"drift", 0, 0, 0, ""},
                                                        [CURVE_ONE_WRONG] = {"one_wrong", 0, 0, 0, ""}};

const gchk_layer curve_layer = {.name = "curve",
                                GCHK_HERE,
                                .dtype = GCHK_F64,
                                GCHK_TENSORS(tensors),
                                .forward = forward,
                                .backward = backward,
                                .sizes = "N=40",
                                GCHK_OPTION_TABLE(options),
                                .create = create,
                                .destroy = free};

void curve_right(double o[CURVE_OPTIONS]) {
  for (size_t i = 0; i < CURVE_OPTIONS; i++)
    o[i] = options[i].initial;
}

gchk_result *check_curve(const double *curve_options, const gchk_case *settings, const gchk_options *check) {
  gchk_case c = settings != NULL ? *settings : (gchk_case){0};
  gchk_result *result = NULL;
  gchk_error error;
  c.name = "curve";
  c.layer = &curve_layer;
  c.options = curve_options;
  gchk_status status = gchk_check_cases(&c, 1, check, &result, &error);
  ck_assert_msg(status == GCHK_OK, "%s", status == GCHK_OK ? "" : error.message);
  ck_assert_uint_eq(result->case_count, 1);
  return result;
}

gchk_result *check_curve_factor(double factor, double threshold) {
  double o[CURVE_OPTIONS];
  curve_right(o);
  o[CURVE_FACTOR] = factor;
  gchk_case settings = {.threshold = threshold};
  return check_curve(o, &settings, NULL);
}

void assert_curve_verdict(const gchk_result *r, gchk_verdict verdict, int exit_code) {
  ck_assert_msg(r->cases[0].verdict == verdict, "%s instead of %s: %s", gchk_verdict_name(r->cases[0].verdict),
                gchk_verdict_name(verdict), r->cases[0].reason);
  ck_assert_int_eq(r->exit_code, exit_code);
}

const gchk_finding *find_finding(const gchk_finding *findings, size_t count, const char *code) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(findings[i].code, code) == 0)
      return &findings[i];
  return NULL;
}
