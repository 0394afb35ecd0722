/*
 * Mistakes that only another call tells apart.
 *
 *     mode           backward gives the same in train and eval, forward does not
 *     epsilon        the relative error falls as the input grows: another eps in backward than in forward
 *     other point    the gradient is that at another tensor's values: y for x, h_t for h_(t-1)
 *     other row      the gradient is that with a tensor's rows shifted by one, or all like the first
 */
#include "diagnose/diagnose_rerun.h"

#include <math.h>

#include "core/memory.h"
#include "decide/differentiate_tensor.h"
#include "evidence/candidate.h"
#include "evidence/resample.h"
#include "instance/move.h"
#include "instance/precision.h"
#include "instance/roles.h"
#include "instance/snapshot.h"
#include "measure/analytic.h"
#include "measure/judge.h"

/* A case at another point: the same instance, with outputs and one tensor of its own. */
typedef struct elsewhere {
  gchk_case_work work;
  gchk_tensor_work tensor;
  gchk_snapshot *saved; /* values of all tensors at the base point */
  double **gradients;   /* one a tensor of the case: all NULL but ours */
} elsewhere;

static bool leave(gchk_diagnosis *d, elsewhere *e) {
  e->work = *d->work;
  e->tensor = *d->tensor;
  e->work.y = gchk_arena_alloc(d->arena, d->output_count, sizeof(double));
  e->gradients = gchk_arena_alloc(d->arena, d->work->tensor_count, sizeof *e->gradients);
  if (e->work.y == NULL || e->gradients == NULL)
    return false;
  for (size_t k = 0; k < d->work->tensor_count; k++)
    if (&d->work->tensors[k] == d->tensor)
      e->gradients[k] = gchk_arena_alloc(d->arena, d->total, sizeof(double));
  e->saved = gchk_snapshot_new(d->work->instance, GCHK_SNAPSHOT_VALUES);
  d->is_out_of_memory = d->is_out_of_memory || e->saved == NULL;
  return e->saved != NULL;
}

static bool come_back(gchk_diagnosis *d, const elsewhere *e) {
  gchk_snapshot_restore(e->saved, d->work->instance);
  return gchk_instance_forward(d->work->instance, NULL) == GCHK_OK;
}

// Back for good.
static bool return_home(gchk_diagnosis *d, elsewhere *e) {
  bool is_back = come_back(d, e);
  gchk_snapshot_free(e->saved);
  return is_back;
}

static bool forward(elsewhere *e) {
  return gchk_outputs_now(e->work.instance, e->work.y);
}

static double *our_gradient(const gchk_diagnosis *d, const elsewhere *e) {
  for (size_t k = 0; k < d->work->tensor_count; k++)
    if (e->gradients[k] != NULL)
      return e->gradients[k];
  return NULL;
}

static bool set_mode(gchk_instance *instance, gchk_mode mode) {
  instance->call.mode = mode;
  return instance->layer->set_mode == NULL || instance->layer->set_mode(&instance->call, NULL) == GCHK_OK;
}

// Backward after the same forward, told the other mode: bit for bit the same gradient?
static bool is_blind_to_mode(gchk_diagnosis *d, gchk_mode other) {
  gchk_instance *instance = d->work->instance;
  if (gchk_instance_forward(instance, NULL) != GCHK_OK)
    return false;
  gchk_instance_start_backward(instance, d->work->v[0]);
  if (!set_mode(instance, other) || gchk_instance_backward(instance, NULL) != GCHK_OK)
    return false;
  double scale = gchk_grad_scale(instance->layer);
  for (size_t i = 0; i < d->total; i++)
    if (gchk_tensor_get(d->t, d->t->grad, i) / scale != d->tensor->analytic[0][i])
      return false;
  return true;
}

// Are the samples' gradients right where the instance is now, in its mode?
static bool is_right_here(gchk_diagnosis *d, elsewhere *e, const size_t *elements, size_t count) {
  gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
  double *g = our_gradient(d, e);
  if (derivative == NULL || g == NULL || !forward(e) ||
      gchk_analytic_gradients(&e->work, d->work->v[0], e->gradients, NULL) != GCHK_OK)
    return false;
  for (size_t k = 0; k < count; k++) {
    if (gchk_differentiate_element(&e->work, &e->tensor, elements[k], derivative, NULL) != GCHK_OK)
      return false;
    const gchk_allowance allowance = {.unit = d->unit, .largest = fabs(g[elements[k]])};
    gchk_verdict verdict = gchk_judge(g[elements[k]], &derivative[0], &allowance).verdict;
    if (verdict != GCHK_PASS && verdict != GCHK_KINK)
      return false;
  }
  return true;
}

