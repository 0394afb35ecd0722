/*
 * The trainer of a case: an instance that is filled as the case says, and the descent from there.
 *
 * It is here, and not in network/, because what a case says is measure's to carry out and a check is check's: the
 * descent itself (training/descent.h) knows instances and data only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/memory.h"
#include "gradcheck/train.h"
#include "instance/roles.h"
#include "instance/stand_in.h"
#include "start/case_instance.h"
#include "suite/npz_write.h"
#include "training/descent.h"

struct gchk_trainer {
  gchk_case spec;
  gchk_instance *instance;
  gchk_descent *descent;
};

/* What the caller knows of the options, and 0 for what came after. */
static gchk_train_options known_options(const gchk_train_options *how) {
  gchk_train_options known = {.size = sizeof known};
  if (how != NULL)
    memcpy(&known, how, how->size < sizeof known ? how->size : sizeof known);
  if (known.optimiser == NULL)
    known.optimiser = "sgd";
  return known;
}

static gchk_status unknown_optimiser(const char *name, gchk_error *error) {
  char list[256] = "";
  size_t used = 0;
  for (size_t i = 0; gchk_optimiser_at(i) != NULL && used < sizeof list; i++)
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", gchk_optimiser_at(i)->name);
  return gchk_fail(error, GCHK_INVALID, "there is no optimiser %s; there are %s", name, list);
}

gchk_status gchk_trainer_new(gchk_trainer **result, const gchk_case *spec, const gchk_data_set *data,
                             const gchk_train_options *how, gchk_error *error) {
  const gchk_train_options known = known_options(how);
  const gchk_optimiser_kind *kind = gchk_optimiser_kind_of(known.optimiser);
  *result = NULL;
  if (kind == NULL)
    return unknown_optimiser(known.optimiser, error);
  gchk_trainer *trainer = gchk_calloc(1, sizeof *trainer);
  if (trainer == NULL)
    return gchk_fail_memory(error, "training");
  trainer->spec = *spec;
  const gchk_status loaded = gchk_layer_load(&trainer->spec.layer, error);
  if (loaded != GCHK_OK) {
    gchk_trainer_free(trainer);
    return loaded;
  }
  gchk_status status = gchk_case_instance(&trainer->spec, known.seed, &trainer->instance, error);
  if (status == GCHK_OK)
    status = gchk_descent_new(&trainer->descent, trainer->instance, data, kind, known.rate,
                              gchk_case_seed(spec, known.seed), error);
  if (status != GCHK_OK) {
    gchk_trainer_free(trainer);
    return status;
  }
  *result = trainer;
  return GCHK_OK;
}

void gchk_trainer_free(gchk_trainer *trainer) {
  if (trainer == NULL)
    return;
  gchk_descent_free(trainer->descent);
  gchk_instance_free(trainer->instance);
  free(trainer);
}

gchk_status gchk_trainer_step(gchk_trainer *trainer, double *loss, gchk_error *error) {
  return gchk_descent_step(trainer->descent, loss, error);
}

gchk_status gchk_trainer_accuracy(gchk_trainer *trainer, const gchk_data_set *data, double *accuracy,
                                  gchk_error *error) {
  return gchk_descent_accuracy(trainer->descent, data, accuracy, error);
}

size_t gchk_trainer_batch(const gchk_trainer *trainer) {
  return gchk_descent_batch(trainer->descent);
}

double gchk_trainer_rate(const gchk_trainer *trainer) {
  return gchk_descent_rate(trainer->descent);
}

const gchk_tensor *gchk_trainer_tensors(const gchk_trainer *trainer, size_t *count) {
  *count = trainer->instance->tensor_count;
  return trainer->instance->t;
}

const gchk_tensor *gchk_trainer_tensor(const gchk_trainer *trainer, const char *name) {
  const size_t i = gchk_instance_find(trainer->instance, name);
  return i < trainer->instance->tensor_count ? &trainer->instance->t[i] : NULL;
}

/* The numbers of a tensor as doubles; NULL when out of memory. */
static double *copy_values(gchk_arena *arena, const gchk_tensor *t) {
  double *values = gchk_arena_alloc(arena, t->count, sizeof *values);
  for (size_t k = 0; values != NULL && k < t->count; k++)
    values[k] = gchk_tensor_get(t, t->value, k);
  return values;
}

/* What the case says of the tensor, but for the numbers, which are those of now. */
static gchk_status make_setting(gchk_arena *arena, const gchk_case *spec, const gchk_tensor *t,
                                gchk_tensor_setting *setting, gchk_error *error) {
  const gchk_tensor_setting *said = gchk_case_setting(spec, t->name);
  *setting = said != NULL ? *said : (gchk_tensor_setting){.name = t->name};
  setting->size = sizeof *setting;
  const double *values = copy_values(arena, t);
  if (values == NULL)
    return gchk_fail_memory(error, "the values of a check");
  setting->fill = (gchk_fill){.kind = GCHK_FILL_VALUES, .values = values, .value_count = t->count};
  return GCHK_OK;
}

gchk_status gchk_trainer_check(const gchk_trainer *trainer, const gchk_options *options, gchk_result **result,
                               gchk_error *error) {
  const gchk_instance *instance = trainer->instance;
  *result = NULL;
  gchk_arena *arena = gchk_arena_new();
  gchk_tensor_setting *settings =
      arena == NULL ? NULL : gchk_arena_alloc(arena, instance->tensor_count, sizeof *settings);
  gchk_case here = trainer->spec;
  gchk_status status = settings == NULL ? gchk_fail_memory(error, "a check") : GCHK_OK;
  here.settings = settings;
  here.setting_count = 0;
  for (size_t i = 0; i < instance->tensor_count && status == GCHK_OK; i++)
    if (gchk_role_is_given(instance->t[i].role))
      status = make_setting(arena, &trainer->spec, &instance->t[i], &settings[here.setting_count++], error);
  if (status == GCHK_OK)
    status = gchk_check_cases(&here, 1, options, result, error);
  gchk_arena_free(arena);
  return status;
}

gchk_status gchk_trainer_save_weights(const gchk_trainer *trainer, const char *path, gchk_error *error) {
  const gchk_instance *instance = trainer->instance;
  gchk_arena *arena = gchk_arena_new();
  gchk_npz_item *items = arena == NULL ? NULL : gchk_arena_alloc(arena, instance->tensor_count, sizeof *items);
  gchk_status status = items == NULL ? gchk_fail_memory(error, path) : GCHK_OK;
  size_t count = 0;
  for (size_t i = 0; i < instance->tensor_count && status == GCHK_OK; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (t->role != GCHK_PARAMETER)
      continue;
    const double *values = copy_values(arena, t);
    if (values == NULL)
      status = gchk_fail_memory(error, path);
    items[count++] = (gchk_npz_item){.name = t->name, .dtype = t->dtype, .shape = t->shape, .values = values};
  }
  if (status == GCHK_OK)
    status = gchk_npz_write(path, items, count, true, error);
  gchk_arena_free(arena);
  return status;
}
