/*
 * Values that backward reads at another index than forward.
 *
 * With z' in the place of a tensor z, where z' is z at the first index of an axis (or the last) for all indices, z
 * moved by one along it, z reversed along an axis or two, as kernels of a convolution are, or z transposed,
 *
 *     exact    the gradient at z is what differences give at z': backward reads z' where it should read z
 *     in part  backward and differences agree at z', where both readings are the same, and for another tensor of the
 *              layer it is exact: what fails here reads z in both ways
 *
 * A few failing elements in all draws, three of them to a digit: within wide bounds anything agrees, as where z' has
 * equal eigenvalues. Nothing is fitted, so none of it holds by accident. A matrix that is declared symmetric is left as
 * it is.
 */
#include "routes/diagnose_index_read.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "decide/differentiate_tensor.h"
#include "evidence/candidate.h"
#include "evidence/resample.h"
#include "instance/move.h"
#include "instance/snapshot.h"
#include "measure/move_values.h"

typedef enum reading { FIRST, LAST, NEXT, BEFORE, REVERSED, TRANSPOSED, READINGS, AT_INDEX } reading;

/* z at other indices of one axis, or of two. */
typedef struct view {
  size_t tensor, axis;
  size_t second; /* axis; `axis` itself: there is none */
  reading how;
  size_t index; /* with AT_INDEX: the one that is read for all */
} view;

/* The instance with other values in it. */
typedef struct visit {
  gchk_diagnosis *d;
  gchk_case_work there;
  double *beside; /* outputs a step away from there */
  gchk_snapshot *saved;
  gchk_derivative *derivative;
} visit;

static bool open_visit(gchk_diagnosis *d, visit *v) {
  *v = (visit){.d = d, .there = *d->work};
  v->there.y = gchk_arena_alloc(d->arena, d->output_count, sizeof(double));
  v->beside = gchk_arena_alloc(d->arena, d->output_count, sizeof(double));
  v->derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *v->derivative);
  v->saved = gchk_snapshot_new(d->work->instance, GCHK_SNAPSHOT_VALUES);
  d->is_out_of_memory = d->is_out_of_memory || v->saved == NULL;
  return v->there.y != NULL && v->beside != NULL && v->derivative != NULL && v->saved != NULL;
}

static bool come_home(const visit *v) {
  gchk_snapshot_restore(v->saved, v->d->work->instance);
  return gchk_instance_forward(v->d->work->instance, NULL) == GCHK_OK;
}

// The index that is read for index k of n.
static size_t index_of(const view *at, size_t k, size_t n) {
  switch (at->how) {
  case FIRST:
    return 0;
  case LAST:
    return n - 1;
  case NEXT:
    return k + 1 < n ? k + 1 : k;
  case BEFORE:
    return k > 0 ? k - 1 : k;
  case REVERSED:
    return n - 1 - k;
  case AT_INDEX:
    return at->index;
  case TRANSPOSED:
  case READINGS:
    break;
  }
  return k;
}

// The element that is read for element i.
static size_t element_of(const view *at, const gchk_shape *shape, size_t i) {
  const size_t stride = gchk_axis_stride(shape, at->axis), k = gchk_axis_index(shape, at->axis, i);
  if (at->second == at->axis)
    return i - k * stride + index_of(at, k, shape->dim[at->axis]) * stride;
  const size_t stride2 = gchk_axis_stride(shape, at->second), k2 = gchk_axis_index(shape, at->second, i);
  const size_t rest = i - k * stride - k2 * stride2;
  if (at->how == TRANSPOSED)
    return rest + k2 * stride + k * stride2;
  return rest + index_of(at, k, shape->dim[at->axis]) * stride + index_of(at, k2, shape->dim[at->second]) * stride2;
}

static bool go(visit *v, const view *at) {
  gchk_instance *instance = v->d->work->instance;
  const gchk_tensor *t = &instance->t[at->tensor];
  double *values = gchk_arena_alloc(v->d->arena, t->count, sizeof *values);
  if (values == NULL)
    return false;
  for (size_t i = 0; i < t->count; i++)
    values[i] = gchk_tensor_get(t, t->value, i);
  for (size_t i = 0; i < t->count; i++)
    gchk_tensor_set(t, t->value, i, values[element_of(at, &t->shape, i)]);
  return gchk_outputs_now(instance, v->there.y);
}

/* Some failing elements of any tensor of the case. */
static size_t choose(const gchk_tensor_work *tensor, size_t elements[GCHK_SAMPLES]) {
  size_t failing = 0, seen = 0, count = 0;
  for (size_t k = 0; k < tensor->checked_count; k++)
    failing += tensor->verdict[tensor->checked[k]] == GCHK_FAIL;
  const size_t step = failing / GCHK_SAMPLES > 0 ? failing / GCHK_SAMPLES : 1;
  for (size_t k = 0; k < tensor->checked_count && count < GCHK_SAMPLES; k++)
    if (tensor->verdict[tensor->checked[k]] == GCHK_FAIL && seen++ % step == step / 2)
      elements[count++] = tensor->checked[k];
  return count;
}

