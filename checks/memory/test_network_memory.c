/* A network with one of its allocations refused: while it is built, and while it is checked, with the search in it. */
#include "gradcheck/network.h"

#include <string.h>

#include "gradcheck/check.h"
#include "gradcheck/layers.h"
#include "main.h"
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

static TCase *memory(void) {
  TCase *tc = tcase_create("memory");
  tcase_set_timeout(tc, 300);
  tcase_add_loop_test(tc, a_network_is_checked_or_memory_is_out, 0, 2);
  tcase_add_test(tc, a_float_network_is_checked_or_memory_is_out);
  return tc;
}

TEST_MAIN("network memory", memory)
