/* What a full check of a network is counted to cost: with vary, and where vary does not serve it. */
#include "decide/full_cost.h"

#include <string.h>

#include "gradcheck/layers.h"
#include "main.h"
#include "measure/vary.h"
#include "measure/work_fixture.h"
#include "network/network_fixture.h"

static const gchk_layer *layer(const char *name) {
  return built_in(name, GCHK_F64);
}

/* 300-400-300-10 in a batch of 3; transposed and back in front of the loss, where vary serves nothing. */
static gchk_network *make_network(bool is_transposed) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_CONSTANT, "3 300");
  add_value(net, "t", GCHK_CONSTANT, "3 10");
  add_node(net, "a1", layer("affine"), "x=x W=W1 b=b1", "units=400", NULL);
  add_node(net, "r1", layer("relu"), "x=a1", "", NULL);
  add_node(net, "a2", layer("affine"), "x=r1 W=W2 b=b2", "units=300", NULL);
  add_node(net, "r2", layer("relu"), "x=a2", "", NULL);
  add_node(net, "a3", layer("affine"), "x=r2 W=W3 b=b3", "units=10", NULL);
  if (is_transposed) {
    add_node(net, "there", layer("transpose"), "x=a3", "", NULL);
    add_node(net, "back", layer("transpose"), "x=there", "", NULL);
  }
  add_node(net, "loss", layer("mse"), is_transposed ? "x=back t=t" : "x=a3 t=t", "", NULL);
  return net;
}

static double cost_of(bool is_transposed) {
  gchk_network *net = make_network(is_transposed);
  const gchk_layer *made;
  ck_assert_int_eq(gchk_network_finish(net, NULL, &made, NULL), GCHK_OK);
  const gchk_case spec = {.name = "net", .layer = made};
  work_fixture f;
  double operations;
  work_fixture_open(&f, &spec, NULL);
  ck_assert_int_eq(gchk_full_cost(&f.work, &operations, NULL), GCHK_OK);
  work_fixture_close(&f);
  gchk_network_free(net);
  return operations;
}

START_TEST(a_network_that_varies_is_checked_whole_and_its_like_that_does_not_is_screened) {
  ck_assert_double_le(cost_of(false), GCHK_FULL_CHECK_OPERATIONS);
  ck_assert_double_gt(cost_of(true), GCHK_FULL_CHECK_OPERATIONS);
}
END_TEST

/* What vary says that a point of a tensor costs. */
static double point_cost(gchk_instance *instance, const char *name) {
  const size_t element = 0, tensor_index = gchk_instance_find(instance, name);
  const double value = gchk_tensor_get(&instance->t[tensor_index], instance->t[tensor_index].value, element);
  double loss, base, operations = 0;
  bool done;
  const gchk_variants variants = {tensor_index, 1, &element, &value, &loss, &base, &operations, NULL};
  ck_assert_int_eq(gchk_vary(instance, &variants, &done, NULL), GCHK_OK);
  ck_assert(done);
  return operations;
}

/*
 * By hand, of one point, in operations of products, 16 an element of relu, 64 an element of all tensors of a loss. What
 * changes is one unit in all rows for a parameter, in one row for an input; the product behind it adds one unit's part.
 */
START_TEST(a_point_costs_what_changes) {
  enum { ROWS = 3, IN = 5, HIDDEN = 7, OUT = 4, LOSS = 64 * (2 * ROWS * OUT + 1) };
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 5");
  add_value(net, "t", GCHK_CONSTANT, "3 4");
  add_node(net, "a1", layer("affine"), "x=x W=W1 b=b1", "units=7", NULL);
  add_node(net, "r1", layer("relu"), "x=a1", "", NULL);
  add_node(net, "a2", layer("affine"), "x=r1 W=W2 b=b2", "units=4", NULL);
  add_node(net, "loss", layer("mse"), "x=a2 t=t", "", NULL);
  gchk_instance *instance = finish(net, 1);
  forward(instance);
  static const struct {
    const char *name;
    double operations;
  } rows[] = {{"W1", ROWS * (16 + 2 * OUT) + LOSS},
              {"b1", ROWS * (16 + 2 * OUT) + LOSS},
              {"W2", LOSS},
              {"b2", LOSS},
              {"x", 2 * HIDDEN + 16 * HIDDEN + 2 * HIDDEN * OUT + LOSS / (double)ROWS}};
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    const double operations = point_cost(instance, rows[k].name);
    ck_assert_msg(operations > 0.999 * rows[k].operations && operations < 1.001 * rows[k].operations, "%s: %g for %g",
                  rows[k].name, operations, rows[k].operations);
  }
  gchk_instance_free(instance);
  gchk_network_free(net);
}
END_TEST

