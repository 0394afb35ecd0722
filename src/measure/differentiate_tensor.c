/*
 * Numeric gradients of one tensor, element by element, each judged as it comes.
 *
 * A perturbed element is evaluated by the layer's `update` where it has one and the audit found it to agree with
 * forward, and by forward otherwise. The element is restored bit for bit.
 */
#include "measure/differentiate_tensor.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "instance/precision.h"
#include "measure/judge.h"
#include "measure/step_curve.h"
#include "measure/update_audit.h"
#include "measure/variable.h"
#include "numeric/differentiate.h"
#include "numeric/noise.h"

enum {
  KEPT_JACOBIAN = 1 << 16 // elements x outputs up to which the numeric Jacobian is kept
};

typedef struct element_line {
  gchk_case_work *work;
  gchk_tensor *t;
  size_t tensor, element;
  const gchk_snapshot *snapshot; // NULL: evaluate by forward
} element_line;

static gchk_status evaluate(void *context, double x, double *y, gchk_error *error) {
  element_line *line = context;
  gchk_instance *instance = line->work->instance;
  bool done = false;
  // The tensor may be one of those that are put back: a network's intermediate value.
  if (line->snapshot != NULL)
    gchk_snapshot_restore(line->snapshot, instance);
  gchk_tensor_set(line->t, line->t->value, line->element, x);
  if (line->snapshot != NULL) {
    GCHK_TRY(gchk_instance_update(instance, line->tensor, line->element, &done, error));
  }
  if (!done)
    GCHK_TRY(gchk_instance_forward(instance, error));
  return gchk_instance_outputs(instance, y, error);
}

typedef struct setup {
  gchk_line line;
  element_line context;
  gchk_ladder ladder;
  double rms;
  double *space;                // of gchk_differentiate
  gchk_derivative *derivatives; // one a draw
} setup;

static gchk_status prepare(setup *s, gchk_case_work *work, gchk_tensor_work *tensor, const gchk_snapshot *snapshot,
                           gchk_error *error) {
  gchk_tensor *t = &work->instance->t[tensor->index];
  double step = work->spec->step > 0 ? work->spec->step : work->options->step;
  *s = (setup){
      .context = {.work = work, .t = t, .tensor = tensor->index, .snapshot = snapshot},
      .ladder = {.fixed_step = step},
      .rms = gchk_root_mean_square(t),
      .space = gchk_arena_alloc(work->scratch, gchk_differentiate_space(work->output_count), sizeof(double)),
      .derivatives = gchk_arena_alloc(work->scratch, GCHK_MAX_DRAWS, sizeof(gchk_derivative)),
  };
  if (s->space == NULL || s->derivatives == NULL)
    return gchk_fail_memory(error, "differentiation");
  s->line = (gchk_line){
      .evaluate = evaluate,
      .output_count = work->output_count,
      .variable_unit = gchk_unit_of(t->dtype),
      .output_unit = gchk_output_unit(work->instance),
      .y0 = work->y,
      .y0_is_exact = snapshot == NULL,
      .draw_count = work->draw_count,
  };
  for (size_t d = 0; d < work->draw_count; d++) {
    s->line.v[d] = work->v[d];
    s->line.sigma[d] = tensor->sigma[d];
  }
  return GCHK_OK;
}

static void aim(setup *s, size_t element) {
  s->context.element = element;
  s->line.context = &s->context;
  s->line.x = gchk_tensor_get(s->context.t, s->context.t->value, element);
  s->line.scale = gchk_scale_of(s->line.x, s->rms);
}

// The element as it was, and outputs and caches with it.
static gchk_status restore(setup *s, bool forward, gchk_error *error) {
  gchk_tensor_set(s->context.t, s->context.t->value, s->context.element, s->line.x);
  return forward ? gchk_instance_forward(s->context.work->instance, error) : GCHK_OK;
}

/*
 * The largest noise over up to three elements: where the gradient is largest, and at both ends of the tensor.
 */
