/* Built against the installed layers: a network of two layers, checked; and what is wrong with one is said. */
#include <gradcheck/gradcheck.h>
#include <gradcheck/layers.h>
#include <gradcheck/network.h>

static const gchk_binding hidden[] = {{"x", "x"}, {"W", "W1"}, {"b", "b1"}, {"y", "scores"}};
static const gchk_binding last[] = {{"x", "scores"}, {"y", "probabilities"}};

static gchk_status build(gchk_network *network, const gchk_layer **layer, gchk_error *error) {
  const gchk_shape x = {.rank = 2, .dim = {3, 4}};
  const gchk_sizes units = {.count = 1, .binding = {{.name = "units", .value = 5}}};
  const gchk_node_spec nodes[] = {
      {.name = "affine1",
       .layer = gchk_registry_find("affine", GCHK_F64, 0),
       .bindings = hidden,
       .binding_count = 4,
       .sizes = &units},
      {.name = "sigmoid1", .layer = gchk_registry_find("sigmoid", GCHK_F64, 0), .bindings = last, .binding_count = 2},
  };
  GCHK_TRY(gchk_network_add_value(network, "x", GCHK_INPUT, GCHK_DTYPE_UNSET, &x, NULL, 0, error));
  for (size_t i = 0; i < 2; i++)
    GCHK_TRY(gchk_network_add_node(network, &nodes[i], error));
  return gchk_network_finish(network, NULL, layer, error);
}

/* 0 when all three gradients are checked and right. */
static int check(const gchk_layer *layer, gchk_error *error) {
  gchk_result *result = NULL;
  if (gchk_check_layer(layer, NULL, &result, error) != GCHK_OK)
    return 2;
  size_t checked = 0;
  for (size_t i = 0; i < result->cases[0].tensor_count; i++)
    checked += result->cases[0].tensors[i].checked;
  gchk_print(result, stdout);
  // x 3*4, W1 4*5, b1 5 and the scores between the layers 3*5
  const int code = result->exit_code != 0 || checked < 37;
  gchk_result_free(result);
  return code;
}

int main(void) {
  gchk_network *network = NULL, *bad = NULL;
  const gchk_layer *layer = NULL;
  gchk_error error = {GCHK_OK, ""};
  int code = 2;
  if (gchk_network_new(&network, "two layers", GCHK_F64, &error) != GCHK_OK ||
      build(network, &layer, &error) != GCHK_OK)
    goto done;
  code = check(layer, &error);
  // a second network without a layer is refused with its name
  gchk_blas_set_threads(1);
  gchk_error refusal = {GCHK_OK, ""};
  if (gchk_network_new(&bad, "empty", GCHK_F64, &error) != GCHK_OK ||
      gchk_network_finish(bad, NULL, &layer, &refusal) != GCHK_INVALID)
    code = 2;
  printf("%s\n", refusal.message);
done:
  if (code == 2)
    fprintf(stderr, "%s\n", error.message);
  gchk_network_free(bad);
  gchk_network_free(network);
  return code;
}
