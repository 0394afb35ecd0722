/* Screening one tensor of a case: the instance behind the evaluation of screen/screen.h. */
#include "screen/screen_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "decide/look.h"
#include "instance/meaning.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "lines/tensor_line.h"
#include "measure/judge.h"
#include "measure/variable.h"
#include "screen/screen.h"

enum { CULPRITS = 32 };

typedef struct direction_line {
  const gchk_tensor_line *at_point; // what is differenced, at the point
  gchk_instance *instance;
  size_t index; // of the tensor
  const gchk_tensor *t;
  const double *x; // the base point
} direction_line;

/* The values of one dtype along the direction: false where the type does not hold one of them. */
static bool move_f64(const direction_line *line, size_t first, const double *direction, size_t count, double t) {
  double *value = line->t->value;
  bool are_held = true;
  memcpy(value, line->x, line->t->count * sizeof *value);
  for (size_t k = 0; k < count; k++) {
    value[first + k] += t * direction[k];
    are_held = are_held && isfinite(value[first + k]);
  }
  return are_held;
}

static bool move_f32(const direction_line *line, size_t first, const double *direction, size_t count, double t) {
  float *value = line->t->value;
  bool are_held = true;
  for (size_t e = 0; e < line->t->count; e++)
    value[e] = (float)line->x[e];
  for (size_t k = 0; k < count; k++) {
    value[first + k] = (float)(line->x[first + k] + t * direction[k]);
    are_held = are_held && isfinite(value[first + k]);
  }
  return are_held;
}

/* Of a symmetric pair each is moved by what either has. */
static bool move_symmetric(const direction_line *line, size_t first, const double *direction, size_t count, double t) {
  const gchk_tensor *to = line->t;
  bool are_held = true;
  for (size_t e = 0; e < to->count; e++)
    gchk_tensor_set(to, to->value, e, line->x[e]);
  for (size_t k = 0; k < count; k++) {
    const size_t e = first + k, partner = gchk_symmetric_partner(line->instance, line->index, e);
    const double moved = gchk_tensor_get(to, to->value, e) + t * direction[k];
    are_held = are_held && gchk_tensor_holds(to, moved);
    gchk_tensor_set(to, to->value, e, moved);
    gchk_tensor_set(to, to->value, partner, moved);
  }
  return are_held;
}

static gchk_status evaluate(void *context, size_t first, const double *direction, size_t count, double t, double *y,
                            gchk_error *error) {
  direction_line *line = context;
  const bool is_symmetric = line->instance->layer->tensors[line->index].symmetric;
  if (!(is_symmetric                 ? move_symmetric
        : line->t->dtype == GCHK_F64 ? move_f64
                                     : move_f32)(line, first, direction, count, t)) {
    gchk_no_outputs(y, gchk_instance_output_count(line->instance));
    return GCHK_OK;
  }
  GCHK_TRY(gchk_instance_evaluate(line->instance, line->index, error));
  return gchk_instance_outputs(line->instance, y, error);
}

static void use_noise(void *context, const double *sigma, gchk_line *line) {
  const direction_line *along = context;
  gchk_tensor_line_use_noise(along->at_point, sigma, line);
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
                                "along two random directions over all %zu elements the gradient agrees: an error above "
                                "%.3g in any one of them would have shown",
                                tensor->total, screening->detectable);
  else if (screening->verdict == GCHK_FAIL && screening->culprit_count == 0)
    finding = gchk_finding_note(&tensor->findings, GCHK_CODE_SCREENED,
                                "along a random direction over all %zu elements the gradient is wrong by %.3g error "
                                "bars, by too little in its parts to search out where",
                                tensor->total, fabs(screening->analytic - screening->numeric) / screening->bound);
  else if (screening->verdict == GCHK_FAIL)
    finding = gchk_finding_note(&tensor->findings, GCHK_CODE_SCREENED,
                                "along a random direction over all %zu elements the gradient is wrong by %.3g error "
                                "bars: %zu culprits were searched out and are checked%s",
                                tensor->total, fabs(screening->analytic - screening->numeric) / screening->bound,
                                screening->culprit_count, screening->has_more ? ", and there are more" : "");
  else if (isfinite(screening->bound))
    finding =
        gchk_finding_note(&tensor->findings, GCHK_CODE_SCREENED,
                          "along random directions over all %zu elements the gradient agrees, but an error of %.3g in "
                          "one of them might not have shown, and the largest gradient is %.3g: only the sampled "
                          "elements count",
                          tensor->total, screening->detectable, screening->largest);
  else
    finding = gchk_finding_note(
        &tensor->findings, GCHK_CODE_SCREENED,
        "random directions over all %zu elements had no error bound: only the sampled elements count", tensor->total);
  gchk_finding_number(&tensor->findings, finding, "directions", (double)screening->direction_count);
  gchk_finding_number(&tensor->findings, finding, "detectable", screening->detectable);
}

