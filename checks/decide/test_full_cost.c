/* Counted work, by hand: elements, seven evaluations of each, operations of an evaluation. */
#include "decide/full_cost.h"

#include <stdio.h>

#include "cost/operations.h"
#include "decide_tests.h"
#include "gradcheck/layer.h"
#include "instance/sizes.h"
#include "measure/tensor_work.h"
#include "measure/vary.h"
#include "square_layer.h"

enum { EVALUATIONS = 7, CHECKED = SQUARE_X + SQUARE_W, MADE = CHECKED };
#define DEAR                10000000000 /* operations of a forward: too much for all elements */
#define TEXT_OF(number)     #number
#define AS_DECLARED(number) TEXT_OF(number)

static double cost_of(const gchk_layer *layer) {
  work_fixture f;
  double operations;
  square_open(&f, 1, -1, NULL);
  f.work.instance->layer = layer;
  ck_assert_int_eq(gchk_full_cost(&f.work, &operations, NULL), GCHK_OK);
  f.work.instance->layer = &square_layer;
  work_fixture_close(&f);
  return operations;
}

/* Both inputs and what is made of them: so many elements a forward touches. */
START_TEST(elements_times_evaluations_times_operations) {
  gchk_layer layer = square_layer;
  ck_assert_double_eq(cost_of(&layer), CHECKED * EVALUATIONS * 64.0 * (CHECKED + MADE));
  layer.operations = "2*N*M+7";
  ck_assert_double_eq(cost_of(&layer), CHECKED * EVALUATIONS * 10007.0);
}
END_TEST

static gchk_status update_all(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)call, (void)tensor, (void)element, (void)error;
  *done = true;
  return GCHK_OK;
}

static gchk_status update_x(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)call, (void)element, (void)error;
  *done = tensor == 0;
  return GCHK_OK;
}

START_TEST(an_update_costs_what_it_does_and_what_is_put_back) {
  gchk_layer layer = square_layer;
  const double put_back = 4.0 * MADE;
  layer.operations = AS_DECLARED(DEAR);
  ck_assert_double_eq(cost_of(&layer), CHECKED * EVALUATIONS * (double)DEAR);
  layer.update = update_all;
  ck_assert_double_eq(cost_of(&layer), CHECKED * EVALUATIONS * put_back);
  layer.update = update_x; // and w by forward
  ck_assert_double_eq(cost_of(&layer), EVALUATIONS * (SQUARE_X * put_back + SQUARE_W * (double)DEAR));
  gchk_tensor_spec rows[4];
  memcpy(rows, layer.tensors, sizeof rows);
  rows[0].update_operations = "N";
  rows[1].update_operations = "3";
  layer.tensors = rows;
  layer.update = update_all;
  ck_assert_double_eq(cost_of(&layer), EVALUATIONS * (SQUARE_X * (put_back + 100) + SQUARE_W * (put_back + 3)));
  layer.operations = NULL; // what is not too much by forward is not asked further
  ck_assert_double_eq(cost_of(&layer), CHECKED * EVALUATIONS * 64.0 * (CHECKED + MADE));
}
END_TEST

/* y_i = x_i^2 + joined sum_j x_j, or the sum of all squares as a loss. */
enum { JOINED };
static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double *y = c->t[1].value, sum = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    sum += x[i];
  y[0] = 0;
  for (size_t i = 0; i < c->t[0].count && c->t[1].count == 1; i++)
    y[0] += x[i] * x[i];
  for (size_t i = 0; i < c->t[0].count && c->t[1].count > 1; i++)
    y[i] = x[i] * x[i] + c->option[JOINED] * sum;
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad, sum = 0;
  for (size_t i = 0; i < c->t[1].count; i++)
    sum += dy[i];
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = 2 * x[i] * dy[c->t[1].count == 1 ? 0 : i] + (c->t[1].count == 1 ? 0 : c->option[JOINED] * sum);
  return GCHK_OK;
}

