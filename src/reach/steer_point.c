/* What the user gave is not changed: values, constants, ranges, what is to be distinct or kept away from a kink. */
#include "reach/steer_point.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "start/case_instance.h"

gchk_case gchk_steered_case(const gchk_case *spec, const gchk_steer_point *point) {
  gchk_case at = *spec;
  if (point->sizes[0] != '\0')
    at.sizes = point->sizes;
  if (point->has_options)
    at.options = point->options;
  return at;
}

void gchk_steer_values(const gchk_steer_point *point, gchk_instance *instance) {
  for (size_t i = 0; i < point->change_count; i++) {
    const gchk_changed_value *change = &point->changes[i];
    if (change->element < instance->t[change->tensor].count)
      gchk_tensor_move(&instance->t[change->tensor], change->element, change->value);
  }
  for (size_t i = 0; i < instance->tensor_count; i++) {
    gchk_make_symmetric(instance, i);
    gchk_round_tensor(instance, i);
  }
}

// What the case says of a tensor, or a setting of its own behind the others, for which there is room.
static gchk_tensor_setting *setting_of(gchk_tensor_setting *settings, size_t *count, const char *name) {
  size_t k = 0;
  while (k < *count && strcmp(settings[k].name, name) != 0)
    k++;
  if (k == *count)
    settings[(*count)++] = (gchk_tensor_setting){.size = sizeof *settings, .name = name};
  return &settings[k];
}

static bool give_values(gchk_tensor_setting *setting, const gchk_tensor *t, gchk_arena *arena) {
  double *values = gchk_arena_alloc(arena, t->count, sizeof *values);
  for (size_t e = 0; e < t->count && values != NULL; e++)
    values[e] = gchk_tensor_get(t, t->value, e);
  setting->fill = (gchk_fill){.kind = GCHK_FILL_VALUES, .values = values, .value_count = t->count};
  return values != NULL;
}

gchk_status gchk_steered_settings(gchk_case *at, const gchk_steer_point *point, uint64_t seed, gchk_arena *arena,
                                  gchk_error *error) {
  gchk_instance *instance;
  GCHK_TRY(gchk_case_instance(at, seed, &instance, error));
  gchk_steer_values(point, instance);
  gchk_tensor_setting *settings = gchk_arena_alloc(arena, at->setting_count + instance->tensor_count, sizeof *settings);
  bool has_room = settings != NULL;
  for (size_t i = 0; has_room && i < at->setting_count; i++)
    settings[i] = at->settings[i];
  for (size_t i = 0; has_room && i < instance->tensor_count; i++) {
    bool is_changed = false;
    for (size_t k = 0; k < point->change_count; k++)
      is_changed = is_changed || point->changes[k].tensor == i;
    if (is_changed)
      has_room = give_values(setting_of(settings, &at->setting_count, instance->layer->tensors[i].name),
                             &instance->t[i], arena);
  }
  at->settings = settings;
  gchk_instance_free(instance);
  return has_room ? GCHK_OK : gchk_fail_memory(error, "inputs that take a branch");
}

static bool range_of_fill(const gchk_fill *fill, const gchk_sizes *sizes, bool is_whole, double *low, double *high) {
  size_t below = 0;
  const bool says_range = fill->a < fill->b;
  *low = is_whole ? 0 : -(double)INFINITY;
  *high = (double)INFINITY;
  switch (fill->kind) {
  case GCHK_FILL_UNIFORM:
  case GCHK_FILL_POSITIVE:
    *low = says_range ? fill->a : fill->kind == GCHK_FILL_UNIFORM ? -1 : 0.5;
    *high = says_range ? fill->b : fill->kind == GCHK_FILL_UNIFORM ? 1 : 2;
    return !is_whole;
  case GCHK_FILL_DEFAULT:
    if (!is_whole)
      return true;
    break;
  case GCHK_FILL_LABELS:
  case GCHK_FILL_INDICES:
    break;
  default:
    return fill->kind == GCHK_FILL_NORMAL && !is_whole;
  }
  if (fill->below == NULL || gchk_sizes_evaluate(sizes, fill->below, &below, NULL) != GCHK_OK || below == 0)
    return false;
  *high = (double)(below - 1);
  return true;
}

bool gchk_can_steer(const gchk_case *spec, const gchk_instance *instance, size_t i, double *low, double *high) {
  const gchk_tensor *t = &instance->t[i];
  const gchk_tensor_setting *setting = gchk_case_setting(spec, t->name);
  const bool is_real = gchk_role_is_moved(t->role);
  if (!(is_real && t->dtype != GCHK_I32) && !(t->role == GCHK_INDEX && t->dtype == GCHK_I32))
    return false;
  if (instance->layer->tensors[i].keep_away > 0 || (setting != NULL && setting->keep_away > 0))
    return false;
  return range_of_fill(gchk_case_fill_of(spec, instance->layer, i), &instance->sizes, t->dtype == GCHK_I32, low, high);
}
