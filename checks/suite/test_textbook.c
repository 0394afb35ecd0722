/* The built-in suite: which cases it has, and that the layers compute what it says they do. */
#include <math.h>

#include "gradcheck/layers.h"
#include "instance/instance.h"
#include "instance/sizes.h"
#include "measure/work.h"
#include "start/case_instance.h"
#include "suite_fixture.h"

static const char *const names[] = {
    "apple",
    "apple-orange",
    "square-of-sum",
    "add",
    "mul",
    "max",
    "copy",
    "relu",
    "sigmoid",
    "relu-mask",
    "relu-product",
    "relu-in-place",
    "relu-at-0",
    "relu-at-0-is-1",
    "sigmoid-nodes",
    "affine",
    "affine-tensor",
    "affine-sample",
    "affine-nodes",
    "flatten",
    "first-of-three",
    "linear",
    "linear-row",
    "softmax-with-loss",
    "softmax-with-loss-sum",
    "softmax-with-loss-labels",
    "softmax-with-loss-nodes",
    "two-layer-net-log-eps",
    "two-layer-net",
};
enum { CASES = sizeof(names) / sizeof(names[0]) };

static gchk_suite *load(gchk_dtype dtype) {
  gchk_suite *suite = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_suite_load(&suite, FIXTURES "suites/textbook.yaml", dtype, &error), error);
  return suite;
}

static const gchk_case *find(const gchk_suite *suite, const char *name) {
  size_t count = 0;
  const gchk_case *cases = gchk_suite_cases(suite, &count);
  for (size_t i = 0; i < count; i++)
    if (strcmp(cases[i].name, name) == 0)
      return &cases[i];
  ck_abort_msg("there is no case %s", name);
  return NULL;
}

/* Cases of other documents may follow them. */
START_TEST(the_cases_in_this_order) {
  size_t count = 0;
  gchk_suite *suite = load(GCHK_DTYPE_UNSET);
  const gchk_case *cases = gchk_suite_cases(suite, &count);
  ck_assert_uint_ge(count, CASES);
  for (size_t i = 0; i < CASES; i++) {
    ck_assert_str_eq(cases[i].name, names[i]);
    ck_assert_int_eq(cases[i].layer->dtype, GCHK_F64);
    ck_assert_str_eq(cases[i].file, FIXTURES "suites/textbook.yaml");
    ck_assert_str_eq(cases[i].target, cases[i].file);
    ck_assert_int_gt(cases[i].line, i > 0 ? cases[i - 1].line : 1);
    ck_assert_ptr_null(cases[i].expected_failure);
  }
  gchk_suite_free(suite);
}
END_TEST

START_TEST(only_the_losses_with_log_eps_have_a_threshold) {
  size_t count = 0;
  gchk_suite *suite = load(GCHK_DTYPE_UNSET);
  const gchk_case *cases = gchk_suite_cases(suite, &count);
  for (size_t i = 0; i < CASES && i < count; i++) {
    bool has_eps =
        strcmp(cases[i].name, "softmax-with-loss") == 0 || strcmp(cases[i].name, "two-layer-net-log-eps") == 0;
    ck_assert_double_eq(cases[i].threshold, has_eps ? 1e-6 : 0);
    for (size_t k = 0; k < cases[i].setting_count; k++)
      ck_assert_double_eq(cases[i].settings[k].threshold, 0);
  }
  gchk_suite_free(suite);
}
END_TEST

static void network_has_its_parameters(const gchk_case *c) {
  static const struct {
    const char *name, *shape;
  } parameters[] = {{"W1", "784 50"}, {"b1", "50"}, {"W2", "50 10"}, {"b2", "10"}};
  size_t elements = 0, found = 0;
  gchk_sizes none = {.count = 0};
  for (size_t i = 0; i < c->layer->tensor_count; i++) {
    const gchk_tensor_spec *row = &c->layer->tensors[i];
    gchk_shape shape;
    size_t count = 0;
    ck_assert_int_ne(row->role, GCHK_INPUT); /* the images are data */
    if (row->role != GCHK_PARAMETER)
      continue;
    ck_assert_str_eq(row->name, parameters[found].name);
    ck_assert_str_eq(row->shape, parameters[found].shape);
    ck_assert_int_eq(gchk_sizes_shape(&none, row->shape, &shape, NULL), GCHK_OK);
    ck_assert_int_eq(gchk_shape_count(&shape, &count, NULL), GCHK_OK);
    elements += count;
    found++;
  }
  ck_assert_uint_eq(found, 4);
  ck_assert_uint_eq(elements, 39760);
  ck_assert_int_eq(row_of(c, "x")->role, GCHK_CONSTANT);
  ck_assert_str_eq(row_of(c, "x")->shape, "3 28 28");
  ck_assert_int_eq(row_of(c, "t")->role, GCHK_CONSTANT);
  ck_assert_str_eq(row_of(c, "t")->shape, "3 10");
  ck_assert_int_eq(row_of(c, "loss")->role, GCHK_OUTPUT);
}