/* x: the tensor's values at the base point. */
static gchk_status screen_from(gchk_case_work *work, gchk_tensor_work *tensor, const double *x, gchk_error *error) {
  gchk_instance *instance = work->instance;
  const gchk_tensor *t = &instance->t[tensor->index];
  size_t culprits[CULPRITS];
  gchk_tensor_line at_point;
  GCHK_TRY(gchk_tensor_line_open_plain(&at_point, work, tensor, error));
  direction_line line = {&at_point, instance, tensor->index, t, x};
  gchk_screen screen = {.evaluate = evaluate,
                        .use_noise = use_noise,
                        .context = &line,
                        .element_count = t->count,
                        .x = x,
                        .scale = gchk_scale_of(0, at_point.rms),
                        .gradient_rounding = tensor->unit * gchk_rounding_allowance(tensor->unit),
                        .variable_unit = at_point.line.variable_unit,
                        .output_unit = at_point.line.output_unit,
                        .output_count = at_point.line.output_count,
                        .y0 = at_point.line.y0,
                        .y0_is_exact = at_point.line.y0_is_exact,
                        .draw_count = work->draw_count,
                        .seed = gchk_random_bits(&work->random)};
  for (size_t d = 0; d < work->draw_count; d++) {
    screen.g[d] = tensor->analytic[d];
    screen.slack[d] = tensor->slack[d];
    screen.v[d] = work->v[d];
    if (tensor->is_declared_zero)
      screen.left_of_zero[d] =
          gchk_left_of_zero(tensor->unit, gchk_natural_gradient(at_point.line.v[d], at_point.line.y0,
                                                                at_point.line.output_count, screen.scale));
  }
  gchk_screening screening = {0};
  GCHK_TRY(gchk_screen_tensor(&screen, culprits, CULPRITS, &screening, error));
  add_culprits(tensor, culprits, screening.culprit_count);
  if (screening.verdict == GCHK_FAIL)
    memcpy(tensor->along, screening.off, sizeof tensor->along);
  tensor->has_noise = screening.is_noise_known && work->spec->auxiliary != GCHK_VARIED;
  for (size_t d = 0; d < work->draw_count && tensor->has_noise; d++)
    tensor->sigma[d] = screening.sigma[d]; // of one element there is no more than of all
  report(tensor, &screening);
  return GCHK_OK;
}

gchk_status gchk_screen_case_tensor(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) {
  const gchk_tensor *t = &work->instance->t[tensor->index];
  double *x = gchk_calloc(t->count, sizeof *x);
  if (x == NULL)
    return gchk_fail_memory(error, "a screening");
  for (size_t e = 0; e < t->count; e++)
    x[e] = gchk_tensor_get(t, t->value, e);
  gchk_status status = screen_from(work, tensor, x, error);
  for (size_t e = 0; e < t->count; e++)
    gchk_tensor_set(t, t->value, e, x[e]);
  free(x);
  return status == GCHK_OK ? gchk_instance_forward(work->instance, error) : status;
}
