/*
 * Upstream gradients that went another way than their output's.
 *
 *     merged     J_a^T (v_a + v_b) in place of J_a^T v_a + J_b^T v_b, for two outputs of one size: what belongs to b
 *                was added before a's backward; or both
 *     moved      sum_j J_ij v_(j moved), along one axis of an output: to the next or the last index, reversed, or by a
 *                map such as h % R
 */
#include "routes/diagnose_moved.h"

#include <math.h>
#include <stdio.h>

#include "evidence/candidate.h"
#include "evidence/index_maps.h"
#include "routes/diagnose_output_factors.h"
#include "routes/output_pairs.h"

static double slack_of(const gchk_diagnosis *d, size_t draw, size_t i) {
  static const double larger = 4; // v differs by a factor of four at the most, and moved ones by both signs
  return larger * d->tensor->bound[draw][i];
}

static double through_a_alone(double of_a, double of_b, double v_a, double v_b) {
  (void)v_a;
  return (of_a - of_b) * v_b;
}

static double through_both(double of_a, double of_b, double v_a, double v_b) {
  (void)of_b, (void)v_a;
  return of_a * v_b;
}

static bool find_merged(gchk_diagnosis *d, gchk_candidate *c, bool is_twice) {
  gchk_output_pair p;
  if (!gchk_find_output_pair(d, c, is_twice ? through_both : through_a_alone, &p))
    return false;
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_MERGED_OUTPUTS, p.matched,
      "the upstream gradient of output %s went through the derivative of output %s, %s (%zu of %zu): the two were "
      "summed before it, not after",
      p.b->name, p.a->name, is_twice ? "besides its own" : "not through its own", p.matched, d->fail_count);
  gchk_finding_text(&d->tensor->findings, finding, "output", "%s", p.b->name);
  gchk_finding_text(&d->tensor->findings, finding, "through", "%s", p.a->name);
  return true;
}

/* How an axis of an output is read: index k in place of h. */
typedef enum move { NEXT, BEFORE, REVERSED, BY_MAP } move;

// The place that is read; count: none, beyond the end.
static size_t moved_to(const gchk_tensor *t, size_t axis, move m, const gchk_index_map *map, size_t flat) {
  const size_t h = gchk_axis_index(&t->shape, axis, flat), n = t->shape.dim[axis];
  const size_t to = m == NEXT ? h + 1 : m == BEFORE ? h - 1 : m == REVERSED ? n - 1 - h : gchk_map_index(map, h);
  const size_t stride = gchk_axis_stride(&t->shape, axis);
  return to < n ? flat - h * stride + to * stride : t->count;
}

static void read_moved(const gchk_diagnosis *d, gchk_candidate *c, const gchk_tensor *t, size_t start,
                       const size_t *from) {
  for (size_t draw = 0; draw < d->draws; draw++) {
    const double *v = d->work->v[draw] + start;
    for (size_t i = 0; i < d->total; i++) {
      const double *row = d->jacobian + i * d->output_count + start;
      double sum = d->tensor->numeric[draw][i];
      for (size_t j = 0; j < t->count; j++)
        sum += row[j] * ((from[j] < t->count ? v[from[j]] : 0) - v[j]);
      c->value[draw][i] = sum;
      c->slack[draw][i] = slack_of(d, draw, i);
    }
  }
}

static void report_moved(gchk_diagnosis *d, const gchk_tensor *t, const char *axis, const char *how, size_t matched) {
  gchk_finding *finding =
      gchk_diagnosis_add(d, GCHK_CODE_UPSTREAM_MOVED, matched,
                         "the upstream gradient of output %s was read at %s for index h of %s (%zu of %zu)", t->name,
                         how, axis, matched, d->fail_count);
  gchk_finding_text(&d->tensor->findings, finding, "output", "%s", t->name);
  gchk_finding_text(&d->tensor->findings, finding, "axis", "%s", axis);
}

static bool find_moved(gchk_diagnosis *d, gchk_candidate *c, const gchk_tensor *t, size_t start, size_t index) {
  enum { MOST_MAPS = 16 };
  static const char *const words[] = {[NEXT] = "h + 1", [BEFORE] = "h - 1", [REVERSED] = "the index from the end"};
  gchk_index_map *maps = gchk_arena_alloc(d->arena, MOST_MAPS, sizeof *maps);
  size_t *from = gchk_arena_alloc(d->arena, t->count, sizeof *from), matched;
  for (size_t axis = 0; maps != NULL && from != NULL && axis < t->shape.rank; axis++) {
    if (t->shape.dim[axis] < 3)
      continue;
    const size_t count = gchk_index_maps(d, t->shape.dim[axis], maps, MOST_MAPS);
    for (size_t m = 0; m < BY_MAP + count; m++) {
      const bool is_map = m >= BY_MAP;
      for (size_t j = 0; j < t->count; j++)
        from[j] = moved_to(t, axis, is_map ? BY_MAP : (move)m, is_map ? &maps[m - BY_MAP] : NULL, j);
      read_moved(d, c, t, start, from);
      if (!gchk_candidate_holds(d, c, true, &matched))
        continue;
      // Where it is multiplied by one and the same number all along the axis, one that is left out reads as moved.
      if (gchk_diagnose_dropped_outputs(d))
        return true;
      char how[GCHK_MAP_TEXT + 4], name[GCHK_AXIS_TEXT];
      (void)snprintf(how, sizeof how, "%s%s", is_map ? "h " : words[m], is_map ? maps[m - BY_MAP].name : "");
      report_moved(d, t, gchk_axis_name(d, index, axis, name, sizeof name), how, matched);
      return true;
    }
  }
  return false;
}

bool gchk_diagnose_moved_upstream(gchk_diagnosis *d) {
  gchk_candidate c;
  size_t start, index;
  const gchk_tensor *t;
  if (d->fail_count == 0 || d->output_count < 2 || d->jacobian == NULL || gchk_is_zero_where_it_fails(d) ||
      !gchk_candidate_new(d, &c))
    return false;
  if (find_merged(d, &c, false) || find_merged(d, &c, true))
    return true;
  for (size_t k = 0; (t = gchk_output_tensor(d, k, &start, &index)) != NULL; k++)
    if (find_moved(d, &c, t, start, index))
      return true;
  return false;
}