bool gchk_diagnose_mode(gchk_diagnosis *d) {
  gchk_instance *instance = d->work->instance;
  gchk_mode mode = instance->call.mode, other = mode == GCHK_TRAIN ? GCHK_EVAL : GCHK_TRAIN;
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements);
  elsewhere e;
  if ((instance->layer->flags & GCHK_HAS_MODES) == 0 || count == 0 || d->work->single != NULL || !leave(d, &e))
    return false;
  bool is_ignored = is_blind_to_mode(d, other) && set_mode(instance, other) && is_right_here(d, &e, elements, count);
  bool is_mode_back = set_mode(instance, mode);
  if (!return_home(d, &e) || !is_mode_back || !is_ignored)
    return false;
  const char *names[] = {[GCHK_TRAIN] = "train", [GCHK_EVAL] = "eval"};
  gchk_finding *finding = gchk_diagnosis_add(d, GCHK_CODE_MODE_IGNORED, d->fail_count,
                                             "backward gives the same whether it is told train or eval, and is right "
                                             "in %s only: here, in %s, %zu of %zu are wrong",
                                             names[other], names[mode], d->fail_count, d->tensor->checked_count);
  gchk_finding_text(&d->tensor->findings, finding, "right_in", "%s", names[other]);
  return true;
}

static void scale_inputs(gchk_instance *instance, double factor) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    for (size_t k = 0; t->role == GCHK_INPUT && k < t->count; k++)
      gchk_tensor_move(t, k, factor * gchk_tensor_get(t, t->value, k));
  }
}

/* The error over some elements at one scale of the inputs. */
typedef struct scaled_error {
  double relative, absolute;
} scaled_error;

// How fast it falls from one scale to the next, as a power of the scale.
static double fall(double before, double after, double factor) {
  return log(before / after) / log(factor);
}

/*
 * Does the error fall as another eps makes it fall: like 1/scale .. 1/scale^2, a little faster where it is not small
 * yet, and in the same way each time? The derivative does not grow with the input where there is an eps, so the error
 * itself falls too: one that stays, beside a gradient that grows, is that of a term without the inputs (weight decay).
 */
static bool falls_like_epsilon(const scaled_error *e, size_t count, double factor) {
  double before = (double)NAN;
  for (size_t k = 0; k + 1 < count; k++) {
    const double now = fall(e[k].relative, e[k + 1].relative, factor);
    if (!(now > 0.7 && now < 3.5) || fall(e[k].absolute, e[k + 1].absolute, factor) < 0.5)
      return false;
    if (k > 0 && !(fabs(now - before) < 0.5 / (double)k))
      return false;
    before = now;
  }
  return true;
}

// The error at the point where the instance is; false when it cannot be told.
static bool find_error(gchk_diagnosis *d, elsewhere *e, const size_t *elements, size_t count, scaled_error *found) {
  gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
  double *g = our_gradient(d, e), error = 0, size = 0, bound = 0;
  if (derivative == NULL || g == NULL || !forward(e) ||
      gchk_analytic_gradients(&e->work, d->work->v[0], e->gradients, NULL) != GCHK_OK)
    return false;
  for (size_t k = 0; k < count; k++) {
    if (gchk_differentiate_element(&e->work, &e->tensor, elements[k], derivative, NULL) != GCHK_OK)
      return false;
    error += fabs(g[elements[k]] - derivative[0].value);
    bound += derivative[0].bound;
    size += fabs(derivative[0].value);
  }
  *found = (scaled_error){error / size, error};
  return size > 0 && error > 4 * bound;
}

bool gchk_diagnose_epsilon(gchk_diagnosis *d) {
  // An eps beside x or x^2 counts for a half or a quarter at twice the input; twice again to tell that from an
  // accident, and once more where the error can still be told.
  enum { FEWEST = 3, SCALES = 4 };
  static const double factor = 2;
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements), told = 0;
  scaled_error errors[SCALES];
  elsewhere e;
  if (count == 0 || d->work->single != NULL || !leave(d, &e))
    return false;
  for (bool is_told = true; told < SCALES && is_told; told += is_told) {
    if (told > 0)
      scale_inputs(d->work->instance, factor);
    is_told = find_error(d, &e, elements, count, &errors[told]);
  }
  if (!return_home(d, &e) || told < FEWEST || !(errors[0].relative < 0.5) || !falls_like_epsilon(errors, told, factor))
    return false;
  const double order = fall(errors[told - 2].relative, errors[told - 1].relative, factor);
  gchk_finding *finding = gchk_diagnosis_add(d, GCHK_CODE_EPSILON_MISMATCH, d->fail_count,
                                             "the relative error is %.2g, %.2g with inputs twice as large and %.2g "
                                             "with four times (it falls like 1/scale^%.1f): backward "
                                             "uses another eps than forward, or none",
                                             errors[0].relative, errors[1].relative, errors[2].relative, order);
  gchk_finding_number(&d->tensor->findings, finding, "order", order);
  return true;
}