/* By the numbers of lanes, where a layer has them: of every element of a changed row, however it has changed. */
START_TEST(a_normalised_row_costs_what_its_lanes_do) {
  enum { ROWS = 3, HIDDEN = 7, OUT = 4, LOSS = 64 * (2 * ROWS * OUT + 1), NORM = 32 * HIDDEN };
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 5");
  add_value(net, "t", GCHK_CONSTANT, "3 4");
  add_node(net, "a1", layer("affine"), "x=x W=W1 b=b1", "units=7", NULL);
  add_node(net, "norm", layer("layer_norm"), "x=a1 gamma=g beta=b", "", NULL);
  add_node(net, "a2", layer("affine"), "x=norm W=W2 b=b2", "units=4", NULL);
  add_node(net, "loss", layer("mse"), "x=a2 t=t", "", NULL);
  gchk_instance *instance = finish(net, 1);
  forward(instance);
  ck_assert_double_eq_tol(point_cost(instance, "W1"), ROWS * (NORM + 2 * HIDDEN * OUT) + LOSS, 0.5);
  ck_assert_double_eq_tol(point_cost(instance, "x"), 2 * HIDDEN + NORM + 2 * HIDDEN * OUT + LOSS / 3.0, 0.5);
  ck_assert_double_eq_tol(point_cost(instance, "g"), ROWS * 2 * OUT + LOSS, 0.5);
  gchk_instance_free(instance);
  gchk_network_free(net);
}
END_TEST

/* A step that knows its elements costs one a row, and whole rows behind a product. */
START_TEST(dropped_elements_cost_what_their_lanes_do) {
  enum { ROWS = 3, HIDDEN = 7, OUT = 4, LOSS = 64 * (2 * ROWS * OUT + 1) };
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 5");
  add_value(net, "t", GCHK_CONSTANT, "3 4");
  add_node(net, "a1", layer("affine"), "x=x W=W1 b=b1", "units=7", NULL);
  add_node(net, "drop", layer("dropout"), "x=a1", "", NULL);
  add_node(net, "a2", layer("affine"), "x=drop W=W2 b=b2", "units=4", NULL);
  add_node(net, "loss", layer("mse"), "x=a2 t=t", "", NULL);
  gchk_instance *instance = finish(net, 1);
  forward(instance);
  ck_assert_double_eq_tol(point_cost(instance, "W1"), ROWS * (16 + 2 * OUT) + LOSS, 0.5);
  ck_assert_double_eq_tol(point_cost(instance, "x"), 2 * HIDDEN + 16 * HIDDEN + 2 * HIDDEN * OUT + LOSS / 3.0, 0.5);
  gchk_instance_free(instance);
  gchk_network_free(net);
}
END_TEST

/* Of a value that two steps read: single elements until then, and in a product; whole rows of what is added. */
START_TEST(a_residual_connection_costs_its_rows) {
  enum { ROWS = 3, HIDDEN = 7, OUT = 4, LOSS = 64 * (2 * ROWS * OUT + 1) };
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 5");
  add_value(net, "t", GCHK_CONSTANT, "3 4");
  add_node(net, "a1", layer("affine"), "x=x W=W1 b=b1", "units=7", NULL);
  add_node(net, "r1", layer("relu"), "x=a1", "", NULL);
  add_node(net, "a2", layer("affine"), "x=r1 W=W2 b=b2", "units=7", NULL);
  add_node(net, "sum", layer("add"), "x=a2 y=r1", "", NULL);
  add_node(net, "a3", layer("affine"), "x=sum W=W3 b=b3", "units=4", NULL);
  add_node(net, "loss", layer("mse"), "x=a3 t=t", "", NULL);
  gchk_instance *instance = finish(net, 1);
  forward(instance);
  ck_assert_double_eq_tol(point_cost(instance, "W1"), ROWS * (16 + 2 * HIDDEN + 16 * HIDDEN + 2 * HIDDEN * OUT) + LOSS,
                          0.5);
  ck_assert_double_eq_tol(point_cost(instance, "W2"), ROWS * (16 + 2 * OUT) + LOSS, 0.5);
  gchk_instance_free(instance);
  gchk_network_free(net);
}
END_TEST

