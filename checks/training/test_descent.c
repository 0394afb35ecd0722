/* Optimisers against closed forms, and the descent: batches, loss, accuracy, refusals. */
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/layers.h"
#include "main.h"
#include "network/network_fixture.h"
#include "training/descent.h"

#define OK(call)                                                                                                       \
  do {                                                                                                                 \
    gchk_error error = {GCHK_OK, ""};                                                                                  \
    ck_assert_msg((call) == GCHK_OK, "%s: %s", #call, error.message);                                                  \
  } while (0)

/* loss = sum_i (a_i/2) w_i^2 with a = 1, 2, 3, so that the gradient is a w. Stored with the layer's grad_scale. */
static gchk_status bowl_forward(const gchk_call *c, gchk_error *error) {
  double sum = 0;
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++) {
    double w = gchk_tensor_get(&c->t[0], c->t[0].value, i);
    sum += (double)(i + 1) / 2 * w * w;
  }
  gchk_tensor_set(&c->t[1], c->t[1].value, 0, sum);
  return GCHK_OK;
}

static gchk_status bowl_backward(const gchk_call *c, gchk_error *error) {
  double scale = c->layer->grad_scale == 0 ? 1 : c->layer->grad_scale;
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    gchk_tensor_set(&c->t[0], c->t[0].grad, i, scale * (double)(i + 1) * gchk_tensor_get(&c->t[0], c->t[0].value, i));
  return GCHK_OK;
}

static const gchk_tensor_spec bowl_tensors[] = {GCHK_TENSOR("w", GCHK_PARAMETER, "3", .grad = GCHK_GRAD_OVERWRITE),
                                                GCHK_TENSOR("loss", GCHK_OUTPUT, "")};
#define BOWL(id, type, scale)                                                                                          \
  static const gchk_layer id = {.name = #id,                                                                           \
                                .dtype = (type),                                                                       \
                                .tensors = bowl_tensors,                                                               \
                                .tensor_count = 2,                                                                     \
                                .forward = bowl_forward,                                                               \
                                .backward = bowl_backward,                                                             \
                                .sizes = "",                                                                           \
                                .grad_scale = (scale)}
BOWL(bowl, GCHK_F64, 0);
BOWL(negative_bowl, GCHK_F64, -1);
BOWL(float_bowl, GCHK_F32, 0);

/* The bowl at w = (1, 1, 1) after `steps` steps. */
static gchk_instance *descend(const gchk_layer *layer, const char *optimiser, double rate, size_t steps) {
  gchk_instance *instance = NULL;
  gchk_optimiser *o = NULL;
  gchk_sizes none = {.count = 0};
  const gchk_optimiser_kind *kind = gchk_optimiser_kind_of(optimiser);
  ck_assert_ptr_nonnull(kind);
  OK(gchk_instance_new(&instance, layer, &none, NULL, GCHK_TRAIN, 0, &error));
  for (size_t i = 0; i < 3; i++)
    gchk_tensor_set(&instance->t[0], instance->t[0].value, i, 1);
  OK(gchk_optimiser_new(&o, kind, rate, instance, &error));
  for (size_t k = 0; k < steps; k++) {
    OK(gchk_instance_forward(instance, &error));
    OK(gchk_instance_backward(instance, &error));
    gchk_optimiser_step_once(o, instance);
  }
  gchk_optimiser_free(o);
  return instance;
}

static double at(const gchk_instance *instance, size_t i) {
  return gchk_tensor_get(&instance->t[0], instance->t[0].value, i);
}

/* w_k = (1 - rate a)^k */
START_TEST(sgd_is_a_power) {
  static const gchk_layer *const layers[] = {&bowl, &negative_bowl, &float_bowl};
  static const double tolerance[] = {1e-15, 1e-15, 2e-7};
  for (size_t l = 0; l < 3; l++) {
    gchk_instance *instance = descend(layers[l], "sgd", 0.1, 5);
    for (size_t i = 0; i < 3; i++)
      ck_assert_double_eq_tol(at(instance, i), pow(1 - 0.1 * (double)(i + 1), 5), tolerance[l]);
    gchk_instance_free(instance);
  }
}
END_TEST

