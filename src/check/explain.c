/* Everything about the verdict of one element: the same stages as a check, for one tensor, with the whole ladder. */
#include "gradcheck/explain.h"

#include <assert.h>
#include <string.h>

#include "check/adopt.h"
#include "core/memory.h"
#include "decide/decide.h"
#include "decide/pilot.h"
#include "decide/retry.h"
#include "decide/step_curve.h"
#include "measure/base_point.h"
#include "measure/tensor_work.h"
#include "measure/upstream.h"

static gchk_status find_element(const gchk_tensor *t, const size_t *index, size_t rank, size_t *flat,
                                gchk_error *error) {
  char shape[256];
  *flat = 0;
  if (rank == 1 && t->shape.rank != 1) {
    *flat = index[0]; // a flat index serves tensors of any rank
  } else {
    if (rank != t->shape.rank)
      return gchk_fail(error, GCHK_INVALID, "%s is %s; give %zu indices, or one flat index", t->name,
                       gchk_shape_format(&t->shape, shape, sizeof shape), t->shape.rank);
    for (size_t d = 0; d < rank; d++) {
      if (index[d] >= t->shape.dim[d])
        return gchk_fail(error, GCHK_INVALID, "index %zu of %s is %zu; its shape is %s, and indices start at 0", d,
                         t->name, index[d], gchk_shape_format(&t->shape, shape, sizeof shape));
      *flat = *flat * t->shape.dim[d] + index[d];
    }
  }
  if (*flat >= t->count)
    return gchk_fail(error, GCHK_INVALID, "element %zu of %s; its shape %s has %zu", *flat, t->name,
                     gchk_shape_format(&t->shape, shape, sizeof shape), t->count);
  return GCHK_OK;
}

static gchk_function_kind kind_of(gchk_smoothness smoothness) {
  static const gchk_function_kind kinds[] = {[GCHK_SMOOTH] = GCHK_FUNCTION_SMOOTH,
                                             [GCHK_KINKED] = GCHK_FUNCTION_KINKED,
                                             [GCHK_ONE_SIDED] = GCHK_FUNCTION_ONE_SIDED,
                                             [GCHK_UNDEFINED] = GCHK_FUNCTION_UNDEFINED};
  return kinds[smoothness];
}

static double step_of(const gchk_rung *rung) {
  return (rung->step_plus + rung->step_minus) / 2;
}

static void fill_steps(const gchk_derivative *d, gchk_explained_draw *draw) {
  static_assert((int)GCHK_EXPLAINED_STEPS == (int)GCHK_MAX_RUNGS, "an explanation has room for every rung");
  draw->step_count = d->rung_count;
  for (size_t k = 0; k < d->rung_count; k++) {
    const gchk_rung *r = &d->rungs[k];
    draw->steps[k] = (gchk_explained_step){.step = step_of(r),
                                           .difference = r->difference,
                                           .slope_plus = r->slope_plus,
                                           .slope_minus = r->slope_minus,
                                           .truncation = r->truncation,
                                           .rounding = r->rounding,
                                           .bound = r->bound,
                                           .is_chosen = k == d->chosen};
  }
}

/* The element under upstream gradient `k`, as it was looked at, and the steps that `rungs` has. */
static void fill_draw(const gchk_tensor_work *tensor, const gchk_look *look, size_t k, const gchk_derivative *rungs,
                      gchk_explained_draw *draw) {
  const gchk_derivative *d = &look->derivative[k];
  const gchk_judgement *judgement = &look->judgement[k];
  *draw = (gchk_explained_draw){.analytic = look->analytic[k],
                                .numeric = d->value,
                                .bound = gchk_total_bound(d->bound, look->slack[k]),
                                .slack = look->slack[k] / GCHK_ERROR_BARS,
                                .error_bars = judgement->error_bars,
                                .noise = tensor->sigma[k],
                                .largest = look->allowance[k].largest,
                                .kind = kind_of(d->smoothness),
                                .is_extrapolated = d->is_extrapolated,
                                .slope_low = d->slope_low,
                                .slope_high = d->slope_high,
                                .verdict = judgement->verdict,
                                .terms = judgement->resolution == GCHK_CANCELLED ? look->allowance[k].terms : 0,
                                .below_resolution =
                                    judgement->resolution == GCHK_FLAT || judgement->resolution == GCHK_UNRESOLVED};
  fill_steps(rungs, draw);
}

/*
 * The rungs that decided take their places among those of the whole ladder, from the largest step down. Where both have
 * a step it is the whole ladder's, which knows its neighbours, but for the one that was chosen.
 */
static void merge_rungs(gchk_derivative *whole, const gchk_derivative *decided) {
  gchk_rung merged[GCHK_MAX_RUNGS];
  size_t count = 0, i = 0, k = 0;
  while (count < GCHK_MAX_RUNGS && (i < whole->rung_count || k < decided->rung_count)) {
    double ours = i < whole->rung_count ? step_of(&whole->rungs[i]) : 0;
    double theirs = k < decided->rung_count ? step_of(&decided->rungs[k]) : 0;
    bool is_chosen = theirs >= ours && k == decided->chosen;
    if (is_chosen)
      whole->chosen = count;
    merged[count++] = theirs > ours || is_chosen ? decided->rungs[k] : whole->rungs[i];
    k += theirs >= ours;
    i += ours >= theirs;
  }
  whole->rung_count = count;
  memcpy(whole->rungs, merged, count * sizeof *merged);
}

