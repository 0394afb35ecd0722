/* Networks whose vary is refused, for some tensor or all: nothing is written, and nothing counted. */
#include <math.h>
#include <stdio.h>

#include "gradcheck/layers.h"
#include "main.h"
#include "network/network_fixture.h"
#include "network/vary_points.h"

static const gchk_layer *layer(const char *name) {
  return built_in(name, GCHK_F64);
}

/* x -> affine with W and b0, and a target t. */
static gchk_network *begin(void) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 4");
  add_value(net, "t", GCHK_CONSTANT, "3 4");
  add_node(net, "n0", layer("affine"), "x=x W=W b=b0", "units=4", NULL);
  return net;
}

static gchk_network *shared_parameter(void) {
  gchk_network *net = begin();
  add_node(net, "n1", layer("affine"), "x=n0 W=W b=b1", "units=4", NULL);
  add_node(net, "loss", layer("mse"), "x=n1 t=t", "", NULL);
  return net;
}

static gchk_network *residual(void) {
  gchk_network *net = begin();
  add_node(net, "sum", layer("add"), "x=x y=n0", "", NULL);
  add_node(net, "loss", layer("mse"), "x=sum t=t", "", NULL);
  return net;
}

/* An operand that is repeated has no row of its own. */
static gchk_network *repeated(void) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "1 4");
  add_value(net, "z", GCHK_INPUT, "3 4");
  add_value(net, "t", GCHK_CONSTANT, "3 4");
  add_node(net, "n0", layer("relu"), "x=x", "", NULL);
  add_node(net, "sum", layer("add"), "x=z y=n0", "", NULL);
  add_node(net, "loss", layer("mse"), "x=sum t=t", "", NULL);
  return net;
}

/* `count` values that are all wanted at the end: the last of them first. */
static gchk_network *many_at_once(size_t count) {
  gchk_network *net = begin();
  char node[24], reads[48], before[24] = "n0";
  for (size_t k = 1; k < 2 * count; k++) {
    (void)snprintf(node, sizeof node, "n%zu", k);
    if (k < count)
      (void)snprintf(reads, sizeof reads, "x=%s", before);
    else
      (void)snprintf(reads, sizeof reads, "x=%s y=n%zu", before, 2 * count - 1 - k);
    add_node(net, node, layer(k < count ? "softmax" : "add"), reads, "", NULL);
    (void)snprintf(before, sizeof before, "%s", node);
  }
  (void)snprintf(reads, sizeof reads, "x=%s t=t", before);
  add_node(net, "loss", layer("mse"), reads, "", NULL);
  return net;
}

static gchk_network *some_at_once(void) {
  return many_at_once(6);
}

static gchk_network *too_many_at_once(void) {
  return many_at_once(9);
}

static gchk_network *over_the_batch(void) {
  gchk_network *net = begin();
  add_value(net, "m", GCHK_CONSTANT, "4");
  add_value(net, "v", GCHK_CONSTANT, "4");
  add_node(net, "norm", layer("batch_norm"), "x=n0 running_mean=m running_var=v", "", NULL);
  add_node(net, "loss", layer("mse"), "x=norm t=t", "", NULL);
  return net;
}

/* Twice: what the second gets are whole rows, of all of the batch. */
static gchk_network *over_the_batch_twice(void) {
  gchk_network *net = begin();
  add_value(net, "m", GCHK_CONSTANT, "4");
  add_value(net, "v", GCHK_CONSTANT, "4");
  add_node(net, "norm", layer("batch_norm"), "x=n0 running_mean=m running_var=v", "", NULL);
  add_node(net, "n1", layer("affine"), "x=norm W=W1 b=b1", "units=4", NULL);
  add_node(net, "again", layer("batch_norm"), "x=n1 running_mean=m running_var=v", "", NULL);
  add_node(net, "loss", layer("mse"), "x=again t=t", "", NULL);
  return net;
}