// The draw in which the mistake of an element is larger.
static size_t telling_draw(const gchk_tensor_work *tensor, size_t draws, size_t i) {
  size_t telling = 0;
  for (size_t draw = 1; draw < draws; draw++)
    if (fabs(tensor->analytic[draw][i] - tensor->numeric[draw][i]) >
        fabs(tensor->analytic[telling][i] - tensor->numeric[telling][i]))
      telling = draw;
  return telling;
}

/*
 * Does one difference, with the step that was best at home, show already that the gradient is another where the
 * instance is now? It does where it leaves more than half of the mistake: what is little beside it would leave less.
 */
static bool is_plainly_another(const visit *v, const gchk_tensor_work *tensor, double *const *gradient, size_t draws,
                               size_t i) {
  const gchk_case_work *there = &v->there;
  const gchk_tensor *t = &there->instance->t[tensor->index];
  const size_t draw = telling_draw(tensor, draws, i);
  const double x = gchk_tensor_get(t, t->value, i), h = tensor->step[i];
  const double mistake = fabs(tensor->analytic[draw][i] - tensor->numeric[draw][i]);
  double *y = v->beside, difference = 0, apart = 0;
  bool is_known = h > 0 && gchk_tensor_holds(t, x + h) && gchk_tensor_holds(t, x - h);
  for (int side = 1; side >= -1 && is_known; side -= 2) {
    gchk_tensor_set(t, t->value, i, x + side * h);
    apart += side * gchk_tensor_get(t, t->value, i);
    is_known = gchk_outputs_now(there->instance, y);
    for (size_t j = 0; j < there->output_count && is_known; j++)
      difference += side * there->v[draw][j] * y[j];
  }
  gchk_tensor_set(t, t->value, i, x);
  return is_known && fabs(gradient[draw][i] - difference / apart) > mistake / 2;
}

/*
 * Are the gradients that are given, one a draw, those of the elements where the instance is now? To a digit, and within
 * errors that are little beside the mistake at home: within wide bounds anything is, and a small mistake is within the
 * errors of a gradient that z does not change at all.
 */
static bool are_gradients_here(visit *v, gchk_tensor_work *tensor, double *const *gradient, size_t draws) {
  enum { FEWEST = 3 };
  size_t elements[GCHK_SAMPLES], count = choose(tensor, elements), told = 0;
  gchk_tensor_work again = *tensor;
  if (count == 0 || is_plainly_another(v, tensor, gradient, draws, elements[0]))
    return false;
  for (size_t k = 0; k < count; k++) {
    const size_t i = elements[k];
    bool is_told = false;
    if (gchk_differentiate_element(&v->there, &again, i, v->derivative, NULL) != GCHK_OK)
      return false;
    for (size_t draw = 0; draw < draws; draw++) {
      const gchk_derivative *here = &v->derivative[draw];
      const double g = gradient[draw][i], error = here->bound + tensor->slack[draw][i];
      const double tolerance = gchk_candidate_tolerance(v->d, g, error);
      const double mistake = fabs(tensor->analytic[draw][i] - tensor->numeric[draw][i]);
      if (!(fabs(g - here->value) <= tolerance) || here->smoothness != GCHK_SMOOTH)
        return false;
      is_told = is_told || (gchk_is_known_to_a_digit(g, error) && gchk_is_little_beside(tolerance, mistake));
    }
    told += is_told;
  }
  return told >= FEWEST;
}

static bool is_exact(visit *v, gchk_tensor_work *tensor, const view *at) {
  const bool is_it = go(v, at) && are_gradients_here(v, tensor, tensor->analytic, v->d->draws);
  return come_home(v) && is_it;
}

/*
 * Would another index for all do as well? Then it is not the index that matters: where all slices are the same, weights
 * are equal and kinks are elsewhere.
 */
static bool is_any_index_exact(visit *v, gchk_tensor_work *tensor, const view *at) {
  enum { MOST_TRIED = 8 };
  const size_t n = v->d->work->instance->t[at->tensor].shape.dim[at->axis], own = at->how == FIRST ? 0 : n - 1;
  view other = {at->tensor, at->axis, at->axis, AT_INDEX, 0};
  for (size_t tried = 0; (at->how == FIRST || at->how == LAST) && other.index < n && tried < MOST_TRIED;
       other.index++) {
    if (other.index == own)
      continue;
    tried++;
    if (is_exact(v, tensor, &other))
      return true;
  }
  return false;
}

// Is it exact for another tensor that fails?
static bool is_exact_for_another(visit *v, const view *at) {
  for (size_t k = 0; k < v->d->work->tensor_count; k++) {
    gchk_tensor_work *other = &v->d->work->tensors[k];
    if (other != v->d->tensor && other->tally.worst == GCHK_FAIL && is_exact(v, other, at) &&
        !is_any_index_exact(v, other, at))
      return true;
  }
  return false;
}

