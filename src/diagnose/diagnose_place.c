/*
 * Where a gradient is wrong: said beside what is wrong, and alone where nothing else is known.
 *
 *     at some indices of an axis, or of several, only: the last or first among them (a tail left out, t = 0)
 *     at the border only (padding, clipped windows)
 *     where an index repeats, or an element feeds several outputs (diagnose_repeats.c)
 *     at elements that are tied with another
 */
#include "diagnose/diagnose_place.h"

#include <math.h>
#include <stdio.h>

#include "diagnose/diagnose_ratio.h"
#include "evidence/axis_blocks.h"
#include "evidence/confine.h"
#include "routes/diagnose_repeats.h"

/* Where all failing elements are: indices low[k] to high[k] of each axis. */
typedef struct box {
  size_t low[GCHK_MAX_RANK], high[GCHK_MAX_RANK];
} box;

static box box_of_fails(const gchk_diagnosis *d) {
  const gchk_shape *shape = &d->t->shape;
  box b;
  for (size_t axis = 0; axis < shape->rank; axis++) {
    b.low[axis] = shape->dim[axis];
    b.high[axis] = 0;
    for (size_t i = 0; i < d->total; i++) {
      size_t index = gchk_axis_index(shape, axis, i);
      if (!d->fails[i])
        continue;
      b.low[axis] = index < b.low[axis] ? index : b.low[axis];
      b.high[axis] = index > b.high[axis] ? index : b.high[axis];
    }
  }
  return b;
}

static bool is_in_box(const box *b, const gchk_shape *shape, size_t i) {
  for (size_t axis = 0; axis < shape->rank; axis++) {
    size_t index = gchk_axis_index(shape, axis, i);
    if (index < b->low[axis] || index > b->high[axis])
      return false;
  }
  return true;
}

static bool is_restricted(const gchk_diagnosis *d, const box *b, size_t axis) {
  return b->low[axis] > 0 || b->high[axis] + 1 < d->t->shape.dim[axis];
}

// All axes but one as they are: the box that one axis alone makes.
static box with_one_axis(const gchk_diagnosis *d, const box *b, size_t axis) {
  box one = {.low = {0}};
  for (size_t k = 0; k < d->t->shape.rank; k++) {
    one.low[k] = k == axis ? b->low[k] : 0;
    one.high[k] = k == axis ? b->high[k] : d->t->shape.dim[k] - 1;
  }
  return one;
}

/*
 * Could elements that have nothing to do with their indices lie like this? Of all ways to choose so many of those that
 * tell, `positions` fill such a box. One element is always somewhere, and where it is can be said.
 */
static bool is_accident(const gchk_diagnosis *d, const box *b, size_t told) {
  static const double likely = 0.05;
  double positions = 1, ways = 1;
  for (size_t axis = 0; axis < d->t->shape.rank; axis++)
    positions *= (double)(d->t->shape.dim[axis] - (b->high[axis] - b->low[axis]));
  for (size_t k = 1; k <= d->fail_count && k <= told; k++)
    ways *= (double)(told - d->fail_count + k) / (double)k;
  return d->fail_count > 1 && !(positions <= likely * ways);
}

// Nearly all that tells in the box fails, and other elements tell that they are right.
static bool fails_in_box(const gchk_diagnosis *d, const box *b) {
  size_t told = 0, elsewhere = 0, all = 0;
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k];
    // An element whose derivative is zero tells nothing.
    bool tells = d->fails[i] || fabs(d->tensor->numeric[0][i]) > gchk_diagnosis_error(d, 0, i);
    bool inside = is_in_box(b, &d->t->shape, i);
    told += tells && inside;
    all += inside;
    elsewhere += !inside && gchk_is_told_from_zero(d, i);
  }
  // Where most of the box tells nothing, it is wider than what is known.
  return elsewhere > 0 && 2 * told >= all && 10 * d->fail_count >= 9 * told && !is_accident(d, b, told + elsewhere);
}

/* A place by its indices alone, wherever the instance is. */
typedef struct place {
  const gchk_shape *shape;
  const box *box; /* NULL: all that is no deeper inside the last `axes` axes than `depth` */
  size_t axes, depth;
} place;

