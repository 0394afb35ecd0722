/* What cannot be a network, and the messages: they name the node, the numbers and the remedy. */
#include <math.h>
#include <string.h>

#include "main.h"
#include "network/network_fixture.h"

static const gchk_layer *layer(const char *name) {
  return built_in(name, GCHK_F64);
}

/* x (3,40) and t (3,10), h = affine(x) with W1 (40,50). */
static gchk_network *start(void) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 40");
  add_value(net, "t", GCHK_CONSTANT, "3 10");
  add_node(net, "affine1", layer("affine"), "x=x W=W1 y=h", "units=50", NULL);
  return net;
}

static const struct {
  const char *layer, *bindings, *sizes;
  double option;
  const char *words[4]; /* that the message has, in this order */
} wrong_nodes[] = {
    {"affine", "", "units=4", 0, {"n: nothing says what its input x is", "x, t", "h"}},
    {"affine", "x=hidden", "units=4", 0, {"n: x is hidden", "no value of that name", "x, t"}},
    {"affine", "x=n", "units=4", 0, {"n: x is n", "no value of that name"}},
    {"affine", "x=x w=W", "units=4", 0, {"n: affine has no tensor w", "x, W, b, y"}},
    {"softmax_with_loss", "x=x y=p t=t", "", 0, {"n: softmax_with_loss has no tensor y", "x, t, loss"}},
    {"affine", "x=x x=t", "units=4", 0, {"n: x is given twice", "x", "t"}},
    {"affine", "x=x W=", "units=4", 0, {"n: the name for W is empty"}},
    {"affine", "x=x", "unit=4", 0, {"n: affine has no size unit", "N, inputs, units"}},
    {"affine", "x=x", "", 0, {"n: W", "inputs units", "units"}},
    {"affine", "x=x", "units=4 N=5", 0, {"n: x is (3,40)", "N is 5 and cannot be 3"}},
    {"affine",
     "x=t W=W1",
     "",
     0,
     {"n: W is (40,50)", "inputs is 10 and cannot be 40", "x is (3,10)", "make the sizes match"}},
    {"affine", "x=x W=W1", "units=7", 0, {"n: W is (40,50)", "units is 7 and cannot be 50"}},
    {"add", "x=x y=h", "", 0, {"n: out", "(3,40) and (3,50) cannot be broadcast"}},
    {"linear", "x=scalar", "units=4", 0, {"n: x is ()", "\"N inputs\""}},
    {"affine", "x=x y=t", "units=4", 0, {"n: its output y is to be called t", "there already"}},
    {"affine", "x=x y=W1", "units=4", 0, {"n: its output y is to be called W1", "there already"}},
    {"softmax_with_loss", "x=h t=x", "", 0, {"n: t of softmax_with_loss is a constant", "x is differentiated"}},
    {"add", "x=x y=labels", "", 0, {"n: labels is i32", "y of add is f64"}},
    {"power", "x=x", "", 5000, {"n: exponent is 5000", "from -1000 to 1000"}},
    {"power", "x=x", "", (double)NAN, {"n: exponent is", "from -1000 to 1000"}},
};
enum { WRONG_NODES = sizeof wrong_nodes / sizeof wrong_nodes[0] };

static void expect_words(const gchk_error *error, const char *const *words) {
  const char *at = error->message;
  for (size_t k = 0; k < 4 && words[k] != NULL; k++) {
    const char *found = strstr(at, words[k]);
    ck_assert_msg(found != NULL, "\"%s\" is not (there) in: %s", words[k], error->message);
    at = found + strlen(words[k]);
  }
}

/* Neither options nor fillings nor values stay of a node that was refused: as if it had never been there. */
START_TEST(a_refused_node_leaves_nothing) {
  gchk_network *net = new_network(GCHK_F64);
  const gchk_layer *l = NULL;
  const double exponent = 3;
  gchk_error error = {GCHK_OK, ""};
  add_value(net, "z", GCHK_INPUT, "3 40");
  add_value(net, "taken", GCHK_INPUT, "3 40");
  ck_assert_int_eq(try_node(net, "n", layer("power"), "x=z y=taken", "", &exponent, &error), GCHK_INVALID);
  add_node(net, "n", layer("add"), "x=z y=taken", "", NULL);
  add_node(net, "power", layer("power"), "x=n y=cube", "", &exponent);
  ck_assert_msg(gchk_network_finish(net, NULL, &l, &error) == GCHK_OK, "%s", error.message);
  ck_assert_uint_eq(l->option_count, 1);
  ck_assert_str_eq(l->options[0].name, "power.exponent");
  ck_assert_double_eq(l->option_values[0], 3);
  ck_assert_str_eq(l->tensors[0].name, "z");
  ck_assert_double_eq(l->tensors[0].keep_away, layer("add")->tensors[0].keep_away);
  ck_assert_int_eq(l->tensors[0].fill.kind, layer("add")->tensors[0].fill.kind);
  gchk_network_free(net);
}
END_TEST

/* The node is refused, and a right one can still be added in its place. */
START_TEST(wrong_node) {
  gchk_network *net = start();
  add_value(net, "labels", GCHK_INDEX, "3 40");
  add_value(net, "scalar", GCHK_INPUT, "");
  gchk_error error = {GCHK_OK, ""};
  const gchk_layer *l = layer(wrong_nodes[_i].layer);
  const double *options = wrong_nodes[_i].option != 0 ? &wrong_nodes[_i].option : NULL;
  ck_assert_int_eq(try_node(net, "n", l, wrong_nodes[_i].bindings, wrong_nodes[_i].sizes, options, &error),
                   GCHK_INVALID);
  ck_assert_int_eq(error.status, GCHK_INVALID);
  expect_words(&error, wrong_nodes[_i].words);
  ck_assert_ptr_null(gchk_network_shape(net, "n"));
  add_node(net, "n", layer("relu"), "x=h", "", NULL);
  ck_assert_ptr_nonnull(gchk_network_shape(net, "n"));
  gchk_network_free(net);
}
END_TEST