/* What a check does with this one element; `whole`: the rungs of the whole ladder where the short one decided. */
static gchk_status look_at(gchk_case_work *work, size_t element, gchk_look *look, gchk_derivative *whole,
                           gchk_error *error) {
  gchk_tensor_work *tensor = &work->tensors[0];
  gchk_tensor_line l;
  gchk_status status = gchk_tensor_line_open(&l, work, tensor, error);
  if (status == GCHK_OK && l.is_out_of_reach)
    status =
        gchk_fail(error, GCHK_INVALID, "%s of %s is an intermediate value that the layer's update cannot start from",
                  l.t->name, work->spec->name);
  if (status == GCHK_OK)
    status = gchk_pilot(&l, NULL, error);
  if (status == GCHK_OK)
    status = gchk_decide(&l, element, look, error);
  if (status == GCHK_OK && look->kind == GCHK_LOOK_SHORT)
    status = gchk_tensor_line_differentiate_whole(&l, NULL, whole, error);
  gchk_tensor_line_close(&l);
  if (status != GCHK_OK)
    return status;
  gchk_look_keep(look, tensor, work->draw_count, element);
  return gchk_retry_open_elements(work, look, error);
}

static gchk_status find_order(const gchk_derivative *d, gchk_arena *scratch, gchk_explanation *explanation,
                              gchk_error *error) {
  gchk_step_curve_data data = {0};
  gchk_step_curve step_curve;
  gchk_step_curve_add(&data, d, d->value);
  if (!gchk_step_curve_finish(&data, scratch, 1, &step_curve))
    return gchk_fail_memory(error, "a step curve");
  explanation->order = step_curve.order;
  explanation->decades = step_curve.decades;
  return GCHK_OK;
}

static gchk_status find_tensor(const gchk_case_work *work, const char *name, size_t *index, gchk_error *error) {
  const size_t i = *index = gchk_instance_find(work->instance, name);
  if (i == work->instance->tensor_count)
    return gchk_fail(error, GCHK_INVALID, "%s has no tensor '%s'; `gradcheck list` names them", work->spec->name, name);
  if (!gchk_instance_is_differentiable(work->instance, i) && !gchk_instance_is_inner_value(work->instance, i))
    return gchk_fail(error, GCHK_INVALID, "%s of %s is not differentiated: backward provides no gradient for it", name,
                     work->spec->name);
  return GCHK_OK;
}

static gchk_status explain(gchk_case_work *work, const char *name, const size_t *index, size_t rank,
                           gchk_explanation *explanation, gchk_error *error) {
  static_assert((int)GCHK_EXPLAINED_DRAWS == (int)GCHK_MAX_DRAWS, "an explanation has room for every draw");
  GCHK_TRY(gchk_reach_base_point(work, error));
  size_t i, e;
  GCHK_TRY(find_tensor(work, name, &i, error));
  const gchk_tensor *t = &work->instance->t[i];
  GCHK_TRY(find_element(t, index, rank, &e, error));
  GCHK_TRY(gchk_draw_upstream(work, error));
  gchk_tensor_work tensor;
  GCHK_TRY(gchk_tensor_work_init(work, &tensor, i, error));
  work->tensors = &tensor;
  work->tensor_count = 1;
  *explanation = (gchk_explanation){.case_name = work->spec->name,
                                    .tensor = work->spec->layer->tensors[i].name,
                                    .dtype = t->dtype,
                                    .shape = t->shape,
                                    .flat = e,
                                    .value = gchk_tensor_get(t, t->value, e),
                                    .draw_count = work->draw_count};
  GCHK_TRY(gchk_find_analytic(work, error));
  explanation->uses_twin = work->single != NULL;
  tensor.checked[0] = e;
  tensor.checked_count = 1;
  gchk_look *look = gchk_arena_alloc(work->scratch, 1, sizeof *look);
  gchk_derivative *whole = gchk_arena_alloc(work->scratch, GCHK_MAX_DRAWS, sizeof *whole);
  if (look == NULL || whole == NULL)
    return gchk_fail_memory(error, "an explanation");
  GCHK_TRY(look_at(work, e, look, whole, error));
  for (size_t k = 0; k < work->draw_count; k++) {
    if (look->kind == GCHK_LOOK_SHORT && look->point == 0 && !(work->spec->step > 0 || work->options->step > 0))
      merge_rungs(&whole[k], &look->derivative[k]);
    else
      whole[k] = look->derivative[k];
    fill_draw(&tensor, look, k, &whole[k], &explanation->draws[k]);
  }
  explanation->verdict = look->verdict;
  explanation->look = look->kind;
  explanation->point = look->point;
  explanation->doubt = look->doubt;
  return find_order(&whole[0], work->scratch, explanation, error);
}

gchk_status gchk_explain_element(const gchk_case *spec, const gchk_options *options, const char *tensor,
                                 const size_t *index, size_t rank, gchk_explanation *explanation, gchk_error *error) {
  const gchk_options defaults = GCHK_OPTIONS_INIT;
  gchk_options own_options;
  const gchk_case *own_case;
  gchk_case_work work;
  GCHK_TRY(gchk_adopt_options(&own_options, options != NULL ? options : &defaults, error));
  gchk_arena *arena = gchk_arena_new();
  if (arena == NULL)
    return gchk_fail_memory(error, "an explanation");
  gchk_status status = gchk_adopt_cases(&own_case, spec, 1, arena, error);
  if (status != GCHK_OK)
    goto done;
  status = gchk_work_open(&work, own_case, &own_options, arena, error);
  if (status == GCHK_OK)
    status = explain(&work, tensor, index, rank, explanation, error);
  gchk_work_close(&work);
done:
  gchk_arena_free(arena);
  return status;
}
