/*
 * Sums over a batch, time or broadcast axis that are not taken over all of it.
 *
 *     one slice        only the outputs at one index of an axis (or of several) contribute
 *     sample reused    v, or J, of one index stands for every index
 *     output lost      all outputs but one contribute
 *     one contribution of the outputs that an element feeds, in order, only the last or the first: `=` for `+=`
 */
#include "routes/diagnose_slices.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "evidence/candidate.h"

typedef struct slicing {
  gchk_diagnosis *d;
  gchk_candidate c;
  const gchk_tensor *output;
  size_t start, index; /* of the output among all outputs, and in the table */
  size_t axes;         /* a set of axes, one bit each */
  size_t at;           /* the index on each of them, or LAST */
} slicing;

static const size_t last = (size_t)-1;

static bool is_in_slice(const slicing *s, size_t flat) {
  const gchk_shape *shape = &s->output->shape;
  for (size_t k = 0; k < shape->rank; k++) {
    if ((s->axes >> k & 1) == 0)
      continue;
    size_t wanted = s->at == last ? shape->dim[k] - 1 : s->at;
    if (gchk_axis_index(shape, k, flat) != wanted)
      return false;
  }
  return true;
}

// The flat place with the slice's index on its axes.
static size_t moved(const slicing *s, size_t flat) {
  const gchk_shape *shape = &s->output->shape;
  for (size_t k = 0; k < shape->rank; k++) {
    if ((s->axes >> k & 1) == 0)
      continue;
    size_t stride = gchk_axis_stride(shape, k), index = gchk_axis_index(shape, k, flat);
    flat += (s->at == last ? shape->dim[k] - 1 : s->at) * stride - index * stride;
  }
  return flat;
}

typedef enum mistake { ONE_SLICE, UPSTREAM_REUSED, VALUES_REUSED, OUTPUT_LOST, MISTAKES } mistake;

static double term(const slicing *s, mistake m, const double *row, const double *v, size_t j) {
  switch (m) {
  case ONE_SLICE:
    return is_in_slice(s, j) ? row[j] * v[j] : 0;
  case UPSTREAM_REUSED:
    return row[j] * v[moved(s, j)];
  case VALUES_REUSED:
    return row[moved(s, j)] * v[j];
  case OUTPUT_LOST:
  case MISTAKES:
    break;
  }
  return 0;
}

static bool holds(slicing *s, mistake m, size_t *matched) {
  gchk_diagnosis *d = s->d;
  for (size_t draw = 0; draw < d->draws; draw++) {
    const double *v = d->work->v[draw];
    for (size_t i = 0; i < d->total; i++) {
      const double *row = d->jacobian + i * d->output_count;
      double sum = 0;
      for (size_t j = 0; j < d->output_count; j++)
        if (j < s->start || j >= s->start + s->output->count)
          sum += row[j] * v[j];
      for (size_t j = 0; j < s->output->count; j++)
        sum += term(s, m, row + s->start, v + s->start, j);
      s->c.value[draw][i] = sum;
      s->c.slack[draw][i] = 8 * d->tensor->bound[draw][i];
    }
  }
  return gchk_candidate_holds(d, &s->c, true, matched);
}

static void name_axes(const slicing *s, char *text, size_t size) {
  char axis[GCHK_AXIS_TEXT];
  text[0] = '\0';
  for (size_t k = 0; k < s->output->shape.rank; k++) {
    size_t used = strlen(text);
    if ((s->axes >> k & 1) != 0)
      (void)snprintf(text + used, size - used, "%s%s", used == 0 ? "" : " and ",
                     gchk_axis_name(s->d, s->index, k, axis, sizeof axis));
  }
}

