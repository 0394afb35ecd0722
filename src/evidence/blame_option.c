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

// A failing tensor, some of its failing elements, and what came of them with other options.
typedef struct suspect {
  gchk_tensor_work *tensor;
  size_t elements[ELEMENTS], count;
  trial there;
  double *parts; // one an option: of the mismatch, what goes away with it; NaN where backward knows the option
  size_t right;  // options that explain the mismatch alone
} suspect;

static double residual_of(const gchk_tensor_work *tensor, const suspect *s) {
  double sum = 0;
  for (size_t k = 0; k < s->count; k++)
    sum += fabs(tensor->analytic[0][s->elements[k]] - tensor->numeric[0][s->elements[k]]);
  return sum;
}

// The elements of one, in the case with other options, whose analytic gradients are `again`.
static gchk_status try_one(gchk_case_work *other, gchk_tensor_work *again, suspect *s, gchk_error *error) {
  other->tensors = again;
  other->tensor_count = 1;
  gchk_want_no_confirmation(again); // wrong or open is the same here
  memcpy(again->checked, s->elements, s->count * sizeof *s->elements);
  again->checked_count = s->count;
  GCHK_TRY(gchk_differentiate_tensor(other, again, error));
  if (again->checked_count != s->count)
    return GCHK_OK;
  // Right, and not only because nothing is left of it.
  s->there.is_right = again->tally.worst <= GCHK_KINK && again->tally.flat + again->tally.unresolved < s->count;
  s->there.residual = residual_of(again, s);
  return GCHK_OK;
}

// The case with other options, and the analytic gradients of `count` suspects.
static gchk_status open_case(gchk_case_work *work, const gchk_case *spec, suspect **some, size_t count,
                             gchk_case_work *other, gchk_error *error) {
  GCHK_TRY(gchk_work_open(other, spec, work->options, work->arena, error));
  GCHK_TRY(gchk_reach_base_point(other, error));
  GCHK_TRY(gchk_draw_upstream_as(other, work, error));
  other->tensors = gchk_arena_alloc(other->scratch, count, sizeof *other->tensors);
  other->tensor_count = count;
  if (other->tensors == NULL)
    return gchk_fail_memory(error, "a case with other options");
  for (size_t k = 0; k < count; k++)
    GCHK_TRY(gchk_tensor_work_init(other, &other->tensors[k], some[k]->tensor->index, error));
  return gchk_find_analytic(other, error);
}

// Up to the first that the layer fails at; *done: so many were tried. What one is found to be does not depend on those
// before it: each starts where the case was opened.
static gchk_status try_some(gchk_case_work *work, const gchk_case *spec, suspect **some, size_t count, size_t *done,
                            gchk_error *error) {
  gchk_case_work other;
  *done = count; // of a case that cannot be opened
  gchk_status status = open_case(work, spec, some, count, &other, error);
  gchk_tensor_work *tensors = other.tensors;
  const gchk_random random = other.random;
  for (size_t k = 0; k < count && status == GCHK_OK; k++) {
    other.random = random;
    status = try_one(&other, &tensors[k], some[k], error);
    *done = k + 1;
  }
  if (status == GCHK_OK && gchk_arena_has_failed(other.scratch))
    status = gchk_fail_memory(error, "a case with other options");
  gchk_work_close(&other);
  return status;
}

static gchk_status try_options(gchk_case_work *work, const double *options, suspect **some, size_t count,
                               gchk_error *error) {
  gchk_case spec = *work->spec;
  gchk_error ignored; // a layer that cannot run with them tells nothing about them
  spec.options = options;
  for (size_t k = 0; k < count; k++)
    some[k]->there = (trial){.residual = (double)NAN};
  for (size_t k = 0, done; k < count; k += done)
    if (try_some(work, &spec, some + k, count - k, &done, &ignored) == GCHK_NO_MEMORY)
      return gchk_fail_memory(error, "options");
  return GCHK_OK;
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
  const double *values; // as the case has them
  double *options;      // room for another set
} search;

// With one option at another value, or all at their initial ones where there is no such option.
static gchk_status try_value(search *s, size_t option, double value, suspect **some, size_t count, gchk_error *error) {
  const gchk_layer *layer = s->work->spec->layer;
  for (size_t i = 0; i < layer->option_count; i++)
    s->options[i] = option == i ? value : option < layer->option_count ? s->values[i] : layer->options[i].initial;
  return try_options(s->work, s->options, some, count, error);
}

