/*
 * update of a network: against forward for every element of every input and parameter; and for every differentiable
 * tensor, intermediate values too, differences of what update gives against the gradient of backward.
 */
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "main.h"
#include "network/network_fixture.h"

static const gchk_layer *layer(const char *name) {
  return built_in(name, GCHK_F64);
}

/* Every kind of reader: shared W, x read by three nodes and twice by one, a residual, two outputs of one node. */
static gchk_network *tangle(void) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 4");
  add_value(net, "t", GCHK_CONSTANT, "3 4");
  add_node(net, "h", layer("affine"), "x=x W=W b=b", "units=4", NULL);
  add_node(net, "s", layer("sigmoid"), "x=h", "", NULL);
  add_node(net, "residual", layer("add"), "x=s y=x", "", NULL);
  add_node(net, "g", layer("affine"), "x=residual W=W b=c", "", NULL);
  add_node(net, "squares", layer("mul"), "x=g y=g", "", NULL);
  add_node(net, "fork", layer("copy"), "x=squares", "", NULL);
  add_node(net, "both", layer("mul"), "x=fork.y1 y=x", "", NULL);
  add_node(net, "joined", layer("add"), "x=both y=fork.y2", "", NULL);
  add_node(net, "loss", layer("softmax_with_loss"), "x=joined t=t", "", NULL);
  return net;
}

/* What computes again the part of its outputs that an element has to do with. */
static gchk_network *images(void) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "2 2 4 5");
  add_value(net, "m", GCHK_CONSTANT, "2");
  add_value(net, "v", GCHK_CONSTANT, "2");
  add_value(net, "f", GCHK_INPUT, "2 1 1");
  add_value(net, "t", GCHK_CONSTANT, "2 3");
  add_node(net, "c", layer("conv2d"), "x=x w=w b=b", "Co=2 kernel=3 padding=1", NULL);
  add_node(net, "n", layer("batch_norm"), "x=c gamma=g beta=e running_mean=m running_var=v", "", NULL);
  add_node(net, "p", layer("max_pool"), "x=n", "kernel=3 stride=1", NULL);
  add_node(net, "d", layer("conv_transpose2d"), "x=p w=u b=a", "Co=2 kernel=2", NULL);
  add_node(net, "s", layer("add"), "x=d y=f", "", NULL);
  add_node(net, "h", layer("affine"), "x=s W=W b=o", "units=3", NULL);
  add_node(net, "loss", layer("softmax_with_loss"), "x=h t=t", "", NULL);
  return net;
}

/* Two layers, a tangle, and the two layers as a node of another network, whose own `inner` must outlive it; images. */
enum { TWO_LAYERS, TANGLE, NESTED, IMAGES, NETWORKS };
static const size_t intermediates[NETWORKS] = {3, 9, 5, 6};

static gchk_network *make(int which, gchk_network **inner) {
  *inner = NULL;
  if (which == TWO_LAYERS)
    return two_layer_net(GCHK_F64);
  if (which == TANGLE)
    return tangle();
  if (which == IMAGES)
    return images();
  const gchk_layer *inner_layer = NULL;
  *inner = two_layer_net(GCHK_F64);
  ck_assert_int_eq(gchk_network_finish(*inner, NULL, &inner_layer, NULL), GCHK_OK);
  gchk_network *outer = new_network(GCHK_F64);
  add_value(outer, "x", GCHK_INPUT, "3 5");
  add_value(outer, "t", GCHK_CONSTANT, "3 4");
  add_node(outer, "double", layer("add"), "x=x y=x", "", NULL);
  add_node(outer, "net", inner_layer, "x=double t=t", "", NULL);
  add_node(outer, "square", layer("power"), "x=net y=loss", "", NULL);
  return outer;
}

/* Puts back what forward wrote for the base point. */
static void restore(gchk_instance *instance, const gchk_instance *base) {
  for (size_t i = 0; i < instance->tensor_count; i++)
    memcpy(instance->t[i].value, base->t[i].value, base->t[i].count * gchk_dtype_size(base->t[i].dtype));
}

static bool update(gchk_instance *instance, size_t tensor_index, size_t element) {
  bool done = false;
  ck_assert_int_eq(gchk_instance_update(instance, tensor_index, element, &done, NULL), GCHK_OK);
  return done;
}

static void expect_same_written(const gchk_instance *fast, const gchk_instance *slow) {
  for (size_t i = 0; i < fast->tensor_count; i++) {
    const gchk_tensor *a = &fast->t[i], *b = &slow->t[i];
    for (size_t k = 0; (a->role == GCHK_OUTPUT || a->role == GCHK_CACHE) && k < a->count; k++) {
      const double x = gchk_tensor_get(a, a->value, k), y = gchk_tensor_get(b, b->value, k);
      if (!(fabs(x - y) <= 1e-13 * (1 + fabs(y))))
        ck_abort_msg("%s[%zu] is %.17g by update, %.17g by forward", a->name, k, x, y);
    }
  }
}