static gchk_status measure_noise(setup *s, gchk_tensor_work *tensor, gchk_error *error) {
  size_t largest = 0;
  for (size_t e = 0; e < tensor->total; e++)
    if (fabs(tensor->analytic[0][e]) > fabs(tensor->analytic[0][largest]))
      largest = e;
  const size_t places[] = {largest, 0, tensor->total - 1};
  for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
    if (k > 0 && (places[k] == places[0] || (k == 2 && places[2] == places[1])))
      continue;
    double sigma[GCHK_MAX_DRAWS] = {0};
    aim(s, places[k]);
    gchk_status status = gchk_measure_noise(&s->line, s->space, sigma, NULL, error);
    GCHK_TRY(restore(s, false, error));
    GCHK_TRY(status);
    for (size_t d = 0; d < s->line.draw_count; d++)
      if (sigma[d] > tensor->sigma[d])
        tensor->sigma[d] = sigma[d];
  }
  for (size_t d = 0; d < s->line.draw_count; d++)
    s->line.sigma[d] = tensor->sigma[d];
  return GCHK_OK;
}

static gchk_status differentiate(setup *s, bool whole, gchk_error *error) {
  gchk_ladder ladder = s->ladder;
  ladder.whole = whole && ladder.fixed_step == 0;
  gchk_status status = gchk_differentiate(&s->line, &ladder, s->space, s->derivatives, error);
  gchk_status restored = restore(s, false, error);
  return status != GCHK_OK ? status : restored;
}

static void judge_element(gchk_case_work *work, gchk_tensor_work *tensor, size_t e, gchk_derivative *derivatives) {
  double unit = tensor->slack[0] != NULL ? GCHK_UNIT_F32 : gchk_unit_of(work->instance->t[tensor->index].dtype);
  gchk_verdict verdict = GCHK_PASS;
  bool below = true, is_zero = true;
  bool caught[GCHK_MUTATIONS] = {false};
  for (size_t d = 0; d < work->draw_count; d++) {
    double g = tensor->analytic[d][e];
    if (tensor->slack[d] != NULL)
      derivatives[d].bound += tensor->slack[d][e];
    gchk_judgement judgement = gchk_judge(g, &derivatives[d], unit, tensor->largest[d]);
    verdict = gchk_verdict_worse(verdict, judgement.verdict);
    below = below && judgement.below_resolution;
    is_zero = is_zero && g == 0;
    tensor->numeric[d][e] = derivatives[d].value;
    tensor->bound[d][e] = derivatives[d].bound;
    bool caught_here[GCHK_MUTATIONS];
    // What is mutated is the right gradient, not the one that may be wrong already.
    gchk_judge_mutations(derivatives[d].value, &derivatives[d], unit, tensor->largest[d], caught_here);
    for (size_t m = 0; m < GCHK_MUTATIONS; m++)
      caught[m] = caught[m] || caught_here[m];
  }
  tensor->step[e] = derivatives[0].step;
  tensor->verdict[e] = (unsigned char)verdict;
  tensor->worst = gchk_verdict_worse(tensor->worst, verdict);
  tensor->below_resolution += verdict == GCHK_PASS && below;
  tensor->mutable_count += !is_zero;
  for (size_t m = 0; m < GCHK_MUTATIONS; m++)
    tensor->caught[m] += !is_zero && caught[m];
}

/*
 * The elements of a tensor are mostly alike: the step that the first one settled on, with the largest steps tried too
 * where it shows no truncation (a linear layer), is where the others start. One that moves no output at all teaches
 * nothing.
 */
static void learn_start(setup *s) {
  const gchk_derivative *d = &s->derivatives[0];
  if (!(s->ladder.start > 0) && d->smoothness == GCHK_SMOOTH && !d->is_flat && d->step > 0)
    s->ladder.start = d->step;
}