// The tensor's gradient from a backward that finds another value of an option than the forward before it.
static bool find_with(const search *s, const gchk_tensor_work *tensor, size_t option, double value, double *gradient) {
  gchk_case_work named = gchk_named_work(s->work);
  double **gradients = gchk_arena_alloc(s->work->scratch, named.tensor_count, sizeof *gradients);
  if (gradients == NULL || gradient == NULL || gchk_instance_forward(named.instance, NULL) != GCHK_OK)
    return false;
  for (size_t k = 0; k < named.tensor_count; k++)
    gradients[k] = &named.tensors[k] == tensor ? gradient : NULL;
  const double before = named.instance->options[option];
  named.instance->options[option] = value;
  const bool is_found = gchk_backward_gradients(&named, s->work->v[0], gradients, NULL) == GCHK_OK;
  named.instance->options[option] = before;
  return gchk_instance_forward(s->work->instance, NULL) == GCHK_OK && is_found;
}

typedef enum sight { BLIND, SEES, NOT_KNOWN } sight;

// A layer that keeps what options say in a state of its own does not read them again.
static sight look_at_backward(const search *s, const gchk_tensor_work *tensor, size_t option, double other) {
  static const double roundings = 64;
  double *with = gchk_arena_alloc(s->work->scratch, tensor->total, sizeof *with);
  if (s->work->spec->layer->create != NULL)
    return NOT_KNOWN;
  if (!find_with(s, tensor, option, other, with))
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
static gchk_status try_alone(search *s, size_t option, double value, suspect **some, size_t count, gchk_error *error) {
  suspect **right = gchk_arena_alloc(s->work->scratch, count, sizeof *right);
  double *residual = gchk_arena_alloc(s->work->scratch, count, sizeof *residual);
  size_t right_count = 0;
  if (right == NULL || residual == NULL)
    return gchk_fail_memory(error, "options");
  GCHK_TRY(try_value(s, option, value, some, count, error));
  for (size_t k = 0; k < count; k++)
    if (some[k]->there.is_right) {
      residual[right_count] = some[k]->there.residual;
      right[right_count++] = some[k];
    }
  GCHK_TRY(try_value(s, option, value / 2 + s->values[option] / 2, right, right_count, error));
  for (size_t k = 0; k < right_count; k++)
    right[k]->there = (trial){.is_right = !right[k]->there.is_right, .residual = residual[k]};
  return GCHK_OK;
}

// The failing tensors, and room for as many.
typedef struct suspects {
  suspect *all, **some;
  size_t count;
} suspects;

// One option: whether its initial value is what backward is written for.
static gchk_status blame_one(search *s, const suspects *list, size_t option, gchk_error *error) {
  const gchk_option_spec *spec = &s->work->spec->layer->options[option];
  size_t blind = 0;
  for (size_t k = 0; k < list->count; k++) {
    suspect *one = &list->all[k];
    one->parts[option] = (double)NAN;
    if (s->values[option] != spec->initial && look_at_backward(s, one->tensor, option, spec->initial) != SEES)
      list->some[blind++] = one;
  }
  if (blind == 0)
    return GCHK_OK;
  GCHK_TRY(try_alone(s, option, spec->initial, list->some, blind, error));
  for (size_t k = 0; k < blind; k++) {
    suspect *one = list->some[k];
    one->parts[option] = 1 - one->there.residual / residual_of(one->tensor, one);
    if (one->there.is_right) {
      one->right++;
      gchk_report_ignored_option(one->tensor, spec, s->values[option], spec->initial);
    }
  }
  return GCHK_OK;
}

static size_t count_changed(const suspect *one, size_t option_count) {
  size_t changed = 0;
  for (size_t i = 0; i < option_count; i++)
    changed += isnan(one->parts[i]) ? 0 : 1;
  return changed;
}

static gchk_status blame(search *s, const suspects *list, gchk_error *error) {
  const gchk_layer *layer = s->work->spec->layer;
  static const double main_part = 0.5;
  size_t count = 0;
  for (size_t i = 0; i < layer->option_count; i++)
    GCHK_TRY(blame_one(s, list, i, error));
  for (size_t k = 0; k < list->count; k++)
    if (count_changed(&list->all[k], layer->option_count) >= 2 && list->all[k].right == 0)
      list->some[count++] = &list->all[k];
  GCHK_TRY(try_value(s, layer->option_count, 0, list->some, count, error));
  for (size_t k = 0; k < count; k++)
    for (size_t i = 0; list->some[k]->there.is_right && i < layer->option_count; i++)
      if (list->some[k]->parts[i] >= main_part)
        report_part(list->some[k]->tensor, &layer->options[i], s->values[i], list->some[k]->parts[i]);
  return GCHK_OK;
}

static gchk_status start(search *s, gchk_case_work *work, gchk_error *error) {
  const gchk_instance *instance = work->single != NULL ? work->single : work->instance;
  *s = (search){.work = work, .values = instance->options};
  s->options = gchk_arena_alloc(work->scratch, work->spec->layer->option_count, sizeof *s->options);
  return s->options != NULL ? GCHK_OK : gchk_fail_memory(error, "options");
}

static suspect suspect_of(gchk_tensor_work *tensor) {
  suspect one = {.tensor = tensor};
  one.count = choose_elements(tensor, one.elements);
  return one;
}

static gchk_status find_suspects(gchk_case_work *work, suspects *list, gchk_error *error) {
  *list = (suspects){.all = gchk_arena_alloc(work->scratch, work->tensor_count, sizeof *list->all),
                     .some = gchk_arena_alloc(work->scratch, work->tensor_count, sizeof *list->some)};
  if (list->all == NULL || list->some == NULL)
    return gchk_fail_memory(error, "options");
  for (size_t k = 0; k < work->tensor_count; k++) {
    if (work->tensors[k].tally.worst != GCHK_FAIL)
      continue;
    suspect *one = &list->all[list->count++];
    *one = suspect_of(&work->tensors[k]);
    one->parts = gchk_arena_alloc(work->scratch, work->spec->layer->option_count, sizeof *one->parts);
    if (one->parts == NULL)
      return gchk_fail_memory(error, "options");
  }
  return GCHK_OK;
}

gchk_status gchk_blame_options(gchk_case_work *work, gchk_error *error) {
  search s;
  suspects list;
  GCHK_TRY(start(&s, work, error));
  GCHK_TRY(find_suspects(work, &list, error));
  return list.count == 0 ? GCHK_OK : blame(&s, &list, error);
}

// The values that people write into a backward in place of an option that it does not look at.
static gchk_status look_for_constant(search *s, suspect *one, size_t option, gchk_right_option *found,
                                     gchk_error *error) {
  static const double usual[] = {2, 1, 0};
  const gchk_option_spec *spec = &s->work->spec->layer->options[option];
  for (size_t k = 0; k < sizeof usual / sizeof usual[0] && !found->is_found; k++) {
    if (usual[k] == s->values[option] || usual[k] == spec->initial || !is_in_range(spec, usual[k]) ||
        look_at_backward(s, one->tensor, option, usual[k]) != BLIND)
      continue;
    GCHK_TRY(try_alone(s, option, usual[k], &one, 1, error));
    *found = (gchk_right_option){one->there.is_right, option, usual[k]};
  }
  return GCHK_OK;
}

// Those that backward is blind to at their initial values were blamed, or are not it.
static gchk_status look_at_initial(search *s, suspect *one, size_t option, gchk_right_option *found,
                                   gchk_error *error) {
  const gchk_option_spec *spec = &s->work->spec->layer->options[option];
  if (s->values[option] == spec->initial || look_at_backward(s, one->tensor, option, spec->initial) != SEES)
    return GCHK_OK;
  GCHK_TRY(try_value(s, option, spec->initial, &one, 1, error));
  *found = (gchk_right_option){one->there.is_right, option, spec->initial};
  return GCHK_OK;
}

typedef gchk_status (*look_fn)(search *s, suspect *one, size_t option, gchk_right_option *found, gchk_error *error);

static gchk_status find_first(gchk_case_work *work, gchk_tensor_work *tensor, look_fn look, gchk_right_option *found,
                              gchk_error *error) {
  search s;
  suspect one = suspect_of(tensor);
  GCHK_TRY(start(&s, work, error));
  *found = (gchk_right_option){.is_found = false};
  for (size_t option = 0; option < work->spec->layer->option_count && !found->is_found; option++)
    GCHK_TRY(look(&s, &one, option, found, error));
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
static gchk_status try_part(search *s, suspect *one, size_t option, double value, double *part, gchk_error *error) {
  GCHK_TRY(try_value(s, option, value, &one, 1, error));
  *part = one->there.residual / residual_of(one->tensor, one);
  return GCHK_OK;
}

gchk_status gchk_find_counting_option(gchk_case_work *work, gchk_tensor_work *tensor, gchk_counting_option *found,
                                      gchk_error *error) {
  static const double little = 0.05, more = 2;
  const gchk_layer *layer = work->spec->layer;
  search s;
  suspect one = suspect_of(tensor);
  GCHK_TRY(start(&s, work, error));
  *found = (gchk_counting_option){.is_found = false};
  for (size_t i = 0; i < layer->option_count && !found->is_found; i++) {
    const double half = floor(s.values[i] / 2);
    double twice_part, half_part = more;
    // Not one of sizes or strides: backward, which knows of no steps, would look at those.
    if (!counts(&layer->options[i], s.values[i]) || look_at_backward(&s, tensor, i, half >= 1 ? half : 2) == SEES)
      continue;
    GCHK_TRY(try_part(&s, &one, i, 2 * s.values[i], &twice_part, error));
    if (twice_part <= little && half >= 1 && is_in_range(&layer->options[i], half))
      GCHK_TRY(try_part(&s, &one, i, half, &half_part, error));
    *found = (gchk_counting_option){twice_part <= little && half_part >= more, i, twice_part};
  }
  return GCHK_OK;
}
