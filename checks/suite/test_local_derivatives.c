/*
 * Local derivatives of the nodes of the built-in suite's graphs, beside closed forms; and that each is one: the gradient
 * of every value is the sum of upstream gradient times local derivative over its readers.
 */
#include <math.h>

#include "suite_fixture.h"

static gchk_suite *textbook(void) {
  gchk_suite *suite = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_suite_load(&suite, FIXTURES "suites/textbook.yaml", GCHK_DTYPE_UNSET, &error), error);
  return suite;
}

static gchk_result *graph_of(const gchk_suite *suite, const char *name) {
  size_t count = 0;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  const gchk_case *cases = gchk_suite_cases(suite, &count);
  for (size_t i = 0; i < count; i++)
    if (strcmp(cases[i].name, name) == 0)
      OK(gchk_check_graph(&cases[i], NULL, &result, &error), error);
  ck_assert_msg(result != NULL, "there is no case %s", name);
  return result;
}

static const gchk_local_result *local_of(const gchk_result *result, const char *name, size_t input) {
  const gchk_graph_result *g = &result->cases[0].graph;
  for (size_t n = 0; n < g->node_count; n++)
    for (size_t i = 0; i < g->nodes[n].local_count && strcmp(g->nodes[n].name, name) == 0; i++)
      if (g->nodes[n].locals[i].input == input)
        return &g->nodes[n].locals[i];
  ck_abort_msg("there is no local derivative of %s", name);
  return NULL;
}

/* Nodes of scalars and of two elements: d output/d input, element by element. */
static const struct {
  const char *name, *node;
  size_t input, count;
  double slopes[2];
} shown[] = {
    {"apple", "mul1", 0, 1, {2}},
    {"apple", "mul1", 1, 1, {100}},
    {"apple", "mul2", 0, 1, {1.1}},
    {"apple", "mul2", 1, 1, {200}},
    {"apple-orange", "mul2", 0, 1, {3}},
    {"apple-orange", "mul2", 1, 1, {150}},
    {"apple-orange", "add", 0, 1, {1}},
    {"apple-orange", "add", 1, 1, {1}},
    {"apple-orange", "mul3", 1, 1, {650}},
    {"square-of-sum", "power", 0, 1, {14}}, // 2 t at t = 7
    {"softmax-with-loss-nodes", "mean", 0, 2, {0.5, 0.5}},
    {"softmax-with-loss-nodes", "negate", 0, 2, {-1, -1}},
    {"softmax-with-loss-nodes", "exp1", 0, 2, {1.3498588075760031, 1.1051709180756477}}, // exp(0.3), exp(0.1)
};
enum { SHOWN = sizeof shown / sizeof shown[0] };

START_TEST(closed_forms) {
  gchk_suite *suite = textbook();
  gchk_result *result = graph_of(suite, shown[_i].name);
  const gchk_local_result *local = local_of(result, shown[_i].node, shown[_i].input);
  ck_assert_uint_eq(local->shown, shown[_i].count);
  for (size_t i = 0; i < shown[_i].count; i++)
    ck_assert_msg(fabs(local->value[i] - shown[_i].slopes[i]) <= 4 * 0x1p-53 * fabs(shown[_i].slopes[i]),
                  "%s: %.17g, not %.17g", shown[_i].node, local->value[i], shown[_i].slopes[i]);
  gchk_result_free(result);
  gchk_suite_free(suite);
}
END_TEST

/* Of six elements: the mean and the largest of the absolute values. -1, exp(-x), 1, -1/(1 + exp(-x))^2. */
START_TEST(sigmoid_taken_apart) {
  static const double x[] = {0.5, -1.25, 2, -3, 0.125, 1};
  static const char *const names[] = {"negate", "exp", "add", "reciprocal"};
  gchk_suite *suite = textbook();
  gchk_result *result = graph_of(suite, "sigmoid-nodes");
  for (size_t k = 0; k < 4; k++) {
    const gchk_local_result *local = local_of(result, names[k], 0);
    double mean = 0, largest = 0;
    for (size_t i = 0; i < 6; i++) {
      const double e = exp(-x[i]), slope = k == 1 ? e : k == 3 ? 1 / ((1 + e) * (1 + e)) : 1;
      mean += slope / 6;
      largest = fmax(largest, slope);
    }
    ck_assert(local->is_elementwise);
    ck_assert_uint_eq(local->shown, 0);
    ck_assert_double_eq_tol(local->mean, mean, 1e-15 * mean);
    ck_assert_double_eq_tol(local->max, largest, 1e-15 * largest);
  }
  gchk_result_free(result);
  gchk_suite_free(suite);
}
END_TEST

