/* Networks under test. */
#include "network/network_fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gradcheck/layers.h"
#include "instance/fill.h"

void add_value(gchk_network *network, const char *name, gchk_role role, const char *text) {
  gchk_error error = {GCHK_OK, ""};
  gchk_shape shape;
  const gchk_sizes none = {0};
  ck_assert_int_eq(gchk_sizes_shape(&none, text, &shape, &error), GCHK_OK);
  ck_assert_msg(gchk_network_add_value(network, name, role, GCHK_DTYPE_UNSET, &shape, NULL, 0, &error) == GCHK_OK, "%s",
                error.message);
}

gchk_status try_node(gchk_network *network, const char *name, const gchk_layer *layer, const char *words,
                     const char *sizes, const double *options, gchk_error *error) {
  enum { MAX = 8 };
  char text[256];
  gchk_binding bindings[MAX];
  size_t count = 0;
  (void)snprintf(text, sizeof text, "%s", words);
  for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
    char *equals = strchr(word, '=');
    ck_assert(equals != NULL && count < MAX);
    *equals = '\0';
    bindings[count++] = (gchk_binding){word, equals + 1};
  }
  gchk_sizes given = {0};
  ck_assert_int_eq(gchk_sizes_parse(&given, sizes, NULL), GCHK_OK);
  const gchk_node_spec spec = {name, layer, bindings, count, &given, options};
  return gchk_network_add_node(network, &spec, error);
}

void add_node(gchk_network *network, const char *name, const gchk_layer *layer, const char *bindings, const char *sizes,
              const double *options) {
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(try_node(network, name, layer, bindings, sizes, options, &error) == GCHK_OK, "%s", error.message);
}

const gchk_layer *built_in(const char *name, gchk_dtype dtype) {
  const gchk_layer *layer = gchk_registry_find(name, dtype, 0);
  ck_assert_ptr_nonnull(layer);
  return layer;
}

gchk_network *new_network(gchk_dtype dtype) {
  gchk_network *network = NULL;
  gchk_blas_set_threads(1); // as in a check
  ck_assert_int_eq(gchk_network_new(&network, "net", dtype, NULL), GCHK_OK);
  return network;
}

gchk_instance *instantiate(const gchk_layer *layer, uint64_t seed) {
  gchk_error error = {GCHK_OK, ""};
  const gchk_sizes none = {0};
  gchk_instance *instance = NULL;
  ck_assert_msg(gchk_instance_new(&instance, layer, &none, NULL, GCHK_TRAIN, seed, &error) == GCHK_OK, "%s",
                error.message);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor_spec *row = &layer->tensors[i];
    gchk_random random = gchk_random_stream(seed, row->name);
    if (row->role == GCHK_INPUT || row->role == GCHK_PARAMETER || row->role == GCHK_CONSTANT || row->role == GCHK_INDEX)
      ck_assert_msg(gchk_fill_tensor(&instance->t[i], &row->fill, row->keep_away, row->kink, &none, &random, &error) ==
                        GCHK_OK,
                    "%s", error.message);
  }
  return instance;
}

gchk_instance *finish(gchk_network *network, uint64_t seed) {
  gchk_error error = {GCHK_OK, ""};
  const gchk_layer *layer = NULL;
  ck_assert_msg(gchk_network_finish(network, NULL, &layer, &error) == GCHK_OK, "%s", error.message);
  return instantiate(layer, seed);
}

void forward(gchk_instance *instance) {
  gchk_error error = {GCHK_OK, ""};
  ck_assert_msg(gchk_instance_forward(instance, &error) == GCHK_OK, "%s", error.message);
}

void backward(gchk_instance *instance, uint64_t seed) {
  gchk_error error = {GCHK_OK, ""};
  gchk_random random = gchk_random_seeded(seed);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    for (size_t k = 0; t->grad != NULL && k < t->count; k++) {
      const bool is_upstream = t->role == GCHK_OUTPUT, is_scalar = t->shape.rank == 0;
      gchk_tensor_set(t, t->grad, k, !is_upstream ? (double)NAN : is_scalar ? 1 : gchk_random_signed(&random));
    }
    // scratch means nothing: NaN shows if anything reads it before it is written
    for (size_t k = 0; t->role == GCHK_SCRATCH && k < t->count; k++)
      gchk_tensor_set(t, t->value, k, (double)NAN);
  }
  ck_assert_msg(gchk_instance_backward(instance, &error) == GCHK_OK, "%s", error.message);
}

const gchk_tensor *tensor(const gchk_instance *instance, const char *name) {
  const size_t i = gchk_instance_find(instance, name);
  if (i == instance->tensor_count)
    ck_abort_msg("there is no tensor %s", name);
  return &instance->t[i];
}

double value_of(const gchk_instance *instance, const char *name, size_t i) {
  const gchk_tensor *t = tensor(instance, name);
  return gchk_tensor_get(t, t->value, i);
}

double gradient_of(const gchk_instance *instance, const char *name, size_t i) {
  const gchk_tensor *t = tensor(instance, name);
  return gchk_tensor_get(t, t->grad, i);
}

void set(gchk_instance *instance, const char *name, size_t i, double x) {
  const gchk_tensor *t = tensor(instance, name);
  gchk_tensor_set(t, t->value, i, x);
}

void check_guards(const gchk_instance *instance) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    ptrdiff_t offset;
    ck_assert(gchk_buffer_is_whole(&instance->values[i], &offset));
    if (instance->grads[i].data != NULL)
      ck_assert(gchk_buffer_is_whole(&instance->grads[i], &offset));
  }
}

gchk_network *two_layer_net(gchk_dtype dtype) {
  gchk_network *network = new_network(dtype);
  add_value(network, "x", GCHK_INPUT, "3 5");
  add_value(network, "t", GCHK_CONSTANT, "3 4");
  add_node(network, "a1", built_in("affine", dtype), "x=x W=W1 b=b1", "units=7", NULL);
  add_node(network, "r1", built_in("relu", dtype), "x=a1", "", NULL);
  add_node(network, "a2", built_in("affine", dtype), "x=r1 W=W2 b=b2", "units=4", NULL);
  add_node(network, "loss", built_in("softmax_with_loss", dtype), "x=a2 t=t", "", NULL);
  return network;
}
