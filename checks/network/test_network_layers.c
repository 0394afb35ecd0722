/*
 * Layers that are not ours as nodes: all rules for gradients, upstream gradients that are written into, gradients
 * stored with a factor, losses from a callback, state, failures.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "main.h"
#include "network/network_fixture.h"

enum { X, W, Y };

/* y = x w with whatever its table says; the options of its behaviour are in `user`. */
typedef struct behaviour {
  bool accumulates, clobbers, leaves_out_x;
  double factor;
} behaviour;

static gchk_status product(const gchk_call *call, gchk_error *error) {
  (void)error;
  const double *x = call->t[X].value, *w = call->t[W].value;
  double *y = call->t[Y].value;
  for (size_t i = 0; i < call->t[Y].count; i++)
    y[i] = x[i] * w[i];
  return GCHK_OK;
}

static gchk_status product_backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  const behaviour *b = call->layer->user;
  const double *x = call->t[X].value, *w = call->t[W].value, factor = b->factor != 0 ? b->factor : 1;
  double *dy = call->t[Y].grad, *dx = call->t[X].grad, *dw = call->t[W].grad;
  for (size_t i = 0; i < call->t[Y].count; i++) {
    if (!b->leaves_out_x)
      dx[i] = (b->accumulates ? dx[i] : 0) + factor * dy[i] * w[i];
    dw[i] = (b->accumulates ? dw[i] : 0) + factor * dy[i] * x[i];
    if (b->clobbers)
      dy[i] = 1e300;
  }
  return GCHK_OK;
}

#define PRODUCT(rule, clobbered)                                                                                       \
  {                                                                                                                    \
    GCHK_TENSOR("x", GCHK_INPUT, "S...", .grad = (rule)), GCHK_TENSOR("w", GCHK_PARAMETER, "S...", .grad = (rule)),    \
        GCHK_TENSOR("y", GCHK_OUTPUT, "S...", .upstream_clobbered = (clobbered)),                                      \
  }
static const gchk_tensor_spec detected[] = PRODUCT(GCHK_GRAD_DETECT, false);
static const gchk_tensor_spec accumulated[] = PRODUCT(GCHK_GRAD_ACCUMULATE, false);
static const gchk_tensor_spec overwritten[] = PRODUCT(GCHK_GRAD_OVERWRITE, false);
static const gchk_tensor_spec clobbering[] = PRODUCT(GCHK_GRAD_OVERWRITE, true);
static const gchk_tensor_spec without_dx[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "S...", .grad = GCHK_GRAD_NONE),
    GCHK_TENSOR("w", GCHK_PARAMETER, "S..."),
    GCHK_TENSOR("y", GCHK_OUTPUT, "S..."),
};

static gchk_layer product_layer(const gchk_tensor_spec *tensors, behaviour *b) {
  return (gchk_layer){.name = "product",
                      .dtype = GCHK_F64,
                      .tensors = tensors,
                      .tensor_count = 3,
                      .forward = product,
                      .backward = product_backward,
                      .user = b,
                      .grad_scale = b->factor};
}

/* x is read by two products, and the second reads the first: y = (x w1) (x w2), all elementwise, through add. */
static gchk_instance *two_products(gchk_network *net, const gchk_layer *l) {
  add_value(net, "x", GCHK_INPUT, "5");
  add_node(net, "a", l, "x=x w=w1", "", NULL);
  add_node(net, "b", l, "x=a w=w2", "", NULL);
  add_node(net, "c", l, "x=x w=w2", "", NULL);
  add_node(net, "y", built_in("add", GCHK_F64), "x=b y=c", "", NULL);
  gchk_instance *i = finish(net, 3);
  forward(i);
  backward(i, 4);
  return i;
}

/* y = x w1 w2 + x w2: dx = d w2 (w1 + 1), dw1 = d x w2, dw2 = d x (w1 + 1), and d w2 on the edge a. */
static void check_two_products(const gchk_instance *i) {
  for (size_t k = 0; k < 5; k++) {
    const double x = value_of(i, "x", k), w1 = value_of(i, "w1", k), w2 = value_of(i, "w2", k),
                 d = gradient_of(i, "y", k);
    ck_assert_double_eq_tol(value_of(i, "y", k), x * w2 * (w1 + 1), 1e-13);
    ck_assert_double_eq_tol(gradient_of(i, "x", k), d * w2 * (w1 + 1), 1e-13);
    ck_assert_double_eq_tol(gradient_of(i, "w1", k), d * x * w2, 1e-13);
    ck_assert_double_eq_tol(gradient_of(i, "w2", k), d * x * (w1 + 1), 1e-13);
    ck_assert_double_eq_tol(gradient_of(i, "a", k), d * w2, 1e-13);
    ck_assert_double_eq_tol(gradient_of(i, "b", k), d, 0.5e-15 * fabs(d));
  }
  check_guards(i);
}