/* One unit of all rows, also of a change that begins in one row; the rows behind it stand alone again. */
START_TEST(a_batch_that_is_normalised_costs_a_unit_of_all_rows) {
  enum { ROWS = 3, HIDDEN = 7, OUT = 4, LOSS = 64 * (2 * ROWS * OUT + 1) };
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 5");
  add_value(net, "t", GCHK_CONSTANT, "3 4");
  add_value(net, "m", GCHK_CONSTANT, "7");
  add_value(net, "v", GCHK_CONSTANT, "7");
  add_node(net, "a1", layer("affine"), "x=x W=W1 b=b1", "units=7", NULL);
  add_node(net, "norm", layer("batch_norm"), "x=a1 gamma=g beta=b running_mean=m running_var=v", "", NULL);
  add_node(net, "a2", layer("affine"), "x=norm W=W2 b=b2", "units=4", NULL);
  add_node(net, "loss", layer("mse"), "x=a2 t=t", "", NULL);
  gchk_instance *instance = finish(net, 1);
  forward(instance);
  ck_assert_double_eq_tol(point_cost(instance, "W1"), ROWS * (32 + 2 * OUT) + LOSS, 0.5);
  ck_assert_double_eq_tol(point_cost(instance, "a1"), ROWS * (32 + 2 * OUT) + LOSS, 0.5);
  // whole rows, of which all go together from the beginning
  ck_assert_double_eq_tol(point_cost(instance, "x"), ROWS * (2 * HIDDEN + 32 * HIDDEN + 2 * HIDDEN * OUT) + LOSS, 0.5);
  ck_assert_double_eq_tol(point_cost(instance, "g"), ROWS * 2 * OUT + LOSS, 0.5);
  gchk_instance_free(instance);
  gchk_network_free(net);
}
END_TEST

/* An affine that declares what it costs by sizes that there are, or are not. */
static void add_declared(gchk_network *net, const char *node, const char *operations, const char *update_operations) {
  static gchk_tensor_spec tensors[8];
  static gchk_layer planted;
  planted = *layer("affine");
  ck_assert_uint_le(planted.tensor_count, sizeof tensors / sizeof tensors[0]);
  memcpy(tensors, planted.tensors, planted.tensor_count * sizeof *tensors);
  for (size_t i = 0; i < planted.tensor_count; i++)
    if (strcmp(tensors[i].name, "W") == 0)
      tensors[i].update_operations = update_operations;
  planted.operations = operations;
  planted.tensors = tensors;
  add_node(net, node, &planted, "x=a1 W=W2 b=b2", "units=4", NULL);
}

START_TEST(the_node_that_declares_it_wrong_is_named) {
  static const struct {
    const char *operations, *update_operations, *message;
  } rows[] = {{"2*N*inputs*units", "2*inputs", NULL},
              {"2*N*sinks", "2*inputs", "second: affine: its operations: size expression '2*N*sinks'"},
              {"2*N*inputs*units", "2*sinks", "second: affine: its operations: size expression '2*sinks'"}};
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    gchk_network *net = new_network(GCHK_F64);
    const gchk_layer *made;
    gchk_error error = {GCHK_OK, ""};
    add_value(net, "x", GCHK_INPUT, "3 5");
    add_value(net, "t", GCHK_CONSTANT, "3 4");
    add_node(net, "a1", layer("affine"), "x=x W=W1 b=b1", "units=7", NULL);
    add_declared(net, "second", rows[k].operations, rows[k].update_operations);
    add_node(net, "loss", layer("mse"), "x=second t=t", "", NULL);
    const gchk_status status = gchk_network_finish(net, NULL, &made, &error);
    ck_assert_msg((status == GCHK_OK) == (rows[k].message == NULL), "%s", error.message);
    ck_assert_msg(rows[k].message == NULL || strstr(error.message, rows[k].message) != NULL, "%s", error.message);
    gchk_network_free(net);
  }
}
END_TEST

static TCase *costs(void) {
  TCase *t = tcase_create("costs");
  tcase_add_test(t, a_network_that_varies_is_checked_whole_and_its_like_that_does_not_is_screened);
  tcase_add_test(t, a_point_costs_what_changes);
  tcase_add_test(t, dropped_elements_cost_what_their_lanes_do);
  tcase_add_test(t, a_residual_connection_costs_its_rows);
  tcase_add_test(t, a_batch_that_is_normalised_costs_a_unit_of_all_rows);
  tcase_add_test(t, a_normalised_row_costs_what_its_lanes_do);
  tcase_add_test(t, the_node_that_declares_it_wrong_is_named);
  return t;
}

TEST_MAIN("network cost", costs)