START_TEST(node_names_are_unique) {
  gchk_network *net = start();
  gchk_error error = {GCHK_OK, ""};
  ck_assert_int_eq(try_node(net, "affine1", layer("relu"), "x=h", "", NULL, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "affine1: a node of that name"));
  ck_assert_int_eq(try_node(net, "", layer("relu"), "x=h", "", NULL, &error), GCHK_INVALID);
  gchk_network_free(net);
}
END_TEST

START_TEST(wrong_values) {
  gchk_network *net = start();
  const gchk_shape shape = {.rank = 1, .dim = {3}}, empty = {.rank = 1, .dim = {0}};
  const gchk_shape huge = {.rank = 2, .dim = {SIZE_MAX, 2}};
  gchk_error error = {GCHK_OK, ""};
  ck_assert_int_eq(gchk_network_add_value(net, "x", GCHK_INPUT, GCHK_F64, &shape, NULL, 0, &error), GCHK_INVALID);
  ck_assert_ptr_nonnull(strstr(error.message, "x is there already"));
  ck_assert_int_eq(gchk_network_add_value(net, "v", GCHK_OUTPUT, GCHK_F64, &shape, NULL, 0, &error), GCHK_INVALID);
  ck_assert_int_eq(gchk_network_add_value(net, "v", GCHK_INPUT, GCHK_I32, &shape, NULL, 0, &error), GCHK_INVALID);
  ck_assert_int_eq(gchk_network_add_value(net, "v", GCHK_INDEX, GCHK_F64, &shape, NULL, 0, &error), GCHK_INVALID);
  ck_assert_int_eq(gchk_network_add_value(net, "", GCHK_INPUT, GCHK_F64, &shape, NULL, 0, &error), GCHK_INVALID);
  ck_assert_int_eq(gchk_network_add_value(net, "v", GCHK_INPUT, GCHK_F64, &empty, NULL, 0, &error), GCHK_INVALID);
  ck_assert_int_eq(gchk_network_add_value(net, "v", GCHK_INPUT, GCHK_F64, &huge, NULL, 0, &error), GCHK_NO_MEMORY);
  ck_assert_ptr_null(gchk_network_shape(net, "v"));
  ck_assert_int_eq(gchk_network_dtype(net, "v"), GCHK_DTYPE_UNSET);
  ck_assert_int_eq(gchk_network_dtype(net, "x"), GCHK_F64);
  ck_assert_uint_eq(gchk_network_shape(net, "h")->dim[1], 50);
  gchk_network *other = NULL;
  ck_assert_int_eq(gchk_network_new(&other, "n", GCHK_I32, &error), GCHK_INVALID);
  ck_assert_ptr_null(other);
  gchk_network_free(net);
  gchk_network_free(NULL);
}
END_TEST

static void expect_no_layer(gchk_network *net, const gchk_layer *twin, const char *words) {
  const gchk_layer *result = net == NULL ? NULL : twin;
  gchk_error error = {GCHK_OK, ""};
  ck_assert_int_eq(gchk_network_finish(net, twin, &result, &error), GCHK_INVALID);
  ck_assert_ptr_null(result);
  ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
}

START_TEST(wrong_ends) {
  gchk_network *net = new_network(GCHK_F64);
  expect_no_layer(net, NULL, "no layers");
  gchk_network_free(net);
  net = start();
  expect_no_layer(net, NULL, "no node reads t");
  gchk_network_free(net);
  net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3");
  add_node(net, "a", layer("power"), "x=x", "", NULL);
  add_node(net, "loss.y", layer("power"), "x=a", "", NULL); // a value that is called like a cache
  gchk_network *inner = two_layer_net(GCHK_F64);
  const gchk_layer *finished = NULL;
  ck_assert_int_eq(gchk_network_finish(inner, NULL, &finished, NULL), GCHK_OK);
  expect_no_layer(inner, NULL, "finished already");
  const gchk_shape shape = {.rank = 1, .dim = {3}};
  ck_assert_int_eq(gchk_network_add_value(inner, "v", GCHK_INPUT, GCHK_F64, &shape, NULL, 0, NULL), GCHK_INVALID);
  ck_assert_int_eq(try_node(inner, "v", layer("relu"), "x=a1", "", NULL, NULL), GCHK_INVALID);
  expect_no_layer(net, finished, "its twin must be");
  gchk_network_free(inner);
  gchk_network_free(net);
}
END_TEST

START_TEST(tensors_of_one_name) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 4");
  add_value(net, "t", GCHK_CONSTANT, "3 4");
  add_node(net, "p", layer("power"), "x=x y=loss.y", "", NULL);
  add_node(net, "loss", layer("softmax_with_loss"), "x=loss.y t=t", "", NULL);
  expect_no_layer(net, NULL, "two of its tensors are called loss.y");
  gchk_network_free(net);
}
END_TEST

static TCase *errors(void) {
  TCase *t = tcase_create("errors");
  tcase_add_loop_test(t, wrong_node, 0, WRONG_NODES);
  tcase_add_test(t, a_refused_node_leaves_nothing);
  tcase_add_test(t, node_names_are_unique);
  tcase_add_test(t, wrong_values);
  tcase_add_test(t, wrong_ends);
  tcase_add_test(t, tensors_of_one_name);
  return t;
}

TEST_MAIN("errors of networks", errors)
