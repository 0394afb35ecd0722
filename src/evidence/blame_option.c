/*
 * A mismatch that goes away with an option.
 *
 * An eps inside a logarithm that only forward knows of is no constant ratio and no permutation: no array shows it. But
 * the same layer without the option has the right gradient, and that names it.
 */
#include "evidence/blame_option.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "decide/differentiate_tensor.h"
#include "measure/base_point.h"
#include "measure/tensor_work.h"
#include "measure/upstream.h"

enum { ELEMENTS = 16 };

// The worst-looking failing elements are not needed: any of them will do, spread over the tensor.
static size_t choose_elements(const gchk_tensor_work *tensor, size_t chosen[ELEMENTS]) {
  size_t failing = 0, count = 0, seen = 0;
  for (size_t k = 0; k < tensor->checked_count; k++)
    failing += tensor->verdict[tensor->checked[k]] == GCHK_FAIL;
  size_t stride = (failing + ELEMENTS - 1) / ELEMENTS;
  for (size_t k = 0; k < tensor->checked_count && count < ELEMENTS; k++)
    if (tensor->verdict[tensor->checked[k]] == GCHK_FAIL && seen++ % stride == 0)
      chosen[count++] = tensor->checked[k];
  return count;
}

typedef struct trial {
  bool is_right;
  double residual; // sum of |analytic - numeric| over the elements
} trial;

static double residual_of(const gchk_tensor_work *tensor, const size_t *elements, size_t count) {
  double sum = 0;
  for (size_t k = 0; k < count; k++)
    sum += fabs(tensor->analytic[0][elements[k]] - tensor->numeric[0][elements[k]]);
  return sum;
}

// These elements of the tensor in the case with other options.
static gchk_status try_options(gchk_case_work *work, const gchk_tensor_work *tensor, const double *options,
                               const size_t *elements, size_t count, trial *result, gchk_error *error) {
  gchk_case spec = *work->spec;
  gchk_case_work other;
  gchk_tensor_work again;
  spec.options = options;
  *result = (trial){.residual = (double)NAN};
  gchk_status status = gchk_work_open(&other, &spec, work->options, work->arena, error);
  if (status == GCHK_OK)
    status = gchk_reach_base_point(&other, error);
  if (status == GCHK_OK)
    status = gchk_draw_upstream(&other, error);
  if (status == GCHK_OK)
    status = gchk_tensor_work_init(&other, &again, tensor->index, error);
  other.tensors = &again;
  other.tensor_count = 1;
  if (status == GCHK_OK)
    status = gchk_find_analytic(&other, error);
  if (status == GCHK_OK) {
    memcpy(again.checked, elements, count * sizeof *elements);
    again.checked_count = count;
    status = gchk_differentiate_tensor(&other, &again, error);
  }
  if (status == GCHK_OK && again.checked_count == count) {
    // Right, and not only because nothing is left of it.
    result->is_right = again.tally.worst <= GCHK_KINK && again.tally.flat + again.tally.unresolved < count;
    result->residual = residual_of(&again, elements, count);
  }
  if (status == GCHK_OK && gchk_arena_has_failed(other.scratch))
    status = gchk_fail_memory(error, "a case with other options");
  gchk_work_close(&other);
  return status;
}

static void report(gchk_tensor_work *tensor, const gchk_option_spec *option, double value) {
  gchk_finding *finding = gchk_finding_add(
      &tensor->findings, GCHK_CODE_OPTION_IGNORED,
      "with %s = %g instead of %g the gradient is right: backward does not account for it%s%s%s", option->name,
      option->initial, value, option->doc != NULL && option->doc[0] != '\0' ? " (" : "",
      option->doc != NULL ? option->doc : "", option->doc != NULL && option->doc[0] != '\0' ? ")" : "");
  gchk_finding_text(&tensor->findings, finding, "option", "%s", option->name);
  gchk_finding_number(&tensor->findings, finding, "value", value);
}

