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

/* 300-400-300-10 in a batch of 3; normalised over the batch in front of the loss, where vary serves nothing. */
static gchk_network *make_network(bool is_normalised) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_CONSTANT, "3 300");
  add_value(net, "t", GCHK_CONSTANT, "3 10");
  add_node(net, "a1", layer("affine"), "x=x W=W1 b=b1", "units=400", NULL);
  add_node(net, "r1", layer("relu"), "x=a1", "", NULL);
  add_node(net, "a2", layer("affine"), "x=r1 W=W2 b=b2", "units=300", NULL);
  add_node(net, "r2", layer("relu"), "x=a2", "", NULL);
  add_node(net, "a3", layer("affine"), "x=r2 W=W3 b=b3", "units=10", NULL);
  if (is_normalised) {
    add_value(net, "m", GCHK_CONSTANT, "10");
    add_value(net, "v", GCHK_CONSTANT, "10");
    add_node(net, "norm", layer("batch_norm"), "x=a3 running_mean=m running_var=v", "", NULL);
  }
  add_node(net, "loss", layer("mse"), is_normalised ? "x=norm t=t" : "x=a3 t=t", "", NULL);
  return net;
}

static double cost_of(bool is_normalised) {
  gchk_network *net = make_network(is_normalised);
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
    const size_t element = 0, tensor_index = gchk_instance_find(instance, rows[k].name);
    const double value = gchk_tensor_get(&instance->t[tensor_index], instance->t[tensor_index].value, element);
    double one_loss, base, operations = 0;
    bool done;
    const gchk_variants variants = {tensor_index, 1, &element, &value, &one_loss, &base, &operations};
    ck_assert_int_eq(gchk_vary(instance, &variants, &done, NULL), GCHK_OK);
    ck_assert(done);
    ck_assert_msg(operations > 0.999 * rows[k].operations && operations < 1.001 * rows[k].operations, "%s: %g for %g",
                  rows[k].name, operations, rows[k].operations);
  }
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
  tcase_add_test(t, the_node_that_declares_it_wrong_is_named);
  return t;
}

TEST_MAIN("network cost", costs)
