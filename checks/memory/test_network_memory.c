/* A network with one of its allocations refused: while it is built, and while it is checked, with the search in it. */
#include "gradcheck/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/check.h"
#include "gradcheck/layers.h"
#include "main.h"
#include "measure/vary.h"
#include "memory/failing.h"
#include "memory/small_layer.h"
#include "memory/sweep.h"

static const gchk_shape matrix = {.rank = 2, .dim = {2, 2}};

typedef struct net {
  gchk_layer middle; // right or wrong
  gchk_dtype dtype;
} net;

static gchk_status add(gchk_network *network, const char *name, const gchk_layer *layer, const char *x, const char *t,
                       gchk_error *error) {
  const gchk_binding bindings[] = {{"x", x}, {"t", t}};
  const gchk_sizes sizes = {.count = 1, .binding = {{.name = "units", .value = 2}}};
  const gchk_node_spec spec = {.name = name,
                               .layer = layer,
                               .bindings = bindings,
                               .binding_count = t == NULL ? 1 : 2,
                               .sizes = strcmp(layer->name, "affine") == 0 ? &sizes : NULL};
  return gchk_network_add_node(network, &spec, error);
}

/* x -> affine -> small or relu -> softmax_with_loss with t. */
static gchk_status fill(gchk_network *network, const net *n, gchk_dtype dtype, gchk_error *error) {
  const gchk_layer *middle = n->middle.name != NULL ? &n->middle : gchk_registry_find("relu", dtype, 0);
  GCHK_TRY(gchk_network_add_value(network, "x", GCHK_INPUT, dtype, &matrix, NULL, 0, error));
  GCHK_TRY(gchk_network_add_value(network, "t", GCHK_CONSTANT, dtype, &matrix, NULL, 0, error));
  GCHK_TRY(add(network, "a", gchk_registry_find("affine", dtype, 0), "x", NULL, error));
  GCHK_TRY(add(network, "m", middle, "a", NULL, error));
  return add(network, "loss", gchk_registry_find("softmax_with_loss", dtype, 0), "m", "t", error);
}

static gchk_status build(gchk_network **network, const net *n, gchk_dtype dtype, const gchk_layer *twin,
                         const gchk_layer **layer, gchk_error *error) {
  GCHK_TRY(gchk_network_new(network, "net", dtype, error));
  GCHK_TRY(fill(*network, n, dtype, error));
  return gchk_network_finish(*network, twin, layer, error);
}

static gchk_status check_network(void *context, char **text, gchk_error *error) {
  const net *n = context;
  gchk_network *network = NULL, *twin = NULL;
  const gchk_layer *layer = NULL, *twin_layer = NULL;
  gchk_result *result = NULL;
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_status status = GCHK_OK;
  if (n->dtype == GCHK_F32)
    status = build(&twin, n, GCHK_F64, NULL, &twin_layer, error);
  if (status == GCHK_OK)
    status = build(&network, n, n->dtype, twin_layer, &layer, error);
  if (status == GCHK_OK)
    status = gchk_check_layer(layer, &options, &result, error);
  failing_disarm();
  ck_assert((status == GCHK_OK) == (result != NULL));
  if (status == GCHK_OK)
    *text = sweep_text(result);
  gchk_result_free(result);
  gchk_network_free(network);
  gchk_network_free(twin);
  return status;
}

START_TEST(a_network_is_checked_or_memory_is_out) {
  static const small_mistake mistakes[] = {SMALL_RIGHT, SMALL_FACTOR};
  net n = {.middle = small_layer(mistakes[_i]), .dtype = GCHK_F64};
  n.middle.sizes = NULL; // those of what it reads
  gchk_blas_set_threads(1);
  sweep_allocations(check_network, &n);
}
END_TEST

START_TEST(a_float_network_is_checked_or_memory_is_out) {
  net n = {.dtype = GCHK_F32};
  gchk_blas_set_threads(1);
  sweep_allocations(check_network, &n);
}
END_TEST

static gchk_status vary_weights(gchk_instance *instance, char **text, gchk_error *error) {
  static const size_t element[] = {0, 3, 1};
  static const double value[] = {0.5, -2, 1e3};
  double loss[3] = {0}, base = 0;
  bool done = false;
  const gchk_variants variants = {gchk_instance_find(instance, "a.W"), 3, element, value, loss, &base, NULL, NULL};
  const double x[] = {1, 2, -1, 0.5};
  memcpy(instance->t[0].value, x, sizeof x);
  GCHK_TRY(gchk_instance_forward(instance, error));
  GCHK_TRY(gchk_vary(instance, &variants, &done, error));
  failing_disarm();
  ck_assert(done);
  *text = malloc(128);
  ck_assert_ptr_nonnull(*text);
  (void)snprintf(*text, 128, "%a %a %a %a", base, loss[0], loss[1], loss[2]);
  return GCHK_OK;
}

static gchk_status vary_network(void *context, char **text, gchk_error *error) {
  gchk_network *network = NULL;
  gchk_instance *instance = NULL;
  const gchk_layer *layer = NULL;
  gchk_status status = build(&network, context, GCHK_F64, NULL, &layer, error);
  if (status == GCHK_OK)
    status = gchk_instance_new(&instance, layer, &(gchk_sizes){0}, NULL, GCHK_TRAIN, 1, error);
  if (status == GCHK_OK)
    status = vary_weights(instance, text, error);
  failing_disarm();
  gchk_instance_free(instance);
  gchk_network_free(network);
  return status;
}

START_TEST(a_network_is_varied_or_memory_is_out) {
  net n = {.dtype = GCHK_F64};
  gchk_blas_set_threads(1);
  sweep_allocations(vary_network, &n);
}
END_TEST

static TCase *memory(void) {
  TCase *tc = tcase_create("memory");
  tcase_set_timeout(tc, 300);
  tcase_add_loop_test(tc, a_network_is_checked_or_memory_is_out, 0, 2);
  tcase_add_test(tc, a_float_network_is_checked_or_memory_is_out);
  return tc;
}

static TCase *vary_memory(void) {
  TCase *tc = tcase_create("vary");
  tcase_add_test(tc, a_network_is_varied_or_memory_is_out);
  return tc;
}

TEST_MAIN("network memory", memory, vary_memory)
