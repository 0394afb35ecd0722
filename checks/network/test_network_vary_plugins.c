/*
 * vary of networks that have layers of plug-ins, whose own forward is asked for rows: every loss against that of a whole
 * forward, and never a row or an element that no point has.
 */
#include <math.h>

#include "gradcheck/layers.h"
#include "main.h"
#include "network/network_fixture.h"
#include "network/vary_points.h"

static const gchk_layer *layer(const char *name) {
  return built_in(name, GCHK_F64);
}

/* A plug-in that says that its rows stand alone: y[n,d] = weight[n] x[n,d]^2, or y[n,d] = x[n,d] - x[0,d], which lies. */
static size_t most_rows;

static gchk_status forward_weighted(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t count = gchk_size(call, "N"), units = call->t[0].count / count;
  const double *x = call->t[0].value, *weight = call->t[1].value;
  double *y = call->t[2].value;
  most_rows = count > most_rows ? count : most_rows;
  for (size_t k = 0; k < count * units; k++)
    y[k] = weight[k / units] * x[k] * x[k];
  return GCHK_OK;
}

static gchk_status forward_lying(const gchk_call *call, gchk_error *error) {
  (void)error;
  const size_t units = call->t[0].count / gchk_size(call, "N");
  const double *x = call->t[0].value;
  double *y = call->t[2].value;
  for (size_t k = 0; k < call->t[0].count; k++)
    y[k] = x[k] - x[k % units] / 2;
  return GCHK_OK;
}

// Networks want one; nothing here calls it.
static gchk_status backward_of_plug_in(const gchk_call *call, gchk_error *error) {
  return gchk_fail(error, GCHK_LAYER_FAILED, "%s has no backward", call->layer->name);
}

static const gchk_tensor_spec plug_in_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N D..."),
                                                   GCHK_TENSOR("weight", GCHK_CONSTANT, "N"),
                                                   GCHK_TENSOR("y", GCHK_OUTPUT, "N D...")};

static size_t differences_of_plug_in(gchk_callback callback, const char *rowwise, const char *tensor_name, bool *done) {
  const gchk_layer plug_in = {.name = "plug-in",
                              GCHK_TENSORS(plug_in_tensors),
                              .dtype = GCHK_F64,
                              .forward = callback,
                              .backward = backward_of_plug_in,
                              .rowwise = rowwise};
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 4");
  add_value(net, "weight", GCHK_CONSTANT, "3");
  add_value(net, "t", GCHK_CONSTANT, "3 5");
  add_node(net, "n0", layer("affine"), "x=x W=W b=b", "units=5", NULL);
  add_node(net, "n1", &plug_in, "x=n0 weight=weight", "", NULL);
  add_node(net, "loss", layer("mse"), "x=n1 t=t", "", NULL);
  gchk_instance *fast = finish(net, 5), *slow = instantiate(fast->layer, 5);
  forward(fast);
  vary_points p = all_points(fast, gchk_instance_find(fast, tensor_name));
  most_rows = 0;
  *done = vary(fast, &p);
  const size_t k = first_difference(&p, slow, fast), differences = p.variants.count - k;
  free_points(&p);
  free_instances(net, fast, slow);
  return differences;
}

START_TEST(rows_of_plug_ins) {
  bool done;
  ck_assert_uint_eq(differences_of_plug_in(forward_weighted, "N", _i == 0 ? "W" : "n0", &done), 0);
  ck_assert(done && most_rows > 3); // rows of many points at once
  ck_assert_uint_gt(differences_of_plug_in(forward_lying, "N", _i == 0 ? "W" : "n0", &done), 0);
  ck_assert(done);
  (void)differences_of_plug_in(forward_weighted, NULL, _i == 0 ? "W" : "n0", &done);
  ck_assert(!done);
}
END_TEST

/* Plug-ins that refuse what is no row of the batch: y = x^2 + weight, of positive weights, and then y = log x. */
static gchk_status forward_positive(const gchk_call *call, gchk_error *error) {
  const size_t count = gchk_size(call, "N"), units = call->t[0].count / count;
  const double *x = call->t[0].value, *weight = call->t[1].value;
  double *y = call->t[2].value;
  for (size_t k = 0; k < count * units; k++) {
    if (!(weight[k / units] > 0))
      return gchk_fail(error, GCHK_LAYER_FAILED, "a weight of %g", weight[k / units]);
    y[k] = x[k] * x[k] + weight[k / units];
  }
  return GCHK_OK;
}

