/* Mistakes without a name: how many elements, how large the error, and the ratio where there is one. */
#include "diagnose/diagnose_unclassified.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/diagnose_flat.h"
#include "evidence/resample.h"

/* The failing elements in figures; `told` are the gradients whose numeric value is told from zero. */
typedef struct figures {
  double low, high, error, largest;
  size_t told, first;
} figures;

static figures figures_of(const gchk_diagnosis *d) {
  const gchk_tensor_work *w = d->tensor;
  figures f = {.low = (double)INFINITY, .high = -(double)INFINITY, .first = d->total};
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      if (!d->fails[i])
        continue;
      const double a = w->analytic[draw][i], n = w->numeric[draw][i];
      f.first = i < f.first ? i : f.first;
      f.error = fmax(f.error, fabs(a - n));
      f.largest = fmax(f.largest, fabs(n));
      if (!(fabs(n) > gchk_diagnosis_error(d, draw, i)))
        continue;
      f.told++;
      f.low = fmin(f.low, a / n);
      f.high = fmax(f.high, a / n);
    }
  }
  return f;
}

static void describe_ratio(const gchk_diagnosis *d, const figures *f, char *text, size_t size) {
  enum { NUMBER = 32, PART = 96 };
  const size_t flat = gchk_flat_fails(d);
  char low[NUMBER], high[NUMBER], unmoved[PART] = "";
  if (f->told == 0) {
    (void)snprintf(text, size, "numeric cannot be told from 0 there, and the mistake fits no known class");
    return;
  }
  if (flat > 0)
    (void)snprintf(unmoved, sizeof unmoved, "on %zu of them numeric is 0 (no output moves), on the others ", flat);
  (void)snprintf(low, sizeof low, "%.4g", f->low + 0.0); // no -0
  (void)snprintf(high, sizeof high, "%.4g", f->high + 0.0);
  if (strcmp(low, high) == 0)
    (void)snprintf(text, size, "%sanalytic/numeric is %s, which fits no known class", unmoved, high);
  else
    (void)snprintf(text, size, "%sanalytic/numeric is from %s to %s and fits no known class", unmoved, low, high);
}

static bool is_right_with_a_gradient(const gchk_elsewhere *there) {
  return there->analytic != 0 && gchk_is_right_there(there);
}

// What one element is like at another base point, if there is any at one where it is right: a ratio, or a zero, by
// accident shows there.
static void describe_elsewhere(gchk_diagnosis *d, size_t element, char *text, size_t size) {
  enum { POINTS = 4 };
  gchk_elsewhere there = {0};
  bool is_there = false;
  text[0] = '\0';
  for (unsigned point = 1; point <= POINTS && d->fail_count == 1 && !is_right_with_a_gradient(&there); point++) {
    gchk_elsewhere next;
    if (!gchk_look_elsewhere(d, element, point, &next) || (is_there && !is_right_with_a_gradient(&next)))
      continue;
    there = next;
    is_there = true;
  }
  if (!is_there)
    return;
  (void)snprintf(text, size, "; at another base point (%s = %.3g for %.3g) analytic is %.4g and numeric %.4g%s",
                 d->t->name, there.value, gchk_tensor_get(d->t, d->t->value, element), there.analytic, there.numeric,
                 is_right_with_a_gradient(&there) ? ": right there, so look at the conditions of backward" : "");
}

void gchk_diagnose_unclassified(gchk_diagnosis *d) {
  enum { PART = 256 };
  const figures f = figures_of(d);
  char ratio[PART], elsewhere[PART], index[GCHK_INDEX_TEXT], place[GCHK_INDEX_TEXT + 4] = "";
  describe_ratio(d, &f, ratio, sizeof ratio);
  describe_elsewhere(d, f.first, elsewhere, sizeof elsewhere);
  if (d->fail_count == 1 && d->total > 1)
    (void)snprintf(place, sizeof place, ", %s,", gchk_index_format(&d->t->shape, f.first, index, sizeof index));
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_UNCLASSIFIED, d->fail_count,
      "%zu of %zu elements%s %s wrong, by up to %.2g where the largest gradient is %.2g; %s%s", d->fail_count,
      d->tensor->checked_count, place, d->fail_count == 1 ? "is" : "are", f.error, f.largest, ratio, elsewhere);
  if (f.told == 0)
    return;
  gchk_finding_number(&d->tensor->findings, finding, "ratio_low", f.low);
  gchk_finding_number(&d->tensor->findings, finding, "ratio_high", f.high);
}

// Does the evidence under `key` begin so?
static bool evidence_begins(const gchk_finding *finding, const char *key, const char *with, size_t length) {
  for (size_t k = 0; k < finding->evidence_count; k++)
    if (strcmp(finding->evidence[k].key, key) == 0 && finding->evidence[k].text != NULL &&
        strncmp(finding->evidence[k].text, with, length) == 0)
      return true;
  return false;
}

bool gchk_diagnose_changed_value(gchk_diagnosis *d) {
  static const char forward[] = "forward";
  const gchk_finding_list *list = &d->work->findings;
  bool is_changed = false;
  for (size_t k = 0; k < list->count && !is_changed; k++)
    is_changed = gchk_finding_is(&list->findings[k], GCHK_CODE_WRITES_INPUT) &&
                 evidence_begins(&list->findings[k], "tensor", d->t->name, strlen(d->t->name) + 1) &&
                 evidence_begins(&list->findings[k], "call", forward, sizeof forward - 1);
  if (!is_changed || d->fail_count == 0)
    return false;
  (void)gchk_diagnosis_add(
      d, GCHK_CODE_CHANGED_BY_FORWARD, d->fail_count,
      "%zu of %zu elements are wrong, but forward changes %s itself (writes-input): what is differentiated is not "
      "what backward sees; mend that first",
      d->fail_count, d->tensor->checked_count, d->t->name);
  return true;
}
