/*
 * Layouts: the right values in another order of the axes.
 *
 *     transposed     g[i,j] = D[j,i], and every permutation of the axes of a tensor of rank 3 or 4
 *     reversed       g[.., k, ..] = D[.., n-1-k, ..] along one axis or several
 *     shifted        g[.., k, ..] = D[.., k +- 1, ..], cyclic, along one axis
 *
 * A buffer that is read as if its axes had another order has the values of the permuted tensor laid out flat, so sizes
 * need not be equal. Without such an order, any permutation at all is looked for (diagnose_permutation).
 */
#include "diagnose/diagnose_axes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/statistics.h"
#include "evidence/candidate.h"

// candidate[i] = numeric[from[i]].
static bool holds_permuted(gchk_diagnosis *d, const size_t *from, size_t *matched) {
  gchk_candidate c;
  if (!gchk_candidate_new(d, &c))
    return false;
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      c.value[draw][i] = d->tensor->numeric[draw][from[i]];
      c.slack[draw][i] = d->tensor->bound[draw][from[i]];
    }
  }
  return gchk_candidate_holds(d, &c, true, matched);
}

// Element i of the tensor whose axes are in the order `order`, laid out flat, is element from[i] of the tensor.
static void permute_axes(const gchk_shape *shape, const size_t *order, size_t total, size_t *from) {
  for (size_t i = 0; i < total; i++) {
    size_t rest = i;
    from[i] = 0;
    for (size_t k = shape->rank; k-- > 0;) {
      from[i] += rest % shape->dim[order[k]] * gchk_axis_stride(shape, order[k]);
      rest /= shape->dim[order[k]];
    }
  }
}

// The same, the other way round: element from[i]'s place in that layout.
static void invert(const size_t *from, size_t total, size_t *inverse) {
  for (size_t i = 0; i < total; i++)
    inverse[from[i]] = i;
}

// The next permutation in lexicographic order; false after the last.
static bool next_order(size_t *order, size_t count) {
  size_t i = count - 1;
  while (i > 0 && order[i - 1] > order[i])
    i--;
  if (i == 0)
    return false;
  size_t j = count - 1;
  while (order[j] < order[i - 1])
    j--;
  size_t swap = order[i - 1];
  order[i - 1] = order[j];
  order[j] = swap;
  for (size_t a = i, b = count - 1; a < b; a++, b--) {
    swap = order[a];
    order[a] = order[b];
    order[b] = swap;
  }
  return true;
}

static bool report_order(gchk_diagnosis *d, const size_t *order, size_t matched) {
  char text[128] = "", axis[GCHK_AXIS_TEXT];
  size_t used = 0;
  for (size_t k = 0; k < d->t->shape.rank && used < sizeof text; k++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", k == 0 ? "" : ",",
                             gchk_axis_name(d, d->tensor->index, order[k], axis, sizeof axis));
  gchk_finding *finding =
      gchk_diagnosis_add(d, GCHK_CODE_TRANSPOSED, matched,
                         "analytic equals the numeric gradient with its axes in the order (%s) on %zu of %zu: %s", text,
                         matched, d->fail_count, d->t->shape.rank == 2 ? "transposed" : "axes permuted");
  gchk_finding_text(&d->tensor->findings, finding, "order", "%s", text);
  return true;
}

static bool find_order(gchk_diagnosis *d, size_t *from, size_t *inverse) {
  size_t order[GCHK_MAX_RANK] = {0}, rank = d->t->shape.rank, matched;
  enum { LARGEST_RANK = 4 }; // 24 orders
  if (rank < 2 || rank > LARGEST_RANK)
    return false;
  for (size_t k = 0; k < rank; k++)
    order[k] = k;
  while (next_order(order, rank)) {
    permute_axes(&d->t->shape, order, d->total, from);
    if (holds_permuted(d, from, &matched))
      return report_order(d, order, matched);
    invert(from, d->total, inverse);
    if (holds_permuted(d, inverse, &matched))
      return report_order(d, order, matched);
  }
  return false;
}

static bool find_reversal(gchk_diagnosis *d, size_t *from) {
  const gchk_shape *shape = &d->t->shape;
  size_t matched;
  for (size_t axes = 1; axes < (size_t)1 << shape->rank && shape->rank <= 4; axes++) {
    char text[128] = "", axis[GCHK_AXIS_TEXT];
    for (size_t i = 0; i < d->total; i++) {
      from[i] = i;
      for (size_t k = 0; k < shape->rank; k++) {
        size_t index = gchk_axis_index(shape, k, i);
        if ((axes >> k & 1) != 0)
          from[i] =
              from[i] + (shape->dim[k] - 1 - index) * gchk_axis_stride(shape, k) - index * gchk_axis_stride(shape, k);
      }
    }
    if (!holds_permuted(d, from, &matched))
      continue;
    for (size_t k = 0; k < shape->rank; k++) {
      size_t used = strlen(text);
      if ((axes >> k & 1) != 0)
        (void)snprintf(text + used, sizeof text - used, "%s%s", used == 0 ? "" : " and ",
                       gchk_axis_name(d, d->tensor->index, k, axis, sizeof axis));
    }
    gchk_finding *finding = gchk_diagnosis_add(
        d, GCHK_CODE_REVERSED_AXIS, matched,
        "analytic equals the numeric gradient read backwards along %s on %zu of %zu", text, matched, d->fail_count);
    gchk_finding_text(&d->tensor->findings, finding, "axis", "%s", text);
    return true;
  }
  return false;
}