/* y = x W: the Jacobian by x is W^T, that by W has x in its rows, and nothing is element by element. */
START_TEST(the_dot_product_has_jacobians) {
  static const double w[] = {0.36599364, 0.19805854, 0.84081816, 0.41233778, 0.10931403, 0.20312359},
                      x[] = {0.04601527, 0.71486084};
  double mean = 0;
  gchk_suite *suite = textbook();
  gchk_result *result = graph_of(suite, "affine-nodes");
  const gchk_local_result *by_x = local_of(result, "matmul", 0), *by_w = local_of(result, "matmul", 1);
  for (size_t i = 0; i < 6; i++)
    mean += w[i] / 6;
  ck_assert(!by_x->is_elementwise && !by_w->is_elementwise);
  ck_assert_uint_eq(by_x->rows, 3);
  ck_assert_uint_eq(by_x->columns, 2);
  ck_assert_double_eq_tol(by_x->mean, mean, 1e-15);
  ck_assert_double_eq_tol(by_x->max, 0.84081816, 1e-15);
  ck_assert_uint_eq(by_w->columns, 6);
  ck_assert_double_eq_tol(by_w->mean, 3 * (x[0] + x[1]) / 18, 1e-15);
  ck_assert_double_eq_tol(by_w->max, x[1], 1e-15);
  ck_assert(local_of(result, "add", 1)->is_elementwise);
  gchk_result_free(result);
  gchk_suite_free(suite);
}
END_TEST

/* grad(in) = sum over readers and their outputs of J^T grad(out), where all of it is shown. */
static double term(const gchk_graph_result *g, const gchk_node_result *node, const gchk_local_result *local, size_t i) {
  const double *upstream = g->edges[node->outputs[local->output]].grad;
  double sum = 0;
  if (local->is_elementwise)
    return upstream[i] * local->value[i];
  for (size_t r = 0; r < local->rows; r++)
    sum += upstream[r] * local->value[r * local->columns + i];
  return sum;
}

START_TEST(gradients_are_upstream_times_local) {
  static const char *const names[] = {"apple",     "apple-orange",  "square-of-sum",          "copy",
                                      "relu-mask", "relu-in-place", "softmax-with-loss-nodes"};
  size_t compared = 0;
  gchk_suite *suite = textbook();
  for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
    gchk_result *result = graph_of(suite, names[k]);
    const gchk_graph_result *g = &result->cases[0].graph;
    for (size_t e = 0; e < g->edge_count; e++)
      for (size_t i = 0; i < g->edges[e].shown && g->edges[e].has_grad; i++) {
        double sum = 0, size = 0;
        size_t terms = 0;
        for (size_t n = 0; n < g->node_count; n++)
          for (size_t l = 0; l < g->nodes[n].local_count; l++)
            if (g->nodes[n].inputs[g->nodes[n].locals[l].input] == e) {
              const double t = term(g, &g->nodes[n], &g->nodes[n].locals[l], i);
              sum += t;
              size += fabs(t);
              terms++;
            }
        if (terms > 0) {
          ck_assert_msg(fabs(sum - g->edges[e].grad[i]) <= 1e-15 * size, "%s: %s[%zu] is %.17g, not %.17g", names[k],
                        g->edges[e].name, i, g->edges[e].grad[i], sum);
          compared++;
        }
      }
    gchk_result_free(result);
  }
  ck_assert_uint_gt(compared, 40);
  gchk_suite_free(suite);
}
END_TEST

static TCase *local_derivatives(void) {
  TCase *t = tcase_create("local derivatives");
  tcase_add_loop_test(t, closed_forms, 0, SHOWN);
  tcase_add_test(t, sigmoid_taken_apart);
  tcase_add_test(t, the_dot_product_has_jacobians);
  tcase_add_test(t, gradients_are_upstream_times_local);
  return t;
}

TEST_MAIN("local derivatives", local_derivatives)
