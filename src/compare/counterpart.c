/* Values go to the reference, and its results come back, by the pairs of tensors. */
#include "compare/counterpart.h"

#include "compare/pairing.h"
#include "core/memory.h"
#include "instance/index.h"
#include "instance/meaning.h"
#include "instance/roles.h"
#include "instance/stand_in.h"
#include "start/case_instance.h"

static const gchk_pair *pair_of(const gchk_counterpart *c, size_t i) {
  return &c->pairing.pairs[i];
}

// The element of the layer's tensor that each element of the reference's tensor i is.
static gchk_status find_places(gchk_counterpart *c, size_t i, gchk_arena *arena, gchk_error *error) {
  const gchk_pair *pair = pair_of(c, i);
  const gchk_tensor *of = &c->instance->t[i], *own = &c->own->t[pair->own];
  size_t index[GCHK_MAX_RANK];
  c->place[i] = gchk_arena_alloc(arena, of->count, sizeof **c->place);
  if (c->place[i] == NULL)
    return gchk_fail_memory(error, of->name);
  for (size_t e = 0; e < of->count; e++) {
    c->place[i][e] = pair->rank == 0 ? e : 0;
    if (pair->rank == 0)
      continue;
    gchk_shape_index(&of->shape, e, index);
    for (size_t k = 0; k < pair->rank; k++)
      c->place[i][e] += index[pair->axis[k]] * gchk_axis_stride(&own->shape, k);
  }
  return GCHK_OK;
}

// Where an output begins among all.
static size_t output_at(const gchk_instance *instance, size_t tensor) {
  size_t at = 0;
  for (size_t i = 0; i < tensor; i++)
    at += instance->t[i].role == GCHK_OUTPUT ? instance->t[i].count : 0;
  return at;
}

static void add_part(gchk_counterpart *c, gchk_result_part part, size_t count) {
  part.first = c->count;
  part.count = count;
  c->parts[c->part_count++] = part;
  c->count += count;
}

static bool is_differentiated(const gchk_case_work *work, size_t own) {
  for (size_t k = 0; k < work->tensor_count; k++)
    if (work->tensors[k].index == own)
      return true;
  return false;
}

static gchk_status list_parts(gchk_counterpart *c, const gchk_case_work *work, gchk_error *error) {
  const size_t tensors = c->instance->tensor_count;
  c->parts = gchk_arena_alloc(work->scratch, tensors, sizeof *c->parts);
  if (c->parts == NULL)
    return gchk_fail_memory(error, "a comparison");
  for (size_t i = 0; i < tensors; i++) {
    const gchk_pair *pair = pair_of(c, i);
    if (c->instance->t[i].role == GCHK_OUTPUT && pair->kind != GCHK_PAIR_NONE) {
      const bool is_loss = pair->kind == GCHK_PAIR_LOSS;
      add_part(c,
               (gchk_result_part){.is_loss = is_loss,
                                  .own = pair->own,
                                  .of = i,
                                  .own_output = is_loss ? 0 : output_at(c->own, pair->own),
                                  .output_of = output_at(c->instance, i)},
               c->instance->t[i].count);
    }
  }
  for (size_t i = 0; i < tensors; i++) {
    const gchk_pair *pair = pair_of(c, i);
    if (pair->kind == GCHK_PAIR_TENSOR && gchk_instance_is_differentiable(c->instance, i) &&
        is_differentiated(work, pair->own))
      add_part(c, (gchk_result_part){.is_gradient = true, .own = pair->own, .of = i}, c->instance->t[i].count);
  }
  return GCHK_OK;
}

// The element of the layer's that element e of the reference's tensor is.
static size_t place_of(const gchk_counterpart *c, const gchk_result_part *part, size_t e) {
  return part->is_loss ? 0 : c->place[part->of][e];
}