// How far an element is from the nearest end, over the last `axes` axes.
static size_t depth_of(const gchk_shape *shape, size_t axes, size_t i) {
  size_t depth = (size_t)-1;
  for (size_t back = 1; back <= axes; back++) {
    size_t axis = shape->rank - back, index = gchk_axis_index(shape, axis, i), from_end = shape->dim[axis] - 1 - index;
    depth = index < depth ? index : depth;
    depth = from_end < depth ? from_end : depth;
  }
  return depth;
}

static bool is_at_place(void *context, const gchk_instance *instance, size_t i) {
  (void)instance;
  const place *p = context;
  return p->box != NULL ? is_in_box(p->box, p->shape, i) : depth_of(p->shape, p->axes, i) <= p->depth;
}

// Nor does one fail outside whose figures are those of another base point.
static bool is_the_same_elsewhere(gchk_diagnosis *d, place *p) {
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    const size_t i = d->tensor->checked[k];
    if (d->tensor->verdict[i] == GCHK_FAIL && !is_at_place(p, d->work->instance, i))
      return false;
  }
  return gchk_stays_confined(d, &(gchk_set){NULL, is_at_place, p});
}

static void name_indices(const gchk_diagnosis *d, const box *b, size_t axis, char *text, size_t size) {
  char name[GCHK_AXIS_TEXT], blocks[GCHK_BLOCKS_TEXT];
  const size_t low = b->low[axis], high = b->high[axis];
  (void)gchk_axis_name(d, d->tensor->index, axis, name, sizeof name);
  if (low == high)
    (void)snprintf(text, size, "index %zu of %s", low, name);
  else
    (void)snprintf(text, size, "indices %zu to %zu of %s%s", low, high, name,
                   gchk_axis_blocks(d, axis, low, high, blocks, sizeof blocks));
}

static bool report_indices(gchk_diagnosis *d, const box *b, size_t axis) {
  size_t n = d->t->shape.dim[axis], low = b->low[axis], high = b->high[axis];
  char name[GCHK_AXIS_TEXT], where[192];
  (void)gchk_axis_name(d, d->tensor->index, axis, name, sizeof name);
  name_indices(d, b, axis, where, sizeof where);
  bool is_tail = high == n - 1 && low > 0;
  bool is_left_out = is_tail && gchk_is_zero_where_it_fails(d);
  gchk_finding *finding =
      gchk_diagnosis_add(d, is_left_out ? GCHK_CODE_MISSING_TAIL : GCHK_CODE_WRONG_AT_INDEX, d->fail_count,
                         "wrong only at %s%s%s (%zu of %zu elements there)", where,
                         is_tail    ? ", the end of the axis"
                         : low == 0 ? ", its beginning"
                                    : "",
                         is_left_out ? ": a loop that ends too early, or a tail block that is dropped" : "",
                         d->fail_count, d->total / n * (high - low + 1));
  gchk_finding_text(&d->tensor->findings, finding, "axis", "%s", name);
  gchk_finding_number(&d->tensor->findings, finding, "from", (double)low);
  gchk_finding_number(&d->tensor->findings, finding, "to", (double)high);
  return true;
}

static bool report_box(gchk_diagnosis *d, const box *b) {
  char where[512] = "";
  size_t used = 0, count = 1;
  for (size_t axis = 0; axis < d->t->shape.rank && used < sizeof where; axis++) {
    char part[192];
    count *= b->high[axis] - b->low[axis] + 1;
    if (!is_restricted(d, b, axis))
      continue;
    name_indices(d, b, axis, part, sizeof part);
    used += (size_t)snprintf(where + used, sizeof where - used, "%s%s", used > 0 ? " and " : "", part);
  }
  gchk_finding *finding =
      gchk_diagnosis_add(d, GCHK_CODE_WRONG_AT_INDEX, d->fail_count, "wrong only at %s (%zu of %zu elements there)",
                         where, d->fail_count, count);
  gchk_finding_text(&d->tensor->findings, finding, "where", "%s", where);
  return true;
}

// One run of indices of an axis, or of several axes together, holds all failing elements.
static bool find_indices(gchk_diagnosis *d) {
  const gchk_shape *shape = &d->t->shape;
  const box all = box_of_fails(d);
  size_t restricted = 0;
  for (size_t axis = 0; axis < d->t->shape.rank; axis++) {
    const box one = with_one_axis(d, &all, axis);
    restricted += is_restricted(d, &all, axis);
    if (is_restricted(d, &all, axis) && fails_in_box(d, &one) && is_the_same_elsewhere(d, &(place){shape, &one, 0, 0}))
      return report_indices(d, &all, axis);
  }
  return restricted > 1 && fails_in_box(d, &all) && is_the_same_elsewhere(d, &(place){shape, &all, 0, 0}) &&
         report_box(d, &all);
}

