/* Layers in whose tables every field says something. */
#ifndef CHECKS_SUITE_FULL_LAYERS_H
#define CHECKS_SUITE_FULL_LAYERS_H

#include "gradcheck/layer.h"

static gchk_status full_call(const gchk_call *call, gchk_error *error) {
  (void)call, (void)error;
  return GCHK_OK;
}
static gchk_status full_other_call(const gchk_call *call, gchk_error *error) {
  (void)call;
  return gchk_fail(error, GCHK_LAYER_FAILED, "another");
}
static gchk_status full_create(const gchk_call *call, void **state, gchk_error *error) {
  (void)call, (void)error;
  *state = NULL;
  return GCHK_OK;
}
static void full_destroy(void *state) {
  (void)state;
}
static gchk_status full_loss(const gchk_call *call, double *loss, gchk_error *error) {
  (void)call, (void)error;
  *loss = 0;
  return GCHK_OK;
}
static gchk_status full_update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)call, (void)tensor, (void)element, (void)error;
  *done = false;
  return GCHK_OK;
}

static const double full_values[] = {0.5, -1.25, 3}, full_option_values[] = {0.25, 7};
static const char *const full_shape_cases[] = {"N=3", "N=5", NULL};
static const size_t full_inputs[] = {0, 2}, full_outputs[] = {1};
static const gchk_graph_node full_nodes[] = {{"first", "relu", full_inputs, 2, full_outputs, 1},
                                             {"second", "affine", full_outputs, 1, NULL, 0}};
static const gchk_graph full_graph = {.nodes = full_nodes, .node_count = 2};
static const gchk_option_spec full_options[] = {{"momentum", 0.9, 0, 1, "how much stays"}, {"steps", 3, 1, 9, NULL}};
static const gchk_tensor_spec full_tensors[] = {
    {.name = "x",
     .role = GCHK_INPUT,
     .shape = "N",
     .dtype = GCHK_F32,
     .fill = {GCHK_FILL_VALUES, 0.125, 2, "N-1", full_values, 3},
     .keep_away = 0.0625,
     .kink = -0.5,
     .grad = GCHK_GRAD_ACCUMULATE,
     .grad_may_be_null = true,
     .upstream_clobbered = true,
     .may_be_infinite = true,
     .unit = GCHK_UNIT_OF_BF16,
     .in_place_of = "other",
     .symmetric = true,
     .gradient_is_zero = true,
     .ignored = "-100",
     .surrogate = full_call},
    {.name = "y", .role = GCHK_OUTPUT, .shape = ""},
};
static const gchk_layer full_twin = {.name = "full",
                                     .dtype = GCHK_F64,
                                     .tensors = full_tensors,
                                     .tensor_count = 2,
                                     .forward = full_call,
                                     .backward = full_call};
static const gchk_layer full_layer = {.name = "full",
                                      GCHK_HERE,
                                      .dtype = GCHK_F32,
                                      .tensors = full_tensors,
                                      .tensor_count = 2,
                                      .forward = full_call,
                                      .backward = full_call,
                                      .sizes = "N=3",
                                      .shape_cases = full_shape_cases,
                                      .options = full_options,
                                      .option_count = 2,
                                      .option_values = full_option_values,
                                      .flags = GCHK_HAS_MODES | GCHK_CONSUMES_CACHE,
                                      .grad_scale = -1,
                                      .create = full_create,
                                      .destroy = full_destroy,
                                      .bind = full_call,
                                      .reset = full_call,
                                      .set_seed = full_call,
                                      .set_mode = full_call,
                                      .set_threads = full_call,
                                      .loss = full_loss,
                                      .update = full_update,
                                      .twin = &full_twin,
                                      .graph = &full_graph,
                                      .user = NULL, /* set where it is looked at */
                                      .unit = GCHK_UNIT_OF_F16,
                                      .product_unit = GCHK_UNIT_OF_TF32,
                                      .learning_rate = 0.01,
                                      .learning_rate_option = "momentum",
                                      .time = "N",
                                      .surrogate = full_call,
                                      .sizes_require = "N>2",
                                      .rowwise = "N"};
static const gchk_layer bare_layer = {.name = "bare", .dtype = GCHK_F64, .forward = full_call};

#endif