static gchk_status forward_log(const gchk_call *call, gchk_error *error) {
  const size_t count = gchk_size(call, "N");
  const double *x = call->t[0].value;
  double *y = call->t[1].value;
  if (count == 0 || call->t[0].count != count)
    return gchk_fail(error, GCHK_LAYER_FAILED, "%zu elements", count);
  for (size_t k = 0; k < count; k++) {
    if (x[k] <= 0)
      return gchk_fail(error, GCHK_LAYER_FAILED, "the logarithm of %g", x[k]);
    y[k] = log(x[k]);
  }
  return GCHK_OK;
}

static const gchk_tensor_spec log_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N..."),
                                               GCHK_TENSOR("y", GCHK_OUTPUT, "N...")};
static const gchk_layer positive = {.name = "positive",
                                    GCHK_TENSORS(plug_in_tensors),
                                    .dtype = GCHK_F64,
                                    .forward = forward_positive,
                                    .backward = backward_of_plug_in,
                                    .rowwise = "N"},
                        logarithm = {.name = "logarithm",
                                     GCHK_TENSORS(log_tensors),
                                     .dtype = GCHK_F64,
                                     .forward = forward_log,
                                     .backward = backward_of_plug_in,
                                     .rowwise = "N"};

/* No lane that no point has. */
START_TEST(plug_ins_are_asked_about_rows_that_there_are) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 4");
  add_value(net, "weight", GCHK_CONSTANT, "3");
  add_value(net, "t", GCHK_CONSTANT, "3 5");
  add_node(net, "n0", layer("affine"), "x=x W=W b=b", "units=5", NULL);
  add_node(net, "n1", &positive, "x=n0 weight=weight", "", NULL);
  add_node(net, "n2", &logarithm, "x=n1", "", NULL);
  add_node(net, "loss", layer("mse"), "x=n2 t=t", "", NULL);
  gchk_instance *fast = finish(net, 5), *slow = instantiate(fast->layer, 5);
  for (size_t n = 0; n < 3; n++) {
    set(fast, "weight", n, 1 + (double)n);
    set(slow, "weight", n, 1 + (double)n);
  }
  forward(fast);
  vary_points p = all_points(fast, gchk_instance_find(fast, _i == 0 ? "W" : "n0"));
  ck_assert(vary(fast, &p));
  ck_assert_uint_eq(first_difference(&p, slow, fast), p.variants.count);
  free_points(&p);
  free_instances(net, fast, slow);
}
END_TEST

/* Nor about none, however many elements pass together. */
START_TEST(plug_ins_are_asked_about_elements_that_there_are) {
  enum { MOST = 1100, ELEMENTS = 6 };
  static size_t element[MOST];
  static double value[MOST], loss[MOST];
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "2 3");
  add_value(net, "t", GCHK_CONSTANT, "2 3");
  add_node(net, "n0", &logarithm, "x=x", "", NULL);
  add_node(net, "loss", layer("mse"), "x=n0 t=t", "", NULL);
  gchk_instance *instance = finish(net, 5);
  for (size_t e = 0; e < ELEMENTS; e++)
    set(instance, "x", e, 1 + (double)e);
  forward(instance);
  for (size_t k = 0; k < MOST; k++) {
    element[k] = k % ELEMENTS;
    value[k] = 20 + (double)k;
  }
  for (size_t count = 1; count <= MOST; count++) {
    vary_points p = {.variants = {gchk_instance_find(instance, "x"), count, element, value, loss, NULL, NULL, NULL}};
    ck_assert(vary(instance, &p));
  }
  gchk_instance_free(instance);
  gchk_network_free(net);
}
END_TEST

static TCase *network_vary_plugins(void) {
  TCase *tcase = tcase_create("network vary plugins");
  tcase_add_loop_test(tcase, rows_of_plug_ins, 0, 2);
  tcase_add_loop_test(tcase, plug_ins_are_asked_about_rows_that_there_are, 0, 2);
  tcase_add_test(tcase, plug_ins_are_asked_about_elements_that_there_are);
  return tcase;
}

TEST_MAIN("network_vary_plugins", network_vary_plugins)