// Is the analytic gradient of an element the numeric one here? *told: to a digit, and nearer by far than that at home.
static bool is_element_here(gchk_diagnosis *d, elsewhere *e, size_t element, bool *told) {
  gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
  if (derivative == NULL || gchk_differentiate_element(&e->work, &e->tensor, element, derivative, NULL) != GCHK_OK)
    return false;
  for (size_t draw = 0; draw < d->draws; draw++) {
    const double g = d->tensor->analytic[draw][element], mistake = fabs(g - d->tensor->numeric[draw][element]);
    const double bound = gchk_total_bound(derivative[draw].bound, d->tensor->slack[draw][element]);
    const double tolerance = gchk_candidate_tolerance(d, g, bound);
    if (!(fabs(g - derivative[draw].value) <= tolerance) || derivative[draw].smoothness != GCHK_SMOOTH)
      return false;
    *told = *told || (gchk_is_known_to_a_digit(g, bound) && gchk_is_little_beside(tolerance, mistake));
  }
  return true;
}

// The same of several elements, all but `exceptions` of them, and most of them to a digit.
static bool is_gradient_here(gchk_diagnosis *d, elsewhere *e, const size_t *elements, size_t count, size_t exceptions) {
  size_t others = 0, told = 0;
  if (!forward(e))
    return false;
  for (size_t k = 0; k < count && others <= exceptions; k++) {
    bool is_told = false;
    others += !is_element_here(d, e, elements[k], &is_told);
    told += is_told;
  }
  return others <= exceptions && 2 * told > count;
}

static bool is_real(const gchk_tensor *t) {
  return t->dtype != GCHK_I32 && t->role != GCHK_SCRATCH;
}

// With the values of `from` in the tensor `to`.
static bool is_gradient_with(gchk_diagnosis *d, elsewhere *e, const gchk_tensor *to, const gchk_tensor *from,
                             const size_t *elements, size_t count) {
  for (size_t k = 0; k < to->count; k++)
    if (!gchk_tensor_holds(to, gchk_tensor_get(from, from->value, k)))
      return false;
  for (size_t k = 0; k < to->count; k++)
    gchk_tensor_set(to, to->value, k, gchk_tensor_get(from, from->value, k));
  return is_gradient_here(d, e, elements, count, 0);
}

// The tensor that was read, and the one that is right; false where there are none.
static bool find_other(gchk_diagnosis *d, elsewhere *e, const gchk_tensor **right, const gchk_tensor **read) {
  const gchk_instance *instance = d->work->instance;
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements);
  for (size_t x = 0; x < instance->tensor_count; x++) {
    *right = &instance->t[x];
    if (!gchk_role_is_moved((*right)->role))
      continue;
    for (size_t s = 0; s < instance->tensor_count; s++) {
      *read = &instance->t[s];
      if (s == x || !is_real(*read) || (*read)->count != (*right)->count)
        continue;
      bool found = is_gradient_with(d, e, *right, *read, elements, count);
      if (!come_back(d, e) || found)
        return found;
    }
  }
  return false;
}

bool gchk_diagnose_other_point(gchk_diagnosis *d) {
  enum { FEWEST = 3 };
  const gchk_tensor *right, *read;
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements);
  elsewhere e;
  if (count < FEWEST || !leave(d, &e))
    return false;
  bool is_found = find_other(d, &e, &right, &read);
  if (!return_home(d, &e) || !is_found)
    return false;
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_TENSOR_READ, d->fail_count,
      "analytic is the gradient at %s = %s (%zu of %zu that were tried): backward reads %s where it should read %s",
      right->name, read->name, count, count, read->name, right->name);
  gchk_finding_text(&d->tensor->findings, finding, "read", "%s", read->name);
  gchk_finding_text(&d->tensor->findings, finding, "right", "%s", right->name);
  return true;
}

/* Which row of a tensor stands for row k. */
typedef enum row_read { NEXT_ROW, ROW_BEFORE, FIRST_ROW, ROW_READS } row_read;

static size_t row_for(row_read read, size_t k, size_t rows) {
  return read == NEXT_ROW ? (k + 1) % rows : read == ROW_BEFORE ? (k + rows - 1) % rows : 0;
}