/*
 * Rate 0.1. a = 1: v = -0.1, -0.18, -0.234; w = 0.9, 0.72, 0.486. a = 2: v = -0.2, -0.34, -0.398; w = 0.8, 0.46, .062
 */
START_TEST(momentum_by_hand) {
  static const double by_hand[3][2] = {{0.9, 0.8}, {0.72, 0.46}, {0.486, 0.062}};
  for (size_t k = 0; k < 3; k++) {
    gchk_instance *instance = descend(&bowl, "momentum", 0.1, k + 1);
    for (size_t i = 0; i < 2; i++)
      ck_assert_double_eq_tol(at(instance, i), by_hand[k][i], 1e-15);
    gchk_instance_free(instance);
  }
}
END_TEST

/* The solution of w_(k+1) = (1.9 - rate a) w_k - 0.9 w_(k-1), whose roots are complex here: an oscillation. */
START_TEST(momentum_oscillates_as_its_roots_say) {
  const double rate = 0.05, p = 1.9 - rate;
  const double size = sqrt(0.9), angle = acos(p / 2 / size);
  gchk_instance *instance = descend(&bowl, "momentum", rate, 40);
  // w_k = size^k (cos(k angle) + c sin(k angle)), with w_0 = 1 and w_1 = 1 - rate
  const double c = ((1 - rate) / size - cos(angle)) / sin(angle);
  ck_assert_double_eq_tol(at(instance, 0), pow(size, 40) * (cos(40 * angle) + c * sin(40 * angle)), 1e-13);
  gchk_instance_free(instance);
}
END_TEST

/*
 * The first step is rate g/(|g| + eps), whatever the size of g. The second, with g1 = 1 and g2 = 0.9 to nine digits:
 * m = 0.1 g1 0.9 + 0.1 g2 = 0.18, over 1 - 0.81: 0.947368421; s = 0.001 (0.999 + 0.81) = 0.001809, over 1 - 0.998001
 */
START_TEST(adam_by_hand) {
  gchk_instance *one = descend(&bowl, "adam", 0.1, 1), *two = descend(&bowl, "adam", 0.1, 2);
  for (size_t i = 0; i < 3; i++)
    ck_assert_double_eq_tol(at(one, i), 1 - 0.1 * (double)(i + 1) / ((double)(i + 1) + 1e-8), 1e-15);
  const double g2 = at(one, 0);
  const double m = (0.9 * 0.1 + 0.1 * g2) / 0.19, s = (0.999 * 0.001 + 0.001 * g2 * g2) / (1 - 0.999 * 0.999);
  ck_assert_double_eq_tol(m, 0.947368421, 1e-8);
  ck_assert_double_eq_tol(s, 0.001809 / 0.001999, 1e-8);
  ck_assert_double_eq_tol(at(two, 0), g2 - 0.1 * m / (sqrt(s) + 1e-8), 1e-13);
  gchk_instance_free(one);
  gchk_instance_free(two);
}
END_TEST

START_TEST(the_table_of_optimisers) {
  static const char *const names[] = {"sgd", "momentum", "adam"};
  for (size_t i = 0; i < 3; i++) {
    ck_assert_str_eq(gchk_optimiser_at(i)->name, names[i]);
    ck_assert_ptr_eq(gchk_optimiser_find(names[i]), gchk_optimiser_at(i));
    ck_assert_ptr_eq(gchk_optimiser_find(names[i]), &gchk_optimiser_kind_of(names[i])->info);
    ck_assert(gchk_optimiser_at(i)->rate > 0);
    ck_assert_ptr_nonnull(strstr(gchk_optimiser_at(i)->formula, "rate"));
  }
  ck_assert_ptr_null(gchk_optimiser_at(3));
  ck_assert_ptr_null(gchk_optimiser_find("sdg"));
  ck_assert_ptr_null(gchk_optimiser_kind_of("sdg"));
  // rate 0 is the kind's own
  gchk_instance *own = descend(&bowl, "sgd", 0, 1);
  ck_assert_double_eq_tol(at(own, 0), 0.9, 1e-15);
  gchk_instance_free(own);
}
END_TEST