START_TEST(the_networks_have_39760_parameters) {
  static const gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32};
  for (size_t d = 0; d < 2; d++) {
    gchk_suite *suite = load(dtypes[d]);
    for (size_t i = CASES - 2; i < CASES; i++) {
      const gchk_case *c = find(suite, names[i]);
      network_has_its_parameters(c);
      ck_assert_ptr_eq(c->layer->twin != NULL ? (const void *)1 : NULL, d == 1 ? (const void *)1 : NULL);
    }
    gchk_suite_free(suite);
  }
}
END_TEST

START_TEST(the_network_is_filled_as_the_documents_fill_theirs) {
  gchk_suite *suite = load(GCHK_DTYPE_UNSET);
  const gchk_case *c = find(suite, "two-layer-net");
  gchk_instance *instance = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_case_instance(c, 0, &instance, &error), error);
  const gchk_tensor *x = &instance->t[gchk_instance_find(instance, "x")];
  const gchk_tensor *t = &instance->t[gchk_instance_find(instance, "t")];
  const gchk_tensor *w = &instance->t[gchk_instance_find(instance, "W1")];
  const gchk_tensor *b = &instance->t[gchk_instance_find(instance, "b1")];
  /* Pixels from 0 to 1; the first image's bytes sum to 27525. */
  double sum = 0, squares = 0;
  for (size_t i = 0; i < 784; i++)
    sum += gchk_tensor_get(x, x->value, i);
  ck_assert_double_eq_tol(sum, 27525.0 / 255, 1e-9);
  /* 5, 0, 4 */
  static const size_t labels[] = {5, 0, 4};
  for (size_t i = 0; i < 30; i++)
    ck_assert_double_eq(gchk_tensor_get(t, t->value, i), i % 10 == labels[i / 10] ? 1 : 0);
  for (size_t i = 0; i < w->count; i++)
    squares += gchk_tensor_get(w, w->value, i) * gchk_tensor_get(w, w->value, i);
  /* The deviation of 39,200 numbers of N(0, 0.01^2) is 0.01 to four per mille (one standard error). */
  ck_assert_double_eq_tol(sqrt(squares / (double)w->count), 0.01, 0.0002);
  for (size_t i = 0; i < b->count; i++)
    ck_assert_double_eq(gchk_tensor_get(b, b->value, i), 0);
  gchk_instance_free(instance);
  gchk_suite_free(suite);
}
END_TEST

static void close_to(const gchk_case *c, const char *what, const gchk_tensor *t, const void *buffer,
                     const double *wanted, double tolerance) {
  for (size_t i = 0; i < t->count; i++) {
    double x = gchk_tensor_get(t, buffer, i);
    ck_assert_msg(fabs(x - wanted[i]) <= tolerance * fmax(1, fabs(wanted[i])), "%s: %s of %s[%zu] is %.17g, not %.17g",
                  c->name, what, t->name, i, x, wanted[i]);
  }
}

