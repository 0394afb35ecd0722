/*
 * A mismatch that goes away with an option.
 *
 * An eps inside a logarithm that only forward knows of is no constant ratio and no permutation: no array shows it. But
 * the same layer without the option has the right gradient, and that names it, where backward is blind to the option:
 * after one and the same forward it gives the same whatever the option is. A backward that is written for one value of
 * it, a norm with p = 2, is right at that value alone.
 */
#include "evidence/blame_option.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "decide/confirm.h"
#include "decide/differentiate_tensor.h"
#include "evidence/diagnosis.h"
#include "measure/analytic.h"
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
    gchk_want_no_confirmation(&again); // wrong or open is the same here
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

void gchk_report_ignored_option(gchk_tensor_work *tensor, const gchk_option_spec *option, double value,
                                double right_at) {
  gchk_finding *finding = gchk_finding_add(
      &tensor->findings, GCHK_CODE_OPTION_IGNORED,
      "with %s = %g instead of %g the gradient is right: backward does not account for it%s%s%s", option->name,
      right_at, value, option->doc != NULL && option->doc[0] != '\0' ? " (" : "",
      option->doc != NULL ? option->doc : "", option->doc != NULL && option->doc[0] != '\0' ? ")" : "");
  gchk_finding_text(&tensor->findings, finding, "option", "%s", option->name);
  gchk_finding_number(&tensor->findings, finding, "value", value);
  gchk_finding_number(&tensor->findings, finding, "right_at", right_at);
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

// With one option at another value, or all at their initial ones where there is no such option.
static gchk_status try_value(search *s, size_t option, double value, trial *result, gchk_error *error) {
  const gchk_layer *layer = s->work->spec->layer;
  gchk_error ignored; // a layer that cannot run with it tells nothing about it
  for (size_t i = 0; i < layer->option_count; i++)
    s->options[i] = option == i ? value : option < layer->option_count ? s->values[i] : layer->options[i].initial;
  if (try_options(s->work, s->tensor, s->options, s->elements, s->count, result, &ignored) == GCHK_NO_MEMORY)
    return gchk_fail_memory(error, "options");
  return GCHK_OK;
}

// The tensor's gradient from a backward that finds another value of an option than the forward before it.
static bool find_with(search *s, size_t option, double value, double *gradient) {
  gchk_case_work named = gchk_named_work(s->work);
  double **gradients = gchk_arena_alloc(s->work->scratch, named.tensor_count, sizeof *gradients);
  if (gradients == NULL || gradient == NULL || gchk_instance_forward(named.instance, NULL) != GCHK_OK)
    return false;
  for (size_t k = 0; k < named.tensor_count; k++)
    gradients[k] = &named.tensors[k] == s->tensor ? gradient : NULL;
  const double before = named.instance->options[option];
  named.instance->options[option] = value;
  const bool is_found = gchk_backward_gradients(&named, s->work->v[0], gradients, NULL) == GCHK_OK;
  named.instance->options[option] = before;
  return gchk_instance_forward(s->work->instance, NULL) == GCHK_OK && is_found;
}

typedef enum sight { BLIND, SEES, NOT_KNOWN } sight;

// A layer that keeps what options say in a state of its own does not read them again.
static sight look_at_backward(search *s, size_t option, double other) {
  static const double roundings = 64;
  const gchk_tensor_work *tensor = s->tensor;
  double *with = gchk_arena_alloc(s->work->scratch, tensor->total, sizeof *with);
  if (s->work->spec->layer->create != NULL)
    return NOT_KNOWN;
  if (!find_with(s, option, other, with))
    return SEES;
  for (size_t i = 0; i < tensor->total; i++)
    if (!(fabs(with[i] - tensor->analytic[0][i]) <= roundings * tensor->unit * fabs(tensor->analytic[0][i])))
      return SEES;
  return BLIND;
}

static bool is_in_range(const gchk_option_spec *option, double value) {
  return option->minimum <= value && value <= option->maximum;
}

// Right with a value, and wrong half way from there to the value that the case has: else it is right there because
// something that is wrong, and which the option turns on or chooses, is not met.
static gchk_status try_alone(search *s, size_t option, double value, trial *there, gchk_error *error) {
  trial half_way;
  GCHK_TRY(try_value(s, option, value, there, error));
  if (!there->is_right)
    return GCHK_OK;
  GCHK_TRY(try_value(s, option, value / 2 + s->values[option] / 2, &half_way, error));
  there->is_right = !half_way.is_right;
  return GCHK_OK;
}

// One option: whether its initial value is what backward is written for; `part` of the mismatch goes away with it, NaN
// where backward knows the option.
static gchk_status blame_one(search *s, size_t option, bool *is_right, double *part, gchk_error *error) {
  const gchk_option_spec *spec = &s->work->spec->layer->options[option];
  trial one;
  *is_right = false;
  *part = (double)NAN;
  if (s->values[option] == spec->initial || look_at_backward(s, option, spec->initial) == SEES)
    return GCHK_OK;
  GCHK_TRY(try_alone(s, option, spec->initial, &one, error));
  *part = 1 - one.residual / residual_of(s->tensor, s->elements, s->count);
  *is_right = one.is_right;
  if (one.is_right)
    gchk_report_ignored_option(s->tensor, spec, s->values[option], spec->initial);
  return GCHK_OK;
}

static gchk_status blame(search *s, gchk_error *error) {
  const gchk_layer *layer = s->work->spec->layer;
  static const double main_part = 0.5;
  trial all;
  size_t changed = 0, right = 0;
  double *parts = gchk_arena_alloc(s->work->scratch, layer->option_count, sizeof *parts);
  if (parts == NULL)
    return gchk_fail_memory(error, "options");
  for (size_t i = 0; i < layer->option_count; i++) {
    bool is_right;
    GCHK_TRY(blame_one(s, i, &is_right, &parts[i], error));
    if (!isnan(parts[i]))
      changed++;
    right += is_right;
  }
  if (changed < 2 || right > 0)
    return GCHK_OK;
  GCHK_TRY(try_value(s, layer->option_count, 0, &all, error));
  for (size_t i = 0; all.is_right && i < layer->option_count; i++)
    if (parts[i] >= main_part)
      report_part(s->tensor, &layer->options[i], s->values[i], parts[i]);
  return GCHK_OK;
}

static gchk_status start(search *s, gchk_case_work *work, gchk_error *error) {
  const gchk_instance *instance = work->single != NULL ? work->single : work->instance;
  *s = (search){.work = work, .values = instance->options};
  s->options = gchk_arena_alloc(work->scratch, work->spec->layer->option_count, sizeof *s->options);
  return s->options != NULL ? GCHK_OK : gchk_fail_memory(error, "options");
}

gchk_status gchk_blame_options(gchk_case_work *work, gchk_error *error) {
  search s;
  GCHK_TRY(start(&s, work, error));
  for (size_t k = 0; k < work->tensor_count; k++) {
    s.tensor = &work->tensors[k];
    if (s.tensor->tally.worst != GCHK_FAIL)
      continue;
    s.count = choose_elements(s.tensor, s.elements);
    GCHK_TRY(blame(&s, error));
  }
  return GCHK_OK;
}

// The values that people write into a backward in place of an option that it does not look at.
static gchk_status look_for_constant(search *s, size_t option, gchk_right_option *found, gchk_error *error) {
  static const double usual[] = {2, 1, 0};
  const gchk_option_spec *spec = &s->work->spec->layer->options[option];
  for (size_t k = 0; k < sizeof usual / sizeof usual[0] && !found->is_found; k++) {
    trial there;
    if (usual[k] == s->values[option] || usual[k] == spec->initial || !is_in_range(spec, usual[k]) ||
        look_at_backward(s, option, usual[k]) != BLIND)
      continue;
    GCHK_TRY(try_alone(s, option, usual[k], &there, error));
    *found = (gchk_right_option){there.is_right, option, usual[k]};
  }
  return GCHK_OK;
}

// Those that backward is blind to at their initial values were blamed, or are not it.
static gchk_status look_at_initial(search *s, size_t option, gchk_right_option *found, gchk_error *error) {
  const gchk_option_spec *spec = &s->work->spec->layer->options[option];
  trial initial;
  if (s->values[option] == spec->initial || look_at_backward(s, option, spec->initial) != SEES)
    return GCHK_OK;
  GCHK_TRY(try_value(s, option, spec->initial, &initial, error));
  *found = (gchk_right_option){initial.is_right, option, spec->initial};
  return GCHK_OK;
}

typedef gchk_status (*look_fn)(search *s, size_t option, gchk_right_option *found, gchk_error *error);

static gchk_status find_first(gchk_case_work *work, gchk_tensor_work *tensor, look_fn look, gchk_right_option *found,
                              gchk_error *error) {
  search s;
  GCHK_TRY(start(&s, work, error));
  s.tensor = tensor;
  s.count = choose_elements(tensor, s.elements);
  *found = (gchk_right_option){.is_found = false};
  for (size_t option = 0; option < work->spec->layer->option_count && !found->is_found; option++)
    GCHK_TRY(look(&s, option, found, error));
  return GCHK_OK;
}

gchk_status gchk_find_written_value(gchk_case_work *work, gchk_tensor_work *tensor, gchk_right_option *found,
                                    gchk_error *error) {
  return find_first(work, tensor, look_for_constant, found, error);
}

gchk_status gchk_find_right_option(gchk_case_work *work, gchk_tensor_work *tensor, gchk_right_option *found,
                                   gchk_error *error) {
  return find_first(work, tensor, look_at_initial, found, error);
}

static bool counts(const gchk_option_spec *option, double value) {
  return value >= 1 && value == rint(value) && is_in_range(option, 2 * value) &&
         option->initial == rint(option->initial);
}

// What is left of the mismatch with another value of an option.
static gchk_status try_part(search *s, size_t option, double value, double *part, gchk_error *error) {
  trial there;
  GCHK_TRY(try_value(s, option, value, &there, error));
  *part = there.residual / residual_of(s->tensor, s->elements, s->count);
  return GCHK_OK;
}

gchk_status gchk_find_counting_option(gchk_case_work *work, gchk_tensor_work *tensor, gchk_counting_option *found,
                                      gchk_error *error) {
  static const double little = 0.05, more = 2;
  const gchk_layer *layer = work->spec->layer;
  search s;
  GCHK_TRY(start(&s, work, error));
  s.tensor = tensor;
  s.count = choose_elements(tensor, s.elements);
  *found = (gchk_counting_option){.is_found = false};
  for (size_t i = 0; i < layer->option_count && !found->is_found; i++) {
    const double half = floor(s.values[i] / 2);
    double twice_part, half_part = more;
    // Not one of sizes or strides: backward, which knows of no steps, would look at those.
    if (!counts(&layer->options[i], s.values[i]) || look_at_backward(&s, i, half >= 1 ? half : 2) == SEES)
      continue;
    GCHK_TRY(try_part(&s, i, 2 * s.values[i], &twice_part, error));
    if (twice_part <= little && half >= 1 && is_in_range(&layer->options[i], half))
      GCHK_TRY(try_part(&s, i, half, &half_part, error));
    *found = (gchk_counting_option){twice_part <= little && half_part >= more, i, twice_part};
  }
  return GCHK_OK;
}