// None of several options explains the mismatch alone, but all of them do: `part` of it goes away with this one.
static void report_part(gchk_tensor_work *tensor, const gchk_option_spec *option, double value, double part) {
  gchk_finding *finding = gchk_finding_add(
      &tensor->findings, GCHK_CODE_OPTION_IGNORED,
      "with all options at their initial values the gradient is right, and %s = %g instead of %g alone takes away %.4g "
      "%% of the mismatch: backward does not account for it%s%s%s",
      option->name, option->initial, value, 100 * part, option->doc != NULL && option->doc[0] != '\0' ? " (" : "",
      option->doc != NULL ? option->doc : "", option->doc != NULL && option->doc[0] != '\0' ? ")" : "");
  gchk_finding_text(&tensor->findings, finding, "option", "%s", option->name);
  gchk_finding_number(&tensor->findings, finding, "value", value);
  gchk_finding_number(&tensor->findings, finding, "part", part);
}

typedef struct search {
  gchk_case_work *work;
  gchk_tensor_work *tensor;
  const double *values; // as the case has them
  double *options;      // room for another set
  size_t elements[ELEMENTS];
  size_t count;
} search;

static gchk_status try_one(search *s, size_t option, trial *result, gchk_error *error) {
  const gchk_layer *layer = s->work->spec->layer;
  gchk_error ignored; // a layer that cannot run with its initial option tells nothing about it
  memcpy(s->options, s->values, layer->option_count * sizeof *s->options);
  for (size_t i = 0; i < layer->option_count; i++)
    if (option == i || option == layer->option_count)
      s->options[i] = layer->options[i].initial;
  if (try_options(s->work, s->tensor, s->options, s->elements, s->count, result, &ignored) == GCHK_NO_MEMORY)
    return gchk_fail_memory(error, "options");
  return GCHK_OK;
}

static gchk_status blame(search *s, gchk_error *error) {
  const gchk_layer *layer = s->work->spec->layer;
  static const double main_part = 0.5;
  double residual = residual_of(s->tensor, s->elements, s->count);
  trial all;
  size_t changed = 0, right = 0;
  double *parts = gchk_arena_alloc(s->work->scratch, layer->option_count, sizeof *parts);
  if (parts == NULL)
    return gchk_fail_memory(error, "options");
  for (size_t i = 0; i < layer->option_count; i++) {
    trial one;
    if (!(s->values[i] != layer->options[i].initial))
      continue;
    changed++;
    GCHK_TRY(try_one(s, i, &one, error));
    parts[i] = 1 - one.residual / residual;
    right += one.is_right;
    if (one.is_right)
      report(s->tensor, &layer->options[i], s->values[i]);
  }
  if (changed < 2 || right > 0)
    return GCHK_OK;
  GCHK_TRY(try_one(s, layer->option_count, &all, error));
  for (size_t i = 0; all.is_right && i < layer->option_count; i++)
    if (s->values[i] != layer->options[i].initial && parts[i] >= main_part)
      report_part(s->tensor, &layer->options[i], s->values[i], parts[i]);
  return GCHK_OK;
}

gchk_status gchk_blame_options(gchk_case_work *work, gchk_error *error) {
  const gchk_layer *layer = work->spec->layer;
  const gchk_instance *instance = work->single != NULL ? work->single : work->instance;
  search s = {.work = work, .values = instance->options};
  s.options = gchk_arena_alloc(work->scratch, layer->option_count, sizeof *s.options);
  if (s.options == NULL)
    return gchk_fail_memory(error, "options");
  for (size_t k = 0; k < work->tensor_count; k++) {
    s.tensor = &work->tensors[k];
    if (s.tensor->tally.worst != GCHK_FAIL)
      continue;
    s.count = choose_elements(s.tensor, s.elements);
    GCHK_TRY(blame(&s, error));
  }
  return GCHK_OK;
}
