/*
 * Diagnosis on arrays made by hand: a numeric gradient (from a Jacobian that is known), and an analytic one with one
 * mistake. What is named must be that mistake, on every element, and nothing may be named that does not hold.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/diagnose.h"
#include "diagnose_tests.h"
#include "evidence/factor_names.h"
#include "measure/tensor_work.h"
#include "measure/upstream.h"
#include "start/case_instance.h"

enum { ROWS = 3, COLUMNS = 4, TOTAL = ROWS * COLUMNS, OUTPUTS = TOTAL };

/* x (R,C) and w (R,C) to y (R,C); never called by the rules that are tested here, but for the shapes. */
static gchk_status copy(const gchk_call *call, gchk_error *error) {
  (void)error;
  memcpy(call->t[2].value, call->t[0].value, TOTAL * sizeof(double));
  return GCHK_OK;
}

static gchk_status nothing(const gchk_call *call, gchk_error *error) {
  (void)call, (void)error;
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "R C"), GCHK_TENSOR("w", GCHK_PARAMETER, "R C"),
                                           GCHK_TENSOR("y", GCHK_OUTPUT, "R C")};
static const gchk_option_spec options[] = {{"temperature", 0.7, 0, 10, ""}};
static const gchk_layer layer = {.name = "by hand",
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 .forward = copy,
                                 .backward = nothing,
                                 GCHK_OPTION_TABLE(options),
                                 .sizes = "R=3 C=4"};
static const gchk_case spec = {.name = "by hand", .layer = &layer, .sizes = "R=3 C=4"};
static const gchk_options run_options = GCHK_OPTIONS_INIT;

/* A case in the state that differentiation leaves, with a random Jacobian. */
typedef struct bench {
  gchk_case_work work;
  gchk_tensor_work tensors[2];
  gchk_random random;
} bench;

static const double error_bound = 1e-10;