static const gchk_option_spec option_table[] = {{"joined", 0, 0, 1, ""}};
static const gchk_tensor_spec squares[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .grad = GCHK_GRAD_OVERWRITE),
                                           GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_tensor_spec loss[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .grad = GCHK_GRAD_OVERWRITE),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "")};

enum { N = 300, BITS = 9 }; /* more than 2^16 elements x outputs, and 2^8 < N */

/* Forward costs `work` operations. *calls: forwards of the counting; *full: what was counted. */
static void count(const gchk_layer *layer, unsigned long work, double joined, double *full, uint64_t *calls) {
  char sizes[64];
  (void)snprintf(sizes, sizeof sizes, "N=%d work=%lu", N, work);
  const gchk_case spec = {.name = "cost", .layer = layer, .sizes = sizes, .options = &joined};
  work_fixture f;
  work_fixture_open(&f, &spec, NULL);
  const uint64_t before = f.work.instance->forward_calls;
  ck_assert_int_eq(gchk_full_cost(&f.work, full, NULL), GCHK_OK);
  *calls = f.work.instance->forward_calls - before;
  for (size_t i = 0; i < f.work.output_count; i++) // outputs are those of the point
    ck_assert_double_eq(((const double *)f.work.instance->t[1].value)[i], f.work.y[i]);
  work_fixture_close(&f);
}

#define LAYER(id, table)                                                                                               \
  {                                                                                                                    \
    .name = id, GCHK_HERE, .dtype = GCHK_F64, GCHK_TENSORS(table), .forward = forward, .backward = backward,           \
    .sizes_default = "work=1", GCHK_OPTION_TABLE(option_table), .operations = "work"                                   \
  }

/* 54 forwards of the pattern and 33 of its audit, and of one group seven; 1e5 an element. */
START_TEST(groups_are_looked_for_where_they_may_change_it) {
  const gchk_layer layer = LAYER("squares", squares);
  enum { SEARCH = BITS * 2 * 3 + 33 };
  static const struct {
    unsigned long work;
    double joined, full;
    bool is_sought;
  } rows[] = {
      {95000000, 0, EVALUATIONS * N * 95e6, false},                  // below the limit by forward
      {1000000000, 0, 1e9 * (SEARCH + EVALUATIONS) + 1e5 * N, true}, // in one group
      {1000000000, 1, EVALUATIONS * N * 1e9, true},                  // each by itself
      {10000000000, 0, EVALUATIONS * N * 1e10, false},               // too much in one group too
  };
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    double full;
    uint64_t calls;
    count(&layer, rows[k].work, rows[k].joined, &full, &calls);
    ck_assert_msg(full == rows[k].full, "row %zu: %g for %g", k, full, rows[k].full);
    ck_assert_msg(rows[k].is_sought ? calls > BITS && calls <= SEARCH + 1 : calls <= 1, "row %zu: %llu calls", k,
                  (unsigned long long)calls);
  }
}
END_TEST

static double told; /* operations; 0: nothing is said of them */
static gchk_status vary(const gchk_call *c, const gchk_variants *v, bool *done, gchk_error *error) {
  (void)c, (void)error;
  *v->base = v->loss[0] = 1;
  if (told > 0)
    *v->operations = told;
  *done = true;
  return GCHK_OK;
}

START_TEST(a_point_of_vary_costs_what_the_layer_says) {
  gchk_layer layer = LAYER("loss", loss);
  double full;
  uint64_t calls;
  count(&layer, 1000000000, 0, &full, &calls);
  ck_assert_double_eq(full, EVALUATIONS * N * 1e9);
  layer.vary = vary;
  told = 0;
  count(&layer, 1000000000, 0, &full, &calls);
  ck_assert_double_eq(full, EVALUATIONS * N * 1e9); // as much as forward
  told = 1234;
  count(&layer, 1000000000, 0, &full, &calls);
  ck_assert_double_eq(full, EVALUATIONS * N * 1234.0);
  ck_assert_uint_le(calls, 2); // the point, and a forward
  gchk_tensor_spec rows[2];
  memcpy(rows, loss, sizeof rows);
  rows[1].shape = "N"; // many outputs: there is no vary
  layer.tensors = rows;
  count(&layer, 1000000000, 1, &full, &calls);
  ck_assert_double_eq(full, EVALUATIONS * N * 1e9);
}
END_TEST