START_TEST(against_forward) {
  gchk_network *inner, *net = make(_i, &inner);
  gchk_instance *base = finish(net, 5), *fast = instantiate(base->layer, 5), *slow = instantiate(base->layer, 5);
  forward(base);
  size_t elements = 0;
  for (size_t i = 0; i < base->tensor_count; i++) {
    const gchk_role role = base->t[i].role;
    const bool is_read = role == GCHK_INPUT || role == GCHK_PARAMETER || role == GCHK_CONSTANT;
    for (size_t k = 0; is_read && k < base->t[i].count; k++, elements++) {
      restore(fast, base);
      restore(slow, base);
      const double x = gchk_tensor_get(&base->t[i], base->t[i].value, k) + 0.25;
      gchk_tensor_set(&fast->t[i], fast->t[i].value, k, x);
      gchk_tensor_set(&slow->t[i], slow->t[i].value, k, x);
      ck_assert(update(fast, i, k));
      forward(slow);
      expect_same_written(fast, slow);
    }
  }
  ck_assert_uint_gt(elements, 30);
  check_guards(fast);
  gchk_instance_free(base);
  gchk_instance_free(fast);
  gchk_instance_free(slow);
  gchk_network_free(net);
  gchk_network_free(inner);
}
END_TEST

static double loss_after(gchk_instance *instance, const gchk_instance *base, size_t i, size_t k, double change) {
  restore(instance, base);
  const double x = gchk_tensor_get(&base->t[i], base->t[i].value, k) + change;
  gchk_tensor_set(&instance->t[i], instance->t[i].value, k, x);
  ck_assert(update(instance, i, k));
  ck_assert(gchk_tensor_get(&instance->t[i], instance->t[i].value, k) == x); // it itself is left alone
  return value_of(instance, "loss", 0);
}

START_TEST(against_the_gradient) {
  const double h = 1e-5;
  gchk_network *inner, *net = make(_i, &inner);
  gchk_instance *base = finish(net, 5), *moved = instantiate(base->layer, 5);
  forward(base);
  backward(base, 1);
  size_t intermediate = 0;
  for (size_t i = 0; i < base->tensor_count; i++) {
    const gchk_tensor *t = &base->t[i];
    const bool is_intermediate = t->role == GCHK_CACHE && t->grad != NULL;
    intermediate += is_intermediate;
    for (size_t k = 0; (is_intermediate || t->role == GCHK_INPUT || t->role == GCHK_PARAMETER) && k < t->count; k++) {
      const double numeric = (loss_after(moved, base, i, k, h) - loss_after(moved, base, i, k, -h)) / (2 * h);
      const double analytic = gchk_tensor_get(t, t->grad, k);
      if (!(fabs(numeric - analytic) <= 1e-7 * (1 + fabs(analytic))))
        ck_abort_msg("%s[%zu]: numeric %.12g, analytic %.12g", t->name, k, numeric, analytic);
    }
  }
  ck_assert_uint_eq(intermediate, intermediates[_i]);
  gchk_instance_free(base);
  gchk_instance_free(moved);
  gchk_network_free(net);
  gchk_network_free(inner);
}
END_TEST

/* What nothing follows from, or what forward itself writes, is not offered. */
START_TEST(is_not_done_for_outputs_and_plain_caches) {
  gchk_network *net = two_layer_net(GCHK_F64);
  gchk_instance *i = finish(net, 5);
  forward(i);
  const double loss = value_of(i, "loss", 0);
  ck_assert(!update(i, gchk_instance_find(i, "loss"), 0));
  ck_assert(!update(i, gchk_instance_find(i, "loss.y"), 0));
  ck_assert(value_of(i, "loss", 0) == loss);
  gchk_instance_free(i);
  gchk_network_free(net);
}
END_TEST

/* x, negated by one node after the other: the last value is "n<nodes - 1>". */
static gchk_network *chain(size_t nodes) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "2");
  char binding[32] = "x=x", name[24];
  for (size_t n = 0; n < nodes; n++) {
    (void)snprintf(name, sizeof name, "n%zu", n);
    add_node(net, name, layer("negate"), binding, "", NULL);
    (void)snprintf(binding, sizeof binding, "x=%s", name);
  }
  return net;
}

static size_t bytes_in_use(void) {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/* What a chain and an instance of it take; every value of it that may change is followed to the end. */
static size_t bytes_of_chain(size_t nodes) {
  const size_t before = bytes_in_use();
  gchk_network *net = chain(nodes);
  gchk_instance *i = finish(net, 5);
  forward(i);
  char last[24];
  (void)snprintf(last, sizeof last, "n%zu", nodes - 1);
  double x = 1;
  for (size_t from = 0; from < nodes; from += nodes / 8, x++) {
    char name[24] = "x";
    if (from > 0)
      (void)snprintf(name, sizeof name, "n%zu", from - 1);
    set(i, name, 1, x);
    ck_assert(update(i, gchk_instance_find(i, name), 1));
    ck_assert(value_of(i, last, 1) == ((nodes - from) % 2 == 0 ? x : -x));
  }
  const size_t bytes = bytes_in_use() - before;
  gchk_instance_free(i);
  gchk_network_free(net);
  return bytes;
}

/* The nodes that follow from all of its values, listed, would be the square of the nodes. */
START_TEST(a_chain_twice_as_deep_takes_twice_the_room) {
  const size_t bytes = bytes_of_chain(2000), twice = bytes_of_chain(4000);
  if (bytes > 0 && !(twice < 5 * bytes / 2)) // a sanitizer's allocator does not count
    ck_abort_msg("2,000 nodes take %zu bytes, 4,000 take %zu", bytes, twice);
}
END_TEST

static TCase *updates(void) {
  TCase *t = tcase_create("update");
  tcase_add_loop_test(t, against_forward, 0, NETWORKS);
  tcase_add_loop_test(t, against_the_gradient, 0, NETWORKS);
  tcase_add_test(t, a_chain_twice_as_deep_takes_twice_the_room);
  tcase_add_test(t, is_not_done_for_outputs_and_plain_caches);
  return t;
}

TEST_MAIN("update of networks", updates)