static bool read_other_rows(const gchk_diagnosis *d, const gchk_tensor *t, row_read read) {
  const size_t rows = t->shape.dim[0], width = t->count / rows;
  double *values = gchk_arena_alloc(d->arena, t->count, sizeof *values);
  if (values == NULL)
    return false;
  for (size_t i = 0; i < t->count; i++)
    values[i] = gchk_tensor_get(t, t->value, row_for(read, i / width, rows) * width + i % width);
  for (size_t i = 0; i < t->count; i++)
    gchk_tensor_set(t, t->value, i, values[i]);
  return true;
}

static bool has_rows(const gchk_tensor *t) {
  return t->shape.rank > 0 && t->shape.dim[0] > 1 && gchk_role_is_given(t->role);
}

// The tensor whose rows are read so, tried at failing elements, of which one may be at an end, and at right ones.
static const gchk_tensor *find_shifted(gchk_diagnosis *d, elsewhere *e, const size_t *elements, size_t count,
                                       row_read *read) {
  const gchk_instance *instance = d->work->instance;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    for (*read = NEXT_ROW; *read < ROW_READS && has_rows(&instance->t[i]) && gchk_may_be_changed(d, i); ++*read) {
      const bool found =
          read_other_rows(d, &instance->t[i], *read) && is_gradient_here(d, e, elements, count, *read != FIRST_ROW);
      if (!come_back(d, e))
        return NULL;
      if (found)
        return &instance->t[i];
    }
  }
  return NULL;
}

/*
 * At another base point: elements that are wrong there must be right with the rows read so. A function of two slopes
 * has those of another row by accident where elements are few.
 */
static bool is_so_there(gchk_diagnosis *d, const gchk_tensor *tensor, row_read read, unsigned point, size_t *cured) {
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements), others = 0;
  bool was_wrong[GCHK_SAMPLES] = {false};
  gchk_other_place place;
  gchk_elsewhere there;
  const size_t index = (size_t)(tensor - d->work->instance->t);
  bool is_there = gchk_go_elsewhere(d, point, &place);
  for (size_t k = 0; k < count && is_there; k++)
    was_wrong[k] = gchk_see_elsewhere(d, &place, elements[k], &there) && !gchk_is_right_there(&there);
  is_there = is_there && read_other_rows(d, &place.work.instance->t[index], read) &&
             gchk_outputs_now(place.work.instance, place.work.y);
  for (size_t k = 0; k < count && is_there; k++) {
    const bool is_right = gchk_see_elsewhere(d, &place, elements[k], &there) && gchk_is_right_there(&there);
    *cured += was_wrong[k] && is_right;
    others += !is_right;
  }
  gchk_leave_elsewhere(d, &place);
  return is_there && others <= (read != FIRST_ROW);
}

static bool is_so_elsewhere(gchk_diagnosis *d, const gchk_tensor *tensor, row_read read) {
  enum { POINTS = 3, FEWEST = 6 };
  size_t cured = 0;
  for (unsigned point = 1; point <= POINTS; point++)
    if (!is_so_there(d, tensor, read, point, &cured))
      return false;
  return cured >= FEWEST;
}

bool gchk_diagnose_other_row(gchk_diagnosis *d) {
  enum { FEWEST = 4, RIGHT_ONES = 3 };
  static const char *const words[ROW_READS] = {"row k+1 for row k", "row k-1 for row k", "the first row for all"};
  size_t elements[GCHK_SAMPLES + RIGHT_ONES], failing = gchk_sample_failing(d, elements), count = failing;
  row_read read = NEXT_ROW;
  elsewhere e;
  for (size_t k = 0; k < d->tensor->checked_count && count < failing + RIGHT_ONES; k++)
    if (d->tensor->verdict[d->tensor->checked[k]] == GCHK_PASS && gchk_is_told_from_zero(d, d->tensor->checked[k]))
      elements[count++] = d->tensor->checked[k];
  if (failing < FEWEST || !leave(d, &e))
    return false;
  const gchk_tensor *found = find_shifted(d, &e, elements, count, &read);
  if (!return_home(d, &e) || found == NULL || !gchk_is_reproducible(d) || !is_so_elsewhere(d, found, read))
    return false;
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_TENSOR_READ, d->fail_count,
      "analytic is the gradient with the rows of %s in another place (%zu failing elements were tried): "
      "backward reads %s",
      found->name, failing, words[read]);
  gchk_finding_text(&d->tensor->findings, finding, "read", "%s", found->name);
  return true;
}