static gchk_status take_upstream(gchk_counterpart *c, const gchk_case_work *work, gchk_error *error) {
  c->v = work->v[0];
  c->v_of = gchk_arena_alloc(work->scratch, gchk_instance_output_count(c->instance), sizeof *c->v_of);
  if (c->v_of == NULL)
    return gchk_fail_memory(error, "an upstream gradient");
  for (size_t p = 0; p < c->part_count; p++) {
    const gchk_result_part *part = &c->parts[p];
    for (size_t e = 0; !part->is_gradient && e < part->count; e++)
      c->v_of[part->output_of + e] = c->v[part->own_output + place_of(c, part, e)];
  }
  return GCHK_OK;
}

static void fill_constants(const gchk_counterpart *c) {
  for (size_t i = 0; i < c->instance->tensor_count; i++) {
    const gchk_tensor *t = &c->instance->t[i];
    for (size_t e = 0; pair_of(c, i)->kind == GCHK_PAIR_CONSTANT && e < t->count; e++)
      gchk_tensor_set(t, t->value, e, pair_of(c, i)->constant);
  }
}

gchk_status gchk_counterpart_open(gchk_counterpart *c, gchk_case_work *work, gchk_instance *own,
                                  const gchk_reference *reference, gchk_error *error) {
  *c = (gchk_counterpart){.own = own};
  gchk_reference loaded = *reference;
  GCHK_TRY(gchk_layer_load(&loaded.layer, error));
  GCHK_TRY(gchk_pairing_make(&c->pairing, &loaded, own->layer, &own->sizes, own->options, work->scratch, error));
  GCHK_TRY(gchk_instance_new(&c->instance, loaded.layer, &c->pairing.sizes, c->pairing.options, work->spec->mode,
                             gchk_case_seed(work->spec, work->options->seed), error));
  c->place = gchk_arena_alloc(work->scratch, c->instance->tensor_count, sizeof *c->place);
  if (c->place == NULL)
    return gchk_fail_memory(error, "a comparison");
  for (size_t i = 0; i < c->instance->tensor_count; i++)
    if (pair_of(c, i)->kind == GCHK_PAIR_TENSOR)
      GCHK_TRY(find_places(c, i, work->scratch, error));
  fill_constants(c);
  GCHK_TRY(list_parts(c, work, error));
  GCHK_TRY(take_upstream(c, work, error));
  GCHK_TRY(gchk_results_new(work->scratch, own, &c->own_results, error));
  return gchk_results_new(work->scratch, c->instance, &c->results, error);
}

void gchk_counterpart_close(gchk_counterpart *c) {
  gchk_instance_free(c->instance);
}

static void hand_over(const gchk_counterpart *c) {
  for (size_t i = 0; i < c->instance->tensor_count; i++) {
    const gchk_tensor *to = &c->instance->t[i];
    if (c->place[i] == NULL || !gchk_role_is_given(to->role))
      continue;
    const gchk_tensor *from = &c->own->t[pair_of(c, i)->own];
    for (size_t e = 0; e < to->count; e++)
      gchk_tensor_set(to, to->value, e, gchk_tensor_get(from, from->value, c->place[i][e]));
  }
}

static void collect(const gchk_counterpart *c, const gchk_result_part *part, double *y, double *z) {
  const double own_scale = gchk_grad_scale(c->own->layer), scale = gchk_grad_scale(c->instance->layer);
  for (size_t e = 0; e < part->count; e++) {
    const size_t k = place_of(c, part, e);
    y[k] =
        part->is_gradient ? c->own_results.gradient[part->own][k] / own_scale : c->own_results.y[part->own_output + k];
    z[k] = part->is_gradient ? c->results.gradient[part->of][e] / scale : c->results.y[part->output_of + e];
  }
  if (!part->is_gradient)
    return;
  gchk_fold_symmetric(c->own, part->own, y);
  gchk_fold_symmetric(c->own, part->own, z);
}

gchk_status gchk_counterpart_evaluate(void *counterpart, double *y, double *z, gchk_error *error) {
  gchk_counterpart *c = counterpart;
  hand_over(c);
  GCHK_TRY(gchk_results_take(c->own, c->v, &c->own_results, error));
  GCHK_TRY(gchk_results_take(c->instance, c->v_of, &c->results, error));
  for (size_t p = 0; p < c->part_count; p++)
    collect(c, &c->parts[p], y + c->parts[p].first, z + c->parts[p].first);
  return GCHK_OK;
}