static bool report(slicing *s, mistake m, size_t matched) {
  static const struct {
    gchk_code code;
    const char *before, *after;
  } words[MISTAKES] = {
      [ONE_SLICE] = {GCHK_CODE_ONE_SAMPLE_ONLY, "only", "contributes: the sum over it is missing"},
      [UPSTREAM_REUSED] = {GCHK_CODE_SAMPLE_REUSED, "the upstream gradient at", "was used for all of it"},
      [VALUES_REUSED] = {GCHK_CODE_SAMPLE_REUSED, "the values at", "were used for all of it"},
      [OUTPUT_LOST] = {GCHK_CODE_PATH_LOST, "", ""},
  };
  gchk_diagnosis *d = s->d;
  gchk_finding_list *list = &d->tensor->findings;
  if (m == OUTPUT_LOST) {
    gchk_finding *lost =
        gchk_diagnosis_add(d, words[m].code, matched, "the contribution of output %s is missing (%zu of %zu)",
                           s->output->name, matched, d->fail_count);
    gchk_finding_text(list, lost, "output", "%s", s->output->name);
    return true;
  }
  char axes[160], at[32] = "last";
  name_axes(s, axes, sizeof axes);
  if (s->at != last)
    (void)snprintf(at, sizeof at, "%zu", s->at);
  gchk_finding *finding =
      gchk_diagnosis_add(d, words[m].code, matched, "%s index %s of %s of output %s %s (%zu of %zu)", words[m].before,
                         at, axes, s->output->name, words[m].after, matched, d->fail_count);
  gchk_finding_text(list, finding, "output", "%s", s->output->name);
  gchk_finding_text(list, finding, "axis", "%s", axes);
  gchk_finding_text(list, finding, "at", "%s", at);
  return true;
}

// All sets of axes at their first and last indices, and every index of single axes.
static bool search_output(slicing *s) {
  const gchk_shape *shape = &s->output->shape;
  size_t matched;
  s->axes = 0;
  if (s->output->count < s->d->output_count && holds(s, OUTPUT_LOST, &matched))
    return report(s, OUTPUT_LOST, matched);
  enum { LARGEST_RANK = 4 };
  for (s->axes = 1; s->axes < (size_t)1 << shape->rank && shape->rank <= LARGEST_RANK; s->axes++) {
    size_t single = shape->rank;
    for (size_t k = 0; k < shape->rank; k++)
      if (s->axes == (size_t)1 << k)
        single = k;
    size_t tries = single < shape->rank ? shape->dim[single] : 2;
    for (size_t k = 0; k < tries; k++) {
      s->at = single < shape->rank ? k : k == 0 ? 0 : last;
      for (int m = ONE_SLICE; m < OUTPUT_LOST; m++)
        if (holds(s, (mistake)m, &matched))
          return report(s, (mistake)m, matched);
    }
  }
  return false;
}

bool gchk_diagnose_slices(gchk_diagnosis *d) {
  slicing s = {.d = d};
  // A slice that contributes nothing at all equals a gradient that is 0, and explains nothing.
  if (d->fail_count == 0 || gchk_is_zero_where_it_fails(d) || d->jacobian == NULL || d->output_count < 2 ||
      !gchk_candidate_new(d, &s.c))
    return false;
  for (size_t k = 0; (s.output = gchk_output_tensor(d, k, &s.start, &s.index)) != NULL; k++)
    if (search_output(&s))
      return true;
  return false;
}

// Elements that feed several outputs, of which one alone was kept.
bool gchk_diagnose_contributions(gchk_diagnosis *d) {
  gchk_candidate c;
  if (d->fail_count == 0 || gchk_is_zero_where_it_fails(d) || d->jacobian == NULL || d->output_count < 2 ||
      !gchk_candidate_new(d, &c))
    return false;
  for (int is_last = 0; is_last < 2; is_last++) {
    size_t matched;
    for (size_t draw = 0; draw < d->draws; draw++) {
      for (size_t i = 0; i < d->total; i++) {
        const double *row = d->jacobian + i * d->output_count;
        double kept = 0;
        bool has_any = false;
        for (size_t j = 0; j < d->output_count; j++) {
          bool counts = fabs(row[j]) > 2 * d->tensor->bound[draw][i];
          if (counts && (is_last || !has_any))
            kept = row[j] * d->work->v[draw][j];
          has_any = has_any || counts;
        }
        c.value[draw][i] = kept;
        c.slack[draw][i] = 8 * d->tensor->bound[draw][i];
      }
    }
    if (!gchk_candidate_holds(d, &c, true, &matched))
      continue;
    (void)gchk_diagnosis_add(
        d, GCHK_CODE_ONE_CONTRIBUTION_ONLY, matched,
        "where an element is used several times only the %s contribution is kept (%zu of %zu): = for +=",
        is_last ? "last" : "first", matched, d->fail_count);
    return true;
  }
  return false;
}