static bench *bench_new(void) {
  bench *b = calloc(1, sizeof *b);
  ck_assert_ptr_nonnull(b);
  gchk_error error;
  b->random = gchk_random_seeded(7);
  b->work = (gchk_case_work){.spec = &spec,
                             .options = &run_options,
                             .arena = gchk_arena_new(),
                             .scratch = gchk_arena_new(),
                             .random = gchk_random_seeded(3),
                             .output_count = OUTPUTS,
                             .tensor_count = 2,
                             .tensors = b->tensors};
  ck_assert_msg(gchk_case_instance(&spec, 0, &b->work.instance, &error) == GCHK_OK, "%s", error.message);
  b->work.y = gchk_arena_alloc(b->work.scratch, OUTPUTS, sizeof(double));
  ck_assert_int_eq(gchk_instance_forward(b->work.instance, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_instance_outputs(b->work.instance, b->work.y, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_draw_upstream(&b->work, &error), GCHK_OK);
  for (size_t k = 0; k < 2; k++) {
    gchk_tensor_work *t = &b->tensors[k];
    ck_assert_int_eq(gchk_tensor_work_init(&b->work, t, k, &error), GCHK_OK);
    gchk_check_all(t);
    t->jacobian = gchk_arena_alloc(b->work.scratch, TOTAL * OUTPUTS, sizeof(double));
    for (size_t i = 0; i < TOTAL * OUTPUTS; i++)
      t->jacobian[i] = gchk_random_normal(&b->random);
  }
  return b;
}

static void bench_free(bench *b) {
  gchk_instance_free(b->work.instance);
  gchk_arena_free(b->work.arena);
  gchk_arena_free(b->work.scratch);
  free(b);
}

// J^T v, the right gradient.
static double right(const bench *b, size_t tensor, size_t draw, size_t i) {
  double sum = 0;
  for (size_t j = 0; j < OUTPUTS; j++)
    sum += b->tensors[tensor].jacobian[i * OUTPUTS + j] * b->work.v[draw][j];
  return sum;
}

/* What a wrong backward makes of element i of the first tensor. */
typedef double (*wrong_fn)(const bench *b, size_t draw, size_t i);

static const gchk_finding_list *diagnose(bench *b, wrong_fn wrong) {
  for (size_t k = 0; k < 2; k++) {
    for (size_t draw = 0; draw < b->work.draw_count; draw++) {
      for (size_t i = 0; i < TOTAL; i++) {
        double numeric = right(b, k, draw, i);
        double analytic = k == 0 ? wrong(b, draw, i) : numeric;
        b->tensors[k].numeric[draw][i] = numeric + error_bound * gchk_random_uniform(&b->random, -1, 1);
        b->tensors[k].bound[draw][i] = error_bound;
        b->tensors[k].analytic[draw][i] = analytic;
        bool fails = !(fabs(analytic - b->tensors[k].numeric[draw][i]) <= 3 * error_bound);
        b->tensors[k].verdict[i] =
            (unsigned char)(fails || (draw > 0 && b->tensors[k].verdict[i] == GCHK_FAIL) ? GCHK_FAIL : GCHK_PASS);
      }
    }
  }
  gchk_error error;
  ck_assert_msg(gchk_diagnose(&b->work, &b->tensors[0], &error) == GCHK_OK, "%s", error.message);
  return &b->tensors[0].findings;
}

static double x_of(const bench *b, size_t i) {
  return gchk_tensor_get(&b->work.instance->t[0], b->work.instance->t[0].value, i);
}

static double negated(const bench *b, size_t draw, size_t i) {
  return -right(b, 0, draw, i);
}
static double halved(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i) / 2;
}
static double over_columns(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i) / COLUMNS;
}
static double cooled(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i) * 0.7;
}
static double odd_factor(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i) * 1.2345;
}
static double zero(const bench *b, size_t draw, size_t i) {
  (void)b, (void)draw, (void)i;
  return 0;
}
static double nan_at_five(const bench *b, size_t draw, size_t i) {
  return i == 5 ? (double)NAN : right(b, 0, draw, i);
}
static double transposed(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i % ROWS * COLUMNS + i / ROWS);
}
static double reversed(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i / COLUMNS * COLUMNS + COLUMNS - 1 - i % COLUMNS);
}
static double shifted(const bench *b, size_t draw, size_t i) {
  return i % COLUMNS == 0 ? 0 : right(b, 0, draw, i - 1);
}
static double of_the_other(const bench *b, size_t draw, size_t i) {
  return right(b, 1, draw, i);
}
static double identity(const bench *b, size_t draw, size_t i) {
  return b->work.v[draw][i];
}
static double diagonal(const bench *b, size_t draw, size_t i) {
  return b->tensors[0].jacobian[i * OUTPUTS + i] * b->work.v[draw][i];
}
static double without_skip(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i) - b->work.v[draw][i];
}
static double negative_below_zero(const bench *b, size_t draw, size_t i) {
  return (x_of(b, i) < 0 ? -1 : 1) * right(b, 0, draw, i);
}
static double last_row_zero(const bench *b, size_t draw, size_t i) {
  return i / COLUMNS == ROWS - 1 ? 0 : right(b, 0, draw, i);
}
static double first_row_odd(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i) + (i < COLUMNS ? 1 + 0.1 * (double)(i * i) + 0.01 * (double)draw : 0);
}
static double plus_constant(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i) + 0.3 + (double)(i / COLUMNS);
}
static double plus_x(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i) + (0.3 + (double)(i / COLUMNS)) * x_of(b, i);
}
static double garbage(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i) * sin((double)(17 * i + 5 * draw + 1));
}
static double single(const bench *b, size_t draw, size_t i) {
  return (double)(float)right(b, 0, draw, i);
}

static double not_transposed(const bench *b, size_t draw, size_t i) {
  double sum = 0;
  for (size_t j = 0; j < OUTPUTS; j++)
    sum += b->tensors[0].jacobian[j * OUTPUTS + i] * b->work.v[draw][j];
  return sum;
}

// sum_j J_ij f(v, j)
static double weighted(const bench *b, size_t draw, size_t i, double (*f)(const double *v, size_t j)) {
  double sum = 0;
  for (size_t j = 0; j < OUTPUTS; j++)
    sum += b->tensors[0].jacobian[i * OUTPUTS + j] * f(b->work.v[draw], j);
  return sum;
}

static double one(const double *v, size_t j) {
  (void)v, (void)j;
  return 1;
}
static double square(const double *v, size_t j) {
  return v[j] * v[j];
}
static double size_of(const double *v, size_t j) {
  return fabs(v[j]);
}
static double first(const double *v, size_t j) {
  (void)j;
  return v[0];
}
static double first_row(const double *v, size_t j) {
  return j < COLUMNS ? v[j] : 0;
}
static double reused_row(const double *v, size_t j) {
  return v[j % COLUMNS];
}

static double upstream_ignored(const bench *b, size_t draw, size_t i) {
  return weighted(b, draw, i, one);
}
static double upstream_squared(const bench *b, size_t draw, size_t i) {
  return weighted(b, draw, i, square);
}
static double upstream_size(const bench *b, size_t draw, size_t i) {
  return weighted(b, draw, i, size_of);
}
static double upstream_first(const bench *b, size_t draw, size_t i) {
  return weighted(b, draw, i, first);
}
static double only_first_row(const bench *b, size_t draw, size_t i) {
  return weighted(b, draw, i, first_row);
}
static double row_reused(const bench *b, size_t draw, size_t i) {
  return weighted(b, draw, i, reused_row);
}

