/* Gradients where there must be none. */
#include "diagnose/diagnose_no_gradient.h"

#include <math.h>
#include <string.h>

#include "instance/meaning.h"

bool gchk_diagnose_declared_zero(gchk_diagnosis *d) {
  double analytic = 0, numeric = 0;
  if (!d->row->gradient_is_zero || d->fail_count == 0)
    return false;
  for (size_t draw = 0; draw < d->draws; draw++)
    for (size_t e = 0; e < d->total; e++) {
      if (!d->fails[e])
        continue;
      analytic = fmax(analytic, fabs(d->tensor->analytic[draw][e]));
      numeric = fmax(numeric, fabs(d->tensor->numeric[draw][e]));
    }
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_NOT_ZERO, d->fail_count,
      "%s is declared gradient_is_zero, and at %zu of %zu elements it is not: backward gives up to "
      "%.3g, and differences show up to %.3g",
      d->t->name, d->fail_count, d->tensor->checked_count, analytic, numeric);
  return true;
}

/* What the rows of the first axis say: they fail where no output depends on them, or are right. */
typedef struct rows {
  size_t count, width;
  bool *fail, *tell;
} rows;

static bool look_at_rows(const gchk_diagnosis *d, rows *r) {
  size_t telling = 0;
  r->fail = gchk_arena_alloc(d->arena, r->count, sizeof *r->fail);
  r->tell = gchk_arena_alloc(d->arena, r->count, sizeof *r->tell);
  if (r->fail == NULL || r->tell == NULL)
    return false;
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t e = d->tensor->checked[k], row = e / r->width;
    bool is_moved = false;
    for (size_t draw = 0; draw < d->draws; draw++)
      is_moved = is_moved || d->tensor->numeric[draw][e] != 0;
    if (is_moved && d->fails[e])
      return false;
    r->fail[row] = r->fail[row] || d->fails[e];
    r->tell[row] = r->tell[row] || is_moved;
  }
  for (size_t i = 0; i < r->count; i++) {
    if (r->fail[i] && r->tell[i])
      return false;
    telling += r->tell[i];
  }
  return telling > 0 || d->work->spec->all_ignored;
}

// Are the labels of the failing rows, and of no other that tells, this one?
static bool are_rows_of(const rows *r, const gchk_tensor *labels, double label) {
  for (size_t i = 0; i < r->count; i++) {
    bool is_it = gchk_tensor_get(labels, labels->value, i) == label;
    if ((r->fail[i] && !is_it) || (r->tell[i] && is_it))
      return false;
  }
  return true;
}

static bool speaks_of_ignoring(const char *name) {
  return strstr(name, "ignore") != NULL || strstr(name, "pad") != NULL;
}

static bool find_label(const gchk_diagnosis *d, const rows *r, size_t i, double *label) {
  const gchk_instance *instance = d->work->instance;
  const gchk_layer *layer = instance->layer;
  const gchk_tensor *labels = &instance->t[i];
  const char *ignored = layer->tensors[i].ignored;
  if (labels->role != GCHK_INDEX || labels->count != r->count)
    return false;
  if (ignored != NULL && gchk_ignored_label(layer, ignored, instance->options, label, NULL) == GCHK_OK &&
      are_rows_of(r, labels, *label))
    return true;
  for (size_t k = 0; k < layer->option_count; k++) {
    *label = instance->options[k];
    if (speaks_of_ignoring(layer->options[k].name) && are_rows_of(r, labels, *label))
      return true;
  }
  return false;
}

bool gchk_diagnose_ignored_rows(gchk_diagnosis *d) {
  const gchk_instance *instance = d->work->instance;
  if (d->fail_count == 0 || d->t->shape.rank == 0)
    return false;
  rows r = {.count = d->t->shape.dim[0], .width = d->total / d->t->shape.dim[0]};
  if (!look_at_rows(d, &r))
    return false;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    double label;
    size_t failing = 0;
    if (!find_label(d, &r, i, &label))
      continue;
    for (size_t k = 0; k < r.count; k++)
      failing += r.fail[k];
    gchk_finding *finding = gchk_diagnosis_add(
        d, GCHK_CODE_IGNORED_ROWS, d->fail_count,
        "%zu of %zu rows have a gradient and do not count: %s is %g there, the ignored label, and no output depends on "
        "them; backward must give 0",
        failing, r.count, instance->t[i].name, label);
    gchk_finding_text(&d->tensor->findings, finding, "labels", "%s", instance->t[i].name);
    gchk_finding_number(&d->tensor->findings, finding, "label", label);
    return true;
  }
  return false;
}
