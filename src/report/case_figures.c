/* A case in one line. */
#include "report/case_figures.h"

#include <math.h>
#include <string.h>

#include "report/words.h"

static gchk_verdict verdict_in(const gchk_case_result *c, const gchk_tensor_result *t) {
  return gchk_row_verdict(&(gchk_row){.owner = c, .tensor = t});
}

// A mean that is not a number is the largest.
static bool is_worse(const gchk_case_result *c, const gchk_tensor_result *a, const gchk_tensor_result *b) {
  if (verdict_in(c, a) != verdict_in(c, b))
    return verdict_in(c, a) > verdict_in(c, b);
  return !isnan(b->mean_abs_diff) && !(a->mean_abs_diff <= b->mean_abs_diff);
}

void gchk_case_figures_add(gchk_case_figures *figures, const gchk_case_result *c) {
  if (figures->cases++ == 0) {
    figures->first = c;
    figures->digits = (double)NAN;
  }
  for (size_t k = 0; k < c->tensor_count; k++) {
    const gchk_tensor_result *t = &c->tensors[k];
    figures->checked += t->checked;
    figures->total += t->total;
    if (t->checked > 0 && (figures->worst == NULL || is_worse(c, t, figures->worst)))
      figures->worst = t;
    if (t->dtype == GCHK_F32 && t->verdict == GCHK_PASS && !(figures->digits <= t->digits))
      figures->digits = t->digits;
  }
}

bool gchk_passes_plainly(const gchk_case_result *c) {
  if (c->verdict != GCHK_PASS || c->expected_failure != NULL || c->tensor_count == 0)
    return false;
  for (size_t i = 0; i < c->finding_count; i++) {
    const gchk_code_doc *code = gchk_code_find(c->findings[i].code);
    if (code == NULL || code->is_told)
      return false;
  }
  for (size_t k = 0; k < c->tensor_count; k++) {
    const gchk_tensor_result *t = &c->tensors[k];
    if (t->verdict != GCHK_PASS || gchk_passes_wrong(t) || t->elements.undecided > 0 || gchk_hides_signs(t))
      return false;
  }
  return true;
}

void gchk_put_tensor_names(gchk_text *text, const gchk_case_result *c, size_t width) {
  const bool are_bad = c->verdict != GCHK_PASS;
  gchk_text names = {0};
  size_t count = 0;
  for (size_t k = 0; k < c->tensor_count; k++) {
    if (are_bad && verdict_in(c, &c->tensors[k]) == GCHK_PASS)
      continue;
    gchk_text_format(&names, "%s%s", count++ > 0 ? " " : "", c->tensors[k].name);
  }
  if (names.length > 0 && gchk_visible_width(names.data) <= width)
    gchk_text_put(text, names.data);
  else if (count > 0)
    gchk_text_format(text, "%zu tensors", count);
  text->failed = text->failed || names.failed;
  gchk_text_deinit(&names);
}

typedef struct totals {
  size_t wrong, waived, suppressed, undecided, kinks, samples;
  const char *hides_signs;
} totals;

static totals add_up(const gchk_case_result *c) {
  totals all = {0};
  for (size_t k = 0; k < c->tensor_count; k++) {
    const gchk_tensor_result *t = &c->tensors[k];
    all.wrong += t->verdict >= GCHK_FAIL;
    all.undecided += t->elements.undecided;
    all.kinks += t->elements.kink;
    all.samples += gchk_is_sampled(t);
    *(isnan(t->threshold) ? &all.suppressed : &all.waived) += gchk_passes_wrong(t) ? t->elements.fail : 0;
    if (gchk_hides_signs(t) && all.hides_signs == NULL)
      all.hides_signs = t->name;
  }
  return all;
}

static void put_remark(gchk_text *text, size_t start) {
  gchk_text_put(text, text->length > start ? ", " : "");
}

static void put_count(gchk_text *text, size_t start, size_t count, const char *what) {
  if (count == 0)
    return;
  put_remark(text, start);
  gchk_text_grouped(text, count);
  gchk_text_format(text, " %s", what);
}

void gchk_put_case_remarks(gchk_text *text, const gchk_case_figures *figures) {
  const gchk_case_result *c = figures->first;
  const totals all = add_up(c);
  const size_t start = text->length;
  if (all.wrong > 0)
    gchk_text_format(text, "%zu of %zu wrong", all.wrong, c->tensor_count);
  if (gchk_failed_as_expected(c)) {
    put_remark(text, start);
    gchk_text_format(text, "as expected: %s", c->expected_failure);
    return;
  }
  if (c->verdict == GCHK_PASS && !isnan(figures->digits)) {
    put_remark(text, start);
    gchk_text_real(text, 'f', 1, figures->digits);
    gchk_text_put(text, " digits");
  }
  put_count(text, start, all.waived, "waived");
  put_count(text, start, all.suppressed, "suppressed");
  put_count(text, start, all.undecided, "undecided");
  put_count(text, start, all.kinks, all.kinks == 1 ? "kink" : "kinks");
  put_count(text, start, all.samples, all.samples == 1 ? "tensor sampled" : "tensors sampled");
  if (all.hides_signs != NULL) {
    put_remark(text, start);
    gchk_text_format(text, "a wrong sign would not show in most of %s", all.hides_signs);
  }
  if (c->verdict != GCHK_PASS && *c->reason != '\0') {
    put_remark(text, start);
    gchk_text_put(text, c->reason);
  }
}