/* Forward and backward once, with the upstream gradient that the case says, and all that it expects. */
static void has_what_it_expects(const gchk_case *c, double tolerance) {
  gchk_instance *instance = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_case_instance(c, 0, &instance, &error), error);
  OK(gchk_instance_forward(instance, &error), error);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    gchk_tensor *t = &instance->t[i];
    const gchk_tensor_setting *setting = setting_of(c, t->name);
    for (size_t k = 0; t->role == GCHK_OUTPUT && k < t->count; k++)
      gchk_tensor_set(t, t->grad, k, setting != NULL && setting->upstream != NULL ? setting->upstream[k] : 1);
  }
  OK(gchk_instance_backward(instance, &error), error);
  for (size_t i = 0; i < c->setting_count; i++) {
    const gchk_tensor_setting *setting = &c->settings[i];
    const gchk_tensor *t = &instance->t[gchk_instance_find(instance, setting->name)];
    if (setting->expected_value != NULL) {
      ck_assert_uint_eq(setting->expected_value_count, t->count);
      close_to(c, "value", t, t->value, setting->expected_value, tolerance);
    }
    if (setting->expected_gradient != NULL) {
      ck_assert_uint_eq(setting->expected_gradient_count, t->count);
      close_to(c, "gradient", t, t->grad, setting->expected_gradient, tolerance);
    }
  }
  gchk_instance_free(instance);
}

START_TEST(layers_compute_what_the_cases_expect) {
  static const struct {
    gchk_dtype dtype;
    double tolerance;
  } runs[] = {{GCHK_F64, 1e-14}, {GCHK_F32, 2e-6}};
  for (size_t r = 0; r < 2; r++) {
    gchk_suite *suite = load(runs[r].dtype);
    for (size_t i = 0; i < CASES; i++)
      has_what_it_expects(find(suite, names[i]), runs[r].tolerance);
    gchk_suite_free(suite);
  }
}
END_TEST

/* The figures of issue and documents stand in the file, whatever else does. */
START_TEST(the_figures_of_the_documents) {
  static const struct {
    const char *name, *tensor;
    bool is_gradient;
    double value;
  } figures[] = {
      {"apple", "price", false, 220},
      {"apple", "apple", true, 2.2},
      {"apple", "number", true, 110},
      {"apple", "tax", true, 200},
      {"apple-orange", "price", false, 715},
      {"apple-orange", "apple", true, 2.2},
      {"apple-orange", "apples", true, 110},
      {"apple-orange", "orange", true, 3.3},
      {"apple-orange", "oranges", true, 165},
      {"apple-orange", "tax", true, 650},
      {"square-of-sum", "z", false, 49},
      {"square-of-sum", "x", true, 14},
      {"softmax-with-loss", "loss", false, 0.7868317613004097},
  };
  /* Eight digits, as they are printed. */
  static const double printed[] = {0.00910564, 0.12259591, -0.13170154, 0.12731426, -0.35929598, 0.23198171};
  gchk_suite *suite = load(GCHK_DTYPE_UNSET);
  for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
    const gchk_tensor_setting *setting = setting_of(find(suite, figures[i].name), figures[i].tensor);
    ck_assert_ptr_nonnull(setting);
    ck_assert_double_eq(figures[i].is_gradient ? setting->expected_gradient[0] : setting->expected_value[0],
                        figures[i].value);
  }
  const gchk_case *c = find(suite, "softmax-with-loss");
  ck_assert_double_eq(c->options[0], 1e-7);
  for (size_t i = 0; i < 6; i++)
    ck_assert_double_eq_tol(setting_of(c, "x")->expected_gradient[i], printed[i], 5.0001e-9);
  ck_assert_double_eq(find(suite, "softmax-with-loss-labels")->options[0], 0);
  gchk_suite_free(suite);
}
END_TEST

/* A case of nodes, the layer that they are, and which tensors of it they have, a list "a1,a2" for what is in columns. */
static const struct {
  const char *name, *fused, *sizes, *given, *compared;
} taken_apart[] = {
    {"sigmoid-nodes", "sigmoid", "S=2x3", "x=x", "y=y x=x"},
    {"affine-nodes", "affine", "N=1 inputs=2 units=3", "x=x W=W b=b", "y=y x=x W=W b=b"},
    {"softmax-with-loss-nodes", "softmax_with_loss", "N=2 C=3", "a1,a2,a3=x t1,t2,t3=t",
     "loss=loss y1,y2,y3=y a1,a2,a3=x"},
};
enum { TAKEN_APART = sizeof taken_apart / sizeof taken_apart[0] };

/* Where in the nodes' tensors element i of the layer's is: the k-th name of the list has column k. */
static double element_of(const gchk_instance *nodes, const char *columns_of, bool gradients, size_t i) {
  char list[64], *rest = NULL, *name[8] = {NULL};
  size_t columns = 0;
  (void)snprintf(list, sizeof list, "%s", columns_of);
  for (char *word = strtok_r(list, ",", &rest); word != NULL && columns < 8; word = strtok_r(NULL, ",", &rest))
    name[columns++] = word;
  const gchk_tensor *t = &nodes->t[gchk_instance_find(nodes, name[i % columns])];
  return gchk_tensor_get(t, gradients ? t->grad : t->value, i / columns);
}