// Without the end that has no neighbour: there an unshifted, a zero or a wrapped value may stand.
static bool find_shift(gchk_diagnosis *d) {
  const gchk_shape *shape = &d->t->shape;
  for (size_t k = 0; k < shape->rank; k++) {
    size_t n = shape->dim[k], stride = gchk_axis_stride(shape, k);
    for (int shift = -1; shift <= 1 && n > 2; shift += 2) {
      gchk_candidate c;
      size_t matched;
      if (!gchk_candidate_new(d, &c))
        return false;
      for (size_t draw = 0; draw < d->draws; draw++) {
        for (size_t i = 0; i < d->total; i++) {
          size_t index = gchk_axis_index(shape, k, i);
          if (shift < 0 ? index == 0 : index == n - 1)
            continue;
          size_t from = shift < 0 ? i - stride : i + stride;
          c.value[draw][i] = d->tensor->numeric[draw][from];
          c.slack[draw][i] = d->tensor->bound[draw][from];
        }
      }
      if (!gchk_candidate_holds(d, &c, true, &matched) || matched < 2)
        continue;
      char axis[GCHK_AXIS_TEXT];
      (void)gchk_axis_name(d, d->tensor->index, k, axis, sizeof axis);
      gchk_finding *finding =
          gchk_diagnosis_add(d, GCHK_CODE_SHIFTED_AXIS, matched,
                             "analytic at index k of %s equals numeric at index k%+d on %zu of %zu: shifted by one",
                             axis, shift, matched, d->fail_count);
      gchk_finding_text(&d->tensor->findings, finding, "axis", "%s", axis);
      gchk_finding_number(&d->tensor->findings, finding, "shift", shift);
      return true;
    }
  }
  return false;
}

bool gchk_diagnose_axes(gchk_diagnosis *d) {
  if (d->fail_count < 2 || gchk_agrees_as_it_stands(d))
    return false;
  size_t *from = gchk_arena_alloc(d->arena, d->total, sizeof *from);
  size_t *inverse = gchk_arena_alloc(d->arena, d->total, sizeof *inverse);
  if (from == NULL || inverse == NULL)
    return false;
  return find_order(d, from, inverse) || find_reversal(d, from) || find_shift(d);
}

bool gchk_diagnose_other_tensor(gchk_diagnosis *d) {
  if (gchk_agrees_as_it_stands(d))
    return false;
  for (size_t k = 0; k < d->work->tensor_count; k++) {
    const gchk_tensor_work *other = &d->work->tensors[k];
    gchk_candidate c;
    size_t matched;
    if (other == d->tensor || other->total != d->total || d->fail_count < 2 || other->numeric[0] == NULL)
      continue;
    for (size_t draw = 0; draw < d->draws; draw++) {
      c.value[draw] = other->numeric[draw];
      c.slack[draw] = other->bound[draw];
    }
    if (!gchk_candidate_holds(d, &c, true, &matched))
      continue;
    const char *name = d->work->instance->t[other->index].name;
    gchk_finding *finding =
        gchk_diagnosis_add(d, GCHK_CODE_SWAPPED_TENSORS, matched,
                           "analytic equals the numeric gradient of %s on %zu of %zu: the two are swapped, or "
                           "one was used for the other",
                           name, matched, d->fail_count);
    gchk_finding_text(&d->tensor->findings, finding, "other", "%s", name);
    return true;
  }
  return false;
}

// How many different numbers there are, of sorted ones.
static size_t count_different(const double *sorted, size_t count) {
  size_t different = count > 0;
  for (size_t i = 1; i < count; i++)
    different += sorted[i] != sorted[i - 1];
  return different;
}

/*
 * The failing elements' analytic and numeric values, sorted, are the same numbers. Of two or three numbers, as the
 * slopes of a pinball or hinge loss are, there are as many by accident.
 */
bool gchk_diagnose_permutation(gchk_diagnosis *d) {
  enum { FEWEST = 4, MANY = 16 };
  double *a = gchk_arena_alloc(d->arena, d->total, sizeof *a);
  double *n = gchk_arena_alloc(d->arena, d->total, sizeof *n);
  if (d->fail_count < FEWEST || a == NULL || n == NULL || gchk_agrees_as_it_stands(d))
    return false;
  for (size_t draw = 0; draw < d->draws; draw++) {
    size_t count = 0;
    double slack = 0;
    for (size_t i = 0; i < d->total; i++) {
      if (!d->fails[i])
        continue;
      a[count] = d->tensor->analytic[draw][i];
      n[count++] = d->tensor->numeric[draw][i];
      slack = fmax(slack, gchk_diagnosis_error(d, draw, i));
    }
    gchk_sort(a, count);
    gchk_sort(n, count);
    // Neighbours closer than what counts as equal match in any order, and as other numbers: a few of many may be.
    size_t close = 0;
    for (size_t i = 0; i < count; i++) {
      if (!(fabs(a[i] - n[i]) <= GCHK_CANDIDATE_BARS * slack))
        return false;
      close += i > 0 && !(n[i] - n[i - 1] > 2 * GCHK_CANDIDATE_BARS * slack) && n[i] != n[i - 1];
    }
    if (count_different(n, count) < FEWEST || close > (count < MANY ? 0 : count / 4))
      return false;
  }
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_PERMUTED_ELEMENTS, d->fail_count,
      "the %zu wrong elements hold the right values at the wrong places: sorted, analytic and numeric agree",
      d->fail_count);
  return true;
}