enum { BATCH = 4, ROWS = 10, CLASSES = 3 };

/* linear with W = 1, b = 0 and a loss: the scores are the rows. */
static gchk_instance *identity(const char *target_shape, gchk_role target) {
  gchk_network *network = new_network(GCHK_F64);
  add_value(network, "x", GCHK_CONSTANT, "4 3");
  add_value(network, "t", target, target_shape);
  add_node(network, "linear", built_in("linear", GCHK_F64), "x=x W=W b=b y=scores", "units=3", NULL);
  const gchk_layer *loss = built_in("softmax_with_loss", GCHK_F64);
  if (target == GCHK_INDEX) // the second table of this name
    for (size_t nth = 1; loss->tensors[1].role != GCHK_INDEX; nth++)
      loss = gchk_registry_find("softmax_with_loss", GCHK_F64, nth);
  add_node(network, "loss", loss, "x=scores t=t loss=loss", "", NULL);
  gchk_instance *instance = finish(network, 1);
  for (size_t i = 0; i < 9; i++)
    set(instance, "W", i, i % 4 == 0);
  for (size_t i = 0; i < 3; i++)
    set(instance, "b", i, 0);
  return instance;
}

/* The instance and the network that its layer belongs to. */
static void drop(gchk_instance *instance) {
  gchk_network *network = instance->layer->user;
  gchk_instance_free(instance);
  gchk_network_free(network);
}

static void fill_rows(double *x, double *t, double *label) {
  for (size_t n = 0; n < ROWS; n++) {
    label[n] = (double)(n % CLASSES);
    for (size_t c = 0; c < CLASSES; c++) {
      x[n * CLASSES + c] = (double)n + (c == n % CLASSES);
      t[n * CLASSES + c] = c == n % CLASSES;
    }
  }
}

static gchk_descent *descent_of(gchk_instance *instance, const gchk_data_set *data, uint64_t seed) {
  gchk_descent *descent = NULL;
  OK(gchk_descent_new(&descent, instance, data, gchk_optimiser_kind_of("sgd"), 1e-300, seed, &error));
  return descent;
}

/* Seven of ten rows are right, ten is no multiple of the batch of four, and both kinds of target count the same. */
START_TEST(accuracy_counts_every_row_once) {
  double x[ROWS * CLASSES], t[ROWS * CLASSES], label[ROWS], accuracy = 0;
  fill_rows(x, t, label);
  static const size_t wrong[] = {0, 4, 9};
  for (size_t k = 0; k < 3; k++) {
    const size_t n = wrong[k], c = n % CLASSES;
    label[n] = (double)((c + 1) % CLASSES);
    t[n * CLASSES + c] = 0;
    t[n * CLASSES + (c + 1) % CLASSES] = 1;
  }
  const gchk_samples one_hot[] = {{.name = "x", .width = CLASSES, .values = x},
                                  {.name = "t", .width = CLASSES, .values = t}},
                     labels[] = {{.name = "x", .width = CLASSES, .values = x},
                                 {.name = "t", .width = 1, .values = label}};
  const gchk_data_set sets[] = {{ROWS, 2, one_hot}, {ROWS, 2, labels}};
  for (size_t k = 0; k < 2; k++) {
    gchk_instance *instance = k == 0 ? identity("4 3", GCHK_CONSTANT) : identity("4", GCHK_INDEX);
    gchk_descent *descent = descent_of(instance, &sets[k], 0);
    OK(gchk_descent_accuracy(descent, &sets[k], &accuracy, &error));
    ck_assert_double_eq(accuracy, 0.7);
    // one row alone, right and wrong
    const gchk_samples first[] = {{.name = "x", .width = CLASSES, .values = x + CLASSES},
                                  k == 0 ? (gchk_samples){.name = "t", .width = CLASSES, .values = t + CLASSES}
                                         : (gchk_samples){.name = "t", .width = 1, .values = label + 1}};
    const gchk_data_set single = {1, 2, first};
    OK(gchk_descent_accuracy(descent, &single, &accuracy, &error));
    ck_assert_double_eq(accuracy, 1);
    gchk_descent_free(descent);
    check_guards(instance);
    drop(instance);
  }
}
END_TEST