/* forward and backward with an upstream gradient of 1 */
static void run_with_ones(gchk_instance *l) {
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_instance_forward(l, &error), error);
  for (size_t i = 0; i < l->tensor_count; i++)
    for (size_t k = 0; l->t[i].role == GCHK_OUTPUT && k < l->t[i].count; k++)
      gchk_tensor_set(&l->t[i], l->t[i].grad, k, 1);
  OK(gchk_instance_backward(l, &error), error);
}

/* Calls `found` with "names" and "tensor" of each word "names=tensor". */
static void each_pair(const char *pairs,
                      void (*found)(const gchk_instance *, gchk_instance *, const char *, const char *),
                      const gchk_instance *nodes, gchk_instance *fused) {
  char copy[128], *rest = NULL;
  (void)snprintf(copy, sizeof copy, "%s", pairs);
  for (char *ours = strtok_r(copy, " ", &rest); ours != NULL; ours = strtok_r(NULL, " ", &rest)) {
    char *theirs = strchr(ours, '=');
    *theirs++ = '\0';
    found(nodes, fused, ours, theirs);
  }
}

static void give(const gchk_instance *nodes, gchk_instance *fused, const char *ours, const char *theirs) {
  const gchk_tensor *t = &fused->t[gchk_instance_find(fused, theirs)];
  for (size_t i = 0; i < t->count; i++)
    gchk_tensor_set(t, t->value, i, element_of(nodes, ours, false, i));
}

static void expect_same(const gchk_instance *nodes, gchk_instance *fused, const char *ours, const char *theirs) {
  const gchk_tensor *t = &fused->t[gchk_instance_find(fused, theirs)];
  const bool is_grad = t->role == GCHK_INPUT || t->role == GCHK_PARAMETER;
  double largest = 0;
  for (size_t i = 0; i < t->count; i++)
    largest = fmax(largest, fabs(gchk_tensor_get(t, is_grad ? t->grad : t->value, i)));
  for (size_t i = 0; i < t->count; i++) {
    const double x = element_of(nodes, ours, is_grad, i), y = gchk_tensor_get(t, is_grad ? t->grad : t->value, i);
    ck_assert_msg(fabs(x - y) <= 1e-14 * largest, "%s[%zu] is %.17g, and %.17g in %s", ours, i, x, y, theirs);
  }
}

START_TEST(nodes_are_the_layer) {
  gchk_suite *suite = load(GCHK_DTYPE_UNSET);
  gchk_instance *nodes = NULL, *fused = NULL;
  gchk_sizes sizes = {0};
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_case_instance(find(suite, taken_apart[_i].name), 0, &nodes, &error), error);
  OK(gchk_sizes_parse(&sizes, taken_apart[_i].sizes, &error), error);
  const gchk_layer *layer = gchk_registry_find(taken_apart[_i].fused, GCHK_F64, 0);
  OK(gchk_instance_new(&fused, layer, &sizes, NULL, GCHK_TRAIN, 0, &error), error);
  each_pair(taken_apart[_i].given, give, nodes, fused);
  run_with_ones(nodes);
  run_with_ones(fused);
  each_pair(taken_apart[_i].compared, expect_same, nodes, fused);
  gchk_instance_free(nodes);
  gchk_instance_free(fused);
  gchk_suite_free(suite);
}
END_TEST

static TCase *textbook(void) {
  TCase *tests = tcase_create("textbook");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, the_cases_in_this_order);
  tcase_add_test(tests, only_the_losses_with_log_eps_have_a_threshold);
  tcase_add_test(tests, the_networks_have_39760_parameters);
  tcase_add_test(tests, the_network_is_filled_as_the_documents_fill_theirs);
  tcase_add_test(tests, layers_compute_what_the_cases_expect);
  tcase_add_loop_test(tests, nodes_are_the_layer, 0, TAKEN_APART);
  tcase_add_test(tests, the_figures_of_the_documents);
  return tests;
}

TEST_MAIN("textbook", textbook)
