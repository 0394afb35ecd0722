/* Values and gradients of networks: the documents' graphs, fan-out, shared parameters, several outputs, nesting. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/layers.h"
#include "main.h"
#include "network/network_fixture.h"

static bool is_near(double a, double b) {
  return fabs(a - b) <= 1e-12 * fmax(1, fabs(b));
}

static const gchk_layer *layer(const char *name) {
  return built_in(name, GCHK_F64);
}

START_TEST(apple) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "apple", GCHK_INPUT, "");
  add_value(net, "count", GCHK_INPUT, "");
  add_value(net, "tax", GCHK_INPUT, "");
  add_node(net, "cost", layer("mul"), "x=apple y=count", "", NULL);
  add_node(net, "price", layer("mul"), "x=cost y=tax", "", NULL);
  gchk_instance *i = finish(net, 1);
  set(i, "apple", 0, 100);
  set(i, "count", 0, 2);
  set(i, "tax", 0, 1.1);
  forward(i);
  backward(i, 1);
  ck_assert(is_near(value_of(i, "price", 0), 220));
  ck_assert(is_near(gradient_of(i, "apple", 0), 2.2));
  ck_assert(is_near(gradient_of(i, "count", 0), 110));
  ck_assert(is_near(gradient_of(i, "tax", 0), 200));
  ck_assert(is_near(gradient_of(i, "cost", 0), 1.1)); // on the edge between the nodes
  check_guards(i);
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* Operations by hand: of products of (1,2) by (2,3) and of (1,3) by (3,30), with relu at 16 an element between. */
START_TEST(operations_are_those_of_the_nodes) {
  enum { FIRST = 2 * 1 * 2 * 3, RELU = 16 * 3, SECOND = 2 * 1 * 3 * 30 };
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "1 2");
  add_node(net, "first", layer("affine"), "x=x W=W1 b=b1", "units=3", NULL);
  add_node(net, "relu", layer("relu"), "x=first", "", NULL);
  add_node(net, "second", layer("affine"), "x=relu W=W2 b=b2", "units=30", NULL);
  gchk_instance *i = finish(net, 1);
  const gchk_layer *made = i->layer;
  ck_assert_double_eq(strtod(made->operations, NULL), FIRST + RELU + SECOND);
  // An update of x computes a row of the first product, one of W1 or b1 a column; all after it is computed whole.
  static const struct {
    const char *name;
    double head;
    double tail;
  } updates[] = {{"x", 2 * 2 * 3, RELU + SECOND},
                 {"W1", 2 * 1 * 2, RELU + SECOND},
                 {"b1", 2 * 1 * 2, RELU + SECOND},
                 {"W2", 2 * 1 * 3, 0},
                 {"b2", 2 * 1 * 3, 0}};
  for (size_t k = 0; k < sizeof updates / sizeof updates[0]; k++) {
    const gchk_tensor_spec *row = &made->tensors[gchk_instance_find(i, updates[k].name)];
    ck_assert_msg(strtod(row->update_operations, NULL) == updates[k].head + updates[k].tail, "%s: %s", row->name,
                  row->update_operations);
  }
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