static double last_contribution(const bench *b, size_t draw, size_t i) {
  return b->tensors[0].jacobian[i * OUTPUTS + OUTPUTS - 1] * b->work.v[draw][OUTPUTS - 1];
}

static const struct expected {
  wrong_fn wrong;
  const char *code, *part; /* a part of the sentence; NULL: any */
} table[] = {
    {negated, "wrong-sign", "-1 on 12 of 12"},
    {halved, "constant-ratio", "1/2"},
    {over_columns, "constant-ratio", "1/C"},
    {cooled, "constant-ratio", "temperature"},
    {odd_factor, "constant-ratio", "1.2345 on 12 of 12"},
    {zero, "zero-gradient", "12 of 12"},
    {nan_at_five, "non-finite-gradient", "1 of 12"},
    {transposed, "transposed", "(C,R)"},
    {reversed, "reversed-axis", "along C"},
    {shifted, "shifted-axis", "C"},
    {of_the_other, "swapped-tensors", "gradient of w"},
    {identity, "identity-backward", NULL},
    {diagonal, "diagonal-only", NULL},
    {without_skip, "path-lost", NULL},
    {not_transposed, "jacobian-not-transposed", NULL},
    {upstream_ignored, "upstream-ignored", NULL},
    {upstream_squared, "upstream-function", "twice"},
    {upstream_size, "upstream-function", "|v|"},
    {upstream_first, "upstream-one-element", "first"},
    {only_first_row, "one-sample-only", "index 0 of R of output y"},
    {row_reused, "sample-reused", "upstream gradient at index 0 of R"},
    {last_contribution, "one-sample-only", "index last of R and C"},
    {negative_below_zero, "wrong-sign-in-region", "x < 0"},
    {last_row_zero, "missing-tail", "index 2 of R"},
    {first_row_odd, "wrong-at-index", "index 0 of R"},
    {plus_constant, "missing-mean-term", "along C"},
    {plus_x, "missing-variance-term", "along C"},
    {single, "single-precision", "to the last bit"},
    {garbage, "unclassified", "12 of 12"},
};
enum { EXPECTED = sizeof table / sizeof table[0] };

START_TEST(names_the_mistake) {
  bench *b = bench_new();
  const struct expected *e = &table[_i];
  const gchk_finding_list *list = diagnose(b, e->wrong);
  bool found = false;
  char all[2048] = "";
  for (size_t k = 0; k < list->count; k++) {
    const gchk_finding *f = &list->findings[k];
    ck_assert_msg(gchk_code_find(f->code) != NULL, "%s is not in the table of codes", f->code);
    found = found || (strcmp(f->code, e->code) == 0 && (e->part == NULL || strstr(f->text, e->part) != NULL));
    size_t used = strlen(all);
    (void)snprintf(all + used, sizeof all - used, "\n%s: %s", f->code, f->text);
  }
  ck_assert_msg(found, "no finding %s (%s), but:%s", e->code, e->part == NULL ? "" : e->part, all);
  ck_assert_uint_le(list->count, 3);
  bench_free(b);
}
END_TEST

// Half the elements negated at random: no factor, no region, no place holds for nearly all.
static double half_negated(const bench *b, size_t draw, size_t i) {
  static const bool is_negated[TOTAL] = {1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1};
  return right(b, 0, draw, i) * (is_negated[i] ? -1.1 - 0.3 * (double)i : 1);
}

static double nothing_wrong(const bench *b, size_t draw, size_t i) {
  return right(b, 0, draw, i);
}

START_TEST(says_nothing_that_does_not_hold) {
  bench *b = bench_new();
  const gchk_finding_list *list = diagnose(b, half_negated);
  ck_assert_uint_eq(list->count, 1);
  ck_assert_str_eq(list->findings[0].code, "unclassified");
  bench_free(b);
  b = bench_new();
  ck_assert_uint_eq(diagnose(b, nothing_wrong)->count, 0);
  bench_free(b);
}
END_TEST

// A mistake on all but one element is not that mistake everywhere.
static double negated_but_one(const bench *b, size_t draw, size_t i) {
  return i == 4 ? 0.3 * right(b, 0, draw, i) : -right(b, 0, draw, i);
}

START_TEST(one_exception_in_twelve_is_too_many) {
  bench *b = bench_new();
  const gchk_finding_list *list = diagnose(b, negated_but_one);
  for (size_t k = 0; k < list->count; k++)
    ck_assert_str_ne(list->findings[k].code, "wrong-sign");
  bench_free(b);
}
END_TEST

