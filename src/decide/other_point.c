/*
 * Other base points.
 *
 * Values that were given (a constant, values of the user's own) are moved no further than differences move them anyhow:
 * a step goes up to an eighth of their size.
 */
#include "decide/other_point.h"

#include <string.h>

#include "core/memory.h"
#include "decide/differentiate_tensor.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "measure/base_point.h"
#include "measure/tensor_work.h"
#include "measure/upstream.h"
#include "measure/variable.h"
#include "start/case_instance.h"

static const double farthest = 0x1p-4;

static bool is_given(const gchk_case *spec, const gchk_instance *instance, size_t i) {
  gchk_fill_kind kind = gchk_case_fill_of(spec, instance->layer, i)->kind;
  gchk_role role = instance->t[i].role;
  return gchk_role_is_moved(role) && (kind == GCHK_FILL_VALUES || kind == GCHK_FILL_CONSTANT);
}

static void move_given(gchk_case_work *work) {
  for (size_t i = 0; i < work->instance->tensor_count; i++) {
    const gchk_tensor *t = &work->instance->t[i];
    if (!is_given(work->spec, work->instance, i))
      continue;
    gchk_random random = gchk_random_stream(gchk_case_seed(work->spec, work->options->seed), t->name);
    double rms = gchk_root_mean_square(t);
    for (size_t e = 0; e < t->count; e++) {
      double x = gchk_tensor_get(t, t->value, e);
      double amount = farthest * gchk_scale_of(x, x != 0 ? 0 : rms);
      gchk_tensor_move(t, e, x + amount * gchk_random_uniform(&random, -1, 1));
    }
    gchk_round_tensor(work->instance, i);
    gchk_make_symmetric(work->instance, i);
  }
}

static gchk_status choose(gchk_case_work *other, const gchk_case_work *work, const bool *wanted, gchk_error *error) {
  other->tensors = gchk_arena_alloc(other->scratch, work->tensor_count, sizeof *other->tensors);
  if (other->tensors == NULL)
    return gchk_fail_memory(error, "another base point");
  for (size_t k = 0; k < work->tensor_count; k++)
    if (wanted[k])
      GCHK_TRY(gchk_tensor_work_init(other, &other->tensors[other->tensor_count++], work->tensors[k].index, error));
  return GCHK_OK;
}

gchk_status gchk_open_other_point(gchk_case_work *other, gchk_case *spec, const gchk_case_work *work, unsigned number,
                                  const bool *wanted, gchk_error *error) {
  *spec = *work->spec;
  spec->planted = GCHK_PLANT_NOTHING;
  spec->seed += number * UINT64_C(0x9E3779B97F4A7C15);
  GCHK_TRY(gchk_work_open(other, spec, work->options, work->arena, error));
  other->point = number;
  other->is_one_by_one = work->is_one_by_one;
  GCHK_TRY(gchk_case_instance(spec, work->options->seed, &other->instance, error));
  move_given(other);
  GCHK_TRY(gchk_work_forward(other, error));
  GCHK_TRY(gchk_draw_upstream_as(other, work, error));
  GCHK_TRY(choose(other, work, wanted, error));
  return gchk_find_analytic(other, error);
}

gchk_status gchk_differentiate_there(gchk_case_work *there, gchk_tensor_work *tensor, const gchk_tensor_work *from,
                                     gchk_error *error) {
  there->point = 0; // the base point of what follows
  memcpy(tensor->checked, from->checked, from->checked_count * sizeof *tensor->checked);
  tensor->checked_count = from->checked_count;
  return gchk_differentiate_tensor(there, tensor, error);
}