START_TEST(rules_for_gradients) {
  static const struct {
    const gchk_tensor_spec *tensors;
    behaviour b;
  } table[] = {
      {detected, {.accumulates = false}},
      {detected, {.accumulates = true}},
      {accumulated, {.accumulates = true}},
      {overwritten, {.accumulates = false}},
      {clobbering, {.clobbers = true}},
      {overwritten, {.factor = -1}},
      {accumulated, {.accumulates = true, .factor = -1}},
      {overwritten, {.factor = 2}},
  };
  behaviour b = table[_i].b;
  const gchk_layer l = product_layer(table[_i].tensors, &b);
  gchk_network *net = new_network(GCHK_F64);
  gchk_instance *i = two_products(net, &l);
  check_two_products(i);
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* A layer that accumulates and says it overwrites is wrong, and the network must not hide that. */
START_TEST(a_false_declaration_shows) {
  behaviour b = {.accumulates = true};
  const gchk_layer l = product_layer(overwritten, &b);
  gchk_network *net = new_network(GCHK_F64);
  gchk_instance *i = two_products(net, &l);
  ck_assert(isnan(gradient_of(i, "x", 0))); // onto what backward() of the fixture put there
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* What lies behind a gradient that is not provided is declared so, and what does not is right. */
START_TEST(a_gradient_that_is_not_provided) {
  behaviour b = {.leaves_out_x = true}, full = {.accumulates = false};
  const gchk_layer l = product_layer(without_dx, &b), before = product_layer(overwritten, &full);
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "5");
  add_node(net, "a", &before, "x=x w=w1", "", NULL);
  add_node(net, "b", &l, "x=a w=w2", "", NULL);
  gchk_instance *i = finish(net, 3);
  forward(i);
  backward(i, 4);
  static const char *const none[] = {"x", "w1", "a"};
  for (size_t k = 0; k < 3; k++)
    ck_assert_int_eq(i->layer->tensors[gchk_instance_find(i, none[k])].grad, GCHK_GRAD_NONE);
  ck_assert_int_eq(i->layer->tensors[gchk_instance_find(i, "w2")].grad, GCHK_GRAD_OVERWRITE);
  for (size_t k = 0; k < 5; k++)
    ck_assert_double_eq_tol(gradient_of(i, "w2", k), gradient_of(i, "b", k) * value_of(i, "a", k), 1e-14);
  check_guards(i);
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* A constant where a layer differentiates: its gradient goes nowhere, all others are right. */
START_TEST(a_constant_as_an_input) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "5");
  add_value(net, "m", GCHK_CONSTANT, "5");
  add_node(net, "a", built_in("mul", GCHK_F64), "x=x y=m", "", NULL);
  add_node(net, "b", built_in("mul", GCHK_F64), "x=a y=m", "", NULL);
  gchk_instance *i = finish(net, 3);
  forward(i);
  backward(i, 4);
  ck_assert_ptr_null(tensor(i, "m")->grad);
  for (size_t k = 0; k < 5; k++) {
    const double m = value_of(i, "m", k);
    ck_assert_double_eq_tol(gradient_of(i, "x", k), gradient_of(i, "b", k) * m * m, 1e-14);
  }
  check_guards(i);
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* A loss of sum(x^2)/2 that only a callback gives; backward takes the upstream gradient to be 1. */
static gchk_status remember(const gchk_call *call, gchk_error *error) {
  (void)call, (void)error;
  return GCHK_OK;
}
static gchk_status half_square(const gchk_call *call, double *loss, gchk_error *error) {
  (void)error;
  const double *x = call->t[0].value;
  *loss = 0;
  for (size_t i = 0; i < call->t[0].count; i++)
    *loss += x[i] * x[i] / 2;
  return GCHK_OK;
}
static gchk_status half_square_backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  memcpy(call->t[0].grad, call->t[0].value, call->t[0].count * sizeof(double));
  return GCHK_OK;
}
static const gchk_tensor_spec loss_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "S...")};
static const gchk_layer loss_layer = {.name = "half_square",
                                      .dtype = GCHK_F64,
                                      GCHK_TENSORS(loss_tensors),
                                      .forward = remember,
                                      .backward = half_square_backward,
                                      .loss = half_square,
                                      .flags = GCHK_IGNORES_UPSTREAM};