// A Jacobian that does not give the numeric gradients is not believed.
START_TEST(a_wrong_jacobian_is_not_used) {
  bench *b = bench_new();
  double kept[TOTAL * OUTPUTS];
  const gchk_finding_list *list = diagnose(b, diagonal);
  ck_assert_uint_ge(list->count, 1);
  memcpy(kept, b->tensors[0].jacobian, sizeof kept);
  b->tensors[0].findings = (gchk_finding_list){.arena = b->work.arena};
  for (size_t i = 0; i < TOTAL * OUTPUTS; i++)
    b->tensors[0].jacobian[i] = i % (OUTPUTS + 1) == 0 ? kept[i] : 0;
  gchk_error error;
  ck_assert_int_eq(gchk_diagnose(&b->work, &b->tensors[0], &error), GCHK_OK);
  for (size_t k = 0; k < b->tensors[0].findings.count; k++)
    ck_assert_str_ne(b->tensors[0].findings.findings[k].code, "diagonal-only");
  bench_free(b);
}
END_TEST

static bool says(const gchk_finding_list *list, const char *code) {
  for (size_t k = 0; k < list->count; k++)
    if (strcmp(list->findings[k].code, code) == 0)
      return true;
  return false;
}

// A place holds all that fails, also what has the figures of another base point.
START_TEST(a_failure_at_another_point_refutes_a_place) {
  enum { ELSEWHERE = 9 };
  bench *b = bench_new();
  gchk_error error;
  ck_assert(says(diagnose(b, first_row_odd), "wrong-at-index"));
  b->tensors[0].findings = (gchk_finding_list){.arena = b->work.arena};
  b->tensors[0].verdict[ELSEWHERE] = GCHK_FAIL;
  b->tensors[0].point[ELSEWHERE] = 1;
  ck_assert_int_eq(gchk_diagnose(&b->work, &b->tensors[0], &error), GCHK_OK);
  ck_assert_uint_gt(b->tensors[0].findings.count, 0);
  ck_assert(!says(&b->tensors[0].findings, "wrong-at-index"));
  bench_free(b);
}
END_TEST

// The twin that is differenced is of double, and the layer is not.
START_TEST(floats_of_a_float_layer_are_no_finding) {
  bench *b = bench_new();
  ck_assert(says(diagnose(b, single), "single-precision"));
  b->tensors[0].findings = (gchk_finding_list){.arena = b->work.arena};
  ck_assert_int_eq(gchk_case_instance(&spec, 0, &b->work.single, NULL), GCHK_OK);
  const gchk_finding_list *list = diagnose(b, single);
  ck_assert(!says(list, "single-precision"));
  ck_assert(says(list, "small-error"));
  gchk_instance_free(b->work.single);
  bench_free(b);
}
END_TEST

START_TEST(factors_have_names) {
  bench *b = bench_new();
  gchk_diagnosis d = {.work = &b->work, .tensor = &b->tensors[0]};
  char text[GCHK_RATIO_TEXT];
  ck_assert(gchk_ratio_name(&d, 1.0 / 12, 1e-9, text, sizeof text));
  ck_assert_str_eq(text, "1/(R*C)");
  ck_assert(gchk_ratio_name(&d, log(2), 1e-9, text, sizeof text));
  ck_assert_str_eq(text, "ln 2");
  ck_assert(gchk_ratio_name(&d, 0.3, 1e-9, text, sizeof text));
  ck_assert_str_eq(text, "1 - temperature");
  ck_assert(gchk_ratio_name(&d, 2.0 / 3, 1e-9, text, sizeof text));
  ck_assert_str_eq(text, "(R-1)/R");
  ck_assert(gchk_ratio_name(&d, 2, 1e-9, text, sizeof text));
  ck_assert_msg(strstr(text, "2") == text && strstr(text, "R-1") != NULL && strstr(text, "sqrt(C)") != NULL, "%s",
                text);
  ck_assert(!gchk_ratio_name(&d, 0.987654, 1e-9, text, sizeof text));
  bench_free(b);
}
END_TEST

TCase *diagnose_tests(void) {
  TCase *tc = tcase_create("diagnose");
  tcase_set_timeout(tc, 60);
  tcase_add_loop_test(tc, names_the_mistake, 0, EXPECTED);
  tcase_add_test(tc, says_nothing_that_does_not_hold);
  tcase_add_test(tc, one_exception_in_twelve_is_too_many);
  tcase_add_test(tc, a_wrong_jacobian_is_not_used);
  tcase_add_test(tc, a_failure_at_another_point_refutes_a_place);
  tcase_add_test(tc, floats_of_a_float_layer_are_no_finding);
  tcase_add_test(tc, factors_have_names);
  return tc;
}
