/* The base point of a case: an instance of its layer with every tensor filled as the case and the layer say. */
#include "start/case_instance.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "instance/fill.h"
#include "instance/layer_sizes.h"
#include "instance/meaning.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "start/plant.h"

const gchk_tensor_setting *gchk_case_setting(const gchk_case *spec, const char *tensor) {
  for (size_t i = 0; i < spec->setting_count; i++)
    if (strcmp(spec->settings[i].name, tensor) == 0)
      return &spec->settings[i];
  return NULL;
}

uint64_t gchk_case_seed(const gchk_case *spec, uint64_t seed) {
  return spec->has_seed ? spec->seed : seed + spec->seed;
}

const gchk_fill *gchk_case_fill_of(const gchk_case *spec, const gchk_layer *layer, size_t i) {
  const gchk_tensor_setting *setting = gchk_case_setting(spec, layer->tensors[i].name);
  return setting != NULL && setting->fill.kind != GCHK_FILL_DEFAULT ? &setting->fill : &layer->tensors[i].fill;
}

// Every tensor has a random stream of its own: what it gets does not depend on the tensors before it.
static gchk_status fill_one(const gchk_case *spec, uint64_t seed, gchk_instance *instance, size_t i,
                            gchk_error *error) {
  const gchk_tensor *t = &instance->t[i];
  const gchk_tensor_spec *row = &instance->layer->tensors[i];
  const gchk_tensor_setting *setting = gchk_case_setting(spec, t->name);
  const gchk_fill *fill = gchk_case_fill_of(spec, instance->layer, i);
  double keep_away = setting != NULL && setting->keep_away > 0 ? setting->keep_away : row->keep_away;
  char stream[512];
  (void)snprintf(stream, sizeof stream, "%s:%s", spec->name, t->name);
  gchk_random random = gchk_random_stream(seed, stream);
  GCHK_TRY(gchk_fill_tensor(t, fill, keep_away, row->kink, &instance->sizes, &random, error));
  if (fill->kind == GCHK_FILL_VALUES)
    GCHK_TRY(gchk_check_symmetric(instance, i, error));
  gchk_make_symmetric(instance, i);
  if (setting != NULL && setting->has_ignored && t->dtype == GCHK_I32)
    gchk_plant_some(t, setting->ignored, &random);
  return GCHK_OK;
}

bool gchk_setting_asks_for_gradient(const gchk_tensor_setting *setting) {
  return setting != NULL && !setting->skip && (setting->reference != NULL || setting->expected_gradient != NULL);
}

gchk_status gchk_case_fill(const gchk_case *spec, uint64_t seed, gchk_instance *instance, gchk_error *error) {
  uint64_t case_seed = gchk_case_seed(spec, seed);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (!gchk_role_is_given(instance->t[i].role))
      continue;
    GCHK_TRY(fill_one(spec, case_seed, instance, i, error));
    // Given values too: a number that the format does not have is not what the layer would be given.
    gchk_round_tensor(instance, i);
  }
  if (spec->planted != GCHK_PLANT_NOTHING)
    GCHK_TRY(gchk_plant_values(instance, (gchk_planting)spec->planted, error));
  return spec->all_ignored ? gchk_plant_ignored(instance, error) : GCHK_OK;
}

gchk_status gchk_case_instance(const gchk_case *spec, uint64_t seed, gchk_instance **instance, gchk_error *error) {
  *instance = NULL;
  gchk_sizes sizes;
  GCHK_TRY(gchk_layer_read_sizes(spec->layer, spec->sizes, &sizes, error));
  GCHK_TRY(
      gchk_instance_new(instance, spec->layer, &sizes, spec->options, spec->mode, gchk_case_seed(spec, seed), error));
  gchk_status status = gchk_case_fill(spec, seed, *instance, error);
  if (status != GCHK_OK) {
    gchk_instance_free(*instance);
    *instance = NULL;
  }
  return status;
}