// All that fails is nearer to an end than what tells that it is right inside, and nearly all that tells there fails.
static bool is_all_at_border(gchk_diagnosis *d, size_t axes, size_t *inside) {
  enum { FEW = 10 };
  size_t deepest = 0, at_border = 0;
  *inside = 0;
  for (size_t i = 0; i < d->total; i++)
    if (d->fails[i] && depth_of(&d->t->shape, axes, i) > deepest)
      deepest = depth_of(&d->t->shape, axes, i);
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k];
    if (d->fails[i])
      continue;
    bool tells = fabs(d->tensor->numeric[0][i]) > gchk_diagnosis_error(d, 0, i);
    bool is_deeper = depth_of(&d->t->shape, axes, i) > deepest;
    *inside += tells && is_deeper && d->tensor->verdict[i] == GCHK_PASS;
    at_border += tells && !is_deeper;
  }
  return *inside > 0 && FEW * at_border <= d->fail_count &&
         is_the_same_elsewhere(d, &(place){&d->t->shape, NULL, axes, deepest});
}

// In the last axis, or the last two: padding, stride, clipped windows.
static bool find_border(gchk_diagnosis *d) {
  size_t inside = 0, axes = 1;
  if (d->t->role != GCHK_INPUT || d->t->shape.rank == 0)
    return false;
  if (!is_all_at_border(d, axes, &inside) && (d->t->shape.rank < 2 || !is_all_at_border(d, ++axes, &inside)))
    return false;
  gchk_ratio ratio;
  char factor[64] = "";
  if (gchk_constant_ratio(d, &ratio))
    (void)snprintf(factor, sizeof factor, ", analytic/numeric = %.4f there", ratio.value);
  gchk_finding *finding = gchk_diagnosis_add(d, GCHK_CODE_WRONG_AT_BORDER, d->fail_count,
                                             "wrong only at the border (%zu elements), right inside (%zu)%s: padding, "
                                             "stride, or the divisor of clipped windows",
                                             d->fail_count, inside, factor);
  gchk_finding_number(&d->tensor->findings, finding, "inside", (double)inside);
  return true;
}

static bool is_tied(const gchk_tensor *t, size_t i) {
  double x = gchk_tensor_get(t, t->value, i);
  for (size_t k = 0; k < t->count; k++)
    if (k != i && gchk_tensor_get(t, t->value, k) == x)
      return true;
  return false;
}

// A tie that matters to the function is a kink: its one-sided derivatives differ.
static bool are_kinks(gchk_diagnosis *d) {
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements);
  gchk_derivative *derivative = gchk_arena_alloc(d->arena, GCHK_MAX_DRAWS, sizeof *derivative);
  for (size_t k = 0; derivative != NULL && k < count; k++)
    if (!gchk_resample(d, elements[k], derivative) || derivative[0].smoothness != GCHK_KINKED)
      return false;
  return derivative != NULL && count > 0;
}

// All that fails has the value of another element; those that are untied pass, and those that are tied and tell do not.
bool gchk_diagnose_ties(gchk_diagnosis *d) {
  enum { LARGEST = 4096 };
  size_t untied = 0, right_tied = 0;
  if (d->fail_count == 0 || d->total > LARGEST || d->t->role != GCHK_INPUT)
    return false;
  for (size_t i = 0; i < d->total; i++) {
    const bool tied = is_tied(d->t, i);
    if (d->fails[i] && !tied)
      return false;
    bool is_right = !d->fails[i] && d->tensor->verdict[i] == GCHK_PASS;
    untied += is_right && !tied;
    right_tied += is_right && tied && gchk_is_told_from_zero(d, i);
  }
  if (untied == 0 || right_tied > d->fail_count || !are_kinks(d))
    return false;
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_AT_TIES, d->fail_count,
      "wrong only where values are tied (%zu elements), right elsewhere: the gradient there is not between the "
      "one-sided derivatives, as when every tied maximum takes all of it",
      d->fail_count);
  return true;
}

bool gchk_diagnose_place(gchk_diagnosis *d) {
  return gchk_diagnose_repeats(d) || find_indices(d) || find_border(d) || gchk_diagnose_fan_out(d);
}