START_TEST(a_loss_from_a_callback) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "5");
  add_node(net, "p", built_in("power", GCHK_F64), "x=x", "", NULL);
  add_node(net, "end", &loss_layer, "x=p", "", NULL);
  gchk_instance *i = finish(net, 3);
  ck_assert(i->layer->loss != NULL);
  ck_assert_uint_eq(i->layer->flags, GCHK_IGNORES_UPSTREAM);
  forward(i);
  backward(i, 4);
  double loss = 0, expected = 0;
  ck_assert_int_eq(gchk_instance_outputs(i, &loss, NULL), GCHK_OK);
  for (size_t k = 0; k < 5; k++) {
    const double x = value_of(i, "x", k);
    expected += x * x * x * x / 2;
    ck_assert_double_eq_tol(gradient_of(i, "x", k), 2 * x * x * x, 1e-12);
  }
  ck_assert_double_eq_tol(loss, expected, 1e-12);
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* Two losses, or a loss beside an output, are not one scalar. */
START_TEST(no_second_loss) {
  for (size_t k = 0; k < 2; k++) {
    gchk_network *net = new_network(GCHK_F64);
    const gchk_layer *result = NULL;
    gchk_error error = {GCHK_OK, ""};
    add_value(net, "x", GCHK_INPUT, "5");
    add_node(net, "end", &loss_layer, "x=x", "", NULL);
    add_node(net, "other", k == 0 ? &loss_layer : built_in("power", GCHK_F64), "x=x", "", NULL);
    ck_assert_int_eq(gchk_network_finish(net, NULL, &result, &error), GCHK_INVALID);
    ck_assert_ptr_nonnull(strstr(error.message, "end"));
    gchk_network_free(net);
  }
}
END_TEST

/* A layer with every callback of state: y = x + the seed's noise + how often forward ran since reset. */
typedef struct memory {
  size_t runs;
  double noise;
  gchk_mode mode;
} memory;
static int alive;

static gchk_status remembering_create(const gchk_call *call, void **state, gchk_error *error) {
  (void)call;
  memory *m = calloc(1, sizeof *m);
  if (m == NULL)
    return gchk_fail(error, GCHK_NO_MEMORY, "no memory");
  alive++;
  *state = m;
  return GCHK_OK;
}
static void remembering_destroy(void *state) {
  alive--;
  free(state);
}
static gchk_status remembering_reset(const gchk_call *call, gchk_error *error) {
  (void)error;
  ((memory *)call->state)->runs = 0;
  return GCHK_OK;
}
static gchk_status remembering_seed(const gchk_call *call, gchk_error *error) {
  (void)error;
  ((memory *)call->state)->noise = (double)(call->seed >> 40) * 0x1p-24;
  return GCHK_OK;
}
static gchk_status remembering_mode(const gchk_call *call, gchk_error *error) {
  (void)error;
  ((memory *)call->state)->mode = call->mode;
  return GCHK_OK;
}
static gchk_status remembering_forward(const gchk_call *call, gchk_error *error) {
  (void)error;
  memory *m = call->state;
  m->runs++;
  *(double *)call->t[1].value = *(double *)call->t[0].value + (double)m->runs + (m->mode == GCHK_TRAIN ? m->noise : 0);
  return GCHK_OK;
}
static gchk_status remembering_backward(const gchk_call *call, gchk_error *error) {
  (void)error;
  *(double *)call->t[0].grad += *(double *)call->t[1].grad;
  return GCHK_OK;
}
static const gchk_tensor_spec remembering_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, ""),
                                                       GCHK_TENSOR("y", GCHK_OUTPUT, "")};
static const gchk_layer remembering = {.name = "remembering",
                                       GCHK_TENSORS(remembering_tensors),
                                       .dtype = GCHK_F64,
                                       .forward = remembering_forward,
                                       .backward = remembering_backward,
                                       .create = remembering_create,
                                       .destroy = remembering_destroy,
                                       .reset = remembering_reset,
                                       .set_seed = remembering_seed,
                                       .set_mode = remembering_mode,
                                       .flags = GCHK_HAS_MODES};