/* h = x, y = 2 h, of which h is asked for too. */
static const gchk_tensor_spec inner_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .grad = GCHK_GRAD_OVERWRITE),
                                              GCHK_TENSOR("h", GCHK_CACHE, "2*N", .grad = GCHK_GRAD_OVERWRITE),
                                              GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

static gchk_status forward_inner(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double *h = c->t[1].value, *y = c->t[2].value;
  for (size_t i = 0; i < c->t[0].count; i++) {
    h[2 * i] = h[2 * i + 1] = x[i];
    y[i] = h[2 * i] + h[2 * i + 1];
  }
  return GCHK_OK;
}

static gchk_status backward_inner(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *dy = c->t[2].grad;
  double *dx = c->t[0].grad, *dh = c->t[1].grad;
  for (size_t i = 0; i < c->t[0].count; i++) {
    dh[2 * i] = dh[2 * i + 1] = dy[i];
    dx[i] = 2 * dy[i];
  }
  return GCHK_OK;
}

/* An intermediate value from which no update starts is not checked (tensor_line.h): it is no reason to screen the rest. */
START_TEST(what_no_evaluation_reaches_costs_nothing) {
  gchk_layer layer = {.name = "inner",
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(inner_rows),
                      .sizes = "N=20",
                      .forward = forward_inner,
                      .backward = backward_inner,
                      .operations = AS_DECLARED(DEAR)};
  enum { PLACES = 20, PUT_BACK = 4 * 3 * PLACES };
  static const struct {
    gchk_status (*update)(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error);
    double full;
  } ways[] = {{update_x, EVALUATIONS * PLACES * PUT_BACK}, {update_all, EVALUATIONS * 3 * PLACES * PUT_BACK}};
  for (size_t k = 0; k < 2; k++) {
    layer.update = ways[k].update;
    const gchk_case spec = {.name = "inner", .layer = &layer};
    work_fixture f;
    double full;
    work_fixture_open(&f, &spec, NULL);
    ck_assert(gchk_instance_is_inner_value(f.work.instance, 1));
    ck_assert_int_eq(gchk_tensor_work_init(&f.work, &f.work.tensors[f.work.tensor_count++], 1, NULL), GCHK_OK);
    ck_assert_int_eq(gchk_full_cost(&f.work, &full, NULL), GCHK_OK);
    ck_assert_double_eq(full, ways[k].full);
    work_fixture_close(&f);
  }
}
END_TEST

START_TEST(work_too_large_for_a_size_is_said) {
  gchk_sizes sizes = {0};
  gchk_layer layer = square_layer;
  double operations;
  gchk_error error = {GCHK_OK, ""};
  layer.operations = "N*N*N*N*N*N*N*N";
  ck_assert_int_eq(gchk_sizes_parse(&sizes, "N=100000 M=1", NULL), GCHK_OK);
  ck_assert_int_eq(gchk_count_forward(&layer, &sizes, &operations, &error), GCHK_INVALID);
  ck_assert(strstr(error.message, "square: its operations") != NULL && strstr(error.message, "too large") != NULL);
}
END_TEST

TCase *full_cost_tests(void) {
  TCase *tests = tcase_create("full cost");
  tcase_add_test(tests, elements_times_evaluations_times_operations);
  tcase_add_test(tests, an_update_costs_what_it_does_and_what_is_put_back);
  tcase_add_test(tests, groups_are_looked_for_where_they_may_change_it);
  tcase_add_test(tests, a_point_of_vary_costs_what_the_layer_says);
  tcase_add_test(tests, what_no_evaluation_reaches_costs_nothing);
  tcase_add_test(tests, work_too_large_for_a_size_is_said);
  return tests;
}
