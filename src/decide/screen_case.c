/* Screening one tensor of a case: the instance behind the evaluation of decide/screen.h. */
#include "decide/screen_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "decide/pilot.h"
#include "decide/screen.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "measure/variable.h"

enum { CULPRITS = 32 };

typedef struct direction_line {
  gchk_instance *instance;
  size_t index; // of the tensor
  const gchk_tensor *t;
  const double *x; // the base point
} direction_line;

static gchk_status evaluate(void *context, const size_t *elements, const double *direction, size_t count, double t,
                            double *y, gchk_error *error) {
  direction_line *line = context;
  for (size_t k = 0; k < count; k++) {
    if (gchk_tensor_holds(line->t, line->x[elements[k]] + t * direction[k]))
      continue;
    gchk_no_outputs(y, gchk_instance_output_count(line->instance));
    return GCHK_OK;
  }
  for (size_t e = 0; e < line->t->count; e++)
    gchk_tensor_set(line->t, line->t->value, e, line->x[e]);
  for (size_t k = 0; k < count; k++) {
    // Of a symmetric pair each is moved by what either has.
    size_t e = elements[k], partner = gchk_symmetric_partner(line->instance, line->index, e);
    gchk_tensor_set(line->t, line->t->value, e, gchk_tensor_get(line->t, line->t->value, e) + t * direction[k]);
    gchk_tensor_set(line->t, line->t->value, partner, gchk_tensor_get(line->t, line->t->value, e));
  }
  GCHK_TRY(gchk_instance_evaluate(line->instance, line->index, error));
  return gchk_instance_outputs(line->instance, y, error);
}

static int compare_sizes(const void *a, const void *b) {
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x > y) - (x < y);
}

static void add_culprits(gchk_tensor_work *tensor, const size_t *culprits, size_t count) {
  size_t before = tensor->checked_count;
  for (size_t k = 0; k < count; k++)
    if (bsearch(&culprits[k], tensor->checked, before, sizeof *culprits, compare_sizes) == NULL)
      tensor->checked[tensor->checked_count++] = culprits[k];
  qsort(tensor->checked, tensor->checked_count, sizeof *tensor->checked, compare_sizes);
}

static void report(gchk_tensor_work *tensor, const gchk_screening *screening) {
  gchk_finding *finding;
  if (screening->verdict == GCHK_PASS)
    finding = gchk_finding_note(&tensor->findings, GCHK_CODE_SCREENED,
                                "along one random direction over all %zu elements the gradient agrees: an error above "
                                "%.3g in any one of them would have shown",
                                tensor->total, screening->detectable);
  else if (screening->verdict == GCHK_FAIL)
    finding = gchk_finding_note(&tensor->findings, GCHK_CODE_SCREENED,
                                "along a random direction over all %zu elements the gradient is wrong by %.3g error "
                                "bars: %zu culprits were searched out and are checked%s",
                                tensor->total, fabs(screening->analytic - screening->numeric) / screening->bound,
                                screening->culprit_count, screening->has_more ? ", and there are more" : "");
  else if (isfinite(screening->bound))
    finding =
        gchk_finding_note(&tensor->findings, GCHK_CODE_SCREENED,
                          "along a random direction over all %zu elements the gradient agrees, but an error of %.3g in "
                          "one of them might not have shown, and the largest gradient is %.3g: only the sampled "
                          "elements count",
                          tensor->total, screening->detectable, screening->largest);
  else
    finding = gchk_finding_note(
        &tensor->findings, GCHK_CODE_SCREENED,
        "a random direction over all %zu elements had no error bound: only the sampled elements count", tensor->total);
  gchk_finding_number(&tensor->findings, finding, "directions", (double)screening->direction_count);
  gchk_finding_number(&tensor->findings, finding, "detectable", screening->detectable);
}

/* The noise of the outputs: what is left of it along a direction is no less than along an element. And what is
 * differenced, at the point. */
static gchk_status learn(gchk_case_work *work, gchk_tensor_work *tensor, const double **y0, gchk_error *error) {
  gchk_tensor_line l;
  gchk_status status = gchk_tensor_line_open(&l, work, tensor, error);
  if (status == GCHK_OK)
    status = gchk_pilot(&l, NULL, error);
  *y0 = l.varies ? work->y : l.line.y0; // directions are evaluated by forward
  gchk_tensor_line_close(&l);
  return status;
}

gchk_status gchk_screen_case_tensor(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) {
  gchk_instance *instance = work->instance;
  const gchk_tensor *t = &instance->t[tensor->index];
  double *x = gchk_arena_alloc(work->scratch, t->count, sizeof *x);
  size_t culprits[CULPRITS];
  if (x == NULL)
    return gchk_fail_memory(error, "a screening");
  for (size_t e = 0; e < t->count; e++)
    x[e] = gchk_tensor_get(t, t->value, e);
  const double *y0;
  GCHK_TRY(learn(work, tensor, &y0, error));
  direction_line line = {instance, tensor->index, t, x};
  gchk_screen screen = {.evaluate = evaluate,
                        .context = &line,
                        .element_count = t->count,
                        .x = x,
                        .scale = gchk_scale_of(0, gchk_root_mean_square(t)),
                        .variable_unit =
                            work->single != NULL ? gchk_unit_of(t->dtype) : gchk_tensor_unit(instance, tensor->index),
                        .output_unit = gchk_output_unit(instance),
                        .output_count = work->output_count,
                        .y0 = y0,
                        .y0_is_exact = true,
                        .draw_count = work->draw_count,
                        .seed = gchk_random_bits(&work->random)};
  for (size_t d = 0; d < work->draw_count; d++) {
    screen.g[d] = tensor->analytic[d];
    screen.slack[d] = tensor->slack[d];
    screen.v[d] = work->v[d];
    screen.sigma[d] = tensor->sigma[d];
  }
  gchk_screening screening = {0};
  gchk_status status = gchk_screen_tensor(&screen, culprits, CULPRITS, &screening, error);
  for (size_t e = 0; e < t->count; e++)
    gchk_tensor_set(t, t->value, e, x[e]);
  GCHK_TRY(status);
  add_culprits(tensor, culprits, screening.culprit_count);
  report(tensor, &screening);
  return gchk_instance_forward(instance, error);
}