/* Ten rows in batches of four: after five steps every row was there exactly twice, and x and t go together. */
START_TEST(an_epoch_has_every_row_once) {
  double x[ROWS * CLASSES], t[ROWS * CLASSES], label[ROWS], loss = 0;
  size_t seen[ROWS] = {0};
  fill_rows(x, t, label);
  const gchk_samples samples[] = {{.name = "x", .width = CLASSES, .values = x},
                                  {.name = "t", .width = CLASSES, .values = t}};
  const gchk_data_set data = {ROWS, 2, samples};
  gchk_instance *instance = identity("4 3", GCHK_CONSTANT);
  gchk_descent *descent = descent_of(instance, &data, 3);
  ck_assert_uint_eq(gchk_descent_batch(descent), BATCH);
  bool is_in_order = true;
  for (size_t step = 0; step < 5; step++) {
    OK(gchk_descent_step(descent, &loss, &error));
    double expected = 0;
    for (size_t n = 0; n < BATCH; n++) {
      // The row's number is its smallest entry; the one that is larger by 1 is its class.
      const double a = value_of(instance, "x", 3 * n), b = value_of(instance, "x", 3 * n + 1),
                   c = value_of(instance, "x", 3 * n + 2);
      const size_t row = (size_t)fmin(a, fmin(b, c));
      ck_assert_uint_lt(row, ROWS);
      seen[row]++;
      is_in_order = is_in_order && row == (4 * step + n) % ROWS;
      for (size_t k = 0; k < CLASSES; k++)
        ck_assert_double_eq(value_of(instance, "t", 3 * n + k), k == row % CLASSES);
      expected += log(exp(1) + 2) - 1; // scores of 1, 0, 0 above the row's number
    }
    ck_assert_double_eq_tol(loss, expected / BATCH, 1e-14);
  }
  for (size_t n = 0; n < ROWS; n++)
    ck_assert_uint_eq(seen[n], 2);
  ck_assert(!is_in_order);
  gchk_descent_free(descent);
  drop(instance);
}
END_TEST

/* dx of the last node is (y - t)/N, and W -= rate dx^T x: a step against loops. */
START_TEST(a_step_is_the_gradient_by_loops) {
  double x[ROWS * CLASSES], t[ROWS * CLASSES], label[ROWS], loss = 0, w[9];
  fill_rows(x, t, label);
  const gchk_samples samples[] = {{.name = "x", .width = CLASSES, .values = x},
                                  {.name = "t", .width = CLASSES, .values = t}};
  const gchk_data_set data = {BATCH, 2, samples};
  gchk_instance *instance = identity("4 3", GCHK_CONSTANT);
  gchk_descent *descent = NULL;
  OK(gchk_descent_new(&descent, instance, &data, gchk_optimiser_kind_of("sgd"), 0.5, 0, &error));
  ck_assert_double_eq(gchk_descent_rate(descent), 0.5);
  for (size_t i = 0; i < 9; i++)
    w[i] = i % 4 == 0;
  for (size_t n = 0; n < BATCH; n++) {
    double sum = 0;
    for (size_t c = 0; c < CLASSES; c++)
      sum += exp(x[3 * n + c]);
    for (size_t c = 0; c < CLASSES; c++)
      for (size_t k = 0; k < CLASSES; k++)
        w[3 * c + k] -= 0.5 * (exp(x[3 * n + c]) / sum - t[3 * n + c]) / BATCH * x[3 * n + k];
  }
  OK(gchk_descent_step(descent, &loss, &error));
  for (size_t i = 0; i < 9; i++)
    ck_assert_double_eq_tol(value_of(instance, "W", i), w[i], 1e-14);
  gchk_descent_free(descent);
  drop(instance);
}
END_TEST