START_TEST(apple_and_orange) {
  gchk_network *net = new_network(GCHK_F64);
  static const char *const inputs[] = {"apple", "apple_count", "orange", "orange_count", "tax"};
  static const double values[] = {100, 2, 150, 3, 1.1}, gradients[] = {2.2, 110, 3.3, 165, 650};
  for (size_t k = 0; k < 5; k++)
    add_value(net, inputs[k], GCHK_INPUT, "");
  add_node(net, "apples", layer("mul"), "x=apple y=apple_count", "", NULL);
  add_node(net, "oranges", layer("mul"), "x=orange y=orange_count", "", NULL);
  add_node(net, "fruit", layer("add"), "x=apples y=oranges", "", NULL);
  add_node(net, "taxed", layer("mul"), "x=fruit y=tax out=price", "", NULL);
  gchk_instance *i = finish(net, 1);
  for (size_t k = 0; k < 5; k++)
    set(i, inputs[k], 0, values[k]);
  forward(i);
  backward(i, 1);
  ck_assert(is_near(value_of(i, "price", 0), 715));
  for (size_t k = 0; k < 5; k++)
    ck_assert(is_near(gradient_of(i, inputs[k], 0), gradients[k]));
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

START_TEST(square_of_sum) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "");
  add_value(net, "y", GCHK_INPUT, "");
  add_node(net, "t", layer("add"), "x=x y=y", "", NULL);
  add_node(net, "z", layer("power"), "x=t", "", NULL);
  gchk_instance *i = finish(net, 1);
  set(i, "x", 0, 1.5);
  set(i, "y", 0, -4);
  forward(i);
  backward(i, 1);
  ck_assert(is_near(value_of(i, "z", 0), 6.25));
  ck_assert(is_near(gradient_of(i, "x", 0), -5));
  ck_assert(is_near(gradient_of(i, "y", 0), -5));
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* One value read four times, twice by one node: (x x + x) x = x^3 + x^2. */
START_TEST(fan_out) {
  const gchk_dtype dtype = _i == 0 ? GCHK_F64 : GCHK_F32;
  gchk_network *net = new_network(dtype);
  add_value(net, "x", GCHK_INPUT, "2 3");
  add_node(net, "s", built_in("mul", dtype), "x=x y=x", "", NULL);
  add_node(net, "u", built_in("add", dtype), "x=s y=x", "", NULL);
  add_node(net, "v", built_in("mul", dtype), "x=u y=x", "", NULL);
  gchk_instance *i = finish(net, 3);
  forward(i);
  backward(i, 7);
  const double tolerance = dtype == GCHK_F64 ? 1e-14 : 1e-5;
  for (size_t k = 0; k < 6; k++) {
    const double x = value_of(i, "x", k), d = gradient_of(i, "v", k);
    ck_assert_double_eq_tol(value_of(i, "v", k), x * x * x + x * x, tolerance * 10);
    ck_assert_double_eq_tol(gradient_of(i, "x", k), d * (3 * x * x + 2 * x), tolerance * 40);
    ck_assert_double_eq_tol(gradient_of(i, "s", k), d * x, tolerance * 10);
  }
  check_guards(i);
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* y = W^T (W^T x + b) + b with one W and one b is the net with W, W', b, b' alike, and its gradients are their sums. */
START_TEST(shared_parameters) {
  gchk_network *shared = new_network(GCHK_F64), *apart = new_network(GCHK_F64);
  add_value(shared, "x", GCHK_INPUT, "3 4");
  add_node(shared, "h", layer("affine"), "x=x W=W b=b", "units=4", NULL);
  add_node(shared, "y", layer("affine"), "x=h W=W b=b", "", NULL); // units follow from W
  add_value(apart, "x", GCHK_INPUT, "3 4");
  add_node(apart, "h", layer("affine"), "x=x W=W b=b", "units=4", NULL);
  add_node(apart, "y", layer("affine"), "x=h", "units=4", NULL);
  gchk_instance *a = finish(shared, 3), *b = finish(apart, 3);
  ck_assert_uint_eq(gchk_instance_find(a, "y.W"), a->tensor_count);
  for (size_t k = 0; k < 16; k++)
    set(b, "y.W", k, value_of(b, "W", k));
  for (size_t k = 0; k < 4; k++)
    set(b, "y.b", k, value_of(b, "b", k));
  forward(a);
  forward(b);
  backward(a, 9);
  backward(b, 9);
  for (size_t k = 0; k < 16; k++)
    ck_assert_double_eq_tol(gradient_of(a, "W", k), gradient_of(b, "W", k) + gradient_of(b, "y.W", k), 1e-14);
  for (size_t k = 0; k < 4; k++)
    ck_assert_double_eq_tol(gradient_of(a, "b", k), gradient_of(b, "b", k) + gradient_of(b, "y.b", k), 1e-14);
  for (size_t k = 0; k < 12; k++)
    ck_assert(gradient_of(a, "x", k) == gradient_of(b, "x", k));
  gchk_instance_free(a);
  gchk_instance_free(b);
  gchk_network_free(shared);
  gchk_network_free(apart);
}
END_TEST

/* copy has two outputs; one is an output of the network, the other goes on. */
START_TEST(several_outputs) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "5");
  add_node(net, "fork", layer("copy"), "x=x y1=left", "", NULL);
  add_node(net, "cube", layer("power"), "x=left", "", (double[]){3});
  gchk_instance *i = finish(net, 3);
  ck_assert_int_eq(tensor(i, "fork.y2")->role, GCHK_OUTPUT);
  ck_assert_int_eq(tensor(i, "cube")->role, GCHK_OUTPUT);
  ck_assert_int_eq(tensor(i, "left")->role, GCHK_CACHE);
  ck_assert_uint_eq(gchk_instance_output_count(i), 10);
  forward(i);
  backward(i, 3);
  for (size_t k = 0; k < 5; k++) {
    const double x = value_of(i, "x", k), d1 = gradient_of(i, "cube", k), d2 = gradient_of(i, "fork.y2", k);
    ck_assert_double_eq_tol(gradient_of(i, "x", k), d1 * 3 * x * x + d2, 1e-12);
  }
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* Inputs, constants, indices; parameters; outputs; intermediate values with a gradient; caches; scratch. */
START_TEST(table_of_the_network) {
  gchk_network *net = two_layer_net(GCHK_F64);
  gchk_instance *i = finish(net, 3);
  static const char *const names[] = {"x",    "t",  "W1", "b1", "W2",     "b2",
                                      "loss", "a1", "r1", "a2", "loss.y", "loss.row_loss"};
  ck_assert_uint_eq(i->tensor_count, sizeof names / sizeof names[0]);
  for (size_t k = 0; k < i->tensor_count; k++)
    ck_assert_str_eq(i->t[k].name, names[k]);
  ck_assert_ptr_null(tensor(i, "t")->grad);
  ck_assert_ptr_nonnull(tensor(i, "r1")->grad);
  ck_assert_ptr_null(tensor(i, "loss.y")->grad);
  ck_assert_int_eq(i->layer->tensors[gchk_instance_find(i, "r1")].grad, GCHK_GRAD_OVERWRITE);
  ck_assert_int_eq(i->layer->dtype, GCHK_F64);
  ck_assert_str_eq(i->layer->sizes, "");
  const gchk_graph *graph = i->layer->graph;
  ck_assert_uint_eq(graph->node_count, 4);
  ck_assert_str_eq(graph->nodes[2].name, "a2");
  ck_assert_str_eq(graph->nodes[2].layer, "affine");
  ck_assert_uint_eq(graph->nodes[2].input_count, 3);
  ck_assert_str_eq(i->t[graph->nodes[2].inputs[0]].name, "r1");
  ck_assert_str_eq(i->t[graph->nodes[2].inputs[1]].name, "W2");
  ck_assert_uint_eq(graph->nodes[2].output_count, 1);
  ck_assert_str_eq(i->t[graph->nodes[2].outputs[0]].name, "a2");
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* The whole net in plain loops and long double, from the formulas. */
START_TEST(two_layers_from_formulas) {
  gchk_network *net = two_layer_net(GCHK_F64);
  gchk_instance *i = finish(net, 3);
  forward(i);
  backward(i, 3);
  long double loss = 0, db2[4] = {0}, dw1[5][7] = {{0}};
  for (size_t n = 0; n < 3; n++) {
    long double a1[7], z[4], sum = 0, dz[4];
    for (size_t j = 0; j < 7; j++) {
      a1[j] = (long double)value_of(i, "b1", j);
      for (size_t k = 0; k < 5; k++)
        a1[j] += (long double)value_of(i, "x", n * 5 + k) * (long double)value_of(i, "W1", k * 7 + j);
    }
    for (size_t c = 0; c < 4; c++) {
      z[c] = (long double)value_of(i, "b2", c);
      for (size_t j = 0; j < 7; j++)
        z[c] += fmaxl(a1[j], 0) * (long double)value_of(i, "W2", j * 4 + c);
      sum += expl(z[c]);
    }
    for (size_t c = 0; c < 4; c++) {
      const long double t = (long double)value_of(i, "t", n * 4 + c), y = expl(z[c]) / sum;
      loss -= t * logl(y) / 3;
      dz[c] = (y - t) / 3;
      db2[c] += dz[c];
    }
    for (size_t j = 0; j < 7; j++)
      for (size_t c = 0; a1[j] > 0 && c < 4; c++)
        for (size_t k = 0; k < 5; k++)
          dw1[k][j] += (long double)value_of(i, "x", n * 5 + k) * (long double)value_of(i, "W2", j * 4 + c) * dz[c];
  }
  ck_assert(is_near(value_of(i, "loss", 0), (double)loss));
  for (size_t c = 0; c < 4; c++)
    ck_assert_double_eq_tol(gradient_of(i, "b2", c), (double)db2[c], 1e-15);
  for (size_t k = 0; k < 35; k++)
    ck_assert_double_eq_tol(gradient_of(i, "W1", k), (double)dw1[k / 7][k % 7], 1e-15);
  check_guards(i);
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* What two instances do in turns is what each does alone. */
START_TEST(two_instances_at_once) {
  gchk_network *net = two_layer_net(GCHK_F64);
  gchk_instance *a = finish(net, 3), *b = instantiate(a->layer, 4), *alone = instantiate(a->layer, 3);
  forward(alone);
  backward(alone, 1);
  forward(a);
  forward(b);
  backward(b, 2);
  backward(a, 1);
  ck_assert(value_of(a, "loss", 0) != value_of(b, "loss", 0));
  for (size_t k = 0; k < a->tensor_count; k++) {
    ck_assert_mem_eq(a->t[k].value, alone->t[k].value, a->t[k].count * sizeof(double));
    if (a->t[k].grad != NULL)
      ck_assert_mem_eq(a->t[k].grad, alone->t[k].grad, a->t[k].count * sizeof(double));
  }
  gchk_instance_free(b);
  forward(a); // the state of a is its own
  gchk_instance_free(a);
  gchk_instance_free(alone);
  gchk_network_free(net);
}
END_TEST

/* A network as a node of another gives what it gives alone; its inner values are offered. */
START_TEST(network_in_a_network) {
  gchk_network *inner = two_layer_net(GCHK_F64);
  gchk_instance *flat = finish(inner, 3);
  gchk_network *outer = new_network(GCHK_F64);
  add_value(outer, "u", GCHK_INPUT, "3 5");
  add_value(outer, "t", GCHK_CONSTANT, "3 4");
  add_node(outer, "shift", layer("add"), "x=u y=u", "", NULL);
  add_node(outer, "net", flat->layer, "x=shift t=t", "", NULL);
  add_node(outer, "square", layer("power"), "x=net", "", NULL);
  gchk_instance *nested = finish(outer, 3);
  static const char *const same[] = {"W1", "b1", "W2", "b2"};
  for (size_t p = 0; p < 4; p++) {
    char name[16];
    for (size_t k = 0; k < tensor(flat, same[p])->count; k++)
      set(nested, strcat(strcpy(name, "net."), same[p]), k, value_of(flat, same[p], k));
  }
  for (size_t k = 0; k < 15; k++)
    set(nested, "u", k, value_of(flat, "x", k) / 2);
  for (size_t k = 0; k < 12; k++)
    set(nested, "t", k, value_of(flat, "t", k));
  forward(flat);
  backward(flat, 1);
  forward(nested);
  backward(nested, 1);
  const double loss = value_of(flat, "loss", 0);
  ck_assert_double_eq_tol(value_of(nested, "square", 0), loss * loss, 1e-14);
  for (size_t k = 0; k < 15; k++)
    ck_assert_double_eq_tol(gradient_of(nested, "u", k), 2 * loss * 2 * gradient_of(flat, "x", k), 1e-14);
  for (size_t k = 0; k < 21; k++) {
    ck_assert_double_eq_tol(gradient_of(nested, "net.r1", k), 2 * loss * gradient_of(flat, "r1", k), 1e-14);
    ck_assert(value_of(nested, "net.r1", k) == value_of(flat, "r1", k));
  }
  check_guards(nested);
  gchk_instance_free(nested);
  gchk_instance_free(flat);
  gchk_network_free(outer);
  gchk_network_free(inner);
}
END_TEST

// A network promises what all of its nodes do.
START_TEST(one_node_may_leave_something) {
  gchk_layer other = *layer("relu");
  for (int promises = 0; promises < 2; promises++) {
    gchk_network *net = new_network(GCHK_F64);
    other.leaves_nothing = promises == 1;
    add_value(net, "x", GCHK_INPUT, "3");
    add_node(net, "r", layer("relu"), "x=x", "", NULL);
    add_node(net, "other", &other, "x=r", "", NULL);
    gchk_instance *i = finish(net, 1);
    ck_assert_int_eq(i->layer->leaves_nothing, promises == 1);
    gchk_instance_free(i);
    gchk_network_free(net);
  }
}
END_TEST

START_TEST(float_network_has_a_twin) {
  gchk_network *f64 = two_layer_net(GCHK_F64), *f32 = two_layer_net(GCHK_F32);
  const gchk_layer *twin, *layer32;
  ck_assert_int_eq(gchk_network_finish(f64, NULL, &twin, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_network_finish(f32, twin, &layer32, NULL), GCHK_OK);
  ck_assert_ptr_eq(layer32->twin, twin);
  ck_assert_int_eq(layer32->dtype, GCHK_F32);
  gchk_instance *a = instantiate(twin, 5), *b = instantiate(layer32, 5);
  forward(a);
  forward(b);
  backward(a, 1);
  backward(b, 1);
  ck_assert_int_eq(tensor(b, "W1")->dtype, GCHK_F32);
  ck_assert_double_eq_tol(value_of(a, "loss", 0), value_of(b, "loss", 0), 1e-5);
  for (size_t k = 0; k < 35; k++)
    ck_assert_double_eq_tol(gradient_of(a, "W1", k), gradient_of(b, "W1", k), 1e-6);
  gchk_instance_free(a);
  gchk_instance_free(b);
  gchk_network_free(f32);
  gchk_network_free(f64);
}
END_TEST

/* Samples of rank 3 are flattened by the affine layer; integers are labels. */
START_TEST(images_and_labels) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "pixels", GCHK_INPUT, "3 2 4 4");
  add_value(net, "labels", GCHK_INDEX, "3");
  add_node(net, "scores", layer("affine"), "x=pixels", "units=10", NULL);
  gchk_error error = {GCHK_OK, ""};
  ck_assert_int_eq(try_node(net, "loss", layer("softmax_with_loss"), "x=scores t=labels", "", NULL, &error),
                   GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "labels is i32"));
  add_node(net, "loss", gchk_registry_find("softmax_with_loss", GCHK_F64, 1), "x=scores t=labels", "", NULL);
  gchk_instance *i = finish(net, 3);
  ck_assert_uint_eq(tensor(i, "scores.W")->shape.dim[0], 32);
  ck_assert_ptr_null(tensor(i, "labels")->grad);
  for (size_t k = 0; k < 3; k++) // filled with classes: "C" is 10 here
    ck_assert(value_of(i, "labels", k) >= 0 && value_of(i, "labels", k) < 10);
  forward(i);
  backward(i, 1);
  ck_assert_uint_eq(tensor(i, "pixels")->shape.rank, 4);
  for (size_t j = 0; j < 10; j++) {
    double db = 0;
    for (size_t n = 0; n < 3; n++)
      db += (value_of(i, "loss.y", n * 10 + j) - (value_of(i, "labels", n) == (double)j)) / 3;
    ck_assert_double_eq_tol(gradient_of(i, "scores.b", j), db, 1e-15);
  }
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* A value whose fill nobody chose is filled as its first reader says, with numbers for sizes. */
START_TEST(fills_come_from_the_readers) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "40");
  add_value(net, "p", GCHK_INPUT, "40");
  const gchk_fill ones = {.kind = GCHK_FILL_CONSTANT, .a = 1};
  const gchk_shape shape = {.rank = 1, .dim = {40}};
  ck_assert_int_eq(gchk_network_add_value(net, "q", GCHK_INPUT, GCHK_F64, &shape, &ones, 0, NULL), GCHK_OK);
  add_node(net, "r", layer("relu"), "x=x", "", NULL);
  add_node(net, "s", layer("power"), "x=p", "", NULL);
  add_node(net, "t", layer("power"), "x=q", "", NULL);
  gchk_instance *i = finish(net, 3);
  for (size_t k = 0; k < 40; k++) {
    ck_assert(fabs(value_of(i, "x", k)) >= 0.05);
    ck_assert(value_of(i, "p", k) >= 0.5);
    ck_assert(value_of(i, "q", k) == 1);
  }
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

static TCase *networks(void) {
  TCase *t = tcase_create("networks");
  tcase_add_test(t, apple);
  tcase_add_test(t, apple_and_orange);
  tcase_add_test(t, operations_are_those_of_the_nodes);
  tcase_add_test(t, square_of_sum);
  tcase_add_loop_test(t, fan_out, 0, 2);
  tcase_add_test(t, shared_parameters);
  tcase_add_test(t, several_outputs);
  tcase_add_test(t, table_of_the_network);
  tcase_add_test(t, two_layers_from_formulas);
  tcase_add_test(t, two_instances_at_once);
  tcase_add_test(t, network_in_a_network);
  tcase_add_test(t, one_node_may_leave_something);
  tcase_add_test(t, float_network_has_a_twin);
  tcase_add_test(t, images_and_labels);
  tcase_add_test(t, fills_come_from_the_readers);
  return t;
}

TEST_MAIN("networks", networks)