START_TEST(layers_with_state) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "");
  add_node(net, "a", &remembering, "x=x", "", NULL);
  add_node(net, "b", &remembering, "x=a", "", NULL);
  gchk_instance *i = finish(net, 3), *other = instantiate(i->layer, 4);
  ck_assert_int_eq(alive, 4);
  ck_assert_uint_eq(i->layer->flags, GCHK_HAS_MODES);
  set(i, "x", 0, 10);
  forward(i);
  const double y = value_of(i, "b", 0), noise_a = value_of(i, "a", 0) - 11, noise_b = y - value_of(i, "a", 0) - 1;
  ck_assert(noise_a != noise_b); // nodes have seeds of their own
  forward(i);                    // reset and seeded before every forward
  ck_assert(value_of(i, "b", 0) == y);
  set(other, "x", 0, 10);
  forward(other);
  ck_assert(value_of(other, "b", 0) != y);
  bool done = false;
  set(i, "x", 0, 11);
  ck_assert_int_eq(gchk_instance_update(i, 0, 0, &done, NULL), GCHK_OK);
  ck_assert(done);
  ck_assert_double_eq_tol(value_of(i, "b", 0), y + 1, 1e-14); // update resets too
  backward(i, 1);
  ck_assert(gradient_of(i, "x", 0) == 1);
  i->call.mode = GCHK_EVAL;
  ck_assert_int_eq(i->layer->set_mode(&i->call, NULL), GCHK_OK);
  forward(i);
  ck_assert(value_of(i, "b", 0) == 13);
  gchk_instance_free(i);
  ck_assert_int_eq(alive, 2);
  gchk_instance_free(other);
  ck_assert_int_eq(alive, 0);
  gchk_network_free(net);
}
END_TEST

/* A layer whose callbacks fail: the message says which node it was. */
static gchk_status failing(const gchk_call *call, gchk_error *error) {
  return call->option[0] > 0 ? gchk_fail(error, GCHK_LAYER_FAILED, "out of order") : GCHK_LAYER_FAILED;
}
static gchk_status failing_create(const gchk_call *call, void **state, gchk_error *error) {
  *state = NULL;
  return call->option[0] > 1 ? gchk_fail(error, GCHK_LAYER_FAILED, "cannot start") : GCHK_OK;
}
static const gchk_option_spec failing_options[] = {{.name = "message", .maximum = 2}};
static const gchk_layer failing_layer = {.name = "failing",
                                         GCHK_TENSORS(remembering_tensors),
                                         .dtype = GCHK_F64,
                                         .forward = failing,
                                         .backward = failing,
                                         .create = failing_create,
                                         GCHK_OPTION_TABLE(failing_options)};

START_TEST(layers_that_fail) {
  static const char *const messages[] = {"n2: failing failed without a message", "n2: out of order",
                                         "n2: cannot start"};
  const double option = _i;
  const gchk_sizes none = {0};
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "");
  add_node(net, "n1", &remembering, "x=x", "", NULL);
  add_node(net, "n2", &failing_layer, "x=n1", "", &option);
  const gchk_layer *l = NULL;
  gchk_instance *i = NULL;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_int_eq(gchk_network_finish(net, NULL, &l, NULL), GCHK_OK);
  gchk_status status = gchk_instance_new(&i, l, &none, NULL, GCHK_TRAIN, 0, &error);
  if (_i < 2) {
    ck_assert_int_eq(status, GCHK_OK);
    status = gchk_instance_forward(i, &error);
  }
  ck_assert_int_eq(status, GCHK_LAYER_FAILED);
  ck_assert_msg(strstr(error.message, messages[_i]) != NULL, "%s", error.message);
  gchk_instance_free(i);
  ck_assert_int_eq(alive, 0); // what was created before is destroyed
  gchk_network_free(net);
}
END_TEST

static TCase *layers(void) {
  TCase *t = tcase_create("layers");
  tcase_add_loop_test(t, rules_for_gradients, 0, 8);
  tcase_add_test(t, a_false_declaration_shows);
  tcase_add_test(t, a_gradient_that_is_not_provided);
  tcase_add_test(t, a_constant_as_an_input);
  tcase_add_test(t, a_loss_from_a_callback);
  tcase_add_test(t, no_second_loss);
  tcase_add_test(t, layers_with_state);
  tcase_add_loop_test(t, layers_that_fail, 0, 3);
  return t;
}

TEST_MAIN("layers of all kinds in networks", layers)
