/*
 * Axes from the last, "axis: -1", in networks and in single layers: what they give is what the same axis gives counted
 * from 0, bit for bit, and not what another axis gives.
 */
#include "instance/instance.h"
#include "suite_fixture.h"

/* An axis of x (2,3,4,5) from the last, from 0, and another. */
static const struct {
  const char *layer, *from_end, *from_start, *other;
} rows[] = {
    {"sum", "axis: -1", "axis: 3", "axis: 2"},
    {"sum", "axis: -4", "axis: 0", "axis: 1"},
    {"mean", "axis: -3", "axis: 1", "axis: 0"},
    {"softmax", "axis: -2", "axis: 2", "axis: 3"},
    {"softmax", "axis: -1", "axis: 3", "axis: 0"},
    {"concat", "x: x, y: x, axis: -3", "x: x, y: x, axis: 1", "x: x, y: x, axis: 2"},
    {"slice", "axis: -1, start: 1, stop: 2", "axis: 3, start: 1, stop: 2", "axis: 1, start: 1, stop: 2"},
    {"pad", "axis: -2, before: 1", "axis: 2, before: 1", "axis: 0, before: 1"},
    {"gather", "x: x, index: i, axis: -1", "x: x, index: i, axis: 3", "x: x, index: i, axis: 1"},
    {"scatter_add", "x: x, index: i, source: s, axis: -4", "x: x, index: i, source: s, axis: 0", NULL},
    {"transpose", "axis1: -3, axis2: -1", "axis1: 1, axis2: 3", "axis1: 1, axis2: 2"},
    {"transpose", "axis1: 0, axis2: -2", "axis1: 0, axis2: 2", "axis1: 0, axis2: 3"},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static gchk_suite *network_of(const char *layer, const char *settings) {
  char text[512];
  const bool adds = strcmp(layer, "scatter_add") == 0, picks = adds || strcmp(layer, "gather") == 0;
  (void)snprintf(text, sizeof text,
                 "cases:\n- name: c\n  values: {x: {shape: [2, 3, 4, 5], normal: 1}%s%s}\n  network: [{%s: {%s}}]\n",
                 picks ? ", i: [1, 0, 1]" : "", adds ? ", s: {shape: [3, 3, 4, 5], normal: 1}" : "", layer, settings);
  return suite_of(text, GCHK_F64);
}

/* The case's first tensor filled with numbers that all differ, forward. */
static gchk_instance *run(const gchk_case *c) {
  gchk_instance *l = NULL;
  gchk_error error = {GCHK_OK, ""};
  gchk_sizes sizes = {0};
  if (c->sizes != NULL)
    OK(gchk_sizes_parse(&sizes, c->sizes, &error), error);
  OK(gchk_instance_new(&l, c->layer, &sizes, c->options, GCHK_TRAIN, 0, &error), error);
  for (size_t t = 0; t < l->tensor_count; t++)
    for (size_t i = 0; i < l->t[t].count && l->t[t].role <= GCHK_PARAMETER; i++)
      gchk_tensor_set(&l->t[t], l->t[t].value, i, (double)(i * i % 101) / 32);
  for (size_t t = 0; t < l->tensor_count; t++)
    for (size_t i = 0; i < l->t[t].count && l->t[t].role == GCHK_INDEX; i++)
      gchk_tensor_set(&l->t[t], l->t[t].value, i, (double)(i % 2));
  OK(gchk_instance_forward(l, &error), error);
  return l;
}

static const gchk_tensor *output_of(const gchk_instance *l) {
  for (size_t t = 0; t < l->tensor_count; t++)
    if (l->t[t].role == GCHK_OUTPUT)
      return &l->t[t];
  ck_abort_msg("no output");
  return NULL;
}

static bool is_same(const gchk_instance *a, const gchk_instance *b) {
  const gchk_tensor *x = output_of(a), *y = output_of(b);
  return x->shape.rank == y->shape.rank &&
         memcmp(x->shape.dim, y->shape.dim, x->shape.rank * sizeof x->shape.dim[0]) == 0 &&
         memcmp(x->value, y->value, x->count * sizeof(double)) == 0;
}

static bool are_same(const char *layer, const char *settings, const char *others) {
  gchk_suite *suites[] = {network_of(layer, settings), network_of(layer, others)};
  gchk_instance *a = run(first_case(suites[0])), *b = run(first_case(suites[1]));
  const bool same = is_same(a, b);
  gchk_instance_free(a);
  gchk_instance_free(b);
  gchk_suite_free(suites[0]);
  gchk_suite_free(suites[1]);
  return same;
}

START_TEST(counted_from_the_last) {
  ck_assert_msg(are_same(rows[_i].layer, rows[_i].from_end, rows[_i].from_start), "%s: {%s} is not {%s}",
                rows[_i].layer, rows[_i].from_end, rows[_i].from_start);
  if (rows[_i].other != NULL)
    ck_assert_msg(!are_same(rows[_i].layer, rows[_i].from_end, rows[_i].other), "%s: {%s} is {%s}", rows[_i].layer,
                  rows[_i].from_end, rows[_i].other);
}
END_TEST

/* Of a value that a layer before gives, which has as many axes as that leaves, in both precisions. */
START_TEST(of_what_comes_before) {
  static const gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32};
  gchk_suite *suite = suite_of("cases:\n- name: c\n  values: {x: {shape: [2, 3, 4], normal: 1}}\n"
                               "  network: [{sum: {axis: -1}}, {mean: {axis: -2}}]\n",
                               dtypes[_i]);
  const gchk_tensor_spec *y = row_of(first_case(suite), "mean");
  ck_assert_ptr_nonnull(y);
  ck_assert_str_eq(y->shape, "3");
  gchk_suite_free(suite);
}
END_TEST

START_TEST(of_a_single_layer) {
  gchk_suite *suite = suite_of("cases:\n- name: c\n  layer: sum\n  sizes: {axis: -2}\n"
                               "  values: {x: {shape: [2, 3, 4], normal: 1}}\n",
                               GCHK_F64);
  gchk_instance *l = run(first_case(suite));
  ck_assert_uint_eq(output_of(l)->shape.rank, 2);
  ck_assert_uint_eq(output_of(l)->shape.dim[0], 2);
  ck_assert_uint_eq(output_of(l)->shape.dim[1], 4);
  gchk_instance_free(l);
  gchk_suite_free(suite);
}
END_TEST

static TCase *axes(void) {
  TCase *tests = tcase_create("axes");
  tcase_add_loop_test(tests, counted_from_the_last, 0, ROWS);
  tcase_add_loop_test(tests, of_what_comes_before, 0, 2);
  tcase_add_test(tests, of_a_single_layer);
  return tests;
}

TEST_MAIN("axes from the last", axes)
