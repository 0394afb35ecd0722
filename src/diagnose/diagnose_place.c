/*
 * Where a gradient is wrong: said beside what is wrong, and alone where nothing else is known.
 *
 *     at some indices of an axis only, the last or first among them (a tail left out, t = 0)
 *     at the border only (padding, clipped windows)
 *     where an index repeats, or an element feeds several outputs
 *     at elements that are tied with another
 */
#include "diagnose/diagnose_place.h"

#include <math.h>
#include <stdio.h>

#include "diagnose/diagnose_ratio.h"

/* Failing and checked elements at each index of an axis. */
typedef struct profile {
  size_t *fails, *checked;
} profile;

static bool profile_of(const gchk_diagnosis *d, size_t axis, profile *p) {
  size_t n = d->t->shape.dim[axis];
  p->fails = gchk_arena_alloc(d->arena, n, sizeof *p->fails);
  p->checked = gchk_arena_alloc(d->arena, n, sizeof *p->checked);
  if (p->fails == NULL || p->checked == NULL)
    return false;
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k], index = gchk_axis_index(&d->t->shape, axis, i);
    // An element whose derivative is zero tells nothing.
    bool tells = d->fails[i] || fabs(d->tensor->numeric[0][i]) > gchk_diagnosis_error(d, 0, i);
    p->checked[index] += tells;
    p->fails[index] += d->fails[i];
  }
  return true;
}

static bool report_indices(gchk_diagnosis *d, size_t axis, size_t low, size_t high) {
  size_t n = d->t->shape.dim[axis];
  char name[GCHK_AXIS_TEXT], where[96];
  (void)gchk_axis_name(d, d->tensor->index, axis, name, sizeof name);
  bool is_tail = high == n - 1 && low > 0;
  if (low == high)
    (void)snprintf(where, sizeof where, "index %zu of %s", low, name);
  else
    (void)snprintf(where, sizeof where, "indices %zu to %zu of %s", low, high, name);
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

// One run of indices holds all failing elements, nearly all of it fails, and other indices tell that they are right.
static bool find_indices(gchk_diagnosis *d) {
  for (size_t axis = 0; axis < d->t->shape.rank; axis++) {
    size_t n = d->t->shape.dim[axis], low = n, high = 0, fails = 0, checked = 0, elsewhere = 0;
    profile p;
    if (n < 2 || !profile_of(d, axis, &p))
      continue;
    for (size_t k = 0; k < n; k++) {
      if (p.fails[k] == 0)
        continue;
      low = low == n ? k : low;
      high = k;
    }
    for (size_t k = 0; k < n; k++) {
      bool is_inside = k >= low && k <= high;
      fails += is_inside ? p.fails[k] : 0;
      checked += is_inside ? p.checked[k] : 0;
      elsewhere += is_inside ? 0 : p.checked[k];
    }
    if (elsewhere > 0 && 10 * fails >= 9 * checked)
      return report_indices(d, axis, low, high);
  }
  return false;
}

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

// All that fails is nearer to an end than what tells that it is right inside, and most of what is there fails.
static bool is_all_at_border(const gchk_diagnosis *d, size_t axes, size_t *inside) {
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
    *inside += tells && is_deeper;
    at_border += tells && !is_deeper;
  }
  return *inside > 0 && at_border < d->fail_count / 2;
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

// How often the rows of the tensor's first axis are named by an index tensor; NULL when there is none that fits.
static size_t *uses_of_rows(gchk_diagnosis *d, const char **index_name) {
  const gchk_instance *instance = d->work->instance;
  if (d->t->shape.rank == 0)
    return NULL;
  size_t rows = d->t->shape.dim[0];
  size_t *uses = gchk_arena_alloc(d->arena, rows, sizeof *uses);
  for (size_t i = 0; i < instance->tensor_count && uses != NULL; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (t->role != GCHK_INDEX)
      continue;
    for (size_t k = 0; k < t->count; k++) {
      double row = gchk_tensor_get(t, t->value, k);
      if (row >= 0 && row < (double)rows)
        uses[(size_t)row]++;
    }
    *index_name = t->name;
    return uses;
  }
  return NULL;
}

static bool find_repeats(gchk_diagnosis *d) {
  const char *index_name = "";
  size_t once = 0;
  size_t *uses = uses_of_rows(d, &index_name);
  for (size_t k = 0; uses != NULL && k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k], n = uses[gchk_axis_index(&d->t->shape, 0, i)];
    if (d->fails[i] && n < 2)
      return false;
    once += n == 1 && !d->fails[i];
  }
  if (uses == NULL || once == 0)
    return false;
  gchk_finding *finding = gchk_diagnosis_add(d, GCHK_CODE_WRONG_WHERE_REPEATED, d->fail_count,
                                             "wrong only in rows that %s names more than once (%zu elements), right in "
                                             "those named once: = for += in a scatter",
                                             index_name, d->fail_count);
  gchk_finding_text(&d->tensor->findings, finding, "index", "%s", index_name);
  return true;
}

// How many outputs an element feeds, by the Jacobian.
static bool find_fan_out(gchk_diagnosis *d) {
  size_t single = 0;
  if (d->jacobian == NULL || d->output_count < 2)
    return false;
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k], fed = 0;
    for (size_t j = 0; j < d->output_count; j++)
      fed += fabs(d->jacobian[i * d->output_count + j]) > 2 * d->tensor->bound[0][i];
    if (d->fails[i] && fed < 2)
      return false;
    single += fed == 1 && !d->fails[i];
  }
  if (single == 0)
    return false;
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_WHERE_REPEATED, d->fail_count,
      "wrong only where an element feeds several outputs (%zu elements), right where it feeds one (%zu): = "
      "for +=, or overlapping windows",
      d->fail_count, single);
  return true;
}

static bool is_tied(const gchk_tensor *t, size_t i) {
  double x = gchk_tensor_get(t, t->value, i);
  for (size_t k = 0; k < t->count; k++)
    if (k != i && gchk_tensor_get(t, t->value, k) == x)
      return true;
  return false;
}

// All that fails has the value of another element, and untied ones are there that do not fail.
bool gchk_diagnose_ties(gchk_diagnosis *d) {
  enum { LARGEST = 4096 };
  size_t untied = 0;
  if (d->fail_count == 0 || d->total > LARGEST || d->t->role != GCHK_INPUT)
    return false;
  for (size_t i = 0; i < d->total; i++) {
    if (d->fails[i] && !is_tied(d->t, i))
      return false;
    untied += !d->fails[i] && d->tensor->verdict[i] == GCHK_PASS && !is_tied(d->t, i);
  }
  if (untied == 0)
    return false;
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_AT_TIES, d->fail_count,
      "wrong only where values are tied (%zu elements), right elsewhere: the gradient there is not between the "
      "one-sided derivatives, as when every tied maximum takes all of it",
      d->fail_count);
  return true;
}

bool gchk_diagnose_place(gchk_diagnosis *d) {
  return find_repeats(d) || find_indices(d) || find_border(d) || find_fan_out(d);
}
