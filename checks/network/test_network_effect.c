/*
 * What vary says has no effect: an element of which no forward depends, and no other. By forward of another instance, at
 * one element at a time, and with all of them changed at once.
 */
#include <math.h>
#include <string.h>

#include "core/double_bits.h"
#include "core/memory.h"
#include "gradcheck/random.h"
#include "main.h"
#include "network/network_fixture.h"
#include "network/vary_points.h"

/* A first layer with parameters, tanh and a loss: whatever moves its output moves the loss. */
static const struct {
  const char *layer, *x, *t, *sizes;
} networks[] = {{"affine", "3 6", "3 5", "units=5"}, {"linear", "3 6", "3 5", "units=5"},
                {"affine", "1 6", "1 5", "units=5"}, {"linear", "4 6", "4 5", "units=5"},
                {"layer_norm", "3 1", "3 1", ""},    {"layer_norm", "3 6", "3 6", ""},
                {"rms_norm", "3 6", "3 6", ""},      {"group_norm", "3 6", "3 6", "groups=2"},
                {"batch_norm", "4 6", "4 6", "C=6"}, {"affine", "70 40", "70 3", "units=3"}};

static gchk_network *make(size_t k) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, networks[k].x);
  add_value(net, "t", GCHK_CONSTANT, networks[k].t);
  const bool has_running = strcmp(networks[k].layer, "batch_norm") == 0;
  if (has_running) {
    add_value(net, "m", GCHK_CONSTANT, networks[k].sizes + strlen("C="));
    add_value(net, "v", GCHK_CONSTANT, networks[k].sizes + strlen("C="));
  }
  add_node(net, "n", built_in(networks[k].layer, GCHK_F64), has_running ? "x=x running_mean=m running_var=v" : "x=x",
           networks[k].sizes, NULL);
  add_node(net, "y", built_in("tanh", GCHK_F64), "x=n", "", NULL);
  add_node(net, "loss", built_in("mse", GCHK_F64), "x=y t=t", "", NULL);
  return net;
}

/* Of every three columns of x the first is 0, of both signs, and the second is 0 but for one row. */
static gchk_instance *open_with_zeros(gchk_network *net) {
  gchk_instance *instance = finish(net, 7);
  const gchk_tensor *x = tensor(instance, "x");
  const size_t rows = x->shape.rank > 1 ? x->shape.dim[0] : 1, columns = x->count / rows;
  for (size_t i = 0; i < x->count; i++)
    if (i % columns % 3 == 0 || (i % columns % 3 == 1 && i / columns != rows / 2))
      set(instance, "x", i, i % 2 == 0 ? 0.0 : -0.0);
  forward(instance);
  return instance;
}

/* Is the loss of each of these the same, to the last bit? */
static bool moves_nothing(gchk_instance *slow, const gchk_instance *base, size_t i, size_t e) {
  const double at[] = {0, -0.0, 1, -3, 1e200, -0x1p1000}, before = value_of(base, "loss", 0);
  bool all = true;
  for (size_t k = 0; k < sizeof at / sizeof at[0]; k++)
    all = all && gchk_bits_of(loss_at(slow, base, i, e, at[k])) == gchk_bits_of(before);
  return all;
}

/* The loss with all of them changed. */
static double loss_without(gchk_instance *slow, const gchk_instance *base, size_t i, const bool *has_no_effect) {
  gchk_random random = gchk_random_seeded(i);
  const gchk_tensor *t = &slow->t[i];
  for (size_t k = 0; k < slow->tensor_count; k++)
    memcpy(slow->t[k].value, base->t[k].value, base->values[k].bytes);
  for (size_t e = 0; e < t->count; e++)
    if (has_no_effect[e])
      gchk_tensor_set(t, t->value, e, 100 * gchk_random_signed(&random));
  forward(slow);
  return value_of(slow, "loss", 0);
}

/* How many there are. */
static size_t check_tensor(gchk_instance *fast, gchk_instance *slow, size_t i) {
  const gchk_tensor *t = &fast->t[i];
  vary_points p = all_points(fast, i);
  bool *said = gchk_calloc(t->count, sizeof *said);
  size_t count = 0;
  p.variants.has_no_effect = said;
  ck_assert_msg(vary(fast, &p), "%s is not varied", t->name);
  ck_assert_uint_eq(first_difference(&p, slow, fast), p.variants.count); // points are evaluated as ever
  for (size_t e = 0; e < t->count; e++) {
    ck_assert_msg(said[e] == moves_nothing(slow, fast, i, e), "%s[%zu]: %d", t->name, e, said[e]);
    count += said[e];
  }
  const double before = value_of(fast, "loss", 0), without = loss_without(slow, fast, i, said);
  ck_assert_mem_eq(&before, &without, sizeof before);
  free(said);
  free_points(&p);
  return count;
}

START_TEST(what_is_said_of_elements_is_what_forward_does) {
  gchk_network *net = make((size_t)_i);
  gchk_instance *fast = open_with_zeros(net), *slow = instantiate(fast->layer, 7);
  const bool is_product = strstr("affine linear", networks[_i].layer) != NULL;
  const size_t of_parameter[] = {is_product ? gchk_instance_find(fast, "n.W") : gchk_instance_find(fast, "n.gamma"),
                                 gchk_instance_find(fast, is_product ? "n.b" : "n.beta"),
                                 gchk_instance_find(fast, "n")};
  forward(slow);
  for (size_t k = 0; k < 3; k++) {
    if (of_parameter[k] == fast->tensor_count)
      continue;
    const size_t count = check_tensor(fast, slow, of_parameter[k]), of = fast->t[of_parameter[k]].count;
    ck_assert(k == 0 || count == 0); // no bias, and no value, is without effect
    ck_assert(!is_product || k > 0 || (count >= of / 3 && count < of / 2));
  }
  free_instances(net, fast, slow);
}
END_TEST

/* What was said before holds for the values of then alone. */
START_TEST(other_inputs_have_other_effects) {
  gchk_network *net = make(0);
  gchk_instance *fast = open_with_zeros(net), *slow = instantiate(fast->layer, 7);
  forward(slow);
  const size_t w = gchk_instance_find(fast, "n.W");
  ck_assert_uint_eq(check_tensor(fast, slow, w), 10);
  set(fast, "x", 6, 0.5); // of a column that was 0
  forward(fast);
  ck_assert_uint_eq(check_tensor(fast, slow, w), 5);
  set(fast, "x", 6, (double)0);
  set(fast, "x", 9, 0x1p-1074);
  forward(fast);
  vary_points p = all_points(fast, w);
  bool said[30] = {false};
  p.variants.has_no_effect = said;
  ck_assert(vary(fast, &p));
  ck_assert(said[0] && !said[15]); // what is not 0 is not, however small
  free_points(&p);
  free_instances(net, fast, slow);
}
END_TEST

static TCase *effect_tests(void) {
  TCase *tc = tcase_create("effect");
  tcase_add_loop_test(tc, what_is_said_of_elements_is_what_forward_does, 0, sizeof networks / sizeof networks[0]);
  tcase_add_test(tc, other_inputs_have_other_effects);
  return tc;
}

TEST_MAIN("network_effect", effect_tests)