static gchk_status elements(setup *s, gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) {
  gchk_step_curve_data step_curve = {0};
  size_t stride =
      tensor->checked_count > GCHK_STEP_CURVE_ELEMENTS ? tensor->checked_count / GCHK_STEP_CURVE_ELEMENTS : 1;
  for (size_t k = 0; k < tensor->checked_count; k++) {
    size_t e = tensor->checked[k];
    bool swept = k % stride == stride / 2 && step_curve.count < GCHK_STEP_CURVE_ELEMENTS;
    aim(s, e);
    if (tensor->jacobian != NULL)
      s->line.jacobian_row = tensor->jacobian + e * work->output_count;
    s->ladder.seek_best = !(s->ladder.start > 0);
    if (swept) {
      // The whole ladder is for the curve alone; what judges this element is what judges every other.
      GCHK_TRY(differentiate(s, true, error));
      gchk_step_curve_add(&step_curve, &s->derivatives[0], tensor->analytic[0][e]);
    }
    GCHK_TRY(differentiate(s, false, error));
    learn_start(s);
    judge_element(work, tensor, e, s->derivatives);
    if (work->stage != NULL)
      work->stage(work->stage_context, work->instance->t[tensor->index].name, work->elements_done + k);
  }
  if (!gchk_step_curve_finish(&step_curve, work->arena, tensor->largest[0], &tensor->step_curve))
    return gchk_fail_memory(error, "a step curve");
  return GCHK_OK;
}

gchk_status gchk_differentiate_tensor(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) {
  gchk_snapshot *snapshot = NULL;
  setup s;
  gchk_status status = gchk_audit_update(work, tensor, &snapshot, error);
  // Without update there is no way to change an intermediate value: forward would write it anew.
  if (status == GCHK_OK && snapshot == NULL && gchk_instance_is_inner_value(work->instance, tensor->index)) {
    tensor->checked_count = 0;
    return GCHK_OK;
  }
  if (status == GCHK_OK)
    status = prepare(&s, work, tensor, snapshot, error);
  size_t kept;
  if (status == GCHK_OK && gchk_multiply(tensor->total, work->output_count, &kept) && kept <= KEPT_JACOBIAN)
    tensor->jacobian = gchk_arena_alloc(work->scratch, kept, sizeof(double));
  if (status == GCHK_OK)
    status = measure_noise(&s, tensor, error);
  if (status == GCHK_OK)
    status = elements(&s, work, tensor, error);
  tensor->uses_update = snapshot != NULL;
  gchk_snapshot_free(snapshot);
  if (status != GCHK_OK)
    return status;
  return restore(&s, true, error);
}

// The rungs of the whole ladder, with the verdict of the usual one: its value, bound and step.
static void take_over(gchk_derivative *whole, const gchk_derivative *usual) {
  gchk_derivative merged = *usual;
  merged.rung_count = whole->rung_count;
  memcpy(merged.rungs, whole->rungs, sizeof merged.rungs);
  for (size_t k = merged.chosen = 0; k < whole->rung_count; k++) {
    double step = (whole->rungs[k].step_plus + whole->rungs[k].step_minus) / 2;
    double best = (whole->rungs[merged.chosen].step_plus + whole->rungs[merged.chosen].step_minus) / 2;
    if (fabs(log(step / usual->step)) < fabs(log(best / usual->step)))
      merged.chosen = k;
  }
  *whole = merged;
}

gchk_status gchk_differentiate_element(gchk_case_work *work, gchk_tensor_work *tensor, size_t element, bool whole,
                                       gchk_derivative *result, gchk_error *error) {
  setup s;
  GCHK_TRY(prepare(&s, work, tensor, NULL, error));
  GCHK_TRY(measure_noise(&s, tensor, error));
  aim(&s, element);
  if (whole) {
    GCHK_TRY(differentiate(&s, true, error));
    memcpy(result, s.derivatives, work->draw_count * sizeof *result);
  }
  GCHK_TRY(differentiate(&s, false, error));
  for (size_t d = 0; d < work->draw_count; d++) {
    if (whole)
      take_over(&result[d], &s.derivatives[d]);
    else
      result[d] = s.derivatives[d];
  }
  return restore(&s, true, error);
}