/* A channel of several elements of a row. */
static gchk_network *over_positions(void) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 4 2");
  add_value(net, "t", GCHK_CONSTANT, "3 4 2");
  add_value(net, "m", GCHK_CONSTANT, "4");
  add_value(net, "v", GCHK_CONSTANT, "4");
  add_node(net, "norm", layer("batch_norm"), "x=x running_mean=m running_var=v", "", NULL);
  add_node(net, "loss", layer("mse"), "x=norm t=t", "", NULL);
  return net;
}

static gchk_network *target_of_its_own(void) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 4");
  add_node(net, "n0", layer("affine"), "x=x W=W b=b0", "units=4", NULL);
  add_node(net, "loss", layer("mse"), "x=n0 t=x", "", NULL); // what is varied is the target too
  return net;
}

static gchk_network *two_losses(void) {
  gchk_network *net = begin();
  add_value(net, "z", GCHK_INPUT, "3 4");
  add_node(net, "loss", layer("mse"), "x=n0 t=t", "", NULL);
  add_node(net, "other", layer("mse"), "x=z t=t", "", NULL);
  return net;
}

static gchk_network *floats(void) {
  return two_layer_net(GCHK_F32);
}

static const struct {
  gchk_network *(*make)(void);
  const char *tensor;
  bool is_done;
} networks[] = {
    {shared_parameter, "W", false},
    {shared_parameter, "x", true},
    {shared_parameter, "b0", true},
    {residual, "x", true},
    {residual, "W", true},
    {over_the_batch, "W", true},
    {over_the_batch, "x", true},
    {over_the_batch_twice, "W", true},
    {over_the_batch_twice, "W1", true},
    {over_positions, "x", false},
    {repeated, "x", false},
    {repeated, "z", true},
    {some_at_once, "W", true},
    {too_many_at_once, "W", false},
    {target_of_its_own, "x", false},
    {target_of_its_own, "W", true},
    {two_losses, "W", false},
    {floats, "W1", false},
};
enum { NETWORKS = sizeof networks / sizeof networks[0] };

START_TEST(what_cannot_be_done_is_left_alone) {
  gchk_network *net = networks[_i].make();
  gchk_instance *instance = finish(net, 3);
  forward(instance);
  vary_points p = all_points(instance, gchk_instance_find(instance, networks[_i].tensor));
  for (size_t k = 0; k < p.variants.count; k++)
    p.loss[k] = 42;
  p.base = 43;
  const uint64_t calls = instance->forward_calls;
  ck_assert(vary(instance, &p) == networks[_i].is_done);
  for (size_t k = 0; k < p.variants.count && !networks[_i].is_done; k++)
    ck_assert(p.loss[k] == 42);
  ck_assert(networks[_i].is_done || (p.base == 43 && instance->forward_calls == calls));
  free_points(&p);
  gchk_instance_free(instance);
  gchk_network_free(net);
}
END_TEST

START_TEST(a_network_that_is_not_finite_is_left_alone) {
  gchk_network *net = two_layer_net(GCHK_F64);
  gchk_instance *instance = finish(net, 3);
  set(instance, "x", 2, (double)INFINITY);
  forward(instance);
  vary_points p = all_points(instance, gchk_instance_find(instance, "W2"));
  ck_assert(!vary(instance, &p));
  set(instance, "x", 2, 1);
  forward(instance);
  ck_assert(vary(instance, &p));
  free_points(&p);
  gchk_instance_free(instance);
  gchk_network_free(net);
}
END_TEST

static TCase *network_unvaried(void) {
  TCase *tcase = tcase_create("network unvaried");
  tcase_add_loop_test(tcase, what_cannot_be_done_is_left_alone, 0, NETWORKS);
  tcase_add_test(tcase, a_network_that_is_not_finite_is_left_alone);
  return tcase;
}

TEST_MAIN("network_unvaried", network_unvaried)