static bool is_right_there(visit *v, const view *at) {
  gchk_diagnosis *d = v->d;
  double *ours = gchk_arena_alloc(d->arena, d->total, sizeof *ours);
  if (ours == NULL)
    return false;
  const bool is_right = go(v, at) && gchk_gradient_now(d, ours) && are_gradients_here(v, d->tensor, &ours, 1);
  const bool is_home = come_home(v);
  if (d->work->single != NULL)
    gchk_copy_values(d->work->instance, d->work->single);
  return is_home && is_right;
}

static bool report(gchk_diagnosis *d, const view *at, bool is_all) {
  static const char *const words[READINGS] = {[FIRST] = "at the first index of %s for all",
                                              [LAST] = "at the last index of %s for all",
                                              [NEXT] = "at the index of %s after the right one",
                                              [BEFORE] = "at the index of %s before the right one",
                                              [REVERSED] = "reversed along %s",
                                              [TRANSPOSED] = "transposed, %s exchanged"};
  char axis[GCHK_AXIS_TEXT], second[GCHK_AXIS_TEXT], both[2 * GCHK_AXIS_TEXT + 8], where[sizeof both + 40];
  const char *name = d->work->instance->t[at->tensor].name;
  (void)gchk_axis_name(d, at->tensor, at->axis, axis, sizeof axis);
  if (at->second != at->axis)
    (void)gchk_axis_name(d, at->tensor, at->second, second, sizeof second);
  if (at->second == at->axis)
    (void)snprintf(both, sizeof both, "%s", axis);
  else if (strcmp(axis, second) != 0)
    (void)snprintf(both, sizeof both, "%s and %s", axis, second);
  else
    (void)snprintf(both, sizeof both, "axes %zu and %zu", at->axis, at->second);
  const char *word = words[at->how], *hole = strstr(word, "%s");
  (void)snprintf(where, sizeof where, "%.*s%s%s", (int)(hole - word), word, both, hole + 2);
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_INDEX_READ, d->fail_count,
      is_all ? "analytic is the gradient with %s %s: backward reads it so"
             : "analytic is right with %s %s, and with it another gradient of the layer is what backward gives: "
               "backward reads it so, in one of its places",
      name, where);
  gchk_finding_text(&d->tensor->findings, finding, "read", "%s", name);
  gchk_finding_text(&d->tensor->findings, finding, "axis", "%s", both);
  return true;
}

static bool is_given(const gchk_tensor *t) {
  return t->dtype != GCHK_I32 && (t->role == GCHK_INPUT || t->role == GCHK_PARAMETER || t->role == GCHK_CONSTANT);
}

// Is z read at the view: alone (is_all), or as what it is besides?
static bool is_read(visit *v, const view *at, bool is_all) {
  return is_all ? is_exact(v, v->d->tensor, at) && !is_any_index_exact(v, v->d->tensor, at)
                : is_right_there(v, at) && is_exact_for_another(v, at);
}

static bool search_axes(visit *v, view *at, const gchk_shape *shape, bool is_all) {
  for (at->axis = 0; at->axis < shape->rank; at->axis++)
    for (int how = FIRST; how <= REVERSED && shape->dim[at->axis] > 1; how++) {
      at->second = at->axis;
      at->how = (reading)how;
      if (is_read(v, at, is_all))
        return report(v->d, at, is_all);
    }
  return false;
}

static bool search_pairs(visit *v, view *at, const gchk_shape *shape, bool is_all) {
  for (at->axis = 0; at->axis < shape->rank; at->axis++)
    for (at->second = at->axis + 1; at->second < shape->rank; at->second++) {
      const size_t n = shape->dim[at->axis], n2 = shape->dim[at->second];
      for (int how = REVERSED; how <= TRANSPOSED && n > 1 && n2 > 1; how++) {
        at->how = (reading)how;
        if ((how == REVERSED || n == n2) && is_read(v, at, is_all))
          return report(v->d, at, is_all);
      }
    }
  return false;
}

static bool search(visit *v, bool is_all) {
  const gchk_instance *instance = v->d->work->instance;
  for (view at = {0}; at.tensor < instance->tensor_count; at.tensor++) {
    const gchk_tensor *t = &instance->t[at.tensor];
    if (is_given(t) && !instance->layer->tensors[at.tensor].symmetric && gchk_may_be_changed(v->d, at.tensor) &&
        (search_axes(v, &at, &t->shape, is_all) || search_pairs(v, &at, &t->shape, is_all)))
      return true;
  }
  return false;
}

bool gchk_diagnose_index_read(gchk_diagnosis *d) {
  visit v;
  if (d->fail_count == 0 || d->is_out_of_memory)
    return false;
  const bool is_found = open_visit(d, &v) && (search(&v, true) || search(&v, false));
  gchk_snapshot_free(v.saved);
  return is_found;
}