/* The weights after 20 steps, from `seed`. */
static void train(uint64_t seed, double w[9]) {
  double x[ROWS * CLASSES], t[ROWS * CLASSES], label[ROWS], loss = 0;
  fill_rows(x, t, label);
  const gchk_samples samples[] = {{.name = "x", .width = CLASSES, .values = x},
                                  {.name = "t", .width = CLASSES, .values = t}};
  const gchk_data_set data = {ROWS, 2, samples};
  gchk_instance *instance = identity("4 3", GCHK_CONSTANT);
  gchk_descent *descent = NULL;
  OK(gchk_descent_new(&descent, instance, &data, gchk_optimiser_kind_of("adam"), 0, seed, &error));
  for (size_t k = 0; k < 20; k++)
    OK(gchk_descent_step(descent, &loss, &error));
  for (size_t i = 0; i < 9; i++)
    w[i] = value_of(instance, "W", i);
  gchk_descent_free(descent);
  drop(instance);
}

START_TEST(the_seed_decides) {
  double a[9], b[9], c[9];
  train(5, a);
  train(5, b);
  train(6, c);
  ck_assert(memcmp(a, b, sizeof a) == 0);
  ck_assert(memcmp(a, c, sizeof a) != 0);
}
END_TEST

static void refused(gchk_instance *instance, const gchk_data_set *data, const char *part) {
  gchk_descent *descent = NULL;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_int_eq(gchk_descent_new(&descent, instance, data, gchk_optimiser_kind_of("sgd"), 0, 0, &error),
                   GCHK_INVALID);
  ck_assert_ptr_null(descent);
  ck_assert_msg(strstr(error.message, part) != NULL, "\"%s\" has no \"%s\"", error.message, part);
}

START_TEST(what_does_not_fit_is_refused) {
  static const double numbers[ROWS * CLASSES] = {0};
  const gchk_samples unknown[] = {{.name = "y", .width = 3, .values = numbers}},
                     narrow[] = {{.name = "x", .width = 2, .values = numbers}},
                     weights[] = {{.name = "W", .width = 3, .values = numbers}};
  const gchk_samples right[] = {{.name = "x", .width = 3, .values = numbers},
                                {.name = "t", .width = 3, .values = numbers}};
  gchk_instance *instance = identity("4 3", GCHK_CONSTANT);
  refused(instance, &(gchk_data_set){ROWS, 1, unknown}, "reads no value y");
  refused(instance, &(gchk_data_set){ROWS, 1, narrow}, "x is (4,3), but a row of its data has 2 numbers");
  refused(instance, &(gchk_data_set){ROWS, 1, weights}, "W is a tensor of role parameter");
  refused(instance, &(gchk_data_set){0, 2, right}, "no data");
  refused(instance, &(gchk_data_set){ROWS, 0, right}, "no data");
  drop(instance);
  gchk_network *network = new_network(GCHK_F64);
  add_value(network, "x", GCHK_CONSTANT, "4 3");
  add_node(network, "linear", built_in("linear", GCHK_F64), "x=x y=y", "units=2", NULL);
  instance = finish(network, 1);
  refused(instance, &(gchk_data_set){ROWS, 1, right}, "puts out 8 numbers");
  drop(instance);
  network = new_network(GCHK_F64);
  add_value(network, "x", GCHK_INPUT, "4 3");
  add_value(network, "t", GCHK_CONSTANT, "4 3");
  add_node(network, "loss", built_in("softmax_with_loss", GCHK_F64), "x=x t=t", "", NULL);
  instance = finish(network, 1);
  refused(instance, &(gchk_data_set){ROWS, 2, right}, "nothing to train");
  drop(instance);
}
END_TEST

static TCase *optimisers(void) {
  TCase *tc = tcase_create("optimisers");
  tcase_add_test(tc, sgd_is_a_power);
  tcase_add_test(tc, momentum_by_hand);
  tcase_add_test(tc, momentum_oscillates_as_its_roots_say);
  tcase_add_test(tc, adam_by_hand);
  tcase_add_test(tc, the_table_of_optimisers);
  return tc;
}

static TCase *training(void) {
  TCase *tc = tcase_create("training");
  tcase_add_test(tc, accuracy_counts_every_row_once);
  tcase_add_test(tc, an_epoch_has_every_row_once);
  tcase_add_test(tc, a_step_is_the_gradient_by_loops);
  tcase_add_test(tc, the_seed_decides);
  tcase_add_test(tc, what_does_not_fit_is_refused);
  return tc;
}

TEST_MAIN("descent", optimisers, training)
