/*
 * Mistakes in one step of a recurrence.
 *
 * What a weight does at step t goes the way that the input of that step goes, through all outputs from there on: its
 * part of the Jacobian is a sum of rows of the input's. So when all that is wrong with the weight's gradient,
 * D = A - J, lies in the span of the rows of J of an input x at one index t of an axis,
 *
 *     D_i. = sum over k in slab t of x, of c_ik J_k.
 *
 * the steps besides t are right. The span must be small beside the number of outputs, and x be right itself.
 */
#include "routes/diagnose_steps.h"

#include <math.h>

#include "decide/differentiate_tensor.h"
#include "evidence/pairs.h"

/* Rows of a Jacobian, made orthonormal. */
typedef struct span {
  double *rows; /* count x width */
  size_t count, width, most;
} span;

static double dot(const double *a, const double *b, size_t n) {
  double sum = 0;
  for (size_t k = 0; k < n; k++)
    sum += a[k] * b[k];
  return sum;
}

// Takes out of a row what lies in the span; twice, for rounding.
static void take_out(const span *s, double *row) {
  for (int pass = 0; pass < 2; pass++) {
    for (size_t k = 0; k < s->count; k++) {
      const double part = dot(row, s->rows + k * s->width, s->width);
      for (size_t c = 0; c < s->width; c++)
        row[c] -= part * s->rows[k * s->width + c];
    }
  }
}

// False when the span has no room: it is too large to say anything.
static bool add_to_span(span *s, double *row) {
  static const double independent = 1e-6;
  const double before = sqrt(dot(row, row, s->width));
  take_out(s, row);
  const double left = sqrt(dot(row, row, s->width));
  if (!(left > independent * before))
    return isfinite(left);
  if (s->count == s->most)
    return false;
  for (size_t c = 0; c < s->width; c++)
    s->rows[s->count * s->width + c] = row[c] / left;
  s->count++;
  return true;
}

/* A slab of a tensor that is right: all its elements with one index on an axis. */
typedef struct slab {
  gchk_tensor_work *tensor;
  size_t axis, at;
} slab;

// The element's row of the Jacobian, differenced anew where it was not kept.
static const double *jacobian_row(gchk_diagnosis *d, gchk_tensor_work *tensor, size_t i, double *room) {
  if (tensor->jacobian != NULL)
    return tensor->jacobian + i * d->output_count;
  gchk_tensor_work again = *tensor;
  gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
  if (derivative == NULL || gchk_differentiate_row(d->work, &again, i, room, derivative, NULL) != GCHK_OK)
    return NULL;
  return room;
}

static bool find_span(gchk_diagnosis *d, const gchk_pairs *p, const slab *of, double *row, span *s) {
  enum { MOST_ANEW = 64 };
  const gchk_shape *shape = &d->work->instance->t[of->tensor->index].shape;
  double *room = gchk_arena_alloc(d->arena, d->output_count, sizeof *room);
  s->count = 0;
  if (room == NULL || (of->tensor->jacobian == NULL && of->tensor->total / shape->dim[of->axis] > MOST_ANEW))
    return false;
  for (size_t i = 0; i < of->tensor->total; i++) {
    if (gchk_axis_index(shape, of->axis, i) != of->at)
      continue;
    const double *from = jacobian_row(d, of->tensor, i, room);
    for (size_t c = 0; from != NULL && c < p->columns; c++)
      row[c] = from[p->output[c]];
    if (from == NULL || !add_to_span(s, row))
      return false;
  }
  return s->count > 0;
}

// Does the span have nearly all that is wrong in it?
static bool has_all_wrong(const gchk_pairs *p, const span *s, double *row) {
  enum { FEWEST = 4 };
  static const double resolved = 10;
  size_t wrong = 0, inside = 0;
  for (size_t r = 0; r < p->rows; r++) {
    double largest = 0, left = 0;
    for (size_t c = 0; c < p->columns; c++) {
      row[c] = p->analytic[r * p->columns + c] - p->numeric[r * p->columns + c];
      largest = fmax(largest, fabs(row[c]));
    }
    if (!(largest > resolved * p->error[r]))
      continue;
    take_out(s, row);
    for (size_t c = 0; c < p->columns; c++)
      left = fmax(left, fabs(row[c]));
    wrong++;
    inside += left <= 2 * p->error[r] && left < largest / 8;
  }
  return wrong >= FEWEST && gchk_is_nearly_all(inside, wrong);
}

static bool is_right(const gchk_diagnosis *d, const gchk_tensor_work *other) {
  return other != d->tensor && other->tally.worst == GCHK_PASS && other->checked_count == other->total;
}

static void report(gchk_diagnosis *d, const slab *of) {
  const gchk_tensor *x = &d->work->instance->t[of->tensor->index];
  char axis[GCHK_AXIS_TEXT];
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_STEP, d->fail_count,
      "all that is wrong goes the way of %s at index %zu of %s, the %s: what is added there is wrong (a step's "
      "previous state, or what stands for it, or a sample's part), and at the other %zu it is right",
      x->name, of->at, gchk_axis_name(d, of->tensor->index, of->axis, axis, sizeof axis),
      of->at == 0 ? "first" : "last", x->shape.dim[of->axis] - 1);
  gchk_finding_list *list = &d->tensor->findings;
  gchk_finding_text(list, finding, "tensor", "%s", x->name);
  gchk_finding_text(list, finding, "axis", "%s", axis);
  gchk_finding_number(list, finding, "index", (double)of->at);
}

bool gchk_diagnose_steps(gchk_diagnosis *d) {
  const gchk_pairs *p = d->fail_count > 0 ? gchk_pairs_of(d, d->tensor) : NULL;
  if (p == NULL || p->columns != d->output_count)
    return false;
  double *row = gchk_arena_alloc(d->arena, p->columns, sizeof *row);
  span s = {.width = p->columns, .most = p->columns / 2};
  s.rows = gchk_arena_alloc(d->arena, s.most * s.width, sizeof *s.rows);
  for (size_t k = 0; row != NULL && s.rows != NULL && k < d->work->tensor_count; k++) {
    slab of = {.tensor = &d->work->tensors[k]};
    const gchk_shape *shape = &d->work->instance->t[of.tensor->index].shape;
    for (of.axis = 0; is_right(d, of.tensor) && of.axis < shape->rank; of.axis++) {
      const size_t last = shape->dim[of.axis] - 1;
      for (of.at = 0; last > 0 && of.at <= last; of.at += last) {
        if (!find_span(d, p, &of, row, &s) || !has_all_wrong(p, &s, row))
          continue;
        report(d, &of);
        return true;
      }
    }
  }
  return false;
}
